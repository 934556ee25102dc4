//! What a person does: the steps of a wall's story, in a tab, and the remedy that the popup offers first.

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use super::Ground;
use super::kept::cookies_of;
use crate::browser::popup::{FindingReading, PopupReading};
use crate::browser::{Browser, Credentials, Kind, Popup, RemedyKind, Tab};
use crate::lab::Lab;
use crate::lab::wall::{Meddler, Step, Wall, WantedAt, WrongFix};

/// Marks the page that is shown, and whether another one is shown since, loaded to its end.
const MARK: &str = "document.documentElement.dataset.before = '';";
const OTHER: &str =
    "return !('before' in document.documentElement.dataset) && document.readyState === 'complete';";

/// A person in front of one tab.
#[derive(Debug)]
pub(super) struct Person<'a> {
    pub(super) browser: &'a Browser,
    pub(super) lab: &'a Lab,
    pub(super) wall: &'static Wall,
    /// The tab in which the wall is met.
    pub(super) tab: Tab,
}

impl<'a> Person<'a> {
    /// With an empty tab in front.
    pub(super) async fn new(
        ground: &Ground<'a>,
        browser: &'a Browser,
        wall: &'static Wall,
    ) -> Result<Self> {
        Ok(Self {
            browser,
            lab: ground.lab,
            wall,
            tab: browser.new_tab_in(wall.container()).await?,
        })
    }

    /// The address of the page marked OK.
    pub(super) fn wanted(&self) -> Result<String> {
        self.lab.wanted(self.wall)
    }

    /// Turns the helper add-on off or on by its page, in a tab of its own, and waits until it says so.
    async fn turns_addon(&self, act: &str, state: &str) -> Result<()> {
        let tab = self.browser.new_tab().await?;
        self.browser.open(&tab, &self.lab.addon_url(act)).await?;
        self.sees(&tab, &format!("html[data-addon={state}]"))
            .await?;
        self.browser.close_tab(tab).await?;
        self.browser.show_tab(&self.tab).await
    }

    /// Takes the steps that lead into the wall.
    pub(super) async fn gets_stuck(&self) -> Result<()> {
        if matches!(self.wall.meddler, Meddler::Addon(_)) {
            self.turns_addon("resume", "active").await?;
        }
        for step in self.wall.setup {
            self.perform(&self.tab, step)
                .await
                .with_context(|| format!("at the step {}", shown(step)))?;
        }
        Ok(())
    }

    /// Presses the first remedy and does what the story says comes then. Answers the tab that shows the outcome.
    pub(super) async fn follows(&self, popup: &Popup<'_>, reading: &PopupReading) -> Result<Tab> {
        let Some(top) = reading.top().filter(|_| !self.wall.remedy.is_empty()) else {
            return Ok(self.tab.clone());
        };
        let remedy = self.wall.remedy;
        if is_report(top, remedy) {
            popup.click(remedy).await?;
            let report = popup
                .wait("the report", |reading| reading.report.is_some())
                .await?;
            ensure!(
                report
                    .report
                    .is_some_and(|text| text.contains(&top.status) && text.contains(&top.id)),
                "expected the report to name the status and the finding, but it does not"
            );
            return Ok(self.tab.clone());
        }
        if is_item(top, remedy) {
            // What the person does outside of the page is a step of the story.
            for step in self.wall.then {
                self.perform(&self.tab, step).await?;
            }
            return Ok(self.tab.clone());
        }
        let before = self.tab_ids().await?;
        let requests = self.requests();
        // Not in a page of the browser's own, which has no form to be mistaken for the next one.
        let marked = self.browser.run(&self.tab, MARK, vec![]).await.is_ok();
        self.press(popup, remedy).await?;
        let tab = if opens_tab(remedy) {
            self.opened(&before).await?
        } else {
            self.tab.clone()
        };
        match self.wall.then {
            [Step::AnswerPrompt { .. }, ..] => self.is_asked_to_sign_in().await?,
            // What stood in front of the remedy may be a form like the one behind it.
            [_, ..] if !opens_tab(remedy) => {
                self.is_led_on(requests).await?;
                if marked {
                    self.browser
                        .wait_script(&tab, "another page than before", OTHER)
                        .await?;
                }
            }
            _ => {}
        }
        if self.wall.wanted_at == WantedAt::Secure {
            // The page before has a form like the one that comes.
            let by_https = |page: &crate::browser::Page| page.url.starts_with("https:");
            self.browser
                .wait_page(&tab, "a page by https", by_https)
                .await?;
        }
        for step in self.wall.then {
            self.perform(&tab, step)
                .await
                .with_context(|| format!("at the step {}", shown(step)))?;
        }
        Ok(tab)
    }

