//! A request as a wall's app sees it: the few parts that decide, taken apart once.

use axum::http::Method;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;

/// A request, taken apart.
#[derive(Debug)]
pub(super) struct Asked {
    /// The method.
    pub(super) method: Method,
    /// The host name, lower-case, without the port.
    pub(super) host: String,
    /// `:PORT` as in the Host field, or nothing.
    pub(super) port: String,
    /// Whether a Referer was sent.
    pub(super) referer: bool,
    /// The path.
    pub(super) path: String,
    /// The query, without `?`; empty when there is none.
    pub(super) query: String,
    /// The cookies in the order of the Cookie field (RFC 6265 §5.4): a name may occur twice.
    pub(super) cookies: Vec<(String, String)>,
    /// The Authorization field.
    pub(super) authorization: Option<String>,
    /// The fields of a posted form.
    pub(super) form: Vec<(String, String)>,
}

impl Asked {
    /// Takes a request apart; `body` is read as a form.
    pub(super) fn new(parts: &Parts, body: &[u8]) -> Asked {
        let text = |name| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let host = text(axum::http::header::HOST)
            .or(parts.uri.host())
            .unwrap_or_default();
        let port = host
            .split_once(':')
            .map_or_else(String::new, |(_, port)| format!(":{port}"));
        let host = host
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let mut cookies = Vec::new();
        for line in parts.headers.get_all(COOKIE) {
            let pairs = line.to_str().unwrap_or_default().split(';');
            cookies.extend(
                pairs
                    .filter_map(|pair| pair.trim().split_once('='))
                    .map(owned),
            );
        }
        Asked {
            method: parts.method.clone(),
            host,
            port,
            referer: text(axum::http::header::REFERER).is_some(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            cookies,
            authorization: text(AUTHORIZATION).map(str::to_owned),
            form: form_fields(&String::from_utf8_lossy(body)),
        }
    }

    /// The value of the first cookie of this name, as most server libraries read it.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a field of the posted form; empty when it is missing.
    pub(super) fn field(&self, name: &str) -> &str {
        let found = self.form.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Whether this is a GET (or HEAD) of the path.
    pub(super) fn gets(&self, path: &str) -> bool {
        (self.method == Method::GET || self.method == Method::HEAD) && self.path == path
    }

    /// Whether this is a POST to the path.
    pub(super) fn posts(&self, path: &str) -> bool {
        self.method == Method::POST && self.path == path
    }

    /// Where a sign-in leads: the `next` of the query if it is a path of this host, otherwise `/`.
    pub(super) fn next(&self) -> String {
        let fields = form_fields(&self.query);
        let next = fields
            .into_iter()
            .find(|(name, _)| name == "next")
            .map(|(_, value)| value);
        // Two slashes would name another host.
        next.filter(|path| path.starts_with('/') && !path.starts_with("//"))
            .unwrap_or_else(|| "/".to_owned())
    }

    /// The auth-scheme of the Authorization field, without its credentials.
    pub(super) fn scheme(&self) -> Option<String> {
        let field = self.authorization.as_deref()?;
        field.split(' ').next().map(str::to_owned)
    }

    /// What follows the auth-scheme, if it is this one.
    pub(super) fn credentials(&self, scheme: &str) -> Option<&str> {
        let (found, rest) = self.authorization.as_deref()?.split_once(' ')?;
        found.eq_ignore_ascii_case(scheme).then(|| rest.trim())
    }
}

/// Decodes `application/x-www-form-urlencoded` (URL standard §5.1).
pub(super) fn form_fields(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// Decodes `+` and percent escapes; a broken escape stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let escaped = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (
            first,
            escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()),
        ) {
            (b'+', _) => bytes.push(b' '),
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            (other, _) => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
