//! A small language for the tests of the rules: what was asked, what was sent, what came back, and what was known.

use crate::address::Address;
use crate::case::{Case, Recorded};
use crate::event::{
    Answer, Browser, Credentials, JarCookie, Millis, RemovedCookie, Request, ResourceType,
    SentCookie, SentFields, SetCookieLine, StoredKey,
};
use crate::exchange::{End, Exchange};
use crate::finding::Finding;
use crate::journal::{Facts, Hop, HostFacts, Hosts, Outcome, Page, PageFacts, Visit};
use crate::ledger::Entry;

/// The time at which every scene plays.
pub(crate) const NOW: Millis = 1_795_435_200_000;

/// One exchange and what is known around it, built step by step.
pub(crate) struct Scene {
    browser: Browser,
    exchange: Exchange,
    visit: Visit,
    earlier: Vec<Visit>,
    jar: Option<Vec<JarCookie>>,
    host: HostFacts,
    hosts: Hosts,
    facts: Facts,
    shown: Option<Exchange>,
    wanted: Option<Address>,
    page: Option<Page>,
    recorded: Option<Recorded>,
}

impl Scene {
    /// A document asked for with this method.
    pub(crate) fn method(method: &str, url: &str) -> Scene {
        let exchange = begin(method, url, ResourceType::MainFrame);
        Scene {
            browser: Browser::Chromium,
            visit: Visit::begin(&exchange),
            exchange,
            earlier: Vec::new(),
            jar: None,
            host: HostFacts::default(),
            hosts: Hosts::default(),
            facts: Facts::default(),
            shown: None,
            wanted: None,
            page: None,
            recorded: None,
        }
    }

    /// A document.
    pub(crate) fn get(url: &str) -> Scene {
        Scene::method("GET", url)
    }

    /// A form sent from a document.
    pub(crate) fn post(url: &str) -> Scene {
        Scene::method("POST", url)
    }

    /// A page's own request.
    pub(crate) fn fetch(url: &str) -> Scene {
        let mut scene = Scene::get(url);
        scene.exchange.resource_type = ResourceType::XmlHttpRequest;
        scene
    }

    pub(crate) fn on(mut self, browser: Browser) -> Scene {
        self.browser = browser;
        self.looked()
    }

    /// The request fields were looked at.
    pub(crate) fn looked(self) -> Scene {
        self.sent(|_| {})
    }

    fn sent(mut self, change: impl FnOnce(&mut SentFields)) -> Scene {
        let mut sent = self.exchange.sent.take().unwrap_or_default();
        change(&mut sent);
        self.exchange.set_sent(sent);
        self
    }

    /// A cookie was sent; `size` is that of `name=value`.
    pub(crate) fn cookie(self, name: &str, size: u32) -> Scene {
        let name = name.to_owned();
        self.sent(|sent| sent.cookies.push(SentCookie { name, size }))
    }

    pub(crate) fn authorization(self, scheme: &str) -> Scene {
        self.credentials(scheme, None)
    }

    /// A JWT with this `exp` was sent.
    pub(crate) fn token_until(self, exp: i64) -> Scene {
        self.credentials("Bearer", Some(exp))
    }

    fn credentials(self, scheme: &str, exp: Option<i64>) -> Scene {
        let scheme = scheme.to_owned();
        self.sent(|sent| {
            sent.authorization = Some(Credentials {
                scheme,
                exp,
                nbf: None,
                iat: None,
            });
        })
    }

    pub(crate) fn prompts(mut self, prompts: u8) -> Scene {
        self.exchange.prompts = prompts;
        self
    }

    /// HTTP credentials were accepted on this host before.
    pub(crate) fn http_login(mut self, realm: &str) -> Scene {
        self.host.http_login = Some((realm.to_owned(), NOW - 60_000));
        self.looked()
    }

    /// The form was filled in on this page a minute ago, which had these cookies.
    pub(crate) fn form_on(mut self, url: &str, cookies: &[&str]) -> Scene {
        self.page = Some(Page {
            address: Address::parse(url, None).expect(url),
            shown: NOW - 60_000,
            cookies: cookies.iter().map(|&name| name.to_owned()).collect(),
        });
        self
    }

    pub(crate) fn answer(mut self, status: u16) -> Scene {
        let before = self
            .exchange
            .reply
            .take()
            .map(|reply| reply.answer)
            .unwrap_or_default();
        self.exchange.set_answer(Answer {
            status,
            fields_seen: true,
            ..before
        });
        self.exchange.end = End::Completed;
        self
    }

    fn amend(mut self, change: impl FnOnce(&mut Answer)) -> Scene {
        let mut answer = self
            .exchange
            .reply
            .take()
            .map(|reply| reply.answer)
            .unwrap_or_default();
        change(&mut answer);
        self.exchange.set_answer(answer);
        self
    }

