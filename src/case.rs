//! The case: everything that a rule may look at when it judges one exchange.

use std::collections::VecDeque;
use std::iter::Rev;
use std::slice::Iter;

use crate::address::Address;
use crate::cookie;
use crate::event::{Browser, Credentials, JarCookie, Millis};
use crate::exchange::{End, Exchange, Sent};
use crate::finding::{Arg, Evidence, EvidenceId, Finding};
use crate::journal::{Facts, Hop, HostFacts, Hosts, Outcome, Page, Visit};
use crate::ledger::Entry;
use crate::remedy::{Offer, RemedyId};
use crate::text;

/// One exchange with all that is known around it.
pub struct Case<'a> {
    /// Which browser saw it.
    pub browser: Browser,
    /// The exchange that is judged: the last of its chain.
    pub exchange: &'a Exchange,
    /// Its visit, where it is a document.
    pub visit: Option<&'a Visit>,
    /// The visits of this tab before it, latest last.
    pub earlier: &'a [Visit],
    /// The cookies of the host's site, where they were listed.
    pub jar: Option<&'a [JarCookie]>,
    /// What is known of the origin.
    pub host: &'a HostFacts,
    /// What is known beyond this tab: the ledger of cookies, clocks, cookies that left the jar.
    pub hosts: &'a Hosts,
    /// What was asked for because something failed.
    pub facts: &'a Facts,
    /// The document that the tab shows; in recordings nothing is shown.
    pub shown: Option<&'a Exchange>,
    /// Where the person wanted to go.
    pub wanted: Option<&'a Address>,
    /// The page on which a form was filled in.
    pub page: Option<&'a Page>,
    /// What only a recording shows.
    pub recorded: Option<&'a Recorded>,
}

/// A page that another site's page shows within itself.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Its address.
    pub address: Address,
    /// The page around it.
    pub page: Address,
    /// When it was asked for.
    pub time: Millis,
}

/// What a recording shows beyond what the extension remembers: no rule may need it where a browser is watched.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The document on screen.
    pub document: Option<Exchange>,
    /// The page of another site that is shown within it.
    pub frame: Option<Frame>,
    /// The latest refusals of credentials of any kind (401): which host, and when.
    pub refusals: VecDeque<(String, Millis)>,
    /// The latest request that asked for a change, of a page or behind one: which host, and when.
    pub write: Option<(String, Millis)>,
    /// The latest addresses that answered a page's script who brought a cookie, and when.
    pub served: VecDeque<(Address, Millis)>,
    /// A redirect of this chain to another origin left the page's own `Authorization` behind.
    pub left_behind: bool,
    /// Later on, parts of a page of this host were refused too.
    pub refuses_parts: bool,
}

/// Whether this build reads recordings at all; an extension's background does not.
pub(crate) const READS: bool = cfg!(any(not(target_arch = "wasm32"), feature = "reader"));

/// How long a sign-in that led back to the sign-in page counts as the same try.
pub(crate) const SAME_TRY: Millis = 10 * 60 * 1000;

