//! What each topic promises, asked of a site in the same way whatever it runs on, and what the diagnosis says then.

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use readmit::cookie::{SameSite, SetCookie, Setting};
use readmit::finding::FindingId;
use readmit::owner::{Server, Topic};

use super::site::{Answer, Ask, HOST, Site};
use super::{PASSWORD, TOKEN, TOKEN_OLD, TOKEN_WEAK, USER};

/// A time for cookies to be over at, in seconds since 1970: `Expires` of what is deleted is long before it.
const NOW: i64 = 1_700_000_000;

/// How one topic is checked.
pub(super) struct Check {
    /// What a site keeps that has the topic's snippet.
    pub(super) promise: fn(&Site) -> Result<()>,
    /// What the diagnosis may say of the answers then: that somebody has not signed in is no fault of the site.
    pub(super) healthy: &'static [FindingId],
    /// Of these it says one where the snippet is not there; none where it shows no other way.
    pub(super) mends: &'static [FindingId],
}

/// The check of a topic.
pub(super) fn of(topic: Topic) -> Check {
    use FindingId as F;
    let check = |promise, healthy, mends| Check {
        promise,
        healthy,
        mends,
    };
    match topic {
        Topic::Challenge => check(
            challenge,
            &[F::SignInRequired, F::CredentialsRejected],
            &[F::MissingChallenge],
        ),
        Topic::BearerError => check(
            bearer_error,
            &[
                F::SignInRequired,
                F::TokenExpired,
                F::TokenInvalid,
                F::InsufficientScope,
                F::PermissionDenied,
            ],
            &[],
        ),
        Topic::ForwardAuthorization => check(forward_authorization, &[], &[F::AuthorizationLost]),
        Topic::SessionCookie => check(session_cookie, &[], &[]),
        Topic::EndSession => check(end_session, &[F::SignInRequired, F::SessionExpired], &[]),
        Topic::RetryAfter => check(
            retry_after,
            &[F::RateLimited, F::ServerFault, F::CredentialsRejected],
            &[F::RateLimited, F::ServerFault],
        ),
        Topic::HttpsOnly => check(https_only, &[], &[]),
        Topic::ReturnTo => check(return_to, &[F::SignInRequired], &[]),
        Topic::ApiStatus => check(api_status, &[F::SignInRequired], &[]),
        Topic::Preflight => check(preflight, &[F::SignInRequired], &[]),
        Topic::Refusal => check(refusal, &[F::PermissionDenied, F::SignInRequired], &[]),
        Topic::OneHost => check(one_host, &[], &[]),
        Topic::PublicParts => check(public_parts, &[F::SignInRequired], &[]),
        Topic::FormToken => check(
            form_token,
            &[F::FormExpired, F::PermissionDenied, F::SignInRequired],
            &[],
        ),
        Topic::ReferrerPolicy => check(referrer_policy, &[], &[]),
        Topic::TemporaryRedirect => check(temporary_redirect, &[], &[]),
        Topic::OneTimeLink => check(one_time_link, &[F::LinkUsedUp], &[F::LinkUsedUp]),
        Topic::EmbeddedCookie => check(embedded_cookie, &[], &[]),
        Topic::OfflineCopy => check(offline_copy, &[], &[]),
        Topic::HandoffState => check(handoff_state, &[F::HandoffExpired, F::SignInRequired], &[]),
        // Beyond any limit there is still a refusal.
        Topic::HeaderSize => check(header_size, &[F::CookiesTooLarge], &[F::CookiesTooLarge]),
        _ => check(
            |_| anyhow::bail!("expected a topic that has a check"),
            &[],
            &[],
        ),
    }
}

