//! request-blocked: something in the browser blocked a part that the sign-in needs.
//!
//! # What it detects
//! A blocker of ads or trackers, or the browser's own protection, stopped a script, a frame or a request of a sign-in page.
//! # How we tell
//! The browser reports a blocked part (`ERR_BLOCKED_BY_CLIENT`, `NS_ERROR_ABORT`) of the site itself or of a sign-in
//! service, on a page where one signs in or that refused the person.
//! # False positives
//! Blockers stop much that nobody misses. Only parts of the site and of sign-in services are looked at; what by its
//! address counts visitors is left out, and a part that does not look like a sign-in is a mere note.
//! # References
//! `webRequest.onErrorOccurred`; web-bugs of sign-in pages behind content blockers.

use crate::case::Case;
use crate::event::ResourceType;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Blocked;
use crate::remedy::RemedyId;
use crate::text;

/// Parts of an address by which visitors are counted.
const COUNTS_VISITORS: &[&str] = &[
    "analytic",
    "track",
    "metric",
    "beacon",
    "pixel",
    "stats",
    "telemetry",
    "collect",
    "/ads",
];

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let asks = exchange.address.is_sign_in() || matches!(case.status(), 401 | 403);
    if !exchange.is_document() || !asks {
        return None;
    }
    let needed = |it: &&Blocked| {
        let path = it.address.path();
        !COUNTS_VISITORS.iter().any(|word| text::has(path, word))
    };
    let blocked = || case.facts.blocked.iter().filter(needed);
    let part = blocked().find(|it| signs_in(it)).or(blocked().next())?;
    let confidence = if signs_in(part) {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    let host = part.address.host();
    let mut finding = Finding::about(FindingId::RequestBlocked, confidence, exchange)
        .with(Arg::Other, host)
        .because(Evidence::of(EvidenceId::PartBlocked).with(Arg::Other, host))
        .offer(RemedyId::PauseBlocker)
        .offer(RemedyId::Reload);
    finding.notice = confidence == Confidence::Possible && case.status() < 400;
    Some(finding)
}

/// Whether a part looks like one that a sign-in needs: by its address, or because the page sends its form that way.
fn signs_in(part: &Blocked) -> bool {
    let path = part.address.path();
    let named = [
        "auth", "login", "signin", "sign-in", "sso", "captcha", "oidc",
    ]
    .iter()
    .any(|word| text::has(path, word));
    part.address.is_sign_in() || named || part.resource_type == ResourceType::XmlHttpRequest
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene};
    use super::check;
    use crate::address::Address;
    use crate::event::ResourceType;
    use crate::finding::Confidence;
    use crate::journal::Blocked;

    fn page_without(page: &str, part: &str) -> Scene {
        let part = Blocked {
            address: Address::parse(part, None).expect(part),
            resource_type: ResourceType::Script,
            time: NOW,
        };
        Scene::get(page)
            .answer(200)
            .facts(|facts| facts.blocked.push(part))
    }

    #[test]
    fn hit_the_script_of_a_sign_in_form() {
        let scene = page_without(
            "https://app.test/login",
            "https://app.test/static/auth-widget.js",
        );
        let finding = scene.check(check).expect("blocked");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert_eq!(finding.offers[0].id.as_str(), "pause-blocker");
        assert!(!finding.notice);
    }

    #[test]
    fn near_miss_a_script_of_unknown_use_is_a_note() {
        let scene = page_without("https://app.test/login", "https://app.test/app.js");
        let finding = scene.check(check).expect("perhaps");
        assert_eq!(finding.confidence, Confidence::Possible);
        assert!(finding.notice);
    }

    #[test]
    fn no_alarm_for_counters_nor_on_pages_where_nobody_signs_in() {
        let counter = page_without("https://app.test/login", "https://app.test/analytics.js");
        assert!(counter.check(check).is_none());
        let article = page_without("https://app.test/news", "https://app.test/auth-widget.js");
        assert!(article.check(check).is_none());
    }
}
