//! The copy of the extension that a browser loads: the package under test plus one blank page that tests speak through.
//!
//! The blank page is the only addition. It has the extension's APIs, draws nothing and listens to nothing, so that
//! reading cookies or storage through it neither wakes the background nor changes what is tested.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use walkdir::WalkDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::Options;

/// The blank page's path inside the extension.
pub(super) const CONTROL_PAGE: &str = "browser-test/control.html";

const CONTROL_HTML: &str = "<!doctype html><meta charset=\"utf-8\"><title>Browser test</title><script src=\"control.js\"></script>\n";

/// Calls `browser.PATH(...arguments)`; strings in and out, since they cross every sandbox unharmed.
const CONTROL_JS: &str = r#"globalThis.callBrowser = async (path, text) => {
  const names = path.split(".");
  const last = names.pop();
  const owner = names.reduce((object, name) => object[name], browser);
  try {
    return JSON.stringify({ value: (await owner[last](...JSON.parse(text))) ?? null });
  } catch (error) {
    return JSON.stringify({ error: String(error) });
  }
};
"#;

/// Copies the extension (a folder or a zip) into `target`, adds the blank page, and answers its manifest.
pub(super) fn unpack(target: &Path, options: &Options) -> Result<Value> {
    let source = &options.extension;
    fs::create_dir_all(target)?;
    if source.is_dir() {
        copy_folder(source, target)?;
    } else {
        let file = File::open(source)
            .with_context(|| format!("expected an extension at `{}`", source.display()))?;
        ZipArchive::new(file)?.extract(target)?;
    }
    for (path, text) in [
        (CONTROL_PAGE, CONTROL_HTML),
        ("browser-test/control.js", CONTROL_JS),
    ] {
        let path = target.join(path);
        fs::create_dir_all(
            path.parent()
                .context("expected the page to be in a folder")?,
        )?;
        fs::write(path, text)?;
    }
    let path = target.join("manifest.json");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("expected a manifest in `{}`", source.display()))?;
    let mut manifest: Value = serde_json::from_str(&text)?;
    if options.grant_optional {
        grant_optional(&mut manifest)?;
    }
    fs::write(path, manifest.to_string())?;
    Ok(manifest)
}

/// Turns optional permissions into granted ones.
fn grant_optional(manifest: &mut Value) -> Result<()> {
    let Some(optional) = manifest.get_mut("optional_permissions").map(Value::take) else {
        return Ok(());
    };
    let Some(optional) = optional.as_array() else {
        bail!("expected optional_permissions to be a list")
    };
    let granted = manifest["permissions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    manifest["permissions"] = json!([granted, optional.clone()].concat());
    manifest["optional_permissions"] = json!([]);
    Ok(())
}

fn copy_folder(source: &Path, target: &Path) -> Result<()> {
    for entry in WalkDir::new(source) {
        let entry = entry?;
        let path = target.join(entry.path().strip_prefix(source)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(path)?;
        } else {
            fs::copy(entry.path(), path)?;
        }
    }
    Ok(())
}

/// Packs `folder` into the zip `target`.
pub(super) fn pack(folder: &Path, target: &Path) -> Result<()> {
    let mut zip = ZipWriter::new(File::create(target)?);
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_dir() {
            continue;
        }
        let name = entry
            .path()
            .strip_prefix(folder)?
            .to_string_lossy()
            .into_owned();
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(&fs::read(entry.path())?)?;
    }
    zip.finish()?;
    Ok(())
}
