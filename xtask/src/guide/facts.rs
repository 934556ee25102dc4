//! What the guide says of each finding beyond its texts: its family, what to leave alone, what search engines make of it.

use readmit::finding::{FindingId, Who};
use readmit::remedy::RemedyId;

/// The guide's own facts about a finding; texts by their keys.
pub(super) struct Facts {
    /// Its place on the first page.
    pub(super) family: Family,
    /// What not to do.
    pub(super) nots: &'static [&'static str],
    /// What search engines make of it.
    pub(super) search: &'static str,
}

/// A group of findings that look alike to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Asked,
    Lost,
    Way,
    Refused,
    Tokens,
    Copies,
    Network,
    Server,
}

impl Family {
    /// All of them in the order of the first page.
    pub(super) const ALL: [Self; 8] = [
        Self::Asked,
        Self::Lost,
        Self::Way,
        Self::Refused,
        Self::Tokens,
        Self::Copies,
        Self::Network,
        Self::Server,
    ];

    /// The key of its name.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Asked => "guide_family_asked",
            Self::Lost => "guide_family_lost",
            Self::Way => "guide_family_way",
            Self::Refused => "guide_family_refused",
            Self::Tokens => "guide_family_tokens",
            Self::Copies => "guide_family_copies",
            Self::Network => "guide_family_network",
            Self::Server => "guide_family_server",
        }
    }
}

/// The key of the text that says who can act.
pub(super) fn who(id: FindingId) -> &'static str {
    match id.who() {
        Who::Person => "guide_who_person",
        Who::SiteOwner => "guide_who_owner",
        Who::Network => "guide_who_network",
        Who::NobodyNow => "guide_who_time",
    }
}

const CLEAR_ALL: &str = "guide_not_clear_all";
const CLEAR_HERE: &str = "guide_not_clear_here";
const CLEAR_SERVICE: &str = "guide_not_clear_service";
const COME_BACK: &str = "guide_not_come_back";
const CACHE: &str = "guide_not_cache";
const RELOAD: &str = "guide_not_reload";
const RETRY: &str = "guide_not_retry";
const RESET: &str = "guide_not_reset";
const PRIVATE: &str = "guide_not_private";
const PRIVATE_FRAMES: &str = "guide_not_private_frames";
const ADD_ONS: &str = "guide_not_add_ons";
const ALLOW_ALL: &str = "guide_not_allow_all";
const WARNING: &str = "guide_not_warning";
const SITE_PASSWORD: &str = "guide_not_site_password";
const PLAIN: &str = "guide_not_plain";
const VPN: &str = "guide_not_vpn";
const SAME_ACCOUNT: &str = "guide_not_same_account";
const LINK: &str = "guide_not_link";
const NOTHING: &str = "guide_not_nothing";

const REFUSED: &str = "guide_search_refused";
const REDIRECTED: &str = "guide_search_redirected";
const LOOP: &str = "guide_search_loop";
const VISITOR: &str = "guide_search_visitor";
const TOKEN: &str = "guide_search_token";
const GUARD: &str = "guide_search_guard";
const SLOW: &str = "guide_search_slow";
const NETWORK: &str = "guide_search_network";
const PLAIN_HTTP: &str = "guide_search_plain";
const GONE: &str = "guide_search_gone";
const CACHED: &str = "guide_search_cached";

