//! The contract of the command line, through the built program: output, exit status, and what it never prints.
#![cfg(not(target_arch = "wasm32"))]

mod program;

use std::path::PathBuf;

use program::{fixture, run};
use serde_json::{Value, json};

#[test]
fn a_recording_gives_a_row_for_every_finding() {
    let ran = run(
        &["diagnose", "--format", "json", &fixture("hars/sign_in.har")],
        b"",
    );
    assert_eq!((ran.status, ran.errors.as_str()), (1, ""));
    let rows = ran.rows();
    assert_eq!(rows.len(), 2, "{}", ran.output);
    assert_eq!(rows[0]["entry"], 1, "the end of the chain");
    assert_eq!(rows[0]["url"], "https://app.example/login?next=…");
    assert_eq!(rows[0]["status"], 200);
    assert_eq!(rows[0]["finding"], "session-expired");
    assert_eq!(rows[0]["confidence"], "likely");
    assert_eq!(rows[0]["remedies"][0], "sign-in");
    assert!(
        rows[0]["evidence"]
            .as_array()
            .is_some_and(|ids| ids.contains(&json!("cookie-sent")))
    );
    assert!(rows[0]["others"].is_array());
    assert_eq!(
        (&rows[1]["entry"], &rows[1]["finding"]),
        (&json!(3), &json!("token-expired"))
    );
    let line = ran.output.lines().next().unwrap_or_default();
    let names = [
        "entry",
        "url",
        "status",
        "finding",
        "confidence",
        "evidence",
        "remedies",
        "others",
    ];
    let places: Vec<Option<usize>> = names
        .iter()
        .map(|name| line.find(&format!("\"{name}\":")))
        .collect();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{line}"
    );
}

#[test]
fn planted_secrets_come_out_nowhere() {
    for format in ["json", "text"] {
        for file in ["hars/sign_in.har", "heads/curl_v.txt"] {
            let ran = run(&["diagnose", "--format", format, &fixture(file)], b"");
            assert_eq!(ran.status, 1, "{file}");
            for text in [&ran.output, &ran.errors] {
                for secret in ["PLANTED", "UExBTlRFRDpTRUNSRVQ"] {
                    assert!(!text.contains(secret), "{file} as {format}: {text}");
                }
            }
        }
    }
}

#[test]
fn heads_give_the_same_rows() {
    let asked = run(
        &["diagnose", "--format=json", &fixture("heads/curl_i.txt")],
        b"",
    );
    assert_eq!(asked.status, 1);
    let [row] = &asked.rows()[..] else {
        panic!("one row: {}", asked.output)
    };
    assert_eq!(
        (&row["entry"], &row["url"], &row["finding"]),
        (&json!(0), &Value::Null, &json!("sign-in-required"))
    );

    let head = std::fs::read(fixture("heads/curl_v.txt")).expect("the fixture");
    let refused = run(&["diagnose", "-", "--format", "json"], &head);
    let [row] = &refused.rows()[..] else {
        panic!("one row: {}", refused.output)
    };
    assert_eq!(
        (&row["url"], &row["finding"]),
        (
            &json!("https://app.example/admin"),
            &json!("credentials-rejected")
        )
    );
}

#[test]
fn what_is_healthy_gives_nothing() {
    for file in ["hars/healthy.har", "heads/healthy.txt"] {
        let ran = run(&["diagnose", "--format", "json", &fixture(file)], b"");
        assert_eq!(
            (ran.status, ran.output.as_str(), ran.errors.as_str()),
            (0, "", ""),
            "{file}"
        );
        let ran = run(&["diagnose", &fixture(file)], b"");
        assert_eq!(ran.status, 0);
        assert!(ran.output.contains("nothing found"), "{}", ran.output);
    }
}

