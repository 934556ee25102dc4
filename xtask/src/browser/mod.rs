//! Real browsers under test: Chromium and Firefox, started with the extension, behind one type.
//!
//! The flow of a test: [`Browser::start`], [`Browser::new_tab`], [`Browser::open`] a wall, [`Browser::open_popup`] on
//! that tab, [`Popup::wait`] for a finding, [`Popup::click`] a remedy, [`Browser::wait_page`] for the wanted page.
//! WebDriver knows one current window, so the methods of one browser are called one after another, never in parallel.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::prelude::{By, WindowHandle};
use thirtyfour::{Capabilities, WebDriver};
use tokio::sync::Mutex;

mod cdp;
mod chromium;
mod driver;
mod firefox;
mod package;
pub(crate) mod popup;
pub(crate) mod selftest;
mod trust;
mod wait;

use driver::DriverProcess;
pub(crate) use popup::{Popup, RemedyKind};
pub(crate) use wait::{PATIENCE, until};

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Chromium, driven by chromedriver.
    Chromium,
    /// Firefox (ESR), driven by geckodriver.
    Firefox,
}

impl Kind {
    /// Both browsers.
    pub(crate) const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
        })
    }
}

/// How a browser is to be started.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The extension: an unpacked folder or a zip. The browser gets a copy with one blank page more.
    pub(crate) extension: PathBuf,
    /// The driver's program: a path, or a name to be looked up in `PATH`.
    pub(crate) driver: PathBuf,
    /// Host names that lead to 127.0.0.1; whole names, no patterns (Firefox knows none).
    pub(crate) hosts: Vec<String>,
    /// The certificate authority to trust, in PEM.
    pub(crate) ca_pem: Option<String>,
    /// A proxy for every http and https request. In Firefox one that asks for no password: such a prompt is a window of
    /// its own there, which keeps WebDriver from every tab, so nothing can answer it yet.
    pub(crate) proxy: Option<(String, u16)>,
    /// Helper add-ons beside the extension: unpacked folders.
    pub(crate) addons: Vec<PathBuf>,
    /// Pages within pages of other sites have no cookies.
    pub(crate) no_embedded_cookies: bool,
    /// Firefox's containers are turned on.
    pub(crate) containers: bool,
    /// Without a visible window.
    pub(crate) headless: bool,
    /// Pages prefer a dark scheme.
    pub(crate) dark: bool,
    /// Width and height of the window in pixels.
    pub(crate) window: (u32, u32),
    /// After how long Firefox ends an idle background (30 s by itself). Chromium has no such setting.
    pub(crate) idle_timeout: Option<Duration>,
    /// Grants optional permissions from the start. Needed in Chromium, whose permission bubble cannot be pressed by
    /// automation; in Firefox `permissions.request` is granted without a prompt anyway.
    pub(crate) grant_optional: bool,
}

impl Options {
    /// Headless, 1200 by 900, without proxy, hosts or authority.
    pub(crate) fn new(extension: impl Into<PathBuf>, driver: impl Into<PathBuf>) -> Self {
        Self {
            extension: extension.into(),
            driver: driver.into(),
            hosts: Vec::new(),
            ca_pem: None,
            proxy: None,
            addons: Vec::new(),
            no_embedded_cookies: false,
            containers: false,
            headless: true,
            dark: false,
            window: (1200, 900),
            idle_timeout: None,
            grant_optional: false,
        }
    }
}

/// A name and a password as a person types them into a sign-in prompt.
#[derive(Clone)]
pub(crate) struct Credentials {
    /// The user name.
    pub(crate) name: String,
    /// The password.
    pub(crate) password: String,
}

impl Credentials {
    /// A name and a password.
    pub(crate) fn new(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            password: password.into(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials(…)")
    }
}

/// One tab, known to the extension by its number and to WebDriver by its window handle.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    /// The number in `browser.tabs`.
    pub(crate) id: i64,
    handle: WindowHandle,
}

/// What came of opening an address. None of these is an error: walls are what tests look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// A document was loaded, whatever its status.
    Loaded,
    /// A sign-in prompt is open and waits for an answer.
    Prompt,
    /// The browser shows an error page of its own; the text is the driver's.
    Failed(String),
}

/// A look at the page in a tab.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Page {
    /// The address in the address bar.
    pub(crate) url: String,
    /// The document's title.
    pub(crate) title: String,
    /// The content of `<meta name="lab">`: `OK` on a wanted page.
    pub(crate) marker: Option<String>,
    /// The visible text.
    pub(crate) text: String,
    /// `loading`, `interactive` or `complete`.
    pub(crate) ready: String,
}

