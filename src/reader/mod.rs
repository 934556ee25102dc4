//! What the page asks of the core: reads what was pasted or dropped, lists what failed, and draws what is true of it.

pub mod share;

use std::collections::HashMap;

use serde::Serialize;

use crate::address::Address;
use crate::engine::draw;
use crate::event::{Browser, Millis};
use crate::exchange::{End, Exchange};
use crate::finding::{Arg, Args, Confidence, Finding, FindingId};
use crate::input::{Diagnosis, InputProblem, Judgement, UNKNOWN_HOST};
use crate::journal::{Facts, Hosts, Tab, Visit};
use crate::owner::part::{self, Around, Part};
use crate::remedy::Act;
use crate::view::View;

/// How an input's address begins in reports where none is known.
const UNKNOWN_ORIGIN: &str = "https://unknown.invalid";

/// Failing exchanges that are kept; those beyond are counted. Each takes a few kilobytes.
const FAILURES_MAX: usize = 20_000;

/// Exchanges of pasted heads that are kept, to be written down again.
const HEADS_MAX: usize = 100;

/// An input that is read and judged piece by piece.
#[derive(Default)]
pub struct Reading {
    diagnosis: Diagnosis,
    /// The chains that go on, by request id.
    open: HashMap<String, Visit>,
    failures: Vec<Failure>,
    /// Those that there was no room for.
    unlisted: usize,
    /// The first exchanges, whatever came of them.
    heads: Vec<Exchange>,
    exchanges: usize,
    problems: Vec<InputProblem>,
    is_har: bool,
}

/// A failing exchange.
struct Failure {
    judgement: Judgement,
    /// Its chain.
    visit: Visit,
}

/// What was understood of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// It was a HAR, or meant to be one.
    pub is_har: bool,
    /// How many exchanges were read.
    pub exchanges: u32,
    /// The status of the first one; none where it has no answer.
    pub status: Option<u16>,
    /// The host of the first one; none where the input does not tell.
    pub host: Option<String>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The failing exchanges, in the order in which they happened.
    pub rows: Vec<Row>,
    /// How many further ones there was no room for.
    pub unlisted: u32,
}

/// A place that could not be read. See [`InputProblem`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What should stand there.
    pub expected: String,
    /// What stands there: at most 64 characters.
    pub found: String,
}

/// One failing exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Its place in the input, from 0, as the command line counts.
    pub entry: u32,
    /// When, in milliseconds since 1970; 0 where the input does not tell.
    pub time: Millis,
    /// The method.
    pub method: String,
    /// The address, redacted; none where the input does not tell.
    pub url: Option<String>,
    /// The host, with its port where that is not the scheme's own.
    pub host: Option<String>,
    /// The status; none where there was no answer.
    pub status: Option<u16>,
    /// The top finding, where one explains it.
    pub finding: Option<FindingId>,
    /// How sure that is.
    pub confidence: Option<Confidence>,
    /// A request of a page, not the page itself.
    pub background: bool,
}

impl Reading {
    /// Before the first byte.
    #[must_use]
    pub fn new() -> Reading {
        Reading::default()
    }

    /// Reads the next piece of a HAR or of response heads, whichever it is.
    pub fn push(&mut self, piece: &[u8]) {
        let judged = self.diagnosis.push(piece);
        judged.into_iter().for_each(|one| self.take(one));
    }

    /// The end of the input: what was understood of it, and what failed.
    pub fn finish(&mut self) -> Summary {
        let ending = std::mem::take(&mut self.diagnosis).finish();
        ending.judged.into_iter().for_each(|one| self.take(one));
        self.exchanges = ending.exchanges;
        self.problems = ending.problems;
        self.is_har = ending.is_har;
        self.open.clear();
        self.summary()
    }

    fn take(&mut self, judgement: Judgement) {
        let exchange = &judgement.exchange;
        if self.heads.len() < HEADS_MAX {
            self.heads.push(exchange.clone());
        }
        let goes_on = matches!(exchange.end, End::Redirected(_) | End::Repeated);
        let known = self.open.remove(&exchange.request_id);
        let mut visit = known.unwrap_or_else(|| Visit::begin(exchange));
        if goes_on && judgement.findings.is_empty() {
            // An answered challenge is no step of its own: the same request is still under way.
            if exchange.end != End::Repeated {
                visit.push(exchange);
            }
            if self.open.len() < FAILURES_MAX {
                self.open.insert(exchange.request_id.clone(), visit);
            }
            return;
        }
        if judgement.findings.is_empty() && !has_failed(exchange) {
            return;
        }
        if self.failures.len() >= FAILURES_MAX {
            self.unlisted += 1;
            return;
        }
        visit.outcome = visit.outcome_of(exchange);
        self.failures.push(Failure { judgement, visit });
    }

