//! A story: what happens to a person, what must be seen, and what must help. And the telling of it, in every way
//! that real browsers could tell it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use readmit::event::Browser;
use readmit::finding::Confidence;
use readmit::remedy::Touches;
use readmit::view::{RemedyView, State, View};

use crate::browser::{Order, Simulator};
use crate::jar::Cookie;
use crate::worker::Worker;

/// Part of every password, token and cookie value in all stories: nothing that is written down may hold it.
pub(crate) const SECRET: &str = "hush";
/// The password that servers of the stories accept.
pub(crate) const RIGHT: &str = "hush-right";
/// One that they refuse.
pub(crate) const WRONG: &str = "hush-wrong";

/// What a story is there to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// This finding is the truth.
    Truth(&'static str),
    /// This finding looks near, and must not be shown: something else is true.
    NearMiss(&'static str),
    /// This finding looks near, and may be listed as a further fact, but never on top: something else is the reason.
    Beside(&'static str),
    /// Nobody is stopped in the end.
    Healthy,
    /// Nothing is ever wrong: no badge at any time.
    Quiet,
}

/// What must be seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sees {
    state: State,
    top: Option<&'static str>,
    confidence: Option<Confidence>,
    first: Option<&'static str>,
    general: Option<u16>,
}

/// The person is stopped, for this reason; this is the button to press.
pub(crate) const fn wall(top: &'static str, confidence: Confidence, first: &'static str) -> Sees {
    Sees {
        state: State::Wall,
        top: Some(top),
        confidence: Some(confidence),
        first: Some(first),
        general: None,
    }
}

/// Worth knowing; the person is not stopped.
pub(crate) const fn notice(top: &'static str, confidence: Confidence, first: &'static str) -> Sees {
    Sees {
        state: State::Notice,
        top: Some(top),
        confidence: Some(confidence),
        first: Some(first),
        general: None,
    }
}

impl Sees {
    /// The general text for this status stands beside the note.
    pub(crate) const fn beside_general(self, status: u16) -> Sees {
        Sees {
            general: Some(status),
            ..self
        }
    }
}

/// No rule knows why the page failed: the general text for this status.
pub(crate) const fn general(status: u16) -> Sees {
    Sees {
        state: State::Notice,
        top: None,
        confidence: None,
        first: None,
        general: Some(status),
    }
}

/// The page is not there: the general text is at hand, and no alarm is raised.
pub(crate) const fn gone(status: u16) -> Sees {
    Sees {
        state: State::Clear,
        top: None,
        confidence: None,
        first: None,
        general: Some(status),
    }
}

/// Nothing is wrong.
pub(crate) const fn clear() -> Sees {
    Sees {
        state: State::Clear,
        top: None,
        confidence: None,
        first: None,
        general: None,
    }
}

/// A press of the primary button, and what comes of it.
#[derive(Clone, Copy)]
pub(crate) struct Mend {
    pub(crate) press: &'static str,
    /// What only the person can do then.
    pub(crate) person: fn(&mut Simulator),
    pub(crate) then: Then,
    /// What is removed: cookies as `name @ domain/path`, stored keys as `key # origin`; these and no others.
    pub(crate) touches: &'static [&'static str],
}

/// How it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then {
    /// The wanted page is shown at this address.
    In(&'static str),
    /// The person is past the wall, some pages on: the wanted page is shown at this address, and nothing is wrong.
    Past(&'static str),
    /// It did not help: this is on top, and this is the next thing to press.
    Still(&'static str, &'static str),
}

/// A story.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    pub(crate) about: About,
    /// Servers, what the browser keeps from earlier, and what the person does until something is to be seen.
    pub(crate) told: fn(&mut Simulator),
    pub(crate) sees: fn(Browser) -> Sees,
    /// Presses of the primary button, one after the other; none where nothing on this side can help.
    pub(crate) mends: &'static [Mend],
}

/// Nothing for the person to do.
pub(crate) fn nothing(_: &mut Simulator) {}

