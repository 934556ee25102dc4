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
    if wall.server == Server::Squid
        && let Some(proxy) = shared.address("squid")
    {
        let _ = write!(
            html,
            "<p>First set the browser's proxy to <code>{proxy}</code>.</p>"
        );
    }
    html.push_str(&steps(wall, wall.setup, &address, control));
    let _ = write!(
        html,
        "<p><strong>Readmit should say</strong> {}</p>",
        verdict(wall)
    );
    html.push_str(&steps(wall, wall.then, &address, control));
    let _ = write!(
        html,
        "<div class=\"controls\"><a href=\"{address}{PREFS_PATH}\">Keep preferences here first</a> \
         <form method=\"post\" action=\"{control}/reset/{id}\"><button>Start this wall anew</button></form></div>\
         </section>"
    );
    html
}

/// The steps a person takes; waiting is no step.
fn steps(wall: &Wall, steps: &[Step], address: &str, control: &str) -> String {
    let lines = steps
        .iter()
        .filter_map(|step| person_step(wall, step, address, control));
    let items: String = lines.map(|line| format!("<li>{line}</li>")).collect();
    if items.is_empty() {
        return items;
    }
    format!("<ol>{items}</ol>")
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

fn person_step(wall: &Wall, step: &Step, address: &str, control: &str) -> Option<String> {
    let link = |host: &str, path: &str| {
        let (address, path) = (address.replacen(wall.host, host, 1), escape(path));
        format!("<a href=\"{address}{path}\">Open {host}{path}</a>")
    };
    let text = match step {
        Step::Open { path } => link(wall.host, path),
        Step::OpenAt { host, path } => link(host, path),
        Step::OpenOtherPort { path } => format!(
            "Open {}{} at the lab's other port, by https",
            wall.host,
            escape(path)
        ),
        Step::FollowLink => "Follow the link".to_owned(),
        Step::BlockCookies => {
            format!("Block cookies of {} in the browser's settings", wall.host)
        }
        Step::AllowCookiesByHand => {
            "In Firefox: allow them again in the settings, and load the page again".to_owned()
        }
        Step::OpenWithUserInfo {
            path,
            user,
            password,
        } => {
            let link = link(wall.host, path);
            format!("{link} with <code>{user}:{password}@</code> before the host")
        }
        Step::OpenWithCredentials {
            path,
            user,
            password,
        } => {
            let link = link(wall.host, path);
            format!("{link}, and answer the prompt with <code>{user} / {password}</code>")
        }
        Step::AnswerPrompt { user, password } => {
            format!("Answer the prompt with <code>{user} / {password}</code>")
        }
        Step::PauseAddon => "Turn the add-on off".to_owned(),
        Step::BeginElsewhere { path } => {
            let link = link(wall.host, path);
            format!("{link}, and open what it shows in another container")
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
        Step::InSecondTab { steps: inner } => {
            format!("In a second tab: {}", steps(wall, inner, address, control))
        }
        Step::ClockIsSet => format!(
            "<form method=\"post\" action=\"{control}/set-clock/{}\"><button>Set the device's clock</button></form>",
            wall.id
        ),
        Step::LoseCookie { name } => format!("Delete the cookie <code>{name}</code>"),
        Step::WaitFor { .. } => return None,
    };
    Some(text)
}
