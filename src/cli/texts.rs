//! The English texts, from the same message file that the extension shows.

use std::collections::HashMap;

use serde::Deserialize;

use crate::finding::{Arg, Args};

/// The message file.
const ENGLISH: &str = include_str!("../../extension/_locales/en/messages.json");

/// One message, as `chrome.i18n` defines it.
#[derive(Deserialize)]
struct Message {
    message: String,
    #[serde(default)]
    placeholders: HashMap<String, Placeholder>,
}

#[derive(Deserialize)]
struct Placeholder {
    content: String,
}

/// All messages of one language, by key.
pub(super) struct Texts(HashMap<String, Message>);

impl Texts {
    /// The English ones; none where the file cannot be read, which shows the ids instead.
    pub(super) fn english() -> Texts {
        Texts(serde_json::from_str(ENGLISH).unwrap_or_default())
    }

    /// Whether there is a text of `family_id`.
    pub(super) fn has(&self, family: &str, id: &str) -> bool {
        self.0.contains_key(&format!("{family}_{id}"))
    }

    /// The text of `family_id_part` with its arguments put in; the id where there is none.
    pub(super) fn get(&self, family: &str, id: &str, part: &str, args: &Args) -> String {
        self.find(family, id, part, args)
            .unwrap_or_else(|| id.to_owned())
    }

    /// The same; `None` where there is none.
    pub(super) fn find(&self, family: &str, id: &str, part: &str, args: &Args) -> Option<String> {
        let mut key = format!("{family}_{}", id.replace('-', "_"));
        if !part.is_empty() {
            key.push('_');
            key.push_str(part);
        }
        // A kind of the finding may have texts of its own, as in `extension/text.js`.
        let of_kind = format!("{key}_of_{}", args.get(Arg::Detail));
        let message = self.0.get(&of_kind).or_else(|| self.0.get(&key));
        message.map(|message| message.fill(args))
    }
}

impl Message {
    /// Replaces `$NAME$` by the argument that its placeholder names (`$1` … `$9`), and `$$` by a dollar sign.
    fn fill(&self, args: &Args) -> String {
        let mut text = String::new();
        let mut pieces = self.message.split('$');
        text.push_str(pieces.next().unwrap_or_default());
        while let Some(name) = pieces.next() {
            // A lone last `$` has no partner and stays.
            let Some(after) = pieces.next() else {
                text.push('$');
                text.push_str(name);
                break;
            };
            match self.argument(name, args) {
                Some(value) => text.push_str(value),
                None => text.push('$'),
            }
            text.push_str(after);
        }
        text
    }

    fn argument<'a>(&self, name: &str, args: &'a Args) -> Option<&'a str> {
        let placeholder = self.placeholders.get(&name.to_ascii_lowercase())?;
        let number: usize = placeholder.content.strip_prefix('$')?.parse().ok()?;
        args.as_slice()
            .get(number.checked_sub(1)?)
            .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Texts {
        let json = r#"{"finding_a_b_title":{"message":"At $HOST$ for 5$$ by $Count$","placeholders":{"host":{"content":"$1"},"count":{"content":"$3"}}},
                       "evidence_x":{"message":"plain, and a lone $ sign"}}"#;
        Texts(serde_json::from_str(json).expect("messages"))
    }

    #[test]
    fn arguments_are_put_in_by_their_number() {
        let mut args = Args::default();
        args.set(Arg::Host, "app.example");
        args.set(Arg::Count, "7");
        assert_eq!(
            texts().get("finding", "a-b", "title", &args),
            "At app.example for 5$ by 7"
        );
    }

    #[test]
    fn a_missing_text_gives_the_id() {
        let args = Args::default();
        assert_eq!(texts().get("finding", "no-such", "title", &args), "no-such");
        assert_eq!(
            texts().get("evidence", "x", "", &args),
            "plain, and a lone $ sign"
        );
    }
}
