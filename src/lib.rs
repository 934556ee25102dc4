//! The flow in one paragraph: to be written.

pub mod challenge;
pub mod cookie;
pub mod field;
pub mod scheme;
