//! The edge to JavaScript: convert, call, convert. No logic.

use serde::Serialize;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::prelude::*;

use crate::engine::{Engine, Saved};
use crate::event::{Browser, Effect, Event};

/// The engine as the extension's background holds it.
#[wasm_bindgen]
pub struct Core {
    engine: Engine,
}

#[wasm_bindgen]
impl Core {
    /// An engine for `"chromium"` or `"firefox"` that goes on from the stored tabs and hosts; what cannot be read of them
    /// (another version wrote it) is left out.
    ///
    /// # Errors
    /// A browser that is neither.
    #[wasm_bindgen(constructor)]
    pub fn new(browser: JsValue, tabs: Vec<JsValue>, hosts: JsValue) -> Result<Core, JsError> {
        console_error_panic_hook::set_once();
        let browser: Browser = from_value(browser)
            .map_err(|_| JsError::new("expected \"chromium\" or \"firefox\""))?;
        let tabs = tabs
            .into_iter()
            .filter_map(|tab| from_value(tab).ok())
            .collect();
        let hosts = from_value(hosts).unwrap_or_default();
        Ok(Core {
            engine: Engine::restore(browser, Saved { tabs, hosts }),
        })
    }

    /// Takes in one event and gives the effects to carry out.
    ///
    /// # Errors
    /// An object that is no event: the text says what was expected.
    pub fn step(&mut self, event: JsValue) -> Result<JsValue, JsError> {
        let event: Event = from_value(event)?;
        effects(&self.engine.step(event))
    }

    /// The effects that were under way when the last engine stopped.
    ///
    /// # Errors
    /// None in practice: effects can always be written.
    pub fn resume(&self) -> Result<JsValue, JsError> {
        effects(&self.engine.resume())
    }
}

fn effects(effects: &[Effect]) -> Result<JsValue, JsError> {
    Ok(effects.serialize(&Serializer::json_compatible())?)
}
