//! Stories of 401 answers that break the rules of HTTP (RFC 9110 §15.5.2).

use readmit::event::Browser;
use readmit::finding::Confidence::{Certain, Likely};

use crate::server::{Request, Response};
use crate::sites::Accounts;
use crate::story::About::{Beside, NearMiss, Truth};
use crate::story::{Mend, RIGHT, Story, Then, nothing, wall};

fn asks_with(challenge: &'static str) -> impl Fn(&Request) -> Response {
    move |request| match request.login() {
        Some(("ann", RIGHT)) => Response::wanted(),
        _ => Response::challenge(challenge),
    }
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "a 401 page that names no way to sign in, to a visitor, has its form on it",
        about: Beside("missing-challenge"),
        told: |world| {
            let site = Accounts {
                answers_401: true,
                ..Accounts::new()
            };
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/");
        },
        sees: |browser| match browser {
            Browser::Firefox => wall("sign-in-required", Certain, "sign-in"),
            _ => wall("sign-in-required", Likely, "sign-in"),
        },
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "a 401 without a challenge and with an empty page",
        about: Truth("missing-challenge"),
        told: |world| {
            world.serve(&["app.test"], |_| {
                Response::json(401).with("content-length", "0")
            });
            world.has_cookie("https://app.test/", "theme=hush-dark; Path=/");
            world.opens("https://app.test/api/report");
        },
        sees: |_| wall("missing-challenge", Certain, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a 401 without a challenge to someone with a session is about the session",
        about: Beside("missing-challenge"),
        told: |world| {
            // An open page that stumbles over a session which it does not know.
            world.serve(&["app.test"], |request| {
                match request.cookie("JSESSIONID") {
                    Some(_) => Response::status(401),
                    None => Response::wanted(),
                }
            });
            world.has_cookie(
                "https://app.test/",
                "JSESSIONID=hush-dead; Path=/; HttpOnly",
            );
            world.opens("https://app.test/report");
        },
        sees: |_| wall("session-expired", Likely, "sign-in"),
        mends: &[
            Mend {
                press: "sign-in",
                person: nothing,
                then: Then::Still("session-expired", "remove-cookies"),
                touches: &[],
            },
            Mend {
                press: "remove-cookies",
                person: nothing,
                then: Then::In("https://app.test/report"),
                touches: &["JSESSIONID @ app.test/"],
            },
        ],
    },
    Story {
        name: "a challenge without a scheme cannot be answered by any browser",
        about: Truth("malformed-challenge"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::challenge("realm=\"Lab\""));
            world.opens("https://app.test/report");
        },
        sees: |_| wall("malformed-challenge", Certain, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a challenge of nothing but commas and quotes",
        about: Truth("malformed-challenge"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::challenge(", \"\" ,"));
            world.opens("https://app.test/report");
        },
        sees: |_| wall("malformed-challenge", Certain, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a realm without quotes breaks the grammar, and the browser asks all the same",
        about: NearMiss("malformed-challenge"),
        told: |world| {
            world.serve(&["files.test"], asks_with("Basic realm=Lab"));
            world.opens("https://files.test/report");
        },
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.types("ann", RIGHT),
            then: Then::In("https://files.test/report"),
            touches: &[],
        }],
    },
];
