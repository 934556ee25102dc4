//! The owner's part for one failing exchange: all that is drawn for it, as ids, arguments and ready-made field lines.

use serde::Serialize;

use super::advice;
use super::explain::{self, Explained, Flaw};
use super::note::{Note, Said};
use super::request::{self, Command};
use super::server::Server;
use crate::challenge::Challenge;
use crate::cookie::{self, Refusal, SameSite, SetCookie, Setting};
use crate::event::{Browser, Credentials, Millis};
use crate::exchange::{End, Exchange, Sent};
use crate::finding::{Arg, FindingId, Who};
use crate::journal::{Facts, Hosts, PageFacts, Probe};
use crate::ledger::Entry;
use crate::scheme::View;
use crate::text;

/// Cookies of earlier answers that are told of.
const COOKIES_BEFORE_MAX: usize = 8;

/// All that the owner's part draws for an exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The method.
    pub method: String,
    /// The address, redacted.
    pub url: String,
    /// The status, where an answer came.
    pub status: Option<u16>,
    /// What is true of it: first what only the owner can mend.
    pub findings: Vec<FindingId>,
    /// The challenges, explained.
    pub challenges: Vec<Explained>,
    /// Where they break the grammar.
    pub flaws: Vec<Flaw>,
    /// The protection space (RFC 9110 §11.5).
    pub space: Vec<Said>,
    /// What the browser did.
    pub did: Vec<Said>,
    /// What becomes of the cookies that the answer sets.
    pub cookies: Vec<CookieFate>,
    /// What became of the cookies that the site's servers set before.
    pub cookies_before: Vec<CookieFate>,
    /// Fields to send.
    pub send: Vec<Line>,
    /// What else the exchange shows.
    pub also: Vec<Said>,
    /// When passes end, as far as their own words tell.
    pub passes: Vec<Said>,
    /// What search engines make of the answer.
    pub crawl: Option<Said>,
    /// The address to ask for as a visitor without cookies, where that does no harm.
    pub check: Option<String>,
    /// What that gave, where it was asked before.
    pub checked: Option<Said>,
    /// The topics that help, the most important one first.
    pub topics: Vec<&'static str>,
    /// The server that the answer names.
    pub server: Option<&'static str>,
    /// The request as commands.
    pub commands: Vec<Command>,
}

/// What becomes of one cookie that the answer sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CookieFate {
    /// Its name.
    pub name: String,
    /// What follows the value, as sent.
    pub attributes: String,
    /// Whether a browser keeps it.
    pub kept: bool,
    /// What becomes of it, and why.
    pub notes: Vec<Said>,
    /// The line to send in its place.
    pub send: Option<Line>,
}

/// A field line to send, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Name and value.
    pub field: String,
    /// Why.
    pub why: Said,
}

/// What is known around the exchange.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// Which browser saw it.
    pub browser: Browser,
    /// What the diagnosis found, most telling first.
    pub findings: &'a [FindingId],
    /// Its address as the diagnosis showed it.
    pub shown: Option<&'a str>,
    /// What was asked for because something failed.
    pub facts: &'a Facts,
    /// What is known beyond the tab: the ledger of cookies, and names and passwords that were accepted.
    pub hosts: &'a Hosts,
    /// The time, in milliseconds since 1970.
    pub now: Millis,
}

/// All that the owner's part draws for an exchange.
#[must_use]
pub fn part(exchange: &Exchange, around: Around<'_>) -> Part {
    let Around {
        browser,
        findings,
        facts,
        hosts,
        now,
        ..
    } = around;
    let of_owner = |id: &&FindingId| id.who() == Who::SiteOwner;
    let (owners, others): (Vec<_>, Vec<_>) = findings.iter().partition(of_owner);
    let findings: Vec<FindingId> = owners.into_iter().chain(others).copied().collect();
    let probe = facts.probe.filter(|_| exchange.is_document());
    Part {
        method: exchange.method.clone(),
        url: exchange.address.shown(),
        status: exchange.status(),
        challenges: explain::challenges(exchange),
        flaws: explain::flaws(exchange),
        space: space(exchange),
        did: did(exchange, browser, hosts),
        cookies: cookies(exchange),
        cookies_before: cookies_before(exchange, hosts),
        send: send(exchange, browser, &findings),
        also: also(exchange),
        passes: passes(exchange, facts.page.as_ref(), now),
        crawl: crawl(exchange),
        check: exchange.may_probe().then(|| exchange.address.kept()),
        checked: probe.map(|probe| checked(exchange.status(), probe)),
        topics: topics(&findings),
        server: Server::named_by(exchange).map(Server::as_str),
        commands: request::commands(exchange, around.shown),
        findings,
    }
}

