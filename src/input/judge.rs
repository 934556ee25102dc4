//! Judges recorded exchanges in their order: chains, visits and repeated tries are seen across them.

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;

use crate::address::Address;
use crate::case::{Case, Frame, Recorded};
use crate::event::{Browser, Millis, ResourceType};
use crate::exchange::{End, Exchange};
use crate::finding::{Finding, FindingId};
use crate::journal::{EARLIER_MAX, Facts, Hop, HostFacts, Hosts, Page, Visit};
use crate::rules;

/// What is true of one exchange of a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The index of the exchange: the last one of its chain.
    pub entry: usize,
    /// What is true of it, most telling first; never empty.
    pub findings: Vec<Finding>,
}

/// An address as text, written down once for all that look things up by it.
type Url = Arc<str>;

fn url(address: &Address) -> Url {
    address.to_navigate().into()
}

/// Judges exchanges in the order in which they happened. Only the last one of a chain of redirects and answered
/// challenges has findings; a background request that the page repeated with success has none.
#[must_use]
pub fn judge(exchanges: &[Exchange], browser: Browser) -> Vec<Judged> {
    let mut later = Later::default();
    let urls: Vec<Url> = exchanges.iter().map(|e| url(&e.address)).collect();
    for (index, (exchange, url)) in exchanges.iter().zip(&urls).enumerate() {
        later.add(index, exchange, url);
    }
    let mut tab = Tab {
        browser,
        ..Tab::default()
    };
    let mut judged = Vec::new();
    for (entry, (exchange, url)) in exchanges.iter().zip(&urls).enumerate() {
        let findings = tab.judge(entry, exchange, url, &later);
        if !findings.is_empty() {
            judged.push(Judged { entry, findings });
        }
    }
    judged
}

/// Where in the recording something that has a key was seen last.
struct Last<K>(HashMap<K, usize>);

impl<K> Default for Last<K> {
    fn default() -> Last<K> {
        Last(HashMap::new())
    }
}

impl<K: Eq + Hash> Last<K> {
    fn note(&mut self, key: K, index: usize) {
        self.0.insert(key, index);
    }

    /// Whether it is seen behind this place.
    fn is_behind<Q: Eq + Hash + ?Sized>(&self, key: &Q, index: usize) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.get(key).is_some_and(|later| *later > index)
    }

    /// Whether this place is the last.
    fn is_at<Q: Eq + Hash + ?Sized>(&self, key: &Q, index: usize) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.get(key) == Some(&index)
    }

    /// Nobody asks about this place any more.
    fn forget<Q: Eq + Hash + ?Sized>(&mut self, key: &Q, index: usize)
    where
        K: Borrow<Q>,
    {
        if self.is_at(key, index) {
            self.0.remove(key);
        }
    }
}

/// What is known of the exchanges behind one.
#[derive(Default)]
struct Later {
    /// Exchanges of each chain.
    chains: Last<String>,
    /// Successes of requests in the background, by method and address.
    successes: Last<(Cow<'static, str>, Url)>,
    /// What an interface did that it was asked for, by method, host and path.
    done: Last<(String, String)>,
    /// Pages that a host showed to a session.
    let_in: Last<String>,
    /// Pages that were shown, by host and path.
    shown: Last<String>,
    /// Parts of a page that a host refused.
    refused_parts: Last<String>,
    /// What a page sent that its host took.
    taken: Last<String>,
}

/// What follows on an exchange.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Its chain goes on.
    GoesOn,
    /// It is the last of its chain.
    Last,
    /// So it is, and the page repeated it with success.
    Mended,
}

impl Later {
    fn add(&mut self, index: usize, exchange: &Exchange, url: &Url) {
        let host = || exchange.address.host().to_owned();
        self.chains.note(exchange.request_id.clone(), index);
        if is_background_success(exchange) {
            self.successes.note(repeat_key(exchange, url), index);
        }
        if is_done(exchange) {
            self.done.note(done_key(exchange), index);
        }
        if is_let_in(exchange) {
            self.let_in.note(host(), index);
        }
        if is_shown(exchange) {
            self.shown.note(place(&exchange.address), index);
        }
        if is_refused_part(exchange) {
            self.refused_parts.note(host(), index);
        }
        if is_taken(exchange) {
            self.taken.note(host(), index);
        }
    }

    /// Whether the host takes what a page sends it behind this exchange.
    fn takes(&self, address: &Address, index: usize) -> bool {
        self.taken.is_behind(address.host(), index)
    }

    /// Whether the interface does behind this exchange what it was asked for here.
    fn does(&self, exchange: &Exchange, index: usize) -> bool {
        self.done.is_behind(&done_key(exchange), index)
    }

    /// Whether the page at this place is shown behind this exchange.
    fn shows(&self, address: &Address, index: usize) -> bool {
        self.shown.is_behind(&place(address), index)
    }

    /// Whether the host refuses a part of a page behind this exchange.
    fn refuses_parts(&self, address: &Address, index: usize) -> bool {
        self.refused_parts.is_behind(address.host(), index)
    }

    /// Whether the host of a wanted page shows one of its pages to a session behind this exchange.
    fn lets_in(&self, wanted: &Address, index: usize) -> bool {
        self.let_in.is_behind(wanted.host(), index)
    }

    fn of(&self, index: usize, exchange: &Exchange, url: &Url) -> Fate {
        if !self.chains.is_at(&exchange.request_id, index) {
            return Fate::GoesOn;
        }
        let repeated = || self.successes.is_behind(&repeat_key(exchange, url), index);
        if !exchange.is_document() && repeated() {
            Fate::Mended
        } else {
            Fate::Last
        }
    }

