//! `cargo xtask test`: every check there is, the cheap ones first, one line each.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};

use crate::browser::Kind;
use crate::build;
use crate::lint;
use crate::manifest::Target;
use crate::setup::{self, Drivers};
use crate::snippets;
use crate::soak;
use crate::tools;
use crate::walk::{self, Checked, Wanted};

const WASM: &str = "wasm32-unknown-unknown";

/// How many characters of a failure its line at the end has.
const FAILURE: usize = 400;

/// How much is checked.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Also what takes longer: what must not help is tried and what was removed is undone in both browsers, the storage of
    /// pages is looked at on every wall, and the soak.
    #[arg(long)]
    all: bool,
}

/// Runs all checks and stops at the first that fails, with what its tool said.
///
/// # Errors
///
/// When a check fails, or what it needs cannot be installed.
pub(crate) fn run(options: &Options) -> Result<()> {
    // Asked for at once: a later step may replace the file we were started from.
    let own_program = env::current_exe().context("expected to learn the path of this program")?;
    setup::wasm()?;
    setup::lints()?;
    let npm = setup::npm()?;

    let report = Report::default();
    let outcome = (|| {
        sources(&report)?;
        let wanted = Wanted::everything(options.all);
        // Each leaves a processor idle now and then: a crate that is optimised as a whole, a test that waits.
        let (drivers, tested) = thread::scope(|scope| {
            let packages = scope.spawn(|| packages(&report, &npm, &wanted));
            let tested = tests(&report, &own_program);
            (packages.join(), tested)
        });
        tested?;
        let drivers = drivers.map_err(|_| anyhow!("building the packages panicked"))??;
        report.step("snippets", snippets::hold)?;
        report
            .step("walk, both browsers", || {
                walked(&npm, &drivers, &wanted, |_| {})
            })
            .and_then(|checked| report.judge(&checked))?;
        if options.all {
            report.step("soak", soak::run)?;
        }
        Ok(())
    })();
    report.print();
    outcome
}

/// What reads the sources alone.
fn sources(report: &Report) -> Result<()> {
    report.program("format", tools::cargo().args(["fmt", "--all", "--check"]))?;
    report.program(
        "lint, native",
        &mut clippy(&["--workspace", "--all-targets"]),
    )?;
    for (name, features) in build::wasms() {
        report.program(
            &format!("lint, {name} wasm"),
            &mut clippy(&[
                "--package",
                "readmit",
                "--lib",
                "--target",
                WASM,
                "--no-default-features",
                "--features",
                &features,
            ]),
        )?;
    }
    Ok(())
}

/// What needs no browser and no package.
fn tests(report: &Report, own_program: &Path) -> Result<()> {
    report.program(
        "tests, native",
        tools::cargo().args(["test", "--workspace", "--locked", "--no-fail-fast"]),
    )?;
    report.program("tests, wasm", &mut wasm_tests(own_program)?)
}

/// The packages, and all that the walk needs beside them.
fn packages(report: &Report, npm: &setup::Npm, wanted: &Wanted) -> Result<Drivers> {
    let drivers = report.step("browsers and servers", || ready(wanted))?;
    report.step("build", || build::build(&build::Options { debug: false }))?;
    for target in Target::ALL {
        report.step(&format!("lint, {} package", target.name()), || {
            lint::run(npm, target)
        })?;
    }
    Ok(drivers)
}

/// Runs the last and longest step alone, or some checks of it, on the packages in `dist/`, and tells how long each took.
///
/// # Errors
///
/// When a check of it fails, or what it needs cannot be installed.
pub(crate) fn walk_alone(wanted: &Wanted) -> Result<()> {
    let npm = setup::npm()?;
    let drivers = ready(wanted)?;
    let report = Report::default();
    let tell = |row: &Checked| {
        let word = if row.result.is_ok() { "ok" } else { "FAILED" };
        let kind = row.kind.to_string();
        let took = row.took.as_secs_f64();
        println!("{kind:8} {took:>6.1} s  {word:6} {}", row.name);
        if let Err(error) = &row.result {
            println!("{error:#}");
        }
    };
    let outcome = walked(&npm, &drivers, wanted, tell).and_then(|checked| report.judge(&checked));
    report.print();
    outcome
}

