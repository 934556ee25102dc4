//! `cargo xtask soak`: what the tests try a few of, tried a hundred thousand times.

use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::tools;

/// Random sequences of events in each of Chromium, Firefox and a recording: over 100,000 in all.
const SEQUENCES: u32 = 33_334;
/// Random stories.
const STORIES: u32 = 100_000;

/// Builds the tests for speed and runs both.
///
/// # Errors
///
/// When something that must always hold does not: the test says what, with the smallest sequence or the story's number.
pub(crate) fn run() -> Result<()> {
    tried(
        &format!("{} sequences of events", SEQUENCES * 3),
        tests("properties", "any_events").env("READMIT_SEQUENCES", SEQUENCES.to_string()),
    )?;
    tried(
        &format!("{STORIES} stories"),
        tests("simulator", "random_stories").env("READMIT_STORIES", STORIES.to_string()),
    )
}

fn tests(file: &str, name: &str) -> Command {
    let mut command = tools::cargo();
    command.args(["test", "--quiet", "--release", "--locked", "--package"]);
    command.args(["readmit", "--test", file, "--", name, "--nocapture"]);
    command
}

fn tried(what: &str, command: &mut Command) -> Result<()> {
    let start = Instant::now();
    tools::run(command)?;
    println!(
        "{what}, the build included: {:.0} s",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
