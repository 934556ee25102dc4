//! samesite-withheld: the jar has the session, and the cross-site arrival did not send it.
//!
//! # What it detects
//! A person who comes from another site (a link in a mail, the way back from a sign-in service by a form), and whose
//! cookie stays behind because its `SameSite` says so.
//! # How we tell
//! A page of another site began the visit; the request went without a cookie that the jar (or the ledger) has for it, which
//! is `Strict`, or `Lax` and the request a POST. Chromium takes a cookie without `SameSite` for `Lax`.
//! # False positives
//! Without a cookie that was left behind the person is simply not signed in. A visit begun by hand sends all cookies.
//! # References
//! RFC 6265bis §5.8.3 and §8.8.2. From within the site, `location.assign` sends the cookie; a reload does not.

use crate::case::{Case, Turned, reaches};
use crate::cookie::{self, SameSite};
use crate::event::Browser;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let from = case.exchange.foreign_page()?;
    let step = posted(case).or_else(|| case.missed())?;
    let write = step.is_write();
    let counts = |name: &str| {
        let worth = cookie::is_session_like(name) || cookie::is_handoff_like(name);
        worth && step.lacks(name) && !step.sets(name)
    };
    let left_behind = |same_site: Option<SameSite>| match same_site {
        Some(SameSite::Strict) => true,
        Some(SameSite::Lax) => write,
        Some(SameSite::None) => false,
        None => write && case.browser == Browser::Chromium,
    };
    let kept = case.jar.unwrap_or_default().iter().find(|known| {
        left_behind(known.same_site) && counts(&known.name) && reaches(known, step.address())
    });
    let set = || {
        case.hosts.ledger.latest().find(|entry| {
            left_behind(entry.same_site)
                && counts(&entry.name)
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
}
