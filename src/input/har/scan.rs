//! Finds the entries of a HAR in bytes that come in pieces: brackets and strings are followed, nothing is understood.
//!
//! Of an entry only the members that are read later are kept, long strings are cut, and the rest is passed over without
//! a copy. So memory is bounded by [`ENTRY_MAX`] whatever the file holds.
//!
//! # Implementation notes
//! - Strings are passed over by `memchr`, everything else byte by byte with a check of what may follow what. JSON strings
//!   have no line feeds, so one ends a string whose closing quote is missing.
//! - After a fault the brackets are followed on as well as they can be, and what begins like an entry of a HAR writer
//!   (`{"startedDateTime":`) counts as one wherever it stands. So a broken entry costs itself, rarely the next one.
//! - Each byte changes the state in the same way wherever a piece ends. The tests hold all chunkings against each other.
//! - An entry that stands whole and faultless in a piece, as nearly all do, is handed to its reader where it stands: that
//!   tells where it ends, too. Any other one is followed byte by byte.

use memchr::{memchr, memchr3};

use crate::input::place::{Place, is_continuation};
use crate::input::{InputProblem, shown_char};

/// Bytes that are kept of one entry. Real ones have a few thousand; Cookie fields of a megabyte fit.
const ENTRY_MAX: usize = 4 << 20;
/// Bytes that are kept of a string.
const STRING_MAX: usize = 256 << 10;
/// Bytes that are kept of a body, enough for its beginning with every character escaped.
const BODY_MAX: usize = 40 << 10;
/// Bytes of an entry that is read where it stands: in one of so many nothing is cut.
const WHOLE_MAX: usize = BODY_MAX;
/// Open brackets: those of an entry that serde_json reads (127), and those around it.
const DEPTH_MAX: usize = 130;
/// Longest name that anything depends on, and longest beginning of an entry.
const NAME_MAX: usize = 32;
const WATCH_MAX: usize = 96;

/// Members of an entry that are read; the others are passed over.
const MEMBERS: &[&str] = &[
    "startedDateTime",
    "request",
    "response",
    "_resourceType",
    "_initiator",
    "_error",
    "_fromCache",
];

/// Members of those members that are long and not read either.
const HEAVY: &[&str] = &["stack", "postData", "queryString"];

/// With what names the entries of known writers begin, and no other object of theirs within a list.
const FIRST_MEMBERS: &[&str] = &[
    "startedDateTime",
    "pageref",
    "request",
    "cache",
    "connection",
    "_connectionId",
    "_fromCache",
    "_initiator",
    "_priority",
    "_resourceType",
    "_requestId",
    "_requestref",
    "_frameref",
    "_request_id",
    "_securityState",
    "_monotonicTime",
];

/// What was found, in its order.
pub(super) trait Sink {
    /// The object that names the writer.
    fn creator(&mut self, bytes: &[u8]);
    /// An entry, or what stands in the place of one.
    fn entry(&mut self, raw: Raw<'_>);
    /// Takes the entry that this text begins with, and answers its length; `None`, and nothing is taken, where there is
    /// none that is whole and faultless.
    fn whole_entry(&mut self, text: &str) -> Option<usize>;
    /// A place that cannot be read.
    fn problem(&mut self, problem: InputProblem);
}

/// What is kept of one entry.
pub(super) struct Raw<'a> {
    /// JSON, where nothing was wrong with it; empty where it is no object, or one that is too large.
    pub(super) bytes: &'a [u8],
    /// At which of these bytes which place of the input is; between them text is as in the input.
    pub(super) anchors: &'a [(usize, Place)],
    /// Something is wrong, and was reported.
    pub(super) faulty: bool,
}

/// An open bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// The root object, or `log` within it: both may hold what counts.
    Log,
    /// The list of entries.
    Entries,
    Object,
    List,
}

/// The token before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Open,
    Name,
    Colon,
    Comma,
    /// A whole value.
    Value,
    /// A number or word, which may go on.
    Word,
}

/// Names that say what to do with their value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Log,
    Entries,
    Creator,
    Other,
}