    /// Nobody asks about this exchange any more.
    fn forget(&mut self, index: usize, exchange: &Exchange, url: &Url) {
        let host = exchange.address.host();
        self.chains.forget(&exchange.request_id, index);
        if is_background_success(exchange) {
            self.successes.forget(&repeat_key(exchange, url), index);
        }
        if is_done(exchange) {
            self.done.forget(&done_key(exchange), index);
        }
        if is_let_in(exchange) {
            self.let_in.forget(host, index);
        }
        if is_shown(exchange) {
            self.shown.forget(&place(&exchange.address), index);
        }
        if is_refused_part(exchange) {
            self.refused_parts.forget(host, index);
        }
        if is_taken(exchange) {
            self.taken.forget(host, index);
        }
    }
}

/// Whether an interface did for somebody signed in what it was asked for: an answer of success can carry an error.
fn is_done(exchange: &Exchange) -> bool {
    let known = exchange.carried_token() || !exchange.session_cookies().is_empty();
    known
        && exchange.resource_type == ResourceType::XmlHttpRequest
        && is_background_success(exchange)
        && !rules::fails_inside(exchange)
}

fn done_key(exchange: &Exchange) -> (String, String) {
    (exchange.method.clone(), place(&exchange.address))
}

/// Whether a page was shown to anybody.
fn is_shown(exchange: &Exchange) -> bool {
    exchange.is_document() && matches!(exchange.status(), Some(200..=299))
}

fn is_refused_part(exchange: &Exchange) -> bool {
    is_part(exchange) && exchange.is(403)
}

/// Whether a host took what a page sent it.
fn is_taken(exchange: &Exchange) -> bool {
    exchange.is_write() && is_background_success(exchange)
}

/// Host and path.
fn place(address: &Address) -> String {
    [address.host(), address.path()].concat()
}

/// Whether a page was shown to a session.
fn is_let_in(exchange: &Exchange) -> bool {
    exchange.is_document()
        && exchange.is(200)
        && !exchange.address.is_sign_in()
        && !exchange.session_cookies().is_empty()
}

/// Whether it is a picture, script or style of a page.
fn is_part(exchange: &Exchange) -> bool {
    exchange.resource_type == ResourceType::Other
}

fn is_background_success(exchange: &Exchange) -> bool {
    let succeeded = exchange
        .status()
        .is_some_and(|status| (200..400).contains(&status));
    succeeded && !exchange.is_document()
}

fn repeat_key(exchange: &Exchange, url: &Url) -> (Cow<'static, str>, Url) {
    let method = match exchange.method.as_str() {
        "GET" => Cow::Borrowed("GET"),
        "POST" => Cow::Borrowed("POST"),
        other => Cow::Owned(other.to_owned()),
    };
    (method, Arc::clone(url))
}

/// One exchange of a recording, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Its place in the input, from 0: the index of a HAR entry, or of a response head.
    pub entry: usize,
    /// What is known of it.
    pub exchange: Exchange,
    /// What is true of it, most telling first; empty where nothing is wrong, or its chain goes on.
    pub findings: Vec<Finding>,
}

/// Judges exchanges while they come, in bounded memory.
///
/// An exchange waits until enough of the later ones are known: it is put in the order of time among
/// [`Judge::ORDER_MAX`] others, then held until [`Judge::AHEAD_MAX`] later ones have been linked to what they go on
/// with. So a recording of up to 1,024 exchanges is judged just as by [`judge()`]. In a longer one, an entry that stands
/// more than 1,024 places out of its order is judged late, and a failure that was mended more than 2,048 exchanges later
/// stays one.
///
/// # Memory
/// At most `ORDER_MAX` + `AHEAD_MAX` exchanges wait, and fewer where they together take more than [`Judge::WEIGHT_MAX`]
/// bytes. What is remembered beyond them is what a browser's tab remembers, and as bounded.
pub struct Judge {
    tab: Tab,
    /// Nothing can be said of what requests carried.
    pub(crate) is_stripped: bool,
    /// By time, then by place.
    unordered: BTreeMap<(Millis, usize), Waiting>,
    /// In order and linked.
    ahead: VecDeque<Waiting>,
    /// How many have left `ahead`.
    done: usize,
    links: Links,
    later: Later,
    weight: usize,
    weight_max: usize,
}

/// An exchange that waits.
struct Waiting {
    entry: usize,
    /// Boxed, since it is moved about.
    exchange: Box<Exchange>,
    url: Url,
    weight: usize,
}

impl Judge {
    /// Exchanges that wait for others that happened before them.
    pub const ORDER_MAX: usize = 1024;
    /// Exchanges that wait for those that follow.
    pub const AHEAD_MAX: usize = 2048;
    /// Bytes of all that wait, about.
    pub const WEIGHT_MAX: usize = 32 << 20;

    /// Before the first exchange.
    #[must_use]
    pub fn new(browser: Browser) -> Judge {
        Judge {
            tab: Tab {
                browser,
                ..Tab::default()
            },
            is_stripped: false,
            unordered: BTreeMap::new(),
            ahead: VecDeque::new(),
            done: 0,
            links: Links::default(),
            later: Later::default(),
            weight: 0,
            weight_max: Judge::WEIGHT_MAX,
        }
    }