    /// Whether the first remedy is the person's own to carry out in this browser.
    pub(super) fn by_hand(&self) -> bool {
        let step = self.wall.then.first();
        self.browser.kind() == Kind::Firefox && matches!(step, Some(Step::AllowCookiesByHand))
    }

    /// Presses a remedy as soon as it may be pressed.
    pub(super) async fn press(&self, popup: &Popup<'_>, remedy: &str) -> Result<()> {
        popup
            .wait(
                &format!("the remedy `{remedy}` ready to be pressed"),
                |reading| {
                    reading.top().is_some_and(|top| {
                        top.remedies
                            .iter()
                            .any(|found| found.id == remedy && found.enabled)
                    })
                },
            )
            .await?;
        popup.click(remedy).await
    }

    /// Presses a remedy that removes something, and waits until that is done.
    pub(super) async fn removes(&self, popup: &Popup<'_>, remedy: &str) -> Result<()> {
        self.press(popup, remedy).await?;
        popup
            .wait("an undo button, and the way back to the page", |reading| {
                reading.has_undo && reading.state != "wall"
            })
            .await?;
        Ok(())
    }

    /// How many requests have reached the wall's servers; browsers ask for icons when they like.
    fn requests(&self) -> usize {
        let requests = self.lab.requests(self.wall);
        requests
            .iter()
            .filter(|request| !request.path.ends_with("/favicon.ico"))
            .count()
    }

    /// Waits until the remedy has brought the tab to the server once more, and to the end of that page.
    async fn is_led_on(&self, before: usize) -> Result<()> {
        crate::browser::until(
            "the remedy to ask the server again",
            crate::browser::PATIENCE,
            async || {
                Ok(if self.requests() > before {
                    Ok(())
                } else {
                    Err(format!("{before} requests as before"))
                })
            },
        )
        .await?;
        self.browser.wait_settled(&self.tab).await.map(drop)
    }

    /// Waits until Readmit says that it is for the person to sign in now: the form or prompt that is open then is the
    /// remedy's.
    pub(super) async fn is_asked_to_sign_in(&self) -> Result<()> {
        let key = format!("view:{}", self.tab.id);
        crate::browser::until(
            "the remedy to lead to a sign-in",
            crate::browser::PATIENCE,
            async || {
                let found = self.browser.call("storage.session.get", json!([key]));
                let stage = found.await?[&key]["progress"]["stage"].take();
                Ok(if stage == "signing-in" {
                    Ok(())
                } else {
                    Err(format!("the stage {stage}"))
                })
            },
        )
        .await?;
        if self.browser.kind() == Kind::Chromium {
            self.browser.wait_settled(&self.tab).await?;
        }
        Ok(())
    }

    /// Follows advice that must not help.
    pub(super) async fn tries(&self, fix: &WrongFix) -> Result<()> {
        let browser = self.browser;
        match fix {
            WrongFix::Reload => {
                browser.call("tabs.reload", json!([self.tab.id])).await?;
                browser.wait_settled(&self.tab).await?;
            }
            WrongFix::RemoveAllCookies => {
                for cookie in cookies_of(browser, self.wall).await? {
                    let scheme = if cookie.secure { "https" } else { "http" };
                    let host = cookie.domain.trim_start_matches('.');
                    let url = format!("{scheme}://{host}{}", cookie.path);
                    let details =
                        json!({ "url": url, "name": cookie.name, "storeId": cookie.store_id });
                    browser.delete_cookie(details).await?;
                }
                browser.open(&self.tab, &self.wanted()?).await?;
            }
            other => bail!("expected a wrong fix for real browsers, but found {other:?}"),
        }
        Ok(())
    }

