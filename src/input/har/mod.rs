//! HAR 1.1 and 1.2 recordings (the de-facto format of browsers' developer tools and proxies), read leniently and in pieces.
//!
//! Entries are read one by one; unknown names are skipped, names are compared without case, and a value of an unexpected
//! kind counts as missing. Vendors' `_resourceType`, `_initiator`, `_error` and `_fromCache` are used where they are there.
//! A broken entry becomes a problem with its place, is mended where that is possible, and the next one is read.
//!
//! # Implementation notes
//! - `scan` finds the entries without understanding them and hands on where they stand those that are whole, `lenient` reads
//!   one, `mend` brings a broken one into JSON's form.
//! - Chrome leaves Cookie, Set-Cookie and Authorization out of a HAR unless asked for them (since Chrome 130). Where a
//!   whole recording of DevTools has none of them, nothing is said about what was sent.
//! - Entries may stand in any order; they are put in the order of their start.

mod lenient;
mod mend;
mod scan;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::address::Address;
use crate::event::{Answer, Millis, Request, ResourceType, SentCookie, SentFields};
use crate::exchange::{End, Exchange};
use crate::input::decode::Decoder;
use crate::input::place::Place;
use crate::input::reduce::{self, Fields};
use crate::input::{
    InputProblem, PROBLEMS_MAX, Recording, address, base64, judge, shown_char, site_of, time,
};
use lenient::{Cookie, Creator, Entry};
use scan::{Raw, Scanner, Sink};

/// Hosts whose sites are remembered.
const SITES_MAX: usize = 256;

/// Bytes of a decoded body that are kept.
const BODY_MAX: usize = 4096;

/// Reads a recording that is in memory. What cannot be read becomes a problem; what can be stays.
#[must_use]
pub fn parse(bytes: &[u8]) -> Recording {
    let mut stream = Stream::new();
    stream.push(bytes);
    stream.finish()
}

/// Whether a text is meant to be JSON and not a head: it begins as an object or an array.
#[must_use]
pub fn looks_like_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Reads a recording that comes in pieces of any size, in UTF-8 or (with a byte order mark) UTF-16.
///
/// # Memory
/// Of the entry under way at most 4 MiB are kept, bodies and what is never read not counted. Each exchange that was read
/// takes one to two kilobytes, and at most 4 KiB of its body, until [`Stream::take`] takes it away.
/// [`Diagnosis`](crate::input::Diagnosis) does so, and judges recordings of any length in bounded memory.
///
/// ```
/// let mut stream = readmit::input::har::Stream::new();
/// for piece in [r#"{"log":{"entries":[{"request":{"url":"https://a.exam"#, r#"ple/"},"response":{"status":401}}]}}"#] {
///     stream.push(piece.as_bytes());
/// }
/// let recording = stream.finish();
/// assert_eq!(recording.exchanges[0].status(), Some(401));
/// assert!(recording.problems.is_empty());
/// ```
pub struct Stream {
    decoder: Decoder,
    scanner: Scanner,
    reader: Reader,
}

impl Default for Stream {
    fn default() -> Self {
        Self::new()
    }
}

impl Stream {
    /// Before the first byte.
    #[must_use]
    pub fn new() -> Stream {
        Stream {
            decoder: Decoder::default(),
            scanner: Scanner::new(),
            reader: Reader::default(),
        }
    }

    /// Reads the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        let text = self.decoder.push(piece);
        self.scanner.push(&text, &mut self.reader);
    }

    /// The exchanges that were read since the last call, in the order of the file, each with the index of its entry.
    /// They are not in [`Stream::finish`]'s recording any more.
    pub fn take(&mut self) -> Vec<(usize, Exchange)> {
        std::mem::take(&mut self.reader.exchanges)
    }

    /// Whether the recording so far looks like one that was stripped of cookies and credentials, so that nothing can be
    /// said of what requests carried.
    #[must_use]
    pub fn is_stripped(&self) -> bool {
        self.reader.is_stripped()
    }

    /// How many exchanges were read so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.reader.read
    }

    /// The end of the input: the exchanges in the order in which they happened, chains linked, and all problems.
    #[must_use]
    pub fn finish(mut self) -> Recording {
        let rest = self.decoder.finish();
        self.scanner.push(&rest, &mut self.reader);
        self.scanner.finish(&mut self.reader);
        self.reader.finish()
    }
}

