//! secure-cookie-on-http: a Secure cookie set on http, or one that blocks an overwrite from http.
//!
//! # What it detects
//! A sign-in by plain http whose cookie the browser does not keep: it is marked Secure, or an older Secure one of the
//! same name, from the https address, stands in its place.
//! # How we tell
//! A sign-in was tried by plain http, its answer set such a cookie, and the page that missed the sign-in was asked for
//! without it. The jar confirms it: the cookie is not there, or the older one is. In recordings, a page that says so,
//! and as a page of sign-in one of any name whose form led to a page that led back to it; also what a script sent and
//! was refused, where the page had just set such a cookie. Where a sign-in form was taken over http and nothing was set
//! at all, the server most likely kept its Secure cookie back.
//! # False positives
//! A cookie that the next request carried was kept, whatever its attributes: loopback addresses count as secure. Before
//! anybody tried to sign in nothing is said: another cookie may be the one that counts.
//! # References
//! RFC 6265bis §5.7, steps 14 and 16 ("leave Secure cookies alone").

use crate::case::{Case, READS, SAME_TRY, Turned};
use crate::cookie::Refusal;
use crate::event::JarCookie;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::rules::said::{Topic, said};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    if case.exchange.address.is_plain_http() && said(case.exchange, Topic::CookieNeedsHttps) {
        let here = &case.exchange.address;
        return Some(
            Finding::about(
                FindingId::SecureCookieOnHttp,
                Confidence::Likely,
                case.exchange,
            )
            .since(EvidenceId::PlainHttp)
            .because(Evidence::of(EvidenceId::ServerReason).with(Arg::Detail, "https is needed"))
            .with(Arg::Host, here.host())
            .offer(Offer::open(RemedyId::OpenHttps, here.secured().kept()))
            .offer(RemedyId::AskOwner),
        );
    }
    let sent_back = || case.sent_back().map(|(_, wanted)| Turned::Hop(wanted));
    let (step, tried) = match case.missed() {
        Some(step) => (step, case.tried_sign_in() || READS && was_written(case)),
        None if READS => {
            let step = sent_back().or_else(|| case.form_without_cookies());
            let step = step.or_else(|| case.asked_as_nobody());
            let step = step.or_else(|| refused_call(case));
            (step.or_else(|| says_it_got_none(case))?, true)
        }
        None => return None,
    };
    let here = step.address();
    if !here.is_plain_http() || !tried {
        return None;
    }
    let jar = case.jar.unwrap_or_default();
    if let Some(finding) = withheld(case, step) {
        return Some(finding);
    }
    let (entry, leftover) = case
        .set_lately()
        .filter(|entry| {
            entry.setter.host() == here.host()
                && entry.setter.is_plain_http()
                && step.lacks(&entry.name)
        })
        .find_map(|entry| {
            let leftover: Vec<JarCookie> = entry.held_by(jar).cloned().collect();
            let known = entry.predicted == Some(Refusal::SecureOnHttp)
                || (entry.predicted.is_none() && !leftover.is_empty());
            known.then_some((entry, leftover))
        })?;
    let confidence = if entry.kept == Some(false) {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let name = entry.name.as_str();
    let finding = Finding::about(FindingId::SecureCookieOnHttp, confidence, case.exchange)
        .since(EvidenceId::PlainHttp)
        .because(
            Evidence::of(EvidenceId::CookieRule)
                .with(Arg::Name, name)
                .with(Arg::Detail, Refusal::SecureOnHttp.rule()),
        )
        .because(Evidence::of(EvidenceId::CookieNotReturned).with(Arg::Name, name))
        .with(Arg::Host, here.host())
        .with(Arg::Name, name);
    let finding = if entry.predicted.is_some() {
        let wanted = case
            .wanted
            .filter(|wanted| wanted.same_origin(here) && !wanted.is_sign_in())
            .unwrap_or(here);
        let known = case
            .hosts
            .ledger
            .latest()
            .map(|entry| &entry.setter)
            .find(|setter| setter.host() == here.host() && setter.is_https());
        let secure = match known {
            Some(setter) => wanted.moved_to(setter),
            None => wanted.secured(),
        };
        finding.offer(Offer::open(RemedyId::OpenHttps, secure.kept()))
    } else {
        finding
            .with(Arg::Count, text::number(leftover.len()))
            .offer(Offer::remove(RemedyId::RemoveCookies, leftover))
    };
    Some(finding.offer(RemedyId::AskOwner))
}

/// What a page's script sent and was refused: for want of the cookie that the page had just set, if it lacks one.
fn refused_call<'a>(case: &Case<'a>) -> Option<Turned<'a>> {
    let exchange = case.exchange;
    let signed_in = || case.set_lately().any(|entry| entry.by_sign_in);
    let refused = matches!(case.status(), 400 | 403 | 419) && (exchange.is_write() || signed_in());
    (refused && !exchange.is_document()).then_some(Turned::Exchange(exchange))
}

