//! stale-session-loop: a dead cookie is trusted over every new sign-in.
//!
//! # What it detects
//! The site reads an old session cookie, refuses it, and never replaces it, so that signing in again leads nowhere.
//! # How we tell
//! A redirect loop, or a try to sign in that led back to the sign-in page, where every request carried the same
//! session-like cookie and no answer set or deleted it. What separates it from the other causes of a login loop is what
//! the next request carried: here the same cookie, once. In recordings a page of any name is one of sign-in where the
//! wanted page leads to it, and its form was sent twice, each time to the wanted page and straight back.
//! # False positives
//! A wrong password also leads back to the sign-in page: without a page that turned the person away nothing is said. A
//! page that leads to itself and ends another session each time waits for something else: then it is only possible.
//! A cookie that an answer did set is fresh: then the cause is another one. A form that is led back to because something
//! in it was wrong (an empty cart) belongs to a site that shows other pages to the same session.
//! # References
//! RFC 6265bis §5.7; the pattern is known from many products (Nextcloud, Open WebUI, phpMyAdmin).

use crate::address::Address;
use crate::case::{Case, READS};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::{Hop, Outcome, Visit};
use crate::remedy::RemedyId;
use crate::text;

/// So many visits turned away within `BURST` are a loop, even where no sign-in was seen.
const TURNED_AWAY: usize = 2;
const BURST: i64 = 60_000;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let (names, count, confidence) = looping(case)
        .or_else(|| refused_again(case))
        .or_else(|| if READS { led_back_again(case) } else { None })?;
    let mut finding = Finding::about(FindingId::StaleSessionLoop, confidence, case.exchange);
    for name in &names {
        finding = finding.because(
            Evidence::of(EvidenceId::CookieUnchanged)
                .with(Arg::Name, name.clone())
                .with(Arg::Count, text::number(count)),
        );
    }
    if case.loops().is_some() {
        finding =
            finding.because(Evidence::of(EvidenceId::LoopOf).with(Arg::Count, text::number(count)));
    }
    if case.same_try().any(Visit::sent_sign_in) {
        finding = finding.since(EvidenceId::SignInSent);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let finding = finding
        .with(Arg::Name, names[0])
        .with(Arg::Count, text::number(names.len()));
    Some(
        case.offer_removal(finding, &names)
            .offer(RemedyId::AskOwner),
    )
}

/// A redirect loop in which each step carried the same session-like cookies and none was changed.
fn looping(case: &Case<'_>) -> Option<(Vec<String>, u32, Confidence)> {
    let count = case.loops()?;
    // What is permanent has nothing to do with who is signed in: so ends an https that the server does not see.
    if case.hops().all(|hop| matches!(hop.status, Some(301 | 308))) {
        return None;
    }
    let names = unchanged(case.hops())?;
    // A page that leads to itself and has ended another session by then waits for something else.
    let waits = |hop: &Hop| {
        !hop.sets.is_empty() && hop.to.as_ref().is_some_and(|to| to.same_page(&hop.address))
    };
    let confidence = if case.hops().next_back().is_some_and(waits) {
        Confidence::Possible
    } else {
        Confidence::Certain
    };
    Some((names, count, confidence))
}

