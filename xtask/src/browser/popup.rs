//! The popup, read by the attributes of its contract (`data-state`, `data-finding`, `data-remedy`, …) and used by clicks.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use super::wait::{PATIENCE, until};
use super::{Browser, Kind, StorageArea, Tab, chromium, firefox};

/// The width of the popup in CSS pixels.
const WIDTH: u32 = 360;

/// Reads the whole popup in one go, so that a redraw cannot tear the picture; `null` while nothing is drawn.
const READ: &str = r#"
    const main = document.querySelector("main[data-state]");
    if (!main) { return null; }
    const text = (scope, selector) => scope.querySelector(selector)?.innerText.trim() ?? "";
    const remedy = element => ({
        id: element.dataset.remedy,
        touches: element.dataset.touches ?? null,
        kind: element.localName === "button" ? "button" : "item",
        primary: "primary" in element.dataset || element.classList.contains("primary"),
        enabled: !element.disabled,
        text: element.textContent.trim(),
    });
    const finding = section => ({
        id: section.dataset.finding,
        rank: section.dataset.rank ?? "",
        status: section.dataset.status ?? "",
        confidence: section.dataset.confidence ?? "",
        url: section.dataset.url ?? "",
        title: text(section, "h1, h2, h3"),
        why: text(section, "[data-why], p"),
        evidence: [...section.querySelectorAll("[data-evidence]")].map(element => element.dataset.evidence),
        remedies: [...section.querySelectorAll("[data-remedy]")].map(remedy),
    });
    return {
        tab: main.dataset.tab ?? "",
        state: main.dataset.state,
        site: main.dataset.site ?? "",
        findings: [...main.querySelectorAll("section[data-finding]")].map(finding),
        has_undo: [...main.querySelectorAll("[data-undo]")].some(element => !element.disabled && element.checkVisibility()),
        report: main.querySelector("[data-report]")?.textContent ?? null,
        text: main.innerText,
    };
"#;

/// What the popup shows.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PopupReading {
    /// The tab it speaks of (`data-tab`).
    pub(crate) tab: String,
    /// `clear`, `notice`, `wall`, `working`, `fixed` or `no-access`.
    pub(crate) state: String,
    /// The site it speaks of.
    pub(crate) site: String,
    /// The findings in the order shown.
    pub(crate) findings: Vec<FindingReading>,
    /// Whether an undo button can be seen and pressed.
    pub(crate) has_undo: bool,
    /// The report, once drawn.
    pub(crate) report: Option<String>,
    /// All visible text.
    pub(crate) text: String,
}

/// One finding in the popup.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct FindingReading {
    /// The finding's id.
    pub(crate) id: String,
    /// `data-rank`; `1` is the answer on top.
    pub(crate) rank: String,
    /// `data-status`: the HTTP status.
    pub(crate) status: String,
    /// `certain`, `likely` or `possible`.
    pub(crate) confidence: String,
    /// The address that failed.
    pub(crate) url: String,
    /// The heading.
    pub(crate) title: String,
    /// The one sentence why.
    pub(crate) why: String,
    /// The ids of the evidence.
    pub(crate) evidence: Vec<String>,
    /// The steps, in the order offered.
    pub(crate) remedies: Vec<RemedyReading>,
}

/// One step of a finding.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RemedyReading {
    /// The remedy's id.
    pub(crate) id: String,
    /// What it would touch (`data-touches`).
    pub(crate) touches: Option<String>,
    /// A button, or a step that only a person can do.
    pub(crate) kind: RemedyKind,
    /// Whether it is the primary button (`data-primary`, or the class `primary`).
    pub(crate) primary: bool,
    /// Whether it can be pressed.
    pub(crate) enabled: bool,
    /// Its text.
    pub(crate) text: String,
}

/// How a remedy is drawn.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RemedyKind {
    /// The extension does it.
    Button,
    /// Only a person can do it.
    Item,
}

