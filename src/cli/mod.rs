//! The command line: `readmit diagnose` and `readmit challenge`. Native only; reads and writes what it is given.

mod challenge;
mod diagnose;
mod texts;

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, ValueHint};

/// Exit status where nothing was found.
const NOTHING: u8 = 0;
/// Exit status where something was found.
const FOUND: u8 = 1;
/// Exit status where the input could not be read (also clap's own for wrong arguments).
const UNREADABLE: u8 = 2;

/// The streams that a command works with: tests bring their own.
pub struct Streams<'a> {
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Standard output.
    pub output: &'a mut dyn Write,
    /// Standard error.
    pub errors: &'a mut dyn Write,
}

/// The commands with their arguments.
#[must_use]
pub fn command() -> Command {
    Command::new("readmit")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Says why a site locks people out, from what it answered")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("diagnose")
                .about("Reads a HAR recording or response heads (curl -i, curl -v) and says why people are locked out")
                .arg(Arg::new("file").value_name("FILE").required(true).value_hint(ValueHint::FilePath).help("The file to read; - for standard input"))
                .arg(
                    Arg::new("format")
                        .long("format")
                        .value_parser(["text", "json"])
                        .default_value("text")
                        .help("Text for people, or one JSON object a line for every exchange with a finding"),
                )
                .after_help(
                    "Exit status: 0 nothing found, 1 something found, 2 the input could not be read.\n\n\
                     Examples:\n  readmit diagnose recording.har\n  curl -sv -o /dev/null https://example.com/ 2>&1 | readmit diagnose -\n  \
                     readmit diagnose --format json recording.har",
                ),
        )
        .subcommand(
            Command::new("challenge")
                .about("Reads JSON lines, each an array of WWW-Authenticate values, and prints the challenges in them")
                .after_help(
                    "Each character of a value stands for one byte (ISO-8859-1).\n\
                     Exit status: 0 every line was read, 2 a line was no array of strings.\n\n\
                     Example:\n  echo '[\"Basic realm=\\\"x\\\"\"]' | readmit challenge",
                ),
        )
}

/// Runs a command and returns its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> u8 {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return refuse(&error, streams),
    };
    let done = match matches.subcommand() {
        Some(("diagnose", matches)) => diagnose(matches, streams),
        Some(("challenge", _)) => challenge::run(streams),
        _ => Ok(UNREADABLE),
    };
    match done.and_then(|status| streams.output.flush().map(|()| status)) {
        Ok(status) => status,
        // The reader of a pipe has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => NOTHING,
        Err(error) => {
            let _ = writeln!(streams.errors, "readmit: cannot read or write: {error}");
            UNREADABLE
        }
    }
}

/// The program: the arguments and streams of this process.
#[must_use]
pub fn main() -> ExitCode {
    let mut output = io::BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    let mut streams = Streams {
        input: &mut io::stdin().lock(),
        output: &mut output,
        errors: &mut io::stderr().lock(),
    };
    ExitCode::from(run(std::env::args_os(), &mut streams))
}

fn diagnose(matches: &ArgMatches, streams: &mut Streams<'_>) -> io::Result<u8> {
    let file = matches
        .get_one::<String>("file")
        .map_or("-", String::as_str);
    let json = matches
        .get_one::<String>("format")
        .is_some_and(|format| format == "json");
    let mut bytes = Vec::new();
    let read = if file == "-" {
        streams.input.read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(file).map(|read| bytes = read)
    };
    if let Err(error) = read {
        let name: String = file.chars().take(64).collect();
        writeln!(streams.errors, "readmit: cannot read {name}: {error}")?;
        return Ok(UNREADABLE);
    }
    diagnose::run(&bytes, json, streams)
}

/// What clap says to wrong arguments, or to `--help` and `--version`.
fn refuse(error: &clap::Error, streams: &mut Streams<'_>) -> u8 {
    let to: &mut dyn Write = if error.use_stderr() {
        streams.errors
    } else {
        streams.output
    };
    let _ = write!(to, "{}", error.render());
    let _ = streams.output.flush();
    if error.use_stderr() {
        UNREADABLE
    } else {
        NOTHING
    }
}
