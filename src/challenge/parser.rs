//! The parser: one pass over each field line, strict where the grammar holds and tolerant where it does not.

use super::problem::{Problem, ProblemKind};
use super::{Challenge, Params};
use crate::field::{is_ows, is_tchar, is_token, is_token68_char, unfold};

/// How much of a field is read: characters over all its lines. Servers cut off at 8 KiB a line.
pub const MAX_LENGTH: usize = 64 * 1024;

/// How many challenges and parameters are read of one field.
pub const MAX_ELEMENTS: usize = 1024;

/// How many problems are reported of one field; later ones add nothing.
pub const MAX_PROBLEMS: usize = 64;

/// Schemes that are known well enough to start a challenge without the comma before it.
const WELL_KNOWN: [&str; 6] = ["Basic", "Bearer", "Digest", "DPoP", "Negotiate", "NTLM"];

/// Schemes that never send a token68, so that `realm=` can only be an empty parameter.
const WITHOUT_TOKEN68: [&str; 4] = ["Basic", "Bearer", "Digest", "DPoP"];

/// What bare quoted strings stand for, in order.
const BARE_NAMES: [&str; 3] = ["realm", "error", "error_description"];

/// Reads the challenges in the field lines of one field, in order.
///
/// Each line stands alone: what is wrong in one loses nothing of another. A line joined by Firefox must be split
/// first ([`crate::field::split_joined`]).
/// Without problems the lines conform to the recipient's grammar of RFC 9110 §11.6.1, and no challenge repeats a
/// parameter name (§11.2).
///
/// ```
/// let (challenges, problems) = readmit::challenge::parse(["Basic realm=\"security\" charset=\"UTF-8\""]);
/// assert_eq!(challenges[0].param("charset"), Some("UTF-8"));
/// assert_eq!(problems[0].to_string(), "expected comma after auth-param at byte 23, but found `c`");
/// ```
///
/// # Implementation notes
/// Recovery, with who forces it:
///
/// - a bad element is left out up to the next comma, what stands before and after stays (Chromium, OkHttp tests);
/// - a comma may be missing between parameters (Elasticsearch, AWS, Azure, RackSpace), and before a well-known
///   scheme;
/// - an unquoted value goes to the next whitespace or comma (Azure DevOps, MCP servers);
/// - a quoted string without its end goes to the end of the line (Chromium and Firefox do so);
/// - a quoted string with more text glued to its end is left out up to the next scheme, since its quotes are not
///   escaped and nobody knows where it ends (OkHttp tests drop the challenge, browsers keep the next one);
/// - `;` or `:` glued to the scheme is skipped, `;` between parameters is a comma (PHP pages);
/// - single or typographic quotes around what is no token are quotes (OpenStack Keystone);
/// - bare quoted strings are realm, error and description (Facebook's `OAuth "Facebook Platform" "…" "…"`);
/// - the first of duplicates stays, as in Firefox (Chromium takes the last);
/// - a parameter behind a scheme without a space (`Basic, realm="x"`) belongs to nobody: Firefox and Chromium
///   prompt with an empty realm too;
/// - `Bearer realm=` is a token68 by the grammar and stays one; the scheme views read it as empty;
/// - parameters behind a token68 without a comma are kept beside it.
///
/// At most [`MAX_LENGTH`] characters and [`MAX_ELEMENTS`] elements are read and [`MAX_PROBLEMS`] problems reported,
/// so that no server can make a page wait.
pub fn parse<'a>(lines: impl IntoIterator<Item = &'a str>) -> (Vec<Challenge>, Vec<Problem>) {
    let mut field = Field::default();
    let mut left = MAX_LENGTH;
    for (index, line) in lines.into_iter().enumerate() {
        // An empty line costs one too: no number of lines is unbounded.
        let (read, cut) = head(line, left);
        left = left.saturating_sub(read.chars().count().max(1));
        field.line = index;
        field.read_line(read);
        if cut || field.is_full() {
            field.too_long(read);
            break;
        }
    }
    (field.challenges, field.problems)
}

/// The first `limit` characters of `line`, and whether that is less than all.
fn head(line: &str, limit: usize) -> (&str, bool) {
    if line.len() <= limit && limit > 0 {
        return (line, false);
    }
    let end = line.char_indices().nth(limit).map(|(at, _)| at);
    let read = end.and_then(|at| line.get(..at)).unwrap_or(line);
    (read, end.is_some() || limit == 0)
}

/// What has been read of a field.
#[derive(Default)]
struct Field {
    challenges: Vec<Challenge>,
    problems: Vec<Problem>,
    elements: usize,
    line: usize,
}

