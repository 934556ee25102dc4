//! What is particular to Firefox and geckodriver.
//!
//! - Extensions: temporary install of a zip, unsigned. Since Firefox 153 and geckodriver 0.37 the extension's pages
//!   open only with geckodriver's `--allow-system-access` (<https://bugzilla.mozilla.org/show_bug.cgi?id=2048451>),
//!   which also allows scripts in the browser's own ("chrome") context.
//! - Sign-in prompts are dialogs, a site's of the tab and a proxy's of the window. WebDriver sees them as alerts but
//!   cannot fill in both fields (`POST alert/text` writes the name only), so a script in the browser's own context does
//!   what a person would. While one is open, WebDriver runs no script in its tab or window; hence the blank page that
//!   tests speak through has a window of its own.
//! - The background is an event page; `terminateBackground` is what its idle timer calls
//!   (<https://searchfox.org/mozilla-central/source/toolkit/components/extensions/parent/ext-backgroundPage.js>).
//! - `network.dns.localDomains` takes whole names, no patterns.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use thirtyfour::WebDriver;

use super::driver::{get, post};
use super::wait::PATIENCE;
use super::{Credentials, Opened, Options, trust};

/// Where Debian puts the browser.
const BROWSER: &str = "/usr/bin/firefox-esr";

/// The host of the extension's pages in every profile of ours.
const UUID: &str = "5c1f0a52-6a0e-4d0b-9c3e-2f6d1b7a9e40";

/// Preferences that keep the browser from talking to anyone but the pages under test, and from upgrading http to https
/// behind their back; geckodriver sets many more of this kind itself.
const QUIET: [(&str, bool); 11] = [
    ("browser.aboutwelcome.enabled", false),
    ("browser.urlbar.speculativeConnect.enabled", false),
    ("browser.safebrowsing.malware.enabled", false),
    ("browser.safebrowsing.phishing.enabled", false),
    ("dom.security.https_first", false),
    ("dom.security.https_first_schemeless", false),
    ("network.captive-portal-service.enabled", false),
    ("network.connectivity-service.enabled", false),
    ("network.dns.disablePrefetch", true),
    ("network.prefetch-next", false),
    ("signon.rememberSignons", false),
];

/// Prepares the profile: the certificate authority goes into its NSS database.
pub(super) fn prepare(home: &Path, options: &Options) -> Result<()> {
    let profile = home.join("profile");
    std::fs::create_dir_all(&profile)?;
    match &options.ca_pem {
        Some(pem) => trust::add_authority(&profile, pem),
        None => Ok(()),
    }
}

/// The capabilities of a session for an extension with the id `extension_id`.
pub(super) fn capabilities(home: &Path, extension_id: &str, options: &Options) -> Value {
    let mut arguments = vec![
        "-profile".to_owned(),
        home.join("profile").display().to_string(),
    ];
    if options.headless {
        arguments.push("-headless".to_owned());
    }
    json!({
        "browserName": "firefox",
        "unhandledPromptBehavior": "ignore",
        "timeouts": { "pageLoad": PATIENCE.as_millis() as u64, "script": PATIENCE.as_millis() as u64 },
        "moz:firefoxOptions": {
            "binary": BROWSER,
            "args": arguments,
            "prefs": preferences(extension_id, options),
        },
    })
}

