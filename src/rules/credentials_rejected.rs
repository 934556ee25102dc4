//! credentials-rejected: the name or password just sent was refused.
//!
//! # What it detects
//! A wrong or old password, typed or filled in by the browser; or the one-time code of a second factor.
//! # How we tell
//! Basic or Digest credentials were sent and answered 401; or the browser had to ask twice for one page; or a form sent
//! to a sign-in address was answered 401, 403 or 422, brought the form back without any new session, or led to a
//! sign-in page whose address says that it failed; in recordings, the words of the body, also to what a field like
//! `X-Cybozu-Authorization` carried. A code is told from a password by the address that it was sent to, or by the
//! words.
//! # False positives
//! A stale Digest nonce is a step, not a refusal. A form that leads on to a page for a second factor was accepted.
//! # References
//! RFC 9110 §15.5.2, RFC 7616 §3.3, RFC 7617 §2; RFC 6238 §5.2 (a code holds for 30 seconds by the clock).

use crate::address::Address;
use crate::case::Case;
use crate::exchange::End;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Visit;
use crate::remedy::{Offer, RemedyId};
use crate::rules::said::{READS, Topic, fails_inside, field_says, said};
use crate::rules::{body_says, change_password_page};
use crate::text;

/// What interfaces call that, at the end of a path.
const ISSUERS: &[&str] = &["authentication", "session", "sessions", "token", "tokens"];

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    by_http(case)
        .or_else(|| by_message(case))
        .or_else(|| by_code(case))
        .or_else(|| by_form(case))
        .or_else(|| by_form_again(case))
        .or_else(|| by_word(case))
}

