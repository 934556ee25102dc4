//! `NTLM`: Microsoft's MS-NTHT, of which every message begins with `NTLMSSP`.

use crate::challenge::Challenge;

/// How far the exchange is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NtlmStep {
    /// The first offer.
    Bare,
    /// The server's challenge message, to be answered (MS-NLMP §2.2.1.2).
    Type2,
    /// A token that is no such message.
    Odd,
}

/// What an NTLM challenge says. The token itself is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ntlm {
    /// How far the exchange is.
    pub step: NtlmStep,
}

/// `NTLMSSP`, a zero byte and the message type 2 in base64.
const TYPE_2: &str = "TlRMTVNTUAACAAAA";

impl Ntlm {
    pub(super) fn of(challenge: &Challenge) -> Self {
        let step = match challenge.token68.as_deref() {
            None => NtlmStep::Bare,
            Some(token) if token.starts_with(TYPE_2) => NtlmStep::Type2,
            Some(_) => NtlmStep::Odd,
        };
        Self { step }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::challenge;

    #[test]
    fn tells_the_steps_apart() {
        let step = |line: &str| Ntlm::of(&challenge(line)).step;
        assert_eq!(step("NTLM"), NtlmStep::Bare);
        assert_eq!(
            step("NTLM TlRMTVNTUAACAAAACAAIADAAAACGgAEA"),
            NtlmStep::Type2
        );
        assert_eq!(step("NTLM TlRMTVNTUAADAAAA"), NtlmStep::Odd);
    }
}
