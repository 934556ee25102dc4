//! token-expired: a bearer token was refused as expired.
//!
//! # What it detects
//! The app keeps a pass in the browser that has run out.
//! # How we tell
//! The challenge's description or error says so (the phrases of real servers), `Token-Expired: true`, the token's `exp` had
//! passed when it was sent, Amazon's `x-amzn-ErrorType`, or in recordings the words of the body. The key of the page's
//! storage that holds it is known by the same times, or by its own, which is over: removing that one key is the way
//! out.
//! # False positives
//! `error="invalid_token"` alone does not mean expired. A 401 that a token refresh mends is no failure (the engine
//! waits for that).
//! # References
//! RFC 6750 §3.1, RFC 7519 §4.1.4.

use crate::case::{Case, READS};
use crate::exchange::Sent;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::rules::said::{Topic, fails_inside, said};
use crate::rules::stored_pass::{lead_out, server_time};
use crate::rules::{error_type, token_error};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    // Some interfaces know no other failure than their own.
    let told =
        READS && case.status() == 500 && case.sent_key() && said(exchange, Topic::TokenExpired);
    if !(matches!(case.status(), 400 | 401 | 403) || told || fails_inside(exchange)) {
        return None;
    }
    let described = token_error(exchange).filter(|bearer| bearer.says_expired());
    let by_field = exchange
        .field("token-expired")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    // What the app calls a session is the token that was sent.
    let by_reason = said(exchange, Topic::TokenExpired)
        || error_type(exchange, "Expired")
        || case.status() == 401 && case.sent_token() && said(exchange, Topic::SessionExpired);
    let by_times = case.status() == 401 && ran_out(case);
    // Challenges of no standard name their errors as Bearer's does (hapi's `Token error="Expired token"`).
    let named = exchange.challenges().iter().any(|challenge| {
        let error = challenge.param("error").unwrap_or_default();
        text::has(&error.to_ascii_lowercase(), "expired token")
    });
    if described.is_none() && !by_field && !by_reason && !by_times && !named {
        return None;
    }
    let mut finding = Finding::about(FindingId::TokenExpired, Confidence::Certain, exchange);
    if let Some(bearer) = described {
        let words = bearer.error_description.unwrap_or_default();
        finding =
            finding.because(Evidence::of(EvidenceId::ChallengeError).with(Arg::Detail, words));
    }
    if by_times {
        finding = finding.since(EvidenceId::TokenTimes);
    }
    finding = finding.because(case.credentials_evidence());
    Some(lead_out(case, finding))
}

/// Whether the token's own time had passed, by the server's clock where it tells its time.
fn ran_out(case: &Case<'_>) -> bool {
    let Sent::Yes(credentials) = case.authorization() else {
        return false;
    };
    credentials.exp.is_some_and(|exp| exp < server_time(case))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene, stored};
    use super::check;
    use crate::finding::FindingId;

    #[test]
    fn hit_by_the_servers_words() {
        let scene = Scene::fetch("https://api.example/me")
            .authorization("Bearer")
            .answer(401)
            .www("Bearer error=\"invalid_token\", error_description=\"The access token expired\"");
        assert_eq!(
            scene.check(check).expect("expired").offers[0].id.as_str(),
            "sign-in"
        );
    }

    #[test]
    fn hit_by_a_challenge_of_no_standard() {
        let refused = |error: &str| {
            let scene = Scene::fetch("https://api.example/me").authorization("Bearer");
            scene
                .answer(401)
                .www(&format!("Token error=\"{error}\""))
                .check(check)
        };
        assert!(refused("Expired token").is_some());
        assert!(refused("Invalid token").is_none());
    }

    #[test]
    fn hit_by_the_tokens_own_time() {
        assert!(
            Scene::fetch("https://api.example/me")
                .token_until(NOW / 1000 - 60)
                .answer(401)
                .check(check)
                .is_some()
        );
    }

    #[test]
    fn hit_a_dead_token_in_the_pages_storage_is_the_first_thing_to_forget() {
        let finding = Scene::fetch("https://api.example/me")
            .token_until(NOW / 1000 - 60)
            .answer(401)
            .keeps(
                "https://app.example",
                vec![
                    stored("token", Some(NOW / 1000 - 60)),
                    stored("other_token", Some(NOW / 1000 + 600)),
                    stored("session-view", None),
                ],
            )
            .check(check)
            .expect("expired");
        assert_eq!(finding.offers[0].id.as_str(), "clear-stored-token");
        let names = |at: usize| -> Vec<&str> {
            let keys = &finding.offers[at].stored;
            keys.iter().map(|key| key.name.as_str()).collect()
        };
        assert_eq!(names(0), ["token"]);
        assert_eq!(finding.offers[1].id.as_str(), "sign-in");
    }

    #[test]
    fn near_miss_storage_of_another_origin_is_left_alone() {
        let finding = Scene::fetch("https://api.example/me")
            .token_until(NOW / 1000 - 60)
            .answer(401)
            .keeps("https://app.example", vec![stored("token", Some(1))])
            .with(|exchange| exchange.initiator = Some("https://frame.example".to_owned()))
            .check(check)
            .expect("expired");
        assert!(finding.offers.iter().all(|offer| offer.stored.is_empty()));
    }

    #[test]
    fn near_miss_a_token_that_is_still_good() {
        assert!(
            Scene::fetch("https://api.example/me")
                .token_until(NOW / 1000 + 600)
                .answer(401)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn near_miss_invalid_but_not_expired() {
        let scene = Scene::fetch("https://api.example/me")
            .authorization("Bearer")
            .answer(401)
            .www("Bearer error=\"invalid_token\"");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_when_the_answer_is_good() {
        assert!(
            Scene::fetch("https://api.example/me")
                .token_until(NOW / 1000 - 60)
                .answer(200)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn hit_amazon_names_it() {
        let scene = Scene::fetch("https://abc.example/prod").authorization("AWS4-HMAC-SHA256");
        let expired = scene
            .answer(403)
            .field("x-amzn-errortype", "ExpiredTokenException");
        assert_eq!(expired.diagnose()[0].id, FindingId::TokenExpired);
    }

    #[test]
    fn hit_what_the_app_calls_a_session() {
        let api = |scheme: Option<&str>| {
            let scene = Scene::fetch("https://admin.example/getInfo").looked();
            let scene = match scheme {
                Some(scheme) => scene.authorization(scheme),
                None => scene.cookie("sid", 12),
            };
            let scene = scene
                .answer(401)
                .body("{\"msg\":\"登录状态已过期，请重新登录\"}");
            scene.check(check).is_some()
        };
        assert!(api(Some("Bearer")));
        assert!(!api(None));
    }
}
