//! Readmit's core: it watches HTTP exchanges, works out why a person is locked out, and leads through the smallest fix.
//!
//! The core does no IO. Facts come in as [`event::Event`]s, wishes go out as [`event::Effect`]s:
//! `observe` makes exchanges of events, `journal` keeps them per tab, the `rules` judge them, `engine` turns the result
//! into a view and leads through a remedy. The same core serves the extension, the page and the command line.
//!
//! Specifications: HTTP semantics (RFC 9110), Basic (RFC 7617), Digest (RFC 7616), Bearer (RFC 6750, 9449, 9470, 9728),
//! Negotiate (RFC 4559), cookies (RFC 6265bis), additional status codes (RFC 6585).

pub mod address;
pub mod case;
pub mod challenge;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod cookie;
pub mod engine;
pub mod event;
pub mod exchange;
pub mod field;
pub mod finding;
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
pub mod input;
pub mod journal;
pub mod json;
pub mod kept;
pub mod ledger;
mod observe;
#[cfg(any(not(target_arch = "wasm32"), feature = "owner"))]
pub mod owner;
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
pub mod reader;
pub mod remedy;
pub mod report;
pub mod rules;
pub mod scheme;
mod sorted;
mod text;
pub mod view;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