fn basic(password: &str) -> String {
    let credentials = base64::prelude::BASE64_STANDARD.encode(format!("{USER}:{password}"));
    format!("Basic {credentials}")
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn status(answer: &Answer, expected: &[u16], what: &str) -> Result<()> {
    ensure!(
        expected.contains(&answer.status),
        "expected {what} to be answered {expected:?}, but found {}",
        answer.status
    );
    Ok(())
}

fn equal(found: &str, expected: &str, what: &str) -> Result<()> {
    ensure!(
        found == expected,
        "expected {what} to be `{expected}`, but found `{found}`"
    );
    Ok(())
}

fn challenge(site: &Site) -> Result<()> {
    let page = Ask::get("/private/");
    let asked = |answer: &Answer| -> Result<()> {
        status(answer, &[401], "a visitor")?;
        let challenges = answer.challenges()?;
        let basic = challenges.iter().find(|challenge| challenge.is("basic"));
        let realm = basic.and_then(|basic| basic.param("realm"));
        ensure!(realm.is_some(), "expected a Basic challenge with a realm");
        Ok(())
    };
    asked(&site.ask(&page)?)?;
    asked(&site.ask(&page.clone().with("Authorization", basic("wrong")))?)?;
    let answer = site.ask(&page.with("Authorization", basic(PASSWORD)))?;
    status(&answer, &[200], "the right password")
}

fn bearer_error(site: &Site) -> Result<()> {
    let page = Ask::get("/api/me").in_background();
    let error = |answer: &Answer| -> Result<Option<String>> {
        let challenges = answer.challenges()?;
        let bearer = challenges.iter().find(|challenge| challenge.is("bearer"));
        let bearer = bearer.context("expected a Bearer challenge")?;
        Ok(bearer.param("error").map(str::to_owned))
    };
    let with = |token| page.clone().with("Authorization", bearer(token));
    let answer = site.ask(&page)?;
    status(&answer, &[401], "no token")?;
    ensure!(
        error(&answer)?.is_none(),
        "expected no error where there was no token"
    );
    for token in [TOKEN_OLD, "s3cret.token.forged"] {
        let answer = site.ask(&with(token))?;
        status(&answer, &[401], "a bad token")?;
        equal(
            &error(&answer)?.unwrap_or_default(),
            "invalid_token",
            "the error",
        )?;
    }
    if !matches!(site.server, Server::Nginx | Server::Caddy) {
        let answer = site.ask(&with(TOKEN_WEAK).by("DELETE"))?;
        status(&answer, &[403], "a token without the scope")?;
        equal(
            &error(&answer)?.unwrap_or_default(),
            "insufficient_scope",
            "the error",
        )?;
    }
    status(&site.ask(&with(TOKEN))?, &[200], "a good token")
}

fn forward_authorization(site: &Site) -> Result<()> {
    let page = Ask::get("/api/me").in_background();
    let answer = site.ask(&page.with("Authorization", bearer(TOKEN)))?;
    status(&answer, &[200], "a good token")
}

/// Whether a site's session is made by the application behind it.
fn is_proxy(site: &Site) -> bool {
    matches!(site.server, Server::Apache | Server::Nginx | Server::Caddy)
}

/// Signs in, and gives the session's cookie: what was set, and the pair to send back.
fn sign_in(site: &Site, before: Option<&str>) -> Result<(SetCookie, String)> {
    let mut form = Ask::get("/login").form(format!("name={USER}&password={PASSWORD}"));
    if let Some(before) = before {
        form = form.with("Cookie", before);
    }
    let answer = site.ask(&form)?;
    status(&answer, &[302, 303], "a sign-in")?;
    session_of(&answer)
}

/// The session's cookie of an answer.
fn session_of(answer: &Answer) -> Result<(SetCookie, String)> {
    let lines: Vec<_> = answer.all("Set-Cookie").collect();
    let line = lines.iter().find(|line| !line.contains("csrf"));
    let line = line.context("expected a cookie for the session")?;
    let pair = line.split(';').next().unwrap_or_default();
    Ok((SetCookie::parse(line), pair.to_owned()))
}

/// Where a cookie of a site arrives.
fn setting(path: &str) -> Setting<'_> {
    Setting {
        https: true,
        host: HOST,
        path,
        site: Some(HOST),
        third_party: false,
    }
}