impl<'a> Case<'a> {
    /// What only a recording shows.
    #[must_use]
    pub fn recorded(&self) -> Option<&'a Recorded> {
        if READS { self.recorded } else { None }
    }

    /// The status of the answer; 0 where none came.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.exchange.status().unwrap_or(0)
    }

    /// The steps of the chain before this exchange.
    pub fn hops(&self) -> Iter<'a, Hop> {
        self.visit.map_or(&[][..], |visit| &visit.hops).iter()
    }

    /// Whether credentials were sent in `Authorization`.
    #[must_use]
    pub fn authorization(&self) -> Sent<&'a Credentials> {
        self.exchange.authorization(self.browser)
    }

    /// Credentials of one of these schemes were certainly sent.
    #[must_use]
    pub fn sent_scheme(&self, schemes: &[&str]) -> bool {
        matches!(self.authorization(), Sent::Yes(c) if schemes.iter().any(|s| c.scheme.eq_ignore_ascii_case(s)))
    }

    /// A name and password that the browser keeps for HTTP itself were certainly sent.
    #[must_use]
    pub fn sent_http_login(&self) -> bool {
        self.sent_scheme(&["basic", "digest", "negotiate", "ntlm"])
    }

    /// A token of the page's own was certainly sent.
    #[must_use]
    pub fn sent_token(&self) -> bool {
        self.exchange.carried_token()
    }

    /// A token was certainly sent, in `Authorization` or in a field of its own.
    #[must_use]
    pub fn sent_key(&self) -> bool {
        self.sent_token() || self.exchange.sent.as_ref().is_some_and(|sent| sent.key)
    }

    /// Session-like cookies that were sent; `None` where nobody looked.
    #[must_use]
    pub fn sessions(&self) -> Option<Vec<&'a str>> {
        self.exchange
            .cookies()
            .map(|_| self.exchange.session_cookies())
    }

    /// Whether a session-like cookie was certainly sent.
    #[must_use]
    pub fn sent_session(&self) -> bool {
        self.sessions().is_some_and(|names| !names.is_empty())
    }

    /// The step that was turned away to a sign-in page, and that page. Not for a sign-out, which leads there by right,
    /// nor for a sign-in form that comes back (that is a matter of the password).
    #[must_use]
    pub fn turned_away(&self) -> Option<(Turned<'a>, &'a Address)> {
        let exchange = self.exchange;
        if let End::Redirected(to) = &exchange.end {
            // The last that a recording shows may be a step of the sign-in service's own, on to the form.
            let asks = exchange.address.asks_a_sign_in_service();
            let on = READS && asks && !to.asks_a_sign_in_service() && !to.is_hand_off();
            return (to.is_sign_in() && on || sends_away(&exchange.address, to))
                .then_some((Turned::Exchange(exchange), to));
        }
        let led = |visit: &Visit| visit.led_to_sign_in(&exchange.address);
        let arrived = exchange.is_document()
            && matches!(self.status(), 200..=299 | 401 | 403)
            && (exchange.address.is_sign_in() || self.visit.is_some_and(led));
        if !arrived {
            return None;
        }
        if self.visit.is_some_and(|visit| visit.first.is_sign_out()) {
            return None;
        }
        // A form that leads to the page for a one-time code was taken.
        let taken = |hop: &Hop| hop.is_write() && exchange.address.asks_for_code();
        self.hops()
            .rev()
            .find(|hop| {
                let to = hop.to.as_ref();
                !taken(hop) && to.is_some_and(|to| sends_away(&hop.address, to))
            })
            // What the browser has kept says nothing of what the site thinks now.
            .filter(|hop| !hop.from_cache)
            .map(|hop| (Turned::Hop(hop), &exchange.address))
    }

    /// Whether the chain went in circles: it came back to a page that it had been at, often enough to be stopped.
    #[must_use]
    pub fn loops(&self) -> Option<u32> {
        let visit = self.visit?;
        // A recording that ends within a chain shows where its maker lost patience: no chain that arrives comes by one
        // address for the third time.
        let third_time = || {
            let here = &self.exchange.address;
            let times = |page: &Address| {
                let hops = visit.hops.iter();
                hops.filter(|hop| hop.address.same_document(page)).count()
            };
            // The last redirect tells of one request more.
            let next = match &self.exchange.end {
                End::Redirected(to) => times(to) + usize::from(to.same_document(here)),
                _ => 0,
            };
            self.browser == Browser::Recording && (times(here) >= 2 || next >= 2)
        };
        let stopped = match &self.exchange.end {
            End::Failed(error) => text::has(error, "REDIRECT") || visit.hop_count >= 10,
            End::Redirected(_) => visit.hop_count >= 10 || third_time(),
            _ => false,
        };
        let came_back = visit.hops.iter().enumerate().any(|(at, hop)| {
            visit
                .hops
                .iter()
                .skip(at + 1)
                .any(|later| later.address.same_page(&hop.address))
        });
        (stopped && came_back && (visit.hop_count >= 4 || third_time())).then_some(visit.hop_count)
    }

    /// In a recording: the form that was sent and the page that it led to, where that page led straight back to the form.
    /// So looks a sign-in that did not last, whatever the page is named.
    #[must_use]
    pub fn sent_back(&self) -> Option<(&'a Hop, &'a Hop)> {
        self.recorded()?;
        let here = &self.exchange.address;
        let (form, rest) = self.visit?.hops.split_first()?;
        let wanted = rest.last()?;
        let back = wanted.to.as_ref().is_some_and(|to| to.same_page(here));
        (form.is_write()
            && form.address.same_page(here)
            && !wanted.is_write()
            && !wanted.address.same_page(here)
            && back
            && self.exchange.is(200))
        .then_some((form, wanted))
    }

    /// Whether the site led from another page of its own to one that has one of these names.
    #[must_use]
    pub fn led_to(&self, names: &[&str]) -> bool {
        let here = &self.exchange.address;
        self.exchange.is_document()
            && self.hops().any(|hop| hop.address.same_site(here))
            && here.is_page(names)
    }

    /// The visits of the same try: those before this one, latest first, within ten minutes and on the same site.
    pub fn same_try(&self) -> Rev<Iter<'a, Visit>> {
        // A plain slice, so that each use of it takes little of the wasm.
        let mut tries = self.earlier.iter();
        let mut from = self.earlier.len();
        while let Some(visit) = tries.next_back() {
            if self.exchange.time - visit.started >= SAME_TRY
                || !visit.first.same_site(&self.exchange.address)
            {
                break;
            }
            from -= 1;
        }
        self.earlier.get(from..).unwrap_or_default().iter().rev()
    }

    /// In a recording: a form that went out without any cookie, and was refused or came back.
    #[must_use]
    pub fn form_without_cookies(&self) -> Option<Turned<'a>> {
        let exchange = self.exchange;
        let form = Turned::Exchange(exchange);
        let refused = matches!(self.status(), 400 | 403 | 419 | 422) && exchange.is_document();
        if READS && refused && form.is_write() {
            return Some(form).filter(|form| form.sent_nothing());
        }
        let back = READS && exchange.is(200) && exchange.address.is_sign_in();
        let form = self.hops().next().filter(|hop| back && hop.is_write())?;
        Some(Turned::Hop(form)).filter(|form| form.sent_nothing())
    }

    /// In a recording: what a page asked for without any cookie or key, where nobody was known (401).
    #[must_use]
    pub fn asked_as_nobody(&self) -> Option<Turned<'a>> {
        let refused =
            READS && self.status() == 401 && !self.exchange.is_document() && !self.sent_key();
        Some(Turned::Exchange(self.exchange)).filter(|step| refused && step.sent_nothing())
    }

    /// The step at which a sign-in was missed: it was turned away to a sign-in page, belongs to a loop, or was refused by
    /// the page itself.
    #[must_use]
    pub fn missed(&self) -> Option<Turned<'a>> {
        let exchange = self.exchange;
        if !exchange.is_document() {
            return None;
        }
        if let Some((step, _)) = self.turned_away() {
            return Some(step);
        }
        if self.loops().is_some() {
            let page = self.hops().rev().find(|hop| is_turnable(&hop.address));
            return page.or(self.hops().next_back()).map(Turned::Hop);
        }
        let form = exchange.is_write() && exchange.address.is_sign_in();
        let refused = self.status() == 401 && exchange.answerable().is_none();
        (refused && !form).then_some(Turned::Exchange(exchange))
    }

    /// Whether the site showed another page lately to the very session that this step sent, after a sign-in that had set
    /// it: what the step is refused for is not that.
    #[must_use]
    pub fn was_let_in(&self, step: Turned<'a>) -> bool {
        const LATELY: Millis = 2 * 60 * 1000;
        let host = step.address().host();
        for name in step.sessions().unwrap_or_default() {
            let (mut set, mut open) = (false, false);
            for visit in self.same_try() {
                for hop in visit.steps() {
                    set |= visit.sent_sign_in() && hop.sets.iter().any(|it| it == name);
                }
                let Some(end) = &visit.end else { continue };
                if visit.outcome == Outcome::In && end.address.same_page(step.address()) {
                    // This very page was shown to it: what changed since is the session.
                    return false;
                }
                let lately = self.exchange.time - end.time < LATELY;
                if visit.outcome == Outcome::In && lately && end.address.host() == host {
                    let sent = end.sessions.as_ref();
                    open |= sent.is_some_and(|sent| sent.iter().any(|it| it == name));
                }
            }
            if set && open {
                return true;
            }
        }
        false
    }

    /// Whether a sign-in was tried and did not last: a form was sent in this try, or the chain went in circles.
    #[must_use]
    pub fn tried_sign_in(&self) -> bool {
        self.loops().is_some() || self.sign_in().is_some()
    }

    /// The visit of this try in which a sign-in form was sent, the latest.
    #[must_use]
    pub fn sign_in(&self) -> Option<&'a Visit> {
        let here = self.visit.filter(|visit| visit.sent_sign_in());
        here.or_else(|| self.same_try().find(|visit| visit.sent_sign_in()))
    }

    /// The cookies that may hold a sign-in which the site's servers have set in the same try, the latest first.
    pub fn set_lately(&self) -> impl Iterator<Item = &'a Entry> {
        let exchange = self.exchange;
        self.hosts.ledger.latest().filter(move |entry| {
            // A form is refused for want of its own cookie, too: in a recording its page is known.
            let of_form = READS && cookie::is_csrf_like(&entry.name);
            (entry.by_sign_in || of_form || cookie::is_session_like(&entry.name))
                && !entry.embedded
                && entry.store == exchange.store
                && exchange.time - entry.time < SAME_TRY
                && entry.setter.same_site(&exchange.address)
        })
    }

    /// The cookies of the jar with one of these names that reach this exchange's address.
    #[must_use]
    pub fn in_jar(&self, names: &[&str]) -> Vec<JarCookie> {
        let address = &self.exchange.address;
        self.jar
            .unwrap_or_default()
            .iter()
            .filter(|cookie| names.contains(&cookie.name.as_str()) && reaches(cookie, address))
            .cloned()
            .collect()
    }

    /// All cookies of the jar that reach this exchange's host, whatever their path.
    #[must_use]
    pub fn all_in_jar(&self) -> Vec<JarCookie> {
        let host = self.exchange.address.host();
        self.jar
            .unwrap_or_default()
            .iter()
            .filter(|cookie| reaches_host(cookie, host))
            .cloned()
            .collect()
    }

    /// Adds the offer to remove these cookies, and after it the one to remove all that reach the host,
    /// where the jar has more than those.
    #[must_use]
    pub fn offer_removal(&self, mut finding: Finding, names: &[&str]) -> Finding {
        let named = self.in_jar(names);
        let all = self.all_in_jar();
        let more = all.len() > named.len();
        if !named.is_empty() {
            finding = finding
                .with(Arg::Name, named[0].name.clone())
                .with(Arg::Count, text::number(named.len()));
            finding = finding.offer(Offer::remove(RemedyId::RemoveCookies, named));
        }
        if more && !all.is_empty() {
            finding = finding.offer(Offer::remove(RemedyId::ClearSiteCookies, all));
        }
        finding
    }

    /// The way to sign in: the page that the site itself named, or else the wanted page, which will ask.
    #[must_use]
    pub fn sign_in_offer(&self) -> Offer {
        match &self.host.sign_in {
            Some(page) if self.exchange.challenges().is_empty() => {
                Offer::open(RemedyId::SignIn, page.kept())
            }
            _ => Offer::from(RemedyId::SignIn),
        }
    }

    /// The way back to where the person wanted to go; where that is a step of a sign-in, or on another site, to the site's
    /// front page. Never to the answer of a sign-in service, which works once.
    #[must_use]
    pub fn start_over_offer(&self) -> Offer {
        let here = &self.exchange.address;
        let wanted = self.wanted.filter(|wanted| {
            wanted.same_site(here) && is_turnable(wanted) && !wanted.takes_hand_offs()
        });
        let url = wanted.map_or_else(|| here.at("/"), Address::kept);
        Offer::open(RemedyId::StartOver, url)
    }

    /// What the probe found, as evidence of this kind.
    #[must_use]
    pub fn probe_evidence(&self, id: EvidenceId) -> Evidence {
        let status = self.facts.probe.as_ref().and_then(|probe| probe.status);
        Evidence::of(id).with(Arg::Status, status.map(text::number).unwrap_or_default())
    }

    /// What is known of the cookies that were sent, as evidence.
    #[must_use]
    pub fn cookie_evidence(&self) -> Option<Evidence> {
        let cookies = self.exchange.cookies()?;
        let sessions = self.exchange.session_cookies();
        Some(match sessions.first() {
            Some(name) => Evidence::of(EvidenceId::CookieSent).with(Arg::Name, *name),
            None if cookies.is_empty() => Evidence::of(EvidenceId::NoCookieSent),
            None => Evidence::of(EvidenceId::NoSessionCookieSent),
        })
    }

    /// What is known of the credentials that were sent, as evidence.
    #[must_use]
    pub fn credentials_evidence(&self) -> Evidence {
        match self.authorization() {
            Sent::Yes(credentials) => Evidence::of(EvidenceId::CredentialsSent)
                .with(Arg::Scheme, credentials.scheme.clone()),
            Sent::No => Evidence::of(EvidenceId::NoCredentialsSent),
            Sent::Unknowable => Evidence::of(EvidenceId::CredentialsUnknowable),
        }
    }

    /// The challenge that a browser would answer, or else the first one, as evidence.
    #[must_use]
    pub fn challenge_evidence(&self) -> Option<Evidence> {
        let answered = self.exchange.answerable();
        let challenge = answered.or(self.exchange.challenges().first())?;
        let view = crate::scheme::View::of(challenge);
        Some(
            Evidence::of(EvidenceId::Challenge)
                .with(Arg::Scheme, view.name())
                .with(Arg::Realm, view.realm().unwrap_or_default()),
        )
    }
}