fn preferences(extension_id: &str, options: &Options) -> Map<String, Value> {
    let mut preferences: Map<String, Value> = QUIET
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    let mut set = |name: &str, value: Value| drop(preferences.insert(name.to_owned(), value));
    set(
        "extensions.webextensions.uuids",
        json!(json!({ extension_id: UUID }).to_string()),
    );
    // `browser.permissions.request` is granted without a prompt.
    set("extensions.webextOptionalPermissionPrompts", json!(false));
    // By itself, Firefox shows no further prompt in a tab whose person has cancelled two.
    set("prompts.authentication_dialog_abuse_limit", json!(1000));
    // Buttons of dialogs work at once instead of after a second.
    set("security.dialog_enable_delay", json!(0));
    // Console messages of pages and extensions go to standard output, which geckodriver passes on.
    set("devtools.console.stdout.content", json!(true));
    // A profile that lives for minutes needs no disk to be waited for: no cache on it, and no flush after each write.
    set("browser.cache.disk.enable", json!(false));
    set("toolkit.storage.synchronous", json!(0));
    // No processor draws for it either: what moves need not move smoothly, and what is drawn is drawn in memory.
    set("layout.frame_rate", json!(20));
    set("network.http.speculative-parallel-limit", json!(0));
    set("network.dns.localDomains", json!(options.hosts.join(",")));
    set(
        "layout.css.prefers-color-scheme.content-override",
        scheme_value(options.dark),
    );
    if let Some(timeout) = options.idle_timeout {
        set(
            "extensions.background.idle.timeout",
            json!(timeout.as_millis() as u64),
        );
    }
    if options.no_embedded_cookies {
        // 1: none of other sites' parts; by itself it is 5, which keeps them apart.
        set("network.cookie.cookieBehavior", json!(1));
    }
    if options.containers {
        set("privacy.userContext.enabled", json!(true));
    }
    if let Some((host, port)) = &options.proxy {
        set("network.proxy.type", json!(1));
        set("network.proxy.no_proxies_on", json!(""));
        for scheme in ["http", "ssl"] {
            set(&format!("network.proxy.{scheme}"), json!(host));
            set(&format!("network.proxy.{scheme}_port"), json!(port));
        }
    }
    preferences
}

/// The value of `layout.css.prefers-color-scheme.content-override`: 0 dark, 1 light.
fn scheme_value(dark: bool) -> Value {
    json!(u8::from(!dark))
}

/// Installs the zip for this session and answers the origin of the extension's pages.
pub(super) async fn install(driver: &WebDriver, zip: &Path) -> Result<String> {
    post(
        driver,
        "moz/addon/install",
        json!({ "path": zip, "temporary": true }),
    )
    .await
    .context("expected Firefox to install the extension")?;
    Ok(format!("moz-extension://{UUID}"))
}

/// Says in the browser's permissions whether an origin may keep cookies, as its settings do. Its port counts.
pub(super) async fn set_cookies_allowed(
    driver: &WebDriver,
    origin: &str,
    allowed: bool,
) -> Result<()> {
    let script = r#"
        const access = arguments[1] ? Ci.nsICookiePermission.ACCESS_ALLOW : Ci.nsICookiePermission.ACCESS_DENY;
        const uri = Services.io.newURI(arguments[0]);
        const principal = Services.scriptSecurityManager.createContentPrincipal(uri, {});
        Services.perms.addFromPrincipal(principal, "cookie", access);
        return true;
    "#;
    chrome_script(driver, script, json!([origin, allowed]))
        .await
        .map(drop)
}

/// Runs a script in the browser's own context, where it may return a promise, and answers what it returns.
async fn chrome_script(driver: &WebDriver, script: &str, arguments: Value) -> Result<Value> {
    post(driver, "moz/context", json!({ "context": "chrome" })).await?;
    let answer = post(
        driver,
        "execute/sync",
        json!({ "script": script, "args": arguments }),
    )
    .await;
    post(driver, "moz/context", json!({ "context": "content" })).await?;
    answer.map_err(|error| {
        // The full text brings along a trace through the browser's own sources.
        let text = error.to_string();
        let cause = text
            .lines()
            .map(str::trim)
            .find(|line| line.contains("Error: "))
            .unwrap_or(&text);
        anyhow!("expected the script in Firefox's own context to work, but found `{cause}`")
    })
}

/// Finds `browser`, the element that shows the tab with the extension id `arguments[0]`.
const FIND_BROWSER: &str = r#"
    const { ExtensionParent } = ChromeUtils.importESModule("resource://gre/modules/ExtensionParent.sys.mjs");
    const browser = ExtensionParent.apiManager.global.tabTracker.getTab(arguments[0]).linkedBrowser;
    const window = browser.ownerDocument.defaultView;
"#;

