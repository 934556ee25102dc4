//! The owner's part: what the people who run a site, or write code for it, get to know beyond a visitor's diagnosis.
//!
//! It stays out of the background's wasm, which starts at every failure: the popup loads it where its switch is on, and
//! the page and the command line have it built in.

pub mod advice;
pub mod server;

pub use advice::Topic;
pub use server::Server;