/// What is being kept.
struct Recording {
    is_entry: bool,
    /// How many brackets are open around it.
    base: usize,
    fault: Option<InputProblem>,
    too_large: bool,
}

/// The scanner's state between two bytes.
pub(super) struct Scanner {
    /// The place of the byte at `mark` of the present piece.
    place: Place,
    mark: usize,
    stack: Vec<Frame>,
    before: Before,
    in_string: bool,
    is_name: bool,
    escaped: bool,
    /// Where the present string begins in this piece.
    string_from: usize,
    /// Of a name, what came in earlier pieces.
    name_start: Vec<u8>,
    /// The last name in the root or in `log`.
    name: Name,
    /// The last name was that of a body.
    names_body: bool,
    recording: Option<Recording>,
    /// The recording has a fault.
    is_faulty: bool,
    kept: Vec<u8>,
    anchors: Vec<(usize, Place)>,
    /// Where bytes of this piece begin that are to be kept and are not yet.
    from: usize,
    /// The value under way is passed over: how many brackets are open around it.
    muted: Option<usize>,
    /// The next value is to be.
    mute: bool,
    /// Where the present string begins in `kept`, where it began in an earlier piece.
    kept_string: Option<usize>,
    /// The rest of the present string is passed over.
    cut: bool,
    /// Nothing is known of the brackets: only the beginning of an entry helps.
    lost: bool,
    /// The brackets around the entries are not known.
    astray: bool,
    watch: Watch,
    has_entries: bool,
    reported: bool,
}

impl Scanner {
    pub(super) fn new() -> Scanner {
        Scanner {
            place: Place::START,
            mark: 0,
            stack: Vec::new(),
            before: Before::Nothing,
            in_string: false,
            is_name: false,
            escaped: false,
            string_from: 0,
            name_start: Vec::new(),
            name: Name::Other,
            names_body: false,
            recording: None,
            is_faulty: false,
            kept: Vec::new(),
            anchors: Vec::new(),
            from: 0,
            muted: None,
            mute: false,
            kept_string: None,
            cut: false,
            lost: false,
            astray: false,
            watch: Watch::default(),
            has_entries: false,
            reported: false,
        }
    }

