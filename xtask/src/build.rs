//! `cargo xtask build`: the unpacked extensions, their zips and the page, all in `dist/`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context as _, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::manifest::{self, Target};
use crate::package;
use crate::setup;
use crate::site;
use crate::snippets_json;
use crate::texts;
use crate::tools;

/// One wasm of the core, with what its place calls and no more.
struct Artefact {
    /// The name of its glue, `<name>.js`; its wasm is `<name>_bg.wasm`.
    name: &'static str,
    /// The features of the package `readmit` that it is built with.
    features: &'static [&'static str],
    /// What it may weigh, in bytes.
    budget: u64,
    /// Where it goes.
    place: Place,
}

/// Where a wasm goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Both extension packages.
    Extension,
    /// The page.
    Page,
}

impl Place {
    /// Cargo's profile for what goes there.
    fn profile(self) -> &'static str {
        match self {
            Place::Extension => "wasm",
            Place::Page => "wasm-reader",
        }
    }

    /// Binaryen's passes: small where it is loaded often.
    fn passes(self) -> &'static [&'static str] {
        match self {
            // Each rule reads its case in much the same way: what differs in constants alone is written once, and control
            // flow anew from flat code. Later rounds work on what the earlier ones leave, and the functions that are called
            // most get the shortest numbers. Together they save 7 kB.
            Place::Extension => &[
                "--merge-similar-functions",
                "-Oz",
                "--flatten",
                "--rereloop",
                "-Oz",
                "-Oz",
                "--flatten",
                "--rereloop",
                "-Oz",
                "-Oz",
                "--reorder-functions",
            ],
            Place::Page => &["-O3"],
        }
    }
}

/// Every wasm that is shipped.
const ARTEFACTS: &[Artefact] = &[
    // The background's: a worker loads it each time it wakes.
    Artefact {
        name: "core",
        features: &[],
        budget: 250_000,
        place: Place::Extension,
    },
    // The popup's owner part: loaded where its switch is on.
    Artefact {
        name: "owner",
        features: &["owner"],
        budget: 150_000,
        place: Place::Extension,
    },
    // The page's: reads recordings too, and has the public suffix list (150 kB) in it. It is shipped compressed.
    Artefact {
        name: "reader",
        features: &["reader"],
        budget: 1_000_000,
        place: Place::Page,
    },
];

/// The name and the features, divided by commas, of every wasm that is shipped.
pub(crate) fn wasms() -> impl Iterator<Item = (&'static str, String)> {
    ARTEFACTS
        .iter()
        .map(|artefact| (artefact.name, artefact.features.join(",")))
}

impl Artefact {
    fn wasm(&self) -> String {
        format!("{}_bg.wasm", self.name)
    }
}

/// What each zip may weigh, in bytes, with every locale in it.
const ZIP_BUDGET: u64 = 400_000;
/// What the page may weigh, in bytes, its guide in it and its pictures left out.
const PAGE_BUDGET: u64 = 1_000_000;

/// How to build.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Build fast, keep function names, leave the optimiser and the size budgets out.
    #[arg(long)]
    pub(crate) debug: bool,
}

/// Builds everything into `dist/` and prints the sizes.
///
/// # Errors
///
/// As [`build`].
pub(crate) fn run(options: &Options) -> Result<()> {
    let sizes = build(options)?;
    for Size {
        name,
        bytes,
        budget,
    } in &sizes
    {
        println!("{name:20} {bytes:>8} bytes of {budget}");
    }
    println!("dist/ is ready: load dist/chrome or dist/firefox, or install a zip");
    Ok(())
}