#[test]
fn text_names_the_finding_the_remedies_and_a_summary() {
    let ran = run(&["diagnose", &fixture("hars/sign_in.har")], b"");
    for part in [
        "https://app.example/login?next=…",
        "session-expired",
        "sign-in",
        "token-expired",
        "4 exchanges read, 2 with a finding",
    ] {
        assert!(ran.output.contains(part), "{part} in {}", ran.output);
    }
    let ran = run(&["diagnose", &fixture("heads/curl_i.txt")], b"");
    assert!(!ran.output.contains("unknown.invalid"), "{}", ran.output);
}

#[test]
fn a_failing_page_that_no_rule_explains_gets_what_its_status_means() {
    let head = b"HTTP/1.1 404 Not Found\nServer: x\n\n";
    let ran = run(&["diagnose", "-"], head);
    assert_eq!(ran.status, 0);
    assert!(
        ran.output.contains("There is no such page"),
        "{}",
        ran.output
    );
    assert!(
        ran.output.contains("nothing found") && ran.output.contains("1 failed"),
        "{}",
        ran.output
    );
    let ran = run(&["diagnose", "--format", "json", "-"], head);
    assert_eq!((ran.status, ran.output.as_str()), (0, ""));
}

#[test]
fn the_texts_are_those_of_the_extension() {
    let ran = run(&["diagnose", &fixture("heads/curl_i.txt")], b"");
    let messages = std::fs::read_to_string(
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("extension/_locales/en/messages.json"),
    )
    .expect("the message file");
    let messages: Value = serde_json::from_str(&messages).expect("JSON");
    for key in ["finding_sign_in_required_title", "remedy_sign_in_label"] {
        let text = messages[key]["message"].as_str().expect(key);
        assert!(ran.output.contains(text), "{text} in {}", ran.output);
    }
}

/// Input that cannot be read: a sentence with the place, exit status 2, and little of the input in it.
#[track_caller]
fn unreadable(input: &[u8], wanted: &str) {
    for format in ["json", "text"] {
        let ran = run(&["diagnose", "--format", format, "-"], input);
        assert_eq!(ran.status, 2, "{}", ran.errors);
        assert!(ran.errors.starts_with("readmit: line "), "{}", ran.errors);
        assert!(ran.errors.contains(wanted), "{wanted} in {}", ran.errors);
        assert!(
            ran.errors.lines().all(|line| line.chars().count() < 300),
            "{}",
            ran.errors
        );
        assert!(!ran.errors.contains("hunter2"), "{}", ran.errors);
    }
}

