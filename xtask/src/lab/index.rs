//! The index page: every wall with what is seen, what Readmit should say, the fix, and what to type.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::response::Response;

use super::asked::Asked;
use super::page::{self, escape};
use super::serve::{CANARY_HOST, CONTROL_HOST, INDEX_HOST, PREFS_PATH, Shared};
use super::table::WALLS;
use super::wall::{Server, Step, Wall};

/// Answers for the index host: the page at `/`, the table itself at `/walls.json`.
pub(super) fn answer(shared: &Shared, asked: &Asked) -> Response {
    match asked.path.as_str() {
        "/" => page::html(
            StatusCode::OK,
            page::document("Login walls", &body(shared), false),
        ),
        "/walls.json" => page::json(StatusCode::OK, &serde_json::json!(WALLS)),
        _ => page::not_found(),
    }
}

fn body(shared: &Shared) -> String {
    let mut html = String::from(
        "<p>Each of these pages locks a person out. Get stuck as described, open Readmit, and follow it.</p>",
    );
    let own = |host: &str| shared.address(host).unwrap_or_default();
    let canary = own(CANARY_HOST);
    let _ = write!(
        html,
        "<p class=\"soft\">Before that, if you like: <a href=\"{canary}/\">{CANARY_HOST}</a> keeps something \
         that no fix may touch. Addresses of this page and the controls: {INDEX_HOST}, {CONTROL_HOST}.</p>"
    );
    for wall in WALLS {
        html.push_str(&section(shared, wall, &own(CONTROL_HOST)));
    }
    html
}

fn section(shared: &Shared, wall: &Wall, control: &str) -> String {
    let (id, title, seen) = (wall.id, escape(wall.title), escape(wall.seen));
    let mut html = format!("<section id=\"{id}\"><h2>{title}</h2><p>{seen}</p>");
    let Some(address) = shared.address(id) else {
        html.push_str("<p class=\"soft\">Not running: its server is not installed.</p></section>");
        return html;
    };
    html.push_str("<ol>");
    for step in wall.setup {
        let _ = write!(
            html,
            "<li>{}</li>",
            setup_step(wall, step, &address, control)
        );
    }
    html.push_str("</ol>");
    if wall.server == Server::Squid
        && let Some(proxy) = shared.address("squid")
    {
        let _ = write!(
            html,
            "<p>Set the browser's proxy to <code>{proxy}</code> first.</p>"
        );
    }
    let _ = write!(
        html,
        "<p><strong>Readmit should say:</strong> {}</p>",
        verdict(wall)
    );
    for line in wall.typed() {
        let _ = write!(
            html,
            "<p class=\"soft\">Type: <code>{}</code></p>",
            escape(&line)
        );
    }
    let _ = write!(
        html,
        "<p class=\"soft\"><a href=\"{address}{PREFS_PATH}\">Keep preferences here</a></p>\
         <form method=\"post\" action=\"{control}/reset/{id}\"><button>Start this wall anew</button></form></section>"
    );
    html
}

fn verdict(wall: &Wall) -> String {
    if wall.finding.is_empty() {
        return "nothing".to_owned();
    }
    let mut text = format!(
        "<code>{}</code>, first step <code>{}</code>",
        wall.finding, wall.remedy
    );
    for remedy in wall.later_remedies {
        let _ = write!(text, ", then <code>{remedy}</code>");
    }
    text.push_str(if wall.gets_in {
        "; and you are in"
    } else {
        "; nothing on your side helps"
    });
    text
}

fn setup_step(wall: &Wall, step: &Step, address: &str, control: &str) -> String {
    let link = |address: &str, path: &str| {
        let path = escape(path);
        format!("<a href=\"{address}{path}\">Open {path}</a>")
    };
    match step {
        Step::Open { path } => link(address, path),
        Step::OpenAt { host, path } => {
            let other = address.replacen(wall.host, host, 1);
            format!("{} of {host}", link(&other, path))
        }
        Step::OpenWithCredentials {
            path,
            user,
            password,
        } => {
            format!(
                "{}, and answer the prompt with <code>{user} / {password}</code>",
                link(address, path)
            )
        }
        Step::AnswerPrompt { user, password } => {
            format!("Answer the prompt with <code>{user} / {password}</code>")
        }
        Step::FillAndSubmit { fields } => {
            let values: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
            format!(
                "Fill in <code>{}</code> and submit",
                escape(&values.join(" / "))
            )
        }
        Step::ServerForgets => format!(
            "<form method=\"post\" action=\"{control}/forget/{}\"><button>Let the server forget</button></form>",
            wall.id
        ),
        Step::LoseCookie { name } => format!("Delete the cookie <code>{name}</code>"),
        Step::WaitFor { .. } => "Wait until the page is done".to_owned(),
    }
}
