//! Message heads as people paste them (RFC 9112 §2.1): `curl -i`, `curl -v`, DevTools' copies, or a bare challenge.
//!
//! What is understood, alone or in a row: status lines from HTTP/1.0 to HTTP/3, request heads, `curl -v`'s marks
//! (`>` sent, `<` received, `*` said by curl), DevTools' "General" block and `:status` pseudo fields, lines ended by
//! CRLF or LF, folded values (RFC 9112 §5.2), field lines without a status line, a value of WWW-Authenticate alone, and
//! lines that only speak of a failure (`mention`). Commands that browsers copy and what other tools print are brought into
//! this form first (`dialect`). The text that follows a head is the beginning of its body.
//!
//! # Implementation notes
//! With `curl -i -v` every response head is there twice, plain and marked, in one piece or line by line. Marked and
//! plain lines are therefore read as two channels: the n-th plain head belongs to the n-th marked one.

mod dialect;
mod mention;

use std::borrow::Cow;

use crate::address::Address;
use crate::challenge;
use crate::event::{Answer, Millis, Request, ResourceType};
use crate::exchange::{End, Exchange};
use crate::field;
use crate::input::reduce::{self, Fields};
use crate::input::{InputProblem, PROBLEMS_MAX, Recording, UNKNOWN_URL, address, shown_char};

/// Characters of a body that are kept.
const BODY_MAX: usize = 4096;

/// Reads heads; `site_of` gives the registrable domain of a host, where one is known.
#[must_use]
pub fn parse(text: &str, site_of: &dyn Fn(&str) -> Option<String>) -> Recording {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::new(site_of);
    let lines = dialect::lines(text);
    reader.marked = lines.iter().any(|(_, line)| {
        line.strip_prefix("< ")
            .is_some_and(|rest| status_line(rest).is_some())
    });
    for (number, line) in &lines {
        reader.number = *number;
        reader.line(line);
    }
    reader.finish(&lines)
}

/// One head while it is read.
#[derive(Default)]
struct Head {
    /// `None` where fields began without a first line.
    first: Option<First>,
    fields: Fields<'static>,
}

enum First {
    Status(u16),
    Request { method: String, target: String },
}

/// What is known of a request whose answer has not come yet.
#[derive(Default)]
struct Asked {
    method: Option<String>,
    target: Option<String>,
    /// An absolute address that stands somewhere beside the head.
    url: Option<String>,
    /// From DevTools' "General" block.
    status: Option<u16>,
    /// Request fields; `None` where no request head was there.
    fields: Option<Fields<'static>>,
}

/// Where plain lines are.
enum Plain {
    /// Before anything, or behind a finished request head.
    Between,
    Head(Head),
    /// In the text behind the head of this exchange.
    Body(usize),
    /// In a copy of a marked head.
    Copy,
}

struct Reader<'a> {
    site_of: &'a dyn Fn(&str) -> Option<String>,
    number: usize,
    /// The text has curl's marks.
    marked: bool,
    plain: Plain,
    sent: Option<Head>,
    received: Option<Head>,
    asked: Asked,
    /// Fields that curl said it sent on a stream of HTTP/2 or HTTP/3.
    stream: Fields<'static>,
    /// Whether curl speaks TLS on its present connection.
    secure: Option<bool>,
    /// How many plain copies of marked heads have begun.
    copies: usize,
    /// Lines that are no part of a head: a challenge may stand among them.
    loose: Vec<(usize, String)>,
    bodies: Vec<String>,
    exchanges: Vec<Exchange>,
    /// How many response heads there were.
    responses: usize,
    entries: Vec<usize>,
    problems: Vec<InputProblem>,
}