fn session_cookie(site: &Site) -> Result<()> {
    let (cookie, pair) = sign_in(site, None)?;
    let kept = cookie.predict(&setting("/login"));
    ensure!(
        kept.is_ok(),
        "expected a cookie that is kept, but found {kept:?}"
    );
    ensure!(
        cookie.secure && cookie.http_only && cookie.same_site == Some(SameSite::Lax),
        "expected Secure, HttpOnly and SameSite=Lax"
    );
    ensure!(
        cookie.domain.is_none() && cookie.path.as_deref() == Some("/"),
        "expected no Domain, and Path=/"
    );
    let answer = site.ask(&Ask::get("/private/").with("Cookie", pair))?;
    status(&answer, &[200], "a session")
}

fn end_session(site: &Site) -> Result<()> {
    let (set, pair) = sign_in(site, None)?;
    if !is_proxy(site) {
        let (_, again) = sign_in(site, Some(&pair))?;
        ensure!(
            again != pair || site.server == Server::Flask,
            "expected a new session at a new sign-in"
        );
    }
    let (name, _) = pair.split_once('=').unwrap_or_default();
    for sent in [format!("{name}=dead"), pair.clone()] {
        let answer = site.ask(&Ask::get("/logout").form("").with("Cookie", sent))?;
        status(&answer, &[302, 303], "a sign-out")?;
        let deleted = answer.cookies().into_iter().any(|cookie| {
            let same = (
                &cookie.name,
                &cookie.domain,
                cookie.effective_path(&setting("/logout")),
            ) == (
                &set.name,
                &set.domain,
                set.effective_path(&setting("/login")),
            );
            same && cookie.deletes(NOW) && cookie.predict(&setting("/logout")).is_ok()
        });
        ensure!(
            deleted,
            "expected the cookie to be deleted with its name, path and domain"
        );
    }
    // Flask's session is its cookie: what is copied stays good.
    if matches!(site.server, Server::Express | Server::Django) {
        let answer = site.ask(&Ask::get("/private/").with("Cookie", pair))?;
        status(&answer, &[302, 303, 401], "a session that is over")?;
    }
    Ok(())
}

fn retry_after(site: &Site) -> Result<()> {
    let says_when = |answer: &Answer| {
        let seconds = answer.field("Retry-After").parse::<u32>();
        let fits = seconds.is_ok_and(|seconds| (1..=3600).contains(&seconds));
        ensure!(fits, "expected Retry-After in seconds");
        Ok(())
    };
    if is_proxy(site) {
        let answer = site.ask(&Ask::get("/busy"))?;
        status(&answer, &[503], "a server with too much to do")?;
        says_when(&answer)?;
        let answer = site.ask(&Ask::get("/busy/until-then"))?;
        let values: Vec<_> = answer.all("Retry-After").collect();
        equal(&values.join(" and "), "7", "what the application knows")?;
    }
    if matches!(site.server, Server::Apache | Server::Caddy) {
        return Ok(());
    }
    let form = Ask::get("/login").form(format!("name={USER}&password=wrong"));
    for _ in 0..10 {
        let answer = site.ask(&form)?;
        if answer.status == 429 {
            return says_when(&answer);
        }
        ensure!(
            answer.field("Retry-After").is_empty(),
            "expected Retry-After with a refusal alone"
        );
    }
    anyhow::bail!("expected 429 after many tries")
}

fn https_only(site: &Site) -> Result<()> {
    let target = "/private/?month=5&x=%C3%A4";
    let answer = site.ask(&Ask::get(target).plainly())?;
    status(&answer, &[301, 308], "http")?;
    let location = format!("https://{HOST}{target}");
    equal(answer.field("Location"), &location, "Location")?;
    let answer = site.ask(&Ask::get("/"))?;
    status(&answer, &[200], "https")?;
    let policy = answer.field("Strict-Transport-Security");
    equal(policy, "max-age=31536000", "Strict-Transport-Security")
}

