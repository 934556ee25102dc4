//! The real engine as the browser's watcher; it can be stopped and woken between any two events.

use readmit::engine::{Engine, Saved};
use readmit::event::{Browser, Effect, Event, TabId};
use readmit::view::View;

use crate::browser::Watcher;

/// The extension's worker.
pub(crate) struct Worker {
    browser: Browser,
    engine: Engine,
}

impl Worker {
    pub(crate) fn new(browser: Browser) -> Worker {
        Worker { browser, engine: Engine::new(browser) }
    }
}

impl Watcher for Worker {
    fn step(&mut self, event: Event) -> Vec<Effect> {
        self.engine.step(event)
    }

    fn view(&self, tab: TabId) -> View {
        self.engine.view(tab)
    }

    fn restart(&mut self) {
        let saved: Saved = match serde_json::from_str(&self.saved()) {
            Ok(saved) => saved,
            Err(error) => panic!("expected a saved state that can be read back, but found {error}"),
        };
        self.engine = Engine::restore(self.browser, saved);
    }

    fn saved(&self) -> String {
        serde_json::to_string(&self.engine.saved()).unwrap_or_else(|error| panic!("expected JSON, but found {error}"))
    }
}
