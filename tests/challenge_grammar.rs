//! Checks `challenge::parse` against a reference recogniser that follows the ABNF of RFC 9110 word for word.
//!
//! The recogniser below returns *every* way to read a string, without any thought of speed or recovery.
//! Properties: a string has no problem exactly when the recogniser reads it (and no challenge repeats a
//! parameter name, which the ABNF cannot say: RFC 9110 §11.2 "each parameter name MUST only occur once per
//! challenge"); what is read is the same; and any text at all is survived.

mod reference {
    //! RFC 9110 §5.6 and §11, recipient's side, one function a rule; each gives all ends with what was read.

    use std::collections::BTreeSet;

    /// A challenge as the grammar reads it: scheme, parameters as sent, token68.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub(super) struct Read {
        pub(super) scheme: String,
        pub(super) params: Vec<(String, String)>,
        pub(super) token68: Option<String>,
    }

    type Ways<T> = BTreeSet<(usize, T)>;

    fn one<T: Ord>(end: usize, value: T) -> Ways<T> {
        BTreeSet::from([(end, value)])
    }

    fn text(input: &[char], from: usize, to: usize) -> String {
        input[from..to].iter().collect()
    }

    /// All ends of `*accepted` from `at`.
    fn repeat(input: &[char], at: usize, accepted: fn(char) -> bool) -> Vec<usize> {
        let mut ends = vec![at];
        let mut end = at;
        while input.get(end).is_some_and(|c| accepted(*c)) {
            end += 1;
            ends.push(end);
        }
        ends
    }

    /// ```abnf
    /// tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA
    /// ```
    fn tchar(c: char) -> bool {
        c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
    }

    /// ```abnf
    /// token = 1*tchar
    /// ```
    fn token(input: &[char], at: usize) -> Ways<String> {
        let ends = repeat(input, at, tchar).into_iter().skip(1);
        ends.map(|end| (end, text(input, at, end))).collect()
    }

    /// ```abnf
    /// OWS = *( SP / HTAB )
    /// BWS = OWS
    /// ```
    fn ows(input: &[char], at: usize) -> Vec<usize> {
        repeat(input, at, |c| c == ' ' || c == '\t')
    }

    /// ```abnf
    /// quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
    /// qdtext        = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text
    /// quoted-pair   = "\" ( HTAB / SP / VCHAR / obs-text )
    /// obs-text      = %x80-FF
    /// ```
    fn quoted_string(input: &[char], at: usize) -> Ways<String> {
        if input.get(at) != Some(&'"') {
            return Ways::new();
        }
        let mut value = String::new();
        let mut i = at + 1;
        loop {
            match input.get(i) {
                Some('"') => return one(i + 1, value),
                Some('\\') => match input.get(i + 1) {
                    Some(&c) if matches!(c, '\t' | ' '..='~') || c >= '\u{80}' => {
                        value.push(c);
                        i += 2;
                    }
                    _ => return Ways::new(),
                },
                Some(&c) if matches!(c, '\t' | ' '..='~') || c >= '\u{80}' => {
                    value.push(c);
                    i += 1;
                }
                _ => return Ways::new(),
            }
        }
    }

    /// ```abnf
    /// token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
    /// ```
    fn token68(input: &[char], at: usize) -> Ways<String> {
        let mut ways = Ways::new();
        let body = repeat(input, at, |c| {
            c.is_ascii_alphanumeric() || "-._~+/".contains(c)
        });
        for end in body.into_iter().skip(1) {
            for end in repeat(input, end, |c| c == '=') {
                ways.insert((end, text(input, at, end)));
            }
        }
        ways
    }

    /// ```abnf
    /// auth-param = token BWS "=" BWS ( token / quoted-string )
    /// ```
    fn auth_param(input: &[char], at: usize) -> Ways<(String, String)> {
        let mut ways = Ways::new();
        for (end, name) in token(input, at) {
            for equals in ows(input, end) {
                if input.get(equals) != Some(&'=') {
                    continue;
                }
                for start in ows(input, equals + 1) {
                    let values = token(input, start).into_iter();
                    for (end, value) in values.chain(quoted_string(input, start)) {
                        ways.insert((end, (name.clone(), value)));
                    }
                }
            }
        }
        ways
    }

    /// ```abnf
    /// #element => [ element ] *( OWS "," OWS [ element ] )
    /// ```
    /// RFC 9110 §5.6.1.2, what a recipient must accept.
    fn list<T: Ord + Clone>(
        input: &[char],
        at: usize,
        element: fn(&[char], usize) -> Ways<T>,
    ) -> Ways<Vec<T>> {
        let optional = |at: usize, before: &Vec<T>| {
            let mut ways = one(at, before.clone());
            for (end, value) in element(input, at) {
                let mut values = before.clone();
                values.push(value);
                ways.insert((end, values));
            }
            ways
        };
        let mut all = optional(at, &Vec::new());
        let mut open: Vec<_> = all.iter().cloned().collect();
        while let Some((end, values)) = open.pop() {
            for comma in ows(input, end) {
                if input.get(comma) != Some(&',') {
                    continue;
                }
                for start in ows(input, comma + 1) {
                    for way in optional(start, &values) {
                        if all.insert(way.clone()) {
                            open.push(way);
                        }
                    }
                }
            }
        }
        all
    }

    /// ```abnf
    /// challenge   = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
    /// auth-scheme = token
    /// ```
    fn challenge(input: &[char], at: usize) -> Ways<Read> {
        let mut ways = Ways::new();
        for (end, scheme) in token(input, at) {
            let bare = Read {
                scheme,
                params: Vec::new(),
                token68: None,
            };
            for start in repeat(input, end, |c| c == ' ').into_iter().skip(1) {
                for (end, value) in token68(input, start) {
                    let token68 = Some(value);
                    ways.insert((
                        end,
                        Read {
                            token68,
                            ..bare.clone()
                        },
                    ));
                }
                for (end, params) in list(input, start, auth_param) {
                    ways.insert((
                        end,
                        Read {
                            params,
                            ..bare.clone()
                        },
                    ));
                }
            }
            ways.insert((end, bare));
        }
        ways
    }

    /// ```abnf
    /// WWW-Authenticate = #challenge
    /// ```
    /// §5.5: whitespace around the field value is no part of it.
    pub(super) fn www_authenticate(value: &str) -> BTreeSet<Vec<Read>> {
        let value: Vec<char> = value
            .trim_matches(|c| c == ' ' || c == '\t')
            .chars()
            .collect();
        list(&value, 0, challenge)
            .into_iter()
            .filter(|(end, _)| *end == value.len())
            .map(|(_, challenges)| challenges)
            .collect()
    }
}

