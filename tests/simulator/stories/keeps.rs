//! Stories of what the page and the browser keep: remembered detours, pages that stay open when the sign-in has ended.

use std::cell::Cell;
use std::rc::Rc;

use readmit::finding::Confidence::{Certain, Likely, Possible};

use crate::browser::{Fetch, Simulator};
use crate::server::{Request, Response};
use crate::sites::Accounts;
use crate::story::About::{Healthy, NearMiss, Truth};
use crate::story::{Mend, RIGHT, Story, Then, clear, nothing, notice, wall};

/// An app behind a sign-in service: without a live session everything leads there, scripts' requests too.
fn behind_a_service(world: &mut Simulator, knows_person: bool) -> Rc<Cell<bool>> {
    let alive = Rc::new(Cell::new(true));
    let (app, service) = (alive.clone(), alive.clone());
    world.serve(&["board.test"], move |request: &Request| {
        if request.path() == "/enter" {
            return Response::redirect(303, "/").set_cookie("sid=hush-new; Path=/; HttpOnly");
        }
        if app.get() && request.cookie("sid").is_some() {
            return match request.path() {
                "/" => Response::wanted(),
                _ => Response::json(200),
            };
        }
        Response::found("https://id.sso.test/login?next=board")
    });
    let enters = move || {
        service.set(true);
        Response::found("https://board.test/enter")
    };
    world.serve(&["id.sso.test"], move |request| {
        if knows_person || request.method == "POST" {
            return enters();
        }
        Response::status(200).form("/login", &[])
    });
    world.has_cookie("https://board.test/", "sid=hush-old; Path=/; HttpOnly");
    alive
}

/// The page asks in the background, twice.
fn asks(world: &mut Simulator) {
    for _ in 0..2 {
        world.fetches(Fetch::get("/api/feed"));
    }
}

/// A site with accounts, to which the browser remembers a way.
fn accounts(world: &mut Simulator) {
    let site = Accounts::new().knows("hush-alive");
    world.serve(&["app.test"], move |request| site.answer(request));
}

/// A site with accounts whose service worker answers for the front page with what it kept.
fn keeps_a_copy(world: &mut Simulator, copy: fn(&str) -> Option<Response>) {
    accounts(world);
    world.opens("https://app.test/login");
    world.offline.insert("https://app.test".to_owned(), copy);
}

