//! What exactly arrives when each wall is met: the evidence a diagnosis has to find.

use std::time::SystemTime;

use anyhow::{bail, ensure};
use axum::http::Method;

use super::browser::{Browser, Exchange};
use crate::lab::wall::Wall;

/// Checks the last load of a browser that stands before the wall.
pub(super) fn check(wall: &Wall, browser: &Browser<'_>) -> anyhow::Result<()> {
    let trace = Trace {
        wall,
        all: &browser.trace,
        looped: browser.looped,
    };
    match wall.id {
        "basic" => {
            trace.statuses(&[401])?;
            trace.field("www-authenticate", Some("Basic realm=\"Members\""))?;
            trace.sent(&["prefs"], None)
        }
        "digest" => {
            trace.statuses(&[401])?;
            trace.contains("www-authenticate", "Digest realm=\"Members\", nonce=\"")?;
            trace.contains("www-authenticate", "qop=\"auth\"")?;
            trace.sent(&["prefs"], None)
        }
        "old-password" => {
            trace.statuses(&[401, 401])?;
            trace.field("www-authenticate", Some("Basic realm=\"Members\""))?;
            trace.sent(&["prefs"], Some("Basic"))
        }
        "stuck-basic" => {
            trace.statuses(&[403])?;
            trace.field("www-authenticate", None)?;
            trace.sent(&["prefs"], Some("Basic"))
        }
        "too-many-cookies" => too_many_cookies(&trace),
        "proxy" => {
            trace.statuses(&[407])?;
            trace.field("proxy-authenticate", Some("Basic realm=\"Office proxy\""))?;
            trace.field("www-authenticate", None)
        }
        "stale-loop" => {
            trace.looped_between("/", "/login")?;
            trace.each(|exchange| {
                exchange.cookies == ["prefs", "sid"] && exchange.field("set-cookie").is_none()
            })
        }
        "expired-route" => {
            trace.statuses(&[302, 200])?;
            trace.paths(&["/inbox", "/"])?;
            trace.field("location", None)
        }
        "expired" | "expired-https" => {
            trace.statuses(&[302, 200])?;
            trace.paths(&["/inbox", "/login?next=/inbox"])?;
            let secure = browser
                .jar
                .iter()
                .any(|cookie| cookie.name == "sid" && cookie.secure);
            ensure!(
                secure == (wall.id == "expired-https"),
                "expected Secure over https only"
            );
            trace.sent(&["prefs", "sid"], None)
        }
        "members" => {
            trace.statuses(&[302, 200])?;
            trace.paths(&["/library", "/login?next=/library"])?;
            trace.sent(&["prefs"], None)
        }
        "loop" => {
            trace.looped_between("/", "/home")?;
            trace.each(|exchange| {
                exchange.cookies == ["prefs"] && exchange.field("set-cookie").is_none()
            })
        }
        "wrong-password" => {
            trace.statuses(&[401])?;
            trace.paths(&["/login?next=/account"])?;
            ensure!(
                browser.page()?.method == Method::POST,
                "expected a posted form"
            );
            trace.field("www-authenticate", None)?;
            trace.says("<form id=\"sign-in\"")
        }
        "dead-token" | "spa-token" => api(
            browser,
            401,
            &invalid_token(wall, "The access token expired"),
        ),
        "spa-revoked" => api(browser, 401, &invalid_token(wall, "The token was revoked")),
        "scope" => api(
            browser,
            403,
            "Bearer realm=\"scope\", error=\"insufficient_scope\", scope=\"reports:write\"",
        ),
        "forbidden" => {
            trace.statuses(&[403])?;
            trace.field("content-type", Some("application/json"))?;
            trace.field("www-authenticate", None)?;
            trace.sent(&["prefs", "sid"], None)
        }
        "old-form" => {
            trace.statuses(&[419])?;
            trace.says("Page expired")?;
            trace.sent(&["prefs"], None)
        }
        "two-cookies" => {
            trace.statuses(&[303, 302, 200])?;
            trace.paths(&["/login", "/", "/login"])?;
            trace.field("set-cookie", None)?;
            trace
                .sent(&["prefs", "session", "session"], None)
                .or_else(|_| {
                    // The parent's cookie is older than the preferences of www only if it was set first.
                    trace.sent(&["session", "prefs", "session"], None)
                })
        }
        "busy" => {
            trace.statuses(&[429])?;
            trace.field("retry-after", Some("4"))
        }
        "locked" => {
            trace.statuses(&[423])?;
            trace.field("www-authenticate", None)
        }
        "no-challenge" => {
            trace.statuses(&[401])?;
            trace.field("www-authenticate", None)?;
            trace.field("content-length", Some("0"))
        }
        "bad-challenge" => {
            trace.statuses(&[401])?;
            trace.field("www-authenticate", Some("realm=\"Members\""))
        }
        "plain-basic" => {
            trace.statuses(&[401, 200])?;
            trace.sent(&["prefs"], Some("Basic"))
        }
        "broken" => {
            trace.statuses(&[503])?;
            trace.says("The service is starting.")
        }
        "express-restart" => {
            trace.statuses(&[302, 200])?;
            trace.paths(&["/inbox", "/login"])?;
            trace.first_sets("connect.sid=s%3As3cret-session-express-restart-")?;
            trace.sent(&["prefs", "connect.sid"], None)
        }
        "express-secure" => {
            trace.statuses(&[302, 302, 200])?;
            trace.paths(&["/login", "/", "/login"])?;
            trace.sent(&["prefs"], None)
        }
        "passport-refusal" => {
            trace.statuses(&[401])?;
            trace.paths(&["/login"])?;
            trace.field("www-authenticate", None)?;
            trace.says("Unauthorized")
        }
        "flask-key" => {
            trace.statuses(&[302, 200])?;
            trace.paths(&["/inbox", "/login?next=%2Finbox"])?;
            trace.first_sets("session=")?;
            trace.sent(&["prefs", "session"], None)
        }
        "flask-handler" => {
            trace.statuses(&[401])?;
            trace.field("www-authenticate", None)?;
            trace.field("set-cookie", None)?;
            trace.says("<form id=\"sign-in\"")?;
            trace.sent(&["prefs", "session"], None)
        }
        "django-restart" => {
            trace.statuses(&[302, 200])?;
            trace.paths(&["/inbox/", "/accounts/login/?next=/inbox/"])?;
            trace.first_sets("sessionid=\"\"; expires=Thu, 01 Jan 1970")?;
            trace.sent(&["prefs", "csrftoken"], None)
        }
        "django-csrf" => {
            trace.statuses(&[403])?;
            trace.paths(&["/accounts/login/?next=/inbox/"])?;
            trace.field("set-cookie", None)?;
            trace.says("CSRF verification failed.")?;
            trace.sent(&["prefs", "csrftoken", "sessionid"], None)
        }
        "django-permission" => {
            trace.statuses(&[403])?;
            trace.field("www-authenticate", None)?;
            trace.sent(&["prefs", "csrftoken", "sessionid"], None)
        }
        "django-staff" => {
            trace.statuses(&[302, 200])?;
            trace.paths(&["/staff/", "/accounts/login/?next=/staff/"])?;
            trace.sent(&["prefs", "csrftoken", "sessionid"], None)
        }
        "skewed-clock" => {
            trace.statuses(&[302, 200])?;
            trace.first_sets("connect.sid=s%3As3cret-session-skewed-clock-")?;
            trace.sent(&["prefs", "connect.sid"], None)?;
            is_late(&trace)
        }
        "healthy" => trace.statuses(&[200]),
        "handshake" => {
            trace.statuses(&[401, 401, 200])?;
            trace.sent(&["prefs"], Some("NTLM"))
        }
        "stale-nonce" => {
            trace.statuses(&[401, 200])?;
            trace.sent(&["prefs"], Some("Digest"))?;
            let first = browser
                .trace
                .first()
                .and_then(|exchange| exchange.field("www-authenticate"));
            ensure!(
                first.is_some_and(|field| field.contains("stale=true")),
                "expected a stale nonce"
            );
            Ok(())
        }
        "secure-cookie" | "secure-leftover" => {
            trace.statuses(&[303, 302, 200])?;
            trace.paths(&["/login?next=/inbox", "/inbox", "/login?next=/inbox"])?;
            trace.sent(&["prefs"], None)
        }
        "two-names" => {
            ensure!(browser.looped, "expected a loop");
            trace.each(|exchange| {
                let www = exchange.host.starts_with("www.");
                exchange.cookies.contains(&"sid".to_owned())
                    == (www && exchange.method == Method::GET)
            })
        }
        "strict-link" => {
            trace.statuses(&[302, 200])?;
            trace.sent(&["prefs"], None)
        }
        "form-relay" => {
            trace.statuses(&[400])?;
            trace.paths(&["/acs"])?;
            trace.sent(&["prefs"], None)
        }
        "cookies-off" => {
            trace.statuses(&[303, 302, 200])?;
            trace.sent(&[], None)
        }
        "grown-cookie" => {
            trace.statuses(&[303, 302, 200])?;
            trace.each(|exchange| exchange.cookie_bytes < 4096)?;
            trace.sent(&["prefs", "session"], None)
        }
        "crowded-jar" => {
            trace.statuses(&[302, 200])?;
            trace.each(|exchange| exchange.cookies.len() > 100)
        }
        "shared-port" => {
            trace.statuses(&[302, 200])?;
            trace.sent(&["prefs", "sid"], None)
        }
        "late-hand-off" | "bookmarked-sign-in" => {
            trace.statuses(&[303, 401])?;
            ensure!(
                browser.trace.last().is_some_and(|last| {
                    last.path.starts_with("/callback?code=")
                        && !last.cookies.iter().any(|name| name == "oauth_state")
                }),
                "expected the way back without its state"
            );
            Ok(())
        }
        "other-account" => {
            trace.statuses(&[302, 403])?;
            trace.paths(&["/d/42", "/u/0/d/42"])
        }
        "edge-guard" => {
            trace.statuses(&[403])?;
            trace.field("server", Some("AkamaiGHost"))
        }
        "network-changed" => {
            trace.statuses(&[403])?;
            trace.sent(&["prefs", "sid"], None)
        }
        "robot-check" => {
            trace.statuses(&[403])?;
            trace.field("cf-mitigated", Some("challenge"))
        }
        "card" => {
            trace.statuses(&[400])?;
            trace.says("No required SSL certificate was sent")
        }
        "wrong-clock" => {
            trace.statuses(&[303, 401])?;
            trace.field("www-authenticate", None)
        }
        "hotspot" => trace.statuses(&[302, 200]),
        "used-link" => trace.statuses(&[410]),
        "step-up" => api(
            browser,
            401,
            "Bearer realm=\"step-up\", error=\"insufficient_user_authentication\", max_age=60",
        ),
        "odd-scheme" => {
            trace.statuses(&[401])?;
            trace.contains("www-authenticate", "Mutual realm=\"Lab\"")
        }
        "work-sign-in" => {
            trace.statuses(&[401])?;
            trace.field("www-authenticate", Some("Negotiate"))
        }
        "two-gates" => trace.statuses(&[200]),
        "password-in-address" => trace.statuses(&[401, 200]),
        // One load, and a second as a browser tries it again by itself.
        "misdirected" => trace.statuses(&[421]),
        other => bail!("expected facts for `{other}`"),
    }
}