/// Finds `dialog`, the window of the open sign-in dialog of `browser`, or `undefined`: a site's prompt belongs to the
/// tab, a proxy's to the window.
const FIND_DIALOG: &str = r#"
    const box = window.gBrowser.getTabDialogBox(browser);
    const dialog = [box.getTabDialogManager(), box.getContentDialogManager()]
        .flatMap(manager => manager.dialogs)
        .concat(window.gDialogBox?.dialog ?? [])
        .map(candidate => candidate._frame?.contentWindow)
        .concat([...Services.wm.getEnumerator(null)])
        .find(candidate => candidate?.Dialog?.ui?.password1Textbox && candidate.Dialog.ui.button0);
"#;

/// Opens an address in the tab as the address bar does. `None` where a sign-in dialog stands there: it has to go first.
///
/// WebDriver's own navigation does not notice a proxy's prompt, which belongs to the window and not to the tab.
pub(super) async fn open(driver: &WebDriver, tab_id: i64, url: &str) -> Result<Option<Opened>> {
    let script = r#"
        const stands = () => { DIALOG return Boolean(dialog); };
        if (stands()) { return null; }
        const { promise, resolve } = Promise.withResolvers();
        const { LOCATION_CHANGE_ERROR_PAGE, STATE_START, STATE_STOP, STATE_IS_NETWORK, STATE_IS_WINDOW } =
            Ci.nsIWebProgressListener;
        const end = STATE_STOP | STATE_IS_NETWORK | STATE_IS_WINDOW;
        const errorName = status =>
            Object.keys(Cr).find(name => Cr[name] === status) ?? `0x${(status >>> 0).toString(16)}`;
        let started = false;
        const listener = {
            QueryInterface: ChromeUtils.generateQI(["nsIWebProgressListener", "nsISupportsWeakReference"]),
            onStateChange(progress, request, flags, status) {
                if (!progress.isTopLevel) { return; }
                started ||= Boolean(flags & STATE_START);
                // A navigation that takes the place of this tab's last one ends that first.
                if (!started || (flags & end) !== end || status === Cr.NS_BINDING_ABORTED) { return; }
                resolve(Components.isSuccessCode(status) ? null : errorName(status));
            },
            // Some error pages, as that of a forbidden port, come without a start.
            onLocationChange(progress, request, location, flags) {
                if (progress.isTopLevel && flags & LOCATION_CHANGE_ERROR_PAGE) { resolve("error page"); }
            },
        };
        const dialogOpened = () => resolve(null);
        const { NOTIFY_LOCATION, NOTIFY_STATE_WINDOW } = Ci.nsIWebProgress;
        browser.addProgressListener(listener, NOTIFY_STATE_WINDOW | NOTIFY_LOCATION);
        Services.obs.addObserver(dialogOpened, "common-dialog-loaded");
        const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal();
        browser.fixupAndLoadURIString(arguments[1], { triggeringPrincipal });
        return promise.then(failed => ({ failed, prompt: stands() })).finally(() => {
            browser.removeProgressListener(listener);
            Services.obs.removeObserver(dialogOpened, "common-dialog-loaded");
        });
    "#
    .replace("DIALOG", FIND_DIALOG);
    let answer = chrome_script(
        driver,
        &format!("{FIND_BROWSER} {script}"),
        json!([tab_id, url]),
    )
    .await?;
    if answer.is_null() {
        return Ok(None);
    }
    let failed = answer["failed"].as_str().map(str::to_owned);
    Ok(Some(match answer["prompt"].as_bool() {
        Some(true) => Opened::Prompt,
        Some(false) => failed.map_or(Opened::Loaded, Opened::Failed),
        None => bail!("expected the outcome of a navigation, but found {answer}"),
    }))
}

/// Whether the tab shows a sign-in dialog that is ready to be used.
pub(super) async fn prompt_open(driver: &WebDriver, tab_id: i64) -> Result<bool> {
    let answer = chrome_script(
        driver,
        &format!("{FIND_BROWSER} {FIND_DIALOG} return Boolean(dialog);"),
        json!([tab_id]),
    )
    .await?;
    Ok(answer == true)
}

