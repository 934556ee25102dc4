//! The web frameworks of the lab: Express from npm, Flask and Django from PyPI.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::apt;
use crate::tools;

/// Says whether a Python is new enough for Django 5.2 and can make an environment of its own.
const PYTHON_FITS: &str = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))";

/// Installs those that are missing.
///
/// # Errors
///
/// When something is missing and cannot be installed here; the message says what to do.
pub(super) fn install() -> Result<()> {
    super::npm_packages(&express_folder(), "Express")?;
    python_packages()
}

/// Node and the program of the Express sites, if they are installed at the versions of the lock file.
pub(crate) fn express() -> Option<[PathBuf; 2]> {
    let folder = express_folder();
    let node = tools::find("node")?;
    super::npm_packages_are_there(&folder).then(|| [node, folder.join("app.js")])
}

/// Python and the program that serves the sites of Flask and Django, if they are installed at the pinned versions.
pub(crate) fn python() -> Option<[PathBuf; 2]> {
    let wanted = fs::read(requirements()).ok()?;
    let installed = fs::read(environment().join(STAMP)).ok()?;
    let program = python_folder().join("serve.py");
    (installed == wanted).then(|| [environment().join("bin/python"), program])
}

/// In an environment of Python's own: what pip last installed there, in the words of the file that it read.
const STAMP: &str = "installed.txt";

fn express_folder() -> PathBuf {
    tools::root().join("xtask/frameworks/express")
}

fn python_folder() -> PathBuf {
    tools::root().join("xtask/frameworks/python")
}

fn requirements() -> PathBuf {
    python_folder().join("requirements.txt")
}

fn environment() -> PathBuf {
    tools::target().join("tools/python")
}

fn python_packages() -> Result<()> {
    if python().is_some() {
        return Ok(());
    }
    let system = system_python()?;
    let environment = environment();
    println!(
        "Installing Flask and Django by pip, into {}.",
        environment.display()
    );
    // Anew: what a Python that is gone by now has left there would not run.
    let mut create = Command::new(system);
    tools::read(create.args(["-m", "venv", "--clear"]).arg(&environment))?;
    let mut pip = Command::new(environment.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--requirement"]);
    tools::read(pip.arg(requirements()))?;
    let stamp = environment.join(STAMP);
    fs::copy(requirements(), &stamp)
        .map(drop)
        .with_context(|| format!("expected to write {}", stamp.display()))
}

/// A Python that can make environments; Debian has that in a package of its own.
fn system_python() -> Result<PathBuf> {
    let fits = |program: &PathBuf| {
        tools::capture(Command::new(program).args(["-c", PYTHON_FITS]))
            .is_ok_and(|output| output.status.success())
    };
    // The first on PATH may be one of the person's own, the second is the system's.
    let found = || {
        let places = [tools::find("python3"), Some("/usr/bin/python3".into())];
        places.into_iter().flatten().find(fits)
    };
    if let Some(program) = found() {
        return Ok(program);
    }
    apt::install(&["python3-venv"])?;
    match found() {
        Some(program) => Ok(program),
        None => bail!("expected Python 3.10 or newer with its module venv, but found none"),
    }
}