/// How long the person looks at the page before opening the popup: longer than the engine's short timers.
const LOOKS: i64 = 6_000;

pub(crate) type Outcome = Result<(), String>;

/// How many times the stories were told, and what went wrong.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) runs: u32,
    pub(crate) troubles: Vec<String>,
}

/// Tells a story in both browsers and in every order, each with the worker stopped after every event, too.
pub(crate) fn tell(story: &Story, tally: &mut Tally) {
    let mut found: Vec<(String, String)> = Vec::new();
    for &browser in browsers(story) {
        for order in Order::ALL {
            let (awake, log) = tell_once(story, browser, order, false, tally);
            let (woken, woken_log) = tell_once(story, browser, order, true, tally);
            let same = log == woken_log;
            let trouble = match (awake, woken) {
                (Err(trouble), _) => Some(format!("{trouble}\n{}", log.join("\n"))),
                (_, Err(trouble)) => Some(format!(
                    "after a stop of the worker: {trouble}\n{}",
                    woken_log.join("\n")
                )),
                _ if !same => Some(format!(
                    "a stop of the worker changes it: {}",
                    first_difference(&log, &woken_log)
                )),
                _ => None,
            };
            if let Some(trouble) = trouble {
                found.push((format!("{browser:?} {order:?}"), trouble));
            }
        }
    }
    // One trouble of several ways of telling is shown once, with the log of the first.
    while let Some((way, trouble)) = found.first().cloned() {
        let head = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        let ways = found
            .iter()
            .filter(|(_, other)| head(other) == head(&trouble))
            .count();
        found.retain(|(_, other)| head(other) != head(&trouble));
        tally.troubles.push(format!(
            "✗ {} [{ways} ways, first {way}]: {trouble}",
            story.name
        ));
    }
}

/// The browsers that can tell a story: only Firefox has containers.
fn browsers(story: &Story) -> &'static [Browser] {
    match story.about {
        About::Truth(id) | About::NearMiss(id) if id == "container-mismatch" => &[Browser::Firefox],
        _ => &[Browser::Chromium, Browser::Firefox],
    }
}

/// Tells a story in both browsers, once each and without a stop.
pub(crate) fn tell_awake(story: &Story, tally: &mut Tally) {
    for &browser in browsers(story) {
        let (outcome, _) = tell_once(story, browser, Order::ALL[0], false, tally);
        tally.troubles.extend(outcome.err());
    }
}

fn first_difference(a: &[String], b: &[String]) -> String {
    let at = a
        .iter()
        .zip(b)
        .position(|(a, b)| a != b)
        .unwrap_or(a.len().min(b.len()));
    let line = |log: &[String]| log.get(at).cloned().unwrap_or_default();
    format!(
        "at {at}\n{}\n  instead of\n{}\n{}",
        line(b),
        line(a),
        a.iter().take(at).cloned().collect::<Vec<_>>().join("\n")
    )
}

fn tell_once(
    story: &Story,
    browser: Browser,
    order: Order,
    restarts: bool,
    tally: &mut Tally,
) -> (Outcome, Vec<String>) {
    let mut log = Vec::new();
    let endings: &[Ending] = if story.mends.iter().any(|mend| !mend.touches.is_empty()) {
        &[Ending::In, Ending::Undone]
    } else {
        &[Ending::In]
    };
    for &ending in endings {
        tally.runs += 1;
        let mut world = Simulator::new(browser, order, Box::new(Worker::new(browser)));
        world.restarts = restarts;
        let told = catch_unwind(AssertUnwindSafe(|| run(story, &mut world, ending)));
        log.append(&mut world.log);
        let outcome = told.unwrap_or_else(|panic| Err(panic_text(panic.as_ref())));
        if outcome.is_err() {
            return (outcome, log);
        }
    }
    (Ok(()), log)
}

pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or("a panic".to_owned())
}

