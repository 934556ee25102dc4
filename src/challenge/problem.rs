//! What a challenge field does against its grammar, and where.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is wrong at one place of a field value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// Something that is neither a challenge nor a parameter; it was left out.
    NotAChallenge,
    /// A parameter that belongs to no challenge (`Basic, realm="x"`); it was left out.
    OrphanParam,
    /// No comma where one challenge or parameter ends and something else follows.
    MissingComma,
    /// An unquoted value with characters that only a quoted string may hold.
    UnquotedValue,
    /// A parameter without a value.
    EmptyValue,
    /// A quoted string without its closing quote.
    UnterminatedString,
    /// A quoted string without a parameter name.
    BareString,
    /// A parameter name that the challenge already has (RFC 9110 §11.2); the first one stays.
    DuplicateParam,
    /// A `;` or `:` glued to the scheme.
    SchemePunctuation,
    /// A tab where only spaces may follow the scheme.
    TabAfterScheme,
    /// A control character.
    ControlCharacter,
    /// A line break that folds nothing.
    LineBreak,
    /// More than Readmit reads of one field; what came before stays.
    TooLong,
}

/// One departure from the grammar of RFC 9110 §11.6.1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Index of the field line, from 0.
    pub line: usize,
    /// Position in that line as sent, in characters (which are the bytes of the field value), from 0.
    pub at: usize,
    /// What the grammar asks for there.
    pub expected: &'static str,
    /// The character found there, or the repeated name; empty at the end of the line. At most 64 characters.
    pub found: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected ")?;
        f.write_str(self.expected)?;
        f.write_str(" at byte ")?;
        fmt::Display::fmt(&self.at, f)?;
        f.write_str(", but found ")?;
        if self.found.is_empty() {
            return f.write_str("the end of the line");
        }
        f.write_str("`")?;
        for c in self.found.chars() {
            if c.is_control() {
                fmt::Display::fmt(&c.escape_default(), f)?;
            } else {
                fmt::Write::write_char(f, c)?;
            }
        }
        f.write_str("`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(found: &str) -> Problem {
        Problem {
            kind: ProblemKind::MissingComma,
            line: 0,
            at: 47,
            expected: "comma after auth-param",
            found: found.to_owned(),
        }
    }

    #[test]
    fn reads_as_a_sentence() {
        assert_eq!(
            problem("a").to_string(),
            "expected comma after auth-param at byte 47, but found `a`"
        );
        assert_eq!(
            problem("").to_string(),
            "expected comma after auth-param at byte 47, but found the end of the line"
        );
        assert!(problem("\u{1}").to_string().ends_with("`\\u{1}`"));
    }
}
