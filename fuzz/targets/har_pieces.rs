//! A recording in pieces is the same as in one: the first bytes say how large the pieces are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use readmit::event::Browser;
use readmit::input::{self, Diagnosis, har};

fuzz_target!(|bytes: &[u8]| {
    let Some((sizes, text)) = bytes.split_at_checked(4) else {
        return;
    };
    let whole = har::parse(text);
    let mut stream = har::Stream::new();
    let mut diagnosis = Diagnosis::new();
    let mut judged = Vec::new();
    let mut rest = text;
    for size in sizes.iter().cycle() {
        let (piece, after) = rest.split_at(usize::from(*size).clamp(1, rest.len().max(1)).min(rest.len()));
        stream.push(piece);
        judged.extend(diagnosis.push(piece));
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    let recording = stream.finish();
    assert_eq!(recording.problems, whole.problems);
    assert_eq!(recording.entries, whole.entries);
    assert_eq!(recording.exchanges, whole.exchanges);
    let ending = diagnosis.finish();
    if !ending.is_har {
        return;
    }
    judged.extend(ending.judged);
    assert_eq!(judged.len(), whole.exchanges.len());
    let mut found = input::judge(&whole.exchanges, Browser::Recording).into_iter().peekable();
    for (at, judgement) in judged.into_iter().enumerate() {
        assert_eq!(judgement.entry, whole.entries[at]);
        let findings = found.next_if(|found| found.entry == at);
        assert_eq!(judgement.findings, findings.map(|found| found.findings).unwrap_or_default());
    }
});
