//! What is remembered of a tab: its visits with their redirect chains, its failures, and where the person wanted to go.
//!
//! Everything here is bounded, whatever pages do, and can be written down and read back when the worker was stopped.

use crate::address::Address;
use crate::cookie;
use crate::event::{
    JarCookie, LOCATION_ERROR, Millis, RemovedCookie, ResourceType, StoredKey, TabId, Travel,
};
use crate::exchange::{End, Exchange};
use crate::finding::FindingId;
use crate::kept::{self, kept, kept_enum};
use crate::ledger::Ledger;
use crate::remedy::{Offer, RemedyId};
use crate::view::{Failure, Stage};

/// Bounds of what one tab keeps.
pub const EARLIER_MAX: usize = 4;
/// First hops of a chain that are kept; the last ones follow.
const FIRST_HOPS: usize = 2;
/// Hops of a chain that are kept in all.
const HOPS_MAX: usize = 8;
/// Exchanges under way that are kept.
pub const PENDING_MAX: usize = 12;
/// Failed background exchanges that are kept.
pub const BACKGROUND_MAX: usize = 6;
/// Rows of the time line.
pub const TIMELINE_MAX: usize = 20;
/// Cookies of the jar's list that are kept.
pub const JAR_MAX: usize = 120;
/// Cookies of a page that are kept.
const PAGE_COOKIES_MAX: usize = 8;
/// Names that a hop keeps.
const NAMES_MAX: usize = 6;

/// A finished step of a redirect chain, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The address.
    pub address: Address,
    /// The method.
    pub method: String,
    /// The status.
    pub status: Option<u16>,
    /// Where it led.
    pub to: Option<Address>,
    /// Session-like cookies that it sent, a name as often as it was sent; `None` where nobody looked.
    pub sessions: Option<Vec<String>>,
    /// Whether it sent any cookie at all.
    pub any_cookie: bool,
    /// Names of the cookies that its answer set or deleted.
    pub sets: Vec<String>,
    /// The answer came out of the browser's own cache.
    pub from_cache: bool,
    /// Where it led, an error stands in the fragment.
    pub led_to_error: bool,
    /// A parameter of the address that was cut off within the browser, before the server was asked.
    pub lost: Option<String>,
    /// Names of the parameters of the address that it led to: that address is written down without its secret ones.
    pub handed: Vec<String>,
    /// When.
    pub time: Millis,
}

kept!(Hop {
    address,
    method,
    status,
    to,
    sessions,
    any_cookie,
    sets,
    time,
    from_cache,
    led_to_error,
    lost,
    handed
});

impl Hop {
    /// The short form of an exchange.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Hop {
        let names = |names: Vec<&str>| {
            names
                .into_iter()
                .take(NAMES_MAX)
                .map(str::to_owned)
                .collect()
        };
        Hop {
            address: exchange.address.clone(),
            method: exchange.method.clone(),
            status: exchange.status(),
            to: match &exchange.end {
                End::Redirected(to) => Some(to.clone()),
                _ => None,
            },
            sessions: exchange.cookies().map(|_| {
                names(
                    exchange
                        .sessions_as_sent()
                        .iter()
                        .map(String::as_str)
                        .collect(),
                )
            }),
            any_cookie: exchange
                .cookies()
                .is_some_and(|cookies| !cookies.is_empty()),
            sets: names(
                exchange
                    .set_cookies()
                    .iter()
                    .map(|c| c.name.as_str())
                    .collect(),
            ),
            from_cache: exchange.is_from_cache(),
            led_to_error: exchange.field(LOCATION_ERROR).is_some(),
            lost: match &exchange.end {
                // Firefox: a redirect without a request is the browser's own, or that of something in it.
                End::Redirected(to)
                    if exchange.sent.is_none() && exchange.address.same_page(to) =>
                {
                    lost_of(exchange.address.parameters(), to)
                }
                _ => None,
            },
            handed: match &exchange.end {
                End::Redirected(to) => to
                    .parameters()
                    .take(NAMES_MAX)
                    .map(|name| name.chars().take(40).collect())
                    .collect(),
                _ => Vec::new(),
            },
            time: exchange.time,
        }
    }

    /// Whether the method asks for a change.
    #[must_use]
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD")
    }

    /// The next step asks for this address: is it the one that this step led to? Chromium tells nothing of a change that
    /// something in it makes in between.
    pub(crate) fn goes_on(&mut self, address: &Address) {
        if self.lost.is_none() && self.to.as_ref().is_some_and(|to| to.same_page(address)) {
            self.lost = lost_of(self.handed.iter().map(String::as_str), address);
        }
    }
}

