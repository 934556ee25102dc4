//! The project's own commands.
#![expect(clippy::print_stdout, reason = "a command's purpose is to print")]

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod browser;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Proves that the tests can drive both browsers.
    #[command(hide = true)]
    BrowserSelftest {
        /// Only this browser.
        #[arg(long)]
        browser: Option<browser::Kind>,
        /// The geckodriver to use.
        #[arg(long, default_value = "target/tools/bin/geckodriver")]
        geckodriver: PathBuf,
        /// Keeps the pictures here.
        #[arg(long)]
        pictures: Option<PathBuf>,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::BrowserSelftest {
            browser,
            geckodriver,
            pictures,
        } => {
            let kinds = browser.map_or(browser::Kind::ALL.to_vec(), |kind| vec![kind]);
            browser::selftest::run(&kinds, &geckodriver, pictures.as_deref()).await
        }
    }
}
