//! wrong-account: signed in, as another account than the one with access.
//!
//! # What it detects
//! The person has several accounts at one site, and the page was opened with one that may not see it.
//! # How we tell
//! A 403 to a request with cookies, at an address that says which of the accounts it uses: `/u/0/` in the path or
//! `authuser=0` in the query, the forms of sites with more than one account at once; in recordings, a refusal that offers
//! to sign in with another account.
//! # False positives
//! Without such an index nobody can tell one account from another: then it is permission-denied. A number of more than one
//! digit is a person or a thing, and no place in a list of accounts.
//! # References
//! RFC 9110 §15.5.4; the index is known from Google's and others' addresses.

use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::rules::said::{Topic, said};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let signed_in = exchange.cookies().is_some_and(|sent| !sent.is_empty());
    if !signed_in || exchange.prompts > 0 {
        return None;
    }
    if matches!(case.status(), 400 | 403) && said(exchange, Topic::OtherAccount) {
        return Some(
            Finding::about(FindingId::WrongAccount, Confidence::Likely, exchange)
                .because(Evidence::of(EvidenceId::ServerReason).with(Arg::Detail, "account"))
                .because(case.cookie_evidence()?)
                .offer(RemedyId::SwitchAccount)
                .offer(RemedyId::AskOwner),
        );
    }
    if case.status() != 403 || exchange.is_write() {
        return None;
    }
    let (index, other) = (0..10).find_map(|index: u8| {
        let digit = text::number(index);
        let next = if index == 0 { "1" } else { "0" };
        let path = |digit: &str| text::concat(&["/u/", digit, "/"]);
        let query = |digit: &str| text::concat(&["authuser=", digit]);
        let address = &exchange.address;
        let by_path = address.with_replaced(&path(&digit), &path(next));
        let by_query = || {
            let whole = address.has_parameter("authuser");
            let url = address.with_replaced(&query(&digit), &query(next))?;
            whole.then_some(url)
        };
        let other = by_path.or_else(by_query)?;
        Some((digit, other))
    })?;
    Some(
        Finding::about(FindingId::WrongAccount, Confidence::Likely, exchange)
            .because(Evidence::of(EvidenceId::AccountInAddress).with(Arg::Detail, index))
            .because(case.cookie_evidence()?)
            .offer(Offer::open(RemedyId::SwitchAccount, other))
            .offer(RemedyId::AskOwner),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;

    fn goes_to(url: &str) -> Option<String> {
        let scene = Scene::get(url).cookie("SID", 40).answer(403);
        scene.check(check)?.offers.remove(0).url
    }

    #[test]
    fn hit_an_index_in_path_or_query() {
        for (from, to) in [
            (
                "https://docs.example/u/0/d/42",
                "https://docs.example/u/1/d/42",
            ),
            (
                "https://docs.example/u/2/d/42",
                "https://docs.example/u/0/d/42",
            ),
            (
                "https://docs.example/d/42?authuser=0&hl=en",
                "https://docs.example/d/42?authuser=1&hl=en",
            ),
        ] {
            assert_eq!(goes_to(from).as_deref(), Some(to));
        }
    }

    #[test]
    fn near_miss_a_person_and_no_index() {
        for url in [
            "https://docs.example/u/1234/d",
            "https://docs.example/d/42",
            "https://docs.example/menu/0",
        ] {
            assert_eq!(goes_to(url), None, "{url}");
        }
    }

    #[test]
    fn near_miss_nothing_was_sent() {
        let scene = Scene::get("https://docs.example/u/0/d/42")
            .looked()
            .answer(403);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_page_that_is_not_there() {
        let scene = Scene::get("https://docs.example/u/0/d/42").cookie("SID", 40);
        assert!(scene.answer(404).check(check).is_none());
    }

    #[test]
    fn hit_a_refusal_that_offers_another_account() {
        let answer = |body: &str| {
            let scene = Scene::get("https://desk.example/app").cookie("sid", 12);
            scene.answer(403).body(body).check(check).is_some()
        };
        assert!(answer(
            "<p>That account does not have access.</p><a>Sign in with a different account</a>"
        ));
        assert!(!answer("<p>That account does not have access.</p>"));
    }
}
