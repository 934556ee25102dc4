//! The walk: every wall of the lab met in a real browser with the real extension, read by the popup's contract, mended
//! by its first remedy, and looked over for what was lost or let out.
//!
//! Each wall has a browser with a fresh profile of its own, so that no wall can lean on another's cookies, cached
//! passwords or stored views.

mod expect;
mod kept;
mod leak;
pub(crate) mod looks;
mod person;
mod pictures;
mod undo;
pub(crate) mod worker;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::browser::{Browser, Kind, Options, Tab, popup::PopupReading};
use crate::lab::Lab;
use crate::lab::table::WALLS;
use crate::lab::wall::{Browsers, Meddler, Server, Wall};
use crate::manifest::Target;
use crate::{setup, tools};
use kept::Kept;
use person::Person;

/// What all walks in one browser share.
#[derive(Debug)]
pub(crate) struct Ground<'lab> {
    /// Which browser.
    pub(crate) kind: Kind,
    /// The servers.
    pub(crate) lab: &'lab Lab,
    /// The package under test.
    extension: PathBuf,
    /// The program that drives the browser.
    driver: PathBuf,
    /// Where pictures of each popup are kept, if they are.
    pub(crate) pictures: Option<PathBuf>,
}

impl<'lab> Ground<'lab> {
    /// Finds the browser, its driver and the package that `cargo xtask build` has written.
    ///
    /// # Errors
    /// A browser that is missing and cannot be installed here.
    pub(crate) fn new(kind: Kind, lab: &'lab Lab) -> Result<Self> {
        let (target, found) = match kind {
            Kind::Chromium => (Target::Chrome, setup::chromium()?),
            Kind::Firefox => (Target::Firefox, setup::firefox()?),
        };
        Ok(Self {
            kind,
            lab,
            extension: tools::dist().join(format!("readmit-{}.zip", target.name())),
            driver: found.driver,
            pictures: None,
        })
    }

    /// How to start the browser for pages of the lab.
    pub(crate) fn options(&self) -> Options {
        Options {
            hosts: self.lab.hosts().into_iter().map(str::to_owned).collect(),
            ca_pem: Some(self.lab.ca_pem().to_owned()),
            ..Options::new(self.extension.clone(), self.driver.clone())
        }
    }

    /// The options for a wall: the one behind the proxy needs the proxy.
    fn options_for(&self, wall: &Wall) -> Result<Options> {
        let mut options = self.options();
        if wall.server == Server::Squid {
            let proxy = self.lab.proxy().context("expected Squid to run")?;
            let (host, port) = proxy
                .split_once(':')
                .context("expected the proxy's address to be HOST:PORT")?;
            options.proxy = Some((host.to_owned(), port.parse()?));
        }
        match wall.meddler {
            Meddler::None => {}
            Meddler::Addon(name) => options
                .addons
                .push(tools::root().join("tests/addons").join(name)),
            Meddler::NoEmbeddedCookies => options.no_embedded_cookies = true,
            Meddler::Containers => options.containers = true,
        }
        Ok(options)
    }
}

/// What came of one wall in one browser.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The wall's id.
    pub(crate) wall: &'static str,
    /// The finding that the popup showed on top.
    pub(crate) finding: String,
    /// The remedy that it offered first.
    pub(crate) remedy: String,
    /// Nothing, or what was not as the table says.
    pub(crate) result: Result<()>,
    /// How long it took, the browser's start included.
    pub(crate) took: Duration,
}

/// Whether the browser can tell the wall's story.
pub(crate) fn is_told(kind: Kind, wall: &Wall) -> bool {
    match wall.browsers {
        Browsers::Both => true,
        Browsers::Chromium => kind == Kind::Chromium,
        Browsers::Firefox => kind == Kind::Firefox,
    }
}

/// Walks one wall from a fresh profile: into it, through its first remedy, and, where cookies were removed, once more
/// to undo.
pub(crate) async fn wall(ground: &Ground<'_>, wall: &'static Wall) -> Outcome {
    let start = Instant::now();
    let mut seen = Seen::default();
    let result = walk(ground, wall, &mut seen).await;
    Outcome {
        wall: wall.id,
        finding: seen.finding,
        remedy: seen.remedy,
        result,
        took: start.elapsed(),
    }
}

/// What the popup said, for the row of the outcome.
#[derive(Debug, Default)]
struct Seen {
    finding: String,
    remedy: String,
}

impl Seen {
    fn note(&mut self, reading: &PopupReading) {
        let Some(top) = reading.top() else { return };
        self.finding.clone_from(&top.id);
        if let Some(primary) = top.remedies.iter().find(|remedy| remedy.primary) {
            self.remedy.clone_from(&primary.id);
        }
    }
}

