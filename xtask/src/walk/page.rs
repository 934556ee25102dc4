//! The page `dist/www` in a real browser: what is pasted or dropped is diagnosed, a link carries it, and nothing leaves.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::Ground;
use super::looks;
use crate::browser::{Browser, Tab};
use crate::tools;

/// The check's name.
pub(super) const NAME: &str =
    "page www: paste, owner's part, recording, link, offline, nothing leaves";

/// A paste with a secret in each place that can have one.
const PASTE: &str = "GET /inbox?ticket=s3cr3t HTTP/1.1\nHost: app.example\nCookie: sid=s3cr3t; theme=dark\n\n\
    HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token expired\"\n";

/// What `PASTE` is.
const CAUSE: &str = "token-expired";

/// Serves `dist/www` as any static host does, until it is dropped.
pub(crate) struct Host {
    task: JoinHandle<()>,
    origin: String,
}

impl Host {
    /// Starts on a free port of this computer.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn start() -> Result<Host> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        // A path of its own shows that every link is relative.
        let origin = format!("http://{}/some/where", listener.local_addr()?);
        let router = Router::new().fallback(file);
        let task = tokio::spawn(async move {
            // It ends with the task.
            drop(axum::serve(listener, router).await);
        });
        Ok(Host { task, origin })
    }

    /// The address of a file of the page.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.origin)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn file(request: Request) -> Response {
    let path = request.uri().path();
    let name = path.strip_prefix("/some/where/").unwrap_or_default();
    let name = if name.is_empty() { "index.html" } else { name };
    let kind = match name.rsplit_once('.') {
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "js")) => "text/javascript",
        Some((_, "css")) => "text/css",
        Some((_, "svg")) => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let inside = !name.split('/').any(|part| part == "..");
    match std::fs::read(tools::dist().join("www").join(name)) {
        Ok(bytes) if inside => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Goes through the whole page.
///
/// # Errors
/// Whatever is not as it should be.
pub(super) async fn check(ground: &Ground<'_>, axe: &Path) -> Result<()> {
    let host = Host::start().await?;
    let browser = Browser::start(ground.kind, &ground.options()).await?;
    let tab = browser.new_tab().await?;
    browser.open(&tab, &host.url("index.html")).await?;
    listen(&browser, &tab).await?;
    looks::accessible_page(&browser, axe, &tab, "the empty page").await?;
    paste(&browser, &tab).await.context("pasting")?;
    looks::accessible_page(&browser, axe, &tab, "a diagnosis on the page").await?;
    examples(&browser, &tab)
        .await
        .context("trying the examples")?;
    owner(&browser, &tab)
        .await
        .context("turning on the owner's part")?;
    looks::accessible_page(&browser, axe, &tab, "the owner's part on the page").await?;
    owner_off(&browser, &tab).await?;
    broken(&browser, &tab).await.context("pasting nonsense")?;
    let link = share(&browser, &tab).await.context("making a link")?;
    recording(&browser, &tab)
        .await
        .context("dropping a recording")?;
    looks::accessible_page(&browser, axe, &tab, "a recording on the page").await?;
    cancel(&browser, &tab).await.context("cancelling")?;
    closed(&browser, &tab, &host)
        .await
        .context("trying to get out")?;
    quiet(&browser, &tab).await?;
    opened(&browser, &link).await.context("opening a link")?;
    offline(&browser, host).await.context("without a network")?;
    browser.quit().await
}

/// Collects what goes wrong in the page from now on.
async fn listen(browser: &Browser, tab: &Tab) -> Result<()> {
    let script = "const errors = (document.wrong = []);
        addEventListener('error', event => errors.push(String(event.message)));
        addEventListener('unhandledrejection', event => errors.push(String(event.reason)));
        document.addEventListener('securitypolicyviolation', event => errors.push(`${event.effectiveDirective} ${event.blockedURI}`));";
    browser.run(tab, script, vec![]).await.map(drop)
}

/// Nothing went wrong but what `closed` tried.
async fn quiet(browser: &Browser, tab: &Tab) -> Result<()> {
    let found = browser
        .run(
            tab,
            "return document.wrong.filter(one => !one.startsWith('connect-src'));",
            vec![],
        )
        .await?;
    ensure!(
        found == json!([]),
        "expected no error in the page, but found {found}"
    );
    Ok(())
}

/// Puts a text into the box as a paste does, and waits until it is read.
async fn put(browser: &Browser, tab: &Tab, text: &str) -> Result<()> {
    let script = "const box = document.querySelector('#input');
        document.documentElement.dataset.read = '';
        box.value = arguments[0];
        box.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));";
    browser.run(tab, script, vec![json!(text)]).await?;
    browser
        .wait_script(
            tab,
            "the paste to be read",
            "return document.documentElement.dataset.read > '';",
        )
        .await
}

