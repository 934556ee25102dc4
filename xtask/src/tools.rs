//! Running other programs, and finding them and the project's own folders.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail};

/// The workspace's root folder: the parent of this package's own.
///
/// # Panics
///
/// Never in practice: a package of a workspace has a parent folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies inside the workspace")
}

/// Where the finished packages are written: `dist/` under the root.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// Cargo's target folder: `CARGO_TARGET_DIR` where it is set, otherwise `target/` under the root.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The folders that only this machine has, each with a final `/`: their names belong neither in a file of the
/// project nor in a package.
pub(crate) fn private_folders() -> Vec<String> {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    [
        Some(root().to_owned()),
        env::home_dir(),
        cargo_home,
        Some(env::temp_dir()),
    ]
    .into_iter()
    .flatten()
    .map(|folder| format!("{}/", folder.to_string_lossy().trim_end_matches('/')))
    // An account without a home has `/`, which is everywhere.
    .filter(|folder| folder.len() > 1)
    .collect()
}

/// A command that runs the cargo which started us, in the workspace's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // `cargo run` sets these for us; a cargo started below would take our package for its own.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Finds a program by name on `PATH` and in the system folders that an ordinary user's `PATH` leaves out.
///
/// Debian keeps nginx, Apache httpd and Squid in `/usr/sbin`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(format!("{program}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// Runs a command whose output the person should see as it comes.
///
/// # Errors
///
/// When it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!(
            "expected `{}` to succeed, but found {status}",
            spell(command)
        );
    }
    Ok(())
}

/// Runs a command and gives its standard output; both its outputs are part of the error when it fails.
///
/// # Errors
///
/// When it cannot be started, does not succeed or prints something other than UTF-8.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = capture(command)?;
    if !output.status.success() {
        bail!(
            "expected `{}` to succeed, but found {}\n{}",
            spell(command),
            output.status,
            both(&output)
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("expected UTF-8 from `{}`", spell(command)))
}

/// Runs a command to its end and keeps what it printed, whether or not it succeeds.
///
/// # Errors
///
/// When it cannot be started.
pub(crate) fn capture(command: &mut Command) -> Result<Output> {
    command
        .stdin(Stdio::null())
        .output()
        .with_context(|| cannot_start(command))
}

/// What a program printed: its standard output, then its standard error.
pub(crate) fn both(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A command as a person would type it, for messages only.
pub(crate) fn spell(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn cannot_start(command: &Command) -> String {
    format!(
        "expected to start `{}`, but it cannot be started",
        command.get_program().to_string_lossy()
    )
}
