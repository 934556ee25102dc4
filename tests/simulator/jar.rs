//! A cookie jar by RFC 6265bis, written apart from `src/cookie.rs` so that each checks the other.

use readmit::event::{Browser, JarCookie, Millis};
use url::Url;

/// Longest life of a cookie: 400 days (RFC 6265bis §5.5).
const LIFE_MAX: Millis = 400 * 24 * 3_600_000;
/// Most bytes of name and value together (§5.6, step 6).
const PAIR_MAX: usize = 4096;
/// Most cookies of one registrable domain: what both browsers keep.
const SITE_MAX: usize = 180;
/// How long a fresh cookie without SameSite still goes along with a cross-site POST in Chromium.
const LAX_ALLOWS_POST: Millis = 120_000;

/// The SameSite attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SameSite {
    Strict,
    Lax,
    None,
    /// Not given: Chromium takes it for Lax (with an exception for fresh cookies), Firefox for None.
    Default,
}

/// A cookie with everything that a browser keeps of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) domain: String,
    pub(crate) path: String,
    pub(crate) host_only: bool,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) same_site: SameSite,
    /// `None` for a cookie that ends with the browser's session.
    pub(crate) expires: Option<Millis>,
    pub(crate) partition: Option<String>,
    pub(crate) created: Millis,
    /// Tells cookies of one moment apart: the later was made later.
    pub(crate) order: u64,
}

impl Cookie {
    /// What identifies it (§5.7, step 23), and the partition.
    fn same_place(&self, other: &Cookie) -> bool {
        self.name == other.name
            && self.domain == other.domain
            && self.host_only == other.host_only
            && self.path == other.path
            && self.partition == other.partition
    }

    /// All that must be as before once it was put back; only its age may differ.
    pub(crate) fn same_but_age(&self, other: &Cookie) -> bool {
        Cookie {
            created: 0,
            order: 0,
            ..self.clone()
        } == Cookie {
            created: 0,
            order: 0,
            ..other.clone()
        }
    }

    /// Whether this is the one that a list for the engine described.
    pub(crate) fn is(&self, listed: &JarCookie) -> bool {
        self.name == listed.name
            && self.domain == listed.domain
            && self.path == listed.path
            && self.host_only == listed.host_only
            && self.partition == listed.partition
    }

    /// Its attributes for the engine.
    pub(crate) fn listed(&self) -> JarCookie {
        JarCookie {
            name: self.name.clone(),
            domain: self.domain.clone(),
            path: self.path.clone(),
            host_only: self.host_only,
            secure: self.secure,
            http_only: self.http_only,
            size: u32::try_from(self.name.len() + self.value.len()).unwrap_or(u32::MAX),
            partition: self.partition.clone(),
            same_site: match self.same_site {
                SameSite::Strict => Some(readmit::cookie::SameSite::Strict),
                SameSite::Lax => Some(readmit::cookie::SameSite::Lax),
                SameSite::None => Some(readmit::cookie::SameSite::None),
                SameSite::Default => None,
            },
        }
    }

    /// Where it lives, in short, for the assertions of stories: `name @ domain/path`.
    pub(crate) fn place(&self) -> String {
        format!("{} @ {}{}", self.name, self.domain, self.path)
    }
}

/// The circumstances of a request, as far as cookies care (§5.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// Asked for by the same site, or by the person.
    pub(crate) same_site: bool,
    /// A document of a tab.
    pub(crate) top_level: bool,
    /// GET or HEAD.
    pub(crate) safe_method: bool,
    /// The site in the address bar: the key of partitioned cookies.
    pub(crate) top_site: &'a str,
}

/// Why a Set-Cookie line was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Unreadable,
    TooLong,
    Domain,
    Secure,
    Prefix,
    CrossSite,
}

/// The jar.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jar {
    pub(crate) cookies: Vec<Cookie>,
    made: u64,
}

