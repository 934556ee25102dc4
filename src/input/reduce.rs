//! Field lines reduced to what the core may know: names, sizes, schemes and times, never a value that opens a door.

use std::borrow::Cow;

use super::address;
use crate::address::Address;
use crate::event::{
    Answer, Credentials, LOCATION_ERROR, MEMENTO, OBSERVED_FIELDS, ResourceType, SAID, SentCookie,
    SentFields, SetCookieLine,
};
use crate::scheme::jwt::Times;

/// Fields of one message: names as sent, values without the white space around them. Those of a recording are not copied.
pub(crate) type Fields<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

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

/// A name in lower case: that of HTTP/2 and 3 is.
fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// The value of a field, by lower-case name.
pub(crate) fn value_of<'a>(fields: &'a Fields<'_>, name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_ref())
}

/// Where a Location leads. People who share a recording put `<your-team>` in the place of names: without the brackets
/// it is an address again.
pub(crate) fn target(from: &Address, reference: &str) -> Option<Address> {
    address::join(from, reference)
        .or_else(|| address::join(from, &reference.replace(['<', '>'], "")))
}

/// The request fields that matter.
pub(crate) fn sent(fields: &Fields<'_>) -> SentFields {
    let mut sent = SentFields::default();
    for (name, value) in fields {
        match lower(name).as_ref() {
            "authorization" => sent.authorization = Some(credentials(value)),
            "proxy-authorization" => sent.proxy_authorization = Some(credentials(value)),
            "cookie" => sent.cookies.extend(cookies(value)),
            "referer" => sent.referer = true,
            "origin" => sent.origin_is_null = Some(value == "null"),
            name => sent.key |= is_key_field(name),
        }
    }
    sent
}

/// Whether a request field of this lower-case name carries a key or token: `X-Api-Key`, `apikey`, `X-Vault-Token`,
/// `Private-Token`, `X-Cybozu-Authorization`. The script `extension/normalise.js` knows the same ones.
fn is_key_field(name: &str) -> bool {
    // Tokens for other ends: against forged requests, of devices, of messages.
    const OTHERS: &[&str] = &[
        "csrf",
        "xsrf",
        "verification",
        "device",
        "push",
        "fcm",
        "captcha",
    ];
    let is_key = ["api-key", "apikey"].iter().any(|ending| {
        name.strip_suffix(ending)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('-'))
    });
    let is_credential = name.starts_with("x-") && name.ends_with("-authorization");
    let is_token = || name.ends_with("-token") && !OTHERS.iter().any(|part| name.contains(part));
    let is_plain = matches!(name, "access_token" | "token");
    // What a page shows to everybody is nobody's key.
    (is_key || is_credential || is_plain || is_token()) && !name.contains("publishable")
}

/// The code of an error in the fragment of an address; a script, `extension/normalise.js`, reads the same.
fn fragment_error(address: &str) -> Option<&str> {
    const LONGEST: usize = 40;
    let (_, fragment) = address.split_once('#')?;
    let pairs = || fragment.split('&').filter_map(|pair| pair.split_once('='));
    let code = |wanted: &str| pairs().find(|(name, _)| *name == wanted);
    let (_, code) = code("error_code").or_else(|| code("error"))?;
    let is_code = !code.is_empty()
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    (is_code && code.len() <= LONGEST).then_some(code)
}

/// Parts of the names of response fields that may say why a request was refused (`X-MS-Error-Code`, `grpc-message`,
/// `X-Login-Required`).
const TELLING: &[&str] = &[
    "auth", "blocked", "denied", "error", "expired", "factor", "grpc-", "locked", "logged",
    "login", "message", "reason", "session", "status",
];

/// Parts of values that say so under any name.
const TELLING_VALUES: &[&str] = &["denied", "expired", "failed", "invalid", "required"];

/// Parts of names whose values are no words, or secret, or of other ends.
const SILENT: &[&str] = &[
    "access-control",
    "authorization",
    "cookie",
    "email",
    "key",
    "nonce",
    "secret",
    "token",
    "user",
];

/// What a field that no standard knows says, as words: its name and its value. `None` where it cannot say anything of a
/// refusal, or where its value may be a secret.
fn words(name: &str, value: &str) -> Option<String> {
    const LONGEST: usize = 120;
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    // `X-Request-Id` and `X-Identity`, but not `X-Middleware-Response`.
    let mut parts = name.split('-');
    let is_id = parts.any(|part| part.starts_with("id") || part.ends_with("id"));
    if has(SILENT) && name != "otp-token" || is_id {
        return None;
    }
    let has_word = |value: &str| {
        let value = value.to_ascii_lowercase();
        TELLING_VALUES.iter().any(|part| value.contains(part))
    };
    let is_word = |word: &str| word.len() <= 20 && word.bytes().all(|b| b.is_ascii_alphabetic());
    let is_number = |word: &str| word.len() <= 6 && word.bytes().all(|b| b.is_ascii_digit());
    let value = value.replace("%20", " ");
    let is_text = value
        .split(|c: char| !c.is_ascii_alphanumeric())
        .all(|word| is_word(word) || is_number(word));
    // A number is a time or a limit (`X-Session-Timeout: 1800`), except gRPC's status of a failure.
    let speaks = value.bytes().any(|b| b.is_ascii_alphabetic())
        || name.ends_with("-locked") && value == "1"
        || name == "grpc-status" && !matches!(value.as_str(), "" | "0");
    let tells = (has(TELLING) || name == "otp-token" || has_word(&value))
        && is_text
        && value.len() <= LONGEST
        && speaks;
    tells.then(|| format!("{name} {value}. "))
}