/// How a telling ends: with the fix, or with its undoing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    In,
    Undone,
}

/// What must stay as it is, whatever happens on the site of the story.
pub(crate) struct Canary {
    cookies: Vec<Cookie>,
    logins: crate::logins::Logins,
}

const ELSEWHERE: &str = "elsewhere.test";

impl Canary {
    pub(crate) fn set(world: &mut Simulator) {
        world.has_cookie(
            "https://elsewhere.test/",
            "sid=hush-elsewhere; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=8000000",
        );
        world.has_login("https://elsewhere.test/", "Elsewhere", "bob", "hush-bob");
        world.has_stored("https://elsewhere.test", "draft", "x");
    }

    pub(crate) fn look(world: &Simulator) -> Canary {
        let jar = if world.is_swapped {
            &world.other_jar
        } else {
            &world.jar
        };
        let cookies = jar
            .cookies
            .iter()
            .filter(|c| c.domain == ELSEWHERE)
            .cloned()
            .collect();
        let logins = world
            .logins
            .0
            .iter()
            .filter(|l| l.realm == "Elsewhere")
            .cloned()
            .collect();
        Canary {
            cookies,
            logins: crate::logins::Logins(logins),
        }
    }

    pub(crate) fn check(&self, world: &Simulator) -> Outcome {
        let now = Canary::look(world);
        let draft = world
            .storage
            .get(&("https://elsewhere.test".to_owned(), "draft".to_owned()));
        let whole = now.cookies == self.cookies
            && now.logins == self.logins
            && draft.is_some_and(|d| d == "x");
        expect(whole, || {
            "expected another site's cookies, login and storage untouched, but found them changed"
                .to_owned()
        })
    }
}

fn run(story: &Story, world: &mut Simulator, ending: Ending) -> Outcome {
    Canary::set(world);
    let canary = Canary::look(world);
    let storage = |world: &Simulator| world.storage.keys().cloned().collect::<Vec<_>>();
    world.emit(readmit::event::Event::Access { granted: true });
    (story.told)(world);
    world.waits(LOOKS);
    check_seen(story, (story.sees)(world.browser), world)?;
    let stored = storage(world);
    for (step, mend) in story.mends.iter().enumerate() {
        let last = step + 1 == story.mends.len();
        if ending == Ending::Undone && !mend.touches.is_empty() {
            press_and_undo(mend, world)?;
            break;
        }
        press(mend, world)?;
        (mend.person)(world);
        world.waits(LOOKS);
        check_after(mend, last, world)?;
    }
    check_written(world)?;
    expect(storage(world) == stored || ending == Ending::In, || {
        "expected page storage untouched by an undo".to_owned()
    })?;
    canary.check(world)
}

fn check_seen(story: &Story, sees: Sees, world: &Simulator) -> Outcome {
    let view = world.view();
    let ids: Vec<&str> = view
        .findings
        .iter()
        .map(|finding| finding.id.as_str())
        .collect();
    expect_equal("state", &view.state, &sees.state, &ids)?;
    expect_equal("top finding", &ids.first().copied(), &sees.top, &ids)?;
    expect_equal(
        "general status",
        &view.general.as_ref().map(|general| general.status),
        &sees.general,
        &ids,
    )?;
    if sees.confidence.is_some() {
        expect_equal(
            "confidence",
            &view.findings.first().map(|finding| finding.confidence),
            &sees.confidence,
            &ids,
        )?;
    }
    if sees.first.is_some() {
        expect_equal(
            "first remedy",
            &primary(&view).map(|remedy| remedy.id.as_str()),
            &sees.first,
            &ids,
        )?;
    }
    match story.about {
        About::NearMiss(id) => expect(!ids.contains(&id), || {
            format!("expected no word of {id}, but found it among {ids:?}")
        })?,
        About::Beside(id) => expect(ids.first() != Some(&id), || {
            format!("expected {id} not on top, but found {ids:?}")
        })?,
        About::Truth(id) => expect_equal("truth", &ids.first().copied(), &Some(id), &ids)?,
        About::Healthy => {}
        About::Quiet => expect(world.alarms.is_empty(), || {
            format!(
                "expected no badge at any time, but found {:?}",
                world.alarms
            )
        })?,
    }
    check_badge(&view, world)?;
    check_offers(&view, story.mends.is_empty())?;
    check_saved_view(&view, world)?;
    check_written(world)
}

