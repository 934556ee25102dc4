//! The lab's own sites: for each wall a function from request and memory to answer.

mod cookies;
mod faults;
mod healthy;
mod interference;
mod members;
mod old_form;
mod prompts;
mod tokens;

use axum::response::Response;

use super::asked::Asked;
use super::page;
use super::state::WallState;

/// A site: it answers one request and may change what it remembers.
pub(super) type App = fn(&Asked, &mut WallState) -> Response;

/// The site behind a wall; `None` where nginx or Apache answer alone.
pub(super) fn app(id: &str) -> Option<App> {
    let app: App = match id {
        "bad-challenge" => faults::bad_challenge,
        "blocked-script" => interference::needs_script,
        "cleaned" => interference::cleaned,
        "cut-link" => interference::one_host,
        "embedded-tool" => interference::tool,
        "hidden-referrer" => interference::careful,
        "two-containers" => interference::two_hosts,
        "broken" => faults::broken,
        "busy" => members::busy,
        "expired" | "members" | "wrong-password" => members::site,
        "expired-https" => members::secure_site,
        "forbidden" => members::forbidden,
        "handshake" => prompts::handshake,
        "healthy" => healthy::public,
        "locked" => members::locked,
        "loop" => faults::endless,
        "no-challenge" => faults::no_challenge,
        "old-form" => old_form::settings,
        "plain-basic" => prompts::plain_basic,
        "proxy" => behind_proxy,
        "scope" | "spa-revoked" | "spa-token" => tokens::application,
        "stale-loop" => cookies::stale_loop,
        "stale-nonce" => prompts::stale_nonce,
        "too-many-cookies" => cookies::too_many,
        "two-cookies" => cookies::two_cookies,
        _ => return None,
    };
    Some(app)
}

/// An open page; the wall stands in front of it.
fn behind_proxy(asked: &Asked, _state: &mut WallState) -> Response {
    if !asked.gets("/") {
        return page::not_found();
    }
    page::ok("You are through", "<p>The proxy let this browser pass.</p>")
}
