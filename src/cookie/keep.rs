//! Whether a browser keeps a cookie that a response sets (RFC 6265bis §5.7), as far as the response shows it.

use serde::{Deserialize, Serialize};

use crate::kept::kept_enum;

use super::{MAX_SIZE, SameSite, SetCookie, size};

/// Where a `Set-Cookie` line arrived.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Whether the response came by https.
    pub https: bool,
    /// Host of the request in lower case, without port.
    pub host: &'a str,
    /// Path of the request.
    pub path: &'a str,
    /// The host's registrable domain, if it has one and it is known.
    pub site: Option<&'a str>,
    /// Whether the page in the tab belongs to another site.
    pub third_party: bool,
}

/// Why a browser does not keep a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The line holds a control character.
    ControlCharacter,
    /// Neither name nor value.
    Empty,
    /// Name and value are longer than 4096 bytes.
    TooLarge,
    /// `Domain` is a public suffix, such as `co.uk`.
    PublicSuffix,
    /// `Domain` is not the host, nor a parent of it.
    DomainMismatch,
    /// `Secure` by plain http.
    SecureOnHttp,
    /// A `__Secure-` name without `Secure`.
    SecurePrefix,
    /// A `__Host-` name without `Secure`, with `Domain`, or without `Path=/`.
    HostPrefix,
    /// A `__Http-` name without `Secure` and `HttpOnly`.
    HttpPrefix,
    /// `SameSite=None` without `Secure`.
    SameSiteNoneNotSecure,
    /// `Partitioned` without `Secure`.
    PartitionedNotSecure,
    /// `SameSite=Strict` or `Lax` in a page of another site.
    SameSite,
    /// No `SameSite` in a page of another site: Chromium takes that for `Lax`.
    SameSiteDefault,
}

kept_enum!(Refusal {
    ControlCharacter,
    Empty,
    TooLarge,
    PublicSuffix,
    DomainMismatch,
    SecureOnHttp,
    SecurePrefix,
    HostPrefix,
    HttpPrefix,
    SameSiteNoneNotSecure,
    PartitionedNotSecure,
    SameSite,
    SameSiteDefault
});

impl Refusal {
    /// The rule that was broken, in the words of cookies.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::ControlCharacter => "control character",
            Self::Empty => "empty",
            Self::TooLarge => "4096 bytes",
            Self::PublicSuffix | Self::DomainMismatch => "Domain",
            Self::SecureOnHttp => "Secure",
            Self::SecurePrefix => "__Secure-",
            Self::HostPrefix => "__Host-",
            Self::HttpPrefix => "__Http-",
            Self::SameSiteNoneNotSecure => "SameSite=None",
            Self::PartitionedNotSecure => "Partitioned",
            Self::SameSite | Self::SameSiteDefault => "SameSite",
        }
    }

    /// Whether Firefox keeps the cookie all the same, by its default settings.
    #[must_use]
    pub fn is_chromium_only(self) -> bool {
        matches!(self, Self::SameSiteNoneNotSecure | Self::SameSiteDefault)
    }
}

impl SetCookie {
    /// Whether a browser with default settings keeps this cookie; if not, the first reason.
    ///
    /// The jar and the person's settings may still say no: this knows the response alone. Reasons that hold in every
    /// browser go before those of Chromium ([`Refusal::is_chromium_only`]).
    ///
    /// # Errors
    /// The reason why it is refused.
    ///
    /// ```
    /// use readmit::cookie::{Refusal, SetCookie, Setting};
    ///
    /// let setting = Setting { https: false, host: "a.test", path: "/", site: None, third_party: false };
    /// let cookie = SetCookie::parse("sid=x; Secure");
    /// assert_eq!(cookie.predict(&setting), Err(Refusal::SecureOnHttp));
    /// ```
    pub fn predict(&self, setting: &Setting<'_>) -> Result<(), Refusal> {
        // Both browsers trust loopback as they trust https (Chromium 89, Firefox 75).
        let is_secure = setting.https || is_loopback(setting.host);
        let same_site = self.same_site;
        let is_lax = matches!(same_site, Some(SameSite::Strict | SameSite::Lax));
        let reasons = [
            (self.has_control, Refusal::ControlCharacter),
            (self.name.is_empty() && self.value_size == 0, Refusal::Empty),
            (
                size(&self.name) + self.value_size > MAX_SIZE,
                Refusal::TooLarge,
            ),
            (self.is_for_public_suffix(setting), Refusal::PublicSuffix),
            (self.is_for_other_host(setting), Refusal::DomainMismatch),
            (self.secure && !is_secure, Refusal::SecureOnHttp),
            (
                has_prefix(&self.name, "__Secure-") && !self.secure,
                Refusal::SecurePrefix,
            ),
            (
                has_prefix(&self.name, "__Host-") && !self.is_for_this_host(),
                Refusal::HostPrefix,
            ),
            (
                (has_prefix(&self.name, "__Http-") || has_prefix(&self.name, "__Host-Http-"))
                    && !(self.secure && self.http_only),
                Refusal::HttpPrefix,
            ),
            (
                self.partitioned && !self.secure,
                Refusal::PartitionedNotSecure,
            ),
            (setting.third_party && is_lax, Refusal::SameSite),
            (
                same_site == Some(SameSite::None) && !self.secure,
                Refusal::SameSiteNoneNotSecure,
            ),
            (
                setting.third_party && same_site.is_none(),
                Refusal::SameSiteDefault,
            ),
        ];
        let reason = reasons.iter().find(|(holds, _)| *holds);
        reason.map_or(Ok(()), |(_, refusal)| Err(*refusal))
    }

