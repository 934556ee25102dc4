//! What is remembered of a tab, as the owner's part reads it: which exchange is on top, and all exchanges in their order.

use super::part::{Around, Part, part};
use crate::event::{Browser, Millis};
use crate::exchange::Exchange;
use crate::finding::FindingId;
use crate::journal::{Hop, Hosts, Tab};
use crate::view::FindingView;

/// A finding as the popup's view has it: what the diagnosis said, which is not made anew here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// The address of its exchange, redacted.
    pub url: String,
    /// The status of its exchange.
    pub status: Option<u16>,
    /// `certain`, `likely` or `possible`.
    pub confidence: String,
    /// Ids of its evidence.
    pub evidence: Vec<String>,
    /// Ids of its remedies.
    pub remedies: Vec<String>,
}

impl From<&FindingView> for Found {
    fn from(view: &FindingView) -> Found {
        let confidence = crate::json::write(&view.confidence);
        Found {
            id: view.id.as_str().to_owned(),
            url: view.url.clone(),
            status: view.status,
            confidence: confidence.trim_matches('"').to_owned(),
            evidence: view.evidence.iter().map(|it| it.id.to_owned()).collect(),
            remedies: view
                .remedies
                .iter()
                .map(|it| it.id.as_str().to_owned())
                .collect(),
        }
    }
}

/// A step that the tab took: an exchange as a whole, or the short form that is kept of an earlier one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    /// All that is known.
    Whole(&'a Exchange),
    /// A step of a chain.
    Hop(&'a Hop),
}

/// All steps in the order in which they happened: the chains of the visits, then what failed behind the last page.
pub(super) fn steps(tab: &Tab) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for visit in &tab.earlier {
        steps.extend(visit.steps().map(Step::Hop));
    }
    if let Some(visit) = &tab.visit {
        steps.extend(visit.hops.iter().map(Step::Hop));
        // The exchange that it ended with is known as a whole, unless it took too much room.
        let whole = tab
            .document
            .as_ref()
            .is_some_and(|document| document.request_id == visit.request_id);
        steps.extend(visit.end.iter().filter(|_| !whole).map(Step::Hop));
    }
    steps.extend(tab.document.iter().map(Step::Whole));
    steps.extend(tab.background.iter().map(Step::Whole));
    steps
}

/// The exchange that a finding speaks of. An address that was kept can lack the parts that were secret.
pub(super) fn exchange_of<'a>(tab: &'a Tab, found: &Found) -> Option<&'a Exchange> {
    let page = |url: &str| url.split(['?', '…']).next().unwrap_or_default().to_owned();
    let exchanges = || tab.document.iter().chain(&tab.background);
    let same = || exchanges().filter(|exchange| exchange.status() == found.status);
    same()
        .find(|exchange| exchange.address.shown() == found.url)
        .or_else(|| {
            same().find(|exchange| {
                let (own, theirs) = (page(&exchange.address.shown()), page(&found.url));
                own.starts_with(&theirs) || theirs.starts_with(&own)
            })
        })
}

/// The owner's part of a tab: for the exchange of the finding on top, or for a page that failed without one.
/// `None` where nothing failed.
#[must_use]
pub fn part_of(
    tab: &Tab,
    hosts: &Hosts,
    browser: Browser,
    found: &[Found],
    now: Millis,
) -> Option<Part> {
    let top = found.first();
    let document = || {
        let failed = |it: &&Exchange| it.status().is_some_and(|status| status >= 400);
        tab.document.as_ref().filter(failed)
    };
    let exchange = top
        .and_then(|found| exchange_of(tab, found))
        .or_else(document)?;
    let of_it = found
        .iter()
        .filter(|found| exchange_of(tab, found).is_some_and(|it| std::ptr::eq(it, exchange)));
    let findings: Vec<FindingId> = of_it
        .filter_map(|found| FindingId::from_id(&found.id))
        .collect();
    Some(part(
        exchange,
        Around {
            browser,
            findings: &findings,
            shown: top.map(|found| found.url.as_str()),
            facts: &tab.facts,
            hosts,
            now,
        },
    ))
}
