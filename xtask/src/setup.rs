//! What the commands need from this machine: found if it is there, installed if it is not.
//!
//! Each need is its own function, so that a command asks only for what it uses. What is missing is installed after
//! one plain sentence: packages from npm and PyPI and geckodriver into the project's own folders, the wasm target by rustup,
//! browsers and servers by apt on Debian and its kin. Elsewhere the error names what to install.

mod apt;
pub(crate) mod frameworks;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::browser::Kind;
use crate::tools;
use apt::Need;

/// The oldest major version of both browsers, as in the manifests.
const BROWSER_MINIMUM: u32 = 153;
/// The oldest major version of Node that the npm tools run on.
const NODE_MINIMUM: u32 = 20;
/// The geckodriver that is built where none is installed. From 0.37 on it takes `--allow-system-access`, without
/// which Firefox 153 refuses to open an extension's pages (<https://bugzilla.mozilla.org/show_bug.cgi?id=2048451>).
const GECKODRIVER: &str = "0.37.1";
/// The oldest minor version of geckodriver that will do: 0.37.
const GECKODRIVER_MINIMUM: (u32, u32) = (0, 37);

const WASM: &str = "wasm32-unknown-unknown";

/// The tools from npm and the Node that runs them.
pub(crate) struct Npm {
    node: PathBuf,
    modules: PathBuf,
}

impl Npm {
    /// binaryen's optimiser of wasm files.
    pub(crate) fn wasm_opt(&self) -> Command {
        self.script("binaryen/bin/wasm-opt")
    }

    /// Mozilla's command line for extensions, whose linter is the one addons.mozilla.org runs.
    pub(crate) fn web_ext(&self) -> Command {
        self.script("web-ext/bin/web-ext.js")
    }

    /// The source of axe-core, which finds accessibility faults once a page runs it.
    pub(crate) fn axe(&self) -> PathBuf {
        self.modules.join("axe-core/axe.min.js")
    }

    fn script(&self, path: &str) -> Command {
        let mut command = Command::new(&self.node);
        command
            .arg(self.modules.join(path))
            .current_dir(tools::root());
        command
    }
}

/// A browser and the WebDriver server that drives it.
pub(crate) struct Browser {
    /// The browser's program.
    pub(crate) program: PathBuf,
    /// chromedriver or geckodriver.
    pub(crate) driver: PathBuf,
}

/// The servers of the lab and their tools.
pub(crate) struct Servers {
    /// nginx.
    pub(crate) nginx: PathBuf,
    /// Apache httpd.
    pub(crate) apache: PathBuf,
    /// Caddy.
    pub(crate) caddy: PathBuf,
    /// Writes Basic password files.
    pub(crate) htpasswd: PathBuf,
    /// Squid, the proxy.
    pub(crate) squid: PathBuf,
    /// Puts the lab's certificate authority into a browser profile (NSS).
    pub(crate) certutil: PathBuf,
    /// Runs a program with a clock that is wrong.
    pub(crate) faketime: PathBuf,
}

/// Installs everything that any command needs and says where it is.
///
/// # Errors
///
/// When something is missing and cannot be installed here; the message says what to do.
pub(crate) fn all() -> Result<()> {
    wasm()?;
    lints()?;
    println!("wasm target, clippy and rustfmt: ready");
    let npm = npm()?;
    println!("npm tools: {}", npm.modules.display());
    let servers = servers()?;
    let Servers {
        nginx,
        apache,
        caddy,
        htpasswd,
        squid,
        certutil,
        faketime,
    } = &servers;
    for program in [nginx, apache, caddy, htpasswd, squid, certutil, faketime] {
        println!("server: {}", program.display());
    }
    for Browser { program, driver } in [chromium()?, firefox()?] {
        println!("browser: {} with {}", program.display(), driver.display());
    }
    println!("accessibility rules: {}", npm.axe().display());
    Ok(())
}

/// The standard library for wasm.
///
/// # Errors
///
/// When it is missing and rustup is not here to add it.
pub(crate) fn wasm() -> Result<()> {
    let sysroot = tools::read(
        Command::new("rustc")
            .args(["--print", "sysroot"])
            .current_dir(tools::root()),
    )?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(WASM)
        .is_dir()
    {
        return Ok(());
    }
    println!("Adding Rust's standard library for WebAssembly ({WASM}) by rustup.");
    rustup(&["target", "add", WASM])
}

