//! The walk: every wall of the lab met in a real browser with the real extension, read by the popup's contract, mended
//! by its first remedy, and looked over for what was lost or let out.
//!
//! Walls are met one after another in a browser that is emptied in between and has to prove it, so that no wall can lean on
//! another's cookies, cached passwords or stored views.

mod expect;
mod kept;
mod leak;
mod looks;
mod owner;
pub(crate) mod page;
mod person;
mod pictures;
mod rungs;
mod stage;
mod undo;
mod worker;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use readmit::remedy::{RemedyId, Touches};
use serde_json::{Value, json};

use crate::browser::{Browser, Kind, Options, Tab, popup::PopupReading};
use crate::lab::Lab;
use crate::lab::table::WALLS;
use crate::lab::wall::{Browsers, Meddler, Server, Wall};
use crate::manifest::Target;
use crate::tools;
use kept::Kept;
use looks::Look;
use owner::Sight;
use person::Person;
use rungs::Rung;
pub(crate) use stage::Stage;
use worker::Moment;

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
    /// Whether what must not help is tried and what was removed is undone in this browser, too, where the other one tells
    /// it, and the storage of pages is looked at on every wall.
    thorough: bool,
}

impl<'lab> Ground<'lab> {
    /// Takes the package that `cargo xtask build` has written, and the browser's driver, found by `setup::drivers`.
    pub(crate) fn new(kind: Kind, lab: &'lab Lab, driver: PathBuf) -> Self {
        let target = match kind {
            Kind::Chromium => Target::Chrome,
            Kind::Firefox => Target::Firefox,
        };
        Self {
            kind,
            lab,
            extension: tools::dist().join(format!("readmit-{}.zip", target.name())),
            driver,
            pictures: None,
            thorough: false,
        }
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
        // Its bubble, which warns of what the right allows, cannot be pressed; others come without one.
        let allows = wall.remedy == "allow-cookies" || wall.meddler == Meddler::NoEmbeddedCookies;
        options.grant_optional = self.kind == Kind::Chromium && allows;
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

/// Walks one wall from its first day: into it, through its first remedy, and, where cookies were removed, once more to
/// undo.
pub(crate) async fn wall(stage: &mut Stage<'_>, wall: &'static Wall) -> Outcome {
    let start = Instant::now();
    let mut seen = Seen::default();
    let result = walk(stage, wall, &mut seen).await;
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

async fn walk(stage: &mut Stage<'_>, wall: &'static Wall, seen: &mut Seen) -> Result<()> {
    let ground = stage.ground();
    let browser = stage.fresh(wall).await?;
    through(ground, &browser, wall, seen).await?;
    stage.give_back(browser);
    // Servers and add-ons are the same for both browsers, and each of these starts a browser of its own.
    let told = ground.kind == Kind::Firefox && is_told(Kind::Chromium, wall);
    if wall.meddler != Meddler::None && (ground.thorough || !told) {
        wrong_fixes(stage, wall)
            .await
            .context("trying what must not help")?;
    }
    if !wall.removes() || !(ground.thorough || is_undone(ground.kind, wall)) {
        return Ok(());
    }
    let browser = stage.fresh(wall).await?;
    undo::pass(ground, &browser, wall)
        .await
        .context("undoing")?;
    stage.give_back(browser);
    Ok(())
}

/// Whether the undo of a wall that removes something is walked in this browser. Both do the same with what was removed:
/// each takes every second of those walls, and those that the other cannot tell.
fn is_undone(kind: Kind, wall: &Wall) -> bool {
    let by_both =
        |wall: &&Wall| wall.removes() && Kind::ALL.into_iter().all(|kind| is_told(kind, wall));
    let place = WALLS.iter().filter(by_both).position(|it| it.id == wall.id);
    place.is_none_or(|at| Kind::ALL[at % Kind::ALL.len()] == kind)
}

/// The wrong fixes of a wall that no plain client can tell, one after the other, from a fresh profile.
async fn wrong_fixes(stage: &mut Stage<'_>, wall: &'static Wall) -> Result<()> {
    let ground = stage.ground();
    let browser = stage.fresh(wall).await?;
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
        // A page within the page is a place to get in, too.
        let frames = json!([{ "tabId": person.tab.id }]);
        let frames = browser.call("webNavigation.getAllFrames", frames).await?;
        let wanted = person.wanted()?;
        let is_in = |frame: &Value| frame["frameId"] != 0 && frame["url"] == wanted;
        ensure!(
            !frames
                .as_array()
                .is_some_and(|frames| frames.iter().any(is_in)),
            "expected {fix:?} to leave the frame outside, but found {frames}"
        );
    }
    stage.give_back(browser);
    Ok(())
}

/// Into the wall and out of it.
async fn through(
    ground: &Ground<'_>,
    browser: &Browser,
    wall: &'static Wall,
    seen: &mut Seen,
) -> Result<()> {
    let person = Person::new(ground, browser, wall).await?;
    // A remedy that by its own word touches nothing is held to it by the cookies of both sites; what their pages have
    // stored is looked at as well in the longer run.
    let touches = RemedyId::from_id(wall.remedy).is_some_and(|it| it.touches() != Touches::Nothing);
    let stored = ground.thorough || touches || wall.meddler != Meddler::None;
    let kept = Kept::prepare(&person, stored).await.context("preparing")?;
    person.gets_stuck().await.context("getting into the wall")?;
    let popup = browser.open_popup(&person.tab).await?;
    if wall.check {
        popup.click_check().await.context("asking as a stranger")?;
    }
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
    leak::check(&person, &popup, &cookies).await?;
    leak::check_after_expiry(&person, &popup, &cookies).await
}

/// Which checks are wanted.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Wanted {
    /// Only this browser.
    #[arg(long)]
    browser: Option<Kind>,
    /// Only this wall; may be given several times.
    #[arg(long = "wall", value_name = "ID")]
    walls: Vec<String>,
    /// Only checks whose names have this part; may be given several times.
    #[arg(long = "check", value_name = "PART")]
    parts: Vec<String>,
    /// Each so many times, one after another.
    #[arg(long, default_value_t = 1)]
    times: usize,
    /// Keeps pictures of what is looked at here.
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,
    /// What must not help is tried, and what was removed is undone, in both browsers; the storage of pages is looked at on
    /// every wall.
    #[arg(long)]
    thorough: bool,
}

impl Wanted {
    /// Every check, once.
    pub(crate) fn everything(thorough: bool) -> Self {
        Self {
            browser: None,
            walls: Vec::new(),
            parts: Vec::new(),
            times: 1,
            pictures: None,
            thorough,
        }
    }

