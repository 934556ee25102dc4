//! `WWW-Authenticate` and `Proxy-Authenticate`: the challenges of RFC 9110 §11, read as a recipient must and beyond.
//!
//! ```abnf
//! WWW-Authenticate = #challenge
//! ```
//! [`parse`] never fails: it gives what can be read, and a [`Problem`] for each place that breaks the grammar. A
//! value that conforms gives no problem at all.
//!
//! # Implementation notes
//! What real servers send against the grammar, and what is made of it, is listed with [`parse`].

mod parser;
mod problem;

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use parser::{MAX_ELEMENTS, MAX_LENGTH, MAX_PROBLEMS, parse};
pub use problem::{Problem, ProblemKind};

/// One challenge: a scheme and what it needs (RFC 9110 §11.3).
///
/// `Display` prints it in the sender's grammar, every value quoted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Scheme name as sent; compares without case ([`Challenge::is`]).
    pub scheme: String,
    /// Parameters in order.
    pub params: Params,
    /// The bare value that stands in the place of parameters (RFC 9110 §11.2).
    pub token68: Option<String>,
    /// Index of the field line it was read from, from 0. Not serialised.
    #[serde(skip)]
    pub line: usize,
}

impl Challenge {
    /// The value of the parameter `name` (in lower case).
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name)
    }

    /// Whether the scheme is `scheme`, whatever the case (RFC 9110 §11.1).
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.scheme)?;
        if let Some(token68) = &self.token68 {
            f.write_str(" ")?;
            f.write_str(token68)?;
        }
        for (index, (name, value)) in self.params.iter().enumerate() {
            f.write_str(if index == 0 { " " } else { ", " })?;
            f.write_str(name)?;
            f.write_str("=\"")?;
            for c in value.chars() {
                if c == '"' || c == '\\' {
                    f.write_str("\\")?;
                }
                fmt::Write::write_char(f, c)?;
            }
            f.write_str("\"")?;
        }
        Ok(())
    }
}

/// The parameters of a challenge: names in lower case, in order, the first of each name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// The value of `name` (in lower case).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds one parameter; the caller has seen that the name is new.
    fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }
}

impl Serialize for Params {
    /// As a map, in order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ParamsVisitor;

        impl<'de> Visitor<'de> for ParamsVisitor {
            type Value = Params;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from parameter names to values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Params, A::Error> {
                let mut params = Params::default();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    params.push(name, value);
                }
                Ok(params)
            }
        }

        deserializer.deserialize_map(ParamsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serialises_by_the_contract_and_back() {
        let (challenges, _) = parse(["Digest REALM=\"a \\\"b\\\"\", nonce=x", "Negotiate abc="]);
        let text = serde_json::to_string(&challenges).expect("challenges serialise");
        assert_eq!(
            text,
            r#"[{"scheme":"Digest","params":{"realm":"a \"b\"","nonce":"x"},"token68":null},{"scheme":"Negotiate","params":{},"token68":"abc="}]"#
        );
        let again: Vec<Challenge> = serde_json::from_str(&text).expect("and come back");
        assert_eq!(again[0].params, challenges[0].params);
        assert_eq!(again[1].token68, challenges[1].token68);
    }

    #[test]
    fn prints_in_the_senders_grammar() {
        let (challenges, _) = parse(["bAsic realm=a, x=\"\\\"\\\\\", NTLM"]);
        assert_eq!(challenges[0].to_string(), r#"bAsic realm="a", x="\"\\""#);
        assert_eq!(challenges[1].to_string(), "NTLM");
    }
}
