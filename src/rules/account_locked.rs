//! account-locked: the account or this network is locked after failed attempts.
//!
//! # What it detects
//! The server refuses every sign-in for a while, whatever the password.
//! # How we tell
//! Status 423 outside WebDAV; Atlassian's `X-Authentication-Denied-Reason: CAPTCHA_CHALLENGE`; in recordings, the words of the body;
//! a 403 without a session after three refused sign-ins within ten minutes.
//! # False positives
//! A WebDAV lock is also 423 (RFC 4918 §11.3): only GET, HEAD and POST count, and no answer about a lock token.
//! # References
//! RFC 4918 §11.3; Jira's documented fields.

use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Outcome;
use crate::remedy::{Offer, RemedyId};
use crate::rules::said::{Topic, fails_inside, said};
use crate::rules::{change_password_page, retry_after};
use crate::text;

/// Refused sign-ins after which a 403 to someone without a session is a lock.
const FAILURES: usize = 3;

fn refused_sign_ins(case: &Case<'_>) -> usize {
    case.same_try()
        .filter(|visit| visit.sent_sign_in() && visit.outcome == Outcome::Failed)
        .count()
}

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let denied = exchange
        .field("x-authentication-denied-reason")
        .filter(|reason| reason.starts_with("CAPTCHA_CHALLENGE"));
    let by_status =
        case.status() == 423 && matches!(exchange.method.as_str(), "GET" | "HEAD" | "POST");
    let by_body = said(exchange, Topic::Locked)
        && (matches!(case.status(), 400..=403 | 422)
            || fails_inside(exchange)
            || exchange.is_write() && exchange.address.is_sign_in() && case.status() == 200);
    let by_failures =
        case.status() == 403 && !case.sent_session() && refused_sign_ins(case) >= FAILURES;
    if !by_status && denied.is_none() && !by_body && !by_failures {
        return None;
    }
    let confidence = if by_status || by_failures {
        Confidence::Likely
    } else {
        Confidence::Certain
    };
    let mut finding = Finding::about(FindingId::AccountLocked, confidence, exchange);
    if denied.is_some() {
        finding = finding
            .because(Evidence::of(EvidenceId::ServerReason).with(Arg::Detail, "CAPTCHA_CHALLENGE"));
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
    }
    Some(
        finding
            .offer(change_password_page(exchange))
            .offer(RemedyId::AskOwner),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

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
