//! Undo: after a removal every cookie comes back with every attribute it had, and every stored key with its value.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

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
    let stored = stored(&person).await?;
    person.removes(&popup, wall.remedy).await?;
    let between = cookies_of(browser, wall).await?;
    let is_gone = |cookie| !between.iter().any(|found| is_same(found, cookie));
    ensure!(
        wall.may_remove.is_empty() || before.iter().any(is_gone),
        "expected the remedy to remove a cookie, but all are there"
    );
    browser.wait_settled(&person.tab).await?;
    let kept = self::stored(&person).await?;
    for key in wall.may_remove_stored {
        ensure!(
            stored[*key].is_string() && kept[*key].is_null(),
            "expected the remedy to remove the stored key `{key}`, but it did not"
        );
    }
    popup.click_undo().await?;
    popup
        .wait("that the undo is done", |reading| !reading.has_undo)
        .await?;
    let after = cookies_of(browser, wall).await?;
    ensure!(
        self::stored(&person).await? == stored,
        "expected every stored key to come back as it was, but some did not"
    );
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

/// What the page keeps, for a wall that is about that; other walls may show a page without storage.
async fn stored(person: &Person<'_>) -> Result<Value> {
    if person.wall.may_remove_stored.is_empty() {
        return Ok(Value::Null);
    }
    person.browser.local_storage(&person.tab).await
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