#[test]
fn bad_input_is_refused_in_a_sentence() {
    unreadable(b"", "found nothing");
    unreadable(b" \r\n\n", "found nothing");
    unreadable(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01", "binary data");
    unreadable(b"my password is hunter2", "line 1, column 1");
    unreadable(b"{\"log\":{\"entries\":[{\"request\":{\"headers\":[{\"name\":\"Cookie\",\"value\":\"hunter2", "found the end");
    unreadable(
        b"{\"log\":{\"entries\":[{\"x\": hunter2}]}}",
        "line 1, column 26",
    );
    unreadable(b"[1, 2]", "a HAR object");
    unreadable(b"{\"version\": 1}", "entries");
    unreadable("z\u{fffd}".repeat(100_000).as_bytes(), "line 1, column 1");
    unreadable(&[b'['; 100_000], "line 1");
    unreadable(&b"{\"log\":".repeat(10_000), "line 1");
}

#[test]
fn what_stands_before_a_broken_place_is_diagnosed_all_the_same() {
    let whole = std::fs::read_to_string(fixture("hars/sign_in.har")).expect("the fixture");
    let at = whole.find("v1/me").expect("the last entry");
    let ran = run(
        &["diagnose", "--format", "json", "-"],
        whole.as_bytes().split_at(at).0,
    );
    assert_eq!(ran.status, 2);
    assert_eq!(ran.rows().len(), 1, "{}", ran.output);
    assert!(ran.errors.contains("found the end"), "{}", ran.errors);
}

#[test]
fn a_missing_file_and_wrong_arguments() {
    let ran = run(&["diagnose", "no/such/file.har"], b"");
    assert_eq!(ran.status, 2);
    assert!(
        ran.errors
            .starts_with("readmit: cannot read no/such/file.har: "),
        "{}",
        ran.errors
    );
    for arguments in [
        &[][..],
        &["diagnose"],
        &["diagnose", "--format", "xml", "-"],
        &["no-such-command"],
    ] {
        let ran = run(arguments, b"");
        assert_eq!(ran.status, 2, "{arguments:?}");
        assert!(
            ran.output.is_empty() && !ran.errors.is_empty(),
            "{arguments:?}"
        );
    }
    assert_eq!(run(&["--help"], b"").status, 0);
    assert_eq!(run(&["diagnose", "--help"], b"").status, 0);
}

#[test]
fn utf_16_and_latin_1_heads_are_read() {
    let head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n";
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(head.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(run(&["diagnose", "-"], &utf16).status, 1);
    let latin1: Vec<u8> = head
        .bytes()
        .map(|b| if b == b'x' { 0xE4 } else { b })
        .collect();
    assert_eq!(run(&["diagnose", "-"], &latin1).status, 1);
}

#[test]
fn challenges_come_out_by_the_contract() {
    let input = concat!(
        r#"["Basic realm=\"x\""]"#,
        "\n",
        r#"["Digest REALM=\"a\", nonce=\"n\", realm=\"b\"", "Negotiate abc="]"#,
        "\r\n",
        "\n",
        r#"[]"#,
        "\n",
        r#"["Basic realm=\"foo-ä\""]"#,
    );
    let ran = run(&["challenge"], input.as_bytes());
    assert_eq!((ran.status, ran.errors.as_str()), (0, ""));
    let lines: Vec<&str> = ran.output.lines().collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        lines[0],
        r#"{"challenges":[{"scheme":"Basic","params":{"realm":"x"},"token68":null}],"problems":[]}"#
    );
    assert!(lines[1].starts_with(r#"{"challenges":[{"scheme":"Digest","params":{"realm":"a","nonce":"n"},"token68":null},{"scheme":"Negotiate","params":{},"token68":"abc="}],"problems":[{"kind":"duplicate-param","line":0,"at":"#), "{}", lines[1]);
    let problem = &ran.rows()[1]["problems"][0];
    for name in ["kind", "line", "at", "expected", "found"] {
        assert!(!problem[name].is_null(), "{name}");
    }
    assert_eq!(lines[2], r#"{"challenges":[],"problems":[]}"#);
    assert_eq!(ran.rows()[3]["challenges"][0]["params"]["realm"], "foo-ä");
}

#[test]
fn a_line_that_is_no_array_of_strings_stops_nothing() {
    let ran = run(
        &["challenge"],
        b"[\"Basic\"]\nnonsense\n[1]\n{\"a\":1}\n[\"x\xff\"]\n[\"NTLM\"\n[\"Bearer\"]\n",
    );
    assert_eq!(ran.status, 2);
    assert_eq!(ran.rows().len(), 2);
    let places: Vec<&str> = ran
        .errors
        .lines()
        .filter_map(|line| line.split(':').nth(1))
        .collect();
    assert_eq!(
        places,
        [
            " line 2, column 2",
            " line 3, column 2",
            " line 4, column 1",
            " line 5, column 4",
            " line 6, column 8"
        ],
        "{}",
        ran.errors
    );
}

#[test]
fn many_lines_take_no_time() {
    let line = format!("[\"Basic realm=\\\"{}\\\"\"]\n", "x".repeat(500));
    let input = line.repeat(20_000);
    let ran = run(&["challenge"], input.as_bytes());
    assert_eq!((ran.status, ran.output.lines().count()), (0, 20_000));
}