fn return_to(site: &Site) -> Result<()> {
    let answer = site.ask(&Ask::get("/private/?month=5"))?;
    status(&answer, &[302, 303], "a visitor")?;
    let location = answer.field("Location").replace("%2F", "/");
    let location = location.replace("%3F", "?").replace("%3D", "=");
    ensure!(
        location.ends_with("/login?next=/private/?month=5"),
        "expected the sign-in page with `next`, but found `{location}`"
    );
    if is_proxy(site) {
        let (_, pair) = sign_in(site, None)?;
        let answer = site.ask(&Ask::get("/private/").with("Cookie", pair))?;
        return status(&answer, &[200], "a session");
    }
    for (next, expected) in [
        ("%2Fprivate%2F%3Fmonth%3D5", "/private/?month=5"),
        ("%2F%2Fother.example%2F", "/"),
        ("%2F%5Cother.example%2F", "/"),
        ("%2F%09%2Fother.example%2F", "/"),
        ("https%3A%2F%2Fother.example%2F", "/"),
        ("javascript%3Aalert(1)", "/"),
    ] {
        let form = Ask::get(&format!("/login?next={next}"));
        let answer = site.ask(&form.form(format!("name={USER}&password={PASSWORD}")))?;
        status(&answer, &[302, 303], "a sign-in")?;
        let location = answer.field("Location");
        let path = location.strip_prefix("https://app.example");
        equal(path.unwrap_or(location), expected, "the way back")?;
    }
    Ok(())
}

fn header_size(site: &Site) -> Result<()> {
    let with = |size: usize| Ask::get("/").with("Cookie", format!("big={}", "x".repeat(size)));
    // More than the server takes by default, and more than the snippet allows.
    let (more, most) = match site.server {
        Server::Express => (20_000, 60_000),
        _ => (12_000, 30_000),
    };
    status(&site.ask(&with(more))?, &[200], "a long Cookie field")?;
    let refusal = match site.server {
        Server::Apache => 400,
        _ => 431,
    };
    status(&site.ask(&with(most))?, &[refusal], "one that is too long")
}

fn api_status(site: &Site) -> Result<()> {
    let answer = site.ask(&Ask::get("/api/me").in_background())?;
    status(&answer, &[401], "a script")?;
    let challenges = answer.challenges()?;
    let names = challenges.iter().any(|challenge| challenge.is("bearer"));
    ensure!(
        names && challenges.len() == 1,
        "expected a Bearer challenge alone"
    );
    let answer = site.ask(&Ask::get("/private/"))?;
    status(&answer, &[302, 303], "a person")?;
    let location = answer.field("Location");
    ensure!(
        location.contains("/login?next="),
        "expected the sign-in page, but found `{location}`"
    );
    Ok(())
}

fn preflight(site: &Site) -> Result<()> {
    let from = |origin: &str| {
        let page = Ask::get("/api/me").by("OPTIONS").with("Origin", origin);
        page.with("Access-Control-Request-Method", "DELETE")
            .with("Access-Control-Request-Headers", "authorization")
    };
    let partner = "https://partner.example";
    let answer = site.ask(&from(partner))?;
    status(&answer, &[200, 204], "a preflight")?;
    let allowed = |answer: &Answer, what: &str| answer.field(what).to_ascii_lowercase();
    let origins: Vec<_> = answer.all("Access-Control-Allow-Origin").collect();
    equal(&origins.join(" and "), partner, "the origin allowed")?;
    ensure!(
        allowed(&answer, "Access-Control-Allow-Methods").contains("delete")
            && allowed(&answer, "Access-Control-Allow-Headers").contains("authorization")
            && allowed(&answer, "Vary").contains("origin"),
        "expected the method and the field to be allowed, and Vary"
    );
    let answer = site.ask(&from("https://other.example"))?;
    let origin = answer.field("Access-Control-Allow-Origin");
    equal(origin, "", "the origin allowed to a stranger")?;
    let page = Ask::get("/api/me").with("Origin", partner).in_background();
    let answer = site.ask(&page)?;
    status(&answer, &[401], "a request without a password")?;
    let answer = site.ask(&page.with("Authorization", basic(PASSWORD)))?;
    status(&answer, &[200], "a request")?;
    let origin = answer.field("Access-Control-Allow-Origin");
    equal(origin, partner, "the origin that may read it")
}