/// The first of these parameters that an address lacks.
fn lost_of<'a>(mut names: impl Iterator<Item = &'a str>, address: &Address) -> Option<String> {
    let lost = names.find(|name| !address.has_parameter(name))?;
    Some(lost.chars().take(40).collect())
}

/// How a visit ended for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not yet.
    Pending,
    /// A page that is not a sign-in page.
    In,
    /// A sign-in page.
    SignInPage,
    /// A failing answer, or none.
    Failed,
}

kept_enum!(Outcome {
    Pending,
    In,
    SignInPage,
    Failed
});

impl Outcome {
    /// How a document's exchange ended for the person.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Outcome {
        match exchange.status() {
            Some(200..=299 | 304) if exchange.address.is_sign_in() => Outcome::SignInPage,
            Some(200..=299 | 304) => Outcome::In,
            _ => Outcome::Failed,
        }
    }
}

/// One navigation with its redirect chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The request id of its document.
    pub request_id: String,
    /// The address asked for first.
    pub first: Address,
    /// The method of the first request.
    pub method: String,
    /// When it began.
    pub started: Millis,
    /// Its finished steps but the last one: the first two and the latest six.
    pub hops: Vec<Hop>,
    /// How many finished steps there were in all.
    pub hop_count: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// The last step, in short, once the visit has ended.
    pub end: Option<Hop>,
}

kept!(Visit {
    request_id,
    first,
    method,
    started,
    hops,
    hop_count,
    outcome,
    end
});

impl Visit {
    /// How it ends with this exchange, the last of its chain.
    #[must_use]
    pub fn outcome_of(&self, exchange: &Exchange) -> Outcome {
        match Outcome::of(exchange) {
            Outcome::In if self.led_to_sign_in(&exchange.address) => Outcome::SignInPage,
            other => other,
        }
    }

    /// Whether its last redirect led to this page as to one where one signs in: the request for it does not show the
    /// fragment that names a page of a single-page app.
    #[must_use]
    pub fn led_to_sign_in(&self, page: &Address) -> bool {
        let to = self.hops.last().and_then(|hop| hop.to.as_ref());
        to.is_some_and(|to| to.is_sign_in() && to.same_page(page))
    }

    /// A visit that begins with this exchange.
    #[must_use]
    pub fn begin(exchange: &Exchange) -> Visit {
        Visit {
            request_id: exchange.request_id.clone(),
            first: exchange.address.clone(),
            method: exchange.method.clone(),
            started: exchange.time,
            hops: Vec::new(),
            hop_count: 0,
            outcome: Outcome::Pending,
            end: None,
        }
    }

    /// Adds a finished step.
    pub fn push(&mut self, exchange: &Exchange) {
        self.hop_count = self.hop_count.saturating_add(1);
        if self.hops.len() >= HOPS_MAX {
            self.hops.remove(FIRST_HOPS);
        }
        self.hops.push(Hop::of(exchange));
    }

    /// All steps that are kept, the last one included.
    pub fn steps(&self) -> impl Iterator<Item = &Hop> + Clone {
        self.hops.iter().chain(&self.end)
    }

    /// Whether a sign-in was sent in it: a form posted to a sign-in page, or from one.
    #[must_use]
    pub fn sent_sign_in(&self) -> bool {
        self.method == "POST"
            && self
                .steps()
                .next()
                .is_some_and(|hop| hop.address.is_sign_in())
    }
}

/// A page that shows a form: what it takes to tell that the form is too old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its address.
    pub address: Address,
    /// When it was shown.
    pub shown: Millis,
    /// Session-like and CSRF cookies that it sent or set.
    pub cookies: Vec<String>,
}

kept!(Page {
    address,
    shown,
    cookies
});

