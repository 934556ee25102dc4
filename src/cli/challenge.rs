//! `readmit challenge`: challenges explained to people, or JSON lines of field values in and JSON lines out.

use std::io::{self, BufRead, BufReader, Write};

use clap::ArgMatches;
use serde::Serialize;

use crate::challenge::{self, Challenge, Problem};
use crate::cli::texts::Texts;
use crate::cli::words::{Kind, Look, Words};
use crate::cli::{NOTHING, Streams, UNREADABLE};
use crate::event::{Answer, Request, ResourceType};
use crate::exchange::Exchange;
use crate::input::{UNKNOWN_URL, shown_char};
use crate::owner::explain::{self, Explained, Flaw};
use crate::owner::note::Said;

/// One line of the output.
#[derive(Serialize)]
struct Row<'a> {
    challenges: &'a [Challenge],
    problems: &'a [Problem],
}

/// Explains the values of the arguments, or those of each line of the input.
pub(super) fn run(matches: &ArgMatches, look: Look, streams: &mut Streams<'_>) -> io::Result<u8> {
    let values: Vec<String> = matches
        .get_many::<String>("value")
        .into_iter()
        .flatten()
        .map(|value| without_name(value).to_owned())
        .collect();
    let format = matches.get_one::<String>("format").map(String::as_str);
    let mut told = Told {
        json: format.map_or(values.is_empty(), |format| format == "json"),
        texts: Texts::english(),
        words: Words::new(streams.output, look),
    };
    if !values.is_empty() {
        told.tell(&values)?;
        return Ok(NOTHING);
    }
    lines(streams.input, streams.errors, &mut told)
}

/// Reads to the end of the input; a line that cannot be read is reported, and the next one is read all the same.
fn lines(input: &mut dyn io::Read, errors: &mut dyn Write, told: &mut Told<'_>) -> io::Result<u8> {
    let mut input = BufReader::with_capacity(64 * 1024, input);
    let mut status = NOTHING;
    let mut line = Vec::new();
    let mut number = 0_usize;
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(status);
        }
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Vec<String>>(&line) {
            Ok(values) => told.tell(&values)?,
            Err(error) => {
                status = UNREADABLE;
                let (column, found) = place(&error, &line);
                writeln!(
                    errors,
                    "readmit: line {number}, column {column}: expected a JSON array of strings, but found {found}"
                )?;
            }
        }
    }
}

/// The column in characters, from 1, and what stands there.
fn place(error: &serde_json::Error, line: &[u8]) -> (usize, String) {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches(['\n', '\r']);
    let bytes = if error.is_eof() {
        text.len() + 1
    } else {
        error.column().max(1)
    };
    let before = text
        .char_indices()
        .take_while(|(at, _)| at + 1 < bytes)
        .count();
    (before + 1, shown_char(text.chars().nth(before)))
}

/// The value of a pasted field line.
fn without_name(line: &str) -> &str {
    for name in ["www-authenticate:", "proxy-authenticate:"] {
        if let Some((before, value)) = line.split_at_checked(name.len())
            && before.eq_ignore_ascii_case(name)
        {
            return value.trim_start();
        }
    }
    line
}

/// How challenges are told.
struct Told<'a> {
    json: bool,
    texts: Texts,
    words: Words<'a>,
}

impl Told<'_> {
    fn tell(&mut self, values: &[String]) -> io::Result<()> {
        if self.json {
            let (challenges, problems) = challenge::parse(values.iter().map(String::as_str));
            let row = Row {
                challenges: &challenges,
                problems: &problems,
            };
            return self.words.raw(&serde_json::to_vec(&row)?);
        }
        let Some(exchange) = refused(values) else {
            return Ok(());
        };
        let explained = explain::challenges(&exchange);
        if explained.is_empty() {
            let nothing = "No challenge: a browser shows the answer's page and asks nobody.";
            self.words.line("", Kind::Wall, nothing)?;
        }
        for challenge in &explained {
            self.challenge(challenge)?;
        }
        for (number, flaw) in explain::flaws(&exchange).iter().enumerate() {
            if number == 0 {
                self.words.line("", Kind::Wall, "Against the grammar:")?;
            }
            self.flaw(flaw)?;
        }
        self.words.gap()
    }

    fn said(&self, said: &Said) -> String {
        self.texts.get("owner_ui", said.id.as_str(), "", &said.args)
    }

    fn challenge(&mut self, challenge: &Explained) -> io::Result<()> {
        let spec = if challenge.spec.is_empty() {
            String::new()
        } else {
            format!("  ({})", challenge.spec)
        };
        let scheme = [(Kind::Strong, &*challenge.scheme), (Kind::Aside, &*spec)];
        self.words.parts("", &scheme)?;
        let what = self.said(&challenge.what);
        self.words.line("    ", Kind::Plain, &what)?;
        if let Some(unregistered) = &challenge.unregistered {
            let text = self.said(unregistered);
            self.words.line("    ", Kind::Notice, &text)?;
        }
        let answer = self.said(&challenge.answer);
        self.words.line("    ", Kind::Help, &answer)?;
        for param in &challenge.params {
            let name = match &param.value {
                Some(value) => format!("{} = {value:?}", param.name),
                None => param.name.clone(),
            };
            self.words.line("  - ", Kind::Strong, &name)?;
            let what = self.said(&param.what);
            self.words.line("    ", Kind::Plain, &what)?;
        }
        Ok(())
    }

    /// A broken place: the part of the line around it, and what should stand there.
    fn flaw(&mut self, flaw: &Flaw) -> io::Result<()> {
        const AROUND: usize = 30;
        let at = flaw.at as usize;
        let from = at.saturating_sub(AROUND);
        let part: String = flaw.line.chars().skip(from).take(2 * AROUND).collect();
        self.words.line("  - ", Kind::Plain, &flaw.says)?;
        self.words.parts("      ", &[(Kind::Aside, &part)])?;
        let pointer = format!("{}^", " ".repeat(at - from));
        self.words.parts("      ", &[(Kind::Wall, &pointer)])
    }
}

/// A 401 with these values, which is what the explanations are made for.
fn refused(values: &[String]) -> Option<Exchange> {
    let mut exchange = Exchange::begin(&Request {
        request_id: String::new(),
        tab_id: 0,
        resource_type: ResourceType::MainFrame,
        method: "GET".to_owned(),
        url: UNKNOWN_URL.to_owned(),
        site: None,
        initiator: None,
        store: None,
        has_user_info: false,
        time: 0,
    })?;
    exchange.set_answer(Answer {
        status: 401,
        fields_seen: true,
        www_authenticate: values.to_vec(),
        ..Answer::default()
    });
    Some(exchange)
}