/// The topics of all findings, each once.
fn topics(findings: &[FindingId]) -> Vec<&'static str> {
    let mut topics = Vec::new();
    for topic in findings.iter().flat_map(|id| advice::topics(*id)) {
        if !topics.contains(&topic.as_str()) {
            topics.push(topic.as_str());
        }
    }
    topics
}

/// What a visitor without cookies gets, against what this one got.
#[must_use]
pub fn checked(status: Option<u16>, probe: Probe) -> Said {
    let own = status.map(text::number).unwrap_or_default();
    match probe.status {
        _ if probe.redirected => Note::CheckRedirected.said(),
        None => Note::CheckSilent.said(),
        Some(401 | 403) if probe.status == status => Note::CheckSameRefused.with(Arg::Status, &own),
        Some(_) if probe.status == status => Note::CheckSame.with(Arg::Status, &own),
        Some(theirs) => Note::CheckOther
            .with(Arg::Status, text::number(theirs))
            .with(Arg::Other, &own),
    }
}

/// The protection space of the challenge that the browser answers, or of the first one.
fn space(exchange: &Exchange) -> Vec<Said> {
    let best = exchange.answerable().or(exchange.challenges().first());
    let Some(challenge) = best.filter(|_| !exchange.is(407)) else {
        return Vec::new();
    };
    let view = View::of(challenge);
    let origin = exchange.address.origin();
    let mut said = vec![match view.realm() {
        Some(realm) => Note::Space.with(Arg::Host, &origin).with(Arg::Realm, realm),
        None => Note::SpaceNoRealm.with(Arg::Host, &origin),
    }];
    if let View::Basic(_) = view {
        // RFC 7617 §2.2: all that lies in or below the folder of a page is assumed to belong to the same space.
        let kept = exchange.address.bare().kept();
        let path = kept.strip_prefix(origin.as_str()).unwrap_or("/");
        let folder = path.rfind('/').and_then(|at| path.get(..=at));
        said.push(Note::SpacePath.with(Arg::Detail, folder.unwrap_or("/")));
    }
    said
}

/// What the browser did with the request and its answer.
fn did(exchange: &Exchange, browser: Browser, hosts: &Hosts) -> Vec<Said> {
    let mut said = Vec::new();
    let asks = matches!(exchange.status(), Some(401 | 407));
    if exchange.method == "OPTIONS" {
        said.push(Note::DidPreflight.said());
    } else if !exchange.is_document() {
        said.push(Note::DidScript.said());
    }
    match exchange.authorization(browser) {
        Sent::Yes(Credentials { scheme, .. }) => {
            said.push(Note::DidSendCredentials.with(Arg::Scheme, scheme));
        }
        Sent::No => said.push(Note::DidSendNoCredentials.said()),
        Sent::Unknowable if exchange.sent.is_none() => said.push(Note::DidNotLook.said()),
        // Elsewhere nobody asks.
        Sent::Unknowable if asks || exchange.is(403) => said.push(Note::DidHide.said()),
        Sent::Unknowable => {}
    }
    match exchange.cookies() {
        Some([]) => said.push(Note::DidSendNoCookies.said()),
        Some(cookies) => said.push(
            Note::DidSendCookies
                .with(Arg::Count, text::number(cookies.len()))
                .with(Arg::Detail, text::number(exchange.cookie_field_size())),
        ),
        None => {}
    }
    let host = hosts.get(&exchange.address.origin());
    if let Some((realm, _)) = host.and_then(|host| host.http_login.as_ref()) {
        said.push(Note::DidRemember.with(Arg::Realm, realm));
    }
    let named = |note: Note, scheme: &str, realm: &str| {
        note.with(Arg::Scheme, scheme).with(Arg::Realm, realm)
    };
    if let Some(answered) = &exchange.answered {
        said.push(named(Note::DidRepeat, &answered.scheme, &answered.realm));
    }
    if let Some(open) = exchange.open_prompt() {
        said.push(named(Note::DidAsk, &open.scheme, &open.realm));
    } else if asks && exchange.challenges().is_empty() {
        said.push(Note::DidNothingNoChallenge.said());
    } else if asks && exchange.answerable().is_none() {
        said.push(Note::DidNothingUnsupported.said());
    }
    said
}