    pub(crate) fn www(self, line: &str) -> Scene {
        self.amend(|answer| answer.www_authenticate.push(line.to_owned()))
    }

    pub(crate) fn proxy_authenticate(self, line: &str) -> Scene {
        self.amend(|answer| answer.proxy_authenticate.push(line.to_owned()))
    }

    pub(crate) fn field(self, name: &str, value: &str) -> Scene {
        self.amend(|answer| answer.fields.push((name.to_owned(), value.to_owned())))
    }

    /// A recording shows the words of the answer.
    pub(crate) fn body(self, text: &str) -> Scene {
        self.on(Browser::Recording)
            .amend(|answer| answer.body = Some(text.to_owned()))
    }

    /// The answer's fields were not read.
    pub(crate) fn unread(self) -> Scene {
        self.amend(|answer| answer.fields_seen = false)
    }

    pub(crate) fn set_cookie(self, name: &str, attributes: &str) -> Scene {
        self.set_sized_cookie(name, 8, attributes)
    }

    /// The same with a value of this size.
    pub(crate) fn set_sized_cookie(self, name: &str, value_size: u32, attributes: &str) -> Scene {
        self.amend(|answer| {
            answer.set_cookies.push(SetCookieLine {
                name: name.to_owned(),
                value_size,
                cleared: false,
                attributes: attributes.to_owned(),
            });
        })
    }

    /// The answer was a redirect, which the browser followed.
    pub(crate) fn redirect(self, to: &str) -> Scene {
        self.redirect_by(302, to)
    }

    /// The same by a status of this number.
    pub(crate) fn redirect_by(self, status: u16, to: &str) -> Scene {
        self.answer(status).moves_on(to)
    }

    fn moves_on(mut self, to: &str) -> Scene {
        self.exchange.end = End::Redirected(Address::parse(to, None).expect(to));
        self.visit.push(&self.exchange);
        let mut next = begin("GET", to, ResourceType::MainFrame);
        next.initiator.clone_from(&self.exchange.initiator);
        self.goes_on(next)
    }

    /// The exchange is over, as far as the ledger of cookies is concerned, and the next one begins.
    fn goes_on(mut self, next: Exchange) -> Scene {
        self.note_cookies();
        self.exchange = next;
        self
    }

    fn note_cookies(&mut self) {
        self.hosts.ledger.confirm_sent(&self.exchange);
        self.hosts.ledger.enter(&self.exchange, 1);
    }

    /// All has been noted and listed that the engine would have by now.
    fn settled(mut self) -> Scene {
        self.note_cookies();
        if let Some(jar) = &self.jar {
            let host = self.exchange.address.host().to_owned();
            self.hosts.ledger.confirm_jar(&host, None, jar);
        }
        self
    }

    /// A page of this origin led here.
    pub(crate) fn from(self, origin: &str) -> Scene {
        self.with(|exchange| exchange.initiator = Some(origin.to_owned()))
    }

    pub(crate) fn fails(mut self, error: &str) -> Scene {
        self.exchange.end = End::Failed(error.to_owned());
        self
    }

    /// The visit is over, and a form is sent from its page.
    pub(crate) fn then_post(self, url: &str) -> Scene {
        self.then("POST", url)
    }

    /// The visit is over, and the person goes elsewhere.
    pub(crate) fn then_get(self, url: &str) -> Scene {
        self.then("GET", url)
    }

    fn then(mut self, method: &str, url: &str) -> Scene {
        self.visit.outcome = if self.exchange.status().is_some_and(|status| status >= 300) {
            Outcome::Failed
        } else if self.exchange.address.is_sign_in() {
            Outcome::SignInPage
        } else {
            Outcome::In
        };
        self.visit.end = Some(Hop::of(&self.exchange));
        self.page = Some(Page {
            address: self.exchange.address.clone(),
            shown: NOW - 60_000,
            cookies: Vec::new(),
        });
        let post = begin(method, url, ResourceType::MainFrame);
        let before = std::mem::replace(&mut self.visit, Visit::begin(&post));
        self.earlier.push(before);
        self.goes_on(post)
    }

    /// What was asked for because something failed.
    pub(crate) fn facts(mut self, change: impl FnOnce(&mut Facts)) -> Scene {
        change(&mut self.facts);
        self
    }

    /// What only a recording shows.
    pub(crate) fn recorded(mut self, change: impl FnOnce(&mut Recorded)) -> Scene {
        self = self.on(Browser::Recording);
        change(self.recorded.get_or_insert_default());
        self
    }

    /// The request was made by this page, which was loaded with these cookies.
    pub(crate) fn behind(mut self, url: &str, cookies: &[&str]) -> Scene {
        let mut page = Scene::get(url).looked();
        for name in cookies {
            page = page.cookie(name, 12);
        }
        self.shown = Some(page.answer(200).exchange());
        self
    }

