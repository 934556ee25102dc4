//! What the page's worker calls: reads an input in pieces, then answers about it.

use wasm_bindgen::prelude::*;

use crate::json;
use crate::reader::Reading;

/// One input: pushed piece by piece, finished, then asked about.
#[wasm_bindgen]
#[derive(Default)]
pub struct Reader {
    reading: Reading,
}

#[wasm_bindgen]
impl Reader {
    /// A reader that has read nothing.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Reader {
        console_error_panic_hook::set_once();
        Reader::default()
    }

    /// Takes in the next bytes of the input.
    pub fn push(&mut self, bytes: &[u8]) {
        self.reading.push(bytes);
    }

    /// The input is over: what was understood, and what failed, as JSON ([`crate::reader::Summary`]).
    pub fn finish(&mut self) -> String {
        json::write(&self.reading.finish())
    }

    /// The diagnosis of a row as JSON ([`crate::view::View`]), with this word for a site that is not named.
    #[must_use]
    pub fn view(&self, row: usize, the_site: &str) -> Option<String> {
        self.reading
            .view(row, the_site)
            .map(|view| json::write(&view))
    }

    /// What the owner of the site wants to know of a row as JSON ([`crate::owner::part::Part`]); `now` is in
    /// milliseconds since 1970.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 are whole and small"
    )]
    pub fn part(&self, row: usize, now: f64) -> Option<String> {
        self.reading
            .part(row, now as i64)
            .map(|part| json::write(&part))
    }

    /// The input again, without anything secret: of a paste all of it, of a recording this row alone.
    #[must_use]
    pub fn shared(&self, row: usize) -> String {
        self.reading.shared(row)
    }
}
