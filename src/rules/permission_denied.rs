//! permission-denied: signed in, understood, and refused. No deletion helps.
//!
//! # What it detects
//! 403: the server knows who asks (or does not care) and says no.
//! # How we tell
//! Status 403 that no more specific rule explains; surer where a session or credentials were sent. Led to a page of the
//! site that is named for it (`AccessDenied`); Amazon's `x-amzn-ErrorType`. Sent back to the sign-in page with a
//! session that a sign-in has just set and that opened another page (Django's `permission_required`).
//! # False positives
//! A robot check (`cf-mitigated`), an old form, a browser stuck in another person's HTTP login and a lock all answer
//! 403 too: they have their own evidence. Where strangers get the same answer, the account may have nothing to do with
//! it: only possible. Where nothing was sent, it is only possible: perhaps one has to sign in.
//! # References
//! RFC 9110 §15.5.4.

use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::{Outcome, Visit};
use crate::remedy::RemedyId;
use crate::rules::said::{READS, Topic, fails_inside, notice, said, titled};
use crate::rules::{account_locked, error_type, form_expired, is_robot_check, probed};

/// What sites call the page that they show to whom they refuse, without marks between words.
const REFUSALS: &[&str] = &[
    "403",
    "accessdenied",
    "authorizationpolicyviolation",
    "denied",
    "forbidden",
    "noaccess",
    "notauthorized",
    "permissiondenied",
    "unauthorized",
];

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let shown = case.led_to(REFUSALS);
    let refused = case.status() == 403
        || error_type(exchange, "AccessDenied")
        || case.sent_session()
            && notice(exchange, Topic::Denied)
            && titled(exchange, Topic::Denied);
    let inside = || fails_inside(exchange) && said(exchange, Topic::Denied);
    let refused = refused
        || READS && (case.status() == 401 && opens_others(case) || is_fault(case) || inside());
    let turned = case
        .turned_away()
        .filter(|(step, _)| case.was_let_in(*step));
    if !(refused || shown || turned.is_some())
        || is_robot_check(exchange)
        || exchange.field("x-forms_based_auth_required").is_some()
    {
        return None;
    }
    if account_locked::check(case).is_some()
        || form_expired::check(case).is_some_and(|f| f.confidence < Confidence::Possible)
    {
        return None;
    }
    let known = turned.is_some() || case.sent_session() || case.authorization().is_yes();
    let nothing = exchange.sent_no_cookie() && !case.authorization().is_yes();
    let same = probed(case);
    let confidence = if same == Some(true) {
        Confidence::Possible
    } else if known {
        Confidence::Likely
    } else if nothing || case.host.http_login.is_some() {
        Confidence::Possible
    } else {
        Confidence::Likely
    };
    let mut finding = Finding::about(FindingId::PermissionDenied, confidence, exchange);
    if let Some(cookies) = case.cookie_evidence() {
        finding = finding.because(cookies);
    }
    if let Some((_, page)) = turned {
        finding =
            finding.because(Evidence::of(EvidenceId::SentToSignIn).with(Arg::Other, page.host()));
    }
    if case.authorization().is_yes() {
        finding = finding.because(case.credentials_evidence());
    }
    if same == Some(false) {
        finding = finding.because(case.probe_evidence(EvidenceId::OtherForStrangers));
    }
    if exchange.prompts == 0 && exchange.is_document() {
        finding = finding.since(EvidenceId::NoPrompt);
    }
    Some(finding.offer(RemedyId::AskOwner))
}

/// In a recording: a 401 that says who is signed in may not do this, to a session that another page was shown to.
pub(super) fn opens_others(case: &Case<'_>) -> bool {
    let names = case.exchange.session_cookies();
    let open = |visit: &Visit| {
        let sent = visit.end.as_ref().and_then(|end| end.sessions.as_deref());
        visit.outcome == Outcome::In
            && names
                .iter()
                .any(|name| sent.is_some_and(|sent| sent.iter().any(|it| it == name)))
    };
    said(case.exchange, Topic::Denied) && case.same_try().any(open)
}

