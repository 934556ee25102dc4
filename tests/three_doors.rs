//! The same input gives the same findings through all doors: the command line, the page's reader, and, for what a browser
//! can tell as events, the extension's engine.
//!
//! What cannot be compared with the engine, and why: bodies (no browser shows an extension one), inputs that do not name
//! their host (a browser always knows it), and notices (a popup judges a tab as it is now, a recording all that happened).
#![cfg(not(target_arch = "wasm32"))]

mod program;

use readmit::engine::Engine;
use readmit::event::{Answer, Browser, Event, Request};
use readmit::exchange::{End, Exchange};
use readmit::input::{self, har, raw_head};
use readmit::reader::Reading;
use serde_json::{Value, json};

/// Inputs of every form that people have; each names its host and has no body that a finding rests on, but where said.
const HEADS: &[&str] = &[
    "GET /staff HTTP/1.1\nHost: app.example\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"Staff\"\n",
    "GET /staff HTTP/1.1\nHost: app.example\nAuthorization: Basic YTpi\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"Staff\"\n",
    "GET /me HTTP/1.1\nHost: api.example\nAuthorization: Bearer x\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token expired\"\n",
    "GET /me HTTP/1.1\nHost: api.example\nAuthorization: Bearer x\n\nHTTP/1.1 403 Forbidden\nWWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"admin\"\n",
    "GET / HTTP/1.1\nHost: app.example\nCookie: sid=x\n\nHTTP/1.1 302 Found\nLocation: /login\n\nGET /login HTTP/1.1\nHost: app.example\nCookie: sid=x\n\nHTTP/1.1 200 OK\n",
    "GET / HTTP/1.1\nHost: app.example\n\nHTTP/1.1 429 Too Many Requests\nRetry-After: 60\n",
    "GET / HTTP/1.1\nHost: app.example\nCookie: sid=x; sid=y\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Cookie realm=\"a\"\n",
    "GET / HTTP/1.1\nHost: app.example\n\nHTTP/1.1 511 Network Authentication Required\n",
    "GET / HTTP/1.1\nHost: app.example\n\nHTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: Basic realm=\"p\"\n",
    "GET / HTTP/1.1\nHost: app.example\n\nHTTP/1.1 200 OK\nSet-Cookie: sid=x; Path=/; HttpOnly\n",
    "POST /login HTTP/1.1\nHost: app.example\n\nHTTP/1.1 419\n",
    "GET / HTTP/1.1\nHost: app.example\nCookie: sid=x\n\nHTTP/1.1 403 Forbidden\n",
    "GET / HTTP/1.1\nHost: app.example\n\nHTTP/1.1 503 Service Unavailable\nRetry-After: 10\n",
];

/// Inputs that the engine cannot be told.
const WITHOUT_EVENTS: &[&str] = &[
    "Digest realm=\"x\", nonce=\"y\", algorithm=SHA-256, qop=\"auth\"",
    "HTTP/1.1 401 Unauthorized\n\n",
    "HTTP/1.1 403 Forbidden\nContent-Type: text/html\n\n<h1>CSRF verification failed. Request aborted.</h1>\n",
    "HTTP/1.1 400 Bad Request\nServer: nginx\n\n<title>400 Request Header Or Cookie Too Large</title>\n",
    "not a head at all",
    "{\"log\": {\"entries\": [{\"request\": {\"url\": \"https://a.example/\"}, \"response\": {\"status\": 401, \"headers\": []}},",
];

/// Every input: those above, and the recordings and heads of this repository.
fn inputs() -> Vec<Vec<u8>> {
    let texts = HEADS
        .iter()
        .chain(WITHOUT_EVENTS)
        .map(|text| text.as_bytes().to_vec());
    let files = ["hars", "heads", "broken"].into_iter().flat_map(|folder| {
        let files = std::fs::read_dir(program::fixture(folder)).expect("fixtures");
        files.map(|file| std::fs::read(file.expect("a file").path()).expect("a fixture"))
    });
    texts.chain(files).collect()
}

/// What the command line prints: a row an exchange, and what it could not read.
fn by_command_line(input: &[u8]) -> (Vec<Value>, String) {
    let ran = program::run(&["diagnose", "-", "--format", "json"], input);
    let rows = ran.rows();
    assert_eq!(ran.status == 0, rows.is_empty() && ran.errors.is_empty());
    (rows, ran.errors)
}

/// What the page tells of places that it could not read, in the command line's words.
fn problems(input: &[u8]) -> String {
    let mut reading = Reading::new();
    reading.push(input);
    let problems = reading.finish().problems.into_iter();
    let lines = problems.map(|it| {
        let readmit::reader::Problem {
            line,
            column,
            expected,
            found,
        } = it;
        format!("readmit: line {line}, column {column}: expected {expected}, but found {found}\n")
    });
    lines.collect()
}

