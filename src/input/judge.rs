//! Judges recorded exchanges in their order: chains, visits and repeated tries are seen across them.

use std::collections::{HashMap, VecDeque};

use crate::address::Address;
use crate::case::Case;
use crate::cookie;
use crate::event::{Browser, ResourceType};
use crate::exchange::{End, Exchange};
use crate::finding::Finding;
use crate::journal::{EARLIER_MAX, HostFacts, Hop, Outcome, Page, Visit};
use crate::rules;

/// What is true of one exchange of a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The index of the exchange: the last one of its chain.
    pub entry: usize,
    /// What is true of it, most telling first; never empty.
    pub findings: Vec<Finding>,
}

/// Judges exchanges in the order in which they happened. Only the last one of a chain of redirects and answered
/// challenges has findings; a background request that the page repeated with success has none.
#[must_use]
pub fn judge(exchanges: &[Exchange], browser: Browser) -> Vec<Judged> {
    let mut last_of_chain: HashMap<&str, usize> = HashMap::new();
    let mut last_success: HashMap<(&str, String), usize> = HashMap::new();
    for (index, exchange) in exchanges.iter().enumerate() {
        last_of_chain.insert(&exchange.request_id, index);
        if exchange.status().is_some_and(|status| (200..400).contains(&status)) && !exchange.is_document() {
            last_success.insert((&exchange.method, exchange.address.to_navigate()), index);
        }
    }
    let mut tab = Tab { browser, ..Tab::default() };
    let mut judged = Vec::new();
    for (entry, exchange) in exchanges.iter().enumerate() {
        if last_of_chain.get(exchange.request_id.as_str()) != Some(&entry) {
            tab.pass(exchange);
            continue;
        }
        let mended = !exchange.is_document()
            && last_success.get(&(exchange.method.as_str(), exchange.address.to_navigate())).is_some_and(|later| *later > entry);
        let findings = if mended { Vec::new() } else { tab.findings(exchange) };
        if !findings.is_empty() {
            judged.push(Judged { entry, findings });
        }
        tab.end(exchange);
    }
    judged
}

/// Gives the exchanges of one chain one request id, as a browser does: a redirect is followed by a request for the
/// address it named, a challenge by the same request with credentials.
pub(crate) fn link(exchanges: &mut [Exchange]) {
    type Key = (ResourceTypeKey, String);
    let mut open: HashMap<Key, usize> = HashMap::new();
    for at in 0..exchanges.len() {
        let Some((before, [exchange, ..])) = exchanges.split_at_mut_checked(at) else { return };
        let key = (kind(exchange.resource_type), exchange.address.to_navigate());
        if let Some(earlier) = open.remove(&key).and_then(|index| before.get_mut(index)) {
            let answers = earlier.method == exchange.method && sends_credentials(exchange);
            if matches!(earlier.end, End::Redirected(_)) {
                exchange.request_id.clone_from(&earlier.request_id);
            } else if answers {
                earlier.end = End::Repeated;
                exchange.challenged = true;
                exchange.request_id.clone_from(&earlier.request_id);
            }
        }
        if let End::Redirected(to) = &exchange.end {
            open.insert((kind(exchange.resource_type), to.to_navigate()), at);
        } else if matches!(exchange.status(), Some(401 | 407)) && !exchange.challenges().is_empty() {
            open.insert(key, at);
        }
    }
}

/// `ResourceType` has no hash of its own.
type ResourceTypeKey = u8;

fn kind(resource_type: ResourceType) -> ResourceTypeKey {
    match resource_type {
        ResourceType::MainFrame => 0,
        ResourceType::SubFrame => 1,
        ResourceType::XmlHttpRequest => 2,
        ResourceType::Other => 3,
    }
}

/// Whether a request carries credentials that a browser or curl adds by itself in answer to a challenge.
fn sends_credentials(exchange: &Exchange) -> bool {
    let Some(sent) = &exchange.sent else { return false };
    [&sent.authorization, &sent.proxy_authorization]
        .into_iter()
        .flatten()
        .any(|c| ["basic", "digest", "negotiate", "ntlm"].contains(&c.scheme.to_ascii_lowercase().as_str()))
}

/// What the recording has shown so far, as if it all happened in one tab.
struct Tab {
    browser: Browser,
    /// Documents under way, by request id.
    visits: HashMap<String, Visit>,
    earlier: VecDeque<Visit>,
    hosts: HashMap<String, HostFacts>,
    /// The page shown last.
    page: Option<Page>,
    none: HostFacts,
}

