//! token-invalid: a token was refused as invalid, revoked or malformed.
//!
//! # What it detects
//! The app sent a pass that the server does not accept, for another reason than its age.
//! # How we tell
//! `error="invalid_token"` (or `invalid_dpop_proof`, `insufficient_claims`) to a request that is not known to have come
//! without a token; or a token was certainly sent and answered 401; a key or
//! signature that the answer calls wrong, in the words of a recording or in Amazon's `x-amzn-ErrorType`.
//! # False positives
//! `invalid_token` is also sent to requests without any token (Azure, MCP): what was sent beats what is said, so a request
//! that certainly carried none is a matter of signing in. An expired token has its own finding.
//! # References
//! RFC 6750 §3.1, RFC 9449 §7.1.

use crate::case::Case;
use crate::exchange::Exchange;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::rules::said::{Topic, fails_inside, said};
use crate::rules::stored_pass::lead_out;
use crate::rules::{authorization_lost, body_says, error_type, token_error, token_expired};
use crate::scheme::BearerError;

/// What interfaces call where a token is handed in for a new one, at the end of a path.
const RENEWALS: &[&str] = &["refresh", "refreshtoken", "renew", "token"];

/// Whether a parameter carries a key by its name.
fn is_key(name: &str) -> bool {
    ["key", "Key", "token", "Token"]
        .iter()
        .any(|end| name.ends_with(end))
}

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let said_so = said(exchange, Topic::TokenInvalid)
        && !said(exchange, Topic::Scope)
        && (fails_inside(exchange) || matches!(case.status(), 400 | 401 | 403 | 422))
        && (case.sent_key()
            || exchange.is_write()
                && exchange.address.is_named(RENEWALS)
                && !said(exchange, Topic::Choice)
                && !(case.sent_http_login() && said(exchange, Topic::WrongPassword))
            || exchange.address.parameters().any(is_key)
            || body_says(exchange, &["invalidaccesskeyid", "signaturedoesnotmatch"]))
        || is_fault(exchange);
    let signature = said_so || error_type(exchange, "Signature");
    let bearer = token_error(case.exchange);
    // The token is good, and a stronger sign-in is asked for.
    let weak = bearer.as_ref().is_some_and(|it| it.asks_for_context);
    if weak
        || !(signature || matches!(case.status(), 400 | 401))
        || token_expired::check(case).is_some()
        || authorization_lost::check(case).is_some()
    {
        return None;
    }
    let refused = bearer.as_ref().is_some_and(|bearer| {
        matches!(
            bearer.error,
            Some(
                BearerError::InvalidToken
                    | BearerError::InvalidDpopProof
                    | BearerError::InsufficientClaims
            )
        )
    });
    let revoked = bearer.as_ref().is_some_and(|bearer| bearer.says_revoked());
    let in_address = !exchange.is_document() && exchange.address.carries_token();
    let plain = case.status() == 401
        && (case.sent_token() || in_address || by_field(case))
        // A code of the service's own says no less than none (NetSuite's `token_rejected`).
        && bearer
            .as_ref()
            .is_none_or(|bearer| matches!(bearer.error, None | Some(BearerError::Other)));
    if !(refused || plain || revoked || signature)
        || (case.authorization().is_no()
            && !revoked
            && !signature
            && !in_address
            && !case.sent_key())
    {
        return None;
    }
    let confidence = if revoked || (refused && case.authorization().is_yes()) {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let mut finding = Finding::about(FindingId::TokenInvalid, confidence, case.exchange);
    if let Some(bearer) = bearer.filter(|_| refused || revoked) {
        let words = bearer.error_description.unwrap_or("invalid_token");
        finding =
            finding.because(Evidence::of(EvidenceId::ChallengeError).with(Arg::Detail, words));
    }
    finding = finding.because(case.credentials_evidence());
    Some(lead_out(case, finding))
}

/// In a recording: what looks like a server's fault, where an interface says that the key it was given is none.
pub(super) fn is_fault(exchange: &Exchange) -> bool {
    exchange.is(500)
        && exchange.is_write()
        && body_says(exchange, &["invalid api key", "invalid_api_key"])
}