impl Page {
    /// The page that an answer shows, with the cookies that a form on it depends on.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Page {
        let sent = exchange
            .cookies()
            .unwrap_or_default()
            .iter()
            .map(|c| c.name.as_str());
        let set = exchange.set_cookies().iter().map(|c| c.name.as_str());
        let mut cookies: Vec<String> = Vec::new();
        for name in sent.chain(set) {
            let counts = cookie::is_session_like(name) || cookie::is_csrf_like(name);
            if counts
                && cookies.len() < PAGE_COOKIES_MAX
                && cookies.iter().all(|known| known != name)
            {
                cookies.push(name.to_owned());
            }
        }
        Page {
            address: exchange.address.clone(),
            shown: exchange.time,
            cookies,
        }
    }
}

/// A remedy under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// For which finding.
    pub finding: FindingId,
    /// Which remedy, as it was offered.
    pub offer: Offer,
    /// How far.
    pub stage: Stage,
    /// How a page was asked for that the tab has not begun to load yet.
    pub asked: Option<Travel>,
    /// The tab was already sent back to the wanted address after a sign-in that landed elsewhere.
    pub returned: bool,
    /// A wall stands in the way again: shown as a wall, though getting in still counts as this remedy's success.
    pub stalled: bool,
    /// The engine was stopped and woken since: what it was about may be left undone.
    pub interrupted: bool,
    /// Its page may be told of twice: it was asked for once more after a stop, or it told of itself before its requests
    /// were. Another load of it is no visit of the person's own.
    pub again: bool,
    /// An engine was woken while it was under way: what was told meanwhile nobody heard.
    pub woken: bool,
}

impl Progress {
    /// A page is asked for next, in the tab itself.
    pub fn opens(&mut self) {
        self.stage = Stage::Opening;
        self.asked = Some(Travel::Here);
    }
}

kept!(Progress {
    finding,
    offer,
    stage,
    returned,
    stalled,
    asked;
    interrupted = false,
    again = false,
    woken = false
});

/// What can be put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoState {
    /// How many cookies.
    pub count: u32,
    /// Until when.
    pub expires: Millis,
}

kept!(UndoState { count, expires });

/// A sentence about what just happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The cookie that it names, if any.
    pub name: String,
}

kept!(Message { id, name });

/// The sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageId {
    /// The remedy did not get the person in.
    NotYet,
    /// The person is in.
    YouAreIn,
    /// Everything is back as it was.
    PutBack,
    /// Some cookies could not be put back; `name`.
    PutBackPartly,
    /// The browser kept some cookies; `name`.
    LeftOver,
    /// The browser refused the step.
    BrowserRefused,
}

kept_enum!(MessageId {
    NotYet,
    YouAreIn,
    PutBack,
    PutBackPartly,
    LeftOver,
    BrowserRefused
});

impl MessageId {
    /// The id in the message files, kebab-case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            MessageId::NotYet => "not-yet",
            MessageId::YouAreIn => "you-are-in",
            MessageId::PutBack => "put-back",
            MessageId::PutBackPartly => "put-back-partly",
            MessageId::LeftOver => "left-over",
            MessageId::BrowserRefused => "browser-refused",
        }
    }
}

/// What was asked for because something failed, for the latest visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What the page that is shown keeps.
    pub page: Option<PageFacts>,
    /// What the browser's cookie settings say.
    pub settings: Option<Settings>,
    /// How the site answers a visitor of whom it knows nothing.
    pub probe: Option<Probe>,
    /// What the browser, or something in it, did not let through.
    pub blocked: Vec<Blocked>,
}

/// What a page keeps in the browser, by names alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageFacts {
    /// Its origin.
    pub origin: String,
    /// Keys of its storage that look like a kept sign-in.
    pub stored: Vec<StoredKey>,
    /// It has a service worker.
    pub worker: bool,
    /// It has stored answers for use offline.
    pub caches: bool,
    /// It asks for a password.
    pub asks: bool,
}

kept!(Facts {
    page,
    settings,
    probe,
    blocked
});
kept!(PageFacts {
    origin,
    stored,
    worker,
    caches,
    asks
});
kept!(Settings { cookies, embedded });
kept!(Probe { status, redirected });
kept!(Blocked {
    address,
    resource_type,
    time
});

