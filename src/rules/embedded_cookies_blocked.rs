//! embedded-cookies-blocked: the same in a page within a page of another site: blocked in Chromium, partitioned in Firefox.
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
