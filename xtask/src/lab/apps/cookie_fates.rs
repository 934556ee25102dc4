//! Sites whose sign-in cookie comes to nothing: kept out, pushed out, left behind, under another name, at another port.

use axum::http::StatusCode;
use axum::response::Response;

use super::members;
use crate::lab::asked::Asked;
use crate::lab::page;
use crate::lab::state::WallState;

/// What the browser brings along from before, and what each sign-in adds: together more than 4096 bytes.
const OLD_LENGTH: usize = 3600;
const ADDED_LENGTH: usize = 900;

/// How many cookies `/campaign` sets: more than the 180 of one domain that browsers keep.
const CAMPAIGN: usize = 200;

/// A site for members by plain http, which was at https once: `/old` is what is left of that.
pub(super) fn leftover(asked: &Asked, state: &mut WallState) -> Response {
    if !asked.gets("/old") {
        return members::site(asked, state);
    }
    let value = state.fresh("old-session");
    let answer = page::page(StatusCode::OK, "The old site", "<p>You were signed in.</p>");
    page::with_cookie(answer, &format!("sid={value}; Path=/; Secure; HttpOnly"))
}

/// People sign in at `www`, whose cookie is its own, and are sent to the bare name.
pub(super) fn two_names(asked: &Asked, state: &mut WallState) -> Response {
    let known = state.knows(asked.cookie("sid"));
    if asked.gets("/home") && known {
        return page::ok("You are in", "<p>This page is for members.</p>");
    }
    let home = asked.at("two-names.test", "/home");
    if asked.posts("/login") && members::password_fits(asked, state) {
        let session = state.open_session();
        let cookie = format!("sid={session}; Path=/; HttpOnly; SameSite=Lax");
        return page::with_cookie(page::see_other(&home), &cookie);
    }
    if asked.gets("/login") && known {
        return page::found(&home);
    }
    if asked.path == "/login" && asked.host.starts_with("www.") {
        let form = page::sign_in_form("/login", "Please sign in.", None);
        return page::page(StatusCode::OK, "Sign in", &form);
    }
    page::found(&asked.at("www.two-names.test", "/login"))
}

/// A site for members with a strict cookie, and a mail with a link to it.
pub(super) fn strict_link(asked: &Asked, state: &mut WallState) -> Response {
    if asked.host == "strict-mail.test" {
        let url = asked.at("strict-link.test", "/inbox");
        let link = format!("<a id=\"go\" href=\"{url}\">You have a new message</a>");
        return page::page(StatusCode::OK, "A mail", &link);
    }
    members::answer(asked, state, "Strict")
}

/// An app that lets a service sign people in. The service answers by a form at first, and by a redirect once it knows the
/// person; the cookie in which the app keeps the beginning does not come along with the form.
pub(super) fn form_relay(asked: &Asked, state: &mut WallState) -> Response {
    if asked.host == "form-service.test" {
        return service(asked, state);
    }
    let begun = asked.cookie("oauth_state").map(str::to_owned);
    let handed = if asked.posts("/acs") {
        Some(asked.field("state").to_owned())
    } else if asked.gets("/callback") {
        let query = super::super::asked::form_fields(&asked.query);
        let state = query.into_iter().find(|(name, _)| name == "state");
        Some(state.map(|(_, value)| value).unwrap_or_default())
    } else {
        None
    };
    match handed {
        Some(handed) if begun.as_ref() == Some(&handed) => {
            let session = state.open_session();
            let cookie = format!("sid={session}; Path=/; HttpOnly; SameSite=Lax");
            page::with_cookie(page::see_other("/private"), &cookie)
        }
        Some(_) => page::page(
            StatusCode::BAD_REQUEST,
            "Something went wrong",
            "<p id=\"no-state\">State not found.</p>",
        ),
        None if asked.gets("/private") && state.knows(asked.cookie("sid")) => {
            page::ok("You are in", "<p>This page is for members.</p>")
        }
        None if asked.gets("/private") => {
            let value = state.fresh("state");
            let to = asked.at(
                "form-service.test",
                &format!("/authorize?client_id=app&response_type=code&state={value}"),
            );
            let cookie = format!("oauth_state={value}; Path=/; HttpOnly; SameSite=Lax");
            page::with_cookie(page::found(&to), &cookie)
        }
        None => page::not_found(),
    }
}

