//! The lab itself: a sound table, the index page, the controls, the log, and servers that end with it.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::browser::Browser;
use crate::lab::Lab;
use crate::lab::serve::{CANARY_HOST, CONTROL_HOST, INDEX_HOST};
use crate::lab::table::{WALLS, wall, wall_of_host};
use crate::lab::wall::{Server, State, Step, Wall, WrongFix};

/// Every value of the table that a person types into a password field or prompt.
fn passwords(wall: &Wall) -> Vec<&'static str> {
    let in_fields = |fields: &'static [(&str, &'static str)]| {
        fields
            .iter()
            .filter(|(name, _)| *name != "username")
            .map(|(_, value)| *value)
            .collect()
    };
    let typed = |step: &Step| match step {
        Step::OpenWithCredentials { password, .. } | Step::AnswerPrompt { password, .. } => {
            vec![*password]
        }
        Step::FillAndSubmit { fields } => in_fields(fields),
        _ => Vec::new(),
    };
    let advised = |fix: &WrongFix| match fix {
        WrongFix::AnswerPrompt { password, .. } => vec![*password],
        WrongFix::SignInAgain { fields } => in_fields(fields),
        _ => Vec::new(),
    };
    wall.setup
        .iter()
        .chain(wall.then)
        .flat_map(Step::alone)
        .flat_map(typed)
        .chain(wall.wrong_fixes.iter().flat_map(advised))
        .collect()
}

#[test]
fn table_is_sound() {
    let ids: BTreeSet<&str> = WALLS.iter().map(|wall| wall.id).collect();
    assert_eq!(ids.len(), WALLS.len(), "expected every id once");
    let hosts: BTreeSet<&str> = WALLS.iter().flat_map(Wall::hosts).collect();
    assert_eq!(
        hosts.len(),
        WALLS.iter().flat_map(Wall::hosts).count(),
        "expected every host once"
    );
    for wall in WALLS {
        let kebab = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(
            kebab(wall.id) && kebab(wall.finding) && kebab(wall.remedy),
            "{}: ids are kebab-case",
            wall.id
        );
        assert!(
            wall.hosts().all(|host| host.ends_with(".test")),
            "{}: hosts end in .test",
            wall.id
        );
        assert!(
            !wall.title.is_empty() && !wall.seen.is_empty(),
            "{}: expected words",
            wall.id
        );
        let healthy = wall.states.contains(&State::Clear);
        assert_eq!(
            wall.finding.is_empty(),
            healthy,
            "{}: a finding, or nothing wrong",
            wall.id
        );
        assert_eq!(
            wall.remedy.is_empty(),
            healthy,
            "{}: a remedy, or nothing wrong",
            wall.id
        );
        assert_eq!(
            wall.may_remove.is_empty(),
            wall.remedy != "remove-cookies",
            "{}: may_remove",
            wall.id
        );
        for secret in passwords(wall) {
            assert!(
                wall.secrets.contains(&secret),
                "{}: `{secret}` is missing in secrets",
                wall.id
            );
        }
        for secret in wall.secrets {
            let own = secret.starts_with("s3cret-") && secret.ends_with(wall.id);
            assert!(own, "{}: `{secret}` must say whose it is", wall.id);
        }
    }
}

#[test]
fn cookie_match_takes_name_prefix_and_domain() {
    let rows = wall("too-many-cookies").map_or(&[][..], |wall| wall.may_remove);
    let covered = |name, domain| rows.iter().any(|row| row.covers(name, domain));
    assert!(covered("nonce.1", "too-many-cookies.test"));
    assert!(covered("nonce.1", ".too-many-cookies.test"));
    assert!(!covered("sid", "too-many-cookies.test"));
    assert!(!covered("nonce.1", "other.test"));
}

#[test]
fn secrets_include_basic_credentials_as_sent() -> anyhow::Result<()> {
    let secrets = wall("plain-basic")
        .context("expected a row")?
        .secret_strings();
    // From `printf mira:s3cret-password-plain-basic | base64`.
    assert!(
        secrets
            .iter()
            .any(|secret| secret == "bWlyYTpzM2NyZXQtcGFzc3dvcmQtcGxhaW4tYmFzaWM="),
        "{secrets:?}"
    );
    Ok(())
}