    /// Reads the next piece.
    pub(super) fn push(&mut self, piece: &[u8], sink: &mut dyn Sink) {
        (self.mark, self.from, self.string_from) = (0, 0, 0);
        let text = match std::str::from_utf8(piece) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(piece.get(..error.valid_up_to()).unwrap_or_default())
                .unwrap_or_default(),
        };
        let mut at = 0;
        while let Some(byte) = piece.get(at).copied() {
            if self.is_watching() {
                at = self.watch(piece, at, byte, sink);
            } else if self.in_string {
                at = self.string(piece, at, sink);
            } else if byte == b'{'
                && let Some(length) = self.whole_entry(text, at, sink)
            {
                at += length;
            } else {
                self.token(piece, at, byte, sink);
                at += 1;
            }
        }
        self.leave(piece);
    }

    /// Hands on an entry that begins at this byte and stands whole in the piece; answers its length.
    fn whole_entry(&mut self, text: &str, at: usize, sink: &mut dyn Sink) -> Option<usize> {
        let begins = self.stack.last() == Some(&Frame::Entries)
            && matches!(self.before, Before::Open | Before::Comma);
        let rest = text.get(at..).filter(|_| begins)?;
        let length = sink.whole_entry(rest.get(..rest.floor_char_boundary(WHOLE_MAX))?)?;
        self.before = Before::Value;
        self.from = at + length;
        Some(length)
    }

    /// Reads a byte behind a fault, and looks whether it begins an entry; answers where reading goes on.
    #[cold]
    fn watch(&mut self, piece: &[u8], at: usize, byte: u8, sink: &mut dyn Sink) -> usize {
        let place = if byte == b'{' {
            self.place_at(piece, at)
        } else {
            self.place
        };
        if self.watch.step(byte, place) {
            self.begin_found(at + 1, sink);
        } else if self.lost {
            if self.watch.is_idle() {
                let rest = piece.get(at + 1..).unwrap_or_default();
                return at + 1 + memchr(b'{', rest).unwrap_or(rest.len());
            }
        } else if self.in_string {
            return self.string(piece, at, sink);
        } else {
            self.token(piece, at, byte, sink);
        }
        at + 1
    }

    /// The end of the input. Answers whether there was a list of entries.
    pub(super) fn finish(&mut self, sink: &mut dyn Sink) -> bool {
        let fault = self.recording.take().and_then(|recording| recording.fault);
        let known = self.lost || fault.is_some();
        if let Some(fault) = fault {
            self.report(fault, sink);
        }
        if !known && (!self.stack.is_empty() || self.before == Before::Nothing) {
            let expected = if self.before == Before::Nothing {
                "a HAR object"
            } else {
                "the rest of the HAR"
            };
            let Place { line, column } = self.place;
            let problem = InputProblem::new(line, column, expected, shown_char(None));
            self.report(problem, sink);
        }
        if !self.has_entries && !self.reported {
            let problem =
                InputProblem::new(1, 1, "a HAR with `log` and its `entries`", "other JSON");
            self.report(problem, sink);
        }
        self.has_entries
    }

    fn report(&mut self, problem: InputProblem, sink: &mut dyn Sink) {
        self.reported = true;
        sink.problem(problem);
    }

    /// At the end of a piece: takes along what the next one goes on with.
    fn leave(&mut self, piece: &[u8]) {
        if self.in_string {
            let part = piece.get(self.string_from..).unwrap_or_default();
            if self.is_name && self.name_start.len() <= NAME_MAX {
                let room = NAME_MAX + 1 - self.name_start.len();
                self.name_start.extend(part.iter().take(room));
            }
            self.keep_string(piece, piece.len());
        } else {
            self.keep(piece, piece.len());
        }
        self.place_at(piece, piece.len());
    }

    /// The place of a byte of this piece, not before those asked for earlier.
    fn place_at(&mut self, piece: &[u8], at: usize) -> Place {
        self.place = self
            .place
            .after(piece.get(self.mark..at).unwrap_or_default());
        self.mark = at.max(self.mark);
        self.place
    }

    fn is_watching(&self) -> bool {
        self.lost || self.is_faulty
    }

    // What is kept.

    /// Whether bytes are copied.
    fn keeps(&self) -> bool {
        self.muted.is_none() && !self.cut && self.recording.as_ref().is_some_and(|r| !r.too_large)
    }

    /// Keeps the bytes up to `to` that are due.
    fn keep(&mut self, piece: &[u8], to: usize) {
        if self.keeps() {
            let bytes = piece.get(self.from..to).unwrap_or_default();
            self.kept.extend_from_slice(bytes);
            if self.kept.len() > ENTRY_MAX
                && let Some(recording) = &mut self.recording
            {
                recording.too_large = true;
                self.kept = Vec::new();
            }
        }
        self.from = to;
    }

    /// Keeps the present string up to `to`, and cuts it where it is too long. Answers whether it is whole.
    fn keep_string(&mut self, piece: &[u8], to: usize) -> bool {
        if !self.keeps() {
            self.from = to;
            return true;
        }
        let max = if self.names_body {
            BODY_MAX
        } else {
            STRING_MAX
        };
        let string_from = self.string_from.max(self.from);
        let before = self.kept_string.map_or(0, |start| self.kept.len() - start);
        if before + (to - string_from) <= max {
            if self.kept_string.is_none() {
                self.kept_string = Some(self.kept.len() + (string_from - self.from));
            }
            self.keep(piece, to);
            return true;
        }
        self.keep(piece, string_from);
        let start = *self.kept_string.get_or_insert(self.kept.len());
        let room = start + max - self.kept.len();
        self.keep(piece, string_from + room);
        if self.keeps() {
            trim(&mut self.kept, start);
        }
        self.cut = true;
        self.from = to;
        false
    }

    /// Goes on keeping at this byte, behind bytes that were not kept.
    fn resume(&mut self, piece: &[u8], at: usize) {
        self.from = at;
        let place = self.place_at(piece, at);
        self.anchors.push((self.kept.len(), place));
    }

    /// Begins to keep a value at this byte.
    fn record(&mut self, piece: &[u8], at: usize, is_entry: bool) {
        self.kept.clear();
        self.anchors.clear();
        self.recording = Some(Recording {
            is_entry,
            base: self.stack.len(),
            fault: None,
            too_large: false,
        });
        (self.muted, self.mute, self.cut) = (None, false, false);
        self.is_faulty = false;
        self.resume(piece, at);
    }

    /// The end of what is kept, behind this byte.
    fn emit(&mut self, piece: &[u8], to: usize, sink: &mut dyn Sink) {
        self.unmute(piece, to - 1);
        self.mute = false;
        self.keep(piece, to);
        let Some(recording) = self.recording.take() else {
            return;
        };
        self.is_faulty = false;
        let mut faulty = recording.fault.is_some();
        if let Some(fault) = recording.fault {
            self.report(fault, sink);
        } else if recording.too_large {
            let start = self.anchors.first().map_or(self.place, |(_, place)| *place);
            let problem = InputProblem::new(
                start.line,
                start.column,
                "an entry of at most 4 MiB without its body",
                "a longer one",
            );
            self.report(problem, sink);
            faulty = true;
        }
        if recording.is_entry {
            sink.entry(Raw {
                bytes: &self.kept,
                anchors: &self.anchors,
                faulty,
            });
        } else if !faulty {
            sink.creator(&self.kept);
        }
    }

    fn unmute(&mut self, piece: &[u8], at: usize) {
        if self.muted.take().is_some() {
            self.resume(piece, at);
        }
    }

    // What is read.

    /// Goes on with a string; answers where reading goes on.
    fn string(&mut self, piece: &[u8], mut at: usize, sink: &mut dyn Sink) -> usize {
        let step = self.is_watching();
        loop {
            let Some(byte) = piece.get(at).copied() else {
                return at;
            };
            if self.escaped {
                self.escaped = false;
                // A line feed ends the string, escaped or not.
                if byte != b'\n' {
                    at += 1;
                    if step {
                        return at;
                    }
                    continue;
                }
            }
            if !step {
                let rest = piece.get(at..).unwrap_or_default();
                at += memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
            }
            match piece.get(at) {
                None => return at,
                Some(b'\\') => {
                    self.escaped = true;
                    at += 1;
                }
                Some(b'"') => {
                    self.end_string(piece, at);
                    return at + 1;
                }
                Some(b'\n') => {
                    self.fault(piece, at, "a closing quote", sink);
                    self.end_string(piece, at);
                    return at;
                }
                Some(_) => at += 1,
            }
            if step {
                return at;
            }
        }
    }

    /// The end of a string, at its closing quote.
    fn end_string(&mut self, piece: &[u8], at: usize) {
        self.in_string = false;
        let long = at - self.string_from > BODY_MAX || self.kept_string.is_some();
        if long {
            self.keep_string(piece, at);
        }
        self.kept_string = None;
        if self.cut {
            self.cut = false;
            self.resume(piece, at);
        }
        self.before = Before::Value;
        if self.is_name {
            self.before = Before::Name;
            let part = piece.get(self.string_from..at).unwrap_or_default();
            if self.name_start.is_empty() {
                self.named(part);
            } else {
                let mut name = std::mem::take(&mut self.name_start);
                name.extend_from_slice(part);
                self.named(&name);
            }
        }
    }

    /// A name has come: what its value is for.
    fn named(&mut self, name: &[u8]) {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        self.names_body = is("text");
        if self.stack.last() == Some(&Frame::Log) {
            self.name = if is("log") {
                Name::Log
            } else if is("entries") {
                Name::Entries
            } else if is("creator") {
                Name::Creator
            } else {
                Name::Other
            };
        } else if let Some(recording) = self.recording.as_ref().filter(|r| r.is_entry) {
            self.mute = match self.stack.len().checked_sub(recording.base) {
                Some(1) => !MEMBERS.iter().any(|member| is(member)),
                Some(2) => HEAVY.iter().any(|heavy| is(heavy)),
                _ => false,
            };
        }
    }

    /// A byte outside of strings.
    fn token(&mut self, piece: &[u8], at: usize, byte: u8, sink: &mut dyn Sink) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                if self.before == Before::Word {
                    self.before = Before::Value;
                }
            }
            b'"' => {
                let in_object = matches!(self.stack.last(), Some(Frame::Log | Frame::Object));
                self.is_name = in_object && self.before != Before::Colon;
                if self.is_name {
                    if !matches!(self.before, Before::Open | Before::Comma) {
                        self.fault(piece, at, "a comma", sink);
                    }
                } else {
                    self.value(piece, at, byte, sink);
                }
                self.in_string = true;
                self.escaped = false;
                self.string_from = at + 1;
                self.name_start.clear();
            }
            b'{' | b'[' => {
                self.value(piece, at, byte, sink);
                if self.lost {
                    return;
                }
                if self.stack.len() >= DEPTH_MAX {
                    self.fault(piece, at, "less deeply nested JSON", sink);
                    self.lose(sink);
                    return;
                }
                let frame = match (self.stack.last(), byte, self.name) {
                    (None, b'{', _) | (Some(Frame::Log), b'{', Name::Log) => Frame::Log,
                    (Some(Frame::Log), b'[', Name::Entries) => {
                        self.has_entries = true;
                        Frame::Entries
                    }
                    (_, b'{', _) => Frame::Object,
                    _ => Frame::List,
                };
                self.stack.push(frame);
                self.before = Before::Open;
            }
            b'}' | b']' => self.close(piece, at, byte, sink),
            b',' => {
                if !matches!(self.before, Before::Value | Before::Word) || self.stack.is_empty() {
                    self.fault(piece, at, self.wanted(), sink);
                }
                if self.muted == Some(self.stack.len()) {
                    self.unmute(piece, at);
                }
                self.before = Before::Comma;
            }
            b':' => {
                if self.before != Before::Name {
                    self.fault(piece, at, self.wanted(), sink);
                }
                self.before = Before::Colon;
            }
            b'0'..=b'9'
            | b'+'
            | b'-'
            | b'.'
            | b'E'
            | b'a'
            | b'e'
            | b'f'
            | b'l'
            | b'n'
            | b'r'
            | b's'
            | b't'
            | b'u' => {
                if self.before != Before::Word {
                    self.value(piece, at, byte, sink);
                }
                self.before = Before::Word;
            }
            _ => {
                self.fault(piece, at, self.wanted(), sink);
                self.before = Before::Word;
            }
        }
    }

    /// What may stand at this place.
    fn wanted(&self) -> &'static str {
        let in_object = matches!(self.stack.last(), Some(Frame::Log | Frame::Object));
        match self.before {
            Before::Nothing => "a HAR object",
            Before::Name => "a colon",
            Before::Open | Before::Comma if in_object => "a name in quotes",
            Before::Open | Before::Comma | Before::Colon => "a value",
            Before::Value | Before::Word if self.stack.is_empty() => "the end of the HAR",
            Before::Value | Before::Word => "a comma or a closing bracket",
        }
    }

    /// A value begins.
    fn value(&mut self, piece: &[u8], at: usize, byte: u8, sink: &mut dyn Sink) {
        let fits = match self.stack.last() {
            None => self.before == Before::Nothing && byte == b'{',
            Some(Frame::Log | Frame::Object) => self.before == Before::Colon,
            Some(Frame::Entries | Frame::List) => {
                matches!(self.before, Before::Open | Before::Comma)
            }
        };
        if !fits {
            self.fault(piece, at, self.wanted(), sink);
        }
        match self.stack.last() {
            _ if self.lost => {}
            Some(Frame::Entries) if byte == b'{' => self.record(piece, at, true),
            Some(Frame::Entries) => sink.entry(Raw {
                bytes: &[],
                anchors: &[],
                faulty: false,
            }),
            Some(Frame::Log) => {
                let expected = match (self.name, byte) {
                    (Name::Log, b'{') | (Name::Entries, b'[') | (Name::Other, _) => None,
                    (Name::Log, _) => Some("a HAR object"),
                    (Name::Entries, _) => Some("a list of entries"),
                    (Name::Creator, b'{') => {
                        self.record(piece, at, false);
                        None
                    }
                    (Name::Creator, _) => None,
                };
                if let Some(expected) = expected {
                    let problem = self.problem_at(piece, at, expected);
                    self.report(problem, sink);
                }
            }
            _ if self.mute => {
                self.mute = false;
                if self.keeps() {
                    self.keep(piece, at);
                    self.kept.extend_from_slice(b"null");
                    self.muted = Some(self.stack.len());
                }
            }
            _ => {}
        }
    }

    /// A closing bracket.
    fn close(&mut self, piece: &[u8], at: usize, byte: u8, sink: &mut dyn Sink) {
        let closes = |frame: &Frame| match frame {
            Frame::Log | Frame::Object => byte == b'}',
            Frame::Entries | Frame::List => byte == b']',
        };
        let fits = self.stack.last().is_some_and(closes)
            && matches!(self.before, Before::Open | Before::Value | Before::Word);
        if !fits {
            let expected = match (self.before, self.stack.last()) {
                (Before::Comma, Some(Frame::Entries)) => "an entry",
                _ => self.wanted(),
            };
            self.fault(piece, at, expected, sink);
        }
        if self.lost {
            return;
        }
        let base = self.recording.as_ref().map_or(0, |r| r.base);
        // A bracket that closes none of those open within the entry is passed over.
        let Some(open) = self.stack.iter().rposition(closes).filter(|at| *at >= base) else {
            return;
        };
        self.stack.truncate(open);
        self.before = Before::Value;
        // The end of the value itself, or of the object that it is the last member of.
        if self.muted == Some(open) {
            self.unmute(piece, at + 1);
        } else if self.muted.is_some_and(|depth| depth > open) {
            self.unmute(piece, at);
        }
        if self.recording.as_ref().is_some_and(|r| r.base == open) {
            self.emit(piece, at + 1, sink);
        }
        if self.stack.is_empty() && self.astray {
            self.lost = true;
            self.watch = Watch::default();
        }
    }

    fn problem_at(&mut self, piece: &[u8], at: usize, expected: &str) -> InputProblem {
        let Place { line, column } = self.place_at(piece, at);
        let found = match piece.get(at) {
            Some(byte) if byte.is_ascii() => shown_char(Some(char::from(*byte))),
            _ => "a character that is not ASCII".to_owned(),
        };
        InputProblem::new(line, column, expected, found)
    }

    /// Something stands here that JSON does not allow. Within an entry the first such place is that entry's problem;
    /// in the list of entries it is one by itself; around it, the brackets mean nothing any more.
    fn fault(&mut self, piece: &[u8], at: usize, expected: &str, sink: &mut dyn Sink) {
        if self.lost || self.recording.as_ref().is_some_and(|r| r.fault.is_some()) {
            return;
        }
        let problem = self.problem_at(piece, at, expected);
        let byte = piece.get(at).copied().unwrap_or_default();
        self.watch = Watch::default();
        self.watch.step(byte, self.place);
        if let Some(recording) = &mut self.recording {
            recording.fault = Some(problem);
            self.is_faulty = true;
            return;
        }
        self.report(problem, sink);
        let in_entries = self.stack.last() == Some(&Frame::Entries);
        let goes_on = matches!(byte, b',' | b']' | b'{');
        if !(in_entries && goes_on) {
            self.lose(sink);
        }
    }

    /// From here on only the beginning of an entry is looked for.
    fn lose(&mut self, sink: &mut dyn Sink) {
        self.is_faulty = false;
        if let Some(recording) = self.recording.take() {
            if let Some(fault) = recording.fault {
                self.report(fault, sink);
            }
            if recording.is_entry {
                sink.entry(Raw {
                    bytes: &[],
                    anchors: &[],
                    faulty: true,
                });
            }
        }
        self.lost = true;
        self.in_string = false;
    }

    /// What was watched for has come: an entry goes on at this byte, behind its first name and colon.
    fn begin_found(&mut self, at: usize, sink: &mut dyn Sink) {
        self.lose(sink);
        (self.lost, self.astray, self.has_entries) = (false, true, true);
        self.stack.clear();
        self.stack.push(Frame::Entries);
        let watch = std::mem::take(&mut self.watch);
        self.kept.clear();
        self.kept.extend_from_slice(&watch.bytes);
        self.anchors.clear();
        self.anchors.push((0, watch.place));
        self.recording = Some(Recording {
            is_entry: true,
            base: 1,
            fault: None,
            too_large: false,
        });
        self.stack.push(Frame::Object);
        (self.muted, self.cut, self.kept_string) = (None, false, None);
        self.from = at;
        self.named(watch.name());
        self.before = Before::Colon;
    }
}

