//! Addresses as browsers write them, cut into their parts; what may be shown or kept; whether one signs in there.
//!
//! # Implementation notes
//! The edges hand over addresses in the URL standard's own serialisation (a browser always does; the inputs for recordings
//! use the crate `url`), so there is nothing to parse here but to cut. A general parser is a quarter of the wasm's budget.

#[cfg(target_arch = "wasm32")]
use std::{cell::OnceCell as Once, rc::Rc as Shared};
// Where there are threads, an address can go to another one.
#[cfg(not(target_arch = "wasm32"))]
use std::{sync::Arc as Shared, sync::OnceLock as Once};

use crate::kept::{Keep, Reader, Writer, kept_enum};
use crate::text;

/// Longest address that is kept; a longer one is cut to its path.
const KEPT_MAX: usize = 2048;

/// Longest address that is shown.
const SHOWN_MAX: usize = 200;

/// An absolute http or https address. Writing it down drops user info, fragment, and every part that looks like a secret.
///
/// It never changes, so all copies share one: a hop, an exchange and a visit each have the address of the same request.
#[derive(Clone, Debug)]
pub struct Address(Shared<Parts>);

#[derive(Clone, Debug, Default)]
struct Parts {
    scheme: String,
    /// User name and password, as they stand before the `@`.
    user_info: String,
    host: String,
    port: Option<u16>,
    /// Begins with `/`.
    path: String,
    query: Option<String>,
    /// The fragment names a sign-in page, as single-page apps have them: `/#/login`. Nothing else of it is kept.
    routes_to_sign_in: bool,
    site: Option<String>,
    /// What it is for, once somebody asked or it was read back: the parts that told it are not written down, and each
    /// time a tab is written down every address of it is asked.
    purpose: Once<Purpose>,
    /// Whether one signs in there, once somebody asked: the rules ask it of every hop of a tab.
    sign_in: Once<bool>,
    /// How it is written down, once it was.
    kept: Once<String>,
}

/// What opening an address does, told from parts of it that are secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// It shows a page.
    Page,
    /// It brings back the answer of a sign-in service.
    HandOff,
    /// It is a link that works once, as mails have them.
    OneTimeLink,
    /// It carries the token of whom it is opened for (RFC 6750 §2.3).
    Token,
    /// It does something else by itself: it carries a secret, or pays, deletes, unsubscribes.
    Act,
}

kept_enum!(Purpose {
    Page,
    HandOff,
    OneTimeLink,
    Token,
    Act
});

impl Parts {
    fn cut(text: &str, site: Option<&str>) -> Option<Parts> {
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (scheme, rest) = text.split_once(':')?;
        let rest = rest.strip_prefix("//")?;
        if !scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        {
            return None;
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end)?;
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
        Some(Parts {
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
            routes_to_sign_in: !fragment.is_empty()
                && fragment
                    .split(['/', '!', '?', '&'])
                    .any(|part| is_sign_in_segment(&plain(part))),
            site: site_of_length(site),
            ..Parts::default()
        })
    }
}

impl Address {
    /// Cuts an absolute address as a browser writes it; `None` for what is none (`about:blank` has no host).
    #[must_use]
    pub fn parse(text: &str, site: Option<&str>) -> Option<Address> {
        Parts::cut(text, site).map(Address::of)
    }

    fn of(parts: Parts) -> Address {
        Address(Shared::new(parts))
    }

    /// A copy with other parts; what it is for stays known, since the parts that told it may be gone.
    fn with(&self, change: &dyn Fn(&mut Parts)) -> Address {
        let mut parts = Parts {
            sign_in: Once::new(),
            kept: Once::new(),
            ..Parts::clone(&self.0)
        };
        change(&mut parts);
        Address::of(parts)
    }

    /// The absolute address `target` that a redirect from here leads to; it keeps the site where it is still the same.
    #[must_use]
    pub fn leads_to(&self, target: &str) -> Option<Address> {
        let mut parts = Parts::cut(target, None)?;
        let site = self.0.site.clone();
        parts.site = site.filter(|site| host_is_within(&parts.host, site));
        Some(Address::of(parts))
    }

    /// The same with its registrable domain, and as browsers tell of what a redirect leads to: without user info.
    #[must_use]
    pub fn of_site(&self, site: Option<&str>) -> Address {
        self.with(&|parts| {
            parts.site = site_of_length(site);
            parts.user_info = String::new();
        })
    }

