//! Tabs and hosts as compact text, for session storage: postcard's bytes, a character each.
//!
//! The popup reads the view beside it, which is a plain object; this part only the next engine reads. A self-describing
//! form would take three times the code to read back.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Raised when the shape of what is kept changes: what another version wrote is not read.
const VERSION: u8 = 1;

/// Writes a value down.
#[must_use]
pub fn write<T: Serialize>(value: &T) -> String {
    let bytes = postcard::to_allocvec(&(VERSION, value)).unwrap_or_default();
    bytes.into_iter().map(char::from).collect()
}

/// Reads a value back; `None` for anything that this version did not write.
#[must_use]
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let bytes: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(c).ok())
        .collect::<Option<_>>()?;
    let (version, value): (u8, T) = postcard::from_bytes(&bytes).ok()?;
    (version == VERSION).then_some(value)
}

/// Bytes that a text takes when it is written down: one beyond ASCII takes two.
pub(crate) fn weight(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| !byte.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use crate::journal::Tab;

    #[test]
    fn a_tab_survives() {
        let tab = Tab::new(7);
        assert_eq!(read::<Tab>(&write(&tab)), Some(tab));
    }

    #[test]
    fn what_was_not_written_here_is_not_read() {
        for text in [
            "",
            "{\"id\":7}",
            "\u{2603}",
            "\u{1}",
            "\u{ff}\u{ff}\u{ff}\u{ff}",
        ] {
            assert_eq!(read::<Tab>(text), None, "{text:?}");
        }
    }
}
