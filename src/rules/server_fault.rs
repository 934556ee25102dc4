//! server-fault: 5xx, the server's own trouble.
//!
//! # What it detects
//! The site is broken or busy; nothing on the person's side is wrong.
//! # How we tell
//! Any status from 500 to 599 but 511 (a network's sign-in page). Retry-After says when to come back. In recordings,
//! replicas that disagree: one address shows its page to a session and turns the very same away, in turn and each at
//! least twice, or a page that had turned a session away shows itself to it again, and the next does not; a session that a
//! sign-in gives is refused by the very page it leads to, and so is the next one, a new sign-in later; and a preflight
//! that is asked who it is, which by rule it cannot say.
//! # False positives
//! A robot check can come as 503 (`cf-mitigated`). A session that ended, or was changed by a form or a new cookie, is
//! no disagreement.
//! # References
//! RFC 9110 §15.6, §10.2.3; RFC 6585 §6; Fetch standard §4.8 (CORS-preflight fetch).

use crate::case::{Case, READS};
use crate::event::{Millis, ResourceType};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::{Hop, Outcome, Visit};
use crate::remedy::{Offer, RemedyId};
use crate::rules::{is_robot_check, permission_denied, retry_after, token_expired, token_invalid};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    // What a server does not know how to do for a script (501) is no fault of it.
    let unknown = case.status() == 501 && !case.exchange.is_document();
    let broken = matches!(case.status(), 500..=510 | 512..=599);
    // Asked of what is broken alone: both read its words.
    let other = || {
        READS
            && (permission_denied::is_fault(case)
                || token_invalid::is_fault(case.exchange)
                || token_expired::check(case).is_some())
    };
    if !broken || unknown || other() || is_robot_check(case.exchange) {
        return if READS {
            disagreeing(case)
                .or_else(|| taking_turns(case))
                .or_else(|| refused_at_once(case))
                .or_else(|| asked_preflight(case))
        } else {
            None
        };
    }
    let mut finding = Finding::about(FindingId::ServerFault, Confidence::Certain, case.exchange);
    if let Some(seconds) = retry_after(case.exchange) {
        finding = finding
            .because(Evidence::of(EvidenceId::RetryAfter).with(Arg::Time, text::number(seconds)))
            .with(Arg::Time, text::number(seconds))
            .offer(Offer {
                not_before: Some(case.exchange.time + seconds * 1000),
                ..Offer::from(RemedyId::Wait)
            });
    }
    Some(finding.offer(RemedyId::Reload).offer(RemedyId::AskOwner))
}

/// In a recording: servers that share a name and not their sessions. One address shows its page to a session and turns the
/// same session away, each at least twice and in turn, with nothing in between that could have changed it.
fn disagreeing(case: &Case<'_>) -> Option<Finding> {
    case.recorded()?;
    let now = case.visit?;
    let here = Hop::of(case.exchange);
    let first = now.hops.first().unwrap_or(&here);
    let name = first.sessions.as_ref()?.first()?;
    if turns_away(first) != Some(true) {
        return None;
    }
    let (mut shown, mut turned, mut since) = (0, 1, case.exchange.time);
    let mut last = true;
    for visit in case.earlier.iter().rev() {
        let Some(step) = visit.steps().next() else {
            continue;
        };
        let quiet = visit.steps().all(|step| step.sets.is_empty());
        if !visit.first.same_document(&now.first) || step.sessions != first.sessions || !quiet {
            break;
        }
        let away = turns_away(step)?;
        // Twice the same in a row may be a sign-in that has ended.
        if away == last {
            break;
        }
        last = away;
        turned += usize::from(away);
        shown += usize::from(!away);
        since = visit.started;
    }
    let quiet = first.sets.is_empty() && !was_written(case, since);
    (quiet && shown >= 2 && turned >= 2).then(|| of_replicas(case, name, shown + turned))
}

/// The same told by several pages: the session that was turned away was let in again, to that very page, and is turned
/// away once more, with no form in between. The answers set it anew each time, or never.
fn taking_turns(case: &Case<'_>) -> Option<Finding> {
    case.recorded()?;
    let (step, _) = case.turned_away()?;
    let name = *step.sessions()?.first()?;
    let sets = step.sets(name);
    let mut shown: Vec<&Visit> = Vec::new();
    let (mut again, mut since) = (false, case.exchange.time);
    for visit in case.same_try() {
        let first = visit.steps().next()?;
        let sent = first.sessions.as_ref()?.iter().any(|it| it == name);
        if visit.method != "GET" || !sent || first.sets.iter().any(|it| it == name) != sets {
            break;
        }
        if visit.outcome == Outcome::In {
            shown.push(visit);
        } else if turns_away(first) == Some(true) {
            again |= shown.iter().any(|it| it.first.same_page(&visit.first));
        }
        since = visit.started;
    }
    (again && !was_written(case, since) && shown.len() >= 2)
        .then(|| of_replicas(case, name, shown.len() + 2))
}

