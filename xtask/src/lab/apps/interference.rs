//! Sites that work, until something in the browser takes away what they need: cookies, scripts, parameters, Referer.

use axum::http::StatusCode;
use axum::response::Response;

use super::members;
use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::WallState;

/// A tool in a frame of a course: it is launched, remembers the launch by a cookie, and lets in whoever brings it back.
pub(super) fn tool(asked: &Asked, state: &mut WallState) -> Response {
    if asked.host.starts_with("course-") {
        if !asked.gets("/course") {
            return page::not_found();
        }
        let frame = format!(
            "<iframe src=\"https://embedded-tool.test:{}/launch\" width=\"400\" height=\"200\"></iframe>",
            asked.port
        );
        return page::page(StatusCode::OK, "The course", &frame);
    }
    if asked.gets("/launch") {
        if state.knows(asked.cookie("sid")) {
            return page::ok("The tool", "<p>You may begin.</p>");
        }
        let launch = state.fresh("launch");
        let cookie = format!("lti_state={launch}; Path=/; Secure; HttpOnly; SameSite=None");
        return page::with_cookie(page::found(&format!("/ready?state={launch}")), &cookie);
    }
    if !asked.gets("/ready") {
        return page::not_found();
    }
    let same = asked
        .cookie("lti_state")
        .is_some_and(|launch| asked.query == format!("state={launch}"));
    if !same {
        return page::page(
            StatusCode::BAD_REQUEST,
            "State not found",
            "<p>The launch is not known.</p>",
        );
    }
    let session = state.open_session();
    let cookie = format!("sid={session}; Path=/; Secure; HttpOnly; SameSite=None");
    page::with_cookie(page::found("/launch"), &cookie)
}

/// A site for members whose form is filled in further by a script.
pub(super) fn needs_script(asked: &Asked, state: &mut WallState) -> Response {
    if asked.gets("/auth-widget.js") {
        let script = "for (const form of document.forms) form.action += '&proof=1';";
        return page::html(StatusCode::OK, script.to_owned());
    }
    if asked.gets("/login") {
        let action = format!("/login?next={}", asked.next());
        let form = page::sign_in_form(&action, "Please sign in.", None);
        let body = format!("{form}<script src=\"/auth-widget.js\"></script>");
        return page::page(StatusCode::OK, "Sign in", &body);
    }
    if asked.posts("/login") && !asked.query.ends_with("proof=1") {
        return page::page(StatusCode::BAD_REQUEST, "Sign in", "<p>Try again.</p>");
    }
    members::site(asked, state)
}

/// A site for members that greets after the sign-in, and tells on its page when the session is gone.
pub(super) fn cleaned(asked: &Asked, state: &mut WallState) -> Response {
    let known = state.knows(asked.cookie("sid"));
    if asked.gets("/session") {
        return page::json(StatusCode::OK, &serde_json::json!({ "known": known }));
    }
    if asked.gets("/welcome") {
        let script = "<p>Hello.</p><script>
            const look = async () => {
              const { known } = await (await fetch('/session')).json();
              if (known) setTimeout(look, 50);
              else document.documentElement.dataset.signedOut = '';
            };
            look();</script>";
        return page::page(StatusCode::OK, "Welcome", script);
    }
    if asked.posts("/login") && members::password_fits(asked, state) {
        let session = state.open_session();
        let cookie = format!("sid={session}; Path=/; HttpOnly; SameSite=Lax");
        return page::with_cookie(page::see_other("/welcome"), &cookie);
    }
    members::site(asked, state)
}

/// An app with its sign-in service on the same host.
pub(super) fn one_host(asked: &Asked, state: &mut WallState) -> Response {
    app_with_service(asked, state, "", "")
}

/// An app with its sign-in service on another host.
pub(super) fn two_hosts(asked: &Asked, state: &mut WallState) -> Response {
    let app = format!("http://two-containers.test:{}", asked.port);
    let service = format!("http://idp-two-containers.test:{}", asked.port);
    app_with_service(asked, state, &app, &service)
}

/// The code flow of RFC 6749 §4.1, with a cookie that ties its end to its beginning.
fn app_with_service(asked: &Asked, state: &mut WallState, app: &str, service: &str) -> Response {
    let fields: Vec<&str> = asked.query.split('&').collect();
    let field = |name: &str| {
        let mut pairs = fields.iter().filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    };
    let tie = field("state").unwrap_or_default();
    if asked.gets("/authorize") {
        let action = format!("/authorize?state={tie}");
        let form = page::sign_in_form(&action, "Please sign in.", None);
        return page::page(StatusCode::OK, "The sign-in service", &form);
    }
    if asked.posts("/authorize") {
        if !members::password_fits(asked, state) {
            let form = page::sign_in_form("", "That name or password is not right.", None);
            return page::page(StatusCode::UNAUTHORIZED, "The sign-in service", &form);
        }
        let code = state.fresh("code");
        return page::see_other(&format!("{app}/callback?code={code}&state={tie}"));
    }
    if asked.gets("/callback") {
        if asked.cookie("oauth_state").is_none_or(|kept| kept != tie) {
            return page::page(
                StatusCode::UNAUTHORIZED,
                "Invalid state",
                "<p>Invalid state.</p>",
            );
        }
        if field("code").is_none() {
            return page::page(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "<p>The code is missing.</p>",
            );
        }
        let session = state.open_session();
        let cookie = format!("sid={session}; Path=/; HttpOnly; SameSite=Lax");
        return page::with_cookie(page::found("/private"), &cookie);
    }
    if !asked.gets("/private") {
        return page::not_found();
    }
    if state.knows(asked.cookie("sid")) {
        return page::ok("You are in", "<p>This page is for members.</p>");
    }
    let tie = state.fresh("state");
    let to = format!("{service}/authorize?client_id=app&response_type=code&state={tie}");
    page::with_cookie(
        page::found(&to),
        &format!("oauth_state={tie}; Path=/; HttpOnly"),
    )
}

/// A form that, as Django's over https, is taken only with a Referer.
pub(super) fn careful(asked: &Asked, state: &mut WallState) -> Response {
    if asked.posts("/settings") {
        if !asked.referer {
            let body = "<p>CSRF verification failed. Request aborted.</p>";
            return page::page(StatusCode::FORBIDDEN, "Forbidden", body);
        }
        let session = state.open_session();
        let cookie = format!("sid={session}; Path=/; Secure; HttpOnly; SameSite=Lax");
        return page::with_cookie(page::see_other("/settings"), &cookie);
    }
    if !asked.gets("/settings") {
        return page::not_found();
    }
    if state.knows(asked.cookie("sid")) {
        return page::ok("Saved", "<p>Your settings are saved.</p>");
    }
    let form = page::sign_in_form("/settings", "Confirm your settings.", None);
    let csrf = state.fresh("csrf");
    let answer = page::page(StatusCode::OK, "Settings", &form);
    page::with_cookie(
        answer,
        &format!("csrftoken={csrf}; Path=/; Secure; SameSite=Lax"),
    )
}
