//! The recovery rules, each with the server that forces it, and the limits.

use super::*;

/// Challenges printed, and the kinds of the problems.
#[track_caller]
fn check(lines: &[&str], challenges: &[&str], kinds: &[ProblemKind]) {
    let (found, problems) = parse(lines.iter().copied());
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, challenges, "{problems:?}");
    let found: Vec<ProblemKind> = problems.iter().map(|p| p.kind).collect();
    assert_eq!(found, kinds, "{problems:?}");
}

use ProblemKind::*;

#[test]
fn rule_1_a_bad_line_loses_no_other_chromium() {
    check(
        &["Basic realm=\"a\"", "nonce=\"b\"", "Digest nonce=\"c\""],
        &["Basic realm=\"a\"", "Digest nonce=\"c\""],
        &[OrphanParam],
    );
}

#[test]
fn rule_1_a_bad_challenge_loses_neither_those_before_nor_after_okhttp() {
    check(
        &["A x=1, @bad y=2, z=3, B w=4"],
        &["A x=\"1\"", "B w=\"4\""],
        &[NotAChallenge, MissingComma, OrphanParam, OrphanParam],
    );
    check(
        &["Newauth realm=\"apps\", title=\"Login to \"apps\"\", Basic realm=\"simple\""],
        &["Newauth realm=\"apps\"", "Basic realm=\"simple\""],
        &[MissingComma],
    );
    check(
        &["Digest, Basic realm=\"my \"own\" realm\", a=b"],
        &["Digest"],
        &[MissingComma, OrphanParam],
    );
    // A lone bad word is nobody's: what follows still belongs to the challenge before.
    check(
        &["A x=1, @, y=2"],
        &["A x=\"1\", y=\"2\""],
        &[NotAChallenge],
    );
}

#[test]
fn rule_2_a_missing_comma_elasticsearch() {
    check(
        &["Basic realm=\"security\" charset=\"UTF-8\""],
        &["Basic realm=\"security\", charset=\"UTF-8\""],
        &[MissingComma],
    );
    check(&["A x=1 y=2"], &["A x=\"1\", y=\"2\""], &[MissingComma]);
    check(&["A x=\"1\"y=2"], &["A x=\"1\", y=\"2\""], &[MissingComma]);
    check(&["A x=1 junk"], &["A x=\"1\""], &[MissingComma]);
    check(
        &["Basic realm=\"x\" Negotiate"],
        &["Basic realm=\"x\"", "Negotiate"],
        &[MissingComma],
    );
    check(
        &["close Bearer realm=\"x\""],
        &["close", "Bearer realm=\"x\""],
        &[MissingComma],
    );
}

#[test]
fn rule_3_an_unquoted_url_azure_devops() {
    check(
        &["Bearer authorization_uri=https://login.windows.net/abc resource=x"],
        &["Bearer authorization_uri=\"https://login.windows.net/abc\", resource=\"x\""],
        &[UnquotedValue, MissingComma],
    );
    check(&["A nonce=abc=="], &["A nonce=\"abc==\""], &[UnquotedValue]);
    check(&["A x=@y, z=1"], &["A x=\"@y\", z=\"1\""], &[UnquotedValue]);
}

#[test]
fn rule_4_an_unterminated_string_chromium_and_firefox() {
    check(
        &["Basic realm=\"a, b", "NTLM"],
        &["Basic realm=\"a, b\"", "NTLM"],
        &[UnterminatedString],
    );
    check(
        &["Basic realm=\""],
        &["Basic realm=\"\""],
        &[UnterminatedString],
    );
}

#[test]
fn rule_5_punctuation_glued_to_the_scheme_php() {
    check(
        &["Basic; realm=\"x\""],
        &["Basic realm=\"x\""],
        &[SchemePunctuation],
    );
    check(
        &["Foo:challenge=x"],
        &["Foo challenge=\"x\""],
        &[SchemePunctuation],
    );
    check(
        &["Basic realm=\"x\"; charset=UTF-8"],
        &["Basic realm=\"x\", charset=\"UTF-8\""],
        &[MissingComma, MissingComma],
    );
    check(&["http://x/"], &[], &[NotAChallenge]);
}

#[test]
fn rule_6_single_quotes_keystone() {
    check(
        &["Keystone uri='http://192.168.0.10:35357'"],
        &["Keystone uri=\"http://192.168.0.10:35357\""],
        &[UnquotedValue],
    );
    check(&["Basic realm='foo'"], &["Basic realm=\"'foo'\""], &[]);
    check(
        &["Basic realm='a b'"],
        &["Basic realm=\"'a\""],
        &[MissingComma],
    );
    check(
        &["Basic realm=\u{e2}\u{80}\u{9d}Documents\u{e2}\u{80}\u{9d}"],
        &["Basic realm=\"Documents\""],
        &[UnquotedValue],
    );
}