fn service(asked: &Asked, state: &mut WallState) -> Response {
    let query = super::super::asked::form_fields(&asked.query);
    let handed = query.into_iter().find(|(name, _)| name == "state");
    let handed = handed.map(|(_, value)| value).unwrap_or_default();
    if asked.gets("/authorize") && state.knows(asked.cookie("service")) {
        let path = format!("/callback?code=1&state={handed}");
        return page::found(&asked.at("form-relay.test", &path));
    }
    let action = format!("/authorize?state={handed}");
    if !asked.posts("/authorize") || !members::password_fits(asked, state) {
        let form = page::sign_in_form(&action, "Please sign in.", None);
        return page::page(StatusCode::OK, "Sign in", &form);
    }
    let session = state.open_session();
    let form = format!(
        "<form id=\"relay\" method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"state\" value=\"{}\"></form>\
         <script>document.getElementById('relay').submit()</script>",
        asked.at("form-relay.test", "/acs"),
        page::escape(&handed),
    );
    let answer = page::page(StatusCode::OK, "One moment", &form);
    page::with_cookie(
        answer,
        &format!("service={session}; Path=/; HttpOnly; SameSite=Lax"),
    )
}

/// The session is in the cookie itself, and each sign-in adds to it. `/seed` leaves a large one from before.
pub(super) fn grown(asked: &Asked, state: &mut WallState) -> Response {
    let sent = asked.cookie("session").map(str::to_owned);
    let keep = |answer, value: &str| {
        page::with_cookie(answer, &format!("session={value}; Path=/; HttpOnly"))
    };
    if asked.gets("/seed") {
        let value = format!("{:a<OLD_LENGTH$}", state.fresh("session"));
        let answer = page::page(StatusCode::OK, "Visited often", "<p>Welcome back.</p>");
        return keep(answer, &value);
    }
    if asked.posts("/login") && members::password_fits(asked, state) {
        let old = sent.filter(|value| !state.knows(Some(value)));
        let value = match old {
            Some(old) => format!("{old}{:b<ADDED_LENGTH$}", ""),
            None => state.open_session(),
        };
        return keep(page::see_other(&asked.next()), &value);
    }
    if asked.path != "/login" && state.knows(sent.as_deref()) {
        return page::ok("You are in", "<p>This page is for members.</p>");
    }
    if asked.path == "/login" {
        let action = format!("/login?next={}", asked.next());
        let form = page::sign_in_form(&action, "Please sign in.", None);
        return page::page(StatusCode::OK, "Sign in", &form);
    }
    page::found(&format!("/login?next={}", asked.path))
}

/// A site for members; `/campaign` sets more cookies than a browser keeps of one site.
pub(super) fn crowded(asked: &Asked, state: &mut WallState) -> Response {
    if !asked.gets("/campaign") {
        return members::site(asked, state);
    }
    let mut answer = page::page(StatusCode::OK, "Our offers", "<p>Two hundred offers.</p>");
    for number in 0..CAMPAIGN {
        let value = state.fresh("track");
        let digest = format!("{:x}", md5::compute(number.to_string()));
        let name = format!("track.{}", digest.split_at(8).0);
        answer = page::with_cookie(answer, &format!("{name}={value}; Path=/"));
    }
    // Set anew at last: it is not the preferences that are pushed out here.
    page::with_cookie(answer, page::PREFS_COOKIE)
}

/// Two sites for members at two ports: each knows its own sessions, and both call their cookie `sid`.
pub(super) fn shared_port(asked: &Asked, state: &mut WallState) -> Response {
    let own = asked.port.to_string();
    let is_own = asked
        .cookie("sid")
        .is_some_and(|session| state.forms.get(session) == Some(&own));
    if asked.gets("/inbox") && !is_own {
        return page::found("/login?next=/inbox");
    }
    let before = state.sessions.clone();
    let answer = members::answer(asked, state, "Lax");
    for session in state.sessions.difference(&before) {
        state.forms.insert(session.clone(), own.clone());
    }
    answer
}
