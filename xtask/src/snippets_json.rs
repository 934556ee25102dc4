//! All snippets as one JSON, which the popup's owner part loads: `{ topic: { server: text } }`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use walkdir::WalkDir;

/// Writes the snippets of a folder (`<topic>/<server>.<ending>`) into one file.
///
/// # Errors
///
/// When a snippet cannot be read, or the file not be written.
pub(crate) fn write(folder: &Path, file: &Path) -> Result<()> {
    let snippets = read(folder)?;
    let parent = file.parent().context("expected a file in a folder")?;
    fs::create_dir_all(parent)
        .with_context(|| format!("expected to create {}", parent.display()))?;
    fs::write(file, serde_json::to_string(&snippets)?)
        .with_context(|| format!("expected to write {}", file.display()))
}

/// The snippets by topic and server, in a fixed order, so that equal folders give equal packages.
fn read(folder: &Path) -> Result<BTreeMap<String, BTreeMap<String, String>>> {
    let mut snippets: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    if !folder.is_dir() {
        return Ok(snippets);
    }
    for entry in WalkDir::new(folder).min_depth(2).max_depth(2) {
        let entry = entry?;
        let path = entry.path();
        let topic = path.parent().and_then(Path::file_name);
        let (Some(topic), Some(server)) = (topic, path.file_stem()) else {
            continue;
        };
        let text = fs::read_to_string(path)
            .with_context(|| format!("expected to read {}", path.display()))?;
        snippets
            .entry(topic.to_string_lossy().into_owned())
            .or_default()
            .insert(
                server.to_string_lossy().into_owned(),
                text.trim_end().to_owned(),
            );
    }
    Ok(snippets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_stand_under_their_topic_and_server() {
        let folder = tempfile::tempdir().expect("a folder");
        let topic = folder.path().join("challenge");
        fs::create_dir(&topic).expect("a folder");
        fs::write(topic.join("nginx.conf"), "# nginx\nauth_basic \"Staff\";\n").expect("a file");
        fs::write(folder.path().join("README"), "not a snippet").expect("a file");
        let file = folder.path().join("out/snippets.json");
        write(folder.path(), &file).expect("written");
        assert_eq!(
            fs::read_to_string(&file).expect("readable"),
            r##"{"challenge":{"nginx":"# nginx\nauth_basic \"Staff\";"}}"##
        );
    }

    #[test]
    fn no_folder_gives_no_snippets() {
        assert!(
            read(Path::new("/nowhere/at/all"))
                .expect("empty")
                .is_empty()
        );
    }
}
