//! What the specifications give as examples, one file a specification. A departure is marked DIFFERENCE.

mod rfc2617;
mod rfc4559;
mod rfc5849;
mod rfc6265bis;
mod rfc6750;
mod rfc7486;
mod rfc7616;
mod rfc7617;
mod rfc9110;
mod rfc9449;
mod rfc9470;
mod rfc9577;
mod rfc9635;
mod rfc9728;

use readmit::challenge::{Challenge, parse};

/// The challenges in lines that conform.
#[track_caller]
fn read(lines: &[&str]) -> Vec<Challenge> {
    let (challenges, problems) = parse(lines.iter().copied());
    assert_eq!(problems, [], "{lines:?}");
    challenges
}

/// That the lines conform, and hold these challenges, printed with every value quoted.
#[track_caller]
fn check(lines: &[&str], expected: &[&str]) {
    let found: Vec<String> = read(lines).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

/// That the line breaks the grammar.
#[track_caller]
fn check_broken(line: &str) {
    let (challenges, problems) = parse([line]);
    assert!(
        !problems.is_empty(),
        "expected a problem, but read {challenges:?}"
    );
}

/// The one challenge in a line that conforms.
#[track_caller]
fn one(line: &str) -> Challenge {
    let mut challenges = read(&[line]);
    assert_eq!(challenges.len(), 1, "{line}");
    challenges.remove(0)
}
