//! Other edges into the same core: pasted response heads and HAR recordings become exchanges, and are judged in order.
//!
//! Reading never fails as a whole: what can be read is read, and each place that cannot becomes an [`InputProblem`].
//! Values of cookies, credentials and tokens are reduced to names, sizes and schemes while reading, as in the extension.

use std::fmt;

use crate::exchange::Exchange;

mod address;
mod base64;
mod decode;
mod diagnosis;
pub mod har;
mod judge;
mod place;
pub mod raw_head;
mod reduce;
#[cfg(any(test, target_arch = "wasm32"))]
mod suffix;
mod time;

pub use address::join;
pub use diagnosis::{Diagnosis, Ending};
pub use judge::{Judge, Judged, Judgement, judge};

/// The host of an exchange whose address is not known; reserved by RFC 6761 §6.4, so that no real site has it.
pub const UNKNOWN_HOST: &str = "unknown.invalid";

/// The address of an exchange of which none is known.
pub(crate) const UNKNOWN_URL: &str = "https://unknown.invalid/";

/// Problems that are kept of one input; a text that is nothing of what it should be would make one a line.
pub(crate) const PROBLEMS_MAX: usize = 32;

/// What a recording or a paste holds.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// The exchanges, in the order in which they happened.
    pub exchanges: Vec<Exchange>,
    /// For each of them its place in the input, from 0: the index of a HAR entry, or of a response head.
    pub entries: Vec<usize>,
    /// What could not be read.
    pub problems: Vec<InputProblem>,
}

/// A place of the input that could not be read. Nothing of the input is repeated in it but one character,
/// because the rest may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputProblem {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What should stand there.
    pub expected: String,
    /// What stands there: at most 64 characters.
    pub found: String,
}

impl InputProblem {
    pub(crate) fn new(
        line: usize,
        column: usize,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        InputProblem {
            line,
            column,
            expected: expected.into(),
            found: found.into(),
        }
    }
}

impl fmt::Display for InputProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let InputProblem {
            line,
            column,
            expected,
            found,
        } = self;
        write!(
            f,
            "line {line}, column {column}: expected {expected}, but found {found}"
        )
    }
}

/// How one character of the input is named in a problem.
pub(crate) fn shown_char(c: Option<char>) -> String {
    match c {
        None => "the end".to_owned(),
        Some(c) if c.is_control() => format!("`{}`", c.escape_default()),
        Some(c) => format!("`{c}`"),
    }
}

#[cfg(not(target_arch = "wasm32"))]
use psl::domain_str as registrable;
// The crate's code for the list would be twice the rest of the page's wasm.
#[cfg(target_arch = "wasm32")]
use suffix::registrable;

/// The registrable domain of a host by the public suffix list; `None` for addresses in numbers and for suffixes themselves.
#[must_use]
pub fn site_of(host: &str) -> Option<String> {
    if host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok() {
        return None;
    }
    registrable(host).map(str::to_owned)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn the_site_follows_the_public_suffix_list() {
        assert_eq!(
            site_of("a.b.example.co.uk").as_deref(),
            Some("example.co.uk")
        );
        assert_eq!(site_of("www.example.com").as_deref(), Some("example.com"));
        assert_eq!(site_of("192.168.0.1"), None);
        assert_eq!(site_of("[::1]"), None);
        assert_eq!(site_of("co.uk"), None);
    }

    #[test]
    fn a_problem_reads_as_a_sentence() {
        let problem = InputProblem::new(2, 5, "a colon", shown_char(Some('\u{1}')));
        assert_eq!(
            problem.to_string(),
            "line 2, column 5: expected a colon, but found `\\u{1}`"
        );
    }
}
