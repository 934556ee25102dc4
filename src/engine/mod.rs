//! The state machine: every fact comes in as an `Event`, every wish goes out as an `Effect`. No IO, no clock of its own.

use crate::text;

pub(crate) mod draw;
mod guide;
#[cfg(test)]
mod tests;

use crate::address::Address;
use crate::case::Case;
use crate::event::{Answer, Browser, Effect, Event, Millis, Request, ResourceType, TabId, Timer};
use crate::exchange::{End, Exchange};
use crate::finding::{Finding, FindingId};
use crate::journal::{
    BACKGROUND_MAX, Blocked, Facts, Hop, HostFacts, Hosts, JAR_MAX, Page, PageFacts, Probe,
    Settings, Tab, Visit,
};
use crate::kept;
use crate::observe;
use crate::rules;
use crate::sorted::sort_by_key;
use crate::view::{Failure, Stage, State, View};

/// Tabs that are remembered; the one that was quiet longest is forgotten first.
const TABS_MAX: usize = 400;
/// Blocked parts of a page that are kept.
const BLOCKED_MAX: usize = 6;
/// Bytes that one tab's state may take when written down, its view included.
const TAB_BYTES: usize = 40 * 1024;
/// Bytes that all of them may take.
const ALL_BYTES: usize = 3 * 1024 * 1024;
/// Closed tabs that are told from new ones.
const CLOSED_MAX: usize = 8;
/// A document's 401 that is unanswered for so long has the browser's prompt open.
const PROMPT_AFTER: Millis = 700;
/// A session that was given unasked is a visitor's for so long: after that, the person may have signed in behind the page.
const VISITOR_FOR: Millis = 10 * 60 * 1000;
/// A background failure has this long to mend itself.
const SETTLE_AFTER: Millis = 1500;

/// What survives the worker: written to session storage piece by piece, read back as a whole.
#[derive(Clone, Debug, Default)]
pub struct Saved {
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// What is known of origins.
    pub hosts: Hosts,
}

/// The engine.
#[derive(Debug)]
pub struct Engine {
    browser: Browser,
    granted: bool,
    tabs: Vec<Tab>,
    hosts: Hosts,
    /// The tabs closed last: browsers tell of a request's end after its tab is gone, and no id is given twice.
    closed: [TabId; CLOSED_MAX],
    changed: Changed,
}

/// What has to be written down, since it was last asked for.
#[derive(Debug, Default)]
struct Changed {
    /// The tabs, each with whether its badge has to be set as well.
    tabs: Vec<(TabId, bool)>,
    /// What is known beyond one tab.
    hosts: bool,
}

impl Engine {
    /// An engine that knows nothing yet.
    #[must_use]
    pub fn new(browser: Browser) -> Engine {
        Engine::restore(browser, Saved::default())
    }

    /// An engine that goes on where another stopped.
    #[must_use]
    pub fn restore(browser: Browser, mut saved: Saved) -> Engine {
        for tab in &mut saved.tabs {
            if let Some(progress) = &mut tab.progress {
                progress.interrupted = true;
                progress.woken = true;
            }
        }
        Engine {
            browser,
            granted: true,
            tabs: saved.tabs,
            hosts: saved.hosts,
            closed: [-1; CLOSED_MAX],
            changed: Changed::default(),
        }
    }

    /// What another engine needs to go on from here.
    #[must_use]
    pub fn saved(&self) -> Saved {
        Saved {
            tabs: self.tabs.clone(),
            hosts: self.hosts.clone(),
        }
    }