use proptest::prelude::*;
use readmit::challenge::{Challenge, Problem, ProblemKind, parse};
use reference::Read;

fn read(challenges: &[Challenge]) -> Vec<Read> {
    let one = |c: &Challenge| Read {
        scheme: c.scheme.clone(),
        params: c
            .params
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        token68: c.token68.clone(),
    };
    challenges.iter().map(one).collect()
}

/// Lower-cases names and keeps the first of each: what the parser promises on top of the grammar.
fn first_of_each(challenges: &[Read]) -> (Vec<Read>, bool) {
    let mut repeated = false;
    let mut out = challenges.to_vec();
    for challenge in &mut out {
        let mut kept: Vec<(String, String)> = Vec::new();
        for (name, value) in &challenge.params {
            let name = name.to_ascii_lowercase();
            if kept.iter().any(|(known, _)| *known == name) {
                repeated = true;
            } else {
                kept.push((name, value.clone()));
            }
        }
        challenge.params = kept;
    }
    (out, repeated)
}

fn print(challenges: &[Challenge]) -> String {
    let texts: Vec<String> = challenges.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

fn only_duplicates(problems: &[Problem]) -> bool {
    !problems.is_empty()
        && problems
            .iter()
            .all(|p| p.kind == ProblemKind::DuplicateParam)
}

/// The agreement of parser and recogniser on one line without line breaks.
fn check(line: &str) -> Result<(), TestCaseError> {
    let ways = reference::www_authenticate(line);
    let (challenges, problems) = parse([line]);
    prop_assert!(ways.len() < 2, "two readings of {line:?}: {ways:?}");
    let Some(way) = ways.first() else {
        prop_assert!(
            !problems.is_empty() && !only_duplicates(&problems),
            "the grammar rejects {line:?}, the parser gives {challenges:?} {problems:?}"
        );
        return Ok(());
    };
    let (expected, repeated) = first_of_each(way);
    if repeated {
        prop_assert!(only_duplicates(&problems), "{line:?} {problems:?}");
    } else {
        prop_assert_eq!(&problems, &Vec::new(), "{:?}", line);
    }
    prop_assert_eq!(read(&challenges), expected, "{:?}", line);
    Ok(())
}

/// Whitespace and commas as the list rule allows them, and sometimes as it does not.
fn gap() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        " ", "  ", "\t", "", ",", ", ", " ,", " , ", ",,", "\t,\t", " ,\t, ", "; ", " \t",
    ])
    .prop_map(str::to_owned)
}

fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "Basic",
        "Digest",
        "a",
        "B",
        "x-y",
        "realm",
        "nonce",
        "=",
        "==",
        " = ",
        "\"",
        "\\",
        "\"\"",
        "'",
        "abc==",
        "a/b+c=",
        "\"a, b\"",
        "\"q\\\"q\"",
        "\"\u{e9}\"",
        "http://x/",
        "@",
        ";",
        ":",
        "\u{1}",
        "\u{e9}",
        "Negotiate",
        "realm=x",
        "realm=\"x\"",
        "B c=d",
        "A e",
    ])
    .prop_map(str::to_owned);
    prop_oneof![6 => fixed, 1 => "[!-~]{1,4}"]
}