#[tokio::test]
async fn index_lists_every_wall() -> anyhow::Result<()> {
    let lab = Lab::start_own().await?;
    let members = wall("members").context("expected a row")?;
    let mut browser = Browser::new(&lab, members);
    browser.open(INDEX_HOST, "/").await?;
    let index = browser.page()?.body.clone();
    for wall in WALLS {
        ensure!(
            index.contains(&format!("<section id=\"{}\">", wall.id)),
            "expected {} on the index",
            wall.id
        );
        let running = index.contains(&format!(
            "href=\"{}",
            lab.url(wall, "").unwrap_or_else(|_| "-".to_owned())
        ));
        ensure!(
            running == lab.runs(wall),
            "expected a link to {} if it runs",
            wall.id
        );
    }
    browser.open(INDEX_HOST, "/walls.json").await?;
    let table: Vec<serde_json::Value> = serde_json::from_str(&browser.page()?.body)?;
    ensure!(
        table.len() == WALLS.len(),
        "expected the whole table as JSON"
    );
    Ok(())
}

#[tokio::test]
async fn controls_forget_reset_and_report() -> anyhow::Result<()> {
    let lab = Lab::start_own().await?;
    let expired = wall("expired").context("expected a row")?;
    let mut browser = Browser::new(&lab, expired);
    for step in expired
        .then
        .iter()
        .chain(&[Step::Open { path: "/inbox" }])
        .rev()
    {
        browser.step(step).await?;
    }
    ensure!(browser.is_in(), "expected to be in");
    browser.post(CONTROL_HOST, "/forget/expired").await?;
    ensure!(
        browser.page()?.status == 204,
        "expected the control to work"
    );
    browser.open(expired.host, "/inbox").await?;
    ensure!(!browser.is_in(), "expected the session to be gone");
    browser.open(CONTROL_HOST, "/requests/expired").await?;
    let report = browser.page()?.body.clone();
    ensure!(
        report.contains("\"cookies\":[\"sid\"]"),
        "expected the cookie's name in {report}"
    );
    ensure!(!report.contains("s3cret"), "expected no value in {report}");
    ensure!(
        lab.requests(expired).len() == 6,
        "expected 6 requests, but found {:?}",
        lab.requests(expired)
    );
    browser.post(CONTROL_HOST, "/reset/expired").await?;
    ensure!(lab.requests(expired).is_empty(), "expected an empty log");
    browser.post(CONTROL_HOST, "/forget/nobody").await?;
    ensure!(browser.page()?.status == 404, "expected no such wall");
    Ok(())
}

#[tokio::test]
#[expect(clippy::print_stderr, reason = "a test that could not run must say so")]
async fn the_control_forget_restarts_a_framework() -> anyhow::Result<()> {
    let lab = Lab::start().await?;
    let restarted = wall("flask-key").context("expected a row")?;
    if !lab.runs(restarted) {
        eprintln!("not run: Flask is not installed");
        return Ok(());
    }
    let mut browser = Browser::new(&lab, restarted);
    browser.open(restarted.host, "/inbox").await?;
    for step in restarted.then {
        browser.step(step).await?;
    }
    ensure!(browser.is_in(), "expected to be in");
    // The controls are on the lab's own server.
    let mut other = Browser::new(&lab, wall("members").context("expected a row")?);
    other.post(CONTROL_HOST, "/forget/flask-key").await?;
    ensure!(other.page()?.status == 204, "expected the control to work");
    browser.open(restarted.host, "/inbox").await?;
    ensure!(!browser.is_in(), "expected the session to be gone");
    Ok(())
}

#[tokio::test]
async fn canary_sets_its_cookie() -> anyhow::Result<()> {
    let lab = Lab::start_own().await?;
    let mut browser = Browser::new(&lab, wall("members").context("expected a row")?);
    browser.open(CANARY_HOST, "/").await?;
    let found: Vec<_> = browser
        .jar
        .iter()
        .map(|cookie| (&*cookie.name, &*cookie.value, &*cookie.domain))
        .collect();
    ensure!(
        found == [("canary", "1", CANARY_HOST)],
        "expected the canary, but found {found:?}"
    );
    ensure!(
        browser
            .page()?
            .body
            .contains("localStorage.setItem('canary', '1')"),
        "expected storage too"
    );
    Ok(())
}

