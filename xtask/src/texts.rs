//! The message files as they are packaged: without what only translators read, and each place with its own keys alone.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value};

use crate::package;
use crate::tools;

/// The beginnings of keys that only the page and its guide ask for.
const OF_THE_PAGE: &[&str] = &["www_", "guide_"];

/// The beginnings of keys that no script of the page asks for.
const ELSEWHERE: &[&str] = &["guide_", "owner_", "topic_", "welcome_"];

/// Writes every locale's `messages.json` as an extension needs it, below `to`.
///
/// # Errors
///
/// When a file cannot be read or written, or is not as browsers want it.
pub(crate) fn write_locales(to: &Path) -> Result<()> {
    let from = tools::root().join("extension/_locales");
    for name in package::names(&from)? {
        let mut messages = read(&from.join(&name))?;
        messages.retain(|key, _| !OF_THE_PAGE.iter().any(|begin| key.starts_with(begin)));
        for message in messages.values_mut() {
            for_browsers(message);
        }
        let file = to.join(&name);
        fs::create_dir_all(file.parent().unwrap_or(to))
            .with_context(|| format!("expected to create a folder for {name}"))?;
        fs::write(&file, serde_json::to_string(&messages)?)
            .with_context(|| format!("expected to write {}", file.display()))?;
    }
    Ok(())
}

/// The beginnings of keys that the owner's part asks for.
const OF_THE_OWNER: &[&str] = &["owner_", "topic_"];

/// What the page's owner part asks for besides: loaded where its switch is on.
///
/// # Errors
///
/// As [`for_page`].
pub(crate) fn for_owner() -> Result<Map<String, Value>> {
    chosen(|key| OF_THE_OWNER.iter().any(|begin| key.starts_with(begin)))
}

/// What the page itself asks for, by key, with `$1` to `$9` where arguments go. The guide is written when it is built.
///
/// # Errors
///
/// When the English file cannot be read or uses a placeholder that it does not declare.
pub(crate) fn for_page() -> Result<Map<String, Value>> {
    chosen(|key| !ELSEWHERE.iter().any(|begin| key.starts_with(begin)))
}

fn chosen(is_wanted: impl Fn(&str) -> bool) -> Result<Map<String, Value>> {
    english()?
        .iter()
        .filter(|(key, _)| is_wanted(key))
        .map(|(key, message)| Ok((key.clone(), Value::String(numbered(key, message)?))))
        .collect()
}

/// The English text of a key that takes no argument.
///
/// # Errors
///
/// When there is none.
pub(crate) fn plain<'a>(messages: &'a Map<String, Value>, key: &str) -> Result<&'a str> {
    messages
        .get(key)
        .and_then(|message| message["message"].as_str())
        .with_context(|| format!("expected a text for `{key}`, but found none"))
}

/// The English messages as they stand in their file.
///
/// # Errors
///
/// When the file cannot be read.
pub(crate) fn english() -> Result<Map<String, Value>> {
    read(&tools::root().join("extension/_locales/en/messages.json"))
}

fn read(file: &Path) -> Result<Map<String, Value>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("expected to read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("expected messages in {}", file.display()))
}

/// Leaves of a message what a browser reads.
fn for_browsers(message: &mut Value) {
    let Some(message) = message.as_object_mut() else {
        return;
    };
    message.remove("description");
    let placeholders = message
        .get_mut("placeholders")
        .and_then(Value::as_object_mut);
    for placeholder in placeholders.into_iter().flat_map(Map::values_mut) {
        if let Some(placeholder) = placeholder.as_object_mut() {
            placeholder.remove("example");
        }
    }
}

/// A message's text with `$1` for `$HOST$`.
fn numbered(key: &str, message: &Value) -> Result<String> {
    let mut text = message["message"].as_str().unwrap_or_default().to_owned();
    for (name, placeholder) in message["placeholders"].as_object().into_iter().flatten() {
        let number = placeholder["content"].as_str().unwrap_or_default();
        text = text.replace(&format!("${}$", name.to_uppercase()), number);
    }
    let is_number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    if !text.split('$').skip(1).all(is_number) {
        bail!("expected declared placeholders alone in `{key}`, but found `{text}`");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_browser_gets_no_words_for_translators() {
        let mut message = json!({
            "message": "At $HOST$.",
            "description": "Where.",
            "placeholders": { "host": { "content": "$1", "example": "shop.example" } },
        });
        for_browsers(&mut message);
        assert_eq!(
            message,
            json!({ "message": "At $HOST$.", "placeholders": { "host": { "content": "$1" } } })
        );
    }

    #[test]
    fn the_page_gets_numbers_for_names() {
        let message = json!({
            "message": "$COUNT$ at $HOST$.",
            "placeholders": { "host": { "content": "$1" }, "count": { "content": "$3" } },
        });
        assert_eq!(numbered("k", &message).expect("a text"), "$3 at $1.");
        assert!(numbered("k", &json!({ "message": "$NAME$" })).is_err());
    }

    #[test]
    fn each_place_gets_its_own_keys() {
        let folder = tempfile::tempdir().expect("a folder");
        write_locales(folder.path()).expect("locales");
        let packaged = read(&folder.path().join("en/messages.json")).expect("messages");
        let page = for_page().expect("texts");
        assert!(packaged.contains_key("undo_label") && page.contains_key("undo_label"));
        assert!(!packaged.keys().any(|key| key.starts_with("www_")));
        assert!(page.keys().any(|key| key.starts_with("www_")));
    }
}
