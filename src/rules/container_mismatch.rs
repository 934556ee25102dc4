//! container-mismatch: the sign-in was split over two Firefox containers.
//!
//! # What it detects
//! The site began the sign-in in one container, and the sign-in service sent the person back in another one, which has
//! other cookies.
//! # How we tell
//! The way back from another site is refused, without the cookie that ties it to its beginning; the ledger knows that
//! this site set such a cookie in another container a short while ago.
//! # False positives
//! Private windows have a store of their own and no page goes over from there. A sign-in that is merely too old has its
//! cookie in the same container, or in none.
//! # References
//! Issues of Multi-Account Containers; RFC 6749 §10.12 (`state`).

use crate::address::Address;
use crate::case::Case;
use crate::cookie;
use crate::event::{Browser, Millis};
use crate::finding::{Confidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::text;

/// A sign-in takes no longer.
const LONG_AGO: Millis = 30 * 60_000;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let address = &exchange.address;
    let refused = matches!(case.status(), 400 | 401 | 403 | 422);
    if case.browser != Browser::Firefox || !exchange.is_document() || !refused {
        return None;
    }
    let here = exchange.store.as_deref()?;
    let cookies = exchange.cookies()?;
    let asked_by = exchange
        .initiator
        .as_deref()
        .and_then(|origin| Address::parse(origin, None));
    let foreign = |from: &Address| !from.same_site(address);
    let came =
        case.hops().any(|hop| foreign(&hop.address)) || asked_by.is_some_and(|it| foreign(&it));
    if !came {
        return None;
    }
    let begun = case.hosts.ledger.latest().find(|entry| {
        let other = entry
            .store
            .as_deref()
            .is_some_and(|store| store != here && !text::has(store, "private"));
        other
            && !text::has(here, "private")
            && cookie::is_handoff_like(&entry.name)
            && entry.reaches(address)
            && exchange.time - entry.time < LONG_AGO
            && cookies.iter().all(|cookie| cookie.name != entry.name)
    })?;
    Some(
        Finding::about(FindingId::ContainerMismatch, Confidence::Likely, exchange)
            .since(EvidenceId::StateMissing)
            .since(EvidenceId::OtherStore)
            .offer(Offer {
                other: begun.store.clone(),
                ..Offer::open(RemedyId::OpenInContainer, begun.setter.kept())
            }),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene, entry};
    use super::check;
    use crate::event::Browser;
    use crate::ledger::Entry;

    fn way_back(browser: Browser, begun_in: &str) -> Scene {
        let state = Entry {
            store: Some(begun_in.to_owned()),
            ..entry("oauth_state", "https://app.test/private", NOW - 20_000)
        };
        Scene::get("https://idp.test/authorize")
            .on(browser)
            .redirect("https://app.test/callback?code=c&state=s")
            .with(|exchange| exchange.store = Some("firefox-container-1".to_owned()))
            .looked()
            .answer(401)
            .hosts(|hosts| hosts.ledger.put(state))
    }

    #[test]
    fn hit_a_sign_in_that_began_in_another_container() {
        let finding = way_back(Browser::Firefox, "firefox-default")
            .check(check)
            .expect("split");
        let offer = &finding.offers[0];
        assert_eq!(offer.id.as_str(), "open-in-container");
        assert_eq!(offer.other.as_deref(), Some("firefox-default"));
        assert_eq!(offer.url.as_deref(), Some("https://app.test/private"));
    }

    #[test]
    fn near_miss_begun_in_the_same_container() {
        let scene = way_back(Browser::Firefox, "firefox-container-1");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_private_window_nor_in_chromium() {
        let private = way_back(Browser::Firefox, "firefox-private");
        assert!(private.check(check).is_none());
        let chromium = way_back(Browser::Chromium, "firefox-default");
        assert!(chromium.check(check).is_none());
    }
}
