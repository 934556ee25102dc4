//! `Basic`: RFC 7617.

use super::param;
use crate::challenge::Challenge;

/// What a Basic challenge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basic<'a> {
    /// Required (§2), but browsers prompt without it.
    pub realm: Option<&'a str>,
    /// `charset="UTF-8"`, the only one allowed (§2.1): names and passwords are sent as UTF-8.
    pub is_utf8: bool,
}

impl<'a> Basic<'a> {
    pub(super) fn of(challenge: &'a Challenge) -> Self {
        Self {
            realm: param(challenge, "realm"),
            is_utf8: challenge
                .param("charset")
                .is_some_and(|charset| charset.eq_ignore_ascii_case("UTF-8")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::challenge;

    #[test]
    fn reads_realm_and_charset() {
        let sent = challenge("Basic realm=\"a\", charset=\"utf-8\"");
        assert_eq!(
            Basic::of(&sent),
            Basic {
                realm: Some("a"),
                is_utf8: true
            }
        );
        let sent = challenge("Basic charset=latin1");
        assert_eq!(
            Basic::of(&sent),
            Basic {
                realm: None,
                is_utf8: false
            }
        );
    }
}
