//! `cargo xtask bench`: what the budgets speak of, measured in one run and printed as ratios against a baseline in it.

mod har;
mod page;
mod popup;
mod www;

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::build;
use crate::tools;

/// What is measured, where not all is.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this; for all but the stories, on the packages in dist/.
    #[arg(long)]
    only: Option<Part>,
}

/// A measurement.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Bytes of what is shipped, built anew.
    Sizes,
    /// The engine's steps in the shipped wasm.
    Steps,
    /// What a page costs in Chromium.
    Page,
    /// From the start of the popup's loading until it is painted, in Chromium.
    Popup,
    /// The page that reads pastes and recordings, in Chromium.
    Www,
    /// The simulator's rate, natively.
    Stories,
    /// The command line on recordings of 100 MB and 1 GB.
    Har,
}

/// Builds, then measures sizes, the engine's steps in the shipped wasm, what a page costs in Chromium, how fast
/// the popup is drawn and the page www reads, the simulator's rate natively, and the command line on long recordings.
///
/// # Errors
///
/// When the build fails or a measurement cannot run.
pub(crate) fn run(options: &Options) -> Result<()> {
    let asked = |part| options.only.is_none_or(|only| only == part);
    if asked(Part::Sizes) {
        sizes()?;
    }
    if asked(Part::Steps) {
        steps()?;
    }
    if asked(Part::Page) {
        println!("\nA page that works, in Chromium with four extensions");
        page::run()?;
    }
    if asked(Part::Popup) {
        println!("\nThe popup, in Chromium");
        popup::run()?;
    }
    if asked(Part::Www) {
        println!("\nThe page www, in Chromium");
        www::run()?;
    }
    if asked(Part::Stories) {
        stories()?;
    }
    if asked(Part::Har) {
        println!("\nThe command line on recordings without bodies, on one core");
        har::run()?;
    }
    Ok(())
}

fn sizes() -> Result<()> {
    println!("Sizes");
    for size in build::build(&build::Options { debug: false })? {
        println!(
            "{:40}{:>8} bytes of {} ({:.2})",
            size.name,
            size.bytes,
            size.budget,
            size.bytes as f64 / size.budget as f64
        );
    }
    Ok(())
}

fn steps() -> Result<()> {
    println!("\nEngine steps in the shipped wasm, under Node (medians)");
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/bench/step.mjs");
    tools::run(
        Command::new("node")
            .arg(script)
            .arg(tools::dist().join("chrome")),
    )
}

fn stories() -> Result<()> {
    println!("\nStories of the simulator, natively");
    tools::run(tools::cargo().args([
        "test",
        "--quiet",
        "--release",
        "--package",
        "readmit",
        "--test",
        "simulator",
        "--",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