/// In a recording: whether a script sent something to this host in the same try, as some sign in.
fn was_written(case: &Case<'_>) -> bool {
    let exchange = case.exchange;
    let written = case.recorded().and_then(|it| it.write.as_ref());
    written.is_some_and(|(host, time)| {
        host == exchange.address.host() && exchange.time - time < SAME_TRY
    })
}

/// A page that says that it got no cookie, and got none.
fn says_it_got_none<'a>(case: &Case<'a>) -> Option<Turned<'a>> {
    let exchange = case.exchange;
    let says = exchange.is_document() && case.status() >= 400 && said(exchange, Topic::CookiesOff);
    Some(Turned::Exchange(exchange)).filter(|step| says && step.sent_nothing())
}

/// A sign-in over http was taken, and no answer set any cookie: servers that mark theirs Secure do not even send it then
/// (`cookie.secure` of express-session).
fn withheld(case: &Case<'_>, step: Turned<'_>) -> Option<Finding> {
    let form = case.sign_in()?.hops.first()?;
    let to = form.to.as_ref()?;
    let here = step.address();
    if to.is_sign_in()
        || !to.same_origin(here)
        || step.sessions().is_none_or(|sent| !sent.is_empty())
        || !form.sets.is_empty()
    {
        return None;
    }
    let mut finding = Finding::about(
        FindingId::SecureCookieOnHttp,
        Confidence::Likely,
        case.exchange,
    )
    .since(EvidenceId::PlainHttp)
    .since(EvidenceId::SignInSent)
    .since(EvidenceId::NoSessionCookieSent)
    .with(Arg::Host, here.host());
    // A port of its own speaks http as it seems, and where https is nobody knows.
    if here.port().is_none() {
        finding = finding.offer(Offer::open(RemedyId::OpenHttps, here.secured().kept()));
    }
    Some(finding.offer(RemedyId::AskOwner))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene, jar};
    use super::check;
    use crate::event::{JarCookie, ResourceType};
    use crate::finding::Confidence;

    /// Signed in by http; the answer set `sid` with these attributes, and the wanted page was asked for with `sent`.
    fn signed_in(attributes: &str, sent: &[&str]) -> Scene {
        let scene = Scene::get("http://app.test/inbox")
            .looked()
            .redirect("http://app.test/login")
            .looked()
            .answer(200)
            .then_post("http://app.test/login")
            .looked()
            .set_cookie("sid", attributes)
            .redirect("http://app.test/inbox")
            .looked();
        let scene = sent
            .iter()
            .fold(scene, |scene, name| scene.cookie(name, 12));
        scene
            .redirect("http://app.test/login")
            .looked()
            .answer(200)
            .wanted("http://app.test/inbox")
    }

    fn secure() -> JarCookie {
        JarCookie {
            secure: true,
            ..jar("sid", "app.test")
        }
    }

    #[test]
    fn hit_a_secure_cookie_by_http() {
        let finding = signed_in("Path=/; Secure; HttpOnly", &[])
            .check(check)
            .expect("refused");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("https://app.test/inbox")
        );
        let finding = signed_in("Path=/; Secure; HttpOnly", &[])
            .jar(vec![jar("prefs", "app.test")])
            .check(check)
            .expect("not in the jar");
        assert_eq!(finding.confidence, Confidence::Certain);
    }

    #[test]
    fn hit_a_script_signed_in() {
        let turned = |wrote: Option<&str>| {
            let scene = Scene::fetch("http://app.test/api/auth/login").looked();
            let scene = scene.set_cookie("auth-token", "Path=/; Secure").answer(200);
            let scene = scene.then_get("http://app.test/").looked();
            let scene = scene.recorded(|it| it.write = wrote.map(|host| (host.to_owned(), NOW)));
            let scene = scene.redirect("http://app.test/login").looked().answer(200);
            scene.check(check).is_some()
        };
        assert!(turned(Some("app.test")));
        assert!(!turned(Some("other.test")));
        assert!(!turned(None));
    }

    #[test]
    fn hit_an_older_secure_cookie_stands_in_the_way() {
        let finding = signed_in("Path=/; HttpOnly", &[])
            .jar(vec![secure(), jar("prefs", "app.test")])
            .check(check)
            .expect("held");
        assert_eq!(finding.confidence, Confidence::Certain);
        assert_eq!(finding.offers[0].cookies, [secure()]);
    }

    /// A form on a page of any name leads to another page, which leads back to it.
    fn sent_back(scheme: &str, attributes: &str, sent: &[&str]) -> Scene {
        let at = |path: &str| format!("{scheme}://box.test{path}");
        let scene = Scene::get(&at("/start.lua"))
            .looked()
            .answer(200)
            .then_post(&at("/start.lua"))
            .looked()
            .set_cookie("SessionID", attributes)
            .redirect(&at("/index.lua"))
            .looked();
        let scene = sent
            .iter()
            .fold(scene, |scene, name| scene.cookie(name, 12));
        let scene = scene.redirect(&at("/start.lua")).looked().answer(200);
        scene.recorded(|_| {})
    }

    #[test]
    fn hit_a_form_of_any_name_that_is_led_back_to() {
        let findings = sent_back("http", "Path=/; HttpOnly; Secure", &[]).diagnose();
        assert_eq!(findings[0].id.as_str(), "secure-cookie-on-http");
        assert_eq!(findings[0].confidence, Confidence::Likely);
    }

    #[test]
    fn near_miss_a_form_that_is_led_back_to_for_another_reason() {
        let scene = sent_back("http", "Path=/; HttpOnly", &[]);
        assert!(scene.check(check).is_none());
        let scene = sent_back("https", "Path=/; Secure", &[]);
        assert!(scene.check(check).is_none());
        let scene = sent_back("http", "Path=/; Secure", &["SessionID"]);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_the_cookie_is_not_secure() {
        let scene = signed_in("Path=/; HttpOnly", &[]);
        assert!(scene.jar(vec![]).check(check).is_none());
    }

    #[test]
    fn near_miss_the_cookie_came_along_all_the_same() {
        let scene = signed_in("Path=/; Secure", &["sid"]);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_before_anybody_signed_in() {
        let scene = Scene::get("http://app.test/inbox")
            .looked()
            .set_cookie("sid", "Path=/; Secure")
            .redirect("http://app.test/login")
            .looked()
            .answer(200);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_by_https() {
        let scene = Scene::post("https://app.test/login")
            .looked()
            .set_cookie("sid", "Path=/; Secure")
            .redirect("https://app.test/inbox")
            .looked()
            .redirect("https://app.test/login")
            .looked()
            .answer(200);
        assert!(scene.jar(vec![]).check(check).is_none());
    }

    /// A sign-in form sent over this scheme, taken without a cookie, and the wanted page turns away again.
    fn taken_without_a_cookie(scheme: &str, leads_to: &str) -> Scene {
        let at = |path: &str| format!("{scheme}://nas.test{path}");
        Scene::get(&at("/login"))
            .looked()
            .answer(200)
            .then_post(&at("/login"))
            .looked()
            .redirect(&at(leads_to))
            .looked()
            .redirect(&at("/login"))
            .looked()
            .answer(200)
    }

    #[test]
    fn hit_a_server_that_keeps_its_secure_cookie_back() {
        let findings = taken_without_a_cookie("http", "/").diagnose();
        assert_eq!(findings[0].id.as_str(), "secure-cookie-on-http");
        assert_eq!(
            findings[0].offers[0].url.as_deref(),
            Some("https://nas.test/")
        );
    }

    #[test]
    fn near_miss_the_form_was_not_taken_or_https_is_used() {
        let again = taken_without_a_cookie("http", "/login?error=1");
        assert!(again.check(check).is_none());
        assert!(taken_without_a_cookie("https", "/").check(check).is_none());
    }

    #[test]
    fn a_port_of_its_own_leaves_only_the_owner() {
        let at = |path: &str| format!("http://nas.test:3000{path}");
        let finding = Scene::post(&at("/login"))
            .looked()
            .redirect(&at("/"))
            .cookie("prefs", 4)
            .redirect(&at("/login"))
            .looked()
            .answer(200)
            .check(check)
            .expect("kept back");
        assert_eq!(finding.offers[0].id.as_str(), "ask-owner");
    }

    #[test]
    fn hit_a_form_that_went_out_without_its_secure_cookie_was_refused() {
        let form = |scheme: &str, status: u16, cookie: bool| {
            let url = format!("{scheme}://app.test/login");
            let scene = Scene::get(&url)
                .looked()
                .set_cookie("_app_session", "Path=/; Secure; HttpOnly")
                .answer(200)
                .then_post(&url)
                .looked();
            let scene = if cookie {
                scene.cookie("_app_session", 12)
            } else {
                scene
            };
            scene.answer(status).check(check).is_some()
        };
        assert!(form("http", 422, false));
        assert!(!form("https", 422, false));
        assert!(!form("http", 200, false));
        assert!(!form("http", 422, true));
    }

    #[test]
    fn hit_a_call_of_a_page_that_lacks_the_cookie_of_that_page() {
        let call = |scheme: &str| {
            let at = |path: &str| format!("{scheme}://app.test{path}");
            let scene = Scene::get(&at("/")).cookie("sid", 40);
            let scene = scene.set_cookie("XSRF-TOKEN", "Path=/; Secure").answer(200);
            let call = scene.then_post(&at("/api/notebooks")).cookie("sid", 40);
            let call = call.with(|it| it.resource_type = ResourceType::XmlHttpRequest);
            call.answer(403).check(check).is_some()
        };
        assert!(call("http"));
        assert!(!call("https"));
    }
}
