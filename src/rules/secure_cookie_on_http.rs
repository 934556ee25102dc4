//! secure-cookie-on-http: a Secure cookie set on http, or one that blocks an overwrite from http.
//!
//! # What it detects
//!
//! # How we tell
//!
//! # False positives
//!
//! # References

use crate::case::Case;
use crate::finding::Finding;

pub(super) fn check(_case: &Case<'_>) -> Option<Finding> {
    None
}
