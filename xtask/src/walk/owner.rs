//! The popup's owner part in real browsers: costs nothing while it is off, explains the exchange, repeats it by curl with
//! the same status, and exports it without a secret.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::kept::cookies_of;
use super::person::Person;
use super::{Seen, Stage, expect, leak, looks, picture};
use crate::browser::{CookieAttributes, Kind, Popup, StorageArea};
use crate::lab::table;
use crate::lab::wall::Wall;
use crate::{setup, tools};

/// A wall that the owner's part is looked at in front of, and what it has to say there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight {
    /// The wall's id.
    wall: &'static str,
    /// Ids of sentences that must be there.
    notes: &'static [&'static str],
    /// Field lines that must be offered: what they begin with.
    fields: &'static [&'static str],
    /// Whether a place that breaks the grammar has to be marked.
    flawed: bool,
    /// What the check without a sign-in gives; empty where it is not offered.
    checked: &'static str,
}

impl Sight {
    /// All walls that it is looked at in front of.
    pub(super) const ALL: &'static [Self] = &[
        Self {
            wall: "no-challenge",
            notes: &[
                "did-nothing-no-challenge",
                "did-send-no-cookies",
                "send-basic",
                "crawl-refused",
            ],
            fields: &[
                "WWW-Authenticate: Basic realm=\"no-challenge.test\"",
                "Location: ",
            ],
            flawed: false,
            checked: "check-same-refused",
        },
        Self {
            wall: "bad-challenge",
            notes: &["did-nothing-no-challenge", "send-basic"],
            fields: &["WWW-Authenticate: Basic "],
            flawed: true,
            checked: "check-same-refused",
        },
        Self {
            wall: "basic",
            notes: &[
                "scheme-basic",
                "answer-browser",
                "param-realm",
                "space",
                "space-path",
                "also-plain-http",
            ],
            fields: &[],
            flawed: false,
            checked: "check-same-refused",
        },
        Self {
            wall: "too-many-cookies",
            notes: &["did-send-cookies", "crawl-client-error"],
            fields: &[],
            flawed: false,
            checked: "check-redirected",
        },
        Self {
            wall: "grown-cookie",
            notes: &["cookie-set-by", "cookie-too-large", "cookie-not-returned"],
            fields: &[],
            flawed: false,
            checked: "",
        },
        Self {
            wall: "spa-token",
            notes: &["did-script", "scheme-bearer", "answer-page", "crawl-part"],
            fields: &[],
            flawed: false,
            checked: "check-same-refused",
        },
        Self {
            wall: "old-form",
            notes: &["did-send-no-cookies", "cookie-set-by", "crawl-client-error"],
            fields: &[],
            flawed: false,
            checked: "",
        },
    ];

    /// The check's name.
    pub(super) fn name(self) -> String {
        format!("owner part at {}", self.wall)
    }

    /// Runs the check; `axe` is axe-core's file.
    pub(super) async fn check(self, stage: &mut Stage<'_>, axe: &Path) -> Result<()> {
        let source = fs::read_to_string(axe)
            .with_context(|| format!("expected axe-core at `{}`", axe.display()))?;
        let wall = table::wall(self.wall).context("expected the lab to have the wall")?;
        let browser = stage.fresh(wall).await?;
        let person = Person::new(stage.ground(), &browser, wall).await?;
        person.gets_stuck().await?;
        let popup = browser.open_popup(&person.tab).await?;
        expect::diagnosis(&person, &popup, &mut Seen::default()).await?;
        costs_nothing_while_off(&person, &popup).await?;
        popup.press("[data-owner-switch]").await?;
        self.explains(&person, &popup).await?;
        self.asks_as_a_stranger(&person, &popup).await?;
        repeats(&person, &popup)
            .await
            .context("repeating the request")?;
        exports(&person, &popup).await.context("exporting")?;
        if self.wall == Self::ALL[0].wall {
            counts(&person, &popup).await.context("counting")?;
        }
        leak::nothing_shown(&person, &popup).await?;
        looks::no_violation(&browser, &source, popup.tab(), "the owner's part").await?;
        if let Some(folder) = &stage.ground().pictures {
            pictures(&person, &popup, folder, wall).await?;
        }
        if self.wall == Self::ALL[0].wall {
            erases(&person, &popup).await.context("erasing")?;
        }
        popup.close().await?;
        is_remembered(&person).await?;
        stage.give_back(browser);
        Ok(())
    }

    /// The sentences and the fields are there.
    async fn explains(self, person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
        let there = "return Boolean(document.querySelector('[data-owner-part=request]'));";
        let browser = person.browser;
        browser
            .wait_script(popup.tab(), "the owner's part to be drawn", there)
            .await?;
        let script = "const all = selector => [...document.querySelectorAll(selector)];
            return {
                notes: all('aside [data-note]').map(one => one.dataset.note),
                flaws: all('aside [data-flaw] mark').length,
                silent: all('aside [data-note], aside summary, aside h2, aside h3').filter(one => !one.textContent.trim()).length,
                fields: all('[data-owner-part=send] pre').map(one => one.textContent),
            };";
        let found = browser.run(popup.tab(), script, vec![]).await?;
        for note in self.notes {
            ensure!(
                list(&found["notes"]).contains(note),
                "expected the sentence `{note}`, but found {found:#}"
            );
        }
        for field in self.fields {
            ensure!(
                list(&found["fields"])
                    .iter()
                    .any(|found| found.starts_with(field)),
                "expected the field `{field}`, but found {found:#}"
            );
        }
        ensure!(
            (found["flaws"] != 0) == self.flawed,
            "expected {} place that breaks the grammar, but found {found:#}",
            if self.flawed { "a" } else { "no" }
        );
        ensure!(
            found["silent"] == 0,
            "expected a text for every sentence and heading, but found {found:#}"
        );
        Ok(())
    }

    /// The check without a sign-in gives what a stranger gets.
    async fn asks_as_a_stranger(self, person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
        if self.checked.is_empty() {
            let there = "return Boolean(document.querySelector('aside [data-ask]'));";
            let offered = person.browser.run(popup.tab(), there, vec![]).await?;
            ensure!(offered == false, "expected no check to be offered");
            return Ok(());
        }
        popup.press("aside [data-ask]").await?;
        let note = "document.querySelector('[data-answer] [data-note]')";
        let browser = person.browser;
        let there = format!("return Boolean({note});");
        browser
            .wait_script(popup.tab(), "the outcome of the check", &there)
            .await?;
        let read = format!("return {note}.dataset.note;");
        let found = browser.run(popup.tab(), &read, vec![]).await?;
        ensure!(
            found == self.checked,
            "expected the outcome `{}` of the check, but found {found}",
            self.checked
        );
        Ok(())
    }
}