/// Where the answer's cookies arrive: as the ledger of cookies sees it.
fn setting(exchange: &Exchange) -> Setting<'_> {
    let address = &exchange.address;
    Setting {
        https: !address.is_plain_http(),
        host: address.host(),
        path: address.path(),
        site: Some(address.site()),
        third_party: !exchange.is_document() && exchange.foreign_page().is_some(),
    }
}

fn cookies(exchange: &Exchange) -> Vec<CookieFate> {
    let setting = setting(exchange);
    let lines = exchange
        .reply
        .as_ref()
        .map_or(&[][..], |reply| &reply.answer.set_cookies);
    let fate = |(cookie, line): (&SetCookie, &crate::event::SetCookieLine)| {
        let mut notes = Vec::new();
        let mut send = None;
        let predicted = cookie.predict(&setting);
        if let Err(refusal) = predicted {
            let size = cookie.name.len() + cookie.value_size;
            notes.push(refused(
                refusal,
                cookie.domain.as_deref(),
                setting.host,
                size,
            ));
            send = mended(&cookie.name, &line.attributes, refusal);
        } else if cookie.deletes(exchange.time / 1000) {
            notes.push(Note::CookieDeletes.said());
        } else {
            notes.push(Note::CookieKept.said());
            if cookie::is_session_like(&cookie.name) && !cookie::is_csrf_like(&cookie.name) {
                let weak = [
                    (!cookie.http_only, Note::CookieNotHttpOnly),
                    (!cookie.secure && setting.https, Note::CookieNotSecure),
                ];
                let weak = weak.iter().filter(|(holds, _)| *holds);
                notes.extend(weak.map(|(_, note)| note.said()));
            }
        }
        CookieFate {
            name: explain::cut(&cookie.name),
            attributes: explain::cut(line.attributes.trim()),
            kept: predicted.is_ok(),
            notes,
            send,
        }
    };
    exchange.set_cookies().iter().zip(lines).map(fate).collect()
}

/// Why a browser does not keep a cookie of this size.
fn refused(refusal: Refusal, domain: Option<&str>, host: &str, size: usize) -> Said {
    Note::of_refusal(refusal)
        .with(Arg::Other, domain.unwrap_or_default())
        .with(Arg::Host, host)
        .with(Arg::Count, text::number(size))
}

/// What became of the cookies that may hold a sign-in and that the site's servers set before, the latest first.
fn cookies_before(exchange: &Exchange, hosts: &Hosts) -> Vec<CookieFate> {
    let fate = |entry: &Entry| {
        let attributes = attributes(entry);
        let mut notes = vec![Note::CookieSetBy.with(Arg::Other, entry.setter.shown())];
        notes.extend(entry.predicted.map(|refusal| {
            let host = entry.setter.host();
            refused(refusal, entry.domain.as_deref(), host, entry.size as usize)
        }));
        if entry.kept == Some(false) {
            notes.push(Note::CookieNotInJar.said());
        }
        notes.extend(entry.sent.map(|sent| {
            if sent {
                Note::CookieReturned.said()
            } else {
                Note::CookieNotReturned.said()
            }
        }));
        let mend = |refusal| mended(&entry.name, &attributes, refusal);
        CookieFate {
            name: explain::cut(&entry.name),
            kept: entry.predicted.is_none() && entry.kept != Some(false),
            notes,
            send: entry.predicted.and_then(mend),
            attributes,
        }
    };
    let of_site = |entry: &&Entry| {
        entry.store == exchange.store
            && entry.setter.same_site(&exchange.address)
            && entry.time < exchange.time
    };
    let entries = hosts.ledger.latest().filter(of_site);
    entries.take(COOKIES_BEFORE_MAX).map(fate).collect()
}

