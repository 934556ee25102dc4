//! The static page `dist/www`: its own files, the extension's drawing code, the texts, and a wasm that is part of a script.
//!
//! The page's policy forbids every connection, so nothing that it needs may be fetched: the wasm and the texts come as
//! modules, and what stands in an HTML file without any script is filled in here.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value};

use crate::guide;
use crate::package;
use crate::texts;
use crate::tools;

/// What is the same in the extension and on the page, with its name here.
const SHARED: &[(&str, &str)] = &[
    ("render.js", "render.js"),
    ("text.js", "text.js"),
    ("style.css", "view.css"),
    ("owner/draw.js", "owner/draw.js"),
    ("owner/owner.css", "owner/owner.css"),
    ("icons/readmit.svg", "icons/readmit.svg"),
    ("icons/readmit-128.png", "icons/readmit-128.png"),
];

/// Writes the page into an empty folder; `wasms` holds the glue and the wasm that it runs.
///
/// # Errors
///
/// When a file cannot be read or written, or an HTML file asks for a text that there is not.
pub(crate) fn write(folder: &Path, wasms: &Path) -> Result<()> {
    let root = tools::root();
    // The guide's pages hold the snippets.
    package::copy_tree(&root.join("www"), folder, |name| {
        name.starts_with("snippets/")
    })?;
    for (from, to) in SHARED {
        let to = folder.join(to);
        fs::create_dir_all(to.parent().unwrap_or(folder))?;
        fs::copy(root.join("extension").join(from), &to)
            .with_context(|| format!("expected to copy extension/{from}"))?;
    }
    write_wasms(folder, wasms)?;
    write_texts(folder)?;
    fill_pages(folder)?;
    guide::write(folder)?;
    write_list(folder)
}

/// Copies the glue, and writes each wasm as a module that holds it packed.
fn write_wasms(folder: &Path, wasms: &Path) -> Result<()> {
    for name in package::names(wasms)? {
        let bytes = fs::read(wasms.join(&name)).with_context(|| format!("expected {name}"))?;
        let Some(stem) = name.strip_suffix(".wasm") else {
            fs::write(folder.join(&name), bytes)?;
            continue;
        };
        let module = packed("The compiled reader: WebAssembly", &bytes)?;
        fs::write(folder.join(format!("{stem}.js")), module)?;
    }
    Ok(())
}

/// A module that holds bytes compressed.
fn packed(what: &str, bytes: &[u8]) -> Result<String> {
    let text = packed_text(bytes)?;
    Ok(format!(
        "// {what}, compressed (deflate-raw), seven bits a character.\nexport default \"{text}\";\n"
    ))
}

