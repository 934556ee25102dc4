//! Stories in which nobody is stopped: everything that looks like a wall in passing and is none.

use crate::browser::Fetch;
use crate::server::{Authorization, Request, Response};
use crate::sites::{Accounts, Guarded, HttpLogin, accepts};
use crate::story::About::Healthy;
use crate::story::{RIGHT, Story, clear};

/// A site that hands sign-ins to a service on another host.
fn relay(request: &Request) -> Response {
    match (request.path(), request.cookie("sid")) {
        ("/callback", _)
            if request.query("code").is_some()
                && request.cookie("oauth_state").map(str::to_owned) == request.query("state") =>
        {
            Response::found("/private").set_cookie("sid=hush-good; Path=/; HttpOnly")
        }
        ("/callback", _) => Response::status(400),
        (_, Some("hush-good")) => Response::wanted(),
        _ => Response::found(
            "https://idp.test/authorize?client_id=app&response_type=code&state=hush-state",
        )
        .set_cookie("oauth_state=hush-state; Path=/; Max-Age=600"),
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

fn handshake(scheme: &'static str) -> impl Fn(&Request) -> Response {
    move |request| match &request.authorization {
        Some(Authorization::Step { number: 1, .. }) => {
            Response::challenge(&format!("{scheme} TlRMTVNTUAACAAAA"))
        }
        Some(Authorization::Step { .. }) => Response::wanted(),
        _ => Response::challenge(scheme),
    }
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "a page that works",
        about: Healthy,
        told: |world| {
            world.serve(&["app.test"], |_| Response::wanted());
            world.opens("https://app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-in by form that works",
        about: Healthy,
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/private");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-in over an old session that works",
        about: Healthy,
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie(
                "https://app.test/",
                "sid=hush-dead; Path=/; HttpOnly; SameSite=Lax",
            );
            world.opens("https://app.test/private");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-in by a service on another host that works",
        about: Healthy,
        told: |world| {
            world.serve(&["app.test"], relay);
            world.serve(&["idp.test"], service);
            world.opens("https://app.test/private");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a silent sign-in by a service that knows the person",
        about: Healthy,
        told: |world| {
            world.serve(&["app.test"], relay);
            world.serve(&["idp.test"], service);
            world.has_cookie(
                "https://idp.test/",
                "idp_session=hush-idp; Path=/; HttpOnly",
            );
            world.opens("https://app.test/private");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a background 401 that a new token mends",
        about: Healthy,
        told: |world| {
            world.serve(&["spa.test"], |request| match request.path() {
                "/api/me" if accepts(request, "hush-fresh") => Response::json(200),
                "/api/me" => {
                    Response::json(401).with("www-authenticate", "Bearer error=\"invalid_token\"")
                }
                "/token" => Response::json(200),
                _ => Response::wanted().script(|world, tab| {
                    world.fetch(
                        tab,
                        Fetch::get("/api/me").with(Authorization::bearer("hush-old")),
                    );
                    world.fetch(tab, Fetch::post("/token"));
                    world.fetch(
                        tab,
                        Fetch::get("/api/me").with(Authorization::bearer("hush-fresh")),
                    );
                }),
            });
            world.opens("https://spa.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a Basic sign-in that works",
        about: Healthy,
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::basic().answer(request)
            });
            world.opens("https://files.test/");
            world.types("ann", RIGHT);
            world.opens("https://files.test/other");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a Digest sign-in whose nonce went stale in between",
        about: Healthy,
        told: |world| {
            let mut asked = 0;
            world.serve(&["files.test"], move |request| {
                asked += 1;
                match request.login() {
                    Some(("ann", RIGHT)) if asked % 2 == 0 => Response::wanted(),
                    Some(_) => Response::challenge(
                        "Digest realm=\"Lab\", nonce=\"n2\", qop=\"auth\", stale=true",
                    ),
                    None => Response::challenge("Digest realm=\"Lab\", nonce=\"n1\", qop=\"auth\""),
                }
            });
            world.opens("https://files.test/");
            world.types("ann", RIGHT);
            world.opens("https://files.test/2");
            world.opens("https://files.test/3");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an NTLM handshake of two 401 answers and a page",
        about: Healthy,
        told: |world| {
            world.is_integrated = true;
            world.serve(&["intra.test"], handshake("NTLM"));
            world.opens("https://intra.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a Negotiate handshake",
        about: Healthy,
        told: |world| {
            world.is_integrated = true;
            world.serve(&["intra.test"], handshake("Negotiate"));
            world.opens("https://intra.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a DPoP nonce is asked for and given",
        about: Healthy,
        told: |world| {
            let mut asked = 0;
            world.serve(&["spa.test"], move |request| {
                asked += u32::from(request.path() == "/api");
                match request.path() {
                    "/api" if asked % 2 == 1 => Response::json(401)
                        .with(
                            "www-authenticate",
                            "DPoP error=\"use_dpop_nonce\", error_description=\"nonce needed\"",
                        )
                        .with("dpop-nonce", "n-1"),
                    "/api" => Response::json(200),
                    _ => Response::wanted().script(|world, tab| {
                        let token = Authorization::Token {
                            scheme: "DPoP",
                            value: "hush-dpop".to_owned(),
                            exp: None,
                        };
                        world.fetch(tab, Fetch::get("/api").with(token.clone()));
                        world.fetch(tab, Fetch::get("/api").with(token));
                    }),
                }
            });
            world.opens("https://spa.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a public page asks who is there, and nobody is",
        about: Healthy,
        told: |world| {
            world.serve(&["blog.test"], |request| match request.path() {
                "/api/session" => Response::json(401),
                _ => Response::wanted().script(|world, tab| {
                    world.fetch(tab, Fetch::get("/api/session"));
                }),
            });
            world.opens("https://blog.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a beacon is refused",
        about: Healthy,
        told: |world| {
            world.serve(&["blog.test"], |_| {
                Response::wanted().beacon("https://count.test/hit")
            });
            world.serve(&["count.test"], |_| Response::status(403));
            world.opens("https://blog.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a page that does not exist, and parts that do not",
        about: Healthy,
        told: |world| {
            world.serve(&["blog.test"], |request| match request.path() {
                "/" => Response::wanted()
                    .picture("/none.png")
                    .script(|world, tab| {
                        world.fetch(tab, Fetch::get("/none.json"));
                    }),
                _ => Response::status(404),
            });
            world.opens("https://blog.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a favicon behind a password",
        about: Healthy,
        told: |world| {
            world.serve(&["blog.test"], |request| match request.path() {
                "/favicon.ico" => {
                    Response::challenge("Basic realm=\"Lab\"").set_cookie("sid=hush-none; Path=/")
                }
                _ => Response::wanted().picture("/favicon.ico"),
            });
            world.opens("https://blog.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-out leads to the sign-in page",
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
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a form is sent, and its answer is a page to come back to",
        about: Healthy,
        told: |world| {
            let mut site = Guarded::new("csrftoken", 403);
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/form");
            world.submits(&[("text", "hello")]);
            world.reloads();
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a sign-in page is visited by hand",
        about: Healthy,
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "theme=hush-dark; Path=/");
            world.opens("https://app.test/login");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "an address is led from http to https to www",
        about: Healthy,
        told: |world| {
            world.serve(&["app.test", "www.app.test"], |request| {
                match (request.url.scheme(), request.url.host_str()) {
                    ("http", _) => Response::redirect(301, "https://app.test/"),
                    (_, Some("app.test")) => Response::redirect(301, "https://www.app.test/"),
                    _ => Response::wanted(),
                }
            });
            world.opens("http://app.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "twenty tabs of a site that works, and one of another that does not",
        about: Healthy,
        told: |world| {
            world.serve(&["app.test"], |_| Response::wanted());
            world.serve(&["broken.test"], |_| Response::status(500));
            world.opens("https://broken.test/");
            for number in 0..20 {
                world.opens_tab();
                world.opens(&format!("https://app.test/{number}"));
            }
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "the person goes back from a wall to a page that the browser kept",
        about: Healthy,
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.serve(&["blog.test"], |_| Response::wanted());
            world.has_cookie("https://app.test/", "sid=hush-dead; Path=/");
            world.opens("https://blog.test/");
            world.clicks("https://app.test/private");
            world.goes_back();
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a frame inside a page that works wants a sign-in",
        about: Healthy,
        told: |world| {
            world.serve(&["blog.test"], |_| {
                Response::wanted().frame("https://app.test/widget")
            });
            world.serve(&["app.test"], |_| Response::status(403));
            world.opens("https://blog.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a locked tab is closed, and another one works",
        about: Healthy,
        told: |world| {
            world.serve(&["app.test"], |request| {
                if request.path() == "/bad" {
                    Response::status(500)
                } else {
                    Response::wanted()
                }
            });
            world.opens("https://app.test/");
            world.opens_tab();
            world.opens("https://app.test/bad");
            world.closes_tab();
        },
        sees: |_| clear(),
        mends: &[],
    },
];
