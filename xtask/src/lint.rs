//! Mozilla's linter on both packages, with nothing waved through.
//!
//! The linter reads every package as Firefox's. On Firefox's it must have no error and no warning. Chrome's package
//! it cannot but find fault with: `service_worker` is no key of Firefox, and Firefox's own keys are not there. So for
//! each declared difference between the manifests ([`manifest::DIFFERENCES`]) it is declared too what the linter
//! says of it, and on Chrome's package it must say exactly that: one message more is a fault of ours, and one less
//! means that a declaration is out of date.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::manifest::{self, Target};
use crate::setup::Npm;
use crate::tools;

/// Lints one unpacked package in `dist/`.
///
/// # Errors
///
/// When the linter cannot run or says anything that is not declared, or does not say something that is.
pub(crate) fn run(npm: &Npm, target: Target) -> Result<()> {
    let mut command = npm.web_ext();
    command.args(["lint", "--output", "json", "--no-input", "--source-dir"]);
    command.arg(tools::dist().join(target.name()));
    // Its exit status says only whether there are errors; the messages say that too.
    let output = tools::capture(&mut command)?;
    let report = serde_json::from_slice(&output.stdout).with_context(|| {
        format!(
            "expected a report from web-ext lint, but found {}",
            tools::both(&output)
        )
    })?;
    let found = messages(&report)?;
    let declared = declared(target);
    if found.iter().map(|message| &message.code).ne(&declared) {
        let lines: Vec<_> = found
            .iter()
            .map(|message| format!("{} {}", message.code, message.text))
            .collect();
        bail!(
            "expected of the {} package {declared:#?}, but found {lines:#?}",
            target.name()
        );
    }
    Ok(())
}

/// What the linter may and must say of a target's package, sorted.
fn declared(target: Target) -> Vec<String> {
    let differences = match target {
        Target::Chrome => manifest::DIFFERENCES,
        Target::Firefox => &[],
    };
    let mut codes: Vec<_> = differences
        .iter()
        .flat_map(|difference| difference.lint)
        .map(ToString::to_string)
        .collect();
    codes.sort_unstable();
    codes
}

/// One thing the linter says.
struct Message {
    /// `errors CODE` or `warnings CODE`.
    code: String,
    /// Its sentence, and the file it is about.
    text: String,
}

/// The errors and warnings of a report, sorted by code.
fn messages(report: &Value) -> Result<Vec<Message>> {
    let mut messages = Vec::new();
    for kind in ["errors", "warnings"] {
        let list = report[kind]
            .as_array()
            .with_context(|| format!("expected the list `{kind}` in the linter's report"))?;
        messages.extend(list.iter().map(|message| Message {
            code: format!("{kind} {}", message["code"].as_str().unwrap_or_default()),
            text: format!("{} in {}", message["message"], message["file"]),
        }));
    }
    messages.sort_unstable_by(|a, b| a.code.cmp(&b.code));
    Ok(messages)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_and_warnings_count_and_notices_do_not() {
        let report = json!({
            "errors": [{ "code": "B", "message": "bad", "file": "manifest.json" }],
            "warnings": [{ "code": "A", "message": "odd", "file": "popup.js" }],
            "notices": [{ "code": "N" }],
        });
        let codes: Vec<_> = messages(&report)
            .expect("messages")
            .into_iter()
            .map(|message| message.code)
            .collect();
        assert_eq!(codes, ["errors B", "warnings A"]);
    }

    #[test]
    fn a_report_of_another_shape_is_an_error() {
        assert!(messages(&json!({ "errors": [] })).is_err());
    }

    #[test]
    fn nothing_is_declared_for_firefox() {
        assert_eq!(declared(Target::Firefox), Vec::<String>::new());
        assert_eq!(declared(Target::Chrome).len(), 4);
    }
}
