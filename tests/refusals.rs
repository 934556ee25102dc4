//! Two tables of the specification: what a 403 means, and when no deletion may ever be offered; and the documented
//! refusals of products that are not in the corpus.
//!
//! Each row is an exchange as a browser or a recording shows it. Nothing here names a product's answer that its own
//! documents do not have.
#![cfg(not(target_arch = "wasm32"))]

use readmit::address::Address;
use readmit::case::Case;
use readmit::event::{
    Answer, Browser, Credentials, JarCookie, Request, ResourceType, SentCookie, SentFields,
};
use readmit::exchange::{End, Exchange};
use readmit::finding::Finding;
use readmit::journal::{Facts, HostFacts, Hosts, Probe, Visit};
use readmit::remedy::Touches;
use readmit::rules;

/// 2026-11-23 12:00:00 UTC.
const NOW: i64 = 1_795_435_200_000;

/// One exchange and what is known around it.
struct Row {
    exchange: Exchange,
    answer: Answer,
    sent: SentFields,
    host: HostFacts,
    facts: Facts,
    jar: Vec<JarCookie>,
    browser: Browser,
}

/// A request of this method for a document.
fn asks(method: &str, url: &str) -> Row {
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

fn gets(url: &str) -> Row {
    asks("GET", url)
}

/// A page's own request.
fn fetches(method: &str, url: &str) -> Row {
    let mut row = asks(method, url);
    row.exchange.resource_type = ResourceType::XmlHttpRequest;
    row
}

impl Row {
    /// A cookie was sent, and the jar has it.
    fn cookie(self, name: &str) -> Row {
        self.cookie_of(name, 40)
    }

    fn cookie_of(mut self, name: &str, size: u32) -> Row {
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

    fn authorization(mut self, scheme: &str) -> Row {
        self.sent.authorization = Some(Credentials {
            scheme: scheme.to_owned(),
            exp: None,
            nbf: None,
            iat: None,
        });
        self
    }

    fn http_login(mut self) -> Row {
        self.host.http_login = Some(("Lab".to_owned(), NOW - 60_000));
        self
    }

    /// How a stranger is answered.
    fn strangers(mut self, status: Option<u16>) -> Row {
        self.facts.probe = Some(Probe {
            status,
            redirected: status.is_none(),
        });
        self
    }

    fn answer(mut self, status: u16) -> Row {
        self.answer.status = status;
        self
    }

    fn www(mut self, line: &str) -> Row {
        self.answer.www_authenticate.push(line.to_owned());
        self
    }

    fn field(mut self, name: &str, value: &str) -> Row {
        self.answer.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A recording shows the page's words, too.
    fn body(mut self, text: &str) -> Row {
        self.browser = Browser::Recording;
        self.answer.body = Some(text.to_owned());
        self
    }

    fn from_cache(mut self) -> Row {
        self.answer.from_cache = true;
        self
    }

    fn leads_to(mut self, url: &str) -> Row {
        self.exchange.end = End::Redirected(Address::parse(url, None).expect(url));
        self
    }

    fn findings(self) -> Vec<Finding> {
        self.findings_among(&Hosts::default())
    }

    fn findings_among(mut self, hosts: &Hosts) -> Vec<Finding> {
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
            page: None,
        })
    }

    #[track_caller]
    fn is(self, top: &str) {
        let findings = self.findings();
        let ids: Vec<&str> = findings.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids.first(), Some(&top), "found {ids:?}");
    }
}

#[track_caller]
fn nothing_is_removed(findings: &[Finding]) {
    let touching = findings
        .iter()
        .flat_map(|finding| &finding.offers)
        .find(|offer| offer.id.touches() != Touches::Nothing);
    assert!(touching.is_none(), "found {touching:?}");
}

