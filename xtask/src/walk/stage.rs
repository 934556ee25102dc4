//! The browser in which walls are met one after another: emptied before each, and replaced where emptying is not enough.
//!
//! A start costs seconds of every processor, a wall hardly more than one. So that no wall can lean on another's leftovers, a
//! browser has to prove that it is empty before each, and one in which something failed is never used again.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::Ground;
use crate::browser::{Browser, Kind, PATIENCE, StorageArea, until};
use crate::lab::wall::{Meddler, Server, Step, Wall};

/// What Readmit keeps while no tab has anything to tell: whether it may see sites.
const ALWAYS_KEPT: &str = "access";

/// One browser at a time.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    ground: &'a Ground<'a>,
    /// The one that was used last, unless something failed in it.
    browser: Option<Browser>,
    /// Whether that one was started for one wall alone.
    is_special: bool,
    /// The walls that were met in it.
    met: Vec<&'static str>,
}

impl<'a> Stage<'a> {
    /// Without a browser yet.
    pub(crate) fn new(ground: &'a Ground<'a>) -> Self {
        Self {
            ground,
            browser: None,
            is_special: false,
            met: Vec::new(),
        }
    }

    /// The servers and the package under test.
    pub(crate) fn ground(&self) -> &'a Ground<'a> {
        self.ground
    }

    /// A browser in which nothing has happened, and a lab in which nobody has met the wall.
    ///
    /// # Errors
    /// A browser that does not start, or that does not get empty.
    pub(crate) async fn fresh(&mut self, wall: &'static Wall) -> Result<Browser> {
        self.ground.lab.reset(wall);
        let is_special = needs_its_own(wall);
        let before = self.browser.take();
        let typed = self.ground.kind == Kind::Chromium && types(wall);
        let again = typed && self.met.contains(&wall.id);
        let fits = !(is_special || self.is_special || again);
        let browser = match before {
            Some(browser) if fits => {
                self.empty(&browser, wall).await.context("emptying")?;
                browser
            }
            before => {
                if let Some(before) = before {
                    before.quit().await?;
                }
                self.met.clear();
                self.is_special = is_special;
                Browser::start(self.ground.kind, &self.ground.options_for(wall)?).await?
            }
        };
        is_empty(&browser).await?;
        self.met.push(wall.id);
        Ok(browser)
    }

    /// Nothing failed in it: the next story may use it. One that is not given back is ended.
    pub(crate) fn give_back(&mut self, browser: Browser) {
        self.browser = Some(browser);
    }

    /// Takes from a browser all that earlier walls have left there.
    async fn empty(&self, browser: &Browser, wall: &Wall) -> Result<()> {
        browser.close_tabs().await?;
        // A closed tab leaves nothing: that is a promise of Readmit's, and no work of ours.
        until("Readmit to forget closed tabs", PATIENCE, async || {
            let kept = session_keys(browser).await?;
            let of_tabs: Vec<&String> = kept.iter().filter(|key| key.contains(':')).collect();
            Ok(if of_tabs.is_empty() {
                Ok(())
            } else {
                Err(format!("{of_tabs:?}"))
            })
        })
        .await?;
        let lab = self.ground.lab;
        let mut origins = vec![lab.canary_url()];
        for host in wall.hosts() {
            origins.push(lab.url_at(wall, host, "")?);
        }
        browser.empty(&origins).await
    }

    /// Ends the browser in order.
    ///
    /// # Errors
    /// A browser that does not end when it is told to.
    pub(crate) async fn end(self) -> Result<()> {
        match self.browser {
            Some(browser) => browser.quit().await,
            None => Ok(()),
        }
    }
}

/// Whether a wall needs a browser that is started or set up in another way than for the others.
pub(super) fn needs_its_own(wall: &Wall) -> bool {
    wall.server == Server::Squid
        || wall.meddler != Meddler::None
        || wall
            .setup
            .iter()
            .any(|step| matches!(step, Step::BlockCookies))
}

/// Whether a name and password are typed into a prompt: Chromium keeps them until it ends, each for its wall's own hosts.
fn types(wall: &Wall) -> bool {
    wall.setup.iter().chain(wall.then).any(|step| {
        matches!(
            step,
            Step::OpenWithCredentials { .. } | Step::AnswerPrompt { .. }
        )
    })
}

/// Fails where anything of an earlier story can be seen.
async fn is_empty(browser: &Browser) -> Result<()> {
    let mut kept = session_keys(browser).await?;
    kept.retain(|key| key != ALWAYS_KEPT);
    let local = browser.storage_dump(StorageArea::Local).await?;
    let cookies = browser
        .call("cookies.getAll", json!([{ "partitionKey": {} }]))
        .await?;
    ensure!(
        kept.is_empty() && local == "{}" && cookies == json!([]),
        "expected a browser in which nothing has happened, but found {kept:?} in storage.session, {} bytes in \
         storage.local, {} cookies",
        local.len(),
        cookies.as_array().map_or(0, Vec::len)
    );
    Ok(())
}

/// The names under which Readmit keeps something in `storage.session`.
async fn session_keys(browser: &Browser) -> Result<Vec<String>> {
    let text = browser.storage_dump(StorageArea::Session).await?;
    let Value::Object(all) = serde_json::from_str(&text)? else {
        anyhow::bail!("expected storage.session to be an object")
    };
    Ok(all.into_iter().map(|(key, _)| key).collect())
}