    /// Whether a browser is wanted.
    pub(crate) fn wants(&self, kind: Kind) -> bool {
        self.browser.is_none_or(|only| only == kind)
    }

    fn wants_check(&self, name: &str) -> bool {
        let is_all = self.walls.is_empty() && self.parts.is_empty();
        let is_wall = |id: &String| name.strip_prefix("wall ") == Some(id);
        is_all || self.walls.iter().any(is_wall) || self.parts.iter().any(|it| name.contains(it))
    }
}

/// What came of one check.
#[derive(Debug)]
pub(crate) struct Checked {
    /// In which browser.
    pub(crate) kind: Kind,
    /// Its name.
    pub(crate) name: String,
    /// Nothing, or what is not as it should be.
    pub(crate) result: Result<()>,
    /// How long it took, the start of a browser included where one was needed.
    pub(crate) took: Duration,
}

/// One check of the suite.
#[derive(Clone, Copy, Debug)]
enum Check {
    Wall(&'static Wall),
    Stopped(Moment),
    Look(Look),
    Page,
    Owner(Sight),
    Last(Rung),
}

impl Check {
    /// All that is checked in one browser: every wall, the background stopped at the worst moments, and a look at the
    /// extension's own pages.
    fn all(kind: Kind) -> Vec<Self> {
        let walls = WALLS.iter().filter(|row| is_told(kind, row));
        let looks = Look::all(kind).iter().copied();
        walls
            .map(Self::Wall)
            .chain(Moment::ALL.map(Self::Stopped))
            .chain(looks.map(Self::Look))
            .chain([Self::Page])
            .chain(Sight::ALL.iter().copied().map(Self::Owner))
            .chain(Rung::all(kind).iter().copied().map(Self::Last))
            .collect()
    }

    fn name(self) -> String {
        match self {
            Self::Wall(wall) => format!("wall {}", wall.id),
            Self::Stopped(moment) => moment.name().to_owned(),
            Self::Look(look) => look.name().to_owned(),
            Self::Page => page::NAME.to_owned(),
            Self::Owner(sight) => sight.name(),
            Self::Last(rung) => rung.name().to_owned(),
        }
    }

    async fn run(self, stage: &mut Stage<'_>, axe: &Path) -> Result<()> {
        match self {
            Self::Wall(row) => wall(stage, row).await.result,
            Self::Stopped(moment) => moment.check(stage).await,
            Self::Look(look) => look.check(stage, axe).await,
            Self::Page => page::check(stage.ground(), axe).await,
            Self::Owner(sight) => sight.check(stage, axe).await,
            Self::Last(rung) => rung.check(stage).await,
        }
    }
}

/// All wanted checks in one browser, against a lab of its own; each is told as soon as it is known.
///
/// # Errors
/// When the lab or the browser cannot be set up; a check that fails is in the list.
pub(crate) async fn suite(
    kind: Kind,
    driver: PathBuf,
    axe: &Path,
    wanted: &Wanted,
    tell: impl Fn(&Checked),
) -> Result<Vec<Checked>> {
    let lab = Lab::start().await?;
    let mut ground = Ground::new(kind, &lab, driver);
    ground.pictures.clone_from(&wanted.pictures);
    ground.thorough = wanted.thorough;
    let mut stage = Stage::new(&ground);
    let mut checked = Vec::new();
    let mut wants = Check::all(kind);
    wants.retain(|check| wanted.wants_check(&check.name()));
    // A browser that is started for one wall alone takes the place of the one for all others: so these come last.
    wants.sort_by_key(|check| matches!(check, Check::Wall(wall) if stage::needs_its_own(wall)));
    for check in wants {
        for _ in 0..wanted.times {
            let start = Instant::now();
            let result = check.run(&mut stage, axe).await;
            let row = Checked {
                kind,
                name: check.name(),
                result,
                took: start.elapsed(),
            };
            tell(&row);
            checked.push(row);
        }
    }
    stage.end().await?;
    Ok(checked)
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
