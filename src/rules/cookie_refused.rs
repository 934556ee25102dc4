//! cookie-refused: a `Set-Cookie` that the browser cannot keep, or that was pushed out.
//!
//! # What it detects
//! The sign-in's cookie is too large, breaks a rule of browsers (its prefix, its `Domain`), or lost its place because the
//! site has set too many.
//! # How we tell
//! The rules of RFC 6265bis say no, and the jar or the next request confirms it; or the browser told that it had pushed
//! the cookie out. An older cookie of the name may be left in its place and keep the site from getting smaller.
//! # False positives
//! What one browser refuses the other may keep (`SameSite=None` without `Secure`). A cookie that came along was kept.
//! # References
//! RFC 6265bis §5.6 and §5.7; at most 180 cookies a domain in Chromium, and much the same in Firefox.

use crate::case::{Case, Turned};
use crate::cookie::{self, Refusal};
use crate::event::{Browser, JarCookie};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let step = case.missed()?;
    refused(case, step).or_else(|| pushed_out(case, step))
}

/// A cookie of the sign-in that the rules keep out.
fn refused(case: &Case<'_>, step: Turned<'_>) -> Option<Finding> {
    let (entry, refusal) = case
        .set_lately()
        .filter(|entry| entry.setter.host() == step.address().host())
        .filter(|entry| entry.by_sign_in || case.tried_sign_in())
        .find_map(|entry| {
            let refusal = entry.predicted.filter(|refusal| {
                let elsewhere = refusal.is_chromium_only() && case.browser == Browser::Firefox;
                *refusal != Refusal::SecureOnHttp && !elsewhere
            })?;
            (entry.kept != Some(true) && !entry.ever_sent).then_some((entry, refusal))
        })?;
    let confidence = if entry.kept.is_some() {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let finding = about(case, confidence, &entry.name).because(
        Evidence::of(EvidenceId::CookieRule)
            .with(Arg::Name, entry.name.as_str())
            .with(Arg::Detail, refusal.rule()),
    );
    // What the site keeps in the old one makes the new one too large each time.
    let old = case.in_jar(&[&entry.name]);
    let finding = if refusal == Refusal::TooLarge && !old.is_empty() {
        removing(finding, old)
    } else {
        finding
    };
    Some(finding.offer(RemedyId::AskOwner))
}

/// A session that was pushed out by the site's other cookies.
fn pushed_out(case: &Case<'_>, step: Turned<'_>) -> Option<Finding> {
    let gone = case.hosts.gone.iter().rev().map(|gone| &gone.cookie);
    let gone = gone
        .filter(|it| it.evicted && it.store == case.exchange.store)
        .find(|it| {
            cookie::is_session_like(&it.name)
                && cookie::domain_matches(step.address().host(), &it.domain)
                && step.lacks(&it.name)
        })?;
    let finding = about(case, Confidence::Certain, &gone.name)
        .because(Evidence::of(EvidenceId::CookieEvicted).with(Arg::Name, gone.name.as_str()));
    let all = case.all_in_jar();
    let names: Vec<&str> = all.iter().map(|known| known.name.as_str()).collect();
    let pile = cookie::pile_prefix(&names).into_iter().next();
    let finding = match pile {
        Some(pile) => {
            let members = pile.members.iter().filter_map(|at| all.get(*at).cloned());
            let members: Vec<JarCookie> = members.collect();
            removing(
                finding.because(
                    Evidence::of(EvidenceId::CookiesPiledUp)
                        .with(Arg::Name, pile.prefix)
                        .with(Arg::Count, text::number(members.len())),
                ),
                members,
            )
        }
        None => finding.offer(case.sign_in_offer()),
    };
    Some(finding.offer(RemedyId::AskOwner))
}

fn about(case: &Case<'_>, confidence: Confidence, name: &str) -> Finding {
    Finding::about(FindingId::CookieRefused, confidence, case.exchange).with(Arg::Name, name)
}

fn removing(finding: Finding, cookies: Vec<JarCookie>) -> Finding {
    finding
        .with(Arg::Count, text::number(cookies.len()))
        .offer(Offer::remove(RemedyId::RemoveCookies, cookies))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene, jar};
    use super::check;
    use crate::event::{Browser, RemovedCookie};
    use crate::finding::Confidence;
    use crate::journal::Gone;

    /// Signed in; the answer set a cookie of this size and these attributes, and the next request carried none of it.
    fn signed_in(name: &str, value_size: u32, attributes: &str) -> Scene {
        Scene::post("https://app.test/login")
            .looked()
            .set_sized_cookie(name, value_size, attributes)
            .redirect("https://app.test/inbox")
            .looked()
            .redirect("https://app.test/login")
            .looked()
            .answer(200)
    }

    fn evicted(scene: Scene, name: &str) -> Scene {
        scene.hosts(|hosts| {
            hosts.gone.push(Gone {
                cookie: RemovedCookie {
                    name: name.to_owned(),
                    domain: "app.test".to_owned(),
                    store: None,
                    evicted: true,
                },
                time: NOW,
            });
        })
    }

    #[test]
    fn hit_a_cookie_over_the_limit_leaves_the_old_one_in_place() {
        let finding = signed_in("session", 4200, "Path=/; HttpOnly")
            .jar(vec![jar("session", "app.test"), jar("prefs", "app.test")])
            .check(check)
            .expect("too large");
        assert_eq!(finding.confidence, Confidence::Certain);
        assert_eq!(finding.offers[0].cookies, [jar("session", "app.test")]);
    }

    #[test]
    fn hit_a_cookie_for_another_domain() {
        let finding = signed_in("sid", 20, "Path=/; Domain=app.example")
            .jar(vec![])
            .check(check)
            .expect("for another domain");
        let offers: Vec<_> = finding.offers.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(offers, ["ask-owner"]);
    }

    #[test]
    fn hit_a_session_that_was_pushed_out() {
        let mut cookies: Vec<_> = ["a1", "b2", "c3", "d4"]
            .iter()
            .map(|tail| jar(&["track.", tail].concat(), "app.test"))
            .collect();
        cookies.push(jar("prefs", "app.test"));
        let scene = Scene::get("https://app.test/inbox")
            .cookie("prefs", 9)
            .redirect("https://app.test/login")
            .answer(200)
            .jar(cookies.clone());
        let finding = evicted(scene, "sid").check(check).expect("pushed out");
        assert_eq!(finding.offers[0].cookies, cookies[..4]);
    }

    #[test]
    fn near_miss_only_chromium_refuses_it() {
        let scene = |browser| signed_in("sid", 20, "Path=/; SameSite=None").on(browser);
        assert!(scene(Browser::Chromium).check(check).is_some());
        assert!(scene(Browser::Firefox).check(check).is_none());
    }

    #[test]
    fn near_miss_an_evicted_cookie_that_is_no_session() {
        let scene = Scene::get("https://app.test/inbox")
            .looked()
            .redirect("https://app.test/login")
            .answer(200);
        assert!(evicted(scene, "theme").check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_cookie_by_the_rules() {
        let scene = signed_in("sid", 20, "Path=/; HttpOnly").jar(vec![]);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_where_the_person_is_in() {
        let scene = Scene::post("https://app.test/login")
            .looked()
            .set_cookie("sid", "Domain=app.example")
            .redirect("https://app.test/inbox")
            .looked()
            .answer(200);
        assert!(scene.check(check).is_none());
    }
}
