//! `cargo xtask browser-selftest`: proves every function of this module in both browsers, on a small extension and a
//! small server of its own, so that a failing end-to-end test can be told from a failing tool.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Browser, Credentials, Kind, Opened, Options, RemedyKind, StorageArea, Tab, until};

/// `ada:secret` and `ada:proxy`, as RFC 7617 encodes them.
const GOOD_LOGIN: &str = "Basic YWRhOnNlY3JldA==";
const GOOD_PROXY_LOGIN: &str = "Basic YWRhOnByb3h5";

/// The extension that is loaded: it draws the popup's contract for every failing document.
const STAND_IN: [(&str, &str); 4] = [
    ("manifest.json", include_str!("stand_in/manifest.json")),
    ("background.js", include_str!("stand_in/background.js")),
    ("popup/popup.html", include_str!("stand_in/popup.html")),
    ("popup/popup.js", include_str!("stand_in/popup.js")),
];

/// Runs all checks in `kinds` and prints one line a check.
///
/// # Errors
/// When a check failed; the others are run all the same, except after a browser that did not start.
pub(crate) async fn run(kinds: &[Kind], geckodriver: &Path, pictures: Option<&Path>) -> Result<()> {
    let site = Site::start().await?;
    let folder = tempfile::tempdir()?;
    let mut tally = Tally::default();
    for kind in kinds {
        let extension = write_stand_in(folder.path(), *kind)?;
        let driver = match kind {
            Kind::Chromium => Path::new("chromedriver"),
            Kind::Firefox => geckodriver,
        };
        let options = Options {
            hosts: vec!["app.test".to_owned(), "other.test".to_owned()],
            ca_pem: Some(site.authority.clone()),
            ..Options::new(extension, driver)
        };
        let folder = pictures.unwrap_or(folder.path());
        if let Err(error) = check_browser(*kind, &options, &site, folder, &mut tally).await {
            tally.count(*kind, "runs to the end", Err(error));
        }
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    ensure!(
        tally.failed == 0,
        "expected every check to pass, but {} failed",
        tally.failed
    );
    Ok(())
}

/// What has passed and failed so far.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    fn count(&mut self, kind: Kind, what: &str, outcome: Result<()>) {
        match outcome {
            Ok(()) => {
                self.passed += 1;
                println!("ok    {kind}: {what}");
            }
            Err(error) => {
                self.failed += 1;
                println!("FAIL  {kind}: {what}: {error:#}");
            }
        }
    }
}

