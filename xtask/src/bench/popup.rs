//! How long the popup takes until it is painted, against a page of an extension that is there as soon as it is loaded.

use std::path::Path;

use anyhow::Result;
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use tokio::net::TcpListener;

use super::median;
use crate::browser::{Browser, Kind, Options, Tab};
use crate::{setup, tools};

/// Openings of each page that count. Odd, for the sake of the median.
const OPENINGS: usize = 15;

/// Measures and prints.
///
/// # Errors
///
/// When a browser cannot be driven or a page is not painted.
pub(super) fn run() -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let refused = (
        StatusCode::UNAUTHORIZED,
        [(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")],
    );
    let router = Router::new().fallback(async move || refused);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let driver = setup::chromium()?.driver;
    let silent = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bench/silent");
    let static_page = Browser::start(Kind::Chromium, &Options::new(silent, &driver)).await?;
    let blank = static_page.new_tab().await?;
    let chrome = tools::dist().join("chrome");
    let readmit = Browser::start(Kind::Chromium, &Options::new(chrome, &driver)).await?;
    let wall = readmit.new_tab().await?;
    readmit.open(&wall, &url).await?;
    let popup = readmit.open_popup(&wall).await?;
    popup.wait_state("wall").await?;
    popup.close().await?;
    let (mut bases, mut awake, mut stopped) = (Vec::new(), Vec::new(), Vec::new());
    // The first round warms caches up.
    for round in 0..=OPENINGS {
        let base = opening(&static_page, &blank).await?;
        let woken = opening(&readmit, &wall).await?;
        readmit.stop_worker().await?;
        let asleep = opening(&readmit, &wall).await?;
        if round > 0 {
            bases.push(base);
            awake.push(woken);
            stopped.push(asleep);
        }
    }
    let base = median(bases);
    println!("{:40}{base:>8.0} ms", "a page without scripts");
    for (what, times) in [("background awake", awake), ("background stopped", stopped)] {
        let time = median(times);
        println!(
            "{:40}{time:>8.0} ms (budget 50) {:>8.2} ×",
            format!("the popup of a wall, {what}"),
            time / base
        );
    }
    static_page.quit().await?;
    readmit.quit().await?;
    server.abort();
    Ok(())
}

/// Milliseconds until the popup of a tab is painted.
async fn opening(browser: &Browser, tab: &Tab) -> Result<f64> {
    let popup = browser.open_popup(tab).await?;
    let time = popup.first_paint().await?;
    popup.close().await?;
    Ok(time)
}
