//! Judges recorded exchanges in their order: chains, visits and repeated tries are seen across them.

use std::collections::{HashMap, VecDeque};

use crate::address::Address;
use crate::case::Case;
use crate::event::{Browser, ResourceType};
use crate::exchange::{End, Exchange};
use crate::finding::{Finding, FindingId};
use crate::journal::{EARLIER_MAX, Facts, Hop, HostFacts, Hosts, Outcome, Page, Visit};
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
        if exchange
            .status()
            .is_some_and(|status| (200..400).contains(&status))
            && !exchange.is_document()
        {
            last_success.insert((&exchange.method, exchange.address.to_navigate()), index);
        }
    }
    let mut tab = Tab {
        browser,
        ..Tab::default()
    };
    let mut judged = Vec::new();
    for (entry, exchange) in exchanges.iter().enumerate() {
        if last_of_chain.get(exchange.request_id.as_str()) != Some(&entry) {
            tab.pass(exchange);
            continue;
        }
        let mended = !exchange.is_document()
            && last_success
                .get(&(exchange.method.as_str(), exchange.address.to_navigate()))
                .is_some_and(|later| *later > entry);
        let mut findings = if mended {
            Vec::new()
        } else {
            tab.findings_that_matter(exchange)
        };
        let later = exchanges.get(entry + 1..).unwrap_or_default();
        if let Some(wanted) = &tab.wanted
            && exchange.is_document()
            && was_let_in(wanted, later)
        {
            // Asked to sign in, the person did, and was let in: nothing was wrong.
            findings.retain(|finding| finding.id != FindingId::SignInRequired);
        }
        if !findings.is_empty() {
            judged.push(Judged { entry, findings });
        }
        tab.end(exchange);
    }
    judged
}

/// Whether the host of a wanted page shows one of its pages to a session later on.
fn was_let_in(wanted: &Address, later: &[Exchange]) -> bool {
    later.iter().any(|exchange| {
        exchange.is_document()
            && exchange.is(200)
            && exchange.address.host() == wanted.host()
            && !exchange.address.is_sign_in()
            && !exchange.session_cookies().is_empty()
    })
}

/// Gives the exchanges of one chain one request id, as a browser does: a redirect is followed by a request for the
/// address it named, a challenge by the same request with credentials.
pub(crate) fn link(exchanges: &mut [Exchange]) {
    type Key = (ResourceTypeKey, String);
    let mut open: HashMap<Key, usize> = HashMap::new();
    for at in 0..exchanges.len() {
        let Some((before, [exchange, ..])) = exchanges.split_at_mut_checked(at) else {
            return;
        };
        let key = (kind(exchange.resource_type), exchange.address.to_navigate());
        let found = open
            .remove(&key)
            .or_else(|| cut_on_the_way(&mut open, before, exchange));
        if let Some(earlier) = found.and_then(|index| before.get_mut(index)) {
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
        } else if matches!(exchange.status(), Some(401 | 407)) && !exchange.challenges().is_empty()
        {
            open.insert(key, at);
        }
    }
}

/// The redirect to the same page whose parameters were cut off before the request went out, as link cleaners do.
fn cut_on_the_way(
    open: &mut HashMap<(ResourceTypeKey, String), usize>,
    before: &[Exchange],
    exchange: &Exchange,
) -> Option<usize> {
    let bare = exchange.address.parameters().next().is_none();
    let leads_here = |index: &usize| {
        before.get(*index).is_some_and(|earlier| {
            matches!(&earlier.end, End::Redirected(to)
                if to.same_page(&exchange.address) && to.parameters().next().is_some())
        })
    };
    let key = open
        .iter()
        .find(|((is, _), index)| bare && *is == kind(exchange.resource_type) && leads_here(index))
        .map(|(key, _)| key.clone())?;
    open.remove(&key)
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
    /// The address of the document before, whatever its answer.
    document: Option<Address>,
    /// The page shown last, where it is still on screen.
    page: Option<Page>,
    none: HostFacts,
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
            document: None,
            page: None,
            none: HostFacts::default(),
        }
    }
}

impl Tab {
    /// A step of a chain that goes on.
    fn pass(&mut self, exchange: &Exchange) {
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
        if let Some(page) = &self.document {
            let own = page.same_site(&exchange.address);
            let part = exchange.resource_type == ResourceType::Other;
            findings.retain(|finding| !part && finding.matters_in_background(own));
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
        })
    }

    /// The last step of a chain: its visit becomes an earlier one, its page the one shown.
    fn end(&mut self, exchange: &Exchange) {
        self.learn(exchange);
        if !exchange.is_document() {
            return;
        }
        let mut visit = self
            .visits
            .remove(&exchange.request_id)
            .unwrap_or_else(|| Visit::begin(exchange));
        visit.outcome = Outcome::of(exchange);
        visit.end = Some(Hop::of(exchange));
        if self.earlier.len() >= EARLIER_MAX {
            self.earlier.pop_front();
        }
        self.earlier.push_back(visit);
        self.document = Some(exchange.address.clone());
        self.page = exchange
            .status()
            .is_some_and(|status| status < 400)
            .then(|| Page::of(exchange));
    }

    /// What an exchange teaches of its origin.
    fn learn(&mut self, exchange: &Exchange) {
        self.hosts.ledger.enter(exchange, 0);
        let origin = exchange.address.origin();
        match exchange.status() {
            Some(401) if exchange.end != End::Repeated && self.hosts.get(&origin).is_some() => {
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
