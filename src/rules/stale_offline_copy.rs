//! stale-offline-copy: a service worker answers in the site's place.
//!
//! # What it detects
//! The page comes out of a copy that the site stored for use offline, and the copy is no good: it shows an error, or asks
//! to sign in right after a sign-in went well.
//! # How we tell
//! The page was shown without a request to the site, and says itself that its service worker answered. It has an error's
//! status; or it asks for a password (or is a sign-in page) though a sign-in form was sent just before and its answer led
//! on to another page than a sign-in page.
//! # False positives
//! Apps that work offline answer for all their pages, also with a sign-in page: that alone is no reason for a word. A wrong
//! password leads back to the form; a service worker that asks the site itself keeps no copy (the edge knows its request).
//! # References
//! Service Workers §"Handle Fetch"; RFC 9110 §15.4.4.

use crate::case::Case;
use crate::exchange::End;
use crate::finding::{Confidence, EvidenceId, Finding, FindingId};
use crate::journal::Visit;
use crate::remedy::RemedyId;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if exchange.end != End::Offline {
        return None;
    }
    let page = case.facts.page.as_ref()?;
    let asks = page.asks || exchange.address.is_sign_in();
    let mut tries = case.visit.into_iter().chain(case.same_try());
    let went_well = tries
        .find(|visit| visit.sent_sign_in())
        .is_some_and(accepted);
    let confidence = if case.status() >= 400 {
        Confidence::Certain
    } else if asks && went_well {
        Confidence::Likely
    } else {
        return None;
    };
    let mut finding = Finding::about(FindingId::StaleOfflineCopy, confidence, exchange)
        .since(EvidenceId::AnsweredOffline);
    if page.caches {
        finding = finding.since(EvidenceId::OfflineCopy);
    }
    if went_well {
        finding = finding.since(EvidenceId::SignInSent);
    }
    Some(
        finding
            .offer(RemedyId::RemoveOfflineCopy)
            .offer(RemedyId::AskOwner),
    )
}

/// Whether the sign-in that a visit sent was answered by a way on to another page than a sign-in page.
fn accepted(visit: &Visit) -> bool {
    visit.steps().next().is_some_and(|hop| {
        let on = hop.to.as_ref();
        matches!(hop.status, Some(300..=399)) && on.is_some_and(|to| !to.is_sign_in())
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::finding::Confidence;

    const LOGIN: &str = "https://app.example/login";
    const HOME: &str = "https://app.example/";

    fn after_sign_in(leads_to: &str) -> Scene {
        Scene::get(LOGIN)
            .answer(200)
            .then_post(LOGIN)
            .redirect(leads_to)
    }

    #[test]
    fn hit_the_form_again_after_a_sign_in_that_went_well() {
        let finding = after_sign_in(HOME)
            .offline(200, true)
            .check(check)
            .expect("old");
        assert_eq!(finding.confidence, Confidence::Likely);
        let offers: Vec<_> = finding.offers.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(offers, ["remove-offline-copy", "ask-owner"]);
    }

    #[test]
    fn hit_a_stored_error() {
        let finding = Scene::get(HOME)
            .offline(503, false)
            .check(check)
            .expect("old");
        assert_eq!(finding.confidence, Confidence::Certain);
    }

    #[test]
    fn near_miss_a_wrong_password_leads_back_to_the_form() {
        let scene = after_sign_in("https://app.example/login?error=1");
        assert!(scene.offline(200, true).check(check).is_none());
    }

    #[test]
    fn near_miss_the_site_itself_asks_again() {
        assert!(after_sign_in(HOME).answer(200).check(check).is_none());
    }

    #[test]
    fn no_alarm_for_an_app_that_works_offline() {
        assert!(Scene::get(HOME).offline(200, true).check(check).is_none());
        assert!(
            after_sign_in(HOME)
                .offline(200, false)
                .check(check)
                .is_none()
        );
    }
}
