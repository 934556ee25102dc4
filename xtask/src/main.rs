//! The project's own commands: `cargo xtask COMMAND`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling the person what happens is what these commands are for"
)]

mod bench;
mod browser;
mod build;
mod check;
mod demo;
mod fuzz;
mod guide;
mod icons;
mod lab;
mod lint;
mod manifest;
mod package;
mod servers;
mod setup;
mod site;
mod snippets;
mod snippets_json;
mod soak;
mod suffixes;
mod texts;
#[cfg(test)]
mod tidy;
mod tools;
mod walk;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// Builds, shows and tests Readmit.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Writes dist/: the unpacked extensions, their zips and the page.
    Build(build::Options),
    /// Installs whatever the other commands need and this machine lacks.
    Setup,
    /// Checks everything, the real browsers included.
    Test(check::Options),
    /// Shows the lab of login walls in a browser with the extension; headless, walks through every wall.
    Demo(demo::Options),
    /// Starts the lab of login walls and keeps it until Ctrl-C.
    Lab,
    /// Measures what the budgets speak of, as ratios within one run.
    Bench(bench::Options),
    /// Runs every snippet of www/snippets in its real server.
    Snippets(snippets::Wanted),
    /// Tries 100,000 random sequences of events and as many random stories, which the tests try a few of.
    Soak,
    /// Feeds random bytes to everything that reads other people's: five minutes for each target.
    Fuzz(fuzz::Options),
    /// Draws the PNG icons again from extension/icons/readmit.svg.
    Icons,
    /// Writes src/input/suffixes.txt again from the public suffix list of the crate `psl`.
    Suffixes,
    /// The walk of `test` alone, on the packages in dist/.
    #[command(hide = true)]
    Walk(walk::Wanted),
    /// Proves that the tests can drive both browsers.
    #[command(hide = true)]
    BrowserSelftest {
        /// Only this browser.
        #[arg(long)]
        browser: Option<browser::Kind>,
        /// Keeps the pictures here.
        #[arg(long)]
        pictures: Option<PathBuf>,
    },
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
        Command::Test(options) => check::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Walk(wanted) => check::walk_alone(&wanted),
        Command::Lab => keep_lab(),
        Command::Bench(options) => bench::run(&options),
        Command::Snippets(wanted) => snippets::run(&wanted),
        Command::Soak => soak::run(),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Icons => icons::run(),
        Command::Suffixes => suffixes::run(),
        Command::BrowserSelftest { browser, pictures } => {
            try_browsers(browser, pictures.as_deref())
        }
        Command::WasmTestRunner { arguments } => check::run_wasm_tests(arguments),
    }
}

/// Starts everything, says how to reach it, and waits to be ended.
#[tokio::main]
async fn keep_lab() -> Result<()> {
    let lab = lab::Lab::start().await?;
    println!("Index of all walls: {}", lab.index_url());
    println!("A site no wall is about: {}", lab.canary_url());
    println!("Authority for the https walls: {}", lab.ca_file().display());
    if let Some(proxy) = lab.proxy() {
        println!("Proxy for the wall `proxy`: {proxy}");
    }
    println!(
        "Map *.test to 127.0.0.1, for example: chromium --host-resolver-rules='MAP *.test 127.0.0.1'"
    );
    println!("Ctrl-C ends the lab.");
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[tokio::main]
async fn try_browsers(only: Option<browser::Kind>, pictures: Option<&Path>) -> Result<()> {
    let kinds = only.map_or(browser::Kind::ALL.to_vec(), |kind| vec![kind]);
    browser::selftest::run(&kinds, &setup::firefox()?.driver, pictures).await
}