/// clippy and rustfmt.
///
/// # Errors
///
/// When one is missing and rustup is not here to add it.
pub(crate) fn lints() -> Result<()> {
    for (subcommand, component) in [("clippy", "clippy"), ("fmt", "rustfmt")] {
        if tools::capture(tools::cargo().args([subcommand, "--version"]))?
            .status
            .success()
        {
            continue;
        }
        println!("Adding {component} by rustup.");
        rustup(&["component", "add", component])?;
    }
    Ok(())
}

fn rustup(arguments: &[&str]) -> Result<()> {
    let words = arguments.join(" ");
    let Some(program) = tools::find("rustup") else {
        bail!(
            "expected rustup to run `rustup {words}`, but found no rustup: install it from https://rustup.rs, \
             or add the same to your Rust by other means, then run this again"
        );
    };
    tools::run(
        Command::new(program)
            .args(arguments)
            .current_dir(tools::root()),
    )
}

/// The tools from npm, at the versions of `xtask/npm/package-lock.json`.
///
/// # Errors
///
/// When Node or npm is missing or too old, or npm fails.
pub(crate) fn npm() -> Result<Npm> {
    let folder = tools::root().join("xtask/npm");
    let node = npm_packages(&folder, "web-ext, binaryen and axe-core")?;
    let modules = folder.join("node_modules");
    Ok(Npm { node, modules })
}

/// Node and npm.
fn node() -> Result<[PathBuf; 2]> {
    let (Some(node), Some(npm)) = (tools::find("node"), tools::find("npm")) else {
        bail!(
            "expected Node {NODE_MINIMUM} or newer with npm, but found none: install them from https://nodejs.org"
        );
    };
    let version = tools::read(Command::new(&node).arg("--version"))?;
    if version_of(&version).is_none_or(|(major, _)| major < NODE_MINIMUM) {
        bail!(
            "expected Node {NODE_MINIMUM} or newer, but found `{}` at {}",
            version.trim(),
            node.display()
        );
    }
    Ok([node, npm])
}

/// What `npm ci` last put into a folder's `node_modules`, in its own words; a copy made only after it has succeeded.
const NPM_STAMP: &str = "node_modules/.installed.json";

/// Whether a folder has the packages of its `package-lock.json`.
fn npm_packages_are_there(folder: &Path) -> bool {
    let wanted = fs::read(folder.join("package-lock.json"));
    let installed = fs::read(folder.join(NPM_STAMP));
    matches!((wanted, installed), (Ok(wanted), Ok(installed)) if wanted == installed)
}

/// Installs the packages of a folder's `package-lock.json` there, and gives the Node to run them.
fn npm_packages(folder: &Path, what: &str) -> Result<PathBuf> {
    let [node, npm] = node()?;
    if npm_packages_are_there(folder) {
        return Ok(node);
    }
    println!("Installing {what} by npm, into {}.", folder.display());
    // npm's own words go nowhere unless it fails: its standard output is warnings about its dependencies.
    tools::read(
        Command::new(npm)
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(folder),
    )?;
    let stamp = folder.join(NPM_STAMP);
    fs::copy(folder.join("package-lock.json"), &stamp)
        .with_context(|| format!("expected to write {}", stamp.display()))?;
    Ok(node)
}

/// Browsers made ready to be driven, each with the path of its driver.
pub(crate) type Drivers = Vec<(Kind, PathBuf)>;

/// The drivers of these browsers. To be asked for before a lab runs: one may be built for minutes, in which nothing that
/// runs beside could be waited for.
///
/// # Errors
///
/// When a browser or driver is missing and cannot be installed here, or is too old.
pub(crate) fn drivers(kinds: impl IntoIterator<Item = Kind>) -> Result<Drivers> {
    let driver = |kind| {
        let browser = match kind {
            Kind::Chromium => chromium()?,
            Kind::Firefox => firefox()?,
        };
        Ok((kind, browser.driver))
    };
    kinds.into_iter().map(driver).collect()
}

/// Chromium and its driver. Google's own Chrome will not do: since 137 it ignores `--load-extension`.
///
/// # Errors
///
/// When one is missing and cannot be installed here, or Chromium is too old.
pub(crate) fn chromium() -> Result<Browser> {
    let found = apt::programs(&[
        Need {
            programs: &["chromium"],
            package: "chromium",
        },
        Need {
            programs: &["chromedriver"],
            package: "chromium-driver",
        },
    ])?;
    let [program, driver] = found;
    new_enough(&program)?;
    Ok(Browser { program, driver })
}

