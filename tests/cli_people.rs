//! The command line for people and for scripts: colours, filters, exit status, explained challenges, what is generated.
#![cfg(not(target_arch = "wasm32"))]

mod program;

use program::{fixture, run};

/// The first findings of `sign_in.har` under these options, and the exit status.
fn filtered(options: &[&str]) -> (Vec<String>, i32) {
    let file = fixture("hars/sign_in.har");
    let ran = run(
        &[&["diagnose", "--format", "json", &file], options].concat(),
        b"",
    );
    let rows = ran.rows();
    let ids = rows
        .iter()
        .map(|row| row["finding"].as_str().expect("an id").to_owned());
    (ids.collect(), ran.status)
}

#[test]
fn filters_choose_what_is_told_and_what_fails() {
    let both = || vec!["session-expired".to_owned(), "token-expired".to_owned()];
    let token = || vec!["token-expired".to_owned()];
    assert_eq!(filtered(&[]), (both(), 1));
    assert_eq!(filtered(&["--min-confidence", "likely"]), (both(), 1));
    assert_eq!(filtered(&["--min-confidence", "certain"]), (token(), 1));
    assert_eq!(
        filtered(&["--only", "token-expired,server-fault"]),
        (token(), 1)
    );
    assert_eq!(filtered(&["--only", "redirect-loop"]), (vec![], 0));
    assert_eq!(filtered(&["--fail-on", "token-expired"]), (both(), 1));
    assert_eq!(
        filtered(&["--fail-on", "redirect-loop", "--fail-on=server-fault"]),
        (both(), 0)
    );
    assert_eq!(
        filtered(&["--only", "session-expired", "--fail-on", "token-expired"]),
        (vec!["session-expired".to_owned()], 0)
    );
}

#[test]
fn an_unknown_finding_names_near_ones() {
    for option in ["--only", "--fail-on"] {
        let ran = run(&["diagnose", option, "token-expird", "-"], b"");
        assert_eq!((ran.status, ran.output.as_str()), (2, ""));
        assert!(
            ran.errors
                .contains("a similar value exists: 'token-expired'"),
            "{}",
            ran.errors
        );
    }
}

#[test]
fn colours_only_where_they_are_asked_for() {
    let file = fixture("hars/sign_in.har");
    let plain = run(&["diagnose", &file], b"");
    assert!(!plain.output.contains('\u{1b}'));
    let coloured = run(&["diagnose", "--color", "always", &file], b"");
    assert!(
        coloured.output.contains("\u{1b}[31m"),
        "{}",
        coloured.output
    );
    // Colours are all that is different.
    let mut bare = String::new();
    let mut rest = coloured.output.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        bare.push_str(before);
        rest = after.split_once('m').expect("a whole sequence").1;
    }
    bare.push_str(rest);
    assert_eq!(bare, plain.output);
    let json = ["diagnose", "--format", "json", &file];
    let coloured = run(&[&json[..], &["--color", "always"]].concat(), b"");
    assert_eq!(coloured.output, run(&json, b"").output);
}

#[test]
fn owners_get_each_topic_once() {
    let twice = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\n\r\n".repeat(2);
    let ran = run(&["diagnose", "-"], twice.as_bytes());
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.output
            .matches("For the people who run the site")
            .count(),
        1
    );
    assert_eq!(
        ran.output.matches("retry-after").count(),
        1,
        "{}",
        ran.output
    );
    let healthy = run(&["diagnose", &fixture("hars/healthy.har")], b"");
    assert!(
        !healthy.output.contains("For the people"),
        "{}",
        healthy.output
    );
}

#[test]
fn a_broken_recording_is_diagnosed_and_told_where() {
    let ran = run(
        &["diagnose", "--format=json", &fixture("broken/edited.har")],
        b"",
    );
    assert_eq!(ran.status, 2);
    assert_eq!(ran.output.lines().count(), 2, "{}", ran.output);
    assert!(ran.output.contains("rate-limited"), "{}", ran.output);
    assert!(
        ran.errors
            .contains("readmit: line 8, column 132: expected a closing quote"),
        "{}",
        ran.errors
    );
}

