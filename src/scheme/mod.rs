//! Typed views of a challenge: what each auth-scheme's own specification makes of the parameters.
//!
//! A [`View`] borrows from its [`Challenge`] and costs nothing to make; one RFC a file.

mod basic;
mod bearer;
mod digest;
mod dpop;
pub mod jwt;
mod negotiate;
mod ntlm;
mod other;

use crate::challenge::Challenge;

pub use basic::Basic;
pub use bearer::{Bearer, BearerError};
pub use digest::{Algorithm, Digest};
pub use dpop::Dpop;
pub use negotiate::Negotiate;
pub use ntlm::{Ntlm, NtlmStep};
pub use other::{Meaning, Other};

/// A challenge as its scheme reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View<'a> {
    /// RFC 7617.
    Basic(Basic<'a>),
    /// RFC 7616.
    Digest(Digest<'a>),
    /// RFC 6750, and Facebook's `OAuth` with the same parameters.
    Bearer(Bearer<'a>),
    /// RFC 9449.
    Dpop(Dpop<'a>),
    /// RFC 4559.
    Negotiate(Negotiate),
    /// Microsoft's NTLM (MS-NTHT).
    Ntlm(Ntlm),
    /// Any other.
    Other(Other<'a>),
}

impl<'a> View<'a> {
    /// The view of this challenge. Scheme names compare without case, and as a whole: `Magic-Negotiate` is not
    /// `Negotiate`.
    #[must_use]
    pub fn of(challenge: &'a Challenge) -> Self {
        if challenge.is("Basic") {
            Self::Basic(Basic::of(challenge))
        } else if challenge.is("Digest") {
            Self::Digest(Digest::of(challenge))
        } else if challenge.is("Bearer")
            || (challenge.is("OAuth") && challenge.param("error").is_some())
        {
            Self::Bearer(Bearer::of(challenge))
        } else if challenge.is("DPoP") {
            Self::Dpop(Dpop::of(challenge))
        } else if challenge.is("Negotiate") {
            Self::Negotiate(Negotiate::of(challenge))
        } else if challenge.is("NTLM") {
            Self::Ntlm(Ntlm::of(challenge))
        } else {
            Self::Other(Other::of(challenge))
        }
    }

    /// The scheme's name in the case of its specification; as sent if nobody has heard of it.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self {
            Self::Basic(_) => "Basic",
            Self::Digest(_) => "Digest",
            Self::Bearer(view) => view.scheme,
            Self::Dpop(_) => "DPoP",
            Self::Negotiate(_) => "Negotiate",
            Self::Ntlm(_) => "NTLM",
            Self::Other(view) => view.name,
        }
    }

    /// The protection space's name (RFC 9110 §11.5). The server wrote it: quote it, never trust it.
    #[must_use]
    pub fn realm(&self) -> Option<&'a str> {
        match self {
            Self::Basic(view) => view.realm,
            Self::Digest(view) => view.realm,
            Self::Bearer(view) => view.realm,
            Self::Dpop(view) => view.bearer.realm,
            Self::Other(view) => view.realm,
            Self::Negotiate(_) | Self::Ntlm(_) => None,
        }
    }

    /// Whether a browser can answer by itself: by its password prompt, or with the person's network sign-in.
    #[must_use]
    pub fn browser_can_answer(&self) -> bool {
        match self {
            Self::Basic(_) | Self::Negotiate(_) | Self::Ntlm(_) => true,
            Self::Digest(view) => view.is_known_to_browsers(),
            Self::Bearer(_) | Self::Dpop(_) | Self::Other(_) => false,
        }
    }

    /// Whether this challenge only asks for the next step of an exchange that goes on: a stale nonce, the server's
    /// part of NTLM or Negotiate, a DPoP nonce. The 401 is then no failure, unless nothing follows it.
    #[must_use]
    pub fn is_handshake_step(&self) -> bool {
        match self {
            Self::Digest(view) => view.stale,
            Self::Bearer(view) => view.error == Some(BearerError::UseDpopNonce),
            Self::Dpop(view) => view.bearer.error == Some(BearerError::UseDpopNonce),
            Self::Negotiate(view) => view.has_token,
            Self::Ntlm(view) => view.step != NtlmStep::Bare,
            Self::Basic(_) | Self::Other(_) => false,
        }
    }

    /// How strong browsers hold the scheme for.
    fn rank(&self) -> u8 {
        match self {
            Self::Negotiate(_) => 4,
            Self::Ntlm(_) => 3,
            Self::Digest(_) => 2,
            Self::Basic(_) => 1,
            Self::Bearer(_) | Self::Dpop(_) | Self::Other(_) => 0,
        }
    }
}

/// The challenge that a browser answers: the strongest that it can, Negotiate before NTLM before Digest before Basic;
/// of one scheme the first. `None` if it can answer none, so that there is no prompt.
///
/// Both browsers rank the schemes like this, wherever the server puts them (Chromium `HttpAuthHandler::score`).
#[must_use]
pub fn best(challenges: &[Challenge]) -> Option<&Challenge> {
    challenges.get(best_of(challenges)?)
}

/// The place of that challenge.
pub(crate) fn best_of(challenges: &[Challenge]) -> Option<usize> {
    let mut best: Option<(usize, u8)> = None;
    for (at, challenge) in challenges.iter().enumerate() {
        let view = View::of(challenge);
        let is_better = best.is_none_or(|(_, rank)| view.rank() > rank);
        if view.browser_can_answer() && is_better {
            best = Some((at, view.rank()));
        }
    }
    best.map(|(at, _)| at)
}

/// The parameter `name`, which is empty in `Bearer realm=`: the grammar reads that as a token68, but no scheme that
/// asks here has any.
fn param<'a>(challenge: &'a Challenge, name: &str) -> Option<&'a str> {
    let lone = challenge
        .token68
        .as_deref()
        .and_then(|text| text.strip_suffix('='));
    let is_empty = lone.is_some_and(|lone| lone.eq_ignore_ascii_case(name));
    challenge.param(name).or(is_empty.then_some(""))
}

