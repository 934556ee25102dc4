//! Sites that are at fault themselves: an endless redirect, unusable challenges, a passing breakdown.

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::Response;

use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::WallState;

/// `/` leads to `/home` and `/home` to `/`, whatever is sent.
pub(super) fn endless(asked: &Asked, _state: &mut WallState) -> Response {
    match asked.path.as_str() {
        "/" => page::found("/home"),
        "/home" => page::found("/"),
        _ => page::not_found(),
    }
}

/// A 401 that breaks RFC 9110 §15.5.2: no WWW-Authenticate, and an empty body.
pub(super) fn no_challenge(_asked: &Asked, _state: &mut WallState) -> Response {
    page::empty(StatusCode::UNAUTHORIZED)
}

/// A 401 whose challenge has parameters but no auth-scheme (RFC 9110 §11.3 wants one).
pub(super) fn bad_challenge(_asked: &Asked, _state: &mut WallState) -> Response {
    let body = "<p>You are not allowed to see this page.</p>";
    let answer = page::page(StatusCode::UNAUTHORIZED, "Unauthorized", body);
    page::with(answer, WWW_AUTHENTICATE, "realm=\"Members\"")
}

/// 503 for the first load, then fine.
pub(super) fn broken(asked: &Asked, state: &mut WallState) -> Response {
    if !asked.gets("/") {
        return page::not_found();
    }
    state.loads += 1;
    if state.loads > 1 {
        return page::ok("Back again", "<p>The site works.</p>");
    }
    let body = "<p>The service is starting.</p>";
    page::page(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", body)
}
