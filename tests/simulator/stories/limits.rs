//! Stories of walls that nobody in front of the browser can take down: limits, locks, proxies, servers out of order.

use readmit::finding::Confidence::{Certain, Likely};

use crate::browser::Fetch;
use crate::server::{Authorization, Request, Response};
use crate::sites::{Accounts, HttpLogin};
use crate::story::About::{NearMiss, Truth};
use crate::story::{Mend, RIGHT, Story, Then, WRONG, clear, nothing, wall};

/// A proxy that wants a name and password of its own.
fn squid(request: &Request) -> Response {
    match &request.proxy_authorization {
        Some(Authorization::Login { user, password, .. })
            if user == "clerk" && password == "hush-proxy" =>
        {
            Response::default()
        }
        _ => Response::status(407)
            .with("proxy-authenticate", "Basic realm=\"Office\"")
            .with("via", "1.1 gate.office.test (squid/6.13)")
            .with("x-squid-error", "ERR_CACHE_ACCESS_DENIED 0"),
    }
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "too many requests, and the server says how long to wait",
        about: Truth("rate-limited"),
        told: |world| {
            let mut until = 0;
            world.serve(&["app.test"], move |request| {
                if until == 0 {
                    until = request.now + 60_000;
                }
                if request.now < until {
                    Response::status(429).with("retry-after", "60")
                } else {
                    Response::wanted()
                }
            });
            world.opens("https://app.test/list");
        },
        sees: |_| wall("rate-limited", Certain, "wait"),
        mends: &[Mend {
            press: "wait",
            person: nothing,
            then: Then::In("https://app.test/list"),
            touches: &[],
        }],
    },
    Story {
        name: "too many sign-ins, though a session cookie was sent",
        about: Truth("rate-limited"),
        told: |world| {
            world.serve(&["app.test"], |request| match request.method.as_str() {
                "POST" => Response::status(429),
                _ => Response::status(200).form("/login", &[]),
            });
            world.has_cookie("https://app.test/", "sid=hush-dead; Path=/");
            world.opens("https://app.test/login");
            world.signs_in("ann", WRONG);
        },
        sees: |_| wall("rate-limited", Certain, "wait"),
        mends: &[],
    },
    Story {
        name: "a counter in the background is told to slow down, and the page works",
        about: NearMiss("rate-limited"),
        told: |world| {
            world.serve(&["app.test"], |request| match request.path() {
                "/count" => Response::status(429),
                _ => Response::wanted().beacon("/count"),
            });
            world.opens("https://app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an account is locked, and the server says so",
        about: Truth("account-locked"),
        told: |world| {
            world.serve(&["app.test"], |request| match request.method.as_str() {
                "POST" => Response::status(423),
                _ => Response::status(200).form("/login", &[]),
            });
            world.opens("https://app.test/login");
            world.signs_in("ann", WRONG);
        },
        sees: |_| wall("account-locked", Likely, "reset-password"),
        mends: &[],
    },
    Story {
        name: "after four wrong passwords every page is refused",
        about: Truth("account-locked"),
        told: |world| {
            let mut wrong = 0;
            world.serve(&["app.test"], move |request| {
                if wrong >= 4 {
                    return Response::status(403);
                }
                if request.method == "POST" {
                    wrong += 1;
                    return Response::status(401).form("/login", &[]);
                }
                Response::status(200).form("/login", &[])
            });
            world.opens("https://app.test/login");
            for _ in 0..4 {
                world.signs_in("ann", WRONG);
            }
            world.opens("https://app.test/");
        },
        sees: |_| wall("account-locked", Likely, "wait"),
        mends: &[],
    },
    Story {
        name: "two wrong passwords are wrong passwords",
        about: NearMiss("account-locked"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/private");
            world.signs_in("ann", WRONG);
            world.signs_in("ann", WRONG);
        },
        sees: |_| wall("credentials-rejected", Likely, "retype-password"),
        mends: &[Mend {
            press: "retype-password",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "the network's proxy asks for its own password",
        about: Truth("proxy-sign-in-required"),
        told: |world| {
            world.proxy(squid);
            world.serve(&["news.test"], |_| Response::wanted());
            world.has_cookie("http://news.test/", "sid=hush-alive; Path=/");
            world.opens("http://news.test/");
        },
        sees: |_| wall("proxy-sign-in-required", Certain, "use-proxy-password"),
        mends: &[Mend {
            press: "use-proxy-password",
            person: |world| world.types("clerk", "hush-proxy"),
            then: Then::In("http://news.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "a person gives the proxy the site's password, and it asks again",
        about: Truth("proxy-sign-in-required"),
        told: |world| {
            world.proxy(squid);
            world.serve(&["news.test"], |_| Response::wanted());
            world.opens("http://news.test/");
            world.types("ann", RIGHT);
            world.cancels();
        },
        sees: |_| wall("proxy-sign-in-required", Certain, "use-proxy-password"),
        mends: &[Mend {
            press: "use-proxy-password",
            person: |world| world.types("clerk", "hush-proxy"),
            then: Then::In("http://news.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "behind a proxy that let the request through, the site itself asks",
        about: NearMiss("proxy-sign-in-required"),
        told: |world| {
            world.proxy(squid);
            world.proxy_login = Some(("clerk".to_owned(), "hush-proxy".to_owned()));
            world.serve(&["files.test"], |request| {
                HttpLogin::basic().answer(request)
            });
            world.opens("http://files.test/");
        },
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.types("ann", RIGHT),
            then: Then::In("http://files.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "the server fails, whoever asks",
        about: Truth("server-fault"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::status(500));
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/");
            world.opens("https://app.test/");
        },
        sees: |_| wall("server-fault", Certain, "reload"),
        mends: &[],
    },
    Story {
        name: "the server is being mended and says when it will be back",
        about: Truth("server-fault"),
        told: |world| {
            world.serve(&["app.test"], |_| {
                Response::status(503).with("retry-after", "120")
            });
            world.opens("https://app.test/");
        },
        sees: |_| wall("server-fault", Certain, "wait"),
        mends: &[],
    },
    Story {
        name: "a picture that fails stops nobody",
        about: NearMiss("server-fault"),
        told: |world| {
            world.serve(&["app.test"], |request| match request.path() {
                "/logo.png" => Response::status(500),
                _ => Response::wanted().picture("/logo.png"),
            });
            world.opens("https://app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page that was withheld for legal reasons is no fault of the server",
        about: NearMiss("server-fault"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::status(451));
            world.opens("https://app.test/book");
        },
        sees: |_| wall("network-blocked", Likely, "reload"),
        mends: &[],
    },
    Story {
        name: "a limit on one question of many does not stop the page",
        about: NearMiss("rate-limited"),
        told: |world| {
            let mut asked = 0;
            world.serve(&["app.test"], move |request| {
                asked += u32::from(request.path() == "/api");
                match request.path() {
                    "/api" if asked == 1 => Response::json(429).with("retry-after", "1"),
                    "/api" => Response::json(200),
                    _ => Response::wanted().script(|world, tab| {
                        world.fetch(tab, Fetch::get("/api"));
                        world.fetch(tab, Fetch::get("/api"));
                    }),
                }
            });
            world.opens("https://app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
];
