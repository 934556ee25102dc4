//! Exchanges written down again as heads, for a link that others open: made of what the core knows, which has no values of
//! cookies, credentials and tokens, and masked where servers' own words could hold one.

use crate::event::{Browser, Credentials, ResourceType, SentFields, SetCookieLine};
use crate::exchange::{End, Exchange};
use crate::input::{UNKNOWN_HOST, judge, raw_head, site_of};

/// From this length on, a word with a digit in it may be a secret.
const SECRET_MIN: usize = 20;

/// Longest value of a cookie that is written; sizes beyond it say no more.
const VALUE_MAX: usize = 16_384;

/// Attributes of Set-Cookie (RFC 6265bis §4.1.2, CHIPS); what has another name is left out.
const ATTRIBUTES: &[&str] = &[
    "domain",
    "expires",
    "httponly",
    "max-age",
    "partitioned",
    "path",
    "samesite",
    "secure",
];

/// Names in a body whose values are masked, whatever they look like.
const SECRET_NAMES: &[&str] = &[
    "password", "passwd", "pwd", "token", "secret", "session", "csrf", "nonce", "apikey",
    "api_key", "username", "email", "login",
];

/// Writes exchanges as a request's and a response's head each. Bodies are left out unless a finding rests on their
/// words; then words alone are kept of them.
#[must_use]
pub fn write(exchanges: &[Exchange]) -> String {
    let found = |exchanges: &[Exchange]| -> Vec<_> {
        let judged = judge(exchanges, Browser::Recording);
        let ids = |one: &crate::input::Judged| {
            let ids = one.findings.iter().map(|finding| finding.id);
            (one.entry, ids.collect::<Vec<_>>())
        };
        judged.iter().map(ids).collect()
    };
    let bare = heads(exchanges, false);
    let read = raw_head::parse(&bare, &site_of);
    if exchanges.iter().all(|one| one.body().is_empty())
        || found(&read.exchanges) == found(exchanges)
    {
        return bare;
    }
    heads(exchanges, true)
}

fn heads(exchanges: &[Exchange], with_bodies: bool) -> String {
    let mut text = String::new();
    for exchange in exchanges {
        let Some(reply) = &exchange.reply else {
            continue;
        };
        request(&mut text, exchange);
        line(&mut text, &format!("HTTP/1.1 {}", reply.answer.status));
        for (name, lines) in [
            ("WWW-Authenticate", &reply.answer.www_authenticate),
            ("Proxy-Authenticate", &reply.answer.proxy_authenticate),
        ] {
            for value in lines {
                line(&mut text, &format!("{name}: {}", masked(value)));
            }
        }
        for cookie in &reply.answer.set_cookies {
            line(&mut text, &set_cookie(cookie));
        }
        for (name, value) in &reply.answer.fields {
            let value = match name.as_str() {
                "dpop-nonce" => "x".to_owned(),
                // These are read as they stand, and say nothing of a person.
                "date" | "retry-after" | "content-length" | "age" => value.clone(),
                _ => masked(value),
            };
            line(&mut text, &format!("{name}: {value}"));
        }
        if let End::Redirected(to) = &exchange.end {
            line(&mut text, &format!("Location: {}", shown(&to.shown())));
        }
        text.push('\n');
        if with_bodies && !exchange.body().is_empty() {
            for body in masked_body(exchange.body().trim_end()).lines() {
                if !body.starts_with("HTTP/") {
                    line(&mut text, body);
                }
            }
            text.push_str("\n\n");
        }
    }
    text
}

/// The request: as a head where its fields are known, otherwise as developer tools show it beside the answer.
fn request(text: &mut String, exchange: &Exchange) {
    let known = exchange.address.host() != UNKNOWN_HOST;
    let url = shown(&exchange.address.shown());
    let Some(sent) = &exchange.sent else {
        if known {
            line(text, &format!("Request URL: {url}"));
            line(text, &format!("Request Method: {}", exchange.method));
            text.push('\n');
        }
        return;
    };
    let origin = exchange.address.origin();
    let target = url.strip_prefix(&origin).filter(|_| !known).unwrap_or(&url);
    line(text, &format!("{} {target} HTTP/1.1", exchange.method));
    let destination = match exchange.resource_type {
        ResourceType::MainFrame => "document",
        ResourceType::SubFrame => "iframe",
        ResourceType::XmlHttpRequest => "empty",
        ResourceType::Script => "script",
        ResourceType::Other => "image",
    };
    line(text, &format!("Sec-Fetch-Dest: {destination}"));
    fields(text, sent);
    text.push('\n');
}