impl Field {
    fn is_full(&self) -> bool {
        self.elements >= MAX_ELEMENTS
    }

    fn read_line(&mut self, sent: &str) {
        let unfolded = unfold(sent);
        let mut pieces = unfolded.text.split('\n').peekable();
        let mut start = 0;
        while let Some(piece) = pieces.next() {
            let is_last = pieces.peek().is_none();
            // A carriage return before a line feed is part of that line break.
            let text = if is_last {
                piece
            } else {
                piece.strip_suffix('\r').unwrap_or(piece)
            };
            let mut line = Line {
                text: text.trim_end_matches([' ', '\t']),
                position: &|at| unfolded.position_as_sent(start + at),
                field: self,
                at: 0,
                open: Open::No,
                bare_strings: 0,
                no_more_quotes: false,
            };
            line.read();
            start += piece.chars().count() + 1;
            if !is_last {
                let at = unfolded.position_as_sent(start - 1);
                self.problem(
                    ProblemKind::LineBreak,
                    at,
                    "no line break in a field value",
                    "\n",
                );
            }
        }
    }

    fn problem(&mut self, kind: ProblemKind, at: usize, expected: &'static str, found: &str) {
        if self.problems.len() >= MAX_PROBLEMS {
            return;
        }
        self.problems.push(Problem {
            kind,
            line: self.line,
            at,
            expected,
            found: found.chars().take(64).collect(),
        });
    }

    /// Says that reading stopped behind `read`; the last problem gives way if there are too many.
    fn too_long(&mut self, read: &str) {
        self.problems.truncate(MAX_PROBLEMS - 1);
        let expected = "at most 65536 bytes and 1024 elements";
        self.problem(ProblemKind::TooLong, read.chars().count(), expected, "");
    }
}

/// Whether parameters belong to the last challenge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// There is none, or it ended.
    No,
    /// Until the next comma.
    ToComma,
    /// Until the next scheme.
    Yes,
}

/// One line while it is read; `at` and all ends are byte offsets in `text`, always beside an ASCII byte.
struct Line<'l> {
    text: &'l str,
    position: &'l dyn Fn(usize) -> usize,
    field: &'l mut Field,
    at: usize,
    open: Open,
    bare_strings: usize,
    no_more_quotes: bool,
}

impl<'l> Line<'l> {
    /// ```abnf
    /// #challenge => [ challenge ] *( OWS "," OWS [ challenge ] )
    /// ```
    /// RFC 9110 §5.6.1.2. Since both lists use the comma, the elements of the inner and the outer one are told apart
    /// by what follows their first token.
    fn read(&mut self) {
        let mut after_comma = true;
        while !self.field.is_full() {
            self.at = self.ows_end(self.at);
            match self.byte(self.at) {
                None => return,
                Some(b',') => {
                    self.at += 1;
                    after_comma = true;
                    if self.open == Open::ToComma {
                        self.open = Open::No;
                    }
                }
                Some(_) => {
                    self.element(after_comma);
                    after_comma = false;
                }
            }
        }
    }

    /// A challenge, or a parameter of the last one.
    fn element(&mut self, after_comma: bool) {
        if !after_comma {
            self.problem(ProblemKind::MissingComma, self.at, self.comma_after());
            if self.byte(self.at) == Some(b';') {
                self.at += 1;
                return;
            }
        }
        let end = self.token_end(self.at);
        let name = self.slice(self.at, end);
        if name.is_empty() {
            return self.nameless(after_comma);
        }
        if let Some(equals) = self.equals_after(end) {
            // `Bearer ="a"`: a scheme with a parameter that lost its name.
            let is_scheme = self.open == Open::No && equals > end && is_well_known(name);
            if !is_scheme {
                return self.auth_param(name, equals);
            }
        }
        if after_comma || is_well_known(name) {
            return self.challenge(name);
        }
        self.skip_word();
    }

    /// What starts with no token: a bare quoted string, or nothing that can be read.
    fn nameless(&mut self, after_comma: bool) {
        if self.byte(self.at) == Some(b'"') && self.open != Open::No {
            return self.bare_string(after_comma);
        }
        self.garbage(after_comma);
    }

    /// Leaves out one word. If more follows it before the comma, it stood where a scheme should, and what follows
    /// must not be taken for the parameters of the challenge before.
    fn garbage(&mut self, report: bool) {
        if report {
            self.problem(
                ProblemKind::NotAChallenge,
                self.at,
                "auth-scheme or auth-param",
            );
        }
        self.skip_word();
        let next = self.ows_end(self.at);
        if report && !self.is_element_end(next) {
            self.open = Open::No;
        }
    }

