//! Stories of sign-ins that work and of sessions that last: by form, by a service, by the browser itself.

use crate::browser::Fetch;
use crate::server::{Request, Response};
use crate::sites::{Accounts, HttpLogin};
use crate::story::About::{Healthy, Quiet};
use crate::story::{RIGHT, Story, WRONG, clear};

const SESSION: &str = "sid=hush-good; Path=/; Secure; HttpOnly; SameSite=Lax";

/// A site that hands sign-ins to a SAML service and takes its answer by a form that crosses sites.
fn saml_site(request: &Request) -> Response {
    match (request.method.as_str(), request.path()) {
        ("POST", "/saml/acs") if request.cookie("saml_request") == Some("hush-request") => {
            Response::redirect(303, "/private").set_cookie(SESSION)
        }
        ("POST", _) => Response::status(400),
        _ if request.cookie("sid") == Some("hush-good") => Response::wanted(),
        _ => Response::found("https://idp.test/sso?SAMLRequest=hush-request&RelayState=private")
            .set_cookie("saml_request=hush-request; Path=/; Secure; SameSite=None; Max-Age=600"),
    }
}

/// The service: a form for the person, then one that sends itself.
fn saml_service(request: &Request) -> Response {
    let answer = || {
        Response::status(200)
            .form(
                "https://app.test/saml/acs",
                &[("SAMLResponse", "hush-answer")],
            )
            .script(|world, _| world.submits(&[]))
    };
    match request.path() {
        "/sso" if request.cookie("idp_session").is_some() => answer(),
        "/sso" => Response::status(200).form("/sso/login", &[]),
        _ => answer().set_cookie("idp_session=hush-idp; Path=/; Secure; HttpOnly; SameSite=Lax"),
    }
}