    /// Takes one step in a tab.
    pub(super) async fn perform(&self, tab: &Tab, step: &Step) -> Result<()> {
        let browser = self.browser;
        match step {
            Step::Open { path } => {
                browser
                    .open_cancelling(tab, &self.lab.url(self.wall, path)?)
                    .await?;
            }
            Step::OpenAt { host, path } => {
                browser
                    .open_cancelling(tab, &self.lab.url_at(self.wall, host, path)?)
                    .await?;
            }
            Step::OpenOtherPort { path } => {
                let url = self.lab.other_port(self.wall, path);
                browser.open(tab, &url).await?;
            }
            Step::FollowLink => {
                let before = self.requests();
                browser.click(tab, "a#go").await?;
                self.is_led_on(before).await?;
            }
            Step::BlockCookies => {
                let origin = self.lab.url(self.wall, "")?;
                browser.set_cookies_allowed(tab, &origin, false).await?;
            }
            Step::AllowCookiesByHand if self.by_hand() => {
                let origin = self.lab.url(self.wall, "")?;
                browser.set_cookies_allowed(tab, &origin, true).await?;
                browser.open(tab, &self.wanted()?).await?;
            }
            Step::AllowCookiesByHand => {}
            Step::OpenWithCredentials {
                path,
                user,
                password,
            } => {
                let url = self.lab.url(self.wall, path)?;
                browser
                    .open_with_credentials(tab, &url, Credentials::new(*user, *password))
                    .await?;
            }
            Step::OpenWithUserInfo {
                path,
                user,
                password,
            } => {
                let url = self.lab.url(self.wall, path)?;
                let url = url.replacen("://", &format!("://{user}:{password}@"), 1);
                let opened = browser.open(tab, &url).await?;
                ensure!(
                    opened == crate::browser::Opened::Loaded,
                    "expected the address to be enough, but found {opened:?}"
                );
            }
            Step::AnswerPrompt { user, password } => {
                let prompts = browser
                    .answer_open_prompt(tab, Credentials::new(*user, *password))
                    .await?;
                ensure!(
                    prompts == 1,
                    "expected what was typed to be accepted, but found {prompts} prompts"
                );
            }
            Step::FillAndSubmit { fields } => self.fills(tab, fields).await?,
            Step::ServerForgets => self.lab.forget(self.wall).await?,
            Step::InSecondTab { steps } => {
                let second = browser.new_tab().await?;
                for step in *steps {
                    Box::pin(self.perform(&second, step)).await?;
                }
                browser.close_tab(second).await?;
                browser.show_tab(tab).await?;
            }
            Step::LoseCookie { name } => {
                let url = self.lab.url(self.wall, "/")?;
                browser
                    .delete_cookie(json!({ "url": url, "name": name }))
                    .await?;
            }
            Step::ClockIsSet => self.lab.set_clock(self.wall),
            Step::PauseAddon => self.turns_addon("pause", "paused").await?,
            Step::BeginElsewhere { path } => {
                let elsewhere = browser.new_tab().await?;
                browser
                    .open(&elsewhere, &self.lab.url(self.wall, path)?)
                    .await?;
                let url = browser.page(&elsewhere).await?.url;
                browser.open(tab, &url).await?;
            }
            Step::WaitFor { selector } => self.sees(tab, selector).await?,
        }
        Ok(())
    }

    /// Waits until a CSS selector matches in the page.
    pub(super) async fn sees(&self, tab: &Tab, selector: &str) -> Result<()> {
        let script = format!(
            "return Boolean(document.querySelector({}));",
            json!(selector)
        );
        self.browser
            .wait_script(tab, &format!("`{selector}` in the page"), &script)
            .await
    }

