//! Chromium's own prompt as it really goes: the page's exchange ends with 401 below the open prompt, and what is typed
//! goes into the browser's cache before the page is loaded anew under another id, where nothing of it can be seen.

use super::{Engine, TABS_MAX};
use crate::event::{
    Answer, Browser, Effect, Event, Millis, Request, ResourceType, SentFields, TabId,
};
use crate::finding::FindingId;
use crate::view::{State, View};

const TAB: TabId = 7;
const URL: &str = "http://app.test/";

struct Chromium {
    engine: Engine,
    requests: i64,
}

impl Chromium {
    fn new() -> Chromium {
        Chromium {
            engine: Engine::new(Browser::Chromium),
            requests: 0,
        }
    }

    fn request(&self, url: &str) -> Request {
        Request {
            request_id: self.requests.to_string(),
            tab_id: TAB,
            resource_type: ResourceType::MainFrame,
            method: "GET".to_owned(),
            url: url.to_owned(),
            site: Some("app.test".to_owned()),
            initiator: None,
            store: None,
            has_user_info: false,
            time: self.requests * 1000,
        }
    }

    fn step(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.engine.step(event);
        effects.extend(self.engine.changes());
        effects
    }

    /// A load that is answered with `status`; a 401 brings up the prompt.
    fn loads(&mut self, status: u16) {
        self.loads_at(URL, status);
    }

    fn loads_at(&mut self, url: &str, status: u16) {
        self.asks(url);
        let request = self.request(url);
        let www_authenticate = match status {
            401 => vec!["Basic realm=\"Staff\"".to_owned()],
            _ => Vec::new(),
        };
        let answer = Answer {
            status,
            www_authenticate,
            fields_seen: true,
            ..Answer::default()
        };
        self.step(Event::HeadersReceived {
            request: request.clone(),
            answer: answer.clone(),
        });
        if status == 401 {
            self.step(Event::AuthRequired {
                request: request.clone(),
                is_proxy: false,
            });
        }
        self.step(Event::Completed { request, answer });
    }

    /// The next page is asked for.
    fn asks(&mut self, url: &str) {
        self.requests += 1;
        let request = self.request(url);
        self.step(Event::RequestSent {
            request,
            sent: Some(SentFields::default()),
        });
    }

    /// The page is shown as the server sent it.
    fn shown(&mut self) {
        self.step(Event::Committed {
            tab_id: TAB,
            url: URL.to_owned(),
            site: Some("app.test".to_owned()),
            restored: false,
            time: self.requests * 1000 + 1,
        });
    }

    /// Another page is shown, or what the browser tells late of one that was shown before.
    fn shown_at(&mut self, url: &str) {
        self.step(Event::Committed {
            tab_id: TAB,
            url: url.to_owned(),
            site: None,
            restored: false,
            time: self.requests * 1000 + 1,
        });
    }

    /// The browser's own empty page is shown, with the prompt over it.
    fn prompts(&mut self) -> Vec<Effect> {
        self.step(Event::ErrorShown { tab_id: TAB })
    }

    /// The person presses a remedy.
    fn applies(&mut self, remedy: &str) -> Vec<Effect> {
        self.step(Event::Apply {
            tab_id: TAB,
            remedy: remedy.to_owned(),
            time: 1500,
        })
    }

    /// The page on screen answers what it knows of itself: with which status it came, and when it began to load.
    fn tells_of_itself(&mut self, status: Option<u16>, begun: Millis) {
        self.step(Event::PageRead {
            tab_id: TAB,
            origin: "http://app.test".to_owned(),
            stored: Vec::new(),
            worker: false,
            caches: false,
            offline: false,
            status,
            asks: false,
            begun,
            time: 9000,
        });
    }

    fn view(&self) -> View {
        self.engine.view(TAB)
    }

    fn top(&self) -> Option<FindingId> {
        self.view().findings.first().map(|finding| finding.id)
    }
}