impl PopupReading {
    /// The finding on top.
    pub(crate) fn top(&self) -> Option<&FindingReading> {
        self.findings
            .iter()
            .find(|finding| finding.rank == "1")
            .or(self.findings.first())
    }
}

/// A popup that is open in a tab of its own.
#[derive(Debug)]
pub(crate) struct Popup<'browser> {
    browser: &'browser Browser,
    tab: Tab,
}

impl<'browser> Popup<'browser> {
    pub(super) fn new(browser: &'browser Browser, tab: Tab) -> Self {
        Self { browser, tab }
    }

    /// The tab that the popup is open in (not the one that it speaks of).
    pub(crate) fn tab(&self) -> &Tab {
        &self.tab
    }

    /// What it shows, once it has drawn anything.
    pub(crate) async fn read(&self) -> Result<PopupReading> {
        self.wait("something drawn", |_| true).await
    }

    /// Waits until it is in a state.
    pub(crate) async fn wait_state(&self, state: &str) -> Result<PopupReading> {
        self.wait(&format!("the state `{state}`"), |reading| {
            reading.state == state
        })
        .await
    }

    /// Waits until what it shows fulfils `wanted`.
    ///
    /// # Errors
    /// After [`PATIENCE`], with what it showed instead and what the background had stored.
    pub(crate) async fn wait(
        &self,
        what: &str,
        wanted: impl Fn(&PopupReading) -> bool,
    ) -> Result<PopupReading> {
        let what = format!("the popup in {} to show {what}", self.browser.kind());
        let outcome = until(&what, PATIENCE, async || {
            let found = self.browser.run(&self.tab, READ, vec![]).await?;
            if found.is_null() {
                return Ok(Err("nothing drawn".to_owned()));
            }
            let reading: PopupReading = serde_json::from_value(found)?;
            Ok(if wanted(&reading) {
                Ok(reading)
            } else {
                Err(format!("{reading:#?}"))
            })
        })
        .await;
        match outcome {
            Ok(reading) => Ok(reading),
            Err(error) => {
                let stored = self.browser.storage_dump(StorageArea::Session).await?;
                Err(anyhow!("{error:#}; storage.session held {stored}"))
            }
        }
    }

    /// Presses the first button of a remedy, as a person does (it counts as a user gesture).
    pub(crate) async fn click(&self, remedy: &str) -> Result<()> {
        self.press(&format!("button[data-remedy=\"{remedy}\"]:not(:disabled)"))
            .await
    }

    /// Presses the button that asks how the site answers a stranger, as soon as it is there.
    pub(crate) async fn click_check(&self) -> Result<()> {
        let there = "return Boolean(document.querySelector('[data-check]'));";
        self.browser
            .wait_script(&self.tab, "the button of the check in the popup", there)
            .await?;
        self.press("[data-check]:not(:disabled)").await
    }

    /// Presses Undo.
    pub(crate) async fn click_undo(&self) -> Result<()> {
        self.press("[data-undo]:not(:disabled)").await
    }

    /// Presses Copy report.
    pub(crate) async fn click_copy_report(&self) -> Result<()> {
        self.press("[data-copy-report]:not(:disabled)").await
    }

    /// Opens what folds the element away, as a person would, and clicks it.
    pub(crate) async fn press(&self, selector: &str) -> Result<()> {
        let unfold = "const element = document.querySelector(arguments[0]);
            for (let fold = element?.closest('details:not([open])'); fold; fold = fold.parentElement?.closest('details:not([open])')) {
                fold.open = true;
            }
            return Boolean(element);";
        let found = self
            .browser
            .run(&self.tab, unfold, vec![json!(selector)])
            .await?;
        if found != Value::Bool(true) {
            bail!(
                "expected the popup in {} to have `{selector}`, but found {:#?}",
                self.browser.kind(),
                self.read().await?
            );
        }
        self.browser.show_tab(&self.tab).await?;
        self.browser.click(&self.tab, selector).await
    }

