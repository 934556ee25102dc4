//! Sites of which a page or the browser keeps too much: an open page without its sign-in, old redirects, an old copy.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::members::password_fits;
use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::WallState;

/// The page that asks for its feed twice a second.
const FEED: &str = include_str!("../pages/feed.js");

/// The page that has a service worker keep a copy of it.
const KEEPER: &str = include_str!("../pages/keeper.js");

/// That service worker: it answers for the front page with the sign-in page that it kept, whoever asks.
const WORKER: &str = include_str!("../pages/worker.js");

/// An app behind a sign-in service on another host: without a session everything leads there, scripts' requests too.
pub(super) fn behind(asked: &Asked, state: &mut WallState) -> Response {
    if asked.host.starts_with("sso.") {
        return service(asked, state);
    }
    if asked.gets("/enter") {
        let session = state.open_session();
        let cookie = format!("sid={session}; Path=/; HttpOnly");
        return page::with_cookie(page::see_other("/"), &cookie);
    }
    if !state.knows(asked.cookie("sid")) {
        return page::found(&format!("http://sso.{}:{}/login", asked.host, asked.port));
    }
    if asked.gets("/api/feed") {
        return page::json(StatusCode::OK, &json!({ "news": [] }));
    }
    let body = format!("<p>Your board.</p><script type=\"module\">{FEED}</script>");
    page::ok("Your board", &body)
}

/// The sign-in service: it asks each time.
fn service(asked: &Asked, state: &WallState) -> Response {
    if asked.posts("/login") && password_fits(asked, state) {
        let app = asked.host.trim_start_matches("sso.");
        return page::see_other(&format!("http://{app}:{}/enter", asked.port));
    }
    let form = page::sign_in_form("/login", "Sign in for your board.", None);
    page::page(StatusCode::OK, "Sign in", &form)
}

/// A site that once moved its front page to its sign-in page for good, and took that back.
pub(super) fn old_detour(asked: &Asked, state: &mut WallState) -> Response {
    detour(asked, state, "/login")
}

/// The same, where the sign-in page is another host's.
pub(super) fn far_detour(asked: &Asked, state: &mut WallState) -> Response {
    let to = format!("http://old.{}:{}/login", asked.host, asked.port);
    detour(asked, state, &to)
}

fn detour(asked: &Asked, state: &mut WallState, to: &str) -> Response {
    if asked.gets("/login") {
        let form = page::sign_in_form("/login", "Signing in is closed.", None);
        return page::page(StatusCode::OK, "Sign in", &form);
    }
    if !asked.gets("/") {
        return page::not_found();
    }
    state.loads += 1;
    if state.loads == 1 {
        return page::moved(to);
    }
    page::ok(
        "Open to everybody",
        "<p>No sign-in is needed here any more.</p>",
    )
}

/// A site with a service worker of an old version, which shows the sign-in page that it kept in place of the front page.
pub(super) fn offline_copy(asked: &Asked, state: &mut WallState) -> Response {
    if asked.gets("/worker.js") {
        return page::typed(StatusCode::OK, "text/javascript", WORKER.to_owned());
    }
    if asked.posts("/login") && password_fits(asked, state) {
        let session = state.open_session();
        let cookie = format!("sid={session}; Path=/; HttpOnly; Secure");
        return page::with_cookie(page::see_other("/"), &cookie);
    }
    if asked.gets("/") && state.knows(asked.cookie("sid")) {
        return page::ok("Your page", "<p>You are signed in.</p>");
    }
    if asked.gets("/") {
        return page::found("/login");
    }
    if asked.path != "/login" {
        return page::not_found();
    }
    let form = page::sign_in_form("/login", "Please sign in.", None);
    let body = format!("{form}<script type=\"module\">{KEEPER}</script>");
    page::page(StatusCode::OK, "Sign in", &body)
}
