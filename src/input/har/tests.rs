//! HAR entries as tools write them, and broken ones.

use super::parse;
use crate::event::ResourceType;
use crate::exchange::End;
use crate::input::Recording;

/// What stands before the first entry.
const OPENING: &str =
    r#"{"log":{"version":"1.2","creator":{"name":"test","version":"1"},"entries":["#;

fn log(entries: &str) -> Recording {
    parse(format!("{OPENING}{entries}]}}}}").as_bytes())
}

#[test]
fn an_entry_becomes_an_exchange_without_secrets() {
    let recording = log(
        r#"{"startedDateTime":"2026-11-23T12:00:00.500Z","_resourceType":"fetch",
        "request":{"method":"post","url":"https://api.example.co.uk/v1?token=s3cr3t","headers":[
            {"name":"authorization","value":"Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.s3cr3t"},
            {"name":"Cookie","value":"sid=s3cr3t; a=b"},{"name":"Origin","value":"https://app.example.co.uk"}]},
        "response":{"status":401,"headers":[{"name":"WWW-Authenticate","value":"Bearer error=\"invalid_token\""},
            {"name":"set-cookie","value":"sid=s3cr3t; Path=/"}],
            "content":{"mimeType":"application/json","encoding":"base64","text":"eyJlcnJvciI6MX0="}}}"#,
    );
    assert_eq!(recording.problems, []);
    let [exchange] = &recording.exchanges[..] else {
        panic!("one exchange")
    };
    assert_eq!(
        (exchange.method.as_str(), exchange.status(), exchange.time),
        ("POST", Some(401), 1_795_435_200_500)
    );
    assert_eq!(exchange.resource_type, ResourceType::XmlHttpRequest);
    assert_eq!(exchange.address.site(), "example.co.uk");
    assert_eq!(
        exchange.initiator.as_deref(),
        Some("https://app.example.co.uk")
    );
    assert_eq!(exchange.body(), "{\"error\":1}");
    let sent = exchange.sent.as_ref().expect("fields were recorded");
    assert_eq!(
        sent.authorization.as_ref().and_then(|c| c.exp),
        Some(1_700_000_000)
    );
    assert_eq!(exchange.set_cookies().len(), 1);
    let mut kept = format!("{exchange:?}");
    kept = kept
        .replace(&exchange.address.to_navigate(), "")
        .replace("s3cr3t\"), fragment", "");
    assert!(
        !kept.contains("Bearer eyJ") && !kept.contains("sid=s3cr3t"),
        "{kept}"
    );
}

