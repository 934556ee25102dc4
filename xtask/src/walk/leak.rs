//! Nothing leaks: no password, token or cookie value of a wall is kept, shown or logged.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};

use super::kept::cookies_of;
use super::person::Person;
use crate::browser::{CookieAttributes, PATIENCE, Popup, StorageArea, until};

/// A cookie's value shorter than this may stand in a text by chance.
const CHANCE: usize = 16;

/// Searches every place that Readmit writes to. Only an undo snapshot may hold values. `before` are the wall's cookies
/// right before the fix: a framework draws their values, so that no table has them.
pub(super) async fn check(
    person: &Person<'_>,
    popup: &Popup<'_>,
    before: &[CookieAttributes],
) -> Result<()> {
    let secrets = secrets(person, before).await?;
    let (snapshots, rest) = session(person).await?;
    let browser = person.browser;
    let local = browser.storage_dump(StorageArea::Local).await?;
    let console = browser.console_log()?;
    let reading = popup.read().await?;
    let report = reading.report.unwrap_or_default();
    for (place, text) in [
        ("storage.local", local),
        ("storage.session", Value::Object(rest).to_string()),
        ("the popup", popup.dom_text().await?),
        ("the report", report),
        ("a console", console),
    ] {
        no_secret(&secrets, place, &text)?;
    }
    // Otherwise this test could pass for a snapshot that was never taken.
    let removed = person.wall.removes();
    ensure!(
        removed != snapshots.is_empty(),
        "expected {} undo snapshot, but found {}",
        if removed { "an" } else { "no" },
        snapshots.len()
    );
    Ok(())
}

/// Lets the snapshot's time run out while the background is stopped, and searches again.
pub(super) async fn check_after_expiry(
    person: &Person<'_>,
    popup: &Popup<'_>,
    before: &[CookieAttributes],
) -> Result<()> {
    let browser = person.browser;
    let (snapshots, _) = session(person).await?;
    if snapshots.is_empty() {
        return Ok(());
    }
    browser.stop_worker().await?;
    let past: Map<String, Value> = snapshots
        .into_iter()
        .map(|(key, mut snapshot)| {
            snapshot["expires"] = json!(1);
            (key, snapshot)
        })
        .collect();
    browser.call("storage.session.set", json!([past])).await?;
    // A late event may have woken it in between, to the snapshot as it was.
    browser.stop_worker().await?;
    // Any page wakes the background; what has run out is dropped as it starts.
    person.opens_wanted(&person.tab).await?;
    until("the snapshot to be dropped", PATIENCE, async || {
        let (snapshots, _) = session(person).await?;
        Ok(if snapshots.is_empty() {
            Ok(())
        } else {
            Err(format!("{} of them", snapshots.len()))
        })
    })
    .await?;
    let secrets = secrets(person, before).await?;
    let everything = browser.storage_dump(StorageArea::Session).await?;
    no_secret(&secrets, "storage.session", &everything)?;
    no_secret(&secrets, "the popup", &popup.dom_text().await?)
}

/// Nothing secret is in the popup, nor in what is kept for good.
pub(super) async fn nothing_shown(person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
    let local = person.browser.storage_dump(StorageArea::Local).await?;
    no_secret_in(person, "the popup", &popup.dom_text().await?).await?;
    no_secret_in(person, "storage.local", &local).await
}

/// No secret of the wall is in a text.
pub(super) async fn no_secret_in(person: &Person<'_>, place: &str, text: &str) -> Result<()> {
    no_secret(&secrets(person, &[]).await?, place, text)
}

/// What the table knows, and the values of the wall's cookies before the fix and now.
async fn secrets(person: &Person<'_>, before: &[CookieAttributes]) -> Result<Vec<String>> {
    let now = cookies_of(person.browser, person.wall).await?;
    let values = before.iter().chain(&now).map(|cookie| cookie.value.clone());
    let mut secrets = person.wall.secret_strings();
    secrets.extend(values.filter(|value| value.len() >= CHANCE));
    Ok(secrets)
}

/// `storage.session`, the undo snapshots apart from the rest.
async fn session(person: &Person<'_>) -> Result<(Map<String, Value>, Map<String, Value>)> {
    let text = person.browser.storage_dump(StorageArea::Session).await?;
    let Value::Object(all) = serde_json::from_str(&text)? else {
        anyhow::bail!("expected storage.session to be an object")
    };
    let (snapshots, rest): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|(key, _)| key.starts_with("undo:"));
    Ok((snapshots.into_iter().collect(), rest.into_iter().collect()))
}

/// Fails where a text holds a secret, naming the place and never the secret's surroundings.
fn no_secret(secrets: &[String], place: &str, text: &str) -> Result<()> {
    let found = secrets.iter().find(|secret| text.contains(secret.as_str()));
    let found = found.map_or(Ok(()), |secret| {
        Err(anyhow::anyhow!(
            "expected no secret in {place}, but found `{secret}`"
        ))
    });
    found.context("looking for what leaked")
}
