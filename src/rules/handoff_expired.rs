//! handoff-expired: the way back from a sign-in service failed: its state is missing, too old, or used twice.
//!
//! # What it detects
//! One signs in by way of another site, and the site does not take the answer that the person brings back: it came too
//! late, out of a bookmark or the history, from another tab, or for the second time.
//! # How we tell
//! An address that brings back such an answer (`code` with `state`, `SAMLResponse`, or a form that another site posts
//! to an address for them) was refused by 400, 401, 403 or their like, or led back to a sign-in page with an error, or
//! to another page of the site that has `error` in its address; in recordings, also one that was taken before, and
//! a page of success that says nothing else. Surer where the request carried no cookie that could tie it to its beginning, and
//! where the ledger has one that was set.
//! # False positives
//! A person who said no at the service comes back with `error` alone: that is only possible. A refusal of a person who
//! did get in is permission-denied, at an address after this one.
//! # References
//! RFC 6749 §4.1.2 and §10.12, SAML 2.0 bindings §3.5; Keycloak's `login-actions`.

use crate::address::Address;
use crate::case::{Case, READS};
use crate::cookie;
use crate::exchange::{End, Exchange};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::{Hop, Visit};
use crate::remedy::RemedyId;
use crate::rules::said::{Topic, notice, said};
use crate::rules::service_error;
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let here = &exchange.address;
    let refused = matches!(
        case.status(),
        400 | 401 | 403 | 408 | 410 | 412 | 419 | 422 | 440
    );
    let says_so = said(exchange, Topic::HandOff);
    let lost = said(exchange, Topic::LostFlow);
    let broken = says_so && case.status() == 500 || lost && case.status() == 404;
    let taken = says_so && here.takes_hand_offs();
    let refused = refused || broken;
    let came_back = if exchange.is_document() {
        here.is_hand_off() || is_posted(exchange) || taken
    } else {
        // The script of the page that was brought back hands the answer on. A shop may ask with a `code` and a `state`, too.
        here.is_hand_off() && here.takes_hand_offs() && !exchange.is_write()
    };
    // A federation's own page for a form that found its beginning gone (OpenConext).
    let lost_on_the_way =
        case.visit.is_some_and(|visit| visit.method == "POST") && case.led_to(&["sessionlost"]);
    let led_to_error = led_to_error(case) || lost_on_the_way;
    // A one-time code that is handed in a second time (RFC 6749 §5.2).
    let spent = said(exchange, Topic::CodeSpent)
        && !said(exchange, Topic::WrongPassword)
        && said(exchange, Topic::HandOff)
        && service_error::cause(case).is_none()
        && case.status() == 400
        && exchange.is_write()
        && exchange.address.is_named(&["token"]);
    let steps = text::has(here.path(), "/login-actions/");
    let shown = steps && notice(exchange, Topic::FormAgain)
        || here.is_hand_off() && notice(exchange, Topic::LostFlow)
        || is_posted(exchange) && notice(exchange, Topic::HandOff);
    let asked = lost
        && (exchange.is_document() || here.is_sign_in())
        && (broken || !said(exchange, Topic::Form));
    let again = case.status() >= 400 && was_taken(case);
    let cut_off = refused && (steps || asked) || shown || spent || again;
    if !(refused && came_back || led_to_error || cut_off) {
        return None;
    }
    let cause = service_error::cause(case);
    let expired = here.has_parameter("error") && text::has(here.query(), "expired");
    let spoken = cause == Some(FindingId::HandoffExpired) || (cause.is_none() && expired);
    let missing = came_back && state_is_missing(exchange);
    let confidence = if says_so || spoken || (missing && was_set(case)) {
        Confidence::Certain
    } else if cause.is_some()
        || said(exchange, Topic::OtherAccount)
        || said(exchange, Topic::Denied)
    {
        // The service said what else it has against it.
        Confidence::Possible
    } else if missing || cut_off || (refused && !here.has_parameter("error")) {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    let mut finding = Finding::about(FindingId::HandoffExpired, confidence, exchange);
    if missing {
        finding = finding.since(EvidenceId::StateMissing);
    }
    let from = case.hops().rev().find(|hop| !hop.address.same_site(here));
    if let Some(from) = from {
        finding = finding
            .because(Evidence::of(EvidenceId::CameFrom).with(Arg::Other, from.address.host()));
    }
    Some(
        finding
            .offer(case.start_over_offer())
            .offer(RemedyId::AskOwner),
    )
}

