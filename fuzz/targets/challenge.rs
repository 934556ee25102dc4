//! Any field lines as challenges: every problem at a place of its line, and what was read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use readmit::challenge;

fuzz_target!(|text: &str| {
    let lines: Vec<&str> = text.split('\n').collect();
    let (challenges, problems) = challenge::parse(lines.iter().copied());
    for problem in &problems {
        let line = lines[problem.line];
        assert!(problem.at <= line.chars().count(), "{problem}");
        assert!(problem.found.chars().count() <= 64, "{problem}");
    }
    for challenge in &challenges {
        assert!(challenge.line < lines.len());
        for (at, (name, _)) in challenge.params.iter().enumerate() {
            let same = challenge.params.iter().take(at).find(|(known, _)| *known == name);
            assert!(same.is_none(), "{name} is there twice");
        }
    }
});
