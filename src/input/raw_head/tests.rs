//! Heads as the tools print them.

use super::{parse, status_line};
use crate::event::ResourceType;
use crate::exchange::End;
use crate::input::{Recording, UNKNOWN_HOST};

fn read(text: &str) -> Recording {
    parse(text, &|_| None)
}

/// Reads heads that must give no problem.
#[track_caller]
fn clean(text: &str) -> Recording {
    let recording = read(text);
    assert_eq!(recording.problems, []);
    recording
}

fn statuses(recording: &Recording) -> Vec<u16> {
    recording
        .exchanges
        .iter()
        .filter_map(|e| e.status())
        .collect()
}

#[test]
fn one_head_with_its_body() {
    let text = "HTTP/1.1 401 Unauthorized\r\nServer: nginx\r\nWWW-Authenticate: Basic realm=\"a\",\r\n\tcharset=\"UTF-8\"\r\n\r\n<h1>401</h1>\r\n";
    let recording = clean(text);
    let [exchange] = &recording.exchanges[..] else {
        panic!("one exchange")
    };
    assert_eq!(exchange.status(), Some(401));
    assert_eq!(exchange.challenges()[0].param("charset"), Some("UTF-8"));
    assert_eq!(exchange.field("server"), Some("nginx"));
    assert_eq!(exchange.body(), "<h1>401</h1>\n");
    assert_eq!(exchange.address.host(), UNKNOWN_HOST);
    assert!(exchange.sent.is_none(), "nobody saw the request");
}

#[test]
fn status_lines_of_every_version() {
    for line in [
        "HTTP/1.0 401 No",
        "HTTP/1.1 401",
        "HTTP/2 401 ",
        "HTTP/2.0 401 x",
        "HTTP/3 401",
    ] {
        assert_eq!(status_line(line), Some(401), "{line}");
    }
    for line in [
        "HTTP/1.1 4010",
        "HTTP/1.1 40",
        "HTTP/1.1",
        "HTTP/4 401",
        "http/1.1 401",
        "HTTP/1.1 099 x",
        "HTTP/1.1 é01",
    ] {
        assert_eq!(status_line(line), None, "{line}");
    }
}

#[test]
fn redirects_in_a_row_as_curl_follows_them() {
    let text = "$ curl -iL https://app.example/inbox\nHTTP/2 302\nlocation: /login\ndate: Mon, 23 Nov 2026 12:00:00 GMT\n\nHTTP/2 200\ncontent-type: text/html\n\n<form>\n";
    let recording = clean(text);
    let [first, second] = &recording.exchanges[..] else {
        panic!("two exchanges")
    };
    assert_eq!(first.address.to_navigate(), "https://app.example/inbox");
    assert!(
        matches!(&first.end, End::Redirected(to) if to.to_navigate() == "https://app.example/login")
    );
    assert_eq!(second.address.to_navigate(), "https://app.example/login");
    assert_eq!(first.request_id, second.request_id);
    assert_eq!(
        (first.time, second.time),
        (1_795_435_200_000, 1_795_435_200_000)
    );
}