    fn summary(&self) -> Summary {
        let first = self.heads.first();
        Summary {
            is_har: self.is_har,
            exchanges: small(self.exchanges),
            status: first.and_then(Exchange::status),
            host: first.and_then(host),
            problems: self.problems.iter().map(Problem::of).collect(),
            rows: self.failures.iter().map(Failure::row).collect(),
            unlisted: small(self.unlisted),
        }
    }

    /// The findings of a row, most telling first; none where nothing explains the failure.
    #[must_use]
    pub fn findings(&self, row: usize) -> &[Finding] {
        self.failures
            .get(row)
            .map_or(&[], |failure| &failure.judgement.findings)
    }

    /// The diagnosis of a failing exchange by its row, for the extension's own drawing; `None` where there is no such
    /// row. A page can press nothing: every step is one in words. `the_site` stands for a host that is not known.
    #[must_use]
    pub fn view(&self, row: usize, the_site: &str) -> Option<View> {
        let Failure { judgement, visit } = self.failures.get(row)?;
        let exchange = &judgement.exchange;
        let mut tab = Tab::new(0);
        tab.wanted = Some(visit.first.clone());
        tab.visit = Some(visit.clone());
        tab.document = Some(exchange.clone());
        let findings: Vec<(Finding, &Exchange)> = judgement
            .findings
            .iter()
            .map(|finding| (finding.clone(), exchange))
            .collect();
        let mut view = draw::view(&tab, Browser::Recording, &findings);
        view.can_check = false;
        for finding in &mut view.findings {
            for remedy in &mut finding.remedies {
                remedy.act = Act::Item;
                remedy.permission = None;
                name_site(&mut remedy.args, the_site);
            }
            for fact in &mut finding.evidence {
                name_site(&mut fact.args, the_site);
            }
            name_site(&mut finding.args, the_site);
        }
        if let Some(general) = &mut view.general {
            name_site(&mut general.args, the_site);
        }
        if !is_known(&exchange.address) {
            the_site.clone_into(&mut view.host);
            view.report = view.report.replace(UNKNOWN_ORIGIN, "(host not known)");
        }
        Some(view)
    }

    /// What the owner of the site wants to know of a failing exchange; `None` where there is no such row. `now` is in
    /// milliseconds since 1970. What only a browser can tell is left out, and a page may ask no site anything.
    #[must_use]
    pub fn part(&self, row: usize, now: Millis) -> Option<Part> {
        let Failure { judgement, .. } = self.failures.get(row)?;
        let exchange = &judgement.exchange;
        let findings: Vec<FindingId> = judgement.findings.iter().map(|it| it.id).collect();
        let mut part = part::part(
            exchange,
            Around {
                browser: Browser::Recording,
                findings: &findings,
                shown: Some(&exchange.address.shown()),
                facts: &Facts::default(),
                hosts: &Hosts::default(),
                now,
            },
        );
        part.check = None;
        if exchange.sent.is_none() {
            part.did.clear();
        }
        if !is_known(&exchange.address) {
            exchange.address.path().clone_into(&mut part.url);
            part.space.clear();
            part.commands.clear();
        }
        Some(part)
    }

    /// The input again, without anything secret: of a paste all of it, of a recording this row alone. Reading it gives
    /// the same findings, but for what rested on something else in the recording.
    #[must_use]
    pub fn shared(&self, row: usize) -> String {
        let one = self
            .failures
            .get(row)
            .map(|failure| std::slice::from_ref(&failure.judgement.exchange))
            .filter(|_| self.is_har);
        share::write(one.unwrap_or(&self.heads))
    }
}

impl Failure {
    fn row(&self) -> Row {
        let Judgement {
            entry,
            exchange,
            findings,
        } = &self.judgement;
        let top = findings.first();
        Row {
            entry: small(*entry),
            time: exchange.time,
            method: exchange.method.clone(),
            url: is_known(&exchange.address).then(|| exchange.address.shown()),
            host: host(exchange),
            status: exchange.status(),
            finding: top.map(|finding| finding.id),
            confidence: top.map(|finding| finding.confidence),
            background: !exchange.is_document(),
        }
    }
}

impl Problem {
    fn of(problem: &InputProblem) -> Problem {
        Problem {
            line: small(problem.line),
            column: small(problem.column),
            expected: problem.expected.clone(),
            found: problem.found.clone(),
        }
    }
}

/// Whether nothing came of it: an error as the answer, or no answer. A challenge that was answered is no failure.
fn has_failed(exchange: &Exchange) -> bool {
    let failed = exchange.status().is_none_or(|status| status >= 400);
    failed && exchange.end != End::Repeated && !exchange.is_handshake_step()
}

fn host(exchange: &Exchange) -> Option<String> {
    is_known(&exchange.address).then(|| exchange.address.authority())
}

fn is_known(address: &Address) -> bool {
    address.host() != UNKNOWN_HOST
}

/// Puts a word in the place of a host that is not known.
fn name_site(args: &mut Args, the_site: &str) {
    for name in [Arg::Host, Arg::Other] {
        if args.get(name) == UNKNOWN_HOST {
            args.set(name, the_site);
        }
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
