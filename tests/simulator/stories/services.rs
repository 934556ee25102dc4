//! Stories of sign-in services, accounts, guards, certificates, clocks, networks, links and schemes.

use readmit::event::Browser;
use readmit::finding::Confidence::{Certain, Likely, Possible};

use crate::browser::{Fetch, Simulator};
use crate::server::{Authorization, Request, Response, http_date};
use crate::sites::Accounts;
use crate::story::About::{NearMiss, Truth};
use crate::story::{Mend, RIGHT, Story, Then, clear, general, nothing, notice, wall};

const AUTHORIZE: &str =
    "https://idp.test/authorize?client_id=app&response_type=code&state=hush-state";

/// A site that hands sign-ins to a service on another host, and wants them back within twenty seconds.
fn relay(request: &Request) -> Response {
    let tied = request.cookie("oauth_state").map(str::to_owned) == request.query("state");
    match (request.path(), request.cookie("sid")) {
        ("/callback", _) if request.query("code").is_some() && tied => {
            Response::found("/private").set_cookie("sid=hush-good; Path=/; HttpOnly")
        }
        ("/callback", _) => Response::status(401),
        (_, Some("hush-good")) => Response::wanted(),
        _ => Response::found(AUTHORIZE)
            .set_cookie("oauth_state=hush-state; Path=/; Max-Age=20; HttpOnly"),
    }
}

fn service(request: &Request) -> Response {
    let back = "https://app.test/callback?code=hush-code&state=hush-state";
    match (request.path(), request.cookie("idp_session")) {
        ("/authorize", Some(_)) => Response::found(back),
        ("/authorize", None) => Response::status(200).form("/login", &[]),
        _ => Response::redirect(303, back).set_cookie("idp_session=hush-idp; Path=/; HttpOnly"),
    }
}

fn both(world: &mut Simulator) {
    world.serve(&["app.test"], relay);
    world.serve(&["idp.test"], service);
}

/// A page whose script asks its interface twice with a token: only the second is looked at closely.
fn asks_twice(world: &mut Simulator, status: u16, challenge: &'static str) {
    world.serve(&["spa.test"], move |request| match request.path() {
        "/api" => Response::json(status).with("www-authenticate", challenge),
        _ => Response::wanted().script(|world, tab| {
            for _ in 0..2 {
                let token = Authorization::bearer("hush-token");
                world.fetch(tab, Fetch::get("/api").with(token));
            }
        }),
    });
    world.opens("https://spa.test/");
}

/// A site for members that takes a session only from a device whose clock is right.
fn timed(request: &Request) -> Response {
    let date = http_date(request.now);
    let answer = match (request.path(), request.cookie("sid"), request.query("at")) {
        ("/login", _, _) if request.method == "POST" => {
            Response::redirect(303, "/inbox").set_cookie("sid=hush-good; Path=/; HttpOnly")
        }
        ("/login", _, _) => Response::status(200).form("/login", &[]),
        // Stands for a script that signs its requests with the device's own time.
        (_, Some(_), _) if request.skew.abs() > 60_000 => Response::json(401),
        (_, Some(_), _) => Response::wanted(),
        _ => Response::found("/login"),
    };
    answer.with("date", date)
}

