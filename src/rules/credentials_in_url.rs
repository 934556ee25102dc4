//! credentials-in-url: a name and password in the address break the page's own requests.
//!
//! # What it detects
//! A page opened by `https://name:password@host/`: it shows, and its scripts cannot load anything.
//! # How we tell
//! The address of the document had a user name or password in it, and the page came.
//! # False positives
//! Many pages need nothing more and work: so this is a note, and never a reason for an alarm. An answer that refuses
//! them is credentials-rejected.
//! # References
//! Fetch §5.4 ("If parsedURL includes credentials, then throw a TypeError"), RFC 3986 §7.5.

use crate::case::Case;
use crate::finding::{Confidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if !exchange.has_user_info || !exchange.is_document() || !matches!(case.status(), 200..=299) {
        return None;
    }
    let mut finding = Finding::about(FindingId::CredentialsInUrl, Confidence::Likely, exchange)
        .since(EvidenceId::UserInfo)
        .offer(Offer::open(
            RemedyId::OpenWithoutCredentials,
            exchange.address.kept(),
        ));
    finding.notice = true;
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

    fn opened(status: u16) -> Scene {
        Scene::get("https://app.example/")
            .with(|it| it.has_user_info = true)
            .looked()
            .answer(status)
    }

    #[test]
    fn hit_a_page_that_came() {
        let finding = opened(200).check(check).expect("a note");
        assert!(finding.notice);
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("https://app.example/")
        );
    }

    #[test]
    fn near_miss_they_were_refused() {
        assert!(opened(401).check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_clean_address() {
        assert!(
            Scene::get("https://app.example/")
                .answer(200)
                .check(check)
                .is_none()
        );
    }
}