/// Firefox and its driver.
///
/// # Errors
///
/// When one is missing and cannot be installed here, or Firefox is too old.
pub(crate) fn firefox() -> Result<Browser> {
    let [program] = apt::programs(&[Need {
        programs: &["firefox-esr", "firefox"],
        package: "firefox-esr",
    }])?;
    new_enough(&program)?;
    Ok(Browser {
        program,
        driver: geckodriver()?,
    })
}

/// The servers of the lab that are not ours: programs from the system's packages, and the web frameworks.
///
/// # Errors
///
/// When one is missing and cannot be installed here.
pub(crate) fn servers() -> Result<Servers> {
    let [nginx, apache, caddy, htpasswd, squid, certutil, faketime] = apt::programs(&[
        Need {
            programs: &["nginx"],
            package: "nginx-light",
        },
        Need {
            programs: &["apache2", "httpd"],
            package: "apache2",
        },
        Need {
            programs: &["caddy"],
            package: "caddy",
        },
        Need {
            programs: &["htpasswd"],
            package: "apache2-utils",
        },
        Need {
            programs: &["squid"],
            package: "squid",
        },
        Need {
            programs: &["certutil"],
            package: "libnss3-tools",
        },
        Need {
            programs: &["faketime"],
            package: "faketime",
        },
    ])?;
    frameworks::install()?;
    Ok(Servers {
        nginx,
        apache,
        caddy,
        htpasswd,
        squid,
        certutil,
        faketime,
    })
}

/// curl, which runs the commands that the popup shows for it.
///
/// # Errors
///
/// When it is missing and cannot be installed here.
pub(crate) fn curl() -> Result<PathBuf> {
    let [curl] = apt::programs(&[Need {
        programs: &["curl"],
        package: "curl",
    }])?;
    Ok(curl)
}

fn geckodriver() -> Result<PathBuf> {
    let folder = tools::target().join("tools");
    let ours = folder
        .join("bin")
        .join(format!("geckodriver{}", std::env::consts::EXE_SUFFIX));
    for candidate in [tools::find("geckodriver"), Some(ours.clone())]
        .into_iter()
        .flatten()
    {
        let version = tools::capture(Command::new(&candidate).arg("--version"));
        let version = version
            .map(|output| tools::both(&output))
            .unwrap_or_default();
        if version_of(&version).is_some_and(|version| version >= GECKODRIVER_MINIMUM) {
            return Ok(candidate);
        }
    }
    println!(
        "Building geckodriver {GECKODRIVER} into {}; this takes some minutes, once.",
        folder.display()
    );
    let mut install = tools::cargo();
    install
        .args([
            "install",
            "geckodriver",
            "--locked",
            "--version",
            GECKODRIVER,
            "--root",
        ])
        .arg(&folder);
    // It passes messages on: to optimise it takes longer than all that it will ever do here.
    install
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    // Its build files are of no use afterwards; a folder of their own keeps them out of ours.
    install.env("CARGO_TARGET_DIR", folder.join("build"));
    tools::run(&mut install)?;
    // A leftover costs room on the disk and nothing else.
    drop(fs::remove_dir_all(folder.join("build")));
    Ok(ours)
}

fn new_enough(browser: &Path) -> Result<()> {
    let output = tools::capture(Command::new(browser).arg("--version"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    match version_of(&text) {
        Some((major, _)) if major >= BROWSER_MINIMUM => Ok(()),
        _ => bail!(
            "expected version {BROWSER_MINIMUM} or newer of {}, but found `{}`",
            browser.display(),
            text.trim().chars().take(64).collect::<String>()
        ),
    }
}

/// The first `MAJOR.MINOR` in a program's answer to `--version`.
fn version_of(text: &str) -> Option<(u32, u32)> {
    text.split(|char: char| char.is_whitespace())
        .find_map(|word| {
            let mut parts = word.trim_start_matches('v').split('.');
            let major = parts.next()?.parse().ok()?;
            // A beta's minor part has letters behind its digits.
            let minor = parts
                .next()?
                .split(|char: char| !char.is_ascii_digit())
                .next()?
                .parse()
                .ok()?;
            Some((major, minor))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_programs_say() {
        assert_eq!(version_of("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version_of("Mozilla Firefox 153.7.0esr"), Some((153, 7)));
        assert_eq!(version_of("Mozilla Firefox 154.0b3"), Some((154, 0)));
        assert_eq!(
            version_of("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)"),
            Some((156, 0))
        );
        assert_eq!(
            version_of("geckodriver 0.37.1 (abc 2026-05-01)\n\nThe source"),
            Some((0, 37))
        );
        assert_eq!(version_of("no version here"), None);
    }
}
