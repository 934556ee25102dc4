//! cookies-blocked: the browser keeps no cookies of this site.
//!
//! # What it detects
//! A site that tries to remember the person, in a browser that is told to keep nothing of it.
//! # How we tell
//! The site has set cookies that a browser keeps by every rule; the jar has none of them, and the next request carried
//! no cookie at all; or the site led to a page of its own that is named for it. The browser's settings, where they can
//! be read, prove it. In recordings, a sign-in page that says so; or a form that went out without any cookie though its
//! page had just set one for it, and was refused or came back; or a page looks for a cookie that the step before it had
//! set, by its address.
//! # False positives
//! A tool that keeps no cookies sends none either: it does not name the origin of its form, as browsers do. A site that
//! got a cookie before, and one that was to hold a moment only, prove nothing. A cookie that a program removed was kept
//! at first, and its removal was told (cookies-removed). Where the settings allow cookies, the reason is another one. A
//! recording has no jar to look into.
//! # References
//! `contentSettings.cookies` (Chromium), `privacy.websites.cookieConfig` (Firefox).

use crate::case::{Case, READS, Turned};
use crate::cookie::{self, SetCookie, Setting};
use crate::exchange::Exchange;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Hop;
use crate::remedy::{Offer, RemedyId};
use crate::rules::body_says;
use crate::rules::said::{Topic, said};
use crate::text;

/// What sites call the page that they lead to where no cookie came back, without marks between words.
const MISSED: &[&str] = &[
    "cookieabsent",
    "cookieerror",
    "cookiesdisabled",
    "cookiesrequired",
    "cookieusage",
    "enablecookies",
    "nocookie",
    "nocookies",
];

/// Milliseconds that a form may lie open: after a longer time its session is over, whatever the browser keeps.
const LONG: i64 = 60 * 60 * 1000;

/// Seconds that a cookie must still have had when the form was sent: clocks differ.
const CLOSE: i64 = 30;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let form = case.exchange.is_write()
        && case.exchange.address.is_sign_in()
        && matches!(case.status(), 200 | 400 | 403);
    let page = case.exchange.is_document() && matches!(case.status(), 400 | 403);
    let says_so = said(case.exchange, Topic::CookiesOff)
        // A refusal may say so in words that many a sign-in page has on it in any case.
        || page && body_says(case.exchange, &["cookies must be enabled"]);
    if (form || page) && says_so {
        return Some(by_site(case, |finding| finding.since(EvidenceId::PageSays)));
    }
    if READS && let Some(name) = left_out(case).or_else(|| never_returned(case)) {
        let exchange = case.exchange;
        return Some(
            Finding::about(FindingId::CookiesBlocked, Confidence::Likely, exchange)
                .because(Evidence::of(EvidenceId::CookieNotReturned).with(Arg::Name, name))
                .since(EvidenceId::NoCookieSent)
                .with(Arg::Host, exchange.address.host())
                .offer(Offer::open(
                    RemedyId::AllowCookies,
                    exchange.address.origin(),
                ))
                .offer(RemedyId::AskOwner),
        );
    }
    if (case.led_to(MISSED) || READS && (led_to_test(case) || is_told(case)))
        && case.exchange.sent_no_cookie()
    {
        let page = &case.exchange.address;
        return Some(by_site(case, |finding| finding.because_led_to(page)));
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

/// In a recording: a cookie that the form's page set by all rules and for the form as well, where the form went out without
/// any cookie and was refused, or came back.
fn left_out<'a>(case: &Case<'a>) -> Option<&'a str> {
    let page = case.recorded()?.document.as_ref()?;
    let form = case.exchange;
    let comes_back =
        form.is(200) && form.address.is_sign_in() && page.address.same_page(&form.address);
    // A script's call to an interface carries no cookie on purpose, unless it is refused as a form is.
    let refused = if form.is_document() {
        matches!(case.status(), 400 | 401 | 403 | 422) && form.answerable().is_none()
    } else {
        case.status() == 419
    };
    let nothing = |it: &Exchange| it.sent_no_cookie();
    // Browsers name the origin of each form; tools that keep no cookies do not.
    let by_browser = form.sent.as_ref()?.origin_is_null == Some(false);
    let site_knows = case
        .hosts
        .ledger
        .latest()
        .any(|entry| entry.ever_sent && entry.setter.same_site(&form.address));
    let fits = form.is_write()
        && case.hops().next().is_none()
        && page.address.same_origin(&form.address)
        && form.time - page.time < LONG
        && form.foreign_page().is_none()
        && nothing(page)
        && nothing(form)
        && by_browser
        && !page.is_from_cache()
        && !site_knows
        && (refused || comes_back);
    if !fits {
        return None;
    }
    let setting = Setting {
        https: !page.address.is_plain_http(),
        host: page.address.host(),
        path: page.address.path(),
        site: Some(page.address.site()),
        third_party: false,
    };
    let lasts = |set: &SetCookie| {
        let rest = set.max_age.unwrap_or(i64::MAX);
        let until = set.expires.filter(|_| set.max_age.is_none());
        rest > (form.time - page.time) / 1000 + CLOSE
            && until.is_none_or(|until| until > form.time / 1000 + CLOSE)
    };
    let set = page.set_cookies().iter().find(|set| {
        set.predict(&setting).is_ok()
            && !set.cleared
            && lasts(set)
            && cookie::path_matches(form.address.path(), set.effective_path(&setting))
    });
    set.map(|set| set.name.as_str())
}

