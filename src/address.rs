//! Addresses as browsers write them, cut into their parts; what may be shown or kept; whether one signs in there.
//!
//! # Implementation notes
//! The edges hand over addresses in the URL standard's own serialisation (a browser always does; the inputs for recordings
//! use the crate `url`), so there is nothing to parse here but to cut. A general parser is a quarter of the wasm's budget.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Longest address that is kept; a longer one is cut to its path.
const KEPT_MAX: usize = 2048;

/// Longest address that is shown.
const SHOWN_MAX: usize = 200;

/// An absolute http or https address. Serialising it drops user info, fragment, and every part that looks like a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    scheme: String,
    /// User name and password, as they stand before the `@`.
    user_info: String,
    host: String,
    port: Option<u16>,
    /// Begins with `/`.
    path: String,
    query: Option<String>,
    site: Option<String>,
}

impl Address {
    /// Cuts an absolute address as a browser writes it; `None` for what is none (`about:blank` has no host).
    #[must_use]
    pub fn parse(text: &str, site: Option<&str>) -> Option<Address> {
        let text = text.split('#').next()?;
        let (scheme, rest) = text.split_once("://")?;
        if !scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        {
            return None;
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (user_info, host_port) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (host, port) = match host_port.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse().ok()?)),
            _ => (host_port, None),
        };
        if host.is_empty() || host.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return None;
        }
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (rest, None),
        };
        Some(Address {
            scheme: scheme.to_ascii_lowercase(),
            user_info: user_info.to_owned(),
            host: host.to_ascii_lowercase(),
            port,
            path: if path.is_empty() {
                "/".to_owned()
            } else {
                path.to_owned()
            },
            query,
            site: site
                .filter(|site| (1..=253).contains(&site.len()))
                .map(str::to_owned),
        })
    }

    /// The absolute address `target` that a redirect from here leads to; it keeps the site where it is still the same.
    #[must_use]
    pub fn leads_to(&self, target: &str) -> Option<Address> {
        let mut target = Address::parse(target, None)?;
        target.site = self
            .site
            .clone()
            .filter(|site| host_is_within(&target.host, site));
        Some(target)
    }

    /// At most how many bytes it takes when written down.
    #[must_use]
    pub fn weight(&self) -> usize {
        let text = self.host.len() + self.path.len() + self.query.as_ref().map_or(0, String::len);
        text.min(KEPT_MAX) + self.site.as_ref().map_or(0, String::len) + 24
    }

    /// The same without query and user info.
    #[must_use]
    pub fn bare(&self) -> Address {
        Address {
            query: None,
            user_info: String::new(),
            ..self.clone()
        }
    }

    /// The port, where it is not the scheme's own.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The whole address without user info: for navigation only, never for display or storage.
    #[must_use]
    pub fn to_navigate(&self) -> String {
        let mut text = self.at(&self.path);
        if let Some(query) = &self.query {
            text.push('?');
            text.push_str(query);
        }
        text
    }

    /// The host, lower-case; an IPv6 address keeps its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host, with the port where it is not the scheme's own.
    #[must_use]
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// The registrable domain, or the host where none is known.
    #[must_use]
    pub fn site(&self) -> &str {
        self.site.as_deref().unwrap_or(&self.host)
    }

    /// Scheme, host and port (RFC 6454 §6.2).
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority())
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether user name or password stand in it.
    #[must_use]
    pub fn has_user_info(&self) -> bool {
        !self.user_info.is_empty()
    }

    /// Whether what is sent there leaves this device in the clear: http, and not a loopback host.
    #[must_use]
    pub fn is_plain_http(&self) -> bool {
        let host = self.host();
        let loopback = host == "localhost"
            || host.ends_with(".localhost")
            || host.starts_with("127.")
            || host == "[::1]";
        self.scheme == "http" && !loopback
    }

    /// Whether both have scheme, host and port in common.
    #[must_use]
    pub fn same_origin(&self, other: &Address) -> bool {
        self.scheme == other.scheme && self.host == other.host && self.port == other.port
    }

    /// Whether both belong to one registrable domain, as far as is known.
    #[must_use]
    pub fn same_site(&self, other: &Address) -> bool {
        self.site() == other.site()
            || host_is_within(self.host(), other.site())
            || host_is_within(other.host(), self.site())
    }

    /// Whether both lead to the same document: all but the fragment is equal, as far as both are known.
    /// An address that was written down and read back lacks its secret parts.
    #[must_use]
    pub fn same_document(&self, other: &Address) -> bool {
        (self.same_page(other) && self.query == other.query) || self.kept() == other.kept()
    }

    /// The same host and path, whatever the query.
    #[must_use]
    pub fn same_page(&self, other: &Address) -> bool {
        self.same_origin(other) && self.path() == other.path()
    }

    /// Names of the parameters; those that only count visitors (`utm_source`, `fbclid`) are nobody's loss.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &str> {
        let counts = |name: &&str| !name.starts_with("utm_") && !name.ends_with("clid");
        self.pairs().map(|(name, _)| name).filter(counts)
    }

    /// The address at the root of the same origin with this path.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// For display and reports: no user info, no fragment, no query values, no path segment that looks like a secret.
    #[must_use]
    pub fn shown(&self) -> String {
        let segments: Vec<&str> = self
            .path
            .split('/')
            .map(|part| if looks_secret(part) { "…" } else { part })
            .collect();
        let mut text = self.at(&segments.join("/"));
        for (at, (name, _)) in self.pairs().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            text.extend(if looks_secret(name) { "…" } else { name }.chars().take(40));
            text.push_str("=…");
        }
        if text.chars().count() > SHOWN_MAX {
            text = text.chars().take(SHOWN_MAX - 1).chain(['…']).collect();
        }
        text
    }

    /// For storage: still an address one can go to, but without user info, secret-looking query parts,
    /// and all of the path that follows a secret-looking segment.
    #[must_use]
    pub fn kept(&self) -> String {
        let segments: Vec<&str> = self
            .path
            .split('/')
            .take_while(|part| !looks_secret(part))
            .collect();
        let path = segments.join("/");
        let mut text = self.at(if path.is_empty() { "/" } else { &path });
        if text.len() > KEPT_MAX {
            return self.at("/");
        }
        let without_query = text.len();
        for (name, value) in self.pairs() {
            let empty = name.is_empty() && value.is_empty();
            if empty || is_secret_name(name) || looks_secret(value) {
                continue;
            }
            text.push(if text.len() == without_query {
                '?'
            } else {
                '&'
            });
            text.push_str(name);
            if !value.is_empty() {
                text.push('=');
                text.push_str(value);
            }
        }
        if text.len() > KEPT_MAX {
            text.truncate(without_query);
        }
        text
    }

    /// Names and values of the query, as they stand (percent-encoded).
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let parts = self
            .query
            .as_deref()
            .unwrap_or_default()
            .split('&')
            .filter(|part| !part.is_empty());
        parts.map(|part| part.split_once('=').unwrap_or((part, "")))
    }

    pub(crate) fn has_parameter(&self, wanted: &str) -> bool {
        self.pairs().any(|(name, _)| name == wanted)
    }

    /// Whether this is a page where one signs in, by its path or host (the forms that real products use).
    #[must_use]
    pub fn is_sign_in(&self) -> bool {
        is_sign_in_host(self.host(), self.path())
            || is_sign_in_path(self.path())
            || self.asks_a_sign_in_service()
    }

    /// Whether it ends a session: being sent to a sign-in page from there is what the person wanted.
    #[must_use]
    pub fn is_sign_out(&self) -> bool {
        let path: String = self
            .path()
            .chars()
            .filter(|c| !matches!(c, '-' | '_'))
            .collect::<String>()
            .to_ascii_lowercase();
        ["logout", "signout", "logoff", "endsession"]
            .iter()
            .any(|word| path.contains(word))
    }

    /// Whether opening it may do something by itself: a one-time link, an unsubscription, a payment.
    #[must_use]
    pub fn acts_when_opened(&self) -> bool {
        let text = self.to_navigate().to_ascii_lowercase();
        let secret = self
            .pairs()
            .any(|(name, value)| is_secret_name(name) || looks_secret(value));
        secret
            || self.path.split('/').any(looks_secret)
            || self.has_parameter("code")
            || ["unsubscribe", "payment", "checkout", "confirm", "delete"]
                .iter()
                .any(|word| text.contains(word))
    }

    /// An OAuth 2.0 authorisation request (RFC 6749 §4.1.1) or a SAML request carried by redirect.
    fn asks_a_sign_in_service(&self) -> bool {
        let has = |wanted: &str| self.has_parameter(wanted);
        (has("client_id") && has("response_type")) || has("SAMLRequest")
    }

    /// Whether this is where a sign-in service sends people back to with its answer: never to be loaded twice.
    #[must_use]
    pub fn is_hand_off(&self) -> bool {
        let has = |wanted: &str| self.has_parameter(wanted);
        (has("code") && has("state")) || has("SAMLResponse") || (has("error") && has("state"))
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.kept(), &self.site).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (text, site) = <(String, Option<String>)>::deserialize(deserializer)?;
        Address::parse(&text, site.as_deref())
            .ok_or_else(|| serde::de::Error::custom("expected an absolute address"))
    }
}