fn list(value: &Value) -> Vec<&str> {
    let values = value.as_array().into_iter().flatten();
    values.filter_map(Value::as_str).collect()
}

/// While the switch is off, nothing of the part is loaded, and nothing is remembered.
async fn costs_nothing_while_off(person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
    let script = "return performance.getEntriesByType('resource').map(one => one.name).filter(name => /owner/.test(name));";
    let found = person.browser.run(popup.tab(), script, vec![]).await?;
    ensure!(
        found == json!([]),
        "expected nothing to be loaded while the switch is off, but found {found}"
    );
    Ok(())
}

/// The command that the popup shows for curl, with its placeholders filled in, gets the status that the browser got; so
/// does the one for the console, in the page; the one for Python can be read by it.
async fn repeats(person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
    let reading = popup.read().await?;
    let wanted = &reading.top().context("expected a finding on top")?.status;
    let curl = command(person, popup, "curl").await?;
    let cookies = cookies_of(person.browser, person.wall).await?;
    let status = run(&filled(&curl, &cookies)?)?;
    ensure!(
        status == *wanted,
        "expected curl to get {wanted}, but it got {status} by:\n{curl}"
    );
    let fetch = command(person, popup, "fetch").await?;
    // A prompt stands over its page, which then runs nothing; Chromium's own error page is no page of the site's.
    let browser = person.browser;
    let is_page = !browser.prompt_open(&person.tab).await?
        && browser
            .run(&person.tab, "return origin !== 'null';", vec![])
            .await?
            == true;
    if is_page {
        let script = format!("return (async () => {{ {fetch}\nreturn answer.status; }})();");
        let status = browser.run(&person.tab, &script, vec![]).await?;
        ensure!(
            status.as_u64() == wanted.parse().ok(),
            "expected the page's console to get {wanted}, but it got {status} by:\n{fetch}"
        );
    }
    let python = command(person, popup, "python").await?;
    let mut read = Command::new("python3");
    read.args(["-c", "import ast, sys; ast.parse(sys.argv[1])", &python]);
    tools::read(&mut read).map(drop)
}

