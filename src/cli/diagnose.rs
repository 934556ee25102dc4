//! `readmit diagnose`: a HAR or response heads in; findings out, as text for people or as JSON lines.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};

use clap::ArgMatches;
use serde::Serialize;

use crate::cli::filter::Filter;
use crate::cli::progress::Progress;
use crate::cli::texts::Texts;
use crate::cli::words::{Kind, Look, Words};
use crate::cli::{FOUND, NOTHING, Streams, UNREADABLE};
use crate::exchange::{End, Exchange};
use crate::finding::{Arg, Args, Confidence, Finding, FindingId};
use crate::input::{Diagnosis, Ending, Judgement, UNKNOWN_HOST};
use crate::owner::advice;

/// Stands for an address that the input does not tell.
const NO_ADDRESS: &str = "(address not known)";

/// Bytes that are read at a time.
const PIECE: usize = 256 << 10;

/// One line of the output: names and order are a promise to scripts.
#[derive(Serialize)]
struct Row<'a> {
    entry: usize,
    url: Option<String>,
    status: u16,
    finding: &'a str,
    confidence: Confidence,
    evidence: Vec<&'a str>,
    remedies: Vec<&'a str>,
    others: Vec<&'a str>,
}

/// Reads the input, judges it, and prints what was found as soon as it is known.
pub(super) fn run(matches: &ArgMatches, look: Look, streams: &mut Streams<'_>) -> io::Result<u8> {
    let name = matches
        .get_one::<String>("file")
        .map_or("-", String::as_str);
    let mut file;
    let mut total = None;
    let input: &mut dyn Read = if name == "-" {
        &mut *streams.input
    } else {
        match File::open(name) {
            Ok(opened) => {
                total = opened.metadata().ok().map(|known| known.len());
                file = opened;
                &mut file
            }
            Err(error) => return cannot_read(name, &error, streams.errors),
        }
    };
    let mut told = Told {
        json: matches
            .get_one::<String>("format")
            .is_some_and(|format| format == "json"),
        filter: Filter::of(matches),
        texts: Texts::english(),
        counts: BTreeMap::new(),
        fails: false,
        unexplained: 0,
    };
    let mut progress = Progress::new(total, streams.watched);
    let mut diagnosis = Diagnosis::new();
    let mut words = Words::new(streams.output, look);
    let mut piece = vec![0; PIECE];
    let mut cut_off = None;
    loop {
        let length = match input.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                cut_off = Some(error);
                break;
            }
        };
        progress.add(length, streams.errors)?;
        for judgement in diagnosis.push(piece.get(..length).unwrap_or_default()) {
            told.tell(judgement, &mut words, || progress.clear(streams.errors))?;
        }
    }
    progress.clear(streams.errors)?;
    if let Some(error) = cut_off {
        return cannot_read(name, &error, streams.errors);
    }
    let ending = diagnosis.finish();
    for judgement in ending.judged {
        told.tell(judgement, &mut words, || Ok(()))?;
    }
    let ending = Ending {
        judged: Vec::new(),
        ..ending
    };
    if !told.json && ending.exchanges > 0 {
        told.advise(&mut words)?;
        told.sum_up(ending.exchanges, &mut words)?;
    }
    for problem in &ending.problems {
        writeln!(streams.errors, "readmit: {problem}")?;
    }
    // A head with a broken line was read all the same; a HAR with a broken place was not, whatever else it holds.
    let broken = ending.exchanges == 0 || ending.is_har;
    if broken && !ending.problems.is_empty() {
        return Ok(UNREADABLE);
    }
    Ok(if told.fails { FOUND } else { NOTHING })
}

fn cannot_read(name: &str, error: &io::Error, errors: &mut dyn Write) -> io::Result<u8> {
    let name: String = name.chars().take(64).collect();
    writeln!(errors, "readmit: cannot read {name}: {error}")?;
    Ok(UNREADABLE)
}

