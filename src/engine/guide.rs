//! Leading through a remedy: carry out the choice, go back to the wanted page, see whether it worked, undo.

use super::Engine;
use crate::address::Address;
use crate::event::{Browser, Effect, Millis, StoredKey, TabId, Timer, Travel};
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
        let browser = self.browser;
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
        let by_hand = browser != Browser::Chromium;
        let home = tab.wanted.as_ref().unwrap_or(&exchange.address).clone();
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
            RemedyId::AllowCookies | RemedyId::AllowEmbeddedCookies if by_hand => return,
            RemedyId::RemoveCookies
            | RemedyId::ClearSiteCookies
            | RemedyId::ClearStoredToken
            | RemedyId::RemoveOfflineCopy
            | RemedyId::ClearCachedRedirect
            | RemedyId::ClearSiteData
            | RemedyId::AllowCookies
            | RemedyId::AllowEmbeddedCookies
            | RemedyId::ForgetHttpLogin => match change(tab, &offer, &exchange, time + UNDO_FOR) {
                Some(effect) => (Stage::Removing, effect),
                None => return,
            },
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
            | RemedyId::RequestNewLink => (
                Stage::Opening,
                go(tab_id, finding, &offer, &home, tab.address(), &exchange),
            ),
        };
        let asked = match effect {
            Effect::Navigate { travel, .. } => Some(travel),
            _ => None,
        };
        if let Some(tab) = self.tab_mut(tab_id) {
            if let (RemedyId::OpenHttps | RemedyId::OpenSiblingHost, Some(url)) =
                (offer.id, &offer.url)
            {
                // From here on the page is wanted at its other address: a sign-in may lead elsewhere at first.
                tab.wanted = home.leads_to(url);
            }
            tab.progress = Some(Progress {
                finding,
                offer,
                stage,
                asked,
                returned: false,
                stalled: false,
                interrupted: false,
                again: false,
                woken: false,
            });
        }
        effects.push(effect);
        self.save(tab_id);
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
            progress.opens();
            let forgot_login = progress.offer.id == RemedyId::ForgetHttpLogin;
            if let Some(wanted) = tab.wanted.clone() {
                if !forgot_login {
                    self.hosts.begin_anew(&wanted);
                    self.save_hosts();
                }
                effects.push(open_here(tab_id, wanted.to_navigate()));
                if forgot_login {
                    self.learn(&wanted, |facts| facts.http_login = None);
                }
            }
        } else {
            tab.progress = None;
            tab.message = Some(message(MessageId::BrowserRefused));
        }
        self.save(tab_id);
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
            self.save(tab_id);
            return;
        };
        if removed == 0 {
            tab.progress = None;
            tab.message
                .get_or_insert_with(|| message(MessageId::BrowserRefused));
        } else {
            progress.opens();
            let home = tab
                .wanted
                .as_ref()
                .or(tab.document.as_ref().map(|e| &e.address));
            let home = home.cloned();
            effects.extend(
                home.as_ref()
                    .map(|home| open_here(tab_id, home.to_navigate())),
            );
            if let Some(home) = home {
                self.hosts.begin_anew(&home);
                self.save_hosts();
            }
        }
        self.save(tab_id);
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
        self.save(tab_id);
    }

    pub(super) fn cookies_restored(
        &mut self,
        tab_id: TabId,
        restored: u32,
        refused: &[String],
        time: Millis,
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
        self.save(tab_id);
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
                && leads_to_sign_in(&progress) =>
            {
                set_stage(tab, Stage::SigningIn);
            }
            // The chain goes on, or the answer has no meaning for the remedy (a download).
            _ if wall.is_none() && outcome != Outcome::Failed => {}
            _ => stall(tab, &progress, wall),
        }
    }

    /// A page of the network that lets one in: once something was sent there, the wanted page may open.
    fn at_portal(&mut self, tab_id: TabId, mut progress: Progress, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        let sent = tab
            .visit
            .as_ref()
            .is_some_and(|visit| visit.method == "POST");
        let home = tab.wanted.as_ref().map(Address::to_navigate);
        progress.stalled = false;
        if sent {
            progress.returned = true;
            progress.opens();
            effects.extend(home.map(|url| open_here(tab_id, url)));
        } else {
            progress.stage = Stage::SigningIn;
        }
        tab.progress = Some(progress);
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
            .goal()
            .and_then(|url| Address::parse(url, None));
        let form = goal.as_ref().filter(|goal| goal.is_sign_in());
        if progress.stage == Stage::Opening && form.is_some_and(|form| form.same_page(here)) {
            // Its sign-in page has no address of its own, only a fragment, of which nobody is told.
            set_stage(tab, Stage::SigningIn);
            return;
        }
        let goal = goal.filter(|goal| !goal.is_sign_in());
        let at_portal = progress.offer.id == RemedyId::OpenPortal
            && tab
                .wanted
                .as_ref()
                .is_some_and(|wanted| !wanted.same_site(here));
        if at_portal {
            self.at_portal(tab_id, progress, effects);
            return;
        }
        let goal = goal.filter(|_| progress.offer.id != RemedyId::OpenPortal);
        let wanted = goal.as_ref().or(tab.wanted.as_ref());
        let there = wanted.is_none_or(|wanted| wanted.same_page(here));
        let home = tab.wanted.clone().filter(|wanted| !wanted.is_sign_in());
        if !there
            && !progress.returned
            && let Some(home) = home.filter(|home| home.same_site(here))
        {
            // Signed in, but the site forgot where the person wanted to go.
            progress.returned = true;
            progress.opens();
            tab.progress = Some(progress);
            effects.push(open_here(tab_id, home.to_navigate()));
            return;
        }
        if waits_for_background(progress.finding) {
            // The page itself always loads; only its requests tell whether the fix worked.
            progress.stage = Stage::Opening;
            let signs_in_again = takes_pass(progress.offer.id);
            let origin = here.origin();
            tab.progress = Some(progress);
            effects.push(Effect::Watch { tab_id });
            if signs_in_again && tab.facts.page.is_none() {
                effects.push(Effect::ReadPage { tab_id, origin });
            }
            effects.push(Effect::StartTimer {
                tab_id,
                timer: Timer::Settle,
                after: super::SETTLE_AFTER,
            });
            return;
        }
        done(tab);
    }

    /// A request with a pass went well: after the removal of a dead one, that is a new one.
    pub(super) fn pass_is_good(&mut self, tab_id: TabId) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        if waits_for_pass(tab) && tab.background.is_empty() {
            done(tab);
            self.badge(tab_id);
        }
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
            // Without its pass the app asks for nothing: only a new pass tells that the person is in.
            (false, true) if without_pass(tab, &progress) => set_stage(tab, Stage::SigningIn),
            (false, true) if tab.wall.is_none() => done(tab),
            (true, _) if progress.offer.id == RemedyId::SignIn => {
                set_stage(tab, Stage::SigningIn);
            }
            (true, _) => stall(tab, &progress, Some(progress.finding)),
            _ => {}
        }
    }
}

