//! The fixture views (`tests/fixtures/views/*.json`): what the popup is looked at with. They must be what the core writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use readmit::finding::{Arg, Args, Confidence, EvidenceId, FindingId, Who};
use readmit::remedy::{Act, RemedyId, Touches};
use readmit::view::{
    CookieView, EvidenceView, Failure, FindingView, General, MessageView, ProgressView, RemedyView,
    Stage, UndoView, View,
};
use serde::Serialize;
use serde_json::Value;

/// Name and value of every fixture.
pub(crate) fn views() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/views");
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries
        .map(|entry| {
            let path = entry.expect("a readable folder").path();
            let text =
                fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let value =
                serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            (path.display().to_string(), value)
        })
        .collect()
}

/// The fixture has the members of a view at every depth, and only known ids.
#[track_caller]
pub(crate) fn check(name: &str, view: &Value) {
    same_shape(name, view, &full_view());
    for finding in list(view, "findings") {
        known(
            name,
            finding,
            "id",
            |id| FindingId::from_id(id).map(|f| (f.who(), "who")),
            finding,
        );
        for evidence in list(finding, "evidence") {
            assert!(
                EvidenceId::from_id(text(evidence, "id")).is_some(),
                "{name}: unknown evidence {evidence}"
            );
        }
        for remedy in list(finding, "remedies") {
            known(
                name,
                remedy,
                "id",
                |id| RemedyId::from_id(id).map(|r| (r.touches(), "touches")),
                remedy,
            );
        }
        let primaries = list(finding, "remedies")
            .iter()
            .filter(|remedy| remedy.get("primary") == Some(&Value::Bool(true)))
            .count();
        assert!(primaries <= 1, "{name}: more than one primary button");
    }
}

/// The id is known, and what hangs on it agrees.
#[track_caller]
fn known<T: Serialize>(
    name: &str,
    owner: &Value,
    member: &str,
    find: impl Fn(&str) -> Option<(T, &'static str)>,
    whole: &Value,
) {
    let (value, field) =
        find(text(owner, member)).unwrap_or_else(|| panic!("{name}: unknown id in {whole}"));
    assert_eq!(
        owner.get(field),
        serde_json::to_value(value).ok().as_ref(),
        "{name}: `{field}` of `{}`",
        text(owner, member)
    );
}

/// The same members at every depth. What is null in the fixture has no shape to compare.
#[track_caller]
fn same_shape(at: &str, fixture: &Value, model: &Value) {
    match (fixture, model) {
        (Value::Null, _) => (),
        (Value::Object(fixture), Value::Object(model)) => {
            let keys = |object: &serde_json::Map<String, Value>| {
                object.keys().cloned().collect::<BTreeSet<String>>()
            };
            assert_eq!(keys(fixture), keys(model), "{at}");
            for (key, value) in fixture {
                same_shape(&format!("{at} {key}"), value, &model[key]);
            }
        }
        (Value::Array(fixture), Value::Array(model)) => {
            if at.ends_with(" args") {
                assert!(fixture.len() <= Arg::ALL.len(), "{at}");
                assert_ne!(fixture.last(), Some(&Value::from("")), "{at}");
            }
            for value in fixture {
                same_shape(at, value, &model[0]);
            }
        }
        (fixture, model) => assert_eq!(
            std::mem::discriminant(fixture),
            std::mem::discriminant(model),
            "{at}: expected a value like `{model}`, but found `{fixture}`"
        ),
    }
}

fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value
        .get(member)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A view with every member filled, as the core would write it.
fn full_view() -> Value {
    let args = || {
        let mut args = Args::default();
        args.set(Arg::Host, "example.com");
        args
    };
    let view = View {
        browser: Some(readmit::event::Browser::Chromium),
        findings: vec![FindingView {
            id: FindingId::SignInRequired,
            rank: 1,
            status: Some(401),
            confidence: Confidence::Certain,
            url: String::new(),
            notice: false,
            who: Who::Person,
            args: args(),
            evidence: vec![EvidenceView {
                id: EvidenceId::Status.as_str(),
                args: args(),
            }],
            remedies: vec![RemedyView {
                id: RemedyId::SignIn,
                touches: Touches::Nothing,
                act: Act::Button,
                primary: true,
                tried: false,
                args: args(),
                cookies: vec![CookieView {
                    name: String::new(),
                    domain: String::new(),
                }],
                not_before: Some(0),
                permission: Some("browsingData"),
            }],
        }],
        general: Some(General {
            status: 400,
            url: String::new(),
            args: args(),
        }),
        progress: Some(ProgressView {
            remedy: RemedyId::SignIn,
            finding: FindingId::SignInRequired,
            stage: Stage::Opening,
        }),
        undo: Some(UndoView {
            count: 1,
            expires: 0,
        }),
        message: Some(MessageView {
            id: "not-yet",
            args: args(),
        }),
        timeline: vec![Failure {
            time: 0,
            method: String::new(),
            url: String::new(),
            status: Some(401),
            background: false,
            finding: Some(FindingId::SignInRequired),
        }],
        ..View::default()
    };
    serde_json::to_value(view).expect("a view is plain data")
}