/// In a recording: a step that set a cookie led to a page that looks for one, by a parameter of its address.
fn led_to_test(case: &Case<'_>) -> bool {
    let tests = |name: &str| {
        let name = name.to_ascii_lowercase();
        text::has(&name, "cookie") && ["check", "test"].iter().any(|word| text::has(&name, word))
    };
    let before = case.hops().next_back();
    before.is_some_and(|hop| !hop.sets.is_empty()) && case.exchange.address.parameters().any(tests)
}

/// In a recording: whether an error in the address speaks of cookies (Springer Nature: `?error=cookies_not_supported`).
fn is_told(case: &Case<'_>) -> bool {
    case.exchange.address.says(&["error"], &["cookie"])
}

/// In a recording: a cookie that a sign-in set by all rules, where no request to the site carried any, before or after.
fn never_returned<'a>(case: &Case<'a>) -> Option<&'a str> {
    let recorded = case.recorded()?;
    let step = case.missed().or_else(|| returns(case))?;
    // Browsers name the page that a form or link stands on; tools that keep no cookies do not.
    let named = |it: &Exchange| {
        let sent = it.sent.as_ref();
        sent.is_some_and(|sent| sent.referer || sent.origin_is_null == Some(false))
    };
    let form = recorded.document.as_ref();
    let by_browser =
        (named(case.exchange) || case.exchange.initiator.is_some() || form.is_some_and(named))
            && case.exchange.foreign_page().is_none();
    // A form of any name led here.
    let tried = case.tried_sign_in() || case.hops().any(Hop::is_write);
    if !by_browser || !step.sent_nothing() || !tried || case.jar.is_some() {
        return None;
    }
    let mut set = case.set_lately().peekable();
    set.peek()?;
    let mut lost = None;
    for entry in set {
        if entry.ever_sent {
            return None;
        }
        if entry.predicted.is_none()
            && entry.setter.host() == step.address().host()
            && entry.reaches(step.address())
        {
            lost = lost.or(Some(entry.name.as_str()));
        }
    }
    lost
}

/// The form that a sign-in leads back to.
fn returns<'a>(case: &Case<'a>) -> Option<Turned<'a>> {
    let exchange = case.exchange;
    let form = case.hops().next_back()?;
    let back = form.is_write() && form.address.same_page(&exchange.address) && exchange.is(200);
    back.then_some(Turned::Exchange(exchange))
}

