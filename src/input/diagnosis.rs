//! From bytes to judged exchanges: any readable input, in pieces and in bounded memory.

use crate::event::Browser;
use crate::input::decode::Decoder;
use crate::input::{InputProblem, Judge, Judgement, Recording, har, judge, raw_head, site_of};

/// Bytes of heads that are read; a recording may have any length.
const HEADS_MAX: usize = 64 << 20;

/// Reads a HAR recording or heads (`curl -i`, `curl -v` and others, see [`raw_head`]) piece by piece, and judges each
/// exchange as soon as enough is known of what happened before and after it.
///
/// # Memory
/// A recording takes at most 4 MiB for the entry under way and [`Judge::WEIGHT_MAX`] for exchanges that wait, whatever
/// its length. Heads are kept whole, up to 64 MiB.
///
/// ```
/// use readmit::input::Diagnosis;
///
/// let mut diagnosis = Diagnosis::new();
/// let mut judged = diagnosis.push(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bas");
/// judged.extend(diagnosis.push(b"ic realm=\"Staff\"\r\n\r\n"));
/// let ending = diagnosis.finish();
/// judged.extend(ending.judged);
/// assert_eq!(judged[0].findings[0].id.as_str(), "sign-in-required");
/// assert!(ending.problems.is_empty());
/// ```
pub struct Diagnosis {
    decoder: Decoder,
    kind: Kind,
}

enum Kind {
    /// Nothing but white space so far, as many bytes of it as are kept.
    Unknown(Vec<u8>),
    Har(Box<(har::Stream, Judge)>),
    Heads(Vec<u8>),
}

/// What is known at the end of an input.
#[derive(Debug, Default)]
pub struct Ending {
    /// The exchanges that were not handed out before.
    pub judged: Vec<Judgement>,
    /// How many exchanges were read in all.
    pub exchanges: usize,
    /// What could not be read.
    pub problems: Vec<InputProblem>,
    /// The input was a HAR, or meant to be one.
    pub is_har: bool,
}

impl Default for Diagnosis {
    fn default() -> Self {
        Self::new()
    }
}

impl Diagnosis {
    /// Before the first byte.
    #[must_use]
    pub fn new() -> Diagnosis {
        Diagnosis {
            decoder: Decoder::default(),
            kind: Kind::Unknown(Vec::new()),
        }
    }

    /// Reads the next piece; hands out the exchanges that can be judged now, in the order in which they happened.
    pub fn push(&mut self, piece: &[u8]) -> Vec<Judgement> {
        let text = self.decoder.push(piece);
        self.kind.push(&text)
    }

    /// The end of the input.
    #[must_use]
    pub fn finish(mut self) -> Ending {
        let rest = self.decoder.finish();
        let judged = self.kind.push(&rest);
        match self.kind {
            Kind::Unknown(_) => Ending {
                problems: vec![unreadable("nothing")],
                ..Ending::default()
            },
            Kind::Har(har) => end_of_har(*har, judged),
            Kind::Heads(bytes) => end_of_heads(&bytes),
        }
    }
}

impl Kind {
    fn push(&mut self, text: &[u8]) -> Vec<Judgement> {
        match self {
            Kind::Unknown(space) => {
                space.extend_from_slice(text);
                if space.trim_ascii_start().is_empty() {
                    // As much as tells a place in words; nobody pastes more.
                    space.truncate(HEADS_MAX);
                    return Vec::new();
                }
                let text = std::mem::take(space);
                *self = if har::looks_like_json(&text) {
                    let judge = Judge::new(Browser::Recording);
                    Kind::Har(Box::new((har::Stream::new(), judge)))
                } else {
                    Kind::Heads(Vec::new())
                };
                self.push(&text)
            }
            Kind::Har(har) => {
                let (stream, judge) = har.as_mut();
                stream.push(text);
                judge.is_stripped = stream.is_stripped();
                let exchanges = stream.take().into_iter();
                exchanges
                    .flat_map(|(entry, exchange)| judge.push(entry, exchange))
                    .collect()
            }
            Kind::Heads(bytes) => {
                let room = HEADS_MAX + 1 - bytes.len();
                bytes.extend(text.iter().take(room));
                Vec::new()
            }
        }
    }
}

fn end_of_har((stream, mut judge): (har::Stream, Judge), mut judged: Vec<Judgement>) -> Ending {
    let exchanges = stream.count();
    judge.is_stripped = stream.is_stripped();
    let rest = stream.finish();
    judged.extend(judge.finish());
    Ending {
        judged,
        exchanges,
        problems: rest.problems,
        is_har: true,
    }
}

fn end_of_heads(bytes: &[u8]) -> Ending {
    if bytes.iter().take(4096).any(|b| *b == 0) {
        return Ending {
            problems: vec![unreadable("binary data")],
            ..Ending::default()
        };
    }
    if bytes.len() > HEADS_MAX {
        return Ending {
            problems: vec![unreadable("more than 64 MiB of other text")],
            ..Ending::default()
        };
    }
    let Recording {
        exchanges,
        entries,
        problems,
    } = match std::str::from_utf8(bytes) {
        Ok(text) => raw_head::parse(text, &site_of),
        // Fields are bytes; where they are no UTF-8, each stands for itself (ISO-8859-1, RFC 9110 §5.5).
        Err(_) => raw_head::parse(
            &bytes.iter().map(|b| char::from(*b)).collect::<String>(),
            &site_of,
        ),
    };
    let mut found = judge(&exchanges, Browser::Recording).into_iter().peekable();
    let count = exchanges.len();
    let judged = exchanges.into_iter().zip(entries).enumerate();
    let judged = judged.map(|(at, (exchange, entry))| Judgement {
        entry,
        exchange,
        findings: found
            .next_if(|found| found.entry == at)
            .map(|found| found.findings)
            .unwrap_or_default(),
    });
    Ending {
        judged: judged.collect(),
        exchanges: count,
        problems,
        is_har: false,
    }
}

fn unreadable(found: &str) -> InputProblem {
    let expected =
        "a HAR recording or the head of a response (`HTTP/1.1 401 Unauthorized` and its fields)";
    InputProblem::new(1, 1, expected, found)
}
