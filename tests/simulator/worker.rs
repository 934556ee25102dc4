//! The real engine as the browser's watcher, and its session storage; it can be stopped and woken between any two events.

use std::collections::BTreeMap;
use std::io;

use readmit::engine::{Engine, Saved};
use readmit::event::{Browser, Effect, Event, TabId};
use readmit::kept;
use readmit::view::View;

use crate::browser::Watcher;

/// Bytes that one tab may take in session storage (its view and its state), and all of them together.
const TAB_BYTES: usize = 64 * 1024;
const ALL_BYTES: usize = 4 * 1024 * 1024;

/// The extension's worker with what it has written down so far: that alone survives it.
pub(crate) struct Worker {
    browser: Browser,
    engine: Engine,
    tabs: BTreeMap<TabId, String>,
    hosts: String,
}

impl Worker {
    pub(crate) fn new(browser: Browser) -> Worker {
        Worker {
            browser,
            engine: Engine::new(browser),
            tabs: BTreeMap::new(),
            hosts: kept::write(&readmit::journal::Hosts::default()),
        }
    }

    /// The engine that reads these parts back.
    pub(crate) fn woken(browser: Browser, (tabs, hosts): &(Vec<String>, String)) -> Engine {
        let Some(tabs) = tabs.iter().map(|text| kept::read(text)).collect() else {
            panic!("expected every tab's state to be readable, but found one that is not");
        };
        let Some(hosts) = kept::read(hosts) else {
            panic!("expected the hosts to be readable, but found them not")
        };
        Engine::restore(browser, Saved { tabs, hosts })
    }

    fn keep(&mut self, effect: &Effect) {
        match effect {
            Effect::Save {
                tab_id,
                view,
                state,
            } => {
                let bytes = state.len() + length(view);
                assert!(
                    bytes <= TAB_BYTES,
                    "expected at most {TAB_BYTES} bytes for a tab, but found {bytes}"
                );
                self.tabs.insert(*tab_id, state.clone());
            }
            Effect::SaveHosts { hosts } => self.hosts.clone_from(hosts),
            Effect::Forget { tab_id } => {
                self.tabs.remove(tab_id);
            }
            _ => return,
        }
        let all = self.hosts.len() + self.tabs.values().map(String::len).sum::<usize>();
        assert!(
            all <= ALL_BYTES,
            "expected at most {ALL_BYTES} bytes in all, but found {all}"
        );
    }
}

/// Bytes of a value as JSON.
fn length(value: &impl serde::Serialize) -> usize {
    let mut length = Length(0);
    match serde_json::to_writer(&mut length, value) {
        Ok(()) => length.0,
        Err(error) => panic!("expected JSON, but found {error}"),
    }
}

/// Counts what is written, and keeps nothing.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Watcher for Worker {
    fn step(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.engine.step(event);
        effects.extend(self.engine.changes());
        effects.iter().for_each(|effect| self.keep(effect));
        effects
    }

    fn view(&self, tab: TabId) -> View {
        self.engine.view(tab)
    }

    fn restart(&mut self) -> Vec<Effect> {
        self.engine = Worker::woken(self.browser, &self.parts());
        self.engine.resume()
    }

    fn saved(&self) -> String {
        let (tabs, hosts) = self.parts();
        format!("{}\n{hosts}", tabs.join("\n"))
    }

    fn parts(&self) -> (Vec<String>, String) {
        (self.tabs.values().cloned().collect(), self.hosts.clone())
    }
}
