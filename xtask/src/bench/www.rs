//! The page in Chromium: from a paste to its diagnosis, and a recording of 100 MB with the longest time that the page was
//! not at hand.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::median;
use crate::browser::{Browser, Kind, Options, Tab};
use crate::manifest::Target;
use crate::walk::page::Host;
use crate::{setup, tools};

/// Pastes that are measured. Odd, for the sake of the median.
const PASTES: usize = 21;

/// Puts a head into the box and answers the milliseconds until its diagnosis is drawn.
const PASTE: &str = "const head = `GET /inbox HTTP/1.1\\nHost: app.example\\nCookie: sid=x\\n\\nHTTP/1.1 401 Unauthorized\\nWWW-Authenticate: Basic realm=\"${arguments[0]}\"\\n`;
    const box = document.querySelector('#input');
    document.documentElement.dataset.read = '';
    box.value = head;
    const start = performance.now();
    box.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
    return new Promise(resolve => new MutationObserver((_, observer) => {
      if (!document.documentElement.dataset.read) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve(performance.now() - start));
    }).observe(document.documentElement, { attributes: true }));";

/// Makes a recording of so many hundreds of entries with bodies of this length; one in `every` fails.
const MAKE: &str = "const [hundreds, length, every] = arguments;
    const entry = index => JSON.stringify({ startedDateTime: new Date(1795435200000 + index * 10).toISOString(), _resourceType: 'document',
      request: { method: 'GET', url: `https://host${index % 7}.example/page/${index}`, headers: [{ name: 'Cookie', value: 'sid=0123456789abcdef' }], cookies: [] },
      response: { status: index % every ? 200 : 401, headers: [{ name: 'Content-Type', value: 'text/html' }, { name: 'WWW-Authenticate', value: 'Basic realm=\"r\"' }],
        content: { mimeType: 'text/html', text: 'x'.repeat(length) } } });
    const pieces = ['{\"log\":{\"version\":\"1.2\",\"entries\":['];
    for (let hundred = 0; hundred < hundreds; hundred += 1) {
      pieces.push((hundred ? ',' : '') + Array.from({ length: 100 }, (_, index) => entry(hundred * 100 + index)).join(','));
    }
    pieces.push(']}}');
    document.big = new File(pieces, 'recording.har');
    return document.big.size;";

/// Drops it and answers the milliseconds until it is read and shown, the longest time between two turns of the page's own
/// event loop meanwhile, and the longest of the tasks that the browser itself calls long (50 ms and more; Long Tasks API).
const DROP: &str = "const data = new DataTransfer();
    data.items.add(document.big);
    document.documentElement.dataset.read = '';
    const start = performance.now();
    let [last, longest, over, task] = [start, 0, false, 0];
    const watch = new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) task = Math.max(task, duration);
    });
    watch.observe({ entryTypes: ['longtask'] });
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (!over) port2.postMessage(0);
    };
    port2.postMessage(0);
    document.querySelector('#input').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    return new Promise(resolve => new MutationObserver((_, observer) => {
      if (!document.documentElement.dataset.read) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => {
        over = true;
        const time = performance.now() - start;
        // Long tasks are told with a delay.
        setTimeout(() => resolve([time, longest, task, document.querySelector('#status').textContent]), 300);
      }));
    }).observe(document.documentElement, { attributes: true }));";

/// Measures and prints.
///
/// # Errors
///
/// When the browser cannot be driven or the page does not answer.
pub(super) fn run() -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Result<()> {
    let host = Host::start().await?;
    let extension = tools::dist().join(format!("readmit-{}.zip", Target::Chrome.name()));
    let options = Options::new(extension, setup::chromium()?.driver);
    let browser = Browser::start(Kind::Chromium, &options).await?;
    let tab = browser.new_tab().await?;
    browser.open(&tab, &host.url("index.html")).await?;
    let mut times = Vec::new();
    for at in 0..PASTES {
        let time = browser.run(&tab, PASTE, vec![json!(at)]).await?;
        times.push(time.as_f64().context("expected a time")?);
    }
    let first = times.first().copied().unwrap_or_default();
    println!(
        "{:40}{:>8.0} ms (budget 100; the first one, with the start of the wasm: {first:.0})",
        "paste to diagnosis, median",
        median(times)
    );
    for (what, hundreds, length, every) in [
        ("recording with bodies of 10 kB", 97, 10_000, 10),
        ("recording with bodies of 600 B", 1000, 600, 10),
    ] {
        recording(
            &browser,
            &tab,
            what,
            &[json!(hundreds), json!(length), json!(every)],
        )
        .await?;
    }
    browser.quit().await
}

async fn recording(browser: &Browser, tab: &Tab, what: &str, make: &[Value]) -> Result<()> {
    let size = browser.run(tab, MAKE, make.to_vec()).await?;
    let size = size.as_f64().context("expected a size")? / 1e6;
    let found = browser.run(tab, DROP, vec![]).await?;
    let number = |at: usize| found[at].as_f64().context("expected a time");
    let task = match number(2)? {
        0.0 => "under 50 ms".to_owned(),
        long => format!("{long:.0} ms"),
    };
    println!(
        "{what:40}{:>8.2} s for {size:.0} MB (budget 5 for 100), longest task {task} (budget 50), page away for at most {:.0} ms: {}",
        number(0)? / 1000.0,
        number(1)?,
        found[3]
    );
    Ok(())
}
