//! The last rungs of the ladder: remedies that stand below the first one of every wall are pressed here, each where it is
//! offered, and taken back where they can be.

use anyhow::{Result, ensure};
use serde_json::json;

use super::kept::{Kept, cookies_of, is_same};
use super::person::Person;
use super::worker::{undone, wall};
use super::{Seen, Stage, expect};
use crate::browser::Kind;
use crate::lab::wall::Step;

/// A remedy that no wall offers first.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rung {
    SiteCookies,
    SiteData,
    EmbeddedCookies,
}

impl Rung {
    /// Those that a browser has: Firefox lets no extension allow cookies.
    pub(super) fn all(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Chromium => &[Self::SiteCookies, Self::SiteData, Self::EmbeddedCookies],
            Kind::Firefox => &[Self::SiteCookies, Self::SiteData],
        }
    }

    /// The check's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SiteCookies => "last rung clear-site-cookies",
            Self::SiteData => "last rung clear-site-data",
            Self::EmbeddedCookies => "last rung allow-embedded-cookies",
        }
    }

    /// Runs the check.
    pub(super) async fn check(self, stage: &mut Stage<'_>) -> Result<()> {
        match self {
            Self::SiteCookies => site_cookies(stage).await,
            Self::SiteData => site_data(stage).await,
            Self::EmbeddedCookies => embedded_cookies(stage).await,
        }
    }
}

/// Every cookie that may be the wrong one goes, no other, and all come back.
async fn site_cookies(stage: &mut Stage<'_>) -> Result<()> {
    let wall = wall("two-cookies")?;
    let browser = stage.fresh(wall).await?;
    let person = Person::new(stage.ground(), &browser, wall).await?;
    let kept = Kept::prepare(&person, true).await?;
    person.gets_stuck().await?;
    let popup = browser.open_popup(&person.tab).await?;
    expect::diagnosis(&person, &popup, &mut Seen::default()).await?;
    let before = cookies_of(&browser, wall).await?;
    person.removes(&popup, "clear-site-cookies").await?;
    person.sees(&person.tab, "form#sign-in").await?;
    let between = cookies_of(&browser, wall).await?;
    for cookie in &before {
        let gone = !between.iter().any(|found| is_same(found, cookie));
        let wanted = cookie.name == "session" && cookie.domain.ends_with("two-cookies.test");
        ensure!(
            gone == wanted,
            "expected the session cookies to be gone and all others there, but found `{}` of `{}` {}",
            cookie.name,
            cookie.domain,
            if gone { "gone" } else { "there" }
        );
    }
    if let Some(sign_in) = wall.setup.last() {
        person.perform(&person.tab, sign_in).await?;
    }
    person.is_in(&person.tab).await?;
    popup.wait_state("fixed").await?;
    kept.others(&person).await?;
    undone(&person, &popup, &before).await?;
    stage.give_back(browser);
    Ok(())
}

/// Two stored passes, and nobody knows which is dead: all that the page keeps goes, and comes back.
async fn site_data(stage: &mut Stage<'_>) -> Result<()> {
    let wall = wall("spa-token")?;
    let browser = stage.fresh(wall).await?;
    let person = Person::new(stage.ground(), &browser, wall).await?;
    let kept = Kept::prepare(&person, true).await?;
    let [seed @ Step::Open { .. }, rest @ ..] = wall.setup else {
        anyhow::bail!("expected the wall `spa-token` to begin with its seed");
    };
    person.perform(&person.tab, seed).await?;
    for key in ["token", "refresh_token"] {
        browser
            .set_local_storage(&person.tab, key, "no-token-of-anybody")
            .await?;
    }
    for step in rest {
        person.perform(&person.tab, step).await?;
    }
    let popup = browser.open_popup(&person.tab).await?;
    let before = cookies_of(&browser, wall).await?;
    let stored = browser.local_storage(&person.tab).await?;
    person.removes(&popup, "clear-site-data").await?;
    browser.wait_settled(&person.tab).await?;
    person.sees(&person.tab, "form#sign-in").await?;
    let between = browser.local_storage(&person.tab).await?;
    ensure!(
        between["token"].is_null() && between["refresh_token"].is_null(),
        "expected both stored keys to be gone, but they are not"
    );
    kept.others(&person).await?;
    undone(&person, &popup, &before).await?;
    let after = browser.local_storage(&person.tab).await?;
    ensure!(
        after == stored,
        "expected every stored key to come back as it was, but some did not"
    );
    stage.give_back(browser);
    Ok(())
}

/// The tool in the frame gets its cookies inside this one page, and the page shows it.
async fn embedded_cookies(stage: &mut Stage<'_>) -> Result<()> {
    let wall = wall("embedded-tool")?;
    let browser = stage.fresh(wall).await?;
    let person = Person::new(stage.ground(), &browser, wall).await?;
    person.gets_stuck().await?;
    let popup = browser.open_popup(&person.tab).await?;
    expect::diagnosis(&person, &popup, &mut Seen::default()).await?;
    person.press(&popup, "allow-embedded-cookies").await?;
    popup.wait_state("fixed").await?;
    let url = |host| person.lab.url_at(wall, host, "/");
    let pair =
        json!([{ "primaryUrl": url(wall.host)?, "secondaryUrl": url(wall.other_hosts[0])? }]);
    let allowed = browser.call("contentSettings.cookies.get", pair).await?;
    ensure!(
        allowed["setting"] == "allow",
        "expected the tool's cookies to be allowed inside this page, but found {}",
        allowed["setting"]
    );
    stage.give_back(browser);
    Ok(())
}
