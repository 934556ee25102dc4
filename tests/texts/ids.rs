//! The ids that must have texts: those of the code, and those that are decided but whose code is still to come.

use std::collections::BTreeSet;

use readmit::finding::{Confidence, EvidenceId, FindingId, Who};
use readmit::owner::Topic;
use readmit::remedy::RemedyId;
use readmit::view::{Stage, State};
use serde::Serialize;

/// Findings that are decided; those that the code has by now may stay here.
const PLANNED_FINDINGS: &[&str] = &[
    "authorization-lost",
    "background-session-expired",
    "bot-check",
    "cached-redirect",
    "captive-portal",
    "client-certificate-required",
    "clock-skew",
    "container-mismatch",
    "cookie-refused",
    "cookies-blocked",
    "cookies-removed",
    "credentials-in-url",
    "embedded-cookies-blocked",
    "handoff-expired",
    "host-mismatch",
    "integrated-sign-in-unavailable",
    "link-used-up",
    "misdirected-request",
    "network-blocked",
    "parameters-stripped",
    "port-shared-cookie",
    "referrer-hidden",
    "request-blocked",
    "samesite-withheld",
    "scheme-unsupported",
    "secure-cookie-on-http",
    "stale-offline-copy",
    "step-up-required",
    "wrong-account",
];

/// Remedies that are decided; those that the code has by now may stay here.
const PLANNED_REMEDIES: &[&str] = &[
    "allow-cookies",
    "allow-embedded-cookies",
    "ask-it",
    "clear-cached-redirect",
    "clear-site-data",
    "clear-stored-token",
    "fix-clock",
    "keep-cookies",
    "open-https",
    "open-in-container",
    "open-in-own-tab",
    "open-portal",
    "open-sibling-host",
    "open-without-credentials",
    "pause-blocker",
    "remove-offline-copy",
    "request-new-link",
    "switch-account",
];

/// Remedies that are the person's to do in one browser: what to do there is `remedy_<id>_steps`.
const BY_HAND: &[&str] = &["allow-cookies"];

/// The outcomes that the core words as `message_<id>` (`MessageView::id`).
const OUTCOMES: &[&str] = &[
    "not-yet",
    "you-are-in",
    "put-back",
    "put-back-partly",
    "left-over",
    "browser-refused",
];

/// The status codes with a text of their own, and the two classes for all others.
const STATUSES: &[&str] = &[
    "400", "401", "403", "404", "407", "408", "410", "412", "419", "422", "423", "429", "431",
    "440", "451", "500", "502", "503", "504", "511", "4xx", "5xx",
];

/// The texts that the manifest names.
pub(crate) const MANIFEST: &[&str] = &["extension_name", "extension_description"];

/// The beginnings of keys that are made of an id, and of nothing else.
const FAMILIES: &[&str] = &[
    "finding_",
    "remedy_",
    "evidence_",
    "status_",
    "confidence_",
    "who_",
    "progress_",
    "topic_",
];

/// The beginnings of keys whose texts are for owners and developers: technical words are right there.
const TECHNICAL: &[&str] = &["owner_", "topic_", "guide_", "www_"];

/// The beginnings of the guide's keys whose texts visitors read.
const OF_VISITORS: &[&str] = &["guide_not_", "guide_who_", "guide_family_"];

/// Whether a text is for owners and developers.
pub(crate) fn is_technical(key: &str) -> bool {
    let starts = |families: &[&str]| families.iter().any(|family| key.starts_with(family));
    starts(TECHNICAL) && !starts(OF_VISITORS)
}

/// Whether a key is made of an id.
pub(crate) fn in_family(key: &str) -> bool {
    // The word beside a step that was tried is no step.
    key != "remedy_tried"
        && (FAMILIES.iter().any(|family| key.starts_with(family)) || is_change(key))
}

/// Whether a text says what an owner can change for one finding.
pub(crate) fn is_change(key: &str) -> bool {
    key.starts_with("owner_") && key.ends_with("_change")
}

/// Every key that an id asks for.
pub(crate) fn required() -> BTreeSet<String> {
    let findings = FindingId::ALL
        .iter()
        .map(|id| id.as_str())
        .chain(PLANNED_FINDINGS.iter().copied());
    let remedies = RemedyId::ALL
        .iter()
        .map(|id| id.as_str())
        .chain(PLANNED_REMEDIES.iter().copied());
    let changes = FindingId::ALL.iter().map(|id| id.as_str());
    let topics = Topic::ALL.iter().map(|id| id.as_str());
    let evidence = EvidenceId::ALL.iter().map(|id| id.as_str());
    let mut keys = BTreeSet::new();
    keys.extend(findings.flat_map(|id| [key("finding", id, "_title"), key("finding", id, "_why")]));
    keys.extend(
        remedies.flat_map(|id| [key("remedy", id, "_label"), key("remedy", id, "_preview")]),
    );
    keys.extend(BY_HAND.iter().map(|id| key("remedy", id, "_steps")));
    keys.extend(changes.map(|id| key("owner", id, "_change")));
    keys.extend(topics.flat_map(|id| [key("topic", id, "_title"), key("topic", id, "_why")]));
    keys.extend(evidence.map(|id| key("evidence", id, "")));
    keys.extend(
        STATUSES
            .iter()
            .flat_map(|id| [key("status", id, ""), key("status", id, "_title")]),
    );
    keys.extend(OUTCOMES.iter().map(|id| key("message", id, "")));
    keys.extend(states().map(|id| key("state", &id, "")));
    keys.extend(stages().map(|id| key("progress", &id, "")));
    keys.extend(confidences().map(|id| key("confidence", &id, "")));
    keys.extend(whos().map(|id| key("who", &id, "")));
    keys
}

/// A key of a family.
fn key(family: &str, id: &str, suffix: &str) -> String {
    format!("{family}_{}{suffix}", id.replace('-', "_"))
}

/// An id as the view carries it.
fn id_of(value: impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .expect("an id is a string")
}

/// The ids of an enum's values. The match makes the compiler ask for every new one.
macro_rules! all_of {
    ($function:ident, $type:ident: $($value:ident),+) => {
        fn $function() -> impl Iterator<Item = String> {
            let known = |value: &$type| match value { $($type::$value)|+ => true };
            [$($type::$value),+].into_iter().filter(known).map(id_of)
        }
    };
}

all_of!(states, State: Clear, Notice, Wall, Working, Fixed, NoAccess);
all_of!(stages, Stage: Removing, Opening, SigningIn, Done);
all_of!(confidences, Confidence: Certain, Likely, Possible);
all_of!(whos, Who: Person, SiteOwner, Network, NobodyNow);
