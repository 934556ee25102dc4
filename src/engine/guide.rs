//! Leading through a remedy: carry out the choice, go back to the wanted page, see whether it worked, undo.

use super::Engine;
use crate::address::Address;
use crate::event::{Browser, Effect, Millis, Request, TabId, Timer, Travel};
use crate::exchange::Exchange;
use crate::finding::{ARG_MAX, FindingId};
use crate::journal::{Message, MessageId, Outcome, Progress, Tab, UndoState, Visit};
use crate::remedy::{Offer, RemedyId};
use crate::view::Stage;

/// How long removed cookies can be put back.
const UNDO_FOR: Millis = 15 * 60 * 1000;

impl Engine {
    /// The person chose a remedy. One that is not on offer is ignored: nothing is ever done that was not shown.
    pub(super) fn apply(
        &mut self,
        tab_id: TabId,
        remedy: &str,
        time: Millis,
        effects: &mut Vec<Effect>,
    ) {
        let Some(tab) = self.tab(tab_id) else {
            return;
        };
        let findings = self.findings(tab);
        let chosen = findings
            .iter()
            .filter(|(finding, _)| !finding.notice || findings.iter().all(|(f, _)| f.notice))
            .find_map(|(finding, exchange)| {
                let offer = finding
                    .offers
                    .iter()
                    .find(|offer| offer.id.as_str() == remedy)?;
                Some((finding.id, offer.clone(), (*exchange).clone()))
            });
        let Some((finding, offer, exchange)) = chosen else {
            return;
        };
        drop(findings);
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        if offer.not_before.is_some_and(|not_before| time < not_before) {
            return;
        }
        tab.message = None;
        let home = tab.wanted.as_ref().unwrap_or(&exchange.address).clone();
        let store = exchange.store.clone();
        let page_origin = tab
            .facts
            .page
            .as_ref()
            .map_or_else(|| exchange.address.origin(), |page| page.origin.clone());
        let (stage, effect) = match offer.id {
            RemedyId::AskOwner | RemedyId::AskIt => return,
            RemedyId::ResetPassword => {
                let url = offer.url.clone().unwrap_or_else(|| home.to_navigate());
                effects.push(Effect::Navigate {
                    tab_id,
                    url,
                    travel: Travel::NewTab,
                    store: None,
                });
                return;
            }
            RemedyId::OpenInOwnTab | RemedyId::OpenInContainer => {
                let url = offer.url.clone().unwrap_or_else(|| home.to_navigate());
                effects.push(Effect::Navigate {
                    tab_id,
                    url,
                    travel: Travel::NewTab,
                    store: offer.other.clone(),
                });
                return;
            }
            // The person does these, outside of the page.
            RemedyId::FixClock | RemedyId::PauseBlocker | RemedyId::KeepCookies => return,
            RemedyId::RemoveCookies | RemedyId::ClearSiteCookies => (
                Stage::Removing,
                Effect::RemoveCookies {
                    tab_id,
                    cookies: offer.cookies.clone(),
                    store,
                    expires: time + UNDO_FOR,
                },
            ),
            RemedyId::ClearStoredToken => (
                Stage::Removing,
                Effect::RemoveStored {
                    tab_id,
                    origin: page_origin,
                    keys: offer.stored.clone(),
                    expires: time + UNDO_FOR,
                },
            ),
            RemedyId::RemoveOfflineCopy => (
                Stage::Removing,
                Effect::RemoveOfflineCopy {
                    tab_id,
                    origin: page_origin,
                },
            ),
            RemedyId::ClearCachedRedirect => (
                Stage::Removing,
                Effect::ForgetRedirect {
                    tab_id,
                    url: offer.url.clone().unwrap_or_else(|| home.to_navigate()),
                },
            ),
            RemedyId::ClearSiteData => (
                Stage::Removing,
                Effect::ClearSiteData {
                    tab_id,
                    origin: page_origin,
                    cookies: offer.cookies.clone(),
                    store,
                    expires: time + UNDO_FOR,
                },
            ),
            RemedyId::AllowCookies | RemedyId::AllowEmbeddedCookies => (
                Stage::Removing,
                Effect::AllowCookies {
                    tab_id,
                    url: offer.url.clone().unwrap_or_else(|| home.origin()),
                    inside: offer.other.clone(),
                },
            ),
            RemedyId::ForgetHttpLogin => (
                Stage::Removing,
                self.forget_login(tab_id, &exchange.address, store),
            ),
            RemedyId::StartOver
            | RemedyId::Reload
            | RemedyId::OpenHttps
            | RemedyId::OpenSiblingHost
            | RemedyId::OpenWithoutCredentials
            | RemedyId::SignIn
            | RemedyId::RetypePassword
            | RemedyId::SwitchAccount
            | RemedyId::Wait
            | RemedyId::OpenPortal
            | RemedyId::UseProxyPassword
            | RemedyId::RequestNewLink => (Stage::Opening, go(tab_id, &offer, &home, &exchange)),
        };
        if let Some(tab) = self.tab_mut(tab_id) {
            tab.progress = Some(Progress {
                finding,
                offer,
                stage,
                returned: false,
                stalled: false,
            });
        }
        effects.push(effect);
        self.save(tab_id, effects);
    }

