//! network-blocked: refused by address or country, whoever asks.
//!
//! # What it detects
//! A guard in front of the site, or in the person's own network, turns requests away by where they come from.
//! # How we tell
//! 451; a 403 that a guard wrote itself, told from the `Server` of those that leave the site's own `Server` alone when
//! they let an answer through (Akamai, Amazon's load balancers and CloudFront, filtering proxies) and from Squid's
//! `X-Squid-Error`; the same refusal of a visitor without cookies (the probe); every page of the site refused at a
//! first visit; led to another site whose host or page is named for it (`block…`); in recordings, the words of the page,
//! and EdgeOne's own status, 567.
//! # False positives
//! A first 403 alone proves nothing: it may be a page for members. A site that refuses everybody who is not signed in
//! gives strangers the same answer too: what remains possible is listed.
//! # References
//! RFC 9110 §15.5.4, RFC 7725; Squid's `ERR_ACCESS_DENIED`.

use crate::case::{Case, READS};
use crate::exchange::Exchange;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Outcome;
use crate::remedy::RemedyId;
use crate::rules::said::{Topic, fails_inside, said};
use crate::rules::{body_says, guard, is_robot_check, probed, refusing_proxy};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let says_so = matches!(case.status(), 400 | 401 | 403 | 405..=407 | 412 | 418 | 451 | 500..=599)
        && said(exchange, Topic::Network)
        || fails_inside(exchange) && said(exchange, Topic::Network)
        || rejected_inside(exchange);
    // EdgeOne has a status of its own for what its rules stop.
    let edge = READS && case.status() == 567 && exchange.field("server") == Some("TencentEdgeOne");
    let walled = walled(case);
    if !(says_so || edge || walled || matches!(case.status(), 403 | 451))
        || is_robot_check(exchange)
    {
        return None;
    }
    let proxy = refusing_proxy(exchange);
    let guard = guard(exchange);
    let same = probed(case) == Some(true);
    let confidence = if says_so || proxy.is_some() {
        Confidence::Certain
    } else if guard.is_some() || same || edge || walled || case.status() == 451 {
        Confidence::Likely
    } else if refused_everywhere(case) {
        Confidence::Possible
    } else {
        return None;
    };
    let mut finding = Finding::about(FindingId::NetworkBlocked, confidence, exchange);
    if let Some(cookies) = case.cookie_evidence() {
        finding = finding.because(cookies);
    }
    if same {
        finding = finding.because(case.probe_evidence(EvidenceId::SameForStrangers));
    }
    if let Some(name) = guard {
        finding = finding.because(Evidence::of(EvidenceId::ProductSays).with(Arg::Detail, name));
    }
    if says_so {
        finding = finding.since(EvidenceId::PageSays);
    }
    if walled {
        finding = finding.because_led_to(&exchange.address);
    }
    Some(match proxy {
        Some(name) => finding
            .because(Evidence::of(EvidenceId::ProxyAnswered).with(Arg::Other, name))
            .with(Arg::Other, name)
            .offer(RemedyId::AskIt),
        None => finding.offer(RemedyId::Reload).offer(RemedyId::AskOwner),
    })
}

/// What filters call the page that they show in the place of a site.
pub(super) const BLOCKS: &[&str] = &[
    "blocked",
    "blockpage",
    "blockedpage",
    "squidguard",
    "urlblock",
    "webblock",
];

/// Led from another site to a host or page that is named for it, as filters that answer in the place of a site do.
fn walled(case: &Case<'_>) -> bool {
    let here = &case.exchange.address;
    case.exchange.is_document()
        && case.visit.is_some_and(|visit| !visit.first.same_site(here))
        && (here.host().starts_with("block") || here.is_named(BLOCKS))
}

/// A page of success that is nothing but a guard's refusal with a number to report (F5).
fn rejected_inside(exchange: &Exchange) -> bool {
    exchange.is(200)
        && body_says(exchange, &["support id", "incident id"])
        && said(exchange, Topic::Network)
}

