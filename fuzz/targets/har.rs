//! Any bytes as a whole recording: read and judged without a panic, every problem short and at a place of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use readmit::event::Browser;
use readmit::input::{self, har};

fuzz_target!(|bytes: &[u8]| {
    let recording = har::parse(bytes);
    assert_eq!(recording.exchanges.len(), recording.entries.len());
    let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
    let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    for problem in &recording.problems {
        assert!(problem.line >= 1 && problem.column >= 1);
        assert!(is_utf16 || problem.line <= lines, "{problem}");
        assert!(problem.found.chars().count() <= 64, "{problem}");
    }
    let judged = input::judge(&recording.exchanges, Browser::Recording);
    assert!(judged.iter().all(|judged| !judged.findings.is_empty()));
});