#[test]
fn a_recording_in_utf_16_is_read() {
    let text = std::fs::read_to_string(fixture("hars/sign_in.har")).expect("the fixture");
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let ran = run(&["diagnose", "--format", "json", "-"], &utf16);
    let plain = run(&["diagnose", "--format", "json", "-"], text.as_bytes());
    assert_eq!((ran.status, ran.errors.as_str()), (1, ""));
    assert_eq!(ran.output, plain.output);
}

#[test]
fn a_directory_is_no_file() {
    let ran = run(&["diagnose", &fixture("hars")], b"");
    assert_eq!((ran.status, ran.output.as_str()), (2, ""));
    assert!(
        ran.errors.starts_with("readmit: cannot read "),
        "{}",
        ran.errors
    );
}

#[test]
fn a_challenge_in_words() {
    let value = r#"WWW-Authenticate: Basic realm="Staff" foo, Bearer error="invalid_token""#;
    let ran = run(&["challenge", value, "Negotiate"], b"");
    assert_eq!((ran.status, ran.errors.as_str()), (0, ""));
    for part in [
        "Basic  (RFC 7617)\n",
        "realm = \"Staff\"",
        "Bearer  (RFC 6750)\n",
        "error = \"invalid_token\"",
        "Negotiate  (RFC 4559)\n",
        "expected comma after auth-param at byte 20, but found `f`",
        // The pointer stands below the place.
        "\n      Basic realm=\"Staff\" foo, Bearer error=\"invalid_token\"\n                          ^\n",
    ] {
        assert!(ran.output.contains(part), "{part} in {}", ran.output);
    }
    let none = run(&["challenge", ""], b"");
    assert!(none.output.contains("No challenge"), "{}", none.output);
}

#[test]
fn a_challenge_as_json_and_lines_in_words() {
    let json = run(&["challenge", "--format", "json", "Basic realm=\"x\""], b"");
    assert_eq!(
        json.output,
        "{\"challenges\":[{\"scheme\":\"Basic\",\"params\":{\"realm\":\"x\"},\"token68\":null}],\"problems\":[]}\n"
    );
    let lines = b"[\"Basic realm=a\"]\nnonsense\n[\"NTLM\"]\n";
    let words = run(&["challenge", "--format", "text"], lines);
    assert_eq!(words.status, 2);
    assert!(
        words.output.contains("Basic  (RFC 7617)") && words.output.contains("NTLM  ("),
        "{}",
        words.output
    );
}

#[test]
fn completions_and_man_pages() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(&["completions", shell], b"");
        assert_eq!(ran.status, 0);
        for word in ["diagnose", "min-confidence"] {
            assert!(ran.output.contains(word), "{word} for {shell}");
        }
        // The others complete no values.
        let values = ["bash", "fish", "zsh"].contains(&shell);
        assert_eq!(ran.output.contains("stale-session-loop"), values, "{shell}");
    }
    assert_eq!(run(&["completions", "csh"], b"").status, 2);
    let page = run(&["man"], b"");
    assert!(page.output.contains(".TH readmit 1"), "{}", page.output);
    let page = run(&["man", "diagnose"], b"");
    for part in [".TH readmit-diagnose 1", "fail\\-on", "curl \\-sv"] {
        assert!(page.output.contains(part), "{part} in {}", page.output);
    }
}

#[test]
fn help_has_examples_for_every_command() {
    for command in ["diagnose", "challenge", "completions", "man"] {
        let ran = run(&[command, "--help"], b"");
        assert_eq!(ran.status, 0);
        assert!(
            ran.output.contains("Example") && ran.output.contains(&format!("readmit {command}")),
            "{}",
            ran.output
        );
    }
}