fn check_badge(view: &View, world: &Simulator) -> Outcome {
    let badge = world.badge();
    let fits = match view.state {
        State::Wall => badge == "!",
        State::Notice => badge.is_empty() || badge.bytes().all(|b| b.is_ascii_digit()),
        _ => badge.is_empty(),
    };
    expect(fits, || {
        format!(
            "expected a badge that fits {:?}, but found `{badge}`",
            view.state
        )
    })
}

/// One primary button at most; nothing undeclared; no removal where nothing on this side can help.
fn check_offers(view: &View, nobody_can_help: bool) -> Outcome {
    let remedies: Vec<&RemedyView> = view
        .findings
        .iter()
        .flat_map(|finding| &finding.remedies)
        .collect();
    let primaries = remedies.iter().filter(|remedy| remedy.primary).count();
    expect(primaries <= 1, || {
        format!("expected at most one primary button, but found {primaries}")
    })?;
    for remedy in remedies {
        let names = remedy.cookies.len();
        expect(
            (names > 0)
                == matches!(
                    remedy.id.as_str(),
                    "remove-cookies" | "clear-site-cookies" | "clear-stored-token"
                ),
            || {
                format!(
                    "expected the names of a removal and of nothing else, but found {names} for {}",
                    remedy.id.as_str()
                )
            },
        )?;
        expect(
            !nobody_can_help || remedy.touches == Touches::Nothing,
            || {
                format!(
                    "expected no offer that touches anything, but found {}",
                    remedy.id.as_str()
                )
            },
        )?;
    }
    Ok(())
}

/// The popup draws what was saved: it must be what the engine would say now.
fn check_saved_view(view: &View, world: &Simulator) -> Outcome {
    match world.saves.get(&world.tab) {
        Some(saved) => expect(saved == view, || {
            format!("expected the saved view to be the present one, but found\n{saved:?}\n{view:?}")
        }),
        None => expect(view.state == State::Clear, || {
            format!(
                "expected a saved view, but found none in state {:?}",
                view.state
            )
        }),
    }
}

fn check_written(world: &Simulator) -> Outcome {
    let written = world.written();
    let leak = written.find(SECRET).map(|at| {
        written
            .chars()
            .skip(at.saturating_sub(80))
            .take(200)
            .collect::<String>()
    });
    expect(leak.is_none(), || {
        format!(
            "expected no secret in what is written down, but found …{}…",
            leak.clone().unwrap_or_default()
        )
    })
}

fn press(mend: &Mend, world: &mut Simulator) -> Outcome {
    let view = world.view();
    let Some(remedy) = primary(&view).cloned() else {
        return Err(format!(
            "expected {} to press, but found no button",
            mend.press
        ));
    };
    expect_equal("button", &remedy.id.as_str(), &mend.press, &[])?;
    if let Some(time) = remedy.not_before {
        world.waits((time - world.now).max(0));
    }
    world.removed.clear();
    world.removed_keys.clear();
    world.applies(mend.press);
    let mut touched: Vec<String> = world
        .removed
        .iter()
        .map(|c| format!("{} @ {}{}", c.name, c.domain, c.path))
        .chain(world.removed_keys.iter().cloned())
        .collect();
    touched.sort();
    let mut wanted = mend.touches.to_vec();
    wanted.sort_unstable();
    expect_equal(
        "removed cookies",
        &touched.iter().map(String::as_str).collect::<Vec<_>>(),
        &wanted,
        &[],
    )?;
    let declared = |name: &str, domain: &str| {
        remedy
            .cookies
            .iter()
            .any(|c| c.name == name && c.domain == domain)
    };
    let key = |key: &String| {
        key.split_once(" # https://")
            .is_some_and(|(name, host)| declared(name, host))
    };
    expect(world.removed_keys.iter().all(key), || {
        format!(
            "expected only declared keys, but found {:?}",
            world.removed_keys
        )
    })?;
    let undeclared = world.removed.iter().find(|c| !declared(&c.name, &c.domain));
    expect(undeclared.is_none(), || {
        format!("expected only declared removals, but found {undeclared:?}")
    })
}

