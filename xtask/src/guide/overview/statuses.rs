//! Status codes side by side, and an example of each that can be diagnosed.

use maud::{Markup, html};
use readmit::finding::FindingId;

use super::table;
use crate::guide::layout::{cause_link, code_block, diagnose_link, rich};
use crate::guide::texts::Texts;

/// One status.
struct Status {
    /// The number as it is shown.
    code: &'static str,
    /// The reason phrase by which it is known.
    phrase: &'static str,
    /// The key of what it says.
    means: &'static str,
    /// The key of whether a sign-in helps.
    sign_in: &'static str,
    /// What Readmit finds under this number.
    causes: &'static [FindingId],
}

macro_rules! statuses {
    ($($code:literal $phrase:literal $means:literal $sign_in:literal [$($cause:ident)*])+) => {
        &[$(Status {
            code: $code,
            phrase: $phrase,
            means: $means,
            sign_in: $sign_in,
            causes: &[$(FindingId::$cause),*],
        }),+]
    };
}

const STATUSES: &[Status] = statuses! {
    "400" "Bad Request" "guide_status_400" "guide_status_400_sign_in"
        [CookiesTooLarge ClientCertificateRequired HandoffExpired ParametersStripped IntegratedSignInUnavailable]
    "401" "Unauthorized" "guide_status_401" "guide_status_401_sign_in"
        [SignInRequired SessionExpired CredentialsRejected TokenExpired TokenInvalid StepUpRequired MissingChallenge MalformedChallenge SchemeUnsupported AuthorizationLost BackgroundSessionExpired]
    "403" "Forbidden" "guide_status_403" "guide_status_403_sign_in"
        [PermissionDenied WrongAccount InsufficientScope HttpLoginStuck FormExpired ReferrerHidden NetworkBlocked BotCheck]
    "404" "Not Found" "guide_status_404" "guide_status_404_sign_in" []
    "407" "Proxy Authentication Required" "guide_status_407" "guide_status_407_sign_in" [ProxySignInRequired]
    "419" "Page Expired" "guide_status_419" "guide_status_419_sign_in" [FormExpired]
    "421" "Misdirected Request" "guide_status_421" "guide_status_421_sign_in" [MisdirectedRequest]
    "422" "Unprocessable Content" "guide_status_422" "guide_status_422_sign_in" [FormExpired ReferrerHidden]
    "423" "Locked" "guide_status_423" "guide_status_423_sign_in" [AccountLocked]
    "429" "Too Many Requests" "guide_status_429" "guide_status_429_sign_in" [RateLimited]
    "431" "Request Header Fields Too Large" "guide_status_431" "guide_status_431_sign_in" [CookiesTooLarge]
    "440" "Login Time-out" "guide_status_440" "guide_status_440_sign_in" [SessionExpired]
    "451" "Unavailable For Legal Reasons" "guide_status_451" "guide_status_451_sign_in" [NetworkBlocked]
    "500" "Internal Server Error" "guide_status_500" "guide_status_500_sign_in" [ServerFault]
    "502" "Bad Gateway" "guide_status_502" "guide_status_502_sign_in" [ServerFault]
    "503" "Service Unavailable" "guide_status_503" "guide_status_503_sign_in" [ServerFault BotCheck]
    "504" "Gateway Timeout" "guide_status_504" "guide_status_504_sign_in" [ServerFault]
    "511" "Network Authentication Required" "guide_status_511" "guide_status_511_sign_in" [CaptivePortal]
};

