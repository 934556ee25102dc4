//! What the page asks of the core: reads what was pasted or dropped, lists what failed, and draws what is true of it.

use serde::Serialize;

use crate::address::Address;
use crate::engine::draw;
use crate::event::{Browser, Millis};
use crate::exchange::{End, Exchange};
use crate::finding::{Arg, Args, Confidence, Finding, FindingId};
use crate::input::{self, InputProblem, Judged, Recording, UNKNOWN_HOST, har, raw_head};
use crate::journal::{Outcome, Tab, Visit};
use crate::remedy::Act;
use crate::view::View;

/// How an input's address begins in reports where none is known.
const UNKNOWN_ORIGIN: &str = "https://unknown.invalid";

/// A recording that was read and judged.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    recording: Recording,
    judged: Vec<Judged>,
    failures: Vec<Failure>,
}

/// Where a failing exchange stands.
#[derive(Clone, Copy, Debug)]
struct Failure {
    /// Its index among the exchanges.
    exchange: usize,
    /// Its index among the judged ones, where a finding explains it.
    judged: Option<usize>,
}

/// What was understood of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
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
    /// Reads a HAR or response heads, whichever it is.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Reading {
        if har::looks_like_json(bytes) {
            return Reading::judge(har::parse(bytes));
        }
        let text = String::from_utf8_lossy(bytes);
        Reading::judge(raw_head::parse(&text, &input::site_of))
    }

    /// Judges what was read.
    #[must_use]
    pub fn judge(recording: Recording) -> Reading {
        let judged = input::judge(&recording.exchanges, Browser::Recording);
        let mut explained = judged.iter().enumerate().peekable();
        let mut failures = Vec::new();
        for (index, exchange) in recording.exchanges.iter().enumerate() {
            let finding = explained.next_if(|(_, judged)| judged.entry == index);
            if finding.is_some() || has_failed(exchange) {
                failures.push(Failure {
                    exchange: index,
                    judged: finding.map(|(at, _)| at),
                });
            }
        }
        Reading {
            recording,
            judged,
            failures,
        }
    }

    /// What was read, in the order in which it happened.
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        &self.recording.exchanges
    }

    /// What is true of it.
    #[must_use]
    pub fn judged(&self) -> &[Judged] {
        &self.judged
    }

    /// What was understood, and what failed.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let Recording {
            exchanges,
            problems,
            ..
        } = &self.recording;
        let first = exchanges.first();
        Summary {
            exchanges: small(exchanges.len()),
            status: first.and_then(Exchange::status),
            host: first.and_then(host),
            problems: problems.iter().map(Problem::of).collect(),
            rows: self.failures.iter().map(|at| self.row(*at)).collect(),
        }
    }

    fn row(&self, at: Failure) -> Row {
        let top = self.findings(at).first();
        let exchange = self.recording.exchanges.get(at.exchange);
        let address = exchange.filter(|exchange| is_known(&exchange.address));
        Row {
            entry: small(
                self.recording
                    .entries
                    .get(at.exchange)
                    .copied()
                    .unwrap_or(at.exchange),
            ),
            time: exchange.map_or(0, |exchange| exchange.time),
            method: exchange.map_or(String::new(), |exchange| exchange.method.clone()),
            url: address.map(|exchange| exchange.address.shown()),
            host: address.and_then(host),
            status: exchange.and_then(Exchange::status),
            finding: top.map(|finding| finding.id),
            confidence: top.map(|finding| finding.confidence),
            background: exchange.is_some_and(|exchange| !exchange.is_document()),
        }
    }

    fn findings(&self, at: Failure) -> &[Finding] {
        at.judged
            .and_then(|judged| self.judged.get(judged))
            .map_or(&[], |judged| &judged.findings)
    }

    /// The diagnosis of a failing exchange by its row, for the extension's own drawing; `None` where there is no such
    /// row. A page can press nothing: every step is one in words. `the_site` stands for a host that is not known.
    #[must_use]
    pub fn view(&self, row: usize, the_site: &str) -> Option<View> {
        let at = *self.failures.get(row)?;
        let exchange = self.recording.exchanges.get(at.exchange)?;
        let mut tab = Tab::new(0);
        tab.wanted = self
            .chain(at.exchange)
            .next()
            .map(|first| first.address.clone());
        tab.visit = self.visit(at.exchange);
        tab.document = Some(exchange.clone());
        let findings: Vec<(Finding, &Exchange)> = self
            .findings(at)
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
            view.report = view.report.replace(UNKNOWN_ORIGIN, "(address not known) ");
        }
        Some(view)
    }

    /// The exchanges of the chain that this one ends.
    fn chain(&self, end: usize) -> impl Iterator<Item = &Exchange> {
        let known = self.recording.exchanges.get(..=end).unwrap_or_default();
        let id = known.last().map(|last| last.request_id.as_str());
        known
            .iter()
            .filter(move |exchange| Some(exchange.request_id.as_str()) == id)
    }

    fn visit(&self, end: usize) -> Option<Visit> {
        let mut chain = self.chain(end).peekable();
        let mut visit = Visit::begin(chain.peek()?);
        while let Some(exchange) = chain.next() {
            if chain.peek().is_none() {
                visit.outcome = Outcome::of(exchange);
            } else if exchange.end != End::Repeated {
                visit.push(exchange);
            }
        }
        Some(visit)
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
