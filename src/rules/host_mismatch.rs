//! host-mismatch: the session lives on a sibling host, and the chain ends on the other one.
//!
//! # What it detects
//! One site under two names (`www.` and bare, a short name and a full one): the sign-in was kept for the one, and the
//! page is at the other, which never gets that cookie.
//! # How we tell
//! The last sign-in set its cookie at the other name, for that name alone, and the page that missed the sign-in set
//! none of its own. In recordings a sign-in is told by its course as well: a form at the one name, a page at the other
//! that got no cookie and led back to the form's path; or the way back from a sign-in service to the other name.
//! # False positives
//! A sign-in service on a sibling host (`login.`, `accounts.`) has a session of its own by right: only the two names of
//! one host count. A cookie with a fitting `Domain` reaches both.
//! # References
//! RFC 6265bis §5.7, step 10 (host-only).

use crate::address::Address;
use crate::case::{Case, READS, Turned};
use crate::cookie;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let lost = if READS { lost_between(case) } else { None };
    let here = lost.or_else(|| case.missed().map(Turned::address))?;
    let entry = case.hosts.ledger.latest().find(|entry| {
        (entry.by_sign_in || lost.is_some() && cookie::is_session_like(&entry.name))
            && entry
                .domain
                .as_ref()
                .is_none_or(|domain| !cookie::domain_matches(here.host(), domain))
            && entry.predicted.is_none()
            && !entry.embedded
            && entry.store == case.exchange.store
            && is_other_name(entry.setter.host(), here.host())
    })?;
    let own = |host: &str| host == here.host();
    let signed_in_here = case
        .hosts
        .ledger
        .latest()
        .any(|it| it.by_sign_in && own(it.setter.host()));
    if signed_in_here || entry.kept == Some(false) {
        return None;
    }
    let there = entry.setter.host();
    let confidence = if entry.ever_sent {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let page = case
        .wanted
        .filter(|wanted| own(wanted.host()) && !wanted.is_sign_in())
        .unwrap_or(here);
    let mut finding = Finding::about(FindingId::HostMismatch, confidence, case.exchange).because(
        Evidence::of(EvidenceId::CookieSetBy)
            .with(Arg::Name, entry.name.clone())
            .with(Arg::Other, there),
    );
    if let Some(count) = case.loops() {
        finding =
            finding.because(Evidence::of(EvidenceId::LoopOf).with(Arg::Count, text::number(count)));
    }
    Some(
        finding
            .with(Arg::Host, here.host())
            .with(Arg::Other, there)
            .offer(Offer::open(
                RemedyId::OpenSiblingHost,
                page.moved_to(&entry.setter).kept(),
            ))
            .offer(RemedyId::AskOwner),
    )
}

/// In a recording, where pages have names that nobody knows: the page at the other name that went without any cookie. A
/// form at the one name led there, and that led to the form's own path; or a sign-in service led there, and it failed.
fn lost_between<'a>(case: &Case<'a>) -> Option<&'a Address> {
    case.recorded()?;
    let here = &case.exchange.address;
    let failed = Turned::Exchange(case.exchange);
    if here.is_hand_off() && failed.sent_nothing() && matches!(case.status(), 400..=500) {
        return Some(here);
    }
    let mut hops = case.hops();
    let form = hops.next()?;
    let refused = matches!(case.status(), 401 | 403) && failed.sent_nothing();
    if refused && form.is_write() && !form.address.same_origin(here) {
        return Some(here);
    }
    let page = hops.next()?;
    let back = case.exchange.is(200) && here.path() == form.address.path();
    let moved = !page.address.same_origin(&form.address) && page.address.same_origin(here);
    let fits = form.is_write() && back && moved && Turned::Hop(page).sent_nothing();
    fits.then_some(&page.address)
}