/// Whether `host` is `domain` or lies below it.
#[must_use]
pub fn host_is_within(host: &str, domain: &str) -> bool {
    !domain.is_empty()
        && (host == domain
            || host
                .strip_suffix(domain)
                .is_some_and(|rest| rest.ends_with('.') && rest.len() > 1))
}

/// First path segments (or pairs) that lead to a sign-in page, lower-case, with `-` and `_` removed.
const SIGN_IN_SEGMENTS: &[&str] = &[
    "login",
    "logon",
    "signin",
    "login.jsp",
    "login.action",
    "login.php",
    "login.aspx",
    "login.html",
    "login.do",
    "wplogin.php",
    "signon",
    "sso",
    "adfs",
    "userlogin",
    "dologin",
    "jsecuritycheck",
    "authenticate.aspx",
    "my.policy",
    "dananaauth",
];

fn is_sign_in_path(path: &str) -> bool {
    let plain: String = path
        .chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .collect::<String>()
        .to_ascii_lowercase();
    let segments: Vec<&str> = plain.split('/').filter(|s| !s.is_empty()).collect();
    if segments.iter().any(|segment| {
        let bare = segment.split(';').next().unwrap_or_default();
        // Rails answers the same action to scripts under the name with a format.
        let action = bare.strip_suffix(".json").unwrap_or(bare);
        SIGN_IN_SEGMENTS.contains(&bare) || SIGN_IN_SEGMENTS.contains(&action)
    }) {
        return true;
    }
    const PAIRS: &[[&str; 2]] = &[
        ["session", "new"],
        ["sessions", "new"],
        ["oauth2", "start"],
        ["oauth2", "auth"],
        ["oauth2", "authorize"],
        ["oauth", "authorize"],
        ["connect", "authorize"],
        ["openidconnect", "auth"],
        ["saml", "login"],
        ["saml2", "login"],
        ["cas", "login"],
        ["forms", "default.aspx"],
        ["danana", "auth"],
    ];
    segments
        .windows(2)
        .any(|pair| PAIRS.iter().any(|known| known[..] == *pair))
}