    /// The whole document with its attributes, and what its fields hold, to search for what must not be there.
    pub(crate) async fn dom_text(&self) -> Result<String> {
        let script = "return document.documentElement.outerHTML + '\\n'
            + [...document.querySelectorAll('input, textarea')].map(field => field.value).join('\\n');";
        let text = self.browser.run(&self.tab, script, vec![]).await?;
        Ok(text
            .as_str()
            .context("expected the popup's markup")?
            .to_owned())
    }

    /// How far it reaches, in CSS pixels, at its own width: to see that nothing sticks out sideways.
    async fn content_size(&self) -> Result<(u32, u32)> {
        let script = "const { scrollWidth, scrollHeight } = document.documentElement; return [scrollWidth, scrollHeight];";
        Ok(serde_json::from_value(
            self.browser.run(&self.tab, script, vec![]).await?,
        )?)
    }

    /// Saves a picture (PNG) of all of the popup at its own width, however high it is. Answers width and height of the
    /// content in CSS pixels; a width over 360 means that something sticks out.
    pub(crate) async fn screenshot(&self, path: &Path) -> Result<(u32, u32)> {
        self.browser.show_tab(&self.tab).await?;
        // A button on its way from light to dark has the colours of neither.
        let end = "document.getAnimations().forEach(animation => animation.finish());";
        self.browser.run(&self.tab, end, vec![]).await?;
        let (size, picture) = match self.browser.kind() {
            Kind::Chromium => self.chromium_picture().await?,
            Kind::Firefox => self.firefox_picture().await?,
        };
        std::fs::write(path, picture)
            .with_context(|| format!("expected to write `{}`", path.display()))?;
        Ok(size)
    }

    async fn chromium_picture(&self) -> Result<((u32, u32), Vec<u8>)> {
        let browser = self.browser;
        browser.look_at(&self.tab.handle).await?;
        chromium::set_viewport(&browser.driver, Some((WIDTH, 1))).await?;
        let size = self.content_size().await?;
        chromium::set_viewport(&browser.driver, Some((WIDTH, size.1))).await?;
        let picture = browser.driver.screenshot_as_png().await?;
        chromium::set_viewport(&browser.driver, None).await?;
        Ok((size, picture))
    }

    async fn firefox_picture(&self) -> Result<((u32, u32), Vec<u8>)> {
        let browser = self.browser;
        firefox::set_width(&browser.driver, self.tab.id, Some(WIDTH)).await?;
        // A scrollbar would take its width from the page; the real popup grows with its content and has none.
        let hide = "document.documentElement.style.scrollbarWidth = arguments[0];";
        browser.run(&self.tab, hide, vec![json!("none")]).await?;
        until("the popup to take its own width", PATIENCE, async || {
            let width = browser.run(&self.tab, "return innerWidth;", vec![]).await?;
            Ok(if width == WIDTH {
                Ok(())
            } else {
                Err(format!("{width}"))
            })
        })
        .await?;
        let size = self.content_size().await?;
        let picture = firefox::full_picture(&browser.driver).await?;
        browser.run(&self.tab, hide, vec![json!("")]).await?;
        firefox::set_width(&browser.driver, self.tab.id, None).await?;
        Ok((size, picture))
    }

    /// Milliseconds from the start of its loading to its first paint: the page is empty until it draws its view, so that
    /// nothing else can be painted first.
    ///
    /// # Errors
    /// When nothing is painted.
    pub(crate) async fn first_paint(&self) -> Result<f64> {
        let script = "return performance.getEntriesByName('first-contentful-paint').length > 0;";
        self.browser
            .wait_script(&self.tab, "the first paint", script)
            .await?;
        let script = "return performance.getEntriesByName('first-contentful-paint')[0].startTime;";
        let time = self.browser.run(&self.tab, script, vec![]).await?;
        time.as_f64().context("expected a time in milliseconds")
    }

    /// Closes the popup.
    pub(crate) async fn close(self) -> Result<()> {
        self.browser.close_tab(self.tab).await
    }
}
