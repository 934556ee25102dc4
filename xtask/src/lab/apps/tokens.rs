//! A single-page application that keeps a bearer token in local storage, and its API (RFC 6750).

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::members::password_fits;
use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::{WallState, unix_seconds};
use crate::lab::table::USER;

/// The page's script: it asks `body[data-api]` with the stored token and shows what came of it.
const SCRIPT: &str = include_str!("../pages/application.js");

/// The script of an app that trusts its stored token over everything: with one, its sign-in page leads back.
const CIRCLES: &str = include_str!("../pages/circles.js");

/// How long a token lives, in seconds.
const LIFETIME: u64 = 3_600;

/// How long the token of `/seed` has been dead, in seconds.
const DEAD_FOR: u64 = 86_400;

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenFlaw {
    /// Its `exp` has passed.
    Expired,
    /// It was good once.
    Revoked,
    /// This server never gave it out.
    Foreign,
}

/// Shell, seed, sign-in and API.
pub(super) fn application(asked: &Asked, state: &mut WallState) -> Response {
    if asked.gets("/") {
        return shell("Your page", "/api/me", SCRIPT);
    }
    if asked.gets("/reports") {
        return shell("Your reports", "/api/reports", SCRIPT);
    }
    if asked.gets("/seed") {
        return seed(state);
    }
    if asked.posts("/api/login") {
        return sign_in(asked, state);
    }
    if asked.gets("/api/me") || asked.gets("/api/reports") {
        return api(asked, state);
    }
    page::not_found()
}

/// The same app with a sign-in page that shows no form to a browser that has a token, dead or not.
pub(super) fn circles(asked: &Asked, state: &mut WallState) -> Response {
    if asked.gets("/") {
        return shell("Your page", "/api/me", CIRCLES);
    }
    application(asked, state)
}

/// Judges a token against the live ones.
fn read_token(token: &str, state: &WallState, now: u64) -> Result<(), TokenFlaw> {
    let mut parts = token.split('.');
    let (payload, signature) = (
        parts.nth(1).unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    if !signature.starts_with(&format!("s3cret-signature-{}-", state.id)) {
        return Err(TokenFlaw::Foreign);
    }
    let claims = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap_or_default();
    let expires = claims
        .get("exp")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or_default();
    if expires <= now {
        return Err(TokenFlaw::Expired);
    }
    if state.tokens.contains(token) {
        Ok(())
    } else {
        Err(TokenFlaw::Revoked)
    }
}

fn api(asked: &Asked, state: &WallState) -> Response {
    let realm = state.id;
    let Some(token) = asked.credentials("Bearer") else {
        return refused(
            StatusCode::UNAUTHORIZED,
            &format!("Bearer realm=\"{realm}\""),
            "no_token",
        );
    };
    let description = match read_token(token, state, unix_seconds()) {
        Err(TokenFlaw::Expired) => "The access token expired",
        Err(TokenFlaw::Revoked) => "The token was revoked",
        Err(TokenFlaw::Foreign) => "The token is malformed",
        // The token of a second sign-in is fresh enough (RFC 9470 §3).
        Ok(())
            if state.id == "step-up" && asked.path == "/api/reports" && state.tokens.len() < 2 =>
        {
            let value = format!(
                "Bearer realm=\"{realm}\", error=\"insufficient_user_authentication\", max_age=60"
            );
            return refused(
                StatusCode::UNAUTHORIZED,
                &value,
                "insufficient_user_authentication",
            );
        }
        Ok(()) if state.id != "step-up" && asked.path == "/api/reports" => {
            let value = format!(
                "Bearer realm=\"{realm}\", error=\"insufficient_scope\", scope=\"reports:write\""
            );
            return refused(StatusCode::FORBIDDEN, &value, "insufficient_scope");
        }
        Ok(()) => return page::json(StatusCode::OK, &json!({ "name": USER })),
    };
    let value = format!(
        "Bearer realm=\"{realm}\", error=\"invalid_token\", error_description=\"{description}\""
    );
    refused(StatusCode::UNAUTHORIZED, &value, "invalid_token")
}

fn refused(status: StatusCode, challenge: &str, error: &str) -> Response {
    page::with(
        page::json(status, &json!({ "error": error })),
        WWW_AUTHENTICATE,
        challenge,
    )
}

fn sign_in(asked: &Asked, state: &mut WallState) -> Response {
    if !password_fits(asked, state) {
        return page::json(
            StatusCode::UNAUTHORIZED,
            &json!({ "error": "wrong_password" }),
        );
    }
    let token = token(state, unix_seconds());
    state.tokens.insert(token.clone());
    page::json(StatusCode::OK, &json!({ "token": token }))
}

/// Leaves the token of a sign-in long ago in the page's storage.
fn seed(state: &mut WallState) -> Response {
    let token = token(state, unix_seconds().saturating_sub(DEAD_FOR + LIFETIME));
    let body = format!(
        "<p>The token of yesterday's sign-in is in this page's storage. <a href=\"/\">Go on</a></p>\
         <script>localStorage.setItem('token', '{token}')</script>"
    );
    page::page(StatusCode::OK, "Signed in yesterday", &body)
}

/// A JWT (RFC 7519) made out at this time. Its signature is a number only this server gives out.
fn token(state: &mut WallState, issued: u64) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let payload = json!({ "sub": USER, "iat": issued, "exp": issued + LIFETIME });
    let encode = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.{}",
        encode(header),
        encode(payload),
        state.fresh("signature")
    )
}

fn shell(title: &str, api: &str, script: &str) -> Response {
    let form = page::sign_in_form("/", "Please sign in.", None);
    let body = format!(
        "<p id=\"status\" role=\"status\">One moment …</p>\
         <template id=\"signed-out\">{form}</template>\
         <script type=\"module\" data-api=\"{api}\" id=\"application\">{script}</script>"
    );
    page::page(StatusCode::OK, title, &body)
}
