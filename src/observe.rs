//! Events into exchanges: keyed by request id, idempotent, re-entrant, whatever order the events come in.
//!
//! Chromium ends a 401 that it answered by itself with a 200 under the same id and shows the fields only once; Firefox begins
//! the same id anew, with its credentials. A redirect keeps the id and changes the address.

use crate::address::Address;
use crate::event::{Request, ResourceType};
use crate::exchange::{End, Exchange};
use crate::journal::{PENDING_MAX, Tab};

/// The exchange under way that this event belongs to, begun if there is none; `None` where the address is none.
/// A document's first event begins a visit, and a new address or a repeat under the same id ends the step before it.
pub(crate) fn exchange<'a>(
    tab: &'a mut Tab,
    request: &Request,
    repeats: bool,
) -> Option<&'a mut Exchange> {
    let address = Address::parse(&request.url, request.site.as_deref())?;
    let at = tab
        .pending
        .iter()
        .position(|known| known.request_id == request.request_id);
    if let Some(at) = at {
        let known = &tab.pending[at];
        // Two steps of a chain may differ in secret parts alone, which a restarted engine does not know.
        let moved = !known.address.same_document(&address)
            || (repeats && matches!(known.end, End::Redirected(_)));
        let answered_challenge = repeats && matches!(known.status(), Some(401 | 407));
        if !moved && !answered_challenge {
            return tab.pending.get_mut(at);
        }
        let mut next = Exchange::begin(request)?;
        next.challenged = !moved;
        if next.resource_type == ResourceType::SubFrame {
            let begun = known.first.as_ref().unwrap_or(&known.address);
            next.first = Some(begun.clone());
        }
        next.prompts = if moved { 0 } else { known.prompts };
        next.answered = known.open_prompt().filter(|_| !moved);
        tab.asked |= next.is_document();
        let mut before = tab.pending.remove(at);
        let hop = tab
            .visit
            .as_mut()
            .filter(|visit| next.is_document() && visit.request_id == next.request_id)
            .and_then(|visit| visit.hops.last_mut());
        if let (Some(hop), true) = (hop, moved && repeats) {
            hop.goes_on(&next.address);
        }
        if moved && !matches!(before.end, End::Redirected(_)) {
            // The redirect itself was not reported; the chain goes on all the same.
            before.end = End::Redirected(address);
            finish_step(tab, &before);
        }
        tab.pending.push(next);
        return tab.pending.last_mut();
    }
    let next = Exchange::begin(request)?;
    if next.is_document() && is_new_visit(tab, &next) {
        tab.begin_visit(&next);
    }
    tab.asked |= next.is_document();
    if tab.pending.len() >= PENDING_MAX {
        // The oldest will hardly end any more; a document goes last.
        let at = tab
            .pending
            .iter()
            .position(|known| !known.is_document())
            .unwrap_or(0);
        tab.pending.remove(at);
    }
    tab.pending.push(next);
    tab.pending.last_mut()
}

/// Ends the step of a chain: a document's goes to its visit.
pub(crate) fn finish_step(tab: &mut Tab, exchange: &Exchange) {
    if let Some(visit) = tab
        .visit
        .as_mut()
        .filter(|visit| exchange.is_document() && visit.request_id == exchange.request_id)
    {
        visit.push(exchange);
    }
}

/// A late event of a visit that has ended already does not begin another one.
fn is_new_visit(tab: &Tab, next: &Exchange) -> bool {
    tab.visit
        .as_ref()
        .is_none_or(|visit| visit.request_id != next.request_id)
}

/// Takes the exchange of this event out of those under way.
pub(crate) fn take(tab: &mut Tab, request: &Request) -> Option<Exchange> {
    let at = tab
        .pending
        .iter()
        .position(|known| known.request_id == request.request_id)?;
    Some(tab.pending.remove(at))
}

/// Whether requests of this kind are looked at in the course of an event.
/// A preflight never carries credentials (Fetch standard §4.8): its refusal says nothing about the person's.
pub(crate) fn is_observed(request: &Request) -> bool {
    let preflight =
        request.method == "OPTIONS" && request.resource_type == ResourceType::XmlHttpRequest;
    let quiet = matches!(
        request.resource_type,
        ResourceType::Script | ResourceType::Other
    );
    request.tab_id >= 0 && !quiet && !preflight
}