#[test]
fn a_prompt_that_comes_back_has_refused_what_was_typed() {
    let mut browser = Chromium::new();
    browser.loads(401);
    browser.prompts();
    assert_eq!(browser.top(), Some(FindingId::SignInRequired));
    browser.loads(401);
    browser.prompts();
    assert_eq!(browser.top(), Some(FindingId::CredentialsRejected));
}

#[test]
fn what_is_told_late_of_the_page_before_is_not_taken_for_the_new_one() {
    // An empty tab, and a page that was asked for in it: its requests may be told first.
    let mut browser = Chromium::new();
    browser.loads(403);
    browser.shown_at("about:blank");
    browser.shown();
    assert_eq!(browser.top(), Some(FindingId::PermissionDenied));
    // The same with a page of a site before.
    let mut browser = Chromium::new();
    browser.loads(200);
    let before = browser.requests;
    browser.loads_at("http://app.test/shut", 403);
    assert_eq!(browser.requests, before + 1);
    browser.shown();
    browser.shown_at("http://app.test/shut");
    assert_eq!(browser.top(), Some(FindingId::PermissionDenied));
    // Behind the page's own coming, another page is another page.
    browser.shown_at("about:blank");
    assert_eq!(browser.top(), None);
}

#[test]
fn a_page_that_is_told_twice_over_is_still_the_page_that_is_known() {
    // A form that posts to its own address: the page with the form is told only when its answer is on the way.
    let mut browser = Chromium::new();
    browser.loads(200);
    browser.loads(403);
    browser.shown();
    browser.shown();
    assert_eq!(browser.top(), Some(FindingId::PermissionDenied));
    assert_eq!(browser.view().state, State::Wall);
}

#[test]
fn a_page_is_not_taken_for_the_next_load_of_it_that_was_asked_for_since() {
    let mut browser = Chromium::new();
    browser.loads(403);
    browser.asks(URL);
    let late = browser.step(Event::Committed {
        tab_id: TAB,
        url: URL.to_owned(),
        site: Some("app.test".to_owned()),
        restored: false,
        time: 1500,
    });
    assert_eq!(late, []);
    let tab = browser.engine.tab(TAB).expect("a tab");
    assert!(tab.asked, "the page that was asked for is still to come");
}

#[test]
fn a_page_that_is_told_before_its_own_request_keeps_the_form_that_it_came_from() {
    let answered = |told_early: bool| {
        let mut browser = Chromium::new();
        browser.loads_at("http://app.test/form", 200);
        browser.shown_at("http://app.test/form");
        if told_early {
            browser.shown_at("http://app.test/sent");
        }
        browser.loads_at("http://app.test/sent", 403);
        if !told_early {
            browser.shown_at("http://app.test/sent");
        }
        let tab = browser.engine.tab(TAB).expect("a tab");
        let page = tab.page.as_ref().map(|page| page.address.path().to_owned());
        (page, browser.top())
    };
    assert_eq!(answered(true), answered(false));
    assert_eq!(answered(true).0.as_deref(), Some("/form"));
}

#[test]
fn who_went_back_to_a_page_wants_that_page() {
    let mut browser = Chromium::new();
    browser.loads_at("http://app.test/first", 200);
    browser.shown_at("http://app.test/first");
    browser.loads_at("http://app.test/second", 200);
    browser.shown_at("http://app.test/second");
    browser.step(Event::Committed {
        tab_id: TAB,
        url: "http://app.test/first".to_owned(),
        site: Some("app.test".to_owned()),
        restored: true,
        time: 9000,
    });
    let tab = browser.engine.tab(TAB).expect("a tab");
    assert_eq!(tab.wanted.as_ref().map(|it| it.path()), Some("/first"));
    assert_eq!(tab.address().map(|it| it.path()), Some("/first"));
}

#[test]
fn a_cancelled_prompt_has_refused_nothing() {
    let mut browser = Chromium::new();
    browser.loads(401);
    browser.prompts();
    browser.loads(401);
    browser.shown();
    assert_eq!(browser.top(), Some(FindingId::SignInRequired));
    browser.loads(401);
    browser.prompts();
    assert_eq!(browser.top(), Some(FindingId::SignInRequired));
}