/// Builds everything into `dist/` and gives the sizes that have a budget.
///
/// # Errors
///
/// When a tool fails, a file that a manifest names is missing, or a size is over its budget.
pub(crate) fn build(options: &Options) -> Result<Vec<Size>> {
    setup::wasm()?;
    let (extension, page) = (tempfile::tempdir()?, tempfile::tempdir()?);
    // Each is one crate, optimised as a whole by one processor. Those of one place share what they depend on.
    let compiling = [Mutex::new(()), Mutex::new(())];
    let mut sizes = thread::scope(|scope| {
        let builds: Vec<_> = ARTEFACTS
            .iter()
            .map(|artefact| {
                let (folder, compiling) = match artefact.place {
                    Place::Extension => (extension.path(), &compiling[0]),
                    Place::Page => (page.path(), &compiling[1]),
                };
                scope.spawn(move || sized_wasm(artefact, options, folder, compiling))
            })
            .collect();
        let mut sizes = Vec::new();
        for build in builds {
            sizes.push(build.join().map_err(|_| anyhow!("a build panicked"))??);
        }
        anyhow::Ok(sizes)
    })?;
    for target in Target::ALL {
        sizes.push(write_extension(target, extension.path())?);
    }
    sizes.push(write_page(page.path())?);
    match sizes
        .iter()
        .find(|size| size.bytes > size.budget && !options.debug)
    {
        Some(Size {
            name,
            bytes,
            budget,
        }) => {
            bail!("expected {name} to have at most {budget} bytes, but found {bytes}")
        }
        None => Ok(sizes),
    }
}

/// A file's size beside what it may be, both in bytes.
pub(crate) struct Size {
    /// The file's name.
    pub(crate) name: String,
    /// What it weighs.
    pub(crate) bytes: u64,
    /// What it may weigh.
    pub(crate) budget: u64,
}

impl Size {
    fn of(name: &str, file: &Path, budget: u64) -> Result<Self> {
        let bytes = fs::metadata(file)
            .with_context(|| format!("expected to read {}", file.display()))?
            .len();
        Ok(Self {
            name: name.to_owned(),
            bytes,
            budget,
        })
    }
}

/// Writes one wasm into a folder, checked for what it may not say, and gives its size.
fn sized_wasm(
    artefact: &Artefact,
    options: &Options,
    folder: &Path,
    compiling: &Mutex<()>,
) -> Result<Size> {
    write_wasm(artefact, options, folder, compiling)?;
    let file = folder.join(artefact.wasm());
    if !options.debug {
        find_no_private_folder(&file)?;
    }
    Size::of(&artefact.wasm(), &file, artefact.budget)
}

/// Compiles the core for one place and writes its glue and its wasm into a folder.
fn write_wasm(
    artefact: &Artefact,
    options: &Options,
    folder: &Path,
    compiling: &Mutex<()>,
) -> Result<()> {
    let compiled = {
        // Until it is read: the next one of the same place is written to the same file.
        let _compiling = compiling.lock().unwrap_or_else(PoisonError::into_inner);
        let file = compile(options, artefact)?;
        fs::read(&file).with_context(|| format!("expected to read {}", file.display()))?
    };
    Bindgen::new()
        .input_bytes(artefact.name, compiled)
        .out_name(artefact.name)
        .web(true)?
        .typescript(false)
        .debug(options.debug)
        .keep_debug(options.debug)
        .remove_name_section(!options.debug)
        .remove_producers_section(true)
        // Whoever starts it hands the wasm over.
        .omit_default_module_path(artefact.place == Place::Page)
        // A panic leaves the instance in an unknown state, and a service worker cannot import a module twice:
        // the exported `__wbg_reset_state` starts it afresh.
        .reset_state_function(true)
        .generate(folder)
        .context("expected wasm-bindgen to accept the compiled core, but it does not")?;
    if options.debug {
        Ok(())
    } else {
        optimise(&folder.join(artefact.wasm()), artefact.place)
    }
}

fn compile(options: &Options, artefact: &Artefact) -> Result<PathBuf> {
    let (profile, folder) = if options.debug {
        ("dev", "debug")
    } else {
        (artefact.place.profile(), artefact.place.profile())
    };
    let mut cargo = tools::cargo();
    cargo.args([
        "build",
        "--locked",
        "--quiet",
        "--package",
        "readmit",
        "--lib",
        "--profile",
        profile,
        "--no-default-features",
        "--features",
        &artefact.features.join(","),
    ]);
    // The flags of both places differ, and with them all that is compiled.
    let target = tools::target().join(artefact.place.profile());
    cargo.args(["--target", "wasm32-unknown-unknown", "--target-dir"]);
    cargo.arg(&target);
    let mut flags = remap_flags()?;
    if artefact.place == Place::Page {
        // Recordings are searched by the sixteen bytes; browsers have these instructions since 2021, Safari since 2023.
        flags.push("\x1f-Ctarget-feature=+simd128");
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags);
    tools::run(&mut cargo)?;
    Ok(target
        .join("wasm32-unknown-unknown")
        .join(folder)
        .join("readmit.wasm"))
}