/// What is told, and what was.
struct Told {
    json: bool,
    filter: Filter,
    texts: Texts,
    counts: BTreeMap<FindingId, usize>,
    fails: bool,
    unexplained: usize,
}

impl Told {
    /// Writes what is found of an exchange, if anything; `before` makes room for it.
    fn tell(
        &mut self,
        judgement: Judgement,
        words: &mut Words<'_>,
        before: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        let Judgement {
            entry,
            exchange,
            findings,
        } = judgement;
        let explained = !findings.is_empty();
        let findings = self.filter.told(findings);
        let Some((first, others)) = findings.split_first() else {
            if !self.json && !explained && is_unexplained(&exchange) {
                self.unexplained += 1;
                before()?;
                return self.general(entry, &exchange, words);
            }
            return Ok(());
        };
        *self.counts.entry(first.id).or_default() += 1;
        self.fails |= self.filter.fails(first.id);
        before()?;
        if self.json {
            row(entry, &exchange, first, others, words)
        } else {
            self.block(entry, &exchange, first, others, words)
        }
    }

    /// A finding in words: what, why, what helps, how we know, and what else it may be.
    fn block(
        &self,
        entry: usize,
        exchange: &Exchange,
        first: &Finding,
        others: &[Finding],
        words: &mut Words<'_>,
    ) -> io::Result<()> {
        headline(entry, exchange, words)?;
        let texts = &self.texts;
        let args = without_unknown_host(&first.args);
        let id = first.id.as_str();
        let sure = texts.get("confidence", confidence_id(first.confidence), "", &args);
        let title = if first.notice {
            Kind::Notice
        } else {
            Kind::Wall
        };
        words.line("    ", title, &texts.get("finding", id, "title", &args))?;
        words.line("    ", Kind::Plain, &texts.get("finding", id, "why", &args))?;
        words.line("    ", Kind::Aside, &format!("[{id}, {sure}]"))?;
        if !first.offers.is_empty() {
            words.line("  ", Kind::Strong, "What helps:")?;
        }
        for (number, offer) in first.offers.iter().enumerate() {
            let label = texts.get("remedy", offer.id.as_str(), "label", &args);
            let number = format!("    {}. ", number + 1);
            let id = format!("  [{}]", offer.id.as_str());
            words.parts(&number, &[(Kind::Help, &label), (Kind::Aside, &id)])?;
        }
        if !first.evidence.is_empty() {
            words.line("  ", Kind::Strong, "How we know:")?;
        }
        for evidence in &first.evidence {
            let args = without_unknown_host(&evidence.args);
            let text = texts.get("evidence", evidence.id.as_str(), "", &args);
            words.line("    - ", Kind::Plain, &text)?;
        }
        if !others.is_empty() {
            let others: Vec<&str> = others.iter().map(|other| other.id.as_str()).collect();
            let others = format!("It may also be: {}", others.join(", "));
            words.line("  ", Kind::Plain, &others)?;
        }
        words.gap()
    }

    /// What the status means, where nothing better is known.
    fn general(&self, entry: usize, exchange: &Exchange, words: &mut Words<'_>) -> io::Result<()> {
        headline(entry, exchange, words)?;
        let status = exchange.status().unwrap_or(0);
        let class = if status < 500 { "4xx" } else { "5xx" };
        let number = status.to_string();
        let id = if self.texts.has("status", &number) {
            number.as_str()
        } else {
            class
        };
        let args = Args::default();
        let title = self.texts.get("status", id, "title", &args);
        words.line("    ", Kind::Notice, &title)?;
        let text = self.texts.get("status", id, "", &args);
        words.line("    ", Kind::Plain, &text)?;
        words.gap()
    }

