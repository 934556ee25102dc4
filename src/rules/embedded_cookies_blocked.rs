//! embedded-cookies-blocked: the browser keeps a page within a page from knowing the person by its cookies.
//!
//! # What it detects
//! A tool shown inside another site's page refuses the person, because the browser blocks its cookies there (Chromium
//! without third-party cookies) or keeps them apart from those of the tool's own pages (Firefox).
//! # How we tell
//! The failing request of the frame lacks a cookie that the tool's server set, and that should have gone along: one set
//! inside this page a moment ago is blocked; one set by the tool's own page is blocked or kept apart. In recordings also a
//! request that such a frame makes of its own server, a frame that is turned to a sign-in page, and the page's own request
//! to another site that has just begun a session there.
//! # False positives
//! A frame that asks a visitor to sign in has no such cookie. One that its server made unfit for frames (SameSite) is
//! withheld by every browser: then the tool still opens by itself, and no permission is asked for. A script's request may
//! leave cookies out on purpose: only a session that was made for other sites' pages (`SameSite=None`) counts there.
//! # References
//! RFC 6265bis §5.8.3; Chromium's third-party cookie setting; Firefox "Total Cookie Protection".

use crate::address::Address;
use crate::case::{Case, Frame, READS};
use crate::cookie::{self, Refusal, SameSite};
use crate::event::{Browser, Millis, ResourceType};
use crate::exchange::{End, Exchange};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::ledger::Entry;
use crate::remedy::{Offer, RemedyId};

/// Milliseconds in which a part that was given a session comes with it, or without.
const SOON: Millis = 60_000;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if READS && let Some(recorded) = case.recorded() {
        let of_frame = recorded
            .frame
            .as_ref()
            .and_then(|frame| behind(case, frame));
        return of_frame.or_else(|| in_recording(case, recorded.document.as_ref()));
    }
    let refused = matches!(case.status(), 400 | 401 | 403 | 440);
    if exchange.resource_type != ResourceType::SubFrame || !refused {
        return None;
    }
    let page = Address::parse(exchange.initiator.as_deref()?, None)?;
    if page.same_site(&exchange.address) {
        return None;
    }
    inside(case, &page, Some(tool(exchange)), |entry| {
        entry.embedded || entry.ever_sent || entry.kept == Some(true)
    })
}

/// Where the part began that this is the last step of.
fn tool(exchange: &Exchange) -> &Address {
    exchange.first.as_ref().unwrap_or(&exchange.address)
}

