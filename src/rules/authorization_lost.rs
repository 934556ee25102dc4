//! authorization-lost: credentials were sent, and the server says that none arrived.
//!
//! # What it detects
//! Something between the browser and the site drops `Authorization`, or wants it for itself: a password gate in front
//! of an app that needs the same field for its own token.
//! # How we tell
//! Credentials certainly were in the request, and the answer 401 says in words that none came; or a token was sent
//! (behind a gate that a password has opened: anything of an app's own scheme) and only a password is asked for, or a
//! password was sent and only a token is. In recordings, a redirect to another origin left them behind, and they are
//! missed there.
//! # False positives
//! A wrong password is refused by the scheme in which it was sent; a bad token is called invalid. Where a redirect
//! leads to a sign-in page, nothing was left behind that counts there.
//! # References
//! RFC 9110 §11.6.2, RFC 6750 §3.1; Fetch §4.4 ("HTTP-redirect fetch", step 13: `Authorization` is removed).

use crate::case::{Case, READS};
use crate::exchange::Sent;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::{body_says, token_error};
use crate::scheme::View;
use crate::text;

/// What the edges call the scheme of credentials that name none.
const UNNAMED: &str = "unnamed";

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if !matches!(case.status(), 401 | 403) {
        return None;
    }
    if READS && case.status() == 401 && left_behind(case) {
        return Some(
            Finding::about(FindingId::AuthorizationLost, Confidence::Likely, exchange)
                .since(EvidenceId::NoCredentialsSent)
                .offer(RemedyId::AskOwner),
        );
    }
    let Sent::Yes(sent) = case.authorization() else {
        return None;
    };
    let words = [
        "missing authorization",
        "missing 'authorization'",
        "missing \\\"authorization\\\"",
        "no authorization header",
        "please send authori",
        "authorization header is missing",
        "authorization header missing",
        "authorization header not found",
        "authorization header is required",
        "missing authentication credential",
        "authentication credentials were not provided",
        "no token provided",
        "no auth token",
        "token not provided",
        "jwt token not found",
        "jwt not found",
        "no jwt",
        "oauth2 authentication required",
    ];
    let described = token_error(exchange)
        .and_then(|bearer| bearer.error_description)
        .map(str::to_ascii_lowercase);
    let says_none = described.is_some_and(|says| words.iter().any(|word| text::has(&says, word)))
        || body_says(exchange, &words);
    let schemes = exchange.schemes();
    let wants = |password: bool| {
        let fits = |view: &View<'_>| match view {
            View::Basic(_) | View::Digest(_) => password,
            View::Bearer(_) | View::Dpop(_) => !password,
            _ => false,
        };
        !schemes.is_empty() && schemes.iter().all(fits)
    };
    // A scheme of an app's own is told from a wrong key by the gate that was passed before it.
    let passed = case.host.http_login.is_some();
    let sent_own = exchange.carried_token()
        && (passed && sent.scheme != UNNAMED
            || case.sent_scheme(&["bearer", "dpop", "token", "jwt"]));
    let sent_password = case.sent_scheme(&["basic", "digest"]);
    let collide = case.status() == 401
        && !exchange.is_document()
        && ((sent_own && wants(true)) || (sent_password && wants(false)));
    let confidence = match (says_none, collide) {
        (true, _) => Confidence::Certain,
        (_, true) => Confidence::Likely,
        _ => return None,
    };
    let mut finding = Finding::about(FindingId::AuthorizationLost, confidence, exchange)
        .because(case.credentials_evidence());
    if says_none {
        finding = finding.because(
            Evidence::of(EvidenceId::ServerReason).with(Arg::Detail, "no Authorization arrived"),
        );
    } else if let Some(challenge) = case.challenge_evidence() {
        finding = finding.because(challenge);
    }
    Some(finding.offer(RemedyId::AskOwner))
}