async fn walk(ground: &Ground<'_>, wall: &'static Wall, seen: &mut Seen) -> Result<()> {
    ground.lab.reset(wall);
    let browser = Browser::start(ground.kind, &ground.options_for(wall)?).await?;
    through(ground, &browser, wall, seen).await?;
    browser.quit().await?;
    if wall.meddler != Meddler::None {
        wrong_fixes(ground, wall)
            .await
            .context("trying what must not help")?;
    }
    if wall.may_remove.is_empty() {
        return Ok(());
    }
    ground.lab.reset(wall);
    let browser = Browser::start(ground.kind, &ground.options_for(wall)?).await?;
    undo::pass(ground, &browser, wall)
        .await
        .context("undoing")?;
    browser.quit().await
}

/// The wrong fixes of a wall that no plain client can tell, one after the other, from a fresh profile.
async fn wrong_fixes(ground: &Ground<'_>, wall: &'static Wall) -> Result<()> {
    ground.lab.reset(wall);
    let browser = Browser::start(ground.kind, &ground.options_for(wall)?).await?;
    let person = Person::new(ground, &browser, wall).await?;
    person.gets_stuck().await?;
    for fix in wall.wrong_fixes {
        person.tries(fix).await?;
        let page = browser
            .wait_page(&person.tab, "a page that is loaded", |_| true)
            .await?;
        ensure!(
            page.marker.as_deref() != Some("OK"),
            "expected {fix:?} to leave the person outside, but found `{}`",
            page.url
        );
    }
    browser.quit().await
}

/// Into the wall and out of it.
async fn through(
    ground: &Ground<'_>,
    browser: &Browser,
    wall: &'static Wall,
    seen: &mut Seen,
) -> Result<()> {
    let person = Person::new(ground, browser, wall).await?;
    let kept = Kept::prepare(&person).await.context("preparing")?;
    person.gets_stuck().await.context("getting into the wall")?;
    let popup = browser.open_popup(&person.tab).await?;
    let reading = expect::diagnosis(&person, &popup, seen).await?;
    pictures::take(ground, browser, wall, &popup, pictures::When::Before).await?;
    let cookies = kept.cookies(browser).await?;
    let shown = person
        .follows(&popup, &reading)
        .await
        .context("following the first remedy")?;
    expect::ending(&person, &popup, &shown).await?;
    pictures::take(ground, browser, wall, &popup, pictures::When::After).await?;
    expect::lasting(&person, &popup, &shown).await?;
    kept.check(&person, &cookies).await?;
    leak::check(&person, &popup).await?;
    leak::check_after_expiry(&person, &popup).await
}

/// One check by its name.
pub(crate) type Check = (String, Result<()>);

/// All that is checked in one browser, against a lab of its own: every wall, the background stopped at the worst moments,
/// and a look at the extension's own pages.
///
/// # Errors
/// When the lab or the browser cannot be set up; a check that fails is in the list.
pub(crate) async fn suite(kind: Kind, axe: &Path) -> Result<Vec<Check>> {
    let lab = Lab::start().await?;
    let ground = Ground::new(kind, &lab)?;
    let mut checks = Vec::new();
    for row in WALLS.iter().filter(|row| is_told(kind, row)) {
        // In this suite a server that is not there is a failure of its own.
        checks.push((format!("wall {}", row.id), wall(&ground, row).await.result));
    }
    checks.extend(worker::checks(&ground).await);
    checks.extend(looks::checks(&ground, axe).await);
    Ok(checks)
}

/// The file name of a picture.
fn picture(folder: &Path, kind: Kind, wall: &Wall, suffix: &str) -> PathBuf {
    folder
        .join(kind.to_string().to_lowercase())
        .join(format!("{}-{suffix}.png", wall.id))
}

/// Waits until a tab is calm, that is until it has shown its page for as long as a failure behind it may take to mend
/// itself: only then does silence mean that nothing is wrong.
async fn calm(browser: &Browser, tab: &Tab) -> Result<()> {
    let page = browser
        .wait_page(tab, "a page that is loaded", |_| true)
        .await?;
    ensure!(
        page.ready == "complete",
        "expected the page to be loaded, but found {page:?}"
    );
    browser
        .wait_script(
            tab,
            "the page to have been shown for 3 s",
            "const [entry] = performance.getEntriesByType('navigation');
             return performance.now() - entry.loadEventEnd > 3000;",
        )
        .await
}