/// The top finding that is shown.
async fn finding(browser: &Browser, tab: &Tab) -> Result<String> {
    let script = "const found = document.querySelector('#diagnosis:not([hidden]) [data-finding]');
        return found ? found.dataset.finding : '';";
    let found = browser.run(tab, script, vec![]).await?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

async fn paste(browser: &Browser, tab: &Tab) -> Result<()> {
    put(browser, tab, PASTE).await?;
    let found = finding(browser, tab).await?;
    ensure!(found == CAUSE, "expected {CAUSE}, but found `{found}`");
    let script = "return {
        status: document.querySelector('#status').textContent,
        remedies: document.querySelectorAll('#diagnosis li[data-remedy]').length,
        buttons: document.querySelectorAll('#diagnosis button[data-remedy]').length,
        headings: document.querySelectorAll('h1').length,
        secret: document.querySelector('#diagnosis').textContent.includes('s3cr3t'),
    };";
    let seen = browser.run(tab, script, vec![]).await?;
    let status = seen["status"].as_str().unwrap_or_default();
    ensure!(
        status.contains("401") && status.contains("app.example"),
        "expected the status and the host of what was read, but found `{status}`"
    );
    ensure!(
        seen["remedies"].as_u64() > Some(0) && seen["buttons"] == 0,
        "expected remedies in words alone, but found {seen}"
    );
    ensure!(
        seen["headings"] == 1,
        "expected one first heading, but found {seen}"
    );
    ensure!(
        seen["secret"] == false,
        "expected no secret in the diagnosis"
    );
    Ok(())
}

/// Every example has a finding, and no two the same.
async fn examples(browser: &Browser, tab: &Tab) -> Result<()> {
    let count = "return document.querySelectorAll('[data-example]').length;";
    let count = browser.run(tab, count, vec![]).await?;
    let mut found = std::collections::BTreeSet::new();
    for at in 0..count.as_u64().unwrap_or_default() {
        let press = "document.documentElement.dataset.read = '';
            document.querySelectorAll('[data-example]')[arguments[0]].click();";
        browser.run(tab, press, vec![json!(at)]).await?;
        let read = "return document.documentElement.dataset.read > '';";
        browser
            .wait_script(tab, "the example to be read", read)
            .await?;
        found.insert(finding(browser, tab).await?);
    }
    ensure!(
        !found.contains("") && count == found.len() && count.as_u64() >= Some(6),
        "expected six examples or more with a finding of their own each, but found {found:?}"
    );
    Ok(())
}

/// The owner's part is drawn for what is pasted: sentences, ways into the guide for the server that is named, the request
/// as commands, and no secret.
async fn owner(browser: &Browser, tab: &Tab) -> Result<()> {
    put(browser, tab, &format!("{PASTE}Server: nginx\n")).await?;
    browser.click(tab, "#owner [role=switch]").await?;
    let drawn = "return Boolean(document.querySelector('#owner [data-owner-part=request]'));";
    browser
        .wait_script(tab, "the owner's part to be drawn", drawn)
        .await?;
    let script = "const all = selector => [...document.querySelectorAll(`#owner ${selector}`)];
        return {
            notes: all('[data-note]').length,
            silent: all('[data-note], summary, h3, h4, a').filter(one => !one.textContent.trim()).length,
            guide: all('a').map(one => one.getAttribute('href')),
            command: document.querySelector('#owner pre[data-commands]')?.textContent ?? '',
            secret: document.querySelector('#owner').textContent.includes('s3cr3t'),
        };";
    let seen = browser.run(tab, script, vec![]).await?;
    ensure!(
        seen["notes"].as_u64() > Some(3) && seen["silent"] == 0,
        "expected sentences, each with its text, but found {seen}"
    );
    let guide = seen["guide"].as_array().map(Vec::as_slice);
    let leads = |href: &Value| {
        let href = href.as_str().unwrap_or_default();
        let page = href.strip_suffix("#nginx").unwrap_or_default();
        tools::dist().join("www").join(page).is_file()
    };
    ensure!(
        guide.is_some_and(|guide| !guide.is_empty() && guide.iter().all(leads)),
        "expected ways to the guide's pages for nginx, but found {seen}"
    );
    ensure!(
        text(&seen["command"])?.contains("curl -i") && seen["secret"] == false,
        "expected the request as curl, without a secret, but found {seen}"
    );
    browser
        .click(tab, "#owner details[data-owner-part=repeat] > summary")
        .await?;
    browser
        .click(tab, "#owner button[data-command=python]")
        .await?;
    let other = "return document.querySelector('#owner pre[data-commands]').textContent.includes('requests');";
    browser
        .wait_script(tab, "the request in Python", other)
        .await
}