/// Walks every wall in the real browsers at once, each with a lab of its own, on the packages just built.
///
/// One that cannot be walked in at all is a failed check of its own, so that what the other found is told, too.
fn walked(
    npm: &setup::Npm,
    drivers: &Drivers,
    wanted: &Wanted,
    tell: impl Fn(&Checked),
) -> Result<Vec<Checked>> {
    let axe = npm.axe();
    let suite = async |kind: Kind| {
        let Some((_, driver)) = drivers.iter().find(|(found, _)| *found == kind) else {
            return Vec::new();
        };
        let start = Instant::now();
        let suite = walk::suite(kind, driver.clone(), &axe, wanted, &tell).await;
        suite.unwrap_or_else(|error| {
            vec![Checked {
                kind,
                name: "the walk".to_owned(),
                result: Err(error),
                took: start.elapsed(),
            }]
        })
    };
    let (chromium, firefox) = tokio::runtime::Runtime::new()?
        .block_on(async { tokio::join!(suite(Kind::Chromium), suite(Kind::Firefox)) });
    Ok(chromium.into_iter().chain(firefox).collect())
}

/// All that the walk needs, made ready before it starts.
fn ready(wanted: &Wanted) -> Result<Drivers> {
    setup::servers()?;
    setup::curl()?;
    setup::drivers(Kind::ALL.into_iter().filter(|kind| wanted.wants(*kind)))
}

fn clippy(what: &[&str]) -> Command {
    let mut command = tools::cargo();
    command
        .args(["clippy", "--locked", "--quiet"])
        .args(what)
        .args(["--", "-D", "warnings"]);
    command
}

/// The tests of `tests/wasm.rs`, run by Node through the runner that is part of this program: so it always has the
/// very version of wasm-bindgen that the tests were compiled with.
fn wasm_tests(own_program: &Path) -> Result<Command> {
    let program = own_program
        .to_str()
        .context("expected a Unicode path to this program")?;
    let runner = serde_json::to_string(&[program, "wasm-test-runner"])?;
    let mut command = tools::cargo();
    // Without the feature `cli`: cargo builds a package's programs for its integration tests, and ours is native.
    command.args([
        "test",
        "--package",
        "readmit",
        "--locked",
        "--no-default-features",
        "--test",
        "wasm",
    ]);
    command.args([
        "--target",
        WASM,
        "--config",
        &format!("target.{WASM}.runner = {runner}"),
    ]);
    Ok(command)
}

/// Runs one compiled wasm test file under Node.
///
/// # Errors
///
/// When a test fails or Node cannot run it.
pub(crate) fn run_wasm_tests(arguments: Vec<OsString>) -> Result<()> {
    let program = OsString::from("wasm-test-runner");
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(
        std::iter::once(program).chain(arguments),
    )
}

/// What the test runners said, kept for the end; steps that run at once share it.
#[derive(Default)]
struct Report(Mutex<Kept>);

/// All of it.
#[derive(Default)]
struct Kept {
    summaries: Vec<String>,
    /// What failed in the browsers, a line each.
    failures: Vec<String>,
    counts: Counts,
}

/// How many tests passed and failed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: usize,
    failed: usize,
}

impl Report {
    /// Nobody leaves it half written.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one step, and prints its name and time once it has ended: another may run beside it.
    fn step<T>(&self, name: &str, act: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = Instant::now();
        let outcome = act();
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        println!("{name:24}{word:8}{:>7.1} s", start.elapsed().as_secs_f64());
        outcome.with_context(|| format!("the step `{name}` failed"))
    }

