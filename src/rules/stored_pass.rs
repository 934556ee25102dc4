//! Passes that a page keeps in the browser: which of them is dead, and the ways out that follow from that.

use crate::case::Case;
use crate::event::StoredKey;
use crate::exchange::Sent;
use crate::finding::{Arg, Evidence, EvidenceId, Finding};
use crate::remedy::{Offer, RemedyId};
use crate::rules::http_date;

/// Adds what the page keeps, and the ways out of a refused token, least destructive first. A key that is proven to hold the
/// refused token comes first all the same: signing in does not help an app that keeps using it, and it can be put back.
pub(super) fn lead_out(case: &Case<'_>, mut finding: Finding) -> Finding {
    let stored = stored(case);
    let dead = dead(case, stored);
    let named = dead.first().or(stored.iter().find(|key| is_pass(key)));
    if let Some(key) = named {
        let id = match dead.is_empty() {
            true => EvidenceId::TokenStored,
            false => EvidenceId::StoredTokenExpired,
        };
        finding = finding.because(Evidence::of(id).with(Arg::Name, key.name.as_str()));
    }
    let passes = || stored.iter().filter(|key| is_pass(key)).cloned();
    let proven = !dead.is_empty();
    if proven {
        finding = finding.offer(forget(dead));
    }
    finding = finding.offer(case.sign_in_offer()).offer(RemedyId::Reload);
    if !proven {
        match passes().count() {
            0 => {}
            1 => finding = finding.offer(forget(passes().collect())),
            // Which of them it is nobody knows: the last rung is all that the page keeps, and no cookie.
            _ => finding = finding.offer(RemedyId::ClearSiteData),
        }
    }
    finding.offer(RemedyId::AskOwner)
}

fn forget(keys: Vec<StoredKey>) -> Offer {
    Offer {
        stored: keys,
        ..Offer::from(RemedyId::ClearStoredToken)
    }
}

/// What the page that asked keeps.
fn stored<'a>(case: &Case<'a>) -> &'a [StoredKey] {
    let asked_by = case.exchange.initiator.as_deref();
    match &case.facts.page {
        Some(page) if asked_by.is_none_or(|origin| origin == page.origin) => &page.stored,
        _ => &[],
    }
}

/// The keys that hold the very token that was sent, by its times; or else those whose own time is over.
fn dead(case: &Case<'_>, stored: &[StoredKey]) -> Vec<StoredKey> {
    if let Sent::Yes(sent) = case.authorization() {
        let times = (sent.exp, sent.nbf, sent.iat);
        let of_sent = |key: &&StoredKey| (key.exp, key.nbf, key.iat) == times;
        let keys: Vec<StoredKey> = stored.iter().filter(of_sent).cloned().collect();
        if times != (None, None, None) && !keys.is_empty() {
            return keys;
        }
    }
    let now = server_time(case);
    let over = |key: &&StoredKey| key.exp.is_some_and(|exp| exp < now);
    stored.iter().filter(over).cloned().collect()
}

/// Seconds since 1970 by the server's clock, where it tells its time.
pub(super) fn server_time(case: &Case<'_>) -> i64 {
    let date = case.exchange.field("date").and_then(http_date);
    date.unwrap_or(case.exchange.time / 1000)
}

/// Whether a key looks like a pass by its name or content; app settings and passes for other ends do not.
fn is_pass(key: &StoredKey) -> bool {
    let name = key.name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    (key.exp.or(key.nbf).or(key.iat).is_some() || has(&["token", "jwt", "oidc", "credential"]))
        && !has(&["csrf", "xsrf", "push", "fcm", "device", "captcha"])
}