    /// What the people who run the site can change: once for each finding.
    fn advise(&self, words: &mut Words<'_>) -> io::Result<()> {
        let args = Args::default();
        let mut begun = false;
        for id in self.counts.keys() {
            let change = self.texts.find("owner", id.as_str(), "change", &args);
            let topics = advice::topics(*id);
            if change.is_none() && topics.is_empty() {
                continue;
            }
            if !std::mem::replace(&mut begun, true) {
                words.line("", Kind::Strong, "For the people who run the site:")?;
            }
            words.line("  ", Kind::Aside, &format!("[{}]", id.as_str()))?;
            if let Some(change) = change {
                words.line("    ", Kind::Plain, &change)?;
            }
            for topic in topics {
                let title = self.texts.find("topic", topic.as_str(), "title", &args);
                let id = topic.as_str();
                match title {
                    Some(title) => words.parts(
                        "    - ",
                        &[(Kind::Plain, &title), (Kind::Aside, &format!("  [{id}]"))],
                    )?,
                    None => words.line("    - ", Kind::Plain, id)?,
                }
            }
        }
        if begun {
            words.gap()?;
        }
        Ok(())
    }

    fn sum_up(&self, exchanges: usize, words: &mut Words<'_>) -> io::Result<()> {
        let found: usize = self.counts.values().sum();
        let noun = if exchanges == 1 {
            "exchange"
        } else {
            "exchanges"
        };
        let mut text = format!("{exchanges} {noun} read, ");
        if found == 0 {
            text.push_str("nothing found that locks anyone out");
        } else {
            let mut counts: Vec<(&str, usize)> = self
                .counts
                .iter()
                .map(|(id, count)| (id.as_str(), *count))
                .collect();
            counts.sort_unstable();
            let causes: Vec<String> = counts
                .iter()
                .map(|(id, count)| format!("{id} ({count})"))
                .collect();
            text.push_str(&format!("{found} with a finding: {}", causes.join(", ")));
        }
        if self.unexplained > 0 {
            text.push_str(&format!(
                "; {} failed for a reason that is not known",
                self.unexplained
            ));
        }
        text.push('.');
        words.line("", Kind::Strong, &text)
    }
}

/// The address as it may be shown; `None` where it is not known.
fn shown(exchange: &Exchange) -> Option<String> {
    (exchange.address.host() != UNKNOWN_HOST).then(|| exchange.address.shown())
}

/// Which exchange it is.
fn headline(entry: usize, exchange: &Exchange, words: &mut Words<'_>) -> io::Result<()> {
    let address = shown(exchange).unwrap_or_else(|| NO_ADDRESS.to_owned());
    let status = exchange
        .status()
        .map_or("no answer".to_owned(), |status| status.to_string());
    let request = format!("{} {address}", exchange.method);
    words.parts(
        "",
        &[
            (Kind::Aside, &format!("#{entry}  ")),
            (Kind::Strong, &request),
            (Kind::Plain, &format!("  →  {status}")),
        ],
    )
}

fn row(
    entry: usize,
    exchange: &Exchange,
    first: &Finding,
    others: &[Finding],
    words: &mut Words<'_>,
) -> io::Result<()> {
    let row = Row {
        entry,
        url: shown(exchange),
        status: exchange.status().unwrap_or(0),
        finding: first.id.as_str(),
        confidence: first.confidence,
        evidence: first
            .evidence
            .iter()
            .map(|evidence| evidence.id.as_str())
            .collect(),
        remedies: first.offers.iter().map(|offer| offer.id.as_str()).collect(),
        others: others.iter().map(|other| other.id.as_str()).collect(),
    };
    words.raw(&serde_json::to_vec(&row)?)
}

/// A page that failed, and no rule knows why. It has no line as JSON, where only findings have one.
fn is_unexplained(exchange: &Exchange) -> bool {
    let failed = exchange.status().is_some_and(|status| status >= 400);
    failed
        && exchange.is_document()
        && exchange.end == End::Completed
        && !exchange.is_handshake_step()
}

fn confidence_id(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    }
}

/// A pasted head often does not name its host: the texts then speak of the site.
fn without_unknown_host(args: &Args) -> Args {
    let mut args = args.clone();
    for name in [Arg::Host, Arg::Other] {
        if args.get(name) == UNKNOWN_HOST {
            args.set(name, "the site");
        }
    }
    args
}