    /// Takes in one fact and says what is to be done about it. What has to be kept and shown is said by `changes`.
    pub fn step(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Access { granted } => self.granted = granted,
            Event::RequestSent { request, sent } => {
                self.observe(&request, true, &mut effects, |exchange| {
                    if let Some(sent) = sent {
                        exchange.set_sent(sent);
                    }
                });
                self.hold_against_ledger(&request);
            }
            Event::HeadersReceived { request, answer } => {
                self.headers_received(&request, answer, &mut effects)
            }
            Event::AuthRequired { request, is_proxy } => {
                self.auth_required(&request, is_proxy, &mut effects)
            }
            Event::Redirected {
                request,
                status,
                to,
                from_cache,
            } => {
                self.redirected(&request, status, &to, from_cache, &mut effects);
            }
            Event::Completed { request, answer } => self.completed(&request, answer, &mut effects),
            Event::Failed { request, error } => self.failed(&request, &error, &mut effects),
            Event::Committed {
                tab_id,
                url,
                site,
                restored,
                time,
            } => {
                let shown = Address::parse(&url, site.as_deref());
                self.committed(tab_id, shown, restored, time, &mut effects);
            }
            Event::CookieGone { cookie, time } => {
                self.hosts.note_gone(cookie, time);
                self.save_hosts();
            }
            Event::PageRead {
                tab_id,
                origin,
                stored,
                worker,
                caches,
                offline,
                status,
                asks,
                begun,
                time: _,
            } => {
                let mut page = PageFacts::new(origin, stored, worker, caches);
                page.asks = asks;
                match self.untold(tab_id, &page.origin, offline, status, begun) {
                    Some(exchange) => {
                        self.shown(tab_id, exchange, offline, status, page, &mut effects)
                    }
                    None => self.found_out(tab_id, &mut effects, |facts| facts.page = Some(page)),
                }
            }
            Event::SettingsRead {
                tab_id,
                cookies,
                embedded,
                time: _,
            } => self.found_out(tab_id, &mut effects, |facts| {
                facts.settings = Some(Settings { cookies, embedded });
            }),
            Event::Probed {
                tab_id,
                status,
                redirected,
                time: _,
            } => self.found_out(tab_id, &mut effects, |facts| {
                facts.probe = Some(Probe { status, redirected });
            }),
            Event::Check { tab_id, time: _ } => self.check(tab_id, &mut effects),
            Event::ErrorShown { tab_id } => self.error_shown(tab_id, &mut effects),
            Event::TabClosed { tab_id } => {
                self.tabs.retain(|tab| tab.id != tab_id);
                self.closed.rotate_right(1);
                self.closed[0] = tab_id;
                effects.push(Effect::Forget { tab_id });
            }
            Event::CookiesListed {
                tab_id,
                host,
                mut cookies,
                time: _,
            } => {
                if let Some(tab) = self.tab_mut(tab_id) {
                    // A name must stay whole to be of use: cookies with one that no server sends are left alone.
                    cookies.retain(|c| {
                        c.name.len() <= 256 && c.domain.len() <= 253 && c.path.len() <= 256
                    });
                    let store = tab.document.as_ref().and_then(|it| it.store.clone());
                    let ledger = &mut self.hosts.ledger;
                    let learned = ledger.confirm_jar(&host, store.as_deref(), &cookies);
                    cookies.truncate(JAR_MAX);
                    if let Some(tab) = self.tab_mut(tab_id) {
                        tab.jar = Some((host, cookies));
                    }
                    if learned {
                        self.save_hosts();
                    }
                    self.found_out(tab_id, &mut effects, |_| {});
                }
            }
            Event::TimerFired {
                tab_id,
                timer,
                time,
            } => self.timer_fired(tab_id, timer, time, &mut effects),
            Event::Removed {
                tab_id,
                removed,
                left,
                time,
            } => {
                self.cookies_removed(tab_id, removed, &left, time, &mut effects);
            }
            Event::Restored {
                tab_id,
                restored,
                refused,
                time,
            } => {
                self.cookies_restored(tab_id, restored, &refused, time);
            }
            Event::Acted {
                tab_id,
                done,
                time: _,
            } => self.acted(tab_id, done, &mut effects),
            Event::Apply {
                tab_id,
                remedy,
                time,
            } => self.apply(tab_id, &remedy, time, &mut effects),
            Event::Undo { tab_id, time } => self.undo(tab_id, time, &mut effects),
        }
        effects
    }

    /// Takes in what was asked for because something failed.
    fn found_out(
        &mut self,
        tab_id: TabId,
        effects: &mut Vec<Effect>,
        change: impl FnOnce(&mut Facts),
    ) {
        self.found_out_by(tab_id, effects, &mut once(change));
    }

    fn found_out_by(
        &mut self,
        tab_id: TabId,
        effects: &mut Vec<Effect>,
        change: &mut dyn FnMut(&mut Facts),
    ) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        change(&mut tab.facts);
        let Some(tab) = self.tab(tab_id) else { return };
        let findings = self.findings(tab);
        let top = findings.first().filter(|(finding, _)| !finding.notice);
        let wall = top.map(|(finding, _)| finding.id);
        let failure = top.and_then(|(_, exchange)| failure(exchange, wall));
        effects.extend(read_settings(tab, &findings));
        drop(findings);
        if let Some(tab) = self.tab_mut(tab_id) {
            failure.into_iter().for_each(|failure| tab.record(failure));
            guide::still_stalled(tab, wall);
        }
        self.badge(tab_id);
    }

    /// The person wants to know how the site answers a visitor without their sign-in: once a failure, and never at an
    /// address that does something when it is opened.
    fn check(&mut self, tab_id: TabId, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab(tab_id) else { return };
        let can_check = draw::can_check(tab, &self.findings(tab));
        if let Some(document) = tab.document.as_ref().filter(|_| can_check) {
            effects.push(Effect::Probe {
                tab_id,
                url: document.address.to_navigate(),
            });
        }
    }

    /// What was under way when the engine before this one stopped, and has to be carried out (again): a removal, or the way
    /// to a page. To be asked once, after the event that woke this one: that may be the outcome of just that.
    #[must_use]
    pub fn resume(&mut self) -> Vec<Effect> {
        self.tabs.iter_mut().filter_map(guide::resume).collect()
    }

    /// What the popup draws for a tab.
    #[must_use]
    pub fn view(&self, tab_id: TabId) -> View {
        match self.tab(tab_id) {
            Some(tab) => self.draw(tab, &self.findings(tab)),
            None => View {
                schema: draw::SCHEMA,
                tab: tab_id,
                browser: Some(self.browser),
                state: if self.granted {
                    State::Clear
                } else {
                    State::NoAccess
                },
                ..View::default()
            },
        }
    }

    fn draw(&self, tab: &Tab, findings: &[(Finding, &Exchange)]) -> View {
        let mut view = draw::view(tab, self.browser, findings);
        if !self.granted {
            view.state = State::NoAccess;
        }
        view
    }

    /// Puts an event to the exchange it belongs to.
    fn observe(
        &mut self,
        request: &Request,
        repeats: bool,
        effects: &mut Vec<Effect>,
        change: impl FnOnce(&mut Exchange),
    ) {
        self.observe_by(request, repeats, effects, &mut once(change));
    }

    fn observe_by(
        &mut self,
        request: &Request,
        repeats: bool,
        effects: &mut Vec<Effect>,
        change: &mut dyn FnMut(&mut Exchange),
    ) {
        if !observe::is_observed(request) || self.closed.contains(&request.tab_id) {
            return;
        }
        let chromium = self.browser == Browser::Chromium;
        if self.tab(request.tab_id).is_none() {
            self.make_room(effects);
            self.tabs.push(Tab::new(request.tab_id));
        }
        let Some(tab) = self.tab_mut(request.tab_id) else {
            return;
        };
        tab.last = tab.last.max(request.time);
        if tab
            .undo
            .as_ref()
            .is_some_and(|undo| request.time >= undo.expires)
        {
            // The worker may have slept through the timer.
            tab.undo = None;
            effects.push(Effect::DropSnapshot {
                tab_id: request.tab_id,
            });
        }
        let visit_before = tab.visit.as_ref().map(|visit| visit.request_id.clone());
        let Some(exchange) = observe::exchange(tab, request, repeats) else {
            return;
        };
        change(exchange);
        let begun = tab.visit.as_ref().map(|visit| &visit.request_id) != visit_before.as_ref();
        if begun {
            if chromium {
                typed_before(tab);
            }
            visit_begins(tab);
        }
        // What fails again in the background is worth knowing with its fields, even if the worker stops before its answer.
        // A page within a page is told of only where it fails.
        let failed_before = |tab: &Tab| {
            let again = |e: &Exchange| {
                tab.background
                    .iter()
                    .any(|known| known.address.same_page(&e.address))
            };
            tab.pending
                .last()
                .is_some_and(|e| e.request_id == request.request_id && again(e))
        };
        let matters = failed_before(tab) || guide::waits_for_pass(tab);
        if request.resource_type != ResourceType::XmlHttpRequest || matters {
            self.save(request.tab_id);
        }
    }

    fn headers_received(&mut self, request: &Request, answer: Answer, effects: &mut Vec<Effect>) {
        let unanswered =
            matches!(answer.status, 401 | 407) && request.resource_type == ResourceType::MainFrame;
        self.observe(request, false, effects, |exchange| {
            exchange.set_answer(answer)
        });
        if unanswered {
            effects.push(Effect::StartTimer {
                tab_id: request.tab_id,
                timer: Timer::Prompt,
                after: PROMPT_AFTER,
            });
        }
    }

    fn auth_required(&mut self, request: &Request, is_proxy: bool, effects: &mut Vec<Effect>) {
        self.observe(request, false, effects, |exchange| {
            exchange.prompts = exchange.prompts.saturating_add(1);
            exchange.proxy_prompt |= is_proxy;
        });
        if request.resource_type == ResourceType::MainFrame {
            self.stopped_by_prompt(request.tab_id, effects);
        }
    }

    fn redirected(
        &mut self,
        request: &Request,
        status: u16,
        to: &str,
        from_cache: bool,
        effects: &mut Vec<Effect>,
    ) {
        self.observe(request, false, effects, |exchange| {
            if exchange.status() != Some(status) {
                exchange.set_answer(Answer {
                    status,
                    from_cache,
                    ..Answer::default()
                });
            } else if let Some(reply) = &mut exchange.reply {
                // Chromium tells only now that the answer came from its cache.
                reply.answer.from_cache |= from_cache;
            }
        });
        let Some(tab) = self.tab_mut(request.tab_id) else {
            return;
        };
        let Some(at) = tab
            .pending
            .iter()
            .position(|known| known.request_id == request.request_id)
        else {
            return;
        };
        let Some(target) = tab.pending[at].address.leads_to(to) else {
            return;
        };
        if status == 0 && tab.pending[at].address.same_document(&target) {
            // Firefox hands the request over to the page's service worker.
            tab.pending.remove(at);
            tab.asked = false;
            return;
        }
        let exchange = &mut tab.pending[at];
        exchange.end = End::Redirected(target.clone());
        let step = exchange.clone();
        if step.turned_behind_a_page() {
            // What comes next is the sign-in page's, which a script can do nothing with.
            tab.pending.remove(at);
            self.background_fails(request.tab_id, step, effects);
            return;
        }
        observe::finish_step(tab, &step);
        self.enter_into_ledger(&step, request.tab_id);
        if step.is_document() {
            if target.is_sign_in() && !step.address.is_sign_in() && !step.address.is_sign_out() {
                self.learn(&step.address, |facts| facts.sign_in = Some(target));
            }
            self.save(request.tab_id);
        }
    }

    fn completed(&mut self, request: &Request, answer: Answer, effects: &mut Vec<Effect>) {
        self.observe(request, false, effects, |exchange| {
            exchange.set_answer(answer);
            exchange.end = End::Completed;
        });
        let Some(tab) = self.tab_mut(request.tab_id) else {
            return;
        };
        let Some(exchange) = observe::take(tab, request) else {
            return;
        };
        self.enter_into_ledger(&exchange, request.tab_id);
        match exchange.resource_type {
            ResourceType::MainFrame => self.document_ends(request.tab_id, exchange, effects),
            _ => self.background_ends(request.tab_id, exchange, effects),
        }
    }

    fn failed(&mut self, request: &Request, error: &str, effects: &mut Vec<Effect>) {
        if request.resource_type != ResourceType::MainFrame {
            self.blocked(request);
        }
        let error: String = error.chars().take(80).collect();
        self.observe(request, false, effects, |exchange| {
            exchange.end = End::Failed(error)
        });
        let Some(tab) = self.tab_mut(request.tab_id) else {
            return;
        };
        let Some(exchange) = observe::take(tab, request) else {
            return;
        };
        if !exchange.is_document() {
            return;
        }
        let aborted = matches!(&exchange.end, End::Failed(error) if text::has(error, "ABORTED"));
        let own_visit = tab
            .visit
            .as_ref()
            .is_some_and(|visit| visit.request_id == exchange.request_id);
        // An exchange with an open prompt that is given up was answered all the same.
        let answered = exchange.status().is_some_and(|status| status >= 400);
        if own_visit && aborted && !answered && !loops(tab, &exchange) {
            tab.drop_visit();
            self.save(request.tab_id);
            return;
        }
        self.document_ends(request.tab_id, exchange, effects);
    }

    /// A part of the page was blocked in the browser. Only what a sign-in may need is kept: parts of the page's own site
    /// and of sign-in services. Blockers stop much else, and nobody misses it.
    fn blocked(&mut self, request: &Request) {
        let Some(address) = Address::parse(&request.url, request.site.as_deref()) else {
            return;
        };
        let Some(tab) = self.tab_mut(request.tab_id) else {
            return;
        };
        let own = tab.address().is_some_and(|page| page.same_site(&address));
        let known = tab
            .facts
            .blocked
            .iter()
            .any(|it| it.address.same_page(&address));
        if !(own || address.is_sign_in()) || known || tab.facts.blocked.len() >= BLOCKED_MAX {
            return;
        }
        tab.facts.blocked.push(Blocked {
            address: address.bare(),
            resource_type: request.resource_type,
            time: request.time,
        });
        self.badge(request.tab_id);
    }

    /// Writes down what an answer sets, and how the server's clock stands.
    fn enter_into_ledger(&mut self, exchange: &Exchange, tab_id: TabId) {
        let mut changed = self.hosts.ledger.enter(exchange, tab_id);
        if let Some(ahead) = rules::clock_ahead(exchange) {
            changed |= self
                .hosts
                .note_clock(exchange.address.host(), ahead, exchange.time);
        }
        if changed {
            self.save_hosts();
        }
    }

    /// Holds the ledger against what a request carried.
    fn hold_against_ledger(&mut self, request: &Request) {
        let sent = self
            .tabs
            .iter()
            .find(|tab| tab.id == request.tab_id)
            .and_then(|tab| {
                tab.pending
                    .iter()
                    .find(|exchange| exchange.request_id == request.request_id)
            });
        if let Some(exchange) = sent
            && self.hosts.ledger.confirm_sent(exchange)
        {
            self.save_hosts();
        }
    }

    /// The page on screen whose own requests were not told: its service worker answered for it; or a remedy opened it, and
    /// they were told to a worker that was stopped. What the page knows of itself has to do.
    fn untold(
        &mut self,
        tab_id: TabId,
        origin: &str,
        offline: bool,
        status: Option<u16>,
        begun: Millis,
    ) -> Option<Exchange> {
        // The page's own clock stands at the first moment of its loading, just before its request is told.
        const EARLIER: Millis = 500;
        let tab = self.tab_mut(tab_id)?;
        let here = |it: &Exchange| it.address.origin() == origin;
        let opens = tab.progress.as_mut().filter(|it| {
            let heard = it.woken && !it.stalled && !it.again;
            heard && it.stage == Stage::Opening && status.is_some()
        });
        if let Some(unasked) = tab.unasked.take() {
            let is_it = here(&unasked) && (offline || opens.is_some());
            if let Some(progress) = opens.filter(|_| is_it) {
                // Its requests may still be told.
                progress.again = true;
            }
            return Some(unasked).filter(|_| is_it);
        }
        let opens = opens.is_some();
        let since = tab.visit.as_ref()?.started;
        let mut pending = tab.pending.iter();
        let at = pending.position(|it| it.is_document() && here(it))?;
        (opens && begun + EARLIER >= since).then(|| tab.pending.remove(at))
    }

    /// A page came to its end without a request that tells of it: a visit like any other.
    fn shown(
        &mut self,
        tab_id: TabId,
        mut exchange: Exchange,
        offline: bool,
        status: Option<u16>,
        page: PageFacts,
        effects: &mut Vec<Effect>,
    ) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        exchange.set_answer(Answer {
            status: status.unwrap_or(200),
            ..Answer::default()
        });
        exchange.end = match offline {
            true => End::Offline,
            false => End::Completed,
        };
        let led_here = tab.visit.as_ref().map(|visit| &visit.request_id);
        if led_here != Some(&exchange.request_id) {
            tab.begin_visit(&exchange);
            visit_begins(tab);
        }
        tab.asked = false;
        tab.facts.page = Some(page);
        self.document_ends(tab_id, exchange, effects);
    }

    /// A tab shows another document: the browser has cleared the badge, and a page out of the history has no request.
    fn committed(
        &mut self,
        tab_id: TabId,
        shown: Option<Address>,
        restored: bool,
        time: Millis,
        effects: &mut Vec<Effect>,
    ) {
        let chromium = self.browser == Browser::Chromium;
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        tab.last = tab.last.max(time);
        if !restored && was_there_before(tab, shown.as_ref(), time) {
            return;
        }
        tab.begins_to_load();
        let asked = std::mem::take(&mut tab.asked);
        let led_on = shown.as_ref().is_some_and(|shown| led_on(tab, shown));
        let under_way = tab.pending.iter().any(Exchange::is_document);
        let mut was_cancelled = false;
        if chromium && let Some(shown) = &shown {
            // The answer itself is shown: its prompt was cancelled, and is no longer open. Cancel loads the page anew, so
            // that what was refused before is known from the page before.
            let refused = tab.previous.as_ref().is_some_and(|it| it.prompts > 1);
            let prompts = if refused { 2 } else { 0 };
            let cancelled = tab
                .document
                .iter_mut()
                .chain(&mut tab.pending)
                .filter(|it| it.is_document() && it.prompts == 1 && it.open_prompt().is_some())
                .filter(|it| it.address.same_document(shown));
            for document in cancelled {
                document.prompts = prompts;
                document.answered = None;
                was_cancelled |= document.end != End::Pending;
            }
        }
        let own = match (&shown, tab.address()) {
            (Some(shown), Some(known)) => shown.same_document(known),
            _ => false,
        };
        let unasked = !restored && !under_way && (!asked || led_on);
        if unasked && let Some(address) = &shown {
            // Whether its service worker answered only the page itself can tell.
            tab.unasked = unasked_page(tab, address, time);
            effects.push(Effect::ReadPage {
                tab_id,
                origin: address.origin(),
            });
        }
        if !own && !under_way {
            // No request belongs to this page: a restored page, or one that a service worker answered. Or it is told later.
            // The very page that is known may have been told twice over, once in place of an earlier load of it: what is
            // known stays until that page's own storage says that its service worker answered.
            tab.previous = tab.document.take();
            tab.background.clear();
            tab.wall = None;
            tab.page = None;
            if restored && tab.progress.is_none() {
                // The person went back to it: what is tried from here on is for this page.
                tab.wanted = shown;
            }
        }
        if was_cancelled {
            self.judge(tab_id, effects);
            return;
        }
        self.badge(tab_id);
    }

    /// The browser shows a page of its own: the badge is gone, and in Chromium a prompt may stand over it.
    fn error_shown(&mut self, tab_id: TabId, effects: &mut Vec<Effect>) {
        let chromium = self.browser == Browser::Chromium;
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        tab.begins_to_load();
        let asks_again = tab
            .document
            .as_mut()
            .filter(|document| chromium && document.prompts == 1 && document.answered.is_some());
        if let Some(document) = asks_again {
            // Cancel loads the page anew too, but then shows it: only a refused answer brings back the prompt.
            document.prompts = 2;
            self.judge(tab_id, effects);
            return;
        }
        self.badge(tab_id);
    }

    fn timer_fired(
        &mut self,
        tab_id: TabId,
        timer: Timer,
        time: Millis,
        effects: &mut Vec<Effect>,
    ) {
        match timer {
            Timer::Prompt => {
                let Some(tab) = self.tab_mut(tab_id) else {
                    return;
                };
                let waiting = tab.pending.iter_mut().find(|e| {
                    e.is_document()
                        && matches!(e.status(), Some(401 | 407))
                        && e.end == End::Pending
                });
                if let Some(exchange) = waiting
                    && exchange.prompts == 0
                    && exchange.answerable().is_some()
                {
                    exchange.prompts = 1;
                    self.stopped_by_prompt(tab_id, effects);
                }
            }
            Timer::Settle => self.settled(tab_id, effects),
            Timer::UndoExpiry => self.undo_expires(tab_id, time, effects),
        }
    }

    /// The browser shows its prompt: the document has not ended, but the person is stopped.
    fn stopped_by_prompt(&mut self, tab_id: TabId, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        let Some(exchange) = tab
            .pending
            .iter()
            .rev()
            .find(|exchange| exchange.is_document() && exchange.prompts > 0)
        else {
            return;
        };
        let exchange = exchange.clone();
        if exchange.status().is_none() && !exchange.proxy_prompt {
            return;
        }
        tab.document = Some(exchange);
        self.judge(tab_id, effects);
    }

    fn document_ends(&mut self, tab_id: TabId, exchange: Exchange, effects: &mut Vec<Effect>) {
        self.learn_http_login(&exchange);
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        if let Some(visit) = tab
            .visit
            .as_mut()
            .filter(|visit| visit.request_id == exchange.request_id)
        {
            visit.outcome = visit.outcome_of(&exchange);
            visit.end = Some(Hop::of(&exchange));
        }
        tab.document = Some(exchange);
        tab.previous = None;
        self.judge(tab_id, effects);
    }

    /// Looks at a document that has ended or is stopped by a prompt, and at what that means for a remedy under way.
    fn judge(&mut self, tab_id: TabId, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab(tab_id) else {
            return;
        };
        let findings = self.findings(tab);
        let top = findings.first().filter(|(finding, _)| !finding.notice);
        let wall = top.map(|(finding, _)| finding.id);
        let failure = tab
            .document
            .as_ref()
            .and_then(|exchange| failure(exchange, wall));
        let list = match (&tab.document, wall) {
            (Some(exchange), Some(_)) if tab.jar.is_none() => Some(Effect::ListCookies {
                tab_id,
                host: exchange.address.host().to_owned(),
                domain: exchange.address.site().to_owned(),
                store: exchange.store.clone(),
            }),
            _ => None,
        };
        let settings = read_settings(tab, &findings);
        let page = read_page(tab, &findings);
        drop(findings);
        effects.extend(list);
        effects.extend(settings);
        effects.extend(page);
        if let Some(tab) = self.tab_mut(tab_id)
            && let Some(failure) = failure
        {
            tab.record(failure);
        }
        self.verify(tab_id, wall, effects);
        self.badge(tab_id);
    }

    fn background_ends(&mut self, tab_id: TabId, exchange: Exchange, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        let Some(status) = exchange.status() else {
            return;
        };
        if status < 400 {
            // A chain that was turned away and came back by itself has mended itself.
            let mended = |known: &Exchange| {
                same_request(known, &exchange)
                    || (known.request_id == exchange.request_id && !exchange.address.is_sign_in())
            };
            if let Some(at) = tab.background.iter().position(mended) {
                tab.background.remove(at);
                if tab.settled || tab.background.is_empty() {
                    self.settled(tab_id, effects);
                } else {
                    // The others may still mend themselves.
                    self.save(tab_id);
                }
            }
            if exchange.carried_token() {
                self.pass_is_good(tab_id);
            }
            return;
        }
        self.background_fails(tab_id, exchange, effects);
    }

    /// A page's own request was refused, or turned away to a sign-in page.
    fn background_fails(&mut self, tab_id: TabId, exchange: Exchange, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        let known = tab
            .background
            .iter()
            .position(|known| same_request(known, &exchange));
        match known {
            Some(at) => {
                // The first one of a kind was seen without its request fields: a later one that shows them is worth more.
                // It is the same failure as before, and began then.
                let began = tab.background[at].time;
                tab.background[at] = exchange;
                tab.background[at].time = began;
            }
            None => {
                // The first of a new row of failures has time of its own to mend itself.
                tab.settled &= !tab.background.is_empty();
                if tab.background.len() >= BACKGROUND_MAX {
                    tab.background.remove(0);
                }
                tab.background.push(exchange);
            }
        }
        effects.push(Effect::Watch { tab_id });
        effects.push(Effect::StartTimer {
            tab_id,
            timer: Timer::Settle,
            after: SETTLE_AFTER,
        });
        self.save(tab_id);
    }

    /// The background failures that are left had time to mend themselves.
    fn settled(&mut self, tab_id: TabId, effects: &mut Vec<Effect>) {
        let Some(tab) = self.tab_mut(tab_id) else {
            return;
        };
        tab.settled = true;
        let Some(tab) = self.tab(tab_id) else {
            return;
        };
        let findings = self.findings(tab);
        effects.extend(read_page(tab, &findings));
        let failures: Vec<Failure> = findings
            .iter()
            .filter(|(finding, exchange)| !finding.notice && !exchange.is_document())
            .filter_map(|(finding, exchange)| failure(exchange, Some(finding.id)))
            .collect();
        drop(findings);
        let failing = !failures.is_empty();
        if let Some(tab) = self.tab_mut(tab_id) {
            failures.into_iter().for_each(|failure| tab.record(failure));
        }
        self.verify_background(tab_id, failing);
        self.badge(tab_id);
    }

    /// All that is true of a tab's document and of the background requests that matter, best first.
    fn findings<'a>(&'a self, tab: &'a Tab) -> Vec<(Finding, &'a Exchange)> {
        let nothing = HostFacts::default();
        let diagnose = |exchange: &'a Exchange, visit| {
            let host = self
                .hosts
                .get(&exchange.address.origin())
                .unwrap_or(&nothing);
            let jar = tab
                .jar
                .as_ref()
                .filter(|(host, _)| host == exchange.address.host())
                .map(|(_, jar)| jar.as_slice());
            let case = Case {
                browser: self.browser,
                exchange,
                visit,
                earlier: &tab.earlier,
                jar,
                host,
                hosts: &self.hosts,
                facts: &tab.facts,
                shown: tab.document.as_ref(),
                wanted: tab.wanted.as_ref(),
                page: tab.page.as_ref(),
                recorded: None,
            };
            rules::diagnose(&case)
        };
        let mut findings: Vec<(Finding, &Exchange)> = Vec::new();
        if let Some(document) = &tab.document {
            let visit = tab
                .visit
                .as_ref()
                .filter(|visit| visit.request_id == document.request_id);
            findings.extend(
                diagnose(document, visit)
                    .into_iter()
                    .map(|finding| (finding, document)),
            );
        }
        if tab.settled {
            for exchange in &tab.background {
                let finding = diagnose(exchange, None)
                    .into_iter()
                    .find(|finding| matters_in_background(tab, exchange, finding));
                if let Some(finding) = finding
                    && findings.iter().all(|(known, _)| known.id != finding.id)
                {
                    findings.push((finding, exchange));
                }
            }
            // A wall of the document, then what fails behind it, then notes.
            sort_by_key(&mut findings, |(finding, exchange)| {
                (finding.notice, !exchange.is_document())
            });
        }
        findings
    }

    fn learn(&mut self, address: &Address, change: impl FnOnce(&mut HostFacts)) {
        self.learn_by(address, &mut once(change));
    }

    fn learn_by(&mut self, address: &Address, change: &mut dyn FnMut(&mut HostFacts)) {
        let facts = self.hosts.entry(&address.origin());
        let before = facts.clone();
        change(facts);
        if *facts != before {
            self.save_hosts();
        }
    }

    /// Remembers where the browser has a name and password that were accepted: Chromium will not show them again.
    fn learn_http_login(&mut self, exchange: &Exchange) {
        let sent = exchange
            .sent
            .as_ref()
            .and_then(|sent| sent.authorization.as_ref())
            .is_some_and(|c| {
                ["basic", "digest"]
                    .iter()
                    .any(|scheme| c.scheme.eq_ignore_ascii_case(scheme))
            });
        let known = self
            .hosts
            .get(&exchange.address.origin())
            .is_some_and(|facts| facts.http_login.is_some());
        match exchange.status() {
            Some(401) if known => self.learn(&exchange.address, |facts| facts.http_login = None),
            Some(200..=399) if exchange.answered.is_some() || sent => {
                let realm = exchange
                    .answered
                    .as_ref()
                    .map(|prompt| prompt.realm.clone())
                    .unwrap_or_default();
                let login = (realm, exchange.time);
                if !known {
                    self.learn(&exchange.address, |facts| facts.http_login = Some(login));
                }
            }
            _ => {}
        }
    }

    /// Asks for the badge to be set, and the tab to be kept.
    fn badge(&mut self, tab_id: TabId) {
        self.change(tab_id, true);
    }

    /// Asks for the tab to be kept.
    fn save(&mut self, tab_id: TabId) {
        self.change(tab_id, false);
    }

    fn change(&mut self, tab_id: TabId, badge: bool) {
        let mut known = self.changed.tabs.iter_mut();
        match known.find(|(known, _)| *known == tab_id) {
            Some((_, sets)) => *sets |= badge,
            None => self.changed.tabs.push((tab_id, badge)),
        }
    }

    /// Asks for what is known beyond one tab to be kept.
    fn save_hosts(&mut self) {
        self.changed.hosts = true;
    }

    /// What has to be kept and shown after the steps since the last call: to be asked once for a batch of events, because
    /// judging, drawing and writing down a tab costs more than all else.
    pub fn changes(&mut self) -> Vec<Effect> {
        let changed = std::mem::take(&mut self.changed);
        let mut effects = Vec::new();
        for (tab_id, sets_badge) in changed.tabs {
            // A tab that is gone has nothing to keep.
            let Some(tab) = self.tab_mut(tab_id) else {
                continue;
            };
            tab.shrink(TAB_BYTES);
            let Some(tab) = self.tab(tab_id) else {
                continue;
            };
            let findings = self.findings(tab);
            if sets_badge {
                let (text, wall) = draw::badge(&findings);
                effects.push(Effect::SetBadge { tab_id, text, wall });
            }
            effects.push(Effect::Save {
                tab_id,
                view: Box::new(self.draw(tab, &findings)),
                state: kept::write(tab),
            });
        }
        if changed.hosts {
            effects.push(Effect::SaveHosts {
                hosts: kept::write(&self.hosts),
            });
        }
        effects
    }

    fn tab(&self, tab_id: TabId) -> Option<&Tab> {
        self.tabs.iter().find(|tab| tab.id == tab_id)
    }

    fn tab_mut(&mut self, tab_id: TabId) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|tab| tab.id == tab_id)
    }

    /// Forgets the tabs that were quiet longest, when there are too many or they take too much.
    fn make_room(&mut self, effects: &mut Vec<Effect>) {
        let heavy = |tabs: &[Tab]| {
            tabs.len() > 60 && tabs.iter().map(Tab::weight).sum::<usize>() > ALL_BYTES
        };
        while self.tabs.len() >= TABS_MAX || heavy(&self.tabs) {
            let Some(quiet) = (0..self.tabs.len()).min_by_key(|&at| self.tabs[at].last) else {
                return;
            };
            let tab_id = self.tabs.swap_remove(quiet).id;
            effects.push(Effect::Forget { tab_id });
        }
    }
}

