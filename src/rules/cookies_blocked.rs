//! cookies-blocked: the browser keeps no cookies of this site.
//!
//! # What it detects
//! A site that tries to remember the person, in a browser that is told to keep nothing of it.
//! # How we tell
//! The site has set cookies that a browser keeps by every rule; the jar has none of them, and the next request carried no
//! cookie at all. The browser's settings, where they can be read, prove it. In recordings, a sign-in page that says so.
//! # False positives
//! A cookie that a program removed was kept at first, and its removal was told (cookies-removed). Where the settings allow
//! cookies, the reason is another one. A recording has no jar to look into.
//! # References
//! `contentSettings.cookies` (Chromium), `privacy.websites.cookieConfig` (Firefox).

use crate::case::Case;
use crate::cookie;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::rules::said::{Topic, said};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    if case.exchange.is_write()
        && case.exchange.address.is_sign_in()
        && matches!(case.status(), 200 | 400 | 403)
        && said(case.exchange, Topic::CookiesOff)
    {
        return Some(by_words(case));
    }
    let step = case.missed()?;
    let host = step.address().host();
    if case.jar.is_none() || !step.sent_nothing() {
        return None;
    }
    let mut lost = None;
    for entry in case
        .set_lately()
        .filter(|entry| entry.setter.host() == host)
    {
        if entry.kept != Some(false) || entry.ever_sent {
            return None;
        }
        if entry.predicted.is_none() && entry.reaches(step.address()) {
            lost = lost.or(Some(&entry.name));
        }
    }
    let name = lost?;
    let removed =
        case.hosts.gone.iter().any(|gone| {
            gone.cookie.name == *name && cookie::domain_matches(host, &gone.cookie.domain)
        });
    let allowed = case.facts.settings.as_ref().and_then(|it| it.cookies);
    if removed || allowed == Some(true) {
        return None;
    }
    let mut finding = Finding::about(
        FindingId::CookiesBlocked,
        if allowed.is_some() {
            Confidence::Certain
        } else {
            Confidence::Likely
        },
        case.exchange,
    );
    if allowed.is_some() {
        finding = finding.since(EvidenceId::CookiesOff);
    }
    Some(
        finding
            .because(Evidence::of(EvidenceId::CookieNotKept).with(Arg::Name, name.as_str()))
            .since(EvidenceId::NoCookieSent)
            .with(Arg::Host, host)
            .offer(Offer::open(RemedyId::AllowCookies, step.address().origin()))
            .offer(RemedyId::AskOwner),
    )
}

/// The site looked for a cookie of its own and found none.
fn by_words(case: &Case<'_>) -> Finding {
    let exchange = case.exchange;
    let mut finding = Finding::about(FindingId::CookiesBlocked, Confidence::Likely, exchange)
        .because(Evidence::of(EvidenceId::ServerReason).with(Arg::Detail, "no cookie arrived"))
        .with(Arg::Host, exchange.address.host());
    if let Some(cookies) = case.cookie_evidence() {
        finding = finding.because(cookies);
    }
    finding
        .offer(Offer::open(
            RemedyId::AllowCookies,
            exchange.address.origin(),
        ))
        .offer(RemedyId::AskOwner)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, jar};
    use super::check;
    use crate::event::RemovedCookie;
    use crate::finding::Confidence;
    use crate::journal::{Gone, Settings};

    /// Signed in; the answer set `sid` with these attributes, and the next request carried nothing.
    fn signed_in(attributes: &str) -> Scene {
        Scene::post("https://app.test/login")
            .looked()
            .set_cookie("sid", attributes)
            .redirect("https://app.test/inbox")
            .looked()
            .redirect("https://app.test/login")
            .looked()
            .answer(200)
    }

    fn settings(scene: Scene, cookies: bool) -> Scene {
        scene.facts(|facts| {
            facts.settings = Some(Settings {
                cookies: Some(cookies),
                embedded: None,
            });
        })
    }

    #[test]
    fn hit_nothing_is_kept() {
        let scene = || signed_in("Path=/; HttpOnly").jar(vec![]);
        let finding = scene().check(check).expect("blocked");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert_eq!(finding.offers[0].url.as_deref(), Some("https://app.test"));
        let finding = settings(scene(), false).check(check).expect("blocked");
        assert_eq!(finding.confidence, Confidence::Certain);
    }

    #[test]
    fn near_miss_the_settings_allow_cookies() {
        let scene = signed_in("Path=/").jar(vec![]);
        assert!(settings(scene, true).check(check).is_none());
    }

    #[test]
    fn near_miss_a_program_removed_it() {
        let scene = signed_in("Path=/").jar(vec![]).hosts(|hosts| {
            hosts.gone.push(Gone {
                cookie: RemovedCookie {
                    name: "sid".to_owned(),
                    domain: "app.test".to_owned(),
                    store: None,
                    evicted: false,
                },
                time: super::super::testing::NOW,
            });
        });
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_the_cookie_is_for_another_path() {
        let scene = signed_in("Path=/admin").jar(vec![]);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_where_the_jar_has_it_or_nobody_looked() {
        let scene = signed_in("Path=/").jar(vec![jar("sid", "app.test")]);
        assert!(scene.check(check).is_none());
        assert!(signed_in("Path=/").check(check).is_none());
    }
}