    /// At most how many bytes it takes when written down.
    #[must_use]
    pub fn weight(&self) -> usize {
        let text =
            self.0.host.len() + self.0.path.len() + self.0.query.as_ref().map_or(0, String::len);
        text.min(KEPT_MAX) + self.0.site.as_ref().map_or(0, String::len) + 24
    }

    /// The same without query and user info.
    #[must_use]
    pub fn bare(&self) -> Address {
        self.with(&|parts| {
            parts.query = None;
            parts.user_info = String::new();
            parts.purpose = Once::new();
        })
    }

    /// The port, where it is not the scheme's own.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.0.port
    }

    /// The whole address without user info: for navigation only, never for display or storage.
    #[must_use]
    pub fn to_navigate(&self) -> String {
        let mut text = self.at(&self.0.path);
        if let Some(query) = &self.0.query {
            text.push('?');
            text.push_str(query);
        }
        text
    }

    /// The host, lower-case; an IPv6 address keeps its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.0.host
    }

    /// The host, with the port where it is not the scheme's own.
    #[must_use]
    pub fn authority(&self) -> String {
        match self.0.port {
            Some(port) => text::concat(&[&self.0.host, ":", &text::number(port)]),
            None => self.0.host.clone(),
        }
    }

    /// The registrable domain, or the host where none is known.
    #[must_use]
    pub fn site(&self) -> &str {
        self.0.site.as_deref().unwrap_or(&self.0.host)
    }

    /// Scheme, host and port (RFC 6454 §6.2).
    #[must_use]
    pub fn origin(&self) -> String {
        self.at("")
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Whether user name or password stand in it.
    #[must_use]
    pub fn has_user_info(&self) -> bool {
        !self.0.user_info.is_empty()
    }

    /// Whether what is sent there leaves this device in the clear: http, and not a loopback host.
    #[must_use]
    pub fn is_plain_http(&self) -> bool {
        let host = self.host();
        let loopback = host == "localhost"
            || host.ends_with(".localhost")
            || host.starts_with("127.")
            || host == "[::1]";
        self.0.scheme == "http" && !loopback
    }

    /// Whether it is an https address.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme == "https"
    }

    /// Whether both have scheme, host and port in common.
    #[must_use]
    pub fn same_origin(&self, other: &Address) -> bool {
        self.0.scheme == other.0.scheme
            && self.0.host == other.0.host
            && self.0.port == other.0.port
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
        self.same_origin(other)
            && ((self.0.path == other.0.path && self.0.query == other.0.query)
                || self.kept() == other.kept())
    }

    /// The same host and path, whatever the query.
    #[must_use]
    pub fn same_page(&self, other: &Address) -> bool {
        self.same_origin(other) && self.path() == other.path()
    }

    /// The same page at the origin of another address.
    #[must_use]
    pub fn moved_to(&self, origin: &Address) -> Address {
        self.with(&|parts| {
            parts.scheme = origin.0.scheme.clone();
            parts.host = origin.0.host.clone();
            parts.port = origin.0.port;
        })
    }

    /// The same origin by https. An unusual port stays: a server can speak both there, and no other is known.
    #[must_use]
    pub fn secured(&self) -> Address {
        self.with(&|parts| parts.scheme = "https".to_owned())
    }

    /// The same at another host.
    #[must_use]
    pub fn at_host(&self, host: &str) -> Address {
        self.with(&|parts| parts.host = host.to_owned())
    }

    /// Names of the parameters; those that only count visitors (`utm_source`, `fbclid`) are nobody's loss.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &str> {
        let counts = |name: &&str| !name.starts_with("utm_") && !name.ends_with("clid");
        self.pairs().map(|(name, _)| name).filter(counts)
    }

    /// The address at the root of the same origin with this path.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        // Written piece by piece: each save of a tab writes every address of it.
        let mut text =
            String::with_capacity(self.0.scheme.len() + self.0.host.len() + path.len() + 9);
        text.push_str(&self.0.scheme);
        text.push_str("://");
        text.push_str(&self.0.host);
        if let Some(port) = self.0.port {
            text.push(':');
            crate::text::push_number(&mut text, i64::from(port));
        }
        text.push_str(path);
        text
    }

    /// For display and reports: no user info, no fragment, no query values, no path segment that looks like a secret.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut text = self.origin();
        for part in self.0.path.split('/').skip(1) {
            text.push('/');
            text.push_str(if looks_secret(part) { "…" } else { part });
        }
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
        self.written().clone()
    }

    fn written(&self) -> &String {
        self.0.kept.get_or_init(|| self.write_kept())
    }

    fn write_kept(&self) -> String {
        let open = self
            .0
            .path
            .split('/')
            .take_while(|part| !looks_secret(part));
        let end: usize = open.map(|part| part.len() + 1).sum();
        let path = self.0.path.get(..end.saturating_sub(1)).unwrap_or_default();
        let mut text = self.at(if path.is_empty() { "/" } else { path });
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
        if self.0.routes_to_sign_in {
            text.push_str("#/login");
        }
        text
    }

    /// Names and values of the query, as they stand (percent-encoded).
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let parts = self
            .0
            .query
            .as_deref()
            .unwrap_or_default()
            .split('&')
            .filter(|part| !part.is_empty());
        parts.map(|part| part.split_once('=').unwrap_or((part, "")))
    }

    /// The first of them that is wanted. One way of looking at them for all, since each takes its part of the wasm.
    fn find_pair(&self, wanted: &dyn Fn(&str, &str) -> bool) -> Option<(&str, &str)> {
        self.pairs().find(|(name, value)| wanted(name, value))
    }

    /// Whether the query has this parameter. One whose value is a secret is known only until the address is written down.
    #[must_use]
    pub fn has_parameter(&self, wanted: &str) -> bool {
        self.parameter(wanted).is_some()
    }

    /// The query as it stands; empty where there is none. It may have secrets in it: for judging, not for showing.
    #[must_use]
    pub(crate) fn query(&self) -> &str {
        self.0.query.as_deref().unwrap_or_default()
    }

    /// The value of a parameter, as it stands (percent-encoded).
    #[must_use]
    pub(crate) fn parameter(&self, wanted: &str) -> Option<&str> {
        self.find_pair(&|name, _| name == wanted)
            .map(|(_, value)| value)
    }

    /// Whether the address is signed and holds until a time (Laravel's signed addresses, and storage services: Amazon's,
    /// Azure's, OpenStack's).
    #[must_use]
    pub(crate) fn is_signed(&self) -> bool {
        let signature = |name: &str, _: &str| {
            name.ends_with("ignature") || name == "sig" || name.ends_with("_sig")
        };
        let end =
            |name: &str, _: &str| name.ends_with("xpires") || matches!(name, "se" | "q-sign-time");
        self.find_pair(&signature).is_some() && self.find_pair(&end).is_some()
    }

    /// Whether the last part of the path has one of these names, whatever its ending and its marks.
    #[must_use]
    pub fn is_named(&self, names: &[&str]) -> bool {
        last_part(&plain(&self.0.path)).is_some_and(|last| names.contains(&stem(last)))
    }

    /// Whether it is the page of one of these names, by the last part of its path or by its query.
    #[must_use]
    pub(crate) fn is_page(&self, names: &[&str]) -> bool {
        self.is_named(names) || self.has_route(&|part| names.contains(&part))
    }

    /// Whether one asks for the one-time code of a second factor there, by its path.
    #[must_use]
    pub(crate) fn asks_for_code(&self) -> bool {
        self.has_part(CODES)
    }

    /// What the page is called, for display: the last part of the path; the host where there is none, or one that looks
    /// like a secret.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        last_part(&self.0.path)
            .filter(|part| !looks_secret(part))
            .unwrap_or(&self.0.host)
    }

    /// Whether any part of the path has one of these names, whatever its ending and its marks.
    #[must_use]
    pub fn has_part(&self, names: &[&str]) -> bool {
        plain(&self.0.path)
            .split('/')
            .any(|part| names.contains(&stem(part)))
    }

    /// The same with this in place of a part of path and query; `None` where it is not there.
    #[must_use]
    pub fn with_replaced(&self, part: &str, by: &str) -> Option<String> {
        let kept = self.kept();
        let (before, after) = text::split_at(&kept, part)?;
        Some(text::concat(&[before, by, after]))
    }

    /// Whether this is a page where one signs in, by its path or host (the forms that real products use).
    #[must_use]
    pub fn is_sign_in(&self) -> bool {
        *self.0.sign_in.get_or_init(|| self.asks_who())
    }

    fn asks_who(&self) -> bool {
        let named = is_sign_in_host(self.host(), self.path())
            || is_sign_in_path(self.path())
            || self.0.routes_to_sign_in;
        let asks = || {
            self.asks_a_sign_in_service() || self.is_gate() || self.has_route(&is_sign_in_segment)
        };
        // What is told by its query can end a session as well.
        named || asks() && !self.is_sign_out()
    }

    /// Whether the query says which page it is, and a part of that has this meaning: `?action=Login`,
    /// `?route=account/login`, `?task=user.logout`.
    fn has_route(&self, means: &dyn Fn(&str) -> bool) -> bool {
        self.find_pair(&|name, value| {
            // `?/cp/login` is a path of its own.
            let is_path = name.starts_with('/');
            let value = if is_path { name } else { value };
            // A slash is written `%2F`, too.
            let ends = |c: char| matches!(c, '/' | '.' | ':' | '%');
            (is_path || ROUTES.contains(&name))
                && plain(value)
                    .split(ends)
                    .any(|part| means(part.strip_prefix("2f").unwrap_or(part)))
        })
        .is_some()
    }

    /// Whether it ends a session: being sent to a sign-in page from there is what the person wanted.
    #[must_use]
    pub fn is_sign_out(&self) -> bool {
        let signs_out = |said: &str| SIGN_OUT_WORDS.iter().any(|word| text::has(said, word));
        signs_out(&plain(self.path())) || self.has_parameter("logout") || self.has_route(&signs_out)
    }

    /// Whether opening it may do something by itself: a one-time link, an unsubscription, a payment.
    #[must_use]
    pub fn acts_when_opened(&self) -> bool {
        self.purpose() != Purpose::Page
    }

    /// Whether it is a link that works once, as mails have them for signing in, confirming and choosing a new password.
    #[must_use]
    pub fn is_one_time_link(&self) -> bool {
        self.purpose() == Purpose::OneTimeLink
    }

    /// Whether the token of whom it is opened for stands in it, and it is no link that works once.
    #[must_use]
    pub(crate) fn carries_token(&self) -> bool {
        self.purpose() == Purpose::Token
    }

    /// Whether its path says that it is opened once, to confirm something: a sign-in page is opened often.
    #[must_use]
    pub(crate) fn is_named_as_link(&self) -> bool {
        let path = self.0.path.to_ascii_lowercase();
        !self.is_sign_in() && LINK_WORDS.iter().any(|word| text::has(&path, word))
    }

    /// Whether a message in the query says that something ran out (`?notice=expired-token`).
    #[must_use]
    pub(crate) fn says_expired(&self) -> bool {
        let names = ["notice", "message", "msg", "reason", "alert", "flash"];
        self.says(&names, &["expired"])
    }

    /// Whether a parameter of one of these names has one of these words in it.
    #[must_use]
    pub(crate) fn says(&self, names: &[&str], words: &[&str]) -> bool {
        let says = |name: &str, value: &str| {
            let value = value.to_ascii_lowercase();
            names.contains(&name) && words.iter().any(|word| text::has(&value, word))
        };
        self.find_pair(&says).is_some()
    }

    fn purpose(&self) -> Purpose {
        *self.0.purpose.get_or_init(|| self.read_purpose())
    }

    fn read_purpose(&self) -> Purpose {
        let has = |wanted: &str| self.has_parameter(wanted);
        // The tickets of CAS are one of these answers too (CAS Protocol 3.0 §3.1).
        let ticket = self
            .parameter("ticket")
            .is_some_and(|ticket| ticket.starts_with("ST-"));
        let answers = has("state") && (has("code") || has("error"));
        if answers || has("SAMLResponse") || ticket {
            return Purpose::HandOff;
        }
        let secret = has("code")
            || self.0.path.split('/').any(looks_secret)
            || self
                .find_pair(&|name, value| is_secret_name(name) || looks_secret(value))
                .is_some();
        let of_link = self.0.path.split('/').any(looks_secret)
            || self
                .find_pair(&|name, _| LINK_PARAMETERS.iter().any(|known| name.ends_with(known)))
                .is_some();
        let said = text::concat(&[&self.0.path, self.0.query.as_deref().unwrap_or_default()])
            .to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text::has(&said, word));
        if of_link && says(LINK_WORDS) {
            Purpose::OneTimeLink
        } else if TOKENS.iter().any(|name| has(name)) {
            Purpose::Token
        } else if secret || says(ACT_WORDS) {
            Purpose::Act
        } else {
            Purpose::Page
        }
    }

    /// A part of a site that is named for signing in, and that is told where to lead back to (forward authentication).
    fn is_gate(&self) -> bool {
        let label = self.0.host.split('.').next().unwrap_or_default();
        let named = |part: &str| GATES.contains(&part);
        let named = named(label) || self.0.path.split('/').any(named);
        let leads_back = |name: &str, value: &str| {
            let known = name.starts_with("re") || ["r", "rd", "next", "service"].contains(&name);
            let leads = ["http", "%2F", "/"]
                .iter()
                .any(|begin| value.starts_with(begin));
            // A page that is named so itself may be given a way back within the site.
            known && (leads || !value.is_empty() && self.is_named(&["auth"]))
        };
        named && !self.takes_hand_offs() && self.find_pair(&leads_back).is_some()
    }

    /// An OAuth 2.0 authorisation request (RFC 6749 §4.1.1) or a SAML request carried by redirect.
    pub(crate) fn asks_a_sign_in_service(&self) -> bool {
        let has = |wanted: &str| self.has_parameter(wanted);
        let asks = has("response_type") || has("redirect_uri");
        let discovers = has("entityID") && has("return");
        (has("client_id") && asks) || has("SAMLRequest") || discovers
    }

    /// Whether this is where a sign-in service sends people back to with its answer: never to be loaded twice.
    #[must_use]
    pub fn is_hand_off(&self) -> bool {
        self.purpose() == Purpose::HandOff
    }

    /// Whether sign-in services post their answer here (SAML's POST binding, OAuth's `form_post`), by its path.
    #[must_use]
    pub fn takes_hand_offs(&self) -> bool {
        let path = self.0.path.to_ascii_lowercase();
        path.split('/')
            .any(|part| HAND_OFF_SEGMENTS.contains(&part))
    }

    /// Whether it lies in a network of its own, not in the Internet (RFC 1918).
    #[must_use]
    pub fn is_private(&self) -> bool {
        let mut parts = self.0.host.split('.').map(str::parse::<u8>);
        match (parts.next(), parts.next()) {
            (Some(Ok(10)), Some(Ok(_))) | (Some(Ok(192)), Some(Ok(168))) => true,
            (Some(Ok(172)), Some(Ok(second))) => (16..32).contains(&second),
            _ => false,
        }
    }
}