    /// Types into a form and presses its button; done when the server has got it and the tab has finished loading.
    async fn fills(&self, tab: &Tab, fields: &[(&str, &str)]) -> Result<()> {
        let (first, _) = fields
            .first()
            .context("expected a form to have fields to fill in")?;
        let visible = format!(
            "return Boolean(document.querySelector({})?.checkVisibility());",
            json!(format!("[name=\"{first}\"]"))
        );
        self.browser
            .wait_script(tab, &format!("the field `{first}` in the page"), &visible)
            .await?;
        for (name, text) in fields {
            self.browser
                .fill(tab, &format!("[name=\"{name}\"]"), text)
                .await?;
        }
        let before = self.posts();
        self.browser
            .click(tab, &format!("form:has([name=\"{first}\"]) button"))
            .await?;
        crate::browser::until(
            "the form to reach the server",
            crate::browser::PATIENCE,
            async || {
                Ok(if self.posts() > before {
                    Ok(())
                } else {
                    Err(format!("{before} posted forms as before"))
                })
            },
        )
        .await?;
        self.browser.wait_settled(tab).await.map(drop)
    }

    fn posts(&self) -> usize {
        let requests = self.lab.requests(self.wall);
        requests
            .iter()
            .filter(|request| request.method == "POST")
            .count()
    }

    async fn tab_ids(&self) -> Result<Vec<i64>> {
        let tabs = self.browser.call("tabs.query", json!([{}])).await?;
        let tabs = tabs.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(tabs.iter().filter_map(|tab| tab["id"].as_i64()).collect())
    }

    /// The tab that has been opened since.
    async fn opened(&self, before: &[i64]) -> Result<Tab> {
        let url = crate::browser::until(
            "the remedy to open a tab",
            crate::browser::PATIENCE,
            async || {
                let tabs = self.browser.call("tabs.query", json!([{}])).await?;
                let tabs = tabs.as_array().map(Vec::as_slice).unwrap_or_default();
                let new = tabs.iter().find(|tab| {
                    tab["id"].as_i64().is_some_and(|id| !before.contains(&id))
                        && tab["status"] == "complete"
                });
                Ok(new
                    .and_then(|tab| tab["url"].as_str().map(str::to_owned))
                    .ok_or_else(|| "only the old ones".to_owned()))
            },
        )
        .await?;
        self.browser.find_tab(&url).await
    }

    /// Opens the wanted page and looks for its mark.
    pub(super) async fn opens_wanted(&self, tab: &Tab) -> Result<()> {
        let opened = self.browser.open(tab, &self.wanted()?).await?;
        ensure!(
            opened == crate::browser::Opened::Loaded,
            "expected the wanted page, but found {opened:?}"
        );
        self.is_in(tab).await
    }

    /// Waits until a tab shows the page marked OK at the wanted address.
    pub(super) async fn is_in(&self, tab: &Tab) -> Result<()> {
        let wanted = self.wanted()?;
        self.browser
            .wait_page(tab, &format!("the page marked OK at `{wanted}`"), |page| {
                page.marker.as_deref() == Some("OK") && page.url == wanted
            })
            .await
            .map(drop)
    }
}

/// Whether the remedy is to tell somebody else.
pub(super) fn is_report(top: &FindingReading, remedy: &str) -> bool {
    top.remedies
        .iter()
        .any(|found| found.id == remedy && matches!(remedy, "ask-owner" | "ask-it"))
}

/// Whether the remedy is for the person to carry out, by following words.
fn is_item(top: &FindingReading, remedy: &str) -> bool {
    top.remedies
        .iter()
        .any(|found| found.id == remedy && found.kind == RemedyKind::Item)
}

/// Whether the remedy opens a tab beside the one that failed.
pub(super) fn opens_tab(remedy: &str) -> bool {
    matches!(
        remedy,
        "reset-password" | "open-in-own-tab" | "open-in-container"
    )
}

/// Whether only the person can follow the remedy, outside of the page.
pub(super) fn is_of_the_person(remedy: &str) -> bool {
    matches!(remedy, "pause-blocker" | "keep-cookies" | "fix-clock")
}

/// A step without what is typed in it.
fn shown(step: &Step) -> String {
    match json!(step) {
        Value::Object(mut step) => {
            for secret in ["password", "fields", "user", "steps"] {
                step.remove(secret);
            }
            json!(step).to_string()
        }
        other => other.to_string(),
    }
}
