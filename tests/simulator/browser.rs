//! The simulated browser: tabs, navigation, redirects, prompts, page scripts and a clock that the test moves.
//!
//! It tells the watcher (the engine, or a recorder in its own tests) exactly what the real browsers tell an extension;
//! `edge` says how, `effects` carries out what the watcher wants.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use readmit::address::Address;
use readmit::event::{
    Browser, Effect, Event, JarCookie, Millis, RemovedCookie, ResourceType, TabId, Timer, Travel,
};
use readmit::view::View;
use url::Url;

use crate::jar::{Context, Cookie, Jar, host_of, site_of};
use crate::logins::{Login, Logins};
use crate::server::{Asks, Authorization, Page, Pairs, Request, Response, Server, asks};

/// When every simulated day begins: 2026-09-21 13:33:20 UTC.
pub(crate) const MORNING: Millis = 1_790_000_000_000;
/// How long a server takes.
const STEP: Millis = 7;
/// Redirects that both browsers follow.
const HOPS_MAX: u32 = 20;
/// The tab that is open at first.
pub(crate) const FIRST_TAB: TabId = 7;

/// The part of the extension that the browser reports to.
pub(crate) trait Watcher {
    fn step(&mut self, event: Event) -> Vec<Effect>;
    fn view(&self, tab: TabId) -> View;
    /// The worker is stopped and wakes up with what it had saved. Answers what it then finds to be under way.
    fn restart(&mut self) -> Vec<Effect>;
    /// Everything that it has written down.
    fn saved(&self) -> String;
    /// The same in its parts: a text for each tab, and one for the hosts.
    fn parts(&self) -> (Vec<String>, String) {
        (Vec::new(), String::new())
    }
}

/// The orders that browsers permit themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// `onCommitted` comes before `onCompleted` of the same document.
    pub(crate) commits_first: bool,
    /// Answers to effects come after all events that were already on their way.
    pub(crate) answers_late: bool,
}

impl Order {
    pub(crate) const ALL: [Order; 4] = [
        Order {
            commits_first: false,
            answers_late: false,
        },
        Order {
            commits_first: true,
            answers_late: false,
        },
        Order {
            commits_first: false,
            answers_late: true,
        },
        Order {
            commits_first: true,
            answers_late: true,
        },
    ];
}

/// A page in a tab's history.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) page: Page,
    /// The page's service worker answered, and the site was not asked.
    pub(crate) offline: bool,
    method: String,
    form: Pairs,
    initiator: Option<String>,
}

/// A request that waits for the person to type a name and password.
struct Parked {
    load: Load,
    asks: Asks,
    is_proxy: bool,
    response: Response,
}

/// A tab.
#[derive(Default)]
pub(crate) struct Tab {
    history: Vec<Entry>,
    at: usize,
    /// Its container, where not the default one.
    container: Option<String>,
    parked: Option<Parked>,
}

impl Tab {
    /// What it shows.
    pub(crate) fn entry(&self) -> Option<&Entry> {
        self.history.get(self.at)
    }

    /// Whether the browser's own prompt is open.
    pub(crate) fn has_prompt(&self) -> bool {
        self.parked.is_some()
    }
}

/// What is loaded, and from where.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) tab: TabId,
    pub(crate) id: String,
    pub(crate) kind: ResourceType,
    pub(crate) method: String,
    pub(crate) url: Url,
    form: Pairs,
    /// The origin of the page that asked.
    pub(crate) initiator: Option<String>,
    /// The site of the address bar.
    top_site: String,
    referrer_hidden: bool,
    hops: u32,
    /// What a page's script put into `Authorization`.
    token: Option<Authorization>,
    /// What the browser itself adds.
    login: Option<Authorization>,
    /// The name and password of the address, until used.
    of_address: Option<(String, String)>,
    asked: Option<Asks>,
    /// Chromium answered a challenge: it reports nothing more of this step until it ends.
    pub(crate) quiet: bool,
    /// For a page that nobody looks at yet: the edge hands over nothing of it.
    pub(crate) ahead: bool,
}

impl Load {
    fn is_document(&self) -> bool {
        matches!(self.kind, ResourceType::MainFrame | ResourceType::SubFrame)
    }
}

/// What a script asks for.
#[derive(Clone, Debug)]
pub(crate) struct Fetch {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) authorization: Option<Authorization>,
}

impl Fetch {
    pub(crate) fn get(url: &str) -> Fetch {
        Fetch {
            method: "GET",
            url: url.to_owned(),
            authorization: None,
        }
    }

    pub(crate) fn post(url: &str) -> Fetch {
        Fetch {
            method: "POST",
            ..Fetch::get(url)
        }
    }

    /// The browser's own question whether another host may be asked at all (a CORS preflight).
    pub(crate) fn options(url: &str) -> Fetch {
        Fetch {
            method: "OPTIONS",
            ..Fetch::get(url)
        }
    }

    pub(crate) fn with(self, authorization: Authorization) -> Fetch {
        Fetch {
            authorization: Some(authorization),
            ..self
        }
    }
}

/// A key of local storage, by origin and name, with its value.
pub(crate) type StoredValue = ((String, String), String);