/// The response fields that matter.
pub(crate) fn answer(status: u16, fields: &Fields<'_>) -> Answer {
    let mut answer = Answer {
        status,
        fields_seen: true,
        ..Answer::default()
    };
    let mut said = String::new();
    for (name, value) in fields {
        let name = lower(name);
        match name.as_ref() {
            // What a shared input says in the place of the fields themselves.
            SAID => said.push_str(value),
            // Firefox puts repeated fields into one value, a line each; a line that begins with a space goes on.
            "www-authenticate" => answer.www_authenticate.extend(lines(value)),
            "proxy-authenticate" => answer.proxy_authenticate.extend(lines(value)),
            "set-cookie" => answer
                .set_cookies
                .extend(lines(value).map(|line| set_cookie(&line))),
            name if OBSERVED_FIELDS.contains(&name) => {
                answer.fields.push((name.to_owned(), value.to_string()))
            }
            // SAP and Camunda ask for the code of a form so; any other value is such a code, and a secret.
            "x-csrf-token" | "x-xsrf-token" if value.eq_ignore_ascii_case("required") => {
                answer
                    .fields
                    .push(("x-csrf-token".to_owned(), "Required".to_owned()));
            }
            "location" => {
                let code = fragment_error(value).map(str::to_owned);
                answer
                    .fields
                    .extend(code.map(|code| (LOCATION_ERROR.to_owned(), code)));
            }
            // The same in a shared input; and what makes an answer an archive's copy of another (RFC 7089).
            MEMENTO | LOCATION_ERROR => answer.fields.push((name.to_string(), value.to_string())),
            name => said.extend(words(name, value)),
        }
    }
    if !said.is_empty() {
        answer.fields.push((SAID.to_owned(), said));
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
pub(crate) fn resource_type(fields: &Fields<'_>) -> Option<ResourceType> {
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

    fn fields<'a>(pairs: &[(&'a str, &'a str)]) -> Fields<'a> {
        pairs
            .iter()
            .map(|(n, v)| ((*n).into(), (*v).into()))
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

    #[test]
    fn fields_that_no_standard_knows_speak_where_they_cannot_be_secret() {
        let said = |name: &str, value: &str| {
            let answer = answer(403, &fields(&[(name, value)]));
            answer.fields.first().map(|(_, said)| said.clone())
        };
        for (name, value, wanted) in [
            (
                "X-MS-Error-Code",
                "AuthenticationFailed",
                "x-ms-error-code AuthenticationFailed. ",
            ),
            ("X-Login-Required", "yes", "x-login-required yes. "),
            (
                "grpc-message",
                "Jwt%20is%20expired",
                "grpc-message Jwt is expired. ",
            ),
            ("grpc-status", "16", "grpc-status 16. "),
        ] {
            assert_eq!(said(name, value).as_deref(), Some(wanted), "{name}");
        }
        for (name, value) in [
            ("X-Auth-Token", "abcdef"),
            ("X-Session-Id", "abcdef"),
            ("X-Error-Detail", "k3y9f8a7s6d5f4g3h2j1"),
            ("X-Session-Timeout", "1800"),
            ("grpc-status", "0"),
            ("Access-Control-Expose-Headers", "X-Auth-Error"),
            ("X-Served-By", "cache"),
        ] {
            assert_eq!(said(name, value), None, "{name}");
        }
    }

    #[test]
    fn what_fields_of_no_standard_say_is_words_and_names_nobody() {
        let said = |name: &str, value: &str| {
            let answer = answer(401, &vec![(name.into(), value.into())]);
            answer.fields.iter().any(|(name, _)| name == SAID)
        };
        assert!(said("X-Middleware-Response", "LOGIN_REQUIRED"));
        assert!(said("X-Auth-Reason", "expired"));
        for name in [
            "X-Auth-Identity",
            "X-Auth-User",
            "X-Session-Id",
            "X-Login-Email",
        ] {
            assert!(!said(name, "ann"), "{name}");
        }
    }

    #[test]
    fn an_error_in_the_fragment_of_a_location_is_known_by_its_code() {
        let code = |to: &str| {
            let answer = answer(303, &fields(&[("Location", to)]));
            answer.fields.first().map(|(_, code)| code.clone())
        };
        let both = "https://app.example/#error=access_denied&error_code=otp_expired&d=x";
        assert_eq!(code(both).as_deref(), Some("otp_expired"));
        assert_eq!(
            code("/#error=access_denied").as_deref(),
            Some("access_denied")
        );
        assert_eq!(code("/#access_token=abc&state=x"), None);
        assert_eq!(code("/#error=a%20b"), None);
        assert_eq!(code("/login?error=x"), None);
    }

    #[test]
    fn keys_in_fields_of_their_own_are_known_by_the_name() {
        let key = |name: &str| sent(&fields(&[(name, "x")])).key;
        for name in [
            "X-Api-Key",
            "apikey",
            "X-Vault-Token",
            "PRIVATE-TOKEN",
            "X-Shopify-Access-Token",
        ] {
            assert!(key(name), "{name}");
        }
        for name in [
            "X-CSRF-Token",
            "X-Device-Token",
            "X-UserToken",
            "Accept",
            "Sec-WebSocket-Key",
        ] {
            assert!(!key(name), "{name}");
        }
    }
}
