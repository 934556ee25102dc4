//! Stories of bearer tokens: expired, invalid, too weak (RFC 6750 §3.1).

use readmit::event::{Browser, TabId};
use readmit::finding::Confidence::{Certain, Likely};

use crate::browser::{Fetch, MORNING, Simulator};
use crate::effects::exp_of;
use crate::server::{Authorization, Request, Response};
use crate::sites::accepts;
use crate::story::About::{NearMiss, Truth};
use crate::story::{Mend, Story, Then, clear, notice, wall};

const EXPIRED: &str =
    "Bearer realm=\"api\", error=\"invalid_token\", error_description=\"The access token expired\"";
const REVOKED: &str = "Bearer realm=\"api\", error=\"invalid_token\", error_description=\"The access token was revoked\"";
const WEAK: &str = "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"reports:read\"";

/// A page that keeps its token in its own storage, and what the interface says to a token that is not the fresh one.
fn keeper(world: &mut Simulator, challenge: &'static str) {
    world.serve(&["spa.test"], move |request| match request.path() {
        "/api/me" if accepts(request, "hush-fresh") => Response::json(200),
        "/api/me" => Response::json(401).with("www-authenticate", challenge),
        _ => Response::wanted().script(|world, tab| asks_again(world, tab)),
    });
    world.has_stored("https://spa.test", "draft", "x");
    world.has_stored("https://spa.test", "sessionView", "list");
}

/// The page's script: it asks with the token that it keeps, and asks again a little later.
fn asks_again(world: &mut Simulator, tab: TabId) {
    let key = ("https://spa.test".to_owned(), "token".to_owned());
    let Some(token) = world.storage.get(&key).cloned() else {
        return;
    };
    let sent = match exp_of(&token) {
        Some(exp) => Authorization::jwt(&token, exp),
        None => Authorization::bearer(&token),
    };
    for _ in 0..2 {
        world.fetch(tab, Fetch::get("/api/me").with(sent.clone()));
    }
}

/// The app shows its form once it has no token, and gets a new one for the right password.
fn signs_in_to_the_app(world: &mut Simulator) {
    let key = ("https://spa.test".to_owned(), "token".to_owned());
    assert!(
        !world.storage.contains_key(&key),
        "the form shows only without a token"
    );
    signs_in_with_a_new_token(world);
}

/// The app gets a new token in place of the old one.
fn signs_in_with_a_new_token(world: &mut Simulator) {
    world.has_stored("https://spa.test", "token", "hush-fresh");
    world.fetches(Fetch::get("/api/me").with(Authorization::bearer("hush-fresh")));
}

