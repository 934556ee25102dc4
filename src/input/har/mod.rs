//! HAR 1.1 and 1.2 recordings (the de-facto format of browsers' developer tools and proxies), read leniently.
//!
//! Entries are read one by one, so that what stands before a broken place is kept; unknown names are skipped, names are
//! compared without case, and a value of an unexpected kind counts as missing. Vendors' `_resourceType`, `_initiator`,
//! `_error` and `_fromCache` are used where they are there.
//!
//! # Implementation notes
//! - Chrome leaves Cookie, Set-Cookie and Authorization out of a HAR unless asked for them (since Chrome 130). Where a
//!   whole recording of DevTools has none of them, nothing is said about what was sent.
//! - Entries may stand in any order; they are put in the order of their start.

mod lenient;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::address::Address;
use crate::event::{Answer, Millis, Request, ResourceType, SentCookie, SentFields};
use crate::exchange::{End, Exchange};
use crate::input::reduce::{self, Fields};
use crate::input::{InputProblem, Recording, address, base64, judge, shown_char, site_of, time};
use lenient::{Creator, Entry, Headers, Key};

/// Bytes of a decoded body that are kept.
const BODY_MAX: usize = 4096;

/// Reads a recording. What cannot be read becomes a problem; what was read before it stays.
#[must_use]
pub fn parse(bytes: &[u8]) -> Recording {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = Reader::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = Object(&mut reader)
        .deserialize(&mut json)
        .and_then(|()| json.end());
    let mut problems = Vec::new();
    match read {
        Err(error) => problems.push(problem(&error, bytes)),
        Ok(()) if !reader.has_entries => {
            problems.push(InputProblem::new(
                1,
                1,
                "a HAR with `log` and its `entries`",
                "other JSON",
            ));
        }
        Ok(()) => {}
    }
    reader.finish(problems)
}

/// Whether a text is meant to be JSON and not a head: it begins as an object or an array.
#[must_use]
pub fn looks_like_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// The place that `error` names, in words. Of the input it shows one character.
fn problem(error: &serde_json::Error, bytes: &[u8]) -> InputProblem {
    let (line, column) = (error.line().max(1), error.column().max(1));
    let text = bytes
        .split(|b| *b == b'\n')
        .nth(line - 1)
        .unwrap_or_default();
    let text = String::from_utf8_lossy(text);
    let at_end = error.is_eof();
    // serde_json counts bytes, people count characters.
    let before = text
        .char_indices()
        .take_while(|(at, _)| at + 1 < column)
        .count();
    let found = if at_end {
        None
    } else {
        text.chars().nth(before)
    };
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    // What stands before it may name a value: `invalid type: string "…", expected a HAR object`.
    let expected = match said.rsplit_once("expected ") {
        Some((_, rest)) => rest.to_owned(),
        None if at_end => "the rest of the HAR".to_owned(),
        None if said.contains("recursion") => "less deeply nested JSON".to_owned(),
        None => "valid JSON".to_owned(),
    };
    let column = if at_end {
        text.chars().count() + 1
    } else {
        before + 1
    };
    InputProblem::new(line, column, expected, shown_char(found))
}

/// Collects exchanges while the file is read.
#[derive(Default)]
struct Reader {
    has_entries: bool,
    creator: Option<String>,
    /// Entries seen, readable or not.
    count: usize,
    exchanges: Vec<(usize, Exchange)>,
    /// Whether any exchange showed a cookie or credentials.
    shows_secrets: bool,
    last_time: Millis,
}

impl Reader {
    fn add(&mut self, entry: Entry) {
        let index = self.count;
        self.count += 1;
        let Some(exchange) = self.exchange(index, entry) else {
            return;
        };
        self.last_time = exchange.time;
        let sent = exchange.sent.as_ref();
        let sent_any = sent.is_some_and(|s| {
            s.authorization.is_some() || s.proxy_authorization.is_some() || !s.cookies.is_empty()
        });
        self.shows_secrets |= sent_any || !exchange.set_cookies().is_empty();
        self.exchanges.push((index, exchange));
    }

