//! Stories of ordinary browsing: downloads, pages loaded ahead, pages out of a cache, forms, frames. Nobody is stopped.

use crate::browser::{Fetch, Going, address};
use crate::server::{Request, Response};
use crate::story::About::{Healthy, Quiet};
use crate::story::{Story, clear};

/// A shop whose bank checks the card in a frame and sends the person back with a form of its own.
fn shop(request: &Request) -> Response {
    match request.path() {
        "/return" => Response::redirect(303, "/thanks"),
        "/thanks" => Response::wanted(),
        _ => Response::status(200)
            .frame("https://bank.test/check")
            .set_cookie("sid=hush-basket; Path=/; HttpOnly; SameSite=Lax"),
    }
}

fn bank(request: &Request) -> Response {
    match request.method.as_str() {
        "POST" => Response::status(200),
        _ => Response::status(200).set_cookie("acs=hush-acs; Path=/; Secure; SameSite=None"),
    }
}

/// A form that asks for more than the person typed at first, bound to a cookie of its own.
fn strict_form(request: &Request) -> Response {
    match (request.method.as_str(), request.field("age")) {
        ("GET", _) if request.path() == "/done" => Response::wanted(),
        ("GET", _) => Response::status(200)
            .form("/form", &[("csrf", "hush-code")])
            .set_cookie("csrftoken=hush-code; Path=/"),
        (_, Some("44")) => Response::redirect(303, "/done"),
        _ => Response::status(422).form("/form", &[("csrf", "hush-code")]),
    }
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "a file is saved instead of shown",
        about: Quiet,
        told: |world| {
            world.serve(&["app.test"], |request| match request.path() {
                "/file.zip" => Response::status(200)
                    .with("content-disposition", "attachment; filename=file.zip"),
                _ => Response::wanted(),
            });
            world.opens("https://app.test/");
            world.clicks("https://app.test/file.zip");
            world.clicks("https://app.test/file.zip");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an answer without a page leaves the page as it is",
        about: Quiet,
        told: |world| {
            world.serve(&["app.test"], |request| match request.path() {
                "/later" => Response::status(204),
                _ => Response::wanted(),
            });
            world.opens("https://app.test/");
            world.clicks("https://app.test/later");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "the person stops a page that takes long, and goes elsewhere",
        about: Quiet,
        told: |world| {
            world.serve(&["app.test", "blog.test"], |_| Response::wanted());
            world.opens("https://app.test/");
            world.stops("https://app.test/slow");
            world.opens("https://blog.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page is loaded ahead and then opened",
        about: Quiet,
        told: |world| {
            world.serve(&["blog.test"], |_| Response::wanted());
            world.opens("https://blog.test/");
            world.loads_ahead("https://blog.test/next");
            world.clicks_ahead("https://blog.test/next");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page for members is loaded ahead, and nobody opens it",
        about: Quiet,
        told: |world| {
            world.serve(&["blog.test"], |request| match request.path() {
                "/members" => Response::challenge("Bearer realm=\"members\""),
                "/staff" => Response::found("/login?next=/staff"),
                _ => Response::wanted(),
            });
            world.has_cookie("https://blog.test/", "sid=hush-visitor; Path=/");
            world.opens("https://blog.test/");
            world.loads_ahead("https://blog.test/members");
            world.loads_ahead("https://blog.test/staff");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "pages that the site keeps for reading without a network",
        about: Quiet,
        told: |world| {
            world.serve(&["mail.test"], |_| Response::wanted());
            world.has_cookie("https://mail.test/", "sid=hush-alive; Path=/; HttpOnly");
            world.opens("https://mail.test/");
            world.opens_offline("https://mail.test/inbox");
            world.opens_offline("https://mail.test/");
            world.opens_offline("https://mail.test/inbox");
            world.opens_offline("https://mail.test/inbox");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page that has not changed since it was last seen",
        about: Quiet,
        told: |world| {
            let mut asked = 0;
            world.serve(&["blog.test"], move |_| {
                asked += 1;
                Response::wanted().replaced_status(if asked == 1 { 200 } else { 304 })
            });
            world.opens("https://blog.test/");
            world.reloads();
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a film that comes in parts",
        about: Quiet,
        told: |world| {
            world.serve(&["film.test"], |request| match request.path() {
                "/" => Response::wanted().part("/film.mp4").script(|world, tab| {
                    world.fetch(tab, Fetch::get("/film.mp4"));
                }),
                _ => Response::wanted().replaced_status(206),
            });
            world.opens("https://film.test/");
            world.clicks("https://film.test/film.mp4");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an address leads to the page in the person's language",
        about: Quiet,
        told: |world| {
            world.serve(&["shop.test"], |request| match request.path() {
                "/" => {
                    Response::found("/de/").set_cookie("language=hush-de; Path=/; Max-Age=31536000")
                }
                "/de/" => Response::redirect(307, "/de/start"),
                _ => Response::wanted(),
            });
            world.opens("https://shop.test/");
            world.opens("https://shop.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a question about cookies is answered",
        about: Quiet,
        told: |world| {
            world.serve(&["shop.test"], |request| {
                match (request.path(), request.cookie("consent")) {
                    ("/consent", _) => Response::redirect(303, "/")
                        .set_cookie("consent=hush-all; Path=/; Max-Age=31536000; SameSite=Lax"),
                    (_, None) => Response::status(200).form("/consent", &[]),
                    _ => Response::wanted()
                        .set_cookie("_ga=hush-ga; Path=/; Domain=shop.test; Max-Age=63072000"),
                }
            });
            world.opens("https://shop.test/");
            world.submits(&[]);
            world.clicks("https://shop.test/offers");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a form with a mistake is corrected and sent again",
        about: Quiet,
        told: |world| {
            world.serve(&["app.test"], strict_form);
            world.opens("https://app.test/form");
            world.submits(&[("age", "")]);
            world.submits(&[("age", "44")]);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a form is sent by a double click",
        about: Quiet,
        told: |world| {
            let mut orders = 0;
            world.serve(&["shop.test"], move |request| {
                match (request.method.as_str(), request.path()) {
                    ("POST", _) => {
                        orders += 1;
                        Response::redirect(303, "/order")
                    }
                    (_, "/order") if orders == 2 => Response::wanted(),
                    _ => Response::status(200).form("/order", &[]),
                }
            });
            world.opens("https://shop.test/basket");
            world.submits_twice(&[("count", "1")]);
            assert!(world.shown().page.is_wanted, "the second one counts");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a test for robots that the person passes",
        about: Healthy,
        told: |world| {
            world.serve(&["shop.test"], |request| {
                match (request.method.as_str(), request.cookie("cf_clearance")) {
                    ("POST", _) => Response::found("/").set_cookie(
                        "cf_clearance=hush-passed; Path=/; Secure; HttpOnly; SameSite=None",
                    ),
                    (_, Some(_)) => Response::wanted(),
                    _ => Response::status(403)
                        .with("cf-mitigated", "challenge")
                        .form("/", &[]),
                }
            });
            world.opens("https://shop.test/");
            world.waits(3_000);
            world.submits(&[]);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page that is not there for a moment is loaded again",
        about: Healthy,
        told: |world| {
            let mut asked = 0;
            world.serve(&["app.test"], move |_| {
                asked += 1;
                if asked == 1 {
                    Response::status(503).with("retry-after", "5")
                } else {
                    Response::wanted()
                }
            });
            world.opens("https://app.test/");
            world.waits(5_000);
            world.reloads();
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page leads on by itself",
        about: Quiet,
        told: |world| {
            world.serve(&["app.test"], |request| match request.path() {
                "/" => Response::status(200).script(|world, tab| {
                    world.navigate(tab, Going::to(address("https://app.test/moved")));
                }),
                _ => Response::wanted(),
            });
            world.opens("https://app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an application that keeps its place behind the address",
        about: Quiet,
        told: |world| {
            world.serve(&["spa.test"], |request| match request.path() {
                "/" => Response::wanted(),
                _ => Response::json(200),
            });
            world.opens("https://spa.test/#/login");
            world.fetches(Fetch::get("/api/inbox"));
            world.opens("https://spa.test/#/inbox");
            world.fetches(Fetch::get("/api/inbox?page=2"));
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an advertisement is blocked",
        about: Quiet,
        told: |world| {
            // No server stands behind the advertiser's host: to a page that is the same as a blocker's refusal.
            world.serve(&["blog.test"], |_| {
                Response::wanted()
                    .part("https://ads.test/ad.js")
                    .frame("https://ads.test/frame")
                    .script(|world, tab| {
                        world.fetch(tab, Fetch::post("https://ads.test/bid"));
                    })
            });
            world.opens("https://blog.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "frames of other sites with cookies of their own",
        about: Quiet,
        told: |world| {
            world.serve(&["blog.test"], |_| {
                Response::wanted()
                    .frame("https://maps.test/map")
                    .frame("https://film.test/player")
            });
            world.serve(&["maps.test"], |_| {
                Response::status(200)
                    .set_cookie("session=hush-map; Path=/; Secure; SameSite=None; Partitioned")
            });
            world.serve(&["film.test"], |_| {
                Response::status(200).set_cookie("sid=hush-film; Path=/; SameSite=Lax")
            });
            world.opens("https://blog.test/");
            world.reloads();
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a payment is checked by the bank in a frame",
        about: Quiet,
        told: |world| {
            world.serve(&["shop.test"], shop);
            world.serve(&["bank.test"], bank);
            world.opens("https://shop.test/checkout");
            world.submits_in_frame("https://bank.test/check", &[("code", "hush-123")]);
            world.clicks("https://shop.test/return");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page holds a line open to its server",
        about: Quiet,
        told: |world| {
            world.serve(&["chat.test"], |request| match request.url.scheme() {
                "wss" => Response::status(101),
                _ => Response::wanted().part("wss://chat.test/line"),
            });
            world.opens("https://chat.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
];
