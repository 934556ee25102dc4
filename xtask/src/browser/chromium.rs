//! What is particular to Chromium and chromedriver.
//!
//! - Extensions: `--load-extension` works in Chromium and Chrome for Testing, no longer in Google-branded Chrome
//!   (disabled in 137). The id comes from the manifest's `key`, or from the path.
//! - Sign-in prompts are drawn by the browser over an empty error page that stands for the 401; Cancel loads the
//!   address again and shows what the server said (`LoginTabHelper` in Chromium's source). chromedriver knows no such
//!   prompts and no automation reaches their buttons, so they are answered by DevTools (`Fetch.authRequired`), which
//!   also serves a proxy's 407. Nothing presses Cancel: DevTools' `CancelAuth`, as an `onAuthRequired` listener that
//!   cancels, only brings the prompt back.
//! - Local certificates: the shared NSS database in `$HOME/.pki/nssdb`, so the browser gets a home of its own.
//! - `browser.permissions.request` opens a bubble that no automation can press; the caller may have the optional
//!   permissions granted from the start instead (`Options::grant_optional`).

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::WebDriver;
use thirtyfour::error::{WebDriverError, WebDriverErrorInner};

use super::driver::{DriverProcess, post};
use super::wait::{PATIENCE, until};
use super::{Options, cdp as devtools, trust};

/// Where Debian puts the browser.
const BROWSER: &str = "/usr/bin/chromium";

/// Switches that keep the browser from talking to anyone but the pages under test, and from upgrading http to https
/// behind their back (<https://chromestatus.com/feature/6056181032812544>).
const QUIET: [&str; 12] = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,MediaRouter,Translate",
];

/// Prepares the temporary home: the certificate authority goes into the NSS database that Chromium reads.
pub(super) fn prepare(home: &Path, options: &Options) -> Result<()> {
    match &options.ca_pem {
        Some(pem) => trust::add_authority(&home.join(".pki/nssdb"), pem),
        None => Ok(()),
    }
}

/// The capabilities of a session whose extension is unpacked in `extension`.
pub(super) fn capabilities(home: &Path, extension: &Path, options: &Options) -> Value {
    let mut arguments: Vec<String> = QUIET.iter().map(ToString::to_string).collect();
    let mut extensions = extension.display().to_string();
    for addon in &options.addons {
        extensions.push(',');
        extensions.push_str(&addon.display().to_string());
    }
    arguments.extend([
        format!("--user-data-dir={}", home.join("profile").display()),
        format!("--load-extension={extensions}"),
        format!("--disable-extensions-except={extensions}"),
        format!("--window-size={},{}", options.window.0, options.window.1),
        "--enable-logging".to_owned(),
        format!("--log-file={}", log_file(home).display()),
    ]);
    if options.headless {
        arguments.push("--headless=new".to_owned());
    }
    if is_root() {
        // The sandbox refuses to run as root (https://crbug.com/638180).
        arguments.push("--no-sandbox".to_owned());
    }
    if !options.hosts.is_empty() {
        let rules: Vec<String> = options
            .hosts
            .iter()
            .map(|host| format!("MAP {host} 127.0.0.1"))
            .collect();
        arguments.push(format!("--host-resolver-rules={}", rules.join(", ")));
    }
    if let Some((host, port)) = &options.proxy {
        arguments.push(format!("--proxy-server={host}:{port}"));
    }
    json!({
        "browserName": "chrome",
        "unhandledPromptBehavior": "ignore",
        "timeouts": { "pageLoad": PATIENCE.as_millis() as u64, "script": PATIENCE.as_millis() as u64 },
        "goog:chromeOptions": {
            "binary": BROWSER,
            "args": arguments,
            "prefs": {
                // An empty page first: the page for new tabs may not come while chromedriver already waits for it, without end.
                "session": { "restore_on_startup": 4, "startup_urls": ["about:blank"] },
                // 1: the person has turned cookies of other sites' parts off.
                "profile.cookie_controls_mode": u8::from(options.no_embedded_cookies),
                "credentials_enable_service": false,
                "profile.password_manager_enabled": false,
                "profile.password_manager_leak_detection": false,
            },
        },
    })
}

