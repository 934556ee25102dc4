//! session-expired: a session was sent and is no longer accepted; a fresh sign-in will replace it.
//!
//! # What it detects
//! The person was signed in once, and the site has ended that.
//! # How we tell
//! A session-like cookie was sent to a page that turned the person away to a sign-in page or answered 401 without a
//! challenge of HTTP's own, or that led to a page named for ended sessions; 440; 419 to a page that was only asked for;
//! Nextcloud's `DummyBasic`; in recordings, the words of the body, also where an interface refuses with a 200. Or the
//! page only looks signed out: it came out of the browser's cache, where it was since before the person signed in.
//! # False positives
//! A site may give every visitor a session cookie: then this is sign-in-required in truth, and the way out (sign in) is
//! the same. With a Basic or Digest challenge the cookie has no part in it. Where the person signed in just now and the
//! session opened another page, it is the permission that is missing.
//! # References
//! RFC 9110 §15.5.2; IIS status 440; RFC 6265bis.

use crate::case::Case;
use crate::cookie::{self, SetCookie};
use crate::event::JarCookie;
use crate::exchange::Exchange;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Hop;
use crate::remedy::{Offer, RemedyId};
use crate::rules::said::{Topic, fails_inside, notice, said, titled};
use crate::rules::{is_page_auth, permission_denied};
use crate::text;

/// What sites call the page that they show when a session has ended, without marks between words.
const ENDS: &[&str] = &[
    "expirada",
    "sessionexpired",
    "sessiontimeout",
    "timedout",
    "timeout",
];

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    if is_old_view(case) {
        return Some(old_view(case));
    }
    let exchange = case.exchange;
    let turned = case.turned_away();
    if turned.is_some_and(|(step, _)| case.was_let_in(step)) {
        return None;
    }
    let names: Vec<&str> = match turned {
        Some((step, _)) => step.sessions().unwrap_or_default(),
        None => exchange.session_cookies(),
    };
    let says_so = said(exchange, Topic::SessionExpired)
        && (matches!(case.status(), 400 | 401 | 403)
            || fails_inside(exchange)
            || exchange.is_write() && matches!(case.status(), 404 | 500))
        // SOAP puts every refusal into a 500; the session was the pass that ran out.
        || case.status() == 500
            && !names.is_empty()
            && !case.sent_key()
            && said(exchange, Topic::TokenExpired)
        || fails_inside(exchange) && !names.is_empty() && said(exchange, Topic::Anonymous)
        // Vaadin and others put it into an answer of success.
        || case.status() == 200
            && !exchange.is_document()
            && text::has(exchange.body(), "\"sessionExpired\":true")
        || ended_on_the_way(case) && notice(exchange, Topic::SessionExpired)
        || case.status() == 200
            && exchange.is_document()
            && ((!names.is_empty() || taken_back(exchange).is_some())
                && titled(exchange, Topic::SessionExpired)
                || exchange.cookies().is_some_and(|sent| !sent.is_empty())
                    && notice(exchange, Topic::SignInAgain))
        || case.status() == 200 && exchange.body().starts_with("This session has been expired");
    let led = case.led_to(ENDS);
    // The very session that was sent is taken back.
    let ended = taken_back(exchange).filter(|_| matches!(case.status(), 401 | 403));
    let dummy = case.status() == 401
        && exchange
            .schemes()
            .iter()
            .any(|view| view.name() == "DummyBasic");
    let confidence = if case.status() == 440 || says_so {
        Confidence::Certain
    } else if dummy
        || case.status() == 419 && !exchange.is_write() && !names.is_empty()
        // Of the study portals of Zhengfang, and of no standard.
        || case.status() == 901 && !names.is_empty()
        || ended.is_some()
        || (turned.is_some() && !names.is_empty())
        || led
    {
        Confidence::Likely
    } else if case.status() == 401
        && !names.is_empty()
        && !exchange.address.is_hand_off()
        && !case.sent_token()
        && !case.sent_http_login()
        && !permission_denied::opens_others(case)
    {
        if is_page_auth(exchange) || said(exchange, Topic::Anonymous) {
            Confidence::Likely
        } else {
            Confidence::Possible
        }
    } else {
        return None;
    };
    let mut finding = Finding::about(FindingId::SessionExpired, confidence, exchange);
    if let Some(name) = names.first().copied().or(ended) {
        finding = finding
            .because(Evidence::of(EvidenceId::CookieSent).with(Arg::Name, name))
            .with(Arg::Name, name);
    }
    if led {
        finding = finding.because_led_to(&exchange.address);
    }
    if let Some((step, page)) = turned {
        finding = finding
            .because(Evidence::of(EvidenceId::SentToSignIn).with(Arg::Other, page.host()))
            .with(Arg::Host, step.address().host());
    }
    finding = finding.offer(if turned.is_some() {
        Offer::from(RemedyId::SignIn)
    } else {
        case.sign_in_offer()
    });
    Some(offer_old_sessions(case, finding, &names).offer(RemedyId::AskOwner))
}