#[test]
fn rule_7_bare_strings_facebook() {
    check(
        &["OAuth \"Facebook Platform\" \"invalid_token\" \"Expired, sorry.\""],
        &[
            "OAuth realm=\"Facebook Platform\", error=\"invalid_token\", error_description=\"Expired, sorry.\"",
        ],
        &[BareString, MissingComma, MissingComma],
    );
}

#[test]
fn rule_8_the_first_of_duplicates_firefox() {
    check(
        &["Basic realm=a, REALM=b, Basic realm=c"],
        &["Basic realm=\"a\"", "Basic realm=\"c\""],
        &[DuplicateParam],
    );
}

#[test]
fn rule_9_a_parameter_behind_a_bare_scheme_is_nobodys_as_in_browsers() {
    check(&["Basic, realm=\"x\""], &["Basic"], &[OrphanParam]);
    check(&["Basic , realm=\"x\""], &["Basic realm=\"x\""], &[]);
}

#[test]
fn rule_10_an_empty_value_is_a_token68_by_the_grammar_mcp_servers() {
    check(&["Bearer realm="], &["Bearer realm="], &[]);
    check(
        &["Bearer realm=, scope=x"],
        &["Bearer realm=\"\", scope=\"x\""],
        &[EmptyValue],
    );
    check(&["Other abc==, realm=x"], &["Other abc=="], &[OrphanParam]);
    check(&["A x=1, y="], &["A x=\"1\", y=\"\""], &[EmptyValue]);
    check(
        &["Basic 2932ff== realm=\"x\", charset=y"],
        &["Basic 2932ff== realm=\"x\", charset=\"y\""],
        &[MissingComma],
    );
}

#[test]
fn rule_11_folds_tabs_and_stray_commas_registries() {
    check(
        &[" \tDigest realm=\"a\r\n\tb\",\n  nonce=x,\n Basic realm=y,, "],
        &["Digest realm=\"a b\", nonce=\"x\"", "Basic realm=\"y\""],
        &[],
    );
    check(
        &["Basic\trealm=x"],
        &["Basic realm=\"x\""],
        &[TabAfterScheme],
    );
    check(&[", ,", ""], &[], &[]);
}

#[test]
fn control_characters_and_line_breaks_are_reported() {
    check(
        &["Basic realm=\"a\u{1}b\""],
        &["Basic realm=\"a\u{1}b\""],
        &[ControlCharacter],
    );
    check(
        &["NTLM\nBasic realm=x\r\n"],
        &["NTLM", "Basic realm=\"x\""],
        &[LineBreak, LineBreak],
    );
}

#[test]
fn positions_are_characters_of_the_line_as_sent() {
    let place = |line: &str| {
        let (_, problems) = parse(["NTLM", line]);
        assert_eq!(problems[0].line, 1);
        (problems[0].at, problems[0].found.clone())
    };
    assert_eq!(
        place("Basic realm=\"\u{e9}\u{e9}\" charset=x"),
        (17, "c".to_owned())
    );
    assert_eq!(
        place("FooBar param1=\"value1\"\r\n \r\n\tparam2=x"),
        (28, "p".to_owned())
    );
    assert_eq!(place("A x=\"\u{e9}"), (6, String::new()));
    assert_eq!(place("NTLM\nA x=1 y=2"), (4, "\n".to_owned()));
}

#[test]
fn a_long_field_is_cut_and_what_was_read_stays() {
    let long = format!(
        "Basic realm=\"x\", Digest nonce=\"{}\"",
        "a".repeat(1_000_000)
    );
    let (challenges, problems) = parse([long.as_str(), "NTLM"]);
    assert_eq!(challenges[0].to_string(), "Basic realm=\"x\"");
    assert!(challenges.iter().all(|c| c.scheme != "NTLM"));
    let last = problems.last().expect("a problem");
    assert_eq!((last.kind, last.at), (TooLong, MAX_LENGTH));

    let many = "a,".repeat(MAX_ELEMENTS + 1);
    let (challenges, problems) = parse([many.as_str()]);
    assert_eq!(challenges.len(), MAX_ELEMENTS);
    assert_eq!(problems.last().map(|p| p.kind), Some(TooLong));

    let exact = format!("Basic realm=\"{}\"", "a".repeat(MAX_LENGTH - 14));
    assert_eq!(parse([exact.as_str()]).1, []);
    assert_eq!(parse(std::iter::repeat("")).1.len(), 1, "endless lines end");
}

#[test]
fn problems_are_bounded() {
    let bad = "@,".repeat(10_000);
    assert_eq!(parse([bad.as_str()]).1.len(), MAX_PROBLEMS);
}
