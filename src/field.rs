//! Field lines and the words that field values are made of (RFC 9110 §5).
//!
//! Values are text in which each character stands for one byte (ISO-8859-1), or text that a browser has already
//! decoded: either way every character from U+0080 up is `obs-text` (RFC 9110 §5.5).
//! Positions in a value are counted in characters, which are the bytes of the field value as it was sent.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One field line as it was received: RFC 9110 §5.2.
///
/// The name compares without case; the value may hold an `obs-fold` and surrounding whitespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldLine {
    /// Field name as sent.
    pub name: String,
    /// Field value as sent.
    pub value: String,
}

impl FieldLine {
    /// A line of this name and value.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }

    /// Whether this line's name is `name`, whatever the case (RFC 9110 §5.1).
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

const TOKEN: u8 = 1;
const TOKEN68: u8 = 2;

/// What each ASCII byte may be part of.
const CLASSES: [u8; 128] = classes();

const fn classes() -> [u8; 128] {
    let mut table = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        let mut class = 0;
        if byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'!' | b'#'
                    | b'$'
                    | b'%'
                    | b'&'
                    | b'\''
                    | b'*'
                    | b'+'
                    | b'-'
                    | b'.'
                    | b'^'
                    | b'_'
                    | b'`'
                    | b'|'
                    | b'~'
            )
        {
            class |= TOKEN;
        }
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/') {
            class |= TOKEN68;
        }
        table[byte as usize] = class;
        byte += 1;
    }
    table
}

fn has_class(byte: u8, class: u8) -> bool {
    CLASSES
        .get(usize::from(byte))
        .is_some_and(|found| found & class != 0)
}

/// Whether `byte` may stand in a token.
///
/// ```abnf
/// tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA
/// ```
/// RFC 9110 §5.6.2.
#[must_use]
pub fn is_tchar(byte: u8) -> bool {
    has_class(byte, TOKEN)
}

/// Whether `byte` may stand in a token68 before its padding (RFC 9110 §11.2).
#[must_use]
pub fn is_token68_char(byte: u8) -> bool {
    has_class(byte, TOKEN68)
}

/// Whether `text` is a token: `token = 1*tchar` (RFC 9110 §5.6.2).
#[must_use]
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_tchar)
}

/// Whether `byte` is whitespace within a field value: `OWS = *( SP / HTAB )` (RFC 9110 §5.6.3).
#[must_use]
pub fn is_ows(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// `text` without the whitespace around it, which is no part of a field value (RFC 9110 §5.5).
#[must_use]
pub fn trim_ows(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// The field lines in one header entry of `webRequest`.
///
/// Firefox joins all lines of one name with a line feed in a single entry. A line feed before a space or a tab
/// is not such a joint but an `obs-fold` (RFC 9112 §5.2), and stays.
///
/// ```
/// let lines: Vec<_> = readmit::field::split_joined("Negotiate\nBasic realm=\"a\",\n charset=x").collect();
/// assert_eq!(lines, ["Negotiate", "Basic realm=\"a\",\n charset=x"]);
/// ```
pub fn split_joined(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let text = rest?;
        let joint = text
            .match_indices('\n')
            .map(|(at, _)| at)
            .find(|at| !text.as_bytes().get(at + 1).copied().is_some_and(is_ows));
        let Some(at) = joint else {
            return rest.take();
        };
        rest = text.get(at + 1..);
        text.get(..at)
    })
}

/// A field value in which each `obs-fold` has become one space.
#[derive(Clone, Debug)]
pub struct Unfolded<'a> {
    /// The value without folds.
    pub text: Cow<'a, str>,
    /// For each fold: the position after its space in `text`, and how many characters were left out so far.
    folds: Vec<(usize, usize)>,
}

