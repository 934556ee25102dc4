//! Stories of names and passwords: refused, stuck in the browser, and sent in the clear.

use readmit::event::Browser;
use readmit::finding::Confidence::{Certain, Likely};

use crate::server::Response;
use crate::sites::{Accounts, HttpLogin};
use crate::story::About::{NearMiss, Truth};
use crate::story::{Mend, RIGHT, Story, Then, WRONG, clear, notice, wall};

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "a form answers a wrong password with 401",
        about: Truth("credentials-rejected"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/private");
            world.signs_in("ann", WRONG);
        },
        sees: |_| wall("credentials-rejected", Likely, "retype-password"),
        mends: &[Mend {
            press: "retype-password",
            person: |world| world.signs_in("ann", RIGHT),
            then: Then::In("https://app.test/private"),
            touches: &[],
        }],
    },
    Story {
        name: "a Basic prompt comes back after a wrong password",
        about: Truth("credentials-rejected"),
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::basic().answer(request)
            });
            world.opens("https://files.test/report");
            world.types("ann", WRONG);
        },
        sees: |_| wall("credentials-rejected", Certain, "retype-password"),
        mends: &[Mend {
            press: "retype-password",
            person: |world| world.types("ann", RIGHT),
            then: Then::In("https://files.test/report"),
            touches: &[],
        }],
    },
    Story {
        name: "a Digest prompt comes back after a wrong password, and is closed",
        about: Truth("credentials-rejected"),
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::digest().answer(request)
            });
            world.opens("https://files.test/report");
            world.types("ann", WRONG);
            world.cancels();
        },
        sees: |_| wall("credentials-rejected", Certain, "retype-password"),
        mends: &[Mend {
            press: "retype-password",
            person: |world| world.types("ann", RIGHT),
            then: Then::In("https://files.test/report"),
            touches: &[],
        }],
    },
    Story {
        name: "a Basic prompt is open, and nobody has typed anything yet",
        about: NearMiss("credentials-rejected"),
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::basic().answer(request)
            });
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
    Story {
        name: "a Basic prompt was closed without a password",
        about: NearMiss("credentials-rejected"),
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::basic().answer(request)
            });
            world.opens("https://files.test/report");
            world.cancels();
        },
        sees: |_| wall("sign-in-required", Certain, "sign-in"),
        mends: &[Mend {
            press: "sign-in",
            person: |world| world.types("ann", RIGHT),
            then: Then::In("https://files.test/report"),
            touches: &[],
        }],
    },
    Story {
        name: "the browser signs in as a guest, who may not see the page, and never asks again",
        about: Truth("http-login-stuck"),
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::basic().answer(request)
            });
            world.has_cookie("https://files.test/", "prefs=hush-wide; Path=/");
            world.opens("https://files.test/");
            world.types("guest", RIGHT);
            world.opens("https://files.test/admin");
        },
        sees: |_| wall("http-login-stuck", Likely, "forget-http-login"),
        mends: &[Mend {
            press: "forget-http-login",
            person: |world| world.types("ann", RIGHT),
            then: Then::In("https://files.test/admin"),
            touches: &[],
        }],
    },
    Story {
        name: "a Digest sign-in of the wrong person is stuck, too",
        about: Truth("http-login-stuck"),
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::digest().answer(request)
            });
            world.opens("https://files.test/");
            world.types("guest", RIGHT);
            world.opens("https://files.test/admin/users");
        },
        sees: |_| wall("http-login-stuck", Likely, "forget-http-login"),
        mends: &[Mend {
            press: "forget-http-login",
            person: |world| world.types("ann", RIGHT),
            then: Then::In("https://files.test/admin/users"),
            touches: &[],
        }],
    },
    Story {
        name: "a server that asks again gives the browser its chance by itself",
        about: NearMiss("http-login-stuck"),
        told: |world| {
            let site = HttpLogin {
                forbids_guests: false,
                ..HttpLogin::basic()
            };
            world.serve(&["files.test"], move |request| site.answer(request));
            world.opens("https://files.test/");
            world.types("guest", RIGHT);
            world.opens("https://files.test/admin");
        },
        sees: |browser| match browser {
            Browser::Firefox => wall("credentials-rejected", Certain, "retype-password"),
            _ => wall("credentials-rejected", Likely, "retype-password"),
        },
        mends: &[Mend {
            press: "retype-password",
            person: |world| world.types("ann", RIGHT),
            then: Then::In("https://files.test/admin"),
            touches: &[],
        }],
    },
    Story {
        name: "a refused page for a person signed in by a form is no stuck login",
        about: NearMiss("http-login-stuck"),
        told: |world| {
            let site = Accounts::new().knows("hush-alive");
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/");
            world.opens("https://app.test/");
            world.opens("https://app.test/forbidden");
        },
        sees: |_| wall("permission-denied", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a Basic password went over plain http",
        about: Truth("insecure-credentials"),
        told: |world| {
            world.serve(&["printer.test"], |request| {
                HttpLogin::basic().answer(request)
            });
            world.opens("http://printer.test/");
            world.types("ann", RIGHT);
        },
        sees: |_| notice("insecure-credentials", Certain, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a password form was sent over plain http",
        about: Truth("insecure-credentials"),
        told: |world| {
            let site = Accounts::new();
            world.serve(&["printer.test"], move |request| site.answer(request));
            world.opens("http://printer.test/login");
            world.signs_in("ann", RIGHT);
        },
        sees: |_| notice("insecure-credentials", Certain, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a password over https is safe on its way",
        about: NearMiss("insecure-credentials"),
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::basic().answer(request)
            });
            world.opens("https://files.test/");
            world.types("ann", RIGHT);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a password to this very computer goes over no network",
        about: NearMiss("insecure-credentials"),
        told: |world| {
            world.serve(&["localhost"], |request| HttpLogin::basic().answer(request));
            world.opens("http://localhost/");
            world.types("ann", RIGHT);
        },
        sees: |_| clear(),
        mends: &[],
    },
    Story {
        name: "a password that was changed elsewhere: the browser's own copy is refused, and it asks",
        about: NearMiss("http-login-stuck"),
        told: |world| {
            world.serve(&["files.test"], |request| {
                HttpLogin::basic().answer(request)
            });
            world.has_login("https://files.test/", "Lab", "ann", "hush-former");
            world.opens("https://files.test/report");
        },
        sees: |browser| match browser {
            // What the browser sends by itself is to be seen in Firefox alone.
            Browser::Firefox => wall("credentials-rejected", Certain, "retype-password"),
            _ => wall("sign-in-required", Certain, "sign-in"),
        },
        mends: &[],
    },
    Story {
        name: "a form that asks again under status 200 says nothing that could be told",
        about: NearMiss("credentials-rejected"),
        told: |world| {
            world.serve(&["app.test"], |_| {
                Response::status(200).form("/search", &[])
            });
            world.opens("https://app.test/search");
            world.submits(&[("q", "hush-words")]);
        },
        sees: |_| clear(),
        mends: &[],
    },
];
