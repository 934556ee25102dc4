//! `Bearer`: RFC 6750 §3, with the parameters of RFC 9470 (step-up) and RFC 9728 (resource metadata).
//!
//! Facebook sends the same under the name `OAuth`.

use super::param;
use crate::challenge::Challenge;
use crate::text;

/// Error codes of the OAuth family in challenges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BearerError {
    /// RFC 6750 §3.1: the request is malformed.
    InvalidRequest,
    /// RFC 6750 §3.1: the token is expired, revoked, malformed or otherwise invalid. Some servers say so of requests
    /// without any token (Azure Resource Manager, MCP servers): what was sent goes before this.
    InvalidToken,
    /// RFC 6750 §3.1: the token is good, but not for this.
    InsufficientScope,
    /// RFC 9470 §3: a stronger or fresher sign-in is needed.
    InsufficientUserAuthentication,
    /// RFC 9449 §9: repeat with the nonce in `DPoP-Nonce`.
    UseDpopNonce,
    /// RFC 9449 §7.1: the proof is wrong, perhaps because of a wrong clock.
    InvalidDpopProof,
    /// Microsoft Entra, continuous access evaluation: sign in again, with the claims asked for.
    InsufficientClaims,
    /// Any other.
    Other,
}

/// What a Bearer challenge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer<'a> {
    /// `Bearer` or `OAuth`.
    pub(super) scheme: &'static str,
    /// Protection space.
    pub realm: Option<&'a str>,
    /// What the token must allow, words divided by spaces.
    pub scope: Option<&'a str>,
    /// Error code; `None` should mean that nothing was sent (RFC 6750 §3.1).
    pub error: Option<BearerError>,
    /// The error in words for developers.
    pub error_description: Option<&'a str>,
    /// A page about the error.
    pub error_uri: Option<&'a str>,
    /// Where the server says who issues its tokens (RFC 9728 §5.1).
    pub resource_metadata: Option<&'a str>,
    /// How strong a sign-in is needed (RFC 9470 §3).
    pub acr_values: Option<&'a str>,
    /// How old the sign-in may be, in seconds (RFC 9470 §3).
    pub max_age: Option<u64>,
    /// Whether claims are asked for that mean a kind of sign-in (`acrs`, Microsoft Entra's authentication contexts).
    pub asks_for_context: bool,
}

/// What `acrs` becomes in base64 (RFC 4648 §4), by its place within three bytes: the letters that depend on it alone.
const ACRS: [&str; 3] = ["YWNyc", "FjcnM", "hY3Jz"];

/// Words that leave open which of several faults it is: `The access token is invalid or has expired`.
const OTHER_FAULTS: [&str; 4] = ["invalid", "malformed", "missing", "unknown"];

const EXPIRED: &str = "expired";
const REVOKED: &str = "revoked";

impl<'a> Bearer<'a> {
    pub(super) fn of(challenge: &'a Challenge) -> Self {
        let get = |name| param(challenge, name);
        Self {
            scheme: if challenge.is("OAuth") {
                "OAuth"
            } else {
                "Bearer"
            },
            realm: get("realm"),
            scope: get("scope"),
            error: get("error").map(error),
            error_description: get("error_description"),
            error_uri: get("error_uri"),
            resource_metadata: get("resource_metadata"),
            acr_values: get("acr_values"),
            max_age: get("max_age").and_then(|seconds| seconds.parse().ok()),
            asks_for_context: get("claims")
                .is_some_and(|claims| ACRS.iter().any(|part| text::has(claims, part))),
        }
    }

    /// Whether the description says that the token's time is over, and nothing else.
    ///
    /// Keycloak's "Token is not active" counts: it is said of a token that is past its time.
    #[must_use]
    pub fn says_expired(&self) -> bool {
        self.says(
            &[
                EXPIRED,
                "token is not active",
                "expiry utc time",
                "\"exp\" claim timestamp check failed",
            ],
            REVOKED,
        )
    }

    /// Whether the description says that the token or its session was taken back, and nothing else: revoked, signed
    /// out, or the password was changed (Facebook).
    #[must_use]
    pub fn says_revoked(&self) -> bool {
        self.says(
            &[
                REVOKED,
                "changed the password",
                "changed their password",
                "user logged out",
            ],
            EXPIRED,
        )
    }

    /// Whether the description has one of `phrases`, but not as one of several possible faults.
    fn says(&self, phrases: &[&str], opposite: &str) -> bool {
        let text = self
            .error_description
            .unwrap_or_default()
            .to_ascii_lowercase();
        let has = |phrase: &&str| text::has(&text, phrase);
        let is_choice = text::has(&text, " or ") || text::has(&text, ", ");
        // Whole words: a session that "has been invalidated" is no invalid token.
        let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
        let is_open = is_choice && words.any(|word| OTHER_FAULTS.contains(&word));
        phrases.iter().any(has) && !is_open && !text::has(&text, opposite)
    }
}

