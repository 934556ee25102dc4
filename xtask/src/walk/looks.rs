//! Looks at the extension's own pages and at the guide: accessibility by axe-core, the time until the popup is drawn, and
//! what Chromium itself says of the package.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::person::Person;
use super::{Ground, Seen, Stage, expect};
use crate::browser::{Browser, Kind, Tab};
use crate::lab::table;
use crate::manifest;
use crate::tools;

/// The wall whose popup is looked at: it has most of what a popup can have, and an undo behind the fix.
const WALL: &str = "too-many-cookies";

/// One page of each kind that the guide has: the first one, a table, a finding, a topic, blocks of code.
const GUIDE_PAGES: &[&str] = &[
    "index.html",
    "status-codes.html",
    "stale-session-loop.html",
    "topic-challenge.html",
    "checking.html",
];

/// How often the popup is opened to measure it.
const OPENINGS: usize = 5;

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    Accessibility,
    Guide,
    ManifestErrors,
    PopupTimes,
}

impl Look {
    /// All that there is to look at in a browser.
    pub(super) fn all(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Chromium => &[
                Self::Accessibility,
                Self::Guide,
                Self::ManifestErrors,
                Self::PopupTimes,
            ],
            Kind::Firefox => &[Self::Accessibility, Self::Guide, Self::PopupTimes],
        }
    }

    /// The check's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Accessibility => "pages accessible, light and dark",
            Self::Guide => "guide accessible, light and dark",
            Self::ManifestErrors => "no manifest error in Chromium's own view",
            Self::PopupTimes => "popup drawn with the background stopped",
        }
    }

    /// Runs the check; `axe` is axe-core's file.
    pub(super) async fn check(self, stage: &mut Stage<'_>, axe: &Path) -> Result<()> {
        match self {
            Self::Accessibility => accessible(stage, axe).await,
            Self::Guide => guide_accessible(stage, axe).await,
            Self::ManifestErrors => no_manifest_error(stage.ground()).await,
            Self::PopupTimes => {
                let times = popup_times(stage).await?;
                tell(stage.ground(), &times);
                Ok(())
            }
        }
    }
}

/// Prints how long the popup took: measured, and held against a budget by people, since machines differ.
fn tell(ground: &Ground<'_>, times: &[f64]) {
    let times: Vec<String> = times.iter().map(|time| format!("{time:.0}")).collect();
    println!(
        "\n{}: popup drawn in {} ms (budget 50), background stopped",
        ground.kind,
        times.join(", ")
    );
}

/// axe-core finds nothing in the welcome page and in the popup, before and after a fix.
async fn accessible(stage: &mut Stage<'_>, axe: &Path) -> Result<()> {
    let source = fs::read_to_string(axe)
        .with_context(|| format!("expected axe-core at `{}`", axe.display()))?;
    let wall = table::wall(WALL).context("expected the lab to have the wall")?;
    let browser = stage.fresh(wall).await?;
    let welcome = browser.new_tab().await?;
    let page = format!("{}/welcome/welcome.html", browser.extension_origin());
    browser.open(&welcome, &page).await?;
    let person = Person::new(stage.ground(), &browser, wall).await?;
    let popup = browser.open_popup(&person.tab).await?;
    popup.read().await?;
    no_violation(&browser, &source, &welcome, "the welcome page").await?;
    no_violation(&browser, &source, popup.tab(), "the popup of an empty tab").await?;
    person.gets_stuck().await?;
    let reading = expect::diagnosis(&person, &popup, &mut Seen::default()).await?;
    no_violation(&browser, &source, popup.tab(), "the popup of a wall").await?;
    let shown = person.follows(&popup, &reading).await?;
    expect::ending(&person, &popup, &shown).await?;
    no_violation(&browser, &source, popup.tab(), "the popup after a fix").await?;
    stage.give_back(browser);
    Ok(())
}

/// axe-core finds nothing in a page, light and dark.
///
/// # Errors
/// What it finds.
pub(super) async fn accessible_page(
    browser: &Browser,
    axe: &Path,
    tab: &Tab,
    what: &str,
) -> Result<()> {
    let source = fs::read_to_string(axe)
        .with_context(|| format!("expected axe-core at `{}`", axe.display()))?;
    no_violation(browser, &source, tab, what).await
}