/// A change to be made once, in the form of one that could be made often: so the work around it is in the wasm once, and
/// not for each change anew.
fn once<T>(change: impl FnOnce(&mut T)) -> impl FnMut(&mut T) {
    let mut change = Some(change);
    move |it| {
        if let Some(change) = change.take() {
            change(it);
        }
    }
}

/// Chromium's prompt for a document stands over an empty page, and its exchange has ended: what is typed goes into the
/// browser's cache of credentials, and the page is loaded anew, under another id and with nothing to be seen of it
/// (`LoginTabHelper` in its source). So a visit of the person's own, to the very address at which a prompt stands open,
/// answers that prompt.
fn typed_before(tab: &mut Tab) {
    let ours = tab.progress.as_ref().is_some_and(|progress| {
        !progress.stalled && matches!(progress.stage, Stage::Removing | Stage::Opening)
    });
    let Some(before) = tab
        .previous
        .as_ref()
        .filter(|it| !ours && it.prompt_stands())
    else {
        return;
    };
    let Some(next) = tab.pending.iter_mut().rfind(|it| it.is_document()) else {
        return;
    };
    if before.method == next.method && before.address.same_document(&next.address) {
        next.answered = before.open_prompt();
    }
}

/// Asks what the page keeps in the browser, once a visit, where something failed.
fn read_page(tab: &Tab, findings: &[(Finding, &Exchange)]) -> Option<Effect> {
    let unread = tab.facts.page.is_none() && !findings.is_empty();
    tab.address()
        .filter(|_| unread)
        .map(|address| Effect::ReadPage {
            tab_id: tab.id,
            origin: address.origin(),
        })
}

