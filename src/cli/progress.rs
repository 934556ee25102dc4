//! How far a long input is read, on standard error where somebody watches.

use std::io::{self, Write};
use std::time::Instant;

/// Inputs shorter than this are read before anybody wonders.
const LONG: u64 = 16 << 20;
/// How many bytes stand between two lines of progress.
const STEP: u64 = 8 << 20;

/// The progress of one input.
pub(super) struct Progress {
    /// Bytes in all, where that is known.
    total: Option<u64>,
    read: u64,
    told: u64,
    started: Instant,
    is_shown: bool,
    is_watched: bool,
}

impl Progress {
    pub(super) fn new(total: Option<u64>, is_watched: bool) -> Progress {
        Progress {
            total,
            read: 0,
            told: 0,
            started: Instant::now(),
            is_shown: false,
            is_watched,
        }
    }

    /// So many more bytes were read.
    pub(super) fn add(&mut self, bytes: usize, errors: &mut dyn Write) -> io::Result<()> {
        self.read += bytes as u64;
        let long = self.total.unwrap_or(self.read) >= LONG;
        if !self.is_watched || !long || self.read < self.told + STEP {
            return Ok(());
        }
        self.told = self.read;
        self.is_shown = true;
        write!(
            errors,
            "\r\x1b[K{}",
            self.line(self.started.elapsed().as_secs_f64())
        )?;
        errors.flush()
    }

    /// Takes the line away, before anything else is written.
    pub(super) fn clear(&mut self, errors: &mut dyn Write) -> io::Result<()> {
        if std::mem::take(&mut self.is_shown) {
            write!(errors, "\r\x1b[K")?;
            errors.flush()?;
        }
        Ok(())
    }

    fn line(&self, seconds: f64) -> String {
        let megabytes = self.read / 1_000_000;
        let rate = self.read as f64 / 1e6 / seconds.max(0.001);
        match self.total {
            Some(total) => {
                let percent = self.read * 100 / total.max(1);
                format!(
                    "readmit: {percent} % of {} MB, {rate:.0} MB/s",
                    total / 1_000_000
                )
            }
            None => format!("readmit: {megabytes} MB, {rate:.0} MB/s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_input_has_a_line_that_is_taken_away() {
        let mut errors = Vec::new();
        let mut progress = Progress::new(Some(100_000_000), true);
        progress
            .add(50_000_000, &mut errors)
            .expect("it is written");
        progress.add(10, &mut errors).expect("it is written");
        progress.clear(&mut errors).expect("it is written");
        progress.clear(&mut errors).expect("it is written");
        let text = String::from_utf8(errors).expect("UTF-8");
        assert!(
            text.starts_with("\r\x1b[Kreadmit: 50 % of 100 MB, "),
            "{text:?}"
        );
        assert!(text.ends_with(" MB/s\r\x1b[K"), "{text:?}");
        assert_eq!(text.matches("MB/s").count(), 1);
    }

    #[test]
    fn short_or_unwatched_inputs_have_none() {
        let mut errors = Vec::new();
        for (total, is_watched) in [(Some(1000), true), (None, true), (Some(1 << 30), false)] {
            let mut progress = Progress::new(total, is_watched);
            progress
                .add(10_000_000, &mut errors)
                .expect("it is written");
        }
        assert_eq!(errors, b"");
        assert_eq!(Progress::new(None, true).line(1.0), "readmit: 0 MB, 0 MB/s");
    }
}
