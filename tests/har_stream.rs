//! Recordings that come in pieces: no cut changes what is read, and every beginning of a file is of use.
#![cfg(not(target_arch = "wasm32"))]

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use readmit::input::har::{self, Stream};
use readmit::input::{InputProblem, Recording};

fn in_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Recording {
    let mut stream = Stream::new();
    for piece in pieces {
        stream.push(piece);
    }
    stream.finish()
}

#[track_caller]
fn assert_same(one: &Recording, other: &Recording) {
    assert_eq!(one.entries, other.entries);
    assert_eq!(one.problems, other.problems);
    assert_eq!(one.exchanges, other.exchanges);
}

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read(path.join(name)).expect("the fixture")
}

fn utf16(text: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(text).expect("UTF-8");
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_be_bytes).collect()
}

#[test]
fn pieces_of_every_size_give_the_same() {
    for name in ["hars/sign_in.har", "hars/healthy.har", "broken/edited.har"] {
        let bytes = fixture(name);
        let whole = har::parse(&bytes);
        for size in (1..40).chain([1000, 4096]) {
            assert_same(&in_pieces(bytes.chunks(size)), &whole);
        }
        for cut in 0..bytes.len() {
            let (before, after) = bytes.split_at(cut);
            assert_same(&in_pieces([before, after]), &whole);
        }
        assert_same(&in_pieces(utf16(&bytes).chunks(7)), &whole);
        assert_same(&har::parse(&[b"\xef\xbb\xbf", &bytes[..]].concat()), &whole);
    }
}

#[test]
fn what_a_hand_has_broken_is_read_around_it() {
    let recording = har::parse(&fixture("broken/edited.har"));
    let hosts: Vec<&str> = recording
        .exchanges
        .iter()
        .map(|e| e.address.host())
        .collect();
    let problems: Vec<String> = recording.problems.iter().map(ToString::to_string).collect();
    assert_eq!(hosts, ["b.example", "d.example"], "{problems:#?}");
    assert_eq!(recording.exchanges[0].body(), "no \\x entry");
    assert!(!problems.concat().contains("REMOVED"), "{problems:#?}");
    let places: Vec<(usize, usize)> = recording
        .problems
        .iter()
        .map(|p| (p.line, p.column))
        .collect();
    assert_eq!(
        places,
        [(4, 63), (8, 132), (14, 83), (24, 7), (30, 5)],
        "{problems:#?}"
    );
}

#[test]
fn real_recordings_give_the_same_in_pieces() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/hars");
    let Ok(files) = std::fs::read_dir(folder) else {
        return;
    };
    for file in files.filter_map(Result::ok) {
        let bytes = std::fs::read(file.path()).expect("a readable file");
        if !har::looks_like_json(&bytes) {
            continue;
        }
        let whole = har::parse(&bytes);
        for size in [61, 1 << 16] {
            assert_same(&in_pieces(bytes.chunks(size)), &whole);
        }
        // The other opinion: what a plain parser sees in the same file.
        let value: serde_json::Value =
            serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes))
                .expect("JSON");
        let entries = value["log"]["entries"].as_array().expect("entries");
        let web = entries.iter().filter(|entry| {
            let url = entry["request"]["url"].as_str();
            url.is_some_and(|url| url.starts_with("http"))
        });
        assert_eq!(whole.exchanges.len(), web.count(), "{:?}", file.path());
        for (exchange, entry) in whole.exchanges.iter().zip(&whole.entries) {
            let status = entries[*entry]["response"]["status"].as_u64();
            assert_eq!(exchange.status().map(u64::from), status.filter(|s| *s > 0));
        }
    }
}

/// The place of a problem is one of the text, or just behind it.
fn is_within(problem: &InputProblem, text: &str) -> bool {
    let line = text.split('\n').nth(problem.line - 1);
    line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&problem.column))
}

#[test]
fn every_beginning_of_a_recording_tells_what_it_has() {
    let whole = fixture("hars/sign_in.har");
    let all = har::parse(&whole);
    let text = std::str::from_utf8(&whole).expect("UTF-8").trim_end();
    // Where each entry ends: the beginning that has it and the one before that has not.
    let mut known = 0;
    for end in (1..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let (before, _) = text.split_at(end);
        let recording = har::parse(before.as_bytes());
        assert!(
            recording.problems.iter().any(|p| p.found == "the end"),
            "{end}: {:?}",
            recording.problems
        );
        assert!(recording.problems.iter().all(|p| is_within(p, before)));
        assert!(recording.exchanges.len() >= known, "{end}");
        known = recording.exchanges.len();
        assert_eq!(recording.entries, all.entries[..known]);
    }
    assert_eq!(known, all.exchanges.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A recording with random damage: whatever is read of it, it is the same in all cuts.
    #[test]
    fn damaged_recordings_give_the_same_in_all_cuts(
        damage in vec((any::<Index>(), 0..12_usize, vec(any::<u8>(), 0..6)), 0..4),
        cuts in vec(any::<Index>(), 0..12),
    ) {
        let mut bytes = fixture("hars/sign_in.har");
        for (at, gone, new) in damage {
            let at = at.index(bytes.len());
            let end = (at + gone).min(bytes.len());
            bytes.splice(at..end, new);
        }
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.sort_unstable();
        let whole = har::parse(&bytes);
        let mut from = 0;
        let mut pieces = Vec::new();
        for cut in cuts.into_iter().chain([bytes.len()]) {
            pieces.push(&bytes[from..cut]);
            from = cut;
        }
        assert_same(&in_pieces(pieces), &whole);
        assert_same(&in_pieces(bytes.chunks(1)), &whole);
    }
}
