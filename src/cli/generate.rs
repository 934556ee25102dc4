//! `readmit completions` and `readmit man`: what is made of the commands themselves.

use std::io::{self, Write};

use clap::ArgMatches;
use clap_complete::Shell;

use crate::cli::{NOTHING, command};

/// The completions of a shell.
pub(super) fn completions(matches: &ArgMatches, output: &mut dyn Write) -> io::Result<u8> {
    if let Some(shell) = matches.get_one::<Shell>("shell") {
        let mut text = Vec::new();
        clap_complete::generate(*shell, &mut command(), "readmit", &mut text);
        output.write_all(&text)?;
    }
    Ok(NOTHING)
}

/// The manual page of the program, or of one command.
pub(super) fn man(matches: &ArgMatches, output: &mut dyn Write) -> io::Result<u8> {
    // `build` gives the commands their full names: `readmit-diagnose`.
    let mut all = command();
    all.build();
    let page = matches
        .get_one::<String>("command")
        .and_then(|name| all.find_subcommand(name).cloned())
        .unwrap_or(all);
    clap_mangen::Man::new(page).render(&mut &mut *output)?;
    Ok(NOTHING)
}
