//! The command line: `readmit diagnose` and `readmit challenge`. Native only; reads and writes what it is given.

mod arguments;
mod challenge;
mod diagnose;
mod filter;
mod generate;
mod progress;
mod texts;
mod words;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;

use clap::ArgMatches;

pub use arguments::command;
pub use words::Look;

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
    /// How text for people looks on the output, unless `--color` says otherwise.
    pub look: Look,
    /// Somebody watches standard error.
    pub watched: bool,
}

/// Runs a command and returns its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> u8 {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return refuse(&error, streams),
    };
    let done = match matches.subcommand() {
        Some(("diagnose", matches)) => {
            let look = look(matches, streams.look);
            diagnose::run(matches, look, streams)
        }
        Some(("challenge", matches)) => {
            let look = look(matches, streams.look);
            challenge::run(matches, look, streams)
        }
        Some(("completions", matches)) => generate::completions(matches, streams.output),
        Some(("man", matches)) => generate::man(matches, streams.output),
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
    let terminal = io::stdout().is_terminal();
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    // https://no-color.org; a dumb terminal knows no sequences.
    let plain = named("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let mut output = io::BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    let mut streams = Streams {
        input: &mut io::stdin().lock(),
        output: &mut output,
        look: Look {
            colours: terminal && !plain,
            width: width.filter(|_| terminal),
        },
        watched: io::stderr().is_terminal(),
        errors: &mut io::stderr().lock(),
    };
    ExitCode::from(run(std::env::args_os(), &mut streams))
}

/// What the terminal allows, or `--color` wants.
fn look(matches: &ArgMatches, look: Look) -> Look {
    let colours = match matches.get_one::<String>("color").map(String::as_str) {
        Some("always") => true,
        Some("never") => false,
        _ => look.colours,
    };
    Look { colours, ..look }
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
