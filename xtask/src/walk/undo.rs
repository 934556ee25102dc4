//! Undo: after a removal every cookie comes back with every attribute it had.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::kept::{cookies_of, is_same};
use super::person::Person;
use super::{Ground, Seen, expect};
use crate::browser::Browser;
use crate::lab::serve::PREFS_PATH;
use crate::lab::wall::Wall;

/// From a fresh profile: into the wall, the removal, and back.
pub(super) async fn pass(
    ground: &Ground<'_>,
    browser: &Browser,
    wall: &'static Wall,
) -> Result<()> {
    let person = Person::new(ground, browser, wall).await?;
    browser
        .open(&person.tab, &person.lab.url(wall, PREFS_PATH)?)
        .await?;
    person.gets_stuck().await?;
    let popup = browser.open_popup(&person.tab).await?;
    expect::diagnosis(&person, &popup, &mut Seen::default()).await?;
    let before = cookies_of(browser, wall).await?;
    person.press(&popup, wall.remedy).await?;
    popup
        .wait("an undo button, and the way back to the page", |reading| {
            reading.has_undo && reading.state != "wall"
        })
        .await?;
    let between = cookies_of(browser, wall).await?;
    ensure!(
        before
            .iter()
            .any(|cookie| !between.iter().any(|found| is_same(found, cookie))),
        "expected the remedy to remove a cookie, but all are there"
    );
    browser.wait_settled(&person.tab).await?;
    popup.click_undo().await?;
    popup
        .wait("that the undo is done", |reading| !reading.has_undo)
        .await?;
    let after = cookies_of(browser, wall).await?;
    for cookie in &before {
        let found = after
            .iter()
            .find(|found| is_same(found, cookie))
            .with_context(|| {
                format!(
                    "expected the cookie `{}` of `{}` to come back, but it did not",
                    cookie.name, cookie.domain
                )
            })?;
        ensure!(
            found == cookie,
            "expected the cookie `{}` of `{}` to come back as it was, but its {} differ",
            cookie.name,
            cookie.domain,
            differing(found, cookie).join(", ")
        );
    }
    Ok(())
}

/// The attributes in which two cookies differ; their values are not told.
fn differing(
    one: &crate::browser::CookieAttributes,
    other: &crate::browser::CookieAttributes,
) -> Vec<&'static str> {
    [
        ("value", one.value != other.value),
        ("hostOnly", one.host_only != other.host_only),
        ("secure", one.secure != other.secure),
        ("httpOnly", one.http_only != other.http_only),
        ("sameSite", one.same_site != other.same_site),
        ("session", one.session != other.session),
        (
            "expirationDate",
            json!(one.expiration_date) != json!(other.expiration_date),
        ),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}
