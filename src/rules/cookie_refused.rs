//! cookie-refused: a `Set-Cookie` that the browser cannot keep, or that was pushed out.
//!
//! # What it detects
//! The sign-in's cookie is too large, breaks a rule of browsers (its prefix, its `Domain`), or lost its place because the
//! site has set too many.
//! # How we tell
//! The rules of RFC 6265bis say no, and the jar or the next request confirms it; or the browser told that it had pushed
//! the cookie out. An older cookie of the name may be left in its place and keep the site from getting smaller. What
//! missed it is a sign-in, the way back from a sign-in service that was refused, or (in recordings) a form that came back
//! to its own page, where no request had a cookie and each answer set this one anew.
//! # False positives
//! What one browser refuses the other may keep (`SameSite=None` without `Secure`). A cookie that came along was kept.
//! A way back that brought a state of its own failed for another reason.
//! # References
//! RFC 6265bis §5.6 and §5.7; at most 180 cookies a domain in Chromium, and much the same in Firefox.

use crate::case::{Case, READS, Turned};
use crate::cookie::{self, Refusal};
use crate::event::{Browser, JarCookie, SentCookie};
use crate::exchange::Exchange;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::ledger::Entry;
use crate::remedy::{Offer, RemedyId};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let form = || case.form_without_cookies();
    let missed = case.missed().or_else(|| handed_back(case));
    let Some(step) = missed.or_else(form).or_else(|| case.asked_as_nobody()) else {
        return if READS { begun_anew(case) } else { None };
    };
    let by_rule = refused(case, step).or_else(|| pushed_out(case, step));
    match by_rule {
        None if READS => begun_anew(case),
        found => found,
    }
}

/// A way back from a sign-in service that was refused, and that brought no state of the sign-in's own.
fn handed_back<'a>(case: &Case<'a>) -> Option<Turned<'a>> {
    let exchange = case.exchange;
    let state = |it: &SentCookie| cookie::is_handoff_like(&it.name);
    let failed = exchange.is_document()
        && matches!(case.status(), 400..=403 | 500)
        && exchange.address.is_hand_off()
        && !exchange.cookies()?.iter().any(state);
    failed.then_some(Turned::Exchange(exchange))
}

/// In a recording: a form that came back to its own page, where each answer set the same cookie anew, no browser keeps
/// it, and no request had any.
fn begun_anew(case: &Case<'_>) -> Option<Finding> {
    let before = case.recorded()?.document.as_ref()?;
    let exchange = case.exchange;
    let [form] = case.visit?.hops.as_slice() else {
        return None;
    };
    let same = form.is_write()
        && exchange.is(200)
        && form.address.same_page(&exchange.address)
        && before.address.same_page(&exchange.address);
    let nothing =
        Turned::Hop(form).sent_nothing() && [before, exchange].iter().all(|it| it.sent_no_cookie());
    if !same || !nothing {
        return None;
    }
    let sets = |it: &Exchange, name: &str| it.set_cookies().iter().any(|set| set.name == name);
    let entry = case.hosts.ledger.latest().find(|entry| {
        entry.setter.same_page(&exchange.address)
            && refusal(case, entry).is_some()
            && form.sets.contains(&entry.name)
            && sets(before, &entry.name)
            && sets(exchange, &entry.name)
    })?;
    by_rule(case, entry)
}

/// Why the browser that was watched keeps a cookie out. Secure by http is a finding of its own.
fn refusal(case: &Case<'_>, entry: &Entry) -> Option<Refusal> {
    entry.predicted.filter(|refusal| {
        let elsewhere = refusal.is_chromium_only() && case.browser == Browser::Firefox;
        *refusal != Refusal::SecureOnHttp && !elsewhere
    })
}

/// A cookie of the sign-in that the rules keep out.
fn refused(case: &Case<'_>, step: Turned<'_>) -> Option<Finding> {
    let entry = case
        .set_lately()
        .filter(|entry| entry.setter.host() == step.address().host())
        .filter(|entry| {
            let asked = case.tried_sign_in() || step.address().is_hand_off();
            entry.by_sign_in || asked || READS && step.is_write() && step.sent_nothing()
        })
        .find(|entry| {
            refusal(case, entry).is_some() && entry.kept != Some(true) && !entry.ever_sent
        })?;
    by_rule(case, entry)
}

fn by_rule(case: &Case<'_>, entry: &Entry) -> Option<Finding> {
    let refusal = entry.predicted?;
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

    /// Back from a sign-in service, whose way out had set `session` at this size; `sent` came along.
    fn came_back(value_size: u32, sent: &str, status: u16) -> Scene {
        Scene::get("https://app.test/login")
            .cookie("session", 11)
            .set_sized_cookie(
                "session",
                value_size,
                "Path=/; Secure; HttpOnly; SameSite=Lax",
            )
            .redirect("https://idp.test/authorize?client_id=a&response_type=code")
            .looked()
            .redirect("https://app.test/auth?code=x&state=y")
            .cookie("session", 11)
            .cookie(sent, 12)
            .answer(status)
    }

    #[test]
    fn hit_the_state_of_a_sign_in_grew_too_large() {
        let findings = came_back(4200, "prefs", 400).diagnose();
        assert_eq!(findings[0].id.as_str(), "cookie-refused");
        assert_eq!(findings[0].confidence, Confidence::Likely);
    }

    #[test]
    fn near_miss_a_way_back_whose_state_came_along() {
        assert!(came_back(20, "prefs", 400).check(check).is_none());
        assert!(came_back(4200, "oauth_state", 400).check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_way_back_that_was_taken() {
        assert!(came_back(4200, "prefs", 200).check(check).is_none());
    }

    /// A form on a page that sets a cookie with these attributes each time, which leads to its own page.
    fn comes_back(attributes: &str, sets_again: bool) -> Scene {
        let page = || Scene::get("https://app.test/index.php").looked();
        let scene = page()
            .answer(200)
            .then_post("https://app.test/index.php")
            .looked()
            .set_cookie("App", attributes)
            .redirect("https://app.test/index.php")
            .looked();
        let scene = if sets_again {
            scene.set_cookie("App", attributes)
        } else {
            scene
        };
        let before = page().set_cookie("App", attributes).answer(200).exchange();
        scene
            .answer(200)
            .recorded(|recorded| recorded.document = Some(before))
    }

    #[test]
    fn hit_each_answer_begins_a_session_for_another_host() {
        let foreign = "Path=/; Domain=app.intern.example; Secure; HttpOnly";
        let findings = comes_back(foreign, true).diagnose();
        assert_eq!(findings[0].id.as_str(), "cookie-refused");
    }

    #[test]
    fn near_miss_a_cookie_that_is_kept_or_not_missed() {
        assert!(comes_back("Path=/; HttpOnly", true).check(check).is_none());
        let foreign = "Path=/; Domain=app.intern.example; HttpOnly";
        assert!(comes_back(foreign, false).check(check).is_none());
        // Nothing says that it would hold a sign-in.
        let open = "Path=/; Domain=app.intern.example";
        assert!(comes_back(open, true).check(check).is_none());
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
