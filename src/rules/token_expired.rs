//! token-expired: a bearer token was refused as expired.
//!
//! # What it detects
//! The app keeps a pass in the browser that has run out.
//! # How we tell
//! The challenge's description says so (the phrases of real servers), `Token-Expired: true`, the token's own `exp`
//! had passed when it was sent, or in recordings the words of the body.
//! # False positives
//! `error="invalid_token"` alone does not mean expired. A 401 that a token refresh mends is no failure (the engine waits for that).
//! # References
//! RFC 6750 §3.1, RFC 7519 §4.1.4.

use crate::case::Case;
use crate::exchange::Sent;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::{body_says, token_error};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if !matches!(case.status(), 400 | 401 | 403) {
        return None;
    }
    let described = token_error(exchange).filter(|bearer| bearer.says_expired());
    let by_field = exchange
        .field("token-expired")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let by_body = body_says(
        exchange,
        &[
            "expiredtoken",
            "token has expired",
            "token expired",
            "token is expired",
            "jwt expired",
            "jwt is expired",
            "token included in the request is expired",
            "request has expired",
        ],
    ) && !body_says(exchange, &["invalid or expired"]);
    let by_times = case.status() == 401 && ran_out(case);
    if described.is_none() && !by_field && !by_body && !by_times {
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
    Some(
        finding
            .offer(case.sign_in_offer())
            .offer(RemedyId::Reload)
            .offer(RemedyId::AskOwner),
    )
}

/// Whether the token's own time had passed, by the server's clock where it tells its time.
fn ran_out(case: &Case<'_>) -> bool {
    let Sent::Yes(credentials) = case.authorization() else {
        return false;
    };
    let now = case
        .exchange
        .field("date")
        .and_then(crate::rules::http_date)
        .unwrap_or(case.exchange.time / 1000);
    credentials.exp.is_some_and(|exp| exp < now)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene};
    use super::check;

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
}
