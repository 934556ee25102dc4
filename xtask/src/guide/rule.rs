//! What a rule's own file says of itself: its heading block, and, for tests, the remedies that it names.

#[cfg(test)]
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use readmit::finding::FindingId;
#[cfg(test)]
use readmit::remedy::RemedyId;

/// Where tests begin in a rule's file: what they name is not offered.
const TESTS: &str = "#[cfg(test)]";

/// Functions that rules share, with the remedy that each offers.
#[cfg(test)]
const HELPERS: &[(&str, RemedyId)] = &[
    ("sign_in_offer", RemedyId::SignIn),
    ("start_over_offer", RemedyId::StartOver),
    ("change_password_page", RemedyId::ResetPassword),
    ("offer_removal", RemedyId::RemoveCookies),
];

/// A function that leads out of a dead pass, and the file that it stands in.
#[cfg(test)]
const LEAD_OUT: (&str, &str) = ("lead_out", "stored_pass");

/// A rule as its file describes it.
pub(super) struct Rule {
    sections: HashMap<String, String>,
}

impl Rule {
    /// The text below a heading, in one line.
    pub(super) fn section(&self, heading: &str) -> &str {
        self.sections.get(heading).map_or("", String::as_str)
    }
}

/// Reads the file of a finding's rule.
///
/// # Errors
///
/// When there is no such file, or its heading block lacks a heading.
pub(super) fn read(root: &Path, id: FindingId) -> Result<Rule> {
    let name = id.as_str().replace('-', "_");
    let source = source(root, &name)?;
    let sections = sections(&source);
    for heading in [
        "What it detects",
        "How we tell",
        "False positives",
        "References",
    ] {
        sections.get(heading).with_context(|| {
            format!("expected `# {heading}` in the head of src/rules/{name}.rs")
        })?;
    }
    Ok(Rule { sections })
}

/// The remedies that a rule can offer, in the order of the ladder.
///
/// # Errors
///
/// When its file cannot be read.
#[cfg(test)]
pub(super) fn remedies_of(root: &Path, id: FindingId) -> Result<Vec<RemedyId>> {
    let source = source(root, &id.as_str().replace('-', "_"))?;
    let mut found = remedies(&source);
    if source.contains(LEAD_OUT.0) {
        found.extend(remedies(&self::source(root, LEAD_OUT.1)?));
    }
    Ok(found.into_iter().collect())
}

/// The part of a rule's file before its tests.
fn source(root: &Path, name: &str) -> Result<String> {
    let file = root.join(format!("src/rules/{name}.rs"));
    let text = fs::read_to_string(&file)
        .with_context(|| format!("expected to read {}", file.display()))?;
    Ok(text.split(TESTS).next().unwrap_or_default().to_owned())
}

/// The heading block by heading.
fn sections(source: &str) -> HashMap<String, String> {
    let mut sections: HashMap<String, String> = HashMap::new();
    let mut heading = String::new();
    for line in source.lines() {
        let Some(line) = line.strip_prefix("//!") else {
            break;
        };
        let line = line.trim();
        if let Some(next) = line.strip_prefix("# ") {
            heading = next.to_owned();
            continue;
        }
        let text = sections.entry(heading.clone()).or_default();
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
    }
    sections
}

/// The remedies that a source names, by their own names or by what offers them; the ladder is their order.
#[cfg(test)]
fn remedies(source: &str) -> BTreeSet<RemedyId> {
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let named = code.split("RemedyId::").skip(1).filter_map(|rest| {
        let name: String = rest
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        RemedyId::ALL
            .iter()
            .copied()
            .find(|id| format!("{id:?}") == name)
    });
    let offered = HELPERS
        .iter()
        .filter(|(helper, _)| code.contains(helper))
        .map(|(_, id)| *id);
    named.chain(offered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "//! some-id: what.\n//!\n//! # How we tell\n//! By one\n//! and two.\n//! # References\n//! RFC.\n\nfn check() { finding.offer(RemedyId::Wait).offer(case.sign_in_offer()) }\n// RemedyId::Reload is not offered.\n";

    #[test]
    fn the_heading_block_is_read_by_heading() {
        let sections = sections(SOURCE);
        assert_eq!(sections["How we tell"], "By one and two.");
        assert_eq!(sections["References"], "RFC.");
    }

    #[test]
    fn remedies_are_those_that_are_offered() {
        let found: Vec<_> = remedies(SOURCE).into_iter().collect();
        assert_eq!(found, [RemedyId::SignIn, RemedyId::Wait]);
    }
}
