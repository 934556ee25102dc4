//! What the popup's owner part calls: convert, call, convert.
//!
//! A tab comes as the text in which the background keeps it; what the diagnosis found comes from the stored view, so that
//! no rule runs here.

use js_sys::{Array, JSON, Reflect};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use crate::event::{Browser, Millis};
use crate::journal::{Hosts, Probe, Tab};
use crate::owner::history::{Counts, History};
use crate::owner::tab::{self, Found};
use crate::owner::{Server, export, part};
use crate::{json, kept};

/// What is drawn for the exchange on top, with what is kept of hosts; undefined where nothing failed, or another version kept the tab.
///
/// # Errors
/// None in practice: what is written here is JSON.
#[wasm_bindgen]
pub fn part(
    kept: &str,
    hosts: Option<String>,
    view: &JsValue,
    is_firefox: bool,
    now: f64,
) -> Result<JsValue, JsValue> {
    let browser = if is_firefox {
        Browser::Firefox
    } else {
        Browser::Chromium
    };
    let now = millis(now);
    let hosts = read_hosts(hosts);
    let part =
        kept::read(kept).and_then(|tab| tab::part_of(&tab, &hosts, browser, &found(view), now));
    part.map_or(Ok(JsValue::UNDEFINED), |part| object(&part))
}

/// The recording of a tab, as HAR 1.2, with what is kept of hosts; undefined where another version kept the tab.
#[wasm_bindgen]
#[must_use]
pub fn har(kept: &str, hosts: Option<String>) -> Option<String> {
    let tab: Tab = kept::read(kept)?;
    Some(export::har(&tab, &read_hosts(hosts)))
}

/// The findings of a tab, a JSON object a line; undefined where another version kept the tab.
#[wasm_bindgen]
#[must_use]
pub fn rows(kept: &str, view: &JsValue) -> Option<String> {
    kept::read(kept).map(|tab| export::rows(&tab, &found(view)))
}

/// What a visitor without cookies gets, against the status that this one got.
///
/// # Errors
/// None in practice: what is written here is JSON.
#[wasm_bindgen]
pub fn checked(
    own: Option<u16>,
    theirs: Option<u16>,
    redirected: bool,
) -> Result<JsValue, JsValue> {
    let probe = Probe {
        status: theirs,
        redirected,
    };
    object(&part::checked(own, probe))
}

/// The servers that there are snippets for: `[{ id, name }]`.
///
/// # Errors
/// None in practice: what is written here is JSON.
#[wasm_bindgen]
pub fn servers() -> Result<JsValue, JsValue> {
    #[derive(Serialize)]
    struct Named {
        id: &'static str,
        name: &'static str,
    }
    let named = |server: &Server| Named {
        id: server.as_str(),
        name: server.name(),
    };
    let servers: Vec<Named> = Server::ALL.iter().map(named).collect();
    object(&servers)
}

/// What is drawn of the history of a site, and the keys of what is to be kept on: `{ shown, kept }`. The counts come as
/// keys and numbers, in the same order.
///
/// # Errors
/// None in practice: what is written here is JSON.
#[wasm_bindgen]
pub fn history(
    keys: Vec<String>,
    counts: Vec<u32>,
    site: &str,
    now: f64,
) -> Result<JsValue, JsValue> {
    #[derive(Serialize)]
    struct Answer {
        shown: History,
        kept: Vec<String>,
    }
    let now = millis(now);
    let kept = Counts::read(keys.iter().map(String::as_str).zip(counts), now);
    object(&Answer {
        shown: kept.of(site, now),
        kept: kept.keys(),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 are whole and small"
)]
fn millis(now: f64) -> Millis {
    now as Millis
}

/// What is kept of hosts; nothing where another version kept it.
fn read_hosts(kept: Option<String>) -> Hosts {
    kept.and_then(|kept| kept::read(&kept)).unwrap_or_default()
}

fn object(value: &impl Serialize) -> Result<JsValue, JsValue> {
    JSON::parse(&json::write(value))
}

/// The findings of a view.
fn found(view: &JsValue) -> Vec<Found> {
    members(view, "findings")
        .map(|finding| Found {
            id: text(&finding, "id"),
            url: text(&finding, "url"),
            status: get(&finding, "status").as_f64().map(|status| status as u16),
            confidence: text(&finding, "confidence"),
            evidence: members(&finding, "evidence")
                .map(|it| text(&it, "id"))
                .collect(),
            remedies: members(&finding, "remedies")
                .map(|it| text(&it, "id"))
                .collect(),
        })
        .collect()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// The members of a list; none where there is no list.
fn members(object: &JsValue, name: &str) -> impl Iterator<Item = JsValue> {
    let list = get(object, name).dyn_into::<Array>().unwrap_or_default();
    (0..list.length()).map(move |at| list.get(at))
}