/// The origin of the extension's pages, known once its service worker has started for the first time.
pub(super) async fn extension_origin(driver: &WebDriver) -> Result<String> {
    until(
        "the extension's service worker to start",
        PATIENCE,
        async || {
            let targets = targets(driver).await?;
            let origin = targets.iter().find_map(worker_origin);
            Ok(origin.ok_or_else(|| format!("the targets {}", json!(targets))))
        },
    )
    .await
}

/// `chrome-extension://ID`, if the target is an extension's service worker.
fn worker_origin(target: &Value) -> Option<String> {
    let url = target["url"]
        .as_str()
        .filter(|_| target["type"] == "service_worker")?;
    // Helper add-ons name theirs otherwise.
    let id = url
        .strip_prefix("chrome-extension://")?
        .strip_suffix("/background.js")?;
    Some(format!("chrome-extension://{id}"))
}

/// Everything that the browser would let a debugger attach to: pages, workers.
async fn targets(driver: &WebDriver) -> Result<Vec<Value>> {
    // The default filter leaves workers out.
    let answer = browser_command(driver, "Target.getTargets", json!({ "filter": [{}] })).await?;
    Ok(answer["targetInfos"]
        .as_array()
        .cloned()
        .unwrap_or_default())
}

/// Whether the extension's service worker runs now; asking does not wake it.
pub(super) async fn worker_running(driver: &WebDriver, origin: &str) -> Result<bool> {
    Ok(worker_target(driver, origin).await?.is_some())
}

/// The target id of the running service worker.
async fn worker_target(driver: &WebDriver, origin: &str) -> Result<Option<Value>> {
    let targets = targets(driver).await?;
    let worker = targets
        .into_iter()
        .find(|target| worker_origin(target).as_deref() == Some(origin));
    Ok(worker.map(|target| target["targetId"].clone()))
}

/// Stops the extension's service worker as the browser would; the next event starts a new one.
pub(super) async fn stop_worker(driver: &WebDriver, origin: &str) -> Result<()> {
    if let Some(target) = worker_target(driver, origin).await? {
        browser_command(driver, "Target.closeTarget", json!({ "targetId": target })).await?;
    }
    Ok(())
}

/// Drops every cookie, the whole cache, and all that these origins have stored.
pub(super) async fn empty(driver: &WebDriver, origins: &[String]) -> Result<()> {
    browser_command(driver, "Storage.clearCookies", json!({})).await?;
    cdp(driver, "Network.clearBrowserCache", json!({})).await?;
    for origin in origins {
        let all = json!({ "origin": origin, "storageTypes": "all" });
        cdp(driver, "Storage.clearDataForOrigin", all).await?;
    }
    Ok(())
}

/// The address of the DevTools socket of the current window's page.
pub(super) async fn page_socket(driver: &WebDriver) -> Result<String> {
    let address = debugger_address(driver)?;
    let info = cdp(driver, "Target.getTargetInfo", json!({})).await?;
    let target = info["targetInfo"]["targetId"]
        .as_str()
        .context("expected a target id")?;
    Ok(format!("ws://{address}/devtools/page/{target}"))
}

/// What the current window shows.
pub(super) struct Shown(Value);

impl Shown {
    /// A sign-in prompt: then its page is an error page without any content. Other error pages have some.
    pub(super) fn is_prompt(&self) -> bool {
        self.is_error_page() && self.0["empty"] == true
    }

    /// An error page of the browser's own; chromedriver reports only some of them.
    pub(super) fn is_error_page(&self) -> bool {
        self.0["url"] == "chrome-error://chromewebdata/"
    }
}

/// Looks at what the current window shows.
pub(super) async fn shown(driver: &WebDriver) -> Result<Shown> {
    let script = "return {
        url: location.href,
        empty: document.readyState === 'complete' && document.body?.childElementCount === 0,
    };";
    let shown = driver.execute(script, vec![]).await?;
    Ok(Shown(shown.json().clone()))
}

/// The settings in which a person says which sites may keep cookies.
pub(super) const COOKIE_SETTINGS: &str = "chrome://settings/content/siteData";