impl Jar {
    /// Takes in one Set-Cookie line (§5.6 and §5.7).
    pub(crate) fn set(
        &mut self,
        line: &str,
        url: &Url,
        context: Context<'_>,
        now: Millis,
    ) -> Result<(), Refused> {
        let line = Line::parse(line)?;
        let host = host_of(url);
        let trusted = is_trustworthy(url);
        let (domain, host_only) = domain_of(&line, &host)?;
        let path = match line.attribute("path") {
            Some(path) if path.starts_with('/') => path.to_owned(),
            _ => default_path(url.path()),
        };
        let secure = line.attribute("secure").is_some();
        if secure && !trusted {
            return Err(Refused::Secure);
        }
        let same_site = match line
            .attribute("samesite")
            .map(str::to_ascii_lowercase)
            .as_deref()
        {
            Some("strict") => SameSite::Strict,
            Some("lax") => SameSite::Lax,
            Some("none") => SameSite::None,
            _ => SameSite::Default,
        };
        if same_site == SameSite::None && !secure {
            return Err(Refused::Secure);
        }
        if !context.same_site && !context.top_level && same_site != SameSite::None {
            return Err(Refused::CrossSite);
        }
        let partitioned = line.attribute("partitioned").is_some();
        if partitioned && !secure {
            return Err(Refused::Secure);
        }
        if !prefix_allows(&line, secure, host_only, &path) {
            return Err(Refused::Prefix);
        }
        if !trusted && self.is_held_by_secure(&line.name, &domain, &path) {
            return Err(Refused::Secure);
        }
        self.made += 1;
        self.put(
            Cookie {
                name: line.name.clone(),
                value: line.value.clone(),
                domain,
                path,
                host_only,
                secure,
                http_only: line.attribute("httponly").is_some(),
                same_site,
                expires: line.expires(now),
                partition: partitioned.then(|| context.top_site.to_owned()),
                created: now,
                order: self.made,
            },
            now,
        );
        Ok(())
    }

    /// Puts a cookie in its place; the one that was there gives it its age.
    pub(crate) fn put(&mut self, mut cookie: Cookie, now: Millis) {
        if let Some(at) = self.cookies.iter().position(|old| old.same_place(&cookie)) {
            let old = self.cookies.remove(at);
            cookie.created = old.created;
            cookie.order = old.order;
        }
        if cookie.expires.is_none_or(|expires| expires > now) {
            let site = site_of(&cookie.domain);
            self.cookies.push(cookie);
            self.evict(&site);
        }
    }

    /// The cookies that go with a request, in the order of the Cookie field (§5.8.3).
    pub(crate) fn for_request(
        &self,
        browser: Browser,
        url: &Url,
        context: Context<'_>,
        now: Millis,
    ) -> Vec<&Cookie> {
        let host = host_of(url);
        let trusted = is_trustworthy(url);
        let mut sent: Vec<&Cookie> = self
            .cookies
            .iter()
            .filter(|c| c.expires.is_none_or(|expires| expires > now))
            .filter(|c| {
                if c.host_only {
                    c.domain == host
                } else {
                    domain_matches(&host, &c.domain)
                }
            })
            .filter(|c| path_matches(url.path(), &c.path))
            .filter(|c| !c.secure || trusted)
            .filter(|c| {
                c.partition
                    .as_deref()
                    .is_none_or(|key| key == context.top_site)
            })
            .filter(|c| may_cross(c, browser, context, now))
            .collect();
        sent.sort_by(|a, b| {
            b.path
                .len()
                .cmp(&a.path.len())
                .then((a.created, a.order).cmp(&(b.created, b.order)))
        });
        sent
    }

    /// All cookies of a site, as the extension may list them.
    pub(crate) fn of_site(&self, site: &str, now: Millis) -> Vec<&Cookie> {
        self.cookies
            .iter()
            .filter(|c| c.expires.is_none_or(|expires| expires > now))
            .filter(|c| domain_matches(&c.domain, site))
            .collect()
    }

