//! Field lines reduced to what the core may know: names, sizes, schemes and times, never a value that opens a door.

use super::address;
use crate::address::Address;
use crate::event::{
    Answer, Credentials, OBSERVED_FIELDS, ResourceType, SentCookie, SentFields, SetCookieLine,
};
use crate::scheme::jwt::Times;

/// Fields of one message: names as sent, values without the white space around them.
pub(crate) type Fields = Vec<(String, String)>;

/// Longest scheme name that is believed; what is longer is taken for a secret that stands without a scheme.
const SCHEME_MAX: usize = 24;

/// Fields that are long or frequent and never looked at: recordings are read faster without a copy of each.
const IGNORED_FIELDS: &[&str] = &[
    ":authority",
    ":method",
    ":path",
    ":scheme",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "alt-svc",
    "cache-control",
    "connection",
    "content-encoding",
    "content-security-policy",
    "content-security-policy-report-only",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "etag",
    "expires",
    "host",
    "if-modified-since",
    "if-none-match",
    "last-modified",
    "nel",
    "permissions-policy",
    "pragma",
    "priority",
    "report-to",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "strict-transport-security",
    "timing-allow-origin",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
    "vary",
    "x-content-type-options",
    "x-frame-options",
    "x-request-id",
    "x-xss-protection",
];

/// Whether nothing here looks at a field of this name.
pub(crate) fn is_ignored(name: &str) -> bool {
    IGNORED_FIELDS
        .iter()
        .any(|ignored| ignored.eq_ignore_ascii_case(name))
}

/// The value of a field, by lower-case name.
pub(crate) fn value_of<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// Where a Location leads. People who share a recording put `<your-team>` in the place of names: without the brackets
/// it is an address again.
pub(crate) fn target(from: &Address, reference: &str) -> Option<Address> {
    address::join(from, reference)
        .or_else(|| address::join(from, &reference.replace(['<', '>'], "")))
}

/// The request fields that matter.
pub(crate) fn sent(fields: &Fields) -> SentFields {
    let mut sent = SentFields::default();
    for (name, value) in fields {
        match name.to_ascii_lowercase().as_str() {
            "authorization" => sent.authorization = Some(credentials(value)),
            "proxy-authorization" => sent.proxy_authorization = Some(credentials(value)),
            "cookie" => sent.cookies.extend(cookies(value)),
            "referer" => sent.referer = true,
            "origin" => sent.origin_is_null = Some(value == "null"),
            _ => {}
        }
    }
    sent
}

/// The response fields that matter.
pub(crate) fn answer(status: u16, fields: &Fields) -> Answer {
    let mut answer = Answer {
        status,
        fields_seen: true,
        ..Answer::default()
    };
    for (name, value) in fields {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            // Firefox puts repeated fields into one value, a line each; a line that begins with a space goes on.
            "www-authenticate" => answer.www_authenticate.extend(lines(value)),
            "proxy-authenticate" => answer.proxy_authenticate.extend(lines(value)),
            "set-cookie" => answer
                .set_cookies
                .extend(lines(value).map(|line| set_cookie(&line))),
            _ if OBSERVED_FIELDS.contains(&name.as_str()) => {
                answer.fields.push((name, value.clone()))
            }
            _ => {}
        }
    }
    answer
}

/// The scheme of credentials, and the times of a token.
pub(crate) fn credentials(value: &str) -> Credentials {
    let value = value.trim();
    let (scheme, token) = match value.split_once([' ', '\t']) {
        Some((scheme, token)) if is_scheme(scheme) => (scheme, token),
        // A lone word is the key itself, unless it is a scheme that can stand alone.
        None if ["negotiate", "ntlm", "basic", "bearer", "digest"]
            .contains(&value.to_ascii_lowercase().as_str()) =>
        {
            (value, "")
        }
        _ => ("unnamed", value),
    };
    let times = Times::from_token(token).unwrap_or_default();
    Credentials {
        scheme: scheme.to_owned(),
        exp: times.exp,
        nbf: times.nbf,
        iat: times.iat,
    }
}

fn is_scheme(text: &str) -> bool {
    let named = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'+'));
    named && text.len() <= SCHEME_MAX && text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The cookies of a Cookie field: `name=value` pairs divided by semicolons (RFC 6265bis §4.2.1).
fn cookies(value: &str) -> impl Iterator<Item = SentCookie> {
    value
        .split([';', '\n'])
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            // Without `=` the whole is a value without a name (RFC 6265bis §5.6).
            let name = pair.split_once('=').map_or("", |(name, _)| name.trim());
            SentCookie {
                name: name.to_owned(),
                size: u32::try_from(pair.len()).unwrap_or(u32::MAX),
            }
        })
}

fn set_cookie(line: &str) -> SetCookieLine {
    let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    let value = value.trim();
    let bare = value
        .strip_prefix('"')
        .and_then(|v| v.strip_suffix('"'))
        .unwrap_or(value);
    SetCookieLine {
        name: name.trim().to_owned(),
        value_size: u32::try_from(value.len()).unwrap_or(u32::MAX),
        cleared: bare.is_empty() || bare == "deleted",
        attributes: attributes.trim().to_owned(),
    }
}

fn lines(value: &str) -> impl Iterator<Item = String> {
    let mut joined: Vec<String> = Vec::new();
    for line in value.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match joined.last_mut() {
            Some(before) if line.starts_with([' ', '\t']) => {
                before.push(' ');
                before.push_str(line.trim());
            }
            _ => joined.push(line.to_owned()),
        }
    }
    joined.into_iter()
}