/// The guide's facts about a finding.
pub(super) fn facts(id: FindingId) -> Facts {
    let (family, nots, search): (Family, &'static [&'static str], &'static str) = match id {
        FindingId::ProxySignInRequired => {
            (Family::Network, &[SITE_PASSWORD, CLEAR_HERE, VPN], NETWORK)
        }
        FindingId::CaptivePortal => (Family::Network, &[WARNING, CLEAR_HERE], NETWORK),
        FindingId::ClientCertificateRequired => (Family::Asked, &[CLEAR_HERE, WARNING], REFUSED),
        FindingId::BotCheck => (Family::Refused, &[ADD_ONS, CLEAR_HERE, VPN], GUARD),
        FindingId::NetworkBlocked => (Family::Refused, &[CLEAR_HERE, RESET, VPN], GUARD),
        FindingId::MisdirectedRequest => (Family::Server, &[CLEAR_HERE], REFUSED),
        FindingId::RateLimited => (Family::Refused, &[RETRY, CLEAR_HERE], SLOW),
        FindingId::AccountLocked => (Family::Refused, &[RETRY, CLEAR_HERE], VISITOR),
        FindingId::ClockSkew => (Family::Tokens, &[CLEAR_HERE, RESET], VISITOR),
        FindingId::StaleOfflineCopy => (Family::Copies, &[RESET, CLEAR_HERE], VISITOR),
        FindingId::CachedRedirect => (Family::Copies, &[CLEAR_HERE], CACHED),
        FindingId::ContainerMismatch => (Family::Way, &[CLEAR_HERE, RELOAD], VISITOR),
        FindingId::ParametersStripped => (Family::Way, &[ADD_ONS, RELOAD, CLEAR_HERE], VISITOR),
        FindingId::LinkUsedUp => (Family::Way, &[LINK, CLEAR_HERE], GONE),
        FindingId::RequestBlocked => (Family::Way, &[ADD_ONS, CLEAR_HERE], VISITOR),
        FindingId::CookiesRemoved => (Family::Lost, &[COME_BACK, RESET], VISITOR),
        FindingId::SecureCookieOnHttp => (Family::Lost, &[PLAIN, RESET], PLAIN_HTTP),
        FindingId::HostMismatch => (Family::Lost, &[CLEAR_HERE, RESET], VISITOR),
        FindingId::PortSharedCookie => (Family::Lost, &[CLEAR_HERE, RESET], VISITOR),
        FindingId::SamesiteWithheld => (Family::Way, &[CLEAR_HERE], VISITOR),
        FindingId::CookieRefused => (Family::Lost, &[CLEAR_ALL, RESET], VISITOR),
        FindingId::CookiesBlocked => (Family::Lost, &[ALLOW_ALL, CLEAR_HERE, RESET], VISITOR),
        FindingId::EmbeddedCookiesBlocked => (
            Family::Lost,
            &[ALLOW_ALL, PRIVATE_FRAMES, CLEAR_HERE],
            VISITOR,
        ),
        FindingId::CookiesTooLarge => (Family::Lost, &[CLEAR_ALL, PRIVATE], VISITOR),
        FindingId::ReferrerHidden => (Family::Way, &[ADD_ONS, CLEAR_HERE], VISITOR),
        FindingId::FormExpired => (Family::Way, &[RELOAD, CLEAR_HERE], VISITOR),
        FindingId::DuplicateCookies => (Family::Lost, &[CLEAR_ALL, RESET, PRIVATE], VISITOR),
        FindingId::HandoffExpired => (Family::Way, &[RELOAD, CLEAR_SERVICE], VISITOR),
        FindingId::StaleSessionLoop => (Family::Lost, &[CLEAR_ALL, RESET, PRIVATE], VISITOR),
        FindingId::RedirectLoop => (Family::Lost, &[CLEAR_ALL, RESET], LOOP),
        FindingId::StepUpRequired => (Family::Asked, &[CLEAR_HERE, RESET], VISITOR),
        FindingId::InsufficientScope => (Family::Tokens, &[CLEAR_HERE, SAME_ACCOUNT], TOKEN),
        FindingId::TokenExpired | FindingId::TokenInvalid => {
            (Family::Tokens, &[CLEAR_HERE, RESET], TOKEN)
        }
        FindingId::IntegratedSignInUnavailable => (Family::Network, &[CLEAR_HERE, VPN], REFUSED),
        FindingId::SchemeUnsupported => (Family::Server, &[NOTHING, CLEAR_HERE], REFUSED),
        FindingId::AuthorizationLost => (Family::Server, &[CLEAR_HERE, RESET], REFUSED),
        FindingId::HttpLoginStuck => (Family::Asked, &[CACHE, RESET], VISITOR),
        FindingId::CredentialsRejected => (Family::Asked, &[RETRY, CACHE, CLEAR_HERE], VISITOR),
        FindingId::BackgroundSessionExpired => (Family::Asked, &[CLEAR_HERE, RESET], TOKEN),
        FindingId::SessionExpired => (Family::Asked, &[CLEAR_ALL, RESET], REDIRECTED),
        FindingId::WrongAccount => (Family::Refused, &[CLEAR_SERVICE, SAME_ACCOUNT], VISITOR),
        FindingId::PermissionDenied => {
            (Family::Refused, &[CLEAR_HERE, SAME_ACCOUNT, RESET], REFUSED)
        }
        FindingId::MalformedChallenge | FindingId::MissingChallenge => {
            (Family::Server, &[NOTHING, CLEAR_HERE], REFUSED)
        }
        FindingId::SignInRequired => (Family::Asked, &[CLEAR_HERE], REDIRECTED),
        FindingId::ServerFault => (Family::Server, &[NOTHING, CLEAR_HERE, RESET], SLOW),
        FindingId::InsecureCredentials => (Family::Server, &[PLAIN], PLAIN_HTTP),
        FindingId::CredentialsInUrl => (Family::Server, &[CLEAR_HERE], REFUSED),
    };
    Facts {
        family,
        nots,
        search,
    }
}