    /// Takes in the next exchange, and hands out those of which enough is known, in the order in which they happened.
    pub fn push(&mut self, entry: usize, exchange: Exchange) -> Vec<Judgement> {
        let url = url(&exchange.address);
        let weight = weight(&exchange, &url);
        self.weight += weight;
        let waiting = Waiting {
            entry,
            exchange: Box::new(exchange),
            url,
            weight,
        };
        self.unordered
            .insert((waiting.exchange.time, entry), waiting);
        let mut judged = Vec::new();
        loop {
            let heavy = self.weight > self.weight_max;
            let (unordered, ahead) = (self.unordered.len(), self.ahead.len());
            if unordered > Judge::ORDER_MAX || (heavy && unordered > ahead) {
                self.order();
            } else if ahead > Judge::AHEAD_MAX || heavy {
                judged.extend(self.first());
            } else {
                return judged;
            }
        }
    }

    /// No more exchanges will come: hands out the rest.
    #[must_use]
    pub fn finish(mut self) -> Vec<Judgement> {
        while !self.unordered.is_empty() {
            self.order();
        }
        std::iter::from_fn(|| self.first()).collect()
    }

    /// Puts the earliest of the unordered ones behind the ordered ones.
    fn order(&mut self) {
        let Some((_, mut waiting)) = self.unordered.pop_first() else {
            return;
        };
        let Waiting { exchange, url, .. } = &mut waiting;
        if self.is_stripped {
            exchange.sent = None;
        }
        let index = self.done + self.ahead.len();
        let earlier = self.links.earlier(exchange, url);
        let earlier = earlier.and_then(|at| self.ahead.get_mut(at.checked_sub(self.done)?));
        let earlier = earlier.map(|earlier| &mut *earlier.exchange);
        self.links.add(index, exchange, url, earlier);
        self.later.add(index, exchange, url);
        self.ahead.push_back(waiting);
    }

    /// Judges the first of the ordered ones.
    fn first(&mut self) -> Option<Judgement> {
        let Waiting {
            entry,
            exchange,
            url,
            weight,
        } = self.ahead.pop_front()?;
        let index = self.done;
        self.done += 1;
        self.weight -= weight;
        let findings = self.tab.judge(index, &exchange, &url, &self.later);
        self.later.forget(index, &exchange, &url);
        self.links.forget(index, &exchange, &url);
        Some(Judgement {
            entry,
            exchange: *exchange,
            findings,
        })
    }
}

/// Bytes that an exchange takes, about: its larger texts, and a share for what is small.
fn weight(exchange: &Exchange, url: &str) -> usize {
    const SMALL: usize = 512;
    let fields = exchange.reply.as_ref().map_or(0, |reply| {
        let answer = &reply.answer;
        let fields = answer.fields.iter();
        let cookies = answer.set_cookies.iter();
        let challenges = answer
            .www_authenticate
            .iter()
            .chain(&answer.proxy_authenticate);
        fields.map(|(_, value)| 80 + value.len()).sum::<usize>()
            + cookies
                .map(|line| 300 + 2 * line.attributes.len())
                .sum::<usize>()
            + challenges.map(|line| 200 + 3 * line.len()).sum::<usize>()
    });
    let sent = exchange.cookies().map_or(0, |cookies| 100 * cookies.len());
    // The address is kept in the keys of what it leads to, too.
    let leads_to = match &exchange.end {
        End::Redirected(to) => to.to_navigate().len(),
        _ => 0,
    };
    let address = 3 * (url.len() + leads_to);
    size_of::<Exchange>() + SMALL + address + exchange.body().len() + fields + sent
}

/// Gives the exchanges of one chain one request id, as a browser does: a redirect is followed by a request for the
/// address it named, a challenge by the same request with credentials.
pub(crate) fn link(exchanges: &mut [Exchange]) {
    let mut links = Links::default();
    for at in 0..exchanges.len() {
        let Some((before, [exchange, ..])) = exchanges.split_at_mut_checked(at) else {
            return;
        };
        let url = url(&exchange.address);
        let earlier = links.earlier(exchange, &url);
        let earlier = earlier.and_then(|at| before.get_mut(at));
        links.add(at, exchange, &url, earlier);
    }
}

/// The chains that an exchange may go on with.
#[derive(Default)]
struct Links {
    open: HashMap<LinkKey, usize>,
    /// The latest of them that lead to an address with parameters.
    with_parameters: VecDeque<(LinkKey, Address)>,
}

/// Redirects with parameters that are remembered for requests without.
const WITH_PARAMETERS_MAX: usize = 64;

/// What is asked for next in a chain: the kind of request and its address.
type LinkKey = (ResourceTypeKey, Url);

impl Links {
    /// Which earlier exchange this one may go on with; it is not asked again.
    fn earlier(&mut self, exchange: &Exchange, url: &Url) -> Option<usize> {
        let key = (kind(exchange.resource_type), Arc::clone(url));
        let earlier = self.open.remove(&key);
        earlier.or_else(|| self.cut_on_the_way(key.0, &exchange.address))
    }

    /// The redirect to the same page some of whose parameters were cut off before the request went out, as link cleaners
    /// do. Those that are left are as they were.
    fn cut_on_the_way(&mut self, kind: ResourceTypeKey, address: &Address) -> Option<usize> {
        if self.with_parameters.is_empty() {
            return None;
        }
        let leads_here = |((is, _), to): &(LinkKey, Address)| {
            let kept =
                |name| to.has_parameter(name) && to.parameter(name) == address.parameter(name);
            *is == kind
                && to.same_page(address)
                && address.parameters().all(kept)
                && to.parameters().any(|name| !address.has_parameter(name))
        };
        let at = self.with_parameters.iter().rposition(leads_here)?;
        let (key, _) = self.with_parameters.remove(at)?;
        self.open.remove(&key)
    }

