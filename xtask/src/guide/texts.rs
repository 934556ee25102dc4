//! The English texts as the guide shows them: without a real site, so with neutral examples in the place of arguments.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// The site of every example.
const EXAMPLE_HOST: &str = "example.com";

/// One message of the file.
#[derive(Deserialize)]
struct Message {
    message: String,
    #[serde(default)]
    placeholders: HashMap<String, Placeholder>,
}

#[derive(Deserialize)]
struct Placeholder {
    #[serde(default)]
    example: String,
}

/// All messages, and which keys were asked for in vain.
pub(super) struct Texts {
    messages: HashMap<String, Message>,
    missing: RefCell<BTreeSet<String>>,
}

impl Texts {
    /// Reads the English message file below the project's root.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(super) fn english(root: &Path) -> Result<Self> {
        let file = root.join("extension/_locales/en/messages.json");
        let text = fs::read_to_string(&file)
            .with_context(|| format!("expected to read {}", file.display()))?;
        let messages = serde_json::from_str(&text)
            .with_context(|| format!("expected messages in {}", file.display()))?;
        Ok(Self {
            messages,
            missing: RefCell::default(),
        })
    }

    /// The text of a key; empty, and remembered as missing, where there is none.
    pub(super) fn get(&self, key: &str) -> String {
        match self.messages.get(key) {
            Some(message) => message.for_nobody(),
            None => {
                self.missing.borrow_mut().insert(key.to_owned());
                String::new()
            }
        }
    }

    /// The text that an id has in a family: `finding`, `sign-in-required`, `title`.
    pub(super) fn of(&self, family: &str, id: &str, part: &str) -> String {
        let id = id.replace('-', "_");
        self.get(&format!("{family}_{id}_{part}"))
    }

    /// The keys that were asked for and have no text.
    pub(super) fn missing(&self) -> BTreeSet<String> {
        self.missing.borrow().clone()
    }
}

impl Message {
    /// The text with “the site” for the host; where a second host is named, with examples for both.
    fn for_nobody(&self) -> String {
        let is_pair = self.placeholders.contains_key("other");
        let mut text = String::new();
        for (place, piece) in self.message.split('$').enumerate() {
            if place % 2 == 0 {
                text.push_str(piece);
            } else if piece != "HOST" {
                let name = piece.to_ascii_lowercase();
                text.push_str(self.placeholders.get(&name).map_or("", |p| &p.example));
            } else if is_pair {
                text.push_str(EXAMPLE_HOST);
            } else if text.is_empty() || text.ends_with(". ") {
                text.push_str("The site");
            } else {
                text.push_str("the site");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> String {
        serde_json::from_str::<Message>(json)
            .expect("a message")
            .for_nobody()
    }

    #[test]
    fn the_host_is_the_site() {
        assert_eq!(
            shown(
                r#"{"message":"$HOST$ said no. $HOST$ has $HOST$.","placeholders":{"host":{"example":"a.example"}}}"#
            ),
            "The site said no. The site has the site."
        );
    }

    #[test]
    fn a_pair_has_examples() {
        assert_eq!(
            shown(
                r#"{"message":"From $OTHER$ to $HOST$","placeholders":{"host":{"example":"a.example"},"other":{"example":"b.example"}}}"#
            ),
            "From b.example to example.com"
        );
    }
}
