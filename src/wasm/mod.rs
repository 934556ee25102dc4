//! The edge to JavaScript: convert, call, convert. No logic.
//!
//! One wasm is built for each place, by features: the background's without any, the popup's owner part with `owner`, the
//! page's with `reader`. Each holds only what its place calls.

#[cfg(not(feature = "owner"))]
mod background;
#[cfg(all(feature = "owner", not(feature = "reader")))]
pub mod owner;
#[cfg(feature = "reader")]
pub mod reader;

#[cfg(not(feature = "owner"))]
pub use background::Core;

/// The standard library's allocator, but compiled here: the one that comes compiled is optimised for speed and takes
/// 5 kB more.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;
