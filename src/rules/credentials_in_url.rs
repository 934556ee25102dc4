//! credentials-in-url: a name and password in the address break the page's own requests.
//!
//! # What it detects
//! A page opened by `https://name:password@host/`: it shows, and its scripts cannot load anything.
//! # How we tell
//! The address of the document had a user name or password in it, and the page came. In recordings, its own request to the
//! same origin went without them and was asked for them: then it is the cause.
//! # False positives
//! Many pages need nothing more and work: so this is a note, and never a reason for an alarm. An answer that refuses
//! them is credentials-rejected.
//! # References
//! Fetch §5.4 ("If parsedURL includes credentials, then throw a TypeError"), RFC 3986 §7.5.

use crate::case::{Case, READS};
use crate::event::ResourceType;
use crate::exchange::Exchange;
use crate::finding::{Confidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if READS
        && let Some(page) = case.recorded().and_then(|it| it.document.as_ref())
        && broken_part(case, page)
    {
        return Some(
            Finding::about(FindingId::CredentialsInUrl, Confidence::Likely, exchange)
                .since(EvidenceId::UserInfo)
                .since(EvidenceId::NoCredentialsSent)
                .offer(Offer::open(
                    RemedyId::OpenWithoutCredentials,
                    page.address.kept(),
                )),
        );
    }
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

/// Whether a page that came by such an address asked for something of its own without what stands there, and was refused.
fn broken_part(case: &Case<'_>, page: &Exchange) -> bool {
    let exchange = case.exchange;
    page.has_user_info
        && matches!(page.status(), Some(200..=299))
        && exchange.resource_type == ResourceType::XmlHttpRequest
        && exchange.is(401)
        && page.address.same_origin(&exchange.address)
        && case.authorization().is_no()
        && exchange.answerable().is_some()
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

    /// A page that was opened with them or not asks for something of its own, with this scheme.
    fn part(user_info: bool, scheme: Option<&str>, url: &str) -> Scene {
        let page = opened(200)
            .with(|it| it.has_user_info = user_info)
            .exchange();
        let scene = Scene::fetch(url).recorded(|recorded| recorded.document = Some(page));
        let scene = scheme
            .into_iter()
            .fold(scene, |it, scheme| it.authorization(scheme));
        scene.answer(401).www("Basic realm=\"r\"")
    }

    #[test]
    fn hit_a_part_of_the_page_went_without_them() {
        let finding = part(true, None, "https://app.example/api").check(check);
        assert!(!finding.expect("the cause").notice);
    }

    #[test]
    fn near_miss_a_part_that_sent_them_or_lies_elsewhere() {
        let here = "https://app.example/api";
        assert!(part(true, Some("Basic"), here).check(check).is_none());
        assert!(part(false, None, here).check(check).is_none());
        let elsewhere = part(true, None, "https://api.example/api");
        assert!(elsewhere.check(check).is_none());
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
