//! form-expired: the form or its one-time code (CSRF token) is too old.
//!
//! # What it detects
//! A form was sent whose safety code no longer belongs to the session: the page waited too long, or another tab renewed
//! it.
//! # How we tell
//! 419 (Laravel); or a refused write (400, 403, 408, 412, 422) where the cookie that the form's page had is gone, a
//! session came up since that the form's page did not have (a sign-in renews the code), or the sign-in form was open
//! too long; in recordings, the words of the body; or the refusal brings a new code's cookie along and no other, or a
//! new session of a kind that is given with its first page alone (`JSESSIONID`, `PHPSESSID`).
//! `X-CSRF-Token: Required` (SAP), `X-XSRF-TOKEN: Required` (Camunda). An empty 400 to a form with such a code's
//! cookie, as ASP.NET Core answers, makes it possible.
//! # False positives
//! A 403 or 422 to a form has many reasons (permission, a field left empty): without the evidence of the cookie nothing
//! is said.
//! # References
//! Laravel PreventRequestForgery, Rails InvalidAuthenticityToken (422), Django CSRF (403), Nextcloud (412), Tomcat
//! FormAuthenticator (408).

use crate::case::Case;
use crate::cookie::{self, SetCookie};
use crate::exchange::Exchange;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::{Hop, Page};
use crate::remedy::{Offer, RemedyId};
use crate::rules::duplicate_cookies;
use crate::rules::said::{READS, Topic, fails_inside, notice, said};
use crate::text;

/// A refused form is put down to its age only past this.
const OLD_MINUTES: i64 = 20;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let status = case.status();
    // Some interfaces want the code even to be asked.
    let asks = matches!(status, 401 | 403) && wants_code(exchange) && said(exchange, Topic::Form);
    // The form led on to a page that says so.
    let led = case.visit.is_some_and(|visit| visit.method == "POST")
        && !exchange.is_write()
        && notice(exchange, Topic::FormAgain);
    if !exchange.is_write() && !asks && !led {
        return None;
    }
    let asked = exchange.field("x-csrf-token").is_some();
    let says_so = asked
        || (matches!(status, 400 | 401 | 403 | 408 | 410 | 412 | 419 | 422 | 500)
            || fails_inside(exchange))
            && said(exchange, Topic::Form)
        // A page that is no link for one use speaks of the link that the form was.
        || status == 403
            && !exchange.address.acts_when_opened()
            && said(exchange, Topic::Link)
            && !said(exchange, Topic::SignInLink)
        || led
        || notice(exchange, Topic::FormAgain);
    let gone = gone_cookie(case);
    let since = session_since(case);
    let has_csrf_cookie = exchange
        .cookies()
        .unwrap_or_default()
        .iter()
        .any(|c| cookie::is_csrf_like(&c.name));
    let age = case
        .page
        .map(|page| (exchange.time - page.shown) / 60_000)
        .unwrap_or(0);
    // ASP.NET Core says no more than that.
    let empty = status == 400 && exchange.field("content-length") == Some("0");
    // A code that belongs to the one of two sessions is not too old.
    let twins = status == 419 && duplicate_cookies::check(case).is_some();
    let confidence = match status {
        419 if twins => Confidence::Possible,
        419 => Confidence::Certain,
        _ if says_so => Confidence::Certain,
        400 if gone.is_some() && exchange.is_document() => Confidence::Likely,
        403 | 412 | 422 if gone.is_some() && !case.sent_token() => Confidence::Likely,
        403 if has_csrf_cookie && since.is_some() => Confidence::Likely,
        400 | 403 if !case.sent_token() && renews(exchange) => Confidence::Likely,
        403 if exchange.is_document() && starts_session(case) => Confidence::Likely,
        // Who is signed in already sends an old sign-in form.
        403 if READS
            && has_csrf_cookie
            && exchange.is_document()
            && exchange.address.is_sign_in()
            && case.sent_session() =>
        {
            Confidence::Likely
        }
        // Browsers send no expectation that could fail (RFC 9110 §10.1.1): so Umbraco refuses a code.
        417 if has_csrf_cookie => Confidence::Likely,
        408 if exchange.address.path().ends_with("/j_security_check") => Confidence::Likely,
        412 | 422 if exchange.is_document() && has_csrf_cookie && age >= OLD_MINUTES => {
            Confidence::Likely
        }
        400 | 403 if has_csrf_cookie && (age >= OLD_MINUTES || !case.sent_session() || empty) => {
            Confidence::Possible
        }
        _ => return None,
    };
    let mut finding = Finding::about(FindingId::FormExpired, confidence, exchange)
        .because(Evidence::of(EvidenceId::FormSent).with(Arg::Detail, exchange.method.clone()));
    if let Some(name) = gone {
        finding = finding.because(Evidence::of(EvidenceId::FormCookieGone).with(Arg::Name, name));
    }
    if let Some(name) = since {
        finding = finding.because(Evidence::of(EvidenceId::SessionSinceForm).with(Arg::Name, name));
    }
    if age > 0 {
        finding =
            finding.because(Evidence::of(EvidenceId::FormAge).with(Arg::Count, text::number(age)));
    }
    let form = form_page(case).map_or(&exchange.address, |page| &page.address);
    // Nobody wants a sign-in form for itself, and the person may be signed in by now: the wanted page shows a new one if not.
    let fresh = if form.is_sign_in() {
        Offer::from(RemedyId::StartOver)
    } else {
        Offer::open(RemedyId::StartOver, form.kept())
    };
    Some(finding.offer(fresh).offer(RemedyId::AskOwner))
}