/// Whether a remedy under way opens this address.
pub(super) fn leads_to(tab: &Tab, first: &Address) -> bool {
    let goal = tab
        .progress
        .as_ref()
        .filter(|progress| !progress.stalled)
        .and_then(|progress| progress.offer.goal())
        .and_then(|url| Address::parse(url, None));
    goal.is_some_and(|goal| goal.same_origin(first))
}

/// What a tab's remedy had asked for when the engine before this one stopped, unless something has come of it since.
/// A removal done twice is as good as once: what is gone already is in the snapshot.
pub(super) fn resume(tab: &mut Tab) -> Option<Effect> {
    let progress = tab.progress.as_mut().filter(|it| it.interrupted)?;
    progress.interrupted = false;
    let document = tab.document.as_ref();
    let progress = progress.clone();
    match progress.stage {
        Stage::Removing => change(
            tab,
            &progress.offer,
            tab.document.as_ref().or(tab.background.last())?,
            tab.last + UNDO_FOR,
        ),
        Stage::Opening => {
            let Some(travel) = progress.asked else {
                // It began to load, and its end may have been told to nobody.
                let loads = tab.pending.iter().find(|it| it.is_document())?;
                return Some(Effect::ReadPage {
                    tab_id: tab.id,
                    origin: loads.address.origin(),
                });
            };
            if let Some(progress) = &mut tab.progress {
                progress.again = true;
            }
            let goal = progress.offer.goal().filter(|_| !progress.returned);
            let shown = document.map(|it| &it.address);
            let home = match travel {
                Travel::Reload => shown,
                _ => tab.wanted.as_ref().or(shown),
            };
            Some(Effect::Navigate {
                tab_id: tab.id,
                url: goal.map(str::to_owned).or(home.map(Address::to_navigate))?,
                travel,
                store: None,
            })
        }
        _ => None,
    }
}

/// Opens an address in the tab itself.
fn open_here(tab_id: TabId, url: String) -> Effect {
    Effect::Navigate {
        tab_id,
        url,
        travel: Travel::Here,
        store: None,
    }
}

