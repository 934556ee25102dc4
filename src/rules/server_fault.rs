//! server-fault: 5xx, the server's own trouble.
//!
//! # What it detects
//! The site is broken or busy; nothing on the person's side is wrong.
//! # How we tell
//! Any status from 500 to 599 but 511 (a network's sign-in page). Retry-After says when to come back.
//! # False positives
//! A robot check can come as 503 (`cf-mitigated`).
//! # References
//! RFC 9110 §15.6, §10.2.3; RFC 6585 §6.

use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::rules::{is_robot_check, retry_after};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    // What a server does not know how to do for a script (501) is no fault of it.
    let unknown = case.status() == 501 && !case.exchange.is_document();
    let broken = matches!(case.status(), 500..=510 | 512..=599);
    if !broken || unknown || is_robot_check(case.exchange) {
        return None;
    }
    let mut finding = Finding::about(FindingId::ServerFault, Confidence::Certain, case.exchange);
    if let Some(seconds) = retry_after(case.exchange) {
        finding = finding
            .because(Evidence::of(EvidenceId::RetryAfter).with(Arg::Time, text::number(seconds)))
            .with(Arg::Time, text::number(seconds))
            .offer(Offer {
                not_before: Some(case.exchange.time + seconds * 1000),
                ..Offer::from(RemedyId::Wait)
            });
    }
    Some(finding.offer(RemedyId::Reload).offer(RemedyId::AskOwner))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, jar};
    use super::check;
    use crate::remedy::Touches;

    #[test]
    fn hit_500_offers_no_removal() {
        let finding = Scene::get("https://app.example/")
            .cookie("sid", 9)
            .answer(500)
            .jar(vec![jar("sid", "app.example")])
            .check(check)
            .expect("500");
        assert!(
            finding
                .offers
                .iter()
                .all(|offer| offer.id.touches() == Touches::Nothing)
        );
        assert_eq!(finding.offers[0].id.as_str(), "reload");
    }

    #[test]
    fn hit_503_with_a_time_waits_first() {
        let finding = Scene::get("https://app.example/")
            .answer(503)
            .field("retry-after", "120")
            .check(check)
            .expect("503");
        assert_eq!(finding.offers[0].id.as_str(), "wait");
    }

    #[test]
    fn near_miss_511() {
        assert!(
            Scene::get("http://app.example/")
                .answer(511)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_404() {
        assert!(
            Scene::get("http://app.example/")
                .answer(404)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_what_an_interface_does_not_know() {
        assert!(
            Scene::fetch("https://s3.example/x?tagging")
                .answer(501)
                .check(check)
                .is_none()
        );
    }
}
