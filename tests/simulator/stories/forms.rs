//! Stories of forms that are too old, and of forms that are refused for other reasons.

use readmit::finding::Confidence::{Certain, Likely};

use crate::server::Response;
use crate::sites::{Django, Guarded};
use crate::story::About::{NearMiss, Truth};
use crate::story::{Mend, Story, Then, general, wall};

/// A fresh form, filled in again.
const FRESH: Mend = Mend {
    press: "start-over",
    person: |world| world.submits(&[("text", "hello")]),
    then: Then::Past("https://app.test/done"),
    touches: &[],
};

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "a Laravel form whose session was lost answers 419",
        about: Truth("form-expired"),
        told: |world| {
            let mut site = Guarded::new("laravel_session", 419);
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/form");
            world
                .jar
                .cookies
                .retain(|cookie| cookie.domain != "app.test");
            world.waits(7_200_000);
            world.submits(&[("text", "hello")]);
        },
        sees: |_| wall("form-expired", Certain, "start-over"),
        mends: &[FRESH],
    },
    Story {
        name: "a Rails form that a second tab made old answers 422",
        about: Truth("form-expired"),
        told: |world| {
            let mut site = Guarded::new("_app_session", 422);
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/form");
            world
                .jar
                .cookies
                .retain(|cookie| cookie.domain != "app.test");
            world.submits(&[("text", "hello")]);
        },
        sees: |_| wall("form-expired", Likely, "start-over"),
        mends: &[FRESH],
    },
    Story {
        name: "a Django form without its cookie answers 403",
        about: Truth("form-expired"),
        told: |world| {
            let mut site = Guarded::new("csrftoken", 403);
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/form");
            world
                .jar
                .cookies
                .retain(|cookie| cookie.domain != "app.test");
            world.submits(&[("text", "hello")]);
        },
        sees: |_| wall("form-expired", Likely, "start-over"),
        mends: &[FRESH],
    },
    Story {
        name: "a sign-in in a second tab makes Django's form in the first too old",
        about: Truth("form-expired"),
        told: |world| {
            let mut site = Django::new();
            world.serve(&["app.test"], move |request| site.answer(request));
            world.opens("https://app.test/form");
            world.opens_tab();
            world.opens("https://app.test/form");
            world.submits(&[("text", "hello")]);
            world.closes_tab();
            world.submits(&[("text", "hello")]);
        },
        sees: |_| wall("form-expired", Likely, "start-over"),
        mends: &[FRESH],
    },
    Story {
        name: "Django refuses a signed-in person's form, which another tab made no older",
        about: NearMiss("form-expired"),
        told: |world| {
            let mut site = Django::new();
            world.serve(&["app.test"], move |request| match request.path() {
                "/delete" => Response::status(403),
                "/item" => Response::status(200).form("/delete", &[]),
                _ => site.answer(request),
            });
            world.opens("https://app.test/form");
            world.submits(&[("text", "hello")]);
            world.opens("https://app.test/item");
            world.opens_tab();
            world.opens("https://app.test/form");
            world.closes_tab();
            world.submits(&[("sure", "yes")]);
        },
        sees: |_| wall("permission-denied", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a form with a mistake in it answers 422 with all its cookies in place",
        about: NearMiss("form-expired"),
        told: |world| {
            world.serve(&["app.test"], |request| match request.method.as_str() {
                "POST" => Response::status(422).form("/form", &[]),
                _ => Response::status(200)
                    .form("/form", &[])
                    .set_cookie("_app_session=hush-1; Path=/"),
            });
            world.opens("https://app.test/form");
            world.submits(&[("mail", "not an address")]);
        },
        sees: |_| general(422),
        mends: &[],
    },
    Story {
        name: "a form is refused because a privacy setting hides where it came from",
        about: NearMiss("session-expired"),
        told: |world| {
            world.serve(&["app.test"], |request| {
                match (request.method.as_str(), request.origin.as_deref()) {
                    ("POST", Some("null")) => Response::status(403),
                    ("POST", _) => Response::wanted(),
                    _ => Response::status(200).form("/send", &[]),
                }
            });
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/");
            world.opens("https://app.test/write");
            world.submits_hidden(&[("text", "hello")]);
        },
        sees: |_| wall("referrer-hidden", Likely, "pause-blocker"),
        mends: &[],
    },
    Story {
        name: "a signed-in person may not do this, and the form is as fresh as can be",
        about: NearMiss("form-expired"),
        told: |world| {
            world.serve(&["app.test"], |request| match request.method.as_str() {
                "POST" => Response::status(403),
                _ => Response::status(200).form("/delete", &[]),
            });
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/");
            world.opens("https://app.test/item");
            world.submits(&[("sure", "yes")]);
        },
        sees: |_| wall("permission-denied", Likely, "ask-owner"),
        mends: &[],
    },
];