/// What a remedy that changes something asks of the browser. Doing it twice is as good as once.
fn change(tab: &Tab, offer: &Offer, failed: &Exchange, expires: Millis) -> Option<Effect> {
    let tab_id = tab.id;
    let store = failed.store.clone();
    let page = tab.facts.page.as_ref();
    let origin = page.map_or_else(|| failed.address.origin(), |page| page.origin.clone());
    let home = || tab.wanted.as_ref().unwrap_or(&failed.address).to_navigate();
    let url = || offer.url.clone().unwrap_or_else(home);
    Some(match offer.id {
        RemedyId::RemoveCookies | RemedyId::ClearSiteCookies => Effect::RemoveCookies {
            tab_id,
            cookies: offer.cookies.clone(),
            store,
            expires,
        },
        RemedyId::ClearStoredToken => Effect::RemoveStored {
            tab_id,
            origin,
            keys: offer.stored.clone(),
            expires,
        },
        RemedyId::RemoveOfflineCopy => Effect::RemoveOfflineCopy { tab_id, origin },
        RemedyId::ClearCachedRedirect => Effect::ForgetRedirect { tab_id, url: url() },
        RemedyId::ClearSiteData => Effect::ClearSiteData {
            tab_id,
            origin,
            cookies: offer.cookies.clone(),
            store,
            expires,
        },
        RemedyId::AllowCookies | RemedyId::AllowEmbeddedCookies => Effect::AllowCookies {
            tab_id,
            url: url(),
            inside: offer.other.clone(),
        },
        RemedyId::ForgetHttpLogin => Effect::ForgetLogin {
            tab_id,
            origin: failed.address.origin(),
            domain: failed.address.site().to_owned(),
            store,
        },
        _ => return None,
    })
}

/// The address that a remedy opens, and how.
fn go(
    tab_id: TabId,
    finding: FindingId,
    offer: &Offer,
    home: &Address,
    shown: Option<&Address>,
    failed: &Exchange,
) -> Effect {
    if offer.id == RemedyId::Reload && !failed.is_write() {
        let background = !failed.is_document();
        if background || failed.address.same_document(home) {
            return Effect::Navigate {
                tab_id,
                url: shown.unwrap_or(home).to_navigate(),
                travel: Travel::Reload,
                store: None,
            };
        }
    }
    let url = offer.url.clone().unwrap_or_else(|| home.to_navigate());
    // Cookies for visits from within the site go along where its own page leads on.
    let travel = if finding == FindingId::SamesiteWithheld {
        Travel::Inside
    } else {
        Travel::Here
    };
    Effect::Navigate {
        tab_id,
        url,
        travel,
        store: None,
    }
}

/// Remedies after which a sign-in page or prompt is the next step and not a failure.
fn leads_to_sign_in(progress: &Progress) -> bool {
    // A sign-in that ended behind an open page: loading it again is the way to the sign-in page.
    let behind = progress.finding == FindingId::BackgroundSessionExpired;
    (behind && progress.offer.id == RemedyId::Reload)
        || matches!(
            progress.offer.id,
            RemedyId::SignIn
                | RemedyId::RemoveCookies
                | RemedyId::ClearStoredToken
                | RemedyId::RemoveOfflineCopy
                | RemedyId::ClearCachedRedirect
                | RemedyId::ClearSiteData
                | RemedyId::ClearSiteCookies
                | RemedyId::ForgetHttpLogin
                | RemedyId::RetypePassword
                | RemedyId::UseProxyPassword
                | RemedyId::StartOver
                | RemedyId::OpenHttps
                | RemedyId::OpenSiblingHost
                | RemedyId::AllowCookies
                | RemedyId::SwitchAccount
                | RemedyId::RequestNewLink
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
        FindingId::TokenExpired
            | FindingId::TokenInvalid
            | FindingId::BackgroundSessionExpired
            | FindingId::EmbeddedCookiesBlocked
    )
}

/// Whether a remedy has removed a stored pass, and the person is to sign in to get a new one.
pub(super) fn waits_for_pass(tab: &Tab) -> bool {
    tab.progress.as_ref().is_some_and(|progress| {
        takes_pass(progress.offer.id)
            && waits_for_background(progress.finding)
            && matches!(progress.stage, Stage::Opening | Stage::SigningIn)
    })
}

/// Remedies that take an app's stored pass: it has to give out a new one.
fn takes_pass(remedy: RemedyId) -> bool {
    matches!(remedy, RemedyId::ClearStoredToken | RemedyId::ClearSiteData)
}

/// Whether the stored pass that a remedy removed has no successor yet.
fn without_pass(tab: &Tab, progress: &Progress) -> bool {
    let removed = &progress.offer.stored;
    let back = tab.facts.page.as_ref().is_some_and(|page| {
        // Where all was removed, each key is new.
        let is_back =
            |key: &StoredKey| removed.is_empty() || removed.iter().any(|old| old.name == key.name);
        page.stored.iter().any(is_back)
    });
    takes_pass(progress.offer.id) && !back
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

/// The wall's cause became clearer after the remedy had stalled: was it the remedy's own, then it did not help.
pub(super) fn still_stalled(tab: &mut Tab, wall: Option<FindingId>) {
    if let Some(progress) = tab.progress.clone().filter(|progress| progress.stalled) {
        stall(tab, &progress, wall);
    }
}

fn message(id: MessageId) -> Message {
    message_naming(id, "")
}

fn message_naming(id: MessageId, name: &str) -> Message {
    let name = name.chars().take(ARG_MAX).collect();
    Message { id, name }
}