/// In a recording: whether a request that is no form may need a code: a script's, or a link that has one.
fn wants_code(exchange: &Exchange) -> bool {
    let is_code = |name: &str| text::has(name, "csrf");
    READS && (!exchange.is_document() || exchange.address.parameters().any(is_code))
}

/// Whether the refusal gives a new session in the place of the one that was sent. Those that give one with its first page
/// alone, and not with each, do not know the old one any more.
fn starts_session(case: &Case<'_>) -> bool {
    let exchange = case.exchange;
    let sent = exchange.session_cookies();
    // One that was set anew before, to somebody who had a session, is set with each answer.
    let each_time = |hop: &Hop, name: &String| {
        hop.sessions.as_ref().is_some_and(|had| !had.is_empty()) && hop.sets.contains(name)
    };
    let new = |set: &SetCookie| {
        matches!(set.name.as_str(), "JSESSIONID" | "PHPSESSID")
            && sent.contains(&set.name.as_str())
            && !set.deletes(exchange.time / 1000)
            && !case
                .same_try()
                .any(|visit| visit.steps().any(|hop| each_time(hop, &set.name)))
    };
    !exchange.address.is_sign_in() && exchange.set_cookies().iter().any(new)
}

/// Whether the refusal brings along a new code, and nothing else: a session is set anew with each answer by many.
fn renews(exchange: &Exchange) -> bool {
    let sets = exchange.set_cookies();
    let is_code =
        |set: &SetCookie| cookie::is_csrf_like(&set.name) && !set.deletes(exchange.time / 1000);
    !sets.is_empty() && sets.iter().all(is_code)
}

/// The page that the form stood on: only one of the same site counts.
fn form_page<'a>(case: &Case<'a>) -> Option<&'a Page> {
    case.page
        .filter(|page| page.address.same_site(&case.exchange.address))
}

/// A session or CSRF cookie that the form's page had and the sent form did not.
/// A cookie that the form's page had and that was not sent with the form.
fn gone_cookie<'a>(case: &Case<'a>) -> Option<&'a str> {
    let sent = case.exchange.cookies()?;
    let page = own_page(case)?;
    page.cookies
        .iter()
        .map(String::as_str)
        .find(|name| sent.iter().all(|cookie| cookie.name != **name))
}

/// A session that was sent with the form and that the form's page did not have: another tab signed in since.
fn session_since<'a>(case: &Case<'a>) -> Option<&'a str> {
    let page = own_page(case)?;
    case.sessions()?
        .into_iter()
        .find(|name| page.cookies.iter().all(|had| had != name))
}

