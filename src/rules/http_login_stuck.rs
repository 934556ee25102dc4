//! http-login-stuck: the browser keeps sending a name and password that are wrong or another person's.
//!
//! # What it detects
//! HTTP's own sign-in (Basic, Digest) has no way out: the browser sends what it once learned, and never asks again.
//! # How we tell
//! A document is refused with 403 without any prompt, no session cookie was sent, and a name and password are active on
//! this host: seen in the request (Firefox), or accepted there before (Chromium, which hides what it adds by itself).
//! # False positives
//! With a session cookie the 403 is about that account (permission-denied). In a recording nobody knows what the
//! browser keeps: there it is only possible.
//! # References
//! RFC 7617 §2.2, RFC 9110 §11.6; Apache httpd `AuthzSendForbiddenOnFailure`.

use crate::case::Case;
use crate::event::Browser;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    if case.status() != 403
        || !exchange.is_document()
        || exchange.is_write()
        || case.sent_session()
        || exchange.prompts > 0
    {
        return None;
    }
    let accepted_before = case.host.http_login.as_ref();
    if !case.sent_http_login() && accepted_before.is_none() {
        return None;
    }
    let confidence = if case.browser == Browser::Recording {
        Confidence::Possible
    } else {
        Confidence::Likely
    };
    let mut finding = Finding::about(FindingId::HttpLoginStuck, confidence, exchange);
    if case.sent_http_login() {
        finding = finding.because(case.credentials_evidence());
    }
    if let Some((realm, _)) = accepted_before {
        finding = finding
            .because(Evidence::of(EvidenceId::HttpLoginActive).with(Arg::Realm, realm.clone()))
            .with(Arg::Realm, realm.clone());
    }
    finding = finding.since(EvidenceId::NoPrompt);
    Some(
        finding
            .offer(RemedyId::ForgetHttpLogin)
            .offer(RemedyId::AskOwner),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::event::Browser;

    #[test]
    fn hit_firefox_shows_the_credentials() {
        let finding = Scene::get("http://app.test/admin")
            .on(Browser::Firefox)
            .authorization("Basic")
            .answer(403)
            .check(check)
            .expect("stuck");
        assert_eq!(finding.offers[0].id.as_str(), "forget-http-login");
    }

    #[test]
    fn hit_chromium_remembers_that_they_were_accepted() {
        assert!(
            Scene::get("http://app.test/admin")
                .on(Browser::Chromium)
                .http_login("Lab")
                .answer(403)
                .check(check)
                .is_some()
        );
    }

    #[test]
    fn near_miss_a_403_with_a_session() {
        let scene = Scene::get("http://app.test/admin")
            .on(Browser::Chromium)
            .http_login("Lab")
            .cookie("sid", 9)
            .answer(403);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_403_where_no_login_is_active() {
        assert!(
            Scene::get("http://app.test/admin")
                .on(Browser::Chromium)
                .answer(403)
                .check(check)
                .is_none()
        );
    }
}