fn fields(text: &mut String, sent: &SentFields) {
    for (name, credentials) in [
        ("Authorization", &sent.authorization),
        ("Proxy-Authorization", &sent.proxy_authorization),
    ] {
        if let Some(credentials) = credentials {
            line(text, &format!("{name}: {}", stand_in(credentials)));
        }
    }
    if !sent.cookies.is_empty() {
        let pairs = sent.cookies.iter().map(|cookie| {
            let size = (cookie.size as usize).min(VALUE_MAX);
            if cookie.name.is_empty() {
                "x".repeat(size)
            } else {
                let value = size.saturating_sub(cookie.name.len() + 1);
                format!("{}={}", cookie.name, "x".repeat(value))
            }
        });
        line(
            text,
            &format!("Cookie: {}", pairs.collect::<Vec<_>>().join("; ")),
        );
    }
    if sent.key {
        line(text, "X-Api-Key: x");
    }
    if sent.referer {
        line(text, "Referer: x");
    }
    match sent.origin_is_null {
        Some(true) => line(text, "Origin: null"),
        Some(false) => line(text, "Origin: x"),
        None => {}
    }
}

/// Credentials of the same scheme; a token keeps its three times and nothing else.
fn stand_in(credentials: &Credentials) -> String {
    let times = [
        ("exp", credentials.exp),
        ("nbf", credentials.nbf),
        ("iat", credentials.iat),
    ];
    let times: Vec<String> = times
        .into_iter()
        .filter_map(|(name, time)| Some(format!("\"{name}\":{}", time?)))
        .collect();
    let value = if times.is_empty() {
        "x".to_owned()
    } else {
        let payload = base64url(format!("{{{}}}", times.join(",")).as_bytes());
        // {"alg":"none"} and no signature: nobody takes it for a token that opens anything.
        format!("eyJhbGciOiJub25lIn0.{payload}.x")
    };
    match credentials.scheme.as_str() {
        "unnamed" => value,
        scheme => format!("{} {value}", masked(scheme)),
    }
}

fn set_cookie(cookie: &SetCookieLine) -> String {
    let size = cookie.value_size as usize;
    let value = match (cookie.cleared, size) {
        (true, 0) => String::new(),
        (true, 2) => "\"\"".to_owned(),
        (true, _) => "deleted".to_owned(),
        (false, _) => "x".repeat(size.min(VALUE_MAX)),
    };
    let known = |attribute: &&str| {
        let name = attribute
            .split_once('=')
            .map_or(*attribute, |(name, _)| name);
        ATTRIBUTES.contains(&name.trim().to_ascii_lowercase().as_str())
    };
    let attributes = cookie.attributes.split(';').map(str::trim).filter(known);
    let attributes: String = attributes.map(|one| format!("; {one}")).collect();
    format!("Set-Cookie: {}={value}{attributes}", cookie.name)
}

/// A shown address as one that can be read again.
fn shown(address: &str) -> String {
    address.replace('…', "x")
}

/// A server's own words without query values and without what may be a secret.
fn masked(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut in_query = false;
    for piece in text.split_inclusive(|c: char| !is_of_word(c)) {
        let word = piece.trim_end_matches(|c: char| !is_of_word(c));
        let end = piece.get(word.len()..).unwrap_or_default();
        let secret = word.len() >= SECRET_MIN && word.bytes().any(|b| b.is_ascii_digit());
        let value = in_query && result.ends_with('=');
        if (secret || value) && !word.is_empty() {
            result.push_str(&"x".repeat(word.len()));
        } else {
            result.push_str(word);
        }
        in_query = match end.chars().next() {
            Some('?') => true,
            Some(' ' | '"' | '\'' | ',' | '<' | '>') => false,
            _ => in_query,
        };
        result.push_str(end);
    }
    result
}

/// Of a body its words: what has a digit, is long, belongs to an address of a person or follows a name of a secret is masked.
fn masked_body(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut after_name = false;
    let mut after_at = false;
    for piece in text.split_inclusive(|c: char| !is_of_word(c)) {
        let word = piece.trim_end_matches(|c: char| !is_of_word(c));
        let end = piece.get(word.len()..).unwrap_or_default();
        let odd = word.bytes().any(|b| b.is_ascii_digit()) || word.len() > SECRET_MIN;
        if !word.is_empty() && (odd || after_name || after_at || end == "@") {
            result.push_str(&"x".repeat(word.len()));
        } else {
            result.push_str(word);
        }
        let low = word.to_ascii_lowercase();
        let names = SECRET_NAMES.iter().any(|name| low.ends_with(name));
        // A name stays one until its value has come: `"token" : "…"`, `name="csrf" value="…"`.
        after_name = names || (after_name && word.is_empty()) || (after_name && low == "value");
        if matches!(end, " " | "\n" | "." | "<") && !names && !word.is_empty() {
            after_name = false;
        }
        if names && matches!(end, " " | "." | "\n" | "_" | "<") {
            // A word of a sentence: `your session has expired`.
            after_name = false;
        }
        after_at = end == "@";
        result.push_str(end);
    }
    result
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '.' | '~' | '%')
}