/// The form's page, if it is on the host that the form was sent to: other hosts have other cookies.
fn own_page<'a>(case: &Case<'a>) -> Option<&'a Page> {
    form_page(case).filter(|page| page.address.host() == case.exchange.address.host())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::event::Browser;
    use crate::finding::Confidence;

    #[test]
    fn hit_419() {
        let finding = Scene::post("https://shop.example/review")
            .form_on("https://shop.example/socks", &["s"])
            .answer(419)
            .check(check);
        let finding = finding.expect("419");
        assert_eq!(finding.offers[0].id.as_str(), "start-over");
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("https://shop.example/socks")
        );
    }

    #[test]
    fn hit_422_when_the_forms_cookie_is_gone() {
        let scene = Scene::post("https://app.example/posts")
            .form_on("https://app.example/posts/new", &["_app_session"])
            .cookie("theme", 8);
        assert!(scene.answer(422).check(check).is_some());
    }

    #[test]
    fn hit_403_when_another_tab_signed_in_since() {
        let finding = Scene::post("https://app.example/accounts/login/")
            .form_on("https://app.example/accounts/login/", &["csrftoken"])
            .cookie("csrftoken", 32)
            .cookie("sessionid", 32)
            .answer(403)
            .check(check);
        let finding = finding.expect("a code from before the sign-in");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert!(
            finding
                .evidence
                .iter()
                .any(|fact| fact.id.as_str() == "session-since-form")
        );
        assert_eq!(finding.offers[0].id.as_str(), "start-over");
        assert_eq!(finding.offers[0].url, None, "the wanted page");
    }

    #[test]
    fn near_miss_403_where_the_form_had_the_same_session() {
        let scene = Scene::post("https://app.example/delete")
            .form_on("https://app.example/item", &["csrftoken", "sessionid"])
            .cookie("csrftoken", 32)
            .cookie("sessionid", 32);
        assert!(scene.answer(403).check(check).is_none());
    }

    #[test]
    fn near_miss_422_for_a_field_left_empty() {
        let scene = Scene::post("https://app.example/posts")
            .form_on("https://app.example/posts/new", &["_app_session"]);
        assert!(
            scene
                .cookie("_app_session", 40)
                .answer(422)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_form_that_went_through() {
        assert!(
            Scene::post("https://app.example/posts")
                .answer(200)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn near_miss_403_to_a_get() {
        assert!(
            Scene::get("https://app.example/admin")
                .answer(403)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn hit_the_server_asks_for_the_code() {
        let scene = Scene::post("https://s4.example/sap/opu/odata/x").cookie("SAP_SESSIONID_A", 40);
        let asked = scene.answer(403).field("x-csrf-token", "Required");
        assert_eq!(
            asked.check(check).expect("hit").confidence,
            Confidence::Certain
        );
    }

    #[test]
    fn hit_the_form_led_to_a_page_that_says_so() {
        let says = |scene: Scene| {
            let scene = scene.redirect("https://tree.example/fact/1").answer(200);
            let scene = scene.body("<p>This form has expired. Try again.</p>");
            scene.check(check).is_some()
        };
        assert!(says(Scene::post("https://tree.example/fact/1")));
        assert!(!says(Scene::get("https://tree.example/old/1")));
    }

    #[test]
    fn hit_an_old_sign_in_form_is_sent_by_who_is_signed_in() {
        let refused = |path: &str, session: &str| {
            let scene = Scene::post(&format!("https://parts.example{path}"));
            let scene = scene.cookie("csrftoken", 32).cookie(session, 32);
            let found = scene.answer(403).check(check);
            found.is_some_and(|it| it.confidence == Confidence::Likely)
        };
        assert!(refused("/accounts/login/", "sessionid"));
        assert!(!refused("/accounts/login/", "lang"));
        assert!(!refused("/parts/7/delete/", "sessionid"));
    }

    #[test]
    fn hit_an_empty_400_is_possible() {
        let scene =
            Scene::post("https://app.example/orders").cookie(".AspNetCore.Antiforgery.x", 40);
        let empty = scene.answer(400).field("content-length", "0");
        assert_eq!(
            empty.check(check).expect("hit").confidence,
            Confidence::Possible
        );
    }

    #[test]
    fn hit_the_refusal_gives_a_new_session() {
        let sent = |name: &str, path: &str| {
            Scene::post(&format!("https://shop.example{path}"))
                .cookie(name, 12)
                .answer(403)
                .set_cookie(name, "Path=/; HttpOnly")
                .check(check)
        };
        let finding = sent("JSESSIONID", "/cart/add").expect("a new one");
        assert_eq!(finding.confidence, Confidence::Likely);
        let each_time = Scene::get("https://shop.example/cart")
            .cookie("PHPSESSID", 12)
            .set_cookie("PHPSESSID", "Path=/")
            .answer(200)
            .then_post("https://shop.example/cart/add")
            .cookie("PHPSESSID", 12)
            .set_cookie("PHPSESSID", "Path=/")
            .answer(403);
        assert!(each_time.check(check).is_none());
        // Frameworks that set theirs with each answer say nothing by it.
        assert!(sent("laravel_session", "/cart/add").is_none());
        assert!(sent("JSESSIONID", "/login").is_none());
    }

    #[test]
    fn hit_an_interface_that_looks_at_the_code_before_the_password() {
        let findings = Scene::fetch("https://backup.example/api/v1/tasks")
            .on(Browser::Recording)
            .authorization("Basic")
            .answer(401)
            .body("Invalid or missing CSRF token.")
            .diagnose();
        assert_eq!(findings[0].id.as_str(), "form-expired");
    }

    #[test]
    fn hit_the_words_of_many_languages_and_statuses() {
        let form = |status, body: &str| {
            let scene = Scene::post("https://app.example/settings").cookie("sid", 12);
            scene.answer(status).body(body).check(check).is_some()
        };
        assert!(form(
            403,
            "<p>Der Link, dem du gefolgt bist, ist abgelaufen.</p>"
        ));
        assert!(form(500, "jakarta.faces.application.ViewExpiredException"));
        assert!(form(410, "<h1>Page Expired</h1>"));
        assert!(form(
            200,
            "<p>O formulário enviado é inválido. Tente enviá-lo novamente.</p>"
        ));
        assert!(!form(500, "NullPointerException"));
        assert!(!form(200, "<p>The form is invalid: a name is missing.</p>"));
        assert!(!form(200, "{\"csrfToken\":\"abc\"}"));
    }
}
