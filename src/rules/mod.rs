//! The rules: one a file, each `fn(&Case) -> Option<Finding>`; and what they share.

use crate::case::{Case, READS};
use crate::challenge::Challenge;
use crate::event::{Browser, MEMENTO, ResourceType};
use crate::exchange::Exchange;
use crate::finding::{Confidence, Finding, FindingId};
use crate::remedy::{Offer, RemedyId, Touches};
use crate::scheme;
use crate::sorted::sort_by_key;
use crate::text;
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
pub(crate) use said::{Inside, fails_inside};

mod account_locked;
mod authorization_lost;
mod background_session_expired;
mod bot_check;
mod cached_redirect;
mod captive_portal;
mod client_certificate_required;
mod clock_skew;
mod container_mismatch;
mod cookie_refused;
mod cookies_blocked;
mod cookies_removed;
mod cookies_too_large;
mod credentials_in_url;
mod credentials_rejected;
mod duplicate_cookies;
mod embedded_cookies_blocked;
mod form_expired;
mod handoff_expired;
mod host_mismatch;
mod http_login_stuck;
mod insecure_credentials;
mod insufficient_scope;
mod integrated_sign_in_unavailable;
mod link_used_up;
#[cfg(test)]
mod loop_tree;
mod malformed_challenge;
mod misdirected_request;
mod missing_challenge;
mod network_blocked;
mod parameters_stripped;
mod permission_denied;
mod port_shared_cookie;
mod proxy_sign_in_required;
mod rate_limited;
mod redirect_loop;
mod referrer_hidden;
mod request_blocked;
mod said;
mod samesite_withheld;
mod scheme_unsupported;
mod secure_cookie_on_http;
mod server_fault;
mod service_error;
mod session_expired;
mod sign_in_required;
mod stale_offline_copy;
mod stale_session_loop;
mod step_up_required;
mod stored_pass;
#[cfg(test)]
pub(crate) mod testing;
mod token_expired;
mod token_invalid;
mod wrong_account;

