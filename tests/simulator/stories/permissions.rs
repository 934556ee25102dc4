//! Stories of people who are signed in and refused all the same.

use readmit::finding::Confidence::{Likely, Possible};

use crate::server::Response;
use crate::sites::Accounts;
use crate::story::About::{NearMiss, Truth};
use crate::story::{Story, gone, wall};

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "a signed-in person may not see this page",
        about: Truth("permission-denied"),
        told: |world| {
            let site = Accounts::new().knows("hush-alive");
            world.serve(&["app.test"], move |request| site.answer(request));
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/; HttpOnly");
            world.has_cookie("https://app.test/", "prefs=hush-wide; Path=/");
            world.opens("https://app.test/");
            world.clicks("https://app.test/forbidden/payroll");
        },
        sees: |_| wall("permission-denied", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "the first page of all is refused to a person with a session",
        about: Truth("permission-denied"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::json(403));
            world.has_cookie(
                "https://app.test/",
                "PHPSESSID=hush-alive; Path=/; HttpOnly",
            );
            world.opens("https://app.test/admin");
        },
        sees: |_| wall("permission-denied", Likely, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a refusal to someone who never signed in may be about permissions, and nobody can tell",
        about: Truth("permission-denied"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::status(403));
            world.opens("https://app.test/admin");
        },
        sees: |_| wall("permission-denied", Possible, "ask-owner"),
        mends: &[],
    },
    Story {
        name: "a page that is not there is not forbidden",
        about: NearMiss("permission-denied"),
        told: |world| {
            world.serve(&["app.test"], |_| Response::status(404));
            world.has_cookie("https://app.test/", "sid=hush-alive; Path=/; HttpOnly");
            world.opens("https://app.test/missing");
        },
        sees: |_| gone(404),
        mends: &[],
    },
];