    /// The way to make the browser forget a name and password, as far as it has one.
    fn forget_login(&self, tab_id: TabId, address: &Address, store: Option<String>) -> Effect {
        match self.browser {
            // Firefox keeps them through every deletion that an extension can ask for; wrong ones in the address replace
            // them, and the server's refusal of those makes it forget (measured in Firefox 153).
            Browser::Firefox => {
                let (scheme, rest) = address
                    .at(address.path())
                    .split_once("://")
                    .map_or_else(Default::default, |(s, r)| (s.to_owned(), r.to_owned()));
                Effect::Navigate {
                    tab_id,
                    url: format!("{scheme}://x:x@{rest}"),
                    travel: Travel::Here,
                    store: None,
                }
            }
            Browser::Chromium | Browser::Recording => Effect::ForgetLogin {
                tab_id,
                origin: address.origin(),
                domain: address.site().to_owned(),
                store,
            },
        }
    }

    /// Firefox: the wrong name and password of `forget_login` were refused; now the clean address asks again.
    pub(super) fn wrong_credentials_were_sent(
        &mut self,
        request: &Request,
        effects: &mut Vec<Effect>,
    ) {
        let browser = self.browser;
        let Some(tab) = self.tab_mut(request.tab_id) else {
            return;
        };
        let home = tab.wanted.as_ref().map(Address::to_navigate);
        let Some(progress) = tab.progress.as_mut() else {
            return;
        };
        if browser != Browser::Firefox
            || progress.offer.id != RemedyId::ForgetHttpLogin
            || progress.stage != Stage::Removing
        {
            return;
        }
        progress.stage = Stage::Opening;
        if let Some(url) = home {
            effects.push(Effect::Navigate {
                tab_id: request.tab_id,
                url,
                travel: Travel::Here,
                store: None,
            });
        }
        self.save(request.tab_id, effects);
    }

    /// The browser has done, or refused, what a remedy asked of it.
    pub(super) fn acted(&mut self, tab_id: TabId, done: bool, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        let Some(progress) = tab
            .progress
            .as_mut()
            .filter(|progress| progress.stage == Stage::Removing)
        else {
            return;
        };
        if done {
            progress.stage = Stage::Opening;
            let forgot_login = progress.offer.id == RemedyId::ForgetHttpLogin;
            if let Some(wanted) = tab.wanted.clone() {
                effects.push(Effect::Navigate {
                    tab_id,
                    url: wanted.to_navigate(),
                    travel: Travel::Here,
                    store: None,
                });
                if forgot_login {
                    self.learn(&wanted, effects, |facts| facts.http_login = None);
                }
            }
        } else {
            tab.progress = None;
            tab.message = Some(message(MessageId::BrowserRefused));
        }
        self.save(tab_id, effects);
    }