/// Asks for the browser's cookie settings where they can prove or refute a finding, and are not known.
fn read_settings(tab: &Tab, findings: &[(Finding, &Exchange)]) -> Option<Effect> {
    let decide = |finding: FindingId| {
        matches!(
            finding,
            FindingId::CookiesBlocked | FindingId::EmbeddedCookiesBlocked
        )
    };
    let (_, exchange) = findings
        .iter()
        .find(|(finding, _)| decide(finding.id) && tab.facts.settings.is_none())?;
    Some(Effect::ReadSettings {
        tab_id: tab.id,
        url: exchange.address.origin(),
        top: tab.address()?.origin(),
    })
}

/// Whether this page was shown before the one that is asked for: browsers tell of requests and of pages by two ways, and
/// keep no order between them. So it is the empty page of a new tab, or the page of the visit before.
fn was_there_before(tab: &Tab, shown: Option<&Address>, time: Millis) -> bool {
    let Some(shown) = shown else {
        return tab.asked;
    };
    let asked_later = |visit: &Visit| {
        let under_way = tab
            .pending
            .iter()
            .any(|it| it.request_id == visit.request_id);
        under_way && visit.started > time
    };
    if tab.asked && tab.visit.as_ref().is_some_and(asked_later) {
        return true;
    }
    let ends_there = |visit: &Visit| {
        let end = visit.end.as_ref().map(|hop| &hop.address);
        end.is_some_and(|end| end.same_document(shown))
    };
    let leads_there = |visit: &Visit| {
        visit
            .steps()
            .any(|hop| hop.to.as_ref().unwrap_or(&hop.address).same_document(shown))
    };
    let pending = || tab.pending.iter().any(|it| it.address.same_document(shown));
    tab.asked
        && tab.earlier.last().is_some_and(ends_there)
        && !tab.visit.as_ref().is_some_and(leads_there)
        && !pending()
}