const VERBOSE: &str = "\
* Host app.example:80 was resolved.
* Connected to app.example (192.0.2.1) port 80
> GET /admin HTTP/1.1
> Host: app.example
> Authorization: Basic YW5uOmh1bnRlcjI=
> Cookie: sid=0123456789; theme=dark
> User-Agent: curl/8.14.1
>\u{20}
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Basic realm=\"a\"
< Content-Length: 8
<\u{20}
{ [8 bytes data]
refused
* Connection #0 to host app.example left intact
";

#[test]
fn what_curl_v_sent_is_known() {
    let recording = clean(VERBOSE);
    let [exchange] = &recording.exchanges[..] else {
        panic!("one exchange")
    };
    assert_eq!(
        (
            exchange.method.as_str(),
            exchange.address.to_navigate().as_str()
        ),
        ("GET", "http://app.example/admin")
    );
    let sent = exchange.sent.as_ref().expect("the request was seen");
    assert_eq!(
        sent.authorization.as_ref().map(|c| c.scheme.as_str()),
        Some("Basic")
    );
    assert_eq!(
        sent.cookies
            .iter()
            .map(|c| (c.name.as_str(), c.size))
            .collect::<Vec<_>>(),
        [("sid", 14), ("theme", 10)]
    );
    assert_eq!(exchange.body(), "refused\n");
}

#[test]
fn heads_printed_twice_are_one_exchange() {
    let marked = "> GET /inbox HTTP/1.1\n> Host: app.example\n>\n< HTTP/1.1 302 Found\n< Location: /login\n<\n> GET /login HTTP/1.1\n> Host: app.example\n>\n< HTTP/1.1 200 OK\n< Content-Type: text/html\n<\n";
    let plain = "HTTP/1.1 302 Found\nLocation: /login\n\nHTTP/1.1 200 OK\nContent-Type: text/html\n\n<form>\n";
    let woven = "> GET /inbox HTTP/1.1\n> Host: app.example\n>\n< HTTP/1.1 302 Found\nHTTP/1.1 302 Found\n< Location: /login\nLocation: /login\n<\n\n* Issue another request to this URL: 'http://app.example/login'\n> GET /login HTTP/1.1\n> Host: app.example\n>\n< HTTP/1.1 200 OK\nHTTP/1.1 200 OK\n<\n\n<form>\n";
    for text in [format!("{marked}{plain}"), woven.to_owned()] {
        let recording = clean(&text);
        assert_eq!(statuses(&recording), [302, 200], "{text}");
        assert_eq!(recording.exchanges[1].body(), "<form>\n", "{text}");
        assert_eq!(recording.exchanges[1].address.path(), "/login");
        assert!(recording.exchanges[1].sent.is_some());
    }
}

#[test]
fn an_answered_challenge_is_one_chain() {
    let text = "> GET / HTTP/1.1\n> Host: a.example\n>\n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\n<\n\
                > GET / HTTP/1.1\n> Host: a.example\n> Authorization: Digest username=\"ann\"\n>\n< HTTP/1.1 200 OK\n<\n";
    let recording = clean(text);
    assert_eq!(recording.exchanges[0].end, End::Repeated);
    assert!(recording.exchanges[1].challenged);
}

#[test]
fn a_recorded_terminal_is_read_without_its_colours() {
    let text = "HTTP/1.1 302 Found\r\r\n\u{1b}[1mServer\u{1b}[0m: x\r\r\n\u{1b}[1mLocation\u{1b}[0m: \u{1b}]8;;http://a.example/login\u{1b}\\/login\r\r\n\u{1b}]8;;\u{1b}\\\u{1b}[1mVia\u{1b}[0m: y\r\r\n\r\r\n";
    let recording = clean(text);
    assert_eq!(recording.exchanges[0].field("via"), Some("y"));
    assert!(
        matches!(&recording.exchanges[0].end, End::Redirected(to) if to.path() == "/login"),
        "{:?}",
        recording.exchanges[0].end
    );
}

#[test]
fn interim_answers_are_passed_over() {
    let recording = clean(
        "HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\nLink: </a>\n\nHTTP/1.1 403 Forbidden\n\n",
    );
    assert_eq!(statuses(&recording), [403]);
}

#[test]
fn the_proxys_own_answer() {
    let text = "* Connected to proxy (192.0.2.9) port 3128\n> CONNECT app.example:443 HTTP/1.1\n> Host: app.example:443\n>\n< HTTP/1.1 407 Proxy Authentication Required\n< Proxy-Authenticate: Basic realm=\"p\"\n<\n";
    let recording = clean(text);
    assert_eq!(statuses(&recording), [407]);
    assert_eq!(
        recording.exchanges[0].address.to_navigate(),
        "https://app.example/"
    );
}

#[test]
fn what_developer_tools_copy() {
    let general = "Request URL: https://api.example/v1/me\nRequest Method: post\nStatus Code: 401 Unauthorized\nRemote Address: 192.0.2.1:443\n\nwww-authenticate: Bearer error=\"invalid_token\"\n\n:authority: api.example\n:path: /v1/me\nauthorization: Bearer abc\n";
    let recording = clean(general);
    let [exchange] = &recording.exchanges[..] else {
        panic!("one exchange")
    };
    assert_eq!(
        (exchange.method.as_str(), exchange.status()),
        ("POST", Some(401))
    );
    assert_eq!(exchange.address.to_navigate(), "https://api.example/v1/me");

    let request_first = clean(
        "GET /x HTTP/1.1\nHost: a.example\nAccept: application/json\nCookie: sid=1\nHTTP/1.1 403 Forbidden\nServer: x\n",
    );
    assert_eq!(
        request_first.exchanges[0].address.to_navigate(),
        "https://a.example/x"
    );
    assert_eq!(
        request_first.exchanges[0].resource_type,
        ResourceType::XmlHttpRequest
    );
}

#[test]
fn challenges_alone_stand_for_a_401() {
    for text in [
        "WWW-Authenticate: Basic realm=\"x\"",
        "Basic realm=\"x\"\n",
        "www-authenticate: Negotiate\nwww-authenticate: NTLM",
        "Bearer",
        "Custom a=b",
    ] {
        let recording = clean(text);
        assert_eq!(statuses(&recording), [401], "{text}");
        assert!(!recording.exchanges[0].challenges().is_empty(), "{text}");
    }
    assert_eq!(
        statuses(&clean("Proxy-Authenticate: Basic realm=\"x\"")),
        [407]
    );
}

#[test]
fn what_is_no_head_is_a_problem_that_repeats_nothing() {
    let recording = read("please help\nmy password is hunter2\n");
    assert!(recording.exchanges.is_empty());
    assert_eq!(
        (recording.problems[0].line, recording.problems[1].line),
        (1, 2)
    );
    for problem in &recording.problems {
        assert!(!problem.to_string().contains("hunter2"), "{problem}");
        assert!(problem.found.chars().count() <= 64, "{problem}");
    }
    assert_eq!(read("").problems.len(), 1);
}

#[test]
fn a_broken_line_in_a_head_loses_nothing_else() {
    let recording = read(
        "HTTP/1.1 401 Unauthorized\nCookie sid=secret\nWWW-Authenticate: Basic realm=\"x\"\n\n",
    );
    assert_eq!(recording.exchanges[0].challenges().len(), 1);
    let [problem] = &recording.problems[..] else {
        panic!("one problem")
    };
    assert_eq!((problem.line, problem.column), (2, 1));
    assert!(!problem.to_string().contains("secret"));
}

#[test]
fn a_body_with_heads_in_it_stays_a_body() {
    let recording =
        clean("HTTP/1.1 404 Not Found\n\nGET /x HTTP/1.1 was asked\nfor a page: none\n");
    assert_eq!(statuses(&recording), [404]);
    assert!(recording.exchanges[0].body().contains("for a page"));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "(HTTP/1\\.1 [0-9]{3}|[<>*] ?|[a-zA-Z:]{0,9}|GET / HTTP/1\\.1|: ?|\\PC{0,5}|\r?\n){0,40}") {
        let recording = read(&text);
        proptest::prop_assert_eq!(recording.exchanges.len(), recording.entries.len());
    }
}