/// A key was sent in a field of its own, and neither a session nor a name and password in it.
fn by_field(case: &Case<'_>) -> bool {
    case.sent_key() && !case.sent_session() && !said(case.exchange, Topic::WrongPassword)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene, stored};
    use super::check;
    use crate::event::Browser;
    use crate::event::ResourceType;
    use crate::event::StoredKey;
    use crate::finding::Confidence;
    use crate::finding::FindingId;

    #[test]
    fn no_alarm_for_an_exchange_of_secrets_that_goes_on() {
        let asked = |challenge: &str| {
            let scene = Scene::fetch("https://vault.example/").authorization("SCRAM-SHA-256");
            scene.answer(401).www(challenge).diagnose().is_empty()
        };
        assert!(asked("SCRAM-SHA-256 sid=AAAA, data=cj1yT3By"));
        assert!(!asked("SCRAM-SHA-256 realm=\"vault\""));
    }

    #[test]
    fn hit_a_fault_that_is_a_wrong_key() {
        let top = |body: &str| {
            let scene = Scene::method("POST", "https://mail.example/send.json");
            let scene = scene.with(|it| it.resource_type = ResourceType::XmlHttpRequest);
            scene.answer(500).body(body).diagnose()[0].id
        };
        let wrong = r#"{"status":"error","name":"Invalid_Key","message":"Invalid API key"}"#;
        assert_eq!(top(wrong), FindingId::TokenInvalid);
        let broken = r#"{"error":"Unexpected token < in JSON, invalid key order"}"#;
        assert_eq!(top(broken), FindingId::ServerFault);
    }

    #[test]
    fn hit_a_revoked_token() {
        let scene = Scene::fetch("https://api.example/me")
            .authorization("Bearer")
            .answer(401)
            .www("Bearer error=\"invalid_token\", error_description=\"The token was revoked\"");
        assert_eq!(
            scene.check(check).expect("revoked").confidence,
            Confidence::Certain
        );
    }

    #[test]
    fn hit_a_token_answered_without_a_reason() {
        assert!(
            Scene::fetch("https://api.example/me")
                .authorization("Bearer")
                .answer(401)
                .www("Bearer realm=\"Stripe\"")
                .check(check)
                .is_some()
        );
    }

    #[test]
    fn hit_a_code_of_the_services_own() {
        let refused = |error: &str| {
            Scene::fetch("https://api.example/record/1")
                .authorization("OAuth")
                .answer(401)
                .www(&format!("OAuth realm=\"1\", error=\"{error}\""))
                .check(check)
        };
        assert!(refused("token_rejected").is_some());
        assert!(refused("insufficient_scope").is_none());
    }

    fn revoked(keeps: Vec<StoredKey>) -> Vec<String> {
        let finding = Scene::fetch("https://api.example/me")
            .authorization("Bearer")
            .answer(401)
            .www("Bearer error=\"invalid_token\", error_description=\"The token was revoked\"")
            .keeps("https://app.example", keeps)
            .check(check)
            .expect("revoked");
        let shown = finding.offers.iter().map(|offer| {
            let keys = offer.stored.iter().map(|key| key.name.as_str());
            [offer.id.as_str()]
                .into_iter()
                .chain(keys)
                .collect::<Vec<_>>()
        });
        shown.map(|words| words.join(" ")).collect()
    }

    #[test]
    fn hit_the_only_pass_of_the_page_may_be_forgotten_should_signing_in_not_help() {
        let keeps = vec![
            stored("token", None),
            stored("session-view", None),
            stored("csrfToken", None),
        ];
        assert_eq!(
            revoked(keeps),
            ["sign-in", "reload", "clear-stored-token token", "ask-owner"]
        );
    }

    #[test]
    fn near_miss_of_several_passes_none_is_named() {
        let keeps = vec![
            stored("token", None),
            stored("id_token", Some(NOW / 1000 + 600)),
        ];
        assert_eq!(
            revoked(keeps),
            ["sign-in", "reload", "clear-site-data", "ask-owner"]
        );
    }

    #[test]
    fn near_miss_settings_are_no_passes() {
        let keeps = vec![
            stored("author", None),
            stored("session-view", None),
            stored("pushToken", None),
        ];
        assert_eq!(revoked(keeps), ["sign-in", "reload", "ask-owner"]);
    }

    #[test]
    fn near_miss_the_server_says_invalid_token_but_none_was_sent() {
        let scene = Scene::fetch("https://mcp.example/")
            .on(Browser::Firefox)
            .answer(401)
            .www("Bearer error=\"invalid_token\"");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_a_wrong_password() {
        let scene = Scene::get("https://app.example/")
            .authorization("Basic")
            .answer(401)
            .www("Basic realm=\"x\"");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_nonce_to_be_used() {
        let scene = Scene::fetch("https://rs.example/")
            .authorization("DPoP")
            .answer(401)
            .www("DPoP error=\"use_dpop_nonce\"");
        assert!(scene.diagnose().is_empty());
    }

    #[test]
    fn hit_amazon_names_a_signature() {
        let scene = Scene::fetch("https://abc.example/prod").authorization("AWS4-HMAC-SHA256");
        let refused = scene
            .answer(403)
            .field("x-amzn-errortype", "InvalidSignatureException");
        assert_eq!(refused.diagnose()[0].id, FindingId::TokenInvalid);
    }

    #[test]
    fn near_miss_words_about_a_token_that_nobody_sent() {
        let scene = Scene::fetch("https://app.example/api").cookie("sid", 20);
        let refused = scene.answer(403).body("{\"error\":\"invalid token\"}");
        assert!(refused.check(check).is_none());
    }

    #[test]
    fn hit_a_token_in_the_address() {
        let scene = Scene::fetch("https://api.example/me?key=k&token=t").looked();
        assert_eq!(scene.answer(401).diagnose()[0].id, FindingId::TokenInvalid);
    }

    #[test]
    fn hit_a_key_in_a_field_of_its_own() {
        let api = |key: bool, session: bool| {
            let scene = Scene::fetch("https://media.example/library").looked();
            let scene = if session {
                scene.cookie("sid", 12)
            } else {
                scene
            };
            let scene = scene.with(|exchange| {
                if let Some(sent) = &mut exchange.sent {
                    sent.key = key;
                }
            });
            scene.answer(401).check(check).is_some()
        };
        assert!(api(true, false));
        assert!(!api(false, false));
        // Beside a session the key may stand for the app alone.
        assert!(!api(true, true));
    }
}
