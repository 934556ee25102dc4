//! step-up-required: signed in, but the page wants one more or a fresher proof.
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