/// What a request was for, from its own fields (Fetch Metadata first, then custom); `None` where they do not tell.
pub(crate) fn resource_type(fields: &Fields) -> Option<ResourceType> {
    if let Some(destination) = value_of(fields, "sec-fetch-dest") {
        return Some(match destination {
            "document" => ResourceType::MainFrame,
            "iframe" | "frame" => ResourceType::SubFrame,
            "empty" => ResourceType::XmlHttpRequest,
            _ => ResourceType::Other,
        });
    }
    if value_of(fields, "x-requested-with")
        .is_some_and(|v| v.eq_ignore_ascii_case("xmlhttprequest"))
    {
        return Some(ResourceType::XmlHttpRequest);
    }
    let accept = value_of(fields, "accept")?;
    if accept.starts_with("text/html") {
        Some(ResourceType::MainFrame)
    } else if accept.starts_with("application/json") {
        Some(ResourceType::XmlHttpRequest)
    } else if ["image/", "text/css", "font/"]
        .iter()
        .any(|kind| accept.starts_with(kind))
    {
        Some(ResourceType::Other)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect()
    }

    #[test]
    fn a_location_with_a_name_left_out_still_leads_somewhere() {
        let from = Address::parse("https://app.example/x", None).expect("an address");
        let to = |reference: &str| target(&from, reference).map(|to| to.to_navigate());
        assert_eq!(to("/login").as_deref(), Some("https://app.example/login"));
        assert_eq!(
            to("https://<your-team>.example.com/a").as_deref(),
            Some("https://your-team.example.com/a")
        );
        assert_eq!(to("https://[/"), None);
    }

    #[test]
    fn what_is_looked_at_is_not_ignored() {
        let looked_at = [
            "accept",
            "authorization",
            "cookie",
            "location",
            "origin",
            "proxy-authenticate",
            "proxy-authorization",
            "referer",
            "sec-fetch-dest",
            "set-cookie",
            "www-authenticate",
            "x-requested-with",
        ];
        for name in looked_at.iter().chain(OBSERVED_FIELDS) {
            assert!(!is_ignored(name), "{name}");
        }
        assert!(is_ignored("User-Agent"));
    }

    #[test]
    fn credentials_keep_only_their_scheme() {
        assert_eq!(credentials("Basic YW5uOnB3").scheme, "Basic");
        assert_eq!(credentials("Negotiate").scheme, "Negotiate");
        for secret in [
            "s3cr3t-key",
            "a1b2c3d4e5f60718293a4b5c6d7e8f90 x",
            "hunter2",
        ] {
            assert_eq!(credentials(secret).scheme, "unnamed", "{secret}");
        }
        assert_eq!(
            credentials("Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.x").exp,
            Some(1_700_000_000)
        );
    }

    #[test]
    fn cookies_keep_name_and_size() {
        let sent = sent(&fields(&[
            ("cookie", "sid=abc; theme=dark"),
            ("Cookie", "sid=x;; lone"),
            ("Referer", "https://a.example/"),
        ]));
        let pairs: Vec<(&str, u32)> = sent
            .cookies
            .iter()
            .map(|c| (c.name.as_str(), c.size))
            .collect();
        assert_eq!(pairs, [("sid", 7), ("theme", 10), ("sid", 5), ("", 4)]);
        assert!(sent.referer && sent.origin_is_null.is_none());
    }

    #[test]
    fn set_cookie_keeps_attributes_and_drops_the_value() {
        let answer = answer(
            200,
            &fields(&[
                (
                    "set-cookie",
                    "sid=abc; Path=/; HttpOnly\nold=deleted; Max-Age=0",
                ),
                ("X-Other", "1"),
                ("Server", "nginx"),
            ]),
        );
        assert_eq!(answer.set_cookies.len(), 2);
        assert_eq!(
            (
                answer.set_cookies[0].name.as_str(),
                answer.set_cookies[0].value_size,
                answer.set_cookies[0].cleared
            ),
            ("sid", 3, false)
        );
        assert_eq!(answer.set_cookies[0].attributes, "Path=/; HttpOnly");
        assert!(answer.set_cookies[1].cleared);
        assert_eq!(answer.fields, [("server".to_owned(), "nginx".to_owned())]);
    }

    #[test]
    fn joined_challenge_lines_come_apart_and_folded_ones_do_not() {
        let joined = answer(
            401,
            &fields(&[(
                "WWW-Authenticate",
                "Negotiate\nBasic realm=\"a\",\n charset=\"UTF-8\"",
            )]),
        );
        assert_eq!(
            joined.www_authenticate,
            ["Negotiate", "Basic realm=\"a\", charset=\"UTF-8\""]
        );
    }

    #[test]
    fn the_kind_of_a_request_by_its_fields() {
        let kind = |name, value| resource_type(&fields(&[(name, value)]));
        assert_eq!(
            kind("Sec-Fetch-Dest", "document"),
            Some(ResourceType::MainFrame)
        );
        assert_eq!(kind("Sec-Fetch-Dest", "image"), Some(ResourceType::Other));
        assert_eq!(
            kind("X-Requested-With", "XMLHttpRequest"),
            Some(ResourceType::XmlHttpRequest)
        );
        assert_eq!(
            kind("Accept", "text/html,*/*"),
            Some(ResourceType::MainFrame)
        );
        assert_eq!(kind("Accept", "*/*"), None);
    }
}