/// The browser's own sign-in.
fn by_http(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let asked_twice = exchange.prompts > 1;
    let sent = case.sent_scheme(&["basic", "digest"]);
    let known = case.host.http_login.is_some() && exchange.prompts > 0;
    let answerable = exchange.answerable().is_some();
    // A password that a page sent by itself was looked at, where nothing else is asked for (Atlassian says so).
    let in_field = case.sent_key() && !case.sent_token() && said(exchange, Topic::WrongPassword);
    let sent = sent || in_field;
    let looked_at = sent
        && (exchange.challenges().is_empty()
            || exchange.field("x-seraph-loginreason") == Some("AUTHENTICATED_FAILED"));
    if case.status() != 401
        || !(asked_twice || sent || known)
        || !(answerable || looked_at)
        // The password was right, and a code beside it was not.
        || said(exchange, Topic::Form)
    {
        return None;
    }
    // A prompt that comes back in another load can also come from loading the page again while it stood open.
    let confidence = if sent || (asked_twice && exchange.answered.is_none()) {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let mut finding = Finding::about(FindingId::CredentialsRejected, confidence, exchange)
        .because(case.credentials_evidence());
    if asked_twice {
        finding = finding.since(EvidenceId::PromptRepeated);
    }
    if let Some(challenge) = case.challenge_evidence() {
        finding = finding.because(challenge);
    }
    Some(
        finding
            .offer(RemedyId::RetypePassword)
            .offer(RemedyId::AskOwner),
    )
}

/// A form (or a script) that sent a name and password and was refused by status.
fn by_form(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let refused = match case.status() {
        401 => true,
        403 | 422 | 400 => {
            body_says(exchange, &["password", "invalid", "incorrect"])
                && !said(exchange, Topic::Form)
                && !said(exchange, Topic::Locked)
                && !said(exchange, Topic::HandOff)
        }
        _ => false,
    };
    // Many a form is answered by itself with 200 and a word about the password.
    let says_so = said(exchange, Topic::WrongPassword)
        && (matches!(case.status(), 400 | 401 | 403 | 422)
            // Some gates have statuses of their own for it.
            || case.status() >= 500 && exchange.address.is_sign_in()
            || fails_inside(exchange)
            || exchange.address.is_sign_in() && case.status() == 200)
        || exchange.is(200) && field_says(exchange, Topic::WrongPassword);
    if !exchange.is_write()
        || !(says_so || (refused && exchange.address.is_sign_in()) || issues(case))
        // Where sessions are given out, a key that stands for the app itself goes along.
        || case.sent_token() && !(says_so && exchange.address.is_named(ISSUERS))
        || exchange.address.is_hand_off()
    {
        return None;
    }
    let confidence = if says_so {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    Some(form_finding(case, confidence))
}

/// A name and password, sent to where an interface gives out sessions, by somebody who has none.
fn issues(case: &Case<'_>) -> bool {
    case.status() == 401
        && case.exchange.address.is_named(ISSUERS)
        && !case.sent_session()
        && !case.authorization().is_yes()
}

/// A name and password within a SOAP message (WS-Security 1.1 §12: `wsse:FailedAuthentication`).
fn by_message(case: &Case<'_>) -> Option<Finding> {
    let says_so = READS && text::has(case.exchange.body(), ":FailedAuthentication<");
    (says_so && case.exchange.is_write()).then(|| form_finding(case, Confidence::Certain))
}

/// A one-time code that was refused.
fn by_code(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let named = exchange.address.asks_for_code();
    let says_so = said(exchange, Topic::WrongCode)
        && (matches!(case.status(), 400 | 401 | 403 | 422)
            || fails_inside(exchange)
            || case.status() == 200 && (named || exchange.address.is_sign_in()));
    let refused = named && matches!(case.status(), 401 | 422) && !case.sent_token();
    let confidence = if says_so {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    (exchange.is_write() && (says_so || refused)).then(|| form_finding(case, confidence))
}

/// A form that came back: sent to a sign-in address, led straight back to it, and no session was set on the way.
fn by_form_again(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let visit = case
        .visit
        .filter(|visit| (visit.sent_sign_in() || sent_code(visit)) && visit.hop_count > 0)?;
    let told = tells(&exchange.address);
    let back = case.status() == 200
        && exchange.is_document()
        && !exchange.is_write()
        && (came_back(case, visit) || told && exchange.address.is_sign_in());
    let new_session = visit
        .hops
        .iter()
        .flat_map(|hop| &hop.sets)
        .any(|name| crate::cookie::is_session_like(name));
    let asks = |address: &Address| address.is_sign_in() || address.asks_for_code();
    let turned = visit.hops.iter().any(|hop| !asks(&hop.address));
    let confidence = match (told, new_session) {
        (true, _) => Confidence::Likely,
        (false, false) => Confidence::Possible,
        (false, true) => return None,
    };
    (back && !turned).then(|| form_finding(case, confidence))
}

/// A form that leads back to the sign-in page with a word about it: the last that a recording shows.
fn by_word(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let End::Redirected(to) = &exchange.end else {
        return None;
    };
    let form = exchange.is_write() && exchange.address.is_sign_in();
    (form && to.is_sign_in() && tells(to)).then(|| form_finding(case, Confidence::Likely))
}

/// Whether an address says itself that a sign-in failed (Spring Security's `/login?error`).
fn tells(address: &Address) -> bool {
    ["error", "failed", "login_error", "authFailure"]
        .iter()
        .any(|name| address.has_parameter(name))
        || address.says(
            &["message"],
            &["cant", "fail", "invalid", "incorrect", "wrong"],
        )
}

/// Whether a one-time code was sent in it.
fn sent_code(visit: &Visit) -> bool {
    visit.method == "POST" && visit.first.asks_for_code()
}

/// Whether the chain ended at the very page that the form stood on or was sent to.
fn came_back(case: &Case<'_>, visit: &Visit) -> bool {
    let here = &case.exchange.address;
    here.same_page(&visit.first) || case.page.is_some_and(|page| here.same_page(&page.address))
}

fn form_finding(case: &Case<'_>, confidence: Confidence) -> Finding {
    let form = case
        .page
        .map(|page| &page.address)
        .filter(|address| address.same_site(&case.exchange.address))
        .unwrap_or(&case.exchange.address);
    let is_code = said(case.exchange, Topic::WrongCode)
        || case.exchange.address.asks_for_code()
        || case.visit.is_some_and(sent_code);
    let about = Finding::about(FindingId::CredentialsRejected, confidence, case.exchange);
    if is_code {
        // The password was right: another one would not help.
        return about
            .with(Arg::Detail, "code")
            .because(Evidence::of(EvidenceId::CodeSent))
            .since(EvidenceId::SignInSent)
            .offer(Offer::open(RemedyId::RetypePassword, form.kept()))
            .offer(RemedyId::AskOwner);
    }
    about
        .because(
            Evidence::of(EvidenceId::FormSent).with(
                Arg::Detail,
                case.visit
                    .map_or(case.exchange.method.clone(), |v| v.method.clone()),
            ),
        )
        .since(EvidenceId::SignInSent)
        .offer(Offer::open(RemedyId::RetypePassword, form.kept()))
        .offer(change_password_page(case.exchange))
        .offer(RemedyId::AskOwner)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::event::Browser;
    use crate::finding::Arg;
    use crate::finding::Confidence;
    use crate::finding::FindingId;

    #[test]
    fn hit_basic_credentials_refused() {
        let scene = Scene::get("https://app.example/")
            .on(Browser::Firefox)
            .authorization("Basic")
            .answer(401)
            .www("Basic realm=\"x\"");
        let finding = scene.check(check).expect("refused");
        assert_eq!(
            (finding.confidence, finding.offers[0].id.as_str()),
            (Confidence::Certain, "retype-password")
        );
    }

    #[test]
    fn hit_chromium_asked_twice() {
        let scene = Scene::get("https://app.example/")
            .on(Browser::Chromium)
            .prompts(2)
            .answer(401)
            .www("Basic realm=\"x\"");
        assert!(scene.check(check).is_some());
    }

    #[test]
    fn hit_a_form_answered_401() {
        let finding = Scene::post("https://app.example/login")
            .form_on("https://app.example/login", &[])
            .answer(401)
            .check(check)
            .expect("refused");
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("https://app.example/login")
        );
    }

    #[test]
    fn hit_a_form_that_comes_back() {
        let scene = Scene::post("https://app.example/login")
            .redirect("https://app.example/login")
            .answer(200);
        assert_eq!(
            scene.check(check).expect("back").confidence,
            Confidence::Possible
        );
    }

    #[test]
    fn near_miss_asked_once() {
        let scene = Scene::get("https://app.example/")
            .on(Browser::Chromium)
            .prompts(1)
            .answer(401)
            .www("Basic realm=\"x\"");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_a_form_of_another_kind() {
        assert!(
            Scene::post("https://app.example/orders")
                .answer(401)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_second_factor() {
        assert!(
            Scene::post("https://app.example/login")
                .redirect("https://app.example/login/code")
                .answer(200)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_stale_nonce() {
        let scene = Scene::get("https://app.example/")
            .authorization("Digest")
            .answer(401)
            .www("Digest realm=\"x\", nonce=\"n\", stale=true");
        assert!(scene.diagnose().is_empty());
    }

    #[test]
    fn hit_a_password_that_a_page_sent_itself() {
        let scene = Scene::fetch("https://jira.example/rest/api/2/issue/1").authorization("Basic");
        let refused = scene
            .answer(401)
            .www("OAuth realm=\"x\"")
            .field("x-seraph-loginreason", "AUTHENTICATED_FAILED");
        assert_eq!(refused.diagnose()[0].id, FindingId::CredentialsRejected);
    }

    #[test]
    fn hit_a_form_answered_by_itself() {
        let scene = Scene::post("https://blog.example/wp-login.php").looked();
        let refused = scene
            .answer(200)
            .body("<p>The password you entered is incorrect.</p>");
        assert_eq!(refused.diagnose()[0].id, FindingId::CredentialsRejected);
    }

    #[test]
    fn no_alarm_for_a_page_about_passwords() {
        let scene = Scene::get("https://blog.example/login").looked();
        let shown = scene
            .answer(200)
            .body("<p>Incorrect passwords lock your account.</p>");
        assert_eq!(shown.diagnose(), []);
    }

    #[test]
    fn hit_where_an_interface_gives_out_sessions() {
        let scene = Scene::method("POST", "https://cd.example/api/v1/session").looked();
        assert_eq!(
            scene.answer(401).diagnose()[0].id,
            FindingId::CredentialsRejected
        );
    }

    #[test]
    fn near_miss_somebody_with_a_session_asks_there() {
        let scene = Scene::method("POST", "https://cd.example/api/v1/token").cookie("sid", 20);
        assert_eq!(
            scene.answer(401).diagnose()[0].id,
            FindingId::SessionExpired
        );
    }

    #[test]
    fn hit_beside_the_key_of_the_app() {
        let sign_in = |body: &str| {
            let scene = Scene::fetch("https://db.example/auth/v1/token?grant_type=password");
            let scene = scene.with(|exchange| "POST".clone_into(&mut exchange.method));
            scene
                .authorization("Bearer")
                .answer(400)
                .body(body)
                .check(check)
                .is_some()
        };
        assert!(sign_in("{\"code\":\"invalid_credentials\"}"));
        assert!(!sign_in("{\"error\":\"invalid_request\"}"));
    }

    #[test]
    fn hit_the_words_of_many_languages() {
        for body in [
            "<p>Nom d'utilisateur ou mot de passe invalide.</p>",
            "<p>Das Passwort, das du f&uuml;r den Benutzernamen <b>uta</b> eingegeben hast, ist nicht korrekt.</p>",
            "<p>密码错误</p>",
        ] {
            let scene = Scene::post("https://blog.example/wp-login.php").cookie("test", 9);
            assert!(
                scene.answer(200).body(body).check(check).is_some(),
                "{body}"
            );
        }
    }

    #[test]
    fn hit_a_status_of_a_gates_own() {
        let form = |body: &str| {
            let scene = Scene::post("https://vpn.example/portal/login.esp").looked();
            scene.answer(512).body(body).check(check).is_some()
        };
        assert!(form("Authentication failed: Invalid username or password"));
        assert!(!form("Internal error"));
    }

    #[test]
    fn hit_the_address_says_so_whatever_session_was_given() {
        let form = |to: &str| {
            let scene = Scene::get("https://app.example/login").cookie("JSESSIONID", 20);
            let scene = scene.answer(200).then_post("https://app.example/login");
            let scene = scene
                .cookie("JSESSIONID", 20)
                .set_cookie("JSESSIONID", "Path=/");
            let scene = scene.redirect(to).cookie("JSESSIONID", 20).answer(200);
            scene.check(check).map(|it| it.confidence)
        };
        assert_eq!(
            form("https://app.example/login?error"),
            Some(Confidence::Likely)
        );
        assert_eq!(form("https://app.example/login?lang=de"), None);
    }

    #[test]
    fn hit_led_back_to_another_sign_in_page_with_a_word_about_it() {
        let led = |to: &str| {
            let scene = Scene::post("https://app.example/login/check").looked();
            scene.redirect(to).looked().answer(200).check(check)
        };
        assert!(led("https://app.example/login?message=cant_login").is_some());
        assert!(led("https://app.example/login?message=welcome").is_none());
        assert!(led("https://app.example/home?error=1").is_none());
    }

    #[test]
    fn hit_a_one_time_code_that_was_refused() {
        let code = |url: &str, status: u16, body: &str| {
            let scene = Scene::post(url).cookie("sid", 20);
            let found = scene.answer(status).body(body).diagnose();
            let kind = found.first().map(|it| it.args.get(Arg::Detail) == "code");
            (found.first().map(|it| it.id.as_str()), kind)
        };
        let refused = (Some("credentials-rejected"), Some(true));
        let here = "https://app.example/login/2fa";
        assert_eq!(code(here, 401, ""), refused);
        assert_eq!(
            code(here, 200, "<p>Invalid verification code.</p>"),
            refused
        );
        assert_eq!(
            code(
                "https://app.example/api/check",
                422,
                "{\"error\":\"totp_code_invalid\"}"
            ),
            refused
        );
        // No code at all was sent yet, a voucher, a page that is shown.
        assert_eq!(
            code(
                "https://app.example/api/check",
                403,
                "{\"error\":\"mfa_required\"}"
            )
            .0,
            Some("step-up-required")
        );
        assert_eq!(
            code("https://shop.example/cart", 422, "Invalid voucher code"),
            (None, None)
        );
        assert_eq!(code(here, 200, "<p>Welcome</p>"), (None, None));
    }

    #[test]
    fn hit_a_code_that_brings_its_form_back() {
        let code = |session: bool| {
            let scene = Scene::get("https://app.example/two-factor").cookie("sid", 20);
            let mut scene = scene
                .answer(200)
                .then_post("https://app.example/two-factor")
                .cookie("sid", 20);
            if session {
                scene = scene.set_cookie("sid", "Path=/");
            }
            let scene = scene.redirect("https://app.example/two-factor");
            let found = scene.cookie("sid", 20).answer(200).check(check)?;
            Some((found.confidence, found.args.get(Arg::Detail) == "code"))
        };
        assert_eq!(code(false), Some((Confidence::Possible, true)));
        assert_eq!(code(true), None);
    }
}