/// Hosts that do nothing but sign people in.
fn is_sign_in_host(host: &str, path: &str) -> bool {
    const HOSTS: &[&str] = &[
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.windows.net",
        "login.live.com",
        "accounts.google.com",
        "auth.docker.io",
        "appleid.apple.com",
        "id.atlassian.com",
    ];
    const PARENTS: &[&str] = &[
        "okta.com",
        "oktapreview.com",
        "auth0.com",
        "onelogin.com",
        "cloudflareaccess.com",
        "amazoncognito.com",
        "pingone.com",
        "duosecurity.com",
    ];
    HOSTS.contains(&host)
        || PARENTS.iter().any(|parent| {
            host != *parent && !host.starts_with("www.") && host_is_within(host, parent)
        })
        || (host == "github.com" && path.starts_with("/login/oauth"))
}

/// Names of query parameters whose values open doors.
fn is_secret_name(name: &str) -> bool {
    const PARTS: &[&str] = &[
        "token",
        "secret",
        "password",
        "passwd",
        "pwd",
        "apikey",
        "api_key",
        "signature",
        "credential",
        "jwt",
        "saml",
        "assertion",
        "ticket",
        "otp",
        "magic",
        "session",
        "nonce",
        "verifier",
    ];
    const WHOLE: &[&str] = &[
        "code",
        "state",
        "key",
        "sig",
        "sid",
        "auth",
        "hash",
        "pass",
        "user",
        "username",
        "email",
        "login",
        "relaystate",
    ];
    let name = name.to_ascii_lowercase();
    WHOLE.contains(&name.as_str()) || PARTS.iter().any(|part| name.contains(part))
}

