//! The pages and answers that the walls share: documents, sign-in forms, redirects, cookies.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

/// The mark of the page the person wanted.
const OK_MARK: &str = r#"<meta name="lab" content="OK">"#;

/// The style of every page.
const STYLE: &str = include_str!("pages/lab.css");

/// A whole document; `body` is HTML, `title` is text.
pub(crate) fn document(title: &str, body: &str, ok: bool) -> String {
    let title = escape(title);
    let mark = if ok { OK_MARK } else { "" };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">{mark}\
         <title>{title}</title><style>{STYLE}</style></head>\
         <body><h1>{title}</h1>{body}</body></html>"
    )
}

/// The page for members, marked as the one that was wanted.
pub(crate) fn wanted_document() -> String {
    document("You are in", "<p>This page is for members.</p>", true)
}

/// The sign-in page as a template, in the form that Jinja and Django share: `{{ action }}` is where the form is posted
/// to, `{{ hidden }}` stands for a hidden field in it.
pub(crate) fn sign_in_template() -> String {
    let form = sign_in_form("{{ action }}", "Please sign in.", None);
    document(
        "Sign in",
        &form.replacen("<label>", "{{ hidden }}<label>", 1),
        false,
    )
}

/// The page that gives an app's origin something to keep: cookie `prefs` (sent by the server) and `localStorage.draft`.
pub(crate) fn prefs_document() -> String {
    let script = "<script>localStorage.setItem('draft', 'x')</script>";
    document(
        "Preferences kept",
        &format!("<p>This browser now has preferences here.</p>{script}"),
        false,
    )
}

/// The value of the `prefs` cookie's Set-Cookie field.
pub(crate) const PREFS_COOKIE: &str = "prefs=1; Path=/; Max-Age=31536000";

/// An answer with an HTML document.
pub(super) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    html(status, document(title, body, false))
}

/// The page the person wanted.
pub(super) fn ok(title: &str, body: &str) -> Response {
    html(StatusCode::OK, document(title, body, true))
}

/// An answer with this HTML text. Nothing is kept in a cache, so that each load asks the wall.
pub(super) fn html(status: StatusCode, text: String) -> Response {
    typed(status, "text/html; charset=utf-8", text)
}

/// An answer with this JSON value.
pub(super) fn json(status: StatusCode, value: &serde_json::Value) -> Response {
    typed(status, "application/json", value.to_string())
}

/// An answer without a body.
pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    with(response, CACHE_CONTROL, "no-store")
}

/// A redirect by 302 Found.
pub(super) fn found(to: &str) -> Response {
    with(empty(StatusCode::FOUND), LOCATION, to)
}

/// A redirect by 303 See Other, after a form.
pub(super) fn see_other(to: &str) -> Response {
    with(empty(StatusCode::SEE_OTHER), LOCATION, to)
}

/// A redirect by 301 Moved Permanently that browsers keep for a year.
pub(super) fn moved(to: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    with(
        with(response, LOCATION, to),
        CACHE_CONTROL,
        "public, max-age=31536000",
    )
}

/// The answer for an address nobody serves.
pub(super) fn not_found() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "Not found",
        "<p>Nothing is at this address.</p>",
    )
}

/// The answer with one more field line.
pub(super) fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    // Every value is ours; one that cannot stand in a field would be a bug that the tests see as a missing line.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
    response
}

/// The answer with one more Set-Cookie line.
pub(super) fn with_cookie(response: Response, cookie: &str) -> Response {
    with(response, SET_COOKIE, cookie)
}

/// One hidden field of a form.
pub(super) struct Hidden<'a> {
    /// Field name.
    pub(super) name: &'a str,
    /// Field value.
    pub(super) value: &'a str,
}

/// The sign-in form: it posts `username` and `password` to `action`.
pub(super) fn sign_in_form(action: &str, message: &str, hidden: Option<Hidden<'_>>) -> String {
    let hidden = hidden.map_or_else(String::new, |field| {
        let (name, value) = (escape(field.name), escape(field.value));
        format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
    });
    format!(
        "<p>{message}</p><form id=\"sign-in\" method=\"post\" action=\"{action}\">{hidden}\
         <label>Name <input name=\"username\" autocomplete=\"username\" required></label>\
         <label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label>\
         <button>Sign in</button></form>",
        message = escape(message),
        action = escape(action),
    )
}

/// Text as HTML, in an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// An answer with this text of this media type.
pub(super) fn typed(status: StatusCode, media_type: &str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    with(
        with(response, CONTENT_TYPE, media_type),
        CACHE_CONTROL,
        "no-store",
    )
}
