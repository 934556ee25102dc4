//! Readmit's core: it watches HTTP exchanges, works out why a person is locked out, and leads through the smallest fix.
//!
//! The core does no IO. Facts come in as [`event::Event`]s, wishes go out as [`event::Effect`]s:
//! `observe` makes exchanges of events, `journal` keeps them per tab, the `rules` judge them, `engine` turns the result
//! into a view and leads through a remedy. The same core serves the extension, the page and the command line.
//!
//! Specifications: HTTP semantics (RFC 9110), Basic (RFC 7617), Digest (RFC 7616), Bearer (RFC 6750, 9449, 9470, 9728),
//! Negotiate (RFC 4559), cookies (RFC 6265bis), additional status codes (RFC 6585).
//!
//! # From other Rust programs
//! The parser of `WWW-Authenticate` never fails: it gives what can be read, and each place that breaks the grammar.
//!
//! ```
//! use readmit::challenge;
//! use readmit::scheme::{self, View};
//!
//! let (challenges, problems) = challenge::parse([r#"Basic realm="Staff" charset="UTF-8", Bearer"#]);
//! assert_eq!(challenges[0].param("realm"), Some("Staff"));
//! assert_eq!(problems[0].to_string(), "expected comma after auth-param at byte 20, but found `c`");
//! let answered = scheme::best(&challenges).map(View::of);
//! assert_eq!(answered.map(|view| view.name()), Some("Basic"));
//! ```
//!
//! The diagnosis takes recordings (HAR) and pasted heads, in pieces of any size, and hands out each exchange with what is
//! true of it. Recordings of any length are judged in bounded memory.
//!
//! ```
//! # #[cfg(not(target_arch = "wasm32"))] {
//! use readmit::input::Diagnosis;
//!
//! let head = "> GET /admin HTTP/1.1\n> Host: app.example\n> Authorization: Basic QW5uOnNlY3JldA==\n>\n\
//!             < HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"Staff\"\n<\n";
//! let mut diagnosis = Diagnosis::new();
//! let mut judged = diagnosis.push(head.as_bytes());
//! let ending = diagnosis.finish();
//! judged.extend(ending.judged);
//! assert!(ending.problems.is_empty());
//!
//! let finding = &judged[0].findings[0];
//! assert_eq!(finding.id.as_str(), "credentials-rejected");
//! assert_eq!(finding.offers[0].id.as_str(), "retype-password");
//! // Values of credentials and cookies are gone: only the scheme is known.
//! assert!(!format!("{judged:?}").contains("QW5u"));
//! # }
//! ```

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
