//! What a tab remembers as files: a HAR 1.2 recording, and the findings as `readmit diagnose --format json` prints them.
//!
//! Nothing secret is in them, because nothing secret is kept. Where the size of a value is evidence, `x` stands for each
//! of its bytes; a token's times stand in a token without a signature. So the recording, read back, tells the same.

use serde::Serialize;

use super::explain;
use super::part;
use super::tab::{Found, Step, exchange_of, steps};
use crate::address::{Address, looks_secret};
use crate::event::{Credentials, Millis, ResourceType, SentFields, SetCookieLine};
use crate::exchange::{End, Exchange};
use crate::journal::{Hop, Hosts, Tab};
use crate::json;
use crate::ledger;
use crate::report;
use crate::text;

/// Longest stand-in for a value, in bytes: what browsers keep of a cookie, and a page more for one that they refuse.
const FILLER_MAX: usize = 8 * 1024;

/// What stands for a part of an address that is not shown.
const REDACTED: &str = "redacted";

#[derive(Serialize)]
struct Har {
    log: Log,
}

#[derive(Serialize)]
struct Log {
    version: &'static str,
    creator: Creator,
    comment: &'static str,
    entries: Vec<Entry>,
}

#[derive(Serialize)]
struct Creator {
    name: &'static str,
    version: &'static str,
}

/// One exchange. Times that nobody measured are zero, as the format has no other way to say so.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: String,
    time: u32,
    request: Request,
    response: Response,
    cache: Empty,
    timings: Timings,
    #[serde(rename = "_resourceType")]
    resource_type: &'static str,
    #[serde(rename = "_fromCache")]
    from_cache: Option<&'static str>,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Timings {
    send: u32,
    wait: u32,
    receive: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    http_version: &'static str,
    cookies: Vec<Pair>,
    headers: Vec<Pair>,
    query_string: Vec<Pair>,
    headers_size: i32,
    body_size: i32,
    #[serde(skip_serializing_if = "str::is_empty")]
    comment: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    status: u16,
    status_text: &'static str,
    http_version: &'static str,
    cookies: Vec<Pair>,
    headers: Vec<Pair>,
    content: Content,
    #[serde(rename = "redirectURL")]
    redirect_url: String,
    headers_size: i32,
    body_size: i32,
    #[serde(rename = "_error")]
    error: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    comment: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    size: i32,
    mime_type: String,
}

#[derive(Clone, Serialize)]
struct Pair {
    name: String,
    value: String,
}

/// What browsers write where they do not know the version.
const UNKNOWN: &str = "unknown";

