//! What Readmit adds to a page that works: CPU time of the whole browser, against none, the cheapest that could see a
//! page's own failure (what any use of `webRequest` costs), and the cheapest that could see one behind it.
//!
//! Four Chromiums run side by side and load the same page in turn, so that whatever else the machine does falls on all
//! of them alike. What counts is the time that all processes of one browser spent computing, not the time on the clock.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::extract::Path as UrlPath;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use tokio::net::TcpListener;

use super::median;
use crate::browser::{Browser, Kind, Opened, Options, PATIENCE, Tab, until};
use crate::{setup, tools};

/// Rounds that count; each loads each page once in each browser. Odd, for the sake of the median.
const ROUNDS: usize = 15;
/// A browser that computes less than this between two looks has dealt with the page.
const CALM: Duration = Duration::from_millis(10);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(300);

/// 400 tiny requests of a page's script, eight at a time.
const FETCHES: &str = r#"<!doctype html><title>Fetches</title><script>
let next = 0;
const some = async () => { while (next < 400) await (await fetch(`/tiny/${next++}-${performance.timeOrigin}.json`)).text(); };
Promise.all(Array.from({ length: 8 }, some)).then(() => { document.title = "done"; });
</script>"#;

/// 400 pictures, scripts and style sheets.
const PARTS: &str = r#"<!doctype html><title>Parts</title><script>
const make = (n) => {
  const kind = ["img", "img", "script", "link"][n % 4];
  const part = document.createElement(kind);
  const url = `/tiny/${n}-${performance.timeOrigin}.${{ img: "gif", script: "js", link: "css" }[kind]}`;
  if (kind === "link") { part.rel = "stylesheet"; part.href = url; } else part.src = url;
  return new Promise((done) => { part.onload = part.onerror = done; document.head.append(part); });
};
addEventListener("load", () => {
  Promise.all(Array.from({ length: 400 }, (_, n) => make(n))).then(() => { document.title = "done"; });
});
</script>"#;

/// A picture of one pixel.
const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// One page, with what Readmit may cost on it.
struct Row {
    what: &'static str,
    path: &'static str,
    /// Which of the browsers is the baseline of the budget.
    against: usize,
    budget: f64,
}

const ROWS: &[Row] = &[
    Row {
        what: "400 tiny fetches",
        path: "fetches",
        against: 2,
        budget: 1.10,
    },
    Row {
        what: "400 pictures, scripts, styles",
        path: "parts",
        against: 0,
        budget: 1.05,
    },
];

/// The browsers, in the order of the columns.
const NAMES: [&str; 4] = ["none", "cheapest for pages", "cheapest", "Readmit"];

/// Measures and prints.
///
/// # Errors
///
/// When a browser cannot be driven or a page does not load.
pub(super) fn run() -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}/", listener.local_addr()?);
    let router = Router::new()
        .route("/fetches", get(async || Html(FETCHES)))
        .route("/parts", get(async || Html(PARTS)))
        .route("/tiny/{name}", get(tiny));
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let driver = setup::chromium()?.driver;
    let mut browsers = Vec::new();
    for extension in extensions() {
        let browser = Browser::start(Kind::Chromium, &Options::new(extension, &driver)).await?;
        let tab = browser.new_tab().await?;
        browsers.push((browser, tab));
    }
    println!("{}, medians of {ROUNDS} rounds", browsers[0].0.version());
    for row in ROWS {
        let url = format!("{base}{}", row.path);
        let mut rounds: Vec<Vec<f64>> = Vec::new();
        // The first round warms caches and just-in-time compilers up.
        for round in 0..=ROUNDS {
            let mut times = vec![0.0; browsers.len()];
            for turn in 0..browsers.len() {
                let at = (round + turn) % browsers.len();
                let (browser, tab) = &browsers[at];
                times[at] = load(browser, tab, &url).await?.as_secs_f64();
            }
            if round > 0 {
                rounds.push(times);
            }
        }
        print(row, &rounds);
    }
    for (browser, _) in browsers {
        browser.quit().await?;
    }
    server.abort();
    Ok(())
}

fn extensions() -> [PathBuf; 4] {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bench");
    [
        own.join("silent"),
        own.join("pages"),
        own.join("cheapest"),
        tools::dist().join("chrome"),
    ]
}

/// CPU time from the start of the load until the browser is calm again.
async fn load(browser: &Browser, tab: &Tab, url: &str) -> Result<Duration> {
    let before = calm(browser).await?;
    let opened = browser.open(tab, url).await?;
    ensure!(
        opened == Opened::Loaded,
        "expected {url} to load, but found {opened:?}"
    );
    browser
        .wait_script(tab, "all 400 answers", "return document.title === 'done';")
        .await?;
    Ok(calm(browser).await?.saturating_sub(before))
}

/// Waits until the browser has next to nothing to compute, and gives its CPU time so far.
async fn calm(browser: &Browser) -> Result<Duration> {
    let mut last = browser.cpu_time()?;
    until("the browser to be calm", PATIENCE, async || {
        tokio::time::sleep(LOOK).await;
        let now = browser.cpu_time()?;
        let spent = now.saturating_sub(last);
        last = now;
        Ok(if spent <= CALM {
            Ok(now)
        } else {
            Err(format!("{spent:?} of computing in {LOOK:?}"))
        })
    })
    .await
    .context("measuring")
}

async fn tiny(UrlPath(name): UrlPath<String>) -> impl IntoResponse {
    let (kind, body): (_, &[u8]) = match name.rsplit_once('.').map(|(_, end)| end) {
        Some("gif") => ("image/gif", GIF),
        Some("js") => ("text/javascript", b"0;"),
        Some("css") => ("text/css", b"a {}"),
        _ => ("application/json", b"{}"),
    };
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")], body)
}

fn print(row: &Row, rounds: &[Vec<f64>]) {
    println!("{}", row.what);
    for (at, name) in NAMES.iter().enumerate() {
        let time = median(rounds.iter().map(|times| times[at]).collect());
        print!("  {name:38}{:>8.0} ms CPU", time * 1000.0);
        for (base, against) in NAMES.iter().enumerate().take(at) {
            let ratio = median(rounds.iter().map(|times| times[at] / times[base]).collect());
            print!("  {ratio:.2} × {against}");
            if at == NAMES.len() - 1 && base == row.against {
                print!(" (of {:.2})", row.budget);
            }
        }
        println!();
    }
}
