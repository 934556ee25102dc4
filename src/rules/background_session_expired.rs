//! background-session-expired: an open page's own requests are turned to a sign-in page.
//!
//! # What it detects
//! The sign-in ended while the page was open: the page is still there, and what it asks for in the background is
//! refused.
//! # How we tell
//! A page's own request was sent on to a sign-in page, or answered 401 without a challenge of HTTP's own, and it
//! carried a session, or the page itself was loaded with one.
//! # False positives
//! A visitor who never signed in is turned away by right: without a sign of a session there is no word. A 401 to a
//! token has its own finding; one that a refresh mends is no failure (the engine waits for that), and a chain that
//! comes back from the sign-in service by itself has mended itself. A 401 in a recording is session-expired: it shows
//! no open page.
//! # References
//! Fetch standard §4.4 (a redirect to another origin fails for a script), RFC 9110 §15.5.2.

use crate::case::{Case, READS};
use crate::event::ResourceType;
use crate::exchange::{End, Exchange};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::is_page_auth;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let recorded = case.recorded();
    let page = case.shown.or(recorded.and_then(|it| it.document.as_ref()));
    if exchange.resource_type != ResourceType::XmlHttpRequest
        || (page.is_none() && recorded.is_none())
    {
        return None;
    }
    let own = page.is_none_or(|page| page.address.same_site(&exchange.address));
    let before = page.map(Exchange::session_cookies).unwrap_or_default();
    let now = exchange.session_cookies();
    let name = now.first().or(before.first().filter(|_| own));
    let turned = match &exchange.end {
        End::Redirected(to) if exchange.turned_behind_a_page() => Some(to),
        _ if READS && led_to_sign_in(exchange) => Some(&exchange.address),
        _ => None,
    };
    let refused = case.shown.is_some()
        && case.status() == 401
        && is_page_auth(exchange)
        && !case.sent_token()
        && !case.sent_http_login();
    let confidence = match turned {
        Some(_) if READS && was_served(case) => Confidence::Likely,
        // Of a page that a recording did not see, the session is all that tells.
        Some(_) if page.is_none() && now.is_empty() => return None,
        // A whole site behind a service of another: who is sent there had to be signed in to see the page.
        Some(to) if !now.is_empty() && !to.same_site(&exchange.address) => Confidence::Certain,
        Some(_) if name.is_some() => Confidence::Likely,
        None if refused && !now.is_empty() => Confidence::Likely,
        _ => return None,
    };
    let mut finding = Finding::about(FindingId::BackgroundSessionExpired, confidence, exchange)
        .since(EvidenceId::BackgroundFailed);
    if let Some(name) = name {
        finding = finding.because(Evidence::of(EvidenceId::CookieSent).with(Arg::Name, *name));
    }
    if let Some(to) = turned {
        let evidence = Evidence::of(EvidenceId::SentToSignIn).with(Arg::Other, to.host());
        finding = finding.because(evidence);
    }
    Some(
        finding
            .offer(RemedyId::Reload)
            .offer(case.sign_in_offer())
            .offer(RemedyId::AskOwner),
    )
}

/// In a recording: whether a service of another site takes the place of what answered before.
fn was_served(case: &Case<'_>) -> bool {
    let here = &case.exchange.address;
    let away = matches!(&case.exchange.end, End::Redirected(to) if !to.same_site(here));
    let mut served = case.recorded().into_iter().flat_map(|it| &it.served);
    away && served.any(|(it, _)| it.same_page(here))
}

