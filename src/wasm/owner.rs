//! What the popup's owner part calls.

use wasm_bindgen::prelude::*;

use crate::finding::FindingId;
use crate::owner::advice;

/// The ids of the topics that help against a finding, the most important one first; none for an unknown id.
#[wasm_bindgen]
#[must_use]
pub fn topics(finding: &str) -> Vec<String> {
    FindingId::from_id(finding)
        .map(advice::topics)
        .unwrap_or_default()
        .iter()
        .map(|topic| topic.as_str().to_owned())
        .collect()
}
