//! Stories of what interferes in the browser: blockers, cleaners, hidden referrers, containers, frames without cookies.

use readmit::finding::Confidence::{Certain, Likely};

use crate::browser::Simulator;
use crate::server::{Request, Response};
use crate::sites::Accounts;
use crate::story::About::{Beside, NearMiss, Truth};
use crate::story::{Mend, RIGHT, Story, Then, clear, general, notice, wall};

/// A tool for courses: it knows a learner by a cookie that it sets when it is launched.
fn tool(request: &Request) -> Response {
    let known = request.cookie("lti_state").is_some();
    match request.path() {
        "/launch" => Response::found("/ready?state=s")
            .set_cookie("lti_state=hush-lti; Path=/; Secure; HttpOnly; SameSite=None"),
        "/ready" if known => Response::wanted(),
        _ => Response::status(400),
    }
}

fn course(world: &mut Simulator) {
    world.serve(&["tool.test"], tool);
    world.serve(&["lms.test"], |_| {
        Response::status(200).frame("https://tool.test/launch")
    });
    world.opens("https://lms.test/course");
}

/// A site whose sign-in form needs its script.
fn scripted(world: &mut Simulator, script: &'static str) {
    let site = Accounts::new();
    let mut loaded = false;
    world.serve(&["app.test"], move |request| {
        loaded |= request.path() == script;
        match request.path() {
            path if path == script => Response::json(200),
            "/login" if request.method == "GET" => site.answer(request).loads(script),
            "/login" if !loaded => Response::status(200),
            _ => site.answer(request),
        }
    });
}

/// A site that a sign-in service sends people back to, in exchange for a code.
fn handed_over(world: &mut Simulator, needs: &'static str) {
    world.serve(&["idp.test"], |request| match request.method.as_str() {
        "POST" => Response::redirect(
            303,
            "https://app.test/callback?code=hush-c&state=s&utm_source=x",
        ),
        _ => Response::status(200).form("/login", &[]),
    });
    let mut signed_in = false;
    world.serve(&["app.test"], move |request| match request.path() {
        "/callback"
            if request.query(needs).is_some() && request.cookie("oauth_state").is_some() =>
        {
            signed_in = true;
            Response::found("/private").set_cookie("sid=hush-s; Path=/; HttpOnly")
        }
        "/callback" => Response::status(400),
        _ if signed_in && request.cookie("sid").is_some() => Response::wanted(),
        _ => Response::found("https://idp.test/login?client_id=a&response_type=code")
            .set_cookie("oauth_state=hush-state; Path=/; HttpOnly"),
    });
}

