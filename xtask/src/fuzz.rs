//! `cargo xtask fuzz`: random bytes for everything that reads other people's, by libFuzzer (cargo-fuzz, nightly Rust).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::tools;

/// The targets in `fuzz/targets/`.
const TARGETS: [&str; 4] = ["challenge", "heads", "har", "har_pieces"];

/// How long, and which.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Minutes for each target.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
    /// Only this target.
    #[arg(long, value_parser = TARGETS)]
    target: Option<String>,
}

/// Runs each target, one after the other, beginning with the tests' own inputs.
///
/// # Errors
///
/// When the tools are missing, or a target finds an input that breaks what it asserts: libFuzzer says which, and keeps it
/// under `fuzz/artifacts/`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let found = tools::find("cargo-fuzz").is_some();
    ensure!(
        found,
        "expected cargo-fuzz, but found none: `rustup toolchain install nightly`, `cargo install cargo-fuzz --locked`"
    );
    for target in TARGETS {
        if options.target.as_deref().is_some_and(|only| only != target) {
            continue;
        }
        let seeds = seeds(target)?;
        let corpus = tools::root().join("fuzz/corpus").join(target);
        fs::create_dir_all(&corpus)?;
        println!("\n{target}: {} min", options.minutes);
        tools::run(
            Command::new("rustup")
                .args(["run", "nightly", "cargo", "fuzz", "run", target])
                .args([&corpus, &seeds])
                .arg("--")
                .arg(format!("-max_total_time={}", options.minutes * 60))
                .args(["-timeout=10", "-rss_limit_mb=2048", "-max_len=16384"])
                .arg("-print_final_stats=1")
                // The nightly toolchain, not the one that runs this.
                .env_remove("RUSTUP_TOOLCHAIN")
                .env_remove("CARGO")
                .current_dir(tools::root()),
        )?;
    }
    Ok(())
}

/// The tests' inputs for a target, in a folder of their own.
fn seeds(target: &str) -> Result<PathBuf> {
    let folder = tools::target().join("fuzz-seeds").join(target);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let fixtures = tools::root().join("tests/fixtures");
    match target {
        "heads" | "challenge" => {
            for (name, bytes) in files(&fixtures.join("heads"))? {
                if target == "heads" {
                    fs::write(folder.join(name), bytes)?;
                    continue;
                }
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let values = text.lines().filter_map(|line| {
                    let (before, value) = line.split_once(": ")?;
                    before
                        .to_ascii_lowercase()
                        .ends_with("-authenticate")
                        .then_some(value)
                });
                fs::write(folder.join(name), values.collect::<Vec<_>>().join("\n"))?;
            }
        }
        _ => {
            for part in ["hars", "broken"] {
                for (name, bytes) in files(&fixtures.join(part))? {
                    // How large the pieces are.
                    let sizes: &[u8] = if target == "har_pieces" {
                        &[1, 17, 255, 64]
                    } else {
                        &[]
                    };
                    fs::write(folder.join(name), [sizes, &bytes].concat())?;
                }
            }
        }
    }
    Ok(folder)
}

/// The files of a folder.
fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        files.push((name.into_owned(), fs::read(&path)?));
    }
    Ok(files)
}
