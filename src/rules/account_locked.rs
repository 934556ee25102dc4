//! account-locked: the account or this network is locked after failed attempts.
//!
//! # What it detects
//! The server refuses every sign-in for a while, whatever the password.
//! # How we tell
//! Status 423 outside WebDAV; Atlassian's `X-Authentication-Denied-Reason: CAPTCHA_CHALLENGE`; a 403 without a session
//! after three refused sign-ins within ten minutes; a sign-in form that leads to an address which says so; in
//! recordings, the words of the body, and a 403 on a page that sent nothing and on its parts after three refused calls
//! with credentials or a token within that time.
//! # False positives
//! A page that is closed to visitors has parts all the same: where only the page is refused, it is a matter of rights.
//! A WebDAV lock is also 423 (RFC 4918 §11.3): only GET, HEAD and POST count, and no answer about a lock token.
//! # References
//! RFC 4918 §11.3; Jira's documented fields.

use crate::address::Address;
use crate::case::{Case, READS, SAME_TRY};
use crate::event::Millis;
use crate::exchange::End;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::{Outcome, Visit};
use crate::remedy::{Offer, RemedyId};
use crate::rules::said::{Topic, fails_inside, notice, said};
use crate::rules::{change_password_page, retry_after, step_up_required};
use crate::text;

/// Refused sign-ins after which a 403 to someone without a session is a lock.
const FAILURES: usize = 3;

fn refused_sign_ins(case: &Case<'_>) -> usize {
    case.same_try()
        .filter(|visit| visit.sent_sign_in() && visit.outcome == Outcome::Failed)
        .count()
}

/// In a recording: whether a host that refused credentials several times now refuses a page that was asked for without
/// any, and the page's parts as well (so it is the visitor's address that it turns away), or one with the password.
fn refused_calls(case: &Case<'_>) -> bool {
    let Some(recorded) = case.recorded() else {
        return false;
    };
    let exchange = case.exchange;
    let plain = exchange.is_document()
        && case.status() == 403
        && !exchange.is_write()
        && exchange.sent_no_cookie()
        && case.authorization().is_no();
    // The very same is answered otherwise once it was tried often enough.
    let tried = case.status() == 403 && case.sent_http_login();
    let lately = |(host, time): &&(String, Millis)| {
        host == exchange.address.host() && exchange.time - time < SAME_TRY
    };
    (tried || plain && recorded.refuses_parts)
        && recorded.refusals.iter().filter(lately).count() >= FAILURES
}

