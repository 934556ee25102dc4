//! embedded-cookies-blocked: the browser keeps a page within a page from knowing the person by its cookies.
//!
//! # What it detects
//! A tool shown inside another site's page refuses the person, because the browser blocks its cookies there (Chromium
//! without third-party cookies) or keeps them apart from those of the tool's own pages (Firefox).
//! # How we tell
//! The failing request of the frame lacks a cookie that the tool's server set, and that should have gone along: one set
//! inside this page a moment ago is blocked; one set by the tool's own page is blocked or kept apart.
//! # False positives
//! A frame that asks a visitor to sign in has no such cookie. One that its server made unfit for frames (SameSite) is
//! withheld by every browser: then the tool still opens by itself, and no permission is asked for.
//! # References
//! RFC 6265bis §5.8.3; Chromium's third-party cookie setting; Firefox "Total Cookie Protection".

use crate::address::Address;
use crate::case::Case;
use crate::cookie::SameSite;
use crate::event::{Browser, ResourceType};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let refused = matches!(case.status(), 400 | 401 | 403 | 440);
    if exchange.resource_type != ResourceType::SubFrame || !refused {
        return None;
    }
    let address = &exchange.address;
    let page = Address::parse(exchange.initiator.as_deref()?, None)?;
    let cookies = exchange.cookies()?;
    if page.same_site(address) {
        return None;
    }
    let missing = case.hosts.ledger.latest().find(|entry| {
        let known = entry.embedded || entry.ever_sent || entry.kept == Some(true);
        known
            && entry.store == exchange.store
            && entry.reaches(address)
            && cookies.iter().all(|cookie| cookie.name != entry.name)
    })?;
    let fit = missing.same_site == Some(SameSite::None) && missing.secure;
    let apart = case.browser == Browser::Firefox && !missing.embedded;
    let confidence = if missing.embedded && fit {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let tool = exchange.first.as_ref().unwrap_or(address);
    let mut finding = Finding::about(FindingId::EmbeddedCookiesBlocked, confidence, exchange)
        .with(Arg::Host, page.host())
        .with(Arg::Other, tool.host())
        .because(Evidence::of(EvidenceId::CookieNotReturned).with(Arg::Name, missing.name.clone()));
    if apart {
        finding =
            finding.because(Evidence::of(EvidenceId::CookiesApart).with(Arg::Other, tool.host()));
    }
    finding = finding.offer(Offer::open(RemedyId::OpenInOwnTab, tool.to_navigate()));
    if fit {
        finding = finding.offer(match case.browser {
            // Its shield, turned off for the page around, lets parts of it have their cookies.
            Browser::Firefox => Offer::from(RemedyId::PauseBlocker),
            _ => Offer {
                other: Some(page.origin()),
                ..Offer::open(RemedyId::AllowEmbeddedCookies, tool.origin())
            },
        });
    }
    Some(finding.offer(RemedyId::AskOwner))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene, entry};
    use super::check;
    use crate::event::{Browser, ResourceType};
    use crate::finding::{Confidence, EvidenceId};
    use crate::ledger::Entry;

    const TOOL: &str = "https://tool.test/cb?state=s";

    fn frame(browser: Browser, page: &str, of: Entry) -> Scene {
        Scene::get(TOOL)
            .with(|exchange| {
                exchange.resource_type = ResourceType::SubFrame;
                exchange.initiator = Some(page.to_owned());
            })
            .on(browser)
            .answer(400)
            .hosts(|hosts| hosts.ledger.put(of))
    }

    fn inside() -> Entry {
        Entry {
            embedded: true,
            secure: true,
            same_site: Some(crate::cookie::SameSite::None),
            ..entry("lti", "https://tool.test/launch", NOW - 1000)
        }
    }

    #[test]
    fn hit_a_cookie_set_inside_the_page_that_did_not_come_back() {
        let finding = frame(Browser::Chromium, "https://lms.test", inside())
            .check(check)
            .expect("blocked");
        assert_eq!(finding.confidence, Confidence::Certain);
        let offers: Vec<_> = finding.offers.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(
            offers,
            ["open-in-own-tab", "allow-embedded-cookies", "ask-owner"]
        );
        assert_eq!(finding.offers[1].url.as_deref(), Some("https://tool.test"));
        assert_eq!(finding.offers[1].other.as_deref(), Some("https://lms.test"));
    }

    #[test]
    fn hit_a_session_of_its_own_page_that_firefox_keeps_apart() {
        let own = Entry {
            embedded: false,
            ever_sent: true,
            ..inside()
        };
        let finding = frame(Browser::Firefox, "https://lms.test", own)
            .check(check)
            .expect("kept apart");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert!(
            finding
                .evidence
                .iter()
                .any(|fact| fact.id == EvidenceId::CookiesApart)
        );
        assert_eq!(finding.offers[1].id.as_str(), "pause-blocker");
    }

    #[test]
    fn near_miss_a_cookie_that_its_server_made_unfit_for_frames_asks_for_no_permission() {
        let unfit = Entry {
            same_site: Some(crate::cookie::SameSite::Lax),
            ..inside()
        };
        let finding = frame(Browser::Chromium, "https://lms.test", unfit)
            .check(check)
            .expect("it still opens by itself");
        let offers: Vec<_> = finding.offers.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(offers, ["open-in-own-tab", "ask-owner"]);
    }

    #[test]
    fn near_miss_a_part_of_the_same_site() {
        let scene = frame(Browser::Chromium, "https://www.tool.test", inside());
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_frame_that_sent_its_cookie_or_never_had_one() {
        let sent = frame(Browser::Chromium, "https://lms.test", inside()).cookie("lti", 12);
        assert!(sent.check(check).is_none());
        let elsewhere = entry("lti", "https://other.test/", NOW - 1000);
        let scene = frame(Browser::Chromium, "https://lms.test", elsewhere);
        assert!(scene.check(check).is_none());
    }
}
