//! cached-redirect: a remembered permanent redirect answers in the site's place.
//!
//! # What it detects
//! The browser takes a detour that it learned long ago, to a sign-in page, in circles, or to a page that is gone, and does
//! not ask the site again.
//! # How we tell
//! A step of the chain was answered out of the browser's own cache and leads to a sign-in page; or it is a permanent one
//! (301, 308) of a circle in which nobody signs in; or it leads to another page that is not there: then a note.
//! # False positives
//! Remembered moves to https, to another host name or to a path with one more slash are everywhere and do no harm: they
//! count only where they lead to a sign-in page. A circle with a sign-in in it has other causes.
//! # References
//! RFC 9110 §15.4.2 and §15.4.9, RFC 9111 §4.

use crate::address::Address;
use crate::case::Case;
use crate::exchange::End;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Hop;
use crate::remedy::{Offer, RemedyId};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let arrived = exchange.address.is_sign_in() && matches!(case.status(), 200..=299 | 401 | 403);
    let loops = case.loops().is_some();
    let missing = matches!(case.status(), 404 | 410) || matches!(exchange.end, End::Failed(_));
    let (detour, confidence) = case.hops().find_map(|hop| {
        let to = hop.to.as_ref().filter(|_| hop.from_cache)?;
        let permanent = matches!(hop.status, Some(301 | 308));
        let to_sign_in = to.is_sign_in() && !hop.address.is_sign_in() && !hop.address.is_sign_out();
        let again = || {
            case.hops()
                .filter(|it| it.address.same_page(&hop.address))
                .count()
                > 1
        };
        let confidence = if to_sign_in && (arrived || loops) {
            if permanent {
                Confidence::Certain
            } else {
                Confidence::Likely
            }
        } else if permanent && loops && again() && !signs_in(case) {
            Confidence::Likely
        } else if permanent && missing && !loops && !same_path(&hop.address, to) {
            Confidence::Possible
        } else {
            return None;
        };
        Some((hop, confidence))
    })?;
    let mut finding = Finding::about(FindingId::CachedRedirect, confidence, exchange)
        .since(EvidenceId::FromCache)
        .with(Arg::Host, detour.address.host());
    if let Some(page) = detour.to.as_ref().filter(|to| to.is_sign_in()) {
        let evidence = Evidence::of(EvidenceId::SentToSignIn).with(Arg::Other, page.host());
        finding = finding.because(evidence);
    }
    finding.notice = confidence == Confidence::Possible;
    let asked = Offer::open(RemedyId::ClearCachedRedirect, detour.address.to_navigate());
    Some(finding.offer(asked).offer(RemedyId::AskOwner))
}

/// Whether a sign-in has a part in the chain: a session was sent, or a sign-in page is one of its steps.
fn signs_in(case: &Case<'_>) -> bool {
    let step = |hop: &Hop| {
        hop.address.is_sign_in() || hop.sessions.as_ref().is_some_and(|names| !names.is_empty())
    };
    case.sent_session() || case.exchange.address.is_sign_in() || case.hops().any(step)
}

/// Whether a move keeps the path, but for a slash at its end.
fn same_path(from: &Address, to: &Address) -> bool {
    from.path().trim_end_matches('/') == to.path().trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::finding::Confidence;

    #[test]
    fn hit_a_remembered_way_to_a_sign_in_page() {
        let finding = Scene::get("https://app.example/")
            .looked()
            .cached(301, "https://app.example/login")
            .answer(200)
            .check(check)
            .expect("a detour");
        assert_eq!(finding.confidence, Confidence::Certain);
        assert_eq!(finding.offers[0].id.as_str(), "clear-cached-redirect");
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("https://app.example/")
        );
    }

    #[test]
    fn hit_a_remembered_way_in_circles() {
        let mut scene = Scene::get("https://app.example/");
        for _ in 0..10 {
            scene = scene
                .cached(301, "https://app.example/home")
                .redirect("https://app.example/");
        }
        let finding = scene.fails("net::ERR_TOO_MANY_REDIRECTS").check(check);
        assert_eq!(finding.expect("a circle").confidence, Confidence::Likely);
    }

    #[test]
    fn hit_a_remembered_way_to_a_page_that_is_gone_is_a_note() {
        let finding = Scene::get("https://app.example/")
            .cached(301, "https://app.example/maintenance")
            .answer(404)
            .check(check)
            .expect("a detour");
        assert!(finding.notice);
    }

    #[test]
    fn near_miss_the_site_itself_sends_to_the_sign_in_page() {
        let scene = Scene::get("http://app.example/")
            .cached(301, "https://app.example/")
            .redirect("https://app.example/login")
            .answer(200);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_a_session_goes_round_in_a_circle() {
        let mut scene = Scene::get("https://app.example/");
        for _ in 0..7 {
            scene = scene
                .cached(301, "https://app.example/home")
                .cookie("sid", 12)
                .redirect("https://app.example/login")
                .cookie("sid", 12)
                .redirect("https://app.example/");
        }
        let scene = scene.fails("net::ERR_TOO_MANY_REDIRECTS");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_remembered_move_to_a_page_that_works() {
        let scene = Scene::get("https://app.example/")
            .cached(301, "https://app.example/home")
            .answer(200);
        assert!(scene.check(check).is_none());
    }
}