    /// Takes in an exchange, with the earlier one that it may go on with.
    fn add(
        &mut self,
        at: usize,
        exchange: &mut Exchange,
        url: &Url,
        earlier: Option<&mut Exchange>,
    ) {
        if let Some(earlier) = earlier {
            let answers = earlier.method == exchange.method && sends_credentials(exchange);
            if matches!(earlier.end, End::Redirected(_)) {
                if !exchange.is_document() {
                    let first = earlier.first.as_ref().unwrap_or(&earlier.address);
                    exchange.first = Some(first.clone());
                }
                exchange.request_id.clone_from(&earlier.request_id);
                if exchange.initiator.is_none() {
                    exchange.initiator.clone_from(&earlier.initiator);
                }
                if is_kept(earlier, exchange)
                    && let Some(reply) = &mut earlier.reply
                {
                    reply.answer.from_cache = true;
                }
            } else if answers {
                earlier.end = End::Repeated;
                exchange.challenged = true;
                exchange.request_id.clone_from(&earlier.request_id);
            }
        }
        let Some(next) = next(exchange, url) else {
            return;
        };
        if let End::Redirected(to) = &exchange.end
            && to.parameters().next().is_some()
        {
            let link = (next.clone(), to.clone());
            remember(&mut self.with_parameters, link, WITH_PARAMETERS_MAX);
        }
        self.open.insert(next, at);
    }

    /// Nothing goes on with this exchange any more.
    fn forget(&mut self, at: usize, exchange: &Exchange, url: &Url) {
        if let Some(next) = next(exchange, url)
            && self.open.get(&next) == Some(&at)
        {
            self.open.remove(&next);
        }
    }
}

/// Whether a permanent redirect is older by more than a day than what the same host answered next: so it came out of the
/// browser's own cache (RFC 9110 §6.6.1), since a cache on the way would tell its `Age`.
fn is_kept(redirect: &Exchange, next: &Exchange) -> bool {
    const DAY: i64 = 24 * 60 * 60;
    let date = |it: &Exchange| crate::cookie::parse_date(it.field("date")?);
    let permanent = matches!(redirect.status(), Some(301 | 308));
    let same_host = redirect.address.host() == next.address.host();
    let (Some(before), Some(after)) = (date(redirect), date(next)) else {
        return false;
    };
    permanent && same_host && redirect.field("age").is_none() && after - before > DAY
}

/// What is asked for behind this exchange.
fn next(exchange: &Exchange, own: &Url) -> Option<LinkKey> {
    let kind = kind(exchange.resource_type);
    match &exchange.end {
        End::Redirected(to) => Some((kind, url(to))),
        _ if matches!(exchange.status(), Some(401 | 407)) && !exchange.challenges().is_empty() => {
            Some((kind, Arc::clone(own)))
        }
        _ => None,
    }
}

/// `ResourceType` has no hash of its own.
type ResourceTypeKey = u8;

fn kind(resource_type: ResourceType) -> ResourceTypeKey {
    match resource_type {
        ResourceType::MainFrame => 0,
        ResourceType::SubFrame => 1,
        ResourceType::XmlHttpRequest => 2,
        ResourceType::Script | ResourceType::Other => 3,
    }
}

/// Whether a request carries credentials that a browser or curl adds by itself in answer to a challenge.
fn sends_credentials(exchange: &Exchange) -> bool {
    let Some(sent) = &exchange.sent else {
        return false;
    };
    [&sent.authorization, &sent.proxy_authorization]
        .into_iter()
        .flatten()
        .any(|c| {
            ["basic", "digest", "negotiate", "ntlm"]
                .contains(&c.scheme.to_ascii_lowercase().as_str())
        })
}

/// What the recording has shown so far, as if it all happened in one tab.
struct Tab {
    browser: Browser,
    /// Documents under way, by request id.
    visits: HashMap<String, Visit>,
    earlier: VecDeque<Visit>,
    hosts: Hosts,
    facts: Facts,
    wanted: Option<Address>,
    /// The page shown last, where it is still on screen.
    page: Option<Page>,
    recorded: Recorded,
    /// Chains under way, by request id, in which a redirect to another origin left credentials behind.
    left_behind: VecDeque<String>,
    none: HostFacts,
}

/// Refusals, and chains that left credentials behind, that are remembered.
const REFUSALS_MAX: usize = 16;

/// Addresses that answered a script before, as many as a page calls in turn.
const SERVED_MAX: usize = 32;

/// Puts one more behind the others, and forgets the first where there are so many.
fn remember<T>(queue: &mut VecDeque<T>, one: T, max: usize) {
    if queue.len() >= max {
        queue.pop_front();
    }
    queue.push_back(one);
}

impl Default for Tab {
    fn default() -> Tab {
        Tab {
            browser: Browser::Recording,
            visits: HashMap::new(),
            earlier: VecDeque::new(),
            hosts: Hosts::default(),
            facts: Facts::default(),
            wanted: None,
            page: None,
            recorded: Recorded::default(),
            left_behind: VecDeque::new(),
            none: HostFacts::default(),
        }
    }
}