/// The browser with all that it keeps, the servers that it can reach, and the extension in it.
pub(crate) struct Simulator {
    pub(crate) browser: Browser,
    pub(crate) order: Order,
    pub(crate) now: Millis,
    pub(crate) jar: Jar,
    pub(crate) logins: Logins,
    /// Local storage by origin and key.
    pub(crate) storage: BTreeMap<(String, String), String>,
    /// Redirects that the browser has kept, by address: it does not ask the server again.
    pub(crate) detours: BTreeMap<String, (u16, String)>,
    /// Background requests that were turned away to what may be a sign-in page, by id.
    pub(crate) turned: BTreeSet<String>,
    /// Origins that have a service worker and stored answers, with what it answers for pages; `None` leaves them to the site.
    pub(crate) offline: BTreeMap<String, fn(&str) -> Option<Response>>,
    pub(crate) tabs: BTreeMap<TabId, Tab>,
    /// The tab in front.
    pub(crate) tab: TabId,
    /// A name and password that the browser keeps for its proxy.
    pub(crate) proxy_login: Option<(String, String)>,
    /// The computer signs in to servers by itself (Negotiate, NTLM).
    pub(crate) is_integrated: bool,
    /// Cookies that the browser does not let the extension remove, by name.
    pub(crate) stubborn: Vec<&'static str>,
    /// The person did not grant what `Effect::ForgetLogin` needs.
    pub(crate) refuses_to_forget: bool,
    /// Sites that may keep no cookies, by the browser's settings.
    pub(crate) without_cookies: BTreeSet<&'static str>,
    /// The person granted the right to read those settings.
    pub(crate) shows_settings: bool,
    /// How far this device's clock is ahead of the true time.
    pub(crate) clock_ahead: Millis,
    /// Pages within pages of other sites have no cookies.
    pub(crate) blocks_embedded: bool,
    /// A blocker stops parts of pages whose addresses have one of these in them.
    pub(crate) blocks: Vec<&'static str>,
    /// A cleaner removes cookies of these names once a page is shown.
    pub(crate) cleans: Vec<&'static str>,
    /// A link cleaner cuts these parameters off the addresses of documents.
    pub(crate) cuts: Vec<&'static str>,
    /// The cookies of the container that is not in front.
    pub(crate) other_jar: Jar,
    /// The container in front is not the default one.
    pub(crate) is_swapped: bool,
    servers: Vec<Server>,
    hosts: BTreeMap<String, usize>,
    proxy: Option<Server>,
    requests: u64,
    /// What was told of pages within pages that have not ended, by request.
    pub(crate) chains: BTreeMap<String, Vec<Event>>,
    /// A request that the next one overtakes, which the browser tells once that is on its way.
    overtaken: Option<Load>,
    /// A page that Chromium has ready before anyone asks for it.
    ready: Option<(Load, Response)>,

    watcher: Box<dyn Watcher>,
    /// Stop and wake the worker after every event.
    pub(crate) restarts: bool,
    pub(crate) timers: Vec<(Millis, TabId, Timer)>,
    pub(crate) watched: BTreeSet<TabId>,
    pub(crate) badges: BTreeMap<TabId, String>,
    pub(crate) saves: BTreeMap<TabId, View>,
    pub(crate) snapshots: BTreeMap<TabId, Vec<Cookie>>,
    pub(crate) stored_snapshots: BTreeMap<TabId, Vec<StoredValue>>,
    pub(crate) wishes: VecDeque<Effect>,
    /// Every text that a badge ever had.
    pub(crate) alarms: Vec<String>,
    /// Cookies that the extension removed, in order.
    pub(crate) removed: Vec<JarCookie>,
    /// Keys of page storage that the extension removed, as `key # origin`, in order.
    pub(crate) removed_keys: Vec<String>,
    /// Origins whose login the extension made the browser forget.
    pub(crate) forgotten: Vec<String>,
    /// Every event and effect, for comparison and for the reader of a failed story.
    pub(crate) log: Vec<String>,
    /// Whether the log is written: it takes longer than the rest.
    pub(crate) keeps_log: bool,
}

impl Simulator {
    pub(crate) fn new(browser: Browser, order: Order, watcher: Box<dyn Watcher>) -> Simulator {
        Simulator {
            browser,
            order,
            now: MORNING,
            jar: Jar::default(),
            logins: Logins::default(),
            storage: BTreeMap::new(),
            detours: BTreeMap::new(),
            turned: BTreeSet::new(),
            offline: BTreeMap::new(),
            tabs: BTreeMap::from([(FIRST_TAB, Tab::default())]),
            tab: FIRST_TAB,
            proxy_login: None,
            is_integrated: false,
            stubborn: Vec::new(),
            refuses_to_forget: false,
            without_cookies: BTreeSet::new(),
            shows_settings: false,
            clock_ahead: 0,
            blocks_embedded: false,
            blocks: Vec::new(),
            cleans: Vec::new(),
            cuts: Vec::new(),
            other_jar: Jar::default(),
            is_swapped: false,
            servers: Vec::new(),
            hosts: BTreeMap::new(),
            proxy: None,
            requests: 100,
            chains: BTreeMap::new(),
            overtaken: None,
            ready: None,
            watcher,
            restarts: false,
            timers: Vec::new(),
            watched: BTreeSet::new(),
            badges: BTreeMap::new(),
            saves: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            stored_snapshots: BTreeMap::new(),
            wishes: VecDeque::new(),
            alarms: Vec::new(),
            removed: Vec::new(),
            removed_keys: Vec::new(),
            forgotten: Vec::new(),
            log: Vec::new(),
            keeps_log: true,
        }
    }

    // What the test sets up.

    /// One server behind these hosts.
    pub(crate) fn serve(
        &mut self,
        hosts: &[&str],
        server: impl FnMut(&Request) -> Response + 'static,
    ) {
        for host in hosts {
            self.hosts.insert((*host).to_owned(), self.servers.len());
        }
        self.servers.push(Box::new(server));
    }

    /// A proxy that sees every plain http request; an answer with status 0 lets it through.
    pub(crate) fn proxy(&mut self, proxy: impl FnMut(&Request) -> Response + 'static) {
        self.proxy = Some(Box::new(proxy));
    }

