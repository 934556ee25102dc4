//! missing-challenge: a 401 without WWW-Authenticate.
//!
//! # What it detects
//! The server says "sign in" and gives no way to do it.
//! # How we tell
//! 401, the fields were read, and there is no WWW-Authenticate. It is the cause where the document is empty besides, so
//! that the person sees no form either; else it is a note for the owner.
//! # False positives
//! Three in ten 401s lack the field; most are APIs or show a form in the page.
//! # References
//! RFC 9110 §15.5.2: the server MUST send at least one challenge.

use crate::case::Case;
use crate::finding::{Confidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let answer = &exchange.reply.as_ref()?.answer;
    if answer.status != 401 || !answer.fields_seen || !answer.www_authenticate.is_empty() {
        return None;
    }
    let empty = exchange.field("content-length") == Some("0");
    let mut finding = Finding::about(FindingId::MissingChallenge, Confidence::Certain, exchange)
        .since(EvidenceId::NoChallenge);
    if empty {
        finding = finding.since(EvidenceId::EmptyAnswer);
    }
    finding.notice = !(empty
        && exchange.is_document()
        && !exchange.is_write()
        && !case.sent_session()
        && !case.sent_token());
    Some(finding.offer(RemedyId::AskOwner))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

    #[test]
    fn hit_an_empty_401() {
        let finding = Scene::get("https://app.example/")
            .answer(401)
            .field("content-length", "0")
            .check(check)
            .expect("no challenge");
        assert!(!finding.notice);
    }

    #[test]
    fn near_miss_a_401_with_a_page_is_a_note() {
        let scene = Scene::get("https://app.example/")
            .answer(401)
            .field("content-length", "5120");
        assert!(scene.check(check).expect("no challenge").notice);
    }

    #[test]
    fn no_alarm_where_the_fields_were_not_read() {
        assert!(
            Scene::get("https://app.example/")
                .answer(401)
                .unread()
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_good_challenge() {
        assert!(
            Scene::get("https://app.example/")
                .answer(401)
                .www("Basic realm=\"a\"")
                .check(check)
                .is_none()
        );
    }
}