fn press_and_undo(mend: &Mend, world: &mut Simulator) -> Outcome {
    let before = world.jar.cookies.clone();
    press(mend, world)?;
    let offered = world.view().undo.map(|undo| undo.count as usize);
    expect_equal(
        "cookies to put back",
        &offered,
        &Some(mend.touches.len()),
        &[],
    )?;
    world.undoes();
    world.waits(LOOKS);
    let removed = &world.removed;
    for old in before
        .iter()
        .filter(|cookie| removed.iter().any(|gone| cookie.is(gone)))
    {
        let back = world
            .jar
            .cookies
            .iter()
            .any(|cookie| cookie.same_but_age(old));
        expect(back, || {
            format!(
                "expected {} back with every attribute, but found it changed or gone",
                old.place()
            )
        })?;
    }
    expect(world.view().undo.is_none(), || {
        "expected nothing left to undo".to_owned()
    })?;
    expect(
        world.snapshots.is_empty() && world.stored_snapshots.is_empty(),
        || "expected no snapshot left".to_owned(),
    )
}

fn check_after(mend: &Mend, last: bool, world: &Simulator) -> Outcome {
    let view = world.view();
    let ids: Vec<&str> = view
        .findings
        .iter()
        .map(|finding| finding.id.as_str())
        .collect();
    check_saved_view(&view, world)?;
    match mend.then {
        Then::In(url) => {
            let shown = world.shown();
            expect_equal("address", &shown.url.as_str(), &url, &ids)?;
            expect(shown.page.is_wanted, || {
                format!(
                    "expected the wanted page at {url}, but found another ({})",
                    shown.status
                )
            })?;
            expect_equal("state", &view.state, &State::Fixed, &ids)?;
            expect(world.badge().is_empty(), || {
                format!("expected no badge, but found `{}`", world.badge())
            })?;
            expect(last, || "expected this to be the last button".to_owned())
        }
        Then::Past(url) => {
            let shown = world.shown();
            expect_equal("address", &shown.url.as_str(), &url, &ids)?;
            expect(shown.page.is_wanted, || {
                format!(
                    "expected the wanted page at {url}, but found another ({})",
                    shown.status
                )
            })?;
            expect(ids.is_empty(), || {
                format!("expected nothing wrong, but found {ids:?}")
            })?;
            expect(matches!(view.state, State::Clear | State::Fixed), || {
                format!("expected no wall, but found {:?}", view.state)
            })
        }
        Then::Still(top, next) => {
            expect_equal("state", &view.state, &State::Wall, &ids)?;
            expect_equal("top finding", &ids.first().copied(), &Some(top), &ids)?;
            expect_equal(
                "next remedy",
                &primary(&view).map(|remedy| remedy.id.as_str()),
                &Some(next),
                &ids,
            )
        }
    }
}

/// The button to press.
pub(crate) fn primary(view: &View) -> Option<&RemedyView> {
    view.findings
        .iter()
        .flat_map(|finding| &finding.remedies)
        .find(|remedy| remedy.primary)
}

pub(crate) fn expect(holds: bool, trouble: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(trouble()) }
}

fn expect_equal<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: &T,
    expected: &T,
    ids: &[&str],
) -> Outcome {
    expect(found == expected, || {
        format!("expected {what} {expected:?}, but found {found:?} (findings: {ids:?})")
    })
}