/// Whether `text`, a list of words divided by commas and spaces, has `word`, whatever the case.
fn has_word(text: &str, word: &str) -> bool {
    text.split([',', ' ', '\t'])
        .any(|found| found.eq_ignore_ascii_case(word))
}

#[cfg(test)]
pub(crate) fn challenge(line: &str) -> Challenge {
    let (mut challenges, _) = crate::challenge::parse([line]);
    assert_eq!(challenges.len(), 1, "{line}");
    challenges.remove(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_best(line: &str, expected: Option<&str>) {
        let (challenges, _) = crate::challenge::parse([line]);
        let found = best(&challenges).map(|found| found.to_string());
        assert_eq!(found.as_deref(), expected, "{line}");
    }

    #[test]
    fn names_are_canonical() {
        for (sent, name) in [
            ("BASIC", "Basic"),
            ("digest", "Digest"),
            ("bearer", "Bearer"),
            ("dpop", "DPoP"),
            ("NEGOTIATE", "Negotiate"),
            ("Ntlm", "NTLM"),
            ("privatetoken", "PrivateToken"),
            ("Magic-Negotiate", "Magic-Negotiate"),
        ] {
            assert_eq!(View::of(&challenge(sent)).name(), name);
        }
    }

    #[test]
    fn the_best_is_the_strongest_that_can_be_answered() {
        check_best(
            "Basic realm=a, Digest nonce=b, Basic realm=c",
            Some("Digest nonce=\"b\""),
        );
        check_best("NTLM, Negotiate, Basic realm=a", Some("Negotiate"));
        check_best("Basic realm=a, Basic realm=b", Some("Basic realm=\"a\""));
        check_best(
            "Basic realm=a, Digest nonce=b, algorithm=odd",
            Some("Basic realm=\"a\""),
        );
        check_best("Basic realm=a, Digest realm=b", Some("Basic realm=\"a\""));
        check_best("Bearer realm=a, DummyBasic realm=b", None);
        check_best("", None);
    }

    #[test]
    fn handshake_steps() {
        let is_step = |line: &str| View::of(&challenge(line)).is_handshake_step();
        assert!(is_step("Digest nonce=a, stale=TRUE"));
        assert!(is_step("Negotiate oRQwEqADCgEB"));
        assert!(is_step("NTLM TlRMTVNTUAACAAAA"));
        assert!(is_step("DPoP error=\"use_dpop_nonce\""));
        for line in [
            "Digest nonce=a",
            "Negotiate",
            "NTLM",
            "DPoP",
            "Basic",
            "Bearer error=invalid_token",
            "Foo abc",
        ] {
            assert!(!is_step(line), "{line}");
        }
    }

    #[test]
    fn an_empty_parameter_alone_looks_like_a_token68() {
        for line in [
            "Bearer realm=",
            "Basic REALM=",
            "Digest realm=",
            "DPoP realm=",
        ] {
            assert_eq!(View::of(&challenge(line)).realm(), Some(""), "{line}");
        }
        assert_eq!(View::of(&challenge("Bearer scope=")).realm(), None);
    }
}
