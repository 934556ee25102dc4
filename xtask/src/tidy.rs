//! House rules that every file keeps, as tests.

use std::fs;

use walkdir::{DirEntry, WalkDir};

use crate::tools;

/// A text file of the project.
struct Source {
    /// Its path below the root, with `/` between the parts.
    name: String,
    text: String,
}

impl Source {
    fn has_extension(&self, extensions: &[&str]) -> bool {
        self.name
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extensions.contains(&extension))
    }
}

/// Every text file of the project; what was built, installed or generated is not part of it.
fn sources() -> Vec<Source> {
    let entries = WalkDir::new(tools::root())
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !is_foreign(entry));
    let mut sources = Vec::new();
    for entry in entries {
        let entry = entry.expect("a readable project");
        let name = entry
            .path()
            .strip_prefix(tools::root())
            .expect("a path below the root");
        let name = name.to_string_lossy().replace('\\', "/");
        if !entry.file_type().is_file() {
            continue;
        }
        // What is no UTF-8 is a picture.
        if let Ok(text) = String::from_utf8(fs::read(entry.path()).expect("a readable file")) {
            sources.push(Source { name, text });
        }
    }
    assert!(
        sources
            .iter()
            .any(|source| source.name == "xtask/src/tidy.rs"),
        "this file is part of the project"
    );
    sources
}

fn is_foreign(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_foreign_folder = entry.file_type().is_dir()
        && (["target", "dist", "node_modules", ".git"].contains(&&*name)
            || entry.path().join("CACHEDIR.TAG").exists());
    // In a second working tree `.git` is a file that says where the first one is.
    is_foreign_folder || name == ".git"
}

/// Fails with all offences at once, each as `file:line: what`.
#[track_caller]
fn assert_none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}:\n{}", offences.join("\n"));
}

/// The lines of the given sources that contain one of the given words.
fn lines_with(sources: &[Source], words: &[String]) -> Vec<String> {
    let mut offences = Vec::new();
    for source in sources {
        for (index, line) in source.text.lines().enumerate() {
            offences.extend(
                words
                    .iter()
                    .filter(|word| line.contains(word.as_str()))
                    .map(|word| format!("{}:{}: {word}", source.name, index + 1)),
            );
        }
    }
    offences
}

#[test]
fn every_source_file_says_first_what_it_is_for() {
    let mut offences = Vec::new();
    for source in sources() {
        let first = source.text.lines().next().unwrap_or_default();
        let comment = match source.name.rsplit_once('.') {
            Some((_, "rs")) => first.strip_prefix("//! "),
            Some((_, "js" | "mjs")) => first
                .strip_prefix("// ")
                .or_else(|| first.strip_prefix("/** ")),
            _ => continue,
        };
        // A handful of letters is a name, not a purpose.
        if comment.is_none_or(|words| words.trim().len() < 10) {
            offences.push(format!("{}:1: {first}", source.name));
        }
    }
    assert_none(
        "expected a first line that says what the file is for (`//! …` or `// …`)",
        &offences,
    );
}

#[test]
fn pages_build_no_markup_and_run_no_text() {
    let shipped: Vec<_> = sources()
        .into_iter()
        .filter(|source| source.name.starts_with("extension/") || source.name.starts_with("www/"))
        .filter(|source| source.has_extension(&["js", "mjs", "html"]))
        .collect();
    let words = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "setHTMLUnsafe",
        "createContextualFragment",
        "DOMParser",
        "document.write",
        "eval(",
        "new Function",
    ];
    let offences = lines_with(&shipped, &words.map(str::to_owned));
    assert_none(
        "expected text to be set as textContent: what a site sends is hostile",
        &offences,
    );
}

#[test]
fn no_file_names_a_folder_of_this_machine() {
    let mut words = tools::private_folders();
    words.extend([concat!("/Us", "ers/"), concat!(r"C:\Us", r"ers\")].map(str::to_owned));
    let offences = lines_with(&sources(), &words);
    assert_none("expected no path that only one machine has", &offences);
}

#[test]
fn no_file_says_where_packages_were_fetched_from() {
    let hosts = [
        concat!("registry.", "npmjs.org"),
        concat!("registry.", "yarnpkg.com"),
        concat!("index.", "crates.io"),
        concat!("static.", "crates.io"),
        concat!("deb.", "debian.org"),
    ];
    let offences = lines_with(&sources(), &hosts.map(str::to_owned));
    assert_none("expected no host name of a package registry", &offences);

    let locks: Vec<_> = sources()
        .into_iter()
        .filter(|source| source.name.ends_with("package-lock.json"))
        .collect();
    assert!(!locks.is_empty(), "the tools from npm are locked");
    let offences = lines_with(&locks, &["\"resolved\"".to_owned()]);
    assert_none(
        "expected a lock file without addresses (`omit-lockfile-registry-resolved` in .npmrc)",
        &offences,
    );
}
