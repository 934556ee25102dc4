//! malformed-challenge: a WWW-Authenticate that breaks the grammar.
//!
//! # What it detects
//! The server asks for credentials in words that a browser cannot read, so that no prompt appears.
//! # How we tell
//! A 401 whose WWW-Authenticate has problems by RFC 9110 §11.6.1 and leaves no challenge that a browser can answer.
//! Where a good challenge is left, it is a note for the owner.
//! # False positives
//! About one in ten real challenge lines breaks the grammar and still works: those are never the cause.
//! # References
//! RFC 9110 §11.3, §11.6.1, §15.5.2.

use crate::case::Case;
use crate::challenge::ProblemKind;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::scheme::{Meaning, View};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let problem = exchange
        .problems()
        .first()
        .filter(|_| case.status() == 401)?;
    let known = exchange.schemes().iter().any(|view| match view {
        View::Other(other) => other.meaning != Meaning::Unknown,
        _ => true,
    });
    let mut finding = Finding::about(FindingId::MalformedChallenge, Confidence::Certain, exchange)
        .because(Evidence::of(EvidenceId::ChallengeProblem).with(Arg::Detail, problem.to_string()))
        .with(Arg::Detail, problem.to_string())
        .offer(RemedyId::AskOwner);
    // Browsers read a scheme up to the next space: `Basic:` is none that they know, and no prompt comes.
    let unread = problem.kind == ProblemKind::SchemePunctuation
        && exchange.challenges().len() == 1
        && exchange.prompts == 0;
    finding.notice = known && !unread || case.sent_session() || !exchange.is_document();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

    #[test]
    fn hit_a_challenge_without_a_scheme() {
        assert!(
            !Scene::get("https://app.example/")
                .answer(401)
                .www("realm=\"Members\"")
                .check(check)
                .expect("broken")
                .notice
        );
    }

    #[test]
    fn hit_a_scheme_with_a_mark_behind_it() {
        let found = Scene::get("http://meter.example/")
            .answer(401)
            .www("Basic: realm=\"Meter\"")
            .diagnose();
        assert_eq!(found[0].id.as_str(), "malformed-challenge");
        assert!(!found[0].notice);
    }

    #[test]
    fn near_miss_broken_but_usable_is_a_note() {
        assert!(
            Scene::get("https://app.example/")
                .answer(401)
                .www("Basic realm=\"a\" charset=\"UTF-8\"")
                .check(check)
                .expect("broken")
                .notice
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