impl<'a> Reader<'a> {
    fn new(site_of: &'a dyn Fn(&str) -> Option<String>) -> Reader<'a> {
        Reader {
            site_of,
            number: 0,
            marked: false,
            plain: Plain::Between,
            sent: None,
            received: None,
            asked: Asked::default(),
            stream: Fields::new(),
            secure: None,
            copies: 0,
            loose: Vec::new(),
            bodies: Vec::new(),
            exchanges: Vec::new(),
            responses: 0,
            entries: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn line(&mut self, line: &str) {
        if !self.marked {
            return self.plain_line(line);
        }
        if let Some(rest) = mark(line, '>') {
            self.close_received();
            Self::marked_line(&mut self.sent, rest);
            if rest.trim().is_empty() {
                self.close_sent();
            } else {
                self.check_field(rest, line);
            }
        } else if let Some(rest) = mark(line, '<') {
            self.close_sent();
            if status_line(rest).is_some() {
                self.close_received();
            }
            Self::marked_line(&mut self.received, rest);
            if rest.trim().is_empty() {
                self.close_received();
            } else {
                self.check_field(rest, line);
            }
        } else if let Some(rest) = mark(line, '*') {
            self.said_by_curl(rest);
        } else if !line.starts_with("{ [") && !line.starts_with("} [") {
            self.beside_marks(line);
        }
    }

    /// Adds a marked line to its head.
    fn marked_line(head: &mut Option<Head>, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        match first_line(line) {
            Some(first) => {
                *head = Some(Head {
                    first: Some(first),
                    fields: Vec::new(),
                })
            }
            None => {
                if let Some(head) = head {
                    head.push(line);
                }
            }
        }
    }

    /// A plain line in a text with marks: a copy of a head, a body, or curl's progress table.
    fn beside_marks(&mut self, line: &str) {
        match &self.plain {
            _ if status_line(line).is_some()
                && self.copies < self.exchanges.len() + usize::from(self.received.is_some()) =>
            {
                self.copies += 1;
                self.plain = Plain::Copy;
            }
            Plain::Copy if line.trim().is_empty() => self.plain = Plain::Body(self.copies - 1),
            Plain::Copy => {}
            // Lines of a body can only come behind a whole head.
            Plain::Body(at) => {
                let at = *at;
                self.body_line(at, line);
            }
            _ if self.copies == 0
                && self.received.is_none()
                && !self.exchanges.is_empty()
                && !is_progress(line) =>
            {
                self.body_line(self.exchanges.len() - 1, line);
            }
            _ => {}
        }
    }

    fn plain_line(&mut self, line: &str) {
        let first = first_line(line);
        match &mut self.plain {
            Plain::Head(head) => match first {
                Some(first) => {
                    self.close_plain();
                    self.plain = Plain::Head(Head {
                        first: Some(first),
                        fields: Vec::new(),
                    });
                }
                None if line.trim().is_empty() => self.close_plain(),
                None if head.push(line) => {}
                None => self.not_a_field(line),
            },
            Plain::Between | Plain::Copy => match first {
                Some(first) => {
                    self.plain = Plain::Head(Head {
                        first: Some(first),
                        fields: Vec::new(),
                    })
                }
                None if line.trim().is_empty() => {}
                None => {
                    let mut head = Head::default();
                    if !line.starts_with([' ', '\t']) && head.push(line) {
                        self.plain = Plain::Head(head);
                    } else {
                        self.loose.push((self.number, line.to_owned()));
                    }
                }
            },
            Plain::Body(at) => match first {
                Some(first @ First::Status(_)) => {
                    self.plain = Plain::Head(Head {
                        first: Some(first),
                        fields: Vec::new(),
                    })
                }
                Some(first)
                    if self
                        .bodies
                        .get(*at)
                        .is_none_or(|body| body.is_empty() || body.ends_with("\n\n")) =>
                {
                    self.plain = Plain::Head(Head {
                        first: Some(first),
                        fields: Vec::new(),
                    });
                }
                _ => {
                    let at = *at;
                    self.body_line(at, line);
                }
            },
        }
    }

    fn body_line(&mut self, at: usize, line: &str) {
        let Some(body) = self.bodies.get_mut(at) else {
            return;
        };
        if body.is_empty() && line.trim().is_empty() {
            return;
        }
        let room = BODY_MAX.saturating_sub(body.len());
        if room > 0 {
            body.extend(line.chars().take(room));
            body.push('\n');
        }
    }

    /// What curl says by itself: where it connects, and whether by TLS.
    fn said_by_curl(&mut self, text: &str) {
        let text = text.trim();
        if (text.starts_with("Connected to ") || text.starts_with("Established connection to "))
            && text.contains(" port ")
        {
            self.secure = Some(text.contains("port 443"));
        } else if text.contains("SSL connection using") || text.starts_with("TLSv1") {
            self.secure = Some(true);
        } else if let Some(rest) = text
            .strip_prefix("[HTTP/2] [")
            .or_else(|| text.strip_prefix("[HTTP/3] ["))
            && let Some((_, rest)) = rest.split_once("] ")
        {
            self.said_of_stream(rest);
        } else if let Some(url) = text.strip_prefix("Issue another request to this URL: ") {
            self.close_received();
            self.asked.url = Some(url.trim_matches('\'').to_owned());
        }
    }

    /// What curl says of a stream: `OPENED stream for https://…`, `[:path: /x]`, `[cookie: a=b]`.
    fn said_of_stream(&mut self, text: &str) {
        if let Some(url) = text.strip_prefix("OPENED stream for ") {
            self.close_received();
            self.stream.clear();
            self.asked.url = Some(url.trim().to_owned());
        } else if let Some(line) = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
            && let Some((name, value)) = split_field(line)
        {
            self.stream
                .push((name.to_owned().into(), value.to_owned().into()));
        }
    }

    fn check_field(&mut self, rest: &str, line: &str) {
        let fits = first_line(rest).is_some()
            || rest.starts_with([' ', '\t'])
            || split_field(rest).is_some();
        if !fits {
            self.not_a_field(line);
        }
    }

    fn not_a_field(&mut self, line: &str) {
        let found = format!(
            "a line of {} characters that begins with {}",
            line.chars().count(),
            shown_char(line.chars().next())
        );
        self.problem(1, "a field line (`name: value`) or an empty line", found);
    }

    fn problem(&mut self, column: usize, expected: &str, found: String) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems
                .push(InputProblem::new(self.number, column, expected, found));
        }
    }

    fn close_sent(&mut self) {
        if let Some(head) = self.sent.take() {
            self.take_request(head);
        }
    }

    fn close_received(&mut self) {
        if let Some(head) = self.received.take() {
            self.take_response(head);
        }
    }

    fn close_plain(&mut self) {
        let Plain::Head(head) = std::mem::replace(&mut self.plain, Plain::Between) else {
            return;
        };
        match head.first {
            Some(First::Request { .. }) => self.take_request(head),
            Some(First::Status(_)) => self.take_response(head),
            None => self.take_implied(head),
        }
    }

    fn take_request(&mut self, head: Head) {
        let Some(First::Request { method, target }) = head.first else {
            return;
        };
        let url = self.asked.url.take();
        self.asked = Asked {
            method: Some(method),
            target: Some(target),
            url,
            status: None,
            fields: Some(head.fields),
        };
    }

    fn take_response(&mut self, head: Head) {
        let Some(First::Status(status)) = head.first else {
            return;
        };
        // An interim answer (RFC 9110 §15.2) is followed by the one that counts.
        if (100..200).contains(&status) && status != 101 {
            return;
        }
        let mut asked = std::mem::take(&mut self.asked);
        let stream = std::mem::take(&mut self.stream);
        if asked.fields.is_none() && !stream.is_empty() {
            let of = |name: &str| reduce::value_of(&stream, name).map(str::to_owned);
            asked.method = asked.method.or_else(|| of(":method"));
            asked.target = asked.target.or_else(|| of(":path"));
            asked.fields = Some(stream);
        }
        self.add(asked, status, &head.fields);
    }

    /// Fields without a first line: DevTools' lists of request, response or general facts.
    fn take_implied(&mut self, head: Head) {
        let fields = head.fields;
        let has = |names: &[&str]| {
            names
                .iter()
                .any(|name| reduce::value_of(&fields, name).is_some())
        };
        let value = |name: &str| reduce::value_of(&fields, name).map(str::to_owned);
        let is_request = has(&[
            ":path",
            ":method",
            "cookie",
            "authorization",
            "proxy-authorization",
            "user-agent",
            "accept",
            "host",
        ]);
        let is_response = has(&[
            ":status",
            "www-authenticate",
            "proxy-authenticate",
            "set-cookie",
            "location",
            "server",
            "content-type",
            "content-length",
        ]);
        if let Some(method) = value(":method").or(value("request method")) {
            self.asked.method = Some(method.to_ascii_uppercase());
        }
        if let Some(url) = value("request url") {
            self.asked.url = Some(url);
        }
        if let Some(path) = value(":path") {
            self.asked.target = Some(path);
        }
        let digits = |text: String| {
            text.trim()
                .get(..3)
                .and_then(|code| code.parse::<u16>().ok())
        };
        if let Some(status) = value(":status")
            .or(value("status code"))
            .or(value("status"))
            .and_then(digits)
        {
            self.asked.status = Some(status);
        }
        if is_request {
            self.asked.fields = Some(fields.clone());
        }
        if !is_response
            || (is_request
                && self.asked.status.is_none()
                && !has(&["www-authenticate", "proxy-authenticate"]))
        {
            return;
        }
        let implied = [
            ("www-authenticate", 401),
            ("proxy-authenticate", 407),
            ("location", 302),
        ];
        let status = self.asked.status.or_else(|| {
            implied
                .iter()
                .find(|(name, _)| has(&[name]))
                .map(|(_, status)| *status)
        });
        let asked = std::mem::take(&mut self.asked);
        match status {
            Some(status) => self.add(asked, status, &fields),
            None => self.problem(
                1,
                "a status line (`HTTP/1.1 401 Unauthorized`)",
                "field lines alone".to_owned(),
            ),
        }
    }

    /// Puts one exchange together.
    fn add(&mut self, asked: Asked, status: u16, fields: &Fields<'_>) {
        let entry = self.responses;
        self.responses += 1;
        let url = self.url_of(&asked);
        let url = address::canonical(&url).unwrap_or(url);
        let time = self.time_of(fields);
        let own = asked.fields.as_ref().and_then(reduce::resource_type);
        let host = Address::parse(&url, None)
            .map(|a| a.host().to_owned())
            .unwrap_or_default();
        let has_user_info = address::has_user_info(&url);
        let request = Request {
            has_user_info,
            request_id: format!("head-{entry}"),
            tab_id: 0,
            resource_type: own.unwrap_or(ResourceType::MainFrame),
            method: asked.method.unwrap_or_else(|| "GET".to_owned()),
            url,
            site: (self.site_of)(&host),
            initiator: None,
            store: None,
            time,
        };
        let Some(mut exchange) = Exchange::begin(&request) else {
            self.problem(
                1,
                "a request for an absolute address",
                "one that has no host".to_owned(),
            );
            return;
        };
        if let Some(fields) = &asked.fields {
            exchange.set_sent(reduce::sent(fields));
        }
        exchange.end = match reduce::value_of(fields, "location")
            .and_then(|to| reduce::target(&exchange.address, to))
        {
            Some(to) if (300..400).contains(&status) => End::Redirected(self.with_site(to)),
            _ => End::Completed,
        };
        exchange.set_answer(Answer {
            // Every real answer has some: a status line alone was cut off from them.
            fields_seen: !fields.is_empty(),
            ..reduce::answer(status, fields)
        });
        self.exchanges.push(exchange);
        self.entries.push(entry);
        self.bodies.push(String::new());
        if !self.marked {
            self.plain = Plain::Body(self.exchanges.len() - 1);
        }
    }

    /// The address joined to one of another site does not know its own site yet.
    fn with_site(&self, address: Address) -> Address {
        let site = (self.site_of)(address.host());
        address.of_site(site.as_deref())
    }

    fn time_of(&self, fields: &Fields<'_>) -> Millis {
        let date =
            reduce::value_of(fields, "date").and_then(|date| httpdate::parse_http_date(date).ok());
        let since = date.and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok());
        match since {
            Some(since) => i64::try_from(since.as_millis()).unwrap_or_default(),
            None => self.exchanges.last().map_or(0, |before| before.time),
        }
    }