/// What is known of the attributes that a cookie of the ledger was set with.
pub(super) fn attributes(entry: &Entry) -> String {
    let mut attributes = text::concat(&["Path=", &entry.path]);
    for (name, value) in [
        ("; Domain=", entry.domain.as_deref()),
        ("; SameSite=", entry.same_site.map(same_site_name)),
        ("; Secure", entry.secure.then_some("")),
    ] {
        if let Some(value) = value {
            attributes.push_str(name);
            attributes.push_str(value);
        }
    }
    attributes
}

fn same_site_name(same_site: SameSite) -> &'static str {
    match same_site {
        SameSite::Strict => "Strict",
        SameSite::Lax => "Lax",
        SameSite::None => "None",
    }
}

/// The line with attributes that every browser keeps; `None` where the line alone cannot mend it.
fn mended(name: &str, attributes: &str, refusal: Refusal) -> Option<Line> {
    let (drop, add): (&[&str], &[&str]) = match refusal {
        Refusal::PublicSuffix | Refusal::DomainMismatch => (&["domain"], &[]),
        Refusal::SecurePrefix | Refusal::SameSiteNoneNotSecure | Refusal::PartitionedNotSecure => {
            (&[], &["Secure"])
        }
        Refusal::HostPrefix => (&["domain", "path", "secure"], &["Path=/", "Secure"]),
        Refusal::HttpPrefix => (&["secure", "httponly"], &["Secure", "HttpOnly"]),
        Refusal::SameSite | Refusal::SameSiteDefault => (
            &["samesite", "secure", "partitioned"],
            &["SameSite=None", "Secure", "Partitioned"],
        ),
        Refusal::ControlCharacter | Refusal::Empty | Refusal::TooLarge | Refusal::SecureOnHttp => {
            return None;
        }
    };
    let mut field = text::concat(&["Set-Cookie: ", name, "=<value>"]);
    let kept = attributes.split(';').map(str::trim).filter(|attribute| {
        let name = attribute.split('=').next().unwrap_or_default().trim();
        let dropped = drop.iter().any(|drop| name.eq_ignore_ascii_case(drop));
        !attribute.is_empty() && !dropped
    });
    for attribute in kept.chain(add.iter().copied()) {
        field.push_str("; ");
        field.push_str(attribute);
    }
    Some(Line {
        field,
        why: Note::SendCookie.said(),
    })
}

/// The fields that the answer should have had.
fn send(exchange: &Exchange, browser: Browser, findings: &[FindingId]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |note: Note, parts: &[&str]| {
        lines.push(Line {
            field: text::concat(parts),
            why: note.said(),
        });
    };
    let host = exchange.address.host();
    let basic = [
        "WWW-Authenticate: Basic realm=\"",
        host,
        "\", charset=\"UTF-8\"",
    ];
    let challenges = exchange.challenges();
    let asks = matches!(exchange.status(), Some(401 | 407));
    if exchange.is(401) && challenges.is_empty() {
        if exchange.is_document() {
            add(Note::SendBasic, &basic);
            let path = exchange.address.bare().kept();
            let path = path.strip_prefix(exchange.address.origin().as_str());
            let next = ["Location: /login?next=", path.unwrap_or("/")];
            add(Note::SendRedirect, &next);
        } else {
            let bearer = ["WWW-Authenticate: Bearer realm=\"", host, "\""];
            add(Note::SendBearer, &bearer);
        }
    }
    if asks && (!exchange.problems().is_empty() || challenges.iter().any(lacks_realm)) {
        let name = if exchange.is(407) {
            "Proxy-Authenticate: "
        } else {
            "WWW-Authenticate: "
        };
        for challenge in challenges {
            add(Note::SendRepaired, &[name, &repaired(challenge, host)]);
        }
    } else if findings.contains(&FindingId::SchemeUnsupported) && exchange.is_document() {
        add(Note::SendSupported, &basic);
    }
    for challenge in challenges.iter().filter(|_| exchange.is(401)) {
        let View::Bearer(bearer) = View::of(challenge) else {
            continue;
        };
        let realm = bearer.realm.unwrap_or(host);
        let start = ["WWW-Authenticate: Bearer realm=\"", &escaped(realm), "\""];
        if bearer.error.is_none() && exchange.carried_token() {
            let error = ", error=\"invalid_token\", error_description=\"The token expired\"";
            add(Note::SendTokenError, &[&text::concat(&start), error]);
        } else if bearer.error.is_some() && exchange.authorization(browser).is_no() {
            add(Note::SendNoError, &start);
        }
    }
    if matches!(exchange.status(), Some(429 | 503)) && exchange.field("retry-after").is_none() {
        add(Note::SendRetryAfter, &["Retry-After: 120"]);
    }
    lines
}