async fn check_browser(
    kind: Kind,
    options: &Options,
    site: &Site,
    pictures: &Path,
    tally: &mut Tally,
) -> Result<()> {
    let browser = Browser::start(kind, options).await?;
    println!("{} with {}", browser.version(), browser.extension_origin());
    let tab = browser.new_tab().await?;
    tally.count(
        kind,
        "opens a page by a mapped host name",
        opens(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "trusts the authority, and only for its hosts",
        trusts(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "knows tabs by number, a page's own too",
        tabs(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "reaches error pages without an error",
        error_pages(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "opens a prompt, and cancels it where that can be done",
        cancels(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "sees a wrong answer to a prompt refused",
        refused(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "answers a prompt",
        answers(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "fills in and clicks in pages",
        fills(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "keeps every attribute of cookies",
        cookies(&browser).await,
    );
    tally.count(
        kind,
        "reads and writes storage",
        storage(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "reads and uses the popup",
        popup(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "stops the background, and events wake it",
        stops(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "hears the consoles",
        consoles(&browser, &tab, site).await,
    );
    tally.count(
        kind,
        "takes pictures, light and dark",
        looks(&browser, &tab, site, pictures).await,
    );
    tally.count(
        kind,
        "empties a browser of all that happened",
        empties(&browser, site).await,
    );
    let folder = browser.process.folder.path().to_owned();
    drop(browser);
    tally.count(kind, "leaves nothing behind when dropped", gone(&folder));
    let proxied = Options {
        proxy: (kind == Kind::Chromium).then(|| ("127.0.0.1".to_owned(), site.proxy)),
        dark: true,
        grant_optional: true,
        idle_timeout: Some(Duration::from_millis(500)),
        ..options.clone()
    };
    let browser = Browser::start(kind, &proxied).await?;
    if kind == Kind::Chromium {
        tally.count(kind, "answers the prompt of a proxy", proxy(&browser).await);
    }
    tally.count(
        kind,
        "has the optional permissions",
        optional(&browser).await,
    );
    browser.quit().await
}

async fn opens(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    let opened = browser.open(tab, &site.http("app.test", "/ok")).await?;
    ensure!(
        opened == Opened::Loaded,
        "expected a page, but found {opened:?}"
    );
    let page = browser
        .wait_page(tab, "the page", |page| page.marker.as_deref() == Some("OK"))
        .await?;
    ensure!(
        page.text.contains("welcome") && page.title == "OK",
        "expected its text, but found {page:?}"
    );
    Ok(())
}

async fn trusts(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    browser
        .open(tab, &format!("https://app.test:{}/ok", site.https))
        .await?;
    browser
        .wait_page(tab, "the https page", |page| {
            page.marker.as_deref() == Some("OK")
        })
        .await?;
    let opened = browser
        .open(tab, &format!("https://other.test:{}/ok", site.https))
        .await?;
    ensure!(
        matches!(opened, Opened::Failed(_)),
        "expected a certificate error, but found {opened:?}"
    );
    Ok(())
}

async fn tabs(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    let url = site.http("app.test", "/ok");
    browser.open(tab, &url).await?;
    ensure!(
        browser.tab_id(&url).await? == tab.id,
        "expected the number that the tab was made with"
    );
    let target = site.http("other.test", "/ok?second");
    browser
        .run(
            tab,
            "document.body.innerHTML = `<a id=a target=_blank href=${arguments[0]}>a</a>`;",
            vec![json!(target)],
        )
        .await?;
    browser.show_tab(tab).await?;
    browser.click(tab, "#a").await?;
    let second = until("the new tab", super::PATIENCE, async || {
        Ok(browser.find_tab(&target).await.map_err(|it| it.to_string()))
    })
    .await?;
    ensure!(second.id != tab.id, "expected another number");
    browser
        .wait_page(&second, "the page", |page| page.url == target)
        .await?;
    browser.close_tab(second).await
}

async fn error_pages(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    let opened = browser.open(tab, &site.http("app.test", "/loop")).await?;
    ensure!(
        matches!(opened, Opened::Failed(_)),
        "expected an error page for a loop, but found {opened:?}"
    );
    let opened = browser.open(tab, "http://app.test:1/").await?;
    ensure!(
        matches!(opened, Opened::Failed(_)),
        "expected an error page for a closed port, but found {opened:?}"
    );
    Ok(())
}

async fn cancels(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    let url = site.http("app.test", "/basic");
    let opened = browser.open(tab, &url).await?;
    ensure!(
        opened == Opened::Prompt,
        "expected a prompt, but found {opened:?}"
    );
    let cancelled = browser.dismiss_prompt(tab).await?;
    if browser.kind() == Kind::Chromium {
        ensure!(
            cancelled == 0 && browser.prompt_open(tab).await?,
            "expected nothing to cancel a prompt in Chromium"
        );
        let opened = browser.open(tab, &site.http("app.test", "/ok")).await?;
        ensure!(
            opened == Opened::Loaded,
            "expected another address to work, but found {opened:?}"
        );
        return Ok(());
    }
    ensure!(cancelled == 1, "expected one prompt, but found {cancelled}");
    browser
        .wait_page(tab, "the text of the 401", |page| {
            page.text.contains("sign in first")
        })
        .await?;
    browser.open_cancelling(tab, &url).await?;
    browser
        .wait_page(tab, "the text of the 401 again", |page| {
            page.text.contains("sign in first")
        })
        .await
        .map(drop)
}

async fn refused(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    let wrong = Credentials::new("ada", "wrong");
    let prompts = browser
        .open_with_credentials(tab, &site.http("app.test", "/basic"), wrong)
        .await?;
    ensure!(
        prompts == 2,
        "expected the prompt to come back once, but it came {prompts} times"
    );
    if browser.kind() == Kind::Chromium {
        ensure!(
            browser.prompt_open(tab).await?,
            "expected Chromium's own prompt to come up"
        );
        return Ok(());
    }
    browser
        .wait_page(tab, "the text of the 401", |page| {
            page.text.contains("sign in first")
        })
        .await
        .map(drop)
}

async fn answers(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    let url = site.http("app.test", "/basic");
    let prompts = browser
        .open_with_credentials(tab, &url, Credentials::new("ada", "secret"))
        .await?;
    ensure!(prompts == 1, "expected one prompt, but found {prompts}");
    browser
        .wait_page(tab, "the page", |page| page.marker.as_deref() == Some("OK"))
        .await?;
    let opened = browser.open(tab, &url).await?;
    ensure!(
        opened == Opened::Loaded,
        "expected the browser to remember, but found {opened:?}"
    );
    browser
        .wait_page(tab, "the page again", |page| {
            page.marker.as_deref() == Some("OK") && page.url == url
        })
        .await
        .map(drop)
}

async fn fills(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    browser.open(tab, &site.http("app.test", "/form")).await?;
    browser.show_tab(tab).await?;
    browser.fill(tab, "input", "hello").await?;
    browser.click(tab, "button").await?;
    browser
        .wait_page(tab, "what was typed", |page| {
            page.url.ends_with("/ok?word=hello")
        })
        .await
        .map(drop)
}

async fn cookies(browser: &Browser) -> Result<()> {
    let url = "https://app.test/deep/";
    let details = json!({
        "url": url, "name": "sid", "value": "v1", "path": "/deep/", "secure": true, "httpOnly": true,
        "sameSite": "no_restriction", "expirationDate": 4_000_000_000_u64,
        "partitionKey": { "topLevelSite": "https://other.test" },
    });
    browser.set_cookie(details).await?;
    browser
        .set_cookie(json!({ "url": url, "name": "wide", "value": "v2", "domain": "app.test" }))
        .await?;
    let found = browser.cookies("app.test").await?;
    let sid = found
        .iter()
        .find(|cookie| cookie.name == "sid")
        .context("expected the partitioned cookie")?;
    ensure!(
        sid.partition_key.is_some() && sid.host_only && sid.http_only && sid.secure,
        "found {sid:?}"
    );
    ensure!(
        (sid.value.as_str(), sid.path.as_str()) == ("v1", "/deep/"),
        "found {sid:?}"
    );
    ensure!(
        sid.same_site == "no_restriction" && !sid.session && sid.expiration_date.is_some(),
        "found {sid:?}"
    );
    let wide = found
        .iter()
        .find(|cookie| cookie.name == "wide")
        .context("expected the domain cookie")?;
    ensure!(wide.domain == ".app.test" && wide.session, "found {wide:?}");
    browser
        .delete_cookie(json!({ "url": url, "name": "wide" }))
        .await?;
    let left = browser.cookies("app.test").await?;
    ensure!(
        !left.iter().any(|cookie| cookie.name == "wide"),
        "expected the cookie to be gone, but found {left:?}"
    );
    Ok(())
}

async fn storage(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    browser.open(tab, &site.http("app.test", "/ok")).await?;
    browser.set_local_storage(tab, "draft", "x").await?;
    let found = browser.local_storage(tab).await?;
    ensure!(found == json!({ "draft": "x" }), "found {found}");
    browser
        .call("storage.local.set", json!([{ "kept": "on disk" }]))
        .await?;
    let (local, session) = (
        browser.storage_dump(StorageArea::Local).await?,
        browser.storage_dump(StorageArea::Session).await?,
    );
    ensure!(local == r#"{"kept":"on disk"}"#, "found {local}");
    ensure!(
        session.contains("/basic"),
        "expected what the background noted, but found {session}"
    );
    Ok(())
}

/// Cookies, storage, cached pages and the extension's notes are gone, in Firefox HTTP's own logins too.
async fn empties(browser: &Browser, site: &Site) -> Result<()> {
    let url = site.http("app.test", "/counted");
    let tab = browser.new_tab().await?;
    let text = async |tab: &Tab| {
        browser.open(tab, &url).await?;
        let shown = browser.wait_page(tab, "the page", |page| page.url == url);
        anyhow::Ok(shown.await?.text)
    };
    let first = text(&tab).await?;
    let cached = text(&tab).await?;
    ensure!(
        first == cached,
        "expected a cached page, but found `{first}` and `{cached}`"
    );
    browser.set_local_storage(&tab, "draft", "x").await?;
    let cookie = json!({ "url": url, "name": "left", "value": "1" });
    browser.set_cookie(cookie).await?;
    browser
        .call("storage.local.set", json!([{ "kept": "on disk" }]))
        .await?;

    browser.close_tabs().await?;
    browser.empty(&[site.http("app.test", "/")]).await?;

    let local = browser.storage_dump(StorageArea::Local).await?;
    let cookies = browser.cookies("app.test").await?.len();
    ensure!(
        local == "{}" && cookies == 0,
        "found {local} and {cookies} cookies"
    );
    let tab = browser.new_tab().await?;
    let anew = text(&tab).await?;
    ensure!(anew != first, "expected the page anew, but found `{anew}`");
    let storage = browser.local_storage(&tab).await?;
    ensure!(
        storage == json!({}),
        "found {storage} in the page's storage"
    );
    if browser.kind() == Kind::Firefox {
        let opened = browser.open(&tab, &site.http("app.test", "/basic")).await?;
        ensure!(
            opened == Opened::Prompt,
            "expected a prompt again, but found {opened:?}"
        );
    }
    Ok(())
}

async fn popup(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    let url = site.http("app.test", "/gone");
    browser.open(tab, &url).await?;
    let popup = browser.open_popup(tab).await?;
    let reading = popup
        .wait("this failure", |reading| {
            reading.top().is_some_and(|top| top.url == url)
        })
        .await?;
    ensure!(
        (reading.state.as_str(), reading.site.as_str()) == ("wall", "app.test"),
        "found {reading:?}"
    );
    ensure!(
        reading.tab == tab.id.to_string() && !reading.has_undo && reading.report.is_some(),
        "found {reading:?}"
    );
    let top = reading.top().context("expected a finding")?;
    ensure!(
        (
            top.id.as_str(),
            top.status.as_str(),
            top.confidence.as_str()
        ) == ("stand-in", "410", "likely"),
        "found {top:?}"
    );
    ensure!(
        top.title == "A title" && top.why == "One sentence." && top.evidence == ["status"],
        "found {top:?}"
    );
    let kinds: Vec<_> = top
        .remedies
        .iter()
        .map(|it| (it.id.as_str(), it.kind, it.primary, it.enabled))
        .collect();
    ensure!(
        kinds
            == [
                ("fix", RemedyKind::Button, true, true),
                ("folded", RemedyKind::Button, false, true),
                ("ask-owner", RemedyKind::Item, false, true)
            ],
        "found {kinds:?}"
    );
    ensure!(
        top.remedies[0].touches.as_deref() == Some("nothing"),
        "found {:?}",
        top.remedies[0]
    );
    ensure!(
        top.remedies[0].text == "Fix" && reading.text.contains("One sentence."),
        "found {reading:?}"
    );
    popup.click_copy_report().await?;
    popup.click("folded").await?;
    popup.wait_state("working").await?;
    popup.click("fix").await?;
    ensure!(
        popup.wait_state("fixed").await?.has_undo,
        "expected an undo button"
    );
    ensure!(
        popup.dom_text().await?.contains("data-state=\"fixed\""),
        "expected attributes in the text"
    );
    popup.click_undo().await?;
    popup.wait_state("wall").await?;
    let error = popup
        .click("no-such-remedy")
        .await
        .err()
        .context("expected no button for an unknown remedy")?;
    ensure!(
        error.to_string().contains("no-such-remedy"),
        "found `{error}`"
    );
    popup.close().await?;
    // The wall's tab has stayed as it was.
    browser
        .wait_page(tab, "the wall", |page| page.url == url)
        .await
        .map(drop)
}

async fn stops(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    let ask = async |text: &str| browser.call("runtime.sendMessage", json!([text])).await;
    ask("mark").await?;
    ensure!(
        ask("read").await? == "marked",
        "expected the background to keep a variable while it runs"
    );
    ensure!(
        browser.worker_running().await?,
        "expected the background to run"
    );
    browser.stop_worker().await?;
    ensure!(
        !browser.worker_running().await?,
        "expected the background to be stopped"
    );
    ensure!(
        ask("read").await? == "unmarked",
        "expected a new background to have forgotten the variable"
    );
    browser.stop_worker().await?;
    let url = site.http("app.test", "/gone?woken");
    browser.open(tab, &url).await?;
    until(
        "a webRequest event to wake the background",
        super::PATIENCE,
        async || {
            let dump = browser.storage_dump(StorageArea::Session).await?;
            Ok(if dump.contains("/gone?woken") {
                Ok(())
            } else {
                Err(dump)
            })
        },
    )
    .await?;
    ensure!(
        browser.worker_running().await?,
        "expected the background to run again"
    );
    Ok(())
}

async fn consoles(browser: &Browser, tab: &Tab, site: &Site) -> Result<()> {
    browser.open(tab, &site.http("app.test", "/ok")).await?;
    browser
        .run(tab, "console.log('spoken by the ' + 'page');", vec![])
        .await?;
    browser.open_popup(tab).await?.close().await?;
    browser
        .call("runtime.sendMessage", json!(["speak"]))
        .await?;
    for speaker in ["page", "popup", "background"] {
        until(
            &format!("the console of the {speaker}"),
            super::PATIENCE,
            async || {
                let heard = browser
                    .console_log()?
                    .contains(&format!("spoken by the {speaker}"));
                Ok(if heard {
                    Ok(())
                } else {
                    Err("nothing of it".to_owned())
                })
            },
        )
        .await?;
    }
    Ok(())
}

async fn looks(browser: &Browser, tab: &Tab, site: &Site, folder: &Path) -> Result<()> {
    browser.open(tab, &site.http("app.test", "/gone")).await?;
    for (dark, name) in [(false, "light"), (true, "dark")] {
        browser.set_dark(dark).await?;
        let popup = browser.open_popup(tab).await?;
        popup.wait_state("wall").await?;
        let script = "return matchMedia('(prefers-color-scheme: dark)').matches;";
        ensure!(
            browser.run(popup.tab(), script, vec![]).await? == dark,
            "expected a {name} scheme"
        );
        let path = folder.join(format!("{}-{name}.png", browser.kind()));
        let (width, height) = popup.screenshot(&path).await?;
        ensure!(
            width == 360 && height > 1000,
            "expected 360 by more than 1000, but found {width} by {height}"
        );
        let drawn = png_size(&fs::read(&path)?)?;
        ensure!(
            drawn == (width, height),
            "expected a picture of {width} by {height}, but found {drawn:?}"
        );
        popup.close().await?;
    }
    browser
        .screenshot(tab, &folder.join(format!("{}-page.png", browser.kind())))
        .await
}

/// Width and height in a PNG's header (PNG specification, §11.2.1).
fn png_size(picture: &[u8]) -> Result<(u32, u32)> {
    let number = |from: usize| -> Result<u32> {
        let bytes = picture
            .get(from..from + 4)
            .context("expected a PNG header")?;
        Ok(u32::from_be_bytes(bytes.try_into()?))
    };
    Ok((number(16)?, number(20)?))
}

fn gone(folder: &Path) -> Result<()> {
    ensure!(
        !folder.exists(),
        "expected `{}` to be removed",
        folder.display()
    );
    let name = folder.to_string_lossy();
    for entry in fs::read_dir("/proc")?.flatten() {
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        ensure!(
            !String::from_utf8_lossy(&line).contains(&*name),
            "expected process {:?} to be ended",
            entry.file_name()
        );
    }
    Ok(())
}

async fn proxy(browser: &Browser) -> Result<()> {
    let tab = browser.new_tab().await?;
    browser.open_cancelling(&tab, "http://far.test/ok").await?;
    browser
        .open_with_credentials(&tab, "http://far.test/ok", Credentials::new("ada", "proxy"))
        .await?;
    browser
        .wait_page(&tab, "the page behind the proxy", |page| {
            page.marker.as_deref() == Some("OK")
        })
        .await?;
    let dark = browser
        .run(
            &browser.open_popup(&tab).await?.tab().clone(),
            "return matchMedia('(prefers-color-scheme: dark)').matches;",
            vec![],
        )
        .await?;
    ensure!(dark == true, "expected the dark scheme from the start");
    Ok(())
}

async fn optional(browser: &Browser) -> Result<()> {
    let granted = browser
        .call(
            "permissions.contains",
            json!([{ "permissions": ["browsingData"] }]),
        )
        .await?;
    ensure!(granted == true, "expected browsingData to be granted");
    if browser.kind() == Kind::Firefox {
        until(
            "the idle timeout to end the background",
            super::PATIENCE,
            async || {
                Ok(if browser.worker_running().await? {
                    Err("it running")
                } else {
                    Ok(())
                }
                .map_err(str::to_owned))
            },
        )
        .await?;
    }
    Ok(())
}

/// Writes the stand-in extension for one browser.
fn write_stand_in(folder: &Path, kind: Kind) -> Result<PathBuf> {
    let folder = folder.join(kind.to_string());
    for (path, text) in STAND_IN {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().context("expected a folder")?)?;
        let background = match kind {
            Kind::Chromium => r#""service_worker": "background.js""#,
            Kind::Firefox => r#""scripts": ["background.js"]"#,
        };
        fs::write(
            path,
            text.replace(
                r#""background": "BACKGROUND""#,
                &format!(r#""background": {{ {background} }}"#),
            ),
        )?;
    }
    Ok(folder)
}

/// A small site: http, https and a proxy, on free ports, until the program ends.
struct Site {
    http: u16,
    https: u16,
    proxy: u16,
    /// The certificate authority that signed the https certificate (for app.test only), in PEM.
    authority: String,
}

impl Site {
    async fn start() -> Result<Self> {
        let (authority, tls) = certificates()?;
        let http = serve(None, false).await?;
        let https = serve(Some(tls), false).await?;
        let proxy = serve(None, true).await?;
        Ok(Self {
            http,
            https,
            proxy,
            authority,
        })
    }

    fn http(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.http)
    }
}

fn certificates() -> Result<(String, TlsAcceptor)> {
    let mut parameters = CertificateParams::new(Vec::new())?;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate()?;
    let authority = parameters.self_signed(&key)?.pem();
    let issuer = Issuer::new(parameters, key);
    let key = KeyPair::generate()?;
    let certificate =
        CertificateParams::new(vec!["app.test".to_owned()])?.signed_by(&key, &issuer)?;
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der())
                .map_err(anyhow::Error::msg)?,
        )?;
    Ok((authority, TlsAcceptor::from(std::sync::Arc::new(config))))
}

/// Serves on a free port and answers it.
async fn serve(tls: Option<TlsAcceptor>, proxy: bool) -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let tls = tls.clone();
            tokio::spawn(async move {
                match tls {
                    Some(tls) => answer(tls.accept(stream).await?, proxy).await,
                    None => answer(stream, proxy).await,
                }
            });
        }
    });
    Ok(port)
}

/// Answers one request and closes the connection. A browser that turns away in between is no concern of ours.
async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin, proxy: bool) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while stream.read_line(&mut head).await? > 2 {}
    let target = head.split(' ').nth(1).context("expected a request line")?;
    let sent = |name: &str, value: &str| {
        head.lines().any(|line| {
            line.split_once(": ")
                .is_some_and(|(n, v)| n.eq_ignore_ascii_case(name) && v == value)
        })
    };
    let response = if proxy {
        proxied(&sent)
    } else {
        respond(target, &sent)
    };
    let (status, fields, body) = response;
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{fields}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(())
}

type Response = (&'static str, &'static str, &'static str);

const OK: Response = (
    "200 OK",
    "",
    "<!doctype html><meta name=lab content=OK><title>OK</title>welcome",
);

fn proxied(sent: &impl Fn(&str, &str) -> bool) -> Response {
    if sent("Proxy-Authorization", GOOD_PROXY_LOGIN) {
        return OK;
    }
    (
        "407 Proxy Authentication Required",
        "Proxy-Authenticate: Basic realm=\"proxy\"\r\n",
        "ask the proxy's keeper",
    )
}

fn respond(target: &str, sent: &impl Fn(&str, &str) -> bool) -> Response {
    match target.split('?').next() {
        Some("/ok") => OK,
        Some("/basic") if sent("Authorization", GOOD_LOGIN) => OK,
        Some("/basic") => (
            "401 Unauthorized",
            "WWW-Authenticate: Basic realm=\"self-test\"\r\n",
            "sign in first",
        ),
        Some("/loop") => ("302 Found", "Location: /loop\r\n", ""),
        Some("/form") => (
            "200 OK",
            "",
            "<!doctype html><form action=/ok><input name=word><button>Send</button></form>",
        ),
        Some("/gone") => ("410 Gone", "", "gone for good"),
        Some("/counted") => {
            static LOADS: AtomicUsize = AtomicUsize::new(0);
            let load = LOADS.fetch_add(1, Ordering::SeqCst);
            (
                "200 OK",
                "Cache-Control: max-age=600\r\n",
                ["first", "second", "third", "fourth", "fifth"][load % 5],
            )
        }
        _ => ("404 Not Found", "", "nothing here"),
    }
}