/// Collects exchanges while the file is read.
#[derive(Default)]
struct Reader {
    creator: Option<String>,
    /// Entries seen, readable or not.
    entries: usize,
    /// Exchanges read.
    read: usize,
    exchanges: Vec<(usize, Exchange)>,
    problems: Vec<InputProblem>,
    /// Whether any exchange showed a cookie or credentials.
    shows_secrets: bool,
    last_time: Millis,
    /// The last address of a page that asked, and its origin: most requests have the same as the one before.
    initiator: (String, Option<String>),
    /// The sites of hosts: a recording has few.
    sites: HashMap<String, Option<String>>,
}

impl Sink for Reader {
    fn creator(&mut self, bytes: &[u8]) {
        if let Ok(creator) = serde_json::from_slice::<Creator>(bytes) {
            self.creator = creator.name.0.map(Cow::into_owned);
        }
    }

    fn entry(&mut self, raw: Raw<'_>) {
        let index = self.entries;
        self.entries += 1;
        if raw.bytes.is_empty() {
            return;
        }
        let error = match read(raw.bytes) {
            Ok(entry) => return self.add(index, entry),
            Err(error) => error,
        };
        // Half a surrogate pair is bad style, but JSON all the same (RFC 8259 §8.2).
        let said = error.to_string();
        let half = ["lone leading surrogate", "unexpected end of hex escape"]
            .iter()
            .any(|half| said.starts_with(half));
        if !raw.faulty && !half {
            self.problem(problem(&error, &raw));
        }
        match serde_json::from_slice(&mend::mend(raw.bytes)) {
            Ok(entry) => self.add(index, entry),
            Err(_) if half => self.problem(problem(&error, &raw)),
            Err(_) => {}
        }
    }

    fn whole_entry(&mut self, text: &str) -> Option<usize> {
        let mut values = serde_json::Deserializer::from_str(text).into_iter();
        let entry = values.next()?.ok()?;
        self.add(self.entries, entry);
        self.entries += 1;
        Some(values.byte_offset())
    }

    fn problem(&mut self, problem: InputProblem) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem);
        }
    }
}

/// One entry. Text that is known to be UTF-8 is not looked at again for each string.
fn read(bytes: &[u8]) -> serde_json::Result<Entry<'_>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(bytes),
    }
}

/// The place that `error` names, in words. Of the input it shows one character.
fn problem(error: &serde_json::Error, raw: &Raw<'_>) -> InputProblem {
    // serde_json counts lines and bytes from the beginning of the entry.
    let lines = raw.bytes.split_inclusive(|b| *b == b'\n');
    let line_start: usize = lines
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let at = if error.is_eof() {
        raw.bytes.len()
    } else {
        (line_start + error.column().saturating_sub(1)).min(raw.bytes.len())
    };
    let anchor = raw.anchors.iter().rev().find(|(from, _)| *from <= at);
    let (from, place) = anchor.copied().unwrap_or((0, Place::START));
    let Place { line, column } = place.after(raw.bytes.get(from..at).unwrap_or_default());
    let rest = raw.bytes.get(at..).unwrap_or_default();
    let found = String::from_utf8_lossy(rest.get(..rest.len().min(4)).unwrap_or_default())
        .chars()
        .next();
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    // What stands before it may name a value: `invalid type: string "…", expected a HAR object`.
    let expected = match said.rsplit_once("expected ") {
        Some((_, rest)) => rest,
        None if error.is_eof() => "the rest of the entry",
        None if said.contains("recursion") => "less deeply nested JSON",
        None if said.contains("control character") => "a string without control characters",
        None if said.contains("escape") => "an escape that JSON has",
        None if said.contains("unicode") => "UTF-8",
        None => "valid JSON",
    };
    InputProblem::new(line, column, expected, shown_char(found))
}