    pub(super) fn cookies_removed(
        &mut self,
        tab_id: TabId,
        removed: u32,
        left: &[String],
        time: Millis,
        effects: &mut Vec<Effect>,
    ) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        if removed > 0 {
            let count = tab
                .undo
                .as_ref()
                .map_or(0, |undo| undo.count)
                .saturating_add(removed);
            tab.undo = Some(UndoState {
                count,
                expires: time + UNDO_FOR,
            });
            effects.push(Effect::StartTimer {
                tab_id,
                timer: Timer::UndoExpiry,
                after: UNDO_FOR,
            });
        }
        tab.message = left
            .first()
            .map(|name| message_naming(MessageId::LeftOver, name));
        tab.jar = None;
        let Some(progress) = tab
            .progress
            .as_mut()
            .filter(|progress| progress.stage == Stage::Removing)
        else {
            self.save(tab_id, effects);
            return;
        };
        if removed == 0 {
            tab.progress = None;
            tab.message
                .get_or_insert_with(|| message(MessageId::BrowserRefused));
        } else {
            progress.stage = Stage::Opening;
            let home = tab
                .wanted
                .as_ref()
                .or(tab.document.as_ref().map(|e| &e.address));
            effects.extend(home.map(|home| Effect::Navigate {
                tab_id,
                url: home.to_navigate(),
                travel: Travel::Here,
                store: None,
            }));
        }
        self.save(tab_id, effects);
    }

    pub(super) fn undo(&mut self, tab_id: TabId, time: Millis, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        let Some(undo) = &tab.undo else { return };
        if time >= undo.expires {
            self.undo_expires(tab_id, time, effects);
        } else {
            effects.push(Effect::Restore { tab_id });
        }
    }

    pub(super) fn undo_expires(&mut self, tab_id: TabId, time: Millis, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        if tab.undo.as_ref().is_none_or(|undo| time < undo.expires) {
            return;
        }
        tab.undo = None;
        effects.push(Effect::DropSnapshot { tab_id });
        self.save(tab_id, effects);
    }

    pub(super) fn cookies_restored(
        &mut self,
        tab_id: TabId,
        restored: u32,
        refused: &[String],
        time: Millis,
        effects: &mut Vec<Effect>,
    ) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        tab.last = tab.last.max(time);
        tab.undo = None;
        if let Some(progress) = tab.progress.take() {
            tab.tried.push(progress.offer.id);
        }
        tab.message = Some(match refused.first() {
            Some(name) => message_naming(MessageId::PutBackPartly, name),
            None if restored == 0 => message(MessageId::BrowserRefused),
            None => message(MessageId::PutBack),
        });
        self.save(tab_id, effects);
    }

    /// A document has ended: did the remedy get the person in, are they signing in, or is there a wall again?
    pub(super) fn verify(
        &mut self,
        tab_id: TabId,
        wall: Option<FindingId>,
        effects: &mut Vec<Effect>,
    ) {
        let browser = self.browser;
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        if wall.is_some() && wall != tab.wall {
            tab.tried.clear();
        }
        tab.wall = wall;
        let Some(progress) = tab
            .progress
            .clone()
            .filter(|p| !matches!(p.stage, Stage::Removing | Stage::Done))
        else {
            return;
        };
        let visit = tab.visit.as_ref();
        let outcome = visit.map_or(Outcome::Pending, |visit| visit.outcome);
        let sent_sign_in = visit.is_some_and(Visit::sent_sign_in);
        match outcome {
            Outcome::In => self.arrived(tab_id, progress, effects),
            _ if wall.is_none() && outcome == Outcome::SignInPage => {
                set_stage(tab, Stage::SigningIn)
            }
            _ if asks_to_sign_in(tab, browser, wall)
                && !sent_sign_in
                && leads_to_sign_in(progress.offer.id) =>
            {
                set_stage(tab, Stage::SigningIn);
            }
            // The chain goes on, or the answer has no meaning for the remedy (a download, no answer at all).
            _ if wall.is_none() => {}
            _ => stall(tab, &progress, wall),
        }
    }

    /// A page that is no sign-in page: is it the wanted one?
    fn arrived(&mut self, tab_id: TabId, mut progress: Progress, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        let Some(document) = tab.document.as_ref() else {
            return;
        };
        let here = &document.address;
        let goal = progress
            .offer
            .url
            .as_deref()
            .and_then(|url| Address::parse(url, None))
            .filter(|goal| !goal.is_sign_in());
        let wanted = goal.as_ref().or(tab.wanted.as_ref());
        let there = wanted.is_none_or(|wanted| wanted.same_page(here));
        let home = tab.wanted.clone().filter(|wanted| !wanted.is_sign_in());
        if !there
            && !progress.returned
            && let Some(home) = home.filter(|home| home.same_site(here))
        {
            // Signed in, but the site forgot where the person wanted to go.
            progress.returned = true;
            progress.stage = Stage::Opening;
            tab.progress = Some(progress);
            effects.push(Effect::Navigate {
                tab_id,
                url: home.to_navigate(),
                travel: Travel::Here,
                store: None,
            });
            return;
        }
        if waits_for_background(progress.finding) {
            // The page itself always loads; only its requests tell whether the fix worked.
            progress.stage = Stage::Opening;
            tab.progress = Some(progress);
            effects.push(Effect::Watch { tab_id });
            effects.push(Effect::StartTimer {
                tab_id,
                timer: Timer::Settle,
                after: super::SETTLE_AFTER,
            });
            return;
        }
        done(tab);
    }

    /// The page's own requests had time: do they still fail?
    pub(super) fn verify_background(&mut self, tab_id: TabId, failing: bool) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        let Some(progress) = tab
            .progress
            .clone()
            .filter(|p| waits_for_background(p.finding) && p.stage != Stage::Done)
        else {
            return;
        };
        let shown = tab
            .visit
            .as_ref()
            .is_some_and(|visit| visit.outcome == Outcome::In);
        match (failing, shown) {
            (false, true) if tab.wall.is_none() => done(tab),
            (true, _) if leads_to_sign_in(progress.offer.id) => set_stage(tab, Stage::SigningIn),
            (true, _) => stall(tab, &progress, Some(progress.finding)),
            _ => {}
        }
    }
}