/// The switch takes it away again.
async fn owner_off(browser: &Browser, tab: &Tab) -> Result<()> {
    browser.click(tab, "#owner [role=switch]").await?;
    let gone = "return !document.querySelector('#owner [data-owner-part]');";
    browser
        .wait_script(tab, "the owner's part to be gone", gone)
        .await
}

async fn broken(browser: &Browser, tab: &Tab) -> Result<()> {
    put(browser, tab, "{\"log\": {\"entries\": [").await?;
    let script =
        "return document.querySelector('#problems [data-problem]')?.dataset.problem ?? '';";
    let found = browser.run(tab, script, vec![]).await?;
    ensure!(
        found.as_str().is_some_and(|place| place.starts_with("1:")),
        "expected the place that is broken, but found {found}"
    );
    put(browser, tab, "HTTP/1.1 200 OK\nContent-Type: text/html\n").await?;
    let found = finding(browser, tab).await?;
    ensure!(found.is_empty(), "expected no finding, but found `{found}`");
    Ok(())
}

/// Makes a link of the paste and gives it.
async fn share(browser: &Browser, tab: &Tab) -> Result<String> {
    put(browser, tab, PASTE).await?;
    browser.click(tab, "#share-make").await?;
    browser
        .wait_script(
            tab,
            "the link",
            "return !document.querySelector('#share-made').hidden;",
        )
        .await?;
    let script = "return [document.querySelector('#share-text').textContent, document.querySelector('#share-link').href];";
    let made = browser.run(tab, script, vec![]).await?;
    let (shown, link) = (text(&made[0])?, text(&made[1])?);
    ensure!(
        shown.contains("sid=") && !shown.contains("s3cr3t"),
        "expected the names of cookies and no value in what the link carries, but found {shown}"
    );
    ensure!(
        link.contains("#d="),
        "expected the input behind the #, but found {link}"
    );
    Ok(link.to_owned())
}

/// The link shows the same in a tab of its own.
async fn opened(browser: &Browser, link: &str) -> Result<()> {
    let tab = browser.new_tab().await?;
    browser.open(&tab, link).await?;
    browser
        .wait_script(
            &tab,
            "the link to be read",
            "return document.documentElement.dataset.read > '';",
        )
        .await?;
    let found = finding(browser, &tab).await?;
    ensure!(
        found == CAUSE,
        "expected the link to show {CAUSE}, but found `{found}`"
    );
    browser.close_tab(tab).await
}

/// A script that makes a HAR of this many entries, all failing, out of one piece per hundred of them, and drops it.
pub(crate) const DROP: &str = "
    const [hundreds, padding] = arguments;
    const entry = index => JSON.stringify({ startedDateTime: new Date(1795435200000 + index * 1000).toISOString(),
      request: { method: 'GET', url: `https://host${index % 3}.example/page/${index}`, headers: [{ name: 'Cookie', value: 'sid=s3cr3t' }], cookies: [] },
      response: { status: index % 2 ? 401 : 503, headers: index % 2 ? [{ name: 'WWW-Authenticate', value: 'Basic realm=\"r\"' }] : [],
        content: { mimeType: 'text/html', text: 'x'.repeat(padding) } }, _resourceType: 'document' });
    const pieces = ['{\"log\":{\"version\":\"1.2\",\"entries\":['];
    for (let hundred = 0; hundred < hundreds; hundred += 1) {
      const hundredEntries = Array.from({ length: 100 }, (_, index) => entry(hundred * 100 + index));
      pieces.push((hundred ? ',' : '') + hundredEntries.join(','));
    }
    pieces.push(']}}');
    const data = new DataTransfer();
    const file = new File(pieces, 'recording.har');
    data.items.add(file);
    document.documentElement.dataset.read = '';
    document.querySelector('#input').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    return file.size;";

