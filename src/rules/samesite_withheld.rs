//! samesite-withheld: the jar has the session, and the cross-site arrival did not send it.
//!
//! # What it detects
//! A person who comes from another site (a link in a mail, the way back from a sign-in service by a form), and whose
//! cookie stays behind because its `SameSite` says so.
//! # How we tell
//! A page of another site began the visit; the request went without a cookie that the jar (or the ledger) has for it, which
//! is `Strict`, or `Lax` and the request a POST. Chromium takes a cookie without `SameSite` for `Lax`. A sign-in service's
//! form led nowhere also where the sign-in begins anew: it came without any cookie and leads to the service again; so does
//! the way back by a link that lacks its cookie. A recording may not say who began the chain: its first step does.
//! # False positives
//! Without a cookie that was left behind the person is simply not signed in. A visit begun by hand sends all cookies.
//! # References
//! RFC 6265bis §5.8.3 and §8.8.2. From within the site, `location.assign` sends the cookie; a reload does not.

use crate::address::Address;
use crate::case::{Case, READS, Turned, reaches};
use crate::cookie::{self, SameSite};
use crate::event::Browser;
use crate::exchange::End;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::{Hop, Visit};
use crate::remedy::RemedyId;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    if READS
        && let Some((from, step)) = begins_anew(case).or_else(|| led_away_again(case))
        && let Some(finding) = withheld(case, &from, step, true)
    {
        return Some(finding);
    }
    let step = posted(case)
        .or_else(|| case.missed())
        .or_else(|| untied(case))?;
    let from = case.exchange.foreign_page();
    let from = from.or_else(|| {
        if READS {
            came_through(case, step)
        } else {
            None
        }
    })?;
    withheld(case, &from, step, false)
}

/// The cookie that this step of another site's doing lacks. Where the sign-in begins `anew`, its answer may set another.
fn withheld(case: &Case<'_>, from: &Address, step: Turned<'_>, anew: bool) -> Option<Finding> {
    let write = step.is_write();
    // A server that got no session gives another one at once.
    let goes_on = case.hops().next().is_some();
    // A service's answer that arrives with no cookie at all lacks the one that ties it to its beginning, whatever its name.
    let untied = write && step.sent_nothing() && step.address().takes_hand_offs();
    let counts = |name: &str, known: bool| {
        let worth = known || cookie::is_session_like(name) || cookie::is_handoff_like(name);
        worth
            && step.lacks(name)
            && (!step.sets(name) || READS && (anew || goes_on) && was_set(case, step, name))
    };
    let left_behind = |same_site: Option<SameSite>| match same_site {
        Some(SameSite::Strict) => true,
        Some(SameSite::Lax) => write,
        Some(SameSite::None) => false,
        None => write && case.browser == Browser::Chromium,
    };
    let kept = case.jar.unwrap_or_default().iter().find(|known| {
        left_behind(known.same_site) && counts(&known.name, false) && reaches(known, step.address())
    });
    let set = || {
        case.hosts.ledger.latest().find(|entry| {
            left_behind(entry.same_site)
                && counts(&entry.name, untied || entry.by_sign_in)
                && entry.predicted.is_none()
                && entry.kept != Some(false)
                && entry.reaches(step.address())
        })
    };
    let (name, same_site, confidence) = match kept {
        Some(known) => (&known.name, known.same_site, Confidence::Certain),
        None => set().map(|entry| (&entry.name, entry.same_site, Confidence::Likely))?,
    };
    let detail = match same_site {
        Some(SameSite::Strict) => "Strict",
        _ => "Lax",
    };
    Some(
        Finding::about(FindingId::SamesiteWithheld, confidence, case.exchange)
            .because(Evidence::of(EvidenceId::CameFrom).with(Arg::Other, from.host()))
            .because(
                Evidence::of(EvidenceId::CookieSameSite)
                    .with(Arg::Name, name.as_str())
                    .with(Arg::Detail, detail),
            )
            .because(Evidence::of(EvidenceId::CookieNotReturned).with(Arg::Name, name.as_str()))
            .with(Arg::Host, step.address().host())
            .with(Arg::Name, name.as_str())
            .offer(RemedyId::StartOver)
            .offer(RemedyId::AskOwner),
    )
}