#[tokio::test]
async fn healthy_page_asks_for_four_things_it_does_not_get() -> anyhow::Result<()> {
    let lab = Lab::start_own().await?;
    let healthy = wall("healthy").context("expected a row")?;
    let mut browser = Browser::new(&lab, healthy);
    for (path, status) in [
        ("/api/me", 401),
        ("/favicon.ico", 401),
        ("/missing.png", 404),
        ("/beacon", 403),
    ] {
        browser.open(healthy.host, path).await?;
        let page = browser.page()?;
        ensure!(
            page.status == status,
            "expected {status} for {path}, but found {}",
            page.status
        );
        let bearer = page
            .field("www-authenticate")
            .is_some_and(|field| field.starts_with("Bearer "));
        ensure!(
            bearer == (status == 401),
            "expected no challenge that brings up a prompt for {path}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn busy_grows_with_each_try_and_ends() -> anyhow::Result<()> {
    let lab = Lab::start_own().await?;
    let busy = wall("busy").context("expected a row")?;
    let mut browser = Browser::new(&lab, busy);
    for step in busy.setup {
        browser.step(step).await?;
    }
    browser.reload().await?;
    let wait = browser.page()?.field("retry-after");
    ensure!(
        wait.as_deref() == Some("8"),
        "expected a longer wait, but found {wait:?}"
    );
    lab.pass_time(busy, Duration::from_secs(4));
    browser.open(busy.host, "/inbox").await?;
    ensure!(
        browser.page()?.status == 429,
        "expected to be refused still"
    );
    lab.pass_time(busy, Duration::from_secs(4));
    browser.open(busy.host, "/inbox").await?;
    ensure!(browser.page()?.status == 200, "expected the form again");
    Ok(())
}

#[tokio::test]
async fn old_form_refuses_the_first_of_two_tabs() -> anyhow::Result<()> {
    let lab = Lab::start_own().await?;
    let old_form = wall("old-form").context("expected a row")?;
    let mut first = Browser::new(&lab, old_form);
    first.open(old_form.host, "/settings").await?;
    let mut second = Browser::new(&lab, old_form);
    second.open(old_form.host, "/settings").await?;
    first.jar.clone_from(&second.jar);
    for step in old_form.then {
        first.step(step).await?;
    }
    ensure!(
        first.page()?.status == 419,
        "expected 419, but found {}",
        first.page()?.status
    );
    Ok(())
}

#[tokio::test]
async fn locked_site_says_not_found_reliably() -> anyhow::Result<()> {
    let lab = Lab::start_own().await?;
    let locked = wall("locked").context("expected a row")?;
    let mut browser = Browser::new(&lab, locked);
    let probe = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200";
    browser.open(locked.host, probe).await?;
    ensure!(
        browser.page()?.status == 404,
        "expected 404, or Chromium does not open change-password"
    );
    browser
        .open(locked.host, "/.well-known/change-password")
        .await?;
    ensure!(
        browser.page()?.path == "/reset",
        "expected the form for a new password"
    );
    Ok(())
}

#[test]
fn unknown_hosts_have_no_wall() {
    assert!(wall_of_host("nobody.test").is_none());
    assert!(wall_of_host("www.two-cookies.test").is_some());
}

#[tokio::test]
async fn a_dropped_lab_leaves_no_server_and_no_file() -> anyhow::Result<()> {
    let lab = Lab::start().await?;
    let dir = lab
        .ca_file()
        .parent()
        .context("expected a directory")?
        .to_owned();
    let foreign = WALLS
        .iter()
        .any(|wall| !matches!(wall.server, Server::Lab | Server::LabTls) && lab.runs(wall));
    ensure!(
        (programs_naming(&dir) > 0) == foreign,
        "expected programs to run where any is installed"
    );
    drop(lab);
    ensure!(!dir.exists(), "expected {} to be gone", dir.display());
    ensure!(programs_naming(&dir) == 0, "expected no program to be left");
    Ok(())
}

/// How many live programs have a path under this directory among their arguments.
fn programs_naming(dir: &Path) -> usize {
    let needle = dir.to_string_lossy().into_owned();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines
        .filter(|line| String::from_utf8_lossy(line).contains(&needle))
        .count()
}
