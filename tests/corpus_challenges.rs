//! Runs `challenge::parse` over the shared corpus of challenge fields that real servers and test suites send.
//!
//! Each row gives the field values, what the strict grammar makes of them (`expect`, null where they break it) and
//! what a robust parser still recovers (`lenient`). The corpus is not part of this repository: without it the test
//! says that it was skipped.

use std::path::Path;

use readmit::challenge::{Challenge, parse};
use serde_json::{Value, json};

/// Rows that ask for something else than the contract of `readmit challenge`, with the reason.
const DEPARTURES: [(&str, &str); 2] = [
    (
        "cr-basic-two-realms-2",
        "keeps the last of two realms, as Chromium does; the contract keeps the first",
    ),
    (
        "ah-custom",
        "makes a list of a repeated parameter; the contract keeps the first",
    ),
];

fn as_json(challenges: &[Challenge]) -> Value {
    serde_json::to_value(challenges).expect("challenges serialise")
}

/// What is wrong with one row, if anything.
fn check(row: &Value) -> Result<(), String> {
    let values = row["field_values"].as_array().ok_or("no field_values")?;
    let lines: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let (challenges, problems) = parse(lines.iter().copied());
    let found = as_json(&challenges);
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    if !row["expect"].is_null() && (found != row["expect"] || !problems.is_empty()) {
        return Err(format!("found {found} with {problems:?}"));
    }
    if row["expect"].is_null() && problems.is_empty() {
        return Err(format!("found {found} without a problem"));
    }
    let lenient = &row["lenient"];
    if row["expect"].is_null() && !lenient.is_null() && found != *lenient {
        return Err(format!("found {found}, not {lenient}, with {problems:?}"));
    }
    let Some(per_line) = row["expect_per_line"].as_array() else {
        return Ok(());
    };
    for (line, expected) in lines.iter().zip(per_line) {
        let (challenges, problems) = parse([*line]);
        let found = as_json(&challenges);
        let holds = if expected.is_null() {
            !problems.is_empty()
        } else {
            problems.is_empty() && found == *expected
        };
        if !holds {
            return Err(format!("line {line:?}: found {found} with {problems:?}"));
        }
    }
    Ok(())
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn reads_every_row_as_its_header_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/challenges.jsonl");
    let Ok(corpus) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: no corpus beside the workspace");
        return;
    };
    let mut failures = Vec::new();
    let mut rows = 0;
    for line in corpus.lines().filter(|line| !line.trim().is_empty()) {
        let row: Value = serde_json::from_str(line).expect("a row is JSON");
        let id = row["id"].as_str().unwrap_or_default();
        rows += 1;
        let departure = DEPARTURES.iter().find(|(known, _)| *known == id);
        match (check(&row), departure) {
            (Ok(()), None) => {}
            (Err(found), None) => failures.push(format!("{id}: {found}")),
            (Ok(()), Some((_, reason))) => {
                failures.push(format!("{id}: agrees, although it {reason}"))
            }
            (Err(_), Some(_)) => failures.extend(check_departure(&row).err()),
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {rows} rows differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(
        rows >= 188,
        "expected the whole corpus, but found {rows} rows"
    );
}

/// A departure still reports a problem and keeps the first of duplicates.
fn check_departure(row: &Value) -> Result<(), String> {
    let values = row["field_values"].as_array().ok_or("no field_values")?;
    let (challenges, problems) = parse(values.iter().filter_map(Value::as_str));
    let expected = match row["id"].as_str() {
        Some("cr-basic-two-realms-2") => json!({"realm": "Second"}),
        _ => json!({"api": "42146432", "foo": "bar", "baz": "ding"}),
    };
    let found = &as_json(&challenges)[0]["params"];
    if problems.is_empty() || *found != expected {
        return Err(format!("{}: found {found} with {problems:?}", row["id"]));
    }
    Ok(())
}