/// Cuts a string that breaks off within an escape, a surrogate pair or a character back to what is whole.
fn trim(kept: &mut Vec<u8>, start: usize) {
    let mut at = start;
    while let Some(escape) = memchr(b'\\', kept.get(at..).unwrap_or_default()).map(|n| at + n) {
        let length = match kept.get(escape..).unwrap_or_default() {
            // Half a pair says nothing without the other half.
            [
                _,
                b'u',
                b'd' | b'D',
                b'8' | b'9' | b'a' | b'b' | b'A' | b'B',
                ..,
            ] => 12,
            [_, b'u', ..] => 6,
            _ => 2,
        };
        if escape + length > kept.len() {
            kept.truncate(escape);
            return;
        }
        at = escape + length;
    }
    let lead = kept
        .iter()
        .rposition(|byte| !is_continuation(*byte))
        .unwrap_or_default();
    let length = match kept.get(lead) {
        Some(0xC0..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..) => 4,
        _ => 1,
    };
    if lead >= start && lead + length > kept.len() {
        kept.truncate(lead);
    }
}

/// Looks for the beginning of an entry in bytes of which nothing is known.
struct Watch {
    stage: Stage,
    /// The bytes since the bracket.
    bytes: Vec<u8>,
    /// Where the bracket is.
    place: Place,
    /// Where the name begins and ends in `bytes`.
    name: std::ops::Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Idle,
    Bracket,
    Name,
    Named,
}

