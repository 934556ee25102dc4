//! Packages on disk: folders of files, and zips that come out the same byte for byte.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use walkdir::{DirEntry, WalkDir};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Copies the files below `from` to the same places below `to`, leaving out hidden ones and those `skip` names.
///
/// `skip` gets each file's path relative to `from`, with `/` between its parts.
///
/// # Errors
///
/// When a file cannot be read or written.
pub(crate) fn copy_tree(from: &Path, to: &Path, skip: impl Fn(&str) -> bool) -> Result<()> {
    for name in names(from)? {
        if skip(&name) {
            continue;
        }
        let target = to.join(&name);
        let folder = target.parent().unwrap_or(to);
        fs::create_dir_all(folder)
            .with_context(|| format!("expected to create {}", folder.display()))?;
        let source = from.join(&name);
        fs::copy(&source, &target)
            .with_context(|| format!("expected to copy {}", source.display()))?;
    }
    Ok(())
}

/// Writes everything below `folder` into one zip and gives its size in bytes.
///
/// Names are sorted and every file carries the same time and mode, so that equal folders give equal zips:
/// whoever reviews the extension can build it again and compare.
///
/// # Errors
///
/// When a file cannot be read or the zip cannot be written.
pub(crate) fn zip_tree(folder: &Path, file: &Path) -> Result<u64> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let output =
        fs::File::create(file).with_context(|| format!("expected to create {}", file.display()))?;
    let mut zip = ZipWriter::new(output);
    for name in names(folder)? {
        let bytes =
            fs::read(folder.join(&name)).with_context(|| format!("expected to read {name}"))?;
        zip.start_file(name, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.metadata()?.len())
}

/// The files below a folder, hidden ones left out: sorted relative paths with `/` between their parts.
///
/// # Errors
///
/// When the folder cannot be read, or a file's name is not Unicode.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in WalkDir::new(folder)
        .min_depth(1)
        .into_iter()
        .filter_entry(|entry| !is_hidden(entry))
    {
        let entry = entry.with_context(|| format!("expected to read {}", folder.display()))?;
        if entry.file_type().is_dir() {
            continue;
        }
        let relative = entry.path().strip_prefix(folder)?;
        let name = relative
            .to_str()
            .with_context(|| format!("expected a Unicode name, but found {relative:?}"))?;
        names.push(name.replace(std::path::MAIN_SEPARATOR, "/"));
    }
    names.sort_unstable();
    Ok(names)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_folders_give_equal_zips() {
        let zips = [["b/two.txt", "one.txt"], ["one.txt", "b/two.txt"]].map(|order| {
            let folder = tempfile::tempdir().expect("a folder");
            for name in order {
                let file = folder.path().join("in").join(name);
                fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
                fs::write(file, name).expect("a file");
            }
            let zip = folder.path().join("out.zip");
            let size = zip_tree(&folder.path().join("in"), &zip).expect("a zip");
            let bytes = fs::read(zip).expect("the zip");
            assert_eq!(bytes.len() as u64, size);
            bytes
        });
        assert_eq!(zips[0], zips[1]);
    }

    #[test]
    fn hidden_and_skipped_files_stay_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("sub")).expect("a folder");
        for name in ["kept.txt", ".hidden", "sub/kept.txt", "sub/skipped.txt"] {
            fs::write(from.join(name), name).expect("a file");
        }
        copy_tree(&from, &to, |name| name == "sub/skipped.txt").expect("a copy");
        assert_eq!(names(&to).expect("names"), ["kept.txt", "sub/kept.txt"]);
    }
}