/// The remedies that a finding can have, in the order in which its rule offers them where all fit.
pub(super) fn steps(id: FindingId) -> &'static [RemedyId] {
    match id {
        FindingId::AccountLocked => &[RemedyId::Wait, RemedyId::ResetPassword, RemedyId::AskOwner],
        FindingId::AuthorizationLost
        | FindingId::InsecureCredentials
        | FindingId::InsufficientScope
        | FindingId::MalformedChallenge
        | FindingId::MissingChallenge
        | FindingId::PermissionDenied
        | FindingId::SchemeUnsupported => &[RemedyId::AskOwner],
        FindingId::BackgroundSessionExpired => {
            &[RemedyId::Reload, RemedyId::SignIn, RemedyId::AskOwner]
        }
        FindingId::BotCheck => &[RemedyId::Reload, RemedyId::PauseBlocker, RemedyId::AskOwner],
        FindingId::CachedRedirect => &[RemedyId::ClearCachedRedirect, RemedyId::AskOwner],
        FindingId::CaptivePortal => &[RemedyId::OpenPortal, RemedyId::AskIt],
        FindingId::ClientCertificateRequired | FindingId::MisdirectedRequest => {
            &[RemedyId::Reload, RemedyId::AskOwner]
        }
        FindingId::ClockSkew => &[RemedyId::FixClock, RemedyId::Reload, RemedyId::AskOwner],
        FindingId::ContainerMismatch => &[RemedyId::OpenInContainer],
        FindingId::CookieRefused => &[
            RemedyId::RemoveCookies,
            RemedyId::SignIn,
            RemedyId::AskOwner,
        ],
        FindingId::CookiesBlocked => &[RemedyId::AllowCookies, RemedyId::AskOwner],
        FindingId::CookiesRemoved => &[RemedyId::KeepCookies, RemedyId::SignIn],
        FindingId::CookiesTooLarge => &[
            RemedyId::RemoveCookies,
            RemedyId::ClearSiteCookies,
            RemedyId::AskOwner,
        ],
        FindingId::CredentialsInUrl => &[RemedyId::OpenWithoutCredentials],
        FindingId::CredentialsRejected => &[
            RemedyId::RetypePassword,
            RemedyId::ResetPassword,
            RemedyId::AskOwner,
        ],
        FindingId::DuplicateCookies => &[
            RemedyId::RemoveCookies,
            RemedyId::ClearSiteCookies,
            RemedyId::SignIn,
            RemedyId::AskOwner,
        ],
        FindingId::EmbeddedCookiesBlocked => &[
            RemedyId::OpenInOwnTab,
            RemedyId::AllowEmbeddedCookies,
            RemedyId::PauseBlocker,
            RemedyId::AskOwner,
        ],
        FindingId::FormExpired | FindingId::HandoffExpired | FindingId::SamesiteWithheld => {
            &[RemedyId::StartOver, RemedyId::AskOwner]
        }
        FindingId::HostMismatch => &[RemedyId::OpenSiblingHost, RemedyId::AskOwner],
        FindingId::HttpLoginStuck => &[RemedyId::ForgetHttpLogin, RemedyId::AskOwner],
        FindingId::IntegratedSignInUnavailable => &[RemedyId::AskIt],
        FindingId::LinkUsedUp => &[RemedyId::RequestNewLink, RemedyId::AskOwner],
        FindingId::NetworkBlocked => &[RemedyId::Reload, RemedyId::AskIt, RemedyId::AskOwner],
        FindingId::ParametersStripped => &[RemedyId::PauseBlocker, RemedyId::StartOver],
        FindingId::PortSharedCookie => &[
            RemedyId::OpenSiblingHost,
            RemedyId::SignIn,
            RemedyId::AskOwner,
        ],
        FindingId::ProxySignInRequired => &[RemedyId::UseProxyPassword, RemedyId::AskOwner],
        FindingId::RateLimited => &[RemedyId::Wait, RemedyId::AskOwner],
        FindingId::RedirectLoop => &[
            RemedyId::StartOver,
            RemedyId::ClearSiteCookies,
            RemedyId::AskOwner,
        ],
        FindingId::ReferrerHidden => &[
            RemedyId::PauseBlocker,
            RemedyId::StartOver,
            RemedyId::AskOwner,
        ],
        FindingId::RequestBlocked => &[RemedyId::PauseBlocker, RemedyId::Reload],
        FindingId::SecureCookieOnHttp => &[
            RemedyId::OpenHttps,
            RemedyId::RemoveCookies,
            RemedyId::AskOwner,
        ],
        FindingId::ServerFault => &[RemedyId::Wait, RemedyId::Reload, RemedyId::AskOwner],
        FindingId::SessionExpired => &[
            RemedyId::SignIn,
            RemedyId::Reload,
            RemedyId::RemoveCookies,
            RemedyId::AskOwner,
        ],
        FindingId::SignInRequired => &[RemedyId::SignIn, RemedyId::StartOver],
        FindingId::StaleOfflineCopy => &[RemedyId::RemoveOfflineCopy, RemedyId::AskOwner],
        FindingId::StaleSessionLoop => &[RemedyId::RemoveCookies, RemedyId::AskOwner],
        FindingId::StepUpRequired => &[RemedyId::SignIn, RemedyId::AskOwner],
        FindingId::TokenExpired | FindingId::TokenInvalid => &[
            RemedyId::ClearStoredToken,
            RemedyId::SignIn,
            RemedyId::Reload,
            RemedyId::ClearSiteData,
            RemedyId::AskOwner,
        ],
        FindingId::WrongAccount => &[RemedyId::SwitchAccount, RemedyId::AskOwner],
    }
}