impl Default for Watch {
    fn default() -> Self {
        Watch {
            stage: Stage::Idle,
            bytes: Vec::new(),
            place: Place::START,
            name: 0..0,
        }
    }
}

impl Watch {
    fn is_idle(&self) -> bool {
        self.stage == Stage::Idle
    }

    fn name(&self) -> &[u8] {
        self.bytes.get(self.name.clone()).unwrap_or_default()
    }

    /// Takes in a byte, which stands at this place; true where it is the colon behind an entry's first name.
    fn step(&mut self, byte: u8, place: Place) -> bool {
        let space = byte.is_ascii_whitespace();
        let next = match (self.stage, byte) {
            (Stage::Bracket, _) if space => Stage::Bracket,
            (Stage::Bracket, b'"') => {
                self.name = self.bytes.len() + 1..0;
                Stage::Name
            }
            (Stage::Name, b'"') => {
                self.name.end = self.bytes.len();
                let name = self.name();
                let known = |first: &str| name.eq_ignore_ascii_case(first.as_bytes());
                if FIRST_MEMBERS.iter().any(|first| known(first)) {
                    Stage::Named
                } else {
                    Stage::Idle
                }
            }
            (Stage::Name, b'a'..=b'z' | b'A'..=b'Z' | b'_') => Stage::Name,
            (Stage::Named, _) if space => Stage::Named,
            (Stage::Named, b':') => {
                self.bytes.push(byte);
                return true;
            }
            (_, b'{') => {
                self.bytes.clear();
                self.place = place;
                Stage::Bracket
            }
            _ => Stage::Idle,
        };
        self.stage = if self.bytes.len() < WATCH_MAX {
            next
        } else {
            Stage::Idle
        };
        if self.stage == Stage::Idle {
            self.bytes.clear();
        } else {
            self.bytes.push(byte);
        }
        false
    }
}