impl Tab {
    /// What is true of an exchange, after which it belongs to the past.
    fn judge(
        &mut self,
        index: usize,
        exchange: &Exchange,
        url: &Url,
        later: &Later,
    ) -> Vec<Finding> {
        self.recorded.refuses_parts =
            exchange.is(403) && later.refuses_parts(&exchange.address, index);
        self.recorded.left_behind = self.left_behind.contains(&exchange.request_id);
        let mut findings = match later.of(index, exchange, url) {
            Fate::GoesOn => {
                self.pass(exchange);
                return Vec::new();
            }
            // As in the extension, which watches no pictures, scripts and styles.
            Fate::Last if is_part(exchange) && is_background_success(exchange) => Vec::new(),
            Fate::Last => self.findings_that_matter(exchange),
            Fate::Mended => Vec::new(),
        };
        if let Some(wanted) = &self.wanted
            && exchange.is_document()
            && (later.lets_in(wanted, index) || later.shows(wanted, index))
        {
            // Asked to sign in, the person did, and was let in: nothing was wrong.
            findings.retain(|finding| finding.id != FindingId::SignInRequired);
        }
        // A pass that ran out is renewed behind the page, and what it was for is asked again with other parameters.
        let ran_out = |finding: &Finding| {
            matches!(
                finding.id,
                FindingId::SessionExpired
                    | FindingId::BackgroundSessionExpired
                    | FindingId::TokenExpired
            )
        };
        if !exchange.is_document()
            && findings.first().is_some_and(ran_out)
            && later.does(exchange, index)
        {
            findings.clear();
        }
        // A fault that sets a cookie, and is none to who brings it, was a check of that kind, as Jiasule's 521 are.
        let tests = || exchange.is(521) || !exchange.set_cookies().is_empty();
        let checks = |finding: &Finding| {
            finding.id == FindingId::BotCheck || finding.id == FindingId::ServerFault && tests()
        };
        let checked = findings.first().is_some_and(checks);
        // The check was passed: its own answer, or the page behind it, was shown in its place, or it ran behind the page.
        let wanted = self.wanted.as_ref().unwrap_or(&exchange.address);
        let passed = if exchange.is_document() {
            later.shows(&exchange.address, index) || later.shows(wanted, index)
        } else {
            later.takes(&exchange.address, index)
        };
        if checked && passed {
            findings.clear();
        }
        self.end(exchange);
        findings
    }

    /// A step of a chain that goes on.
    fn pass(&mut self, exchange: &Exchange) {
        self.note_left_behind(exchange);
        self.hosts.ledger.confirm_sent(exchange);
        self.learn(exchange);
        if exchange.is_document() {
            if !self.visits.contains_key(&exchange.request_id) {
                self.wanted = Some(exchange.address.clone());
            }
            let visit = self
                .visits
                .entry(exchange.request_id.clone())
                .or_insert_with(|| Visit::begin(exchange));
            if let Some(before) = visit.hops.last_mut() {
                before.goes_on(&exchange.address);
            }
            // An answered challenge is no step of its own: the same request is still under way.
            if exchange.end != End::Repeated {
                visit.push(exchange);
            }
        }
    }

    /// What is true of an exchange, without what nobody is stopped by: behind a page that is in the recording too,
    /// a signed-out visitor's 401, a tracker's 403, an API's 500 and the parts of a page are no reason for an alarm.
    fn findings_that_matter(&mut self, exchange: &Exchange) -> Vec<Finding> {
        let mut findings = self.findings(exchange);
        if exchange.is_document() {
            return findings;
        }
        // What runs on behind a sign-out is refused by right.
        let signs_out =
            |visit: &Visit| visit.first.is_sign_out() && visit.first.same_site(&exchange.address);
        if exchange.is(401) && self.visits.values().any(signs_out) {
            findings.clear();
        }
        if let Some(page) = &self.recorded.document {
            let own = page.address.same_site(&exchange.address);
            let part = is_part(exchange);
            let by_address = |finding: &Finding| own && finding.id == FindingId::CredentialsInUrl;
            findings.retain(|finding| {
                !part && (finding.matters_in_background(exchange, own) || by_address(finding))
            });
        }
        findings
    }

    fn findings(&mut self, exchange: &Exchange) -> Vec<Finding> {
        self.hosts.ledger.confirm_sent(exchange);
        if exchange.is_document() && !self.visits.contains_key(&exchange.request_id) {
            self.visits
                .insert(exchange.request_id.clone(), Visit::begin(exchange));
            self.wanted = Some(exchange.address.clone());
        }
        if let Some(before) = self
            .visits
            .get_mut(&exchange.request_id)
            .and_then(|visit| visit.hops.last_mut())
        {
            before.goes_on(&exchange.address);
        }
        let visit = self.visits.get(&exchange.request_id);
        let earlier: &[Visit] = self.earlier.make_contiguous();
        rules::diagnose(&Case {
            browser: self.browser,
            exchange,
            visit,
            earlier,
            jar: None,
            host: self
                .hosts
                .get(&exchange.address.origin())
                .unwrap_or(&self.none),
            hosts: &self.hosts,
            facts: &self.facts,
            shown: None,
            wanted: self.wanted.as_ref(),
            page: self
                .page
                .as_ref()
                .filter(|page| page.address.same_site(&exchange.address)),
            recorded: Some(&self.recorded),
        })
    }