#[test]
fn the_prompt_that_a_remedy_brings_up_has_refused_nothing() {
    let mut browser = Chromium::new();
    browser.loads(401);
    browser.prompts();
    browser.applies("sign-in");
    browser.loads(401);
    browser.prompts();
    assert_eq!(browser.top(), Some(FindingId::SignInRequired));
    assert!(browser.view().progress.is_some());
}

#[test]
fn an_accepted_name_is_known_although_it_is_never_seen() {
    let mut browser = Chromium::new();
    browser.loads(401);
    browser.prompts();
    browser.loads(200);
    browser.shown();
    assert_eq!(browser.top(), Some(FindingId::InsecureCredentials));
    browser.loads(403);
    browser.shown();
    assert_eq!(browser.top(), Some(FindingId::HttpLoginStuck));
}

#[test]
fn the_badge_is_set_again_over_an_error_page() {
    let mut browser = Chromium::new();
    browser.loads(401);
    let wanted = Effect::SetBadge {
        tab_id: TAB,
        text: "!".to_owned(),
        wall: true,
    };
    assert!(browser.prompts().contains(&wanted));
}

#[test]
fn a_prompt_that_is_cancelled_after_the_remedy_is_not_yet_in() {
    let mut browser = Chromium::new();
    browser.loads(401);
    browser.prompts();
    browser.applies("sign-in");
    browser.loads(401);
    browser.prompts();
    browser.loads(401);
    browser.shown();
    assert!(browser.view().progress.is_none());
    assert_eq!(
        browser.view().message.map(|message| message.id),
        Some("not-yet")
    );
}

/// What a worker that wakes with what `browser` had written down finds to be under way.
fn resumed(browser: &Chromium) -> Chromium {
    Chromium {
        engine: Engine::restore(Browser::Chromium, browser.engine.saved()),
        requests: browser.requests,
    }
}

#[test]
fn a_page_that_was_asked_for_and_not_opened_is_opened_when_the_worker_wakes() {
    let mut browser = Chromium::new();
    browser.loads(401);
    browser.prompts();
    let asked = browser.applies("sign-in");
    let mut woken = resumed(&browser);
    let again = woken.engine.resume();
    assert!(matches!(again[..], [Effect::Navigate { .. }]), "{again:?}");
    assert!(asked.contains(&again[0]));
    assert_eq!(woken.engine.resume(), []);
}

/// The page that is on screen is asked what became of it.
fn asks_the_page() -> Effect {
    Effect::ReadPage {
        tab_id: TAB,
        origin: "http://app.test".to_owned(),
    }
}

#[test]
fn a_page_whose_end_was_told_to_nobody_tells_of_it_itself() {
    let told = |begun: Millis| {
        let mut browser = Chromium::new();
        browser.loads(503);
        browser.applies("reload");
        browser.requests += 1;
        let request = browser.request(URL);
        browser.step(Event::RequestSent {
            request,
            sent: Some(SentFields::default()),
        });
        // Here the worker is stopped, and the page loads. Another tab wakes a new one.
        let mut woken = resumed(&browser);
        assert_eq!(woken.engine.resume(), [asks_the_page()]);
        woken.tells_of_itself(Some(200), begun);
        woken.view().state
    };
    assert_eq!(told(1990), State::Fixed);
    // The page that was there before.
    assert_eq!(told(1000), State::Working);
}

#[test]
fn a_page_whose_requests_were_told_to_nobody_tells_of_itself() {
    let told = |status: Option<u16>| {
        let mut browser = Chromium::new();
        browser.loads(503);
        browser.shown();
        browser.applies("reload");
        // The worker is stopped while the page loads: the new one hears that it is shown, and nothing before.
        let mut woken = resumed(&browser);
        woken.shown();
        woken.tells_of_itself(status, 1990);
        woken.view().state
    };
    assert_eq!(told(Some(200)), State::Fixed);
    assert_eq!(told(Some(503)), State::Wall);
    assert_eq!(told(None), State::Working);
}