    /// A cookie from an earlier day.
    pub(crate) fn has_cookie(&mut self, url: &str, line: &str) {
        let url = address(url);
        let site = site_of(&host_of(&url));
        let context = Context {
            same_site: true,
            top_level: true,
            safe_method: true,
            top_site: &site,
        };
        let kept = self.jar.set(line, &url, context, self.now - 86_400_000);
        assert!(
            kept.is_ok(),
            "expected a cookie that {url} may set, but found {kept:?}"
        );
    }

    /// A redirect that the browser has kept from an earlier day.
    pub(crate) fn has_detour(&mut self, url: &str, status: u16, to: &str) {
        self.detours.insert(url.to_owned(), (status, to.to_owned()));
    }

    /// A value in a page's local storage.
    pub(crate) fn has_stored(&mut self, origin: &str, key: &str, value: &str) {
        self.storage
            .insert((origin.to_owned(), key.to_owned()), value.to_owned());
    }

    /// A name and password that were accepted earlier.
    pub(crate) fn has_login(&mut self, url: &str, realm: &str, user: &str, password: &str) {
        let asks = Asks {
            scheme: "Basic",
            realm: realm.to_owned(),
            stale: false,
            has_data: false,
        };
        self.logins.keep(&address(url), &asks, user, password);
    }

    // What the person does.

    /// Types an address, or opens a bookmark.
    pub(crate) fn opens(&mut self, url: &str) {
        self.navigate(self.tab, Going::to(address(url)));
        self.settle();
    }

    /// Follows a link on the page that is shown.
    pub(crate) fn clicks(&mut self, url: &str) {
        let from = self.shown().url.clone();
        let going = Going {
            initiator: Some(origin_of(&from)),
            ..Going::to(address(url))
        };
        self.navigate(self.tab, going);
        self.settle();
    }

    /// Opens another tab and goes on there.
    pub(crate) fn opens_tab(&mut self) {
        self.tab = self.tabs.keys().last().copied().unwrap_or(FIRST_TAB) + 1;
        self.tabs.insert(self.tab, Tab::default());
    }

    /// Opens another tab in this container (`None`: the default one) and goes on there.
    pub(crate) fn opens_tab_in(&mut self, container: Option<&str>) {
        let before = self.store_of(self.tab);
        self.opens_tab();
        let container = container.map(str::to_owned);
        if let Some(tab) = self.tabs.get_mut(&self.tab) {
            tab.container = container;
        }
        if self.store_of(self.tab) != before {
            std::mem::swap(&mut self.jar, &mut self.other_jar);
            self.is_swapped = !self.is_swapped;
        }
    }

    /// The cookie store of a tab: only Firefox names it.
    pub(crate) fn store_of(&self, tab: TabId) -> Option<String> {
        let container = self.tabs.get(&tab).and_then(|tab| tab.container.clone());
        let default = || "firefox-default".to_owned();
        (self.browser == Browser::Firefox).then(|| container.unwrap_or_else(default))
    }

    pub(crate) fn closes_tab(&mut self) {
        self.tabs.remove(&self.tab);
        self.emit(Event::TabClosed { tab_id: self.tab });
        self.tab = self.tabs.keys().last().copied().unwrap_or(FIRST_TAB);
        self.settle();
    }

    pub(crate) fn reloads(&mut self) {
        self.reload(self.tab);
        self.settle();
    }

    /// Goes back to a page that the browser kept whole.
    pub(crate) fn goes_back(&mut self) {
        self.drop_prompt(self.tab);
        let Some(tab) = self.tabs.get_mut(&self.tab) else {
            return;
        };
        tab.at = tab.at.saturating_sub(1);
        let Some(entry) = tab.entry().cloned() else {
            return;
        };
        self.commit(self.tab, &entry.url, true);
        self.settle();
    }

    /// Sends the form that is shown.
    pub(crate) fn submits(&mut self, fields: &[(&str, &str)]) {
        self.submits_how(fields, false);
    }

    /// Sends the form with a privacy setting that hides where it comes from.
    pub(crate) fn submits_hidden(&mut self, fields: &[(&str, &str)]) {
        self.submits_how(fields, true);
    }

    fn submits_how(&mut self, fields: &[(&str, &str)], referrer_hidden: bool) {
        let going = self.filled_in(fields, referrer_hidden);
        self.navigate(self.tab, going);
        self.settle();
    }

    /// The form that is shown, with these fields filled in.
    fn filled_in(&self, fields: &[(&str, &str)], referrer_hidden: bool) -> Going {
        let entry = self.shown();
        let Some(form) = entry.page.form.clone() else {
            panic!(
                "expected a form on the page shown, but found none on {} ({})",
                entry.url, entry.status
            )
        };
        let from = entry.url.clone();
        let mut values = form.hidden.clone();
        values.extend(pairs(fields));
        let url = from.join(&form.action).unwrap_or(from.clone());
        Going {
            method: form.method.to_owned(),
            form: values,
            initiator: Some(origin_of(&from)),
            referrer_hidden,
            ..Going::to(url)
        }
    }

    /// Sends the form twice in a row: the browser gives up the first request for the second, and the server sees both.
    pub(crate) fn submits_twice(&mut self, fields: &[(&str, &str)]) {
        let going = self.filled_in(fields, false);
        let first = self.load_of(self.tab, going);
        let request = self.request(&first);
        self.report_sent(&first, &request);
        let _ = self.ask(&request);
        self.gives_up(first);
        self.submits(fields);
    }

    /// Asks for a page and stops it before it answers.
    pub(crate) fn stops(&mut self, url: &str) {
        let load = self.load_of(self.tab, Going::to(address(url)));
        let request = self.request(&load);
        self.report_sent(&load, &request);
        self.emit(Event::ErrorShown { tab_id: self.tab });
        self.report_failed(&load, Trouble::Aborted);
        self.settle();
    }

