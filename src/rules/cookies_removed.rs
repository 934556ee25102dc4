//! cookies-removed: something on this device deletes the session cookie right after the sign-in.
//!
//! # What it detects
//! The sign-in worked and its cookie was kept, and then a cookie cleaner, a setting or another program removed it.
//! # How we tell
//! A page turns the person away without that cookie; the ledger knows that a server set it, and the browser told that it
//! was removed (`cookies.onChanged`, cause `explicit`) and by no answer's doing.
//! In recordings, a session that was sent and is missing minutes later, while other cookies of the site still come.
//! # False positives
//! Firefox gives the same cause when a server removes a cookie: what a document's answer deletes leaves the ledger, after
//! a sign-out nothing is said, and what was removed late is only possible. Readmit's own removals are not told.
//! # References
//! WebExtensions `cookies.OnChangedCause`; issues of Cookie AutoDelete.

use crate::case::{Case, READS, SAME_TRY, Turned, reaches_name};
use crate::cookie;
use crate::event::Millis;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Visit;
use crate::remedy::RemedyId;

/// A cookie that is removed so soon after it was set did not end by the site's will.
const SOON: Millis = 60_000;

/// Browsers tell of cookies and of requests by ways of their own: what is told first need not have been first.
const UNORDERED: Millis = 500;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let refused = exchange.is_document() && case.status() == 401;
    let turned = case.turned_away().map(|(step, _)| step);
    if !(refused || turned.is_some()) || case.sent_session() {
        return None;
    }
    if READS && let Some(finding) = vanished(case, turned) {
        return Some(finding);
    }
    let (entry, gone) = case.hosts.ledger.latest().find_map(|entry| {
        let here = entry.store == exchange.store && entry.reaches(&exchange.address);
        let gone = case.hosts.gone.iter().rev().find(|gone| {
            let cookie = &gone.cookie;
            !cookie.evicted
                && cookie.name == entry.name
                && reaches_name(&cookie.domain, exchange.address.host())
                && (entry.time - UNORDERED..=exchange.time + SOON).contains(&gone.time)
        })?;
        (here && !signed_out_since(case, entry.time)).then_some((entry, gone))
    })?;
    let confidence = match gone.time - entry.time < SOON {
        true if entry.by_sign_in => Confidence::Certain,
        true => Confidence::Likely,
        false => Confidence::Possible,
    };
    let finding = Finding::about(FindingId::CookiesRemoved, confidence, exchange)
        .with(Arg::Name, entry.name.clone())
        .because(Evidence::of(EvidenceId::CookieGone).with(Arg::Name, entry.name.clone()))
        .offer(RemedyId::KeepCookies)
        .offer(case.sign_in_offer());
    Some(match case.cookie_evidence() {
        Some(evidence) => finding.because(evidence),
        None => finding,
    })
}

/// In a recording: a session of a sign-in that was sent and is gone minutes later, though no answer took it back, while
/// other cookies of the site are still there. A cookie of any name is one where the server that misses it gives another.
fn vanished(case: &Case<'_>, turned: Option<Turned<'_>>) -> Option<Finding> {
    case.recorded()?;
    let exchange = case.exchange;
    // A request without any may be a stranger's, or a tool's.
    let left = exchange.cookies().filter(|left| !left.is_empty())?;
    let anew = |name: &str| turned.is_some_and(|step| step.sets(name));
    let gone = case.hosts.ledger.latest().find(|entry| {
        entry.by_sign_in
            && entry.ever_sent
            && (cookie::is_session_like(&entry.name) || anew(&entry.name))
            && exchange.time - entry.time < SAME_TRY
            && entry.reaches(&exchange.address)
            && left.iter().all(|cookie| cookie.name != entry.name)
            // What was sent with the request that was turned away, its answer may have taken back.
            && turned.is_none_or(|step| step.lacks(&entry.name))
    })?;
    (!signed_out_since(case, gone.time)).then(|| {
        Finding::about(FindingId::CookiesRemoved, Confidence::Likely, exchange)
            .with(Arg::Name, gone.name.clone())
            .because(Evidence::of(EvidenceId::CookieGone).with(Arg::Name, gone.name.clone()))
            .offer(RemedyId::KeepCookies)
            .offer(case.sign_in_offer())
    })
}

/// Whether the person signed out in this try, after this time.
fn signed_out_since(case: &Case<'_>, time: Millis) -> bool {
    let since = |visit: &&Visit| visit.started >= time;
    case.same_try()
        .filter(since)
        .any(|visit| visit.first.is_sign_out())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene, entry, gone};
    use super::check;
    use crate::finding::Confidence;
    use crate::ledger::Entry;

    /// Turned away, where the cookie `sid` was set this long ago and removed this long ago.
    fn turned_away(set: i64, removed: i64) -> Scene {
        let session = Entry {
            by_sign_in: true,
            ..entry("sid", "https://app.test/login", NOW - set)
        };
        Scene::get("https://app.test/inbox")
            .looked()
            .redirect("https://app.test/login")
            .looked()
            .answer(200)
            .hosts(|hosts| {
                hosts.ledger.put(session);
                hosts.note_gone(gone("sid", "app.test"), NOW - removed);
            })
    }

    #[test]
    fn hit_a_session_that_was_removed_right_after_the_sign_in() {
        let finding = turned_away(5000, 4000).check(check).expect("removed");
        assert_eq!(finding.confidence, Confidence::Certain);
        let offers: Vec<_> = finding.offers.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(offers, ["keep-cookies", "sign-in"]);
    }

    #[test]
    fn near_miss_removed_long_after_or_before_it_was_set() {
        let late = turned_away(500_000, 1000).check(check).expect("perhaps");
        assert_eq!(late.confidence, Confidence::Possible);
        assert!(turned_away(4000, 5000).check(check).is_none());
    }

    #[test]
    fn no_alarm_where_the_session_was_sent_or_another_cookie_went() {
        let sent = turned_away(5000, 4000).cookie("sid", 12);
        assert!(sent.check(check).is_none());
        let other = Scene::get("https://app.test/inbox")
            .looked()
            .answer(401)
            .hosts(|hosts| {
                hosts
                    .ledger
                    .put(entry("sid", "https://app.test/login", NOW - 5000));
                hosts.note_gone(gone("_ga", "app.test"), NOW - 4000);
            });
        assert!(other.check(check).is_none());
    }
}