async fn recording(browser: &Browser, tab: &Tab) -> Result<()> {
    browser.run(tab, DROP, vec![json!(9), json!(10)]).await?;
    browser
        .wait_script(
            tab,
            "the recording to be read",
            "return document.documentElement.dataset.read > '';",
        )
        .await?;
    let rows = "return document.querySelectorAll('#failures tbody tr').length;";
    let count = browser.run(tab, rows, vec![]).await?;
    ensure!(
        count == 100,
        "expected the first 100 rows, but found {count}"
    );
    let seen = browser
        .run(tab, "return [!!document.querySelector('#failures svg[role=img]'), document.querySelectorAll('#failures .counts li').length];", vec![])
        .await?;
    ensure!(
        seen[0] == true && seen[1].as_u64() >= Some(4),
        "expected a time line and counts, but found {seen}"
    );
    browser.click(tab, "#more").await?;
    browser
        .wait_script(
            tab,
            "200 rows",
            "return document.querySelectorAll('#failures tbody tr').length === 200;",
        )
        .await?;
    browser
        .click(tab, "#failures th[data-column=status] button")
        .await?;
    browser
        .click(tab, "#failures th[data-column=status] button")
        .await?;
    let sorted = "return document.querySelector('#failures th[data-column=status]').ariaSort === 'descending'
        && document.querySelector('#failures tbody tr').textContent.includes('503');";
    browser
        .wait_script(tab, "the order to be turned", sorted)
        .await?;
    browser.fill(tab, "#words", "page/7 401").await?;
    let filtered = "const rows = [...document.querySelectorAll('#failures tbody tr')];
        return rows.length > 0 && rows.length < 100 && rows.every(row => row.textContent.includes('/page/7') && row.textContent.includes('401'));";
    browser
        .wait_script(tab, "the rows of a filter", filtered)
        .await?;
    browser.click(tab, "#failures tbody tr button").await?;
    browser
        .wait_script(tab, "the diagnosis of a row", "return !!document.querySelector('#diagnosis [data-finding]') && !!document.querySelector('tr[data-shown]');")
        .await
}

async fn cancel(browser: &Browser, tab: &Tab) -> Result<()> {
    browser
        .run(tab, DROP, vec![json!(40), json!(10_000)])
        .await?;
    // Whatever is read by then, the press ends it: a file that was read in time would show its rows.
    browser
        .run(tab, "document.querySelector('#cancel').click();", vec![])
        .await?;
    let script = "return document.querySelector('#progress').hidden && document.querySelector('#failures').hidden
        && document.querySelector('#diagnosis').hidden && document.querySelector('#status').textContent > '';";
    browser
        .wait_script(tab, "the reading to be over", script)
        .await?;
    // And the next input is read as ever.
    put(browser, tab, PASTE).await?;
    let found = finding(browser, tab).await?;
    ensure!(
        found == CAUSE,
        "expected {CAUSE} after a cancelled reading, but found `{found}`"
    );
    Ok(())
}

/// The policy refuses connections, even to the page's own host, in the page and in its worker.
async fn closed(browser: &Browser, tab: &Tab, host: &Host) -> Result<()> {
    let own = host.url("index.html");
    let page = "return fetch(arguments[0]).then(() => 'let out', () => 'refused');";
    let answer = browser.run(tab, page, vec![json!(own)]).await?;
    ensure!(
        answer == "refused",
        "expected the page's fetch to be refused, but it was {answer}"
    );
    let worker = "const code = `fetch(${JSON.stringify(arguments[0])}).then(() => 'let out', () => 'refused').then(answer => postMessage(answer));`;
        const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' });
        return new Promise(resolve => { worker.onmessage = event => resolve(event.data); worker.onerror = () => resolve('no worker'); });";
    let answer = browser.run(tab, worker, vec![json!(own)]).await?;
    ensure!(
        answer == "refused",
        "expected a worker's fetch to be refused, but it was {answer}"
    );
    Ok(())
}

/// Loaded once, the page works after its host is gone.
async fn offline(browser: &Browser, host: Host) -> Result<()> {
    let tab = browser.new_tab().await?;
    let url = host.url("index.html");
    browser.open(&tab, &url).await?;
    browser
        .wait_script(&tab, "the copy for use without a network", "return navigator.serviceWorker.getRegistration().then(it => it?.active?.state === 'activated');")
        .await?;
    drop(host);
    browser.open(&tab, &url).await?;
    put(browser, &tab, PASTE).await?;
    let found = finding(browser, &tab).await?;
    ensure!(
        found == CAUSE,
        "expected {CAUSE} without a network, but found `{found}`"
    );
    browser.close_tab(tab).await
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().context("expected a text")
}
