//! misdirected-request: 421, the connection was meant for another site.
//!
//! # What it detects
//! A browser reuses one connection for several hosts of one certificate, and the server behind it knows only one of them.
//! # How we tell
//! Status 421.
//! # False positives
//! None are known: no other cause is sent under this number. No cookie is to blame.
//! # References
//! RFC 9110 §15.5.20, RFC 9113 §9.1.1.

use crate::case::Case;
use crate::finding::{Confidence, Finding, FindingId};
use crate::remedy::RemedyId;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    (case.status() == 421).then(|| {
        Finding::about(
            FindingId::MisdirectedRequest,
            Confidence::Certain,
            case.exchange,
        )
        .offer(RemedyId::Reload)
        .offer(RemedyId::AskOwner)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

    #[test]
    fn hit_421() {
        let finding = Scene::get("https://app.example/").answer(421).check(check);
        assert_eq!(finding.expect("421").offers[0].id.as_str(), "reload");
    }

    #[test]
    fn near_miss_a_bad_request() {
        assert!(
            Scene::get("https://app.example/")
                .answer(400)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_page_that_works() {
        assert!(
            Scene::get("https://app.example/")
                .answer(200)
                .check(check)
                .is_none()
        );
    }
}