/// base64url without padding (RFC 7515 appendix C).
fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=chunk.len() {
            let digit = (group >> (18 - 6 * at)) & 63;
            text.extend(DIGITS.get(digit as usize).map(|b| char::from(*b)));
        }
    }
    text
}

fn line(text: &mut String, line: &str) {
    // A value from a server ends where its line ends.
    text.extend(line.chars().filter(|c| !matches!(c, '\n' | '\r')));
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn again(text: &str) -> String {
        write(&raw_head::parse(text, &site_of).exchanges)
    }

    fn top(text: &str) -> Vec<&'static str> {
        let read = raw_head::parse(text, &site_of);
        let judged = judge(&read.exchanges, Browser::Recording);
        judged
            .iter()
            .map(|one| one.findings[0].id.as_str())
            .collect()
    }

    const INPUTS: &[&str] = &[
        "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"Staff\"\n",
        "Basic realm=\"x\"",
        "> GET /api HTTP/1.1\n> Host: a.example\n> Authorization: Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.s3cr3t\n>\n< HTTP/1.1 401\n< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token expired\"\n<\n",
        "GET /inbox HTTP/1.1\nHost: a.example\nCookie: sid=s3cr3t; sid=s3cr3t2\n\nHTTP/1.1 401\n\n",
        "HTTP/1.1 403 Forbidden\nContent-Type: text/html\n\n<h1>CSRF verification failed. Request aborted.</h1><input name=\"csrf\" value=\"s3cr3t\">\n",
        "HTTP/1.1 302 Found\nLocation: https://a.example/login?next=s3cr3t\n\n",
        "HTTP/1.1 429 Too Many\nRetry-After: 60\n",
        "HTTP/1.1 400 Bad Request\n\nRequest Header Or Cookie Too Large",
    ];

    #[test]
    fn what_is_written_down_has_the_same_findings_and_no_secret() {
        for input in INPUTS {
            let written = again(input);
            assert_eq!(top(&written), top(input), "{written}");
            assert!(!written.contains("s3cr3t"), "{written}");
            assert_eq!(again(&written), written, "writing it again changes nothing");
        }
    }

    #[test]
    fn sizes_stay() {
        let long = format!(
            "GET / HTTP/1.1\nHost: a.example\nCookie: a={}\n\nHTTP/1.1 431\n\n",
            "k".repeat(9000)
        );
        let written = again(&long);
        assert_eq!(
            written.matches('x').count(),
            "xample".matches('x').count() + 9000
        );
        assert_eq!(top(&written), ["cookies-too-large"]);
    }

    proptest! {
        #[test]
        fn no_value_gets_out(
            value in "[a-z]{3}[0-9A-Za-z]{18,40}",
            name in "[a-z]{1,12}",
            status in prop::sample::select(vec![200_u16, 302, 400, 401, 403, 419, 429, 431, 500]),
        ) {
            prop_assume!(value.bytes().any(|b| b.is_ascii_digit()));
            let input = format!(
                "GET /a?{name}={value} HTTP/1.1\nHost: a.example\nCookie: {name}={value}; {value}\nAuthorization: Bearer {value}\n\
                 Proxy-Authorization: {value}\nReferer: https://b.example/?t={value}\nX-Token: {value}\n\n\
                 HTTP/1.1 {status}\nSet-Cookie: {name}={value}; Path=/; Extra={value}\nLocation: /login?{name}={value}\n\
                 WWW-Authenticate: Bearer realm=\"https://a.example/?k={value}\", nonce=\"{value}\"\nX-Secret: {value}\n\
                 Server: {value}\n\n{{\"{name}\": \"{value}\", \"password\": \"hunter\", \"mail\": \"anna@b.example\"}} csrf verification failed\n"
            );
            let written = again(&input);
            prop_assert!(!written.contains(&value), "{written}");
            prop_assert!(!written.contains("hunter") && !written.contains("anna"), "{written}");
        }
    }
}
