//! captive-portal: 511, or a network's own sign-in page in between.
//!
//! # What it detects
//! A Wi-Fi that lets nothing out until one has accepted its terms or signed in at a page of its own.
//! # How we tell
//! 511, which only a network in between sends; or a plain http page led at once to a host that has nothing to do with
//! it, where that host lies in a private network, where its address says where the person wanted to go by a name that
//! only such pages use (`orig_url`, `dst`), or where another site led there just before; in recordings, a page that
//! only leads on to one that is named for it.
//! # False positives
//! A sign-in service is reached from many sites too, but over https, and by addresses that ask it something. The page
//! that a filter shows in the place of a site is none (network-blocked).
//! # References
//! RFC 6585 §6, RFC 8952.

use crate::address::Address;
use crate::case::Case;
use crate::exchange::{End, Exchange};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::{Hop, Visit};
use crate::remedy::{Offer, RemedyId};
use crate::rules::body_says;
use crate::rules::network_blocked::BLOCKS;
use crate::rules::said::READS;
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if case.status() == 511 {
        let plain = text::concat(&["http://", exchange.address.host(), "/"]);
        return Some(
            Finding::about(FindingId::CaptivePortal, Confidence::Certain, exchange)
                .offer(Offer::open(RemedyId::OpenPortal, plain))
                .offer(RemedyId::AskIt),
        );
    }
    let visit = case.visit.filter(|_| exchange.is_document())?;
    if READS && (is_put_in(exchange) || is_titled(exchange, visit)) {
        return Some(
            Finding::about(FindingId::CaptivePortal, Confidence::Likely, exchange)
                .since(EvidenceId::PageSays)
                .offer(Offer::open(RemedyId::OpenPortal, exchange.address.kept()))
                .offer(RemedyId::AskIt),
        );
    }
    let here = (READS && visit.hop_count == 0).then(|| Hop::of(exchange));
    let portal = leads_away(visit).or_else(|| away(here.as_ref()?))?;
    // Whoever went on from the portal's page is at its sign-in, which is what the person should do.
    let there = exchange.address.host() == portal.host()
        || READS && matches!(&exchange.end, End::Redirected(to) if to.host() == portal.host());
    let elsewhere = |before: &&Visit| {
        !before.first.same_site(&visit.first)
            && leads_away(before).is_some_and(|other| other.host() == portal.host())
    };
    let others = case.earlier.iter().filter(elsewhere).count();
    // No site but a network's own gate knows the hardware address of the device.
    let known = is_of_gateway(portal);
    let private =
        portal.is_private() && !visit.first.is_private() && visit.first.host().contains('.');
    let filter = portal.is_named(BLOCKS);
    if !there || filter || visit.first.same_site(portal) || !(private || known || others > 0) {
        return None;
    }
    Some(
        Finding::about(FindingId::CaptivePortal, Confidence::Likely, exchange)
            .because(Evidence::of(EvidenceId::SentToSignIn).with(Arg::Other, portal.host()))
            .with(Arg::Host, visit.first.host())
            .offer(Offer::open(RemedyId::OpenPortal, portal.kept()))
            .offer(RemedyId::AskIt),
    )
}

/// In a recording: a page in the place of the one that was asked for by plain http, which only leads on to a portal.
fn is_put_in(exchange: &Exchange) -> bool {
    let names = [
        "captive-portal",
        "captiveportal",
        "captive_portal",
        // Portals of Chinese networks.
        "wlanuserip=",
        // Cisco's wireless controllers.
        "<title> web authentication redirect",
    ];
    exchange.is(200)
        && exchange.address.is_plain_http()
        && exchange.body().len() < PUT_IN_MAX
        && body_says(exchange, &names)
        && body_says(
            exchange,
            &[
                "http-equiv=\"refresh\"",
                "location.replace",
                "location.href",
            ],
        )
}

/// In a recording: a page of plain http led to one of another site that calls itself a portal in its title.
fn is_titled(exchange: &Exchange, visit: &Visit) -> bool {
    let titles = [
        "<title>captive portal",
        "<title>portail captif",
        "<title>portal cautivo",
    ];
    visit.first.is_plain_http()
        && !visit.first.same_site(&exchange.address)
        && body_says(exchange, &titles)
}

/// Bytes of a page that does nothing but lead on.
const PUT_IN_MAX: usize = 2000;

/// Where a plain http page led at once, on another site; nothing where that is a sign-in service.
fn leads_away(visit: &Visit) -> Option<&Address> {
    away(visit.steps().next()?)
}

