//! JSON on the way in and out of the wasm, for the shapes that events, views and effects have.
//!
//! A call across the edge for every field takes a microsecond each, and tens of kilobytes of wasm: one text does not.

mod read;
mod write;

pub use read::{Value, read};
pub use write::write;