/// A first visit, without a session, at which two other pages were refused before this one.
fn refused_everywhere(case: &Case<'_>) -> bool {
    let here = &case.exchange.address;
    let mut pages = 0;
    for visit in case.same_try() {
        let refused = visit
            .end
            .as_ref()
            .is_some_and(|end| end.status == Some(403));
        if visit.outcome != Outcome::Failed || !refused || visit.sent_sign_in() {
            return false;
        }
        pages += usize::from(!visit.first.same_page(here));
    }
    pages >= 2 && case.exchange.cookies().is_some() && !case.sent_session()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::event::Browser;
    use crate::finding::Confidence;
    use crate::finding::FindingId;
    use crate::journal::Probe;

    #[test]
    fn hit_a_guard_or_a_proxy() {
        for (field, value, first) in [
            ("server", "AkamaiGHost", "reload"),
            ("server", "awselb/2.0", "reload"),
            ("server", "CloudFront", "reload"),
            ("x-squid-error", "ERR_ACCESS_DENIED 0", "ask-it"),
            ("server", "Zscaler/6.2", "ask-it"),
        ] {
            let scene = Scene::get("https://news.example/").looked().answer(403);
            let finding = scene.field(field, value).check(check).expect(value);
            assert_eq!(finding.offers[0].id.as_str(), first, "{value}");
        }
    }

    #[test]
    fn hit_strangers_get_the_same() {
        let scene = Scene::get("https://news.example/")
            .cookie("sid", 20)
            .answer(403)
            .facts(|facts| {
                facts.probe = Some(Probe {
                    status: Some(403),
                    redirected: false,
                });
            });
        assert_eq!(
            scene.check(check).expect("the same").confidence,
            Confidence::Likely
        );
    }

    #[test]
    fn hit_451() {
        assert!(
            Scene::get("https://news.example/")
                .answer(451)
                .check(check)
                .is_some()
        );
    }

    #[test]
    fn near_miss_strangers_get_another_answer() {
        let scene = Scene::get("https://news.example/")
            .cookie("sid", 20)
            .answer(403)
            .facts(|facts| {
                facts.probe = Some(Probe {
                    status: Some(200),
                    redirected: false,
                });
            });
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_a_guard_that_let_it_through() {
        let scene = Scene::get("https://news.example/").answer(403);
        assert!(scene.field("server", "cloudflare").check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_first_403_alone() {
        assert!(
            Scene::get("https://app.example/")
                .looked()
                .answer(403)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn hit_the_words_of_a_guard_with_a_status_of_its_own() {
        let says = |words: &str| {
            let scene = Scene::get("https://games.example/").on(Browser::Recording);
            let findings = scene.answer(567).body(words).diagnose();
            findings[0].id.as_str()
        };
        let blocked = "Your request has been blocked due to the site's security policies.";
        assert_eq!(says(blocked), "network-blocked");
        assert_eq!(
            says("Доступ с вашего IP-адреса ограничен"),
            "network-blocked"
        );
        assert_eq!(says("Something went wrong."), "server-fault");
        let edge = Scene::get("https://games.example/")
            .answer(567)
            .field("server", "TencentEdgeOne");
        assert_eq!(edge.diagnose()[0].id.as_str(), "network-blocked");
    }

    #[test]
    fn hit_led_to_the_page_of_a_filter() {
        let scene = Scene::get("http://games.example/")
            .looked()
            .redirect("https://block.opendns.com/?url=x")
            .looked()
            .answer(200);
        assert_eq!(scene.diagnose()[0].id, FindingId::NetworkBlocked);
    }

    #[test]
    fn no_alarm_for_a_site_of_that_name() {
        let scene = Scene::get("https://blocks.example/").looked().answer(200);
        assert_eq!(scene.diagnose(), []);
    }
}
