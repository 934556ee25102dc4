//! `cargo xtask suffixes`: the public suffix list of the crate `psl`, as the page's wasm searches it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use idna::punycode;
use serde_json::Value;

use crate::tools;

/// Where the list lies for `src/input/suffix.rs`.
fn file() -> PathBuf {
    tools::root().join("src/input/suffixes.txt")
}

/// Writes the list anew.
///
/// # Errors
///
/// When the crate's own list cannot be found or read.
pub(crate) fn run() -> Result<()> {
    fs::write(file(), list()?).context("expected to write the list")
}

/// The rules, a line each, sorted by their bytes.
fn list() -> Result<String> {
    let metadata =
        tools::read(tools::cargo().args(["metadata", "--format-version=1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|package| package["name"] == "psl")
        .find_map(|package| package["manifest_path"].as_str())
        .context("expected the crate `psl` among the dependencies")?;
    let rules = Path::new(manifest).with_file_name("data").join("rules.txt");
    let rules = fs::read_to_string(&rules)
        .with_context(|| format!("expected the crate's list at {}", rules.display()))?;
    let rules: BTreeSet<String> = rules
        .lines()
        .filter(|rule| !rule.is_empty())
        .map(ascii)
        .collect::<Result<_>>()?;
    Ok(rules.into_iter().collect::<Vec<_>>().join("\n"))
}

/// A rule with names beyond ASCII in Punycode, as browsers write hosts. The list has them in their final form, lower-case.
fn ascii(rule: &str) -> Result<String> {
    let label = |label: &str| {
        if label.is_ascii() {
            return Ok(label.to_owned());
        }
        let code = punycode::encode_str(label);
        let code = code.with_context(|| format!("expected a rule, but found `{rule}`"))?;
        Ok(format!("xn--{code}"))
    };
    let labels: Vec<String> = rule.split('.').map(label).collect::<Result<_>>()?;
    Ok(labels.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_the_crate() {
        let written = fs::read_to_string(file()).expect("the list");
        assert!(
            written == list().expect("the crate's list"),
            "expected the list of the crate `psl`: run `cargo xtask suffixes`"
        );
    }
}