/// The step that was turned away: in full or in short.
#[derive(Clone, Copy, Debug)]
pub enum Turned<'a> {
    /// The exchange that is judged.
    Exchange(&'a Exchange),
    /// An earlier step of its chain.
    Hop(&'a Hop),
}

impl<'a> Turned<'a> {
    /// Session-like cookies that it sent; `None` where nobody looked.
    #[must_use]
    pub fn sessions(self) -> Option<Vec<&'a str>> {
        match self {
            Turned::Exchange(exchange) => exchange.cookies().map(|_| exchange.session_cookies()),
            Turned::Hop(hop) => hop
                .sessions
                .as_ref()
                .map(|names| names.iter().map(String::as_str).collect()),
        }
    }

    /// Whether its method asks for a change.
    #[must_use]
    pub fn is_write(self) -> bool {
        match self {
            Turned::Exchange(exchange) => exchange.is_write(),
            Turned::Hop(hop) => hop.is_write(),
        }
    }

    /// Whether its answer sets this cookie.
    #[must_use]
    pub fn sets(self, name: &str) -> bool {
        match self {
            Turned::Exchange(exchange) => exchange.set_cookies().iter().any(|set| set.name == name),
            Turned::Hop(hop) => hop.sets.iter().any(|set| set == name),
        }
    }

    /// Whether it certainly went without this cookie.
    #[must_use]
    pub fn lacks(self, name: &str) -> bool {
        match self {
            Turned::Exchange(exchange) => exchange
                .cookies()
                .is_some_and(|sent| sent.iter().all(|cookie| cookie.name != name)),
            Turned::Hop(hop) => {
                // A hop remembers the names of session-like cookies alone.
                let told = cookie::is_session_like(name) || !hop.any_cookie;
                let sessions = hop.sessions.as_ref();
                told && sessions.is_some_and(|names| names.iter().all(|known| known != name))
            }
        }
    }

    /// Whether it certainly went without any cookie.
    #[must_use]
    pub fn sent_nothing(self) -> bool {
        match self {
            Turned::Exchange(exchange) => exchange.sent_no_cookie(),
            Turned::Hop(hop) => hop.sessions.is_some() && !hop.any_cookie,
        }
    }

    /// Whether it is this step of the chain.
    #[must_use]
    pub fn is(self, hop: &Hop) -> bool {
        matches!(self, Turned::Hop(own) if std::ptr::eq(own, hop))
    }

    /// Its address.
    #[must_use]
    pub fn address(self) -> &'a Address {
        match self {
            Turned::Exchange(exchange) => &exchange.address,
            Turned::Hop(hop) => &hop.address,
        }
    }
}

