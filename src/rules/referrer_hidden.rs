//! referrer-hidden: a form was refused because the browser did not say on which page it was filled in.
//!
//! # What it detects
//! Sites compare `Referer` or `Origin` of a form with their own address; an add-on or a setting hides them.
//! # How we tell
//! A form sent from a page of the same site is refused (400, 403, 422), and it carried no Referer, or `Origin: null`:
//! a browser left to itself sends both. A script's request counts where it says `Origin: null`. In recordings also the
//! words of the body.
//! # False positives
//! A 403 has many reasons. With neither `Origin: null` nor a CSRF cookie in play it is only possible. A request that no
//! page started has no Referer by right, and a step of a sign-in service has its own reasons to fail.
//! # References
//! Django `CsrfViewMiddleware` ("Referer checking failed"), Rails `forgery_protection_origin_check`; Fetch §3.2 Origin.

use crate::address::Address;
use crate::case::Case;
use crate::cookie;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::handoff_expired;
use crate::rules::said::{Topic, said};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let said_so = said(exchange, Topic::Referrer);
    // Many a form is answered by itself with 200 and a word about it.
    let refused = matches!(case.status(), 400 | 403 | 422) || said_so && case.status() == 200;
    let sent = exchange.sent.as_ref()?;
    let null = sent.origin_is_null == Some(true);
    let is_form = exchange.is_document() || null || said_so;
    if !is_form || !exchange.is_write() || !refused {
        return None;
    }
    if sent.referer && !null {
        return None;
    }
    // `null` is what an initiator looks like whose name is hidden.
    let page = match &exchange.initiator {
        Some(from) => Address::parse(from, None),
        None if null || said_so => None,
        None => return None,
    };
    if page.is_some_and(|page| !page.same_site(&exchange.address)) {
        return None;
    }
    let guarded = sent.cookies.iter().any(|c| cookie::is_csrf_like(&c.name));
    let confidence = if said_so {
        Confidence::Certain
    } else if (null || guarded) && !is_step(case) {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    Some(
        Finding::about(FindingId::ReferrerHidden, confidence, exchange)
            .because(Evidence::of(EvidenceId::FormSent).with(Arg::Detail, exchange.method.clone()))
            .since(EvidenceId::ReferrerMissing)
            .offer(RemedyId::PauseBlocker)
            .offer(RemedyId::StartOver)
            .offer(RemedyId::AskOwner),
    )
}

/// A step of a sign-in service that is broken off for a reason of its own: such services hide where their forms come from
/// themselves (Keycloak sends `Referrer-Policy: no-referrer`).
fn is_step(case: &Case<'_>) -> bool {
    handoff_expired::check(case).is_some_and(|it| it.confidence != Confidence::Possible)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::event::ResourceType;
    use crate::finding::Confidence;

    /// A form of the site's own, refused.
    fn form(referer: bool, origin_is_null: Option<bool>) -> Scene {
        Scene::post("https://app.test/settings")
            .looked()
            .with(|exchange| {
                exchange.initiator = Some("https://app.test".to_owned());
                if let Some(sent) = &mut exchange.sent {
                    sent.referer = referer;
                    sent.origin_is_null = origin_is_null;
                }
            })
            .answer(403)
    }

    #[test]
    fn hit_a_form_without_referer() {
        let finding = form(false, None)
            .cookie("csrftoken", 40)
            .check(check)
            .expect("hidden");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert_eq!(finding.offers[0].id.as_str(), "pause-blocker");
        let null = form(true, Some(true)).check(check).expect("no origin");
        assert_eq!(null.confidence, Confidence::Likely);
        let script = |null: bool| {
            let call = form(true, Some(null));
            let call = call.with(|it| it.resource_type = ResourceType::XmlHttpRequest);
            call.check(check).is_some()
        };
        assert!(script(true) && !script(false));
    }

    #[test]
    fn near_miss_without_a_safety_code_it_may_be_anything() {
        let finding = form(false, Some(false)).check(check).expect("perhaps");
        assert_eq!(finding.confidence, Confidence::Possible);
    }

    #[test]
    fn no_alarm_for_a_form_that_says_where_it_comes_from() {
        let scene = form(true, Some(false)).cookie("csrftoken", 40);
        assert!(scene.check(check).is_none());
        let elsewhere = form(false, None).with(|exchange| {
            exchange.initiator = Some("https://idp.example".to_owned());
        });
        assert!(elsewhere.check(check).is_none());
    }

    #[test]
    fn hit_the_server_says_so_to_a_script_too() {
        let sent = |body: &str| {
            let scene = Scene::fetch("https://portal.example/api/auth").looked();
            let scene = scene.with(|exchange| "POST".clone_into(&mut exchange.method));
            scene.answer(403).body(body).check(check).is_some()
        };
        assert!(sent("Forbidden - referer not supplied"));
        assert!(!sent("Forbidden - CSRF token invalid"));
    }
}
