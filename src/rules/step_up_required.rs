//! step-up-required: signed in, but the page wants one more or a fresher proof.
//!
//! # What it detects
//! A second factor, or a sign-in that is not older than the page allows.
//! # How we tell
//! `error="insufficient_user_authentication"` (RFC 9470), claims that ask for a kind of sign-in (`acrs`), a challenge
//! for a one-time code (`OTP`, as npm sends it), or GitHub's `X-GitHub-OTP: required`; what a page asked for was led to
//! an address that is named for it; in recordings, the words of the body.
//! # False positives
//! A wrong password is answered without any of them. A token that lacks a scope is insufficient-scope.
//! # References
//! RFC 9470 §3; GitHub REST API "Working with two-factor authentication".

use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::said::{Topic, said};
use crate::rules::token_error;
use crate::scheme::{BearerError, Meaning, View};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if !matches!(case.status(), 400..=499) {
        return None;
    }
    let too_weak = token_error(exchange).is_some_and(|it| {
        it.error == Some(BearerError::InsufficientUserAuthentication) || it.asks_for_context
    });
    let wants_code = exchange
        .schemes()
        .iter()
        .any(|view| matches!(view, View::Other(it) if it.meaning == Meaning::SecondFactor))
        || exchange
            .field("x-github-otp")
            .is_some_and(|value| value.starts_with("required"));
    let said_so = said(exchange, Topic::SecondFactor);
    // What a page asked for was led to where a second factor is given, and refused there.
    let led = matches!(case.status(), 401 | 403)
        && exchange.first.is_some()
        && !exchange.is_write()
        && exchange
            .address
            .has_part(&["2fa", "mfa", "otp", "totp", "twofactor"]);
    if !too_weak && !wants_code && !said_so && !led && !asks_anew(case) {
        return None;
    }
    let mut finding = Finding::about(FindingId::StepUpRequired, Confidence::Certain, exchange);
    if too_weak {
        finding = finding.because(
            Evidence::of(EvidenceId::ChallengeError)
                .with(Arg::Detail, "insufficient_user_authentication"),
        );
    } else if let Some(challenge) = case.challenge_evidence() {
        finding = finding.because(challenge);
    }
    Some(
        finding
            .offer(case.sign_in_offer())
            .offer(RemedyId::AskOwner),
    )
}

/// What a page's script reads was refused by 423 to a session: the password is asked for anew (Laravel's
/// `password.confirm`). Nobody whose account is locked has one.
pub(super) fn asks_anew(case: &Case<'_>) -> bool {
    let exchange = case.exchange;
    exchange.is(423) && !exchange.is_document() && !exchange.is_write() && case.sent_session()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

    #[test]
    fn hit_a_fresher_sign_in_is_wanted() {
        let scene = Scene::fetch("https://api.example/pay")
            .authorization("Bearer")
            .answer(401)
            .www("Bearer error=\"insufficient_user_authentication\", acr_values=\"mfa\", max_age=300");
        assert_eq!(scene.diagnose()[0].id.as_str(), "step-up-required");
    }

    #[test]
    fn hit_a_code_is_wanted() {
        let npm = Scene::fetch("https://registry.example/x")
            .answer(401)
            .www("OTP");
        assert!(npm.check(check).is_some());
        let github = Scene::fetch("https://api.example/user").authorization("Basic");
        let github = github.answer(401).field("x-github-otp", "required; app");
        assert!(github.check(check).is_some());
    }

    #[test]
    fn near_miss_a_scope_is_missing() {
        let scene = Scene::fetch("https://api.example/pay").authorization("Bearer");
        let scene = scene.answer(403).www("Bearer error=\"insufficient_scope\"");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn hit_a_session_is_asked_for_its_password_anew() {
        let top = |scene: Scene, cookie: &str| {
            let scene = scene.cookie(cookie, 40).answer(423);
            scene.diagnose()[0].id.as_str()
        };
        let codes = "https://app.example/user/recovery-codes";
        assert_eq!(top(Scene::fetch(codes), "app_session"), "step-up-required");
        // Who signs in has none that counts, and a lock stops every page.
        assert_eq!(top(Scene::fetch(codes), "lang"), "account-locked");
        assert_eq!(top(Scene::get(codes), "app_session"), "account-locked");
        let form = Scene::post("https://app.example/login");
        assert_eq!(top(form, "app_session"), "account-locked");
    }

    #[test]
    fn no_alarm_for_a_page_that_works() {
        assert!(
            Scene::get("https://app.example/")
                .answer(200)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn hit_claims_that_ask_for_a_kind_of_sign_in() {
        let claims = |claims: &str| {
            let scene = Scene::fetch("https://pay.example/api").authorization("Bearer");
            let line =
                format!("Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{claims}\"");
            scene.answer(401).www(&line).diagnose()[0].id.as_str()
        };
        // {"access_token":{"acrs":{"essential":true,"value":"c1"}}}
        let context =
            "eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiYzEifX19";
        assert_eq!(claims(context), "step-up-required");
        // {"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}
        let anew = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzAwMDAwMDAwIn19fQ==";
        assert_eq!(claims(anew), "token-invalid");
    }
}
