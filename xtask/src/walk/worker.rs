//! The background stopped at the worst moments: what it had seen, was doing and could undo must not be lost.

use anyhow::{Context as _, Result, ensure};

use super::kept::{cookies_of, is_same};
use super::person::Person;
use super::{Seen, Stage, expect};
use crate::browser::{PATIENCE, StorageArea, until};
use crate::lab::table;
use crate::lab::wall::Wall;

/// When the background is stopped.
#[derive(Clone, Copy, Debug)]
pub(super) enum Moment {
    BeforeThePopup,
    WhileSigningIn,
    DuringTheRemoval,
    BeforeTheUndo,
}

impl Moment {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [
        Self::BeforeThePopup,
        Self::WhileSigningIn,
        Self::DuringTheRemoval,
        Self::BeforeTheUndo,
    ];

    /// The check's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::BeforeThePopup => "background stopped between the failure and the popup",
            Self::WhileSigningIn => "background stopped while the person signs in",
            Self::DuringTheRemoval => "background stopped right after a removal was chosen",
            Self::BeforeTheUndo => "background stopped between the fix and its undo",
        }
    }

    /// Runs the check.
    pub(super) async fn check(self, stage: &mut Stage<'_>) -> Result<()> {
        match self {
            Self::BeforeThePopup => before_the_popup(stage).await,
            Self::WhileSigningIn => while_signing_in(stage).await,
            Self::DuringTheRemoval => during_the_removal(stage).await,
            Self::BeforeTheUndo => before_the_undo(stage).await,
        }
    }
}

pub(super) fn wall(id: &str) -> Result<&'static Wall> {
    table::wall(id).with_context(|| format!("expected the lab to have the wall `{id}`"))
}

/// The popup draws what is stored. (Here its own tab is a navigation that wakes the background, which a real popup is not.)
async fn before_the_popup(stage: &mut Stage<'_>) -> Result<()> {
    let wall = wall("expired")?;
    let browser = stage.fresh(wall).await?;
    let person = Person::new(stage.ground(), &browser, wall).await?;
    person.gets_stuck().await?;
    view_kept(&person).await?;
    browser.stop_worker().await?;
    let popup = browser.open_popup(&person.tab).await?;
    let reading = popup.read().await?;
    ensure!(
        reading.state == "wall" && reading.top().is_some_and(|top| top.id == wall.finding),
        "expected the wall as it was, but found {reading:#?}"
    );
    let shown = person.follows(&popup, &reading).await?;
    expect::ending(&person, &popup, &shown).await?;
    stage.give_back(browser);
    Ok(())
}

/// The remedy leads to a sign-in page; the background is gone by the time that the person has typed.
async fn while_signing_in(stage: &mut Stage<'_>) -> Result<()> {
    let wall = wall("stale-loop")?;
    let browser = stage.fresh(wall).await?;
    let person = Person::new(stage.ground(), &browser, wall).await?;
    person.gets_stuck().await?;
    let popup = browser.open_popup(&person.tab).await?;
    expect::diagnosis(&person, &popup, &mut Seen::default()).await?;
    person.press(&popup, wall.remedy).await?;
    person.sees(&person.tab, "form#sign-in").await?;
    person.is_asked_to_sign_in().await?;
    popup.wait_state("working").await?;
    browser.stop_worker().await?;
    for step in wall.then {
        person.perform(&person.tab, step).await?;
    }
    let shown = person.tab.clone();
    expect::ending(&person, &popup, &shown).await?;
    stage.give_back(browser);
    Ok(())
}

/// The background ends as soon as the choice has been taken; whatever was left undone is done when it wakes.
async fn during_the_removal(stage: &mut Stage<'_>) -> Result<()> {
    let wall = wall("too-many-cookies")?;
    let browser = stage.fresh(wall).await?;
    let person = Person::new(stage.ground(), &browser, wall).await?;
    person.gets_stuck().await?;
    let popup = browser.open_popup(&person.tab).await?;
    expect::diagnosis(&person, &popup, &mut Seen::default()).await?;
    let before = cookies_of(&browser, wall).await?;
    person.press(&popup, wall.remedy).await?;
    popup
        .wait("the choice taken", |reading| reading.state != "wall")
        .await?;
    browser.interrupt_worker().await?;
    // Another site in another tab wakes it, and it finds what it was about.
    let elsewhere = browser.new_tab().await?;
    browser.open(&elsewhere, &person.lab.canary_url()).await?;
    popup.wait_state("fixed").await?;
    person.is_in(&person.tab).await?;
    undone(&person, &popup, &before).await?;
    stage.give_back(browser);
    Ok(())
}

/// The snapshot outlives the background, and so does the button that uses it.
async fn before_the_undo(stage: &mut Stage<'_>) -> Result<()> {
    let wall = wall("two-cookies")?;
    let browser = stage.fresh(wall).await?;
    let person = Person::new(stage.ground(), &browser, wall).await?;
    person.gets_stuck().await?;
    let popup = browser.open_popup(&person.tab).await?;
    expect::diagnosis(&person, &popup, &mut Seen::default()).await?;
    let before = cookies_of(&browser, wall).await?;
    person.press(&popup, wall.remedy).await?;
    popup.wait_state("fixed").await?;
    browser.stop_worker().await?;
    undone(&person, &popup, &before).await?;
    stage.give_back(browser);
    Ok(())
}

/// Presses Undo and finds every cookie as it was.
pub(super) async fn undone(
    person: &Person<'_>,
    popup: &crate::browser::Popup<'_>,
    before: &[crate::browser::CookieAttributes],
) -> Result<()> {
    popup.click_undo().await?;
    popup
        .wait("that the undo is done", |reading| !reading.has_undo)
        .await?;
    let after = cookies_of(person.browser, person.wall).await?;
    for cookie in before {
        ensure!(
            after
                .iter()
                .any(|found| is_same(found, cookie) && found == cookie),
            "expected the cookie `{}` of `{}` as it was, but it is not",
            cookie.name,
            cookie.domain
        );
    }
    Ok(())
}

/// Waits until the background has written down what it found, so that stopping it is fair.
async fn view_kept(person: &Person<'_>) -> Result<()> {
    let wanted = format!("\"{}\"", person.wall.finding);
    until("the finding in storage", PATIENCE, async || {
        let text = person.browser.storage_dump(StorageArea::Session).await?;
        Ok(if text.contains(&wanted) {
            Ok(())
        } else {
            Err("none".to_owned())
        })
    })
    .await
}