/// Pieces of the grammar in any order.
fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![piece(), gap()], 0..9).prop_map(|parts| parts.concat())
}

/// One challenge as the sender's grammar makes it.
fn well_formed_challenge() -> impl Strategy<Value = String> {
    let token = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,5}";
    let quoted = "(\\PC|\t){0,6}".prop_map(|text: String| {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\"")
    });
    let equals = prop::sample::select(vec!["=", " =", "= ", "\t=\t", " = "]);
    let param = (token, equals, prop_oneof![token.boxed(), quoted.boxed()])
        .prop_map(|(name, equals, value)| format!("{name}{equals}{value}"));
    let comma = prop::sample::select(vec![",", ", ", " , ", ",,", "\t,", " ,\t, "]);
    let params = prop::collection::vec((param, comma), 0..4)
        .prop_map(|all| all.into_iter().map(|(p, c)| p + c).collect::<String>());
    let token68 = "[A-Za-z0-9._~+/-]{1,6}={0,2}";
    let rest = prop_oneof![
        3 => params.boxed(),
        1 => token68.boxed(),
        1 => Just(String::new()).boxed(),
    ];
    (token, prop::sample::select(vec![" ", "  "]), rest)
        .prop_map(|(scheme, space, rest)| format!("{scheme}{space}{rest}"))
}

fn well_formed() -> impl Strategy<Value = String> {
    prop::collection::vec(well_formed_challenge(), 0..4).prop_map(|all| all.join(", "))
}

/// A well-formed value with one place changed.
fn mutated() -> impl Strategy<Value = String> {
    (
        well_formed(),
        any::<prop::sample::Index>(),
        piece(),
        0..3_usize,
    )
        .prop_map(|(value, place, new, drop)| {
            let chars: Vec<char> = value.chars().collect();
            let at = place.index(chars.len() + 1);
            let head: String = chars.iter().take(at).collect();
            let tail: String = chars.iter().skip(at + drop).collect();
            head + &new + &tail
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_grammar_on_pieces(line in pieces()) {
        check(&line)?;
    }

    #[test]
    fn agrees_with_the_grammar_on_well_formed_values(line in well_formed()) {
        prop_assert_eq!(reference::www_authenticate(&line).len(), 1, "the generator must follow the grammar: {:?}", line);
        check(&line)?;
    }

    #[test]
    fn agrees_with_the_grammar_on_mutated_values(line in mutated()) {
        check(&line)?;
    }

    #[test]
    fn survives_any_lines(lines in prop::collection::vec(prop_oneof!["(?s).{0,80}", pieces(), mutated()], 0..4)) {
        let (challenges, problems) = parse(lines.iter().map(String::as_str));
        for problem in &problems {
            let line = &lines[problem.line];
            prop_assert!(problem.at <= line.chars().count(), "{problem:?} outside {line:?}");
            prop_assert!(problem.found.chars().count() <= 64);
        }
        for challenge in &challenges {
            prop_assert!(challenge.line < lines.len());
        }
        // What was recovered can be printed and read again without change.
        let printed = print(&challenges);
        let (again, _) = parse([printed.as_str()]);
        prop_assert_eq!(read(&again), read(&challenges), "{:?} printed {:?}", lines, printed);
        prop_assert_eq!(print(&again), printed);
    }
}

/// Rows that a generator seldom makes, each with what the grammar says.
#[test]
fn agrees_on_the_corners_of_the_grammar() {
    let accepted = [
        "",
        ",",
        " , ,",
        "A",
        "A ",
        "A\t, B",
        "A , b=c",
        "A \t, b=c",
        "A b",
        "A b=",
        "A b==",
        "A b= ,C",
        "A b=, C",
        "A b=c, D =e",
        "A b=c, D\t= e",
        "A b=c, D e=",
        "A b=c, D , e=f",
        "A,B,C",
        "A b/c",
        "A , , ,",
        "A x=\"\\\t\"",
    ];
    let rejected = [
        "=",
        "A, b=c",
        "A\t, b=c",
        "A \tb=c",
        "A\tb=c",
        "A b, c=d",
        "A b c",
        "A b=c d",
        "A b=c d=e",
        "A b = ",
        "A b=c, d=",
        "A b=\"c",
        "A b=\"c\\",
        "A b=\"c\"d",
        "A b=c/d",
        "A/b",
        "A \"b\"",
        "A b=c, D, e=f",
        "A b=c;",
        "\u{e9}",
        "A b=\"\u{7f}\"",
    ];
    for (lines, valid) in [(&accepted[..], true), (&rejected[..], false)] {
        for line in lines {
            let ways = reference::www_authenticate(line).len();
            assert_eq!(ways, usize::from(valid), "reference on {line:?}");
            if let Err(error) = check(line) {
                panic!("{error}");
            }
        }
    }
}