/// Whether this redirect sends somebody to a sign-in page who wanted something else.
fn sends_away(from: &Address, to: &Address) -> bool {
    is_turnable(from) && to.is_sign_in() && !asks_for_service(from, to)
}

/// Whether who follows this redirect asked for that: links to sign in with another service's account lie at `/auth/google`
/// and the like.
fn asks_for_service(from: &Address, to: &Address) -> bool {
    to.has_parameter("client_id") && !to.same_site(from) && from.has_part(STARTS)
}

/// Parts of paths below which a site has its links to sign-in services, without marks between words.
const STARTS: &[&str] = &["auth", "oauth", "oauth2", "social", "socialauth"];

fn is_turnable(address: &Address) -> bool {
    !address.is_sign_in() && !address.is_sign_out() && !address.is_hand_off()
}

/// Whether a cookie of the jar goes to this host (RFC 6265bis §5.8.3).
#[must_use]
pub fn reaches_host(jar: &JarCookie, host: &str) -> bool {
    if jar.host_only {
        jar.domain.eq_ignore_ascii_case(host)
    } else {
        cookie::domain_matches(host, &jar.domain)
    }
}

/// Whether a cookie of this host or domain, of which no more is known, may go to this host.
#[must_use]
pub fn reaches_name(domain: &str, host: &str) -> bool {
    cookie::domain_matches(host, domain)
}

/// Whether a cookie of the jar goes to this address.
#[must_use]
pub fn reaches(jar: &JarCookie, address: &Address) -> bool {
    reaches_host(jar, address.host())
        && cookie::path_matches(address.path(), &jar.path)
        && (!jar.secure || !address.is_plain_http())
}
