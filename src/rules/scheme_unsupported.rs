//! scheme-unsupported: every challenge names a scheme that this browser cannot answer.
//!
//! # What it detects
//! A page for programs, or one for another browser: no prompt can appear, and there is no form.
//! # How we tell
//! A document's 401 whose challenges could all be read, and none is of a kind that browsers answer, nor of one that a page
//! answers by a sign-in of its own; a Digest challenge with an algorithm that browsers do not know.
//! # False positives
//! `Bearer` and its like belong to pages with a sign-in of their own: that is sign-in-required.
//! # References
//! RFC 9110 §11.1, IANA "HTTP Authentication Schemes", RFC 7616 §3.3.

use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::scheme::{Meaning, View};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let views = exchange.schemes();
    let unanswerable = |view: &View<'_>| match view {
        View::Digest(_) => !view.browser_can_answer(),
        View::Other(other) => match other.meaning {
            Meaning::Program | Meaning::Unknown => true,
            // Registered for browsers, and no browser has it.
            Meaning::AppSignIn => matches!(other.name, "HOBA" | "Mutual" | "GNAP"),
            _ => false,
        },
        _ => false,
    };
    if case.status() != 401
        || !exchange.is_document()
        || views.is_empty()
        || !exchange.problems().is_empty()
        || !views.iter().all(unanswerable)
    {
        return None;
    }
    let mut finding = Finding::about(FindingId::SchemeUnsupported, Confidence::Likely, exchange)
        .with(Arg::Scheme, views[0].name());
    for view in views.iter().take(3) {
        finding = finding.because(
            Evidence::of(EvidenceId::Challenge)
                .with(Arg::Scheme, view.name())
                .with(Arg::Realm, view.realm().unwrap_or_default()),
        );
    }
    Some(
        finding
            .since(EvidenceId::NoPrompt)
            .offer(RemedyId::AskOwner),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

    fn asks(line: &str) -> Scene {
        Scene::get("https://app.example/")
            .looked()
            .answer(401)
            .www(line)
    }

    #[test]
    fn hit_schemes_that_no_browser_has() {
        for line in [
            "HOBA max-age=\"180\", challenge=\"16:MTEyMzEyMzEyMw==1:028:https://a.example:8080:0:\"",
            "Mutual realm=\"x\", version=\"1\"",
            "Hawk",
            "SCRAM-SHA-256 realm=\"x\"",
            "Shiny realm=\"x\"",
            "Digest realm=\"x\", nonce=\"n\", algorithm=SHA3-512",
        ] {
            assert_eq!(
                asks(line).diagnose()[0].id.as_str(),
                "scheme-unsupported",
                "{line}"
            );
        }
    }

    #[test]
    fn near_miss_one_of_them_can_be_answered() {
        assert!(asks("Hawk, Basic realm=\"x\"").check(check).is_none());
    }

    #[test]
    fn near_miss_a_page_with_a_sign_in_of_its_own() {
        assert!(asks("Bearer realm=\"x\"").check(check).is_none());
        assert!(asks("Cloudflare-Access").check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_request_of_the_page() {
        let scene = Scene::fetch("https://app.example/api")
            .answer(401)
            .www("ApiKey");
        assert!(scene.check(check).is_none());
    }
}
