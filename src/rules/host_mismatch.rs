//! host-mismatch: the session lives on a sibling host, and the chain ends on the other one.
//!
//! # What it detects
//! One site under two names (`www.` and bare, a short name and a full one): the sign-in was kept for the one, and the
//! page is at the other, which never gets that cookie.
//! # How we tell
//! The last sign-in set its cookie at the other name, for that name alone, and the page that missed the sign-in set
//! none of its own.
//! # False positives
//! A sign-in service on a sibling host (`login.`, `accounts.`) has a session of its own by right: only the two names of
//! one host count. A cookie with a fitting `Domain` reaches both.
//! # References
//! RFC 6265bis §5.7, step 10 (host-only).

use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let here = case.missed()?.address();
    let entry = case.hosts.ledger.latest().find(|entry| {
        entry.by_sign_in
            && entry.domain.is_none()
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