/// Drops the step of a chain that led to the page which is shown, though no request for that page was made.
fn led_on(tab: &mut Tab, shown: &Address) -> bool {
    let leads = |it: &Exchange| matches!(&it.end, End::Redirected(to) if it.is_document() && to.same_document(shown));
    let before = tab.pending.len();
    tab.pending.retain(|it| !leads(it));
    tab.pending.len() < before
}

/// The exchange that stands for a page which was shown without a request: the last one of the visit that led to it, or a
/// visit of its own.
fn unasked_page(tab: &Tab, address: &Address, time: Millis) -> Option<Exchange> {
    let tab_id = tab.id;
    let led_here = |visit: &&Visit| {
        let last = visit.hops.last().and_then(|hop| hop.to.as_ref());
        visit.end.is_none() && last.unwrap_or(&visit.first).same_document(address)
    };
    let request_id = match tab.visit.as_ref().filter(led_here) {
        Some(visit) => visit.request_id.clone(),
        None => text::concat(&["unasked ", &text::number(time)]),
    };
    Exchange::begin(&Request {
        request_id,
        tab_id,
        resource_type: ResourceType::MainFrame,
        method: "GET".to_owned(),
        url: address.to_navigate(),
        site: Some(address.site().to_owned()),
        initiator: None,
        store: None,
        has_user_info: false,
        time,
    })
}