impl Facts {
    fn weight(&self) -> usize {
        let stored = self.page.iter().flat_map(|page| &page.stored);
        let blocked = self.blocked.iter();
        stored
            .map(|key| kept::weight(&key.name) + 40)
            .sum::<usize>()
            + blocked.map(|it| it.address.weight() + 20).sum::<usize>()
    }
}

/// Keys of a page's storage that are kept.
const STORED_MAX: usize = 12;

impl PageFacts {
    /// What a page keeps, cut to its bounds. A key must stay whole to be of use: one that is too long is left alone.
    #[must_use]
    pub fn new(
        origin: String,
        mut stored: Vec<StoredKey>,
        worker: bool,
        caches: bool,
    ) -> PageFacts {
        stored.retain(|key| key.name.len() <= 200);
        stored.truncate(STORED_MAX);
        PageFacts {
            origin,
            stored,
            worker,
            caches,
            asks: false,
        }
    }
}

/// The browser's cookie settings for the failing address; `None` where they cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// It may keep cookies when it is shown by itself.
    pub cookies: Option<bool>,
    /// It may keep cookies inside pages of other sites.
    pub embedded: Option<bool>,
}

/// The answer to a visitor without cookies and credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The status; `None` where no answer came, or it led elsewhere.
    pub status: Option<u16>,
    /// It led elsewhere.
    pub redirected: bool,
}

/// A request that the browser, or something in it, did not let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The address.
    pub address: Address,
    /// What it was for.
    pub resource_type: ResourceType,
    /// When.
    pub time: Millis,
}

/// All that is remembered of one tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// The tab.
    pub id: TabId,
    /// Exchanges under way, oldest first.
    pub pending: Vec<Exchange>,
    /// The latest visit.
    pub visit: Option<Visit>,
    /// The visits before it, latest last.
    pub earlier: Vec<Visit>,
    /// The exchange that the latest visit ended with (or is stopped at by a prompt).
    pub document: Option<Exchange>,
    /// The exchange of the visit before, until the latest one has shown something: an aborted navigation leaves it on screen.
    pub previous: Option<Exchange>,
    /// Failed background exchanges of the latest visit.
    pub background: Vec<Exchange>,
    /// Whether those had time to mend themselves.
    pub settled: bool,
    /// A request of the latest visit is known whose page is not shown yet.
    pub asked: bool,
    /// A page that was shown without any request, until it is known whether its service worker answered.
    pub unasked: Option<Exchange>,
    /// The jar's list for the host of the failing document.
    pub jar: Option<(String, Vec<JarCookie>)>,
    /// What else was asked for.
    pub facts: Facts,
    /// Where the person wanted to go.
    pub wanted: Option<Address>,
    /// The page before the latest visit: where a form was filled in.
    pub page: Option<Page>,
    /// The top finding of the present wall.
    pub wall: Option<FindingId>,
    /// Remedies that were tried for the present wall, without success.
    pub tried: Vec<RemedyId>,
    /// A remedy under way or just finished.
    pub progress: Option<Progress>,
    /// What can be put back.
    pub undo: Option<UndoState>,
    /// What just happened.
    pub message: Option<Message>,
    /// Failures, newest first.
    pub timeline: Vec<Failure>,
    /// When anything last happened.
    pub last: Millis,
}

kept!(Tab {
    id,
    pending,
    visit,
    earlier,
    document,
    previous,
    background,
    settled,
    jar,
    facts,
    wanted,
    page,
    wall,
    tried,
    progress,
    undo,
    message,
    timeline,
    last,
    asked,
    unasked
});

impl Tab {
    /// A tab of which nothing is known.
    #[must_use]
    pub fn new(id: TabId) -> Tab {
        Tab {
            id,
            pending: Vec::new(),
            visit: None,
            earlier: Vec::new(),
            document: None,
            previous: None,
            background: Vec::new(),
            settled: false,
            asked: false,
            unasked: None,
            jar: None,
            facts: Facts::default(),
            wanted: None,
            page: None,
            wall: None,
            tried: Vec::new(),
            progress: None,
            undo: None,
            message: None,
            timeline: Vec::new(),
            last: 0,
        }
    }

