//! The owner's part: what the people who run a site, or write code for it, get to know beyond a visitor's diagnosis.
//!
//! It stays out of the background's wasm, which starts at every failure: the popup loads it where its switch is on, and
//! the page and the command line have it built in.

pub mod advice;
pub mod explain;
pub mod export;
pub mod history;
pub mod note;
pub mod part;
pub mod request;
pub mod server;
pub mod tab;

pub use advice::Topic;
pub use server::Server;