/// The text of one of the commands.
async fn command(person: &Person<'_>, popup: &Popup<'_>, id: &str) -> Result<String> {
    popup.press(&format!("[data-command={id}]")).await?;
    let script = "return document.querySelector('pre[data-commands]').textContent;";
    let text = person.browser.run(popup.tab(), script, vec![]).await?;
    Ok(text.as_str().context("expected a command")?.to_owned())
}

/// The command for curl with the values that the browser has.
fn filled(command: &str, cookies: &[CookieAttributes]) -> Result<String> {
    let variable_of = |cookie: &CookieAttributes| {
        let name = format!("COOKIE_{}", cookie.name.to_ascii_uppercase());
        name.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    };
    let pair = |cookie: &CookieAttributes| format!("{}={}", cookie.name, cookie.value);
    let value = |variable: &str| match variable {
        "BODY" => Ok("a=b".to_owned()),
        "TOKEN" => Ok("a.b.c".to_owned()),
        "COOKIES" => Ok(cookies.iter().map(pair).collect::<Vec<_>>().join("; ")),
        _ => cookies
            .iter()
            .find(|cookie| variable_of(cookie) == variable)
            .map(|cookie| cookie.value.clone())
            .with_context(|| format!("expected to know the value of `{variable}`")),
    };
    let mut filled = String::new();
    for line in command.lines() {
        match line.strip_suffix("='<value>'") {
            Some(variable) => filled.push_str(&format!("{variable}='{}'\n", value(variable)?)),
            None => filled.push_str(&format!("{line}\n")),
        }
    }
    Ok(filled)
}

/// Runs a command in a shell whose curl finds the lab's hosts on this machine, and gives the status.
fn run(command: &str) -> Result<String> {
    let curl = setup::curl()?;
    let script = format!(
        "curl() {{ '{}' --silent --show-error --insecure --noproxy '*' --connect-to '::127.0.0.1:' \
         --output /dev/null --write-out '%{{http_code}}' \"$@\"; }}\n{command}",
        curl.display()
    );
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(script);
    tools::read(&mut shell)
}

/// Both exports are shown before they are saved, can be read, and the recording tells the command line the same.
async fn exports(person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
    let script = "return document.querySelector('pre[data-preview]')?.textContent ?? null;";
    popup.press("[data-export=har]").await?;
    let har = person.browser.run(popup.tab(), script, vec![]).await?;
    let har = har.as_str().context("expected a preview")?.to_owned();
    let log = serde_json::from_str::<Value>(&har).context("expected a HAR")?["log"].take();
    ensure!(
        log["version"] == "1.2" && log["entries"][0]["request"]["url"].is_string(),
        "expected a HAR 1.2, but found {log:#}"
    );
    leak::no_secret_in(person, "the HAR", &har).await?;
    popup.press("[data-export=json]").await?;
    let rows = person.browser.run(popup.tab(), script, vec![]).await?;
    let row = rows.as_str().and_then(|rows| rows.lines().next());
    let row: Value = serde_json::from_str(row.context("expected a row")?)?;
    let reading = popup.read().await?;
    let top = reading.top().context("expected a finding on top")?;
    let status = row["status"].as_u64().map(|status| status.to_string());
    ensure!(
        row["finding"] == top.id.as_str() && status.as_ref() == Some(&top.status),
        "expected the row of `{}`, but found {row}",
        top.id
    );
    let again = diagnosed(&har)?;
    ensure!(
        again.contains(&format!("\"finding\":\"{}\"", top.id)),
        "expected the recording to tell `{}`, but it tells:\n{again}",
        top.id
    );
    popup.press("[data-save]").await
}

