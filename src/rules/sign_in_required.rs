//! sign-in-required: nothing was sent, nothing is wrong, the page is for signed-in people.
//!
//! # What it detects
//! A page that asks the person to sign in for the first time.
//! # How we tell
//! 401, or turned away to a sign-in page, and neither credentials nor a session cookie were sent. In recordings, also a
//! 400, 403 or 404 whose words say that nobody is signed in ("unauthorized" alone, to somebody who has sent nothing),
//! and a 200 that has `"code":401` in it.
//! # False positives
//! A visit to a sign-in page by choice, and a sign-out that leads there. A background 401 of a signed-out visitor on a
//! page that works is no wall (the engine leaves it out). A Privacy Pass challenge asks for no sign-in.
//! # References
//! RFC 9110 §15.5.2, RFC 6750 §3.1, RFC 9577 §2; SharePoint's `X-Forms_Based_Auth_Required`.

use crate::case::Case;
use crate::exchange::Sent;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::rules::said::{Topic, asks_inside, fails_inside, said};
use crate::rules::{body_says, credentials_rejected, is_page_auth, is_robot_check};

/// How a page has a field for a password.
const PASSWORD_FIELD: &[&str] = &["type=\"password\"", "type='password'", "type=password"];

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if is_robot_check(exchange) || exchange.proxy_prompt {
        return None;
    }
    if let Some((step, page)) = case.turned_away() {
        let sessions = step.sessions();
        if sessions.as_ref().is_some_and(|names| !names.is_empty()) {
            return None;
        }
        let confidence = if sessions.is_some() {
            Confidence::Certain
        } else {
            Confidence::Likely
        };
        let mut finding = Finding::about(FindingId::SignInRequired, confidence, exchange)
            .because(Evidence::of(EvidenceId::SentToSignIn).with(Arg::Other, page.host()))
            .with(Arg::Host, step.address().host())
            .offer(Offer::from(RemedyId::SignIn));
        if sessions.is_some() {
            finding = finding.since(EvidenceId::NoSessionCookieSent);
        }
        return Some(finding);
    }
    let forms = exchange.field("x-forms_based_auth_required").is_some();
    let confidence = match case.status() {
        401 | 403 if forms => Confidence::Certain,
        401 => by_401(case)?,
        200 if fails_inside(exchange) && said(exchange, Topic::Anonymous) && nothing_sent(case) => {
            Confidence::Likely
        }
        200 if asks_inside(exchange) && nothing_sent(case) => Confidence::Likely,
        400 | 403 | 404 if said(exchange, Topic::Anonymous) && nothing_sent(case) => {
            Confidence::Likely
        }
        // Of somebody who has sent nothing, this too says that nobody is signed in.
        400 | 403
            if !(exchange.is_write() && exchange.is_document())
                && said(exchange, Topic::Unauthorized)
                && nothing_sent(case) =>
        {
            Confidence::Likely
        }
        // The form to sign in comes with the refusal.
        403 if nothing_sent(case) && body_says(exchange, PASSWORD_FIELD) => Confidence::Likely,
        403 if nothing_sent(case) => Confidence::Possible,
        _ => return None,
    };
    let mut finding = Finding::about(FindingId::SignInRequired, confidence, exchange);
    match case.challenge_evidence() {
        Some(challenge) => finding = finding.because(challenge),
        None if case.status() == 401 => finding = finding.since(EvidenceId::NoChallenge),
        None => {}
    }
    finding = finding.because(case.credentials_evidence());
    if let Some(cookies) = case.cookie_evidence() {
        finding = finding.because(cookies);
    }
    if exchange.prompts > 0 {
        finding = finding.since(EvidenceId::PromptOpen);
    }
    let offer = if exchange.address.is_hand_off() {
        case.start_over_offer()
    } else {
        case.sign_in_offer()
    };
    Some(finding.offer(offer))
}

fn by_401(case: &Case<'_>) -> Option<Confidence> {
    let key = case.sent_key() && !case.sent_session();
    if matches!(case.authorization(), Sent::Yes(_)) || case.exchange.prompts > 1 || key {
        return None;
    }
    if case.exchange.is_write()
        && (case.exchange.address.is_sign_in() || credentials_rejected::check(case).is_some())
    {
        // A form or script that signs in: a 401 is about its password.
        return None;
    }
    let challenge = case.exchange.answerable().is_some();
    if case.sent_session() {
        return (challenge && !is_page_auth(case.exchange)).then_some(Confidence::Likely);
    }
    Some(if case.exchange.address.is_signed() {
        // What it lets one see stands in the address itself.
        Confidence::Possible
    } else if case.authorization().is_no() || challenge {
        Confidence::Certain
    } else {
        Confidence::Likely
    })
}