    /// An http page may not overwrite a Secure cookie (§5.7, step 16).
    fn is_held_by_secure(&self, name: &str, domain: &str, path: &str) -> bool {
        self.cookies.iter().any(|c| {
            c.name == name
                && c.secure
                && (domain_matches(domain, &c.domain) || domain_matches(&c.domain, domain))
                && path_matches(path, &c.path)
        })
    }

    fn evict(&mut self, site: &str) {
        while self
            .cookies
            .iter()
            .filter(|c| site_of(&c.domain) == site)
            .count()
            > SITE_MAX
        {
            let oldest = (0..self.cookies.len())
                .filter(|&at| site_of(&self.cookies[at].domain) == site)
                .min_by_key(|&at| {
                    (
                        self.cookies[at].secure,
                        self.cookies[at].created,
                        self.cookies[at].order,
                    )
                });
            let Some(at) = oldest else { return };
            self.cookies.remove(at);
        }
    }
}

/// A Set-Cookie line in its parts.
struct Line {
    name: String,
    value: String,
    attributes: Vec<(String, String)>,
}

impl Line {
    fn parse(line: &str) -> Result<Line, Refused> {
        if line.chars().any(|c| c.is_ascii_control() && c != '\t') {
            return Err(Refused::Unreadable);
        }
        let mut parts = line.split(';');
        let pair = parts.next().unwrap_or_default();
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let (name, value) = (trim(name).to_owned(), trim(value).to_owned());
        if name.is_empty() && value.is_empty() {
            return Err(Refused::Unreadable);
        }
        if name.len() + value.len() > PAIR_MAX {
            return Err(Refused::TooLong);
        }
        let attributes = parts
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(key, value)| (trim(key).to_ascii_lowercase(), trim(value).to_owned()))
            .filter(|(_, value)| value.len() <= 1024)
            .collect();
        Ok(Line {
            name,
            value,
            attributes,
        })
    }

    /// The last one of its name counts.
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn expires(&self, now: Millis) -> Option<Millis> {
        let max_age = self.attribute("max-age").and_then(max_age);
        let until = match max_age {
            Some(seconds) if seconds <= 0 => 0,
            Some(seconds) => now.saturating_add(seconds.saturating_mul(1000)),
            None => cookie_date(self.attribute("expires")?)?,
        };
        Some(until.min(now + LIFE_MAX))
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

fn max_age(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    }))
}

/// The forgiving date grammar of §5.1.1, in milliseconds since 1970.
pub(crate) fn cookie_date(text: &str) -> Option<Millis> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == ':'))
        .filter(|t| !t.is_empty())
    {
        let lower = token.to_ascii_lowercase();
        if time.is_none() && token.contains(':') {
            let mut parts = token.splitn(3, ':').map(|part| part.parse::<i64>().ok());
            time = Some((parts.next()??, parts.next()??, parts.next()??));
        } else if day.is_none() && token.len() <= 2 && token.parse::<i64>().is_ok() {
            day = token.parse().ok();
        } else if month.is_none() && MONTHS.iter().any(|m| lower.starts_with(m)) {
            month = MONTHS
                .iter()
                .position(|m| lower.starts_with(m))
                .and_then(|at| i64::try_from(at).ok());
        } else if year.is_none()
            && (token.len() == 2 || token.len() == 4)
            && token.parse::<i64>().is_ok()
        {
            year = token.parse().ok();
        }
    }
    let year: i64 = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        full => full,
    };
    let ((hours, minutes, seconds), day): ((i64, i64, i64), i64) = (time?, day?);
    if !(1..=31).contains(&day) || year < 1601 || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    Some(
        (days_since_1970(year, month? + 1, day) * 86_400 + hours * 3600 + minutes * 60 + seconds)
            * 1000,
    )
}

