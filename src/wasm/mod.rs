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

/// In place of the standard library's: it is as fast here, and takes 10 kB less of each wasm.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
