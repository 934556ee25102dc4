//! duplicate-cookies: one cookie name is sent twice, and the wrong one is read.
//!
//! # What it detects
//! A parent domain (or another path) has a cookie of the same name; the server reads the first it finds, which is the
//! stale one.
//! # How we tell
//! A session-like name stands twice in the Cookie field of a request that was refused, turned away or went in circles;
//! the jar shows the twins' domains and paths.
//! # False positives
//! Twins on a page that works harm nobody and are not mentioned. Names that are no sessions are left alone.
//! # References
//! RFC 6265bis §5.8.3 (order; servers should not rely on it). Both browsers send the older, parent-domain twin first.

use std::cmp::Reverse;

use crate::case::{Case, READS, Turned};
use crate::event::JarCookie;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::sorted::sort_by_key;
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let turned = case.turned_away();
    if turned.is_none()
        && case.loops().is_none()
        && !matches!(case.status(), 400 | 401 | 403 | 419 | 440)
    {
        return None;
    }
    let name = twice_sent(case, turned.map(|(step, _)| step))?;
    let mut twins = case.in_jar(&[&name]);
    sort_by_key(&mut twins, |twin| {
        (twin.host_only, twin.domain.len(), Reverse(twin.path.len()))
    });
    let confidence = if twins.len() > 1 {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let mut finding = Finding::about(FindingId::DuplicateCookies, confidence, case.exchange)
        .because(
            Evidence::of(EvidenceId::CookieTwice)
                .with(Arg::Name, name.clone())
                .with(Arg::Count, text::number(twins.len().max(2))),
        )
        .with(Arg::Name, name.clone());
    // The one that fits this host best stays; all others go.
    twins.pop();
    if let Some(foreign) = twins.first() {
        let place = place_of(foreign, case.exchange.address.host());
        finding = finding
            .because(
                Evidence::of(EvidenceId::CookieTwin)
                    .with(Arg::Name, name.clone())
                    .with(Arg::Other, place.clone()),
            )
            .with(Arg::Other, place)
            .with(Arg::Count, text::number(twins.len()))
            .offer(Offer::remove(RemedyId::RemoveCookies, twins));
        let all = case.in_jar(&[&name]);
        finding = finding.offer(Offer::remove(RemedyId::ClearSiteCookies, all));
    } else {
        finding = finding.offer(RemedyId::SignIn);
    }
    Some(finding.offer(RemedyId::AskOwner))
}

/// A session-like name that was sent more than once, by this exchange or by the step that was turned away.
fn twice_sent(case: &Case<'_>, turned: Option<Turned<'_>>) -> Option<String> {
    let of_hop = |sessions: &[String]| -> Option<String> {
        sessions
            .iter()
            .find(|name| sessions.iter().filter(|other| other == name).count() > 1)
            .cloned()
    };
    if let Some(Turned::Hop(hop)) = turned {
        return hop.sessions.as_deref().and_then(of_hop);
    }
    if READS && let Some(name) = of_sign_in(case) {
        return Some(name);
    }
    of_hop(case.exchange.sessions_as_sent()).or_else(|| {
        case.hops()
            .rev()
            .find_map(|hop| hop.sessions.as_deref().and_then(of_hop))
    })
}

/// In a recording: a name that a sign-in set, whatever it is, which was sent more than once.
fn of_sign_in(case: &Case<'_>) -> Option<String> {
    case.recorded()?;
    let sent = case.exchange.cookies()?;
    let twice = |name: &str| sent.iter().filter(|cookie| cookie.name == name).count() > 1;
    let mut set = case.set_lately().filter(|entry| entry.by_sign_in);
    set.find(|entry| twice(&entry.name))
        .map(|entry| entry.name.clone())
}

/// Where a twin lives, in words that tell it from the host's own.
fn place_of(twin: &JarCookie, host: &str) -> String {
    if twin.domain == host && twin.host_only {
        text::concat(&[&twin.domain, &twin.path])
    } else {
        twin.domain.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, jar, parent_jar};
    use super::check;

    #[test]
    fn hit_removes_only_the_parents_twin() {
        let finding = Scene::get("https://www.app.test/home")
            .cookie("session", 11)
            .cookie("session", 11)
            .redirect("https://www.app.test/login")
            .cookie("session", 11)
            .cookie("session", 11)
            .answer(200)
            .jar(vec![
                parent_jar("session", "app.test"),
                jar("session", "www.app.test"),
                jar("prefs", "www.app.test"),
            ])
            .check(check)
            .expect("twins");
        let removal = &finding.offers[0];
        assert_eq!(removal.id.as_str(), "remove-cookies");
        assert_eq!(removal.cookies, [parent_jar("session", "app.test")]);
    }

    #[test]
    fn hit_twins_of_any_name_that_a_sign_in_set() {
        let turned = |by: &str, twins: usize| {
            let mut scene = Scene::post(by).set_cookie("osf", "Path=/; Domain=app.test; HttpOnly");
            scene = scene.redirect("https://app.test/projects");
            for _ in 0..twins {
                scene = scene.cookie("osf", 30);
            }
            let scene = scene.redirect("https://app.test/login").answer(200);
            let scene = scene.then_get("https://app.test/projects");
            let scene = (0..twins).fold(scene, |scene, _| scene.cookie("osf", 30));
            scene.answer(401).recorded(|_| {}).check(check).is_some()
        };
        assert!(turned("https://app.test/login", 2));
        assert!(!turned("https://app.test/login", 1));
        // A site may set what it likes twice.
        assert!(!turned("https://app.test/theme", 2));
    }

    #[test]
    fn near_miss_one_session_cookie() {
        let scene = Scene::get("https://www.app.test/")
            .cookie("session", 11)
            .answer(401);
        assert!(
            scene
                .jar(vec![jar("session", "www.app.test")])
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_twins_on_a_page_that_works() {
        assert!(
            Scene::get("https://www.app.test/")
                .cookie("session", 11)
                .cookie("session", 11)
                .answer(200)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_twins_that_are_no_sessions() {
        assert!(
            Scene::get("https://www.app.test/")
                .cookie("_ga", 11)
                .cookie("_ga", 11)
                .answer(401)
                .check(check)
                .is_none()
        );
    }
}
