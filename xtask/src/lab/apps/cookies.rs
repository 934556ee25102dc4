//! Sites that trip over their own cookies: dead ones trusted, two of one name, far too many.

use axum::http::StatusCode;
use axum::response::Response;

use super::members;
use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::WallState;

/// How many leftovers `/seed` sets, and how long each value is: together over nginx's 8 kB for one line.
const LEFTOVERS: usize = 12;
const LEFTOVER_LENGTH: usize = 900;

/// A dead `sid` is turned away by `/`, trusted by `/login`, and never replaced.
pub(super) fn stale_loop(asked: &Asked, state: &mut WallState) -> Response {
    let sent = asked.cookie("sid");
    if asked.gets("/") {
        if state.knows(sent) {
            return page::ok("You are in", "<p>This page is for members.</p>");
        }
        return page::found("/login");
    }
    if asked.gets("/login") {
        if sent.is_some() {
            return page::found("/");
        }
        return page::page(StatusCode::OK, "Sign in", &form("Please sign in."));
    }
    if !asked.posts("/login") {
        return page::not_found();
    }
    if !members::password_fits(asked, state) {
        let form = form("That name or password is not right.");
        return page::page(StatusCode::UNAUTHORIZED, "Sign in", &form);
    }
    if sent.is_some() {
        return page::see_other("/");
    }
    let session = state.open_session();
    page::with_cookie(
        page::see_other("/"),
        &format!("sid={session}; Path=/; HttpOnly"),
    )
}

/// The parent domain sets `session` for all its hosts; `www` sets its own, and reads whichever is first.
pub(super) fn two_cookies(asked: &Asked, state: &mut WallState) -> Response {
    if asked.host == "two-cookies.test" {
        return parent(asked, state);
    }
    if asked.gets("/") {
        if state.knows(asked.cookie("session")) {
            return page::ok("You are in", "<p>This page is for members.</p>");
        }
        return page::found("/login");
    }
    if asked.gets("/login") {
        return page::page(StatusCode::OK, "Sign in", &form("Please sign in."));
    }
    if !asked.posts("/login") {
        return page::not_found();
    }
    if !members::password_fits(asked, state) {
        let form = form("That name or password is not right.");
        return page::page(StatusCode::UNAUTHORIZED, "Sign in", &form);
    }
    let session = state.open_session();
    page::with_cookie(
        page::see_other("/"),
        &format!("session={session}; Path=/; HttpOnly"),
    )
}

/// `/seed` leaves a session and twelve leftovers; the rest is a site for members.
pub(super) fn too_many(asked: &Asked, state: &mut WallState) -> Response {
    if !asked.gets("/seed") {
        return members::site(asked, state);
    }
    let mut answer = page::page(
        StatusCode::OK,
        "Signed in, many times over",
        "<p><a href=\"/\">Go on</a></p>",
    );
    let session = state.open_session();
    answer = page::with_cookie(answer, &format!("sid={session}; Path=/; HttpOnly"));
    for number in 0..LEFTOVERS {
        let value = format!("{:a<LEFTOVER_LENGTH$}", state.fresh("nonce"));
        let name = format!("nonce.{:x}", md5::compute(number.to_string()));
        answer = page::with_cookie(answer, &format!("{name}={value}; Path=/"));
    }
    answer
}

fn parent(asked: &Asked, state: &mut WallState) -> Response {
    if !asked.gets("/old") {
        return page::not_found();
    }
    let value = state.fresh("old-session");
    let body = "<p>This was the sign-in of the whole domain.</p>";
    let answer = page::page(StatusCode::OK, "The old site", body);
    page::with_cookie(
        answer,
        &format!("session={value}; Domain=two-cookies.test; Path=/; HttpOnly"),
    )
}

fn form(message: &str) -> String {
    page::sign_in_form("/login", message, None)
}