    /// Chromium tells of the end at once, Firefox once the next request is on its way.
    fn gives_up(&mut self, load: Load) {
        self.emit(Event::ErrorShown { tab_id: load.tab });
        if self.browser == Browser::Chromium {
            self.report_failed(&load, Trouble::Aborted);
        } else {
            self.overtaken = Some(load);
        }
    }

    /// The page shown has Chromium load another one before anyone asks for it (speculation rules).
    pub(crate) fn loads_ahead(&mut self, url: &str) {
        if self.browser != Browser::Chromium {
            return;
        }
        let from = origin_of(&self.shown().url);
        let going = Going {
            initiator: Some(from),
            ..Going::to(address(url))
        };
        let mut load = self.load_of(self.tab, going);
        load.ahead = true;
        self.run(load);
        self.settle();
    }

    /// Follows a link to a page that may be there already: then the browser says no more than that it is shown.
    pub(crate) fn clicks_ahead(&mut self, url: &str) {
        match self.ready.take() {
            Some((mut load, response)) => {
                load.ahead = false;
                self.commit(load.tab, &load.url, false);
                self.show(load, &response);
                self.settle();
            }
            None => self.clicks(url),
        }
    }

    /// Opens a page that the site's service worker answers from what it keeps: no request leaves the browser. Chromium
    /// only says that it is shown; Firefox also tells of a redirect to itself.
    pub(crate) fn opens_offline(&mut self, url: &str) {
        let load = self.load_of(self.tab, Going::to(address(url)));
        if self.browser == Browser::Firefox {
            let to = load.url.clone();
            self.report_redirect(&load, &Response::default(), &to);
        }
        self.commit(self.tab, &load.url, false);
        self.show(load, &Response::wanted());
        self.settle();
    }

    /// Sends a form inside a frame of the page shown.
    pub(crate) fn submits_in_frame(&mut self, url: &str, fields: &[(&str, &str)]) -> u16 {
        let page = self.shown().url.clone();
        let url = address(url);
        let mut load = self.load(
            self.tab,
            ResourceType::SubFrame,
            "POST".to_owned(),
            url.clone(),
            Some(origin_of(&url)),
            Some(&page),
        );
        load.form = pairs(fields);
        let status = self.run(load).map_or(0, |response| response.status);
        self.settle();
        status
    }

    /// Fills in the sign-in form that is shown.
    pub(crate) fn signs_in(&mut self, user: &str, password: &str) {
        self.submits(&[("user", user), ("password", password)]);
    }

    /// Answers the browser's prompt.
    pub(crate) fn types(&mut self, user: &str, password: &str) {
        let Some(parked) = self
            .tabs
            .get_mut(&self.tab)
            .and_then(|tab| tab.parked.take())
        else {
            panic!(
                "expected an open prompt, but found none in tab {}: {}",
                self.tab,
                self.log.join("\n")
            )
        };
        let mut load = parked.load;
        self.now += STEP;
        if parked.is_proxy {
            self.proxy_login = Some((user.to_owned(), password.to_owned()));
        } else {
            load.login = Some(Authorization::Login {
                scheme: parked.asks.scheme,
                user: user.to_owned(),
                password: password.to_owned(),
            });
            load.asked = Some(parked.asks);
        }
        load.quiet = self.browser == Browser::Chromium;
        self.run(load);
        self.settle();
    }

    /// Closes the browser's prompt without an answer.
    pub(crate) fn cancels(&mut self) {
        let parked = self
            .tabs
            .get_mut(&self.tab)
            .and_then(|tab| tab.parked.take());
        let Some(parked) = parked else {
            panic!(
                "expected an open prompt, but found none in tab {}",
                self.tab
            )
        };
        let mut load = parked.load;
        load.quiet = true;
        self.finish(load, parked.response);
        self.settle();
    }

    /// Lets time pass.
    pub(crate) fn waits(&mut self, span: Millis) {
        let until = self.now + span;
        while let Some(due) = self
            .timers
            .iter()
            .map(|(due, ..)| *due)
            .filter(|due| *due <= until)
            .min()
        {
            self.now = self.now.max(due);
            self.settle();
        }
        self.now = self.now.max(until);
        self.settle();
    }

    /// A script of the page shown asks for something; what it answers is for the script.
    pub(crate) fn fetches(&mut self, fetch: Fetch) -> u16 {
        let status = self
            .fetch(self.tab, fetch)
            .map_or(0, |response| response.status);
        self.settle();
        status
    }

    /// Presses a remedy's button in the popup.
    pub(crate) fn applies(&mut self, remedy: &str) {
        self.now += STEP;
        self.emit(Event::Apply {
            tab_id: self.tab,
            remedy: remedy.to_owned(),
            time: self.now,
        });
        self.settle();
    }

    /// Presses the button in the popup that asks how strangers are answered.
    pub(crate) fn checks(&mut self) {
        assert!(
            self.view().can_check,
            "expected the popup to offer the check"
        );
        self.emit(Event::Check {
            tab_id: self.tab,
            time: self.now,
        });
        self.settle();
        assert!(!self.view().can_check, "expected the check to be over");
    }

    /// Sets the device's clock right.
    pub(crate) fn sets_clock(&mut self) {
        self.now -= self.clock_ahead;
        for (due, ..) in &mut self.timers {
            *due -= self.clock_ahead;
        }
        self.clock_ahead = 0;
    }

    /// How a server answers a visitor of whom it knows nothing.
    pub(crate) fn asks_as_stranger(&mut self, url: &str) -> Option<Response> {
        let going = Going::to(address(url));
        let mut load = self.load(-1, ResourceType::Other, going.method, going.url, None, None);
        load.login = None;
        let mut request = self.request(&load);
        request.cookies.clear();
        self.ask(&request)
    }

    /// Presses "undo" in the popup.
    pub(crate) fn undoes(&mut self) {
        self.now += STEP;
        self.emit(Event::Undo {
            tab_id: self.tab,
            time: self.now,
        });
        self.settle();
    }