/// Whether two background requests ask for the same thing.
fn same_request(one: &Exchange, other: &Exchange) -> bool {
    one.method == other.method && one.address.same_page(&other.address)
}

/// A visit has begun: where the person wants to go, which page the form stood on, and whether a remedy still leads.
fn visit_begins(tab: &mut Tab) {
    tab.begins_to_load();
    let Some(visit) = &tab.visit else { return };
    let (first, is_write) = (visit.first.clone(), visit.method == "POST");
    tab.page = tab
        .previous
        .as_ref()
        .filter(|before| before.status().is_some_and(|s| s < 400))
        .map(Page::of);
    if let Some(progress) = tab.progress.as_mut().filter(|it| it.stage == Stage::Done) {
        // The page that was asked for twice, since a worker was stopped, is no visit of the person's own.
        let ours = std::mem::take(&mut progress.again);
        if !(ours
            && tab
                .wanted
                .as_ref()
                .is_some_and(|it| it.same_document(&first)))
        {
            tab.progress = None;
            tab.message = None;
        }
    }
    let elsewhere = tab
        .wanted
        .as_ref()
        .is_none_or(|wanted| !wanted.same_site(&first))
        && !guide::leads_to(tab, &first);
    if elsewhere && !is_write && !first.is_sign_in() && !first.is_hand_off() {
        // The person went to another site: what was begun here is over.
        tab.progress = None;
        tab.message = None;
        tab.tried.clear();
        tab.wall = None;
    }
    let led = tab
        .progress
        .as_ref()
        .is_some_and(|progress| !progress.stalled);
    let on_the_way = first.is_sign_in() || first.is_hand_off() || first.is_sign_out();
    let keep = is_write || led || (on_the_way && tab.wall.is_some());
    if !keep || tab.wanted.is_none() {
        let form = tab
            .page
            .as_ref()
            .map(|page| page.address.clone())
            .filter(|_| is_write);
        tab.wanted = Some(form.unwrap_or(first));
    }
}

