//! The commands with their arguments and what `--help` says of them; completions and the man page are made of the same.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint};

use crate::finding::FindingId;

/// The commands with their arguments.
#[must_use]
pub fn command() -> Command {
    Command::new("readmit")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Says why a site locks people out, from what it answered")
        .long_about(
            "Says why a site locks people out, from what it answered: reads recordings (HAR) and pasted answers, names the \
             cause, what proves it, and the smallest thing that helps. Values of cookies, passwords and tokens are never shown.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(diagnose())
        .subcommand(challenge())
        .subcommand(
            Command::new("completions")
                .about("Prints the completions of a shell")
                .arg(
                    Arg::new("shell")
                        .value_name("SHELL")
                        .required(true)
                        .value_parser(clap::value_parser!(clap_complete::Shell)),
                )
                .after_help("Example:\n  readmit completions bash > ~/.local/share/bash-completion/completions/readmit"),
        )
        .subcommand(
            Command::new("man")
                .about("Prints the manual page, or that of a command")
                .arg(
                    Arg::new("command")
                        .value_name("COMMAND")
                        .value_parser(["diagnose", "challenge", "completions", "man"]),
                )
                .after_help("Example:\n  readmit man diagnose | man -l -"),
        )
        .after_help(
            "Examples:\n  readmit diagnose recording.har\n  curl -sv https://example.com/private 2>&1 | readmit diagnose -\n  \
             readmit challenge 'Basic realm=\"Staff\", charset=\"UTF-8\"'",
        )
}

fn diagnose() -> Command {
    Command::new("diagnose")
        .about("Reads a HAR recording or response heads (curl -i, curl -v) and says why people are locked out")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_hint(ValueHint::FilePath)
                .help("The file to read, of any length; - for standard input"),
        )
        .arg(
            format()
                .default_value("text")
                .help("Text for people, or one JSON object a line for every exchange with a finding"),
        )
        .arg(
            Arg::new("min-confidence")
                .long("min-confidence")
                .value_name("CONFIDENCE")
                .value_parser(["certain", "likely", "possible"])
                .default_value("possible")
                .help("Only what is at least this sure"),
        )
        .arg(findings("only").help("Only exchanges whose first finding is one of these, divided by commas"))
        .arg(findings("fail-on").help("Exit with 1 only for these findings, divided by commas"))
        .arg(color())
        .after_help(
            "Exit status: 0 nothing found, 1 something found, 2 the input could not be read in whole; what could be is \
             diagnosed all the same.\n\n\
             Reads HAR 1.1 and 1.2 as browsers and proxies write them, broken ones too, and heads as curl -i, curl -v, \
             wget -S, HTTPie and the browsers' copy commands print them, with the pasted command before them.\n\n\
             Examples:\n  readmit diagnose recording.har\n  \
             curl -sv -o /dev/null https://example.com/ 2>&1 | readmit diagnose -\n  \
             readmit diagnose --format json recording.har | jq -r .finding | sort | uniq -c\n  \
             readmit diagnose --only token-expired,insufficient-scope --min-confidence likely api.har\n  \
             readmit diagnose --fail-on server-fault,redirect-loop nightly.har",
        )
}

fn challenge() -> Command {
    Command::new("challenge")
        .about("Explains WWW-Authenticate values; without any, reads JSON lines of them")
        .arg(
            Arg::new("value")
                .value_name("VALUE")
                .num_args(0..)
                .help("Field values, each as one argument; the name of the field before it may stay"),
        )
        .arg(format().help(
            "Text for people (the default with values), or JSON by line (the default without)",
        ))
        .arg(color())
        .after_help(
            "Without values each line of standard input is a JSON array of field values, and one JSON object a line comes \
             out: the challenges, and the problems with their positions.\n\
             Each character of a value stands for one byte (ISO-8859-1).\n\
             Exit status: 0 every line was read, 2 a line was no array of strings.\n\n\
             Examples:\n  readmit challenge 'Basic realm=\"Staff\", charset=\"UTF-8\"'\n  \
             echo '[\"Basic realm=\\\"x\\\"\"]' | readmit challenge",
        )
}

fn format() -> Arg {
    Arg::new("format")
        .long("format")
        .value_parser(["text", "json"])
}

fn findings(name: &'static str) -> Arg {
    let ids = FindingId::ALL.iter().map(|id| id.as_str());
    Arg::new(name)
        .long(name)
        .value_name("FINDING")
        .action(ArgAction::Append)
        .value_delimiter(',')
        .value_parser(PossibleValuesParser::new(ids))
        .hide_possible_values(true)
}

fn color() -> Arg {
    Arg::new("color")
        .long("color")
        .value_name("WHEN")
        .value_parser(["auto", "always", "never"])
        .default_value("auto")
        .help("Colours; by itself only on a terminal and without NO_COLOR")
}