type Rule = fn(&Case<'_>) -> Option<Finding>;

/// Every rule with the finding that it states.
const RULES: &[(FindingId, Rule)] = &[
    (
        FindingId::ProxySignInRequired,
        proxy_sign_in_required::check,
    ),
    (FindingId::CaptivePortal, captive_portal::check),
    (
        FindingId::ClientCertificateRequired,
        client_certificate_required::check,
    ),
    (FindingId::BotCheck, bot_check::check),
    (FindingId::NetworkBlocked, network_blocked::check),
    (FindingId::MisdirectedRequest, misdirected_request::check),
    (FindingId::RateLimited, rate_limited::check),
    (FindingId::AccountLocked, account_locked::check),
    (FindingId::ClockSkew, clock_skew::check),
    (FindingId::StaleOfflineCopy, stale_offline_copy::check),
    (FindingId::CachedRedirect, cached_redirect::check),
    (FindingId::ContainerMismatch, container_mismatch::check),
    (FindingId::ParametersStripped, parameters_stripped::check),
    (FindingId::LinkUsedUp, link_used_up::check),
    (FindingId::RequestBlocked, request_blocked::check),
    (FindingId::CookiesRemoved, cookies_removed::check),
    (FindingId::SecureCookieOnHttp, secure_cookie_on_http::check),
    (FindingId::HostMismatch, host_mismatch::check),
    (FindingId::PortSharedCookie, port_shared_cookie::check),
    (FindingId::SamesiteWithheld, samesite_withheld::check),
    (FindingId::CookieRefused, cookie_refused::check),
    (FindingId::CookiesBlocked, cookies_blocked::check),
    (
        FindingId::EmbeddedCookiesBlocked,
        embedded_cookies_blocked::check,
    ),
    (FindingId::CookiesTooLarge, cookies_too_large::check),
    (FindingId::ReferrerHidden, referrer_hidden::check),
    (FindingId::FormExpired, form_expired::check),
    (FindingId::DuplicateCookies, duplicate_cookies::check),
    (FindingId::HandoffExpired, handoff_expired::check),
    (FindingId::StaleSessionLoop, stale_session_loop::check),
    (FindingId::RedirectLoop, redirect_loop::check),
    (FindingId::StepUpRequired, step_up_required::check),
    (FindingId::InsufficientScope, insufficient_scope::check),
    (FindingId::TokenExpired, token_expired::check),
    (FindingId::TokenInvalid, token_invalid::check),
    (
        FindingId::IntegratedSignInUnavailable,
        integrated_sign_in_unavailable::check,
    ),
    (FindingId::SchemeUnsupported, scheme_unsupported::check),
    (FindingId::AuthorizationLost, authorization_lost::check),
    (FindingId::HttpLoginStuck, http_login_stuck::check),
    (FindingId::CredentialsRejected, credentials_rejected::check),
    (
        FindingId::BackgroundSessionExpired,
        background_session_expired::check,
    ),
    (FindingId::SessionExpired, session_expired::check),
    (FindingId::WrongAccount, wrong_account::check),
    (FindingId::PermissionDenied, permission_denied::check),
    (FindingId::MalformedChallenge, malformed_challenge::check),
    (FindingId::MissingChallenge, missing_challenge::check),
    (FindingId::SignInRequired, sign_in_required::check),
    (FindingId::ServerFault, server_fault::check),
    (FindingId::InsecureCredentials, insecure_credentials::check),
    (FindingId::CredentialsInUrl, credentials_in_url::check),
];

/// All that is true of the case, best first: causes before notes, what is proven or likely before what is only possible,
/// the specific before the general. Empty for a healthy exchange, a step of a handshake, the end of a sign-out, and what
/// nobody sees.
#[must_use]
pub fn diagnose(case: &Case<'_>) -> Vec<Finding> {
    if case.exchange.resource_type == ResourceType::Other
        && !case.exchange.proxy_prompt
        && case.browser != Browser::Recording
    {
        return Vec::new();
    }
    // A sign-out may end with 401 on purpose: so a browser is made to forget the password of an HTTP login.
    let ended = case.status() == 401 && case.exchange.address.is_sign_out();
    // A copy in an archive has the status that the page had once.
    let copied = READS && case.exchange.field(MEMENTO).is_some();
    if ended || copied || case.exchange.is_handshake_step() {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = RULES.iter().filter_map(|(_, rule)| rule(case)).collect();
    service_error::add(case, &mut findings);
    if READS && case.status() < 500 && has(&findings, FindingId::ServerFault) {
        // Replicas that disagree: the session is good with one of them.
        findings.retain(|finding| finding.id != FindingId::SessionExpired);
    }
    sort_by_key(&mut findings, |finding| {
        (
            finding.notice,
            finding.confidence == Confidence::Possible,
            finding.id,
        )
    });
    if findings.first().is_some_and(forbids_removals) {
        for finding in &mut findings {
            finding
                .offers
                .retain(|offer| offer.id.touches() == Touches::Nothing);
        }
    }
    findings
}

fn has(findings: &[Finding], id: FindingId) -> bool {
    findings.iter().any(|finding| finding.id == id)
}

/// Whether it is the cause, and one that no removal mends: what else may be true must not tempt anybody to try one.
fn forbids_removals(top: &Finding) -> bool {
    let outside = matches!(
        top.id,
        FindingId::ProxySignInRequired
            | FindingId::CaptivePortal
            | FindingId::ClientCertificateRequired
            | FindingId::BotCheck
            | FindingId::NetworkBlocked
            | FindingId::MisdirectedRequest
            | FindingId::RateLimited
            | FindingId::AccountLocked
            | FindingId::ClockSkew
            | FindingId::FormExpired
            | FindingId::WrongAccount
            | FindingId::PermissionDenied
    );
    outside && !top.notice && top.confidence != Confidence::Possible
}

/// Seconds that Retry-After asks for, at most a day; a date counts from the answer's own Date (RFC 9110 §10.2.3).
fn retry_after(exchange: &Exchange) -> Option<i64> {
    const DAY: i64 = 24 * 60 * 60;
    let value = exchange.field("retry-after")?.trim();
    let seconds = match value.parse::<i64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let from = exchange
                .field("date")
                .and_then(http_date)
                .unwrap_or(exchange.time / 1000);
            http_date(value)? - from
        }
    };
    (seconds >= 0).then_some(seconds.min(DAY))
}