    /// ```abnf
    /// challenge   = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
    /// auth-scheme = token
    /// ```
    /// RFC 9110 §11.3.
    fn challenge(&mut self, scheme: &'l str) {
        let end = self.at + scheme.len();
        let next = self.ows_end(end);
        let problem = match self.byte(end) {
            Some(b' ') => None,
            // No SP: the challenge ends here and takes no parameters, `A\t, b=c`.
            _ if self.is_element_end(next) => {
                self.start_challenge(scheme, Open::No);
                self.at = end;
                return;
            }
            Some(b'\t') => Some((ProblemKind::TabAfterScheme, "space after auth-scheme", end)),
            Some(b';' | b':') if self.is_param_or_end(end + 1) => {
                let expected = "space or comma after auth-scheme";
                Some((ProblemKind::SchemePunctuation, expected, end + 1))
            }
            _ => {
                let expected = "space or comma after auth-scheme";
                self.problem(ProblemKind::NotAChallenge, end, expected);
                return self.garbage_challenge();
            }
        };
        self.start_challenge(scheme, Open::Yes);
        self.at = end;
        if let Some((kind, expected, content)) = problem {
            self.problem(kind, end, expected);
            self.at = content;
        }
        self.content(scheme, problem.is_none());
    }

    /// Leaves out a word that cannot be a scheme, and what it would have owned.
    fn garbage_challenge(&mut self) {
        self.skip_word();
        let next = self.ows_end(self.at);
        if !self.is_element_end(next) {
            self.open = Open::No;
        }
    }

    /// What follows the scheme: `token68 / #auth-param`, or nothing.
    fn content(&mut self, scheme: &'l str, spaces_only: bool) {
        let spaces_end = self.end_while(self.at, |b| b == b' ');
        self.at = self.ows_end(self.at);
        if self.is_element_end(self.at) {
            return;
        }
        if spaces_only && self.at > spaces_end {
            self.problem(
                ProblemKind::TabAfterScheme,
                spaces_end,
                "space after auth-scheme",
            );
        }
        let token68_end = self.token68_end(self.at);
        let after_token68 = self.ows_end(token68_end);
        let is_alone = token68_end > self.at && self.is_element_end(after_token68);
        if is_alone && !self.is_empty_param(scheme, token68_end, after_token68) {
            return self.token68(token68_end);
        }
        let end = self.token_end(self.at);
        let name = self.slice(self.at, end);
        let is_token68 = after_token68 > token68_end;
        if let Some(equals) = self.equals_after(end).filter(|_| end > self.at) {
            // `abc== x=y`: two of them pad a token68, one ends a name.
            let is_padding = is_token68 && self.slice(equals, token68_end).len() > 1;
            if !is_padding {
                return self.auth_param(name, equals);
            }
        }
        if self.byte(self.at) == Some(b'"') {
            return self.bare_string(true);
        }
        if !is_token68 {
            self.problem(ProblemKind::NotAChallenge, self.at, "token68 or auth-param");
            return self.skip_word();
        }
        // `Negotiate Basic realm="x"` misses a comma, `Basic 2932ff== realm="x"` one parameter's name: the loop
        // reports both.
        if !is_well_known(name) {
            self.token68(token68_end);
        }
    }

    /// Whether the token68 here is a parameter without a value in fact: `Digest realm=, nonce="x"`.
    /// Only asked where the next element shows that the line is broken anyway.
    fn is_empty_param(&self, scheme: &str, token68_end: usize, mut next: usize) -> bool {
        let text = self.slice(self.at, token68_end);
        let is_param = text.strip_suffix('=').is_some_and(is_token);
        if !is_param
            || !WITHOUT_TOKEN68
                .iter()
                .any(|s| s.eq_ignore_ascii_case(scheme))
        {
            return false;
        }
        while self.byte(next) == Some(b',') {
            next = self.ows_end(next + 1);
        }
        let end = self.token_end(next);
        end > next && self.equals_after(end).is_some()
    }

    /// ```abnf
    /// token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
    /// ```
    /// RFC 9110 §11.2. `end` is its end.
    fn token68(&mut self, end: usize) {
        let token68 = self.slice(self.at, end).to_owned();
        if let Some(challenge) = self.field.challenges.last_mut() {
            challenge.token68 = Some(token68);
        }
        self.open = Open::ToComma;
        self.at = end;
    }

