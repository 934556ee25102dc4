//! `Set-Cookie` lines without their values: what they say, and whether a browser keeps the cookie (RFC 6265bis).
//!
//! A cookie's value is a credential: it is measured while it is read, and never kept.

mod date;
mod keep;
mod name;
mod pile;

use serde::{Deserialize, Serialize};

use crate::field::trim_ows;
use crate::kept::kept_enum;

pub use date::parse_date;
pub use keep::{Refusal, Setting, default_path, domain_matches, path_matches};
pub use name::{is_csrf_like, is_handoff_like, is_keeper, is_session_like};
pub use pile::{Pile, pile_prefix};

/// The most bytes that browsers keep of a cookie's name and value together (RFC 6265bis §5.7, step 5).
pub const MAX_SIZE: usize = 4096;

/// The most bytes of an attribute's value (RFC 6265bis §5.6); longer attributes are ignored.
const MAX_ATTRIBUTE: usize = 1024;

/// When a cookie is sent along with requests that other sites start (RFC 6265bis §5.6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SameSite {
    /// Never.
    Strict,
    /// Only with top-level navigations by a safe method.
    Lax,
    /// Always.
    None,
}

kept_enum!(SameSite { Strict, Lax, None });

/// What one `Set-Cookie` line says, except the value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCookie {
    /// Cookie name; empty if the line has none.
    pub name: String,
    /// Size of the value in bytes.
    pub value_size: usize,
    /// Size of the whole line in bytes.
    pub line_size: usize,
    /// Whether the value is empty, `""` (Python's `http.cookies`) or `deleted` (PHP).
    pub cleared: bool,
    /// `Domain` in lower case without its leading dot; `None` if absent or empty, so that the cookie is the host's.
    pub domain: Option<String>,
    /// `Path`; `None` if absent or not absolute, so that the default path holds.
    pub path: Option<String>,
    /// `Secure`.
    pub secure: bool,
    /// `HttpOnly`.
    pub http_only: bool,
    /// `Partitioned` (CHIPS).
    pub partitioned: bool,
    /// `SameSite`; `None` if absent or unknown.
    pub same_site: Option<SameSite>,
    /// `Max-Age` in seconds.
    pub max_age: Option<i64>,
    /// `Expires` in seconds since 1970 (UTC).
    pub expires: Option<i64>,
    /// Whether there is a control character other than a tab: browsers then ignore the line.
    pub has_control: bool,
}

impl SetCookie {
    /// Reads a line by RFC 6265bis §5.6. Every line can be read: a browser may still refuse it
    /// ([`SetCookie::predict`]).
    ///
    /// ```
    /// let cookie = readmit::cookie::SetCookie::parse("sid=31d4d96e407aad42; Path=/; Secure; SameSite=Lax");
    /// assert_eq!((cookie.name.as_str(), cookie.value_size, cookie.secure), ("sid", 16, true));
    /// ```
    #[must_use]
    pub fn parse(line: &str) -> Self {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        // Without `=` all of it is the value of a cookie without a name.
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let value = trim_ows(value);
        let cleared = is_cleared(value);
        let mut cookie = Self::from_parts(name, size(value), cleared, attributes);
        cookie.line_size = size(line);
        cookie.has_control = has_control(line);
        cookie
    }

    /// The same where the value was dropped before: its size in bytes, whether it was empty or `deleted`, and what
    /// follows the first `;`. `line_size` is then the least it can have been.
    #[must_use]
    pub fn from_parts(name: &str, value_size: usize, cleared: bool, attributes: &str) -> Self {
        let name = trim_ows(name);
        let mut cookie = Self {
            name: name.to_owned(),
            value_size,
            line_size: size(name) + "=".len() + value_size,
            cleared,
            has_control: has_control(name) || has_control(attributes),
            ..Self::default()
        };
        if !attributes.is_empty() {
            cookie.line_size += ";".len() + size(attributes);
        }
        for attribute in attributes.split(';') {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            cookie.set(trim_ows(name), trim_ows(value));
        }
        cookie
    }

    /// Takes in one attribute; of several with one name the last that is valid holds (RFC 6265bis §5.6).
    fn set(&mut self, name: &str, value: &str) {
        if size(value) > MAX_ATTRIBUTE {
            return;
        }
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("Expires") {
            self.expires = parse_date(value).or(self.expires);
        } else if is("Max-Age") {
            self.max_age = parse_max_age(value).or(self.max_age);
        } else if is("Domain") {
            let domain = value.strip_prefix('.').unwrap_or(value);
            self.domain = (!domain.is_empty()).then(|| domain.to_ascii_lowercase());
        } else if is("Path") {
            self.path = value.starts_with('/').then(|| value.to_owned());
        } else if is("Secure") {
            self.secure = true;
        } else if is("HttpOnly") {
            self.http_only = true;
        } else if is("Partitioned") {
            self.partitioned = true;
        } else if is("SameSite") {
            self.same_site = parse_same_site(value);
        }
    }