/// A form that is taken only from the site's own pages.
fn careful(world: &mut Simulator, whoever: u16) {
    world.serve(&["app.test"], move |request| {
        match (request.method.as_str(), request.path()) {
            ("POST", _) if request.referer.is_none() => Response::status(403),
            ("POST", _) if whoever == 403 => Response::status(403),
            ("POST", _) => Response::redirect(303, "/done"),
            (_, "/form") => Response::status(200)
                .form("/form", &[])
                .set_cookie("csrftoken=hush-csrf; Path=/"),
            _ => Response::wanted(),
        }
    });
    world.opens("https://app.test/form");
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "a tool inside a course page has no cookies there",
        about: Truth("embedded-cookies-blocked"),
        told: |world| {
            world.blocks_embedded = true;
            course(world);
        },
        sees: |_| notice("embedded-cookies-blocked", Certain, "open-in-own-tab"),
        mends: &[Mend {
            press: "open-in-own-tab",
            person: |_| {},
            then: Then::Past("https://tool.test/ready?state=s"),
            touches: &[],
        }],
    },
    Story {
        name: "a tool inside a course page works where cookies do",
        about: NearMiss("embedded-cookies-blocked"),
        told: course,
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a tool inside a course page that nobody may use",
        about: NearMiss("embedded-cookies-blocked"),
        told: |world| {
            world.serve(&["tool.test"], |_| Response::status(403));
            world.serve(&["lms.test"], |_| {
                Response::status(200).frame("https://tool.test/launch")
            });
            world.opens("https://lms.test/course");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a blocker stops the script of the sign-in form",
        about: Truth("request-blocked"),
        told: |world| {
            scripted(world, "/auth-widget.js");
            world.blocks = vec!["/auth-widget"];
            world.opens("https://app.test/private");
        },
        sees: |_| wall("request-blocked", Likely, "pause-blocker"),
        mends: &[Mend {
            press: "pause-blocker",
            person: |world| {
                world.blocks.clear();
                world.reloads();
                world.signs_in("ann", RIGHT);
            },
            then: Then::Past("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a blocker stops what counts visitors on a sign-in page",
        about: NearMiss("request-blocked"),
        told: |world| {
            scripted(world, "/analytics.js");
            world.blocks = vec!["/analytics"];
            world.opens("https://app.test/login");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a cleaner removes the session right after the sign-in",
        about: Truth("cookies-removed"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.cleans = vec!["sid"];
            world.opens("https://app.test/private");
            world.signs_in("ann", RIGHT);
            world.opens("https://app.test/private");
        },
        sees: |_| wall("cookies-removed", Certain, "keep-cookies"),
        mends: &[Mend {
            press: "keep-cookies",
            person: |world| {
                world.cleans.clear();
                world.signs_in("ann", RIGHT);
            },
            then: Then::Past("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a cleaner removes what is no session, and the person is not signed in",
        about: NearMiss("cookies-removed"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "_ga=hush-1; Path=/");
            world.cleans = vec!["_ga"];
            world.opens("https://app.test/private");
        },
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[],
    },
    Story {
        name: "a link cleaner cuts off the code of the way back",
        about: Truth("parameters-stripped"),
        told: |world| {
            handed_over(world, "code");
            world.cuts = vec!["code"];
            world.opens("https://app.test/private");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| wall("parameters-stripped", Certain, "pause-blocker"),
        mends: &[Mend {
            press: "pause-blocker",
            person: |world| {
                world.cuts.clear();
                world.opens("https://app.test/private");
                world.signs_in("ann", RIGHT);
            },
            then: Then::Past("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a link cleaner cuts off what only counts visitors, and the site has another trouble",
        about: Beside("parameters-stripped"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::status(402));
            world.cuts = vec!["utm_source"];
            world.opens("https://app.test/offer?utm_source=mail");
        },
        sees: |_| general(402),
        mends: &[],
    },
    Story {
        name: "an add-on hides the page that a form was on",
        about: Truth("referrer-hidden"),
        told: |world| {
            careful(world, 303);
            world.submits_hidden(&[]);
        },
        sees: |_| wall("referrer-hidden", Likely, "pause-blocker"),
        mends: &[Mend {
            press: "pause-blocker",
            person: |world| {
                world.opens("https://app.test/form");
                world.submits(&[]);
            },
            then: Then::Past("https://app.test/done"),
            touches: &[],
        }],
    },
    Story {
        name: "a form is refused though it says where it comes from",
        about: NearMiss("referrer-hidden"),
        told: |world| {
            careful(world, 403);
            world.submits(&[]);
        },
        sees: |_| wall("permission-denied", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "the sign-in service was moved to another container",
        about: Truth("container-mismatch"),
        told: |world| {
            handed_over(world, "code");
            world.opens("https://app.test/private");
            world.opens_tab_in(Some("firefox-container-1"));
            world.opens("https://idp.test/login?client_id=a&response_type=code");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| wall("container-mismatch", Likely, "open-in-container"),
        mends: &[Mend {
            press: "open-in-container",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::Past("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a sign-in that stays in its container",
        about: NearMiss("container-mismatch"),
        told: |world| {
            handed_over(world, "code");
            world.opens_tab_in(Some("firefox-container-1"));
            world.opens("https://app.test/private");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| clear(),
        mends: &[],
    },
];