impl Reader {
    fn add(&mut self, index: usize, entry: Entry<'_>) {
        let Some(exchange) = self.exchange(index, entry) else {
            return;
        };
        self.last_time = exchange.time;
        let sent = exchange.sent.as_ref();
        let sent_any = sent.is_some_and(|s| {
            s.authorization.is_some() || s.proxy_authorization.is_some() || !s.cookies.is_empty()
        });
        self.shows_secrets |= sent_any || !exchange.set_cookies().is_empty();
        self.read += 1;
        self.exchanges.push((index, exchange));
    }

    /// The origin of the page that asked.
    fn initiator(&mut self, sent: &Fields<'_>, script: Option<&str>) -> Option<String> {
        let from = reduce::value_of(sent, "origin")
            .filter(|origin| *origin != "null")
            .or(script)
            .or(reduce::value_of(sent, "referer"))?;
        if self.initiator.0 != from {
            let origin = address::parse(from).map(|address| address.origin());
            self.initiator = (from.to_owned(), origin);
        }
        self.initiator.1.clone()
    }

    fn site(&mut self, host: &str) -> Option<String> {
        if let Some(site) = self.sites.get(host) {
            return site.clone();
        }
        if self.sites.len() >= SITES_MAX {
            self.sites.clear();
        }
        let site = site_of(host);
        self.sites.insert(host.to_owned(), site.clone());
        site
    }

    /// Chrome's own name as creator (Edge and other relatives have it too), and no cookie anywhere.
    fn is_stripped(&self) -> bool {
        let by_devtools = self
            .creator
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case("WebInspector"));
        by_devtools && !self.shows_secrets
    }

    /// One entry as an exchange; `None` where it has no web address (`data:`, `about:`).
    fn exchange(&mut self, index: usize, entry: Entry<'_>) -> Option<Exchange> {
        let sent_fields = entry.request.headers.map(|headers| headers.0);
        let fields_seen = entry.response.headers.is_some();
        let fields = entry.response.headers.unwrap_or_default().0;
        let url = address::canonical(&entry.request.url.0?)?;
        let site = self.site(address::host_of(&url));
        let status = entry
            .response
            .status
            .0
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or(0);
        let empty = Fields::new();
        let kind = entry
            .resource_type
            .0
            .as_deref()
            .and_then(named_type)
            .map(|kind| framed(kind, sent_fields.as_ref().unwrap_or(&empty)))
            .unwrap_or_else(|| {
                guessed_type(
                    &url,
                    sent_fields.as_ref().unwrap_or(&empty),
                    entry.response.content.mime_type.0.as_deref(),
                )
            });
        let has_user_info = address::has_user_info(&url);
        let request = Request {
            has_user_info,
            request_id: format!("entry-{index}"),
            tab_id: 0,
            resource_type: kind,
            method: entry
                .request
                .method
                .0
                .unwrap_or("GET".into())
                .to_ascii_uppercase(),
            site,
            initiator: self.initiator(
                sent_fields.as_ref().unwrap_or(&empty),
                entry.initiator.url.0.as_deref(),
            ),
            store: None,
            time: entry
                .started
                .0
                .as_deref()
                .and_then(time::parse_iso)
                .unwrap_or(self.last_time),
            url,
        };
        let mut exchange = Exchange::begin(&request)?;
        if let Some(sent) = sent(sent_fields.as_ref(), entry.request.cookies.0) {
            exchange.set_sent(sent);
        }
        if status == 0 {
            let error = entry
                .response
                .error
                .0
                .or(entry.error.0)
                .unwrap_or("no answer".into());
            exchange.end = End::Failed(error.chars().take(64).collect());
            return Some(exchange);
        }
        let to = entry.response.redirect_url.0.filter(|to| !to.is_empty());
        let to = to
            .as_deref()
            .or(reduce::value_of(&fields, "location"))
            .and_then(|to| reduce::target(&exchange.address, to));
        exchange.end = match to {
            Some(to) if (300..400).contains(&status) => End::Redirected(with_site(to)),
            _ => End::Completed,
        };
        let body = entry.response.content.text.0;
        let body = if entry.response.content.encoding.0.as_deref() == Some("base64") {
            body.and_then(|text| decoded(&text))
        } else {
            body
        };
        exchange.set_answer(Answer {
            fields_seen,
            from_cache: entry
                .from_cache
                .0
                .is_some_and(|from| !from.is_empty() && from != "false"),
            body: body
                .filter(|body| !body.is_empty() && (kind != ResourceType::Other || status >= 400)),
            ..reduce::answer(status, &fields)
        });
        Some(exchange)
    }

    fn finish(mut self) -> Recording {
        if self.is_stripped() {
            for (_, exchange) in &mut self.exchanges {
                exchange.sent = None;
            }
        }
        self.exchanges.sort_by_key(|(_, exchange)| exchange.time);
        let (entries, mut exchanges): (Vec<usize>, Vec<Exchange>) =
            self.exchanges.into_iter().unzip();
        judge::link(&mut exchanges);
        Recording {
            exchanges,
            entries,
            problems: self.problems,
        }
    }
}

