//! port-shared-cookie: two apps on one host, at different ports, overwrite each other's cookie.
//!
//! # What it detects
//! Cookies do not know ports: a sign-in to one app of a host takes the place of the sign-in to its neighbour.
//! # How we tell
//! The session that was sent and refused was set last by another port of the same host, after this app had set one of that
//! very name and place, or (in recordings, which may begin later) had shown a page to one; then the other port showed a
//! page to its own, or gave its own to whoever came with this app's.
//! # False positives
//! An app and its interface at another port share a session on purpose: where this port never set the cookie, and went on
//! showing its pages, nothing is said. A session that this port set last has just run out.
//! # References
//! RFC 6265bis §8.5 ("cookies do not provide isolation by port").

use crate::address::Address;
use crate::case::{Case, READS, Turned};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Outcome;
use crate::ledger::Entry;
use crate::remedy::{Offer, RemedyId};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let step = case.missed().or_else(|| {
        let asked = READS && case.status() == 401 && !case.sent_key();
        asked.then_some(Turned::Exchange(case.exchange))
    })?;
    let here = step.address();
    let sessions = step.sessions()?;
    let sent = |entry: &&Entry| {
        entry.setter.host() == here.host()
            && entry.store == case.exchange.store
            && entry.predicted.is_none()
            && !entry.embedded
            && sessions.contains(&entry.name.as_str())
            // What the step itself was answered with came after it.
            && !(step.sets(&entry.name) && entry.setter.same_origin(here))
    };
    let last = case.hosts.ledger.latest().find(sent)?;
    let own = case.hosts.ledger.latest().filter(sent).find(|entry| {
        entry.name == last.name
            && entry.domain == last.domain
            && entry.path == last.path
            && entry.setter.same_origin(here)
    });
    if last.setter.port() == here.port()
        || own.is_none() && !(READS && was_let_in(case, here, last))
    {
        return None;
    }
    let confidence = if own.is_none_or(|own| own.ever_sent) {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let mut finding = Finding::about(FindingId::PortSharedCookie, confidence, case.exchange)
        .because(
            Evidence::of(EvidenceId::CookieSetBy)
                .with(Arg::Name, last.name.as_str())
                .with(Arg::Other, last.setter.authority()),
        )
        .because(Evidence::of(EvidenceId::CookieSent).with(Arg::Name, last.name.as_str()))
        .with(Arg::Host, here.host());
    // This device has two names, and each has cookies of its own.
    let other = match here.host() {
        "localhost" => Some("127.0.0.1"),
        "127.0.0.1" => Some("localhost"),
        _ => None,
    };
    if let Some(other) = other {
        let page = case.wanted.filter(|it| it.same_origin(here));
        let page = page.unwrap_or(here).at_host(other);
        finding = finding
            .with(Arg::Other, page.authority())
            .offer(Offer::open(RemedyId::OpenSiblingHost, page.kept()));
    }
    Some(
        finding
            .offer(case.sign_in_offer())
            .offer(RemedyId::AskOwner),
    )
}