/// Seconds that this device's clock is ahead of the server's, by the `Date` of an answer that came straight from it
/// (RFC 9110 §6.6.1): not out of a cache, no error of the browser's own.
pub(crate) fn clock_ahead(exchange: &Exchange) -> Option<i64> {
    let reply = exchange.reply.as_ref()?;
    let stored = reply.answer.from_cache || reply.field("age").is_some();
    let date = http_date(reply.field("date")?)?;
    (!stored && exchange.is_document()).then(|| exchange.time / 1000 - date)
}

/// An HTTP-date in seconds since 1970 (RFC 9110 §5.6.7), read as tolerantly as a cookie's date.
fn http_date(text: &str) -> Option<i64> {
    crate::cookie::parse_date(text)
}

/// Whether the recorded body has one of these lower-case phrases near its beginning. Without a recording: no.
#[inline]
fn body_says(exchange: &Exchange, phrases: &[&str]) -> bool {
    // No browser shows an extension a body: there the phrases are dead weight.
    if !said::READS || exchange.body().is_empty() {
        return false;
    }
    let body = exchange.body().to_ascii_lowercase();
    phrases.iter().any(|phrase| text::has(&body, phrase))
}

/// Whether Amazon's `x-amzn-ErrorType` names an error with this word in it.
fn error_type(exchange: &Exchange, word: &str) -> bool {
    let named = exchange.field("x-amzn-errortype");
    named.is_some_and(|named| text::has(named, word))
}

/// The challenge of a token scheme, the one that names an error first.
fn token_error(exchange: &Exchange) -> Option<scheme::Bearer<'_>> {
    let bearer = |challenge| match scheme::View::of(challenge) {
        scheme::View::Bearer(bearer) => Some(bearer),
        scheme::View::Dpop(dpop) => Some(dpop.bearer),
        _ => None,
    };
    let challenges = exchange.challenges().iter();
    let mut bearers: Vec<scheme::Bearer<'_>> = challenges.filter_map(bearer).collect();
    sort_by_key(&mut bearers, |bearer| bearer.error.is_none());
    bearers.into_iter().next()
}

/// Whether signing in happens in the page: no challenge that a browser answers by itself.
fn is_page_auth(exchange: &Exchange) -> bool {
    exchange.answerable().is_none()
}

/// The vendor's own documented field by which an answer is a test for robots.
fn robot_field(exchange: &Exchange) -> Option<&'static str> {
    let fields = [
        "cf-mitigated",
        "sg-captcha",
        "x-amzn-waf-action",
        "x-dd-b",
        "x-kpsdk-ct",
    ];
    fields
        .into_iter()
        .find(|name| exchange.field(name).is_some())
}

/// Whether the answer is a test for robots and not a matter of signing in: a vendor's own documented field says so,
/// or nothing but Privacy Pass is asked for (RFC 9577).
fn is_robot_check(exchange: &Exchange) -> bool {
    let challenges = exchange.challenges();
    let is_pass = |challenge: &Challenge| challenge.is("PrivateToken");
    robot_field(exchange).is_some()
        || exchange.field("x-vercel-mitigated") == Some("challenge")
        // Qrator's test sets the one, Akamai's the other.
        || exchange.set_cookies().iter().any(|set| begins_with_any(&set.name, &["qrator_js", "sec_cpt"]))
        // LinkedIn's own status.
        || exchange.is(999)
        || (!challenges.is_empty() && challenges.iter().all(is_pass))
        || matches!(exchange.status(), Some(400 | 402 | 403 | 405..=499 | 503))
            && (said::said(exchange, said::Topic::Robot)
                || said::titled(exchange, said::Topic::Robot)
                || body_says(
                    exchange,
                    &["px-captcha", "captcha-delivery.com", "check.ddos-guard.net"],
                ))
}

/// The guard in front of a site that wrote this answer itself, by a `Server` that it gives to no answer of the site's own.
fn guard(exchange: &Exchange) -> Option<&str> {
    const GUARDS: &[&str] = &["akamaighost", "awselb/", "cloudfront", "varnish"];
    exchange
        .field("server")
        .filter(|server| begins_with_any(server, GUARDS))
        .or(exchange.field("x-vercel-mitigated"))
        .or(exchange.field("x-sucuri-block").map(|_| "Sucuri"))
}