/// The answer of a sign-in service that the site could make nothing of.
fn untied<'a>(case: &Case<'a>) -> Option<Turned<'a>> {
    let exchange = case.exchange;
    let failed = matches!(case.status(), 400 | 403 | 500);
    (failed && exchange.is_document() && exchange.address.is_hand_off())
        .then_some(Turned::Exchange(exchange))
}

/// The form that a page of another site sent, where it led nowhere.
fn posted<'a>(case: &Case<'a>) -> Option<Turned<'a>> {
    let exchange = case.exchange;
    let failed = matches!(case.status(), 400..=403 | 419 | 422 | 440 | 500)
        || exchange.address.is_sign_in()
        || case.loops().is_some();
    if !failed || !exchange.is_document() {
        return None;
    }
    let form = case
        .hops()
        .find(|hop| hop.is_write() && hop.address.same_site(&exchange.address))
        .map(Turned::Hop);
    form.or(exchange.is_write().then_some(Turned::Exchange(exchange)))
}

/// A sign-in service's form that came without any cookie and leads to that service again, as a page of the same host did
/// just before: since then the person was at that service alone. (In a browser the service's own page goes on from there.)
fn begins_anew<'a>(case: &Case<'a>) -> Option<(Address, Turned<'a>)> {
    let exchange = case.exchange;
    let from = Address::parse(exchange.initiator.as_deref()?, None)?;
    let to = match &exchange.end {
        End::Redirected(to) => to,
        _ => &exchange.address,
    };
    let form = case.hops().find(|hop| hop.is_write()).map(Turned::Hop);
    let form = form.or(exchange.is_write().then_some(Turned::Exchange(exchange)))?;
    let fits = exchange.is_document()
        && form.sent_nothing()
        && !from.same_site(form.address())
        && to.is_sign_in()
        && to.same_site(&from);
    let led_there = |hop: &Hop| {
        hop.address.host() == form.address().host()
            && hop.to.as_ref().is_some_and(|it| it.same_page(to))
    };
    let mut visits = case.earlier.iter().rev();
    let last = visits.find(|visit| !visit.first.same_site(&from))?;
    (fits && last.hops.iter().chain(&last.end).any(led_there)).then_some((from, form))
}

/// The way back from a sign-in service that leads to the same service again, as a page of this site did before in the same
/// chain: it came without what ties it to its beginning.
fn led_away_again<'a>(case: &Case<'a>) -> Option<(Address, Turned<'a>)> {
    let exchange = case.exchange;
    let here = &exchange.address;
    let End::Redirected(to) = &exchange.end else {
        return None;
    };
    let away = here.is_hand_off() && to.is_sign_in() && !to.same_site(here);
    let began = |hop: &Hop| {
        let same = |led: &Address| led.same_page(to);
        hop.address.host() == here.host() && hop.to.as_ref().is_some_and(same)
    };
    let from = case.hops().rev().find(|hop| hop.address.same_page(to))?;
    (away && case.hops().any(began)).then(|| (from.address.clone(), Turned::Exchange(exchange)))
}

/// In a recording, which may not say who began the chain: the other site that sent it to the site of this step.
fn came_through(case: &Case<'_>, step: Turned<'_>) -> Option<Address> {
    case.recorded()?;
    let first = case.hops().next()?;
    (!first.address.same_site(step.address())).then(|| first.address.clone())
}