/// What the page's reader finds, in the same form; pushed in pieces, as a file comes.
fn by_reader(input: &[u8], piece: usize) -> Vec<Value> {
    let mut reading = Reading::new();
    input.chunks(piece).for_each(|piece| reading.push(piece));
    let summary = reading.finish();
    let rows = summary.rows.iter().enumerate();
    let found = rows.filter_map(|(at, row)| {
        let findings = reading.findings(at);
        let (first, others) = findings.split_first()?;
        let view = reading.view(at, "the site").expect("a view of every row");
        assert_eq!(
            view.findings.len(),
            findings.len(),
            "the drawing shows them all"
        );
        assert_eq!(
            Some(view.findings[0].id),
            row.finding,
            "and the same on top"
        );
        Some(json!({
            "entry": row.entry,
            "url": row.url,
            "status": row.status.unwrap_or(0),
            "finding": first.id.as_str(),
            "confidence": first.confidence,
            "evidence": first.evidence.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(),
            "remedies": first.offers.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(),
            "others": others.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(),
        }))
    });
    found.collect()
}

/// An exchange as the events that Firefox, which hides nothing, tells of it.
fn events(exchange: &Exchange) -> Vec<Event> {
    let request = Request {
        request_id: exchange.request_id.clone(),
        tab_id: 7,
        resource_type: exchange.resource_type,
        method: exchange.method.clone(),
        url: exchange.address.to_navigate(),
        site: input::site_of(exchange.address.host()),
        initiator: None,
        store: None,
        has_user_info: false,
        time: exchange.time,
    };
    let answer = exchange.reply.as_ref().map(|reply| Answer {
        body: None,
        ..reply.answer.clone()
    });
    let answer = answer.expect("an answer");
    let mut events = vec![
        Event::RequestSent {
            request: request.clone(),
            sent: exchange.sent.clone(),
        },
        Event::HeadersReceived {
            request: request.clone(),
            answer: answer.clone(),
        },
    ];
    match &exchange.end {
        End::Redirected(to) => events.push(Event::Redirected {
            request,
            status: answer.status,
            to: to.to_navigate(),
            from_cache: false,
        }),
        _ => {
            let (url, site, time) = (request.url.clone(), request.site.clone(), request.time);
            events.push(Event::Completed { request, answer });
            events.push(Event::Committed {
                tab_id: 7,
                url,
                site,
                restored: false,
                time,
            });
        }
    }
    events
}

/// The top finding of the tab in which the exchanges happened, unless it is a notice.
fn by_engine(exchanges: &[Exchange]) -> Option<String> {
    let mut engine = Engine::new(Browser::Firefox);
    engine.step(Event::Access { granted: true });
    for event in exchanges.iter().flat_map(events) {
        engine.step(event);
    }
    let view = engine.view(7);
    let top = view.findings.first().filter(|finding| !finding.notice);
    top.map(|finding| finding.id.as_str().to_owned())
}

#[test]
fn the_command_line_and_the_page_agree_to_the_last_field() {
    let mut found = 0;
    for input in inputs() {
        let (rows, errors) = by_command_line(&input);
        assert_eq!(problems(&input), errors);
        found += rows.len();
        for piece in [usize::MAX, 7] {
            let own = by_reader(&input, piece.min(input.len()));
            assert_eq!(own, rows, "{}", String::from_utf8_lossy(&input));
        }
    }
    assert!(
        found >= HEADS.len(),
        "expected findings to compare, but found {found}"
    );
}

#[test]
fn the_engine_agrees_where_a_browser_can_tell_as_much() {
    let mut compared = 0;
    for input in HEADS {
        let recording = raw_head::parse(input, &input::site_of);
        let rows = by_reader(input.as_bytes(), input.len());
        let of_recording = rows
            .last()
            .map(|row| row["finding"].as_str().expect("an id").to_owned());
        assert_eq!(by_engine(&recording.exchanges), of_recording, "{input}");
        compared += usize::from(of_recording.is_some());
    }
    assert!(
        compared >= 10,
        "expected ten findings to compare, but found {compared}"
    );
}

#[test]
fn a_shared_input_has_the_findings_of_the_first() {
    for input in inputs() {
        if har::looks_like_json(&input) {
            continue;
        }
        let mut reading = Reading::new();
        reading.push(&input);
        let summary = reading.finish();
        let shared = reading.shared(0);
        let ids = |rows: &[Value]| {
            rows.iter()
                .map(|row| row["finding"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            ids(&by_reader(shared.as_bytes(), shared.len().max(1))),
            ids(&by_reader(&input, input.len())),
            "{}\n-- shared as --\n{shared}\n{summary:?}",
            String::from_utf8_lossy(&input)
        );
    }
}