fn too_many_cookies(trace: &Trace<'_>) -> anyhow::Result<()> {
    trace.statuses(&[400])?;
    trace.contains("server", "nginx")?;
    trace.says("Request Header Or Cookie Too Large")?;
    let page = trace.last()?;
    let leftovers = page
        .cookies
        .iter()
        .filter(|name| name.starts_with("nonce."))
        .count();
    ensure!(
        leftovers == 12,
        "expected 12 leftovers, but found {leftovers}"
    );
    ensure!(
        page.cookie_bytes > 8192,
        "expected over 8192 bytes, but found {}",
        page.cookie_bytes
    );
    Ok(())
}

/// The server's clock is three hours behind ours, give or take a minute.
fn is_late(trace: &Trace<'_>) -> anyhow::Result<()> {
    let date = trace.last()?.field("date").unwrap_or_default();
    let behind = SystemTime::now().duration_since(httpdate::parse_http_date(&date)?)?;
    let minutes = behind.as_secs() / 60;
    ensure!(
        (179..=181).contains(&minutes),
        "expected a Date three hours ago, but found one {minutes} minutes ago"
    );
    Ok(())
}

fn invalid_token(wall: &Wall, description: &str) -> String {
    let id = wall.id;
    format!("Bearer realm=\"{id}\", error=\"invalid_token\", error_description=\"{description}\"")
}