    /// The last step of a chain: its visit becomes an earlier one, its page the one shown.
    fn end(&mut self, exchange: &Exchange) {
        self.learn(exchange);
        if exchange.resource_type == ResourceType::SubFrame
            && let Some(page) = exchange.foreign_page()
        {
            self.recorded.frame = Some(Frame {
                address: exchange.address.clone(),
                page,
                time: exchange.time,
            });
        }
        if !exchange.is_document() {
            let known = exchange.cookies().is_some_and(|sent| !sent.is_empty());
            // A redirect to a sign-in service serves nobody.
            let served = matches!(exchange.status(), Some(200..=299));
            if known && served && !is_part(exchange) {
                let answered = (exchange.address.clone(), exchange.time);
                remember(&mut self.recorded.served, answered, SERVED_MAX);
            }
            return;
        }
        self.recorded.frame = None;
        let mut visit = self
            .visits
            .remove(&exchange.request_id)
            .unwrap_or_else(|| Visit::begin(exchange));
        visit.outcome = visit.outcome_of(exchange);
        visit.end = Some(Hop::of(exchange));
        remember(&mut self.earlier, visit, EARLIER_MAX);
        self.recorded.document = Some(exchange.clone());
        self.page = exchange
            .status()
            .is_some_and(|status| status < 400)
            .then(|| Page::of(exchange));
    }

    /// Whether a redirect takes credentials to the border of their origin, where browsers leave them behind (Fetch §4.4).
    fn note_left_behind(&mut self, exchange: &Exchange) {
        let sent = exchange.carried_token() || sends_credentials(exchange);
        let crosses = |to: &Address| !to.same_origin(&exchange.address);
        if sent && matches!(&exchange.end, End::Redirected(to) if crosses(to)) {
            let chain = exchange.request_id.clone();
            remember(&mut self.left_behind, chain, REFUSALS_MAX);
        }
    }