/// In a recording: whether this very answer of a service was taken before. What an engine has kept lacks the secrets that
/// tell one from another.
fn was_taken(case: &Case<'_>) -> bool {
    let here = &case.exchange.address;
    let took = |hop: &Hop| hop.address == *here && hop.status.is_some_and(|status| status < 400);
    let mut steps = case.earlier.iter().flat_map(Visit::steps);
    case.recorded().is_some() && here.is_hand_off() && steps.any(took)
}

/// A sign-in service of another site posts its answer.
fn is_posted(exchange: &Exchange) -> bool {
    exchange.is_write() && exchange.foreign_page().is_some() && exchange.address.takes_hand_offs()
}

/// The answer that was brought back led to a page that speaks of an error. Where the answer was an error itself, only a
/// sign-in page counts: a site may ask in passing who is signed in, and go on without.
fn led_to_error(case: &Case<'_>) -> bool {
    let says_state = |to: &Address| {
        let states = [
            "state-mismatch",
            "state_mismatch",
            "invalid_state",
            "invalid-state",
            // OmniAuth's word for it.
            "csrf_detected",
        ];
        states.iter().any(|state| text::has(to.query(), state))
    };
    let says_error = |from: &Address, to: &Address| {
        from.is_hand_off() && to.same_site(from) && says_state(to)
            || READS
                && from.is_hand_off()
                && to.is_sign_in()
                && to.says(&["code", "message"], &["error"])
            || from.is_hand_off()
                && to.has_parameter("error")
                && (to.is_sign_in() || (to.same_site(from) && !from.has_parameter("error")))
    };
    case.hops().any(|hop| {
        hop.to
            .as_ref()
            .is_some_and(|to| says_error(&hop.address, to))
    }) || matches!(&case.exchange.end, End::Redirected(to) if says_error(&case.exchange.address, to))
}

/// Nothing was sent that could tie the answer to its beginning.
fn state_is_missing(exchange: &Exchange) -> bool {
    let ties = |name: &str| {
        cookie::is_handoff_like(name) || cookie::is_csrf_like(name) || cookie::is_session_like(name)
    };
    exchange
        .cookies()
        .is_some_and(|sent| !sent.iter().any(|cookie| ties(&cookie.name)))
}

