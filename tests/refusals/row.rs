//! One row of a table: an exchange and what is known around it, built step by step, and what is true of it.

use readmit::address::Address;
use readmit::case::Case;
use readmit::event::{
    Answer, Browser, Credentials, JarCookie, Request, ResourceType, SentCookie, SentFields,
};
use readmit::exchange::{End, Exchange};
use readmit::finding::Finding;
use readmit::journal::{Facts, HostFacts, Hosts, Probe, Visit};
use readmit::rules;

/// 2026-11-23 12:00:00 UTC.
pub(crate) const NOW: i64 = 1_795_435_200_000;

/// One exchange and what is known around it.
pub(crate) struct Row {
    exchange: Exchange,
    answer: Answer,
    sent: SentFields,
    host: HostFacts,
    facts: Facts,
    jar: Vec<JarCookie>,
    browser: Browser,
}

/// A request of this method for a document.
pub(crate) fn asks(method: &str, url: &str) -> Row {
    let request = Request {
        request_id: "1".to_owned(),
        tab_id: 1,
        resource_type: ResourceType::MainFrame,
        method: method.to_owned(),
        url: url.to_owned(),
        site: None,
        initiator: None,
        store: None,
        has_user_info: false,
        time: NOW,
    };
    Row {
        exchange: Exchange::begin(&request).expect("an address"),
        answer: Answer {
            fields_seen: true,
            ..Answer::default()
        },
        sent: SentFields::default(),
        host: HostFacts::default(),
        facts: Facts::default(),
        jar: Vec::new(),
        browser: Browser::Firefox,
    }
}

pub(crate) fn gets(url: &str) -> Row {
    asks("GET", url)
}

/// A page's own request.
pub(crate) fn fetches(method: &str, url: &str) -> Row {
    let mut row = asks(method, url);
    row.exchange.resource_type = ResourceType::XmlHttpRequest;
    row
}

impl Row {
    /// A cookie was sent, and the jar has it.
    pub(crate) fn cookie(self, name: &str) -> Row {
        self.cookie_of(name, 40)
    }

    pub(crate) fn cookie_of(mut self, name: &str, size: u32) -> Row {
        let name = name.to_owned();
        self.jar.push(JarCookie {
            name: name.clone(),
            domain: self.exchange.address.host().to_owned(),
            path: "/".to_owned(),
            host_only: true,
            secure: false,
            http_only: true,
            size,
            partition: None,
            same_site: None,
        });
        self.sent.cookies.push(SentCookie { name, size });
        self
    }

    pub(crate) fn authorization(mut self, scheme: &str) -> Row {
        self.sent.authorization = Some(Credentials {
            scheme: scheme.to_owned(),
            exp: None,
            nbf: None,
            iat: None,
        });
        self
    }

    pub(crate) fn http_login(mut self) -> Row {
        self.host.http_login = Some(("Lab".to_owned(), NOW - 60_000));
        self
    }

    /// How a stranger is answered.
    pub(crate) fn strangers(mut self, status: Option<u16>) -> Row {
        self.facts.probe = Some(Probe {
            status,
            redirected: status.is_none(),
        });
        self
    }

    pub(crate) fn answer(mut self, status: u16) -> Row {
        self.answer.status = status;
        self
    }

    pub(crate) fn www(mut self, line: &str) -> Row {
        self.answer.www_authenticate.push(line.to_owned());
        self
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Row {
        self.answer.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A recording shows the page's words, too.
    pub(crate) fn body(mut self, text: &str) -> Row {
        self.browser = Browser::Recording;
        self.answer.body = Some(text.to_owned());
        self
    }

    pub(crate) fn cached(mut self) -> Row {
        self.answer.from_cache = true;
        self
    }

    pub(crate) fn leads_to(mut self, url: &str) -> Row {
        self.exchange.end = End::Redirected(Address::parse(url, None).expect(url));
        self
    }

    pub(crate) fn findings(self) -> Vec<Finding> {
        self.findings_among(&Hosts::default())
    }

    pub(crate) fn findings_among(mut self, hosts: &Hosts) -> Vec<Finding> {
        self.exchange.set_sent(self.sent);
        self.exchange.set_answer(self.answer);
        if self.exchange.end == End::Pending {
            self.exchange.end = End::Completed;
        }
        let visit = Visit::begin(&self.exchange);
        rules::diagnose(&Case {
            browser: self.browser,
            exchange: &self.exchange,
            visit: Some(&visit).filter(|_| self.exchange.is_document()),
            earlier: &[],
            jar: Some(&self.jar),
            host: &self.host,
            hosts,
            facts: &self.facts,
            wanted: None,
            shown: None,
            page: None,
            recorded: None,
        })
    }

    #[track_caller]
    pub(crate) fn is(self, top: &str) {
        let findings = self.findings();
        let ids: Vec<&str> = findings.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids.first(), Some(&top), "found {ids:?}");
    }
}