/// In a recording: what looks like a server's fault, and says that the person may not do this.
pub(super) fn is_fault(case: &Case<'_>) -> bool {
    case.status() == 500 && case.authorization().is_yes() && said(case.exchange, Topic::Denied)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, jar};
    use super::check;
    use crate::finding::Confidence;
    use crate::finding::FindingId;
    use crate::remedy::Touches;

    #[test]
    fn hit_with_a_session_offers_no_removal() {
        let finding = Scene::get("https://app.example/admin")
            .cookie("sid", 12)
            .answer(403)
            .jar(vec![jar("sid", "app.example")])
            .check(check);
        let finding = finding.expect("403");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert!(
            finding
                .offers
                .iter()
                .all(|offer| offer.id.touches() == Touches::Nothing)
        );
    }

    #[test]
    fn near_miss_nothing_was_sent() {
        assert_eq!(
            Scene::get("https://app.example/admin")
                .looked()
                .answer(403)
                .check(check)
                .expect("403")
                .confidence,
            Confidence::Possible
        );
    }

    #[test]
    fn near_miss_a_robot_check() {
        assert!(
            Scene::get("https://app.example/")
                .answer(403)
                .field("cf-mitigated", "challenge")
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_401() {
        assert!(
            Scene::get("https://app.example/")
                .cookie("sid", 12)
                .answer(401)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn hit_led_to_the_page_for_it() {
        let scene = Scene::get("https://app.example/admin")
            .cookie("sid", 20)
            .redirect("https://app.example/Account/AccessDenied?ReturnUrl=%2Fadmin")
            .answer(200);
        assert_eq!(scene.diagnose()[0].id, FindingId::PermissionDenied);
    }

    #[test]
    fn hit_amazon_names_it() {
        let scene = Scene::fetch("https://dynamodb.example/").looked();
        let denied = scene
            .answer(400)
            .field("x-amzn-errortype", "AccessDeniedException");
        assert!(denied.check(check).is_some());
    }

    #[test]
    fn no_alarm_for_a_page_about_refusals_that_was_wanted() {
        let scene = Scene::get("https://docs.example/errors/forbidden").looked();
        assert_eq!(scene.answer(200).diagnose(), []);
    }

    /// Signed in, the front page shown to the session, and another page leads to the sign-in page with this cookie.
    fn turned_after_a_sign_in(sent: &str) -> Scene {
        Scene::post("https://dj.example/accounts/login/")
            .looked()
            .set_cookie("sessionid", "Path=/; HttpOnly")
            .redirect("https://dj.example/")
            .cookie("sessionid", 32)
            .answer(200)
            .then_get("https://dj.example/staff/")
            .cookie(sent, 32)
            .redirect("https://dj.example/accounts/login/?next=/staff/")
            .cookie(sent, 32)
            .answer(200)
    }

    #[test]
    fn hit_a_fresh_session_that_opened_another_page() {
        let findings = turned_after_a_sign_in("sessionid").diagnose();
        assert_eq!(findings[0].id, FindingId::PermissionDenied);
        assert_eq!(findings[0].confidence, Confidence::Likely);
    }

    #[test]
    fn near_miss_another_session_was_sent() {
        let findings = turned_after_a_sign_in("old_sid").diagnose();
        assert_ne!(findings[0].id, FindingId::PermissionDenied);
    }

    #[test]
    fn near_miss_the_very_page_was_shown_before() {
        let findings = Scene::post("https://dj.example/accounts/login/")
            .looked()
            .set_cookie("sessionid", "Path=/; HttpOnly")
            .redirect("https://dj.example/inbox")
            .cookie("sessionid", 32)
            .answer(200)
            .then_get("https://dj.example/inbox")
            .cookie("sessionid", 32)
            .redirect("https://dj.example/accounts/login/?next=/inbox")
            .cookie("sessionid", 32)
            .answer(200)
            .diagnose();
        assert_eq!(findings[0].id, FindingId::SessionExpired);
    }

    #[test]
    fn hit_a_page_that_is_but_a_notice() {
        let page = |session: bool, body: &str| {
            let scene = Scene::get("https://auth.example/application/authorize").looked();
            let scene = if session {
                scene.cookie("portal_session", 20)
            } else {
                scene
            };
            scene.answer(200).body(body).check(check).is_some()
        };
        let denied = "<title>Accès refusé</title><p>Demande rejetée</p>";
        assert!(page(true, denied));
        assert!(!page(false, denied));
        assert!(!page(
            true,
            "<title>Access denied: what to do when a page is not for you</title>"
        ));
    }
}