/// The site did set a cookie for it, lately.
fn was_set(case: &Case<'_>) -> bool {
    const LATELY: i64 = 24 * 60 * 60 * 1000;
    let exchange = case.exchange;
    case.hosts.ledger.latest().any(|entry| {
        entry.setter.host() == exchange.address.host()
            && exchange.time - entry.time < LATELY
            && (cookie::is_handoff_like(&entry.name) || cookie::is_csrf_like(&entry.name))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::finding::Confidence;
    use crate::finding::FindingId;

    const BACK: &str = "https://app.example/callback?code=c&state=r";

    #[test]
    fn hit_a_callback_without_its_state() {
        let finding = Scene::get(BACK)
            .wanted("https://app.example/private")
            .looked()
            .answer(401)
            .check(check)
            .expect("refused");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("https://app.example/private")
        );
    }

    #[test]
    fn hit_a_bookmarked_service_leads_to_the_front_page() {
        let finding = Scene::get(BACK)
            .wanted("https://idp.example/authorize?client_id=app&response_type=code")
            .looked()
            .answer(400)
            .check(check)
            .expect("refused");
        assert_eq!(
            finding.offers[0].url.as_deref(),
            Some("https://app.example/")
        );
    }

    #[test]
    fn hit_a_script_hands_the_answer_on() {
        let asks = |path: &str| {
            let scene = Scene::fetch(&format!("https://bao.example{path}?code=a&state=CA"));
            scene.looked().answer(400).check(check).is_some()
        };
        assert!(asks("/v1/auth/oidc/callback"));
        assert!(!asks("/api/taxes"));
    }

    #[test]
    fn hit_a_posted_answer() {
        let scene = Scene::post("https://app.example/saml/acs")
            .with(|it| it.initiator = Some("https://idp.example".to_owned()))
            .looked();
        assert!(scene.answer(403).check(check).is_some());
    }

    #[test]
    fn hit_led_to_an_error() {
        let scene = Scene::get(BACK)
            .redirect("https://app.example/login?error=OAuthCallback")
            .answer(200);
        assert!(scene.check(check).is_some());
    }

    #[test]
    fn near_miss_the_person_said_no() {
        let scene = Scene::get("https://app.example/callback?error=access_denied&state=r")
            .cookie("oauth_state", 20)
            .answer(403);
        assert_eq!(
            scene.check(check).expect("possible").confidence,
            Confidence::Possible
        );
    }

    #[test]
    fn near_miss_a_form_of_the_sites_own() {
        let scene = Scene::post("https://app.example/callback")
            .with(|it| it.initiator = Some("https://app.example".to_owned()));
        assert!(scene.looked().answer(403).check(check).is_none());
    }

    #[test]
    fn no_alarm_for_one_that_works() {
        let scene = Scene::get(BACK).redirect("https://app.example/private");
        assert!(scene.answer(200).check(check).is_none());
    }

    #[test]
    fn hit_a_ticket_of_cas() {
        let scene = Scene::get("https://app.example/login/cas?ticket=ST-1856339-aA5Yuvr").looked();
        assert_eq!(
            scene.answer(401).diagnose()[0].id,
            FindingId::HandoffExpired
        );
        let page = |body: &str| {
            let scene = Scene::get("https://app.example/?ticket=ST-1856339-aA5Yuvr").looked();
            scene.answer(200).body(body).check(check).is_some()
        };
        assert!(page("<h1>CAS Authentication failed!</h1>"));
        assert!(!page("<h1>Welcome</h1>"));
    }

    #[test]
    fn hit_led_to_a_page_of_errors() {
        let scene = Scene::get("https://app.example/api/auth/callback/google?code=a&state=b")
            .looked()
            .redirect("https://app.example/api/auth/error?error=OAuthCallback")
            .answer(200);
        assert!(scene.check(check).is_some());
    }

    #[test]
    fn hit_an_answer_that_was_taken_before() {
        let callback = |code: &str| format!("https://app.example/callback?code={code}&state=1");
        let again = |code: &str| {
            Scene::get(&callback("a"))
                .recorded(|_| {})
                .redirect("https://app.example/")
                .answer(200)
                .then_get(&callback(code))
                .answer(500)
                .diagnose()
        };
        assert_eq!(again("a")[0].id.as_str(), "handoff-expired");
        assert_eq!(again("b")[0].id.as_str(), "server-fault");
    }

    #[test]
    fn hit_a_federation_that_lost_the_beginning() {
        let posted = Scene::post("https://engine.example/authentication/sp/consume-assertion")
            .redirect("https://engine.example/authentication/feedback/session-lost");
        let findings = posted.answer(400).diagnose();
        assert_eq!(findings[0].id.as_str(), "handoff-expired");
    }

    #[test]
    fn no_alarm_for_a_question_in_passing() {
        let scene = Scene::get("https://app.example/callback?error=login_required&state=b")
            .looked()
            .redirect("https://app.example/?error=login_required")
            .answer(200);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn hit_a_code_that_was_handed_in_before() {
        let token = |body: &str| {
            let scene = Scene::fetch("https://sso.example/openid-connect/token");
            let scene = scene.with(|exchange| "POST".clone_into(&mut exchange.method));
            scene.answer(400).body(body).check(check).is_some()
        };
        assert!(token(
            "{\"error\":\"invalid_grant\",\"error_description\":\"Code not valid\"}"
        ));
        assert!(!token(
            "{\"error\":\"invalid_grant\",\"error_description\":\"Session not active\"}"
        ));
    }

    #[test]
    fn hit_a_state_that_was_lost_in_words_of_a_fault() {
        let answer = |body: &str| {
            let scene = Scene::post("https://grades.example/saml/sp/saml2-acs.php/default-sp");
            let scene = scene.from("https://idp.example").cookie("SimpleSAML", 20);
            scene.answer(500).body(body).check(check).is_some()
        };
        assert!(answer("<h1>Statusinformationen verloren</h1>"));
        assert!(!answer("<h1>Internal Server Error</h1>"));
    }
}
