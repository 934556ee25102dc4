//! `Digest`: RFC 7616.

use super::{has_word, param};
use crate::challenge::Challenge;

/// How the answer is hashed (RFC 7616 §3.3, and the IANA registry of hash algorithms for Digest).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `MD5`, or none given.
    Md5,
    /// `MD5-sess`.
    Md5Sess,
    /// `SHA-256`.
    Sha256,
    /// `SHA-256-sess`.
    Sha256Sess,
    /// `SHA-512-256`.
    Sha512256,
    /// `SHA-512-256-sess`.
    Sha512256Sess,
    /// Not registered.
    Unknown,
}

/// What a Digest challenge says. The nonce itself is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest<'a> {
    /// Protection space.
    pub realm: Option<&'a str>,
    /// The nonce sent was too old, though the name and password were right: the browser repeats by itself.
    pub stale: bool,
    /// How to hash.
    pub algorithm: Algorithm,
    /// `qop` offers `auth`.
    pub offers_auth: bool,
    /// `qop` offers `auth-int`.
    pub offers_auth_int: bool,
    /// The name is to be hashed too.
    pub userhash: bool,
    /// Whether there is a nonce: without one nobody can answer.
    pub has_nonce: bool,
}

impl<'a> Digest<'a> {
    pub(super) fn of(challenge: &'a Challenge) -> Self {
        let is_true = |name| {
            challenge
                .param(name)
                .is_some_and(|value| value.eq_ignore_ascii_case("true"))
        };
        let qop = challenge.param("qop").unwrap_or_default();
        Self {
            realm: param(challenge, "realm"),
            stale: is_true("stale"),
            algorithm: challenge
                .param("algorithm")
                .map_or(Algorithm::Md5, algorithm),
            offers_auth: has_word(qop, "auth"),
            offers_auth_int: has_word(qop, "auth-int"),
            userhash: is_true("userhash"),
            has_nonce: challenge.param("nonce").is_some(),
        }
    }

    /// Whether browsers can answer: they know MD5 and SHA-256 (Firefox 93, Chromium 117), and need a nonce.
    #[must_use]
    pub fn is_known_to_browsers(&self) -> bool {
        let is_known = matches!(
            self.algorithm,
            Algorithm::Md5 | Algorithm::Md5Sess | Algorithm::Sha256 | Algorithm::Sha256Sess
        );
        is_known && self.has_nonce
    }
}

/// Names compare without case, as in browsers.
fn algorithm(name: &str) -> Algorithm {
    let known = [
        ("MD5", Algorithm::Md5),
        ("MD5-sess", Algorithm::Md5Sess),
        ("SHA-256", Algorithm::Sha256),
        ("SHA-256-sess", Algorithm::Sha256Sess),
        ("SHA-512-256", Algorithm::Sha512256),
        ("SHA-512-256-sess", Algorithm::Sha512256Sess),
    ];
    let found = known
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map_or(Algorithm::Unknown, |(_, algorithm)| *algorithm)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::challenge;

    #[test]
    fn reads_what_it_needs() {
        let sent = challenge(
            "Digest realm=\"a\", nonce=\"b\", qop=\"auth, auth-int\", algorithm=sha-256, stale=True, userhash=true",
        );
        let view = Digest::of(&sent);
        assert_eq!(
            view,
            Digest {
                realm: Some("a"),
                stale: true,
                algorithm: Algorithm::Sha256,
                offers_auth: true,
                offers_auth_int: true,
                userhash: true,
                has_nonce: true,
            }
        );
        assert!(view.is_known_to_browsers());
    }

    #[test]
    fn what_browsers_cannot_answer() {
        for line in [
            "Digest realm=a",
            "Digest nonce=a, algorithm=SHA-512-256",
            "Digest nonce=a, algorithm=odd",
        ] {
            assert!(
                !Digest::of(&challenge(line)).is_known_to_browsers(),
                "{line}"
            );
        }
        assert!(Digest::of(&challenge("Digest nonce=a")).is_known_to_browsers());
    }

    #[test]
    fn auth_int_is_not_auth() {
        let sent = challenge("Digest nonce=a, qop=auth-int");
        let view = Digest::of(&sent);
        assert!(view.offers_auth_int && !view.offers_auth && !view.stale);
    }
}
