//! parameters-stripped: a part of the address was cut off in the browser, and the sign-in needs it.
//!
//! # What it detects
//! A link cleaner takes parameters off addresses, also off those with which a sign-in service sends people back.
//! # How we tell
//! The address that was asked for lacks a parameter of the one that the redirect before it named, or (Firefox) the chain
//! has a redirect without a request to the same page without a parameter; what came then was refused, or (in
//! recordings) led to a page with an error in its address.
//! # False positives
//! A server that hides a used `code` by a redirect was asked first. Parameters that only count visitors (`utm_…`) do
//! not matter. One that is no known part of a sign-in is only possible.
//! # References
//! declarativeNetRequest `removeParams`; issues of ClearURLs; RFC 6749 §4.1.2, SAML bindings §3.4.

use crate::case::{Case, READS};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Hop;
use crate::remedy::RemedyId;
use crate::text;

/// Words in the names of parameters that a sign-in hands over.
const HANDED_OVER: &[&str] = &[
    "code", "state", "token", "saml", "relay", "ticket", "nonce", "sig", "client", "redirect",
    "response",
];

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let failed = exchange.is_document() && matches!(case.status(), 400..=499);
    let led_to_error = READS
        && exchange
            .address
            .parameters()
            .any(|name| text::has(name, "rror"));
    if !failed && !led_to_error && case.turned_away().is_none() && case.loops().is_none() {
        return None;
    }
    let lost = |hop: &'_ Hop| hop.lost.clone();
    let name = case.hops().rev().find_map(lost)?;
    let lower = name.to_ascii_lowercase();
    let confidence = if HANDED_OVER.iter().any(|word| text::has(&lower, word)) {
        Confidence::Certain
    } else {
        Confidence::Possible
    };
    Some(
        Finding::about(FindingId::ParametersStripped, confidence, exchange)
            .with(Arg::Name, name.clone())
            .because(Evidence::of(EvidenceId::ParameterLost).with(Arg::Name, name))
            .offer(RemedyId::PauseBlocker)
            .offer(RemedyId::StartOver),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::finding::Confidence;

    const BACK: &str = "https://app.test/callback?code=x&state=y";

    #[test]
    fn hit_a_way_back_without_its_code() {
        let finding = Scene::get("https://idp.test/authorize")
            .looked()
            .redirect(BACK)
            .redirect("https://app.test/callback?state=y")
            .looked()
            .answer(400)
            .check(check)
            .expect("cut off");
        assert_eq!(finding.confidence, Confidence::Certain);
        assert_eq!(finding.offers[0].id.as_str(), "pause-blocker");
    }

    #[test]
    fn hit_the_service_leads_to_a_page_about_an_error() {
        let led = |to: &str| {
            Scene::get("https://app.test/account")
                .redirect("https://id.test/authorize?response_type=code&client_id=1&scope=openid")
                .redirect("https://id.test/authorize?response_type=code&scope=openid")
                .looked()
                .redirect(to)
                .answer(200)
                .check(check)
        };
        assert!(led("https://id.test/oauth2_error.do?oauthErrorCode=invalid_request").is_some());
        assert!(led("https://id.test/consent.do?sessionDataKey=1").is_none());
    }

    #[test]
    fn near_miss_a_server_that_hides_the_used_code() {
        let scene = Scene::get(BACK)
            .looked()
            .redirect("https://app.test/callback")
            .looked()
            .answer(403);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_a_parameter_that_may_be_anything() {
        let finding = Scene::get("https://app.test/item?id=5")
            .redirect("https://app.test/item")
            .looked()
            .answer(404)
            .check(check)
            .expect("perhaps");
        assert_eq!(finding.confidence, Confidence::Possible);
    }

    #[test]
    fn no_alarm_for_counters_nor_where_the_page_came() {
        let counters = Scene::get("https://app.test/item?utm_source=mail&fbclid=1")
            .redirect("https://app.test/item")
            .looked()
            .answer(403);
        assert!(counters.check(check).is_none());
        let fine = Scene::get(BACK)
            .redirect("https://app.test/callback")
            .looked()
            .answer(200);
        assert!(fine.check(check).is_none());
    }
}