    /// Runs a program as one step: silent when it succeeds, in full when it does not.
    fn program(&self, name: &str, command: &mut Command) -> Result<()> {
        let output = self.step_output(name, command)?;
        self.collect(&output);
        Ok(())
    }

    /// Counts what the walk found; fails with all that is not as it should be.
    fn judge(&self, checked: &[Checked]) -> Result<()> {
        let mut kept = self.kept();
        for kind in Kind::ALL {
            let rows = || checked.iter().filter(|row| row.kind == kind);
            let failed = rows().filter(|row| row.result.is_err()).count();
            let passed = rows().count() - failed;
            kept.counts.passed += passed;
            kept.counts.failed += failed;
            let word = if failed == 0 { "ok" } else { "FAILED" };
            kept.summaries.push(format!(
                "walk result in {kind}: {word}. {passed} passed; {failed} failed"
            ));
        }
        let failures: Vec<&Checked> = checked.iter().filter(|row| row.result.is_err()).collect();
        if failures.is_empty() {
            return Ok(());
        }
        for row in &failures {
            if let Err(error) = &row.result {
                println!("{}, {}: {error:#}\n", row.kind, row.name);
            }
        }
        // Named at the very end again: whoever has only the last lines of a long run learns from them what to look at.
        let failures = failures.iter().filter_map(|row| {
            let error = row.result.as_ref().err()?;
            let why = format!("{error:#}").replace('\n', " ");
            let why: String = why.chars().take(FAILURE).collect();
            Some(format!("FAILED: {}, {}: {why}", row.kind, row.name))
        });
        kept.failures.extend(failures);
        Err(anyhow!(
            "expected every check of the walk to pass, but {} failed",
            kept.failures.len()
        ))
    }

    fn step_output(&self, name: &str, command: &mut Command) -> Result<String> {
        let mut printed = String::new();
        let outcome = self.step(name, || {
            let output = tools::capture(command)?;
            printed = tools::both(&output);
            if output.status.success() {
                return Ok(());
            }
            Err(anyhow!(
                "expected `{}` to succeed, but found {}",
                tools::spell(command),
                output.status
            ))
        });
        if outcome.is_err() {
            self.collect(&printed);
            println!("{printed}");
        }
        outcome.map(|()| printed)
    }

    /// Keeps the summary lines of cargo's and wasm-bindgen's test runners, which share one form.
    fn collect(&self, output: &str) {
        let mut kept = self.kept();
        for line in output
            .lines()
            .filter(|line| line.starts_with("test result:"))
        {
            if let Ok(counts) = counts(line) {
                kept.counts.passed += counts.passed;
                kept.counts.failed += counts.failed;
            }
            kept.summaries.push(line.to_owned());
        }
    }

    fn print(&self) {
        let kept = self.kept();
        println!();
        for line in kept.summaries.iter().chain(&kept.failures) {
            println!("{line}");
        }
        println!(
            "{} passed, {} failed",
            kept.counts.passed, kept.counts.failed
        );
    }
}

/// Reads `test result: ok. 3 passed; 0 failed; …`.
fn counts(line: &str) -> Result<Counts> {
    let words: Vec<_> = line.split([' ', ';']).collect();
    let before = |label: &str| {
        let number = words
            .windows(2)
            .find(|pair| pair[1] == label)
            .and_then(|pair| pair[0].parse().ok());
        number.with_context(|| format!("expected a number before `{label}` in `{line}`"))
    };
    Ok(Counts {
        passed: before("passed")?,
        failed: before("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_summed() {
        let report = Report::default();
        report.collect(
            "running 2 tests\ntest a ... ok\n\
             test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             test result: FAILED. 3 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s\n",
        );
        assert_eq!(report.kept().summaries.len(), 2);
        assert_eq!(
            report.kept().counts,
            Counts {
                passed: 5,
                failed: 4
            }
        );
    }

    #[test]
    fn a_line_without_numbers_is_an_error() {
        assert!(counts("test result: none").is_err());
    }
}