/// In a recording: whether a redirect to another origin left the credentials behind, and nothing took their place.
fn left_behind(case: &Case<'_>) -> bool {
    let exchange = case.exchange;
    let lost = case.recorded().is_some_and(|it| it.left_behind);
    lost && case.authorization().is_no()
        && exchange.session_cookies().is_empty()
        && !exchange.address.is_sign_in()
        // A document's name and password the browser asks for by itself.
        && !(exchange.is_document() && exchange.answerable().is_some())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::finding::Confidence;

    #[test]
    fn hit_the_server_says_that_none_came() {
        let scene = Scene::fetch("https://api.example/me").authorization("Bearer").answer(401).www(
            "Bearer error=\"invalid_token\", error_description=\"Missing Authorization header\"",
        );
        let findings = scene.diagnose();
        assert_eq!(findings[0].id.as_str(), "authorization-lost");
        assert_eq!(findings[0].confidence, Confidence::Certain);
    }

    #[test]
    fn hit_a_gate_and_an_app_want_the_same_field() {
        let scene = Scene::fetch("https://media.example/api")
            .authorization("Bearer")
            .answer(401);
        assert!(scene.www("Basic realm=\"gate\"").check(check).is_some());
        let scene = Scene::fetch("https://media.example/api")
            .authorization("Basic")
            .answer(401);
        assert!(scene.www("Bearer realm=\"app\"").check(check).is_some());
    }

    #[test]
    fn hit_a_scheme_of_the_apps_own_meets_a_gate() {
        let refused = |scene: Scene, scheme: &str| {
            let scene = scene.authorization(scheme).answer(401);
            scene.www("Basic realm=\"gate\"")
        };
        let call = || Scene::fetch("https://media.example/api");
        let gate = |scheme: &str| refused(call().http_login("gate"), scheme);
        assert_eq!(
            gate("MediaPlayer").diagnose()[0].id.as_str(),
            "authorization-lost"
        );
        for other in ["unnamed", "Basic", "Digest", "Negotiate"] {
            assert!(gate(other).check(check).is_none(), "{other}");
        }
        // Nothing says that there is a gate: the key may be wrong.
        assert!(refused(call(), "MediaPlayer").check(check).is_none());
    }

    #[test]
    fn hit_a_redirect_to_another_origin_left_them_behind() {
        let moved =
            || Scene::fetch("https://eu.api.example/me").recorded(|it| it.left_behind = true);
        let findings = moved().answer(401).www("Bearer realm=\"x\"").diagnose();
        assert_eq!(findings[0].id.as_str(), "authorization-lost");
        assert!(moved().answer(403).check(check).is_none());
        let asks = moved().answer(401).www("Basic realm=\"x\"");
        let page = asks.with(|it| it.resource_type = crate::event::ResourceType::MainFrame);
        assert!(page.check(check).is_none());
        let again = moved().authorization("Bearer").answer(401);
        assert!(again.check(check).is_none());
    }

    #[test]
    fn near_miss_a_bad_token() {
        let scene = Scene::fetch("https://api.example/me")
            .authorization("Bearer")
            .answer(401);
        let scene = scene.www("Bearer error=\"invalid_token\", Basic realm=\"x\"");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_nothing_was_sent() {
        let scene = Scene::fetch("https://api.example/me").looked().answer(401);
        let scene = scene.www("Bearer error_description=\"Missing Authorization header\"");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_wrong_password() {
        let scene = Scene::get("https://app.example/")
            .authorization("Basic")
            .answer(401);
        assert!(scene.www("Basic realm=\"x\"").check(check).is_none());
    }

    #[test]
    fn hit_a_403_that_says_that_none_came() {
        let answer = |body: &str| {
            let scene = Scene::fetch("https://blog.example/wp-json/x").authorization("Bearer");
            scene.answer(403).body(body).check(check).is_some()
        };
        assert!(answer("{\"message\":\"Authorization header not found.\"}"));
        assert!(!answer("{\"message\":\"Forbidden\"}"));
    }
}
