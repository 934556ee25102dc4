//! `readmit diagnose`: a HAR or response heads in; findings out, as text for people or as JSON lines.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::cli::texts::Texts;
use crate::cli::{FOUND, NOTHING, Streams, UNREADABLE};
use crate::event::Browser;
use crate::exchange::{End, Exchange};
use crate::finding::{Arg, Args, Confidence, Finding};
use crate::input::{self, Recording, UNKNOWN_HOST};

/// Stands for an address that the input does not tell.
const NO_ADDRESS: &str = "(address not known)";

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

/// Reads the input, judges it, and prints what was found.
pub(super) fn run(bytes: &[u8], json: bool, streams: &mut Streams<'_>) -> io::Result<u8> {
    let recording = read(bytes);
    let judged = input::judge(&recording.exchanges, Browser::Recording);
    let texts = Texts::english();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = 0;
    let mut judged = judged.iter().peekable();
    for (index, (exchange, entry)) in recording
        .exchanges
        .iter()
        .zip(&recording.entries)
        .enumerate()
    {
        let found = judged.next_if(|found| found.entry == index);
        let Some(first) = found.and_then(|found| found.findings.first()) else {
            if !json && is_unexplained(exchange) {
                unexplained += 1;
                write_general(streams.output, &texts, *entry, exchange)?;
            }
            continue;
        };
        let findings = found.map_or(&[][..], |found| &found.findings);
        *counts.entry(first.id.as_str()).or_default() += 1;
        if json {
            write_row(streams.output, *entry, exchange, findings)?;
        } else {
            write_block(streams.output, &texts, *entry, exchange, findings)?;
        }
    }
    if !json && !recording.exchanges.is_empty() {
        write_summary(
            streams.output,
            recording.exchanges.len(),
            &counts,
            unexplained,
        )?;
    }
    for problem in &recording.problems {
        writeln!(streams.errors, "readmit: {problem}")?;
    }
    // A head with a broken line was read all the same; a HAR that breaks off was not, whatever stands before.
    let broken = recording.exchanges.is_empty() || input::har::looks_like_json(bytes);
    if broken && !recording.problems.is_empty() {
        return Ok(UNREADABLE);
    }
    Ok(if counts.is_empty() { NOTHING } else { FOUND })
}

/// Tells a HAR from heads, and text from what is none.
fn read(bytes: &[u8]) -> Recording {
    let text;
    // PowerShell's `>` writes UTF-16.
    let bytes = match bytes {
        [0xFF, 0xFE, rest @ ..] => {
            text = from_utf16(rest, u16::from_le_bytes);
            text.as_bytes()
        }
        [0xFE, 0xFF, rest @ ..] => {
            text = from_utf16(rest, u16::from_be_bytes);
            text.as_bytes()
        }
        _ => bytes,
    };
    if input::har::looks_like_json(bytes) {
        return input::har::parse(bytes);
    }
    if bytes.trim_ascii().is_empty() {
        return unreadable("nothing");
    }
    if bytes.iter().take(4096).any(|b| *b == 0) {
        return unreadable("binary data");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => input::raw_head::parse(text, &input::site_of),
        // Fields are bytes; where they are no UTF-8, each stands for itself (ISO-8859-1, RFC 9110 §5.5).
        Err(_) => input::raw_head::parse(
            &bytes.iter().map(|b| char::from(*b)).collect::<String>(),
            &input::site_of,
        ),
    }
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .filter_map(|pair| pair.try_into().ok())
        .map(unit)
        .collect();
    String::from_utf16_lossy(&units)
}

fn unreadable(found: &str) -> Recording {
    let expected =
        "a HAR recording or the head of a response (`HTTP/1.1 401 Unauthorized` and its fields)"
            .to_owned();
    let problem = input::InputProblem {
        line: 1,
        column: 1,
        expected,
        found: found.to_owned(),
    };
    Recording {
        problems: vec![problem],
        ..Recording::default()
    }
}

/// The address as it may be shown; `None` where it is not known.
fn shown(exchange: &Exchange) -> Option<String> {
    (exchange.address.host() != UNKNOWN_HOST).then(|| exchange.address.shown())
}

