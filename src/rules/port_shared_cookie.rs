//! port-shared-cookie: two apps on one host, at different ports, overwrite each other's cookie.
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