    /// ```abnf
    /// auth-param = token BWS "=" BWS ( token / quoted-string )
    /// ```
    /// RFC 9110 §11.2. `equals` is the place of `=`.
    fn auth_param(&mut self, name: &'l str, equals: usize) {
        let start = self.at;
        let is_orphan = self.open == Open::No;
        if is_orphan {
            self.problem(
                ProblemKind::OrphanParam,
                equals,
                "auth-scheme before auth-param",
            );
        }
        self.at = self.ows_end(equals + 1);
        let value = match self.byte(self.at) {
            Some(b'"') => self.quoted_value(),
            None | Some(b',') => {
                self.problem(ProblemKind::EmptyValue, self.at, "token or quoted-string");
                Some(String::new())
            }
            Some(_) => Some(self.unquoted_value()),
        };
        if let (Some(value), false) = (value, is_orphan) {
            self.add_param(name, value, start);
        }
    }

    /// A token, or what a server sent in the place of one, to the next whitespace or comma.
    fn unquoted_value(&mut self) -> String {
        let token_end = self.token_end(self.at);
        let end = self.end_while(self.at, |b| !is_ows(b) && b != b',');
        let value = self.slice(self.at, end);
        if token_end < end {
            let expected = if token_end > self.at {
                "comma after auth-param"
            } else {
                "token or quoted-string"
            };
            self.problem(ProblemKind::UnquotedValue, token_end, expected);
        }
        self.at = end;
        if token_end == end {
            value.to_owned()
        } else {
            without_odd_quotes(value).to_owned()
        }
    }

    /// A quoted string as a value; `None` if more text is glued to it, so that nobody knows where it ends.
    fn quoted_value(&mut self) -> Option<String> {
        let value = self.quoted_string();
        let end = self.token_end(self.at);
        let is_followed = match self.byte(self.at) {
            None | Some(b',' | b' ' | b'\t' | b';') => true,
            // `a="x"b="y"` lacks only a comma.
            Some(_) => end > self.at && self.equals_after(end).is_some(),
        };
        if is_followed {
            return Some(value);
        }
        self.problem(ProblemKind::MissingComma, self.at, "comma after auth-param");
        // `a="x""` has a quote too many.
        let quotes_end = self.end_while(self.at, |b| b == b'"');
        if self.is_element_end(self.ows_end(quotes_end)) {
            self.at = quotes_end;
            return Some(value);
        }
        self.skip_word();
        self.give_up_challenge();
        None
    }

    /// Ends the challenge whose quotes went wrong: what follows may be inside or outside of a string, up to the next
    /// scheme. If nothing but its scheme was read, nothing is left to keep.
    fn give_up_challenge(&mut self) {
        let is_bare = |c: &mut Challenge| c.params.is_empty() && c.token68.is_none();
        if self.open != Open::No {
            self.field.challenges.pop_if(is_bare);
        }
        self.open = Open::No;
    }

    /// ```abnf
    /// quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
    /// qdtext        = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text
    /// quoted-pair   = "\" ( HTAB / SP / VCHAR / obs-text )
    /// ```
    /// RFC 9110 §5.6.4. Control characters are reported once and kept.
    fn quoted_string(&mut self) -> String {
        let mut value = String::new();
        let mut start = self.at + 1;
        let mut at = start;
        let mut control = None;
        let ended = loop {
            match self.byte(at) {
                None => break false,
                Some(b'"') => break true,
                // A lone backslash at the end escapes nothing.
                Some(b'\\') if self.byte(at + 1).is_some() => {
                    value.push_str(self.slice(start, at));
                    start = at + 1;
                    at += 1;
                }
                Some(_) => {}
            }
            if self
                .byte(at)
                .is_some_and(|b| b.is_ascii_control() && b != b'\t')
            {
                control = control.or(Some(at));
            }
            at += 1;
        };
        value.push_str(self.slice(start, at));
        if let Some(control) = control {
            self.problem(
                ProblemKind::ControlCharacter,
                control,
                "text without control characters",
            );
        }
        if !ended {
            self.problem(ProblemKind::UnterminatedString, at, "closing quote");
        }
        self.at = if ended { at + 1 } else { at };
        value
    }

    /// A quoted string without a name, as Facebook sends three of.
    fn bare_string(&mut self, report: bool) {
        if report {
            self.problem(ProblemKind::BareString, self.at, "auth-param");
        }
        let start = self.at;
        let value = self.quoted_value();
        let name = BARE_NAMES.get(self.bare_strings);
        self.bare_strings += 1;
        if let (Some(name), Some(value)) = (name, value) {
            self.add_param(name, value, start);
        }
    }