/// The filtering proxy of the person's own network that wrote this answer.
fn refusing_proxy(exchange: &Exchange) -> Option<&str> {
    const PROXIES: &[&str] = &[
        "zscaler",
        "bluecoat",
        "blue coat",
        "mcafee",
        "websense",
        "forcepoint",
        "fortigate",
        "sophos",
    ];
    let squid = exchange
        .field("x-squid-error")
        .is_some_and(|error| error.starts_with("ERR_ACCESS_DENIED"));
    let server = exchange.field("server");
    server
        .filter(|server| begins_with_any(server, PROXIES))
        .or(squid.then(|| exchange.field("via").or(server).unwrap_or("Squid")))
}

fn begins_with_any(text: &str, beginnings: &[&str]) -> bool {
    let text = text.to_ascii_lowercase();
    beginnings.iter().any(|known| text.starts_with(known))
}

/// Whether a visitor of whom the site knows nothing gets the same answer; `None` where nobody asked, or none came.
fn probed(case: &Case<'_>) -> Option<bool> {
    let probe = case.facts.probe.as_ref()?;
    let answered = probe.redirected || probe.status.is_some();
    answered.then(|| !probe.redirected && probe.status == case.exchange.status())
}

/// The site's page for changing a password (W3C "A Well-Known URL for Changing Passwords").
fn change_password_page(exchange: &Exchange) -> Offer {
    Offer::open(
        RemedyId::ResetPassword,
        exchange.address.at("/.well-known/change-password"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::FindingId;

    #[test]
    fn there_is_one_rule_for_every_finding() {
        let named: Vec<_> = RULES.iter().map(|(id, _)| *id).collect();
        assert_eq!(named, FindingId::ALL);
    }

    #[test]
    fn whoever_goes_through_a_sign_in_is_not_turned_away() {
        use super::testing::Scene;
        let code = Scene::post("https://app.example/")
            .cookie("session", 12)
            .set_cookie("session", "Path=/")
            .redirect("https://app.example/login/two_factor/sms")
            .cookie("session", 12)
            .answer(200);
        assert_eq!(code.diagnose(), []);
        let to_service = |path: &str| {
            Scene::get(&format!("https://app.example{path}"))
                .cookie("session", 12)
                .turned("https://accounts.google.com/o/oauth2/auth?client_id=1&response_type=code")
                .diagnose()
        };
        assert_eq!(to_service("/auth/google"), []);
        assert_ne!(to_service("/inbox"), []);
    }

    #[test]
    fn a_sign_out_may_end_with_a_refusal() {
        use super::testing::Scene;
        let ends = |path: &str| {
            Scene::get(&format!("https://app.example{path}"))
                .cookie("sid", 12)
                .authorization("Basic")
                .answer(401)
                .diagnose()
        };
        assert_eq!(ends("/authentication/logout"), []);
        assert_ne!(ends("/authentication"), []);
    }

    #[test]
    fn waiting_times_are_read_in_both_forms() {
        use super::testing::Scene;
        let at = |value: &str| {
            Scene::get("https://a.example/")
                .answer(429)
                .field("date", "Mon, 23 Nov 2026 12:00:00 GMT")
                .field("retry-after", value)
                .exchange()
        };
        assert_eq!(retry_after(&at("120")), Some(120));
        assert_eq!(retry_after(&at("Mon, 23 Nov 2026 12:01:30 GMT")), Some(90));
        assert_eq!(retry_after(&at("99999999999")), Some(86_400));
        assert_eq!(retry_after(&at("soon")), None);
        assert_eq!(retry_after(&at("-5")), None);
    }

    #[test]
    fn every_rule_file_has_the_headings() {
        for (id, _) in RULES {
            let path = format!(
                "{}/src/rules/{}.rs",
                env!("CARGO_MANIFEST_DIR"),
                id.as_str().replace('-', "_")
            );
            let text = std::fs::read_to_string(&path).expect(&path);
            assert!(
                text.starts_with(&format!("//! {}: ", id.as_str())),
                "{path}: first line"
            );
            for heading in [
                "# What it detects",
                "# How we tell",
                "# False positives",
                "# References",
            ] {
                assert!(
                    text.contains(&format!("//! {heading}\n")),
                    "{path}: {heading}"
                );
            }
            for test in ["fn hit_", "fn near_miss_", "fn no_alarm_"] {
                // A 407 or a 429 has no near miss of its own kind beyond these.
                assert!(
                    text.contains(test),
                    "{path}: a test that begins with {test}"
                );
            }
        }
    }
}
