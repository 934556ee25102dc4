//! Sites that hand sign-ins to a service, have several accounts, or send links that work once.

use axum::http::StatusCode;
use axum::response::Response;

use super::members;
use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::WallState;

/// How long the site remembers that it sent somebody to the service, in seconds.
const STATE_LIFETIME: u64 = 2;

/// A site (`<id>.test`) and the service that signs people in for it (`<id>-idp.test`).
pub(super) fn relay(asked: &Asked, state: &mut WallState) -> Response {
    if asked.host.ends_with("-idp.test") {
        return service(asked, state);
    }
    if asked.path == "/callback" {
        return callback(asked, state);
    }
    if state.knows(asked.cookie("sid")) {
        return page::ok("You are in", "<p>The other site told us who you are.</p>");
    }
    let fresh = state.fresh("state");
    let to = format!(
        "http://{}-idp.test:{}/authorize?client_id=lab&response_type=code&state={fresh}",
        state.id, asked.port
    );
    let cookie =
        format!("oauth_state={fresh}; Path=/; HttpOnly; SameSite=Lax; Max-Age={STATE_LIFETIME}");
    page::with_cookie(page::found(&to), &cookie)
}

/// The way back: taken once, and only with the state that this browser was sent away with.
fn callback(asked: &Asked, state: &mut WallState) -> Response {
    let tied = asked.cookie("oauth_state") == asked.parameter("state").as_deref();
    let code = asked.parameter("code").unwrap_or_default();
    if !tied || !state.tokens.remove(&code) {
        let body = "<p>This sign-in could not be finished.</p>";
        return page::page(StatusCode::UNAUTHORIZED, "Sign-in failed", body);
    }
    let session = state.open_session();
    let cookie = format!("sid={session}; Path=/; HttpOnly; SameSite=Lax");
    page::with_cookie(page::found("/private"), &cookie)
}

/// The service: a form for strangers, straight back for those it knows.
fn service(asked: &Asked, state: &mut WallState) -> Response {
    if asked.path != "/authorize" {
        return page::not_found();
    }
    let back = |state: &mut WallState| {
        let code = state.fresh("code");
        state.tokens.insert(code.clone());
        format!(
            "http://{}.test:{}/callback?code={code}&state={}",
            state.id,
            asked.port,
            asked.parameter("state").unwrap_or_default()
        )
    };
    if state.knows(asked.cookie("idp")) {
        return page::found(&back(state));
    }
    if asked.posts("/authorize") && members::password_fits(asked, state) {
        let session = state.open_session();
        let cookie = format!("idp={session}; Path=/; HttpOnly; SameSite=Lax");
        return page::with_cookie(page::see_other(&back(state)), &cookie);
    }
    let form = page::sign_in_form(&format!("/authorize?{}", asked.query), "Who are you?", None);
    // For a harness that has to know when the site has forgotten whom it sent.
    let script = format!(
        "<script>setTimeout(() => {{ document.documentElement.dataset.late = '' }}, {})</script>",
        (STATE_LIFETIME + 1) * 1000
    );
    page::page(StatusCode::OK, "Sign in", &format!("{form}{script}"))
}

/// Documents of two accounts that are signed in at once: `/u/0/` and `/u/1/`; the page is for the second.
pub(super) fn accounts(asked: &Asked, state: &mut WallState) -> Response {
    let signed_in = state.knows(asked.cookie("accts"));
    match asked.path.as_str() {
        "/sign-in-both" => {
            let session = state.open_session();
            let cookie = format!("accts={session}; Path=/; HttpOnly; SameSite=Lax");
            let body = "<p>Two accounts of yours are signed in now.</p>";
            page::with_cookie(page::page(StatusCode::OK, "Signed in", body), &cookie)
        }
        "/d/42" => page::found("/u/0/d/42"),
        "/u/1/d/42" if signed_in => page::ok("Report", "<p>Shared with you.</p>"),
        _ => page::page(
            StatusCode::FORBIDDEN,
            "You need access",
            "<p>Ask the owner, or switch to an account with access.</p>",
        ),
    }
}

/// A link that a mail scanner has used up, at a site for members.
pub(super) fn used_link(asked: &Asked, state: &mut WallState) -> Response {
    if asked.path == "/auth/magic" {
        let body = "<p>This link was used before.</p>";
        return page::page(StatusCode::GONE, "Link used up", body);
    }
    members::site(asked, state)
}
