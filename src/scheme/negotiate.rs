//! `Negotiate`: RFC 4559, Kerberos or NTLM by way of SPNEGO.

use crate::challenge::Challenge;

/// What a Negotiate challenge says. The token itself is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Negotiate {
    /// Whether the server sent its part of the exchange (§4.1); without it, this is the first offer.
    pub has_token: bool,
}

impl Negotiate {
    pub(super) fn of(challenge: &Challenge) -> Self {
        Self {
            has_token: challenge.token68.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::challenge;

    #[test]
    fn tells_offer_from_step() {
        assert!(!Negotiate::of(&challenge("Negotiate")).has_token);
        assert!(Negotiate::of(&challenge("Negotiate RA==")).has_token);
    }
}
