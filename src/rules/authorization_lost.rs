//! authorization-lost: credentials were sent, and the server says that none arrived.
//!
//! # What it detects
//! Something between the browser and the site drops `Authorization`, or wants it for itself: a password gate in front of
//! an app that needs the same field for its own token.
//! # How we tell
//! Credentials certainly were in the request, and the answer 401 says in words that none came; or a token was sent and
//! only a password is asked for, or a password was sent and only a token is.
//! # False positives
//! A wrong password is refused by the scheme in which it was sent; a bad token is called invalid.
//! # References
//! RFC 9110 §11.6.2, RFC 6750 §3.1.

use crate::case::Case;
use crate::exchange::Sent;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::{body_says, token_error};
use crate::scheme::View;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if case.status() != 401 || !matches!(case.authorization(), Sent::Yes(_)) {
        return None;
    }
    let words = [
        "missing authorization",
        "missing 'authorization'",
        "no authorization header",
        "authorization header is missing",
        "authorization header missing",
        "authorization header not found",
        "authorization header is required",
        "missing authentication credential",
        "authentication credentials were not provided",
        "no token provided",
        "no auth token",
    ];
    let described = token_error(exchange)
        .and_then(|bearer| bearer.error_description)
        .map(str::to_ascii_lowercase);
    let says_none = described.is_some_and(|text| words.iter().any(|word| text.contains(word)))
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
    let sent_bearer = case.sent_scheme(&["bearer", "dpop", "token", "jwt"]);
    let sent_password = case.sent_scheme(&["basic", "digest"]);
    let collide = !exchange.is_document()
        && ((sent_bearer && wants(true)) || (sent_password && wants(false)));
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
}
