//! redirect-loop: a loop that nothing else explains.
//!
//! # What it detects
//! The site sends the browser in circles, and no cookie of this browser is the proven cause.
//! # How we tell
//! The chain came back to a page that it had been at, and the browser stopped it (or it reached ten steps).
//! Hops are counted; the browsers' error texts differ (Chromium says `ERR_ABORTED` for it in places).
//! # False positives
//! A chain that passes one page twice and then arrives is a sign-in; only a stopped chain counts.
//! # References
//! Fetch standard §4.4 (20 redirects); RFC 9110 §15.4.

use crate::case::Case;
use crate::cookie;
use crate::event::JarCookie;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::rules::RULES;
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let count = case.loops()?;
    if is_explained(case) {
        return None;
    }
    let mut finding = Finding::about(FindingId::RedirectLoop, Confidence::Certain, case.exchange)
        .because(Evidence::of(EvidenceId::LoopOf).with(Arg::Count, text::number(count)))
        .with(Arg::Count, text::number(count));
    if let Some(cookies) = case.cookie_evidence() {
        finding = finding.because(cookies);
    }
    finding = finding.offer(RemedyId::StartOver);
    let all = case.all_in_jar();
    // A session can hide behind any name, but scripts cannot read it; a theme or a language never makes a loop.
    let suspect = |cookie: &JarCookie| cookie.http_only && !cookie::is_keeper(&cookie.name);
    if all.iter().any(suspect) && case.hops().any(|hop| hop.any_cookie) {
        finding = finding.offer(Offer::remove(RemedyId::ClearSiteCookies, all));
    }
    Some(finding.offer(RemedyId::AskOwner))
}

/// Whether a rule of a higher rank knows the reason.
fn is_explained(case: &Case<'_>) -> bool {
    let knows = |finding: Finding| !finding.notice && finding.confidence != Confidence::Possible;
    RULES
        .iter()
        .take_while(|(id, _)| *id != FindingId::RedirectLoop)
        .any(|(_, rule)| rule(case).is_some_and(knows))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, jar};
    use super::check;

    fn circles(steps: usize) -> Scene {
        let mut scene = Scene::get("http://app.test/a");
        for step in 0..steps {
            scene = scene.redirect(if step % 2 == 0 {
                "http://app.test/b"
            } else {
                "http://app.test/a"
            });
        }
        scene
    }

    #[test]
    fn hit_a_loop_without_cookies_offers_no_removal() {
        let finding = circles(20)
            .fails("NS_ERROR_REDIRECT_LOOP")
            .jar(vec![jar("prefs", "app.test")])
            .check(check)
            .expect("a loop");
        assert_eq!(
            finding
                .offers
                .iter()
                .map(|o| o.id.as_str())
                .collect::<Vec<_>>(),
            ["start-over", "ask-owner"]
        );
    }

    #[test]
    fn hit_a_theme_is_never_the_suspect() {
        let mut theme = jar("theme", "app.test");
        theme.http_only = false;
        let mut scene = Scene::get("http://app.test/a");
        for step in 0..20 {
            let to = if step % 2 == 0 {
                "http://app.test/b"
            } else {
                "http://app.test/a"
            };
            scene = scene.cookie("theme", 10).redirect(to);
        }
        let finding = scene
            .fails("net::ERR_ABORTED")
            .jar(vec![theme])
            .check(check)
            .expect("a loop");
        assert!(finding.offers.iter().all(|offer| offer.cookies.is_empty()));
    }

    #[test]
    fn near_miss_a_chain_that_arrives() {
        assert!(circles(6).answer(200).check(check).is_none());
    }

    #[test]
    fn near_miss_a_long_chain_that_never_comes_back() {
        let mut scene = Scene::get("http://app.test/0");
        for step in 1..=12 {
            scene = scene.redirect(&format!("http://app.test/{step}"));
        }
        assert!(scene.fails("net::ERR_ABORTED").check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_navigation_that_the_person_stopped() {
        assert!(circles(2).fails("net::ERR_ABORTED").check(check).is_none());
    }
}