/// What the request carried; `None` where the recording does not say.
fn sent(fields: Option<&Fields<'_>>, cookies: Vec<Cookie<'_>>) -> Option<SentFields> {
    let mut sent = match fields {
        Some(fields) => reduce::sent(fields),
        None if cookies.is_empty() => return None,
        None => SentFields::default(),
    };
    if sent.cookies.is_empty() {
        sent.cookies = cookies
            .into_iter()
            .map(|cookie| {
                let name = cookie.name.0.unwrap_or_default();
                let size = name.len() + 1 + cookie.value.0.map_or(0, |value| value.len());
                SentCookie {
                    name: name.into_owned(),
                    size: u32::try_from(size).unwrap_or(u32::MAX),
                }
            })
            .collect();
    }
    Some(sent)
}

fn with_site(address: Address) -> Address {
    let site = site_of(address.host());
    address.of_site(site.as_deref())
}

fn decoded(text: &str) -> Option<String> {
    let bytes = base64::decode(text, BODY_MAX)?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// `_resourceType` as Chrome, Playwright and others write it.
fn named_type(name: &str) -> Option<ResourceType> {
    Some(match name.to_ascii_lowercase().as_str() {
        "" => return None,
        "document" | "main_frame" => ResourceType::MainFrame,
        "subdocument" | "sub_frame" => ResourceType::SubFrame,
        "xhr" | "fetch" | "xmlhttprequest" => ResourceType::XmlHttpRequest,
        _ => ResourceType::Other,
    })
}

/// Chrome calls frames documents too; Fetch Metadata tells them apart.
fn framed(kind: ResourceType, sent: &Fields<'_>) -> ResourceType {
    match reduce::value_of(sent, "sec-fetch-dest") {
        Some("iframe" | "frame") if kind == ResourceType::MainFrame => ResourceType::SubFrame,
        _ => kind,
    }
}

/// Without `_resourceType`: by the request's fields, then by the name of the file, then by the type of the answer.
fn guessed_type(url: &str, sent: &Fields<'_>, mime_type: Option<&str>) -> ResourceType {
    const PARTS_OF_PAGES: &[&str] = &[
        "js", "mjs", "css", "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "woff",
        "woff2", "ttf", "mp4", "webm", "map",
    ];
    if let Some(kind) = reduce::resource_type(sent) {
        return kind;
    }
    let path = url.split(['?', '#']).next().unwrap_or_default();
    if path
        .rsplit_once('.')
        .is_some_and(|(_, end)| PARTS_OF_PAGES.contains(&end.to_ascii_lowercase().as_str()))
    {
        return ResourceType::Other;
    }
    let mime_type = mime_type.unwrap_or_default().to_ascii_lowercase();
    if mime_type.contains("json") {
        return ResourceType::XmlHttpRequest;
    }
    if ["image/", "font/", "audio/", "video/", "text/css"]
        .iter()
        .any(|kind| mime_type.starts_with(kind))
        || mime_type.contains("javascript")
    {
        return ResourceType::Other;
    }
    ResourceType::MainFrame
}

#[cfg(test)]
mod tests;
