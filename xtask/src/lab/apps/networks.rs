//! What stands between a person and a site: guards, robot checks, Wi-Fi pages, a wrong clock, gates and odd schemes.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::{DATE, HeaderName, SERVER, WWW_AUTHENTICATE};
use axum::response::Response;
use serde_json::json;

use super::members;
use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::{WallState, unix_seconds};

/// How far the lab's servers are behind while a device's clock is said to be wrong, in seconds.
const BEHIND: u64 = 2 * 60 * 60;

/// A second try within this time is the browser's own.
const AT_ONCE: Duration = Duration::from_millis(500);

/// How far a device's time may be off, in seconds.
const ALLOWED: u64 = 5 * 60;

/// A guard at the edge refuses everybody; its `Server` is not the site's.
pub(super) fn edge_guard(_asked: &Asked, _state: &mut WallState) -> Response {
    let body = "<p>You don't have permission to access this server. Reference #18.0</p>";
    let answer = page::page(StatusCode::FORBIDDEN, "Access Denied", body);
    page::with(answer, SERVER, "AkamaiGHost")
}

/// A site for members that refuses every request once the network has changed, whoever asks.
pub(super) fn network_changed(asked: &Asked, state: &mut WallState) -> Response {
    if state.loads > 0 {
        let body = "<p>Not from here.</p>";
        return page::page(StatusCode::FORBIDDEN, "Forbidden", body);
    }
    if asked.path == "/network-changes" {
        state.loads = 1;
        return page::page(
            StatusCode::OK,
            "Elsewhere",
            "<p>You are in another network.</p>",
        );
    }
    members::site(asked, state)
}

/// A robot check: whoever keeps its cookie is let through.
pub(super) fn robot_check(asked: &Asked, state: &mut WallState) -> Response {
    if state.knows(asked.cookie("clearance")) {
        return page::ok("You are a person", "<p>The check is over.</p>");
    }
    let cookie = format!("clearance={}; Path=/; HttpOnly", state.open_session());
    let body = "<p>We check that you are a person.</p>";
    let answer = page::page(StatusCode::FORBIDDEN, "Just a moment", body);
    let answer = page::with(answer, HeaderName::from_static("cf-mitigated"), "challenge");
    page::with_cookie(answer, &cookie)
}

/// A Wi-Fi that leads every page to its own until somebody has typed the code of the room.
pub(super) fn hotspot(asked: &Asked, state: &mut WallState) -> Response {
    if asked.host == "hotspot-wifi.test" {
        if asked.posts("/accept") && asked.field("room") == "s3cret-room-hotspot" {
            state.loads = 1;
            return page::page(StatusCode::OK, "Connected", "<p>You are online.</p>");
        }
        let form = "<form method=\"post\" action=\"/accept\"><label>Code of your room \
                    <input name=\"room\" required></label><button>Go online</button></form>";
        return page::page(StatusCode::OK, "Welcome", form);
    }
    if state.loads == 0 {
        return page::found(&format!("http://hotspot-wifi.test:{}/welcome", asked.port));
    }
    page::ok("News", "<p>The network lets you through.</p>")
}

/// A site whose sessions hold only for devices with the right time. Its servers stand for the true time: they are two
/// hours behind until the device's clock is set.
pub(super) fn wrong_clock(asked: &Asked, state: &mut WallState) -> Response {
    let now = unix_seconds() - if state.clock_is_set { 0 } else { BEHIND };
    let answer = if asked.host == "wrong-clock-mail.test" {
        page::page(
            StatusCode::OK,
            "Mail",
            "<p>Another site, with the true time.</p>",
        )
    } else {
        timed(asked, state, now)
    };
    page::with(answer, DATE, &http_date(now))
}

fn timed(asked: &Asked, state: &mut WallState, now: u64) -> Response {
    let device = asked
        .cookie("device_time")
        .and_then(|text| text.parse().ok());
    let device: u64 = device.unwrap_or_else(unix_seconds);
    if asked.gets("/login") {
        let form = page::sign_in_form("/login?next=/", "Please sign in.", None);
        let script = "<script>document.cookie = `device_time=${Math.floor(Date.now() / 1000)}; path=/`</script>";
        return page::page(StatusCode::OK, "Sign in", &format!("{form}{script}"));
    }
    if asked.gets("/") && state.knows(asked.cookie("sid")) && device.abs_diff(now) > ALLOWED {
        let body = "<p>This session is not valid at this time.</p>";
        return page::page(StatusCode::UNAUTHORIZED, "Not valid", body);
    }
    members::site(asked, state)
}

/// An HTTP-date (RFC 9110 §5.6.7).
fn http_date(seconds: u64) -> String {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    httpdate::fmt_http_date(time)
}

/// A page for programs that know RFC 8120.
pub(super) fn odd_scheme(_asked: &Asked, _state: &mut WallState) -> Response {
    asks("Mutual realm=\"Lab\", version=\"1\", algorithm=iso-kam3-dl-2048-sha256")
}

/// A page that wants the computer's own sign-in (RFC 4559), and nothing else.
pub(super) fn work_sign_in(_asked: &Asked, _state: &mut WallState) -> Response {
    asks("Negotiate")
}

fn asks(challenge: &str) -> Response {
    let body = "<p>This page could not find out who you are.</p>";
    let answer = page::page(StatusCode::UNAUTHORIZED, "Sign-in needed", body);
    page::with(answer, WWW_AUTHENTICATE, challenge)
}

/// A password gate that stands in front of an app's interface, and wants the field in which the app sends its token. The
/// app asks again some times, as such apps do.
pub(super) fn two_gates(asked: &Asked, _state: &mut WallState) -> Response {
    if asked.gets("/api") {
        let body = json!({ "error": "unauthorized" });
        let answer = page::json(StatusCode::UNAUTHORIZED, &body);
        return page::with(answer, WWW_AUTHENTICATE, "Basic realm=\"Gate\"");
    }
    let script = "<script type=\"module\">
        const headers = { Authorization: 'Bearer s3cret-token-two-gates' };
        const ask = () => fetch('/api', { headers, credentials: 'omit' });
        for (let i = 0; i < 4; i += 1) {
          await ask();
          await new Promise((resolve) => setTimeout(resolve, 700));
        }
        document.documentElement.dataset.settled = '';
        </script>";
    page::page(
        StatusCode::OK,
        "Your films",
        &format!("<p>Loading …</p>{script}"),
    )
}

/// 421 for the first load, then fine. Browsers try once more by themselves, at once: that belongs to the first load.
pub(super) fn misdirected(asked: &Asked, state: &mut WallState) -> Response {
    if !asked.gets("/") {
        return page::not_found();
    }
    if state.loads == 0 {
        state.refused_until = state.now() + AT_ONCE;
    }
    state.loads += 1;
    if state.loads > 2 || (state.loads == 2 && state.now() > state.refused_until) {
        return page::ok("The right server", "<p>This line is for this site.</p>");
    }
    let body = "<p>This server does not know this site.</p>";
    page::page(StatusCode::MISDIRECTED_REQUEST, "Misdirected request", body)
}