/// The codes are case-sensitive words (RFC 6750 §3); a server that shouts one means the same.
fn error(code: &str) -> BearerError {
    let known = [
        ("invalid_request", BearerError::InvalidRequest),
        ("invalid_token", BearerError::InvalidToken),
        ("insufficient_scope", BearerError::InsufficientScope),
        (
            "insufficient_user_authentication",
            BearerError::InsufficientUserAuthentication,
        ),
        ("use_dpop_nonce", BearerError::UseDpopNonce),
        ("invalid_dpop_proof", BearerError::InvalidDpopProof),
        ("insufficient_claims", BearerError::InsufficientClaims),
    ];
    let found = known
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(code));
    found.map_or(BearerError::Other, |(_, error)| *error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::{View, challenge};

    fn described(text: &str) -> Challenge {
        challenge(&format!(
            "Bearer error=\"invalid_token\", error_description=\"{text}\""
        ))
    }

    #[test]
    fn reads_every_parameter() {
        let sent = challenge(
            "Bearer realm=a, scope=\"b c\", error=invalid_token, error_description=d, error_uri=e, \
             resource_metadata=\"https://f\", acr_values=g, max_age=\"300\", claims=h",
        );
        assert_eq!(
            Bearer::of(&sent),
            Bearer {
                scheme: "Bearer",
                realm: Some("a"),
                scope: Some("b c"),
                error: Some(BearerError::InvalidToken),
                error_description: Some("d"),
                error_uri: Some("e"),
                resource_metadata: Some("https://f"),
                acr_values: Some("g"),
                max_age: Some(300),
                asks_for_context: false,
            }
        );
    }

    #[test]
    fn error_codes() {
        let code = |text: &str| Bearer::of(&challenge(&format!("Bearer error={text}"))).error;
        assert_eq!(
            code("insufficient_scope"),
            Some(BearerError::InsufficientScope)
        );
        assert_eq!(
            code("insufficient_user_authentication"),
            Some(BearerError::InsufficientUserAuthentication)
        );
        assert_eq!(
            code("insufficient_claims"),
            Some(BearerError::InsufficientClaims)
        );
        assert_eq!(
            code("invalid_dpop_proof"),
            Some(BearerError::InvalidDpopProof)
        );
        assert_eq!(code("use_dpop_nonce"), Some(BearerError::UseDpopNonce));
        assert_eq!(code("invalid_request"), Some(BearerError::InvalidRequest));
        assert_eq!(code("odd"), Some(BearerError::Other));
        assert_eq!(Bearer::of(&challenge("Bearer realm=a")).error, None);
    }

    #[test]
    fn phrases_of_expiry() {
        for text in [
            "The access token expired",
            "Token has expired",
            "Token is not active",
            "The token expired at '06/16/2021 05:16:01'",
            "Lifetime validation failed, the token is expired.",
            "Jwt is expired",
            "Error validating access token: Session has expired on Saturday, 30-Mar-24 16:00:00 PDT.",
        ] {
            let sent = described(text);
            assert!(
                Bearer::of(&sent).says_expired() && !Bearer::of(&sent).says_revoked(),
                "{text}"
            );
        }
    }

    #[test]
    fn phrases_of_revocation() {
        for text in [
            "User session has been revoked",
            "Error validating access token: The session has been invalidated because the user has changed the password.",
            "The session has been invalidated because the user changed their password or Facebook has changed the session.",
        ] {
            let sent = described(text);
            assert!(
                Bearer::of(&sent).says_revoked() && !Bearer::of(&sent).says_expired(),
                "{text}"
            );
        }
    }

    #[test]
    fn phrases_that_leave_it_open() {
        for text in [
            "",
            "Bearer token is malformed",
            "The access token is invalid or has expired",
            "The access token provided is expired, revoked, malformed, or invalid for other reasons",
            "token contains an invalid number of segments",
            "The access token expires soon",
        ] {
            let sent = described(text);
            assert!(
                !Bearer::of(&sent).says_expired() && !Bearer::of(&sent).says_revoked(),
                "{text}"
            );
        }
    }

    #[test]
    fn facebook_sends_it_as_oauth() {
        let sent = challenge(
            "OAuth \"Facebook Platform\" \"invalid_token\" \"Session has expired on Saturday.\"",
        );
        let view = View::of(&sent);
        assert_eq!(
            (view.name(), view.realm()),
            ("OAuth", Some("Facebook Platform"))
        );
        assert!(matches!(view, View::Bearer(bearer) if bearer.says_expired()));
        assert!(
            matches!(View::of(&challenge("OAuth realm=a")), View::Other(_)),
            "RFC 5849"
        );
    }
}