/// What does a 403 mean? (The tree's branches, each with its evidence.)
#[test]
fn the_tree_of_403() {
    let page = "https://app.example/report";
    // A guard in front of the site, a filter in the network.
    gets(page)
        .answer(403)
        .field("server", "AkamaiGHost")
        .is("network-blocked");
    gets(page)
        .answer(403)
        .field("x-squid-error", "ERR_ACCESS_DENIED 0")
        .is("network-blocked");
    // Strangers are refused all the same.
    gets(page)
        .cookie("sid")
        .answer(403)
        .strangers(Some(403))
        .is("network-blocked");
    // Strangers are answered otherwise: the account lacks the right.
    gets(page)
        .cookie("sid")
        .answer(403)
        .strangers(None)
        .is("permission-denied");
    gets(page)
        .cookie("sid")
        .answer(403)
        .strangers(Some(200))
        .is("permission-denied");
    // Only a POST is refused, whose form is too old.
    asks("POST", page)
        .cookie("csrftoken")
        .answer(403)
        .body("CSRF verification failed.")
        .is("form-expired");
    // One resource, a good session, and another account at hand.
    gets("https://docs.example/u/0/d/4")
        .cookie("SID")
        .answer(403)
        .is("wrong-account");
    gets(page).cookie("sid").answer(403).is("permission-denied");
    // A check for robots.
    gets(page)
        .answer(403)
        .field("cf-mitigated", "challenge")
        .is("bot-check");
    // A browser that sends a guest's name by itself.
    gets(page).http_login().answer(403).is("http-login-stuck");
    // A token that is good and too weak.
    fetches("GET", page)
        .authorization("Bearer")
        .answer(403)
        .www("Bearer error=\"insufficient_scope\"")
        .is("insufficient-scope");
    // The way back from a sign-in service.
    gets("https://app.example/callback?code=a&state=b")
        .answer(403)
        .is("handoff-expired");
    // Nothing was sent: it stays open, and says so.
    let open = gets(page).answer(403).findings();
    let ids: Vec<&str> = open.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["permission-denied", "sign-in-required"]);
}

/// Twelve cases in which no deletion helps: a row each at least.
#[test]
fn deletions_that_are_never_offered() {
    let page = "https://app.example/inbox";
    let none = |row: Row| nothing_is_removed(&row.findings());
    // 1. No cookie was sent.
    none(gets(page).answer(401));
    none(gets(page).answer(403));
    none(gets(page).answer(302).leads_to("https://app.example/login"));
    // 2. Strangers get the same.
    none(gets(page).cookie("sid").answer(403).strangers(Some(403)));
    none(gets(page).cookie("sid").answer(503).strangers(Some(503)));
    // 3. A proxy, a portal, a limit, a lock, a wrong line, the law, a fault.
    for status in [407, 511, 429, 423, 421, 451, 500, 502, 503, 504] {
        none(gets(page).cookie("sid").answer(status));
    }
    // 4. HTTP's own sign-in, and no session in it.
    for challenge in [
        "Digest realm=\"x\", nonce=\"n\"",
        "Negotiate",
        "NTLM",
        "Bearer realm=\"x\"",
    ] {
        none(gets(page).cookie("lang").answer(401).www(challenge));
    }
    none(
        gets(page)
            .authorization("Basic")
            .answer(401)
            .www("Basic realm=\"x\""),
    );
    // 5. A wrong clock comes first.
    let mut hosts = Hosts::default();
    for host in ["a.example", "b.example"] {
        hosts.clocks.push(readmit::journal::Skew {
            host: host.to_owned(),
            ahead: 7200,
            time: NOW,
        });
    }
    let findings = gets(page).cookie("sid").answer(401).findings_among(&hosts);
    assert_eq!(findings[0].id.as_str(), "clock-skew");
    nothing_is_removed(&findings);
    // 6. A token in the page's storage, no cookie that has a part in it.
    none(
        fetches("GET", page)
            .authorization("Bearer")
            .cookie("lang")
            .answer(401)
            .www("Bearer error=\"invalid_token\""),
    );
    // 7. Out of a cache.
    none(gets(page).cookie("lang").answer(403).from_cache());
    // 8. A good session that may not see the page.
    none(gets(page).cookie("sid").answer(403));
    none(gets(page).cookie("sid").answer(404));
    none(
        gets("https://docs.example/u/0/d/4")
            .cookie("SID")
            .answer(403),
    );
    // 9. A 400 with a short Cookie field.
    none(gets(page).cookie("sid").answer(400));
    none(
        gets(page)
            .cookie("sid")
            .answer(400)
            .field("server", "nginx")
            .field("content-length", "230"),
    );
    none(
        gets("https://app.example/cb?code=a&state=b")
            .cookie("sid")
            .answer(400),
    );
    // 10. A form that was just filled in.
    none(asks("POST", page).cookie("sid").answer(419));
    none(
        asks("POST", page)
            .cookie("sid")
            .answer(403)
            .body("CSRF verification failed."),
    );
    // 11. A lock.
    none(
        asks("POST", "https://bank.example/login")
            .cookie("device_trust")
            .answer(423),
    );
    none(
        asks("POST", "https://bank.example/login")
            .cookie("sid")
            .answer(401)
            .body("Your account is locked."),
    );
    // 12. Robot checks, whose cookies come back at once; what a blocker or cleaner does has its own stories.
    none(
        gets(page)
            .cookie("cf_clearance")
            .cookie("sid")
            .answer(403)
            .field("cf-mitigated", "challenge"),
    );
}
