//! The lab's own sites: for each wall a function from request and memory to answer.

mod cookie_fates;
mod cookies;
mod faults;
mod healthy;
mod interference;
mod kept;
mod members;
mod networks;
mod old_form;
mod prompts;
mod services;
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
        "cookies-off" => members::site,
        "crowded-jar" => cookie_fates::crowded,
        "form-relay" => cookie_fates::form_relay,
        "grown-cookie" => cookie_fates::grown,
        "secure-cookie" => members::secure_site,
        "secure-leftover" => cookie_fates::leftover,
        "shared-port" => cookie_fates::shared_port,
        "strict-link" => cookie_fates::strict_link,
        "two-names" => cookie_fates::two_names,
        "dead-token" => tokens::circles,
        "expired" | "members" | "wrong-password" => members::site,
        "expired-https" => members::secure_site,
        "expired-route" => members::by_route,
        "far-detour" => kept::far_detour,
        "forbidden" => members::forbidden,
        "handshake" => prompts::handshake,
        "healthy" => healthy::public,
        "locked" => members::locked,
        "loop" => faults::endless,
        "no-challenge" => faults::no_challenge,
        "offline-copy" => kept::offline_copy,
        "old-detour" => kept::old_detour,
        "old-form" => old_form::settings,
        "plain-basic" | "password-in-address" => prompts::plain_basic,
        "proxy" => behind_proxy,
        "scope" | "spa-revoked" | "spa-token" | "step-up" => tokens::application,
        "signed-out-behind" => kept::behind,
        "stale-loop" => cookies::stale_loop,
        "stale-nonce" => prompts::stale_nonce,
        "too-many-cookies" => cookies::too_many,
        "two-cookies" => cookies::two_cookies,
        "late-hand-off" | "bookmarked-sign-in" => services::relay,
        "other-account" => services::accounts,
        "used-link" => services::used_link,
        "network-changed" => networks::network_changed,
        "edge-guard" => networks::edge_guard,
        "robot-check" => networks::robot_check,
        "wrong-clock" => networks::wrong_clock,
        "hotspot" => networks::hotspot,
        "odd-scheme" => networks::odd_scheme,
        "work-sign-in" => networks::work_sign_in,
        "two-gates" => networks::two_gates,
        "misdirected" => networks::misdirected,
        "works-offline" => kept::works_offline,
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