fn refusal(site: &Site) -> Result<()> {
    let (_, pair) = sign_in(site, None)?;
    let answer = site.ask(&Ask::get("/admin/").with("Cookie", pair))?;
    status(&answer, &[403], "somebody who may not")?;
    for words in ["help@app.example", "/logout"] {
        ensure!(
            answer.body.contains(words),
            "expected the page to name {words}"
        );
    }
    let kind = answer.field("Content-Type");
    ensure!(
        kind.starts_with("text/html"),
        "expected a page, but found `{kind}`"
    );
    if !is_proxy(site) {
        ensure!(
            answer.body.contains(&format!("signed in as {USER},")),
            "expected the page to name the account"
        );
        let answer = site.ask(&Ask::get("/admin/"))?;
        status(&answer, &[302], "a visitor")?;
    }
    Ok(())
}

fn one_host(site: &Site) -> Result<()> {
    let target = "/private/?month=5&x=%C3%A4";
    let answer = site.ask(&Ask::get(target).of("www.app.example"))?;
    status(&answer, &[301, 308], "the other name")?;
    let location = format!("https://{HOST}{target}");
    equal(answer.field("Location"), &location, "Location")?;
    status(&site.ask(&Ask::get(target))?, &[200], "the one name")
}

fn public_parts(site: &Site) -> Result<()> {
    for target in ["/robots.txt", "/assets/app.css"] {
        status(&site.ask(&Ask::get(target))?, &[200], target)?;
    }
    for target in ["/private/", "/robots.txt/private", "/x/assets/app.css"] {
        status(&site.ask(&Ask::get(target))?, &[401, 302], target)?;
    }
    Ok(())
}

fn form_token(site: &Site) -> Result<()> {
    let page = Ask::get("/comments").with("Referer", "https://app.example/comments");
    let answer = site.ask(&page.clone().form("text=a%3Cb&token=old"))?;
    status(&answer, &[403, 422], "a token that is over")?;
    ensure!(
        ["a&lt;b", "a&#60;b"]
            .iter()
            .any(|typed| answer.body.contains(typed)),
        "expected what was typed, escaped"
    );
    let mut form = "text=a%3Cb".to_owned();
    for name in ["token", "csrfmiddlewaretoken"] {
        let start = format!("name=\"{name}\" value=\"");
        if let Some((_, rest)) = answer.body.split_once(&start) {
            let token = rest.split('"').next().unwrap_or_default();
            form.push_str(&format!("&{name}={token}"));
        }
    }
    let pairs: Vec<_> = answer
        .all("Set-Cookie")
        .filter_map(|line| line.split(';').next())
        .collect();
    let answer = site.ask(&page.form(form).with("Cookie", pairs.join("; ")))?;
    status(&answer, &[200], "the form with a fresh token")
}

fn referrer_policy(site: &Site) -> Result<()> {
    let answer = site.ask(&Ask::get("/careful"))?;
    let policies: Vec<_> = answer.all("Referrer-Policy").collect();
    let kept = "strict-origin-when-cross-origin";
    equal(&policies.join(" and "), kept, "Referrer-Policy")
}

fn temporary_redirect(site: &Site) -> Result<()> {
    let answer = site.ask(&Ask::get("/start"))?;
    status(&answer, &[302, 303, 307], "the address that leads on")?;
    let location = answer.field("Location");
    ensure!(
        location.ends_with("/private/"),
        "expected /private/, but found `{location}`"
    );
    let caching = answer.field("Cache-Control");
    ensure!(
        caching.contains("no-store"),
        "expected no-store, but found `{caching}`"
    );
    Ok(())
}

