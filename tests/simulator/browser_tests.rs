//! The browser's own tests: it tells exactly the events that each real browser tells, and keeps what each keeps.

use std::cell::RefCell;
use std::rc::Rc;

use readmit::event::{Browser, Effect, Event, JarCookie, TabId, Timer, Travel};
use readmit::view::View;

use crate::browser::{FIRST_TAB, Fetch, MORNING, Order, Simulator, Watcher};
use crate::server::{Request, Response};

/// Writes down the events in short, and wishes what the test tells it to.
#[derive(Clone, Default)]
struct Recorder(Rc<RefCell<Notes>>);

#[derive(Default)]
struct Notes {
    events: Vec<String>,
    wishes: Vec<Effect>,
}

impl Watcher for Recorder {
    fn step(&mut self, event: Event) -> Vec<Effect> {
        let mut notes = self.0.borrow_mut();
        notes.events.push(short(&event));
        notes.wishes.drain(..).collect()
    }

    fn view(&self, _: TabId) -> View {
        View::default()
    }

    fn restart(&mut self) -> Vec<Effect> {
        Vec::new()
    }

    fn saved(&self) -> String {
        String::new()
    }
}

fn short(event: &Event) -> String {
    let path = |url: &str| {
        url.split_once(".test")
            .map_or(url.to_owned(), |(_, path)| path.to_owned())
    };
    match event {
        Event::RequestSent { request, sent } => {
            let sent = sent.clone().unwrap_or_default();
            let scheme = sent
                .authorization
                .map(|a| format!(" {}", a.scheme))
                .unwrap_or_default();
            let cookies: Vec<_> = sent
                .cookies
                .iter()
                .map(|c| format!(" {}", c.name))
                .collect();
            format!(
                "sent {} {}{scheme}{}",
                request.method,
                path(&request.url),
                cookies.concat()
            )
        }
        Event::HeadersReceived { answer, .. } => format!("headers {}", answer.status),
        Event::AuthRequired { .. } => "auth-required".to_owned(),
        Event::Redirected { status, to, .. } => format!("redirected {status} {}", path(to)),
        Event::Completed { answer, .. } => format!("completed {}", answer.status),
        Event::Failed { error, .. } => format!("failed {error}"),
        Event::Committed { url, .. } => format!("committed {}", path(url)),
        other => format!("{other:?}")
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

fn simulator(browser: Browser, order: Order) -> (Simulator, Recorder) {
    let recorder = Recorder::default();
    (
        Simulator::new(browser, order, Box::new(recorder.clone())),
        recorder,
    )
}

fn plain(browser: Browser) -> (Simulator, Recorder) {
    simulator(browser, Order::ALL[0])
}

impl Recorder {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.borrow_mut().events)
    }

    fn wish(&self, effect: Effect) {
        self.0.borrow_mut().wishes.push(effect);
    }
}

fn basic(request: &Request) -> Response {
    match request.login() {
        Some(("ann", "right")) => Response::wanted(),
        _ => Response::challenge("Basic realm=\"Lab\""),
    }
}

#[test]
fn chromium_ends_an_answered_challenge_under_one_id_without_new_headers() {
    let (mut browser, events) = plain(Browser::Chromium);
    browser.serve(&["a.test"], basic);
    browser.opens("http://a.test/");
    assert!(browser.has_prompt());
    assert_eq!(
        events.take(),
        ["sent GET /", "headers 401", "auth-required"]
    );
    browser.types("ann", "wrong");
    assert_eq!(events.take(), ["auth-required"]);
    browser.types("ann", "right");
    assert_eq!(events.take(), ["completed 200", "committed /"]);
    browser.opens("http://a.test/");
    assert_eq!(
        events.take(),
        ["sent GET /", "headers 200", "completed 200", "committed /"]
    );
}

#[test]
fn firefox_repeats_the_request_and_shows_what_it_adds() {
    let (mut browser, events) = plain(Browser::Firefox);
    browser.serve(&["a.test"], basic);
    browser.opens("http://a.test/");
    assert_eq!(events.take(), ["sent GET /", "headers 401"]);
    browser.types("ann", "wrong");
    browser.types("ann", "right");
    assert_eq!(
        events.take(),
        [
            "sent GET / Basic",
            "headers 401",
            "sent GET / Basic",
            "headers 200",
            "completed 200",
            "committed /"
        ]
    );
    browser.opens("http://a.test/x");
    assert_eq!(
        events.take().first().map(String::as_str),
        Some("sent GET /x Basic")
    );
}

