//! insufficient-scope: the token is good but too weak.
//!
//! # What it detects
//! The app's token was understood and lacks a permission.
//! # How we tell
//! A Bearer or DPoP challenge with `error="insufficient_scope"`; its `scope` names what is missing.
//! In recordings, the words of the body about a token that was sent, and `X-OAuth-Scopes` beside `X-Accepted-OAuth-Scopes`.
//! # False positives
//! None known: the code has one meaning (RFC 6750 §3.1).
//! # References
//! RFC 6750 §3.1, RFC 9449 §7.1.

use crate::case::{Case, READS};
use crate::event::SAID;
use crate::exchange::Exchange;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::said::{Topic, said};
use crate::rules::{body_says, token_error};
use crate::scheme::BearerError;
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    if !matches!(case.status(), 400 | 401 | 403) {
        return None;
    }
    let unnamed = token_error(case.exchange).is_none_or(|bearer| bearer.error.is_none());
    let said_so = case.sent_key()
        && (said(case.exchange, Topic::Scope)
            || case.status() == 401
                && unnamed
                && said(case.exchange, Topic::Denied)
                && body_says(
                    case.exchange,
                    &["permission", "privilege", "to access", "to perform"],
                ));
    let lacks = case.sent_token() && said(case.exchange, Topic::Denied);
    if READS && case.sent_token() && lacks_accepted(case.exchange) {
        return Some(
            Finding::about(
                FindingId::InsufficientScope,
                Confidence::Likely,
                case.exchange,
            )
            .because(Evidence::of(EvidenceId::ServerReason).with(Arg::Detail, "scopes"))
            .offer(RemedyId::AskOwner),
        );
    }
    let bearer = token_error(case.exchange).filter(|bearer| {
        bearer.error == Some(BearerError::InsufficientScope)
            || lacks && bearer.error.is_none() && bearer.scope.is_some()
    });
    if bearer.is_none() && !said_so {
        return None;
    }
    let mut finding = Finding::about(
        FindingId::InsufficientScope,
        Confidence::Certain,
        case.exchange,
    )
    .because(Evidence::of(EvidenceId::ChallengeError).with(Arg::Detail, "insufficient_scope"));
    if let Some(scope) = bearer.and_then(|bearer| bearer.scope) {
        finding = finding
            .because(Evidence::of(EvidenceId::ScopeNeeded).with(Arg::Detail, scope))
            .with(Arg::Detail, scope);
    }
    Some(finding.offer(RemedyId::AskOwner))
}

/// Whether the fields of GitHub's and others' interfaces name the scopes that are taken here, and the token has none of
/// them.
fn lacks_accepted(exchange: &Exchange) -> bool {
    let said = exchange.field(SAID).unwrap_or_default();
    let scopes = |name: &str| {
        let (_, rest) = text::split_at(said, name)?;
        let (list, _) = text::split_at(rest, ". ")?;
        Some(list.split([',', ' ']).filter(|scope| !scope.is_empty()))
    };
    let has =
        |wanted: &str| scopes("x-oauth-scopes ").is_some_and(|mut has| has.any(|it| it == wanted));
    scopes("x-accepted-oauth-scopes ").is_some_and(|mut accepted| !accepted.any(has))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

    #[test]
    fn hit_names_the_missing_scope() {
        let scene = Scene::fetch("https://api.example/reports")
            .authorization("Bearer")
            .answer(403)
            .www("Bearer error=\"insufficient_scope\", scope=\"reports:write\"");
        let finding = scene.check(check).expect("insufficient_scope");
        assert!(
            finding
                .evidence
                .iter()
                .any(|e| e.args.as_slice().contains(&"reports:write".to_owned()))
        );
        assert_eq!(finding.offers[0].id.as_str(), "ask-owner");
    }

    #[test]
    fn hit_the_scopes_that_are_taken_are_named() {
        let answer = |accepted: &str| {
            let said =
                format!("x-oauth-scopes linodes:read_only. x-accepted-oauth-scopes {accepted}. ");
            let scene = Scene::fetch("https://api.example/domains").authorization("Bearer");
            scene
                .answer(401)
                .field(crate::event::SAID, &said)
                .check(check)
                .is_some()
        };
        assert!(answer("domains:read_only"));
        assert!(!answer("domains:read_only, linodes:read_only"));
    }

    #[test]
    fn near_miss_invalid_token() {
        assert!(
            Scene::fetch("https://api.example/")
                .answer(401)
                .www("Bearer error=\"invalid_token\"")
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_scope_without_an_error() {
        assert!(
            Scene::fetch("https://api.example/")
                .answer(401)
                .www("Bearer scope=\"x\"")
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn hit_a_scope_is_named_and_the_words_say_so() {
        let api = |body: &str| {
            let scene = Scene::fetch("https://api.example/items").authorization("Bearer");
            scene
                .answer(401)
                .www("Bearer scope=\"items\"")
                .body(body)
                .check(check)
                .is_some()
        };
        assert!(api("{\"detail\":\"Not enough permissions\"}"));
        assert!(!api("{\"detail\":\"Could not validate credentials\"}"));
    }

    #[test]
    fn hit_a_key_in_a_field_of_its_own() {
        let api = |key: bool| {
            let scene = Scene::fetch("https://shop.example/api/orders").looked();
            let scene = scene.with(|exchange| {
                if let Some(sent) = &mut exchange.sent {
                    sent.key = key;
                }
            });
            let body = "{\"errors\":\"This action requires approval for read_orders scope.\"}";
            scene.answer(403).body(body).check(check).is_some()
        };
        assert!(api(true));
        assert!(!api(false));
    }
}
