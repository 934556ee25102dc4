//! Finds the message keys that the extension's scripts and pages ask for.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::catalogue::{extension, root};

/// What a key of the page begins with: its scripts and pages name each as a whole literal.
const OF_THE_PAGE: &str = "\"www_";

/// What stands before a key in a script or a page. A key is a whole literal: `text("undo_label")`, `data-text="welcome_title"`.
const BEFORE_A_KEY: &[&str] = &[
    "text(\"",
    "data-text=\"",
    "getMessage(\"",
    "\"data-running\": \"",
    "\"data-over\": \"",
];

/// What a key of the guide begins with: its generator names each as a whole literal too.
const OF_THE_GUIDE: &str = "\"guide_";

/// File and key of every key that is asked for by its whole name.
pub(crate) fn keys_asked_for() -> BTreeSet<(String, String)> {
    let sources = files("js").into_iter().chain(files("html"));
    let keys = sources.flat_map(|(path, source)| {
        keys_in(&source)
            .into_iter()
            .map(move |key| (path.clone(), key))
    });
    keys.chain(keys_of_the_guide()).collect()
}

/// File and key of every key that the guide's generator asks for.
fn keys_of_the_guide() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    collect(&root().join("xtask/src/guide"), "rs", &mut sources);
    let mut keys = Vec::new();
    for (path, source) in sources {
        for rest in source.split(OF_THE_GUIDE).skip(1) {
            let key = rest.split('"').next().unwrap_or_default();
            keys.push((path.clone(), format!("guide_{key}")));
        }
    }
    keys
}

/// Path and text of every script.
pub(crate) fn scripts() -> Vec<(String, String)> {
    let found = files("js");
    assert!(
        found.len() >= 4,
        "expected the scripts of the extension, but found {}",
        found.len()
    );
    found
}

/// The keys in one source.
fn keys_in(source: &str) -> BTreeSet<String> {
    let after = BEFORE_A_KEY
        .iter()
        .flat_map(|before| source.split(before).skip(1));
    let known = after
        .filter_map(|rest| rest.split_once('"'))
        .map(|(key, _)| key.to_owned());
    let of_the_page = source.split(OF_THE_PAGE).skip(1);
    let of_the_page = of_the_page
        .filter_map(|rest| rest.split_once('"'))
        .map(|(key, _)| format!("www_{key}"));
    known.chain(of_the_page).collect()
}

/// Path and text of every file of the extension and the page with this ending, generated glue and snippets aside.
fn files(ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&extension(), ending, &mut found);
    collect(&extension().with_file_name("www"), ending, &mut found);
    found.retain(|(path, _)| !path.contains("snippets"));
    found
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(&path, ending, found);
        } else if path.extension().is_some_and(|e| e == ending) {
            let source =
                fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            found.push((path.display().to_string(), source));
        }
    }
}

#[test]
fn finds_the_keys_of_a_source() {
    let source = r#"el("p", {}, text("undo_label", own)); text(`state_${id}`); <h1 data-text="welcome_title"></h1>"#;
    assert_eq!(
        keys_in(source).into_iter().collect::<Vec<_>>(),
        ["undo_label", "welcome_title"]
    );
}
