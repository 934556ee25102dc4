//! Stories of cookies: too many, too large, and two of one name.

use readmit::finding::Confidence::{Certain, Likely};

use crate::browser::Simulator;
use crate::server::{Request, Response};
use crate::sites::Accounts;
use crate::story::About::{NearMiss, Truth};
use crate::story::{Mend, RIGHT, Story, Then, clear, general, nothing, wall};

/// nginx with its usual buffers: 8 kB for a line of the request.
fn nginx(request: &Request) -> Response {
    if request.cookie_size() > 8_100 {
        return Response::status(400).with("server", "nginx/1.26.3");
    }
    match request.cookie("sid") {
        Some("hush-good") => Response::wanted(),
        _ => Response::found("/login"),
    }
}

/// Leftovers of sign-ins that were begun and never ended.
fn leftovers(world: &mut Simulator, count: usize) {
    for number in 0..count {
        let value = "hush".repeat(225);
        world.has_cookie(
            "https://app.test/",
            &format!("nonce.{number:08x}={value}; Path=/; Max-Age=90000"),
        );
    }
    world.has_cookie(
        "https://app.test/",
        "sid=hush-good; Path=/; HttpOnly; Max-Age=90000",
    );
    world.has_cookie("https://app.test/", "prefs=hush-1; Path=/; Max-Age=90000");
}

/// A site that reads the first cookie of a name, as most do.
fn reads_first(world: &mut Simulator) {
    let site = Accounts {
        cookie: "session",
        ..Accounts::new()
    }
    .knows("hush-new");
    world.serve(&["app.test", "www.app.test"], move |request| {
        site.answer(request)
    });
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "twelve leftovers of old sign-ins make the Cookie field too long for nginx",
        about: Truth("cookies-too-large"),
        told: |world| {
            world.serve(&["app.test"], nginx);
            leftovers(world, 12);
            world.opens("https://app.test/");
        },
        sees: |_| wall("cookies-too-large", Certain, "remove-cookies"),
        mends: &[Mend {
            press: "remove-cookies",
            person: nothing,
            then: Then::In("https://app.test/"),
            touches: &[
                "nonce.00000000 @ app.test/",
                "nonce.00000001 @ app.test/",
                "nonce.00000002 @ app.test/",
                "nonce.00000003 @ app.test/",
                "nonce.00000004 @ app.test/",
                "nonce.00000005 @ app.test/",
                "nonce.00000006 @ app.test/",
                "nonce.00000007 @ app.test/",
                "nonce.00000008 @ app.test/",
                "nonce.00000009 @ app.test/",
                "nonce.0000000a @ app.test/",
                "nonce.0000000b @ app.test/",
            ],
        }],
    },
    Story {
        name: "a few huge cookies of the parent domain are too much for a Node server (431)",
        about: Truth("cookies-too-large"),
        told: |world| {
            world.serve(&["www.app.test"], |request| {
                if request.cookie_size() > 15_000 {
                    Response::status(431)
                } else {
                    Response::wanted()
                }
            });
            for number in 1..=4 {
                let value = "hush".repeat(980);
                world.has_cookie(
                    "https://www.app.test/",
                    &format!("track{number}={value}; Domain=app.test; Path=/; Max-Age=900000"),
                );
            }
            world.has_cookie("https://www.app.test/", "sid=hush-good; Path=/; HttpOnly");
            world.opens("https://www.app.test/");
        },
        sees: |_| wall("cookies-too-large", Certain, "remove-cookies"),
        mends: &[Mend {
            press: "remove-cookies",
            person: nothing,
            then: Then::In("https://www.app.test/"),
            touches: &[
                "track1 @ app.test/",
                "track2 @ app.test/",
                "track3 @ app.test/",
                "track4 @ app.test/",
            ],
        }],
    },
    Story {
        name: "a bad request with a handful of small cookies has another cause",
        about: NearMiss("cookies-too-large"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::status(400));
            world.has_cookie("https://app.test/", "sid=hush-good; Path=/");
            world.opens("https://app.test/?page=%ZZ");
        },
        sees: |_| general(400),
        mends: &[],
    },
    Story {
        name: "a page that works with many cookies is left alone",
        about: NearMiss("cookies-too-large"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::wanted());
            leftovers(world, 12);
            world.opens("https://app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an old session of the parent domain hides the new one of the host",
        about: Truth("duplicate-cookies"),
        told: |world| {
            reads_first(world);
            world.has_cookie(
                "https://www.app.test/",
                "session=hush-old; Domain=app.test; Path=/; Secure; Max-Age=90000",
            );
            world.has_cookie(
                "https://www.app.test/",
                "session=hush-new; Path=/; HttpOnly; SameSite=Lax",
            );
            world.opens("https://www.app.test/private");
        },
        sees: |_| wall("duplicate-cookies", Certain, "remove-cookies"),
        mends: &[Mend {
            press: "remove-cookies",
            person: nothing,
            then: Then::In("https://www.app.test/private"),
            touches: &["session @ app.test/"],
        }],
    },
    Story {
        name: "an old session of a deeper path hides the new one, and a 401 says no more",
        about: Truth("duplicate-cookies"),
        told: |world| {
            world.serve(&["app.test"], |request| match request.cookie("session") {
                Some("hush-new") => Response::wanted(),
                _ => Response::status(401),
            });
            world.has_cookie(
                "https://app.test/",
                "session=hush-old; Path=/grafana; Max-Age=90000",
            );
            world.has_cookie("https://app.test/", "session=hush-new; Path=/");
            world.opens("https://app.test/grafana/d/1");
        },
        sees: |_| wall("duplicate-cookies", Certain, "remove-cookies"),
        mends: &[Mend {
            press: "remove-cookies",
            person: nothing,
            then: Then::In("https://app.test/grafana/d/1"),
            touches: &["session @ app.test/grafana"],
        }],
    },
    Story {
        name: "two cookies of one name on a page that works are left alone",
        about: NearMiss("duplicate-cookies"),
        told: |world| {
            world.serve(&["www.app.test"], |_| Response::wanted());
            world.has_cookie(
                "https://www.app.test/",
                "session=hush-old; Domain=app.test; Path=/",
            );
            world.has_cookie("https://www.app.test/", "session=hush-new; Path=/");
            world.opens("https://www.app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a twin that is no session does not turn anyone away",
        about: NearMiss("duplicate-cookies"),
        told: |world| {
            reads_first(world);
            world.has_cookie(
                "https://www.app.test/",
                "theme=hush-a; Domain=app.test; Path=/",
            );
            world.has_cookie("https://www.app.test/", "theme=hush-b; Path=/");
            world.has_cookie("https://www.app.test/", "session=hush-dead; Path=/");
            world.opens("https://www.app.test/private");
        },
        sees: |_| wall("session-expired", Likely, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://www.app.test/private"),
            touches: &[],
        }],
    },
];