/// Turned away again, with the cookie of before, after a sign-in was sent (or for the third time in a minute).
fn refused_again(case: &Case<'_>) -> Option<(Vec<String>, u32, Confidence)> {
    let refused_here =
        case.status() == 401 && case.exchange.is_document() && case.exchange.answerable().is_none();
    if case.turned_away().is_none() && !refused_here {
        return None;
    }
    let here = Hop::of(case.exchange);
    let now: Vec<&Hop> = case.hops().chain([&here]).collect();
    // The visit in which the sign-in was sent may be this one: POST, then the wanted page, then the sign-in page again.
    let this_one_signed_in = case.visit.is_some_and(Visit::sent_sign_in);
    let before: Vec<&Visit> = case.same_try().collect();
    let signed_in = this_one_signed_in || before.iter().any(|visit| visit.sent_sign_in());
    let burst = before
        .iter()
        .filter(|visit| {
            visit.outcome == Outcome::SignInPage && case.exchange.time - visit.started < BURST
        })
        .count();
    if !signed_in && burst < TURNED_AWAY {
        return None;
    }
    let names = unchanged(
        before
            .iter()
            .flat_map(|visit| visit.steps())
            .chain(now.iter().copied()),
    )?;
    let count = now.len()
        + before
            .iter()
            .map(|visit| visit.steps().count())
            .sum::<usize>();
    let confidence = if signed_in {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    Some((names, u32::try_from(count).unwrap_or(u32::MAX), confidence))
}

/// In a recording, where pages have names that nobody knows: a wanted page led to a form; the form was sent, led to the
/// wanted page, and that led back to the form, for the second time; and no other page was shown meanwhile.
fn led_back_again(case: &Case<'_>) -> Option<(Vec<String>, u32, Confidence)> {
    case.recorded()?;
    let (form, wanted) = case.sent_back()?;
    let leads = |hop: &Hop, from: &Hop, to: &Hop| {
        let leads_to = |address: &Address| address.same_page(&to.address);
        hop.address.same_page(&from.address) && hop.to.as_ref().is_some_and(leads_to)
    };
    let before: Vec<&Visit> = case.same_try().collect();
    let asked = |visit: &&Visit| visit.hops.iter().any(|hop| leads(hop, wanted, form));
    let sent = |visit: &&Visit| {
        let mut hops = visit.hops.iter();
        asked(visit) && hops.any(|hop| hop.is_write() && leads(hop, form, wanted))
    };
    let elsewhere = |visit: &&Visit| {
        let end = visit.end.as_ref();
        visit.outcome == Outcome::In && end.is_some_and(|end| !end.address.same_page(&form.address))
    };
    let begun = before.iter().any(|visit| {
        visit.first.same_page(&wanted.address) && !visit.sent_sign_in() && asked(visit)
    });
    if !begun || !before.iter().any(sent) || before.iter().any(elsewhere) {
        return None;
    }
    let here = Hop::of(case.exchange);
    let steps = || {
        let before = before.iter().flat_map(|visit| visit.steps());
        before.chain(case.hops()).chain([&here])
    };
    let names = unchanged(steps())?;
    let count = u32::try_from(steps().count()).unwrap_or(u32::MAX);
    Some((names, count, Confidence::Likely))
}

/// Session-like names that every step sent, once each, and that no answer set or deleted.
/// Steps on another host do not count: they have cookies of their own.
fn unchanged<'a>(steps: impl Iterator<Item = &'a Hop>) -> Option<Vec<String>> {
    let steps: Vec<&Hop> = steps.collect();
    let host = steps.first()?.address.host();
    let mut names: Option<Vec<&String>> = None;
    for step in steps.iter().filter(|step| step.address.host() == host) {
        let sent = step.sessions.as_ref()?;
        let once = |name: &&String| sent.iter().filter(|other| other == name).count() == 1;
        names = Some(match names {
            None => sent.iter().filter(once).collect(),
            Some(names) => names.into_iter().filter(once).collect(),
        });
    }
    let names: Vec<String> = names?
        .into_iter()
        .filter(|name| steps.iter().all(|step| !step.sets.contains(name)))
        .cloned()
        .collect();
    (!names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, jar};
    use super::check;
    use crate::finding::Confidence;

    fn loop_with(cookie: Option<&str>) -> Scene {
        let mut scene = Scene::get("http://app.test/");
        for step in 0..20 {
            if let Some(name) = cookie {
                scene = scene.cookie(name, 12);
            }
            scene = scene.redirect(if step % 2 == 0 {
                "http://app.test/login"
            } else {
                "http://app.test/"
            });
        }
        scene.fails("net::ERR_ABORTED")
    }

    #[test]
    fn hit_a_loop_that_keeps_sending_the_same_session() {
        let finding = loop_with(Some("sid"))
            .jar(vec![jar("sid", "app.test"), jar("prefs", "app.test")])
            .check(check)
            .expect("a loop");
        assert_eq!(finding.confidence, Confidence::Certain);
        assert_eq!(finding.offers[0].id.as_str(), "remove-cookies");
        assert_eq!(finding.offers[0].cookies, [jar("sid", "app.test")]);
    }

    #[test]
    fn near_miss_a_page_that_leads_to_itself_for_good() {
        let circle = |status: u16| {
            let mut scene = Scene::get("https://shop.test/");
            for _ in 0..20 {
                scene = scene.cookie("sid", 12);
                scene = scene.redirect_by(status, "https://shop.test/");
            }
            scene.fails("net::ERR_ABORTED").diagnose()[0].id.as_str()
        };
        assert_eq!(circle(301), "redirect-loop");
        assert_eq!(circle(302), "stale-session-loop");
    }

    #[test]
    fn hit_a_sign_in_that_changes_nothing() {
        let finding = Scene::get("http://app.test/inbox")
            .cookie("sid", 12)
            .redirect("http://app.test/login")
            .cookie("sid", 12)
            .answer(200)
            .then_post("http://app.test/login")
            .cookie("sid", 12)
            .redirect("http://app.test/inbox")
            .cookie("sid", 12)
            .redirect("http://app.test/login")
            .cookie("sid", 12)
            .answer(200)
            .jar(vec![jar("sid", "app.test")])
            .check(check)
            .expect("turned away after a sign-in");
        assert_eq!(finding.offers[0].cookies, [jar("sid", "app.test")]);
    }

    /// A wanted page leads to a form of any name; the form is sent this often, and leads there and back.
    fn led_back(shows_another: bool, times: usize) -> Scene {
        const FORM: &str = "http://app.test/eintritt";
        let wanted = "http://app.test/start";
        let scene = Scene::get(if shows_another {
            "http://app.test/shop"
        } else {
            wanted
        })
        .cookie("sid", 12);
        let scene = if shows_another {
            scene.answer(200).then_get(wanted).cookie("sid", 12)
        } else {
            scene
        };
        let mut scene = scene.redirect(FORM).cookie("sid", 12).answer(200);
        for _ in 0..times {
            scene = scene
                .then_post(FORM)
                .cookie("sid", 12)
                .redirect(wanted)
                .cookie("sid", 12)
                .redirect(FORM)
                .cookie("sid", 12)
                .answer(200);
        }
        scene.recorded(|_| {})
    }

    #[test]
    fn hit_a_form_of_any_name_that_was_taken_twice_for_nothing() {
        let findings = led_back(false, 2).diagnose();
        assert_eq!(findings[0].id.as_str(), "stale-session-loop");
    }

    #[test]
    fn near_miss_taken_once_or_by_a_site_that_knows_the_session() {
        assert!(led_back(false, 1).check(check).is_none());
        assert!(led_back(true, 2).check(check).is_none());
    }

    #[test]
    fn near_miss_a_page_that_leads_to_itself_may_wait_for_something_else() {
        let page = "http://app.test/sso.php";
        let itself = |scene: Scene| {
            let scene = scene.cookie("sid", 12);
            scene.set_cookie("auth", "Max-Age=0").redirect(page)
        };
        let scene = (0..20).fold(Scene::get(page), |scene, _| itself(scene));
        let findings = scene.fails("net::ERR_TOO_MANY_REDIRECTS").diagnose();
        let found: Vec<_> = findings
            .iter()
            .map(|it| (it.id.as_str(), it.confidence))
            .collect();
        assert_eq!(
            found,
            [
                ("redirect-loop", Confidence::Certain),
                ("stale-session-loop", Confidence::Possible)
            ]
        );
    }

    #[test]
    fn near_miss_a_loop_without_a_session() {
        assert!(loop_with(None).check(check).is_none());
    }

    #[test]
    fn near_miss_turned_away_once() {
        let scene = Scene::get("http://app.test/inbox")
            .cookie("sid", 12)
            .redirect("http://app.test/login")
            .cookie("sid", 12)
            .answer(200);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_the_sign_in_did_set_the_cookie() {
        let scene = Scene::get("http://app.test/inbox")
            .cookie("sid", 12)
            .redirect("http://app.test/login")
            .cookie("sid", 12)
            .answer(200)
            .then_post("http://app.test/login")
            .cookie("sid", 12)
            .set_cookie("sid", "Path=/")
            .redirect("http://app.test/inbox")
            .cookie("sid", 12)
            .redirect("http://app.test/login")
            .cookie("sid", 12)
            .answer(200);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_wrong_password_that_brings_the_form_back() {
        let scene = Scene::get("http://app.test/login")
            .cookie("sid", 12)
            .answer(200)
            .then_post("http://app.test/login")
            .cookie("sid", 12)
            .redirect("http://app.test/login")
            .cookie("sid", 12)
            .answer(200);
        assert!(scene.check(check).is_none());
    }
}