fn lacks_realm(challenge: &Challenge) -> bool {
    let view = View::of(challenge);
    matches!(view, View::Basic(_) | View::Digest(_)) && view.realm().is_none()
}

/// A challenge by the grammar, with the realm that Basic and Digest demand, and without what the server made up.
fn repaired(challenge: &Challenge, host: &str) -> String {
    let mut text = challenge.scheme.clone();
    let mut sign = " ";
    let mut add = |name: &str, value: &str| {
        text.push_str(&text::concat(&[sign, name, "=\"", &escaped(value), "\""]));
        sign = ", ";
    };
    if lacks_realm(challenge) {
        add("realm", host);
    }
    for (name, value) in challenge.params.iter() {
        let made_up = matches!(name, "nonce" | "opaque");
        add(
            name,
            if made_up {
                "<new for each answer>"
            } else {
                value
            },
        );
    }
    text
}

/// The inside of a quoted-string (RFC 9110 §5.6.4), without control characters.
fn escaped(value: &str) -> String {
    let mut text = String::new();
    for c in value.chars().filter(|c| !c.is_control()) {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// What else the exchange shows that nobody should have to see.
fn also(exchange: &Exchange) -> Vec<Said> {
    let mut said = Vec::new();
    let is_basic = |challenge: &Challenge| challenge.is("Basic");
    if exchange.address.is_plain_http() && exchange.challenges().iter().any(is_basic) {
        said.push(Note::AlsoPlainHttp.said());
    }
    let versions = ["server", "x-powered-by"]
        .iter()
        .filter_map(|name| exchange.field(name))
        .filter(|value| names_version(value));
    said.extend(versions.map(|value| Note::AlsoVersion.with(Arg::Detail, value)));
    let words = |challenge: &Challenge| {
        let words = ["realm", "error_description"];
        let mut words = words.iter().filter_map(|name| challenge.param(name));
        words.any(names_file)
    };
    if exchange.challenges().iter().any(words) {
        said.push(Note::AlsoPath.said());
    }
    said
}

/// `nginx/1.26`, `PHP/8.4`.
fn names_version(value: &str) -> bool {
    let after = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    value.split('/').skip(1).any(after)
}

fn names_file(value: &str) -> bool {
    const ROOTS: &[&str] = &["/var/", "/home/", "/srv/", "/usr/", "/etc/", "/opt/", ":\\"];
    ROOTS.iter().any(|root| text::has(value, root))
}

/// When stored passes and the token of the request end, by their own words.
fn passes(exchange: &Exchange, page: Option<&PageFacts>, now: Millis) -> Vec<Said> {
    let time = |seconds: i64| text::number(seconds.unsigned_abs());
    let mut said = Vec::new();
    let sent = exchange.sent.as_ref();
    let token = sent.and_then(|sent| sent.authorization.as_ref());
    if let Some(exp) = token.and_then(|token| token.exp) {
        let left = exp.saturating_sub(exchange.time / 1000);
        let (note, left) = if left <= 0 {
            (Note::PassSentEnded, left)
        } else {
            (Note::PassSentEnds, exp.saturating_sub(now / 1000).max(0))
        };
        said.push(note.with(Arg::Time, time(left)));
    }
    for key in page.map_or(&[][..], |page| &page.stored) {
        let Some(left) = key.exp.map(|exp| exp.saturating_sub(now / 1000)) else {
            continue;
        };
        let note = if left <= 0 {
            Note::PassEnded
        } else {
            Note::PassEnds
        };
        said.push(note.with(Arg::Name, &key.name).with(Arg::Time, time(left)));
    }
    said
}

/// What search engines make of the answer.
fn crawl(exchange: &Exchange) -> Option<Said> {
    let loops = matches!(&exchange.end, End::Failed(error) if text::has(error, "REDIRECT"));
    if loops {
        return Some(Note::CrawlLoop.said());
    }
    let status = exchange.status().filter(|status| *status >= 400)?;
    let says_when = exchange.field("retry-after").is_some();
    let note = match status {
        _ if !exchange.is_document() => Note::CrawlPart,
        401 | 403 | 407 => Note::CrawlRefused,
        404 | 410 => Note::CrawlGone,
        429 | 503 if says_when => Note::CrawlLater,
        429 | 503 => Note::CrawlLaterUnsaid,
        500.. => Note::CrawlFault,
        _ => Note::CrawlClientError,
    };
    Some(note.with(Arg::Status, text::number(status)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::StoredKey;
    use crate::rules::testing::{NOW, Scene};

    fn explained(exchange: &Exchange, findings: &[FindingId]) -> Part {
        known(exchange, findings, &Hosts::default())
    }

    fn known(exchange: &Exchange, findings: &[FindingId], hosts: &Hosts) -> Part {
        part(
            exchange,
            Around {
                browser: Browser::Firefox,
                findings,
                shown: None,
                facts: &Facts::default(),
                hosts,
                now: NOW,
            },
        )
    }

    fn ids(said: &[Said]) -> Vec<&'static str> {
        said.iter().map(|said| said.id.as_str()).collect()
    }

    fn fields(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.field.as_str()).collect()
    }

    #[test]
    fn a_401_without_a_challenge() {
        let exchange = Scene::get("https://app.example/a/b?x=1")
            .cookie("theme", 10)
            .answer(401)
            .exchange();
        let part = explained(
            &exchange,
            &[FindingId::SignInRequired, FindingId::MissingChallenge],
        );
        assert_eq!(
            ids(&part.did),
            [
                "did-send-no-credentials",
                "did-send-cookies",
                "did-nothing-no-challenge"
            ]
        );
        assert_eq!(
            fields(&part.send),
            [
                "WWW-Authenticate: Basic realm=\"app.example\", charset=\"UTF-8\"",
                "Location: /login?next=/a/b"
            ]
        );
        assert_eq!(part.crawl.map(|it| it.id), Some(Note::CrawlRefused));
        assert_eq!(part.check.as_deref(), Some("https://app.example/a/b?x=1"));
        assert_eq!(
            part.topics,
            [
                "challenge",
                "api-status",
                "preflight",
                "public-parts",
                "return-to"
            ]
        );
        assert_eq!(
            part.findings,
            [FindingId::MissingChallenge, FindingId::SignInRequired]
        );
        assert!(part.space.is_empty() && part.cookies.is_empty());
    }

    #[test]
    fn a_script_gets_the_answer_for_programs() {
        let exchange = Scene::fetch("https://app.example/api")
            .looked()
            .answer(401)
            .exchange();
        let part = explained(&exchange, &[]);
        assert_eq!(
            fields(&part.send),
            ["WWW-Authenticate: Bearer realm=\"app.example\""]
        );
        assert_eq!(part.did[0].id, Note::DidScript);
        assert_eq!(part.crawl.map(|it| it.id), Some(Note::CrawlPart));
    }

    #[test]
    fn a_prompt_and_its_protection_space() {
        let exchange = Scene::get("http://app.example/a/b")
            .looked()
            .answer(401)
            .www("Basic realm=\"Staff of /var/www\"")
            .prompts(1)
            .exchange();
        let part = explained(&exchange, &[]);
        assert_eq!(ids(&part.space), ["space", "space-path"]);
        assert_eq!(part.space[0].args.get(Arg::Realm), "Staff of /var/www");
        assert_eq!(part.space[1].args.get(Arg::Detail), "/a/");
        assert_eq!(part.did.last().map(|it| it.id), Some(Note::DidAsk));
        assert_eq!(ids(&part.also), ["also-plain-http", "also-path"]);
        assert!(part.send.is_empty(), "{:?}", part.send);
    }

    #[test]
    fn a_broken_challenge_is_written_anew() {
        let exchange = Scene::get("https://app.example/")
            .looked()
            .answer(401)
            .www("Digest nonce=\"abcdefghij\" qop=auth")
            .exchange();
        assert_eq!(
            fields(&explained(&exchange, &[]).send),
            [
                "WWW-Authenticate: Digest realm=\"app.example\", nonce=\"<new for each answer>\", qop=\"auth\""
            ]
        );
    }

    #[test]
    fn a_refused_token_gets_its_error() {
        let refused = Scene::fetch("https://api.example/v1")
            .authorization("Bearer")
            .answer(401)
            .www("Bearer realm=\"a\\\"b\"")
            .exchange();
        assert_eq!(
            fields(&explained(&refused, &[]).send),
            [
                "WWW-Authenticate: Bearer realm=\"a\\\"b\", error=\"invalid_token\", error_description=\"The token expired\""
            ]
        );
        let unsent = Scene::fetch("https://api.example/v1")
            .looked()
            .answer(401)
            .www("Bearer realm=\"a\", error=\"invalid_token\"")
            .exchange();
        assert_eq!(
            fields(&explained(&unsent, &[]).send),
            ["WWW-Authenticate: Bearer realm=\"a\""]
        );
    }

    #[test]
    fn cookies_that_fail_get_a_line_that_holds() {
        let exchange = Scene::get("https://app.example/")
            .answer(401)
            .set_cookie("sid", "SameSite=None; Path=/; HttpOnly")
            .set_cookie("__Host-a", "Path=/x; Domain=app.example; Secure")
            .set_cookie("b", "Domain=other.example; Max-Age=60")
            .set_cookie("session", "Path=/")
            .exchange();
        let fates = explained(&exchange, &[]).cookies;
        let sends: Vec<Option<&str>> = fates
            .iter()
            .map(|fate| fate.send.as_ref().map(|line| line.field.as_str()))
            .collect();
        assert_eq!(
            sends,
            [
                Some("Set-Cookie: sid=<value>; SameSite=None; Path=/; HttpOnly; Secure"),
                Some("Set-Cookie: __Host-a=<value>; Path=/; Secure"),
                Some("Set-Cookie: b=<value>; Max-Age=60"),
                None,
            ]
        );
        assert_eq!(ids(&fates[0].notes), ["cookie-none-not-secure"]);
        assert_eq!(
            ids(&fates[3].notes),
            ["cookie-kept", "cookie-not-http-only", "cookie-not-secure"]
        );
        let setting = setting(&exchange);
        for line in sends.into_iter().flatten() {
            let line = line.strip_prefix("Set-Cookie: ").expect("a Set-Cookie");
            assert_eq!(SetCookie::parse(line).predict(&setting), Ok(()), "{line}");
        }
    }

    #[test]
    fn the_ledger_tells_what_became_of_cookies_before() {
        let mut login = Scene::post("https://app.example/login")
            .answer(302)
            .set_cookie("sid", "SameSite=None; HttpOnly")
            .set_cookie("session", "Path=/")
            .exchange();
        login.time = NOW - 5000;
        let mut hosts = Hosts::default();
        hosts.ledger.enter(&login, 7);
        hosts.entry("https://app.example").http_login = Some(("Staff".to_owned(), NOW));
        let exchange = Scene::get("https://app.example/")
            .cookie("session", 16)
            .answer(401)
            .exchange();
        hosts.ledger.confirm_sent(&exchange);
        let part = known(&exchange, &[], &hosts);
        let told: Vec<(&str, bool, Vec<&str>)> = part
            .cookies_before
            .iter()
            .map(|fate| (fate.name.as_str(), fate.kept, ids(&fate.notes)))
            .collect();
        assert_eq!(
            told,
            [
                ("session", true, vec!["cookie-set-by", "cookie-returned"]),
                (
                    "sid",
                    false,
                    vec![
                        "cookie-set-by",
                        "cookie-none-not-secure",
                        "cookie-not-returned"
                    ]
                ),
            ]
        );
        let send = part.cookies_before[1]
            .send
            .as_ref()
            .map(|line| line.field.as_str());
        assert_eq!(
            send,
            Some("Set-Cookie: sid=<value>; Path=/; SameSite=None; Secure")
        );
        assert!(ids(&part.did).contains(&"did-remember"));
        let elsewhere = Scene::get("https://other.example/").answer(401).exchange();
        assert!(known(&elsewhere, &[], &hosts).cookies_before.is_empty());
    }

    #[test]
    fn it_is_written_as_any_other_writer_of_json_writes_it() {
        let exchange = Scene::get("https://app.example/")
            .cookie("sid", 10)
            .answer(401)
            .www("Digest realm=\"a\" nonce=b, Bearer")
            .set_cookie("b", "Domain=other.example")
            .exchange();
        let part = explained(&exchange, &[FindingId::MalformedChallenge]);
        let written: serde_json::Value =
            serde_json::from_str(&crate::json::write(&part)).expect("JSON");
        assert_eq!(written, serde_json::to_value(&part).expect("plain data"));
    }

    #[test]
    fn a_rate_limit_says_when_to_come_back() {
        let exchange = Scene::get("https://app.example/").answer(429).exchange();
        let part = explained(&exchange, &[]);
        assert_eq!(fields(&part.send), ["Retry-After: 120"]);
        assert_eq!(part.crawl.map(|it| it.id), Some(Note::CrawlLaterUnsaid));
        let said = Scene::get("https://app.example/")
            .answer(429)
            .field("retry-after", "60")
            .exchange();
        let part = explained(&said, &[]);
        assert!(part.send.is_empty());
        assert_eq!(part.crawl.map(|it| it.id), Some(Note::CrawlLater));
    }

    #[test]
    fn the_check_compares_a_stranger_with_this_visitor() {
        let said = |own, status, redirected| {
            let said = checked(Some(own), Probe { status, redirected });
            (said.id.as_str(), said.args.get(Arg::Status).to_owned())
        };
        assert_eq!(
            said(401, Some(401), false),
            ("check-same-refused", "401".to_owned())
        );
        assert_eq!(
            said(500, Some(500), false),
            ("check-same", "500".to_owned())
        );
        assert_eq!(
            said(401, Some(200), false),
            ("check-other", "200".to_owned())
        );
        assert_eq!(said(401, None, true), ("check-redirected", String::new()));
        assert_eq!(said(401, None, false), ("check-silent", String::new()));
    }

    #[test]
    fn what_acts_when_opened_is_not_asked_for() {
        for url in [
            "https://app.example/logout",
            "https://app.example/unsubscribe?id=7",
            "https://app.example/cb?code=1&state=2",
        ] {
            let exchange = Scene::get(url).answer(401).exchange();
            assert_eq!(explained(&exchange, &[]).check, None, "{url}");
        }
        let post = Scene::post("https://app.example/a").answer(401).exchange();
        assert_eq!(explained(&post, &[]).check, None);
    }

    #[test]
    fn passes_end() {
        let exchange = Scene::fetch("https://api.example/v1")
            .token_until(NOW / 1000 - 90)
            .answer(401)
            .exchange();
        let key = |name: &str, exp| StoredKey {
            name: name.to_owned(),
            of_tab: false,
            exp,
            nbf: None,
            iat: None,
        };
        let page = PageFacts::new(
            "https://app.example".to_owned(),
            vec![
                key("access", Some(NOW / 1000 + 60)),
                key("old", Some(0)),
                key("opaque", None),
            ],
            false,
            false,
        );
        let said = passes(&exchange, Some(&page), NOW);
        assert_eq!(ids(&said), ["pass-sent-ended", "pass-ends", "pass-ended"]);
        assert_eq!(said[0].args.get(Arg::Time), "90");
        assert_eq!(said[1].args.get(Arg::Time), "60");
        assert_eq!(said[1].args.get(Arg::Name), "access");
    }
}