/// What pages for the one-time code of a second factor are called, without marks between words.
const CODES: &[&str] = &[
    "2fa",
    "mfa",
    "otp",
    "passcode",
    "secondfactor",
    "totp",
    "twofactor",
    "twofactorauthentication",
    "twostep",
    "verifyotp",
    "verifytotp",
];

/// Words of addresses that end a session, lower-case, with `-` and `_` removed.
const SIGN_OUT_WORDS: &[&str] = &[
    "logout",
    "signout",
    "logoff",
    "endsession",
    "abmeld",
    "uitlog",
    "deconnexion",
    "cerrarsesion",
    "wylog",
];

/// Names of parameters that say which page of a program is meant.
const ROUTES: &[&str] = &[
    "a",
    "act",
    "action",
    "c",
    "cmd",
    "controller",
    "dispatch",
    "do",
    "m",
    "main_page",
    "mod",
    "mode",
    "module",
    "op",
    "p",
    "page",
    "r",
    "route",
    "rt",
    "task",
    "view",
];

/// Words of links that work once.
const LINK_WORDS: &[&str] = &[
    "activat",
    "confirm",
    "invit",
    "login",
    "magic",
    "passwordless",
    "reset",
    "signin",
    "sign-in",
    "sign_in",
    "verif",
];