fn write_row(
    output: &mut dyn Write,
    entry: usize,
    exchange: &Exchange,
    findings: &[Finding],
) -> io::Result<()> {
    let Some((first, others)) = findings.split_first() else {
        return Ok(());
    };
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
    serde_json::to_writer(&mut *output, &row)?;
    output.write_all(b"\n")
}

/// A finding in words: what, why, what helps, how we know, and what else it may be.
fn write_block(
    output: &mut dyn Write,
    texts: &Texts,
    entry: usize,
    exchange: &Exchange,
    findings: &[Finding],
) -> io::Result<()> {
    let Some((first, others)) = findings.split_first() else {
        return Ok(());
    };
    let address = shown(exchange).unwrap_or_else(|| NO_ADDRESS.to_owned());
    let status = exchange
        .status()
        .map_or("no answer".to_owned(), |status| status.to_string());
    writeln!(
        output,
        "#{entry}  {} {address}  →  {status}",
        exchange.method
    )?;
    let args = without_unknown_host(&first.args);
    let id = first.id.as_str();
    let sure = texts.get("confidence", confidence_id(first.confidence), "", &args);
    writeln!(output, "    {}", texts.get("finding", id, "title", &args))?;
    writeln!(output, "    {}", texts.get("finding", id, "why", &args))?;
    writeln!(output, "    [{id}, {sure}]")?;
    if !first.offers.is_empty() {
        writeln!(output, "  What helps:")?;
    }
    for (number, offer) in first.offers.iter().enumerate() {
        let label = texts.get("remedy", offer.id.as_str(), "label", &args);
        writeln!(
            output,
            "    {}. {label}  [{}]",
            number + 1,
            offer.id.as_str()
        )?;
    }
    if !first.evidence.is_empty() {
        writeln!(output, "  How we know:")?;
    }
    for evidence in &first.evidence {
        let args = without_unknown_host(&evidence.args);
        writeln!(
            output,
            "    - {}",
            texts.get("evidence", evidence.id.as_str(), "", &args)
        )?;
    }
    if !others.is_empty() {
        let others: Vec<&str> = others.iter().map(|other| other.id.as_str()).collect();
        writeln!(output, "  It may also be: {}", others.join(", "))?;
    }
    writeln!(output)
}

/// A page that failed, and no rule knows why. It has no line as JSON, where only findings have one.
fn is_unexplained(exchange: &Exchange) -> bool {
    let failed = exchange.status().is_some_and(|status| status >= 400);
    failed
        && exchange.is_document()
        && exchange.end == End::Completed
        && !exchange.is_handshake_step()
}

/// What the status means, where nothing better is known.
fn write_general(
    output: &mut dyn Write,
    texts: &Texts,
    entry: usize,
    exchange: &Exchange,
) -> io::Result<()> {
    let address = shown(exchange).unwrap_or_else(|| NO_ADDRESS.to_owned());
    let status = exchange.status().unwrap_or(0);
    let class = if status < 500 { "4xx" } else { "5xx" };
    let number = status.to_string();
    let id = if texts.has("status", &number) {
        number.as_str()
    } else {
        class
    };
    let args = Args::default();
    writeln!(
        output,
        "#{entry}  {} {address}  →  {status}",
        exchange.method
    )?;
    writeln!(output, "    {}", texts.get("status", id, "title", &args))?;
    writeln!(output, "    {}", texts.get("status", id, "", &args))?;
    writeln!(output)
}

fn write_summary(
    output: &mut dyn Write,
    exchanges: usize,
    counts: &BTreeMap<&str, usize>,
    unexplained: usize,
) -> io::Result<()> {
    let found: usize = counts.values().sum();
    let noun = if exchanges == 1 {
        "exchange"
    } else {
        "exchanges"
    };
    write!(output, "{exchanges} {noun} read, ")?;
    if found == 0 {
        write!(output, "nothing found that locks anyone out")?;
    } else {
        let causes: Vec<String> = counts
            .iter()
            .map(|(id, count)| format!("{id} ({count})"))
            .collect();
        write!(output, "{found} with a finding: {}", causes.join(", "))?;
    }
    if unexplained > 0 {
        write!(
            output,
            "; {unexplained} failed for a reason that is not known"
        )?;
    }
    writeln!(output, ".")
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
