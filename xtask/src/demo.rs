//! `cargo xtask demo`: the lab with a browser in front of it, for a person; or, headless, all walls walked and told.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::browser::{Browser, Kind, Opened};
use crate::build;
use crate::lab::Lab;
use crate::lab::table::{WALLS, wall};
use crate::lab::wall::Wall;
use crate::setup::{self, Drivers};
use crate::tools;
use crate::walk::{self, Ground, Outcome, Stage};

/// What to show.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Only this browser; without a window both, with one Chromium.
    #[arg(long)]
    browser: Option<Kind>,
    /// Walk all walls without a window, tell what was found and save pictures.
    #[arg(long)]
    headless: bool,
    /// Only this wall; may be given several times.
    #[arg(long = "wall", value_name = "ID")]
    walls: Vec<String>,
    /// Take the packages in dist/ as they are.
    #[arg(long)]
    no_build: bool,
}

/// Sets up what is missing, builds, starts the lab, and shows it.
///
/// # Errors
///
/// When something cannot be set up or built, or a wall is not as its row of the table says.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::servers()?;
    let kinds = match options.browser {
        Some(kind) => vec![kind],
        None if options.headless => Kind::ALL.to_vec(),
        None => vec![Kind::Chromium],
    };
    let drivers = setup::drivers(kinds)?;
    if !options.no_build {
        build::run(&build::Options { debug: false })?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    if options.headless {
        runtime.block_on(walk_all(&options.walls, drivers))
    } else {
        let mut shown = drivers.into_iter();
        shown.try_for_each(|(kind, driver)| runtime.block_on(show(kind, driver)))
    }
}

/// Opens a browser for a person and keeps the lab until it is closed.
async fn show(kind: Kind, driver: PathBuf) -> Result<()> {
    let lab = Lab::start().await?;
    let ground = Ground::new(kind, &lab, driver);
    let mut options = ground.options();
    options.headless = false;
    let browser = Browser::start(kind, &options).await?;
    let tab = browser.new_tab().await?;
    let opened = browser.open(&tab, &lab.index_url()).await?;
    if opened != Opened::Loaded {
        bail!("expected the index page, but found {opened:?}");
    }
    println!(
        "{} shows every wall at {}. Close its window, or press Ctrl-C here, to end.",
        browser.version(),
        lab.index_url()
    );
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        () = closed(&browser) => {}
    }
    Ok(())
}

/// Comes back when the person has closed the browser.
async fn closed(browser: &Browser) {
    let mut look = tokio::time::interval(Duration::from_millis(500));
    while browser.is_open().await {
        look.tick().await;
    }
}

async fn walk_all(walls: &[String], drivers: Drivers) -> Result<()> {
    let walls = chosen(walls)?;
    let lab = Lab::start().await?;
    let mut tally = Tally::default();
    for (kind, driver) in drivers {
        let mut ground = Ground::new(kind, &lab, driver);
        ground.pictures = Some(pictures());
        println!(
            "\n{:16} {:22} {:20} result",
            kind.to_string(),
            "diagnosis",
            "remedy"
        );
        let mut stage = Stage::new(&ground);
        for wall in &walls {
            if !walk::is_told(kind, wall) {
                println!("{:16} not told in {kind}", wall.id);
                continue;
            }
            tally.count(&walk::wall(&mut stage, wall).await)?;
        }
        stage.end().await?;
    }
    println!("\npictures: {}", pictures().display());
    println!("{} passed, {} failed", tally.passed, tally.failed);
    match tally.failed {
        0 => Ok(()),
        failed => bail!("expected every wall to be as its story says, but {failed} are not"),
    }
}

/// The walls of these ids; all where none is named.
fn chosen(ids: &[String]) -> Result<Vec<&'static Wall>> {
    if ids.is_empty() {
        return Ok(WALLS.iter().collect());
    }
    ids.iter()
        .map(|id| wall(id).with_context(|| format!("expected the id of a wall, but found `{id}`")))
        .collect()
}

fn pictures() -> PathBuf {
    tools::target().join("demo")
}

/// How many walls were as they should be.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    /// Prints the row of a wall as soon as it is known.
    fn count(&mut self, outcome: &Outcome) -> Result<()> {
        let or_none = |text: &str| if text.is_empty() { "-" } else { text }.to_owned();
        let word = match &outcome.result {
            Ok(()) => "ok".to_owned(),
            Err(error) => format!("FAILED: {error:#}"),
        };
        println!(
            "{:16} {:22} {:20} {:>5.1} s {word}",
            outcome.wall,
            or_none(&outcome.finding),
            or_none(&outcome.remedy),
            outcome.took.as_secs_f64(),
        );
        io::stdout().flush()?;
        match outcome.result {
            Ok(()) => self.passed += 1,
            Err(_) => self.failed += 1,
        }
        Ok(())
    }
}
