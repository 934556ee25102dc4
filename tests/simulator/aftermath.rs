//! What comes after a press when something goes wrong: the browser keeps a cookie or refuses a step, the worker stops
//! before a removal is carried out, the time for an undo runs out, an address has a password in it.

use readmit::event::Browser;
use readmit::view::State;

use crate::browser::{Order, Simulator};
use crate::jar::Cookie;
use crate::server::Response;
use crate::sites::{Accounts, HttpLogin};
use crate::story::{RIGHT, SECRET, primary};
use crate::worker::Worker;

const BOTH: [Browser; 2] = [Browser::Chromium, Browser::Firefox];

fn world(browser: Browser) -> Simulator {
    Simulator::new(browser, Order::ALL[0], Box::new(Worker::new(browser)))
}

fn message(world: &Simulator) -> Option<&'static str> {
    world.view().message.map(|message| message.id)
}

/// A dead session that the sign-in page trusts: the button removes it.
fn stuck(world: &mut Simulator) {
    let site = Accounts {
        form_trusts_any_cookie: true,
        ..Accounts::new()
    };
    world.serve(&["app.test"], move |request| site.answer(request));
    world.has_cookie(
        "https://app.test/",
        "sid=hush-dead; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=90000",
    );
    world.opens("https://app.test/");
    world.waits(5_000);
    assert_eq!(
        primary(&world.view()).map(|remedy| remedy.id.as_str()),
        Some("remove-cookies")
    );
}

#[test]
fn a_cookie_that_the_browser_keeps_is_named_and_nothing_is_called_fixed() {
    for browser in BOTH {
        let mut world = world(browser);
        world.stubborn = vec!["sid"];
        stuck(&mut world);
        world.applies("remove-cookies");
        world.waits(5_000);
        assert_eq!(message(&world), Some("left-over"), "{browser:?}");
        assert_eq!(world.view().state, State::Wall);
        assert!(
            world.view().undo.is_none() && world.snapshots.is_empty(),
            "nothing was removed, nothing is to be undone"
        );
    }
}

#[test]
fn a_browser_that_refuses_to_forget_a_login_is_not_believed_to_have_done_it() {
    let mut world = world(Browser::Chromium);
    world.refuses_to_forget = true;
    world.serve(&["files.test"], |request| {
        HttpLogin::basic().answer(request)
    });
    world.opens("https://files.test/");
    world.types("guest", RIGHT);
    world.opens("https://files.test/admin");
    world.waits(5_000);
    world.applies("forget-http-login");
    world.waits(5_000);
    assert_eq!(message(&world), Some("browser-refused"));
    assert_eq!(world.view().state, State::Wall);
    assert_eq!(world.logins.0.len(), 1);
}

#[test]
fn forgetting_a_login_touches_that_origin_and_no_cookie() {
    let mut world = world(Browser::Chromium);
    world.serve(&["files.test"], |request| {
        HttpLogin::basic().answer(request)
    });
    world.has_cookie(
        "https://files.test/",
        "prefs=hush-wide; Path=/; Max-Age=90000",
    );
    world.has_login("https://other.test/", "Other", "bob", "hush-bob");
    let cookies: Vec<Cookie> = world.jar.cookies.clone();
    world.opens("https://files.test/");
    world.types("guest", RIGHT);
    world.opens("https://files.test/admin");
    world.waits(5_000);
    world.applies("forget-http-login");
    assert_eq!(world.forgotten, ["https://files.test"]);
    assert_eq!(world.jar.cookies, cookies);
    assert!(
        world
            .logins
            .0
            .iter()
            .any(|login| login.origin == "https://other.test")
    );
}

#[test]
fn an_undo_is_offered_for_a_quarter_of_an_hour_and_then_the_copies_are_gone() {
    for browser in BOTH {
        let mut world = world(browser);
        stuck(&mut world);
        world.applies("remove-cookies");
        world.signs_in("ann", RIGHT);
        assert_eq!(world.view().state, State::Fixed);
        assert_eq!(world.view().undo.map(|undo| undo.count), Some(1));
        assert_eq!(world.snapshots.len(), 1);
        world.waits(14 * 60_000);
        assert!(world.view().undo.is_some());
        world.waits(2 * 60_000);
        assert!(world.view().undo.is_none(), "{browser:?}");
        assert!(
            world.snapshots.is_empty(),
            "expected no cookie value kept any longer"
        );
    }
}

#[test]
fn a_second_undo_does_nothing() {
    for browser in BOTH {
        let mut world = world(browser);
        stuck(&mut world);
        let before = world.jar.cookies.clone();
        world.applies("remove-cookies");
        world.undoes();
        world.undoes();
        assert_eq!(message(&world), Some("put-back"));
        assert!(
            before
                .iter()
                .all(|old| world.jar.cookies.iter().any(|new| new.same_but_age(old))),
            "{browser:?}"
        );
    }
}

#[test]
fn a_remedy_that_is_not_on_offer_does_nothing() {
    for browser in BOTH {
        let mut world = world(browser);
        world.serve(&["app.test"], |_| Response::wanted());
        world.has_cookie("https://app.test/", "sid=hush-alive; Path=/");
        world.opens("https://app.test/");
        for remedy in [
            "remove-cookies",
            "clear-site-cookies",
            "forget-http-login",
            "no-such-remedy",
            "",
        ] {
            world.applies(remedy);
        }
        assert!(world.removed.is_empty() && world.forgotten.is_empty());
        assert_eq!(world.jar.cookies.len(), 1);
        assert_eq!(world.view().state, State::Clear);
    }
}

#[test]
fn a_password_in_an_address_is_never_written_down() {
    for browser in BOTH {
        let mut world = world(browser);
        world.serve(&["files.test"], |request| {
            HttpLogin::basic().answer(request)
        });
        world.opens("https://ann:hush-wrong@files.test/report?token=hush-token#hush");
        world.waits(5_000);
        assert_eq!(world.view().state, State::Wall, "{browser:?}");
        assert!(
            !world.written().contains(SECRET),
            "{browser:?}: {}",
            world.written()
        );
    }
}

#[test]
fn without_the_right_to_see_sites_nothing_is_claimed() {
    let mut world = world(Browser::Firefox);
    world.emit(readmit::event::Event::Access { granted: false });
    assert_eq!(world.view().state, State::NoAccess);
}

#[test]
fn a_removal_that_was_lost_with_the_worker_is_carried_out_when_it_wakes() {
    use readmit::engine::Engine;
    use readmit::event::{Effect, Event};
    let mut world = world(Browser::Chromium);
    stuck(&mut world);
    let mut engine = Worker::woken(Browser::Chromium, &world.state());
    let tab_id = world.tab;
    let asked = engine.step(Event::Apply {
        tab_id,
        remedy: "remove-cookies".to_owned(),
        time: world.now,
    });
    let wanted = asked
        .iter()
        .find(|effect| matches!(effect, Effect::RemoveCookies { .. }))
        .expect("a removal");
    // The worker stops here: the removal was asked for and written down, and never carried out.
    let mut woken = Engine::restore(Browser::Chromium, engine.saved());
    let again = woken.resume();
    let (
        Effect::RemoveCookies { cookies: first, .. },
        [
            Effect::RemoveCookies {
                cookies: second, ..
            },
        ],
    ) = (wanted, &again[..])
    else {
        panic!("expected the removal again, but found {again:?}")
    };
    assert_eq!(first, second);
}
