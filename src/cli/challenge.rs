//! `readmit challenge`: JSON lines of field values in, JSON lines of challenges and problems out.

use std::io::{self, BufRead, BufReader};

use serde::Serialize;

use crate::challenge::{self, Challenge, Problem};
use crate::cli::{NOTHING, Streams, UNREADABLE};
use crate::input::shown_char;

/// One line of the output.
#[derive(Serialize)]
struct Row<'a> {
    challenges: &'a [Challenge],
    problems: &'a [Problem],
}

/// Reads to the end of the input; a line that cannot be read is reported, and the next one is read all the same.
pub(super) fn run(streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut input = BufReader::with_capacity(64 * 1024, &mut *streams.input);
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
            Ok(values) => {
                let (challenges, problems) = challenge::parse(values.iter().map(String::as_str));
                serde_json::to_writer(
                    &mut *streams.output,
                    &Row {
                        challenges: &challenges,
                        problems: &problems,
                    },
                )?;
                streams.output.write_all(b"\n")?;
            }
            Err(error) => {
                status = UNREADABLE;
                let (column, found) = place(&error, &line);
                writeln!(
                    streams.errors,
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
