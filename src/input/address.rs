//! Addresses as people and recordings write them, brought into the form in which browsers hand them over: natively by the
//! crate `url`, on the page by the browser's own `URL`, which has the tables for names beyond ASCII already.

use std::borrow::Cow;

#[cfg(not(target_arch = "wasm32"))]
use url::Url;
#[cfg(target_arch = "wasm32")]
use web_sys::Url;

use crate::address::Address;

/// The URL standard's serialisation of an absolute address; `None` for what is none.
pub(crate) fn canonical(text: &str) -> Option<String> {
    written(&with_low_host(text)?)
}

#[cfg(not(target_arch = "wasm32"))]
fn written(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    url.has_host().then(|| url.into())
}

#[cfg(target_arch = "wasm32")]
fn written(text: &str) -> Option<String> {
    let url = Url::new(text).ok()?;
    (!url.host().is_empty()).then(|| url.href())
}

#[cfg(not(target_arch = "wasm32"))]
fn joined(base: &str, reference: &str) -> Option<String> {
    Some(Url::parse(base).ok()?.join(reference).ok()?.into())
}

#[cfg(target_arch = "wasm32")]
fn joined(base: &str, reference: &str) -> Option<String> {
    Some(Url::new_with_base(reference, base).ok()?.href())
}

/// `idna_adapter` trips in debug builds over capitals beside characters beyond ASCII (its own assertion); hosts are not
/// told apart by case. No browser writes a host with a percent sign.
fn with_low_host(text: &str) -> Option<Cow<'_, str>> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Some(Cow::Borrowed(text));
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if host.contains('%') {
        return None;
    }
    if user.is_empty() && host.is_ascii() {
        return Some(Cow::Borrowed(text));
    }
    let at = if user.is_empty() { "" } else { "@" };
    let host = host.to_ascii_lowercase();
    Some(Cow::Owned(format!("{scheme}://{user}{at}{host}{path}")))
}

/// The host in an address of that form.
pub(crate) fn host_of(canonical: &str) -> &str {
    let (_, rest) = canonical.split_once("://").unwrap_or(("", canonical));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.rsplit_once(':') {
        // In brackets the colons are those of an IPv6 address.
        Some((host, port)) if !port.ends_with(']') => host,
        _ => host,
    }
}

/// Whether a user name or password stands in an address of that form.
pub(crate) fn has_user_info(canonical: &str) -> bool {
    let (_, rest) = canonical.split_once("://").unwrap_or(("", canonical));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.contains('@')
}

/// An absolute address.
pub(crate) fn parse(text: &str) -> Option<Address> {
    Address::parse(&canonical(text)?, None)
}

/// The address that a reference, as in a Location field, means at this address (RFC 9110 §10.2.2).
#[must_use]
pub fn join(base: &Address, reference: &str) -> Option<Address> {
    base.leads_to(&joined(&base.to_navigate(), reference)?)
}

#[cfg(test)]
mod tests {
    use super::{canonical, host_of, join, parse};

    #[test]
    fn hosts_stand_without_user_and_port() {
        for (url, host) in [
            ("https://a.example/b:c@d", "a.example"),
            ("https://ann:x@a.example:8080/", "a.example"),
            ("http://[::1]:8080/", "[::1]"),
            ("http://[::1]/", "[::1]"),
        ] {
            assert_eq!(host_of(url), host);
            assert_eq!(
                parse(url).map(|a| a.host().to_owned()).as_deref(),
                Some(host)
            );
        }
    }

    #[test]
    fn addresses_get_the_browsers_form() {
        assert_eq!(
            canonical("HTTPS://Example.COM:443").as_deref(),
            Some("https://example.com/")
        );
        assert_eq!(canonical("about:blank"), None);
        assert_eq!(canonical("https://A\u{fffd}b.example/"), None);
        assert_eq!(canonical("https://A%EF%BF%BD.example/"), None);
        assert_eq!(
            canonical("https://Ann@APP.example/A").as_deref(),
            Some("https://Ann@app.example/A")
        );
        assert_eq!(canonical("/only/a/path"), None);
    }

    #[test]
    fn references_are_joined() {
        let base = parse("https://app.example/a/b?c").expect("an address");
        for (reference, target) in [
            ("../login", "https://app.example/login"),
            ("?d", "https://app.example/a/b?d"),
            ("//idp.example/x", "https://idp.example/x"),
        ] {
            assert_eq!(
                join(&base, reference).map(|a| a.to_navigate()).as_deref(),
                Some(target)
            );
        }
    }
}