/// Endings of the names under which such links carry their secret.
const LINK_PARAMETERS: &[&str] = &["token", "otp", "magic", "hash", "key", "code"];

/// Names under which the token or key of whoever asks stands in an address.
const TOKENS: &[&str] = &["token", "access_token", "apikey", "api_key", "appid"];

/// Words of addresses that do something by being opened.
const ACT_WORDS: &[&str] = &[
    "unsubscribe",
    "payment",
    "/pay/",
    "purchase",
    "checkout",
    "confirm",
    "delete",
];

/// Names of hosts and paths that do nothing but sign people in.
const GATES: &[&str] = &[
    "auth", "login", "signin", "sso", "id", "idp", "accounts", "start",
];

/// Path segments at which sign-in services post their answers, lower-case.
const HAND_OFF_SEGMENTS: &[&str] = &[
    "acs",
    "callback",
    "idpresponse",
    "saml2",
    "saml2-acs.php",
    "shibboleth.sso",
    "signin-oidc",
    "simplesaml",
];

/// What an address is for follows from the rest.
impl Eq for Address {}

impl PartialEq for Address {
    fn eq(&self, other: &Address) -> bool {
        self.same_origin(other)
            && self.0.user_info == other.0.user_info
            && self.0.path == other.0.path
            && self.0.query == other.0.query
            && self.0.site == other.0.site
    }
}