/// Whether this tab showed the page, then a sign-in gave it a session, and now the page comes out of the cache.
fn is_old_view(case: &Case<'_>) -> bool {
    let exchange = case.exchange;
    let is_cached = exchange.is(200) && exchange.is_document() && exchange.is_from_cache();
    // Who reads a recording sees the page itself, and when it was asked for.
    if !is_cached || case.recorded().is_some() {
        return false;
    }
    let (mut saved, mut signed_in) = (false, false);
    for visit in case.earlier {
        let end = visit.end.as_ref().map(|hop| &hop.address);
        if end.is_some_and(|end| end.same_document(&exchange.address)) {
            (saved, signed_in) = (true, false);
        }
        let gives = |hop: &Hop| hop.sets.iter().any(|name| cookie::is_session_like(name));
        signed_in |= visit.sent_sign_in() && visit.steps().any(gives);
    }
    saved && signed_in && !exchange.address.is_sign_in()
}

/// Nobody is locked out, and who looks for the reason of what they see finds it.
fn old_view(case: &Case<'_>) -> Finding {
    let mut finding = Finding::about(FindingId::SessionExpired, Confidence::Likely, case.exchange)
        .with(Arg::Detail, "cached")
        .because(Evidence::of(EvidenceId::FromCache))
        .since(EvidenceId::SignInSent)
        .offer(RemedyId::Reload);
    finding.notice = true;
    finding
}

/// The cookie that was sent and that the answer takes back: a session by its name, or because no script may read it.
fn taken_back(exchange: &Exchange) -> Option<&str> {
    let sent = exchange.cookies()?;
    let is_back = |set: &&SetCookie| {
        let was_sent = sent.iter().any(|cookie| cookie.name == set.name);
        let is_session = set.http_only || cookie::is_session_like(&set.name);
        was_sent && is_session && set.deletes(exchange.time / 1000)
    };
    let back = exchange.set_cookies().iter().find(is_back)?;
    Some(&back.name)
}

/// The next rung, should a fresh sign-in not do it: the old session cookies, and nothing else of the site.
fn offer_old_sessions(case: &Case<'_>, finding: Finding, names: &[&str]) -> Finding {
    let old: Vec<JarCookie> = case
        .all_in_jar()
        .into_iter()
        .filter(|jar| names.contains(&jar.name.as_str()) && !cookie::is_keeper(&jar.name))
        .collect();
    if old.is_empty() {
        return finding;
    }
    let count = text::number(old.len());
    finding
        .with(Arg::Count, count)
        .offer(Offer::remove(RemedyId::RemoveCookies, old))
}