/// In a recording, which shows the whole chain: it ended at a sign-in page.
fn led_to_sign_in(exchange: &Exchange) -> bool {
    let began = exchange.first.as_ref();
    exchange.is(200)
        && exchange.address.is_sign_in()
        && began.is_some_and(|first| !first.is_sign_in() && !first.is_sign_out())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::address::Address;
    use crate::finding::Confidence;

    const PAGE: &str = "https://app.example/board";
    const FEED: &str = "https://app.example/api/feed";
    const SERVICE: &str = "https://sso.example/login?next=x";

    #[test]
    fn hit_turned_away_with_a_session() {
        let finding = Scene::fetch(FEED)
            .behind(PAGE, &["sid"])
            .cookie("sid", 12)
            .turned(SERVICE)
            .check(check)
            .expect("ended");
        assert_eq!(finding.confidence, Confidence::Certain);
        let offers: Vec<_> = finding.offers.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(offers, ["reload", "sign-in", "ask-owner"]);
    }

    #[test]
    fn hit_turned_away_within_the_site_is_only_likely_since_strangers_may_have_a_session_too() {
        let scene = Scene::fetch(FEED).behind(PAGE, &["sid"]).cookie("sid", 12);
        let finding = scene.turned("https://app.example/login").check(check);
        assert_eq!(finding.expect("ended").confidence, Confidence::Likely);
    }

    #[test]
    fn hit_turned_away_from_a_page_that_was_loaded_with_a_session() {
        let scene = Scene::fetch(FEED).behind(PAGE, &["sid"]).turned(SERVICE);
        let finding = scene.check(check).expect("ended");
        assert_eq!(finding.confidence, Confidence::Likely);
    }

    #[test]
    fn hit_401_to_a_session() {
        let scene = Scene::fetch(FEED).behind(PAGE, &["sid"]).cookie("sid", 12);
        assert!(scene.answer(401).check(check).is_some());
    }

    #[test]
    fn near_miss_a_visitor_without_a_session() {
        let scene = Scene::fetch(FEED).behind(PAGE, &["lang"]).looked();
        assert!(scene.turned(SERVICE).check(check).is_none());
    }

    #[test]
    fn hit_a_service_takes_the_place_of_what_answered_before() {
        let turned = |before: &str| {
            let scene = Scene::fetch(FEED).behind(PAGE, &["lang"]).cookie("lang", 2);
            let scene = scene.recorded(|it| {
                it.served
                    .extend(Address::parse(before, None).map(|it| (it, 0)))
            });
            scene.turned(SERVICE).check(check).is_some()
        };
        assert!(turned(FEED));
        assert!(!turned("https://app.example/api/other"));
    }

    #[test]
    fn near_miss_a_token_was_refused() {
        let scene = Scene::fetch(FEED)
            .behind(PAGE, &["sid"])
            .cookie("sid", 12)
            .authorization("Bearer");
        assert!(scene.answer(401).check(check).is_none());
    }

    #[test]
    fn near_miss_another_sites_request_is_turned_away() {
        let scene = Scene::fetch("https://widget.example/api").behind(PAGE, &["sid"]);
        assert!(scene.turned(SERVICE).check(check).is_none());
    }

    #[test]
    fn no_alarm_for_an_answer_or_a_document() {
        let scene = Scene::fetch(FEED).behind(PAGE, &["sid"]).cookie("sid", 12);
        assert!(scene.answer(200).check(check).is_none());
        let scene = Scene::get(PAGE).behind(PAGE, &["sid"]).cookie("sid", 12);
        assert!(scene.answer(401).check(check).is_none());
    }

    #[test]
    fn hit_a_recorded_chain_that_ended_at_a_sign_in_page() {
        let chain = |began: &str, session: bool| {
            let scene = Scene::fetch("https://hr.example/login?timedout=1").looked();
            let scene = if session {
                scene.cookie("JSESSIONID", 20)
            } else {
                scene
            };
            let first = crate::address::Address::parse(began, None);
            let scene = scene.with(|it| it.first = first).recorded(|_| {});
            scene.answer(200).check(check).is_some()
        };
        assert!(chain("https://hr.example/odata/times", true));
        assert!(!chain("https://hr.example/odata/times", false));
        assert!(!chain("https://hr.example/logout", true));
    }
}