    /// The path the cookie is for: its own, or the default one.
    #[must_use]
    pub fn effective_path<'a>(&'a self, setting: &Setting<'a>) -> &'a str {
        self.path
            .as_deref()
            .unwrap_or_else(|| default_path(setting.path))
    }

    /// A public suffix is shorter than the site of the host, or has one label only. As the whole host it stands for
    /// the host alone (§5.7, step 9).
    fn is_for_public_suffix(&self, setting: &Setting<'_>) -> bool {
        let Some(domain) = self
            .domain
            .as_deref()
            .filter(|domain| *domain != setting.host)
        else {
            return false;
        };
        let is_above_site = setting
            .site
            .is_some_and(|site| site != domain && domain_matches(site, domain));
        is_above_site || (!domain.contains('.') && domain_matches(setting.host, domain))
    }

    fn is_for_other_host(&self, setting: &Setting<'_>) -> bool {
        self.domain
            .as_deref()
            .is_some_and(|domain| !domain_matches(setting.host, domain))
    }

    /// What a `__Host-` name asks for (RFC 6265bis §4.1.3.2).
    fn is_for_this_host(&self) -> bool {
        self.secure && self.domain.is_none() && self.path.as_deref() == Some("/")
    }
}

/// Prefixes compare without case (RFC 6265bis §5.7, steps 21 and 22).
fn has_prefix(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

fn is_loopback(host: &str) -> bool {
    let is_name = host == "localhost" || host.ends_with(".localhost");
    let is_v4 = is_ipv4(host) && host.starts_with("127.");
    is_name || is_v4 || host == "[::1]"
}

/// A host whose last label is a number is an IPv4 address: the URL standard knows no others ("ends in a number").
fn is_ipv4(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a cookie for `domain` is sent to `host`; both in lower case (RFC 6265bis §5.1.3). An address has no parent.
#[must_use]
pub fn domain_matches(host: &str, domain: &str) -> bool {
    if host == domain {
        return true;
    }
    let is_address = host.starts_with('[') || is_ipv4(host);
    let is_below = host
        .strip_suffix(domain)
        .is_some_and(|rest| rest.ends_with('.'));
    is_below && !domain.is_empty() && !is_address
}

/// Whether a cookie for `cookie_path` is sent to `request_path` (RFC 6265bis §5.1.4).
#[must_use]
pub fn path_matches(request_path: &str, cookie_path: &str) -> bool {
    let Some(rest) = request_path.strip_prefix(cookie_path) else {
        return false;
    };
    rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/')
}

/// The path of a cookie without `Path`: the request's up to its last `/`, without it (RFC 6265bis §5.1.4).
#[must_use]
pub fn default_path(request_path: &str) -> &str {
    if !request_path.starts_with('/') {
        return "/";
    }
    match request_path.rsplit_once('/') {
        Some((directory, _)) if !directory.is_empty() => directory,
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTPS: Setting<'static> = Setting {
        https: true,
        host: "www.example.co.uk",
        path: "/app/page",
        site: Some("example.co.uk"),
        third_party: false,
    };

    #[track_caller]
    fn check(line: &str, setting: Setting<'_>, expected: Result<(), Refusal>) {
        assert_eq!(SetCookie::parse(line).predict(&setting), expected, "{line}");
    }

    #[test]
    fn kept() {
        for line in [
            "sid=x",
            "sid=x; Secure; HttpOnly; SameSite=None; Partitioned",
            "sid=x; Domain=example.co.uk",
            "sid=x; Domain=.WWW.example.co.uk",
            "__Host-sid=x; Secure; Path=/",
            "__Secure-sid=x; Secure; Domain=example.co.uk",
            "__Hosted=x",
            "__Http-sid=x; Secure; HttpOnly; Domain=example.co.uk",
            "__Host-Http-sid=x; Secure; HttpOnly; Path=/",
            "x",
        ] {
            check(line, HTTPS, Ok(()));
        }
    }

    #[test]
    fn refused_anywhere() {
        check("a=\u{1}", HTTPS, Err(Refusal::ControlCharacter));
        check("=", HTTPS, Err(Refusal::Empty));
        check("__Secure-a=x", HTTPS, Err(Refusal::SecurePrefix));
        check("__secure-a=x", HTTPS, Err(Refusal::SecurePrefix));
        check("__Host-a=x; Path=/", HTTPS, Err(Refusal::HostPrefix));
        check("__Http-a=x; Secure", HTTPS, Err(Refusal::HttpPrefix));
        let line = "__Host-Http-a=x; Secure; Path=/";
        check(line, HTTPS, Err(Refusal::HttpPrefix));
        check("__Host-a=x; Secure", HTTPS, Err(Refusal::HostPrefix));
        check(
            "__Host-a=x; Secure; Path=/a",
            HTTPS,
            Err(Refusal::HostPrefix),
        );
        let line = "__HOST-a=x; Secure; Path=/; Domain=www.example.co.uk";
        check(line, HTTPS, Err(Refusal::HostPrefix));
        check(
            "a=x; Partitioned",
            HTTPS,
            Err(Refusal::PartitionedNotSecure),
        );
        check(
            "a=x; SameSite=None",
            HTTPS,
            Err(Refusal::SameSiteNoneNotSecure),
        );
    }

    #[test]
    fn sizes() {
        let line = |size: usize| format!("name={}; Path=/", "x".repeat(size));
        check(&line(4092), HTTPS, Ok(()));
        check(&line(4093), HTTPS, Err(Refusal::TooLarge));
    }

    #[test]
    fn domains() {
        check("a=x; Domain=co.uk", HTTPS, Err(Refusal::PublicSuffix));
        check("a=x; Domain=uk", HTTPS, Err(Refusal::PublicSuffix));
        check("a=x; Domain=other.uk", HTTPS, Err(Refusal::DomainMismatch));
        check(
            "a=x; Domain=app.www.example.co.uk",
            HTTPS,
            Err(Refusal::DomainMismatch),
        );
        check(
            "a=x; Domain=ample.co.uk",
            HTTPS,
            Err(Refusal::DomainMismatch),
        );
        let unknown = Setting {
            site: None,
            ..HTTPS
        };
        check("a=x; Domain=co.uk", unknown, Ok(()));
        check("a=x; Domain=uk", unknown, Err(Refusal::PublicSuffix));
        let suffix = Setting {
            host: "github.io",
            site: None,
            ..HTTPS
        };
        check("a=x; Domain=github.io", suffix, Ok(()));
        let bare = Setting {
            host: "intranet",
            site: None,
            ..HTTPS
        };
        check("a=x; Domain=intranet", bare, Ok(()));
        let address = Setting {
            host: "10.0.0.1",
            site: None,
            ..HTTPS
        };
        check("a=x; Domain=10.0.0.1", address, Ok(()));
        check("a=x; Domain=0.0.1", address, Err(Refusal::DomainMismatch));
    }

    #[test]
    fn plain_http() {
        let http = Setting {
            https: false,
            ..HTTPS
        };
        check("a=x; Secure", http, Err(Refusal::SecureOnHttp));
        check("__Secure-a=x; Secure", http, Err(Refusal::SecureOnHttp));
        check("a=x", http, Ok(()));
        for host in ["localhost", "app.localhost", "127.0.0.1", "[::1]"] {
            let loopback = Setting {
                host,
                site: None,
                ..http
            };
            check("a=x; Secure", loopback, Ok(()));
        }
        let near = Setting {
            host: "notlocalhost",
            site: None,
            ..http
        };
        check("a=x; Secure", near, Err(Refusal::SecureOnHttp));
    }

    #[test]
    fn pages_of_other_sites() {
        let embedded = Setting {
            third_party: true,
            ..HTTPS
        };
        check("a=x; SameSite=Strict", embedded, Err(Refusal::SameSite));
        check("a=x; SameSite=Lax", embedded, Err(Refusal::SameSite));
        check("a=x", embedded, Err(Refusal::SameSiteDefault));
        check("a=x; SameSite=None; Secure", embedded, Ok(()));
        assert!(
            Refusal::SameSiteDefault.is_chromium_only() && !Refusal::SameSite.is_chromium_only()
        );
    }

    #[test]
    fn paths() {
        assert_eq!(default_path("/"), "/");
        assert_eq!(default_path("/a"), "/");
        assert_eq!(default_path("/a/b"), "/a");
        assert_eq!(default_path("/a/b/"), "/a/b");
        assert_eq!(default_path(""), "/");
        assert_eq!(default_path("a/b"), "/");
        assert!(
            path_matches("/a/b", "/a") && path_matches("/a/b", "/a/") && path_matches("/a", "/a")
        );
        assert!(!path_matches("/ab", "/a") && !path_matches("/", "/a"));
        let cookie = SetCookie::parse("a=x");
        assert_eq!(cookie.effective_path(&HTTPS), "/app");
        assert_eq!(
            SetCookie::parse("a=x; Path=/z").effective_path(&HTTPS),
            "/z"
        );
    }

    #[test]
    fn hosts() {
        assert!(domain_matches("a.b", "a.b") && domain_matches("x.a.b", "a.b"));
        assert!(
            !domain_matches("xa.b", "a.b")
                && !domain_matches("a.b", "x.a.b")
                && !domain_matches("a.", "")
        );
        assert!(!domain_matches("[::1.2.3.4]", "3.4]"));
    }
}