/// Days from 1970-01-01 in the Gregorian calendar; years begin in March so that a leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn domain_of(line: &Line, host: &str) -> Result<(String, bool), Refused> {
    let asked = line.attribute("domain").unwrap_or_default();
    let asked = asked
        .strip_prefix('.')
        .unwrap_or(asked)
        .to_ascii_lowercase();
    if asked.is_empty() {
        return Ok((host.to_owned(), true));
    }
    if is_public_suffix(&asked) {
        return if asked == host {
            Ok((asked, true))
        } else {
            Err(Refused::Domain)
        };
    }
    if domain_matches(host, &asked) {
        Ok((asked, false))
    } else {
        Err(Refused::Domain)
    }
}

fn prefix_allows(line: &Line, secure: bool, host_only: bool, path: &str) -> bool {
    let name = line.name.to_ascii_lowercase();
    if name.is_empty() {
        let value = line.value.to_ascii_lowercase();
        return !value.starts_with("__secure-") && !value.starts_with("__host-");
    }
    let root = path == "/" && line.attribute("path").is_some();
    let http = name.starts_with("__http-") || name.starts_with("__host-http-");
    (!http || (secure && line.attribute("httponly").is_some()))
        && (!name.starts_with("__secure-") || secure)
        && (!name.starts_with("__host-") || (secure && host_only && root))
}

fn may_cross(cookie: &Cookie, browser: Browser, context: Context<'_>, now: Millis) -> bool {
    if context.same_site {
        return true;
    }
    let lax = context.top_level && context.safe_method;
    match cookie.same_site {
        SameSite::None => true,
        SameSite::Lax => lax,
        SameSite::Strict => false,
        SameSite::Default if browser == Browser::Firefox => true,
        SameSite::Default => lax || (context.top_level && now - cookie.created < LAX_ALLOWS_POST),
    }
}

/// §5.1.3; an address in digits matches itself alone.
pub(crate) fn domain_matches(host: &str, domain: &str) -> bool {
    if host == domain {
        return true;
    }
    let is_address = host.parse::<std::net::Ipv4Addr>().is_ok() || host.starts_with('[');
    !is_address
        && host
            .strip_suffix(domain)
            .is_some_and(|rest| rest.ends_with('.'))
}

/// §5.1.4.
fn path_matches(path: &str, of_cookie: &str) -> bool {
    path == of_cookie
        || path
            .strip_prefix(of_cookie)
            .is_some_and(|rest| of_cookie.ends_with('/') || rest.starts_with('/'))
}

/// §5.1.4: up to, but without, the right-most slash.
fn default_path(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((directory, _)) if !directory.is_empty() => directory.to_owned(),
        _ => "/".to_owned(),
    }
}

fn is_public_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == domain.as_bytes())
}

/// The registrable domain of a host, or the host itself.
pub(crate) fn site_of(host: &str) -> String {
    let site =
        psl::domain(host.as_bytes()).and_then(|domain| std::str::from_utf8(domain.as_bytes()).ok());
    site.unwrap_or(host).to_owned()
}

