//! The snippets of `www/snippets/<topic>/<server>.<ending>`: what to paste into a server's configuration or code.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use readmit::owner::{Server, Topic};

/// The snippets of all topics, each by its place in the list of servers.
pub(super) type Snippets = BTreeMap<&'static str, Vec<Snippet>>;

/// One snippet.
pub(super) struct Snippet {
    /// Whom it is for.
    pub(super) server: Server,
    /// Its text.
    pub(super) code: String,
}

/// Reads every snippet below a folder; none where there is no such folder.
///
/// # Errors
///
/// When a file cannot be read, or its folder or name is of no known topic or server.
pub(super) fn read_all(folder: &Path) -> Result<Snippets> {
    let mut snippets = Snippets::new();
    if !folder.is_dir() {
        return Ok(snippets);
    }
    for entry in walkdir::WalkDir::new(folder)
        .min_depth(2)
        .sort_by_file_name()
    {
        let entry = entry?;
        let path = entry.path();
        let part = |path: &Path| {
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        let topic = path.parent().map(part).unwrap_or_default();
        let (Some(topic), Some(server)) = (Topic::from_id(&topic), Server::from_id(&part(path)))
        else {
            bail!(
                "expected www/snippets/<topic>/<server>.<ending>, but found {}",
                path.display()
            );
        };
        let code = fs::read_to_string(path)
            .with_context(|| format!("expected to read {}", path.display()))?;
        let code = code.trim_end().to_owned();
        snippets
            .entry(topic.as_str())
            .or_default()
            .push(Snippet { server, code });
    }
    for of_topic in snippets.values_mut() {
        of_topic.sort_by_key(|snippet| Server::ALL.iter().position(|&s| s == snippet.server));
    }
    Ok(snippets)
}

/// The snippets of one topic.
pub(super) fn of(snippets: &Snippets, topic: Topic) -> &[Snippet] {
    snippets.get(topic.as_str()).map_or(&[], Vec::as_slice)
}
