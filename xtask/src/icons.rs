//! `cargo xtask icons`: the PNG icons, drawn by Chromium from `extension/icons/readmit.svg`.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::setup;
use crate::tools;

/// The widths and heights that browsers ask for, in pixels.
const SIZES: [u32; 4] = [16, 32, 48, 128];

/// Draws every size and writes `extension/icons/readmit-SIZE.png`.
///
/// # Errors
///
/// When Chromium is missing or does not draw, or a file cannot be read or written.
pub(crate) fn run() -> Result<()> {
    let browser = setup::chromium()?;
    let folder = tools::root().join("extension/icons");
    let drawing = fs::read(folder.join("readmit.svg")).context("expected to read readmit.svg")?;
    let work = tempfile::tempdir()?;
    for size in SIZES {
        let page = work.path().join("page.html");
        fs::write(&page, page_text(&drawing, size))?;
        let mut command = Command::new(&browser.program);
        command.args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=5000",
            "--dump-dom",
        ]);
        command
            .arg(format!(
                "--user-data-dir={}",
                work.path().join("profile").display()
            ))
            .arg(&page);
        let output = tools::capture(&mut command)?;
        let png = png_in(&String::from_utf8_lossy(&output.stdout)).with_context(|| {
            format!(
                "expected Chromium to draw, but found {}",
                tools::both(&output)
            )
        })?;
        let file = folder.join(format!("readmit-{size}.png"));
        fs::write(&file, png).with_context(|| format!("expected to write {}", file.display()))?;
        println!("{}", file.display());
    }
    Ok(())
}

/// A page that draws the icon on a canvas, which keeps transparency and has no smallest size as windows do, and then
/// becomes the picture's data address.
fn page_text(drawing: &[u8], size: u32) -> String {
    let drawing = BASE64.encode(drawing);
    format!(
        "<!doctype html><body><script>
        const image = new Image({size}, {size});
        image.onload = () => {{
            const canvas = document.createElement('canvas');
            canvas.width = canvas.height = {size};
            canvas.getContext('2d').drawImage(image, 0, 0, {size}, {size});
            document.body.textContent = canvas.toDataURL('image/png');
        }};
        image.src = 'data:image/svg+xml;base64,{drawing}';
        </script>"
    )
}

/// The picture in what Chromium printed of the page.
fn png_in(dom: &str) -> Option<Vec<u8>> {
    let (_, rest) = dom.split_once("data:image/png;base64,")?;
    let (text, _) = rest.split_once('<')?;
    BASE64.decode(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_found_in_the_page() {
        let dom = "<html><body>data:image/png;base64,UE5H</body></html>";
        assert_eq!(png_in(dom), Some(b"PNG".to_vec()));
        assert_eq!(png_in("<html><body></body></html>"), None);
    }

    #[test]
    fn every_committed_icon_has_its_size() {
        for size in SIZES {
            let file = tools::root().join(format!("extension/icons/readmit-{size}.png"));
            let bytes = fs::read(file).expect("an icon");
            // Width and height are the first two numbers of the first chunk (PNG specification §11.2.1).
            let number =
                |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
            assert_eq!((number(16), number(20)), (size, size));
        }
    }
}