/// In a recording: the site's sign-in gives a session and the page behind it turns it away, and after another sign-in the
/// same again. One such may be a session bound to what changed just then.
fn refused_at_once(case: &Case<'_>) -> Option<Finding> {
    case.recorded()?;
    let here = Hop::of(case.exchange);
    let before = |visit: &Visit| given_in_vain(visit.steps()).is_some();
    let name = given_in_vain(case.hops().chain([&here]))?;
    case.same_try().any(before).then(|| {
        Finding::about(FindingId::ServerFault, Confidence::Likely, case.exchange)
            .because(
                Evidence::of(EvidenceId::CookieSetBy)
                    .with(Arg::Name, name)
                    .with(Arg::Other, here.address.host()),
            )
            .because(Evidence::of(EvidenceId::CookieSent).with(Arg::Name, name))
            .offer(RemedyId::Reload)
            .offer(RemedyId::AskOwner)
    })
}

/// The session that a step of a sign-in gives, where the next one carries it and is turned away.
fn given_in_vain<'a>(steps: impl Iterator<Item = &'a Hop> + Clone) -> Option<&'a str> {
    steps.clone().zip(steps.skip(1)).find_map(|(giver, next)| {
        let at = &giver.address;
        let signs_in = giver.is_write() || at.is_hand_off() || at.acts_when_opened();
        let refused = at.host() == next.address.host() && turns_away(next) == Some(true);
        let carried = next.sessions.as_ref().filter(|_| signs_in && refused)?;
        let given = giver.sets.iter().find(|name| carried.contains(name));
        given.map(String::as_str)
    })
}

/// In a recording: whether anything was sent to this host since then that asked for a change.
fn was_written(case: &Case<'_>, since: Millis) -> bool {
    let host = case.exchange.address.host();
    let written = |(at, time): &(String, Millis)| at == host && *time >= since;
    let last = case.recorded().and_then(|it| it.write.as_ref());
    last.is_some_and(written)
}

fn of_replicas(case: &Case<'_>, name: &str, count: usize) -> Finding {
    Finding::about(FindingId::ServerFault, Confidence::Likely, case.exchange)
        .because(
            Evidence::of(EvidenceId::CookieUnchanged)
                .with(Arg::Name, name)
                .with(Arg::Count, text::number(count)),
        )
        .offer(RemedyId::Reload)
        .offer(RemedyId::AskOwner)
}

/// In a recording: a preflight that is answered 401. The request behind it is never sent, whoever signs in.
fn asked_preflight(case: &Case<'_>) -> Option<Finding> {
    case.recorded()?;
    let exchange = case.exchange;
    let is_preflight =
        exchange.method == "OPTIONS" && exchange.resource_type == ResourceType::XmlHttpRequest;
    (is_preflight && exchange.is(401) && case.authorization().is_no()).then(|| {
        Finding::about(FindingId::ServerFault, Confidence::Likely, exchange)
            .since(EvidenceId::NoCredentialsSent)
            .offer(RemedyId::AskOwner)
    })
}