/// Says in the settings, which the current window shows, whether an origin may keep cookies.
pub(super) async fn set_cookies_allowed(
    driver: &WebDriver,
    origin: &str,
    allowed: bool,
) -> Result<()> {
    // What the page's own dialog sends.
    let script = "chrome.send('setCategoryPermissionForPattern', [arguments[0], '', 'cookies', arguments[1], false]);";
    let setting = if allowed { "allow" } else { "block" };
    let arguments = vec![json!(origin), json!(setting)];
    driver.execute(script, arguments).await?;
    Ok(())
}

/// Makes the current window's page prefer a dark or a light scheme.
pub(super) async fn set_dark(driver: &WebDriver, dark: bool) -> Result<()> {
    let value = if dark { "dark" } else { "light" };
    let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
    cdp(driver, "Emulation.setEmulatedMedia", features)
        .await
        .map(drop)
}

/// Gives the current window's page a viewport of this size in CSS pixels; `None` the window's own again.
pub(super) async fn set_viewport(driver: &WebDriver, size: Option<(u32, u32)>) -> Result<()> {
    // A scrollbar would take its width from the page; the real popup grows with its content and has none.
    cdp(
        driver,
        "Emulation.setScrollbarsHidden",
        json!({ "hidden": size.is_some() }),
    )
    .await?;
    let Some((width, height)) = size else {
        return cdp(driver, "Emulation.clearDeviceMetricsOverride", json!({}))
            .await
            .map(drop);
    };
    let metrics =
        json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    cdp(driver, "Emulation.setDeviceMetricsOverride", metrics)
        .await
        .map(drop)
}

/// Host and port of the browser's DevTools.
fn debugger_address(driver: &WebDriver) -> Result<String> {
    let options = driver.capabilities().get("goog:chromeOptions");
    let address = options.and_then(|options| options["debuggerAddress"].as_str());
    Ok(address
        .context("expected chromedriver to name a debuggerAddress")?
        .to_owned())
}

/// Sends one DevTools command to the browser itself.
async fn browser_command(driver: &WebDriver, command: &str, parameters: Value) -> Result<Value> {
    let profile = driver
        .capabilities()
        .get("chrome")
        .and_then(|chrome| chrome["userDataDir"].as_str());
    let profile = Path::new(profile.context("expected chromedriver to name a userDataDir")?);
    // The second line is the path of the browser's own socket.
    let lines = std::fs::read_to_string(profile.join("DevToolsActivePort"))?;
    let path = lines
        .lines()
        .nth(1)
        .context("expected DevToolsActivePort to have two lines")?;
    devtools::browser_command(
        &format!("ws://{}{path}", debugger_address(driver)?),
        command,
        parameters,
    )
    .await
}

/// Sends one DevTools command to the current window's page.
async fn cdp(driver: &WebDriver, command: &str, parameters: Value) -> Result<Value> {
    post(
        driver,
        "goog/cdp/execute",
        json!({ "cmd": command, "params": parameters }),
    )
    .await
    .with_context(|| format!("expected the DevTools command {command} to work"))
}

/// What pages and workers wrote to their consoles: Chromium's log, which quotes every console message.
pub(super) fn console_log(process: &DriverProcess) -> Result<String> {
    let path = log_file(process.folder.path());
    std::fs::read_to_string(&path)
        .with_context(|| format!("expected Chromium to log to `{}`", path.display()))
}

fn log_file(home: &Path) -> std::path::PathBuf {
    home.join("chromium.log")
}

/// Whether this process runs as root: the owner of its own entry in /proc.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

/// The text of a navigation that ended on one of the browser's own error pages.
///
/// # Errors
/// Every other error of the driver.
pub(super) fn navigation_failure(error: WebDriverError) -> Result<String> {
    match error.as_inner() {
        WebDriverErrorInner::InsecureCertificate(info) => Ok(info.value.message.clone()),
        WebDriverErrorInner::UnknownError(info) if info.value.message.contains("net::ERR_") => {
            Ok(info.value.message.clone())
        }
        _ => Err(error.into()),
    }
}