/// The removal that a tab's remedy had asked for when the engine stopped. Doing it twice is as good as once:
/// what is gone already is in the snapshot.
pub(super) fn resume(tab: &Tab) -> Option<Effect> {
    let progress = tab
        .progress
        .as_ref()
        .filter(|progress| progress.stage == Stage::Removing)?;
    let store = tab
        .document
        .as_ref()
        .and_then(|document| document.store.clone());
    let cookies = progress.offer.cookies.clone();
    (!cookies.is_empty()).then(|| Effect::RemoveCookies {
        tab_id: tab.id,
        cookies,
        store,
        expires: tab.last + UNDO_FOR,
    })
}

/// The address that a remedy opens, and how.
fn go(tab_id: TabId, offer: &Offer, home: &Address, failed: &Exchange) -> Effect {
    if offer.id == RemedyId::Reload && !failed.is_write() {
        let background = !failed.is_document();
        if background || failed.address.same_document(home) {
            return Effect::Navigate {
                tab_id,
                url: home.to_navigate(),
                travel: Travel::Reload,
                store: None,
            };
        }
    }
    let url = offer.url.clone().unwrap_or_else(|| home.to_navigate());
    Effect::Navigate {
        tab_id,
        url,
        travel: Travel::Here,
        store: None,
    }
}

/// Remedies after which a sign-in page or prompt is the next step and not a failure.
fn leads_to_sign_in(remedy: RemedyId) -> bool {
    matches!(
        remedy,
        RemedyId::SignIn
            | RemedyId::RemoveCookies
            | RemedyId::ClearSiteCookies
            | RemedyId::ForgetHttpLogin
            | RemedyId::RetypePassword
            | RemedyId::UseProxyPassword
            | RemedyId::StartOver
    )
}

/// Whether what stands in the way is a request to sign in: a sign-in page, or a prompt that is open.
fn asks_to_sign_in(tab: &Tab, browser: Browser, wall: Option<FindingId>) -> bool {
    let page = tab
        .visit
        .as_ref()
        .is_some_and(|visit| visit.outcome == Outcome::SignInPage);
    let waits = tab
        .pending
        .iter()
        .any(|exchange| exchange.is_document() && exchange.prompts > 0);
    let stands =
        browser == Browser::Chromium && tab.document.as_ref().is_some_and(Exchange::prompt_stands);
    let asks = matches!(
        wall,
        Some(
            FindingId::SignInRequired
                | FindingId::SessionExpired
                | FindingId::ProxySignInRequired
                | FindingId::CredentialsRejected
        )
    );
    asks && (page || waits || stands)
}

/// Findings of background requests: whether they are gone only those requests can tell.
fn waits_for_background(finding: FindingId) -> bool {
    matches!(
        finding,
        FindingId::TokenExpired | FindingId::TokenInvalid | FindingId::EmbeddedCookiesBlocked
    )
}

fn set_stage(tab: &mut Tab, stage: Stage) {
    if let Some(progress) = &mut tab.progress {
        progress.stage = stage;
        progress.stalled = false;
    }
}

fn done(tab: &mut Tab) {
    set_stage(tab, Stage::Done);
    tab.wall = None;
    tab.tried.clear();
    tab.message = Some(message(MessageId::YouAreIn));
}

/// A wall again. A remedy that can only be tried once moves down; one that depends on what the person types does not.
/// `SignIn` comes here only where it led to no place to sign in, or where signing in there did not help.
fn stall(tab: &mut Tab, progress: &Progress, wall: Option<FindingId>) {
    let again = wall == Some(progress.finding);
    let repeatable = matches!(
        progress.offer.id,
        RemedyId::RetypePassword | RemedyId::Wait | RemedyId::UseProxyPassword | RemedyId::Reload
    );
    if again && !repeatable && !tab.tried.contains(&progress.offer.id) {
        tab.tried.push(progress.offer.id);
    }
    if let Some(progress) = &mut tab.progress {
        progress.stalled = true;
    }
    tab.message = Some(message(MessageId::NotYet));
}

fn message(id: MessageId) -> Message {
    message_naming(id, "")
}

fn message_naming(id: MessageId, name: &str) -> Message {
    let name = name.chars().take(ARG_MAX).collect();
    Message { id, name }
}