/// Whether a step was turned away to a sign-in page or by 401; `None` where it came to something else than that or a page.
fn turns_away(step: &Hop) -> Option<bool> {
    match step.status {
        Some(200) => Some(false),
        Some(401) => Some(true),
        _ => step.to.as_ref().filter(|to| to.is_sign_in()).map(|_| true),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene, jar};
    use super::check;
    use crate::finding::Confidence;
    use crate::remedy::Touches;

    #[test]
    fn hit_500_offers_no_removal() {
        let finding = Scene::get("https://app.example/")
            .cookie("sid", 9)
            .answer(500)
            .jar(vec![jar("sid", "app.example")])
            .check(check)
            .expect("500");
        assert!(
            finding
                .offers
                .iter()
                .all(|offer| offer.id.touches() == Touches::Nothing)
        );
        assert_eq!(finding.offers[0].id.as_str(), "reload");
    }

    #[test]
    fn hit_503_with_a_time_waits_first() {
        let finding = Scene::get("https://app.example/")
            .answer(503)
            .field("retry-after", "120")
            .check(check)
            .expect("503");
        assert_eq!(finding.offers[0].id.as_str(), "wait");
    }

    /// One address with one session: shown and turned away as the letters say, the last time turned away.
    fn replicas(letters: &str, sets: bool) -> Scene {
        let page = |scene: Scene, at: usize| {
            let scene = scene.cookie("sid", 12);
            if sets && at == 1 {
                scene.set_cookie("sid", "Path=/")
            } else {
                scene
            }
        };
        let mut scene = Scene::get("https://app.example/week").recorded(|_| {});
        for (at, letter) in letters.chars().enumerate() {
            if at > 0 {
                scene = scene.then_get("https://app.example/week");
            }
            scene = page(scene, at);
            scene = if letter == 's' {
                scene.answer(200)
            } else {
                scene
                    .redirect("https://app.example/login")
                    .cookie("sid", 12)
                    .answer(200)
            };
        }
        scene
    }

    #[test]
    fn hit_replicas_that_do_not_share_their_sessions() {
        let findings = replicas("stst", false).diagnose();
        assert_eq!(findings[0].id.as_str(), "server-fault");
        assert_eq!(findings[0].confidence, Confidence::Likely);
        assert_eq!(findings[0].offers[0].id.as_str(), "reload");
    }

    #[test]
    fn hit_several_pages_whose_session_is_set_anew_with_each_answer() {
        let page = |scene: Scene| scene.cookie("sid", 12).set_cookie("sid", "Path=/");
        let away = |scene: Scene| page(scene).turned("https://app.example/login");
        let orders = "https://app.example/orders";
        let told = |third: &str| {
            let scene = Scene::get("https://app.example/board").recorded(|_| {});
            let scene = away(page(scene).answer(200).then_get(orders)).then_get(third);
            let scene = page(scene)
                .answer(200)
                .then_get("https://app.example/people");
            away(scene).check(check).is_some()
        };
        assert!(told(orders));
        assert!(!told("https://app.example/board"));
    }

    /// A sign-in whose session the page behind it refuses.
    fn in_vain(scene: Scene) -> Scene {
        scene
            .set_cookie("sid", "Path=/; HttpOnly")
            .redirect("https://app.example/week")
            .cookie("sid", 12)
            .redirect("https://app.example/login")
            .cookie("sid", 12)
            .answer(200)
    }

    const CALLBACK: &str = "https://app.example/auth/callback?code=1&state=2";

    #[test]
    fn hit_a_session_that_is_refused_as_soon_as_it_is_given_twice() {
        let scene = in_vain(Scene::get(CALLBACK).recorded(|_| {}));
        assert!(scene.check(check).is_none());
        let scene = in_vain(in_vain(Scene::get(CALLBACK).recorded(|_| {})).then_get(CALLBACK));
        assert_eq!(
            scene.check(check).expect("twice").confidence,
            Confidence::Likely
        );
    }

    #[test]
    fn near_miss_a_visitors_session_that_each_answer_sets_anew() {
        const START: &str = "https://app.example/start";
        let scene = in_vain(in_vain(Scene::get(START).recorded(|_| {})).then_get(START));
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_a_session_that_ended_or_began_in_between() {
        for letters in ["st", "sst", "sstt", "tst"] {
            assert!(replicas(letters, false).check(check).is_none(), "{letters}");
        }
        assert!(replicas("stst", true).check(check).is_none());
        let form = replicas("stst", false).recorded(|recorded| {
            recorded.write = Some(("app.example".to_owned(), NOW));
        });
        assert!(form.check(check).is_none());
    }

    #[test]
    fn near_miss_511() {
        assert!(
            Scene::get("http://app.example/")
                .answer(511)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_404() {
        assert!(
            Scene::get("http://app.example/")
                .answer(404)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_what_an_interface_does_not_know() {
        assert!(
            Scene::fetch("https://s3.example/x?tagging")
                .answer(501)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn hit_a_preflight_that_is_asked_who_it_is() {
        let asked = |method: &str, status: u16| {
            let scene = Scene::fetch("https://api.example/v1/orders");
            let scene = scene.with(|exchange| method.clone_into(&mut exchange.method));
            scene.recorded(|_| {}).answer(status).check(check).is_some()
        };
        assert!(asked("OPTIONS", 401));
        assert!(!asked("GET", 401));
        assert!(!asked("OPTIONS", 204));
        let live = Scene::fetch("https://api.example/v1/orders").looked();
        let live = live.with(|exchange| "OPTIONS".clone_into(&mut exchange.method));
        assert!(live.answer(401).check(check).is_none());
    }
}
