//! Reads the message files: `extension/_locales/<locale>/messages.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The text, with `$NAME$` where an argument goes.
    pub(crate) text: String,
    /// What translators need to know.
    pub(crate) description: String,
    /// Placeholder names (lower-case) and what they stand for: `$1` … `$9`.
    pub(crate) placeholders: BTreeMap<String, String>,
    /// An example for each.
    examples: BTreeMap<String, String>,
}

impl Message {
    /// The placeholders in the text, lower-case; or the rest of the text from the first `$` that begins none.
    pub(crate) fn used_placeholders(&self) -> Result<BTreeSet<String>, String> {
        let parts: Vec<&str> = self.text.split('$').collect();
        if parts.len().is_multiple_of(2) {
            return Err((*parts.last().unwrap_or(&"")).to_owned());
        }
        let names: Vec<&str> = parts.into_iter().skip(1).step_by(2).collect();
        match names.iter().find(|name| {
            name.is_empty() || !name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        }) {
            Some(stray) => Err((*stray).to_owned()),
            None => Ok(names.into_iter().map(str::to_lowercase).collect()),
        }
    }

    /// The text with its examples filled in.
    pub(crate) fn with_examples(&self) -> String {
        self.examples
            .iter()
            .fold(self.text.clone(), |text, (name, example)| {
                text.replace(&format!("${}$", name.to_uppercase()), example)
            })
    }
}

/// All messages of a locale by key.
pub(crate) type Messages = BTreeMap<String, Message>;

/// The English ones.
pub(crate) fn english() -> Messages {
    locales()
        .remove("en")
        .expect("English is the source of all texts")
}

/// Every locale's messages.
pub(crate) fn locales() -> BTreeMap<String, Messages> {
    let folder = extension().join("_locales");
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries
        .map(|entry| {
            let path = entry.expect("a readable folder").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, read(&path.join("messages.json")))
        })
        .collect()
}

/// The project's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the extension's sources.
pub(crate) fn extension() -> PathBuf {
    root().join("extension")
}

/// The key without the suffix of a variant: a CLDR plural category, `_without_<argument>` or `_of_<kind>`.
pub(crate) fn base_key(key: &str) -> String {
    let suffixes = [
        "_zero",
        "_one",
        "_two",
        "_few",
        "_many",
        "_without_realm",
        "_without_other",
        "_of_cached",
        "_of_code",
    ];
    suffixes
        .iter()
        .find_map(|suffix| key.strip_suffix(suffix))
        .unwrap_or(key)
        .to_owned()
}

fn read(path: &Path) -> Messages {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let value: Value =
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let entries = value.as_object().expect("an object of messages");
    entries
        .iter()
        .map(|(key, entry)| (key.clone(), message(entry)))
        .collect()
}

fn message(entry: &Value) -> Message {
    let field = |value: &Value, name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let placeholders = entry
        .get("placeholders")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let each = |name: &'static str| {
        placeholders
            .iter()
            .map(|(key, value)| (key.clone(), field(value, name)))
            .collect()
    };
    Message {
        text: field(entry, "message"),
        description: field(entry, "description"),
        placeholders: each("content"),
        examples: each("example"),
    }
}