/// Certainly no cookie and no credentials, as far as this browser shows.
fn nothing_sent(case: &Case<'_>) -> bool {
    case.exchange.sent_no_cookie()
        && !case.authorization().is_yes()
        && case.host.http_login.is_none()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::address::Address;
    use crate::event::Browser;
    use crate::exchange::End;
    use crate::finding::Confidence;

    #[test]
    fn hit_basic_for_the_first_time() {
        let finding = Scene::get("https://app.example/")
            .looked()
            .on(Browser::Firefox)
            .answer(401)
            .www("Basic realm=\"Staff\"")
            .check(check);
        let finding = finding.expect("sign in");
        assert_eq!(
            (finding.confidence, finding.offers[0].id.as_str()),
            (Confidence::Certain, "sign-in")
        );
    }

    #[test]
    fn hit_turned_away_without_a_session() {
        let scene = Scene::get("https://app.example/inbox")
            .looked()
            .redirect("https://app.example/login?next=/inbox")
            .looked()
            .answer(200);
        assert!(scene.check(check).is_some());
    }

    #[test]
    fn hit_turned_away_to_another_host() {
        let scene = Scene::get("https://app.example/inbox")
            .looked()
            .redirect("https://acme.okta.com/app/x")
            .looked()
            .answer(200);
        assert!(scene.check(check).is_some());
    }

    #[test]
    fn hit_led_to_the_sign_in_page_of_a_single_page_app() {
        let led = |to: &str| {
            let scene = Scene::get("https://app.example/inbox").looked();
            // As browsers tell of a request: without the fragment.
            let here = Address::parse("https://app.example/", None);
            let arrived = scene
                .redirect(to)
                .with(|exchange| exchange.address = here.expect("an address"));
            arrived.looked().answer(200).check(check).is_some()
        };
        assert!(led("https://app.example/#/login"));
        assert!(!led("https://app.example/#/news"));
    }

    #[test]
    fn hit_a_recording_that_ends_within_the_sign_in_service() {
        let led = |from: &str, to: &str| {
            let mut scene = Scene::get(from).looked().answer(302);
            let to = Address::parse(to, None).expect("an address");
            scene = scene.with(|exchange| exchange.end = End::Redirected(to));
            scene.check(check).is_some()
        };
        let asks = "https://id.example/connect/authorize?client_id=a&response_type=code";
        assert!(led(asks, "https://id.example/Account/Login?ReturnUrl=%2F"));
        // Nobody is asked who is signed in already.
        assert!(!led(asks, "https://app.example/signin-oidc?code=1&state=2"));
    }

    #[test]
    fn near_miss_credentials_were_sent() {
        let scene = Scene::get("https://app.example/")
            .authorization("Basic")
            .answer(401)
            .www("Basic realm=\"Staff\"");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_a_session_was_sent() {
        let scene = Scene::get("https://app.example/inbox")
            .cookie("sid", 9)
            .redirect("https://app.example/login")
            .cookie("sid", 9);
        assert!(scene.answer(200).check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_visit_to_the_sign_in_page() {
        assert!(
            Scene::get("https://app.example/login")
                .looked()
                .answer(200)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_sign_out() {
        assert!(
            Scene::get("https://app.example/logout")
                .looked()
                .redirect("https://app.example/login")
                .looked()
                .answer(200)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_robot_check() {
        assert!(
            Scene::fetch("https://x.example/")
                .answer(401)
                .www("PrivateToken challenge=abc, token-key=def")
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn hit_a_gate_that_is_told_where_to_lead_back_to() {
        for gate in [
            "https://auth.home.example/?rd=https%3A%2F%2Fapp.home.example%2F&rm=GET",
            "https://app.home.example/outpost.goauthentik.io/start?rd=https%3A%2F%2Fapp.home.example%2F",
            "https://app.home.example/owa/auth/logon.aspx?url=https%3a%2f%2fapp.home.example",
        ] {
            let scene = Scene::get("https://app.home.example/")
                .looked()
                .redirect(gate);
            assert!(scene.answer(200).check(check).is_some(), "{gate}");
        }
    }

    #[test]
    fn near_miss_a_page_that_leads_back_and_signs_nobody_in() {
        for page in [
            "https://consent.home.example/?continue=https%3A%2F%2Fapp.home.example%2F",
            "https://auth.home.example/welcome",
            "https://auth.home.example/logout?rd=https%3A%2F%2Fapp.home.example%2F",
        ] {
            let scene = Scene::get("https://app.home.example/")
                .looked()
                .redirect(page);
            assert!(scene.answer(200).check(check).is_none(), "{page}");
        }
    }

    #[test]
    fn hit_a_403_that_brings_the_form_or_says_so() {
        let page = |body: &str| {
            let scene = Scene::get("https://wiki.example/board").looked();
            let finding = scene.answer(403).body(body).check(check);
            finding.map(|it| it.confidence)
        };
        let form = "<h1>Denied</h1><form><input type=\"password\" name=\"p\"></form>";
        assert_eq!(page(form), Some(Confidence::Likely));
        assert_eq!(
            page("{\"error\": \"unauthorized\"}"),
            Some(Confidence::Likely)
        );
        assert_eq!(page("<h1>Denied</h1>"), Some(Confidence::Possible));
    }
}