/// In a recording, which may begin after a sign-in: whether this app showed a page to a session of this name until the
/// neighbour set its own by a script's sign-in, or then showed one of its pages to it.
fn was_let_in(case: &Case<'_>, here: &Address, last: &Entry) -> bool {
    let (mut before, mut there) = (false, false);
    for (address, time) in case.recorded().into_iter().flat_map(|it| &it.served) {
        if address.same_origin(here) {
            if *time > last.time {
                return false;
            }
            before = true;
        }
    }
    // A script signs in without a visit.
    let mut by_script = last.by_sign_in;
    for visit in case.same_try() {
        let Some(end) = &visit.end else { continue };
        let sent = end.sessions.as_deref().unwrap_or_default();
        if !sent.contains(&last.name) {
            continue;
        }
        let shown = visit.outcome == Outcome::In;
        if end.address.same_origin(here) {
            if shown && end.time > last.time {
                return false;
            }
            before |= shown;
        } else if end.address.same_origin(&last.setter) {
            by_script = false;
            // It gave its own to whoever came with this app's.
            there |= shown && end.time >= last.time || end.sets.contains(&last.name);
        }
    }
    before && (there || by_script)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::finding::Confidence;

    /// Signed in to each of these origins in turn; then the page at `here` sends its visitor away.
    fn signed_in(origins: &[&str], here: &str) -> Scene {
        let mut scene = Scene::get(&format!("{}/login", origins[0])).answer(200);
        for origin in origins {
            scene = scene
                .then_post(&format!("{origin}/login"))
                .looked()
                .set_cookie("sid", "Path=/")
                .redirect(&format!("{origin}/"))
                .cookie("sid", 12)
                .answer(200);
        }
        scene
            .then_post(&format!("{here}/"))
            .with(|exchange| exchange.method = "GET".to_owned())
            .cookie("sid", 12)
            .redirect(&format!("{here}/login"))
            .cookie("sid", 12)
            .answer(200)
    }

    const ONE: &str = "http://nas.test:5000";
    const TWO: &str = "http://nas.test:8080";

    #[test]
    fn hit_the_neighbour_has_overwritten_the_session() {
        let finding = signed_in(&[ONE, TWO], ONE).check(check).expect("shared");
        assert_eq!(finding.confidence, Confidence::Certain);
        let offers: Vec<_> = finding.offers.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(offers, ["sign-in", "ask-owner"]);
    }

    #[test]
    fn hit_on_this_device_the_other_name_keeps_them_apart() {
        let finding = signed_in(
            &["http://localhost:3000", "http://localhost:4000"],
            "http://localhost:3000",
        )
        .check(check)
        .expect("shared");
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("http://127.0.0.1:3000/")
        );
    }

    /// The app at `ONE` shows a page to a session from before; then `TWO` signs the person in with one of that name and
    /// shows a page to it; then `ONE` shows its own again or not, and at last sends the person away with a new cookie.
    fn neighbour_signed_in(shows_after: bool, shows_there: bool) -> Scene {
        let scene = Scene::get(&format!("{ONE}/board"))
            .cookie("sid", 12)
            .answer(200)
            .then_post(&format!("{TWO}/login"))
            .cookie("sid", 12)
            .set_cookie("sid", "Path=/")
            .redirect(&format!("{TWO}/index"));
        let scene = if shows_there {
            scene.cookie("sid", 12).answer(200)
        } else {
            scene.cookie("sid", 12).answer(500)
        };
        let scene = if shows_after {
            scene
                .then_get(&format!("{ONE}/board"))
                .with(|exchange| exchange.time += 1000)
                .cookie("sid", 12)
                .answer(200)
        } else {
            scene
        };
        sent_away(scene)
    }

    /// Two seconds later the app at `ONE` sends the person away with a new cookie.
    fn sent_away(scene: Scene) -> Scene {
        scene
            .then_get(&format!("{ONE}/board"))
            .with(|exchange| exchange.time += 2000)
            .cookie("sid", 12)
            .set_cookie("sid", "Path=/")
            .redirect(&format!("{ONE}/login"))
            .cookie("sid", 12)
            .answer(200)
    }

    #[test]
    fn hit_the_neighbour_took_the_place_of_a_session_from_before() {
        let findings = neighbour_signed_in(false, true).diagnose();
        assert_eq!(findings[0].id.as_str(), "port-shared-cookie");
    }

    #[test]
    fn hit_the_neighbour_gave_its_own_to_whoever_came_with_this_apps() {
        let visit = |set: &str| {
            let scene = Scene::get(&format!("{ONE}/board"))
                .cookie("sid", 12)
                .answer(200)
                .then_get(&format!("{TWO}/"))
                .cookie("sid", 12)
                .set_cookie(set, "Path=/")
                .answer(403);
            sent_away(scene).check(check)
        };
        assert!(visit("sid").is_some());
        assert!(visit("theme").is_none());
    }

    #[test]
    fn near_miss_a_session_that_both_share_has_run_out() {
        assert!(neighbour_signed_in(true, true).check(check).is_none());
        assert!(neighbour_signed_in(false, false).check(check).is_none());
    }

    #[test]
    fn near_miss_this_port_set_it_last() {
        assert!(signed_in(&[TWO, ONE], ONE).check(check).is_none());
    }

    #[test]
    fn near_miss_an_interface_at_another_port_signs_in_for_the_app() {
        assert!(signed_in(&[TWO], ONE).check(check).is_none());
    }

    #[test]
    fn no_alarm_on_a_page_that_works() {
        let scene = signed_in(&[ONE, TWO], ONE)
            .then_post("http://nas.test:8080/")
            .cookie("sid", 12)
            .answer(200);
        assert!(scene.check(check).is_none());
    }
}