/// Whether a piece of an address is long and random enough to be a key.
fn looks_secret(piece: &str) -> bool {
    let length = piece.len();
    if length < 20 {
        return false;
    }
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let upper = piece.bytes().filter(u8::is_ascii_uppercase).count();
    let lower = piece.bytes().filter(u8::is_ascii_lowercase).count();
    let separators = piece
        .bytes()
        .filter(|b| matches!(b, b'-' | b'_' | b'.' | b'+' | b' ' | b'/'))
        .count();
    // Words joined by separators are a title, not a key; a UUID or a JWT still has digits in plenty.
    let wordy = separators * 4 >= length / 2 && digits * 5 < length;
    !wordy
        && (digits * 6 >= length
            || (upper * 5 >= length && lower * 5 >= length)
            || (separators == 0 && length >= 40))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text, None).expect(text)
    }

    #[test]
    fn what_is_shown_has_no_values() {
        let a = address(
            "https://ann:pw@example.com/reset/9f86d081884c7d659a2feaa0c55ad015?token=abc&page=2#x",
        );
        assert_eq!(a.shown(), "https://example.com/reset/…?token=…&page=…");
    }

    #[test]
    fn what_is_kept_can_be_opened_but_holds_no_secret() {
        let a = address("https://ann:pw@example.com/doc/42?code=abc&state=xyz&page=2");
        assert_eq!(a.kept(), "https://example.com/doc/42?page=2");
        let b = address("https://example.com/magic/9f86d081884c7d659a2feaa0c55ad015/go");
        assert_eq!(b.kept(), "https://example.com/magic");
        let d = address("https://example.com/login?next=/doc/a%2Fb&token=abc&raw");
        assert_eq!(d.kept(), "https://example.com/login?next=/doc/a%2Fb&raw");
        assert!(d.same_document(&address(&d.kept())));
        assert_eq!(
            address("https://example.com/?=&a=&&b=1").kept(),
            "https://example.com/?a&b=1"
        );
        let first = address("https://example.com/9f86d081884c7d659a2feaa0c55ad015");
        assert_eq!(first.kept(), "https://example.com/");
        let c = address("https://example.com/2024/a-very-long-title-of-some-article-about-things");
        assert_eq!(
            c.kept(),
            "https://example.com/2024/a-very-long-title-of-some-article-about-things"
        );
        assert!(
            address(&format!("https://example.com/?q={}", "w ".repeat(5000)))
                .kept()
                .len()
                <= KEPT_MAX
        );
    }

    #[test]
    fn sign_in_pages_of_real_products_are_known() {
        for path in [
            "/login",
            "/log-in",
            "/sign_in",
            "/users/sign_in",
            "/users/sign_in.json",
            "/accounts/login/",
            "/admin/login/",
            "/user/login",
            "/Account/Login",
            "/login.jsp",
            "/wp-login.php",
            "/auth/login",
            "/session/new",
            "/sso",
            "/saml/login",
            "/cas/login",
            "/adfs/ls/",
            "/oauth2/start",
            "/oauth2/sign_in",
            "/oauth2/authorize",
            "/oauth/authorize",
            "/connect/authorize",
            "/auth/realms/x/protocol/openid-connect/auth",
            "/cdn-cgi/access/login/x",
            "/_forms/default.aspx",
            "/_layouts/15/Authenticate.aspx",
            "/.auth/login/aad",
            "/my.policy",
            "/login;jsessionid=1",
        ] {
            assert!(
                address(&format!("https://app.example{path}")).is_sign_in(),
                "{path}"
            );
        }
        for path in [
            "/",
            "/blog/login-tips",
            "/logins",
            "/session",
            "/design/systems",
            "/signing",
            "/api/oauth2",
            "/passo",
        ] {
            assert!(
                !address(&format!("https://app.example{path}")).is_sign_in(),
                "{path}"
            );
        }
        assert!(address("https://acme.okta.com/app").is_sign_in());
        assert!(!address("https://www.okta.com/pricing").is_sign_in());
    }

    #[test]
    fn hosts_within_a_domain() {
        assert!(host_is_within("a.example.com", "example.com"));
        assert!(!host_is_within("badexample.com", "example.com"));
        assert!(!host_is_within("example.com", ""));
    }

    #[test]
    fn hand_offs_are_known_by_their_parameters() {
        assert!(address("https://app.example/cb?code=1&state=2").is_hand_off());
        assert!(!address("https://app.example/shop?code=SAVE10").is_hand_off());
    }
}
