//! Pasted heads of any kind: read and judged without a panic, every problem short and with a place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use readmit::event::Browser;
use readmit::input::{self, raw_head};

fuzz_target!(|text: &str| {
    let recording = raw_head::parse(text, &input::site_of);
    assert_eq!(recording.exchanges.len(), recording.entries.len());
    for problem in &recording.problems {
        assert!(problem.line >= 1 && problem.column >= 1);
        assert!(problem.found.chars().count() <= 64, "{problem}");
    }
    for judged in input::judge(&recording.exchanges, Browser::Recording) {
        assert!(!judged.findings.is_empty());
    }
});
