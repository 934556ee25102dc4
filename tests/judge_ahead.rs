//! Judging while exchanges come gives what judging them all at once gives, and stays within its bounds.
#![cfg(not(target_arch = "wasm32"))]

use proptest::collection::vec;
use proptest::prelude::*;
use readmit::event::Browser;
use readmit::input::{self, Diagnosis, Judge, Judgement, har};

/// One entry of a HAR.
fn entry(
    second: u32,
    host: &str,
    path: &str,
    status: u16,
    kind: &str,
    sent: &str,
    got: &str,
) -> String {
    let field = |line: &str| match line.split_once(": ") {
        Some((name, value)) => format!(r#"{{"name":"{name}","value":"{value}"}}"#),
        None => String::new(),
    };
    let (hours, minutes, seconds) = (second / 3600 % 24, second / 60 % 60, second % 60);
    format!(
        r#"{{"startedDateTime":"2026-11-23T{hours:02}:{minutes:02}:{seconds:02}Z","_resourceType":"{kind}","request":{{"method":"GET","url":"https://{host}{path}","headers":[{}]}},"response":{{"status":{status},"headers":[{}]}}}}"#,
        field(sent),
        field(got)
    )
}

fn har_of(entries: &[String]) -> String {
    format!(
        r#"{{"log":{{"creator":{{"name":"test"}},"entries":[{}]}}}}"#,
        entries.join(",\n")
    )
}

fn by_and_by(text: &str, size: usize) -> Vec<Judgement> {
    let mut diagnosis = Diagnosis::new();
    let mut judged = Vec::new();
    for piece in text.as_bytes().chunks(size) {
        judged.extend(diagnosis.push(piece));
    }
    let ending = diagnosis.finish();
    judged.extend(ending.judged);
    assert_eq!(judged.len(), ending.exchanges);
    judged
}

fn any_entry() -> impl Strategy<Value = String> {
    let sent = [
        "",
        "Cookie: sid=1",
        "Authorization: Basic YTpi",
        "Authorization: Bearer x",
    ];
    let answers = [
        (200, ""),
        (200, "Set-Cookie: sid=2; HttpOnly"),
        (302, "Location: /login"),
        (302, "Location: /inbox"),
        (401, "WWW-Authenticate: Basic realm=x"),
        (401, "WWW-Authenticate: Bearer error=invalid_token"),
        (403, ""),
        (429, "Retry-After: 30"),
        (500, ""),
    ];
    (
        0..40_u32,
        prop::sample::select(vec!["app.example", "api.app.example", "other.example"]),
        prop::sample::select(vec!["/inbox", "/login", "/api/me"]),
        prop::sample::select(answers.to_vec()),
        prop::sample::select(vec!["document", "fetch", "image"]),
        prop::sample::select(sent.to_vec()),
    )
        .prop_map(|(second, host, path, (status, got), kind, sent)| {
            entry(second, host, path, status, kind, sent, got)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn by_and_by_is_as_all_at_once(entries in vec(any_entry(), 0..40), size in 1..4000_usize) {
        let text = har_of(&entries);
        let whole = har::parse(text.as_bytes());
        let all = input::judge(&whole.exchanges, Browser::Recording);
        let judged = by_and_by(&text, size);
        prop_assert_eq!(judged.len(), whole.exchanges.len());
        let mut found = all.iter();
        for (at, judgement) in judged.iter().enumerate() {
            prop_assert_eq!(judgement.entry, whole.entries[at]);
            prop_assert_eq!(&judgement.exchange, &whole.exchanges[at]);
            if !judgement.findings.is_empty() {
                let other = found.next();
                prop_assert_eq!(other.map(|f| f.entry), Some(at));
                prop_assert_eq!(other.map(|f| &f.findings), Some(&judgement.findings));
            }
        }
        prop_assert!(found.next().is_none());
    }
}

#[test]
fn a_long_recording_is_judged_before_its_end() {
    let page = |second| {
        [
            entry(
                second,
                "app.example",
                "/inbox",
                302,
                "document",
                "Cookie: sid=1",
                "Location: /login",
            ),
            entry(
                second,
                "app.example",
                "/login",
                200,
                "document",
                "Cookie: sid=1",
                "",
            ),
            entry(second, "cdn.example", "/x.png", 200, "image", "", ""),
        ]
    };
    let rounds = 10_000_u32;
    let entries: Vec<String> = (0..rounds).flat_map(page).collect();
    let text = har_of(&entries);
    let mut diagnosis = Diagnosis::new();
    let mut early = 0;
    let mut found = Vec::new();
    for piece in text.as_bytes().chunks(100_000) {
        let judged = diagnosis.push(piece);
        early += judged.len();
        found.extend(judged);
    }
    let ending = diagnosis.finish();
    let waiting = ending.judged.len();
    assert!(waiting <= Judge::ORDER_MAX + Judge::AHEAD_MAX, "{waiting}");
    assert_eq!(early + waiting, entries.len());
    found.extend(ending.judged);
    let turned = found.iter().filter(|judged| !judged.findings.is_empty());
    assert_eq!(turned.count(), rounds as usize);
    assert!(found.is_sorted_by_key(|judged| judged.entry));
}