/// A page whose script asks an interface with the token of its storage.
fn app(world: &mut Simulator, api: impl Fn(&Request) -> Response + 'static) {
    world.serve(&["spa.test"], move |request| match request.path() {
        "/api/me" => api(request),
        _ => Response::wanted().script(|world, tab| {
            let token = world
                .storage
                .get(&("https://spa.test".to_owned(), "token".to_owned()))
                .cloned();
            let fetch = Fetch::get("/api/me");
            let fetch = token.map_or(fetch.clone(), |token| {
                fetch.with(Authorization::bearer(&token))
            });
            world.fetch(tab, fetch);
        }),
    });
    world.has_stored("https://spa.test", "token", "hush-token");
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "an app's kept token has expired, and the interface says so",
        about: Truth("token-expired"),
        told: |world| {
            app(world, |request| {
                if accepts(request, "hush-fresh") {
                    Response::json(200)
                } else {
                    Response::json(401).with("www-authenticate", EXPIRED)
                }
            });
            world.opens("https://spa.test/");
        },
        sees: |_| notice("token-expired", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: signs_in_with_a_new_token,
            then: Then::In("https://spa.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "an app goes in circles with a token whose time is over: that one key is forgotten",
        about: Truth("token-expired"),
        told: |world| {
            keeper(world, "Bearer realm=\"api\", error=\"invalid_token\"");
            world.has_stored("https://spa.test", "token", "hush-old@1789999000");
            world.opens("https://spa.test/");
        },
        sees: |_| notice("token-expired", Certain, "clear-stored-token"),
        mends: &[Mend {
            press: "clear-stored-token",
            person: signs_in_to_the_app,
            then: Then::In("https://spa.test/"),
            touches: &["token # https://spa.test"],
        }],
    },
    Story {
        name: "an app's token was revoked, and the key is known by the token's own times",
        about: Truth("token-invalid"),
        told: |world| {
            keeper(world, REVOKED);
            world.has_stored("https://spa.test", "token", "hush-old@1790009000");
            world.has_stored("https://spa.test", "refresh_token", "hush-other@1799999000");
            world.opens("https://spa.test/");
        },
        sees: |_| notice("token-invalid", Certain, "clear-stored-token"),
        mends: &[Mend {
            press: "clear-stored-token",
            person: signs_in_to_the_app,
            then: Then::In("https://spa.test/"),
            touches: &["token # https://spa.test"],
        }],
    },
    Story {
        name: "of two passes that tell nothing of themselves none is taken for the dead one",
        about: Truth("token-invalid"),
        told: |world| {
            keeper(world, REVOKED);
            world.has_stored("https://spa.test", "token", "hush-old");
            world.has_stored("https://spa.test", "idp_token", "hush-other");
            world.opens("https://spa.test/");
        },
        sees: |_| notice("token-invalid", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: signs_in_with_a_new_token,
            then: Then::In("https://spa.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "a document behind a gateway answers that the token expired",
        about: Truth("token-expired"),
        told: |world| {
            world.serve(&["gate.test"], |_| {
                Response::status(401).with("www-authenticate", EXPIRED)
            });
            world.opens("https://gate.test/report");
        },
        sees: |_| wall("token-expired", Certain, "sign-in"),
        mends: &[],
    },
    Story {
        name: "a token whose own time ran out is refused without a reason",
        about: Truth("token-expired"),
        told: |world| {
            world.serve(&["spa.test"], |request| match request.path() {
                "/api/me" => Response::json(401).with("www-authenticate", "Bearer realm=\"api\""),
                _ => Response::wanted().script(|world, tab| {
                    let token = Authorization::jwt("hush-jwt", MORNING / 1000 - 600);
                    // Pages ask again and again; from the second time on it is looked at closely.
                    for _ in 0..3 {
                        world.fetch(tab, Fetch::get("/api/me").with(token.clone()));
                    }
                }),
            });
            world.opens("https://spa.test/");
            world.waits(10_000);
            world.fetches(
                Fetch::get("/api/me").with(Authorization::jwt("hush-jwt", MORNING / 1000 - 600)),
            );
        },
        sees: |_| notice("token-expired", Certain, "sign-in"),
        mends: &[],
    },
    Story {
        name: "an app fetches a new token by itself and asks again",
        about: NearMiss("token-expired"),
        told: |world| {
            world.serve(&["spa.test"], |request| match request.path() {
                "/api/me" if accepts(request, "hush-fresh") => Response::json(200),
                "/api/me" => Response::json(401).with("www-authenticate", EXPIRED),
                "/api/refresh" => Response::json(200),
                _ => Response::wanted().script(|world, tab| {
                    world.fetch(
                        tab,
                        Fetch::get("/api/me").with(Authorization::bearer("hush-old")),
                    );
                    world.fetch(tab, Fetch::post("/api/refresh"));
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
        name: "an app's kept token was revoked",
        about: Truth("token-invalid"),
        told: |world| {
            app(world, |request| {
                if accepts(request, "hush-fresh") {
                    Response::json(200)
                } else {
                    Response::json(401).with("www-authenticate", REVOKED)
                }
            });
            world.opens("https://spa.test/");
        },
        sees: |_| notice("token-invalid", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: signs_in_with_a_new_token,
            then: Then::In("https://spa.test/"),
            touches: &[],
        }],
    },
    Story {
        name: "a document answers that the token is invalid, though none was sent",
        about: NearMiss("insufficient-scope"),
        told: |world| {
            world.serve(&["gate.test"], |_| {
                Response::status(401).with("www-authenticate", "Bearer error=\"invalid_token\"")
            });
            world.opens("https://gate.test/report");
        },
        sees: |browser| match browser {
            // Firefox shows that no token was sent at all.
            Browser::Firefox => wall("sign-in-required", Certain, "sign-in"),
            _ => wall("token-invalid", Likely, "sign-in"),
        },
        mends: &[],
    },
    Story {
        name: "a signed-out visitor's background question is answered 401 on a page that works",
        about: NearMiss("token-invalid"),
        told: |world| {
            app(world, |_| {
                Response::json(401).with("www-authenticate", "Bearer realm=\"api\"")
            });
            world
                .storage
                .remove(&("https://spa.test".to_owned(), "token".to_owned()));
            world.opens("https://spa.test/");
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a document answers that the token lacks a permission",
        about: Truth("insufficient-scope"),
        told: |world| {
            world.serve(&["gate.test"], |_| {
                Response::status(403).with("www-authenticate", WEAK)
            });
            world.opens("https://gate.test/report");
        },
        sees: |_| wall("insufficient-scope", Certain, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "an app's token lacks a permission",
        about: Truth("insufficient-scope"),
        told: |world| {
            app(world, |_| {
                Response::json(403).with("www-authenticate", WEAK)
            });
            world.opens("https://spa.test/");
        },
        sees: |_| notice("insufficient-scope", Certain, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a refusal without a word of scope is about the person",
        about: NearMiss("insufficient-scope"),
        told: |world| {
            let site = crate::sites::Accounts::new().knows("hush-alive");
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/");
            world.opens("https://app.test/forbidden");
        },
        sees: |_| wall("permission-denied", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a gateway was down for a moment: the next try goes through",
        about: NearMiss("token-expired"),
        told: |world| {
            let mut tries = 0;
            world.serve(&["gate.test"], move |_| {
                tries += 1;
                if tries == 1 {
                    Response::status(503)
                } else {
                    Response::wanted()
                }
            });
            world.opens("https://gate.test/report");
        },
        sees: |_| wall("server-fault", Certain, "reload"),
        mends: &[Mend {
            press: "reload",
            person: |_| {},
            then: Then::In("https://gate.test/report"),
            touches: &[],
        }],
    },
];