/// Whether two different hosts are one by two names.
fn is_other_name(one: &str, other: &str) -> bool {
    let bare = |host: &str| host.strip_prefix("www.").map(str::to_owned);
    let short = |host: &str| host.split_once('.').map(|(first, _)| first.to_owned());
    let is = |name: Option<String>, host: &str| name.is_some_and(|name| name == host);
    let is_short = |host: &str| !host.contains('.');
    is(bare(one), other)
        || is(bare(other), one)
        || (is_short(other) && is(short(one), other))
        || (is_short(one) && is(short(other), one))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::{check, is_other_name};
    use crate::finding::Confidence;

    /// Signed in at `there`, whose answer sets `sid` with these attributes and leads to `here`, and from there back.
    fn signed_in(there: &str, attributes: &str, here: &str) -> Scene {
        let form = format!("http://{there}/login");
        let mut scene = Scene::post(&form)
            .looked()
            .set_cookie("sid", attributes)
            .redirect(&format!("http://{here}/home"))
            .looked()
            .redirect(&form)
            .cookie("sid", 12);
        for _ in 0..9 {
            scene = scene
                .redirect(&format!("http://{here}/home"))
                .looked()
                .redirect(&form)
                .cookie("sid", 12);
        }
        scene.fails("net::ERR_ABORTED")
    }

    #[test]
    fn hit_the_session_is_at_the_other_name() {
        let finding = signed_in("www.app.test", "Path=/; HttpOnly", "app.test")
            .check(check)
            .expect("two names");
        assert_eq!(finding.confidence, Confidence::Certain);
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("http://www.app.test/home")
        );
    }

    #[test]
    fn hit_the_other_name_refuses_who_comes_without_the_cookie() {
        let refused = |host: &str, cookie: bool| {
            let scene = Scene::post("https://www.board.test/login.php").recorded(|_| ());
            let scene = scene
                .looked()
                .set_cookie("pun_cookie_4c", "Path=/; HttpOnly");
            let scene = scene.redirect(&format!("https://{host}/index.php"));
            let scene = if cookie {
                scene.cookie("pun_cookie_4c", 40)
            } else {
                scene.looked()
            };
            scene.answer(403).check(check).is_some()
        };
        assert!(refused("board.test", false));
        assert!(!refused("board.test", true));
        assert!(!refused("www.board.test", false));
    }

    #[test]
    fn hit_a_form_of_any_name_that_leads_to_the_other_name() {
        let led = |host: &str| {
            Scene::post("https://rooms.test/Web/index.php")
                .recorded(|_| ())
                .looked()
                .set_cookie("PHPSESSID", "Path=/; HttpOnly")
                .redirect(&format!("https://{host}/Web/board.php"))
                .looked()
                .redirect(&format!("https://{host}/Web/index.php?back=1"))
                .answer(200)
                .check(check)
        };
        assert!(led("www.rooms.test").is_some());
        assert!(led("rooms.test").is_none());
    }

    #[test]
    fn hit_a_service_leads_to_the_other_name() {
        let back = |host: &str, sent: Option<&str>| {
            let scene = Scene::get("https://shop.test/auth/google")
                .recorded(|_| ())
                .looked()
                .set_cookie("shop_session", "Path=/; HttpOnly")
                .redirect("https://idp.test/auth?client_id=1&response_type=code")
                .answer(200)
                .then_get(&format!(
                    "https://{host}/auth/google/callback?state=1&code=1"
                ))
                .looked();
            let scene = sent.into_iter().fold(scene, |it, name| it.cookie(name, 12));
            scene.answer(500).diagnose()[0].id.as_str()
        };
        assert_eq!(back("www.shop.test", None), "host-mismatch");
        assert_eq!(back("www.shop.test", Some("shop_session")), "server-fault");
    }

    #[test]
    fn near_miss_the_cookie_is_for_the_whole_domain() {
        let scene = signed_in("www.app.test", "Path=/; Domain=app.test", "app.test");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_a_sign_in_service_beside_the_site() {
        let scene = signed_in("login.app.test", "Path=/", "app.test");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_where_the_person_signed_in_at_this_name_too() {
        let scene = Scene::post("http://www.app.test/login")
            .looked()
            .set_cookie("sid", "Path=/")
            .redirect("http://app.test/home")
            .answer(200)
            .then_post("http://app.test/login")
            .looked()
            .set_cookie("sid", "Path=/")
            .redirect("http://app.test/home")
            .cookie("sid", 12)
            .redirect("http://app.test/login")
            .answer(200);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn names_of_one_host() {
        assert!(is_other_name("www.app.test", "app.test"));
        assert!(is_other_name("nas", "nas.home.arpa"));
        assert!(!is_other_name("app.test", "app.test"));
        assert!(!is_other_name("login.app.test", "app.test"));
    }
}