    /// The address that was asked for: said beside the head, in its target, by Host, or by the redirect before it.
    fn url_of(&self, asked: &Asked) -> String {
        let led = self.exchanges.last().and_then(|before| match &before.end {
            End::Redirected(to) => Some(to),
            _ => None,
        });
        let fields = asked.fields.as_ref();
        let host =
            fields.and_then(|f| reduce::value_of(f, "host").or(reduce::value_of(f, ":authority")));
        let target = asked.target.as_deref().unwrap_or("/");
        if let Some(absolute) = asked
            .url
            .as_deref()
            .or(Some(target))
            .filter(|url| address::canonical(url).is_some())
        {
            return absolute.to_owned();
        }
        if asked.method.as_deref() == Some("CONNECT") {
            return format!("https://{target}/");
        }
        let Some(host) = host else {
            return match led {
                Some(to) => to.to_navigate(),
                None if target.starts_with('/') => Address::parse(UNKNOWN_URL, None)
                    .and_then(|a| address::join(&a, target))
                    .map_or(UNKNOWN_URL.to_owned(), |a| a.to_navigate()),
                None => UNKNOWN_URL.to_owned(),
            };
        };
        let at = |scheme: &str| format!("{scheme}://{host}{target}");
        if let Some(to) = led {
            for scheme in ["https", "http"] {
                if address::parse(&at(scheme)).is_some_and(|a| a.to_navigate() == to.to_navigate())
                {
                    return to.to_navigate();
                }
            }
        }
        at(if self.secure == Some(false) {
            "http"
        } else {
            "https"
        })
    }