/// Flags for rustc that keep this machine's folders out of panic messages, so that a build says nothing about who
/// made it and comes out the same elsewhere. Cargo's own way, `trim-paths`, is not stable yet.
fn remap_flags() -> Result<OsString> {
    let sysroot = tools::read(
        std::process::Command::new("rustc")
            .args(["--print", "sysroot"])
            .current_dir(tools::root()),
    )?;
    let mut pairs = vec![(
        PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust"),
        "/rust",
    )];
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")));
    if let Some(sources) = cargo_home.map(|home| home.join("registry/src")) {
        // One folder a registry, named by its address, which may be a mirror's.
        let registries = fs::read_dir(sources).into_iter().flatten().flatten();
        pairs.extend(registries.map(|registry| (registry.path(), "/crates")));
    }
    pairs.push((tools::root().to_owned(), "/readmit"));
    let mut flags = OsString::new();
    for (from, to) in pairs {
        if !flags.is_empty() {
            flags.push("\x1f");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    Ok(flags)
}

/// Makes the wasm small by binaryen.
fn optimise(wasm: &Path, place: Place) -> Result<()> {
    // Nothing lies in the lowest kilobyte: that is where the stack ends (rustc links with `--stack-first`).
    let assume = "--low-memory-unused";
    // Which wasm features it may use it reads from the section `target_features`, which goes afterwards.
    let strip = [
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ];
    let mut command = setup::npm()?.wasm_opt();
    command
        .args(place.passes())
        .arg(assume)
        .arg(wasm)
        .args(strip)
        .arg("-o")
        .arg(wasm);
    tools::read(&mut command).map(drop)
}

/// Fails where the wasm names a folder of this machine after all.
fn find_no_private_folder(wasm: &Path) -> Result<()> {
    let bytes = fs::read(wasm).with_context(|| format!("expected to read {}", wasm.display()))?;
    for folder in tools::private_folders() {
        if bytes
            .windows(folder.len())
            .any(|window| window == folder.as_bytes())
        {
            bail!(
                "expected {} to name no folder of this machine, but found `{folder}`",
                wasm.display()
            );
        }
    }
    Ok(())
}

/// Writes one extension with its wasms, unpacked and as a zip, and gives the zip's size.
fn write_extension(target: Target, wasms: &Path) -> Result<Size> {
    let folder = tools::dist().join(target.name());
    start_afresh(&folder)?;
    package::copy_tree(&tools::root().join("extension"), &folder, |name| {
        name == "manifest.json" || name.starts_with("_locales/")
    })?;
    texts::write_locales(&folder.join("_locales"))?;
    package::copy_tree(wasms, &folder, |_| false)?;
    snippets_json::write(
        &tools::root().join("www/snippets"),
        &folder.join("owner/snippets.json"),
    )?;
    let manifest = manifest::manifest(target)?;
    for name in manifest::files(&manifest) {
        if !folder.join(name).is_file() {
            bail!("expected extension/{name}, which the manifest names, but found no such file");
        }
    }
    let text = serde_json::to_string_pretty(&manifest)?;
    fs::write(folder.join("manifest.json"), text + "\n")
        .context("expected to write the manifest")?;
    let name = format!("readmit-{}.zip", target.name());
    let bytes = package::zip_tree(&folder, &tools::dist().join(&name))?;
    Ok(Size {
        name,
        bytes,
        budget: ZIP_BUDGET,
    })
}

/// Writes the static page and gives its size, pictures left out.
fn write_page(wasms: &Path) -> Result<Size> {
    let folder = tools::dist().join("www");
    start_afresh(&folder)?;
    site::write(&folder, wasms)?;
    let mut bytes = 0;
    for name in package::names(&folder)? {
        if !name.ends_with(".png") {
            bytes += fs::metadata(folder.join(name))?.len();
        }
    }
    Ok(Size {
        name: "www".to_owned(),
        bytes,
        budget: PAGE_BUDGET,
    })
}

fn start_afresh(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("expected to remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("expected to create {}", folder.display()))
}