    /// Whether the server takes the cookie away with this line: by its age, or by an empty or `deleted` value.
    /// `now` is in seconds since 1970.
    ///
    /// `Max-Age` goes before `Expires` (RFC 6265bis §5.7).
    #[must_use]
    pub fn deletes(&self, now: i64) -> bool {
        let is_over = match self.max_age {
            Some(age) => age <= 0,
            None => self.expires.is_some_and(|expires| expires <= now),
        };
        is_over || self.cleared
    }
}

/// Bytes of `text` as sent: each character up to U+00FF stands for one, unless the text has been decoded.
fn size(text: &str) -> usize {
    if text.chars().all(|c| c <= '\u{ff}') {
        text.chars().count()
    } else {
        text.len()
    }
}

fn has_control(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_control() && b != b'\t')
}

fn is_cleared(value: &str) -> bool {
    value.is_empty() || value == "\"\"" || value == "deleted"
}

/// RFC 6265bis §5.6.2: an optional minus and digits. What is too large for a number is as good as for ever.
fn parse_max_age(value: &str) -> Option<i64> {
    let (digits, sign) = match value.strip_prefix('-') {
        Some(digits) => (digits, -1),
        None => (value, 1),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(sign * digits.parse().unwrap_or(i64::MAX))
}

fn parse_same_site(value: &str) -> Option<SameSite> {
    let known = [
        ("Strict", SameSite::Strict),
        ("Lax", SameSite::Lax),
        ("None", SameSite::None),
    ];
    let found = known
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(value));
    found.map(|(_, same_site)| *same_site)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_attribute() {
        let line = "sid = abc ;Domain=.Example.COM; path=/a; SECURE; httponly; Partitioned; SameSite=none; \
                    Max-Age=60; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Other=x";
        let cookie = SetCookie::parse(line);
        assert_eq!(
            cookie,
            SetCookie {
                name: "sid".to_owned(),
                value_size: 3,
                line_size: line.len(),
                cleared: false,
                domain: Some("example.com".to_owned()),
                path: Some("/a".to_owned()),
                secure: true,
                http_only: true,
                partitioned: true,
                same_site: Some(SameSite::None),
                max_age: Some(60),
                expires: Some(784_111_777),
                has_control: false,
            }
        );
    }

    #[test]
    fn the_last_valid_attribute_holds() {
        let cookie = SetCookie::parse(
            "a=b; Max-Age=5; Max-Age=x; Path=/a; Path=b; Domain=x.y; Domain=; SameSite=Strict; SameSite=odd",
        );
        assert_eq!(cookie.max_age, Some(5));
        assert_eq!(cookie.path, None);
        assert_eq!(cookie.domain, None);
        assert_eq!(cookie.same_site, None);
    }

    #[test]
    fn odd_lines_are_read() {
        let nameless = SetCookie::parse("abc");
        assert_eq!((nameless.name.as_str(), nameless.value_size), ("", 3));
        let empty = SetCookie::parse("");
        assert!(empty.cleared && empty.name.is_empty());
        let equals = SetCookie::parse("a=b=c");
        assert_eq!((equals.name.as_str(), equals.value_size), ("a", 3));
        assert_eq!(
            SetCookie::parse("a=\u{e9}").value_size,
            1,
            "one byte of ISO-8859-1"
        );
        assert_eq!(
            SetCookie::parse("a=\u{20ac}").value_size,
            3,
            "decoded UTF-8"
        );
        assert!(
            SetCookie::parse("a=b\u{1}").has_control && !SetCookie::parse("a=b\tc").has_control
        );
        let long = format!("a=b; Path=/{}", "x".repeat(MAX_ATTRIBUTE));
        assert_eq!(SetCookie::parse(&long).path, None);
    }

    #[test]
    fn parts_give_what_the_line_gives() {
        let line = "sid=abc; Path=/; Secure";
        assert_eq!(
            SetCookie::from_parts("sid", 3, false, " Path=/; Secure"),
            SetCookie::parse(line)
        );
        assert_eq!(
            SetCookie::from_parts("sid", 3, false, ""),
            SetCookie::parse("sid=abc")
        );
    }

    #[test]
    fn deletion_forms() {
        let now = 1_700_000_000;
        let deletes = |line: &str| SetCookie::parse(line).deletes(now);
        assert!(deletes("a=x; Max-Age=0"));
        assert!(deletes("a=x; Max-Age=-1"));
        assert!(deletes("a=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
        assert!(deletes("a=; Path=/"));
        assert!(deletes("a=\"\"; Path=/"));
        assert!(deletes("a=deleted; Path=/"));
        assert!(!deletes("a=x"));
        assert!(!deletes(
            "a=x; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        ));
        assert!(!deletes("a=x; Expires=Fri, 01 Jan 2100 00:00:00 GMT"));
        assert!(!deletes("a=x; Max-Age="));
    }

    #[test]
    fn ages_out_of_range_saturate() {
        assert_eq!(parse_max_age("99999999999999999999"), Some(i64::MAX));
        assert_eq!(parse_max_age("-99999999999999999999"), Some(-i64::MAX));
        assert_eq!(parse_max_age("+1"), None);
        assert_eq!(parse_max_age("-"), None);
    }
}
