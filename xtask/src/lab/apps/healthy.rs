//! A public page on which nothing is wrong, though four of its own requests fail.

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::Response;
use serde_json::json;

use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::WallState;

/// Marks the document once all four requests have failed.
const SCRIPT: &str = include_str!("../pages/healthy.js");

/// The page, its optional request (401), icon (401), image (404) and beacon (403).
pub(super) fn public(asked: &Asked, _state: &mut WallState) -> Response {
    let bearer = |answer| page::with(answer, WWW_AUTHENTICATE, "Bearer realm=\"healthy\"");
    match asked.path.as_str() {
        "/" => {
            let body = format!(
                "<link rel=\"icon\" href=\"/favicon.ico\"><p>Everybody may read this.</p>\
                 <script type=\"module\">{SCRIPT}</script>"
            );
            page::ok("A public page", &body)
        }
        "/api/me" => bearer(page::json(
            StatusCode::UNAUTHORIZED,
            &json!({ "error": "signed out" }),
        )),
        "/favicon.ico" => bearer(page::empty(StatusCode::UNAUTHORIZED)),
        "/beacon" => page::empty(StatusCode::FORBIDDEN),
        _ => page::not_found(),
    }
}