/// Types a name and a password into the tab's sign-in dialog and presses its OK button; with `None` presses Cancel.
///
/// Answers whether there was a dialog.
pub(super) async fn settle_prompt(
    driver: &WebDriver,
    tab_id: i64,
    credentials: Option<&Credentials>,
) -> Result<bool> {
    let press = r#"
        if (!dialog) { return false; }
        const { loginTextbox, password1Textbox, button0, button1 } = dialog.Dialog.ui;
        const [, name, password] = arguments;
        if (name === null) { button1.click(); return true; }
        loginTextbox.value = name;
        password1Textbox.value = password;
        button0.click();
        return true;
    "#;
    let (name, password) = credentials.map(|it| (&it.name, &it.password)).unzip();
    let answer = chrome_script(
        driver,
        &format!("{FIND_BROWSER} {FIND_DIALOG} {press}"),
        json!([tab_id, name, password]),
    )
    .await?;
    Ok(answer == true)
}

/// Runs `script` with the extension as `extension`.
async fn extension_script(driver: &WebDriver, script: &str) -> Result<Value> {
    let find = "const extension = WebExtensionPolicy.getByHostname(arguments[0]).extension;";
    chrome_script(driver, &format!("{find} {script}"), json!([UUID])).await
}

/// Whether the extension's event page runs now; asking does not wake it.
pub(super) async fn worker_running(driver: &WebDriver) -> Result<bool> {
    match extension_script(driver, "return extension.backgroundState;")
        .await?
        .as_str()
    {
        Some("running" | "starting" | "suspending") => Ok(true),
        Some("stopped") => Ok(false),
        state => bail!("expected Firefox to know the background's state, but found `{state:?}`"),
    }
}

/// Ends the extension's event page as its idle timer would; the next event starts a new one.
pub(super) async fn stop_worker(driver: &WebDriver) -> Result<()> {
    let script =
        "return extension.terminateBackground({ ignoreDevToolsAttached: true }).then(() => true);";
    extension_script(driver, script).await.map(drop)
}

/// Drops every cookie, all caches, all that sites have stored, and the names and passwords that HTTP itself keeps.
pub(super) async fn empty(driver: &WebDriver) -> Result<()> {
    let script = r#"
        const { CLEAR_COOKIES, CLEAR_ALL_CACHES, CLEAR_DOM_STORAGES, CLEAR_AUTH_CACHE, CLEAR_HSTS } = Ci.nsIClearDataService;
        const all = CLEAR_COOKIES | CLEAR_ALL_CACHES | CLEAR_DOM_STORAGES | CLEAR_AUTH_CACHE | CLEAR_HSTS;
        return new Promise(resolve => Services.clearData.deleteData(all, failed => resolve(failed)));
    "#;
    let failed = chrome_script(driver, script, json!([])).await?;
    match failed.as_u64() {
        Some(0) => Ok(()),
        _ => bail!("expected Firefox to drop everything, but found the flags {failed} left"),
    }
}

/// Makes every page prefer a dark or a light scheme.
pub(super) async fn set_dark(driver: &WebDriver, dark: bool) -> Result<()> {
    let script = "Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', arguments[0]);";
    chrome_script(driver, script, json!([scheme_value(dark)]))
        .await
        .map(drop)
}

/// Makes the tab's page this many CSS pixels wide; `None` as wide as its window again.
///
/// A window cannot be made narrower than about 450 pixels, but the element that shows the page can.
pub(super) async fn set_width(driver: &WebDriver, tab_id: i64, width: Option<u32>) -> Result<()> {
    let script = r#"browser.style.maxWidth = arguments[1] === null ? "" : `${arguments[1]}px`;"#;
    chrome_script(
        driver,
        &format!("{FIND_BROWSER} {script}"),
        json!([tab_id, width]),
    )
    .await
    .map(drop)
}

/// A picture (PNG) of all of the current window's document, also what is scrolled away.
pub(super) async fn full_picture(driver: &WebDriver) -> Result<Vec<u8>> {
    let picture = get(driver, "moz/screenshot/full").await?;
    Ok(BASE64_STANDARD.decode(picture.as_str().context("expected a picture")?)?)
}
