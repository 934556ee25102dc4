//! `cargo xtask bench`: what the budgets speak of, measured in one run and printed as ratios against a baseline in it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::build;
use crate::tools;

/// Builds, then measures sizes, the engine's steps in the shipped wasm, and the simulator's rate natively.
///
/// # Errors
///
/// When the build fails or a measurement cannot run.
pub(crate) fn run() -> Result<()> {
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
    println!("\nEngine steps in the shipped wasm, under Node (medians)");
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/bench/step.mjs");
    tools::run(
        Command::new("node")
            .arg(script)
            .arg(tools::dist().join("chrome")),
    )?;
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
    ]))
}