/// A session cookie that is good for one page only, as sites against theft make them.
fn rotating() -> impl FnMut(&Request) -> Response {
    let mut turn = 0;
    move |request| {
        let expected = format!("hush-turn-{turn}");
        if request.cookie("sid").is_some_and(|sent| sent != expected) {
            return Response::found("/login");
        }
        turn += 1;
        Response::wanted().set_cookie(format!("sid=hush-turn-{turn}; Path=/; Secure; HttpOnly"))
    }
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "a sign-in by SAML whose answer comes by a form",
        about: Healthy,
        told: |world| {
            world.serve(&["app.test"], saml_site);
            world.serve(&["idp.test"], saml_service);
            world.opens("https://app.test/private");
            world.signs_in("ann", RIGHT);
            assert!(world.shown().page.is_wanted);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-in by SAML of a person whom the service knows",
        // The page that sends itself looks like any other sign-in page until it does.
        about: Healthy,
        told: |world| {
            world.serve(&["app.test"], saml_site);
            world.serve(&["idp.test"], saml_service);
            world.has_cookie(
                "https://idp.test/",
                "idp_session=hush-idp; Path=/; Secure; HttpOnly; SameSite=Lax",
            );
            world.opens("https://app.test/private");
            assert!(world.shown().page.is_wanted);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a frame asks silently who is there, and nobody is",
        about: Quiet,
        told: |world| {
            world.serve(&["spa.test"], |request| match request.path() {
                "/silent" => Response::status(200),
                _ => Response::wanted().frame(
                    "https://idp.test/authorize?client_id=spa&response_type=code&prompt=none",
                ),
            });
            world.serve(&["idp.test"], |_| {
                Response::found("https://spa.test/silent?error=login_required&state=hush-state")
            });
            world.opens("https://spa.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a frame asks silently who is there, and gets a code",
        about: Quiet,
        told: |world| {
            world.serve(&["spa.test"], |request| match request.path() {
                "/silent" => Response::status(200),
                "/api/token" => Response::json(200),
                _ => Response::wanted()
                    .frame(
                        "https://idp.test/authorize?client_id=spa&response_type=code&prompt=none",
                    )
                    .script(|world, tab| {
                        world.fetch(tab, Fetch::post("/api/token"));
                    }),
            });
            world.serve(&["idp.test"], |_| {
                Response::found("https://spa.test/silent?code=hush-code&state=hush-state")
            });
            world.has_cookie(
                "https://idp.test/",
                "idp_session=hush-idp; Path=/; Secure; HttpOnly; SameSite=None",
            );
            world.opens("https://spa.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-in inside a frame",
        about: Quiet,
        told: |world| {
            world.serve(&["app.test"], |request| match request.path() {
                "/login-frame" if request.method == "POST" => {
                    Response::redirect(303, "/signed-in").set_cookie(SESSION)
                }
                "/api/me" if request.cookie("sid").is_some() => Response::json(200),
                "/api/me" => Response::json(401),
                "/" => Response::wanted().frame("/login-frame"),
                _ => Response::status(200),
            });
            world.opens("https://app.test/");
            world.fetches(Fetch::get("/api/me"));
            world.submits_in_frame(
                "https://app.test/login-frame",
                &[("user", "ann"), ("password", RIGHT)],
            );
            world.fetches(Fetch::get("/api/me"));
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a password that the browser keeps for HTTP itself",
        about: Quiet,
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::basic().answer(request)
            });
            world.has_login("https://files.test/", "Lab", "ann", RIGHT);
            world.opens("https://files.test/");
            world.opens("https://files.test/deep/er");
            world.reloads();
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a Digest sign-in that works on every page",
        about: Healthy,
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::digest().answer(request)
            });
            world.opens("https://files.test/");
            world.types("ann", RIGHT);
            world.clicks("https://files.test/second");
            world.reloads();
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a session cookie that changes with each page",
        about: Quiet,
        told: |world| {
            world.serve(&["bank.test"], rotating());
            for page in ["", "accounts", "cards", "accounts", ""] {
                world.opens(&format!("https://bank.test/{page}"));
            }
            assert!(world.shown().page.is_wanted);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a session that each visit makes last longer",
        about: Quiet,
        told: |world| {
            world.serve(&["app.test"], |request| match request.cookie("sid") {
                Some("hush-good") => {
                    Response::wanted().set_cookie(format!("{SESSION}; Max-Age=1800"))
                }
                _ => Response::found("/login"),
            });
            world.has_cookie("https://app.test/", &format!("{SESSION}; Max-Age=90000"));
            for _ in 0..8 {
                world.opens("https://app.test/");
                world.waits(25 * 60_000);
            }
            assert!(world.shown().page.is_wanted);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "two applications on two ports with cookies of different names",
        about: Quiet,
        told: |world| {
            world.serve(&["nas.test"], |request| {
                let cookie = match request.url.port() {
                    Some(8001) => "photos_session",
                    _ => "music_session",
                };
                match request.cookie(cookie) {
                    Some(_) => Response::wanted(),
                    None => Response::found("/").set_cookie(format!("{cookie}=hush-{cookie}")),
                }
            });
            for _ in 0..2 {
                world.opens("http://nas.test:8001/");
                world.opens("http://nas.test:8002/");
            }
            assert!(world.shown().page.is_wanted);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "many and long cookies that the server takes",
        about: Quiet,
        told: |world| {
            world.serve(&["shop.test"], |request| {
                if request.cookie_size() > 16_000 {
                    Response::status(400)
                } else {
                    Response::wanted()
                }
            });
            for number in 0..40 {
                let value = "x".repeat(300);
                world.has_cookie(
                    "https://shop.test/",
                    &format!("nonce.{number}={value}; Path=/; Max-Age=90000"),
                );
            }
            world.opens("https://shop.test/");
            world.reloads();
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a dead session is replaced without a word for a person who is remembered",
        about: Quiet,
        told: |world| {
            world.serve(&["app.test"], |request| {
                match (request.cookie("sid"), request.cookie("remember_me")) {
                    (Some("hush-good"), _) => Response::wanted(),
                    (_, Some(_)) => Response::found("/private").set_cookie(SESSION),
                    _ => Response::found("/login"),
                }
            });
            world.has_cookie("https://app.test/", "sid=hush-dead; Path=/; HttpOnly");
            world.has_cookie(
                "https://app.test/",
                "remember_me=hush-ann; Path=/; HttpOnly; Max-Age=9000000",
            );
            world.opens("https://app.test/private");
            assert!(world.shown().page.is_wanted);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-in with a second step",
        about: Healthy,
        told: |world| {
            world.serve(&["app.test"], |request| {
                match (request.method.as_str(), request.path()) {
                    ("POST", "/login") => {
                        Response::redirect(303, "/login/code").set_cookie("half=hush-half; Path=/")
                    }
                    ("POST", _) => Response::redirect(303, "/private")
                        .set_cookie(SESSION)
                        .set_cookie("half=; Path=/; Max-Age=0"),
                    (_, "/login/code") => Response::status(200).form("/login/code", &[]),
                    (_, "/login") => Response::status(200).form("/login", &[]),
                    _ if request.cookie("sid").is_some() => Response::wanted(),
                    _ => Response::found("/login"),
                }
            });
            world.opens("https://app.test/private");
            world.signs_in("ann", RIGHT);
            world.submits(&[("code", "hush-123")]);
            assert!(world.shown().page.is_wanted);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a slip of the finger, and then the right password",
        about: Healthy,
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/private");
            world.signs_in("ann", WRONG);
            world.signs_in("ann", RIGHT);
            assert!(world.shown().page.is_wanted);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-in by a link in a letter",
        about: Quiet,
        told: |world| {
            world.serve(&["app.test"], |request| match request.path() {
                "/magic" => Response::redirect(303, "/private").set_cookie(SESSION),
                _ if request.cookie("sid").is_some() => Response::wanted(),
                _ => Response::found("/login"),
            });
            world.opens("https://app.test/magic?token=hush-link");
            assert!(world.shown().page.is_wanted);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "out as one account and in as another",
        about: Healthy,
        told: |world| {
            let site = Accounts::new().knows("hush-alive");
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie(
                "https://app.test/",
                "sid=hush-alive; Path=/; HttpOnly; SameSite=Lax",
            );
            world.opens("https://app.test/private");
            world.clicks("https://app.test/logout");
            world.signs_in("ann", RIGHT);
            assert!(world.shown().page.is_wanted);
        },
        sees: |_| clear(),
        mends: &[],
    },
];