    // What can be seen.

    /// The page in front.
    pub(crate) fn shown(&self) -> &Entry {
        let Some(entry) = self.tabs.get(&self.tab).and_then(Tab::entry) else {
            panic!("expected a page in tab {}, but found none", self.tab)
        };
        entry
    }

    /// Whether the browser's own prompt is open in the tab in front.
    pub(crate) fn has_prompt(&self) -> bool {
        self.tabs.get(&self.tab).is_some_and(Tab::has_prompt)
    }

    pub(crate) fn view(&self) -> View {
        self.watcher.view(self.tab)
    }

    /// Everything that the extension has written down.
    pub(crate) fn written(&self) -> String {
        let views: Vec<String> = self
            .saves
            .values()
            .map(|view| serde_json::to_string(view).unwrap_or_default())
            .collect();
        format!("{}\n{}", self.watcher.saved(), views.join("\n"))
    }

    /// What the worker would wake up with.
    pub(crate) fn state(&self) -> (Vec<String>, String) {
        self.watcher.parts()
    }

    pub(crate) fn badge(&self) -> &str {
        self.badges.get(&self.tab).map_or("", String::as_str)
    }

    // Events and effects.

    /// Tells the watcher, and carries out at once what cannot wait.
    pub(crate) fn emit(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            if self.keeps_log {
                self.log.push(format!("→ {event:?}"));
            }
            let effects = self.watcher.step(event);
            if self.restarts {
                let again = self.watcher.restart();
                effects.iter().for_each(|effect| not_lost(effect, &again));
            }
            for effect in effects {
                if self.keeps_log {
                    self.log.push(format!("  ← {}", shown_effect(&effect)));
                }
                let waits = matches!(effect, Effect::Navigate { .. })
                    || (self.order.answers_late && is_answered(&effect));
                if waits {
                    self.wishes.push_back(effect);
                } else if let Some(answer) = self.carry_out(effect) {
                    events.push_back(answer);
                }
            }
        }
    }

    /// Carries out everything that waits, and lets due timers fire, until nothing is left.
    pub(crate) fn settle(&mut self) {
        for _ in 0..200 {
            if let Some(effect) = self.wishes.pop_front() {
                if let Some(answer) = self.carry_out(effect) {
                    self.emit(answer);
                }
                continue;
            }
            let Some(at) = self.timers.iter().position(|(due, ..)| *due <= self.now) else {
                return;
            };
            let (_, tab_id, timer) = self.timers.remove(at);
            self.emit(Event::TimerFired {
                tab_id,
                timer,
                time: self.now,
            });
        }
        panic!(
            "expected the extension to come to rest, but found it still busy:\n{}",
            self.log.join("\n")
        );
    }

    // Navigation.

    /// Sends a tab somewhere.
    pub(crate) fn navigate(&mut self, tab: TabId, going: Going) {
        self.drop_prompt(tab);
        let load = self.load_of(tab, going);
        self.run(load);
    }

    fn load_of(&mut self, tab: TabId, going: Going) -> Load {
        let kind = ResourceType::MainFrame;
        let mut load = self.load(tab, kind, going.method, going.url, going.initiator, None);
        load.form = going.form;
        load.referrer_hidden = going.referrer_hidden;
        load
    }

    /// Loads the shown page again, as it was asked for.
    pub(crate) fn reload(&mut self, tab: TabId) {
        let Some(entry) = self.tabs.get(&tab).and_then(Tab::entry).cloned() else {
            return;
        };
        let going = Going {
            method: entry.method,
            form: entry.form,
            initiator: entry.initiator,
            ..Going::to(entry.url)
        };
        self.navigate(tab, going);
    }

    /// A script's request; `None` where nothing came back.
    pub(crate) fn fetch(&mut self, tab: TabId, fetch: Fetch) -> Option<Response> {
        let page = self.tabs.get(&tab)?.entry()?.url.clone();
        let url = page.join(&fetch.url).ok()?;
        let method = fetch.method.to_owned();
        let mut load = self.load(
            tab,
            ResourceType::XmlHttpRequest,
            method,
            url,
            Some(origin_of(&page)),
            Some(&page),
        );
        load.token = fetch.authorization;
        self.run(load)
    }

    fn load(
        &mut self,
        tab: TabId,
        kind: ResourceType,
        method: String,
        mut url: Url,
        initiator: Option<String>,
        inside: Option<&Url>,
    ) -> Load {
        self.requests += 1;
        url.set_fragment(None);
        let mut of_address = url
            .password()
            .map(|password| (url.username().to_owned(), password.to_owned()));
        if self.browser == Browser::Firefox && self.logins.unasked(&url).is_some() {
            // Firefox prefers the name of the address to the one it keeps, and sends it where it would send that.
            if let Some((user, password)) = of_address.take() {
                self.logins.replace(&url, &user, &password);
            }
        }
        let login = self.logins.unasked(&url).map(Login::authorization);
        let top_site = site_of(&host_of(inside.unwrap_or(&url)));
        Load {
            tab,
            id: self.requests.to_string(),
            kind,
            method,
            url,
            form: Vec::new(),
            initiator,
            top_site,
            referrer_hidden: false,
            hops: 0,
            token: None,
            login,
            of_address,
            asked: None,
            quiet: false,
            ahead: false,
        }
    }

    /// Runs a request to its end: through redirects and challenges. `None` where it failed, or waits for the person.
    fn run(&mut self, mut load: Load) -> Option<Response> {
        let blocked = |it: &&'static str| load.url.as_str().contains(*it);
        if load.kind != ResourceType::MainFrame && self.blocks.iter().any(blocked) {
            self.report_failed(&load, Trouble::Blocked);
            return None;
        }
        loop {
            if let Some(copy) = self.copy(&load) {
                return Some(self.show_copy(load, copy));
            }
            if let Some(to) = self.cut(&load) {
                // The browser's own redirect: no request is made. Chromium tells nothing of it within a chain.
                if self.browser == Browser::Firefox || load.hops == 0 {
                    self.report_redirect(&load, &Response::redirect(307, to.as_str()), &to);
                }
                self.follow(&mut load, 307, to);
            }
            let request = self.request(&load);
            if !load.quiet {
                self.report_sent(&load, &request);
            }
            if let Some(overtaken) = self.overtaken.take() {
                self.report_failed(&overtaken, Trouble::Aborted);
            }
            let kept = self.detours.get(load.url.as_str()).cloned();
            let kept = kept.map(|(status, to)| Response::kept(status, &to));
            let Some(response) = kept.or_else(|| self.ask(&request)) else {
                self.report_failed(&load, Trouble::NoAnswer);
                return None;
            };
            self.now += STEP;
            self.keep_cookies(&load, &response);
            let is_proxy = response.status == 407;
            if let Some(asks) = Simulator::challenge_to_answer(&load, &response) {
                if !load.quiet {
                    self.report_headers(&load, &response);
                }
                load.quiet |= self.browser == Browser::Chromium;
                if self.finds_login(&mut load, &asks, is_proxy) {
                    continue;
                }
                if load.is_document() && asks.scheme != "Negotiate" {
                    self.report_auth_required(&load, is_proxy);
                    self.park(Parked {
                        load,
                        asks,
                        is_proxy,
                        response,
                    });
                    return None;
                }
                load.quiet = true;
                return Some(self.finish(load, response));
            }
            self.keep_login(&load, &response);
            let Some(to) = response.location(&load.url) else {
                return Some(self.finish(load, response));
            };
            if !load.quiet {
                self.report_headers(&load, &response);
            }
            if load.hops == HOPS_MAX {
                self.report_failed(&load, Trouble::Loop);
                return None;
            }
            self.report_redirect(&load, &response, &to);
            let foreign = load.initiator.as_ref() != Some(&origin_of(&to));
            if load.kind == ResourceType::XmlHttpRequest && foreign {
                // No server of the stories lets scripts of other origins read its answers (CORS).
                self.report_failed(&load, Trouble::NoAnswer);
                return None;
            }
            self.follow(&mut load, response.status, to);
        }
    }

    /// What the page's service worker answers in the site's place.
    fn copy(&self, load: &Load) -> Option<Response> {
        let worker = self.offline.get(&origin_of(&load.url))?;
        let page = load.kind == ResourceType::MainFrame && load.method == "GET";
        worker(load.url.path()).filter(|_| page)
    }

    /// No request is made: Chromium tells of the page alone, Firefox of a redirect to itself before.
    fn show_copy(&mut self, load: Load, mut copy: Response) -> Response {
        copy.offline = true;
        if self.browser == Browser::Firefox {
            let itself = load.url.clone();
            self.report_redirect(&load, &Response::default(), &itself);
        }
        let (tab, url) = (load.tab, load.url.clone());
        self.show(load, &copy);
        self.commit(tab, &url, false);
        copy
    }

    /// The address without what a link cleaner cuts off, where it has any of it.
    fn cut(&self, load: &Load) -> Option<Url> {
        let cut = |name: &str| self.cuts.contains(&name);
        let main = load.kind == ResourceType::MainFrame;
        if !main || !load.url.query_pairs().any(|(name, _)| cut(&name)) {
            return None;
        }
        let kept: Vec<(String, String)> = load
            .url
            .query_pairs()
            .filter(|(name, _)| !cut(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let mut to = load.url.clone();
        to.set_query(None);
        if !kept.is_empty() {
            to.query_pairs_mut().extend_pairs(kept);
        }
        Some(to)
    }

    fn follow(&self, load: &mut Load, status: u16, mut to: Url) {
        to.set_fragment(None);
        let is_post = load.method == "POST";
        if (matches!(status, 301 | 302) && is_post) || (status == 303 && load.method != "HEAD") {
            "GET".clone_into(&mut load.method);
            load.form.clear();
        }
        if to.origin() != load.url.origin() {
            load.token = None;
        }
        load.hops += 1;
        load.quiet = false;
        load.asked = None;
        load.of_address = to
            .password()
            .map(|password| (to.username().to_owned(), password.to_owned()));
        load.login = self.logins.unasked(&to).map(Login::authorization);
        if load.kind == ResourceType::MainFrame {
            load.top_site = site_of(&host_of(&to));
        }
        load.url = to;
    }

    /// The request with everything that the browser adds.
    fn request(&self, load: &Load) -> Request {
        let mut cookies =
            self.jar
                .for_request(self.browser, &load.url, Simulator::context(load), self.now);
        let hidden = self.blocks_embedded
            && load.kind == ResourceType::SubFrame
            && !Simulator::context(load).same_site;
        if hidden || self.has_no_cookies(&load.url) {
            cookies.clear();
        }
        let mut url = load.url.clone();
        // Both fail only for addresses without a host; those are never loaded.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let proxied = self.proxy.is_some() && load.url.scheme() == "http";
        Request {
            method: load.method.clone(),
            url,
            cookies: cookies
                .iter()
                .map(|c| (c.name.clone(), c.value.clone()))
                .collect(),
            authorization: load.token.clone().or_else(|| load.login.clone()),
            proxy_authorization: self.proxy_login.clone().filter(|_| proxied).map(
                |(user, password)| Authorization::Login {
                    scheme: "Basic",
                    user,
                    password,
                },
            ),
            referer: load.initiator.clone().filter(|_| !load.referrer_hidden),
            origin: match &load.initiator {
                Some(_) if load.referrer_hidden && load.method != "GET" => Some("null".to_owned()),
                Some(origin) if load.method != "GET" => Some(origin.clone()),
                _ => None,
            },
            form: load.form.clone(),
            now: self.now - self.clock_ahead,
            skew: self.clock_ahead,
        }
    }

    fn context<'a>(load: &'a Load) -> Context<'a> {
        let site = site_of(&host_of(&load.url));
        let asked_by = load
            .initiator
            .as_deref()
            .and_then(|origin| Url::parse(origin).ok());
        let by_same_site = asked_by
            .is_none_or(|by| site_of(&host_of(&by)) == site && by.scheme() == load.url.scheme());
        Context {
            same_site: by_same_site && load.top_site == site,
            top_level: load.kind == ResourceType::MainFrame,
            safe_method: matches!(load.method.as_str(), "GET" | "HEAD"),
            top_site: &load.top_site,
        }
    }

    fn ask(&mut self, request: &Request) -> Option<Response> {
        if let Some(proxy) = self
            .proxy
            .as_mut()
            .filter(|_| request.url.scheme() == "http")
        {
            let response = proxy(request);
            if response.status != 0 {
                return Some(response);
            }
        }
        let server = *self.hosts.get(request.url.host_str()?)?;
        Some(self.servers[server](request)).filter(|response| response.status != 0)
    }

    /// Whether the settings keep an address from having cookies.
    pub(crate) fn has_no_cookies(&self, url: &Url) -> bool {
        self.without_cookies
            .contains(site_of(&host_of(url)).as_str())
    }

    /// The browser drops a cookie to make room for others, and says so.
    pub(crate) fn evicts(&mut self, name: &str, domain: &str) {
        let doomed = |it: &Cookie| it.name == name && it.domain == domain;
        let Some(at) = self.jar.cookies.iter().position(doomed) else {
            panic!("expected a cookie `{name}` of {domain}, but found none")
        };
        let cookie = self.jar.cookies.remove(at);
        self.emit(Event::CookieGone {
            cookie: RemovedCookie {
                name: cookie.name,
                domain: cookie.domain,
                store: self.store_of(self.tab),
                evicted: true,
            },
            time: self.now,
        });
        self.settle();
    }

    fn keep_cookies(&mut self, load: &Load, response: &Response) {
        if self.has_no_cookies(&load.url) {
            return;
        }
        let context = Simulator::context(load);
        if self.blocks_embedded && load.kind == ResourceType::SubFrame && !context.same_site {
            return;
        }
        for line in response.values("set-cookie") {
            // What the browser refuses is a server's mistake, and part of some stories.
            let _ = self.jar.set(&line, &load.url, context, self.now);
        }
    }

    // HTTP's own logins.

    fn challenge_to_answer(load: &Load, response: &Response) -> Option<Asks> {
        let lines = match response.status {
            401 if load.token.is_none() => response.values("www-authenticate"),
            407 => response.values("proxy-authenticate"),
            _ => return None,
        };
        asks(&lines)
    }

    /// Puts into the load what answers the challenge without asking the person.
    fn finds_login(&mut self, load: &mut Load, asks: &Asks, is_proxy: bool) -> bool {
        if is_proxy {
            self.proxy_login = None;
            return false;
        }
        if matches!(asks.scheme, "NTLM" | "Negotiate") {
            return self.takes_a_step(load, asks);
        }
        if asks.stale && load.login.is_some() {
            return true;
        }
        if let Some(Authorization::Login { user, .. }) = load.login.take() {
            self.logins.drop_refused(&load.url, &user);
        }
        load.asked = Some(asks.clone());
        if let Some((user, password)) = load.of_address.take() {
            self.logins.replace(&load.url, &user, &password);
            load.login = Some(Authorization::Login {
                scheme: asks.scheme,
                user,
                password,
            });
            return true;
        }
        load.login = self
            .logins
            .answering(&load.url, asks)
            .map(Login::authorization);
        load.login.is_some()
    }

    fn takes_a_step(&self, load: &mut Load, asks: &Asks) -> bool {
        if !self.is_integrated {
            return false;
        }
        let number = match &load.login {
            Some(Authorization::Step { number, .. }) if asks.has_data => number + 1,
            Some(Authorization::Step { .. }) => return false,
            _ => 1,
        };
        load.login = Some(Authorization::Step {
            scheme: asks.scheme,
            number,
        });
        true
    }

    fn keep_login(&mut self, load: &Load, response: &Response) {
        if response.status == 407 {
            return;
        }
        if let (Some(Authorization::Login { user, password, .. }), Some(asks)) =
            (&load.login, &load.asked)
        {
            self.logins.keep(&load.url, asks, user, password);
        }
    }

    fn park(&mut self, parked: Parked) {
        let id = parked.load.tab;
        if let Some(tab) = self.tabs.get_mut(&id) {
            tab.parked = Some(parked);
        }
    }

    fn drop_prompt(&mut self, tab: TabId) {
        let parked = self.tabs.get_mut(&tab).and_then(|tab| tab.parked.take());
        if let Some(parked) = parked {
            self.report_failed(&parked.load, Trouble::Aborted);
        }
    }

    // Showing.

    fn finish(&mut self, load: Load, response: Response) -> Response {
        let is_main = load.kind == ResourceType::MainFrame;
        if !load.quiet {
            self.report_headers(&load, &response);
        }
        if load.ahead {
            self.ready = Some((load, response.clone()));
            return response;
        }
        let is_empty = matches!(response.status, 204 | 205);
        let shows = is_main && !is_empty && !response.is_download();
        if is_main && !shows && (is_empty || self.browser == Browser::Chromium) {
            self.emit(Event::ErrorShown { tab_id: load.tab });
        }
        if is_main && is_empty && self.browser == Browser::Firefox {
            self.report_failed(&load, Trouble::Aborted);
            return response;
        }
        if shows && self.order.commits_first {
            self.commit(load.tab, &load.url, false);
        }
        self.report_completed(&load, &response);
        if shows && !self.order.commits_first {
            self.commit(load.tab, &load.url, false);
        }
        if shows {
            let host = host_of(&load.url);
            self.show(load, &response);
            self.clean(&host);
        }
        response
    }

    /// What a cookie cleaner does once a page of this host is shown.
    fn clean(&mut self, host: &str) {
        let cleaned =
            |cookie: &Cookie| cookie.domain == host && self.cleans.contains(&cookie.name.as_str());
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.jar.cookies)
            .into_iter()
            .partition(cleaned);
        self.jar.cookies = kept;
        for cookie in gone {
            let cookie = RemovedCookie {
                name: cookie.name,
                domain: cookie.domain,
                store: self.store_of(self.tab),
                evicted: false,
            };
            self.emit(Event::CookieGone {
                cookie,
                time: self.now,
            });
        }
    }

    fn show(&mut self, load: Load, response: &Response) {
        let Some(tab) = self.tabs.get_mut(&load.tab) else {
            return;
        };
        let mut url = load.url.clone();
        let _ = url.set_username("");
        let _ = url.set_password(None);
        tab.history.truncate(tab.at + 1);
        tab.history.push(Entry {
            url: url.clone(),
            status: response.status,
            page: response.page.clone(),
            offline: response.offline,
            method: load.method,
            form: load.form,
            initiator: load.initiator,
        });
        tab.at = tab.history.len() - 1;
        let page = &response.page;
        for frame in &page.frames {
            self.inside(load.tab, ResourceType::SubFrame, "GET", &url, frame);
        }
        for (kind, method, part) in &page.parts {
            self.inside(load.tab, *kind, method, &url, part);
        }
        if let Some(script) = &page.script {
            script(self, load.tab);
        }
    }

    fn inside(&mut self, tab: TabId, kind: ResourceType, method: &str, page: &Url, part: &str) {
        let Ok(url) = page.join(part) else { return };
        let load = self.load(
            tab,
            kind,
            method.to_owned(),
            url,
            Some(origin_of(page)),
            Some(page),
        );
        self.run(load);
    }

    /// The browser clears a tab's badge when it shows another document, before it says so.
    fn commit(&mut self, tab_id: TabId, url: &Url, restored: bool) {
        self.badges.remove(&tab_id);
        let site = Some(site_of(&host_of(url)));
        self.emit(Event::Committed {
            tab_id,
            url: url.to_string(),
            site,
            restored,
            time: self.now,
        });
    }
}