/// A session was sent in a step before, and the page that it led to is shown without one.
fn ended_on_the_way(case: &Case<'_>) -> bool {
    let sent = |hop: &Hop| hop.sessions.as_ref().is_some_and(|names| !names.is_empty());
    let left = || case.visit.is_some_and(|visit| visit.first.is_sign_out());
    !case.sent_session() && case.hops().any(sent) && !left()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, jar};
    use super::check;
    use crate::finding::Arg;
    use crate::finding::Confidence;
    use crate::finding::FindingId;
    use crate::remedy::RemedyId;

    #[test]
    fn hit_turned_away_with_a_session() {
        let scene = Scene::get("https://app.example/inbox")
            .cookie("sid", 12)
            .redirect("https://app.example/login")
            .cookie("sid", 12);
        let finding = scene
            .answer(200)
            .jar(vec![jar("sid", "app.example"), jar("lang", "app.example")])
            .check(check)
            .expect("expired");
        assert_eq!(
            finding
                .offers
                .iter()
                .map(|o| o.id.as_str())
                .collect::<Vec<_>>(),
            ["sign-in", "remove-cookies", "ask-owner"]
        );
        assert_eq!(finding.offers[1].cookies, [jar("sid", "app.example")]);
    }

    #[test]
    fn hit_401_with_a_session_and_no_challenge() {
        assert_eq!(
            Scene::fetch("https://app.example/api")
                .cookie("sid", 12)
                .answer(401)
                .check(check)
                .expect("expired")
                .confidence,
            Confidence::Likely
        );
    }

    #[test]
    fn hit_440() {
        assert!(
            Scene::post("https://app.example/ajax")
                .answer(440)
                .check(check)
                .is_some()
        );
    }

    #[test]
    fn hit_419_to_a_page_that_was_only_asked_for() {
        let answered = |scene: Scene| scene.cookie("sid", 40).answer(419).check(check);
        assert!(answered(Scene::get("https://app.example/inbox")).is_some());
        // To a form it is about the form's code.
        assert!(answered(Scene::post("https://app.example/inbox")).is_none());
    }

    #[test]
    fn hit_an_answer_of_success_with_a_refusal_in_it() {
        let told = |scene: Scene| {
            let body = "{\"result\":null,\"error\":{\"message\":\"Not authenticated\"}}";
            scene.answer(200).body(body).check(check).is_some()
        };
        assert!(told(
            Scene::fetch("https://nas.example/json").cookie("sid", 40)
        ));
        assert!(!told(Scene::fetch("https://nas.example/json").looked()));
    }

    #[test]
    fn near_miss_turned_away_without_a_session() {
        let scene = Scene::get("https://app.example/inbox")
            .cookie("lang", 7)
            .redirect("https://app.example/login")
            .cookie("lang", 7);
        assert!(scene.answer(200).check(check).is_none());
    }

    #[test]
    fn near_miss_basic_is_only_possible() {
        let scene = Scene::get("https://app.example/")
            .cookie("sid", 12)
            .answer(401)
            .www("Basic realm=\"x\"");
        assert_eq!(
            scene.check(check).expect("possible").confidence,
            Confidence::Possible
        );
    }

    #[test]
    fn no_alarm_for_a_sign_out() {
        let scene = Scene::get("https://app.example/logout")
            .cookie("sid", 12)
            .redirect("https://app.example/login")
            .cookie("sid", 12);
        assert!(scene.answer(200).check(check).is_none());
    }

    #[test]
    fn hit_led_to_the_page_for_it() {
        let scene = Scene::get("https://app.example/inbox")
            .looked()
            .redirect("https://app.example/session-expired.html")
            .answer(200);
        assert_eq!(scene.diagnose()[0].id, FindingId::SessionExpired);
    }

    #[test]
    fn near_miss_the_way_back_from_a_service_is_no_session() {
        let scene = Scene::get("https://app.example/callback?code=a&state=b").cookie("sid", 20);
        assert!(scene.answer(401).check(check).is_none());
    }

    #[test]
    fn hit_the_very_session_that_was_sent_is_taken_back() {
        let scene = || Scene::fetch("https://router.example/api/status").cookie("sysauth", 12);
        let deletes = "expires=Thu, 01 Jan 1970 01:00:00 GMT; path=/";
        let gone = scene().answer(403).set_cookie("sysauth", deletes);
        assert_eq!(
            gone.check(check).expect("taken back").confidence,
            Confidence::Likely
        );
        let renewed = scene().answer(403).set_cookie("sysauth", "path=/");
        assert!(renewed.check(check).is_none());
        let other = scene().answer(403).set_cookie("flash", deletes);
        assert!(other.check(check).is_none());
    }

    #[test]
    fn hit_a_page_that_is_but_a_notice_in_any_language() {
        let page = |body: &str| {
            let scene = Scene::get("https://gw.example/plan").cookie("CBSESSID", 12);
            scene.answer(200).body(body).check(check).is_some()
        };
        assert!(page(
            "<title>エラー</title><p>セッションがタイムアウトしました。もう一度ログインしてください。</p>"
        ));
        assert!(page(
            "<p>Ihre Sitzung ist abgelaufen. Bitte erneut anmelden.</p>"
        ));
        // A page about it says more, or asks nobody to sign in.
        assert!(!page(
            "<p>Your session of training has ended. See you again!</p>"
        ));
        let long = format!(
            "<p>{}</p><p>Your session has expired, log in again</p>",
            "word ".repeat(100)
        );
        assert!(!page(&long));
        assert!(!page(
            "<title>Why do I always read «your session has expired» here? - Forum</title>"
        ));
    }

    #[test]
    fn hit_a_session_that_was_ended_on_the_way_to_a_notice() {
        let led = |first: &str, body: &str| {
            let scene = Scene::get(first).cookie("MRHSession", 20);
            let scene = scene
                .redirect("https://apps.example/my.page.php3?errorcode=19")
                .looked();
            scene.answer(200).body(body).check(check).is_some()
        };
        let notice = "<title>Portal</title>Your session could not be found or has expired. The session reference number: 1a2b";
        assert!(led("https://apps.example/portal/", notice));
        assert!(!led("https://apps.example/logout", notice));
        assert!(!led(
            "https://apps.example/portal/",
            "<title>Portal</title>Welcome."
        ));
    }

    #[test]
    fn hit_a_fault_that_says_that_the_pass_ran_out() {
        let soap = |session: bool| {
            let scene = Scene::fetch("https://mail.example/service/soap").looked();
            let scene = if session {
                scene.cookie("ZM_AUTH_TOKEN", 20)
            } else {
                scene
            };
            let scene = scene.with(|exchange| "POST".clone_into(&mut exchange.method));
            let body = "{\"Reason\":{\"Text\":\"auth credentials have expired\"}}";
            scene.answer(500).body(body).check(check).is_some()
        };
        assert!(soap(true));
        assert!(!soap(false));
    }

    #[test]
    fn hit_a_page_that_was_saved_before_the_sign_in() {
        let seen = |session: bool, cached: bool| {
            let mut scene = Scene::get("https://app.example/home")
                .looked()
                .answer(200)
                .then_post("https://app.example/login")
                .looked();
            if session {
                scene = scene.set_cookie("sid", "Path=/");
            }
            let scene = scene
                .redirect("https://app.example/inbox")
                .cookie("sid", 12)
                .answer(200)
                .then_get("https://app.example/home");
            let scene = match cached {
                true => scene.answer(200).out_of_cache(),
                false => scene.cookie("sid", 12).answer(200),
            };
            scene.diagnose()
        };
        let found = seen(true, true);
        assert!(found[0].notice && found[0].args.get(Arg::Detail) == "cached");
        assert_eq!(found[0].offers[0].id, RemedyId::Reload);
        assert_eq!(seen(true, false), []);
        assert_eq!(seen(false, true), []);
    }
}
