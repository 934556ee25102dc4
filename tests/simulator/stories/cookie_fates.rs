//! Stories of what becomes of a sign-in's cookie: refused, blocked, left behind, kept under another name or for another port.

use std::cell::RefCell;
use std::rc::Rc;

use readmit::event::Browser;
use readmit::finding::Confidence::{Certain, Likely};

use crate::browser::Simulator;
use crate::server::{Request, Response};
use crate::sites::Accounts;
use crate::story::About::{NearMiss, Truth};
use crate::story::{Mend, RIGHT, Story, Then, WRONG, clear, nothing, wall};

/// A site for members whose session cookie has these attributes; the person has tried to sign in.
fn signed_in(world: &mut Simulator, attributes: &'static str, url: &str) {
    let site = Accounts {
        attributes,
        ..Accounts::new()
    };
    world.serve(&["app.test", "localhost"], move |request| {
        site.answer(request)
    });
    world.opens(url);
    world.signs_in("ann", RIGHT);
}

/// A site with two names that sends people to `www` to sign in and to the bare name afterwards.
fn two_names(world: &mut Simulator) {
    world.serve(&["www.app.test", "app.test"], |request| {
        let known = request.cookie("sid") == Some("hush-good");
        match request.path() {
            "/home" if known => Response::wanted(),
            "/login" if request.method == "POST" => Response::found("https://app.test/home")
                .set_cookie("sid=hush-good; Path=/; HttpOnly; Secure"),
            "/login" if known => Response::found("https://app.test/home"),
            "/login" => Response::status(200).form("/login", &[]),
            _ => Response::found("https://www.app.test/login"),
        }
    });
}

/// A sign-in service that answers by a form at first, and by a redirect once it knows the person.
fn relay(world: &mut Simulator, attributes: &'static str) {
    world.serve(&["app.test"], move |request| {
        let known = request.cookie("sid") == Some("hush-good");
        let begun = request.cookie("oauth_state") == Some("hush-state");
        match request.path() {
            "/acs" | "/callback" if begun => Response::redirect(303, "/private")
                .set_cookie("sid=hush-good; Path=/; Secure; HttpOnly"),
            "/acs" | "/callback" => Response::status(400),
            _ if known => Response::wanted(),
            _ => Response::found(
                "https://idp.test/authorize?client_id=app&response_type=code&state=hush-state",
            )
            .set_cookie(format!("oauth_state=hush-state; Path=/; {attributes}")),
        }
    });
    world.serve(&["idp.test"], |request| match request.path() {
        "/login" => Response::status(200)
            .form("https://app.test/acs", &[("state", "hush-state")])
            .set_cookie("idp_session=hush-idp; Path=/; HttpOnly"),
        _ if request.cookie("idp_session").is_some() => {
            Response::found("https://app.test/callback?code=hush-code&state=hush-state")
        }
        _ => Response::status(200).form("/login", &[]),
    });
    world.opens("https://app.test/private");
    world.signs_in("ann", RIGHT);
    world.submits(&[]);
}

/// Apps that share a host: each knows the sessions that it opened itself.
fn neighbours(world: &mut Simulator, hosts: &[&str]) -> Rc<RefCell<Vec<String>>> {
    let sessions: Rc<RefCell<Vec<String>>> = Rc::default();
    let answer = Rc::clone(&sessions);
    world.serve(hosts, move |request: &Request| {
        let port = request.url.port().unwrap_or_default();
        let own = format!("hush-{port}-");
        let mut known = answer.borrow_mut();
        match request.path() {
            "/login" if request.method == "POST" => {
                let session = format!("{own}{}", known.len());
                known.push(session.clone());
                Response::redirect(303, "/private").set_cookie(format!("sid={session}; Path=/"))
            }
            "/login" => Response::status(200).form("/login", &[]),
            _ => match request.cookie("sid") {
                Some(sid) if sid.starts_with(&own) && known.iter().any(|it| it == sid) => {
                    Response::wanted()
                }
                _ => Response::found("/login"),
            },
        }
    });
    sessions
}

fn signs_in_at(world: &mut Simulator, origin: &str) {
    world.opens(&format!("{origin}/private"));
    world.signs_in("ann", RIGHT);
}

