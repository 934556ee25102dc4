//! Stories of every wall, told by a plain HTTP client: how one gets stuck, that the right fix gets in, that wrong ones do not.

mod browser;
mod facts;
mod house;

use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::Lab;
use super::serve::PREFS_PATH;
use super::table::{WALLS, wall};
use super::wall::{Meddler, Server, State, Wall};
use browser::Browser;

/// Tells the whole story of a wall.
async fn story(lab: &Lab, wall: &'static Wall) -> anyhow::Result<()> {
    right_fix(lab, wall)
        .await
        .with_context(|| format!("{}: the right fix", wall.id))?;
    for fix in wall.wrong_fixes {
        lab.reset(wall);
        let mut browser = stuck(lab, wall).await?;
        browser
            .wrong_fix(fix)
            .await
            .with_context(|| format!("{}: {fix:?}", wall.id))?;
        ensure!(
            !browser.is_in(),
            "{}: expected {fix:?} to leave the person outside",
            wall.id
        );
    }
    Ok(())
}

/// A browser that met the wall, with preferences kept there before.
async fn stuck<'a>(lab: &'a Lab, wall: &'static Wall) -> anyhow::Result<Browser<'a>> {
    let mut browser = Browser::new(lab, wall);
    if wall.server != Server::Squid {
        browser.open(wall.host, PREFS_PATH).await?;
        ensure!(
            browser.jar.len() == 1,
            "expected the preferences to be kept, but found {:?}",
            browser.jar
        );
    }
    for step in wall.setup {
        browser
            .step(step)
            .await
            .with_context(|| format!("{}: setup {step:?}", wall.id))?;
    }
    let stopped = wall.states.contains(&State::Wall);
    ensure!(
        browser.is_in() != stopped,
        "{}: expected stopped to be {stopped}",
        wall.id
    );
    Ok(browser)
}

async fn right_fix(lab: &Lab, wall: &'static Wall) -> anyhow::Result<()> {
    lab.reset(wall);
    let mut browser = stuck(lab, wall).await?;
    facts::check(wall, &browser)?;
    let before = browser.jar.clone();
    browser.remedy(wall.remedy).await?;
    for step in wall.then {
        browser
            .step(step)
            .await
            .with_context(|| format!("then {step:?}"))?;
    }
    ensure!(
        browser.is_in() == wall.gets_in,
        "expected to get in: {}",
        wall.gets_in
    );
    // The prefs and every other cookie the table does not give free must still be there.
    for cookie in before {
        let free = wall
            .may_remove
            .iter()
            .any(|fix| fix.covers(&cookie.name, &cookie.domain));
        let there = browser
            .jar
            .iter()
            .any(|kept| kept.name == cookie.name && kept.domain == cookie.domain);
        ensure!(
            there || free,
            "expected the cookie `{}` to stay",
            cookie.name
        );
    }
    // In for good, not by luck: three more loads.
    for _ in 0..3 {
        if wall.gets_in {
            browser.open_wanted().await?;
            ensure!(browser.is_in(), "expected to stay in");
        }
    }
    Ok(())
}

/// Walls made of what only a browser has: a cache, a service worker, a page that stays open. The walk alone tells them.
const BROWSERS_ALONE: [&str; 5] = [
    "far-detour",
    "offline-copy",
    "old-detour",
    "signed-out-behind",
    "works-offline",
];

/// One test for each wall of the lab's own servers.
macro_rules! stories {
    ($($name:ident $id:literal)*) => {
        $(
            #[tokio::test]
            async fn $name() -> anyhow::Result<()> {
                let lab = Lab::start_own().await?;
                story(&lab, wall($id).context("expected a row")?).await
            }
        )*

        /// No own wall without its story, but those about the browser itself.
        #[test]
        fn every_own_wall_has_a_story() {
            let told = [$($id),*];
            let own = WALLS.iter().filter(|wall| matches!(wall.server, Server::Lab | Server::LabTls));
            let plain = own.filter(|wall| !BROWSERS_ALONE.contains(&wall.id) && wall.meddler == Meddler::None);
            assert_eq!(plain.map(|wall| wall.id).collect::<Vec<_>>(), told);
        }
    };
}

stories! {
    stale_loop "stale-loop"
    expired "expired"
    expired_route "expired-route"
    expired_https "expired-https"
    members "members"
    endless_loop "loop"
    wrong_password "wrong-password"
    spa_token "spa-token"
    spa_revoked "spa-revoked"
    scope "scope"
    forbidden "forbidden"
    old_form "old-form"
    two_cookies "two-cookies"
    busy "busy"
    locked "locked"
    no_challenge "no-challenge"
    bad_challenge "bad-challenge"
    plain_basic "plain-basic"
    broken "broken"
    healthy "healthy"
    handshake "handshake"
    stale_nonce "stale-nonce"
    secure_cookie "secure-cookie"
    secure_leftover "secure-leftover"
    two_names "two-names"
    strict_link "strict-link"
    form_relay "form-relay"
    cookies_off "cookies-off"
    grown_cookie "grown-cookie"
    crowded_jar "crowded-jar"
    shared_port "shared-port"
    late_hand_off "late-hand-off"
    bookmarked_sign_in "bookmarked-sign-in"
    other_account "other-account"
    edge_guard "edge-guard"
    network_changed "network-changed"
    robot_check "robot-check"
    wrong_clock "wrong-clock"
    hotspot "hotspot"
    used_link "used-link"
    step_up "step-up"
    odd_scheme "odd-scheme"
    work_sign_in "work-sign-in"
    two_gates "two-gates"
    password_in_address "password-in-address"
    misdirected "misdirected"
    dead_token "dead-token"
}

#[tokio::test]
#[expect(clippy::print_stderr, reason = "a test that could not run must say so")]
async fn walls_of_servers_that_are_not_ours() -> anyhow::Result<()> {
    let lab = Lab::start().await?;
    let foreign = WALLS
        .iter()
        .filter(|wall| !matches!(wall.server, Server::Lab | Server::LabTls));
    for wall in foreign {
        if lab.runs(wall) {
            story(&lab, wall).await?;
            logged(&lab, wall).await?;
        } else {
            eprintln!("not run: {} ({:?} is not installed)", wall.id, wall.server);
        }
    }
    Ok(())
}

/// The server in front logged what stopped the person, names only, and went on logging after a reset.
async fn logged(lab: &Lab, wall: &'static Wall) -> anyhow::Result<()> {
    lab.reset(wall);
    let browser = stuck(lab, wall).await?;
    let met = browser.page()?;
    let by = wall.server.name();
    // A server may write its line after the answer: wait for the line.
    let found = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            let requests = lab.requests(wall);
            let line = requests
                .iter()
                .find(|line| line.by == by && line.status == met.status);
            if line.is_some() {
                return requests;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let requests = found.await.with_context(|| {
        format!(
            "{}: expected a line of {by}: {:?}",
            wall.id,
            lab.requests(wall)
        )
    })?;
    let text = format!("{requests:?}");
    ensure!(
        !text.contains("s3cret") && !text.contains('\0'),
        "{}: expected names only, but found {text}",
        wall.id
    );
    Ok(())
}
