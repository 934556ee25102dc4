//! insecure-credentials: a password travels over plain http. A note, never the cause of a lock-out.
//!
//! # What it detects
//! Basic over http sends the password in the clear with every request; a sign-in form over http does it once.
//! # How we tell
//! The address is http and not this device's own; Basic was sent, asked for, or accepted; or a form was sent to a
//! sign-in page.
//! # False positives
//! Loopback addresses never leave the device. Digest does not send the password.
//! # References
//! RFC 7617 §4; RFC 6819 §5.1.1.

use crate::case::Case;
use crate::finding::{Confidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if !exchange.address.is_plain_http() || !matches!(case.status(), 200..=399 | 401) {
        return None;
    }
    let asks_basic =
        exchange.schemes().iter().any(|view| view.name() == "Basic") && case.status() == 401;
    let accepted = exchange
        .answered
        .as_ref()
        .is_some_and(|prompt| prompt.scheme.eq_ignore_ascii_case("basic"))
        && case.status() < 400;
    let by_form = case
        .visit
        .is_some_and(|visit| visit.sent_sign_in() && visit.first.is_plain_http())
        && exchange.is_document();
    if !(asks_basic || accepted || case.sent_scheme(&["basic"]) || by_form) {
        return None;
    }
    let mut finding = Finding::about(
        FindingId::InsecureCredentials,
        Confidence::Certain,
        exchange,
    )
    .since(EvidenceId::PlainHttp)
    .offer(RemedyId::AskOwner);
    finding.notice = true;
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

    #[test]
    fn hit_basic_over_http() {
        assert!(
            Scene::get("http://app.test/")
                .authorization("Basic")
                .answer(200)
                .check(check)
                .expect("plain")
                .notice
        );
    }

    #[test]
    fn near_miss_basic_over_https() {
        assert!(
            Scene::get("https://app.test/")
                .authorization("Basic")
                .answer(200)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_this_devices_own_address() {
        assert!(
            Scene::get("http://127.0.0.1:8080/")
                .authorization("Basic")
                .answer(200)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_digest() {
        assert!(
            Scene::get("http://app.test/")
                .authorization("Digest")
                .answer(200)
                .check(check)
                .is_none()
        );
    }
}