/// How a request can fail without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    NoAnswer,
    Loop,
    Aborted,
    /// By the browser, or something in it.
    Blocked,
}

/// A navigation.
pub(crate) struct Going {
    method: String,
    url: Url,
    form: Pairs,
    initiator: Option<String>,
    referrer_hidden: bool,
}

impl Going {
    /// By the person's own hand, or the extension's: no page asked for it.
    pub(crate) fn to(url: Url) -> Going {
        Going {
            method: "GET".to_owned(),
            url,
            form: Vec::new(),
            initiator: None,
            referrer_hidden: false,
        }
    }
}

fn pairs(fields: &[(&str, &str)]) -> Pairs {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    fields.iter().map(owned).collect()
}

/// Parses what a test wrote.
pub(crate) fn address(text: &str) -> Url {
    match Url::parse(text) {
        Ok(url) => url,
        Err(error) => panic!("expected an absolute address, but found `{text}`: {error}"),
    }
}

fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// An effect for the log. The engine's own state has no place there: after a stop it may know less, if only it shows the same.
fn shown_effect(effect: &Effect) -> String {
    match effect {
        Effect::Save { view, .. } => format!(
            "save {}",
            without_queries(&serde_json::to_string(view).unwrap_or_default())
        ),
        Effect::SaveHosts { .. } => "save-hosts".to_owned(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// The text without query parts as addresses are shown (`?code=…&page=…`): the names of secret ones do not survive a stop.
fn without_queries(text: &str) -> String {
    let mut parts: Vec<&str> = text.split("=…").collect();
    let last = parts.pop().unwrap_or_default();
    let cut = |part: &&str| {
        part.rsplit_once(['?', '&'])
            .map_or("", |(before, _)| before)
            .to_owned()
    };
    parts.iter().map(cut).collect::<String>() + last
}

/// What was asked for and not done before the worker stopped has to be asked for again.
fn not_lost(effect: &Effect, again: &[Effect]) {
    let is_same = |other: &Effect| match (effect, other) {
        (
            Effect::RemoveCookies { cookies, store, .. },
            Effect::RemoveCookies {
                cookies: same,
                store: same_store,
                ..
            },
        ) => cookies == same && store == same_store,
        (Effect::Navigate { url, .. }, Effect::Navigate { url: same, .. }) => {
            // Secret parts of an address are not written down.
            let kept = |url: &str| Address::parse(url, None).map(|address| address.kept());
            kept(url) == kept(same)
        }
        _ => effect == other,
    };
    let in_place = matches!(effect, Effect::Navigate { travel, .. } if *travel != Travel::NewTab);
    let needed = in_place
        || matches!(
            effect,
            Effect::RemoveCookies { .. } | Effect::ForgetLogin { .. }
        );
    assert!(
        !needed || again.iter().any(is_same),
        "expected a worker that wakes to ask for {effect:?}, but found {again:?}"
    );
}

/// Whether the watcher waits for an answer to it.
fn is_answered(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::ListCookies { .. }
            | Effect::RemoveCookies { .. }
            | Effect::Restore { .. }
            | Effect::ForgetLogin { .. }
            | Effect::RemoveStored { .. }
            | Effect::ForgetRedirect { .. }
            | Effect::ReadPage { .. }
            | Effect::AllowCookies { .. }
    )
}
