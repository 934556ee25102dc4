//! Pictures of the popup, for people to look at: before and after each fix, some of them in the dark.

use anyhow::{Context as _, Result};

use super::{Ground, picture};
use crate::browser::{Browser, Popup};
use crate::lab::wall::Wall;

/// Walls whose popup is also drawn on a dark ground.
const DARK: &[&str] = &[
    "basic",
    "too-many-cookies",
    "stale-loop",
    "busy",
    "forbidden",
];

/// Before the remedy, or after it.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    /// In front of the wall.
    Before,
    /// Behind it.
    After,
}

/// Takes the picture, if pictures are wanted.
pub(super) async fn take(
    ground: &Ground<'_>,
    browser: &Browser,
    wall: &Wall,
    popup: &Popup<'_>,
    when: When,
) -> Result<()> {
    let Some(folder) = &ground.pictures else {
        return Ok(());
    };
    let suffix = match when {
        When::Before => "before",
        When::After => "after",
    };
    let path = picture(folder, ground.kind, wall, suffix);
    let parent = path
        .parent()
        .context("expected a picture to lie in a folder")?;
    std::fs::create_dir_all(parent)
        .with_context(|| format!("expected to make `{}`", parent.display()))?;
    let (width, _) = popup.screenshot(&path).await?;
    anyhow::ensure!(
        width <= 360,
        "expected nothing to stick out of the popup, but it is {width} pixels wide"
    );
    if !DARK.contains(&wall.id) {
        return Ok(());
    }
    browser.set_scheme(popup.tab(), true).await?;
    popup
        .screenshot(&picture(
            folder,
            ground.kind,
            wall,
            &format!("{suffix}-dark"),
        ))
        .await?;
    browser.set_scheme(popup.tab(), false).await
}
