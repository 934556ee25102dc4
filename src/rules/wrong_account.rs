//! wrong-account: signed in, as another account than the one with access.
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