/// The page loaded, and its script was answered with this status and challenge.
fn api(browser: &Browser<'_>, status: u16, challenge: &str) -> anyhow::Result<()> {
    ensure!(
        browser.page()?.status == 200,
        "expected the page itself to load"
    );
    let Some(script) = &browser.script else {
        bail!("expected the page's script to ask the API");
    };
    ensure!(
        script.status == status,
        "expected {status}, but found {}",
        script.status
    );
    ensure!(
        script.scheme.as_deref() == Some("Bearer"),
        "expected a bearer token to be sent"
    );
    let found = script.field("www-authenticate");
    ensure!(
        found.as_deref() == Some(challenge),
        "expected {challenge}, but found {found:?}"
    );
    Ok(())
}

/// The exchanges of one load.
struct Trace<'a> {
    wall: &'a Wall,
    all: &'a [Exchange],
    looped: bool,
}

impl Trace<'_> {
    fn last(&self) -> anyhow::Result<&Exchange> {
        match self.all.last() {
            Some(exchange) => Ok(exchange),
            None => bail!("{}: expected an exchange", self.wall.id),
        }
    }

    fn statuses(&self, expected: &[u16]) -> anyhow::Result<()> {
        let found: Vec<u16> = self.all.iter().map(|exchange| exchange.status).collect();
        ensure!(
            found == expected,
            "{}: expected {expected:?}, but found {found:?}",
            self.wall.id
        );
        Ok(())
    }

    fn paths(&self, expected: &[&str]) -> anyhow::Result<()> {
        let found: Vec<&str> = self
            .all
            .iter()
            .map(|exchange| exchange.path.as_str())
            .collect();
        ensure!(
            found == expected,
            "{}: expected {expected:?}, but found {found:?}",
            self.wall.id
        );
        Ok(())
    }

    fn field(&self, name: &str, expected: Option<&str>) -> anyhow::Result<()> {
        let found = self.last()?.field(name);
        ensure!(
            found.as_deref() == expected,
            "{}: expected {name} {expected:?}, but found {found:?}",
            self.wall.id
        );
        Ok(())
    }

    fn contains(&self, name: &str, part: &str) -> anyhow::Result<()> {
        let found = self.last()?.field(name).unwrap_or_default();
        ensure!(
            found.contains(part),
            "{}: expected `{part}` in {name}, but found `{found}`",
            self.wall.id
        );
        Ok(())
    }

    fn says(&self, part: &str) -> anyhow::Result<()> {
        ensure!(
            self.last()?.body.contains(part),
            "{}: expected the page to say `{part}`",
            self.wall.id
        );
        Ok(())
    }

    /// The answer that began the load sets a cookie, in a line that begins so.
    fn first_sets(&self, start: &str) -> anyhow::Result<()> {
        let first = self.all.first();
        let found = first.and_then(|exchange| exchange.field("set-cookie"));
        ensure!(
            found
                .as_deref()
                .is_some_and(|field| field.starts_with(start)),
            "{}: expected Set-Cookie to begin with `{start}`, but found {found:?}",
            self.wall.id
        );
        Ok(())
    }

    fn sent(&self, cookies: &[&str], scheme: Option<&str>) -> anyhow::Result<()> {
        let page = self.last()?;
        ensure!(
            page.cookies == cookies,
            "{}: expected {cookies:?}, but found {:?}",
            self.wall.id,
            page.cookies
        );
        ensure!(
            page.scheme.as_deref() == scheme,
            "{}: expected {scheme:?}, but found {:?}",
            self.wall.id,
            page.scheme
        );
        Ok(())
    }

    fn each(&self, holds: impl Fn(&Exchange) -> bool) -> anyhow::Result<()> {
        let failing = self.all.iter().find(|exchange| !holds(exchange));
        ensure!(
            failing.is_none(),
            "{}: expected the same of every hop, but found {failing:?}",
            self.wall.id
        );
        Ok(())
    }

    /// The redirects went back and forth until the browser gave up.
    fn looped_between(&self, even: &str, odd: &str) -> anyhow::Result<()> {
        ensure!(self.looped, "{}: expected a loop", self.wall.id);
        ensure!(
            self.all.len() == 21,
            "{}: expected 21 requests, but found {}",
            self.wall.id,
            self.all.len()
        );
        for (hop, exchange) in self.all.iter().enumerate() {
            let expected = if hop % 2 == 0 { even } else { odd };
            ensure!(
                exchange.path == expected && exchange.status == 302,
                "{}: hop {hop}: {exchange:?}",
                self.wall.id
            );
        }
        Ok(())
    }
}
