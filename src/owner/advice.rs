//! What an owner can change on the server: topics, and which of them mends which finding.
//!
//! A topic's texts are `topic_<id>_title` and `topic_<id>_why` of the message files (with `_` for `-`), its snippets
//! `www/snippets/<id>/<server>.<ending>`; what one finding asks for is said in `owner_<finding>_change`.

use crate::finding::FindingId;

macro_rules! topics {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal;)+) => {
        /// One thing to configure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Topic {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Topic {
            /// Every topic.
            pub const ALL: &'static [Topic] = &[$(Topic::$name),+];

            /// The id: kebab-case, the name of its folder of snippets.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Topic::$name => $id),+ }
            }

            /// The topic with this id.
            #[must_use]
            pub fn from_id(id: &str) -> Option<Topic> {
                match id { $($id => Some(Topic::$name),)+ _ => None }
            }
        }
    };
}

topics! {
    /// A 401 with a `WWW-Authenticate` that browsers can answer (RFC 9110 §15.5.2).
    Challenge = "challenge";
    /// A bearer token's refusal with its `error` (RFC 6750 §3).
    BearerError = "bearer-error";
    /// http leads to https, and stays there (RFC 6797).
    HttpsOnly = "https-only";
    /// A session that is over: its cookie is deleted with the domain and path it was set with, and a sign-in begins a new one.
    EndSession = "end-session";
    /// The session cookie's attributes (RFC 6265bis §4.1.2).
    SessionCookie = "session-cookie";
    /// A cookie that works in pages of other sites: `SameSite=None; Secure; Partitioned`.
    EmbeddedCookie = "embedded-cookie";
    /// Room for long Cookie fields, and 431 where they are longer still (RFC 6585 §5).
    HeaderSize = "header-size";
    /// One name for the site: `www` or without.
    OneHost = "one-host";
    /// To the sign-in page, and from there back to the page that was wanted.
    ReturnTo = "return-to";
    /// A form that was open for too long keeps what was typed and gets a fresh token.
    FormToken = "form-token";
    /// A policy that lets the site's own forms name their page (Referrer Policy §3).
    ReferrerPolicy = "referrer-policy";
    /// 429 and 503 say when to come back (RFC 9110 §10.2.3).
    RetryAfter = "retry-after";
    /// A proxy or module passes `Authorization` on.
    ForwardAuthorization = "forward-authorization";
    /// An interface for programs answers 401, not a redirect to a page for people.
    ApiStatus = "api-status";
    /// A preflight is answered without asking who it is (Fetch §4.8).
    Preflight = "preflight";
    /// 403 for those who are signed in and may not: with a way to ask, or to change the account.
    Refusal = "refusal";
    /// A certificate of the visitor: where it is asked for, and what they see without one.
    ClientCertificate = "client-certificate";
    /// A redirect that nobody remembers for ever.
    TemporaryRedirect = "temporary-redirect";
    /// A service worker that leaves sign-in alone; `Clear-Site-Data` to be rid of one.
    OfflineCopy = "offline-copy";
    /// A link for one use that a mail scanner's GET does not use up.
    OneTimeLink = "one-time-link";
    /// Parts that everybody may see: assets, robots.txt, icons.
    PublicParts = "public-parts";
    /// A leeway for clocks that are a little off (RFC 7519 §4.1.4).
    ClockLeeway = "clock-leeway";
    /// Integrated sign-in with a way for those who cannot.
    IntegratedFallback = "integrated-fallback";
    /// The state of a hand-off: kept until it is used, with a fresh start where it is gone (RFC 6749 §10.12).
    HandoffState = "handoff-state";
}