/// axe-core finds nothing in the guide's kinds of pages, which are styled and no wider than the window, also from disk.
async fn guide_accessible(stage: &mut Stage<'_>, axe: &Path) -> Result<()> {
    let source = fs::read_to_string(axe)
        .with_context(|| format!("expected axe-core at `{}`", axe.display()))?;
    let wall = table::wall(WALL).context("expected the lab to have the wall")?;
    let browser = stage.fresh(wall).await?;
    let tab = browser.new_tab().await?;
    for page in GUIDE_PAGES {
        let file = tools::dist().join("www/guide").join(page);
        browser
            .open(&tab, &format!("file://{}", file.display()))
            .await?;
        let looks = "const root = document.documentElement;
            return root.scrollWidth <= innerWidth && getComputedStyle(document.body).marginTop === '0px';";
        let looks = browser.run(&tab, looks, vec![]).await?;
        ensure!(
            looks == json!(true),
            "expected guide/{page} to be styled and no wider than the window"
        );
        no_violation(&browser, &source, &tab, &format!("guide/{page}")).await?;
    }
    stage.give_back(browser);
    Ok(())
}

/// axe-core, whose source this is, finds nothing in a page that is unfolded, light and dark.
pub(super) async fn no_violation(
    browser: &Browser,
    source: &str,
    tab: &Tab,
    what: &str,
) -> Result<()> {
    let unfold = "for (const fold of document.querySelectorAll('details')) { fold.open = true; }";
    browser.run(tab, unfold, vec![]).await?;
    for dark in [false, true] {
        browser.set_scheme(tab, dark).await?;
        // Colours that are still on their way belong to neither scheme.
        let query = if dark { "dark" } else { "light" };
        let still = format!(
            "return matchMedia('(prefers-color-scheme: {query})').matches && document.getAnimations().length === 0;"
        );
        browser
            .wait_script(tab, "the scheme to be applied", &still)
            .await?;
        let run = format!(
            "{source}\nreturn axe.run(document).then(found => JSON.stringify(found.violations.map(one =>
                ({{ id: one.id, help: one.help, nodes: one.nodes.map(node => node.html.slice(0, 120)) }}))));"
        );
        let found = browser.run(tab, &run, vec![]).await?;
        let found: Vec<Value> = serde_json::from_str(
            found
                .as_str()
                .context("expected axe-core to answer a text")?,
        )?;
        let scheme = if dark { "dark" } else { "light" };
        ensure!(
            found.is_empty(),
            "expected axe-core to find nothing in {what}, {scheme}, but found {:#}",
            json!(found)
        );
    }
    browser.set_scheme(tab, false).await
}

/// `chrome://extensions` reports no error of the manifest, and the id is the one that the key stands for.
async fn no_manifest_error(ground: &Ground<'_>) -> Result<()> {
    let browser = Browser::start(ground.kind, &ground.options()).await?;
    let tab = browser.new_tab().await?;
    browser.open(&tab, "chrome://extensions").await?;
    let script = "return (async () => {
        await chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
        return JSON.stringify(await chrome.developerPrivate.getExtensionsInfo({}));
    })();";
    let found = browser.run(&tab, script, vec![]).await?;
    let found: Value = serde_json::from_str(found.as_str().context("expected a list")?)?;
    let own = found
        .as_array()
        .into_iter()
        .flatten()
        .find(|info| info["id"] == manifest::CHROME_ID)
        .with_context(|| format!("expected the id {}", manifest::CHROME_ID))?;
    for kind in ["manifestErrors", "installWarnings"] {
        let none = own.get(kind).is_none_or(|list| *list == json!([]));
        ensure!(none, "expected no {kind}, but found {}", own[kind]);
    }
    browser.quit().await
}

/// Milliseconds until the popup is painted, with the background stopped.
///
/// # Errors
/// When the browser, the wall or the popup does not come up.
async fn popup_times(stage: &mut Stage<'_>) -> Result<Vec<f64>> {
    let wall = table::wall(WALL).context("expected the lab to have the wall")?;
    let browser = stage.fresh(wall).await?;
    let person = Person::new(stage.ground(), &browser, wall).await?;
    person.gets_stuck().await?;
    let popup = browser.open_popup(&person.tab).await?;
    expect::diagnosis(&person, &popup, &mut Seen::default()).await?;
    popup.close().await?;
    let mut times = Vec::new();
    for _ in 0..OPENINGS {
        browser.stop_worker().await?;
        let popup = browser.open_popup(&person.tab).await?;
        popup.read().await?;
        times.push(popup.first_paint().await?);
        popup.close().await?;
    }
    stage.give_back(browser);
    Ok(times)
}