impl Keep for Address {
    fn put(&self, to: &mut Writer) {
        self.written().put(to);
        self.0.site.put(to);
        self.purpose().put(to);
    }

    fn get(from: &mut Reader<'_>) -> Address {
        let (text, site): (String, Option<String>) = Keep::get(from);
        let purpose: Purpose = Keep::get(from);
        let parts = Parts::cut(&text, site.as_deref());
        if parts.is_none() {
            from.fail();
        }
        Address::of(Parts {
            purpose: Once::from(purpose),
            ..parts.unwrap_or_default()
        })
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
    "authsignin",
    "authdosignin",
    "login",
    "logon",
    "signin",
    "loginform",
    "loginpage",
    // Oracle APEX: `f?p=104:LOGIN_DESKTOP`.
    "logindesktop",
    "tologin",
    "wplogin",
    "pkmslogin",
    "commonauth",
    "signon",
    "sso",
    "adfs",
    "userlogin",
    "adminlogin",
    "weblogin",
    "wlogin",
    "logincheck",
    "requirelogin",
    "websso",
    "dologin",
    "jsecuritycheck",
    "authenticate",
    "authenticatebyname",
    "authn",
    "jspringsecuritycheck",
    "my.policy",
    "dananaauth",
    // German, French, Spanish and Portuguese, Italian, Dutch, Polish, Swedish, Czech, Turkish.
    "anmelden",
    "anmeldung",
    "einloggen",
    "connexion",
    "seconnecter",
    "acceder",
    "iniciarsesion",
    "entrar",
    "accedi",
    "inloggen",
    "zaloguj",
    "logowanie",
    "loggain",
    "acceso",
    "prihlaseni",
    "giris",
];

/// A path in lower case, without the marks that some write between words.
fn plain(path: &str) -> String {
    path.chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .collect::<String>()
        .to_ascii_lowercase()
}

/// The last part of a path; `None` where it has none.
fn last_part(path: &str) -> Option<&str> {
    path.rsplit('/').find(|part| !part.is_empty())
}

/// A site that can be one: no host's name is longer.
fn site_of_length(site: Option<&str>) -> Option<String> {
    let site = site.filter(|site| (1..=253).contains(&site.len()));
    site.map(str::to_owned)
}

/// A part of a path without the ending of a program or format: `login.aspx`, `login.json`. A style or a picture is none.
fn stem(part: &str) -> &str {
    const FILES: &[&str] = &[
        "css", "gif", "ico", "jpeg", "jpg", "js", "map", "mjs", "png", "svg", "txt", "webp",
        "woff", "woff2", "xml",
    ];
    let is_program = |ending: &str| {
        let short = (1..=6).contains(&ending.len());
        short && ending.bytes().all(|b| b.is_ascii_alphanumeric()) && !FILES.contains(&ending)
    };
    match part.rsplit_once('.') {
        Some((stem, ending)) if is_program(ending) => stem,
        _ => part,
    }
}

/// Whether a part of a plain path is the name of a sign-in page.
fn is_sign_in_segment(segment: &str) -> bool {
    let bare = segment.split(';').next().unwrap_or_default();
    SIGN_IN_SEGMENTS.contains(&bare)
        || SIGN_IN_SEGMENTS.contains(&stem(bare))
        || bare.ends_with(".login")
}

fn is_sign_in_path(path: &str) -> bool {
    let plain = plain(path);
    let segments: Vec<&str> = plain.split('/').filter(|s| !s.is_empty()).collect();
    // Nothing but that: below it lies all that has to do with accounts.
    if segments == ["auth"] || segments.iter().any(|segment| is_sign_in_segment(segment)) {
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
        ["auth", "validate"],
        ["saml", "login"],
        ["saml2", "login"],
        ["cas", "login"],
        ["forms", "default.aspx"],
        ["danana", "auth"],
        ["oam", "server"],
        ["vpn", "index.html"],
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
    WHOLE.contains(&name.as_str()) || PARTS.iter().any(|part| text::has(&name, part))
}

/// Whether a piece of an address is long and random enough to be a key.
pub(crate) fn looks_secret(piece: &str) -> bool {
    let length = piece.len();
    if length < 20 {
        return false;
    }
    if length > KEPT_MAX {
        // Too long to be kept in any case: not worth a look.
        return true;
    }
    let (mut digits, mut upper, mut lower, mut separators) = (0, 0, 0, 0);
    for byte in piece.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'A'..=b'Z' => upper += 1,
            b'a'..=b'z' => lower += 1,
            b'-' | b'_' | b'.' | b'+' | b' ' | b'/' => separators += 1,
            _ => {}
        }
    }
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
        assert_eq!((a.name(), a.bare().name()), ("example.com", "example.com"));
        assert_eq!(
            address("https://example.com/help/captcha/").name(),
            "captcha"
        );
    }

    #[test]
    fn what_a_redirect_leads_to_has_its_site_and_no_user_info() {
        let target = address("https://ann:pw@app.example.com/#/login");
        let known = target.of_site(Some("example.com"));
        assert_eq!(
            (known.site(), known.has_user_info()),
            ("example.com", false)
        );
        assert!(known.is_sign_in());
        let long = "a".repeat(254);
        assert_eq!(target.of_site(Some(&long)).site(), "app.example.com");
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
            "/index.php?action=Login&module=Users",
            "/index.php?route=account/login",
            "/index.php?route=account%2Flogin",
            "/i/?c=auth&a=login",
            "/doku.php?id=start&do=login",
            "/index.php?r=site/login",
            "/index.php?option=com_users&task=user.login",
            "/acl_users/credentials_cookie_auth/require_login?came_from=x",
            "/gateway/knoxsso/api/v1/websso?originalUrl=x",
            "/?next=/redfish/v1/Systems#/login",
            "/#!/login?back=%2F",
            "/nidlogin.login?mode=form",
            "/authorization/new?client_id=1&redirect_uri=https%3A%2F%2Fa.example&type=web_server",
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
            "/search?q=login",
            "/?login=failed",
            "/docs#login-tips",
            "/wiki?page=login-tips",
            "/index.php?action=logout",
            "/oidc/logout?client_id=1&redirect_uri=https%3A%2F%2Fa.example",
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
    fn what_ends_a_session_is_known() {
        for path in [
            "/logout",
            "/users/sign_out",
            "/wp-login.php?action=logout&_wpnonce=1",
            "/index.php?option=com_users&task=user.logout",
            "/?logout",
        ] {
            assert!(
                address(&format!("https://app.example{path}")).is_sign_out(),
                "{path}"
            );
        }
        for path in ["/", "/login", "/search?q=logout", "/index.php?action=login"] {
            assert!(
                !address(&format!("https://app.example{path}")).is_sign_out(),
                "{path}"
            );
        }
    }

    #[test]
    fn that_a_token_stood_in_it_is_known_when_it_is_read_back() {
        let carries = |text: &str| {
            let address = address(text);
            let back: Address = crate::kept::read(&crate::kept::write(&address)).expect("kept");
            assert!(!back.has_parameter("access_token"), "{back:?}");
            assert_eq!(back.carries_token(), address.carries_token(), "{text}");
            back.carries_token()
        };
        assert!(carries("https://api.example/me?access_token=abc"));
        assert!(carries("https://api.example/me?token=abc"));
        assert!(!carries("https://api.example/me?page=2"));
        assert!(!carries("https://app.example/verify?token=abc"));
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