/// The topics that help against a finding, the most important one first; none where the site can change nothing.
#[must_use]
pub fn topics(finding: FindingId) -> &'static [Topic] {
    match finding {
        FindingId::ProxySignInRequired
        | FindingId::CaptivePortal
        | FindingId::CookiesBlocked
        | FindingId::CookiesRemoved
        | FindingId::CredentialsInUrl => &[],
        FindingId::ClientCertificateRequired => &[Topic::ClientCertificate],
        FindingId::BotCheck | FindingId::NetworkBlocked => &[Topic::Refusal, Topic::PublicParts],
        FindingId::MisdirectedRequest => &[Topic::OneHost],
        FindingId::RateLimited | FindingId::AccountLocked => &[Topic::RetryAfter],
        FindingId::ClockSkew => &[Topic::ClockLeeway, Topic::BearerError],
        FindingId::StaleOfflineCopy => &[Topic::OfflineCopy],
        FindingId::CachedRedirect => &[Topic::TemporaryRedirect],
        FindingId::LinkUsedUp => &[Topic::OneTimeLink],
        FindingId::RequestBlocked => &[Topic::PublicParts],
        FindingId::SecureCookieOnHttp => &[Topic::HttpsOnly, Topic::SessionCookie],
        FindingId::HostMismatch => &[Topic::OneHost, Topic::SessionCookie],
        FindingId::PortSharedCookie | FindingId::CookieRefused => &[Topic::SessionCookie],
        FindingId::SamesiteWithheld => &[Topic::SessionCookie, Topic::HandoffState],
        FindingId::EmbeddedCookiesBlocked => &[Topic::EmbeddedCookie],
        FindingId::CookiesTooLarge => &[Topic::HeaderSize, Topic::SessionCookie],
        FindingId::ReferrerHidden => &[Topic::ReferrerPolicy, Topic::FormToken],
        FindingId::FormExpired => &[Topic::FormToken],
        FindingId::DuplicateCookies | FindingId::StaleSessionLoop => {
            &[Topic::EndSession, Topic::SessionCookie]
        }
        FindingId::HandoffExpired
        | FindingId::ParametersStripped
        | FindingId::ContainerMismatch => &[Topic::HandoffState, Topic::ReturnTo],
        FindingId::RedirectLoop => &[Topic::EndSession, Topic::ReturnTo, Topic::TemporaryRedirect],
        FindingId::StepUpRequired | FindingId::InsufficientScope => {
            &[Topic::BearerError, Topic::Refusal]
        }
        FindingId::TokenExpired | FindingId::TokenInvalid => {
            &[Topic::BearerError, Topic::ClockLeeway]
        }
        FindingId::IntegratedSignInUnavailable => &[Topic::IntegratedFallback],
        FindingId::SchemeUnsupported | FindingId::MalformedChallenge => &[Topic::Challenge],
        FindingId::MissingChallenge => &[
            Topic::Challenge,
            Topic::ApiStatus,
            Topic::Preflight,
            Topic::PublicParts,
        ],
        FindingId::AuthorizationLost => &[Topic::ForwardAuthorization, Topic::Preflight],
        FindingId::HttpLoginStuck => &[Topic::Challenge, Topic::Refusal],
        FindingId::CredentialsRejected => &[Topic::Challenge],
        FindingId::BackgroundSessionExpired => &[Topic::ApiStatus, Topic::EndSession],
        FindingId::SessionExpired => &[Topic::EndSession, Topic::ReturnTo, Topic::ApiStatus],
        FindingId::WrongAccount | FindingId::PermissionDenied => &[Topic::Refusal],
        FindingId::SignInRequired => &[Topic::ReturnTo, Topic::Challenge, Topic::PublicParts],
        FindingId::ServerFault => &[Topic::RetryAfter],
        FindingId::InsecureCredentials => &[Topic::HttpsOnly],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_every_topic_helps_against_something() {
        for &topic in Topic::ALL {
            assert_eq!(Topic::from_id(topic.as_str()), Some(topic));
            assert!(
                FindingId::ALL.iter().any(|&id| topics(id).contains(&topic)),
                "{} helps against nothing",
                topic.as_str()
            );
        }
    }

    #[test]
    fn no_finding_names_a_topic_twice() {
        for &id in FindingId::ALL {
            let named = topics(id);
            for (place, topic) in named.iter().enumerate() {
                assert!(!named[..place].contains(topic), "{}", id.as_str());
            }
        }
    }
}
