//! The project's own commands: `cargo xtask COMMAND`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling the person what happens is what these commands are for"
)]

mod build;
mod check;
mod icons;
mod lint;
mod manifest;
mod package;
mod setup;
#[cfg(test)]
mod tidy;
mod tools;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// Builds, shows and tests Readmit.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Writes dist/: the unpacked extensions, their zips and the page.
    Build(build::Options),
    /// Installs whatever the other commands need and this machine lacks.
    Setup,
    /// Checks everything, the real browsers included.
    Test,
    /// Draws the PNG icons again from extension/icons/readmit.svg.
    Icons,
    /// Runs one wasm test file under Node; cargo calls this for `cargo xtask test`.
    #[command(hide = true)]
    WasmTestRunner {
        /// The wasm file and the test filters, as cargo passes them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain of causes and nothing else: a backtrace would bury what the failed tool said.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Build(options) => build::run(&options),
        Command::Setup => setup::all(),
        Command::Test => check::run(),
        Command::Icons => icons::run(),
        Command::WasmTestRunner { arguments } => check::run_wasm_tests(arguments),
    }
}