/// Whether a page of the step's host set this cookie before it.
fn was_set(case: &Case<'_>, step: Turned<'_>, name: &str) -> bool {
    let sets = |hop: &Hop| {
        hop.address.host() == step.address().host() && hop.sets.iter().any(|set| set == name)
    };
    let before = case.hops().take_while(|hop| !step.is(hop));
    let mut steps = case.earlier.iter().flat_map(Visit::steps).chain(before);
    steps.any(sets)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, jar};
    use super::check;
    use crate::cookie::SameSite;
    use crate::event::{Browser, JarCookie};
    use crate::finding::Confidence;

    fn kept(same_site: Option<SameSite>) -> Vec<JarCookie> {
        vec![JarCookie {
            same_site,
            ..jar("sid", "app.test")
        }]
    }

    /// A link on another site leads to a page that sends the person away.
    fn by_link() -> Scene {
        Scene::get("https://app.test/inbox")
            .from("https://mail.test")
            .looked()
            .redirect("https://app.test/login")
            .looked()
            .answer(200)
    }

    /// A sign-in service sends the person back by a form.
    fn by_form(status: u16) -> Scene {
        Scene::post("https://app.test/acs")
            .from("https://idp.test")
            .looked()
            .answer(status)
    }

    #[test]
    fn hit_a_strict_session_stays_behind() {
        let finding = by_link()
            .jar(kept(Some(SameSite::Strict)))
            .check(check)
            .expect("left behind");
        assert_eq!(finding.confidence, Confidence::Certain);
        assert_eq!(finding.offers[0].id.as_str(), "start-over");
    }

    #[test]
    fn hit_a_form_from_elsewhere_leaves_lax_behind() {
        let scene = by_form(403).jar(kept(Some(SameSite::Lax)));
        assert!(scene.check(check).is_some());
    }

    #[test]
    fn hit_only_chromium_takes_no_word_for_lax() {
        let hit = |browser| by_form(400).on(browser).jar(kept(None)).check(check);
        assert!(hit(Browser::Chromium).is_some());
        assert!(hit(Browser::Firefox).is_none());
    }

    #[test]
    fn hit_the_ledger_knows_it_where_nobody_listed_the_jar() {
        let finding = Scene::get("https://app.test/inbox")
            .looked()
            .set_cookie("oauth_state", "Path=/; SameSite=Lax; HttpOnly")
            .redirect("https://idp.test/authorize?client_id=a&response_type=code")
            .answer(200)
            .then_post("https://app.test/acs")
            .from("https://idp.test")
            .looked()
            .answer(400)
            .check(check)
            .expect("left behind");
        assert_eq!(finding.confidence, Confidence::Likely);
    }

    const IDP: &str = "https://idp.test/sso?SAMLRequest=x";

    /// To a sign-in service and back by its form, whose request carried `sent`; then on to `to`. Each answer sets `sid`.
    fn by_service(attributes: &str, sent: Option<&str>, to: &str) -> Scene {
        let scene = Scene::get("https://app.test/start")
            .looked()
            .set_cookie("sid", attributes)
            .redirect(IDP)
            .looked()
            .answer(200)
            .then_post("https://idp.test/password")
            .looked()
            .answer(200)
            .then_post("https://app.test/start")
            .from("https://idp.test")
            .looked();
        let scene = sent.into_iter().fold(scene, |it, name| it.cookie(name, 12));
        scene
            .set_cookie("sid", attributes)
            .redirect(to)
            .looked()
            .answer(200)
    }

    const LAX: &str = "Path=/; SameSite=Lax; HttpOnly";

    #[test]
    fn hit_the_sign_in_begins_anew() {
        let findings = by_service(LAX, None, IDP).diagnose();
        assert_eq!(findings[0].id.as_str(), "samesite-withheld");
        assert_eq!(findings[0].confidence, Confidence::Likely);
    }

    #[test]
    fn near_miss_a_sign_in_begins_anew_for_another_reason() {
        let none = "Path=/; SameSite=None; Secure; HttpOnly";
        assert!(by_service(none, None, IDP).check(check).is_none());
        assert!(by_service(LAX, Some("sid"), IDP).check(check).is_none());
        assert!(by_service(LAX, Some("lb"), IDP).check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_form_that_leads_on() {
        let inside = by_service(LAX, None, "https://app.test/inbox");
        assert!(inside.check(check).is_none());
        // A tool that is launched by a form and asks the service who that is (LTI).
        let launched = Scene::get("https://app.test/")
            .looked()
            .set_cookie("sid", LAX)
            .answer(200)
            .then_get("https://idp.test/course")
            .looked()
            .answer(200)
            .then_post("https://app.test/start")
            .from("https://idp.test")
            .looked()
            .set_cookie("sid", LAX)
            .redirect("https://idp.test/oauth2/auth?client_id=a&response_type=id_token")
            .looked()
            .answer(200);
        assert!(launched.check(check).is_none());
    }

    /// Led to a sign-in service that knows the person, and back, twice; each of the site's answers sets `sid`, and its
    /// callback carries `sent`.
    fn round_trip(attributes: &str, sent: Option<&str>) -> Scene {
        const AUTHORIZE: &str = "https://idp.test/authorize?client_id=a&response_type=code";
        let callback = |scene: Scene, code: &str| {
            let scene = scene
                .looked()
                .cookie("idp", 12)
                .redirect(&format!("https://app.test/auth?code={code}&state=1"))
                .looked();
            sent.into_iter()
                .fold(scene, |it, name| it.cookie(name, 12))
                .set_cookie("sid", attributes)
        };
        let scene = Scene::get("https://app.test/start")
            .looked()
            .set_cookie("sid", attributes)
            .redirect(AUTHORIZE);
        let scene = callback(scene, "1").redirect(AUTHORIZE);
        callback(scene, "2").turned(AUTHORIZE)
    }

    #[test]
    fn hit_the_way_back_lacks_its_strict_cookie_and_begins_anew() {
        let strict = "Path=/; Secure; HttpOnly; SameSite=Strict";
        let findings = round_trip(strict, None).diagnose();
        assert_eq!(findings[0].id.as_str(), "samesite-withheld");
        assert!(round_trip(strict, Some("sid")).check(check).is_none());
        assert!(round_trip(LAX, None).check(check).is_none());
    }

    #[test]
    fn hit_a_session_that_was_given_on_the_way_in_stays_behind() {
        let through = |first: &str| {
            Scene::get(&format!("{first}/go"))
                .recorded(|_| ())
                .looked()
                .redirect("https://app.test/token?login_token=1")
                .looked()
                .set_cookie("sid", "Path=/; Secure; SameSite=Strict")
                .redirect("https://app.test/account")
                .looked()
                .set_cookie("sid", "Path=/; Secure; SameSite=Strict")
                .redirect("https://app.test/login")
                .looked()
                .answer(200)
                .check(check)
        };
        assert!(through("https://other.test").is_some());
        assert!(through("https://app.test").is_none());
    }

    #[test]
    fn near_miss_lax_goes_along_with_a_link() {
        let scene = by_link().jar(kept(Some(SameSite::Lax)));
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_nothing_was_left_behind() {
        assert!(by_link().jar(vec![]).check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_form_that_was_taken() {
        let scene = by_form(200).jar(kept(Some(SameSite::Lax)));
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_visit_by_hand() {
        let scene = Scene::get("https://app.test/inbox")
            .looked()
            .redirect("https://app.test/login")
            .looked()
            .answer(200)
            .jar(kept(Some(SameSite::Strict)));
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn hit_an_answer_without_any_cookie_lacks_the_one_that_ties_it_whatever_its_name() {
        let answer = |cookie: Option<&str>, to: &str| {
            let scene = Scene::get("https://app.test/courses")
                .looked()
                .set_cookie("rs", "Path=/; Secure; HttpOnly; SameSite=Lax")
                .redirect("https://idp.test/sso?SAMLRequest=x")
                .answer(200)
                .then_post(to)
                .from("https://idp.test")
                .looked();
            let scene = match cookie {
                Some(name) => scene.cookie(name, 9),
                None => scene,
            };
            scene.answer(403).check(check).is_some()
        };
        assert!(answer(None, "https://app.test/saml/acs"));
        assert!(!answer(Some("lang"), "https://app.test/saml/acs"));
        assert!(!answer(None, "https://app.test/guestbook"));
    }
}
