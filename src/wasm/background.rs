//! What the extension's background calls: the engine.

use js_sys::{Array, JSON};
use wasm_bindgen::prelude::*;

use crate::engine::{Engine, Saved};
use crate::event::{Browser, Effect, Event};
use crate::{json, kept, text};

/// The engine as the extension's background holds it.
#[wasm_bindgen]
pub struct Core {
    engine: Engine,
}

#[wasm_bindgen]
impl Core {
    /// An engine that goes on from the tabs and hosts that were kept; what cannot be read of them (another version
    /// wrote it) is left out.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(is_firefox: bool, tabs: &Array, hosts: Option<String>) -> Core {
        console_error_panic_hook::set_once();
        let browser = if is_firefox {
            Browser::Firefox
        } else {
            Browser::Chromium
        };
        let tabs = tabs
            .iter()
            .filter_map(|tab| kept::read(&tab.as_string()?))
            .collect();
        let hosts = hosts
            .and_then(|hosts| kept::read(&hosts))
            .unwrap_or_default();
        Core {
            engine: Engine::restore(browser, Saved { tabs, hosts }),
        }
    }

    /// Takes in one event, as JSON text, and gives the effects to carry out.
    ///
    /// # Errors
    /// A text that is no event: the error says what was expected.
    pub fn step(&mut self, event: &str) -> Result<JsValue, JsValue> {
        let event = Event::read(event).map_err(|missing| {
            JsError::new(&text::concat(&["expected ", missing, " in an event"]))
        })?;
        effects(&self.engine.step(event))
    }

    /// The effects that keep and show what has changed: to be asked once for a batch of events.
    ///
    /// # Errors
    /// None in practice: what is written here is JSON.
    pub fn changes(&mut self) -> Result<JsValue, JsValue> {
        effects(&self.engine.changes())
    }

    /// The effects that were under way when the last engine stopped; to be asked once, after the event that woke this one.
    ///
    /// # Errors
    /// None in practice: what is written here is JSON.
    pub fn resume(&mut self) -> Result<JsValue, JsValue> {
        effects(&self.engine.resume())
    }
}

fn effects(effects: &[Effect]) -> Result<JsValue, JsValue> {
    // Most steps have none.
    if effects.is_empty() {
        return Ok(Array::new().into());
    }
    JSON::parse(&json::write(&effects))
}