/// A row of the time line, for what failed.
fn failure(exchange: &Exchange, finding: Option<FindingId>) -> Option<Failure> {
    let failed = exchange.status().is_some_and(|status| status >= 400) || finding.is_some();
    failed.then(|| Failure {
        time: exchange.time,
        method: exchange.method.clone(),
        url: exchange.address.shown(),
        status: exchange.status(),
        background: !exchange.is_document(),
        finding,
    })
}

/// Whether a chain that the browser gave up went in circles.
fn loops(tab: &Tab, exchange: &Exchange) -> bool {
    let Some(visit) = tab
        .visit
        .as_ref()
        .filter(|visit| visit.request_id == exchange.request_id)
    else {
        return false;
    };
    let explicit = matches!(&exchange.end, End::Failed(error) if text::has(error, "REDIRECT"));
    visit.hop_count >= 10 || (explicit && visit.hop_count >= 4)
}

/// Whether a background failure is worth a word on the page that the tab shows.
fn matters_in_background(tab: &Tab, exchange: &Exchange, finding: &Finding) -> bool {
    let own = tab
        .address()
        .is_none_or(|page| page.same_site(&exchange.address));
    let session = matches!(
        finding.id,
        FindingId::SessionExpired | FindingId::BackgroundSessionExpired
    );
    let lost = !session || !is_visitors(tab, exchange);
    lost && finding.matters_in_background(exchange, own)
}

/// Whether the session that a background request sent is of no account: a page of this tab gave it unasked a moment ago,
/// and no form was sent since.
fn is_visitors(tab: &Tab, exchange: &Exchange) -> bool {
    let names = exchange.session_cookies();
    let recent = exchange.time - VISITOR_FOR;
    let gives = |step: &Hop| {
        let sent = step.sessions.as_deref();
        let gives = |name: &&str| {
            step.sets.iter().any(|set| set == name)
                && sent.is_some_and(|sent| sent.iter().all(|sent| sent != name))
        };
        step.time >= recent && step.address.same_site(&exchange.address) && names.iter().any(gives)
    };
    let mut given = false;
    for visit in tab.earlier.iter().chain(&tab.visit) {
        // What follows a form, or comes back from a sign-in service, is somebody's own.
        let signs_in = |step: &Hop| step.is_write() || step.address.is_hand_off();
        given = !visit.steps().any(signs_in) && (given || visit.steps().any(gives));
    }
    given
}