    /// What an exchange teaches of its origin.
    fn learn(&mut self, exchange: &Exchange) {
        if !exchange.set_cookies().is_empty() {
            self.hosts.ledger.enter(exchange, 0);
        }
        let origin = exchange.address.origin();
        let here = || (exchange.address.host().to_owned(), exchange.time);
        if exchange.is_write() {
            self.recorded.write = Some(here());
        }
        if exchange.is(401) && (exchange.carried_token() || sends_credentials(exchange)) {
            remember(&mut self.recorded.refusals, here(), REFUSALS_MAX);
        }
        match exchange.status() {
            // What a token is refused for says nothing of a name and password.
            Some(401)
                if exchange.end != End::Repeated
                    && !exchange.carried_token()
                    && self.hosts.get(&origin).is_some() =>
            {
                self.hosts.entry(&origin).http_login = None;
            }
            Some(200..=399) if sends_credentials(exchange) => {
                let login = self.hosts.entry(&origin);
                login
                    .http_login
                    .get_or_insert((String::new(), exchange.time));
            }
            _ => {}
        }
        if let End::Redirected(to) = &exchange.end
            && to.is_sign_in()
            && !exchange.address.is_sign_in()
            && !exchange.address.is_sign_out()
        {
            self.hosts.entry(&origin).sign_in = Some(to.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::raw_head;

    /// The findings of heads in a row: the place of each and the id of its top finding.
    fn findings(text: &str) -> Vec<(usize, &'static str)> {
        let recording = raw_head::parse(text, &|_| None);
        assert_eq!(recording.problems, []);
        let judged = judge(&recording.exchanges, Browser::Recording);
        judged
            .iter()
            .map(|found| (found.entry, found.findings[0].id.as_str()))
            .collect()
    }

    /// One request and its answer, as `curl -v` prints them.
    fn step(request: &str, fields: &str, answer: &str) -> String {
        let marked = |text: &str, sign: &str| {
            text.lines()
                .map(|line| format!("{sign} {line}\n"))
                .collect::<String>()
        };
        let sent = format!("{request} HTTP/1.1\nHost: app.example\n{fields}");
        format!(
            "{}>\n{}<\n",
            marked(&sent, ">"),
            marked(&format!("HTTP/1.1 {answer}"), "<")
        )
    }

    #[test]
    fn a_chain_is_judged_at_its_end() {
        let chain = step("GET /inbox", "Cookie: sid=1", "302 Found\nLocation: /login")
            + &step("GET /login", "Cookie: sid=1", "200 OK");
        assert_eq!(findings(&chain), [(1, "session-expired")]);
        let open = step("GET /inbox", "", "302 Found\nLocation: /login");
        assert_eq!(findings(&open), [(0, "sign-in-required")]);
    }

    #[test]
    fn a_loop_of_a_few_rounds_is_one_where_the_recording_stops() {
        let round = step("GET /inbox", "Cookie: sid=1", "302 Found\nLocation: /login")
            + &step("GET /login", "Cookie: sid=1", "302 Found\nLocation: /inbox");
        assert_eq!(findings(&round.repeat(4)), [(7, "stale-session-loop")]);
        assert_eq!(findings(&round.repeat(2)), [(3, "stale-session-loop")]);
        let once =
            round.clone() + &step("GET /inbox", "Cookie: sid=1", "302 Found\nLocation: /login");
        assert_eq!(findings(&once), [(2, "session-expired")]);
        let arrives = round.repeat(2) + &step("GET /inbox", "Cookie: sid=2", "200 OK");
        assert_eq!(findings(&arrives), []);
    }

    #[test]
    fn a_loop_is_one_finding() {
        let round = step("GET /inbox", "Cookie: sid=1", "302 Found\nLocation: /login")
            + &step("GET /login", "Cookie: sid=1", "302 Found\nLocation: /inbox");
        assert_eq!(findings(&round.repeat(10)), [(19, "stale-session-loop")]);
        let bare = step("GET /inbox", "", "302 Found\nLocation: /b")
            + &step("GET /b", "", "302 Found\nLocation: /inbox");
        assert_eq!(findings(&bare.repeat(10)), [(19, "redirect-loop")]);
    }

    #[test]
    fn a_sign_in_that_changes_nothing_is_seen_across_visits() {
        let turned = step("GET /inbox", "Cookie: sid=1", "302 Found\nLocation: /login")
            + &step("GET /login", "Cookie: sid=1", "200 OK");
        let signs_in = step(
            "POST /login",
            "Cookie: sid=1",
            "302 Found\nLocation: /inbox",
        );
        let found = findings(&format!("{turned}{signs_in}{turned}"));
        assert_eq!(found, [(1, "session-expired"), (4, "stale-session-loop")]);
    }

    #[test]
    fn an_answered_challenge_is_no_failure() {
        let challenge = "401 Unauthorized\nWWW-Authenticate: Basic realm=\"r\"";
        let asked = step("GET /x", "", challenge);
        assert_eq!(
            findings(&(asked.clone() + &step("GET /x", "Authorization: Basic YTpi", "200 OK"))),
            []
        );
        assert_eq!(
            findings(&(asked + &step("GET /x", "Authorization: Basic YTpi", challenge))),
            [(1, "credentials-rejected")]
        );
    }

    #[test]
    fn a_robot_check_that_was_passed_is_none() {
        let checked = step("GET /a?x=1", "", "403 Forbidden\ncf-mitigated: challenge");
        assert_eq!(findings(&checked), [(0, "bot-check")]);
        let passed = step("POST /a?__cf=2", "", "200 OK");
        assert_eq!(findings(&(checked.clone() + &passed)), []);
        let elsewhere = step("GET /b", "", "200 OK");
        assert_eq!(
            findings(&(checked.clone() + &elsewhere)),
            [(0, "bot-check")]
        );
        assert_eq!(
            findings(&(elsewhere.replace("/b", "/a") + &checked)),
            [(1, "bot-check")]
        );
        let again = checked.clone() + &checked + &passed;
        assert_eq!(findings(&again), []);
    }

    #[test]
    fn a_fault_that_only_tests_the_browser_is_none_once_it_is_passed() {
        let tests = step("GET /a", "", "521 Down\nSet-Cookie: __jsluid_s=1");
        assert_eq!(findings(&tests), [(0, "server-fault")]);
        let passed = step("GET /a", "Cookie: __jsluid_s=1", "200 OK");
        assert_eq!(findings(&(tests + &passed)), []);
        let broken = step("GET /a", "", "502 Bad Gateway");
        assert_eq!(findings(&(broken + &passed)), [(0, "server-fault")]);
    }

    #[test]
    fn a_call_that_was_sent_to_sign_in_before_was_not_answered_then() {
        let sent = "Cookie: lang=de\nSec-Fetch-Dest: empty";
        let served = step("GET /api", sent, "200 OK");
        let away = "302 Found\nLocation: https://sso.other.test/login?client_id=a&redirect_uri=b";
        let turned = step("GET /api", sent, away);
        let ended = |text: &str| {
            let last = findings(text).pop();
            last.is_some_and(|(_, id)| id == "background-session-expired")
        };
        assert!(!ended(&turned.repeat(2)));
        assert!(ended(&(served + &turned)));
    }

    #[test]
    fn a_copy_in_an_archive_is_no_refusal_of_its_own() {
        let old = step("GET /web/2019/x", "", "403 Forbidden");
        assert_eq!(findings(&old), [(0, "permission-denied")]);
        let taken = "403 Forbidden\nMemento-Datetime: Mon, 04 Mar 2019 12:05:01 GMT";
        assert_eq!(findings(&step("GET /web/2019/x", "", taken)), []);
    }

    #[test]
    fn a_robot_check_behind_a_page_is_passed_where_the_page_goes_on() {
        let fields = "Sec-Fetch-Dest: iframe";
        let checked = step("GET /fp", fields, "429 Too Many Requests\nx-kpsdk-ct: 1");
        assert_eq!(findings(&checked), [(0, "bot-check")]);
        let goes_on = step("POST /api", "Sec-Fetch-Dest: empty", "200 OK");
        assert_eq!(findings(&(checked + &goes_on)), []);
    }

    #[test]
    fn a_permanent_redirect_that_is_older_than_what_follows_was_kept() {
        let at = |date: &str| format!("Date: {date}");
        let moved = |date: &str| {
            let answer = format!("301 Moved\nLocation: /maintenance\n{}", at(date));
            step("GET /", "", &answer)
        };
        let gone = step(
            "GET /maintenance",
            "",
            &format!("404 Not Found\n{}", at("Tue, 11 Mar 2025 09:00:03 GMT")),
        );
        let found = findings(&(moved("Mon, 03 Feb 2025 06:00:11 GMT") + &gone));
        assert_eq!(found, [(1, "cached-redirect")]);
        let found = findings(&(moved("Tue, 11 Mar 2025 09:00:02 GMT") + &gone));
        assert_eq!(found, []);
    }

    #[test]
    fn the_key_of_a_page_of_another_site_is_no_matter_of_the_visitors() {
        let page = step("GET /", "Sec-Fetch-Dest: document", "200 OK");
        let asks = step(
            "GET /map?access_token=abc",
            "Sec-Fetch-Dest: empty",
            "401 Unauthorized",
        );
        let elsewhere = asks.replace("Host: app.example", "Host: maps.example");
        assert_eq!(findings(&(page.clone() + &elsewhere)), []);
        assert_eq!(findings(&(page + &asks)), [(1, "token-invalid")]);
        assert_eq!(findings(&elsewhere), [(0, "token-invalid")]);
    }

    #[test]
    fn a_redirect_goes_on_without_some_of_its_parameters() {
        let to = "/authorize?client_id=a&response_type=code&scope=openid&state=s&nonce=n";
        let sent = step("GET /online", "", &format!("302 Found\nLocation: {to}"));
        let asks = |target: &str| step(&format!("GET {target}"), "", "400 Bad Request");
        let cut = sent.clone() + &asks("/authorize?client_id=a&scope=openid");
        assert_eq!(findings(&cut), [(1, "parameters-stripped")]);
        // The same page by another way, and with all that the redirect named.
        let other = sent.clone() + &asks("/authorize?client_id=b&scope=openid");
        assert_eq!(findings(&other)[0], (0, "sign-in-required"));
        let whole = sent + &asks(to);
        assert!(
            findings(&whole)
                .iter()
                .all(|(_, id)| *id != "parameters-stripped")
        );
    }

    #[test]
    fn credentials_are_left_behind_at_the_border_of_an_origin() {
        let fetch = "Sec-Fetch-Dest: empty\n";
        let token = "Authorization: Bearer x\nSec-Fetch-Dest: empty";
        let moves = |to: &str| step("GET /api", token, &format!("308 Moved\nLocation: {to}"));
        let refused = |path: &str, fields: &str| {
            let challenge = "401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\"";
            step(&format!("GET {path}"), fields, challenge)
        };
        let other = refused("/v2", fetch).replace("Host: app.example", "Host: eu.example");
        let moved = moves("https://eu.example/v2") + &other;
        assert_eq!(findings(&moved), [(1, "authorization-lost")]);
        let own = moves("/v2") + &refused("/v2", fetch);
        assert_ne!(findings(&own)[0].1, "authorization-lost");
        let kept = refused("/v2", token).replace("Host: app.example", "Host: eu.example");
        let kept = moves("https://eu.example/v2") + &kept;
        assert_ne!(findings(&kept)[0].1, "authorization-lost");
    }

    #[test]
    fn a_host_that_refuses_all_after_refused_calls_has_locked_the_visitor_out() {
        let call = step(
            "GET /api",
            "Authorization: Bearer x\nSec-Fetch-Dest: empty",
            "401 Unauthorized",
        );
        let page = step("GET /", "Sec-Fetch-Dest: document", "403 Forbidden");
        let icon = |status: &str| step("GET /i.ico", "Sec-Fetch-Dest: image", status);
        let last = |text: String| findings(&text).last().map(|(_, id)| *id);
        let calls = call.repeat(3);
        let closed = last(format!("{calls}{page}{}", icon("403 Forbidden")));
        assert_eq!(closed, Some("account-locked"));
        let page_alone = last(format!("{calls}{page}{}", icon("200 OK")));
        assert_ne!(page_alone, Some("account-locked"));
        let once = last(format!("{call}{page}{}", icon("403 Forbidden")));
        assert_ne!(once, Some("account-locked"));
    }

    #[test]
    fn a_background_failure_that_was_mended_is_none() {
        let fields = "Authorization: Bearer a.b.c\nSec-Fetch-Dest: empty";
        let refused = step(
            "GET /api",
            fields,
            "401 Unauthorized\nWWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token expired\"",
        );
        assert_eq!(findings(&refused), [(0, "token-expired")]);
        assert_eq!(
            findings(&(refused + &step("GET /api", fields, "200 OK"))),
            []
        );
    }

    #[test]
    fn a_signed_out_visitors_background_401_on_a_page_is_no_alarm() {
        let asks = step("GET /api/me", "Sec-Fetch-Dest: empty", "401 Unauthorized");
        assert_eq!(findings(&asks), [(0, "sign-in-required")]);
        assert_eq!(
            findings(&(step("GET /", "Sec-Fetch-Dest: document", "200 OK") + &asks)),
            []
        );
    }

    #[test]
    fn heavy_exchanges_wait_in_smaller_numbers() {
        let heads = step("GET /x", "", "403 Forbidden").repeat(300);
        let recording = raw_head::parse(&heads, &|_| None);
        let mut judge = Judge::new(Browser::Recording);
        judge.weight_max = 20 * weight(&recording.exchanges[0], "https://app.example/x");
        let mut early = 0;
        for (entry, exchange) in recording.exchanges.into_iter().enumerate() {
            early += judge.push(entry, exchange).len();
            assert!(judge.weight <= judge.weight_max);
        }
        let rest = judge.finish();
        assert_eq!((early, rest.len()), (280, 20));
        assert!(rest.iter().all(|judged| !judged.findings.is_empty()));
    }

    #[test]
    fn healthy_exchanges_give_nothing() {
        let page = step("GET /", "Cookie: sid=1", "200 OK\nSet-Cookie: sid=2")
            + &step("GET /x.png", "Sec-Fetch-Dest: image", "304 Not Modified");
        assert_eq!(findings(&page), []);
        assert_eq!(
            findings(&step(
                "GET /logout",
                "Cookie: sid=1",
                "302 Found\nLocation: /login"
            )),
            []
        );
    }
}
