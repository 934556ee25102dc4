//! Addresses as people and recordings write them, brought into the form in which browsers hand them over: natively by the
//! crate `url`, on the page by the browser's own `URL`, which has the tables for names beyond ASCII already.

#[cfg(not(target_arch = "wasm32"))]
use url::Url;
#[cfg(target_arch = "wasm32")]
use web_sys::Url;

use crate::address::Address;

/// The URL standard's serialisation of an absolute address; `None` for what is none.
pub(crate) fn canonical(text: &str) -> Option<String> {
    if is_canonical(text) {
        return Some(text.to_owned());
    }
    written(text)
}

/// Whether an address stands in that form already, as nearly all of a recording do: told from a host of plain letters and
/// a path of characters that the standard leaves as they are. Of others it does not say.
fn is_canonical(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or(text.strip_prefix("http://"));
    let Some((host, path)) = rest.and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let is_label = |label: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && !label.starts_with("xn--") && label.bytes().all(plain)
    };
    // A host whose last label begins with a digit may be a number in disguise (IPv4).
    let is_name = |host: &str| {
        let last = host.rsplit('.').next().unwrap_or_default();
        host.split('.').all(is_label) && last.starts_with(|c: char| c.is_ascii_lowercase())
    };
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&()*+,;=:@/?%".contains(&b);
    let has_dots = || {
        let dots = ["/.", "%2e", "%2E"];
        path.starts_with('.') || dots.iter().any(|dots| path.contains(dots))
    };
    is_name(host) && path.bytes().all(is_plain) && !has_dots()
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use url::Url;

    use super::{canonical, host_of, is_canonical, join, parse};

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
        assert_eq!(canonical("https:/A%EF%BF%BD.example/"), None);
        assert_eq!(
            canonical("https://BÜCHER.example/").as_deref(),
            Some("https://xn--bcher-kva.example/")
        );
        assert_eq!(
            canonical("https://Ann@APP.example/A").as_deref(),
            Some("https://Ann@app.example/A")
        );
        assert_eq!(canonical("/only/a/path"), None);
    }

    proptest::proptest! {
        /// What is taken as it stands is what the crate `url` would write.
        #[test]
        fn plain_addresses_are_those_that_stay_as_they_are(
            text in "https?://[a-z0-9X.:@-]{1,12}(/[a-zA-Z0-9._~!$&'()*+,;=:@%?#|\"<>{}^\\[\\]\\\\ -]{0,12}){0,3}",
            near in "https://a\\.[a-z0-9-]{1,6}(/(\\.{1,3}|%2e|%2E|[a-z%?]{1,4})){1,3}",
        ) {
            for text in [&text, &near] {
                if is_canonical(text) {
                    let written = Url::parse(text).map(String::from);
                    proptest::prop_assert_eq!(written.as_ref().ok(), Some(text));
                }
            }
        }
    }

    proptest::proptest! {
        /// Damaged recordings hold anything, in the host above all: capitals beside characters beyond ASCII among it.
        #[test]
        fn whatever_stands_in_an_address_it_is_read_or_refused(
            text in "(https?)?[:\t]?[/\\\\]{0,3}[aZéß\u{fffd}%4:@./?#\t\\[\\]-]{0,12}",
        ) {
            if let Some(written) = canonical(&text) {
                let again = canonical(&written);
                proptest::prop_assert_eq!(again.as_ref(), Some(&written));
            }
            let base = parse("https://app.example/").expect("an address");
            if let Some(target) = join(&base, &text) {
                proptest::prop_assert!(target.to_navigate().is_ascii());
            }
        }
    }

    #[test]
    fn the_usual_addresses_are_taken_as_they_stand() {
        assert!(is_canonical(
            "https://app.example/api/v1/items?id=7&name=a%20b"
        ));
        assert!(is_canonical("http://localhost/"));
        for other in [
            "https://127.0.0.1/",
            "https://a.0x7f/",
            "https://a.example/a/../b",
            "https://a.example/%2E%2e/b",
            "https://a.example/#b",
            "https://a.example:443/",
            "https://xn--a.example/",
        ] {
            assert!(!is_canonical(other), "{other}");
        }
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