/// Whether the page that a sign-in form led to has a word about a lock in its address.
fn tells(address: &Address) -> bool {
    let names = [
        "authFailureMsg",
        "e",
        "error",
        "message",
        "msg",
        "p",
        "reason",
        "status",
    ];
    address.says(&names, &["locked"])
}

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let denied = exchange
        .field("x-authentication-denied-reason")
        .filter(|reason| reason.starts_with("CAPTCHA_CHALLENGE"));
    let by_status = case.status() == 423
        && matches!(exchange.method.as_str(), "GET" | "HEAD" | "POST")
        && !step_up_required::asks_anew(case);
    let by_body = said(exchange, Topic::Locked)
        && (matches!(case.status(), 400..=403 | 422)
            || fails_inside(exchange)
            || exchange.is_write() && exchange.address.is_sign_in() && case.status() == 200)
        // The form comes back with a word about it.
        || case.visit.is_some_and(|visit| visit.method == "POST") && notice(exchange, Topic::Locked);
    let by_failures =
        case.status() == 403 && !case.sent_session() && refused_sign_ins(case) >= FAILURES;
    let by_refusals = READS && refused_calls(case);
    let signs_in = exchange.is_write() && exchange.address.is_sign_in();
    let by_address = (signs_in || case.visit.is_some_and(Visit::sent_sign_in))
        && (tells(&exchange.address) || matches!(&exchange.end, End::Redirected(to) if tells(to)));
    if !by_status && denied.is_none() && !by_body && !by_failures && !by_refusals && !by_address {
        return None;
    }
    let confidence = if by_status || by_failures || by_refusals || by_address {
        Confidence::Likely
    } else {
        Confidence::Certain
    };
    let mut finding = Finding::about(FindingId::AccountLocked, confidence, exchange);
    if denied.is_some() {
        finding = finding
            .because(Evidence::of(EvidenceId::ServerReason).with(Arg::Detail, "CAPTCHA_CHALLENGE"));
    }
    if by_address {
        finding = finding.because(
            Evidence::of(EvidenceId::ServerReason).with(Arg::Detail, "error in the address"),
        );
    }
    if let Some(seconds) = retry_after(exchange) {
        let wait = Offer {
            not_before: Some(exchange.time + seconds * 1000),
            ..Offer::from(RemedyId::Wait)
        };
        finding = finding
            .because(Evidence::of(EvidenceId::RetryAfter).with(Arg::Time, text::number(seconds)))
            .with(Arg::Time, text::number(seconds))
            .offer(wait);
    } else if by_failures {
        finding = finding.since(EvidenceId::SignInSent).offer(RemedyId::Wait);
    } else if by_refusals {
        finding = finding.offer(RemedyId::Wait);
    }
    Some(
        finding
            .offer(change_password_page(exchange))
            .offer(RemedyId::AskOwner),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene};
    use super::check;

    #[test]
    fn hit_the_same_password_is_refused_otherwise_after_some_tries() {
        let refused = |times: usize, scheme: &str| {
            let scene = Scene::get("http://books.lan/").authorization(scheme);
            let refusal = ("books.lan".to_owned(), NOW);
            let scene = scene.recorded(|it| it.refusals.extend(vec![refusal; times]));
            scene.answer(403).check(check).is_some()
        };
        assert!(refused(3, "Digest"));
        assert!(!refused(2, "Digest"));
        assert!(!refused(3, "Bearer"));
    }

    #[test]
    fn hit_423_on_a_sign_in() {
        let finding = Scene::post("https://app.example/login")
            .answer(423)
            .check(check)
            .expect("423");
        assert_eq!(finding.offers[0].id.as_str(), "reset-password");
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("https://app.example/.well-known/change-password")
        );
    }

    #[test]
    fn hit_captcha_demanded_after_failures() {
        let scene = Scene::get("https://jira.example/rest/x").answer(403).field(
            "x-authentication-denied-reason",
            "CAPTCHA_CHALLENGE; login-url=x",
        );
        assert!(scene.check(check).is_some());
    }

    /// So many calls were refused at this time; then a page is refused, and its parts or not.
    fn refused(calls: usize, ago: i64, parts: bool) -> Scene {
        Scene::get("https://home.example/")
            .recorded(|recorded| {
                let call = ("home.example".to_owned(), NOW - ago);
                recorded.refusals = std::iter::repeat_n(call, calls).collect();
                recorded.refuses_parts = parts;
            })
            .answer(403)
    }

    #[test]
    fn hit_the_whole_host_is_closed_after_refused_calls() {
        let findings = refused(3, 20_000, true).diagnose();
        assert_eq!(findings[0].id.as_str(), "account-locked");
        assert_eq!(findings[0].offers[0].id.as_str(), "wait");
    }

    #[test]
    fn near_miss_few_calls_or_the_page_alone() {
        assert!(refused(2, 20_000, true).check(check).is_none());
        assert!(refused(5, 900_000, true).check(check).is_none());
        assert!(refused(5, 20_000, false).check(check).is_none());
        let signed_in = refused(5, 20_000, true).cookie("sid", 12);
        assert!(signed_in.check(check).is_none());
    }

    #[test]
    fn hit_a_form_that_leads_to_an_address_with_a_word_about_it() {
        let sent = |to: &str| {
            Scene::post("https://vpn.example/auth/login.cgi")
                .redirect(&format!("https://vpn.example{to}"))
                .answer(200)
                .check(check)
        };
        assert!(sent("/auth/welcome.cgi?p=account%2Dlocked%2Dout").is_some());
        assert!(sent("/auth/welcome.cgi?p=failed").is_none());
        let led = Scene::post("https://id.example/commonauth")
            .turned("https://id.example/login.do?authFailureMsg=user.account.locked");
        assert!(led.check(check).is_some());
        assert!(sent("/search?q=locked").is_none());
        let link = Scene::get("https://vpn.example/help?p=account-locked").answer(200);
        assert!(link.check(check).is_none());
    }

    #[test]
    fn near_miss_a_plain_403() {
        assert!(
            Scene::post("https://app.example/login")
                .answer(403)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_webdav_lock() {
        assert!(
            Scene::method("PUT", "https://dav.example/file")
                .answer(423)
                .check(check)
                .is_none()
        );
    }
}