/// The site looked for a cookie of its own and found none.
fn by_site(case: &Case<'_>, how: impl Fn(Finding) -> Finding) -> Finding {
    let exchange = case.exchange;
    let about = Finding::about(FindingId::CookiesBlocked, Confidence::Likely, exchange);
    let mut finding = how(about).with(Arg::Host, exchange.address.host());
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

    /// A page sets a cookie with these attributes; a browser sends its form, with an answer of this status, some time later.
    fn form(attributes: &str, seconds: i64, status: u16) -> Scene {
        let page = Scene::get("https://app.test/login")
            .looked()
            .set_cookie("test", attributes)
            .answer(200)
            .exchange();
        Scene::post("https://app.test/login")
            .from("https://app.test")
            .recorded(|recorded| recorded.document = Some(page))
            .with(|exchange| {
                exchange.time += seconds * 1000;
                if let Some(sent) = &mut exchange.sent {
                    sent.origin_is_null = Some(false);
                }
            })
            .answer(status)
    }

    #[test]
    fn hit_a_browser_sends_a_form_without_the_cookie_of_its_page() {
        for status in [200, 400, 403] {
            let findings = form("Path=/; Secure; HttpOnly", 5, status).diagnose();
            assert_eq!(findings[0].id.as_str(), "cookies-blocked", "{status}");
            assert_eq!(findings[0].confidence, Confidence::Likely);
        }
    }

    #[test]
    fn hit_the_site_looks_for_a_cookie_that_it_has_just_set() {
        let looks = |set: bool, to: &str, cookie: Option<&str>| {
            let scene = Scene::get("https://app.test/login").looked();
            let scene = if set {
                scene.set_cookie("_chc", "Path=/")
            } else {
                scene
            };
            let scene = scene
                .redirect(&format!("https://app.test/login{to}"))
                .looked();
            let scene = cookie
                .into_iter()
                .fold(scene, |it, name| it.cookie(name, 1));
            scene.answer(403).check(check)
        };
        assert!(looks(true, "?_checkCookie=1", None).is_some());
        assert!(looks(true, "?_checkCookie=1", Some("_chc")).is_none());
        assert!(looks(false, "?_checkCookie=1", None).is_none());
        assert!(looks(true, "?next=1", None).is_none());
    }

    #[test]
    fn near_miss_a_cookie_that_is_not_for_the_form() {
        for attributes in [
            "Path=/admin",
            "Path=/; Domain=other.test",
            "Path=/; Max-Age=60",
            "Path=/; Max-Age=0",
        ] {
            let scene = form(attributes, 45, 403);
            assert!(scene.check(check).is_none(), "{attributes}");
        }
    }

    #[test]
    fn no_alarm_for_a_tool_that_keeps_no_cookies_and_a_form_that_was_taken() {
        let tool = form("Path=/", 5, 403).with(|exchange| {
            if let Some(sent) = &mut exchange.sent {
                sent.origin_is_null = None;
            }
        });
        assert!(tool.check(check).is_none());
        assert!(form("Path=/", 5, 404).check(check).is_none());
        let other = form("Path=/", 5, 403).cookie("theme", 12);
        assert!(other.check(check).is_none());
        let search = form("Path=/", 5, 200).with(|exchange| {
            exchange.address = exchange.address.bare().moved_to(&exchange.address);
            exchange.method = "GET".to_owned();
        });
        assert!(search.check(check).is_none());
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

    #[test]
    fn hit_the_form_comes_back_without_the_cookie_of_its_answer() {
        let scene = |attributes: &str, carried: bool| {
            let scene = Scene::post("https://app.test/users/login").looked();
            let scene = scene.set_cookie("sid", attributes);
            let scene = scene.redirect("https://app.test/users/login?login_check=1");
            let scene = if carried {
                scene.cookie("sid", 12)
            } else {
                scene.looked()
            };
            let scene = scene.answer(200).recorded(|_| {});
            scene.from("https://app.test").check(check).is_some()
        };
        assert!(scene("Path=/; Secure", false));
        // A password may be wrong, and a cookie for elsewhere.
        assert!(!scene("Path=/; Secure", true));
        assert!(!scene("Path=/admin; Secure", false));
    }

    #[test]
    fn hit_no_request_of_a_recording_carries_what_a_sign_in_set() {
        let scene = |site_knows: bool, by_browser: bool| {
            let sets = "Path=/; Secure; HttpOnly";
            let scene = Scene::get("https://app.test/login").looked();
            let scene = scene.set_cookie("sid", sets).answer(200);
            let scene = scene.then_post("https://app.test/login").looked();
            let scene = scene
                .set_cookie("sid", sets)
                .redirect("https://app.test/inbox");
            let scene = if site_knows {
                scene.cookie("sid", 12)
            } else {
                scene.looked()
            };
            let scene = scene
                .redirect("https://app.test/login")
                .looked()
                .answer(200);
            let scene = scene.wanted("https://app.test/inbox").recorded(|_| {});
            scene.with(|it| {
                it.sent
                    .iter_mut()
                    .for_each(|sent| sent.referer = by_browser)
            })
        };
        assert!(scene(false, true).check(check).is_some());
        assert!(scene(true, true).check(check).is_none());
        // Tools that keep no cookies name no page that they come from.
        assert!(scene(false, false).check(check).is_none());
    }
}
