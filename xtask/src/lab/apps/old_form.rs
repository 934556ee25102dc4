//! A sign-in form bound to a cookie of its own, answered 419 once that cookie is gone or another.

use axum::http::StatusCode;
use axum::response::Response;

use super::members::password_fits;
use crate::lab::asked::Asked;
use crate::lab::page::{self, Hidden};
use crate::lab::state::WallState;

/// Settings for members; each showing of the form draws a new form cookie and token.
pub(super) fn settings(asked: &Asked, state: &mut WallState) -> Response {
    if asked.gets("/login") {
        return form(asked, state);
    }
    if asked.posts("/login") {
        return submitted(asked, state);
    }
    if state.knows(asked.cookie("sid")) {
        return page::ok("Your settings", "<p>This page is for members.</p>");
    }
    page::found(&format!("/login?next={}", asked.path))
}

fn form(asked: &Asked, state: &mut WallState) -> Response {
    let cookie = state.fresh("form");
    let token = state.fresh("csrf");
    state.forms.insert(cookie.clone(), token.clone());
    let action = format!("/login?next={}", asked.next());
    let hidden = Hidden {
        name: "_token",
        value: &token,
    };
    let body = page::sign_in_form(&action, "Please sign in.", Some(hidden));
    let answer = page::page(StatusCode::OK, "Sign in", &body);
    page::with_cookie(
        answer,
        &format!("s={cookie}; Path=/; HttpOnly; SameSite=Lax"),
    )
}

fn submitted(asked: &Asked, state: &mut WallState) -> Response {
    let expected = asked.cookie("s").and_then(|cookie| state.forms.get(cookie));
    if expected.is_none_or(|token| token != asked.field("_token")) {
        return page_expired();
    }
    if !password_fits(asked, state) {
        return page::page(
            StatusCode::UNAUTHORIZED,
            "Sign in",
            "<p>That name or password is not right.</p>",
        );
    }
    let session = state.open_session();
    let answer = page::see_other(&asked.next());
    page::with_cookie(
        answer,
        &format!("sid={session}; Path=/; HttpOnly; SameSite=Lax"),
    )
}

/// 419, which Laravel made the common answer to an old form.
fn page_expired() -> Response {
    let status = StatusCode::from_u16(419).unwrap_or(StatusCode::BAD_REQUEST);
    page::page(status, "Page expired", "<p>This form is too old.</p>")
}