    /// The answer leads on, as the page's own request was told.
    pub(crate) fn turned(mut self, to: &str) -> Scene {
        self = self.answer(302);
        self.exchange.end = End::Redirected(Address::parse(to, None).expect(to));
        self
    }

    /// The answer came out of the browser's cache.
    pub(crate) fn out_of_cache(self) -> Scene {
        self.amend(|answer| answer.from_cache = true)
    }

    /// The answer of this status came out of the browser's cache, and leads on.
    pub(crate) fn cached(self, status: u16, to: &str) -> Scene {
        self.answer(status).out_of_cache().moves_on(to)
    }

    /// The page's service worker answered for it out of its copy, which may ask for a password.
    pub(crate) fn offline(mut self, status: u16, asks: bool) -> Scene {
        self = self.answer(status);
        self.exchange.end = End::Offline;
        let mut page = PageFacts::new(self.exchange.address.origin(), Vec::new(), true, true);
        page.asks = asks;
        self.facts(|facts| facts.page = Some(page))
    }

    /// The page that is shown keeps these keys.
    pub(crate) fn keeps(self, origin: &str, keys: Vec<StoredKey>) -> Scene {
        let page = PageFacts::new(origin.to_owned(), keys, false, false);
        self.facts(|facts| facts.page = Some(page))
    }

    /// What is known beyond this tab.
    pub(crate) fn hosts(mut self, change: impl FnOnce(&mut Hosts)) -> Scene {
        change(&mut self.hosts);
        self
    }

    /// The exchange itself, for what has no word of its own here.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Exchange)) -> Scene {
        change(&mut self.exchange);
        self
    }

    /// Where the person wanted to go.
    pub(crate) fn wanted(mut self, url: &str) -> Scene {
        self.wanted = Some(Address::parse(url, None).expect(url));
        self
    }

    pub(crate) fn jar(mut self, cookies: Vec<JarCookie>) -> Scene {
        self.jar = Some(cookies);
        self
    }

    pub(crate) fn exchange(self) -> Exchange {
        self.exchange
    }

    fn case(&self) -> Case<'_> {
        Case {
            browser: self.browser,
            exchange: &self.exchange,
            visit: Some(&self.visit),
            earlier: &self.earlier,
            jar: self.jar.as_deref(),
            host: &self.host,
            hosts: &self.hosts,
            facts: &self.facts,
            shown: self.shown.as_ref(),
            wanted: self.wanted.as_ref(),
            page: self.page.as_ref(),
            recorded: self.recorded.as_ref(),
        }
    }

    pub(crate) fn check(self, rule: fn(&Case<'_>) -> Option<Finding>) -> Option<Finding> {
        rule(&self.settled().case())
    }

    pub(crate) fn diagnose(self) -> Vec<Finding> {
        super::diagnose(&self.settled().case())
    }
}

fn begin(method: &str, url: &str, resource_type: ResourceType) -> Exchange {
    let request = Request {
        request_id: "1".to_owned(),
        tab_id: 1,
        resource_type,
        method: method.to_owned(),
        url: url.to_owned(),
        site: None,
        initiator: None,
        store: None,
        has_user_info: false,
        time: NOW,
    };
    Exchange::begin(&request).expect(url)
}

/// A key of a page's storage, with the `exp` of what it holds.
pub(crate) fn stored(name: &str, exp: Option<i64>) -> StoredKey {
    StoredKey {
        name: name.to_owned(),
        of_tab: false,
        exp,
        nbf: None,
        iat: None,
    }
}

/// A cookie of the jar for one host alone.
pub(crate) fn jar(name: &str, host: &str) -> JarCookie {
    JarCookie {
        name: name.to_owned(),
        domain: host.to_owned(),
        path: "/".to_owned(),
        host_only: true,
        secure: false,
        http_only: true,
        size: 20,
        partition: None,
        same_site: None,
    }
}

/// A cookie of the jar for a domain and all hosts below it.
pub(crate) fn parent_jar(name: &str, domain: &str) -> JarCookie {
    JarCookie {
        host_only: false,
        ..jar(name, domain)
    }
}

/// A cookie that a server set at this time, as the ledger has it.
pub(crate) fn entry(name: &str, setter: &str, time: Millis) -> Entry {
    Entry {
        name: name.to_owned(),
        setter: Address::parse(setter, None).expect(setter),
        domain: None,
        path: "/".to_owned(),
        secure: false,
        same_site: None,
        size: 20,
        store: None,
        tab_id: 1,
        time,
        embedded: false,
        by_sign_in: false,
        predicted: None,
        kept: None,
        sent: None,
        ever_sent: false,
    }
}

/// A cookie that was removed without a server's doing.
pub(crate) fn gone(name: &str, domain: &str) -> RemovedCookie {
    RemovedCookie {
        name: name.to_owned(),
        domain: domain.to_owned(),
        store: None,
        evicted: false,
    }
}