/// Findings that people take for one another: each set shows one picture with different causes.
const ALIKE: &[&[FindingId]] = &[
    // The sign-in page comes back.
    &[
        FindingId::StaleSessionLoop,
        FindingId::CookiesBlocked,
        FindingId::SecureCookieOnHttp,
        FindingId::HostMismatch,
        FindingId::DuplicateCookies,
        FindingId::CookieRefused,
        FindingId::CookiesRemoved,
        FindingId::RedirectLoop,
    ],
    // Signed out for no reason that one sees.
    &[
        FindingId::SessionExpired,
        FindingId::PortSharedCookie,
        FindingId::CookiesRemoved,
        FindingId::ClockSkew,
        FindingId::SamesiteWithheld,
        FindingId::BackgroundSessionExpired,
    ],
    // The form does not go through.
    &[
        FindingId::FormExpired,
        FindingId::ReferrerHidden,
        FindingId::RequestBlocked,
        FindingId::PermissionDenied,
    ],
    // The way back from a sign-in service fails.
    &[
        FindingId::HandoffExpired,
        FindingId::ParametersStripped,
        FindingId::ContainerMismatch,
        FindingId::SamesiteWithheld,
        FindingId::LinkUsedUp,
    ],
    // A box for a password.
    &[
        FindingId::SignInRequired,
        FindingId::CredentialsRejected,
        FindingId::HttpLoginStuck,
        FindingId::AuthorizationLost,
        FindingId::ProxySignInRequired,
        FindingId::IntegratedSignInUnavailable,
    ],
    // “Forbidden”.
    &[
        FindingId::PermissionDenied,
        FindingId::WrongAccount,
        FindingId::HttpLoginStuck,
        FindingId::NetworkBlocked,
        FindingId::BotCheck,
        FindingId::InsufficientScope,
        FindingId::AccountLocked,
    ],
    // “Bad request”.
    &[
        FindingId::CookiesTooLarge,
        FindingId::ClientCertificateRequired,
        FindingId::HandoffExpired,
        FindingId::IntegratedSignInUnavailable,
    ],
    // Told to wait, or shut out.
    &[
        FindingId::RateLimited,
        FindingId::AccountLocked,
        FindingId::ServerFault,
        FindingId::BotCheck,
    ],
    // The app does not load.
    &[
        FindingId::TokenExpired,
        FindingId::TokenInvalid,
        FindingId::InsufficientScope,
        FindingId::StepUpRequired,
        FindingId::BackgroundSessionExpired,
        FindingId::ClockSkew,
        FindingId::CredentialsInUrl,
    ],
    // An old or strange page.
    &[
        FindingId::StaleOfflineCopy,
        FindingId::CachedRedirect,
        FindingId::CaptivePortal,
        FindingId::MisdirectedRequest,
    ],
    // A bare 401.
    &[
        FindingId::MissingChallenge,
        FindingId::MalformedChallenge,
        FindingId::SchemeUnsupported,
        FindingId::SignInRequired,
    ],
    // Cookies in the wrong place.
    &[
        FindingId::EmbeddedCookiesBlocked,
        FindingId::CookiesBlocked,
        FindingId::SamesiteWithheld,
    ],
    // Passwords in the open.
    &[
        FindingId::InsecureCredentials,
        FindingId::SecureCookieOnHttp,
        FindingId::CredentialsInUrl,
    ],
];

/// The findings that this one is most easily taken for, at most [`ALIKE_MOST`]: those first that share most pictures with it.
pub(super) fn alike(id: FindingId) -> Vec<FindingId> {
    let shared = |other: FindingId| {
        ALIKE
            .iter()
            .filter(|set| set.contains(&id) && set.contains(&other))
            .count()
    };
    let mut found: Vec<FindingId> = FindingId::ALL
        .iter()
        .copied()
        .filter(|&other| other != id && shared(other) > 0)
        .collect();
    found.sort_by_key(|&other| std::cmp::Reverse(shared(other)));
    found.truncate(ALIKE_MOST);
    found
}

/// The most findings that a page names beside its own.
const ALIKE_MOST: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::rule;
    use crate::tools;

    #[test]
    fn the_steps_are_those_that_the_rules_offer() {
        for &id in FindingId::ALL {
            let mut steps = steps(id).to_vec();
            steps.sort_unstable();
            let offered = rule::remedies_of(tools::root(), id).expect("a rule's file");
            assert_eq!(steps, offered, "{}", id.as_str());
        }
    }

    #[test]
    fn every_finding_is_like_another() {
        for &id in FindingId::ALL {
            assert!(!alike(id).is_empty(), "{}", id.as_str());
        }
    }
}
