//! RFC 9110 (HTTP Semantics): §5.6 common syntax and §11 authentication.

use super::{check, check_broken};

/// §11.6.1, the example and its order in RFC 7235 §4.1.
#[test]
fn two_challenges_in_one_line() {
    check(
        &[
            "Basic realm=\"simple\", Newauth realm=\"apps\",\r\n                 type=1, title=\"Login to \\\"apps\\\"\"",
        ],
        &[
            "Basic realm=\"simple\"",
            "Newauth realm=\"apps\", type=\"1\", title=\"Login to \\\"apps\\\"\"",
        ],
    );
    check(
        &[
            "Newauth realm=\"apps\", type=1,\r\n                  title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
        ],
        &[
            "Newauth realm=\"apps\", type=\"1\", title=\"Login to \\\"apps\\\"\"",
            "Basic realm=\"simple\"",
        ],
    );
}

/// §5.6.1.2, the example values of `1#example-list-elmt` where elements are tokens: here bare schemes.
#[test]
fn empty_list_elements() {
    check(&["foo,bar"], &["foo", "bar"]);
    check(&["foo ,bar,"], &["foo", "bar"]);
    check(&["foo , ,bar,charlie"], &["foo", "bar", "charlie"]);
    // DIFFERENCE: a list of at least one element must not be empty, but #challenge may (§11.6.1).
    check(&[""], &[]);
    check(&[","], &[]);
    check(&[",   ,"], &[]);
}

/// §5.6.3: recipients must read bad whitespace; §11.2 puts it around `=`.
#[test]
fn bad_whitespace() {
    check(&["Basic realm\t= \t\"a\""], &["Basic realm=\"a\""]);
}

/// §5.6.4: quoted pairs stand for the second character.
#[test]
fn quoted_strings() {
    check(
        &["A b=\"\\a\\\"\\\\\", c=\"\""],
        &["A b=\"a\\\"\\\\\", c=\"\""],
    );
    check(&["A b=\"\u{e4}\u{ff}\""], &["A b=\"\u{e4}\u{ff}\""]);
    check_broken("A b=\"\u{1}\"");
    check_broken("A b=\"c");
}

/// §11.1: the scheme compares without case. §11.2: so do the names of parameters, each of which occurs once.
#[test]
fn names_without_case() {
    assert!(super::one("bAsIc realm=a").is("Basic"));
    assert_eq!(super::one("Basic REALM=a").param("realm"), Some("a"));
    check_broken("Basic realm=a, Realm=b");
}

/// §11.2: token68 instead of parameters, with any padding.
#[test]
fn token68() {
    check(&["A b", "A b/+~._-9==="], &["A b", "A b/+~._-9==="]);
    check_broken("A b==, c=d");
    check_broken("A b== c");
    check_broken("A =b");
}

/// §11.3: only spaces divide the scheme from the rest.
#[test]
fn spaces_after_the_scheme() {
    check(&["A   b=c"], &["A b=\"c\""]);
    check_broken("A\tb=c");
}

/// §11.6.1: "a comma might start a new challenge or a parameter".
#[test]
fn commas_divide_both_lists() {
    check(
        &["A , b=c, , d=e, F, G h"],
        &["A b=\"c\", d=\"e\"", "F", "G h"],
    );
    check_broken("A, b=c");
}
