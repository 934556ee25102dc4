//! Runs the built program, for the tests of the command line.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run of the program gave.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl Ran {
    /// Its output as JSON lines.
    pub(crate) fn rows(&self) -> Vec<Value> {
        self.output
            .lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
            .collect()
    }
}

/// Runs the program with this standard input.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_readmit"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input is a pipe");
    let input = input.to_vec();
    // A thread of its own: the program may fill its output before it has read all.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let done = child.wait_with_output().expect("the program ends");
    writer.join().expect("the input was written");
    Ran {
        status: done.status.code().expect("it was not killed"),
        output: String::from_utf8(done.stdout).expect("output is UTF-8"),
        errors: String::from_utf8(done.stderr).expect("errors are UTF-8"),
    }
}

/// The path of a file below `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/fixtures", name]
        .iter()
        .collect();
    path.to_str().expect("a path in UTF-8").to_owned()
}