    /// Begins a visit; the one before it is kept among the earlier ones.
    pub fn begin_visit(&mut self, exchange: &Exchange) {
        let again = |before: &Visit| before.first.same_page(&exchange.address);
        let asked = self.visit.as_ref().is_some_and(again);
        if let Some(before) = self.visit.take() {
            if self.earlier.len() >= EARLIER_MAX {
                self.earlier.remove(0);
            }
            self.earlier.push(before);
        }
        self.visit = Some(Visit::begin(exchange));
        // A page that was told before its own request: the one on screen before it was put aside.
        let told = self.unasked.as_ref();
        let told = told.is_some_and(|it| it.address.same_document(&exchange.address));
        let aside = self.previous.take().filter(|_| told);
        self.previous = self.document.take().or(aside);
        self.background.clear();
        self.settled = false;
        self.unasked = None;
        self.jar = None;
        // How strangers are answered does not change because the page is loaded again.
        self.facts = Facts {
            probe: self.facts.probe.filter(|_| asked),
            ..Facts::default()
        };
    }

    /// The latest visit came to nothing (aborted, a download): the page before it is still on screen.
    pub fn drop_visit(&mut self) {
        self.asked = false;
        self.visit = self.earlier.pop();
        self.document = self.previous.take();
    }

    /// The address on screen, or on its way there.
    #[must_use]
    pub fn address(&self) -> Option<&Address> {
        let document = self.document.as_ref().map(|exchange| &exchange.address);
        // A page out of the history is shown without any request.
        let quiet = !self.asked && !self.pending.iter().any(Exchange::is_document);
        let back = self.wanted.as_ref().filter(|_| quiet);
        document
            .or(back)
            .or(self.visit.as_ref().map(|visit| &visit.first))
    }

    /// The page that a remedy asked for is on its way.
    pub fn begins_to_load(&mut self) {
        if let Some(progress) = &mut self.progress {
            progress.asked = None;
        }
    }

    /// Roughly how many bytes it takes when written down.
    #[must_use]
    pub fn weight(&self) -> usize {
        let exchanges = self
            .pending
            .iter()
            .chain(&self.document)
            .chain(&self.previous)
            .chain(&self.unasked)
            .chain(&self.background);
        let visits = self.visit.iter().chain(&self.earlier);
        let address = Address::weight;
        let hop = |hop: &Hop| {
            let names = hop
                .sessions
                .iter()
                .flatten()
                .chain(&hop.sets)
                .chain(&hop.handed)
                .map(|name| kept::weight(name) + 4)
                .sum::<usize>();
            200 + address(&hop.address) + hop.to.as_ref().map_or(0, address) + names
        };
        let jar =
            self.jar.iter().flat_map(|(_, cookies)| cookies).map(|c| {
                160 + kept::weight(&c.name) + kept::weight(&c.domain) + kept::weight(&c.path)
            });
        let timeline = self
            .timeline
            .iter()
            .map(|failure| 160 + kept::weight(&failure.url));
        exchanges.map(Exchange::weight).sum::<usize>()
            + visits
                .map(|visit| 200 + address(&visit.first) + visit.steps().map(hop).sum::<usize>())
                .sum::<usize>()
            + jar.sum::<usize>()
            + timeline.sum::<usize>()
            + self.facts.weight()
            + 1024
    }

    /// Drops what is least needed until it takes at most this many bytes when written down.
    pub fn shrink(&mut self, most: usize) {
        let mut step = 0;
        while self.weight() > most {
            match step {
                0 => self.previous = None,
                1 => self.background.truncate(1),
                2 => self.earlier.clear(),
                3 => self.timeline.truncate(5),
                4 => self.pending.clear(),
                5 => self.jar = None,
                6 => self.background.clear(),
                _ => {
                    self.document = None;
                    return;
                }
            }
            step += 1;
        }
    }