/// Whether the address carries the hardware address of the device, or where its person wanted to go, under the names of
/// gateways (Aruba, Cisco, Nomadix, OPNsense), or the
/// device's address in its network (Huawei).
fn is_of_gateway(address: &Address) -> bool {
    [
        "mac",
        "client_mac",
        "clientmac",
        "usermac",
        "orig_url",
        "origurl",
        "redirurl",
        "UIP",
        "switch_url",
        "userurl",
        "nasip",
        "wlanacname",
        "wlanuserip",
    ]
    .iter()
    .any(|name| address.has_parameter(name))
        // Of other sites, too, but there by https (MikroTik, UserGate).
        || address.is_plain_http() && address.has_parameter("dst")
}

fn away(first: &Hop) -> Option<&Address> {
    let to = first.to.as_ref()?;
    let away = first.address.is_plain_http()
        && matches!(first.status, Some(302 | 303 | 307))
        && (to.is_plain_http() || is_of_gateway(to))
        && !to.same_site(&first.address)
        && !to.has_parameter("client_id")
        && !to.has_parameter("SAMLRequest");
    away.then_some(to)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::event::Browser;
    use crate::finding::Confidence;

    fn led(from: &str, to: &str) -> Scene {
        Scene::get(from).redirect(to).answer(200)
    }

    #[test]
    fn hit_511() {
        let finding = Scene::get("http://news.example/a").answer(511).check(check);
        let finding = finding.expect("511");
        assert_eq!(finding.confidence, Confidence::Certain);
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("http://news.example/")
        );
    }

    #[test]
    fn hit_a_private_address() {
        let scene = led("http://news.example/", "http://192.168.1.1/hotspot?url=x");
        assert!(scene.check(check).is_some());
    }

    #[test]
    fn hit_two_sites_led_to_one_place() {
        let scene = led("http://news.example/", "http://wifi.example.net/welcome")
            .then_get("http://weather.example.org/")
            .redirect("http://wifi.example.net/welcome")
            .answer(200);
        assert!(scene.check(check).is_some());
    }

    #[test]
    fn hit_an_address_with_what_only_gateways_say() {
        for to in [
            "https://wifi.example.net/welcome?mac=aa-bb&ip=10.0.0.7",
            "https://guest.example.net:8000/index.html?redirurl=www.news.example%2F",
            "https://guest.example.net/fs/customwebauth/login.html?switch_url=https%3A%2F%2F192.0.2.1",
        ] {
            let found = led("http://news.example/", to).check(check);
            assert!(found.is_some(), "{to}");
        }
    }

    #[test]
    fn hit_a_page_in_the_place_of_another_that_leads_to_a_portal() {
        let shown = |from: &str, body: &str| {
            let scene = Scene::get(from).on(Browser::Recording).answer(200);
            scene.body(body).check(check)
        };
        let leads = "<meta http-equiv=\"refresh\" content=\"0; url=http://pf.campus.test/captive-portal?x=1\">";
        assert!(shown("http://news.example/", leads).is_some());
        assert!(shown("https://news.example/", leads).is_none());
        assert!(shown("http://news.example/", "<p>What a captive-portal is</p>").is_none());
    }

    #[test]
    fn hit_a_gateway_that_says_where_the_person_wanted_to_go() {
        let scene = led(
            "http://news.example/",
            "http://auth.captive/?dst=http%3A%2F%2Fnews.example%2F",
        );
        assert!(scene.check(check).is_some());
        let by_https = led(
            "http://news.example/",
            "https://t.example.net/?dst=https%3A%2F%2Fa.example",
        );
        assert!(by_https.check(check).is_none());
    }

    #[test]
    fn near_miss_the_page_of_a_filter_is_no_portal() {
        let page = "http://10.20.0.5:15871/cgi-bin/blockpage.cgi?ws-session=1";
        let findings = led("http://poker.example/", page).diagnose();
        assert_eq!(findings[0].id.as_str(), "network-blocked");
    }

    #[test]
    fn near_miss_one_site_moved() {
        let scene = led("http://news.example/", "http://wifi.example.net/welcome");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_a_sign_in_service() {
        let to = "http://idp.example.net/authorize?client_id=a&response_type=code";
        let scene = led("http://news.example/", to)
            .then_get("http://weather.example.org/")
            .redirect(to);
        assert!(scene.answer(200).check(check).is_none());
    }

    #[test]
    fn no_alarm_for_the_secure_address_of_a_site() {
        let scene = led("http://news.example/", "https://www.news.example/");
        assert!(scene.check(check).is_none());
    }
}