#[test]
fn a_cancelled_prompt_shows_the_answer_and_one_left_behind_aborts() {
    for (browser, word) in [
        (Browser::Chromium, "net::ERR_ABORTED"),
        (Browser::Firefox, "NS_BINDING_ABORTED"),
    ] {
        let (mut browser, events) = plain(browser);
        browser.serve(&["a.test"], basic);
        browser.serve(&["b.test"], |_| Response::wanted());
        browser.opens("http://a.test/");
        browser.cancels();
        assert_eq!(
            events.take().split_off(2).last().map(String::as_str),
            Some("committed /")
        );
        browser.reloads();
        events.take();
        browser.opens("http://b.test/");
        assert_eq!(events.take().first(), Some(&format!("failed {word}")));
        assert_eq!(browser.shown().url.as_str(), "http://b.test/");
    }
}

#[test]
fn firefox_forgets_a_login_at_an_address_with_another_name() {
    let (mut browser, events) = plain(Browser::Firefox);
    browser.serve(&["a.test"], basic);
    browser.has_login("http://a.test/", "Lab", "ann", "right");
    browser.opens("http://x:x@a.test/");
    assert_eq!(events.take(), ["sent GET / Basic", "headers 401"]);
    assert!(browser.has_prompt());
    assert!(browser.logins.0.iter().all(|login| login.user != "x"));
}

#[test]
fn redirects_change_methods_carry_cookies_and_end_at_twenty() {
    for (browser, word) in [
        (Browser::Chromium, "net::ERR_ABORTED"),
        (Browser::Firefox, "NS_ERROR_REDIRECT_LOOP"),
    ] {
        let (mut browser, events) = plain(browser);
        browser.serve(&["a.test"], |request| match request.path() {
            "/form" => Response::status(200).form("/post", &[("csrf", "1")]),
            "/post" if request.method == "POST" => {
                Response::redirect(303, "/done").set_cookie("s=1; Path=/")
            }
            "/keep" => Response::redirect(307, "/post"),
            "/loop" => Response::found("/loop"),
            _ => Response::wanted(),
        });
        browser.opens("http://a.test/form");
        events.take();
        browser.submits(&[("user", "ann")]);
        assert_eq!(
            events.take(),
            [
                "sent POST /post",
                "headers 303",
                "redirected 303 /done",
                "sent GET /done s",
                "headers 200",
                "completed 200",
                "committed /done"
            ]
        );
        browser.opens("http://a.test/loop");
        let told = events.take();
        assert_eq!(
            told.iter().filter(|e| e.starts_with("redirected")).count(),
            20
        );
        assert_eq!(told.last(), Some(&format!("failed {word}")));
    }
}

#[test]
fn background_requests_are_seen_cheaply_until_the_tab_is_watched() {
    for browser in [Browser::Chromium, Browser::Firefox] {
        let (mut browser, events) = plain(browser);
        browser.serve(&["a.test"], |request| match request.path() {
            "/bad" => Response::json(401).set_cookie("s=1"),
            _ => Response::wanted(),
        });
        browser.opens("http://a.test/");
        events.take();
        assert_eq!(browser.fetches(Fetch::get("/good")), 200);
        assert_eq!(browser.fetches(Fetch::get("/bad")), 401);
        assert_eq!(events.take(), ["completed 401"]);
        events.wish(Effect::Watch { tab_id: FIRST_TAB });
        browser.fetches(Fetch::get("/bad"));
        events.take();
        browser.fetches(Fetch::get("/good").with(crate::server::Authorization::bearer("t")));
        assert_eq!(events.take(), ["sent GET /good Bearer s", "completed 200"]);
    }
}

#[test]
fn the_order_of_commit_and_completion_is_the_tests_choice() {
    let (mut browser, events) = simulator(
        Browser::Chromium,
        Order {
            commits_first: true,
            answers_late: false,
        },
    );
    browser.serve(&["a.test"], |_| Response::wanted());
    browser.opens("http://a.test/");
    assert_eq!(
        events.take(),
        ["sent GET /", "headers 200", "committed /", "completed 200"]
    );
}