    /// One entry as an exchange; `None` where it has no web address (`data:`, `about:`).
    fn exchange(&self, index: usize, entry: Entry) -> Option<Exchange> {
        let sent_fields: Option<Fields> = entry.request.headers.as_ref().map(fields);
        let fields = entry
            .response
            .headers
            .as_ref()
            .map(fields)
            .unwrap_or_default();
        let url = address::canonical(&entry.request.url.0?)?;
        let host = Address::parse(&url, None)?.host().to_owned();
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
        let request = Request {
            request_id: format!("entry-{index}"),
            tab_id: 0,
            resource_type: kind,
            method: entry
                .request
                .method
                .0
                .unwrap_or_else(|| "GET".to_owned())
                .to_ascii_uppercase(),
            site: site_of(&host),
            initiator: initiator(
                sent_fields.as_ref().unwrap_or(&empty),
                entry.initiator.url.0.as_deref(),
            ),
            store: None,
            has_user_info: false,
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
                .unwrap_or_else(|| "no answer".to_owned());
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
            fields_seen: entry.response.headers.is_some(),
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

    fn finish(mut self, problems: Vec<InputProblem>) -> Recording {
        // Chrome's own name as creator; Edge and other relatives have it too.
        let reduced = self
            .creator
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case("WebInspector"))
            && !self.shows_secrets;
        if reduced {
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
            problems,
        }
    }
}

fn fields(headers: &Headers) -> Fields {
    headers
        .0
        .iter()
        .filter_map(|header| {
            Some((
                header.name.0.clone()?,
                header.value.0.clone().unwrap_or_default(),
            ))
        })
        .collect()
}

/// What the request carried; `None` where the recording does not say.
fn sent(fields: Option<&Fields>, cookies: Vec<lenient::Header>) -> Option<SentFields> {
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
                    name,
                    size: u32::try_from(size).unwrap_or(u32::MAX),
                }
            })
            .collect();
    }
    Some(sent)
}

fn with_site(address: Address) -> Address {
    let site = site_of(address.host());
    Address::parse(&address.to_navigate(), site.as_deref()).unwrap_or(address)
}

fn decoded(text: &str) -> Option<String> {
    let bytes = base64::decode(text, BODY_MAX)?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The origin of the page that asked.
fn initiator(sent: &Fields, script: Option<&str>) -> Option<String> {
    let from = reduce::value_of(sent, "origin")
        .filter(|origin| *origin != "null")
        .or(script)
        .or(reduce::value_of(sent, "referer"))?;
    Some(address::parse(from)?.origin())
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
fn framed(kind: ResourceType, sent: &Fields) -> ResourceType {
    match reduce::value_of(sent, "sec-fetch-dest") {
        Some("iframe" | "frame") if kind == ResourceType::MainFrame => ResourceType::SubFrame,
        _ => kind,
    }
}

/// Without `_resourceType`: by the request's fields, then by the name of the file, then by the type of the answer.
fn guessed_type(url: &str, sent: &Fields, mime_type: Option<&str>) -> ResourceType {
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

/// The root object, and `log` within it: both may hold what counts.
struct Object<'a>(&'a mut Reader);

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a HAR object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            if key.eq_ignore_ascii_case("log") {
                map.next_value_seed(Object(self.0))?;
            } else if key.eq_ignore_ascii_case("entries") {
                map.next_value_seed(Entries(self.0))?;
            } else if key.eq_ignore_ascii_case("creator") {
                self.0.creator = map.next_value::<Creator>()?.name.0;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Entries<'a>(&'a mut Reader);

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.0.has_entries = true;
        while let Some(entry) = entries.next_element::<Entry>()? {
            self.0.add(entry);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
