//! Heads as tools print and copy them: what is read of each, and that no secret stays.
#![cfg(not(target_arch = "wasm32"))]

use std::path::Path;

use readmit::event::Browser;
use readmit::exchange::Exchange;
use readmit::input::{self, Recording, UNKNOWN_HOST, raw_head};

fn read(name: &str) -> Recording {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/heads");
    let bytes = std::fs::read(folder.join(format!("{name}.txt"))).expect("the fixture");
    let text = String::from_utf8(bytes).expect("UTF-8");
    raw_head::parse(&text, &input::site_of)
}

/// Method, address, status, then the scheme of its credentials and the names of its cookies; `?` where nothing is known.
fn told(exchange: &Exchange) -> String {
    let address = if exchange.address.host() == UNKNOWN_HOST {
        format!("?{}", exchange.address.path())
    } else {
        exchange.address.to_navigate()
    };
    let sent = match &exchange.sent {
        None => "?".to_owned(),
        Some(sent) => {
            let scheme = sent.authorization.as_ref().map(|c| c.scheme.as_str());
            let cookies = sent.cookies.iter().map(|cookie| cookie.name.as_str());
            scheme
                .into_iter()
                .chain(cookies)
                .collect::<Vec<_>>()
                .join(" ")
        }
    };
    let status = exchange.status().unwrap_or_default();
    format!("{} {address} {status} [{sent}]", exchange.method)
}

#[track_caller]
fn check(name: &str, exchanges: &[&str], finding: &str) {
    let recording = read(name);
    assert_eq!(recording.problems, [], "{name}");
    let found: Vec<String> = recording.exchanges.iter().map(told).collect();
    assert_eq!(found, exchanges, "{name}");
    let judged = input::judge(&recording.exchanges, Browser::Recording);
    let top = judged
        .first()
        .map_or("", |judged| judged.findings[0].id.as_str());
    assert_eq!(top, finding, "{name}");
    let kept = format!("{:?}", recording.exchanges);
    assert!(!kept.contains("PLANTED"), "{name}: {kept}");
}

#[test]
fn what_curl_says() {
    check(
        "curl_http2",
        &["GET https://app.example/private 401 [sid]"],
        "sign-in-required",
    );
    // Without the lines of what was sent, as after `2>&1 | grep -v '^>'`.
    check(
        "curl_http2_filtered",
        &["POST https://app.example/private 401 [sid]"],
        "sign-in-required",
    );
    check("folded", &["GET ?/ 401 [?]"], "sign-in-required");
}

#[test]
fn what_other_tools_print() {
    check(
        "wget_s",
        &["GET https://app.example/private 401 [?]"],
        "sign-in-required",
    );
    check(
        "wget_redirect",
        &[
            "GET https://app.example/inbox 302 [?]",
            "GET https://app.example/login 200 [?]",
        ],
        "sign-in-required",
    );
    check(
        "wget_debug",
        &["GET https://app.example/private 403 []"],
        "permission-denied",
    );
    check(
        "httpie",
        &["GET https://app.example/private 401 []"],
        "token-expired",
    );
    check("powershell", &["GET ?/ 401 [?]"], "sign-in-required");
    check(
        "postman",
        &["GET https://api.app.example/v1/me 401 [Bearer]"],
        "token-expired",
    );
}

#[test]
fn what_browsers_copy() {
    check("firefox_copy", &["GET ?/ 401 [?]"], "sign-in-required");
    check(
        "chrome_response_headers",
        &["GET ?/ 401 [?]"],
        "sign-in-required",
    );
    check(
        "chrome_pairs",
        &["GET https://app.example/private 401 [sid]"],
        "sign-in-required",
    );
}

#[test]
fn copied_commands_are_the_request_of_the_answer_behind_them() {
    check(
        "curl_bash",
        &["POST https://app.example/admin 403 [Bearer sid theme]"],
        "permission-denied",
    );
    check(
        "curl_cmd",
        &["POST https://app.example/admin?a=1&b=2 403 [sid]"],
        "permission-denied",
    );
    check(
        "fetch",
        &["POST https://app.example/api/items 401 [Bearer]"],
        "token-expired",
    );
    for (command, asked) in [
        (
            "curl -sSI https://a.example/x",
            "HEAD https://a.example/x 401 []",
        ),
        (
            "curl -u ann:PLANTED https://a.example/x -o /dev/null",
            "GET https://a.example/x 401 [Basic]",
        ),
        (
            "curl --request=PUT --url https://a.example/x",
            "PUT https://a.example/x 401 []",
        ),
        ("$ curl a.example/x | head", "GET http://a.example/x 401 []"),
        (
            "curl -b jar.txt https://a.example/x",
            "GET https://a.example/x 401 [?]",
        ),
        (
            "curl -G -d a=b https://a.example/x",
            "GET https://a.example/x 401 []",
        ),
        (
            "curl -XPOST -H \"Cookie: a=\\\"PLANTED\\\"\" https://a.example/x",
            "POST https://a.example/x 401 [a]",
        ),
        (
            "fetch(\"https://a.example/x\");",
            "GET https://a.example/x 401 [?]",
        ),
        (
            "await fetch(\"https://a.example/x\", {\n \"method\": \"DELETE\"\n});",
            "DELETE https://a.example/x 401 [?]",
        ),
    ] {
        let text = format!(
            "{command}\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\n"
        );
        let recording = raw_head::parse(&text, &input::site_of);
        assert_eq!(recording.problems, [], "{command}");
        let found: Vec<String> = recording.exchanges.iter().map(told).collect();
        assert_eq!(found, [asked], "{command}");
        assert!(!format!("{recording:?}").contains("PLANTED"), "{command}");
    }
}

#[test]
fn a_command_that_does_not_end_swallows_nothing() {
    for command in [
        "fetch(\"https://a.example/x\", {",
        "curl 'https://a.example",
        "curl \\",
    ] {
        let text = format!(
            "{command}\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\n"
        );
        let recording = raw_head::parse(&text, &input::site_of);
        let statuses: Vec<_> = recording.exchanges.iter().map(Exchange::status).collect();
        assert_eq!(statuses, [Some(401)], "{command}: {:?}", recording.problems);
    }
}

#[test]
fn what_is_only_spoken_of() {
    check("bare_code", &["GET ?/ 401 [?]"], "sign-in-required");
    check("bare_status", &["GET ?/ 429 [?]"], "rate-limited");
    check("bare_status_code", &["GET ?/ 403 [?]"], "permission-denied");
    check("bare_field", &["GET ?/ 401 [?]"], "sign-in-required");
    check("bare_value", &["GET ?/ 401 [?]"], "sign-in-required");
    check(
        "chrome_console",
        &["GET https://app.example/api/me 401 [?]"],
        "sign-in-required",
    );
    check(
        "python",
        &["GET https://api.app.example/v1/me 401 [?]"],
        "sign-in-required",
    );
    check("powershell_error", &["GET ?/ 401 [?]"], "sign-in-required");
    check("powershell7", &["GET ?/ 401 [?]"], "sign-in-required");
    check("access_log", &["GET ?/private 401 [?]"], "sign-in-required");
}

#[test]
fn quotations_and_fences_are_taken_off() {
    check("markdown", &["GET ?/ 401 [?]"], "sign-in-required");
    check("quoted", &["GET ?/ 401 [?]"], "sign-in-required");
}
