//! Stories of what works behind a page: new tokens, preflights, polls, optional parts. Nobody is stopped.

use crate::browser::Fetch;
use crate::server::{Authorization, Request, Response};
use crate::sites::{Accounts, accepts};
use crate::story::About::{Healthy, Quiet, Truth};
use crate::story::{Mend, RIGHT, Story, Then, clear, notice};
use readmit::finding::Confidence::Likely;

/// An interface that takes the fresh token alone.
fn interface(request: &Request) -> Response {
    if accepts(request, "hush-fresh") {
        return Response::json(200);
    }
    Response::json(401).with(
        "www-authenticate",
        "Bearer error=\"invalid_token\", error_description=\"The token expired\"",
    )
}

fn with(url: &str, token: &str) -> Fetch {
    Fetch::get(url).with(Authorization::bearer(token))
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "two requests wait for one new token",
        about: Quiet,
        told: |world| {
            world.serve(&["spa.test"], |request| match request.path() {
                "/api/inbox" | "/api/me" => interface(request),
                "/token" => Response::json(200),
                _ => Response::wanted().script(|world, tab| {
                    for token in ["hush-old", "hush-fresh"] {
                        world.fetch(tab, with("/api/inbox", token));
                        world.fetch(tab, with("/api/me", token));
                        world.fetch(tab, Fetch::post("/token"));
                    }
                }),
            });
            world.opens("https://spa.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a new token comes out of a frame",
        about: Quiet,
        told: |world| {
            world.serve(&["spa.test"], |request| match request.path() {
                "/api/me" => interface(request),
                "/renew" => {
                    Response::found("https://idp.test/authorize?client_id=spa&response_type=code")
                }
                "/renewed" => Response::status(200),
                _ => Response::wanted().frame("/renew").script(|world, tab| {
                    world.fetch(tab, with("/api/me", "hush-old"));
                    world.fetch(tab, with("/api/me", "hush-fresh"));
                }),
            });
            world.serve(&["idp.test"], |_| {
                Response::found("https://spa.test/renewed?code=hush-code&state=hush-state")
            });
            world.opens("https://spa.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "browsers ask an interface on another host first, and may",
        about: Quiet,
        told: |world| {
            world.serve(&["api.spa.test"], |request| match request.method.as_str() {
                "OPTIONS" => Response::status(204),
                _ => interface(request),
            });
            world.serve(&["spa.test"], |_| {
                Response::wanted().script(|world, tab| {
                    let me = "https://api.spa.test/me";
                    world.fetch(tab, Fetch::options(me));
                    world.fetch(tab, with(me, "hush-old"));
                    world.fetch(tab, Fetch::options(me));
                    world.fetch(tab, with(me, "hush-fresh"));
                })
            });
            world.opens("https://spa.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an interface wants a sign-in of the question whether it may be asked",
        about: Quiet,
        told: |world| {
            world.serve(&["api.spa.test"], |request| match request.method.as_str() {
                "OPTIONS" => {
                    Response::json(401).with("www-authenticate", "Bearer error=\"invalid_token\"")
                }
                _ => Response::json(404),
            });
            world.serve(&["spa.test"], |_| {
                Response::wanted().script(|world, tab| {
                    // The first failure has the tab watched closely: only then are preflights told.
                    world.fetch(tab, Fetch::get("https://api.spa.test/none"));
                    world.fetch(tab, Fetch::options("https://api.spa.test/me"));
                })
            });
            world.opens("https://spa.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a tracker refuses a page's request",
        about: Quiet,
        told: |world| {
            world.serve(&["blog.test"], |_| {
                Response::wanted().script(|world, tab| {
                    world.fetch(tab, Fetch::post("https://count.test/collect"));
                    world.fetch(tab, Fetch::get("https://count.test/who"));
                })
            });
            world.serve(&["count.test"], |request| match request.path() {
                "/who" => Response::json(401),
                _ => Response::json(403),
            });
            world.opens("https://blog.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page shows another site a key of its own that holds no longer",
        about: Quiet,
        told: |world| {
            world.serve(&["shop.test"], |_| {
                Response::wanted().script(|world, tab| {
                    world.fetch(
                        tab,
                        Fetch::get("https://maps.test/tiles?apikey=of-the-shop"),
                    );
                })
            });
            world.serve(&["maps.test"], |_| Response::json(401));
            world.opens("https://shop.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page asks too often, waits, and is served again",
        about: Healthy,
        told: |world| {
            let mut asked = 0;
            world.serve(&["app.test"], move |request| match request.path() {
                "/poll" => {
                    asked += 1;
                    if asked == 2 {
                        Response::json(429).with("retry-after", "20")
                    } else {
                        Response::json(200)
                    }
                }
                _ => Response::wanted(),
            });
            world.opens("https://app.test/");
            for _ in 0..3 {
                world.fetches(Fetch::get("/poll"));
                world.waits(20_000);
            }
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a visitor with a session of no account asks who is there",
        about: Quiet,
        told: |world| {
            world.serve(&["blog.test"], |request| match request.path() {
                "/api/me" => Response::json(401),
                _ => Response::wanted()
                    .set_cookie("PHPSESSID=hush-visitor; Path=/; HttpOnly")
                    .script(|world, tab| {
                        world.fetch(tab, Fetch::get("/api/me"));
                    }),
            });
            world.opens("https://blog.test/");
            world.clicks("https://blog.test/second");
            world.clicks("https://blog.test/third");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "the session of a person who signed in a moment ago ends behind the page",
        about: Truth("background-session-expired"),
        told: |world| {
            let site = Accounts {
                answers_401: true,
                ..Accounts::new()
            };
            let sessions = site.sessions.clone();
            world.serve(&["app.test"], move |request| match request.path() {
                "/" => Response::wanted(),
                _ => site.answer(request),
            });
            world.opens("https://app.test/login");
            world.signs_in("ann", RIGHT);
            sessions.borrow_mut().clear();
            world.fetches(Fetch::get("/api/inbox"));
            world.fetches(Fetch::get("/api/inbox"));
        },
        sees: |_| notice("background-session-expired", Likely, "reload"),
        mends: &[Mend {
            press: "reload",
            person: |world| {
                world.opens("https://app.test/login");
                world.signs_in("ann", RIGHT);
                world.fetches(Fetch::get("/api/inbox"));
            },
            then: Then::In("https://app.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "a poll that mostly finds nothing new",
        about: Quiet,
        told: |world| {
            let mut asked = 0;
            world.serve(&["app.test"], move |request| match request.path() {
                "/poll" => {
                    asked += 1;
                    Response::json([200, 304, 204, 304, 206][asked % 5])
                }
                _ => Response::wanted(),
            });
            world.opens("https://app.test/");
            for _ in 0..6 {
                world.fetches(Fetch::get("/poll"));
                world.waits(10_000);
            }
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page asks for a part that not everyone may see",
        about: Quiet,
        told: |world| {
            world.serve(&["app.test"], |request| match request.path() {
                "/api/admin" => Response::json(403),
                "/api/trial" => Response::json(402),
                "/api/name" => Response::json(422),
                "/api/none" => Response::json(404),
                _ => Response::wanted().script(|world, tab| {
                    for part in ["/api/admin", "/api/trial", "/api/name", "/api/none"] {
                        world.fetch(tab, Fetch::get(part));
                    }
                }),
            });
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/; HttpOnly");
            world.opens("https://app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-in without a new page: first a wrong password, then the right one",
        about: Healthy,
        told: |world| {
            world.serve(&["spa.test"], |request| match request.path() {
                "/api/login" if request.login().is_some() => Response::json(200),
                "/api/login" if accepts(request, RIGHT) => {
                    Response::json(200).set_cookie("sid=hush-new; Path=/; HttpOnly")
                }
                "/api/login" => Response::json(401),
                _ => Response::wanted(),
            });
            world.opens("https://spa.test/");
            world.fetches(Fetch::post("/api/login"));
            world.waits(8_000);
            world.fetches(Fetch::post("/api/login").with(Authorization::bearer(RIGHT)));
        },
        sees: |_| clear(),
        mends: &[],
    },
];