/// A failure is counted once while the switch is on, without its address.
async fn counts(person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
    let browser = person.browser;
    total(person, popup, 0).await?;
    // What failed before the switch was turned on is in the time line, and is counted with the next failure.
    browser.open(&person.tab, &person.wanted()?).await?;
    total(person, popup, 2).await?;
    let local = browser.storage_dump(StorageArea::Local).await?;
    let local: Value = serde_json::from_str(&local)?;
    let history = local["history"].as_object().context("expected counts")?;
    let plain = |key: &String| key.split(' ').count() == 3 && !key.contains('/');
    ensure!(
        history.keys().all(plain),
        "expected hours, statuses and sites alone, but found {local:#}"
    );
    Ok(())
}

/// Waits until the history tells of so many failures.
async fn total(person: &Person<'_>, popup: &Popup<'_>, wanted: u32) -> Result<()> {
    let there = format!(
        "return document.querySelector('[data-owner-part=history]')?.dataset.total === '{wanted}';"
    );
    let what = format!("{wanted} failures in the history");
    let browser = person.browser;
    browser.wait_script(popup.tab(), &what, &there).await
}

/// The history can be erased.
async fn erases(person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
    popup.press("[data-erase]").await?;
    total(person, popup, 0).await?;
    let local = person.browser.storage_dump(StorageArea::Local).await?;
    ensure!(
        !local.contains("history"),
        "expected no history to be kept, but found {local}"
    );
    Ok(())
}

/// What the command line says of a recording.
fn diagnosed(har: &str) -> Result<String> {
    let mut cargo = tools::cargo();
    cargo.args([
        "run",
        "--quiet",
        "--locked",
        "--package",
        "readmit",
        "--bin",
        "readmit",
    ]);
    cargo.args(["--", "diagnose", "-", "--format", "json"]);
    let mut child = cargo
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("expected cargo to start")?;
    child
        .stdin
        .take()
        .context("expected a way in")?
        .write_all(har.as_bytes())?;
    Ok(String::from_utf8(child.wait_with_output()?.stdout)?)
}

/// The choice is remembered: the next popup has the part, and without it once it is turned off.
async fn is_remembered(person: &Person<'_>) -> Result<()> {
    let there = "return Boolean(document.querySelector('[data-owner-part=request]'));";
    let gone = "return !document.querySelector('[data-owner-part]');";
    let browser = person.browser;
    let popup = browser.open_popup(&person.tab).await?;
    browser
        .wait_script(popup.tab(), "the owner's part in the next popup", there)
        .await?;
    popup.press("[data-owner-switch]").await?;
    browser
        .wait_script(popup.tab(), "the owner's part to go", gone)
        .await?;
    popup.close().await?;
    let popup = browser.open_popup(&person.tab).await?;
    popup.read().await?;
    costs_nothing_while_off(person, &popup).await?;
    popup.close().await
}

/// Pictures of the part, all of it unfolded by the look at its accessibility, in both schemes.
async fn pictures(
    person: &Person<'_>,
    popup: &Popup<'_>,
    folder: &Path,
    wall: &Wall,
) -> Result<()> {
    let kind: Kind = person.browser.kind();
    for (dark, suffix) in [(false, "owner"), (true, "owner-dark")] {
        person.browser.set_scheme(popup.tab(), dark).await?;
        let path = picture(folder, kind, wall, suffix);
        let parent = path.parent().context("expected a picture in a folder")?;
        fs::create_dir_all(parent)?;
        let (width, _) = popup.screenshot(&path).await?;
        ensure!(
            width <= 360,
            "expected nothing to stick out of the popup, but it is {width} pixels wide"
        );
    }
    person.browser.set_scheme(popup.tab(), false).await
}