/// A whole answer, and what must be found in it; nothing where it says nothing about signing in.
pub(in crate::guide) const EXAMPLES: &[(&str, Option<FindingId>)] = &[
    (
        "HTTP/1.1 400 Bad Request\nServer: nginx\nContent-Type: text/html\n\n<title>400 Request Header Or Cookie Too Large</title>",
        Some(FindingId::CookiesTooLarge),
    ),
    (
        "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"Staff\", charset=\"UTF-8\"",
        Some(FindingId::SignInRequired),
    ),
    (
        "HTTP/1.1 401 Unauthorized\nContent-Length: 0",
        Some(FindingId::MissingChallenge),
    ),
    (
        "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"invalid_token\",\n  error_description=\"The access token expired\"",
        Some(FindingId::TokenExpired),
    ),
    (
        "> GET /admin HTTP/1.1\n> Host: example.com\n> Cookie: sessionid=…\n>\n< HTTP/1.1 403 Forbidden\n< Content-Type: text/html\n<",
        Some(FindingId::PermissionDenied),
    ),
    (
        "HTTP/1.1 403 Forbidden\nWWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"orders:write\"",
        Some(FindingId::InsufficientScope),
    ),
    ("HTTP/1.1 404 Not Found\nContent-Type: text/html", None),
    (
        "HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: Basic realm=\"Office network\"",
        Some(FindingId::ProxySignInRequired),
    ),
    (
        "> POST /form HTTP/1.1\n> Host: example.com\n>\n< HTTP/1.1 419 Page Expired\n< Content-Type: text/html\n<",
        Some(FindingId::FormExpired),
    ),
    (
        "HTTP/1.1 421 Misdirected Request",
        Some(FindingId::MisdirectedRequest),
    ),
    (
        "HTTP/1.1 422 Unprocessable Content\nContent-Type: text/html",
        None,
    ),
    (
        "HTTP/1.1 423 Locked\nContent-Type: text/html",
        Some(FindingId::AccountLocked),
    ),
    (
        "HTTP/1.1 429 Too Many Requests\nRetry-After: 120",
        Some(FindingId::RateLimited),
    ),
    (
        "HTTP/1.1 431 Request Header Fields Too Large",
        Some(FindingId::CookiesTooLarge),
    ),
    (
        "HTTP/1.1 440 Login Time-out",
        Some(FindingId::SessionExpired),
    ),
    (
        "HTTP/1.1 451 Unavailable For Legal Reasons\nLink: <https://isp.example/>; rel=\"blocked-by\"",
        Some(FindingId::NetworkBlocked),
    ),
    (
        "HTTP/1.1 500 Internal Server Error",
        Some(FindingId::ServerFault),
    ),
    ("HTTP/1.1 502 Bad Gateway", Some(FindingId::ServerFault)),
    (
        "HTTP/1.1 503 Service Unavailable\nRetry-After: 3600",
        Some(FindingId::ServerFault),
    ),
    ("HTTP/1.1 504 Gateway Timeout", Some(FindingId::ServerFault)),
    (
        "HTTP/1.1 511 Network Authentication Required",
        Some(FindingId::CaptivePortal),
    ),
];

/// The status in an example: the number behind the protocol.
pub(in crate::guide) fn code_of(example: &str) -> &str {
    let after = example.split("HTTP/1.1 ").last().unwrap_or_default();
    after.split_whitespace().next().unwrap_or_default()
}

/// The page below its title.
pub(super) fn body(texts: &Texts) -> Markup {
    let heads = [
        "guide_status_col_code",
        "guide_status_col_means",
        "guide_status_col_sign_in",
    ]
    .map(|key| texts.get(key));
    let rows = STATUSES.iter().map(|status| row(texts, status)).collect();
    html! {
        p.lead { (rich(&texts.get("guide_status_lead"))) }
        (table(&texts.get("guide_status_title"), &heads, rows))
        section {
            h2 { (texts.get("guide_status_lies_heading")) }
            p { (rich(&texts.get("guide_status_lies"))) }
        }
        section {
            h2 { (texts.get("guide_status_examples_heading")) }
            p { (rich(&texts.get("guide_status_examples_about"))) }
            @for status in STATUSES {
                h3 #{ "status-" (status.code) } { (status.code) " " (status.phrase) }
                @if !status.causes.is_empty() {
                    p.soft { (texts.get("guide_status_causes")) }
                    ul.links { @for &id in status.causes { li { (cause_link(texts, id)) } } }
                }
                @for (head, finding) in EXAMPLES.iter().filter(|(head, _)| code_of(head) == status.code) {
                    (code_block(head))
                    p.below {
                        a href=(diagnose_link(head)) { (texts.get("guide_try_it")) }
                        @if let Some(id) = finding { " → " (cause_link(texts, *id)) }
                    }
                }
            }
        }
    }
}

fn row(texts: &Texts, status: &Status) -> Vec<Markup> {
    vec![
        html! { a href={ "#status-" (status.code) } { (status.code) } " " small { (status.phrase) } },
        rich(&texts.get(status.means)),
        rich(&texts.get(status.sign_in)),
    ]
}

#[cfg(test)]
mod tests {
    use readmit::event::Browser;
    use readmit::input::{judge, raw_head, site_of};

    use super::*;

    #[test]
    fn every_example_is_diagnosed_as_the_page_says() {
        for (head, expected) in EXAMPLES {
            let recording = raw_head::parse(head, &site_of);
            assert!(recording.problems.is_empty(), "{head}");
            let judged = judge(&recording.exchanges, Browser::Recording);
            let found = judged.first().and_then(|one| one.findings.first());
            assert_eq!(found.map(|finding| finding.id), *expected, "{head}");
        }
    }

    #[test]
    fn every_status_has_an_example() {
        for status in STATUSES {
            assert!(
                EXAMPLES
                    .iter()
                    .any(|(head, _)| code_of(head) == status.code),
                "{}",
                status.code
            );
        }
    }
}
