//! `DPoP`: RFC 9449 §7.1, Bearer's parameters and the algorithms of the proof.

use super::Bearer;
use crate::challenge::Challenge;

/// What a DPoP challenge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dpop<'a> {
    /// What it has in common with Bearer: realm, scope, error.
    pub bearer: Bearer<'a>,
    /// Algorithms that the server takes, words divided by spaces.
    pub algs: Option<&'a str>,
}

impl<'a> Dpop<'a> {
    pub(super) fn of(challenge: &'a Challenge) -> Self {
        Self {
            bearer: Bearer::of(challenge),
            algs: challenge.param("algs"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::{BearerError, challenge};

    #[test]
    fn reads_error_and_algorithms() {
        let sent = challenge("DPoP error=\"invalid_dpop_proof\", algs=\"ES256 PS256\"");
        let view = Dpop::of(&sent);
        assert_eq!(view.algs, Some("ES256 PS256"));
        assert_eq!(view.bearer.error, Some(BearerError::InvalidDpopProof));
    }
}