/// A cookie with all its attributes, as `browser.cookies` tells them.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CookieAttributes {
    /// The name.
    pub(crate) name: String,
    /// The value. Tests compare it; nothing else may see it.
    pub(crate) value: String,
    /// The domain, with a leading dot unless host-only.
    pub(crate) domain: String,
    /// Whether only this very host gets it.
    pub(crate) host_only: bool,
    /// The path.
    pub(crate) path: String,
    /// The `Secure` attribute.
    pub(crate) secure: bool,
    /// The `HttpOnly` attribute.
    pub(crate) http_only: bool,
    /// `no_restriction`, `lax`, `strict` or `unspecified`.
    pub(crate) same_site: String,
    /// Whether it ends with the browser's session.
    pub(crate) session: bool,
    /// When it expires, in seconds since 1970; none for a session cookie.
    pub(crate) expiration_date: Option<f64>,
    /// The cookie store: container or private window.
    pub(crate) store_id: String,
    /// The partition, for a `Partitioned` cookie.
    pub(crate) partition_key: Option<Value>,
}

/// The storage areas that may hold something an extension has learnt.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StorageArea {
    /// `storage.local`, kept on disk.
    Local,
    /// `storage.session`, kept in memory.
    Session,
}

impl StorageArea {
    fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Session => "session",
        }
    }
}

/// Answers the prompts of one tab; see [`Browser::answer_prompts`].
#[derive(Debug)]
#[must_use = "prompts are only answered for certain by `finish`"]
pub(crate) struct PromptAnswers {
    tab: Tab,
    credentials: Credentials,
    chromium: Option<cdp::PromptAnswerer>,
}

/// A running browser with the extension loaded. Dropping it ends the browser, also after a panic.
#[derive(Debug)]
pub(crate) struct Browser {
    // Dropped first: the driver's end makes the session's own teardown fail at once instead of waiting.
    process: DriverProcess,
    driver: WebDriver,
    kind: Kind,
    version: String,
    origin: String,
    control: WindowHandle,
    /// The window that commands go to.
    current: Mutex<Option<WindowHandle>>,
    /// The window that new tabs are opened in.
    main_window: i64,
    dark: AtomicBool,
    /// Numbers the tabs that tests open.
    tabs_opened: AtomicUsize,
}

impl Browser {
    /// Starts the browser with a fresh profile and the extension in it.
    ///
    /// # Errors
    /// When the driver, the browser or the extension does not start; says which and what it wrote.
    pub(crate) async fn start(kind: Kind, options: &Options) -> Result<Self> {
        Self::try_start(kind, options)
            .await
            .with_context(|| format!("starting {kind}"))
    }