#[test]
fn unexpected_kinds_count_as_missing() {
    let recording = log(r#"
        {"request":{"URL":"https://a.example/","METHOD":"GET","headers":null},"RESPONSE":{"Status":"403 Forbidden","headers":{"a":1}}},
        {"request":{"url":"https://b.example/x.png"},"response":{"status":404.0,"content":"none"},"_initiator":"https://b.example/"},
        {"request":7,"response":[]}, null, 5, "x", [1,[2]],
        {"request":{"url":"data:text/html,x"},"response":{"status":200}},
        {"request":{"url":"https://c.example/"},"response":null}"#);
    assert_eq!(recording.problems, []);
    assert_eq!(recording.entries, [0, 1, 8]);
    let statuses: Vec<_> = recording.exchanges.iter().map(|e| e.status()).collect();
    assert_eq!(statuses, [Some(403), Some(404), None]);
    assert!(recording.exchanges[0].sent.is_none());
    assert_eq!(recording.exchanges[1].resource_type, ResourceType::Other);
    assert!(matches!(&recording.exchanges[2].end, End::Failed(error) if error == "no answer"));
}

#[test]
fn redirects_are_one_chain_in_the_order_of_time() {
    let recording = log(r#"
        {"startedDateTime":"2026-11-23T12:00:02Z","request":{"url":"https://idp.test/login"},"response":{"status":200}},
        {"startedDateTime":"2026-11-23T12:00:01Z","request":{"url":"https://app.example/"},"response":{"status":302,"redirectURL":"https://idp.test/login"}}"#);
    assert_eq!(recording.entries, [1, 0]);
    assert_eq!(
        recording.exchanges[0].request_id,
        recording.exchanges[1].request_id
    );
    assert!(matches!(&recording.exchanges[0].end, End::Redirected(to) if to.site() == "idp.test"));
}

#[test]
fn chromes_redacted_recording_says_nothing_about_what_was_sent() {
    let har = |cookie: &str| {
        format!(
            r#"{{"log":{{"entries":[{{"request":{{"url":"https://a.example/","headers":[{{"name":"Accept","value":"*/*"}}{cookie}]}},"response":{{"status":401}}}}],"creator":{{"name":"WebInspector"}}}}}}"#
        )
    };
    assert!(parse(har("").as_bytes()).exchanges[0].sent.is_none());
    assert!(
        parse(har(r#",{"name":"Cookie","value":"a=b"}"#).as_bytes()).exchanges[0]
            .sent
            .is_some()
    );
}

/// The places of the problems with what was found there, and the entries that were read.
fn outcome(text: &str) -> (Vec<(usize, usize, String)>, Vec<usize>) {
    let recording = parse(text.as_bytes());
    let problems = recording.problems.iter();
    (
        problems
            .map(|problem| (problem.line, problem.column, problem.found.clone()))
            .collect(),
        recording.entries,
    )
}

#[test]
fn what_stands_before_a_broken_place_is_kept() {
    let whole =
        r#"{"log":{"entries":[{"request":{"url":"https://a.example/"},"response":{"status":401}},"#;
    for (tail, line, column, found) in [
        ("", 1, 87, "the end"),
        ("\n ]}}", 2, 2, "`]`"),
        ("\n{\"request\":{\"ü\":tru}}", 2, 20, "`}`"),
        ("\n{\"ü\":[{}, \"request\":tru}}", 2, 20, "`:`"),
    ] {
        let (problems, entries) = outcome(&format!("{whole}{tail}"));
        assert_eq!(entries, [0], "{tail}");
        assert_eq!(problems[0], (line, column, found.to_owned()), "{tail}");
    }
}

/// Three entries, each on a line of its own; `broken` takes the place of the second.
fn three(broken: &str) -> String {
    let entry = |name: &str| {
        format!(
            r#"{{"startedDateTime":"2026-11-23T12:00:00Z","request":{{"url":"https://{name}.example/"}},"response":{{"status":401,"content":{{"text":"é"}}}}}}"#
        )
    };
    format!(
        "{{\"log\":{{\"entries\":[\n{},\n{broken},\n{}\n]}}}}",
        entry("a"),
        entry("c")
    )
}

#[test]
fn a_broken_entry_costs_nobody_else() {
    for (broken, line, column, found) in [
        // A word that JSON does not have: the entry is read all the same.
        (
            r#"{"request":{"url":"https://b.example/","x":NaN}}"#,
            3,
            44,
            "`N`",
        ),
        (r#"{"request":{"url":"https://b.example/",}}"#, 3, 40, "`}`"),
        (r#"{"request":{"url":"https://b.example/"},}"#, 3, 41, "`}`"),
        (
            "{\"request\":{\"url\":\"https://b.example/\u{1}\"}}",
            3,
            38,
            "`\\u{1}`",
        ),
    ] {
        let (problems, entries) = outcome(&three(broken));
        assert_eq!(problems, [(line, column, found.to_owned())], "{broken}");
        assert_eq!(entries, [0, 1, 2], "{broken}");
    }
    for (broken, column, found) in [
        (r#"{"request":{"url":"https://b.example/}}"#, 41, "`\\n`"),
        (r#"{"request":{"url":"https://b.example/"}"#, 1, "`{`"),
        (r#"{"request":{"url":https://b.example/"}}"#, 19, "`h`"),
        (r#"{"request":{"url" "https://b.example/"}}"#, 19, "`\"`"),
        (r#"{"startedDateTime":"x"}}"#, 24, "`}`"),
        (r#"{"a":'x'}"#, 6, "`'`"),
    ] {
        let text = three(broken);
        let recording = parse(text.as_bytes());
        let hosts: Vec<&str> = recording
            .exchanges
            .iter()
            .map(|e| e.address.host())
            .collect();
        assert!(
            hosts.contains(&"a.example") && hosts.contains(&"c.example"),
            "{broken}: {hosts:?} {:?}",
            recording.problems
        );
        let first = &recording.problems[0];
        assert_eq!(
            (first.column, first.found.as_str()),
            (column, found),
            "{broken}"
        );
        assert!(matches!(first.line, 3 | 4), "{broken}");
    }
}

#[test]
fn half_a_surrogate_pair_is_no_problem() {
    let recording = log(
        r#"{"request":{"url":"https://a.example/"},"response":{"status":401,"content":{"text":"cut \ud83d"}}}"#,
    );
    assert_eq!(recording.problems, []);
    assert_eq!(recording.exchanges[0].body(), "cut \u{fffd}");
}

#[test]
fn long_bodies_are_cut_and_places_behind_them_are_right() {
    for unit in ["x", "é", "\\n", "\\u00e9", "\\ud83d\\ude00", "😀", "\\\\"] {
        for shift in 0..12 {
            let body = format!("{}{}", "-".repeat(shift), unit.repeat(100_000));
            let recording = log(&format!(
                "{{\"request\":{{\"url\":\"https://a.example/\"}},\"response\":{{\"status\":401,\"content\":{{\"text\":\"{body}\"}},\"x\":tru}}}}"
            ));
            let before = r#"{"request":{"url":"https://a.example/"},"response":{"status":401,"content":{"text":""#;
            let column =
                OPENING.len() + before.len() + body.chars().count() + r#""},"x":tru"#.len() + 1;
            let [problem] = &recording.problems[..] else {
                panic!("{unit}: {:?}", recording.problems)
            };
            assert_eq!(
                (problem.line, problem.column),
                (1, column),
                "{unit} {shift}"
            );
        }
    }
}

#[test]
fn what_is_not_read_may_be_of_any_size() {
    let recording = log(&format!(
        r#"{{"_webSocketMessages":[{}0],"request":{{"url":"https://a.example/"}},"response":{{"status":401}}}},
           {{"request":{{"url":"https://b.example/"}},"response":{{"status":401,"x":[{}0]}}}},
           {{"request":{{"url":"https://c.example/"}},"response":{{"status":401}}}}"#,
        r#"{"data":"x"},"#.repeat(500_000),
        r#"{"data":"x"},"#.repeat(500_000),
    ));
    assert_eq!(recording.entries, [0, 2]);
    let [problem] = &recording.problems[..] else {
        panic!("{:?}", recording.problems)
    };
    assert_eq!(problem.found, "a longer one");
}

#[test]
fn other_json_is_no_har() {
    for text in [
        "{}",
        "[]",
        r#"{"log":{}}"#,
        r#"{"log":[]}"#,
        "{\"log\":{\"entries\":7}}",
    ] {
        let recording = parse(text.as_bytes());
        assert_eq!(recording.problems.len(), 1, "{text}");
        assert!(recording.problems[0].found.chars().count() <= 64);
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let mut text = br#"{"log":{"entries":[{"request":{"url":""#.to_vec();
        text.extend(&bytes);
        let recording = parse(&text);
        proptest::prop_assert_eq!(recording.exchanges.len(), recording.entries.len());
        let _ = parse(&bytes);
    }
}