/// What the person does about blocked cookies: in Firefox by hand, where the button of Chromium has no counterpart.
fn allowed(world: &mut Simulator) {
    if world.browser == Browser::Firefox {
        world.without_cookies.clear();
        world.opens("https://app.test/private");
    }
    world.signs_in("ann", RIGHT);
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "a Secure cookie by plain http is not kept",
        about: Truth("secure-cookie-on-http"),
        told: |world| {
            signed_in(
                world,
                "Path=/; Secure; HttpOnly",
                "http://app.test/private?page=2",
            );
        },
        sees: |_| wall("secure-cookie-on-http", Certain, "open-https"),
        mends: &[Mend {
            press: "open-https",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "an old Secure cookie keeps the one from plain http out",
        about: Truth("secure-cookie-on-http"),
        told: |world| {
            world.has_cookie(
                "https://app.test/",
                "sid=hush-old; Path=/; Secure; HttpOnly; Max-Age=90000",
            );
            signed_in(world, "Path=/; HttpOnly", "http://app.test/private");
        },
        sees: |_| wall("secure-cookie-on-http", Certain, "remove-cookies"),
        mends: &[Mend {
            press: "remove-cookies",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("http://app.test/private"),
            touches: &["sid @ app.test/"],
        }],
    },
    Story {
        name: "on this very device http is as good as https",
        about: NearMiss("secure-cookie-on-http"),
        told: |world| {
            signed_in(
                world,
                "Path=/; Secure; HttpOnly",
                "http://localhost/private",
            );
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a site that signs people in under one name and sends them to the other",
        about: Truth("host-mismatch"),
        told: |world| {
            two_names(world);
            world.opens("https://app.test/home");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| wall("host-mismatch", Certain, "open-sibling-host"),
        mends: &[Mend {
            press: "open-sibling-host",
            person: nothing,
            then: Then::In("https://www.app.test/home"),
            touches: &[],
        }],
    },
    Story {
        name: "a bookmark without the www where the person signed in",
        about: Truth("host-mismatch"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["www.app.test", "app.test"], move |request| {
                site.answer(request)
            });
            signs_in_at(world, "https://www.app.test");
            world.opens("https://app.test/inbox");
        },
        sees: |_| wall("host-mismatch", Certain, "open-sibling-host"),
        mends: &[Mend {
            press: "open-sibling-host",
            person: nothing,
            then: Then::In("https://www.app.test/inbox"),
            touches: &[],
        }],
    },
    Story {
        name: "a cookie for the whole domain is good under both names",
        about: NearMiss("host-mismatch"),
        told: |world| {
            let site = Accounts {
                attributes: "Path=/; Domain=app.test; HttpOnly",
                ..Accounts::new()
            };
            world.serve(&["www.app.test", "app.test"], move |request| {
                site.answer(request)
            });
            signs_in_at(world, "https://www.app.test");
            world.opens("https://app.test/inbox");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-in service beside the site has a session of its own by right",
        about: NearMiss("host-mismatch"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["accounts.app.test", "app.test"], move |request| {
                site.answer(request)
            });
            signs_in_at(world, "https://accounts.app.test");
            world.opens("https://app.test/inbox");
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
        name: "a link in a mail leaves a strict session behind",
        about: Truth("samesite-withheld"),
        told: |world| {
            by_mail(
                world,
                "sid=hush-good; Path=/; Secure; HttpOnly; SameSite=Strict",
            );
        },
        sees: |_| wall("samesite-withheld", Certain, "start-over"),
        mends: &[Mend {
            press: "start-over",
            person: nothing,
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a sign-in service sends the person back by a form, and the cookie of the beginning stays behind",
        about: Truth("samesite-withheld"),
        told: |world| relay(world, "Secure; HttpOnly; SameSite=Lax"),
        sees: |_| wall("samesite-withheld", Certain, "start-over"),
        mends: &[Mend {
            press: "start-over",
            person: nothing,
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "the same with a cookie for all sites works",
        about: NearMiss("samesite-withheld"),
        told: |world| relay(world, "Secure; HttpOnly; SameSite=None"),
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a link in a mail takes a lax session along",
        about: NearMiss("samesite-withheld"),
        told: |world| by_mail(world, "sid=hush-good; Path=/; Secure; SameSite=Lax"),
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a link in a mail, and nobody was signed in",
        about: NearMiss("samesite-withheld"),
        told: |world| by_mail(world, "theme=hush-dark; Path=/; Secure; SameSite=Strict"),
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "the settings let the site keep nothing, and can be read",
        about: Truth("cookies-blocked"),
        told: |world| {
            world.without_cookies.insert("app.test");
            world.shows_settings = true;
            signed_in(world, "Path=/; HttpOnly", "https://app.test/private");
        },
        sees: |_| wall("cookies-blocked", Certain, "allow-cookies"),
        mends: &[Mend {
            press: "allow-cookies",
            person: allowed,
            then: Then::Past("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "the settings let the site keep nothing, and nobody may read them",
        about: Truth("cookies-blocked"),
        told: |world| {
            world.without_cookies.insert("app.test");
            signed_in(world, "Path=/; HttpOnly", "https://app.test/private");
        },
        sees: |_| wall("cookies-blocked", Likely, "allow-cookies"),
        mends: &[Mend {
            press: "allow-cookies",
            person: allowed,
            then: Then::Past("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a wrong password on a site whose cookies are kept",
        about: NearMiss("cookies-blocked"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/private");
            world.signs_in("ann", WRONG);
        },
        sees: |_| wall("credentials-rejected", Likely, "retype-password"),
        mends: &[],
    },
    Story {
        name: "a session that grows with every try is over the limit, and the old one stays",
        about: Truth("cookie-refused"),
        told: |world| {
            world.serve(&["app.test"], |request| {
                let session = request.cookie("session");
                match request.path() {
                    "/login" if request.method == "POST" => {
                        let grown = session.map_or("hush-good".to_owned(), |old| {
                            format!("{old}{}", "x".repeat(900))
                        });
                        Response::redirect(303, "/private")
                            .set_cookie(format!("session={grown}; Path=/; HttpOnly"))
                    }
                    "/login" => Response::status(200).form("/login", &[]),
                    _ if session == Some("hush-good") => Response::wanted(),
                    _ => Response::found("/login"),
                }
            });
            let old = format!("session=hush-{}; Path=/; HttpOnly", "o".repeat(3600));
            world.has_cookie("https://app.test/", &old);
            signs_in_at(world, "https://app.test");
        },
        sees: |_| wall("cookie-refused", Certain, "remove-cookies"),
        mends: &[Mend {
            press: "remove-cookies",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private"),
            touches: &["session @ app.test/"],
        }],
    },
    Story {
        name: "a session for a domain that is not the site's",
        about: Truth("cookie-refused"),
        told: |world| {
            signed_in(
                world,
                "Path=/; Domain=app.example",
                "https://app.test/private",
            );
        },
        sees: |_| wall("cookie-refused", Certain, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a session that was pushed out by leftovers",
        about: Truth("cookie-refused"),
        told: |world| {
            let site = Accounts::new().knows("hush-good");
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "sid=hush-good; Path=/; HttpOnly");
            for tail in ["a1", "b2", "c3"] {
                world.has_cookie(
                    "https://app.test/",
                    &format!("track.{tail}=hush-junk; Path=/"),
                );
            }
            world.has_cookie("https://app.test/", "lang=hush-en; Path=/");
            world.opens("https://app.test/private");
            world.evicts("sid", "app.test");
            world.opens("https://app.test/private");
        },
        sees: |_| wall("cookie-refused", Certain, "remove-cookies"),
        mends: &[Mend {
            press: "remove-cookies",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private"),
            touches: &[
                "track.a1 @ app.test/",
                "track.b2 @ app.test/",
                "track.c3 @ app.test/",
            ],
        }],
    },
    Story {
        name: "a cookie that breaks a rule on a site where the sign-in works",
        about: NearMiss("cookie-refused"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| {
                site.answer(request)
                    .set_cookie("__Host-session=hush-x; Path=/")
            });
            signs_in_at(world, "https://app.test");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "two apps at two ports of one host take the session from each other",
        about: Truth("port-shared-cookie"),
        told: |world| {
            neighbours(world, &["nas.test"]);
            signs_in_at(world, "http://nas.test:5000");
            signs_in_at(world, "http://nas.test:8080");
            world.opens("http://nas.test:5000/private");
        },
        sees: |_| wall("port-shared-cookie", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("http://nas.test:5000/private"),
            touches: &[],
        }],
    },
    Story {
        name: "two apps on this device are told apart by its two names",
        about: Truth("port-shared-cookie"),
        told: |world| {
            neighbours(world, &["localhost", "127.0.0.1"]);
            signs_in_at(world, "http://localhost:3000");
            signs_in_at(world, "http://localhost:4000");
            world.opens("http://localhost:3000/private");
        },
        sees: |_| wall("port-shared-cookie", Certain, "open-sibling-host"),
        mends: &[Mend {
            press: "open-sibling-host",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("http://127.0.0.1:3000/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a session of this very port has run out",
        about: NearMiss("port-shared-cookie"),
        told: |world| {
            let sessions = neighbours(world, &["nas.test"]);
            signs_in_at(world, "http://nas.test:8080");
            signs_in_at(world, "http://nas.test:5000");
            sessions.borrow_mut().clear();
            world.opens("http://nas.test:5000/private");
        },
        sees: |_| wall("session-expired", Likely, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("http://nas.test:5000/private"),
            touches: &[],
        }],
    },
];

/// A mail with a link to a page for members; the browser has this cookie of the site.
fn by_mail(world: &mut Simulator, cookie: &str) {
    let site = Accounts::new().knows("hush-good");
    world.serve(&["app.test"], move |request| site.answer(request));
    world.serve(&["mail.test"], |_| Response::status(200));
    world.has_cookie("https://app.test/", cookie);
    world.opens("https://mail.test/");
    world.clicks("https://app.test/private");
}