    /// Adds a row to the time line; the same failure again only gets its cause.
    pub fn record(&mut self, failure: Failure) {
        if let Some(same) = self
            .timeline
            .iter_mut()
            .find(|f| f.time == failure.time && f.url == failure.url)
        {
            *same = failure;
            return;
        }
        self.timeline.insert(0, failure);
        self.timeline.truncate(TIMELINE_MAX);
    }
}

/// What is remembered of an origin beyond one tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostFacts {
    /// The browser has a name and password for it that were accepted: realm and time.
    pub http_login: Option<(String, Millis)>,
    /// The page where one signs in, as the site itself said.
    pub sign_in: Option<Address>,
}

kept!(HostFacts {
    http_login,
    sign_in
});

/// How far the clock of this device is from a server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skew {
    /// The server's host.
    pub host: String,
    /// Seconds that this device is ahead (negative: behind).
    pub ahead: i64,
    /// When.
    pub time: Millis,
}

/// A cookie that left the jar without a server's doing, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The cookie.
    pub cookie: RemovedCookie,
    /// When.
    pub time: Millis,
}

/// What is remembered beyond one tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    /// By origin.
    origins: Vec<(String, HostFacts)>,
    /// The cookies that servers have set.
    pub ledger: Ledger,
    /// The clocks of the servers that were last heard of, where any was far from this device's; a host once.
    pub clocks: Vec<Skew>,
    /// The cookies that left the jar lately.
    pub gone: Vec<Gone>,
}

/// Clocks that are kept.
const CLOCKS_MAX: usize = 6;
/// Cookies that left the jar that are kept.
const GONE_MAX: usize = 30;
/// A clock that is off by less needs no word.
const SKEW_MIN: i64 = 60;

kept!(Skew { host, ahead, time });
kept!(Gone { cookie, time });
kept!(Hosts {
    origins,
    ledger,
    clocks,
    gone
});

impl Hosts {
    /// Origins that are remembered; the one learned first is forgotten first.
    const MAX: usize = 200;

    /// Notes how far this device's clock is from a server's, by the `Date` of an answer that came straight from it.
    /// Answers whether that is worth keeping: nothing is kept while all clocks agree.
    pub(crate) fn note_clock(&mut self, host: &str, ahead: i64, time: Millis) -> bool {
        let far = ahead.abs() >= SKEW_MIN;
        if let Some(known) = self.clocks.iter_mut().find(|known| known.host == host) {
            // A few seconds more or less are the network's.
            if (known.ahead - ahead).abs() < SKEW_MIN / 2 {
                return false;
            }
            (known.ahead, known.time) = (ahead, time);
            return true;
        }
        if !far && self.clocks.is_empty() {
            return false;
        }
        if self.clocks.len() >= CLOCKS_MAX {
            self.clocks.remove(0);
        }
        self.clocks.push(Skew {
            host: host.to_owned(),
            ahead,
            time,
        });
        true
    }

    /// A remedy has changed what becomes of a site's cookies: what became of them before says nothing any more.
    pub(crate) fn begin_anew(&mut self, site: &Address) {
        self.ledger.forget_failures(site);
        self.gone.retain(|gone| {
            !gone.cookie.evicted || !cookie::domain_matches(&gone.cookie.domain, site.site())
        });
    }

    /// Notes a cookie that left the jar without a server's doing.
    pub(crate) fn note_gone(&mut self, cookie: RemovedCookie, time: Millis) {
        if self.gone.len() >= GONE_MAX {
            self.gone.remove(0);
        }
        self.gone.push(Gone { cookie, time });
    }

    /// What is known of an origin.
    #[must_use]
    pub fn get(&self, origin: &str) -> Option<&HostFacts> {
        self.origins
            .iter()
            .find(|(known, _)| known == origin)
            .map(|(_, facts)| facts)
    }

    /// What is known of an origin, to be added to.
    pub fn entry(&mut self, origin: &str) -> &mut HostFacts {
        let at = self
            .origins
            .iter()
            .position(|(known, _)| known == origin)
            .unwrap_or_else(|| {
                if self.origins.len() >= Hosts::MAX {
                    self.origins.remove(0);
                }
                self.origins.push((origin.to_owned(), HostFacts::default()));
                self.origins.len() - 1
            });
        &mut self.origins[at].1
    }
}