    fn finish(mut self, lines: &[dialect::Line<'_>]) -> Recording {
        self.close_plain();
        self.close_sent();
        self.close_received();
        if self.exchanges.is_empty() {
            self.read_mentions(lines);
        }
        if self.exchanges.is_empty() {
            self.read_loose();
        }
        // A row of DevTools with a status, and no answer behind it.
        if self.exchanges.is_empty()
            && let Some(status) = self.asked.status
        {
            let asked = std::mem::take(&mut self.asked);
            self.add(asked, status, &Fields::new());
        }
        for (exchange, body) in self.exchanges.iter_mut().zip(self.bodies) {
            if body.is_empty() {
                continue;
            }
            if let Some(reply) = exchange.reply.take() {
                exchange.set_answer(Answer {
                    body: Some(body),
                    ..reply.answer
                });
            }
        }
        super::judge::link(&mut self.exchanges);
        Recording {
            exchanges: self.exchanges,
            entries: self.entries,
            problems: self.problems,
        }
    }

    /// Without any head, lines that speak of a failure stand for one. What stands around them is a log, in which no head
    /// was to be expected.
    fn read_mentions(&mut self, lines: &[dialect::Line<'_>]) {
        for (number, line) in lines {
            let Some(mention) = mention::of(line) else {
                continue;
            };
            self.number = *number;
            let mut asked = std::mem::take(&mut self.asked);
            asked.method = asked.method.or(mention.method);
            asked.url = asked.url.or(mention.url);
            asked.target = asked.target.or(mention.path);
            asked.fields = None;
            self.problems.clear();
            self.add(asked, mention.status, &Fields::new());
        }
    }

    /// Without any head, lines that are challenges stand for a 401 that carried them.
    fn read_loose(&mut self) {
        let loose = std::mem::take(&mut self.loose);
        let (challenges, lines): (Vec<_>, Vec<_>) =
            loose.iter().partition(|(_, line)| is_challenge(line));
        if !challenges.is_empty() {
            let fields = challenges
                .iter()
                .map(|(_, line)| ("www-authenticate".into(), line.trim().into()))
                .collect();
            let asked = std::mem::take(&mut self.asked);
            self.add(asked, 401, &fields);
        }
        for (number, line) in lines {
            self.number = *number;
            let found = format!(
                "a line of {} characters that begins with {}",
                line.chars().count(),
                shown_char(line.chars().next())
            );
            self.problem(
                1,
                "a status line, a request line, a field line or a challenge",
                found,
            );
        }
        if self.exchanges.is_empty() && self.problems.is_empty() && self.asked.status.is_none() {
            self.number = 1;
            self.problem(
                1,
                "the head of a response (`HTTP/1.1 401 Unauthorized` and its fields)",
                "none".to_owned(),
            );
        }
    }
}

impl Head {
    /// Adds a field line or the rest of a folded one; false where it is neither.
    fn push(&mut self, line: &str) -> bool {
        if line.starts_with([' ', '\t']) {
            let Some((_, value)) = self.fields.last_mut() else {
                return false;
            };
            let value = value.to_mut();
            value.push(' ');
            value.push_str(line.trim());
            return true;
        }
        match split_field(line) {
            Some((name, value)) => self
                .fields
                .push((name.to_owned().into(), value.to_owned().into())),
            None => return false,
        }
        true
    }
}

/// Name and value of a field line, of a pseudo field, or of a row of DevTools' "General" block.
fn split_field(line: &str) -> Option<(&str, &str)> {
    const GENERAL: &[&str] = &[
        "request url",
        "request method",
        "status code",
        "remote address",
        "referrer policy",
    ];
    let pseudo = usize::from(line.starts_with(':'));
    let colon = line.get(pseudo..)?.find(':')? + pseudo;
    let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?);
    let bare = name.get(pseudo..)?;
    let known = field::is_token(bare)
        || GENERAL
            .iter()
            .any(|general| bare.eq_ignore_ascii_case(general));
    known.then(|| (name, field::trim_ows(value)))
}

fn first_line(line: &str) -> Option<First> {
    if let Some(status) = status_line(line) {
        return Some(First::Status(status));
    }
    let mut words = line.split(' ').filter(|word| !word.is_empty());
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let whole = version.starts_with("HTTP/") && words.next().is_none();
    let named = method.len() <= 16 && method.bytes().all(|b| b.is_ascii_uppercase() || b == b'-');
    (whole && named).then(|| First::Request {
        method: method.to_owned(),
        target: target.to_owned(),
    })
}

/// The code of a status line (RFC 9112 §4); HTTP/2 and HTTP/3 have none of their own, tools write one all the same.
fn status_line(line: &str) -> Option<u16> {
    let rest = line.strip_prefix("HTTP/")?;
    let (version, rest) = rest.split_once(' ')?;
    let rest = rest.trim_start();
    let code = rest.get(..3)?;
    let ends = rest
        .get(3..)
        .is_some_and(|after| after.is_empty() || after.starts_with(' '));
    let versioned = matches!(version, "0.9" | "1.0" | "1.1" | "2" | "2.0" | "3" | "3.0");
    (versioned && ends && code.bytes().all(|b| b.is_ascii_digit()))
        .then(|| code.parse().ok())?
        .filter(|code| *code >= 100)
}

/// A line without a terminal's control sequences (ECMA-48 §5.4: CSI … final byte; §8.3.89: OSC … ST or BEL).
fn without_escapes(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return Cow::Borrowed(line);
    }
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('[') => {
                let _ = chars.find(|c| matches!(c, '@'..='~'));
            }
            Some(']') => {
                let mut before = ' ';
                let _ = chars.find(|c| {
                    let ends = *c == '\u{7}' || (before == '\u{1b}' && *c == '\\');
                    before = *c;
                    ends
                });
            }
            _ => {}
        }
    }
    Cow::Owned(plain)
}

/// The rest of a line with one of curl's marks.
fn mark(line: &str, sign: char) -> Option<&str> {
    let rest = line.strip_prefix(sign)?;
    if rest.is_empty() {
        Some(rest)
    } else {
        rest.strip_prefix(' ')
    }
}

/// A row of curl's progress table: digits, dashes and colons.
fn is_progress(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("% Total")
        || line.starts_with("Dload")
        || (!line.is_empty()
            && line.chars().all(|c| {
                c.is_ascii_digit() || matches!(c, ' ' | '-' | ':' | '.' | 'k' | 'M' | 'G')
            }))
}

/// Whether a line on its own is the value of WWW-Authenticate and not a word of prose.
fn is_challenge(line: &str) -> bool {
    const ALONE: &[&str] = &[
        "basic",
        "digest",
        "bearer",
        "negotiate",
        "ntlm",
        "dpop",
        "kerberos",
    ];
    let (challenges, _) = challenge::parse([line]);
    challenges.first().is_some_and(|first| {
        ALONE.iter().any(|scheme| first.is(scheme))
            || (!first.params.is_empty() && field::is_token(&first.scheme))
    })
}

#[cfg(test)]
mod tests;
