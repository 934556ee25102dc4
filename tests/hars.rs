//! Recordings of mostly healthy pages: all can be read, none panics, and nothing is said about a healthy exchange.
//!
//! Reads `../shared/hars` where it is present, and the recordings of this repository always.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::print_stderr,
    reason = "what was found in a recording is worth a look"
)]

use std::path::{Path, PathBuf};

use readmit::event::Browser;
use readmit::exchange::End;
use readmit::input::{self, har};

fn recordings(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let Ok(files) = std::fs::read_dir(&folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "har"))
        .collect();
    files.sort();
    files
}

#[test]
fn recordings_are_read_without_a_false_alarm() {
    let own = recordings("tests/fixtures/hars");
    assert!(!own.is_empty());
    for path in own.iter().chain(&recordings("../shared/hars")) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let recording = har::parse(&std::fs::read(path).expect("the recording can be read"));
        assert_eq!(recording.problems, [], "{name}");
        assert!(!recording.exchanges.is_empty(), "{name}");
        let judged = input::judge(&recording.exchanges, Browser::Recording);
        for found in &judged {
            let exchange = &recording.exchanges[found.entry];
            let ids: Vec<&str> = found
                .findings
                .iter()
                .map(|finding| finding.id.as_str())
                .collect();
            eprintln!(
                "{name} #{}: {:?} {} -> {ids:?}",
                recording.entries[found.entry],
                exchange.status(),
                exchange.address.shown()
            );
            let healthy = exchange.status().is_some_and(|status| status < 300)
                && !exchange.address.is_sign_in()
                && exchange.end == End::Completed;
            assert!(
                !healthy || found.findings[0].notice,
                "{name}: a healthy exchange was found {ids:?}"
            );
        }
    }
}
