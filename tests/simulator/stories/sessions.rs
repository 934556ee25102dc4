//! Stories of sessions: needed, run out, stuck, and loops.

use readmit::finding::Confidence::{Certain, Likely};

use crate::server::Response;
use crate::sites::Accounts;
use crate::story::About::{NearMiss, Truth};
use crate::story::{Mend, RIGHT, Story, Then, clear, nothing, wall};

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "a page for members sends a visitor to the sign-in page",
        about: Truth("sign-in-required"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/private");
        },
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "after the sign-in the site drops the person on its start page, and Readmit leads on",
        about: Truth("sign-in-required"),
        told: |world| {
            let site = Accounts {
                lands_at: Some("/"),
                ..Accounts::new()
            };
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/private/report");
        },
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private/report"),
            touches: &[],
        }],
    },
    Story {
        name: "the sign-in page is a route of a single-page app, which only a fragment names",
        about: Truth("session-expired"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| match request.path() {
                "/" => Response::status(200).form("/login", &[("next", "/private")]),
                path if path.starts_with("/private") && !site.is_in(request) => {
                    Response::found("/#/login")
                }
                _ => site.answer(request),
            });
            world.has_cookie("https://app.test/", "sid=hush-old; Path=/; HttpOnly");
            world.opens("https://app.test/private");
        },
        sees: |_| wall("session-expired", Likely, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a visitor with nothing but an advertising cookie is a visitor",
        about: NearMiss("session-expired"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "_ga=hush-1; Path=/");
            world.opens("https://app.test/private");
        },
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a person who opens the sign-in page wants just that",
        about: NearMiss("sign-in-required"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/login");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an old session is turned away to the sign-in page, which replaces it",
        about: Truth("session-expired"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie(
                "https://app.test/",
                "sid=hush-dead; Path=/; HttpOnly; SameSite=Lax",
            );
            world.opens("https://app.test/private");
        },
        sees: |_| wall("session-expired", Likely, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "an old session is answered by a 401 page with the sign-in form on it",
        about: Truth("session-expired"),
        told: |world| {
            let site = Accounts {
                answers_401: true,
                ..Accounts::new()
            };
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "sid=hush-dead; Path=/; HttpOnly");
            world.opens("https://app.test/private");
        },
        sees: |_| wall("session-expired", Likely, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| {
                // Back at the wanted page, the form on it leads in; it does not know where the person wanted to go.
                world.signs_in("ann", RIGHT);
            },
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a session that ended while the page was open",
        about: Truth("session-expired"),
        told: |world| {
            let site = Accounts::new().knows("hush-alive");
            let sessions = site.sessions.clone();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/; HttpOnly");
            world.opens("https://app.test/inbox");
            sessions.borrow_mut().clear();
            world.waits(3_600_000);
            world.clicks("https://app.test/inbox/42");
        },
        sees: |_| wall("session-expired", Likely, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/inbox/42"),
            touches: &[],
        }],
    },
    Story {
        name: "the sign-in page trusts a dead session and sends it back, round and round",
        about: Truth("stale-session-loop"),
        told: |world| {
            let site = Accounts {
                form_trusts_any_cookie: true,
                ..Accounts::new()
            };
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie(
                "https://app.test/",
                "sid=hush-dead; Path=/; HttpOnly; SameSite=Strict; Max-Age=3000000",
            );
            world.has_cookie(
                "https://app.test/",
                "theme=hush-dark; Path=/; Max-Age=3000000",
            );
            world.opens("https://app.test/");
        },
        sees: |_| wall("stale-session-loop", Certain, "remove-cookies"),
        mends: &[Mend {
            press: "remove-cookies",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/"),
            touches: &["sid @ app.test/"],
        }],
    },
    Story {
        name: "a sign-in is accepted but the dead session of the parent domain stays in force",
        about: Truth("stale-session-loop"),
        told: |world| {
            let site = Accounts {
                keeps_old_cookie: true,
                ..Accounts::new()
            };
            world.serve(&["app.test", "www.app.test"], move |request| {
                site.answer(request)
            });
            world.has_cookie(
                "https://www.app.test/",
                "sid=hush-dead; Domain=app.test; Path=/; Secure",
            );
            world.opens("https://www.app.test/private");
            world.signs_in("ann", RIGHT);
            world.signs_in("ann", RIGHT);
        },
        sees: |_| wall("stale-session-loop", Certain, "remove-cookies"),
        mends: &[Mend {
            press: "remove-cookies",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://www.app.test/private"),
            touches: &["sid @ app.test/"],
        }],
    },
    Story {
        name: "one turn to the sign-in page is no loop",
        about: NearMiss("stale-session-loop"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "sid=hush-dead; Path=/; HttpOnly");
            world.opens("https://app.test/a");
            world.opens("https://app.test/b");
        },
        sees: |_| wall("session-expired", Likely, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/b"),
            touches: &[],
        }],
    },
    Story {
        name: "two pages send everyone to each other, cookies or not",
        about: Truth("redirect-loop"),
        told: |world| {
            world.serve(&["app.test"], |request| {
                Response::found(if request.path() == "/a" { "/b" } else { "/a" })
            });
            world.opens("https://app.test/a");
        },
        sees: |_| wall("redirect-loop", Certain, "start-over"),
        mends: &[],
    },
    Story {
        name: "a site without cookies bounces between http and https",
        about: Truth("redirect-loop"),
        told: |world| {
            world.serve(&["app.test"], |request| {
                Response::redirect(
                    301,
                    if request.url.scheme() == "http" {
                        "https://app.test/"
                    } else {
                        "http://app.test/"
                    },
                )
            });
            world.opens("http://app.test/");
        },
        sees: |_| wall("redirect-loop", Certain, "start-over"),
        mends: &[],
    },
    Story {
        name: "a loop with a cookie of no known name has no session to remove, but a last try",
        about: NearMiss("stale-session-loop"),
        told: |world| {
            world.serve(&["app.test"], |request| {
                Response::found(if request.path() == "/login" {
                    "/"
                } else {
                    "/login"
                })
            });
            world.has_cookie("https://app.test/", "zq=hush-dark; Path=/; HttpOnly");
            world.opens("https://app.test/");
        },
        sees: |_| wall("redirect-loop", Certain, "start-over"),
        mends: &[
            Mend {
                press: "start-over",
                person: nothing,
                then: Then::Still("redirect-loop", "clear-site-cookies"),
                touches: &[],
            },
            Mend {
                press: "clear-site-cookies",
                person: nothing,
                then: Then::Still("redirect-loop", "ask-owner"),
                touches: &["zq @ app.test/"],
            },
        ],
    },
    Story {
        name: "a long chain of redirects that arrives is no loop",
        about: NearMiss("redirect-loop"),
        told: |world| {
            world.serve(&["app.test"], |request| {
                let step: u32 = request
                    .query("step")
                    .and_then(|step| step.parse().ok())
                    .unwrap_or(0);
                if step < 15 {
                    Response::found(&format!("/go?step={}", step + 1))
                } else {
                    Response::wanted()
                }
            });
            world.opens("https://app.test/go");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a start page that sets its language by a redirect to itself is no loop",
        about: NearMiss("redirect-loop"),
        told: |world| {
            world.serve(&["app.test"], |request| match request.cookie("lang") {
                Some(_) => Response::wanted(),
                None => Response::found("/").set_cookie("lang=hush-en; Path=/"),
            });
            world.opens("https://app.test/");
            nothing(world);
        },
        sees: |_| clear(),
        mends: &[],
    },
];