impl Unfolded<'_> {
    /// The position in the value as sent of the character at `at` in `text`; both counted in characters.
    #[must_use]
    pub fn position_as_sent(&self, at: usize) -> usize {
        let folds_before = self.folds.partition_point(|(end, _)| *end <= at);
        let left_out = folds_before
            .checked_sub(1)
            .and_then(|last| self.folds.get(last))
            .map_or(0, |(_, left_out)| *left_out);
        at + left_out
    }
}

/// Replaces each `obs-fold` in `value` by one space, as user agents must (RFC 9112 §5.2).
///
/// ```abnf
/// obs-fold = OWS CRLF RWS
/// ```
///
/// # Implementation notes
/// A line feed alone counts as CRLF (RFC 9112 §2.2): container registries fold with it.
#[must_use]
pub fn unfold(value: &str) -> Unfolded<'_> {
    let mut folds = Vec::new();
    let mut text = String::new();
    let mut rest = value;
    let (mut position, mut left_out) = (0, 0);
    while let Some((before, space, after)) = next_fold(rest) {
        position += before.chars().count() + 1;
        left_out += space - 1;
        text.push_str(before);
        text.push(' ');
        folds.push((position, left_out));
        rest = after;
    }
    if folds.is_empty() {
        return Unfolded {
            text: Cow::Borrowed(value),
            folds,
        };
    }
    text.push_str(rest);
    Unfolded {
        text: Cow::Owned(text),
        folds,
    }
}

/// The first fold in `text`: what stands before it, its length, what stands after it.
fn next_fold(text: &str) -> Option<(&str, usize, &str)> {
    let bytes = text.as_bytes();
    let line_feed = text
        .match_indices('\n')
        .map(|(at, _)| at)
        .find(|at| bytes.get(at + 1).copied().is_some_and(is_ows))?;
    let before = text.get(..line_feed)?;
    let before = before.strip_suffix('\r').unwrap_or(before);
    let before = before.trim_end_matches([' ', '\t']);
    let after = text.get(line_feed + 1..)?.trim_start_matches([' ', '\t']);
    Some((before, text.len() - before.len() - after.len(), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_follow_the_abnf() {
        let tchars: String = (0..=255_u8)
            .filter(|b| is_tchar(*b))
            .map(char::from)
            .collect();
        assert_eq!(
            tchars,
            "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~"
        );
        let token68: String = (0..=255_u8)
            .filter(|b| is_token68_char(*b))
            .map(char::from)
            .collect();
        assert_eq!(
            token68,
            "+-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
        );
        assert!(is_token("a-b") && !is_token("") && !is_token("a b") && !is_token("\u{e9}"));
    }

    #[test]
    fn names_compare_without_case() {
        assert!(FieldLine::new("WWW-authenticate", "").is("www-Authenticate"));
        assert!(!FieldLine::new("WWW-Authenticate2", "").is("WWW-Authenticate"));
    }

    #[test]
    fn firefox_joins_are_split_and_folds_are_not() {
        let split = |value| split_joined(value).collect::<Vec<_>>();
        assert_eq!(split("a\nb"), ["a", "b"]);
        assert_eq!(split("a\n b\n\tc\nd"), ["a\n b\n\tc", "d"]);
        assert_eq!(split(""), [""]);
        assert_eq!(split("a\n"), ["a", ""]);
    }

    #[test]
    fn folds_become_one_space_and_positions_stay() {
        let sent = "ab \r\n \r\n\tcd\n  e";
        let unfolded = unfold(sent);
        // The second fold's own leading whitespace is what the first one left.
        assert_eq!(unfolded.text, "ab  cd e");
        for (at, c) in unfolded.text.chars().enumerate().filter(|(_, c)| *c != ' ') {
            assert_eq!(sent.chars().nth(unfolded.position_as_sent(at)), Some(c));
        }
        assert_eq!(
            unfolded.position_as_sent(unfolded.text.chars().count()),
            sent.chars().count()
        );
    }

    #[test]
    fn a_value_without_folds_is_borrowed() {
        assert!(matches!(unfold("a\nb\r c").text, Cow::Borrowed(_)));
    }
}
