//! The view of a tab: its findings, the one thing to press, and where a remedy stands.

use crate::address::Address;
use crate::event::Browser;
use crate::exchange::Exchange;
use crate::finding::{Arg, Args, Confidence, Finding, FindingId};
use crate::journal::Tab;
use crate::remedy::{Act, Offer, RemedyId};
use crate::report;
use crate::text;
use crate::view::{
    CookieView, EvidenceView, FindingView, General, MessageView, ProgressView, RemedyView, Stage,
    State, UndoView, View,
};

/// The shape of the view; a popup of another version asks for a reload.
pub(super) const SCHEMA: u32 = 1;

pub(crate) fn view(tab: &Tab, browser: Browser, findings: &[(Finding, &Exchange)]) -> View {
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
        can_check: can_check(tab, findings),
        report: report::write(tab, findings),
    }
}

/// Whether the answer to a visitor of whom the site knows nothing would tell more: the page was refused, what stands on
/// top is open or rests on the account, something was sent that a stranger would not send, and nobody asked yet.
pub(super) fn can_check(tab: &Tab, findings: &[(Finding, &Exchange)]) -> bool {
    let Some((top, exchange)) = findings.first() else {
        return false;
    };
    let open = top.confidence == Confidence::Possible || top.id == FindingId::PermissionDenied;
    let bare = exchange.sent_no_cookie() && exchange.authorization(Browser::Firefox).is_no();
    open && !top.notice
        && !bare
        && exchange.is_document()
        && tab.facts.probe.is_none()
        && exchange.may_probe()
}

/// The badge: `!` for a wall, a count for failed background requests, nothing when nothing is wrong.
pub(super) fn badge(findings: &[(Finding, &Exchange)]) -> (String, bool) {
    let stops = findings.iter().filter(|(finding, _)| !finding.notice);
    let (documents, background): (Vec<_>, Vec<_>) =
        stops.partition(|(_, exchange)| exchange.is_document());
    match (documents.is_empty(), background.len()) {
        (false, _) => ("!".to_owned(), true),
        (true, 0) => (String::new(), false),
        (true, count) => (text::number(count), false),
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
    args.set(Arg::Status, text::number(status));
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
        args.set(Arg::Count, text::number(named));
    }
    // What one browser lets an extension do by a permission of its own, the person has to do in the other.
    let permission = permission(offer.id);
    let by_hand = permission == Some("contentSettings") && browser != Browser::Chromium;
    RemedyView {
        id: offer.id,
        touches: offer.id.touches(),
        act: if by_hand { Act::Item } else { offer.id.act() },
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
        permission: permission.filter(|_| browser == Browser::Chromium),
    }
}