    async fn try_start(kind: Kind, options: &Options) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("readmit-browser-")
            .tempdir()?;
        let home = folder.path().to_owned();
        let extension = home.join("extension");
        let manifest = package::unpack(&extension, options)?;
        let process = match kind {
            Kind::Chromium => {
                chromium::prepare(&home, options)?;
                DriverProcess::start(&options.driver, &["--port=0"], folder).await?
            }
            Kind::Firefox => {
                firefox::prepare(&home, options)?;
                let arguments = ["--port=0", "--allow-system-access"];
                DriverProcess::start(&options.driver, &arguments, folder).await?
            }
        };
        let capabilities = match kind {
            Kind::Chromium => chromium::capabilities(&home, &extension, options),
            Kind::Firefox => {
                let id = manifest["browser_specific_settings"]["gecko"]["id"].as_str();
                let id = id.context("expected the manifest to have a gecko id")?;
                firefox::capabilities(&home, id, options)
            }
        };
        let Value::Object(capabilities) = capabilities else {
            bail!("expected capabilities to be an object")
        };
        let driver = WebDriver::new(process.url.clone(), Capabilities::from(capabilities))
            .await
            .map_err(|error| {
                anyhow!(
                    "expected a session, but found `{error}` after `{}`",
                    process.output()
                )
            })?;
        let origin = match kind {
            Kind::Chromium => chromium::extension_origin(&driver).await?,
            Kind::Firefox => {
                let zip = home.join("extension.zip");
                for (addon, number) in options.addons.iter().zip(1..) {
                    let packed = home.join(format!("addon-{number}.zip"));
                    package::pack(addon, &packed)?;
                    firefox::install(&driver, &packed).await?;
                }
                package::pack(&extension, &zip)?;
                firefox::install(&driver, &zip).await?
            }
        };
        // Chromium has its size from a switch: asked for it now, while the extension opens its welcome page in front of the
        // first tab, chromedriver may wait for that tab in vain.
        if kind == Kind::Firefox {
            driver
                .set_window_rect(0, 0, options.window.0, options.window.1)
                .await
                .context("setting the window's size")?;
            let window = driver.new_window().await?;
            driver.switch_to_window(window).await?;
        }
        driver
            .goto(format!("{origin}/{}", package::CONTROL_PAGE))
            .await
            .context("opening the blank page")?;
        let control = driver.window().await?;
        let text = |name| {
            driver
                .capabilities()
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or("?")
                .to_owned()
        };
        let version = format!("{} {}", text("browserName"), text("browserVersion"));
        let dark = AtomicBool::new(options.dark);
        let mut browser = Self {
            process,
            driver,
            kind,
            version,
            origin,
            control,
            current: Mutex::new(None),
            main_window: 0,
            dark,
            tabs_opened: AtomicUsize::new(0),
        };
        browser.main_window = browser.find_main_window().await?;
        Ok(browser)
    }

    /// The number of the window that the browser started with: that of its first tab.
    async fn find_main_window(&self) -> Result<i64> {
        let tabs = self.call("tabs.query", json!([{}])).await?;
        let tabs = tabs.as_array().map(Vec::as_slice).unwrap_or_default();
        let first = tabs.iter().min_by_key(|tab| tab["id"].as_i64());
        first
            .and_then(|tab| tab["windowId"].as_i64())
            .context("expected the first tab to have a window")
    }

    /// Makes a window the one that further commands go to. In Firefox that brings its tab to the front and draws it, which
    /// takes longer than most commands: so not again where it is that one already.
    async fn look_at(&self, window: &WindowHandle) -> Result<()> {
        let mut current = self.current.lock().await;
        if current.as_ref() != Some(window) {
            // A window that is gone is none of ours: what comes next has to choose again.
            *current = None;
            self.driver.switch_to_window(window.clone()).await?;
            *current = Some(window.clone());
        }
        Ok(())
    }

    /// Which browser this is.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// Its name and version, as its driver tells them.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// `chrome-extension://ID` or `moz-extension://UUID`.
    pub(crate) fn extension_origin(&self) -> &str {
        &self.origin
    }

    /// How long all processes of this browser have computed so far; the driver's own does not count. On Linux.
    ///
    /// # Errors
    /// When the system does not tell.
    pub(crate) fn cpu_time(&self) -> Result<Duration> {
        self.process.cpu_time()
    }

    /// Ends the session in order. Dropping works too, and is what happens after a failure.
    pub(crate) async fn quit(self) -> Result<()> {
        self.driver
            .clone()
            .quit()
            .await
            .with_context(|| format!("ending {}", self.kind))
    }

    /// Calls `browser.PATH(...arguments)` of the WebExtension API in the extension's blank page.
    pub(crate) async fn call(&self, path: &str, arguments: Value) -> Result<Value> {
        self.look_at(&self.control).await?;
        let script =
            "return (window.wrappedJSObject ?? window).callBrowser(arguments[0], arguments[1]);";
        let answer = self
            .driver
            .execute(script, vec![json!(path), json!(arguments.to_string())])
            .await?;
        let answer: String = answer.convert()?;
        let mut answer: Value = serde_json::from_str(&answer)?;
        if let Some(error) = answer["error"].as_str() {
            bail!(
                "expected browser.{path} to work in {}, but found `{error}`",
                self.kind
            );
        }
        Ok(answer["value"].take())
    }

    // Tabs and pages.

    /// Opens an empty tab in front.
    pub(crate) async fn new_tab(&self) -> Result<Tab> {
        self.new_tab_in(None).await
    }

    /// Opens an empty tab in front, in this container of Firefox.
    pub(crate) async fn new_tab_in(&self, container: Option<&str>) -> Result<Tab> {
        let before = self.driver.windows().await?;
        // A tab that the extension opens at the same time, as its welcome page, must not be taken for this one.
        let number = self.tabs_opened.fetch_add(1, Ordering::SeqCst);
        let url = format!("about:blank#{number}");
        let mut details = json!({ "url": url, "windowId": self.main_window });
        if let Some(container) = container {
            details["cookieStoreId"] = json!(container);
        }
        let details = json!([details]);
        let created = self.call("tabs.create", details).await?;
        let id = created["id"]
            .as_i64()
            .context("expected a new tab to have an id")?;
        let handle = until("the new tab's window handle", PATIENCE, async || {
            let handles = self.driver.windows().await?;
            for handle in handles.into_iter().filter(|it| !before.contains(it)) {
                self.look_at(&handle).await?;
                let found = self.driver.current_url().await;
                if found.is_ok_and(|found| found.as_str() == url) {
                    return Ok(Ok(handle));
                }
            }
            Ok(Err("only others".to_owned()))
        })
        .await?;
        Ok(Tab { id, handle })
    }

    /// The tab that shows exactly this address, for tabs that a page or the extension has opened.
    pub(crate) async fn find_tab(&self, url: &str) -> Result<Tab> {
        let mut handle = None;
        for candidate in self.driver.windows().await? {
            self.look_at(&candidate).await?;
            if self
                .driver
                .current_url()
                .await
                .is_ok_and(|found| found.as_str() == url)
            {
                handle = Some(candidate);
            }
        }
        let handle = handle
            .with_context(|| format!("expected {} to have a window with `{url}`", self.kind))?;
        Ok(Tab {
            id: self.tab_id(url).await?,
            handle,
        })
    }

    /// Whether a person has not closed it yet.
    pub(crate) async fn is_open(&self) -> bool {
        self.driver
            .windows()
            .await
            .is_ok_and(|windows| windows.len() > 1)
    }

    /// The number, in `browser.tabs`, of the tab that shows exactly this address.
    pub(crate) async fn tab_id(&self, url: &str) -> Result<i64> {
        let tabs = self.call("tabs.query", json!([{}])).await?;
        let tabs = tabs.as_array().map(Vec::as_slice).unwrap_or_default();
        let tab = tabs.iter().find(|tab| tab["url"] == url);
        tab.and_then(|tab| tab["id"].as_i64()).with_context(|| {
            let urls: Vec<&Value> = tabs.iter().map(|tab| &tab["url"]).collect();
            format!(
                "expected a tab with `{url}` in {}, but found {}",
                self.kind,
                json!(urls)
            )
        })
    }

    /// Closes a tab.
    pub(crate) async fn close_tab(&self, tab: Tab) -> Result<()> {
        self.call("tabs.remove", json!([tab.id])).await.map(drop)
    }

    /// Closes every tab but the blank page's and the one that the browser started with.
    pub(crate) async fn close_tabs(&self) -> Result<()> {
        let own = self.call("tabs.getCurrent", json!([])).await?["id"].take();
        let tabs = self.call("tabs.query", json!([{}])).await?;
        let tabs = tabs.as_array().map(Vec::as_slice).unwrap_or_default();
        let ids: Vec<i64> = tabs.iter().filter_map(|tab| tab["id"].as_i64()).collect();
        let first = ids.iter().min();
        let others: Vec<&i64> = ids
            .iter()
            .filter(|id| Some(*id) != first && own != **id)
            .collect();
        self.call("tabs.remove", json!([others])).await.map(drop)
    }

    /// Makes the browser as it was at its start, of these origins and of the extension: stops the background, and takes
    /// away optional permissions, all that is stored, and every cookie. In Chromium the names and passwords that HTTP itself
    /// keeps stay, for nothing but the browser's end takes them away.
    pub(crate) async fn empty(&self, origins: &[String]) -> Result<()> {
        let optional =
            self.call("runtime.getManifest", json!([])).await?["optional_permissions"].take();
        let granted = self.call("permissions.getAll", json!([])).await?["permissions"].take();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let mut given = list(&optional);
        given.retain(|name| list(&granted).contains(name));
        if !given.is_empty() {
            let details = json!([{ "permissions": given }]);
            self.call("permissions.remove", details).await?;
        }
        // First the cookies: Readmit is told that they go, and notes it.
        match self.kind {
            Kind::Chromium => {
                self.look_at(&self.control).await?;
                chromium::empty(&self.driver, origins).await?;
            }
            Kind::Firefox => firefox::empty(&self.driver).await?,
        }
        self.stop_worker().await?;
        for area in [StorageArea::Local, StorageArea::Session] {
            let clear = format!("storage.{}.clear", area.name());
            self.call(&clear, json!([])).await?;
        }
        Ok(())
    }

    /// Brings a tab to the front.
    pub(crate) async fn show_tab(&self, tab: &Tab) -> Result<()> {
        self.call("tabs.update", json!([tab.id, { "active": true }]))
            .await
            .map(drop)
    }

    /// Opens an address in a tab, as typed into the address bar. A prompt left open there is cancelled first.
    pub(crate) async fn open(&self, tab: &Tab, url: &str) -> Result<Opened> {
        let opened = match self.kind {
            Kind::Chromium => self.chromium_open(tab, url).await,
            Kind::Firefox => self.firefox_open(tab, url).await,
        };
        opened.with_context(|| format!("opening `{url}` in {}", self.kind))
    }

    async fn chromium_open(&self, tab: &Tab, url: &str) -> Result<Opened> {
        let mut failed = self.chromium_goto(tab, url).await?;
        let shown = chromium::shown(&self.driver).await?;
        if shown.is_prompt() {
            return Ok(Opened::Prompt);
        }
        if shown.is_error_page() {
            failed.get_or_insert_with(|| "the browser's own error page".to_owned());
        }
        Ok(failed.map_or(Opened::Loaded, Opened::Failed))
    }

    async fn firefox_open(&self, tab: &Tab, url: &str) -> Result<Opened> {
        self.look_at(&self.control).await?;
        let mut opened = firefox::open(&self.driver, tab.id, url).await?;
        if opened.is_none() {
            self.wait_settled(tab).await?;
            opened = firefox::open(&self.driver, tab.id, url).await?;
        }
        opened.context("expected no prompt once it was cancelled, but found one")
    }

    async fn chromium_goto(&self, tab: &Tab, url: &str) -> Result<Option<String>> {
        self.look_at(&tab.handle).await?;
        match self.driver.goto(url).await {
            Ok(()) => Ok(None),
            Err(error) => chromium::navigation_failure(error).map(Some),
        }
    }

    /// Opens an address and presses Cancel on every prompt that comes up, until the page has loaded. In Chromium
    /// the prompt stays, see [`Browser::dismiss_prompt`].
    pub(crate) async fn open_cancelling(&self, tab: &Tab, url: &str) -> Result<Opened> {
        let opened = self.open(tab, url).await?;
        if opened != Opened::Prompt {
            return Ok(opened);
        }
        let cancelled = self.dismiss_prompt(tab).await?;
        Ok(if cancelled > 0 {
            Opened::Loaded
        } else {
            opened
        })
    }

    /// Opens an address and answers the prompt it brings up. Answers how many prompts came up from then on: more than
    /// one when what was typed was refused.
    pub(crate) async fn open_with_credentials(
        &self,
        tab: &Tab,
        url: &str,
        credentials: Credentials,
    ) -> Result<usize> {
        let opened = self.open(tab, url).await?;
        if opened != Opened::Prompt {
            bail!("expected a sign-in prompt, but found {opened:?}");
        }
        self.answer_open_prompt(tab, credentials).await
    }

    /// Waits for the prompt of a tab and answers it. Answers how many prompts came up from then on: more than one when
    /// what was typed was refused.
    ///
    /// In Chromium the prompt stands over a page that has ended; what a person types goes into the browser's cache, and
    /// the page is loaded anew with it (`LoginTabHelper` in its source). No automation reaches the prompt, so the page is
    /// loaded anew here, and the same credentials come from DevTools.
    pub(crate) async fn answer_open_prompt(
        &self,
        tab: &Tab,
        credentials: Credentials,
    ) -> Result<usize> {
        let answers = self.answer_prompts(tab, credentials).await?;
        if self.kind == Kind::Chromium {
            until("a sign-in prompt in Chromium", PATIENCE, async || {
                Ok(if self.prompt_open(tab).await? {
                    Ok(())
                } else {
                    Err("none".to_owned())
                })
            })
            .await?;
            self.call("tabs.reload", json!([tab.id])).await?;
        }
        self.finish_prompts(answers).await
    }

    /// Looks at the page in a tab. Fails while a prompt is open there.
    pub(crate) async fn page(&self, tab: &Tab) -> Result<Page> {
        let script = "return {
            url: location.href, title: document.title, ready: document.readyState,
            marker: document.querySelector('meta[name=lab]')?.content ?? null,
            text: document.body?.innerText ?? '',
        };";
        Ok(serde_json::from_value(
            self.run(tab, script, vec![]).await?,
        )?)
    }

    /// Waits until the page in a tab is loaded and fulfils `wanted`; a page in between two documents is looked at again.
    pub(crate) async fn wait_page(
        &self,
        tab: &Tab,
        what: &str,
        wanted: impl Fn(&Page) -> bool,
    ) -> Result<Page> {
        let what = format!("{what} in {}", self.kind);
        until(&what, PATIENCE, async || {
            Ok(match self.page(tab).await {
                Ok(page) if page.ready == "complete" && wanted(&page) => Ok(page),
                Ok(page) => Err(format!("{page:?}")),
                Err(error) => Err(format!("{error:#}")),
            })
        })
        .await
    }

    /// Runs a script in the page of a tab and answers what it returns.
    pub(crate) async fn run(
        &self,
        tab: &Tab,
        script: &str,
        arguments: Vec<Value>,
    ) -> Result<Value> {
        self.look_at(&tab.handle).await?;
        let answer = self.driver.execute(script, arguments).await;
        Ok(answer
            .with_context(|| format!("running a script in {}", self.kind))?
            .json()
            .clone())
    }

    /// Waits until a script answers true in the page of a tab; a page in between two documents is asked again.
    pub(crate) async fn wait_script(&self, tab: &Tab, what: &str, script: &str) -> Result<()> {
        let what = format!("{what} in {}", self.kind);
        until(&what, PATIENCE, async || {
            Ok(match self.run(tab, script, vec![]).await {
                Ok(Value::Bool(true)) => Ok(()),
                Ok(found) => Err(found.to_string()),
                Err(error) => Err(format!("{error:#}")),
            })
        })
        .await
    }

    /// Types into the first element that matches a CSS selector, in place of what it held.
    pub(crate) async fn fill(&self, tab: &Tab, selector: &str, text: &str) -> Result<()> {
        self.look_at(&tab.handle).await?;
        let element = self.driver.find(By::Css(selector)).await?;
        element.clear().await?;
        element
            .send_keys(text)
            .await
            .with_context(|| format!("typing into `{selector}` in {}", self.kind))
    }

    /// Clicks, as a person does, the first element that matches a CSS selector.
    pub(crate) async fn click(&self, tab: &Tab, selector: &str) -> Result<()> {
        self.look_at(&tab.handle).await?;
        let mut clicked = self.driver.find(By::Css(selector)).await?.click().await;
        // A page that was drawn anew in between has the same button once more; a person would press that.
        while matches!(&clicked, Err(error) if error.to_string().contains("stale element")) {
            clicked = self.driver.find(By::Css(selector)).await?.click().await;
        }
        match clicked {
            // What the click leads to is for the caller to look at: here the browser's own error page.
            Err(error)
                if self.kind == Kind::Firefox
                    && error.to_string().contains("Reached error page") =>
            {
                Ok(())
            }
            clicked => clicked.with_context(|| format!("clicking `{selector}` in {}", self.kind)),
        }
    }

    /// Sets whether an origin may keep cookies, in the browser's own settings, as a person would. The tab may be left at
    /// those settings.
    pub(crate) async fn set_cookies_allowed(
        &self,
        tab: &Tab,
        origin: &str,
        allowed: bool,
    ) -> Result<()> {
        match self.kind {
            Kind::Chromium => {
                self.chromium_goto(tab, chromium::COOKIE_SETTINGS).await?;
                chromium::set_cookies_allowed(&self.driver, origin, allowed).await
            }
            Kind::Firefox => {
                self.look_at(&self.control).await?;
                firefox::set_cookies_allowed(&self.driver, origin, allowed).await
            }
        }
    }

    // Sign-in prompts.

    /// Gets ready to answer the next prompt of a tab; call it before the act that brings the prompt up, and
    /// [`Browser::finish_prompts`] after it. A second prompt of the same request is left open.
    pub(crate) async fn answer_prompts(
        &self,
        tab: &Tab,
        credentials: Credentials,
    ) -> Result<PromptAnswers> {
        let chromium = match self.kind {
            Kind::Firefox => None,
            Kind::Chromium => {
                self.look_at(&tab.handle).await?;
                let socket = chromium::page_socket(&self.driver).await?;
                Some(cdp::PromptAnswerer::start(&socket, credentials.clone()).await?)
            }
        };
        Ok(PromptAnswers {
            tab: tab.clone(),
            credentials,
            chromium,
        })
    }

    /// Waits until a prompt was answered and the page has loaded. Answers how many prompts came up.
    ///
    /// # Errors
    /// When no prompt came up in time.
    pub(crate) async fn finish_prompts(&self, answers: PromptAnswers) -> Result<usize> {
        let PromptAnswers {
            tab,
            credentials,
            chromium,
        } = answers;
        if let Some(answerer) = chromium {
            until("a sign-in prompt in Chromium", PATIENCE, async || {
                Ok(if answerer.prompts() > 0 {
                    Ok(())
                } else {
                    Err("none".to_owned())
                })
            })
            .await?;
            self.wait_settled(&tab).await?;
            let prompts = answerer.prompts();
            answerer.finish().await?;
            return Ok(prompts);
        }
        self.look_at(&self.control).await?;
        until("a sign-in prompt in Firefox", PATIENCE, async || {
            let settled = firefox::settle_prompt(&self.driver, tab.id, Some(&credentials)).await?;
            Ok(settled.then_some(()).ok_or_else(|| "none".to_owned()))
        })
        .await?;
        Ok(1 + self.wait_settled(&tab).await?)
    }

    /// Whether a tab shows a sign-in prompt.
    pub(crate) async fn prompt_open(&self, tab: &Tab) -> Result<bool> {
        match self.kind {
            Kind::Chromium => {
                self.look_at(&tab.handle).await?;
                Ok(chromium::shown(&self.driver).await?.is_prompt())
            }
            Kind::Firefox => {
                self.look_at(&self.control).await?;
                firefox::prompt_open(&self.driver, tab.id).await
            }
        }
    }

    /// Presses Cancel on the prompt of a tab, if there is one, and waits until the page has loaded. Answers how many
    /// prompts were cancelled.
    ///
    /// None in Chromium, where no automation reaches the prompt's buttons: it stays open, its page empty, and everything
    /// else (the popup, another address) works all the same.
    pub(crate) async fn dismiss_prompt(&self, tab: &Tab) -> Result<usize> {
        if self.kind == Kind::Chromium || !self.prompt_open(tab).await? {
            return Ok(0);
        }
        self.wait_settled(tab).await
    }

    /// Waits until a tab has finished loading; presses Cancel on every prompt that comes up. Answers how many did.
    pub(crate) async fn wait_settled(&self, tab: &Tab) -> Result<usize> {
        let mut cancelled = 0;
        until("the tab to finish loading", PATIENCE, async || {
            let found = self.call("tabs.get", json!([tab.id])).await?;
            if found["status"] == "complete" {
                return Ok(Ok(()));
            }
            // A tab with a prompt goes on loading.
            if self.kind == Kind::Firefox
                && firefox::settle_prompt(&self.driver, tab.id, None).await?
            {
                cancelled += 1;
                return Ok(Err("a sign-in prompt".to_owned()));
            }
            Ok(Err(format!("status {}", found["status"])))
        })
        .await?;
        Ok(cancelled)
    }

    // The popup.

    /// Opens the popup for a tab, in a tab of its own, so that it stays open and the wall's tab stays alive.
    pub(crate) async fn open_popup(&self, wall: &Tab) -> Result<Popup<'_>> {
        let tab = self.new_tab().await?;
        self.apply_scheme(&tab).await?;
        self.open(
            &tab,
            &format!("{}/popup/popup.html?tab={}", self.origin, wall.id),
        )
        .await?;
        Ok(Popup::new(self, tab))
    }

    // Cookies and storage.

    /// All cookies, partitioned ones too, of a host and the hosts below it, in the order of domain, path and name.
    pub(crate) async fn cookies(&self, domain: &str) -> Result<Vec<CookieAttributes>> {
        self.cookies_in(domain, None).await
    }

    /// The same in this container of Firefox.
    pub(crate) async fn cookies_in(
        &self,
        domain: &str,
        container: Option<&str>,
    ) -> Result<Vec<CookieAttributes>> {
        let mut details = json!({ "domain": domain, "partitionKey": {} });
        if let Some(container) = container {
            details["storeId"] = json!(container);
        }
        let found = self.call("cookies.getAll", json!([details])).await?;
        let mut cookies: Vec<CookieAttributes> = serde_json::from_value(found)?;
        let key = |cookie: &CookieAttributes| {
            (
                cookie.domain.clone(),
                cookie.path.clone(),
                cookie.name.clone(),
                format!("{:?}", cookie.partition_key),
            )
        };
        cookies.sort_by_key(key);
        Ok(cookies)
    }

    /// Sets a cookie; `details` as `browser.cookies.set` takes them (`url`, `name`, `value`, `domain`, …).
    pub(crate) async fn set_cookie(&self, details: Value) -> Result<()> {
        let set = self.call("cookies.set", json!([details])).await?;
        if set.is_null() {
            bail!(
                "expected {} to accept the cookie `{}`, but it did not",
                self.kind,
                details["name"]
            );
        }
        Ok(())
    }

    /// Deletes a cookie; `details` as `browser.cookies.remove` takes them (`url`, `name`, `partitionKey`, …).
    pub(crate) async fn delete_cookie(&self, details: Value) -> Result<()> {
        self.call("cookies.remove", json!([details]))
            .await
            .map(drop)
    }

    /// The local storage of the origin that a tab shows, as a JSON object.
    pub(crate) async fn local_storage(&self, tab: &Tab) -> Result<Value> {
        self.run(
            tab,
            "return Object.fromEntries(Object.entries(localStorage));",
            vec![],
        )
        .await
    }

    /// Writes into the local storage of the origin that a tab shows.
    pub(crate) async fn set_local_storage(&self, tab: &Tab, key: &str, value: &str) -> Result<()> {
        let script = "localStorage.setItem(arguments[0], arguments[1]);";
        self.run(tab, script, vec![json!(key), json!(value)])
            .await
            .map(drop)
    }

    /// Everything in one of the extension's storage areas, as text, to search for what must not be there.
    pub(crate) async fn storage_dump(&self, area: StorageArea) -> Result<String> {
        Ok(self
            .call(&format!("storage.{}.get", area.name()), json!([null]))
            .await?
            .to_string())
    }

    /// What background, popup and pages wrote to their consoles so far (and what the browser logged around it).
    pub(crate) fn console_log(&self) -> Result<String> {
        match self.kind {
            Kind::Chromium => chromium::console_log(&self.process),
            Kind::Firefox => Ok(self.process.output()),
        }
    }

    // The background.

    /// Whether the background runs now; asking does not wake it.
    pub(crate) async fn worker_running(&self) -> Result<bool> {
        self.look_at(&self.control).await?;
        match self.kind {
            Kind::Chromium => chromium::worker_running(&self.driver, &self.origin).await,
            Kind::Firefox => firefox::worker_running(&self.driver).await,
        }
    }

    /// Stops the background as the browser would when idle, until it is gone: an event that was still on its way may start
    /// it once more.
    pub(crate) async fn stop_worker(&self) -> Result<()> {
        until("the background to be gone", PATIENCE, async || {
            self.interrupt_worker().await?;
            Ok(if self.worker_running().await? {
                Err("it running".to_owned())
            } else {
                Ok(())
            })
        })
        .await
    }

    /// Stops the background in the midst of events that start it again at once: whether it was gone for a moment in
    /// between cannot be seen from outside.
    pub(crate) async fn interrupt_worker(&self) -> Result<()> {
        self.look_at(&self.control).await?;
        match self.kind {
            Kind::Chromium => chromium::stop_worker(&self.driver, &self.origin).await,
            Kind::Firefox => firefox::stop_worker(&self.driver).await,
        }
    }

    // Looks.

    /// Makes popups prefer a dark or a light scheme: in Firefox every page at once, in Chromium those opened from now
    /// on (its emulation is per page).
    pub(crate) async fn set_dark(&self, dark: bool) -> Result<()> {
        self.dark.store(dark, Ordering::SeqCst);
        match self.kind {
            Kind::Chromium => Ok(()),
            Kind::Firefox => firefox::set_dark(&self.driver, dark).await,
        }
    }

    /// Makes a tab prefer a dark or a light scheme (in Firefox every tab).
    pub(crate) async fn set_scheme(&self, tab: &Tab, dark: bool) -> Result<()> {
        self.set_dark(dark).await?;
        self.apply_scheme(tab).await
    }

    async fn apply_scheme(&self, tab: &Tab) -> Result<()> {
        if self.kind == Kind::Firefox {
            return Ok(());
        }
        self.look_at(&tab.handle).await?;
        chromium::set_dark(&self.driver, self.dark.load(Ordering::SeqCst)).await
    }

    /// Saves a picture (PNG) of what a tab shows.
    pub(crate) async fn screenshot(&self, tab: &Tab, path: &Path) -> Result<()> {
        self.show_tab(tab).await?;
        self.look_at(&tab.handle).await?;
        let picture = self.driver.screenshot_as_png().await?;
        std::fs::write(path, picture)
            .with_context(|| format!("expected to write `{}`", path.display()))
    }
}
