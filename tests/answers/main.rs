//! Answers of products that the rules were not made with: each row has the true cause, written down before any rule saw
//! it, and the source of its facts: a public page, a standard's section, or the product's own name for what it sends. Read
//! as recordings, once with their bodies and once without.
//!
//! A row with `needs_body` can only be told from its words; one that is `open` is not told rightly yet. A row without a cause is healthy: nothing may be said.
#![cfg(not(target_arch = "wasm32"))]

use readmit::event::Browser;
use readmit::finding::FindingId;
use readmit::input::{self, har};
use serde_json::{Value, json};

/// The rows of a set, one JSON object a line.
fn rows(set: &str) -> Vec<Value> {
    set.lines()
        .map(|line| serde_json::from_str(line).expect("a row is JSON"))
        .collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// A row as the HAR that a browser would write of it.
fn recording(row: &Value, with_bodies: bool) -> Vec<u8> {
    let entries: Vec<Value> = row["exchanges"]
        .as_array()
        .expect("a row has exchanges")
        .iter()
        .enumerate()
        .map(|(at, exchange)| entry(at, exchange, with_bodies))
        .collect();
    json!({"log": {"version": "1.2", "entries": entries}})
        .to_string()
        .into_bytes()
}

fn entry(at: usize, exchange: &Value, with_bodies: bool) -> Value {
    let asked = &exchange["request"];
    let kind = match text(asked, "type") {
        "main_frame" | "sub_frame" => "document",
        "xmlhttprequest" => "fetch",
        _ => "image",
    };
    let mut sent: Vec<Value> = asked["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    match text(asked, "type") {
        "main_frame" => sent.push(json!({"name": "Sec-Fetch-Dest", "value": "document"})),
        "sub_frame" => sent.push(json!({"name": "Sec-Fetch-Dest", "value": "iframe"})),
        _ => {}
    }
    let fields: Vec<Value> = exchange["response_headers"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|field| json!({"name": field[0], "value": field[1]}))
        .collect();
    let mut content = json!({"mimeType": ""});
    if with_bodies {
        content["text"] = exchange["body_snippet"].clone();
    }
    let minutes = 10 + exchange["wait"].as_u64().unwrap_or(0);
    json!({
        "startedDateTime": format!("2026-11-24T{:02}:{:02}:{:02}.000Z", minutes / 60, minutes % 60, at * 2),
        "_resourceType": kind,
        "request": {"method": asked["method"], "url": asked["url"], "headers": sent},
        "response": {"status": exchange["status"], "headers": fields, "content": content},
    })
}

/// The top finding of what failed last; empty where nothing did.
fn top(row: &Value, with_bodies: bool) -> &'static str {
    let recording = har::parse(&recording(row, with_bodies));
    assert_eq!(recording.problems, [], "{}", text(row, "id"));
    let judged = input::judge(&recording.exchanges, Browser::Recording);
    judged
        .last()
        .map_or("", |found| found.findings[0].id.as_str())
}

/// The rows whose top finding is none of the true ones.
fn misses(set: &str) -> Vec<String> {
    let mut misses = Vec::new();
    for row in rows(set) {
        let id = text(&row, "id");
        assert!(!text(&row, "source").is_empty(), "{id} has a source");
        let causes: Vec<&str> = row["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for cause in &causes {
            assert!(FindingId::from_id(cause).is_some(), "{id}: {cause}");
        }
        let mut missed = Vec::new();
        for with_bodies in [true, false] {
            let told = with_bodies || row["needs_body"] == false;
            let found = top(&row, with_bodies);
            let holds = causes.contains(&found) || (causes.is_empty() && found.is_empty());
            if told && !holds {
                missed.push(format!(
                    "{id} (bodies: {with_bodies}): found {found:?}, but true is one of {causes:?}"
                ));
            }
        }
        if row["open"] == true {
            assert_ne!(missed, [""; 0], "{id} is told by now: it is open no longer");
        } else {
            misses.extend(missed);
        }
    }
    misses
}

/// Every set, by its name: in the order in which they were written, each before any rule saw it.
const SETS: [(&str, &str); 22] = [
    ("first", include_str!("first.jsonl")),
    ("second", include_str!("second.jsonl")),
    ("third", include_str!("third.jsonl")),
    ("fourth", include_str!("fourth.jsonl")),
    ("fifth", include_str!("fifth.jsonl")),
    ("sixth", include_str!("sixth.jsonl")),
    ("seventh", include_str!("seventh.jsonl")),
    ("eighth", include_str!("eighth.jsonl")),
    ("ninth", include_str!("ninth.jsonl")),
    ("tenth", include_str!("tenth.jsonl")),
    ("eleventh", include_str!("eleventh.jsonl")),
    ("twelfth", include_str!("twelfth.jsonl")),
    ("thirteenth", include_str!("thirteenth.jsonl")),
    ("fourteenth", include_str!("fourteenth.jsonl")),
    ("fifteenth", include_str!("fifteenth.jsonl")),
    ("sixteenth", include_str!("sixteenth.jsonl")),
    ("seventeenth", include_str!("seventeenth.jsonl")),
    ("eighteenth", include_str!("eighteenth.jsonl")),
    ("nineteenth", include_str!("nineteenth.jsonl")),
    ("twentieth", include_str!("twentieth.jsonl")),
    ("twentyfirst", include_str!("twentyfirst.jsonl")),
    ("twentysecond", include_str!("twentysecond.jsonl")),
];

#[test]
fn the_top_finding_is_a_true_one() {
    let missed: Vec<String> = SETS
        .iter()
        .flat_map(|(name, set)| {
            misses(set)
                .into_iter()
                .map(move |miss| format!("{name}: {miss}"))
        })
        .collect();
    assert_eq!(missed, Vec::<String>::new());
}