    fn start_challenge(&mut self, scheme: &str, open: Open) {
        self.open = open;
        self.bare_strings = 0;
        self.field.elements += 1;
        self.field.challenges.push(Challenge {
            scheme: scheme.to_owned(),
            params: Params::default(),
            token68: None,
            line: self.field.line,
        });
    }

    fn add_param(&mut self, name: &str, value: String, at: usize) {
        self.field.elements += 1;
        // One parameter beside a token68 shows that the challenge has parameters after all.
        self.open = Open::Yes;
        let name = name.to_ascii_lowercase();
        let Some(challenge) = self.field.challenges.last_mut() else {
            return;
        };
        if challenge.params.get(&name).is_none() {
            challenge.params.push(name, value);
            return;
        }
        let position = (self.position)(self.slice(0, at).chars().count());
        let expected = "each auth-param name once";
        self.field
            .problem(ProblemKind::DuplicateParam, position, expected, &name);
    }

    /// What a comma is missing after.
    fn comma_after(&self) -> &'static str {
        match self.open {
            Open::Yes => "comma after auth-param",
            Open::ToComma => "comma after token68",
            Open::No => "comma",
        }
    }

    fn problem(&mut self, kind: ProblemKind, at: usize, expected: &'static str) {
        let rest = self.slice(at, self.text.len());
        let found = rest
            .char_indices()
            .nth(1)
            .map_or(rest, |(end, _)| self.slice(at, at + end));
        let position = (self.position)(self.slice(0, at).chars().count());
        self.field.problem(kind, position, expected, found);
    }

    /// Skips to the next whitespace or comma outside of quotes; a quote that is never closed is like any character.
    fn skip_word(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            if is_ows(byte) || byte == b',' {
                return;
            }
            self.at += 1;
            if byte == b'"' {
                self.skip_quoted();
            }
        }
    }

    /// Goes behind the closing quote of the string that began before `at`, if it has one.
    fn skip_quoted(&mut self) {
        if self.no_more_quotes {
            return;
        }
        let mut at = self.at;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'"' => {
                    self.at = at + 1;
                    return;
                }
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.no_more_quotes = true;
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'l str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn end_while(&self, from: usize, accepted: fn(u8) -> bool) -> usize {
        let mut end = from;
        while self.byte(end).is_some_and(accepted) {
            end += 1;
        }
        end
    }

    fn ows_end(&self, from: usize) -> usize {
        self.end_while(from, is_ows)
    }

    fn token_end(&self, from: usize) -> usize {
        self.end_while(from, is_tchar)
    }

    /// The end of the token68 at `from`; `from` itself if there is none.
    fn token68_end(&self, from: usize) -> usize {
        let body = self.end_while(from, is_token68_char);
        if body == from {
            from
        } else {
            self.end_while(body, |b| b == b'=')
        }
    }

    /// The place of `=` if `BWS "="` follows.
    fn equals_after(&self, end: usize) -> Option<usize> {
        let equals = self.ows_end(end);
        (self.byte(equals) == Some(b'=')).then_some(equals)
    }

    fn is_element_end(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b','))
    }

    /// Whether, after whitespace, a parameter, a comma or the end follows.
    fn is_param_or_end(&self, at: usize) -> bool {
        let at = self.ows_end(at);
        let end = self.token_end(at);
        self.is_element_end(at) || (end > at && self.equals_after(end).is_some())
    }
}

fn is_well_known(scheme: &str) -> bool {
    WELL_KNOWN
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme))
}

/// Quotes that are none to the grammar: typographic ones as text, as the bytes of UTF-8 and of windows-1252.
const ODD_QUOTES: [&str; 11] = [
    "\u{201c}",
    "\u{201d}",
    "\u{2018}",
    "\u{2019}",
    "\u{e2}\u{80}\u{9c}",
    "\u{e2}\u{80}\u{9d}",
    "\u{e2}\u{80}\u{98}",
    "\u{e2}\u{80}\u{99}",
    "\u{93}",
    "\u{94}",
    "'",
];

/// An unquoted value that is no token, without the separator glued to its end and the odd quotes around it.
fn without_odd_quotes(value: &str) -> &str {
    let value = value.strip_suffix(';').unwrap_or(value);
    let start = ODD_QUOTES
        .iter()
        .find_map(|quote| value.strip_prefix(quote));
    let Some(inner) =
        start.and_then(|rest| ODD_QUOTES.iter().find_map(|quote| rest.strip_suffix(quote)))
    else {
        return value;
    };
    // A token in single quotes is a token, quotes included.
    if is_token(value) { value } else { inner }
}

#[cfg(test)]
mod tests;
