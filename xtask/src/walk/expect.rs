//! What the popup has to show in front of a wall and behind it.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::person::{Person, is_of_the_person, is_report, opens_tab};
use super::{Seen, calm};
use crate::browser::popup::{FindingReading, PopupReading};
use crate::browser::{Popup, Tab};
use crate::lab::wall::State;

/// How often the wanted page has to show again after a fix.
const FURTHER_LOADS: usize = 3;

/// Waits for the table's diagnosis and checks all that the popup offers with it.
pub(super) async fn diagnosis(
    person: &Person<'_>,
    popup: &Popup<'_>,
    seen: &mut Seen,
) -> Result<PopupReading> {
    let wall = person.wall;
    if wall.finding.is_empty() {
        calm(person.browser, &person.tab).await?;
        let reading = popup.read().await?;
        seen.note(&reading);
        ensure!(
            reading.state == "clear" && reading.findings.is_empty(),
            "expected the popup to be clear, but found {reading:#?}"
        );
        badge(person, "").await?;
        return Ok(reading);
    }
    let states: Vec<&str> = wall.states.iter().map(|state| state_name(*state)).collect();
    let waited = popup
        .wait(
            &format!(
                "the finding `{}` and the remedy `{}` on top in one of the states {states:?}",
                wall.finding, wall.remedy
            ),
            |reading| {
                states.contains(&reading.state.as_str())
                    && reading.top().is_some_and(|top| {
                        let primary = top.remedies.iter().find(|remedy| remedy.primary);
                        top.id == wall.finding && primary.is_some_and(|it| it.id == wall.remedy)
                    })
            },
        )
        .await;
    seen.note(&popup.read().await?);
    let reading = waited?;
    let top = reading.top().context("expected a finding on top")?;
    offers(person, top)?;
    ensure!(
        !top.title.is_empty() && !top.why.is_empty(),
        "expected a title and a sentence why, but found {top:#?}"
    );
    match reading.state.as_str() {
        "wall" => badge(person, "!").await?,
        _ => {
            // A failing background request is counted; a mere note is not.
            let text = badge_text(person).await?;
            ensure!(
                text != "!",
                "expected no alarm for the state `{}`, but found the badge `{text}`",
                reading.state
            );
        }
    }
    if !wall.gets_in {
        touches_nothing(person, &reading)?;
    }
    Ok(reading)
}

/// The first remedy and those that have to follow it.
fn offers(person: &Person<'_>, top: &FindingReading) -> Result<()> {
    let wall = person.wall;
    let primary: Vec<&str> = top
        .remedies
        .iter()
        .filter(|remedy| remedy.primary)
        .map(|remedy| remedy.id.as_str())
        .collect();
    ensure!(
        primary == [wall.remedy],
        "expected `{}` as the one primary remedy, but found {primary:?} among {:#?}",
        wall.remedy,
        top.remedies
    );
    let mut later = top
        .remedies
        .iter()
        .map(|remedy| remedy.id.as_str())
        .skip_while(|id| *id != wall.remedy)
        .skip(1);
    for id in wall.later_remedies {
        ensure!(
            later.any(|found| found == *id),
            "expected `{id}` after `{}`, but found {:#?}",
            wall.remedy,
            top.remedies
        );
    }
    Ok(())
}

/// Where no fix of the person's helps, nothing may be touched.
fn touches_nothing(person: &Person<'_>, reading: &PopupReading) -> Result<()> {
    for finding in &reading.findings {
        for remedy in &finding.remedies {
            ensure!(
                remedy.touches.as_deref() == Some("nothing")
                    || (!remedy.primary && person.wall.may_offer.contains(&remedy.id.as_str())),
                "expected every offer of `{}` to touch nothing, but found {remedy:#?}",
                finding.id
            );
        }
    }
    Ok(())
}

/// What has to be true once the first remedy was followed; `shown` is the tab in which it ended.
pub(super) async fn ending(person: &Person<'_>, popup: &Popup<'_>, shown: &Tab) -> Result<()> {
    let wall = person.wall;
    if !wall.gets_in {
        return still_out(person, popup).await;
    }
    person
        .is_in(shown)
        .await
        .context("looking for the wanted page")?;
    let acted = !wall.remedy.is_empty()
        && !person.by_hand()
        && !matches!(wall.remedy, "ask-owner" | "ask-it")
        && !opens_tab(wall.remedy)
        && !is_of_the_person(wall.remedy);
    if acted {
        let reading = popup.wait_state("fixed").await?;
        ensure!(
            reading.tab == person.tab.id.to_string(),
            "expected the popup to speak of tab {}, but found {}",
            person.tab.id,
            reading.tab
        );
        badge(person, "").await?;
    }
    Ok(())
}

/// Once in, the person stays in: the wanted page shows on each further load, and no wall comes back.
pub(super) async fn lasting(person: &Person<'_>, popup: &Popup<'_>, shown: &Tab) -> Result<()> {
    if !person.wall.gets_in {
        return Ok(());
    }
    for load in 1..=FURTHER_LOADS {
        person
            .opens_wanted(shown)
            .await
            .with_context(|| format!("loading the wanted page again, time {load}"))?;
    }
    let of_shown;
    let popup = if shown.id == person.tab.id {
        popup
    } else {
        of_shown = person.browser.open_popup(shown).await?;
        &of_shown
    };
    let calm_states = ["clear", "fixed", "notice"];
    popup
        .wait("no wall after three further loads", |reading| {
            calm_states.contains(&reading.state.as_str())
        })
        .await?;
    Ok(())
}

/// A wall that nothing on the person's side opens: what was tried is not called a success.
async fn still_out(person: &Person<'_>, popup: &Popup<'_>) -> Result<()> {
    let wall = person.wall;
    let reading = popup.read().await?;
    if reading.top().is_some_and(|top| is_report(top, wall.remedy)) {
        ensure!(
            reading.state != "fixed",
            "expected the wall to stand, but found {reading:#?}"
        );
        return Ok(());
    }
    // What was tried is no longer offered first; a removal that may be offered may then come before the rest.
    let next: Vec<&str> = [wall.may_offer, wall.later_remedies].concat();
    popup
        .wait(
            &format!("the wall again, with one of {next:?} as the next step"),
            |reading| {
                let primary = reading
                    .top()
                    .and_then(|top| top.remedies.iter().find(|remedy| remedy.primary));
                reading.state == "wall"
                    && reading.top().is_some_and(|top| top.id == wall.finding)
                    && primary.is_some_and(|remedy| next.contains(&remedy.id.as_str()))
            },
        )
        .await?;
    badge(person, "!").await
}

/// Waits until the tab's badge is this text.
async fn badge(person: &Person<'_>, wanted: &str) -> Result<()> {
    let what = format!("the badge `{wanted}`");
    crate::browser::until(&what, crate::browser::PATIENCE, async || {
        let found = badge_text(person).await?;
        Ok(if found == wanted {
            Ok(())
        } else {
            Err(format!("`{found}`"))
        })
    })
    .await
}

async fn badge_text(person: &Person<'_>) -> Result<String> {
    let text = person
        .browser
        .call("action.getBadgeText", json!([{ "tabId": person.tab.id }]))
        .await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Clear => "clear",
        State::Notice => "notice",
        State::Wall => "wall",
    }
}