#[test]
fn strict_cookies_stay_behind_on_a_link_and_on_its_reload_but_not_when_the_extension_goes() {
    let (mut browser, events) = plain(Browser::Chromium);
    browser.serve(&["a.test", "b.test"], |_| Response::wanted());
    browser.has_cookie("https://a.test/", "s=1; SameSite=Strict");
    browser.opens("https://b.test/");
    events.take();
    let first = |events: &Recorder| events.take().first().cloned().unwrap_or_default();
    browser.clicks("https://a.test/");
    assert_eq!(first(&events), "sent GET /");
    browser.reloads();
    assert_eq!(first(&events), "sent GET /");
    events.wish(Effect::Navigate {
        tab_id: FIRST_TAB,
        url: "https://a.test/".to_owned(),
        travel: Travel::Here,
        store: None,
    });
    browser.undoes();
    assert_eq!(
        events.take().get(1).map(String::as_str),
        Some("sent GET / s")
    );
}

#[test]
fn effects_are_carried_out_and_answered() {
    for order in Order::ALL {
        let (mut browser, events) = simulator(Browser::Chromium, order);
        browser.serve(&["a.test"], |_| Response::wanted());
        browser.has_cookie(
            "https://www.a.test/",
            "s=1; Domain=a.test; HttpOnly; Secure; Max-Age=999999",
        );
        browser.has_cookie("https://www.a.test/", "s=2");
        let before = browser.jar.cookies.clone();
        let listed: Vec<JarCookie> = before.iter().map(crate::jar::Cookie::listed).collect();
        let expires = MORNING + 1000;
        events.wish(Effect::RemoveCookies {
            tab_id: FIRST_TAB,
            cookies: vec![listed[0].clone()],
            store: None,
            expires,
        });
        browser.opens("https://a.test/");
        assert!(events.take().contains(&"Removed".to_owned()));
        assert_eq!(browser.jar.cookies, before[1..]);
        events.wish(Effect::Restore { tab_id: FIRST_TAB });
        browser.undoes();
        assert_eq!(events.take(), ["Undo", "Restored"]);
        assert!(
            before
                .iter()
                .all(|old| browser.jar.cookies.iter().any(|new| new.same_but_age(old)))
        );
    }
}

#[test]
fn timers_fire_in_order_at_the_time_that_the_test_lets_pass() {
    let (mut browser, events) = plain(Browser::Firefox);
    browser.serve(&["a.test"], |_| Response::wanted());
    browser.opens("https://a.test/");
    events.wish(Effect::StartTimer {
        tab_id: FIRST_TAB,
        timer: Timer::Prompt,
        after: 2000,
    });
    events.wish(Effect::StartTimer {
        tab_id: FIRST_TAB,
        timer: Timer::Settle,
        after: 1000,
    });
    browser.undoes();
    events.take();
    browser.waits(1500);
    assert_eq!(events.take(), ["TimerFired"]);
    browser.waits(1000);
    assert_eq!(events.take(), ["TimerFired"]);
}

#[test]
fn going_back_shows_the_kept_page_without_a_request() {
    let (mut browser, events) = plain(Browser::Chromium);
    browser.serve(&["a.test"], |_| Response::wanted());
    browser.opens("https://a.test/1");
    browser.opens("https://a.test/2");
    events.take();
    browser.goes_back();
    assert_eq!(events.take(), ["committed /1"]);
}

#[test]
fn handshakes_run_without_the_person_where_the_computer_signs_in_by_itself() {
    let ntlm = |request: &Request| match &request.authorization {
        Some(crate::server::Authorization::Step { number: 1, .. }) => {
            Response::challenge("NTLM TlRMTVNTUAAC")
        }
        Some(crate::server::Authorization::Step { number: 2, .. }) => Response::wanted(),
        _ => Response::challenge("NTLM"),
    };
    let (mut browser, events) = plain(Browser::Firefox);
    browser.is_integrated = true;
    browser.serve(&["a.test"], ntlm);
    browser.opens("http://a.test/");
    let told = events.take();
    assert_eq!(told.iter().filter(|e| e.starts_with("sent")).count(), 3);
    assert_eq!(told.last().map(String::as_str), Some("committed /"));
}
