//! Web frameworks: Express, the same by a clock that is wrong, Flask and Django, with the programs of `xtask/frameworks`.

use std::path::Path;

use super::process::Running;
use super::{Site, free_port, make_dir, program};
use crate::lab::page;
use crate::setup::frameworks;

/// Preloads libfaketime; the linker knows what `$LIB` is on this machine, so no shell may.
const WRONG_CLOCK: [&str; 2] = [
    "LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1",
    "FAKETIME=-3h",
];

/// Starts the Express sites, or does nothing where Express is not installed.
///
/// # Errors
/// A directory that cannot be written, or a program that cannot be run.
pub(super) fn express(site: Site<'_>) -> anyhow::Result<Option<Running>> {
    let Some([node, app]) = frameworks::express() else {
        return Ok(None);
    };
    start(site, "express", &[&node, &app], &[]).map(Some)
}

/// Starts the Express sites once more, by a clock three hours behind, or does nothing where that cannot be had.
///
/// # Errors
/// A directory that cannot be written, or a program that cannot be run.
pub(super) fn late_express(site: Site<'_>) -> anyhow::Result<Option<Running>> {
    let (Some([node, app]), Some(_)) = (frameworks::express(), program("faketime")) else {
        return Ok(None);
    };
    let env = ["env", WRONG_CLOCK[0], WRONG_CLOCK[1]].map(Path::new);
    start(
        site,
        "late-express",
        &[&env[..], &[&node, &app]].concat(),
        &[],
    )
    .map(Some)
}

/// Starts the Flask sites, or does nothing where Flask is not installed.
///
/// # Errors
/// A directory that cannot be written, or a program that cannot be run.
pub(super) fn flask(site: Site<'_>) -> anyhow::Result<Option<Running>> {
    python(site, "flask", "flask_sites")
}

/// Starts the Django sites, or does nothing where Django is not installed.
///
/// # Errors
/// A directory that cannot be written, or a program that cannot be run.
pub(super) fn django(site: Site<'_>) -> anyhow::Result<Option<Running>> {
    python(site, "django", "django_sites")
}

fn python(site: Site<'_>, name: &'static str, module: &str) -> anyhow::Result<Option<Running>> {
    let Some([python, serve]) = frameworks::python() else {
        return Ok(None);
    };
    // -B: the sources' own folder stays as it is.
    start(site, name, &[&python, Path::new("-B"), &serve], &[module]).map(Some)
}

/// Runs `PROGRAM… ARGUMENT… PORT FOLDER` after writing the pages that all frameworks show.
fn start(
    site: Site<'_>,
    name: &'static str,
    program: &[&Path],
    arguments: &[&str],
) -> anyhow::Result<Running> {
    let dir = make_dir(site, name)?;
    let port = free_port()?;
    let pages = dir.join("pages");
    std::fs::create_dir_all(&pages)?;
    for (file, text) in [
        ("in.html", page::wanted_document()),
        ("prefs.html", page::prefs_document()),
        ("sign-in.html", page::sign_in_template()),
    ] {
        std::fs::write(pages.join(file), text)?;
    }
    let program: Vec<_> = program.iter().map(|word| word.to_string_lossy()).collect();
    let (port_text, folder) = (port.to_string(), dir.to_string_lossy());
    let mut command: Vec<&str> = program.iter().map(|word| &**word).collect();
    command.extend(arguments);
    command.extend([&*port_text, &*folder]);
    Running::start(name, &command, dir.clone(), port)
}