/// A network that lets nobody out before its page was accepted.
fn hotspot(world: &mut Simulator) {
    let mut accepted = false;
    world.serve(
        &["news.test", "weather.test", "wifi.test"],
        move |request| match (request.url.host_str(), request.method.as_str()) {
            (Some("wifi.test"), "POST") => {
                accepted = true;
                Response::status(200)
            }
            (Some("wifi.test"), _) => Response::status(200).form("/accept", &[]),
            _ if accepted => Response::wanted(),
            _ => Response::found("http://wifi.test/welcome"),
        },
    );
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "the way back from a sign-in service comes too late",
        about: Truth("handoff-expired"),
        told: |world| {
            both(world);
            world.opens("https://app.test/private");
            world.waits(25_000);
            world.signs_in("ann", RIGHT);
        },
        sees: |_| wall("handoff-expired", Certain, "start-over"),
        mends: &[Mend {
            press: "start-over",
            person: nothing,
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a bookmark of the sign-in service instead of the app",
        about: Truth("handoff-expired"),
        told: |world| {
            both(world);
            world.opens(AUTHORIZE);
            world.signs_in("ann", RIGHT);
        },
        sees: |_| wall("handoff-expired", Likely, "start-over"),
        mends: &[Mend {
            press: "start-over",
            person: nothing,
            then: Then::Past("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "the failed way back is loaded again, and the way out is the same",
        about: Truth("handoff-expired"),
        told: |world| {
            both(world);
            world.opens("https://app.test/private");
            world.waits(25_000);
            world.signs_in("ann", RIGHT);
            world.reloads();
        },
        sees: |_| wall("handoff-expired", Certain, "start-over"),
        mends: &[Mend {
            press: "start-over",
            person: nothing,
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a sign-in that came back in time, to a page that is not for this person",
        about: NearMiss("handoff-expired"),
        told: |world| {
            world.serve(&["app.test"], |request| {
                match (request.path(), request.cookie("sid")) {
                    ("/private", Some(_)) => Response::status(403),
                    _ => relay(request),
                }
            });
            world.serve(&["idp.test"], service);
            world.opens("https://app.test/private");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| wall("permission-denied", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a document is shared with the other one of two accounts",
        about: Truth("wrong-account"),
        told: |world| {
            world.serve(&["docs.test"], |request| match request.path() {
                "/d/42" => Response::found("/u/0/d/42"),
                "/u/1/d/42" => Response::wanted(),
                _ => Response::status(403),
            });
            world.has_cookie("https://docs.test/", "accts=hush-both; Path=/; HttpOnly");
            world.opens("https://docs.test/d/42");
        },
        sees: |_| wall("wrong-account", Likely, "switch-account"),
        mends: &[Mend {
            press: "switch-account",
            person: nothing,
            then: Then::In("https://docs.test/u/1/d/42"),
            touches: &[],
        }],
    },
    Story {
        name: "neither account may see it",
        about: Truth("wrong-account"),
        told: |world| {
            world.serve(&["docs.test"], |_| Response::status(403));
            world.has_cookie("https://docs.test/", "accts=hush-both; Path=/; HttpOnly");
            world.opens("https://docs.test/u/0/d/42");
        },
        sees: |_| wall("wrong-account", Likely, "switch-account"),
        mends: &[Mend {
            press: "switch-account",
            person: nothing,
            then: Then::Still("wrong-account", "ask-owner"),
            touches: &[],
        }],
    },
    Story {
        name: "a person's own number in the address is no account to switch",
        about: NearMiss("wrong-account"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::status(403));
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/; HttpOnly");
            world.opens("https://app.test/u/4711/edit");
        },
        sees: |_| wall("permission-denied", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a guard at the edge refuses the network",
        about: Truth("network-blocked"),
        told: |world| {
            world.serve(&["shop.test"], |_| {
                Response::status(403).with("server", "AkamaiGHost")
            });
            world.opens("https://shop.test/");
        },
        sees: |_| wall("network-blocked", Likely, "reload"),
        mends: &[],
    },
    Story {
        name: "strangers are refused just the same, as the check shows",
        about: Truth("network-blocked"),
        told: |world| {
            world.serve(&["shop.test"], |_| Response::status(403));
            world.has_cookie("https://shop.test/", "sid=hush-alive; Path=/; HttpOnly");
            world.opens("https://shop.test/account");
            world.checks();
        },
        sees: |_| wall("network-blocked", Likely, "reload"),
        mends: &[],
    },
    Story {
        name: "the work network's filter refuses the site",
        about: Truth("network-blocked"),
        told: |world| {
            world.serve(&["game.test"], |_| {
                Response::status(403)
                    .with("x-squid-error", "ERR_ACCESS_DENIED 0")
                    .with("via", "1.1 gate.office.test (squid/6.13)")
            });
            world.opens("http://game.test/");
        },
        sees: |_| wall("network-blocked", Certain, "ask-it"),
        mends: &[],
    },
    Story {
        name: "strangers are asked to sign in, as the check shows: the account lacks the right",
        about: NearMiss("network-blocked"),
        told: |world| {
            let site = Accounts::new().knows("hush-alive");
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/; HttpOnly");
            world.opens("https://app.test/forbidden/payroll");
            world.checks();
        },
        sees: |_| wall("permission-denied", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a check for robots stands in the way once",
        about: Truth("bot-check"),
        told: |world| {
            let mut asked = 0;
            world.serve(&["shop.test"], move |_| {
                asked += 1;
                if asked == 1 {
                    Response::status(403).with("cf-mitigated", "challenge")
                } else {
                    Response::wanted()
                }
            });
            world.opens("https://shop.test/");
        },
        sees: |_| wall("bot-check", Certain, "reload"),
        mends: &[Mend {
            press: "reload",
            person: nothing,
            then: Then::In("https://shop.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "a check for robots that ends by itself behind the page",
        about: NearMiss("bot-check"),
        told: |world| {
            world.serve(&["shop.test"], |request| match request.path() {
                "/" => Response::replaced_status(Response::wanted(), 202)
                    .with("x-amzn-waf-action", "challenge"),
                _ => Response::wanted(),
            });
            world.opens("https://shop.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "nginx wants a certificate and got none",
        about: Truth("client-certificate-required"),
        told: |world| {
            world.serve(&["bank.test"], |_| {
                Response::status(400)
                    .with("server", "nginx/1.26.3")
                    .with("content-length", "237")
            });
            world.opens("https://bank.test/");
        },
        sees: |_| wall("client-certificate-required", Likely, "reload"),
        mends: &[],
    },
    Story {
        name: "nginx could not read the request for another reason",
        about: NearMiss("client-certificate-required"),
        told: |world| {
            world.serve(&["bank.test"], |_| {
                Response::status(400)
                    .with("server", "nginx/1.26.3")
                    .with("content-length", "157")
            });
            world.opens("https://bank.test/");
        },
        sees: |_| general(400),
        mends: &[],
    },
    Story {
        name: "the clock of the device is two hours ahead",
        about: Truth("clock-skew"),
        told: |world| {
            world.clock_ahead = 7_200_000;
            world.serve(&["app.test"], timed);
            world.serve(&["mail.test"], timed);
            world.opens("https://mail.test/login");
            world.opens("https://app.test/inbox");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| wall("clock-skew", Likely, "fix-clock"),
        mends: &[Mend {
            press: "fix-clock",
            person: |world| {
                world.sets_clock();
                world.applies("reload");
            },
            then: Then::In("https://app.test/inbox"),
            touches: &[],
        }],
    },
    Story {
        name: "the clock of one server is wrong",
        about: NearMiss("clock-skew"),
        told: |world| {
            let mut site = Accounts::new();
            site.answers_401 = true;
            world.serve(&["app.test"], move |request| {
                let date = http_date(request.now - 7_200_000);
                site.answer(request).with("date", date)
            });
            world.serve(&["mail.test"], timed);
            world.opens("https://mail.test/login");
            world.has_cookie("https://app.test/", "sid=hush-dead; Path=/; HttpOnly");
            world.opens("https://app.test/inbox");
        },
        sees: |_| wall("session-expired", Likely, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/inbox"),
            touches: &[],
        }],
    },
    Story {
        name: "a Wi-Fi leads every page to its own",
        about: Truth("captive-portal"),
        told: |world| {
            hotspot(world);
            world.opens("http://weather.test/");
            world.opens("http://news.test/today");
        },
        sees: |_| wall("captive-portal", Likely, "open-portal"),
        mends: &[Mend {
            press: "open-portal",
            person: |world| world.submits(&[("accept", "yes")]),
            then: Then::In("http://news.test/today"),
            touches: &[],
        }],
    },
    Story {
        name: "a network says by 511 that one must sign in to it",
        about: Truth("captive-portal"),
        told: |world| {
            let mut asked = 0;
            world.serve(&["news.test"], move |_| {
                asked += 1;
                if asked == 1 {
                    Response::status(511)
                } else {
                    Response::wanted()
                }
            });
            world.opens("http://news.test/");
        },
        sees: |_| wall("captive-portal", Certain, "open-portal"),
        mends: &[Mend {
            press: "open-portal",
            person: nothing,
            then: Then::In("http://news.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "one site has moved to another address",
        about: NearMiss("captive-portal"),
        told: |world| {
            world.serve(&["old.test"], |_| Response::found("http://new.test/"));
            world.serve(&["new.test"], |_| Response::wanted());
            world.opens("http://old.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a link from a mail was used before",
        about: Truth("link-used-up"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| match request.path() {
                "/auth/magic" => Response::status(410),
                _ => site.answer(request),
            });
            world.opens("https://app.test/auth/magic?token=hush-once");
        },
        sees: |_| wall("link-used-up", Certain, "request-new-link"),
        mends: &[Mend {
            press: "request-new-link",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::Past("https://app.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "a page that is gone, by an address without a secret",
        about: NearMiss("link-used-up"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::status(404));
            world.opens("https://app.test/password/reset");
        },
        sees: |_| crate::story::gone(404),
        mends: &[],
    },
    Story {
        name: "an interface wants a fresher proof",
        about: Truth("step-up-required"),
        told: |world| {
            asks_twice(
                world,
                401,
                "Bearer error=\"insufficient_user_authentication\", max_age=300",
            );
        },
        sees: |_| notice("step-up-required", Certain, "sign-in"),
        mends: &[],
    },
    Story {
        name: "an interface wants more rights, not a fresher proof",
        about: NearMiss("step-up-required"),
        told: |world| {
            asks_twice(
                world,
                403,
                "Bearer error=\"insufficient_scope\", scope=\"pay\"",
            );
        },
        sees: |_| notice("insufficient-scope", Certain, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a page for programs only",
        about: Truth("scheme-unsupported"),
        told: |world| {
            world.serve(&["api.test"], |_| {
                Response::challenge("Mutual realm=\"lab\", version=\"1\"")
            });
            world.opens("https://api.test/");
        },
        sees: |_| wall("scheme-unsupported", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a page that knows a password besides",
        about: NearMiss("scheme-unsupported"),
        told: |world| {
            world.serve(&["api.test"], |_| {
                Response::challenge("Mutual realm=\"lab\"")
                    .with("www-authenticate", "Basic realm=\"Lab\"")
            });
            world.opens("https://api.test/");
        },
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[],
    },
    Story {
        name: "a work site waits for the computer's own sign-in",
        about: Truth("integrated-sign-in-unavailable"),
        told: |world| {
            world.serve(&["intranet.test"], |_| Response::challenge("Negotiate"));
            world.opens("http://intranet.test/");
        },
        sees: |_| wall("integrated-sign-in-unavailable", Likely, "ask-it"),
        mends: &[],
    },
    Story {
        name: "a ticket that has grown too long for the server",
        about: Truth("integrated-sign-in-unavailable"),
        told: |world| {
            world.serve(&["intranet.test"], |_| {
                Response::status(400)
                    .with("server", "Microsoft-HTTPAPI/2.0")
                    .with("content-length", "346")
            });
            world.has_cookie("http://intranet.test/", "lang=en; Path=/");
            world.opens("http://intranet.test/");
        },
        sees: |_| wall("integrated-sign-in-unavailable", Likely, "ask-it"),
        mends: &[],
    },
    Story {
        name: "a work site that also takes a password asks for it",
        about: NearMiss("integrated-sign-in-unavailable"),
        told: |world| {
            world.serve(&["intranet.test"], |_| {
                Response::challenge("Negotiate").with("www-authenticate", "Basic realm=\"Work\"")
            });
            world.opens("https://intranet.test/");
        },
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[],
    },
    Story {
        name: "a password gate in front of an app that sends a token",
        about: Truth("authorization-lost"),
        told: |world| asks_twice(world, 401, "Basic realm=\"gate\""),
        sees: |_| notice("authorization-lost", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a token that is no good is no token that was lost",
        about: NearMiss("authorization-lost"),
        told: |world| asks_twice(world, 401, "Bearer error=\"invalid_token\""),
        sees: |_| notice("token-invalid", Certain, "sign-in"),
        mends: &[],
    },
    Story {
        name: "a page opened with a name and password in its address",
        about: Truth("credentials-in-url"),
        told: |world| {
            world.serve(&["box.test"], |_| Response::wanted());
            world.opens("https://ann:hush-right@box.test/");
        },
        sees: |_| notice("credentials-in-url", Likely, "open-without-credentials"),
        mends: &[Mend {
            press: "open-without-credentials",
            person: nothing,
            then: Then::In("https://box.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "the name and password in the address are wrong",
        about: NearMiss("credentials-in-url"),
        told: |world| {
            world.serve(&["box.test"], |request| {
                crate::sites::HttpLogin::basic().answer(request)
            });
            world.opens("https://ann:hush-wrong@box.test/");
        },
        sees: |browser| {
            // Chromium hides what it sent: the prompt that is open may be the first.
            if browser == Browser::Firefox {
                wall("credentials-rejected", Certain, "retype-password")
            } else {
                wall("sign-in-required", Certain, "sign-in")
            }
        },
        mends: &[],
    },
    Story {
        name: "a connection was reused for the wrong site",
        about: Truth("misdirected-request"),
        told: |world| {
            let mut asked = 0;
            world.serve(&["app.test"], move |_| {
                asked += 1;
                if asked == 1 {
                    Response::status(421)
                } else {
                    Response::wanted()
                }
            });
            world.opens("https://app.test/");
        },
        sees: |_| wall("misdirected-request", Certain, "reload"),
        mends: &[Mend {
            press: "reload",
            person: nothing,
            then: Then::In("https://app.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "a request that the server could not read",
        about: NearMiss("misdirected-request"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::status(400));
            world.opens("https://app.test/");
        },
        sees: |_| general(400),
        mends: &[],
    },
    Story {
        name: "a page is withheld for legal reasons where the person is",
        about: Truth("network-blocked"),
        told: |world| {
            world.serve(&["news.test"], |_| Response::status(451));
            world.opens("https://news.test/story");
        },
        sees: |_| wall("network-blocked", Likely, "reload"),
        mends: &[],
    },
    Story {
        name: "a first refusal leaves open what is behind it",
        about: NearMiss("network-blocked"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::status(403));
            world.opens("https://app.test/reports");
        },
        sees: |_| wall("permission-denied", Possible, "ask-owner"),
        mends: &[],
    },
];