impl Default for Tab {
    fn default() -> Tab {
        Tab {
            browser: Browser::Recording,
            visits: HashMap::new(),
            earlier: VecDeque::new(),
            hosts: HashMap::new(),
            page: None,
            none: HostFacts::default(),
        }
    }
}

impl Tab {
    /// A step of a chain that goes on.
    fn pass(&mut self, exchange: &Exchange) {
        self.learn(exchange);
        if exchange.is_document() {
            let visit = self.visits.entry(exchange.request_id.clone()).or_insert_with(|| Visit::begin(exchange));
            // An answered challenge is no step of its own: the same request is still under way.
            if exchange.end != End::Repeated {
                visit.push(exchange);
            }
        }
    }

    fn findings(&mut self, exchange: &Exchange) -> Vec<Finding> {
        if exchange.is_document() && !self.visits.contains_key(&exchange.request_id) {
            self.visits.insert(exchange.request_id.clone(), Visit::begin(exchange));
        }
        let visit = self.visits.get(&exchange.request_id);
        let earlier: &[Visit] = self.earlier.make_contiguous();
        let wanted = visit.map(|visit| wanted(visit, earlier, exchange));
        rules::diagnose(&Case {
            browser: self.browser,
            now: exchange.time,
            exchange,
            visit,
            earlier,
            jar: None,
            host: self.hosts.get(&exchange.address.origin()).unwrap_or(&self.none),
            wanted,
            page: self.page.as_ref().filter(|page| page.address.same_site(&exchange.address)),
        })
    }

    /// The last step of a chain: its visit becomes an earlier one, its page the one shown.
    fn end(&mut self, exchange: &Exchange) {
        self.learn(exchange);
        if !exchange.is_document() {
            return;
        }
        let mut visit = self.visits.remove(&exchange.request_id).unwrap_or_else(|| Visit::begin(exchange));
        visit.outcome = outcome(exchange);
        visit.end = Some(Hop::of(exchange));
        if self.earlier.len() >= EARLIER_MAX {
            self.earlier.pop_front();
        }
        self.earlier.push_back(visit);
        if exchange.status().is_some_and(|status| (200..300).contains(&status)) {
            self.page = Some(page(exchange));
        }
    }

    /// What an exchange teaches of its origin.
    fn learn(&mut self, exchange: &Exchange) {
        let accepted = sends_credentials(exchange) && exchange.status().is_some_and(|status| status < 400);
        let sign_in = match &exchange.end {
            End::Redirected(to) if to.is_sign_in() && to.same_site(&exchange.address) => Some(to),
            _ => None,
        };
        if !accepted && sign_in.is_none() {
            return;
        }
        let facts = self.hosts.entry(exchange.address.origin()).or_default();
        if accepted {
            facts.http_login = Some((String::new(), exchange.time));
        }
        if let Some(page) = sign_in {
            facts.sign_in = Some(page.clone());
        }
    }
}

/// Where the person wanted to go: the first address of this try that is no place to sign in.
fn wanted<'a>(visit: &'a Visit, earlier: &'a [Visit], exchange: &Exchange) -> &'a Address {
    let of_this_try = earlier.iter().filter(|before| before.first.same_site(&exchange.address) && before.outcome != Outcome::In);
    let mut firsts = of_this_try.chain([visit]).map(|visit| &visit.first);
    firsts.find(|first| !first.is_sign_in() && !first.is_hand_off()).unwrap_or(&visit.first)
}

fn outcome(exchange: &Exchange) -> Outcome {
    match exchange.status() {
        Some(200..=299 | 304) if exchange.address.is_sign_in() => Outcome::SignInPage,
        Some(200..=299 | 304) => Outcome::In,
        Some(300..=399) => Outcome::Pending,
        _ => Outcome::Failed,
    }
}

/// The page that an answer shows, with the cookies that a form on it depends on.
fn page(exchange: &Exchange) -> Page {
    let sent = exchange.cookies().unwrap_or_default().iter().map(|c| c.name.as_str());
    let set = exchange.set_cookies().iter().map(|c| c.name.as_str());
    let mut cookies: Vec<String> = Vec::new();
    for name in sent.chain(set).filter(|name| cookie::is_session_like(name) || cookie::is_csrf_like(name)) {
        if !cookies.iter().any(|known| known == name) {
            cookies.push(name.to_owned());
        }
    }
    Page { address: exchange.address.clone(), shown: exchange.time, cookies }
}