fn one_time_link(site: &Site) -> Result<()> {
    let link = Ask::get("/confirm?token=s3cret-link-snippets");
    let mut pairs = String::new();
    let mut form = String::new();
    for _ in 0..2 {
        let answer = site.ask(&link)?;
        status(&answer, &[200], "a scanner and a reader")?;
        ensure!(
            answer.body.contains("<button>"),
            "expected a button to press"
        );
        if let Some(line) = answer.all("Set-Cookie").next() {
            line.split(';')
                .next()
                .unwrap_or_default()
                .clone_into(&mut pairs);
            let start = "name=\"csrfmiddlewaretoken\" value=\"";
            let (_, rest) = answer.body.split_once(start).context("expected a token")?;
            let token = rest.split('"').next().unwrap_or_default();
            form = format!("csrfmiddlewaretoken={token}");
        }
    }
    let press = link.form(form).with("Cookie", pairs);
    status(&site.ask(&press)?, &[302, 303], "the button")?;
    let answer = site.ask(&press)?;
    status(&answer, &[410], "the button again")?;
    ensure!(
        answer.body.contains("/confirm/new"),
        "expected a way to a new link"
    );
    Ok(())
}

fn embedded_cookie(site: &Site) -> Result<()> {
    let (cookie, _) = sign_in(site, None)?;
    let inside = Setting {
        third_party: true,
        ..setting("/login")
    };
    let kept = cookie.predict(&inside);
    ensure!(
        kept.is_ok(),
        "expected a cookie that is kept, but found {kept:?}"
    );
    ensure!(
        cookie.secure && cookie.http_only && cookie.partitioned,
        "expected Secure, HttpOnly and Partitioned"
    );
    ensure!(
        cookie.same_site == Some(SameSite::None),
        "expected SameSite=None"
    );
    let policy = site.ask(&Ask::get("/"))?;
    let policy = policy.field("Content-Security-Policy");
    ensure!(
        policy.starts_with("frame-ancestors "),
        "expected the sites that may show the pages"
    );
    Ok(())
}

fn offline_copy(site: &Site) -> Result<()> {
    for (target, expected) in [("/login", "no-store"), ("/sw.js", "no-cache")] {
        let answer = site.ask(&Ask::get(target))?;
        let found: Vec<_> = answer.all("Cache-Control").collect();
        equal(&found.join(" and "), expected, target)?;
    }
    let answer = site.ask(&Ask::get("/logout").form(""))?;
    let cleared = answer.field("Clear-Site-Data");
    equal(cleared, "\"cache\", \"storage\"", "Clear-Site-Data")
}

fn handoff_state(site: &Site) -> Result<()> {
    let begin = || -> Result<(String, String)> {
        let answer = site.ask(&Ask::get("/sign-in"))?;
        status(&answer, &[302, 303], "the beginning")?;
        let (cookie, pair) = session_of(&answer)?;
        ensure!(
            cookie.predict(&setting("/sign-in")).is_ok()
                && cookie.same_site == Some(SameSite::Lax)
                && cookie.max_age.is_some_and(|age| age >= 300),
            "expected a cookie that is kept for minutes and comes with links"
        );
        let state = answer.field("Location").rsplit_once("state=");
        let (_, state) = state.context("expected a state for the service")?;
        Ok((state.to_owned(), pair))
    };
    let (first, second) = (begin()?, begin()?);
    let both = format!("{}; {}", first.1, second.1);
    for (state, _) in [&first, &second] {
        let back = Ask::get(&format!("/callback?code=c&state={state}"));
        let answer = site.ask(&back.clone().with("Cookie", both.as_str()))?;
        status(&answer, &[302, 303], "the way back")?;
        let deleted = answer.cookies().into_iter().any(|cookie| {
            let kept = cookie.predict(&setting("/callback"));
            cookie.name.ends_with(state.as_str()) && cookie.deletes(NOW) && kept.is_ok()
        });
        ensure!(deleted, "expected the state to be used up");
        let answer = site.ask(&back)?;
        status(&answer, &[400], "a state that is gone")?;
        ensure!(
            answer.body.contains("/sign-in"),
            "expected a way to begin anew"
        );
    }
    Ok(())
}