/// The host of an address, lower-case.
pub(crate) fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// https, or this very computer.
fn is_trustworthy(url: &Url) -> bool {
    let host = host_of(url);
    url.scheme() == "https"
        || host == "localhost"
        || host.ends_with(".localhost")
        || host.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_790_000_000_000;

    fn own(top_site: &str) -> Context<'_> {
        Context {
            same_site: true,
            top_level: true,
            safe_method: true,
            top_site,
        }
    }

    fn url(text: &str) -> Url {
        Url::parse(text).expect(text)
    }

    fn set(jar: &mut Jar, from: &str, line: &str) -> Result<(), Refused> {
        jar.set(line, &url(from), own("app.test"), NOW)
    }

    fn sent(jar: &Jar, to: &str) -> Vec<String> {
        let cookies = jar.for_request(Browser::Chromium, &url(to), own("app.test"), NOW);
        cookies
            .iter()
            .map(|c| format!("{}={}", c.name, c.value))
            .collect()
    }

    #[test]
    fn a_host_only_cookie_stays_on_its_host_and_a_domain_cookie_goes_below() {
        let mut jar = Jar::default();
        set(&mut jar, "https://app.test/", "a=1").expect("kept");
        set(&mut jar, "https://www.app.test/", "b=2; Domain=.APP.test").expect("kept");
        assert_eq!(sent(&jar, "https://app.test/"), ["a=1", "b=2"]);
        assert_eq!(sent(&jar, "https://www.app.test/"), ["b=2"]);
        assert!(sent(&jar, "https://xapp.test/").is_empty());
        assert_eq!(
            set(&mut jar, "https://app.test/", "c=3; Domain=other.test"),
            Err(Refused::Domain)
        );
        assert_eq!(
            set(&mut jar, "https://shop.co.uk/", "c=3; Domain=co.uk"),
            Err(Refused::Domain)
        );
    }

    #[test]
    fn paths_match_at_slashes_and_longer_ones_come_first() {
        let mut jar = Jar::default();
        set(&mut jar, "https://app.test/docs/a", "root=1; Path=/").expect("kept");
        set(&mut jar, "https://app.test/docs/a", "deep=2").expect("kept");
        set(&mut jar, "https://app.test/docs/a", "odd=3; Path=docs").expect("kept");
        assert_eq!(
            sent(&jar, "https://app.test/docs/b"),
            ["deep=2", "odd=3", "root=1"]
        );
        assert_eq!(sent(&jar, "https://app.test/docsearch"), ["root=1"]);
    }

    #[test]
    fn secure_cookies_need_https_and_guard_their_name() {
        let mut jar = Jar::default();
        assert_eq!(
            set(&mut jar, "http://app.test/", "s=1; Secure"),
            Err(Refused::Secure)
        );
        set(&mut jar, "http://localhost/", "s=1; Secure").expect("this computer is trusted");
        set(&mut jar, "https://app.test/", "s=1; Secure; Path=/").expect("kept");
        assert_eq!(
            set(&mut jar, "http://app.test/", "s=2; Path=/"),
            Err(Refused::Secure)
        );
        assert!(sent(&jar, "http://app.test/").is_empty());
        assert_eq!(sent(&jar, "https://app.test/"), ["s=1"]);
        assert_eq!(
            set(&mut jar, "https://app.test/", "n=1; SameSite=None"),
            Err(Refused::Secure)
        );
    }

    #[test]
    fn prefixes_keep_their_promise() {
        let mut jar = Jar::default();
        set(&mut jar, "https://app.test/", "__Host-s=1; Secure; Path=/").expect("kept");
        assert_eq!(
            set(&mut jar, "https://app.test/x/", "__host-s=1; Secure"),
            Err(Refused::Prefix)
        );
        assert_eq!(
            set(
                &mut jar,
                "https://app.test/",
                "__Host-s=1; Secure; Path=/; Domain=app.test"
            ),
            Err(Refused::Prefix)
        );
        assert_eq!(
            set(&mut jar, "https://app.test/", "__Secure-s=1"),
            Err(Refused::Prefix)
        );
        assert_eq!(
            set(&mut jar, "https://app.test/", "=__Host-s"),
            Err(Refused::Prefix)
        );
    }

    #[test]
    fn age_ends_a_cookie_and_a_new_value_keeps_the_old_age() {
        let mut jar = Jar::default();
        set(&mut jar, "https://app.test/", "a=1; Max-Age=60").expect("kept");
        set(
            &mut jar,
            "https://app.test/",
            "b=1; Expires=Wed, 09-Jun-2127 10:18:14 GMT",
        )
        .expect("kept");
        assert_eq!(jar.cookies[1].expires, Some(NOW + LIFE_MAX));
        let later = NOW + 61_000;
        assert_eq!(
            jar.for_request(
                Browser::Chromium,
                &url("https://app.test/"),
                own("app.test"),
                later
            )
            .len(),
            1
        );
        set(&mut jar, "https://app.test/", "a=2").expect("kept");
        assert_eq!(sent(&jar, "https://app.test/"), ["a=2", "b=1"]);
        set(&mut jar, "https://app.test/", "a=; Max-Age=0").expect("understood");
        set(
            &mut jar,
            "https://app.test/",
            "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        )
        .expect("understood");
        assert!(jar.cookies.is_empty());
    }

    #[test]
    fn cookie_dates_of_three_centuries_of_style() {
        assert_eq!(cookie_date("Thu, 01 Jan 1970 00:00:10 GMT"), Some(10_000));
        assert_eq!(
            cookie_date("Sunday, 06-Nov-94 08:49:37 GMT"),
            Some(784_111_777_000)
        );
        assert_eq!(
            cookie_date("Sun Nov  6 08:49:37 1994"),
            Some(784_111_777_000)
        );
        assert_eq!(cookie_date("tomorrow"), None);
    }

    #[test]
    fn same_site_decides_what_crosses() {
        let mut jar = Jar::default();
        for line in [
            "strict=1; SameSite=Strict",
            "lax=1; SameSite=Lax",
            "none=1; SameSite=None; Secure",
            "plain=1",
        ] {
            set(&mut jar, "https://app.test/", line).expect("kept");
        }
        let arrive = |browser, safe_method, top_level, now| -> Vec<String> {
            let context = Context {
                same_site: false,
                top_level,
                safe_method,
                top_site: "app.test",
            };
            jar.for_request(browser, &url("https://app.test/"), context, now)
                .iter()
                .map(|c| c.name.clone())
                .collect()
        };
        assert_eq!(
            arrive(Browser::Chromium, true, true, NOW),
            ["lax", "none", "plain"]
        );
        assert_eq!(
            arrive(Browser::Chromium, false, true, NOW),
            ["none", "plain"]
        );
        assert_eq!(
            arrive(Browser::Chromium, false, true, NOW + LAX_ALLOWS_POST),
            ["none"]
        );
        assert_eq!(arrive(Browser::Chromium, true, false, NOW), ["none"]);
        assert_eq!(
            arrive(Browser::Firefox, true, false, NOW),
            ["none", "plain"]
        );
    }

    #[test]
    fn a_partitioned_cookie_belongs_to_the_site_around_it() {
        let mut jar = Jar::default();
        let frame = Context {
            same_site: false,
            top_level: false,
            safe_method: true,
            top_site: "lms.test",
        };
        let tool = url("https://tool.test/");
        assert_eq!(jar.set("a=1", &tool, frame, NOW), Err(Refused::CrossSite));
        jar.set(
            "lti=1; SameSite=None; Secure; Partitioned",
            &tool,
            frame,
            NOW,
        )
        .expect("kept");
        assert_eq!(
            jar.for_request(Browser::Chromium, &tool, frame, NOW).len(),
            1
        );
        assert!(
            jar.for_request(Browser::Chromium, &tool, own("tool.test"), NOW)
                .is_empty()
        );
    }

    #[test]
    fn lines_that_are_none_and_sites_that_set_too_many() {
        let mut jar = Jar::default();
        assert_eq!(
            set(&mut jar, "https://app.test/", " ; Path=/"),
            Err(Refused::Unreadable)
        );
        assert_eq!(
            set(
                &mut jar,
                "https://app.test/",
                &format!("a={}", "x".repeat(4096))
            ),
            Err(Refused::TooLong)
        );
        for n in 0..200 {
            set(&mut jar, "https://app.test/", &format!("c{n}=1")).expect("kept");
        }
        assert_eq!(jar.cookies.len(), SITE_MAX);
        assert_eq!(jar.cookies[0].name, "c20");
    }
}