impl Pair {
    fn new(name: impl Into<String>, value: impl Into<String>) -> Pair {
        Pair {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// The recording of all that is remembered of a tab, and of the cookies in the ledger.
#[must_use]
pub fn har(tab: &Tab, hosts: &Hosts) -> String {
    json::write(&Har {
        log: Log {
            version: "1.2",
            creator: Creator {
                name: "Readmit",
                version: env!("CARGO_PKG_VERSION"),
            },
            comment: "Redacted: no value of a cookie, token, password or query is in it; x stands for each byte.",
            entries: steps(tab).iter().map(|step| entry(step, hosts)).collect(),
        },
    })
}

/// The findings of a tab, one JSON object a line, with the place of each exchange in the recording as its entry.
#[must_use]
pub fn rows(tab: &Tab, found: &[Found]) -> String {
    #[derive(Serialize)]
    struct Row<'a> {
        entry: u32,
        url: &'a str,
        status: u16,
        finding: &'a str,
        confidence: &'a str,
        evidence: &'a [String],
        remedies: &'a [String],
        others: Vec<&'a str>,
    }

    let steps = steps(tab);
    let place = |found: &Found| {
        let exchange = exchange_of(tab, found)?;
        let is_it =
            |step: &Step<'_>| matches!(step, Step::Whole(it) if std::ptr::eq(*it, exchange));
        steps.iter().position(is_it)
    };
    let mut rows: Vec<Row<'_>> = Vec::new();
    for found in found {
        let Some(entry) = place(found).and_then(|place| u32::try_from(place).ok()) else {
            continue;
        };
        match rows.iter_mut().find(|row| row.entry == entry) {
            Some(row) => row.others.push(&found.id),
            None => rows.push(Row {
                entry,
                url: &found.url,
                status: found.status.unwrap_or(0),
                finding: &found.id,
                confidence: &found.confidence,
                evidence: &found.evidence,
                remedies: &found.remedies,
                others: Vec::new(),
            }),
        }
    }
    let mut text = String::new();
    for row in &rows {
        text.push_str(&json::write(row));
        text.push('\n');
    }
    text
}

fn entry(step: &Step<'_>, hosts: &Hosts) -> Entry {
    match step {
        Step::Whole(exchange) => whole(exchange),
        Step::Hop(hop) => short(hop, hosts),
    }
}

fn whole(exchange: &Exchange) -> Entry {
    let address = &exchange.address;
    let to = match &exchange.end {
        End::Redirected(to) => Some(to),
        _ => None,
    };
    let error = match &exchange.end {
        End::Failed(error) => Some(error.clone()),
        _ => None,
    };
    let from = exchange.initiator.as_deref();
    let mut headers = exchange
        .sent
        .as_ref()
        .map(|it| sent(it, from))
        .unwrap_or_default();
    if let Some(answered) = &exchange.answered
        && !headers.iter().any(|pair| pair.name == "Authorization")
    {
        // Chromium hides it, but a challenge is answered in no other way.
        let value = text::concat(&[&answered.scheme, " ", REDACTED]);
        headers.push(Pair::new("Authorization", value));
    }
    let cookies = exchange.cookies().unwrap_or_default();
    let request = Request {
        cookies: cookies
            .iter()
            .map(|cookie| Pair::new(&cookie.name, REDACTED))
            .collect(),
        comment: if exchange.sent.is_none() {
            "Nobody looked at what this request carried."
        } else {
            ""
        },
        ..request(&exchange.method, address, headers)
    };
    let mut headers = Vec::new();
    let mut cookies = Vec::new();
    let mut mime_type = String::new();
    let mut from_cache = false;
    if let Some(reply) = &exchange.reply {
        let challenges = if exchange.is(407) {
            "Proxy-Authenticate"
        } else {
            "WWW-Authenticate"
        };
        let lines = explain::covered_lines(exchange);
        headers.extend(lines.into_iter().map(|line| Pair::new(challenges, line)));
        for line in &reply.answer.set_cookies {
            headers.push(Pair::new("Set-Cookie", set_cookie(line)));
            cookies.push(Pair::new(&line.name, set_value(line)));
        }
        for (name, value) in &reply.answer.fields {
            let value = if name == "dpop-nonce" {
                REDACTED
            } else {
                value
            };
            headers.push(Pair::new(name, value));
        }
        mime_type.push_str(reply.field("content-type").unwrap_or_default());
        from_cache = reply.answer.from_cache;
    }
    Entry {
        response: Response {
            cookies,
            content: Content {
                size: -1,
                mime_type,
            },
            error,
            ..response(exchange.status(), to, headers)
        },
        ..bare(exchange.time, exchange.resource_type, from_cache, request)
    }
}

/// A step of which names are kept, and no sizes but those in the ledger.
fn short(hop: &Hop, hosts: &Hosts) -> Entry {
    let mut cookies: Vec<Pair> = hop
        .sessions
        .iter()
        .flatten()
        .map(|name| Pair::new(name, REDACTED))
        .collect();
    if cookies.is_empty() && hop.any_cookie {
        cookies.push(Pair::new(REDACTED, REDACTED));
    }
    let mut headers = Vec::new();
    if !cookies.is_empty() {
        let mut value = String::new();
        for cookie in &cookies {
            let sign = if value.is_empty() { "" } else { "; " };
            value.push_str(&text::concat(&[sign, &cookie.name, "=", &cookie.value]));
        }
        headers.push(Pair::new("Cookie", value));
    }
    let request = Request {
        cookies,
        comment: if hop.sessions.is_none() {
            "Nobody looked at what this request carried."
        } else {
            "Of the cookies, the names of those that may hold a sign-in are known."
        },
        ..request(&hop.method, &hop.address, headers)
    };
    let mut set = Vec::new();
    let mut cookies = Vec::new();
    let mut comment = String::new();
    for name in &hop.sets {
        let is_it = |entry: &&ledger::Entry| {
            entry.name == *name && entry.time == hop.time && entry.setter.same_origin(&hop.address)
        };
        if let Some(entry) = hosts.ledger.latest().find(is_it) {
            let value = filler((entry.size as usize).saturating_sub(name.len()));
            let line = text::concat(&[name, "=", &value, "; ", &part::attributes(entry)]);
            set.push(Pair::new("Set-Cookie", line));
            cookies.push(Pair::new(name, value));
        } else {
            // Whether it was set or deleted is not kept, and a recording must not say what nobody knows.
            let before = if comment.is_empty() {
                "Set or deleted, too: "
            } else {
                ", "
            };
            comment.push_str(before);
            comment.push_str(name);
        }
    }
    Entry {
        response: Response {
            cookies,
            comment,
            ..response(hop.status, hop.to.as_ref(), set)
        },
        ..bare(hop.time, ResourceType::MainFrame, hop.from_cache, request)
    }
}

/// An entry without an answer.
fn bare(time: Millis, resource_type: ResourceType, from_cache: bool, request: Request) -> Entry {
    Entry {
        started_date_time: iso(time),
        time: 0,
        request,
        response: response(None, None, Vec::new()),
        cache: Empty {},
        timings: Timings {
            send: 0,
            wait: 0,
            receive: 0,
        },
        resource_type: match resource_type {
            ResourceType::MainFrame => "document",
            ResourceType::SubFrame => "sub_frame",
            ResourceType::XmlHttpRequest => "xhr",
            ResourceType::Script => "script",
            ResourceType::Other => "other",
        },
        from_cache: from_cache.then_some("disk"),
    }
}

fn request(method: &str, address: &Address, headers: Vec<Pair>) -> Request {
    let url = redacted(address);
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    Request {
        method: method.to_owned(),
        http_version: UNKNOWN,
        cookies: Vec::new(),
        query_string: pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| Pair::new(name, value))
            .collect(),
        headers,
        headers_size: -1,
        body_size: -1,
        comment: "",
        url,
    }
}

fn response(status: Option<u16>, to: Option<&Address>, mut headers: Vec<Pair>) -> Response {
    let redirect_url = to.map(redacted).unwrap_or_default();
    if !redirect_url.is_empty() {
        headers.push(Pair::new("Location", &redirect_url));
    }
    Response {
        status: status.unwrap_or(0),
        status_text: "",
        http_version: UNKNOWN,
        cookies: Vec::new(),
        headers,
        content: Content {
            size: -1,
            mime_type: String::new(),
        },
        redirect_url,
        headers_size: -1,
        body_size: -1,
        error: None,
        comment: String::new(),
    }
}

/// An address that any reader of recordings takes, without the values of its query and without secret parts.
fn redacted(address: &Address) -> String {
    let kept = address.kept();
    let (path, query) = kept.split_once('?').unwrap_or((&kept, ""));
    let mut text = path.to_owned();
    for (at, pair) in query.split('&').filter(|it| !it.is_empty()).enumerate() {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = if looks_secret(name) { REDACTED } else { name };
        text.push_str(if at == 0 { "?" } else { "&" });
        text.push_str(name);
        if !value.is_empty() {
            text.push('=');
            text.push_str(REDACTED);
        }
    }
    text
}

/// The fields that a request carried, as far as they matter; of the page it came from, the origin is known.
fn sent(sent: &SentFields, from: Option<&str>) -> Vec<Pair> {
    let mut headers = Vec::new();
    for (name, credentials) in [
        ("Authorization", &sent.authorization),
        ("Proxy-Authorization", &sent.proxy_authorization),
    ] {
        headers.extend(credentials.iter().map(|it| Pair::new(name, stand_in(it))));
    }
    if !sent.cookies.is_empty() {
        let mut value = String::new();
        for cookie in &sent.cookies {
            value.push_str(if value.is_empty() { "" } else { "; " });
            let mut size = (cookie.size as usize).saturating_sub(cookie.name.len());
            value.push_str(&cookie.name);
            if !cookie.name.is_empty() && size > 0 {
                value.push('=');
                size -= 1;
            }
            value.push_str(&filler(size));
        }
        headers.push(Pair::new("Cookie", value));
    }
    if sent.key {
        headers.push(Pair::new("X-Api-Key", REDACTED));
    }
    if sent.referer {
        let page = from.map(|origin| text::concat(&[origin, "/"]));
        headers.push(Pair::new(
            "Referer",
            page.unwrap_or_else(|| REDACTED.to_owned()),
        ));
    }
    if let Some(is_null) = sent.origin_is_null {
        let known = if is_null { Some("null") } else { from };
        headers.push(Pair::new("Origin", known.unwrap_or(REDACTED)));
    }
    headers
}

/// The scheme, and a token with the times that the real one had.
fn stand_in(credentials: &Credentials) -> String {
    let Credentials {
        scheme,
        exp,
        nbf,
        iat,
    } = credentials;
    if exp.or(*nbf).or(*iat).is_none() {
        return text::concat(&[scheme, " ", REDACTED]);
    }
    #[derive(Serialize)]
    struct Times {
        #[serde(skip_serializing_if = "Option::is_none")]
        exp: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        nbf: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        iat: Option<i64>,
    }
    let times = json::write(&Times {
        exp: *exp,
        nbf: *nbf,
        iat: *iat,
    });
    // {"alg":"none"}, an unsecured token (RFC 7519 §6).
    let head = "eyJhbGciOiJub25lIn0.";
    text::concat(&[scheme, " ", head, &base64url(times.as_bytes()), "."])
}

fn set_cookie(line: &SetCookieLine) -> String {
    let sign = if line.name.is_empty() { "" } else { "=" };
    let mut text = text::concat(&[&line.name, sign, &set_value(line)]);
    let attributes = line.attributes.trim();
    if !attributes.is_empty() {
        text.push_str("; ");
        text.push_str(attributes);
    }
    text
}

/// A value of the same size; one by which servers take a cookie away stays what it is.
fn set_value(line: &SetCookieLine) -> String {
    let size = line.value_size as usize;
    if line.cleared && size == "deleted".len() {
        "deleted".to_owned()
    } else if line.cleared {
        String::new()
    } else {
        filler(size)
    }
}

fn filler(size: usize) -> String {
    "x".repeat(size.min(FILLER_MAX))
}

/// `2026-11-23T12:00:00.000Z` (RFC 3339).
fn iso(time: Millis) -> String {
    let plain = report::time(time);
    let plain = plain.strip_suffix(" UTC").unwrap_or(&plain);
    let (day, clock) = plain.split_once(' ').unwrap_or((plain, ""));
    let millis = text::number(1000 + time.max(0) % 1000);
    let millis = millis.get(1..).unwrap_or_default();
    text::concat(&[day, "T", clock, ".", millis, "Z"])
}

/// RFC 4648 §5, without padding.
fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..=chunk.len() {
            let index = bits >> (18 - 6 * digit) & 63;
            text.push(char::from(DIGITS[index as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::engine::Engine;
    use crate::event::{Answer, Browser, Event, Request as Asked, SentCookie, TabId};
    use crate::input::{self, har as reader};
    use crate::kept;
    use crate::rules::testing::NOW;
    use crate::scheme::jwt::Times;

    const TAB: TabId = 7;

    /// What the popup has of a tab: out of what was kept.
    struct Told {
        tab: Tab,
        hosts: Hosts,
        found: Vec<Found>,
    }

    fn asked(id: &str, resource_type: ResourceType, method: &str, url: &str) -> Asked {
        Asked {
            request_id: id.to_owned(),
            tab_id: TAB,
            resource_type,
            method: method.to_owned(),
            url: url.to_owned(),
            site: Some("app.example".to_owned()),
            initiator: None,
            store: None,
            has_user_info: false,
            time: NOW,
        }
    }

    /// The tab after a document was answered, as the owner's part reads it: out of what was kept.
    fn after(request: Asked, sent: SentFields, answer: Answer) -> Told {
        let mut engine = Engine::new(Browser::Firefox);
        engine.step(Event::RequestSent {
            request: request.clone(),
            sent: Some(sent),
        });
        engine.step(Event::HeadersReceived {
            request: request.clone(),
            answer: answer.clone(),
        });
        engine.step(Event::Completed { request, answer });
        told(&engine)
    }

    fn told(engine: &Engine) -> Told {
        let saved = engine.saved();
        Told {
            tab: kept::read(&kept::write(&saved.tabs[0])).expect("a tab that was kept"),
            hosts: kept::read(&kept::write(&saved.hosts)).expect("hosts that were kept"),
            found: engine.view(TAB).findings.iter().map(Found::from).collect(),
        }
    }

    /// Holds the recording against the required parts of HAR 1.2, and gives it.
    fn valid(text: &str) -> Value {
        let har: Value = serde_json::from_str(text).expect("JSON");
        let log = &har["log"];
        assert_eq!(log["version"], "1.2");
        assert!(log["creator"]["name"].is_string() && log["creator"]["version"].is_string());
        for entry in log["entries"].as_array().expect("entries") {
            let texts = [
                (entry, &["startedDateTime"][..]),
                (&entry["request"], &["method", "url", "httpVersion"]),
                (
                    &entry["response"],
                    &["statusText", "httpVersion", "redirectURL"],
                ),
                (&entry["response"]["content"], &["mimeType"]),
            ];
            for (object, names) in texts {
                names
                    .iter()
                    .for_each(|name| assert!(object[name].is_string(), "{name}: {object}"));
            }
            let numbers = [
                (entry, &["time"][..]),
                (&entry["request"], &["headersSize", "bodySize"]),
                (&entry["response"], &["status", "headersSize", "bodySize"]),
                (&entry["response"]["content"], &["size"]),
                (&entry["timings"], &["send", "wait", "receive"]),
            ];
            for (object, names) in numbers {
                names
                    .iter()
                    .for_each(|name| assert!(object[name].is_i64(), "{name}: {object}"));
            }
            let lists = [
                (
                    &entry["request"],
                    &["cookies", "headers", "queryString"][..],
                ),
                (&entry["response"], &["cookies", "headers"]),
            ];
            for (object, names) in lists {
                for name in names {
                    for pair in object[name].as_array().expect(name) {
                        assert!(
                            pair["name"].is_string() && pair["value"].is_string(),
                            "{pair}"
                        );
                    }
                }
            }
            assert!(entry["cache"].is_object());
        }
        har
    }

    /// What the recording says when it is read back.
    fn again(text: &str) -> Vec<(usize, Vec<&'static str>)> {
        let recording = reader::parse(text.as_bytes());
        assert_eq!(recording.problems, []);
        input::judge(&recording.exchanges, Browser::Recording)
            .into_iter()
            .map(|judged| {
                let ids = judged.findings.iter().map(|finding| finding.id.as_str());
                (recording.entries[judged.entry], ids.collect())
            })
            .collect()
    }

    #[track_caller]
    fn same_when_read_back(told: Told, expected: &str) -> Value {
        let Told { tab, hosts, found } = told;
        assert_eq!(found[0].id, expected, "{found:?}");
        let text = har(&tab, &hosts);
        let value = valid(&text);
        let first = again(&text).pop().expect("a finding");
        assert_eq!(first.1[0], expected, "{text}");
        let rows = rows(&tab, &found);
        let row: Value = serde_json::from_str(rows.lines().next().expect("a row")).expect("JSON");
        assert_eq!(row["finding"], expected);
        assert_eq!(row["entry"], first.0, "{rows}");
        value
    }

    fn cookie(name: &str, size: u32) -> SentCookie {
        SentCookie {
            name: name.to_owned(),
            size,
        }
    }

    fn refused(status: u16, challenges: &[&str]) -> Answer {
        Answer {
            status,
            www_authenticate: challenges.iter().map(|&line| line.to_owned()).collect(),
            fields_seen: true,
            ..Answer::default()
        }
    }

    #[test]
    fn a_missing_challenge() {
        let page = asked(
            "1",
            ResourceType::MainFrame,
            "GET",
            "https://app.example/a?q=hush&token=t0k3n",
        );
        let sent = SentFields::default();
        let har = same_when_read_back(after(page, sent, refused(401, &[])), "sign-in-required");
        assert_eq!(
            har["log"]["entries"][0]["request"]["url"],
            "https://app.example/a?q=redacted"
        );
        assert_eq!(
            har["log"]["entries"][0]["startedDateTime"],
            "2026-11-23T12:00:00.000Z"
        );
    }

    #[test]
    fn sizes_are_evidence_and_stay() {
        let page = asked("1", ResourceType::MainFrame, "GET", "https://app.example/");
        let sent = SentFields {
            cookies: (0..30)
                .map(|at| cookie(&format!("junk{at}"), 700))
                .collect(),
            ..SentFields::default()
        };
        let har = same_when_read_back(after(page, sent, refused(431, &[])), "cookies-too-large");
        let headers = har["log"]["entries"][0]["request"]["headers"]
            .as_array()
            .expect("fields");
        let field = headers
            .iter()
            .find(|field| field["name"] == "Cookie")
            .expect("a Cookie field");
        assert_eq!(
            field["value"].as_str().map(str::len),
            Some(30 * 700 + 29 * 2)
        );
    }

    #[test]
    fn a_token_keeps_its_times_and_nothing_else() {
        let page = asked("1", ResourceType::MainFrame, "GET", "https://app.example/");
        let exp = NOW / 1000 - 60;
        let sent = SentFields {
            authorization: Some(Credentials {
                scheme: "Bearer".to_owned(),
                exp: Some(exp),
                nbf: None,
                iat: None,
            }),
            ..SentFields::default()
        };
        let answer = refused(401, &["Bearer error=\"invalid_token\""]);
        let har = same_when_read_back(after(page, sent, answer), "token-expired");
        let field = &har["log"]["entries"][0]["request"]["headers"][0]["value"];
        let token = field
            .as_str()
            .and_then(|it| it.strip_prefix("Bearer "))
            .expect("a token");
        assert_eq!(
            Times::from_token(token).and_then(|times| times.exp),
            Some(exp)
        );
    }

    #[test]
    fn a_chain_stays_one() {
        let mut engine = Engine::new(Browser::Firefox);
        let page = asked(
            "1",
            ResourceType::MainFrame,
            "GET",
            "https://app.example/inbox",
        );
        let sent = SentFields {
            cookies: vec![cookie("sid", 30)],
            ..SentFields::default()
        };
        engine.step(Event::RequestSent {
            request: page.clone(),
            sent: Some(sent.clone()),
        });
        engine.step(Event::Redirected {
            request: page,
            status: 302,
            to: "https://app.example/login".to_owned(),
            from_cache: false,
        });
        let login = asked(
            "1",
            ResourceType::MainFrame,
            "GET",
            "https://app.example/login",
        );
        engine.step(Event::RequestSent {
            request: login.clone(),
            sent: Some(sent),
        });
        engine.step(Event::Completed {
            request: login,
            answer: refused(200, &[]),
        });
        let har = same_when_read_back(told(&engine), "session-expired");
        assert_eq!(har["log"]["entries"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn a_cookie_that_an_earlier_answer_set_keeps_its_size() {
        let mut engine = Engine::new(Browser::Firefox);
        let mut step =
            |id: &str, method: &str, path: &str, to: Option<&str>, set: &[(&str, u32)]| {
                let url = format!("https://app.example{path}");
                let request = asked(id, ResourceType::MainFrame, method, &url);
                engine.step(Event::RequestSent {
                    request: request.clone(),
                    sent: Some(SentFields::default()),
                });
                let answer = Answer {
                    set_cookies: set
                        .iter()
                        .map(|(name, size)| SetCookieLine {
                            name: (*name).to_owned(),
                            value_size: *size,
                            cleared: *size == 0,
                            attributes: " Path=/; HttpOnly".to_owned(),
                        })
                        .collect(),
                    ..refused(if to.is_some() { 303 } else { 200 }, &[])
                };
                engine.step(Event::HeadersReceived {
                    request: request.clone(),
                    answer: answer.clone(),
                });
                engine.step(match to {
                    Some(to) => Event::Redirected {
                        request,
                        status: 303,
                        to: format!("https://app.example{to}"),
                        from_cache: false,
                    },
                    None => Event::Completed { request, answer },
                });
            };
        step("1", "GET", "/login", None, &[]);
        step(
            "2",
            "POST",
            "/login",
            Some("/inbox"),
            &[("session", 5000), ("old", 0)],
        );
        step("2", "GET", "/inbox", Some("/login"), &[]);
        step("2", "GET", "/login", None, &[]);
        let told = told(&engine);
        let text = har(&told.tab, &told.hosts);
        assert!(text.contains("Set or deleted, too: old"), "{text}");
        let har = same_when_read_back(told, "cookie-refused");
        let set = &har["log"]["entries"][1]["response"]["headers"][0]["value"];
        assert_eq!(
            set.as_str().map(str::len),
            Some("session=; Path=/".len() + 5000)
        );
    }

    #[test]
    fn what_servers_make_up_and_what_they_set_is_covered() {
        let page = asked("1", ResourceType::MainFrame, "GET", "https://app.example/");
        let mut answer = refused(
            401,
            &["Digest realm=\"a\", nonce=\"n0nce-of-the-server\", qop=\"auth\""],
        );
        answer.set_cookies = vec![
            SetCookieLine {
                name: "sid".to_owned(),
                value_size: 5,
                cleared: false,
                attributes: " Path=/; HttpOnly".to_owned(),
            },
            SetCookieLine {
                name: "old".to_owned(),
                value_size: 7,
                cleared: true,
                attributes: String::new(),
            },
        ];
        let told = after(page, SentFields::default(), answer);
        let text = har(&told.tab, &told.hosts);
        valid(&text);
        assert!(!text.contains("n0nce"), "{text}");
        assert!(
            text.contains("sid=xxxxx; Path=/; HttpOnly") && text.contains("old=deleted"),
            "{text}"
        );
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648 §10.
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
        ] {
            assert_eq!(base64url(plain.as_bytes()), encoded);
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }
}
