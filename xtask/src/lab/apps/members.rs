//! A site for members with a sign-in form and a session cookie, and its stricter sisters.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use serde_json::json;

use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::WallState;
use crate::lab::table::USER;

/// How long `busy` refuses, and by how much each further try makes it longer.
const PENALTY: Duration = Duration::from_secs(4);

/// How many wrong passwords in a row `busy` takes before it refuses.
const TRIES: u32 = 3;

/// Shows the sign-in form where the fragment asks for it.
const ROUTES: &str =
    "document.querySelector('#route').hidden = !location.hash.startsWith('#/login');";

/// The code from the message that `locked` pretends to have sent.
const RESET_CODE: &str = "s3cret-code-locked";

/// Every page is for members; a wrong password is answered 401 with the form again.
pub(super) fn site(asked: &Asked, state: &mut WallState) -> Response {
    answer(asked, state, "Lax")
}

/// The same with a Secure cookie, for https.
pub(super) fn secure_site(asked: &Asked, state: &mut WallState) -> Response {
    answer(asked, state, "Lax; Secure")
}

/// The same, where `/admin` is for nobody we know.
pub(super) fn forbidden(asked: &Asked, state: &mut WallState) -> Response {
    if asked.gets("/admin") && state.knows(asked.cookie("sid")) {
        let body = json!({ "error": "forbidden", "message": "You are not an administrator." });
        return page::json(StatusCode::FORBIDDEN, &body);
    }
    site(asked, state)
}

/// The same, whose sign-in page is a route of a single-page app: only the fragment names it, which no server is told of.
pub(super) fn by_route(asked: &Asked, state: &mut WallState) -> Response {
    if asked.gets("/") {
        let form = page::sign_in_form("/login?next=/inbox", "Please sign in.", None);
        let body = format!("<div id=\"route\" hidden>{form}</div><script>{ROUTES}</script>");
        return page::page(StatusCode::OK, "Members", &body);
    }
    if asked.posts("/login") || state.knows(asked.cookie("sid")) {
        return answer(asked, state, "Lax");
    }
    page::found("/#/login")
}

/// The same, refusing everything for a while after too many wrong passwords (RFC 6585 §4).
pub(super) fn busy(asked: &Asked, state: &mut WallState) -> Response {
    let now = state.now();
    let is_try = asked.posts("/login");
    if now < state.refused_until {
        if is_try {
            state.refused_until += PENALTY;
        }
        return too_many_requests(state.refused_until - now);
    }
    if is_try && !password_fits(asked, state) {
        state.bad_tries += 1;
        if state.bad_tries >= TRIES {
            state.bad_tries = 0;
            state.refused_until = now + PENALTY;
            return too_many_requests(PENALTY);
        }
    } else if is_try {
        state.bad_tries = 0;
    }
    site(asked, state)
}

/// The same, with an account that stays locked until its password is reset.
pub(super) fn locked(asked: &Asked, state: &mut WallState) -> Response {
    if asked.gets("/.well-known/change-password") {
        return page::found("/reset");
    }
    if asked.gets("/reset") {
        return page::page(StatusCode::OK, "Choose a new password", &reset_form());
    }
    if asked.posts("/reset") {
        return reset(asked, state);
    }
    if asked.posts("/login") && state.new_password.is_none() {
        let body =
            "<p>This account is locked after too many tries. Reset the password to unlock it.</p>";
        return page::page(StatusCode::LOCKED, "Account locked", body);
    }
    site(asked, state)
}

/// Whether the posted name and password are right.
pub(super) fn password_fits(asked: &Asked, state: &WallState) -> bool {
    asked.field("username") == USER && asked.field("password") == state.password()
}

/// A site for members whose session cookie ends with this value of SameSite, and what may follow it.
pub(super) fn answer(asked: &Asked, state: &mut WallState, cookie_end: &str) -> Response {
    let action = format!("/login?next={}", asked.next());
    if asked.gets("/login") {
        let form = page::sign_in_form(&action, "Please sign in.", None);
        return page::page(StatusCode::OK, "Sign in", &form);
    }
    if asked.posts("/login") {
        if !password_fits(asked, state) {
            let form = page::sign_in_form(&action, "That name or password is not right.", None);
            return page::page(StatusCode::UNAUTHORIZED, "Sign in", &form);
        }
        return signed_in(state, &asked.next(), cookie_end);
    }
    // A browser first asks for a well-known address that cannot exist, and trusts the others only if that is not found
    // (W3C, "Detecting the reliability of HTTP status codes"): Chromium does before it opens change-password.
    if asked.path.starts_with("/.well-known/") {
        return page::not_found();
    }
    if state.knows(asked.cookie("sid")) {
        return page::ok("You are in", "<p>This page is for members.</p>");
    }
    page::found(&format!("/login?next={}", asked.path))
}

fn signed_in(state: &mut WallState, next: &str, cookie_end: &str) -> Response {
    let session = state.open_session();
    let cookie = format!("sid={session}; Path=/; HttpOnly; SameSite={cookie_end}");
    page::with_cookie(page::see_other(next), &cookie)
}

fn too_many_requests(left: Duration) -> Response {
    // Rounded up: a visitor who waits as long as told must be let in.
    let seconds = left.as_millis().div_ceil(1000);
    let body = format!("<p>Too many tries. Wait {seconds} seconds.</p>");
    let answer = page::page(StatusCode::TOO_MANY_REQUESTS, "Too many tries", &body);
    page::with(answer, RETRY_AFTER, &seconds.to_string())
}

fn reset_form() -> String {
    "<p>Type the code from our message and a new password.</p>\
     <form id=\"reset\" method=\"post\" action=\"/reset\">\
     <label>Name <input name=\"username\" autocomplete=\"username\" required></label>\
     <label>Code <input name=\"code\" autocomplete=\"one-time-code\" required></label>\
     <label>New password <input name=\"password\" type=\"password\" autocomplete=\"new-password\" required></label>\
     <button>Save and sign in</button></form>"
        .to_owned()
}

fn reset(asked: &Asked, state: &mut WallState) -> Response {
    let known = asked.field("username") == USER && asked.field("code") == RESET_CODE;
    if !known || asked.field("password").is_empty() {
        return page::page(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Choose a new password",
            &reset_form(),
        );
    }
    state.new_password = Some(asked.field("password").to_owned());
    signed_in(state, "/account", "Lax")
}
