//! proxy-sign-in-required: 407, the proxy asks and not the site.
//!
//! # What it detects
//! A proxy between this browser and the site wants its own name and password.
//! # How we tell
//! Status 407, or the browser says that the prompt is the proxy's.
//! # False positives
//! No origin server may send 407 (RFC 9110 §15.5.8). A proxy that filters may refuse a place by it: in recordings its
//! words tell (network-blocked).
//! # References
//! RFC 9110 §11.7, §15.5.8.

use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::said::{Topic, said};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    // An answer other than 407 came through the proxy: it was given its password.
    let asks = case
        .exchange
        .status()
        .map_or(case.exchange.proxy_prompt, |status| status == 407);
    // Some that filter know no other status.
    let asks_for_nothing = case.exchange.challenges().is_empty();
    if !asks || asks_for_nothing && said(case.exchange, Topic::Network) {
        return None;
    }
    let proxy = case
        .exchange
        .field("via")
        .or(case.exchange.field("server"))
        .unwrap_or_default();
    let mut finding = Finding::about(
        FindingId::ProxySignInRequired,
        Confidence::Certain,
        case.exchange,
    )
    .because(Evidence::of(EvidenceId::ProxyAnswered).with(Arg::Other, proxy));
    if let Some(challenge) = case.challenge_evidence() {
        finding = finding.because(challenge);
    }
    Some(
        finding
            .offer(RemedyId::UseProxyPassword)
            .offer(RemedyId::AskOwner),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

    #[test]
    fn hit_407() {
        let scene = Scene::get("http://app.test/")
            .answer(407)
            .proxy_authenticate("Basic realm=\"Squid\"");
        let finding = scene.check(check).expect("a 407");
        assert_eq!(finding.offers[0].id.as_str(), "use-proxy-password");
    }

    #[test]
    fn near_miss_a_filter_that_knows_no_other_status() {
        let refused = |scene: Scene| scene.body("The address was denied by rule 3.").check(check);
        let scene = || Scene::get("http://app.test/").answer(407);
        assert!(refused(scene()).is_none());
        assert!(refused(scene().proxy_authenticate("Basic realm=x")).is_some());
    }

    #[test]
    fn near_miss_401() {
        assert!(
            Scene::get("http://app.test/")
                .answer(401)
                .www("Basic realm=\"x\"")
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_proxy_that_only_passes_things_on() {
        assert!(
            Scene::get("http://app.test/")
                .answer(200)
                .field("via", "1.1 squid")
                .check(check)
                .is_none()
        );
    }
}
