//! handoff-expired: the way back from a sign-in service failed: its state is missing, too old, or used twice.
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
