//! Schemes that browsers do not answer: registered with IANA, met without registration, or unheard of.

use super::param;
use crate::challenge::Challenge;

/// What a scheme means to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The page's or an app's own token or session is asked for: sign in on the page.
    AppSignIn,
    /// A second factor is asked for.
    SecondFactor,
    /// A certificate in the browser is asked for.
    ClientCertificate,
    /// A check for robots, no sign-in.
    BotCheck,
    /// `Basic` under another name, so that the browser shows no prompt: sign in on the page.
    HiddenPrompt,
    /// For programs, not for browsers.
    Program,
    /// Unheard of.
    Unknown,
}

/// What any other challenge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Other<'a> {
    /// Name in the case of its specification or of those who send it; as sent if unknown.
    pub name: &'a str,
    /// Whether IANA has registered it.
    pub is_registered: bool,
    /// What it means.
    pub meaning: Meaning,
    /// Protection space.
    pub realm: Option<&'a str>,
}

/// iana.org/assignments/http-authschemes, except those with views of their own.
const REGISTERED: [(&str, Meaning); 9] = [
    ("Concealed", Meaning::Program),
    ("GNAP", Meaning::AppSignIn),
    ("HOBA", Meaning::AppSignIn),
    ("Mutual", Meaning::AppSignIn),
    ("OAuth", Meaning::AppSignIn),
    ("PrivateToken", Meaning::BotCheck),
    ("SCRAM-SHA-1", Meaning::Program),
    ("SCRAM-SHA-256", Meaning::Program),
    ("vapid", Meaning::Program),
];

/// Met in the wild without registration.
const UNREGISTERED: [(&str, Meaning); 33] = [
    ("ApiKey", Meaning::Program),
    ("AuthSub", Meaning::AppSignIn),
    ("AWS4-HMAC-SHA256", Meaning::Program),
    ("Cloudflare-Access", Meaning::AppSignIn),
    ("Cookie", Meaning::AppSignIn),
    ("DIGEST-MD5", Meaning::Program),
    ("DummyBasic", Meaning::HiddenPrompt),
    ("FormBased", Meaning::AppSignIn),
    ("GoogleLogin", Meaning::AppSignIn),
    ("Hawk", Meaning::Program),
    ("JWT", Meaning::AppSignIn),
    ("Kerberos", Meaning::Program),
    ("Keystone", Meaning::AppSignIn),
    ("L402", Meaning::Program),
    ("LSAT", Meaning::Program),
    ("MAC", Meaning::Program),
    ("Mutual-TLS", Meaning::ClientCertificate),
    ("MutualTLS", Meaning::ClientCertificate),
    ("OTP", Meaning::SecondFactor),
    ("Passport1.4", Meaning::AppSignIn),
    ("PoP", Meaning::AppSignIn),
    ("Session", Meaning::AppSignIn),
    ("SharedKey", Meaning::Program),
    ("SSWS", Meaning::Program),
    ("Swift", Meaning::AppSignIn),
    ("TFS-Federated", Meaning::AppSignIn),
    ("Token", Meaning::AppSignIn),
    ("UMA", Meaning::AppSignIn),
    ("WLID1.0", Meaning::AppSignIn),
    ("WSSE", Meaning::Program),
    ("x-Basic", Meaning::HiddenPrompt),
    ("X-MobileMe-AuthToken", Meaning::AppSignIn),
    ("xBasic", Meaning::HiddenPrompt),
];

impl<'a> Other<'a> {
    pub(super) fn of(challenge: &'a Challenge) -> Self {
        let find = |table: &[(&'static str, Meaning)]| {
            table.iter().find(|(name, _)| challenge.is(name)).copied()
        };
        let registered = find(&REGISTERED);
        let unknown = (challenge.scheme.as_str(), Meaning::Unknown);
        let (name, meaning) = registered
            .or_else(|| find(&UNREGISTERED))
            .unwrap_or(unknown);
        Self {
            name,
            is_registered: registered.is_some(),
            meaning,
            realm: param(challenge, "realm"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::challenge;

    #[track_caller]
    fn check(line: &str, name: &str, is_registered: bool, meaning: Meaning) {
        let sent = challenge(line);
        let view = Other::of(&sent);
        assert_eq!(
            (view.name, view.is_registered, view.meaning),
            (name, is_registered, meaning)
        );
    }

    #[test]
    fn known_by_name() {
        check(
            "PRIVATETOKEN challenge=abc",
            "PrivateToken",
            true,
            Meaning::BotCheck,
        );
        check(
            "dummybasic realm=a",
            "DummyBasic",
            false,
            Meaning::HiddenPrompt,
        );
        check(
            "Cloudflare-Access",
            "Cloudflare-Access",
            false,
            Meaning::AppSignIn,
        );
        check("otp", "OTP", false, Meaning::SecondFactor);
        check("mutualtls", "MutualTLS", false, Meaning::ClientCertificate);
    }

    #[test]
    fn unknown_as_sent() {
        check("nEwauth realm=a", "nEwauth", false, Meaning::Unknown);
        assert_eq!(Other::of(&challenge("Newauth realm=a")).realm, Some("a"));
    }
}
