//! The guide: static pages for every finding, every topic and what is best set side by side, made when the page is built.
//!
//! All its words are messages (`finding_*`, `remedy_*`, `owner_*`, `topic_*`, `guide_*`); how a finding is told is the
//! heading block of its rule's own file, and snippets are the files of `www/snippets`. Its pages need no script.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::tools;
use texts::Texts;

mod cause;
#[cfg(test)]
mod coverage;
mod facts;
mod index;
mod layout;
mod overview;
mod rule;
mod snippet;
#[cfg(test)]
mod tests;
mod texts;
mod topic;

/// What all pages of the guide may weigh together, in bytes.
const BUDGET: usize = 450_000;

/// One page of the guide.
pub(crate) struct Page {
    /// The file's name below `guide/`.
    pub(crate) name: String,
    /// The whole document.
    pub(crate) html: String,
}

/// Writes all pages into `guide/` below the folder of the page.
///
/// # Errors
///
/// When a text, a rule's heading block or a snippet cannot be read, the pages are over their budget, or a file cannot be
/// written.
pub(crate) fn write(folder: &Path) -> Result<()> {
    let folder = folder.join("guide");
    fs::create_dir_all(&folder)
        .with_context(|| format!("expected to create {}", folder.display()))?;
    let pages = pages()?;
    let bytes: usize = pages.iter().map(|page| page.html.len()).sum();
    if bytes > BUDGET {
        bail!("expected the guide to have at most {BUDGET} bytes, but found {bytes}");
    }
    for page in pages {
        fs::write(folder.join(&page.name), page.html)
            .with_context(|| format!("expected to write guide/{}", page.name))?;
    }
    Ok(())
}

/// All pages, the first one first.
///
/// # Errors
///
/// When a text, a rule's heading block or a snippet is missing or cannot be read.
pub(crate) fn pages() -> Result<Vec<Page>> {
    let texts = Texts::english(tools::root())?;
    let snippets = snippet::read_all(&tools::root().join("www/snippets"))?;
    let mut pages = vec![index::page(&texts)];
    pages.extend(overview::pages(&texts));
    for &id in readmit::finding::FindingId::ALL {
        let rule = rule::read(tools::root(), id)?;
        pages.push(cause::page(&texts, id, &rule, &snippets));
    }
    pages.extend(
        readmit::owner::Topic::ALL
            .iter()
            .map(|&topic| topic::page(&texts, topic, &snippets)),
    );
    let missing = texts.missing();
    if !missing.is_empty() {
        bail!("expected a text for each of these keys, but found none: {missing:?}");
    }
    Ok(pages)
}
