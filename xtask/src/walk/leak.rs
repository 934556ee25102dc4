//! Nothing leaks: no password, token or cookie value of a wall is kept, shown or logged.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};

use super::person::Person;
use crate::browser::{PATIENCE, Popup, StorageArea, until};

/// Searches every place that Readmit writes to. Only an undo snapshot may hold values.
pub(super) async fn check(person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
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
        no_secret(person, place, &text)?;
    }
    // Otherwise this test could pass for a snapshot that was never taken.
    let removed = !person.wall.may_remove.is_empty() || !person.wall.may_remove_stored.is_empty();
    ensure!(
        removed != snapshots.is_empty(),
        "expected {} undo snapshot, but found {}",
        if removed { "an" } else { "no" },
        snapshots.len()
    );
    Ok(())
}

/// Lets the snapshot's time run out while the background is stopped, and searches again.
pub(super) async fn check_after_expiry(person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
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
    let everything = browser.storage_dump(StorageArea::Session).await?;
    no_secret(person, "storage.session", &everything)?;
    check_popup(person, popup).await
}

async fn check_popup(person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
    no_secret(person, "the popup", &popup.dom_text().await?)
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

/// Fails where a text holds one of the wall's secrets, naming the place and never the secret's surroundings.
fn no_secret(person: &Person<'_>, place: &str, text: &str) -> Result<()> {
    let found = person
        .wall
        .secret_strings()
        .into_iter()
        .find(|secret| text.contains(secret.as_str()));
    let found = found.map_or(Ok(()), |secret| {
        Err(anyhow::anyhow!(
            "expected no secret in {place}, but found `{secret}`"
        ))
    });
    found.context("looking for what leaked")
}