/// The sign-in form, in place of the front page.
fn kept_form(path: &str) -> Option<Response> {
    (path == "/").then(|| Response::status(200).form("/login", &[]))
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "an old copy shows the sign-in form after a sign-in that went well",
        about: Truth("stale-offline-copy"),
        told: |world| {
            keeps_a_copy(world, kept_form);
            world.opens("https://app.test/");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| wall("stale-offline-copy", Likely, "remove-offline-copy"),
        mends: &[Mend {
            press: "remove-offline-copy",
            person: nothing,
            then: Then::In("https://app.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "an old copy shows an error that is long over",
        about: Truth("stale-offline-copy"),
        told: |world| {
            keeps_a_copy(world, |path| (path == "/").then(|| Response::status(503)));
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/");
            world.opens("https://app.test/");
        },
        sees: |_| wall("stale-offline-copy", Certain, "remove-offline-copy"),
        mends: &[Mend {
            press: "remove-offline-copy",
            person: nothing,
            then: Then::In("https://app.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "an app that works offline shows its sign-in form to a stranger",
        about: NearMiss("stale-offline-copy"),
        told: |world| {
            keeps_a_copy(world, kept_form);
            world.opens("https://app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an app that works offline shows its pages, and one comes out of the history",
        about: Healthy,
        told: |world| {
            keeps_a_copy(world, |path| (path != "/login").then(Response::wanted));
            world.opens("https://app.test/");
            world.opens("https://app.test/login");
            world.signs_in("ann", RIGHT);
            world.opens("https://app.test/list");
            world.reloads();
            world.goes_back();
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an old move to the sign-in page is remembered, though the person is signed in",
        about: Truth("cached-redirect"),
        told: |world| {
            accounts(world);
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/");
            world.has_detour("https://app.test/", 301, "/login");
            world.opens("https://app.test/");
        },
        sees: |_| wall("cached-redirect", Certain, "clear-cached-redirect"),
        mends: &[Mend {
            press: "clear-cached-redirect",
            person: nothing,
            then: Then::In("https://app.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "an old move to the sign-in page is remembered, and the person has to sign in anyway",
        about: Truth("cached-redirect"),
        told: |world| {
            accounts(world);
            world.has_detour("https://app.test/inbox", 308, "/login");
            world.opens("https://app.test/inbox");
        },
        sees: |_| wall("cached-redirect", Certain, "clear-cached-redirect"),
        mends: &[Mend {
            press: "clear-cached-redirect",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/inbox"),
            touches: &[],
        }],
    },
    Story {
        name: "an old move leads to a page that is gone",
        about: Truth("cached-redirect"),
        told: |world| {
            world.serve(&["app.test"], |request| match request.path() {
                "/" => Response::wanted(),
                _ => Response::status(404),
            });
            world.has_detour("https://app.test/", 301, "/maintenance");
            world.opens("https://app.test/");
        },
        sees: |_| notice("cached-redirect", Possible, "clear-cached-redirect").beside_general(404),
        mends: &[Mend {
            press: "clear-cached-redirect",
            person: nothing,
            then: Then::In("https://app.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "a remembered move to https, and then the site itself asks to sign in",
        about: NearMiss("cached-redirect"),
        told: |world| {
            accounts(world);
            world.has_detour("http://app.test/inbox", 301, "https://app.test/inbox");
            world.opens("http://app.test/inbox");
        },
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/inbox"),
            touches: &[],
        }],
    },
    Story {
        name: "a remembered move to a page that works",
        about: Healthy,
        told: |world| {
            world.serve(&["app.test"], |_| Response::wanted());
            world.has_detour("https://app.test/", 301, "/home");
            world.opens("https://app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "the sign-in ends behind an open page, and the service still knows the person",
        about: Truth("background-session-expired"),
        told: |world| {
            let alive = behind_a_service(world, true);
            world.opens("https://board.test/");
            alive.set(false);
            asks(world);
        },
        sees: |_| notice("background-session-expired", Certain, "reload"),
        mends: &[Mend {
            press: "reload",
            person: nothing,
            then: Then::In("https://board.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "the sign-in ends behind an open page, and the service asks again",
        about: Truth("background-session-expired"),
        told: |world| {
            let alive = behind_a_service(world, false);
            world.opens("https://board.test/");
            alive.set(false);
            world.fetches(Fetch::get("/api/feed"));
        },
        sees: |_| notice("background-session-expired", Likely, "reload"),
        mends: &[Mend {
            press: "reload",
            person: |world| world.submits(&[]),
            then: Then::In("https://board.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "a stranger's page asks for something that only members get",
        about: NearMiss("background-session-expired"),
        told: |world| {
            world.serve(&["board.test"], |request| match request.path() {
                "/" => Response::wanted(),
                _ => Response::found("https://id.sso.test/login"),
            });
            world.serve(&["id.sso.test"], |_| {
                Response::status(200).form("/login", &[])
            });
            world.opens("https://board.test/");
            asks(world);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page's request goes by way of the sign-in service and comes back",
        about: NearMiss("background-session-expired"),
        told: |world| {
            world.serve(&["board.test"], |request| match request.path() {
                "/" => Response::wanted(),
                "/oauth2/start" => {
                    Response::found("/api/feed").set_cookie("sid=hush-new; Path=/; HttpOnly")
                }
                _ if request.cookie("sid") == Some("hush-new") => Response::json(200),
                _ => Response::found("/oauth2/start"),
            });
            world.has_cookie("https://board.test/", "sid=hush-old; Path=/; HttpOnly");
            world.opens("https://board.test/");
            world.fetches(Fetch::get("/api/feed"));
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page renews its session by itself: refused once, then answered",
        about: Healthy,
        told: |world| {
            let fresh = Cell::new(false);
            world.serve(&["board.test"], move |request| match request.path() {
                "/" => Response::wanted(),
                "/api/refresh" => {
                    fresh.set(true);
                    Response::json(200).set_cookie("sid=hush-new; Path=/; HttpOnly")
                }
                _ if fresh.get() => Response::json(200),
                _ => Response::json(401),
            });
            world.has_cookie("https://board.test/", "sid=hush-old; Path=/; HttpOnly");
            world.opens("https://board.test/");
            world.fetches(Fetch::get("/api/feed"));
            world.fetches(Fetch::post("/api/refresh"));
            world.fetches(Fetch::get("/api/feed"));
        },
        sees: |_| clear(),
        mends: &[],
    },
];