#[test]
fn a_page_that_was_asked_for_twice_is_still_the_remedys_own() {
    let mut browser = Chromium::new();
    browser.loads(503);
    browser.shown();
    browser.applies("reload");
    let mut woken = resumed(&browser);
    assert!(matches!(
        woken.engine.resume()[..],
        [Effect::Navigate { .. }]
    ));
    woken.loads(200);
    assert_eq!(woken.view().state, State::Fixed);
    woken.loads(200);
    woken.shown();
    assert_eq!(woken.view().state, State::Fixed);
    // The person's own next page ends the story.
    woken.loads(200);
    assert_eq!(woken.view().state, State::Clear);
}

#[test]
fn a_page_that_has_begun_to_load_is_not_opened_again() {
    let mut browser = Chromium::new();
    browser.loads(401);
    browser.prompts();
    browser.applies("sign-in");
    // The very event that wakes the worker is the load's first.
    let mut woken = resumed(&browser);
    woken.requests += 1;
    let request = woken.request(URL);
    woken.step(Event::RequestSent {
        request,
        sent: Some(SentFields::default()),
    });
    assert_eq!(woken.engine.resume(), [asks_the_page()]);
    assert_eq!(resumed(&woken).engine.resume(), [asks_the_page()]);
    // A page that a service worker answers is only ever shown.
    let mut woken = resumed(&browser);
    woken.shown();
    assert_eq!(woken.engine.resume(), []);
    // The browser's own page says that nothing came.
    let mut woken = resumed(&browser);
    woken.prompts();
    assert_eq!(woken.engine.resume(), []);
}

#[test]
fn a_choice_that_wakes_the_worker_is_carried_out_once() {
    let mut browser = Chromium::new();
    browser.loads(401);
    browser.prompts();
    let mut woken = resumed(&browser);
    woken.applies("sign-in");
    assert_eq!(woken.engine.resume(), []);
}

#[test]
fn what_is_told_of_a_closed_tab_brings_nothing_back() {
    let mut browser = Chromium::new();
    browser.loads(401);
    let closed = browser.step(Event::TabClosed { tab_id: TAB });
    assert!(closed.contains(&Effect::Forget { tab_id: TAB }));
    // Firefox tells of the request's end after the tab is gone.
    browser.requests += 1;
    let request = browser.request(URL);
    let late = browser.step(Event::RequestSent {
        request,
        sent: Some(SentFields::default()),
    });
    assert_eq!(late, []);
    assert!(browser.engine.saved().tabs.is_empty());
}

#[test]
fn a_tab_that_has_to_make_room_is_forgotten_everywhere() {
    let mut browser = Chromium::new();
    let mut forgotten = Vec::new();
    for tab_id in 0..=i64::try_from(TABS_MAX).expect("a count of tabs") {
        browser.requests += 1;
        let request = Request {
            tab_id,
            ..browser.request(URL)
        };
        let effects = browser.step(Event::RequestSent {
            request,
            sent: None,
        });
        forgotten.extend(
            effects
                .into_iter()
                .filter(|effect| matches!(effect, Effect::Forget { .. })),
        );
    }
    assert_eq!(forgotten, [Effect::Forget { tab_id: 0 }]);
}

#[test]
fn a_remedy_whose_page_does_not_answer_has_not_worked() {
    let mut browser = Chromium::new();
    browser.loads(503);
    browser.applies("reload");
    assert_eq!(browser.view().state, State::Working);
    browser.requests += 1;
    let request = browser.request(URL);
    browser.step(Event::RequestSent {
        request: request.clone(),
        sent: Some(SentFields::default()),
    });
    browser.step(Event::Failed {
        request,
        error: "net::ERR_CONNECTION_REFUSED".to_owned(),
    });
    let view = browser.view();
    assert_eq!(view.progress, None);
    assert_eq!(view.message.map(|message| message.id), Some("not-yet"));
}