/// Bytes compressed (RFC 1951), seven bits a character, as they stand between quotes: a seventh more than the bytes
/// themselves, where base64 is a third more. `www/packed.js` unpacks it.
fn packed_text(bytes: &[u8]) -> Result<String> {
    let mut deflated = Vec::new();
    zopfli::compress(
        zopfli::Options::default(),
        zopfli::Format::Deflate,
        bytes,
        &mut deflated,
    )?;
    let mut text = String::with_capacity(deflated.len() * 6 / 5);
    let (mut held, mut bits) = (0_u32, 0);
    let mut put = |seven: u32| {
        let seven = u8::try_from(seven & 127).unwrap_or_default();
        // These would end the text, or are changed on the way by editors and servers.
        let changed = matches!(seven, 0 | b'\n' | b'\r' | b'"' | b'\\');
        text.push(char::from(if changed { seven | 128 } else { seven }));
    };
    for byte in deflated {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 7 {
            bits -= 7;
            put(held >> bits);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        put(held << (7 - bits));
    }
    Ok(text)
}

/// Writes the texts as a module.
fn write_texts(folder: &Path) -> Result<()> {
    let of_page = packed_text(&serde_json::to_vec(&texts::for_page()?)?)?;
    let module = format!(
        "// The texts of the page by key, with $1 to $9 where arguments go, compressed.\n\
         import {{ unpack }} from \"./packed.js\";\n\
         export default await unpack(\"{of_page}\").json();\n"
    );
    fs::write(folder.join("texts.js"), module).context("expected to write the texts")?;
    let of_owner = serde_json::to_vec(&texts::for_owner()?)?;
    let module = packed("The texts of the owner's part", &of_owner)?;
    fs::write(folder.join("owner-texts.js"), module).context("expected to write more texts")
}

/// Puts the English texts into every HTML file that names them, so that it says all it has to before any script runs.
fn fill_pages(folder: &Path) -> Result<()> {
    let messages = texts::english()?;
    for name in package::names(folder)?
        .iter()
        .filter(|name| name.ends_with(".html"))
    {
        let file = folder.join(name);
        let page = fs::read_to_string(&file)?;
        let filled = filled(&page, &messages).with_context(|| format!("filling {name}"))?;
        fs::write(&file, filled)?;
    }
    Ok(())
}

/// A page with the text of each `data-text="key"` inside its element, which must be empty, and that of each
/// `data-text-NAME="key"` in its attribute `NAME`.
fn filled(page: &str, messages: &Map<String, Value>) -> Result<String> {
    let mut result = String::new();
    let mut rest = page;
    while let Some(at) = rest.find(" data-text") {
        let (before, found) = rest.split_at(at);
        result.push_str(before);
        let (name, after) = found
            .split_once("=\"")
            .context("expected `=\"` behind `data-text`")?;
        let (key, after) = after.split_once('"').context("expected a closed key")?;
        let text = escaped(texts::plain(messages, key)?);
        match name.strip_prefix(" data-text-") {
            Some(attribute) => result.push_str(&format!(" {attribute}=\"{text}\"")),
            None => {
                let (tag, after) = after.split_once('>').context("expected the tag's end")?;
                if !after.starts_with("</") {
                    bail!("expected an empty element for `{key}`");
                }
                result.push_str(&format!(" data-text=\"{key}\"{tag}>{text}"));
                rest = after;
                continue;
            }
        }
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// Writes the list of what a copy for use without a network needs, with a number that changes with any of it.
fn write_list(folder: &Path) -> Result<()> {
    let names = package::names(folder)?;
    let needed: Vec<&String> = names
        .iter()
        .filter(|name| {
            let folder = name.split_once('/').map(|(folder, _)| folder);
            matches!(folder, None | Some("icons" | "owner"))
        })
        .filter(|name| *name != "offline.js" && *name != "files.js")
        .collect();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for name in &needed {
        for byte in name.bytes().chain(fs::read(folder.join(name))?) {
            // FNV-1a: whether anything changed, no more.
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    let list = serde_json::to_string(&needed)?;
    let script = format!(
        "// What the page needs without a network, and the number of this edition.\nself.EDITION = \"{hash:016x}\";\nself.FILES = {list};\n"
    );
    fs::write(folder.join("files.js"), script).context("expected to write the list of files")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn messages() -> Map<String, Value> {
        let messages = json!({ "a": { "message": "1 < 2 & \"3\"" } });
        messages.as_object().cloned().expect("an object")
    }

    #[test]
    fn texts_stand_in_elements_and_attributes() {
        let page = r#"<p class="x" data-text="a" id="y"></p><input data-text-placeholder="a">"#;
        assert_eq!(
            filled(page, &messages()).expect("a page"),
            r#"<p class="x" data-text="a" id="y">1 &lt; 2 &amp; &quot;3&quot;</p><input placeholder="1 &lt; 2 &amp; &quot;3&quot;">"#
        );
    }

    #[test]
    fn a_text_that_is_missing_or_would_replace_another_is_an_error() {
        for page in [r#"<p data-text="b"></p>"#, r#"<p data-text="a">c</p>"#] {
            assert!(filled(page, &messages()).is_err(), "{page}");
        }
    }
}