/// The refusal inside this page that lacks a cookie of its host which counts; `opens` can be opened by itself.
fn inside(
    case: &Case<'_>,
    page: &Address,
    opens: Option<&Address>,
    counts: impl Fn(&Entry) -> bool,
) -> Option<Finding> {
    let exchange = case.exchange;
    let address = &exchange.address;
    let cookies = exchange.cookies()?;
    let missing = case.hosts.ledger.latest().find(|entry| {
        counts(entry)
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
    let tool = opens.unwrap_or(address);
    let mut finding = Finding::about(FindingId::EmbeddedCookiesBlocked, confidence, exchange)
        .with(Arg::Host, page.host())
        .with(Arg::Other, tool.host())
        .because(Evidence::of(EvidenceId::CookieNotReturned).with(Arg::Name, missing.name.clone()));
    if apart {
        finding =
            finding.because(Evidence::of(EvidenceId::CookiesApart).with(Arg::Other, tool.host()));
    }
    if opens.is_some() {
        finding = finding.offer(Offer::open(RemedyId::OpenInOwnTab, tool.to_navigate()));
    }
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

/// In a recording the page around is known, and who was turned away to a sign-in page: also of a part that went on to a page
/// of its own, and of requests from the page to another site.
fn in_recording(case: &Case<'_>, document: Option<&Exchange>) -> Option<Finding> {
    let exchange = case.exchange;
    let from = exchange.foreign_page();
    let page = from.as_ref().or(document.map(|it| &it.address))?;
    let begun = tool(exchange);
    let led_to = match &exchange.end {
        End::Redirected(to) => Some(to),
        _ => Some(&exchange.address).filter(|_| exchange.is(200) && exchange.first.is_some()),
    };
    let turned = led_to.is_some_and(Address::is_sign_in) && !begun.is_sign_in();
    let anew = exchange.first.is_some() && begins_anew(case);
    let refused = matches!(case.status(), 400 | 401 | 403 | 440) || turned || anew;
    if !refused || page.same_site(&exchange.address) {
        return None;
    }
    // What the part's host set since the page around was shown, and did not get back.
    let since = document.map_or(0, |it| it.time);
    let fresh = |entry: &Entry| entry.time >= since && !entry.ever_sent;
    match exchange.resource_type {
        ResourceType::SubFrame => inside(case, page, Some(begun), |entry| {
            let session = cookie::is_session_like(&entry.name);
            entry.embedded
                || entry.ever_sent
                || fresh(entry) && session && entry.sent == Some(false) && entry.predicted.is_none()
        }),
        // A script may leave cookies out by itself; then servers set none that are made for other sites' pages.
        ResourceType::XmlHttpRequest
            if matches!(case.status(), 401 | 403)
                && exchange.sent_no_cookie()
                && case.authorization().is_no() =>
        {
            inside(case, page, None, |entry| {
                entry.embedded
                    && fresh(entry)
                    && entry.sent == Some(false)
                    && entry.predicted.is_none()
                    && entry.same_site == Some(SameSite::None)
                    && cookie::is_session_like(&entry.name)
            })
        }
        _ => None,
    }
}

/// In a recording: a request of a page within another site's page to its own server is refused, and went without any
/// cookie, though that server has set one since the page was shown. A page's requests to its own server carry its cookies.
fn behind(case: &Case<'_>, frame: &Frame) -> Option<Finding> {
    let exchange = case.exchange;
    let own = exchange.resource_type == ResourceType::XmlHttpRequest
        && exchange.address.same_origin(&frame.address)
        && exchange.foreign_page().is_none();
    let refused = matches!(case.status(), 400 | 401 | 403 | 419 | 422 | 440);
    let bare = exchange.sent_no_cookie() && case.authorization().is_no();
    if !(own && refused && bare) {
        return None;
    }
    inside(case, &frame.page, Some(&frame.address), |entry| {
        let worth = cookie::is_session_like(&entry.name) || cookie::is_csrf_like(&entry.name);
        let before = entry.time >= frame.time && entry.time < exchange.time;
        // For what the server made unfit for frames this is the cause, too.
        let taken = matches!(entry.predicted, None | Some(Refusal::SameSite));
        worth && before && taken && !entry.ever_sent
    })
}

/// Whether a part that was just given a session for other sites' pages came without it, and is given another one.
fn begins_anew(case: &Case<'_>) -> bool {
    let exchange = case.exchange;
    let again = |entry: &&Entry| {
        entry.embedded
            && !entry.ever_sent
            && cookie::is_session_like(&entry.name)
            && exchange.time - entry.time < SOON
            && exchange
                .set_cookies()
                .iter()
                .any(|set| set.name == entry.name)
    };
    exchange.sent_no_cookie() && case.hosts.ledger.latest().any(|entry| again(&entry))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene, entry};
    use super::check;
    use crate::address::Address;
    use crate::case::Frame;
    use crate::cookie::SameSite;
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

    /// A request of this kind inside a page of `page`, whose host has just set this cookie, as a recording shows it.
    fn in_recording(kind: ResourceType, page: &str, of: Entry) -> Scene {
        let document = Scene::get(page)
            .looked()
            .with(|exchange| exchange.time -= 5000)
            .answer(200)
            .exchange();
        Scene::get("https://tool.test/d/7")
            .recorded(|recorded| recorded.document = Some(document))
            .with(|exchange| exchange.resource_type = kind)
            .hosts(|hosts| hosts.ledger.put(of))
    }

    fn session(same_site: SameSite) -> Entry {
        Entry {
            same_site: Some(same_site),
            embedded: false,
            sent: Some(false),
            ..Entry {
                name: "tool_session".to_owned(),
                ..inside()
            }
        }
    }

    const WIKI: &str = "https://wiki.test/page";

    #[test]
    fn hit_a_frame_that_was_signed_in_and_is_turned_away() {
        let frame = |of: Entry| {
            in_recording(ResourceType::SubFrame, WIKI, of).turned("https://tool.test/login")
        };
        let finding = frame(session(SameSite::Lax)).check(check).expect("unfit");
        assert_eq!(finding.offers[0].id.as_str(), "open-in-own-tab");
        let before = Entry {
            time: NOW - 60_000,
            ..session(SameSite::Lax)
        };
        assert!(frame(before).check(check).is_none());
        let sent = frame(session(SameSite::Lax)).cookie("tool_session", 12);
        assert!(sent.check(check).is_none());
    }

    #[test]
    fn hit_a_request_to_another_site_that_has_begun_a_session() {
        let request = |of: Entry| {
            in_recording(ResourceType::XmlHttpRequest, WIKI, of)
                .from("https://wiki.test")
                .answer(401)
        };
        let embedded = |same_site| Entry {
            embedded: true,
            ..session(same_site)
        };
        let finding = request(embedded(SameSite::None))
            .check(check)
            .expect("blocked");
        let offers: Vec<_> = finding.offers.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(offers, ["allow-embedded-cookies", "ask-owner"]);
        assert!(request(embedded(SameSite::Lax)).check(check).is_none());
        let guard = Entry {
            name: "__cf_bm".to_owned(),
            ..embedded(SameSite::None)
        };
        assert!(request(guard).check(check).is_none());
        let token = request(embedded(SameSite::None)).authorization("Bearer");
        assert!(token.check(check).is_none());
    }

    #[test]
    fn near_miss_a_recorded_part_of_the_same_site() {
        let own = "https://www.tool.test/page";
        let frame = in_recording(ResourceType::SubFrame, own, session(SameSite::Lax)).answer(403);
        assert!(frame.check(check).is_none());
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

    /// A page shown within a clinic's asks its own server, which has given it a cookie, without any.
    fn booking(page: &'static str, same_site: Option<SameSite>) -> Scene {
        Scene::get("https://booking.test/hours")
            .recorded(|recorded| {
                recorded.frame = Some(Frame {
                    address: Address::parse("https://booking.test/", None).expect("an address"),
                    page: Address::parse(page, None).expect("an address"),
                    time: NOW - 2000,
                });
            })
            .with(|exchange| {
                exchange.resource_type = ResourceType::XmlHttpRequest;
                exchange.initiator = Some("https://booking.test".to_owned());
            })
            .looked()
            .answer(403)
            .hosts(move |hosts| {
                hosts.ledger.put(Entry {
                    embedded: true,
                    secure: true,
                    same_site,
                    ..entry("csrf_cookie", "https://booking.test/", NOW - 1000)
                });
            })
    }

    #[test]
    fn hit_a_frame_whose_own_requests_go_without_its_cookie() {
        let finding = booking("https://clinic.test/", Some(SameSite::Lax))
            .check(check)
            .expect("blocked");
        let offers: Vec<_> = finding.offers.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(offers, ["open-in-own-tab", "ask-owner"]);
        let own = finding.offers[0].url.as_deref();
        assert_eq!(own, Some("https://booking.test/"));
    }

    #[test]
    fn near_miss_the_frames_request_carried_it() {
        let scene = booking("https://clinic.test/", Some(SameSite::None)).cookie("csrf_cookie", 12);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_a_request_of_the_page_around() {
        let scene = booking("https://clinic.test/", Some(SameSite::Lax)).with(|exchange| {
            exchange.initiator = Some("https://clinic.test".to_owned());
        });
        assert!(scene.check(check).is_none());
    }
}
