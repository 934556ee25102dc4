//! The view of a tab: its findings, the one thing to press, and where a remedy stands.

use crate::address::Address;
use crate::event::Browser;
use crate::exchange::Exchange;
use crate::finding::{Arg, Args, Finding};
use crate::journal::Tab;
use crate::remedy::{Offer, RemedyId};
use crate::report;
use crate::view::{
    CookieView, EvidenceView, FindingView, General, MessageView, ProgressView, RemedyView, Stage,
    State, UndoView, View,
};

/// The shape of the view; a popup of another version asks for a reload.
pub(super) const SCHEMA: u32 = 1;

pub(super) fn view(tab: &Tab, browser: Browser, findings: &[(Finding, &Exchange)]) -> View {
    let address = tab.address();
    let general = general(tab, findings);
    let state = state(tab, findings, general.is_some());
    View {
        schema: SCHEMA,
        tab: tab.id,
        site: address
            .map(|address| address.site().to_owned())
            .unwrap_or_default(),
        host: address
            .map(|address| address.authority())
            .unwrap_or_default(),
        state,
        observed: tab.visit.is_some(),
        browser: Some(browser),
        findings: findings
            .iter()
            .zip(1..)
            .map(|((finding, exchange), rank)| finding_view(tab, browser, finding, exchange, rank))
            .collect(),
        general,
        progress: tab
            .progress
            .as_ref()
            .filter(|progress| !progress.stalled)
            .map(|progress| ProgressView {
                remedy: progress.offer.id,
                finding: progress.finding,
                stage: progress.stage,
            }),
        undo: tab.undo.as_ref().map(|undo| UndoView {
            count: undo.count,
            expires: undo.expires,
        }),
        message: tab.message.as_ref().map(|message| {
            let mut args = Args::default();
            args.set(Arg::Host, address.map(Address::host).unwrap_or_default());
            args.set(Arg::Name, message.name.as_str());
            MessageView {
                id: message.id.as_str(),
                args,
            }
        }),
        timeline: tab.timeline.clone(),
        report: report::write(tab, findings),
    }
}

/// The badge: `!` for a wall, a count for failed background requests, nothing when nothing is wrong.
pub(super) fn badge(findings: &[(Finding, &Exchange)]) -> (String, bool) {
    let stops = findings.iter().filter(|(finding, _)| !finding.notice);
    let (documents, background): (Vec<_>, Vec<_>) =
        stops.partition(|(_, exchange)| exchange.is_document());
    match (documents.is_empty(), background.len()) {
        (false, _) => ("!".to_owned(), true),
        (true, 0) => (String::new(), false),
        (true, count) => (count.to_string(), false),
    }
}

fn state(tab: &Tab, findings: &[(Finding, &Exchange)], general: bool) -> State {
    let wall = findings
        .iter()
        .any(|(finding, exchange)| !finding.notice && exchange.is_document());
    match tab
        .progress
        .as_ref()
        .filter(|progress| !progress.stalled)
        .map(|progress| progress.stage)
    {
        Some(Stage::Done) if !wall => State::Fixed,
        Some(Stage::Removing | Stage::Opening | Stage::SigningIn) => State::Working,
        _ if wall => State::Wall,
        _ if !findings.is_empty() => State::Notice,
        _ if general && !is_gone(tab) => State::Notice,
        _ => State::Clear,
    }
}

/// A page that is not there is nobody's wall: the text is offered, no alarm is raised.
fn is_gone(tab: &Tab) -> bool {
    tab.document
        .as_ref()
        .is_some_and(|document| matches!(document.status(), Some(404 | 410)))
}

/// The general text, for a failing document that no rule explains.
fn general(tab: &Tab, findings: &[(Finding, &Exchange)]) -> Option<General> {
    if findings.iter().any(|(finding, _)| !finding.notice) {
        return None;
    }
    let document = tab.document.as_ref()?;
    let status = document
        .status()
        .filter(|status| *status >= 400 && !document.is_handshake_step())?;
    let mut args = Args::default();
    args.set(Arg::Host, document.address.host());
    args.set(Arg::Status, status.to_string());
    Some(General {
        status,
        url: document.address.shown(),
        args,
    })
}

fn finding_view(
    tab: &Tab,
    browser: Browser,
    finding: &Finding,
    exchange: &Exchange,
    rank: u32,
) -> FindingView {
    let is_tried = |offer: &Offer| tab.tried.contains(&offer.id);
    // Where everything was tried, the first one is still the best one.
    let primary = finding
        .offers
        .iter()
        .position(|offer| !is_tried(offer))
        .unwrap_or(0);
    let remedies = finding
        .offers
        .iter()
        .enumerate()
        .map(|(at, offer)| {
            remedy_view(
                tab,
                offer,
                browser,
                rank == 1 && at == primary,
                is_tried(offer),
            )
        })
        .collect();
    FindingView {
        id: finding.id,
        rank,
        status: exchange.status(),
        confidence: finding.confidence,
        url: exchange.address.shown(),
        notice: finding.notice,
        who: finding.id.who(),
        args: finding.args.clone(),
        evidence: finding
            .evidence
            .iter()
            .map(|fact| EvidenceView {
                id: fact.id.as_str(),
                args: fact.args.clone(),
            })
            .collect(),
        remedies,
    }
}

/// The optional permission that a remedy needs, in the one browser that has it.
fn permission(remedy: RemedyId) -> Option<&'static str> {
    match remedy {
        RemedyId::ForgetHttpLogin => Some("browsingData"),
        RemedyId::AllowCookies | RemedyId::AllowEmbeddedCookies => Some("contentSettings"),
        _ => None,
    }
}

fn remedy_view(
    tab: &Tab,
    offer: &Offer,
    browser: Browser,
    primary: bool,
    tried: bool,
) -> RemedyView {
    let host = tab.address().map(Address::host).unwrap_or_default();
    // The popup takes what is missing here from the finding.
    let mut args = Args::default();
    let named = offer.cookies.len() + offer.stored.len();
    if named > 0 {
        args.set(Arg::Count, named.to_string());
    }
    RemedyView {
        id: offer.id,
        touches: offer.id.touches(),
        act: offer.id.act(),
        primary,
        tried,
        args,
        cookies: offer
            .cookies
            .iter()
            .map(|c| CookieView {
                name: c.name.clone(),
                domain: c.domain.clone(),
            })
            .chain(offer.stored.iter().map(|key| CookieView {
                name: key.name.clone(),
                domain: host.to_owned(),
            }))
            .collect(),
        not_before: offer.not_before,
        permission: permission(offer.id).filter(|_| browser == Browser::Chromium),
    }
}
