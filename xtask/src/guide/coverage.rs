//! What today's guides to 401 tell owners and developers, row by row, and where the product says or does it.
//!
//! A row of the guide names pages and a phrase that must stand on each. What the popup's owner part or the command line
//! serves is named by its place; their own tests check it.

use std::collections::BTreeMap;
use std::fs;

use super::pages;
use crate::tools;

/// One thing that guides tell.
struct Row {
    /// How the row begins in the list that was made of those guides.
    says: &'static str,
    /// Pages of the guide, and what each of them has to say.
    guide: &'static [(&'static str, &'static str)],
    /// Where else it is served.
    elsewhere: &'static [&'static str],
}

const CLI: &str = "command line: `readmit diagnose`";
const POPUP: &str = "popup, owner part: the failing exchange explained";
const COPY: &str = "popup, owner part: copy as curl, fetch or Python requests; HAR and JSON";
const HISTORY: &str = "popup, owner part: local history of failures per site";
const STRANGER: &str = "popup: “See what others get here”";

const ROWS: &[Row] = &[
    Row {
        says: "401 is not 403",
        guide: &[
            (
                "status-codes",
                "A 401 asks who you are. A 403 knows enough and says no",
            ),
            ("status-codes", "a 407 is not from the site at all"),
            ("status-codes", "Paste this into Diagnose"),
        ],
        elsewhere: &[],
    },
    Row {
        says: "`WWW-Authenticate` names the methods",
        guide: &[
            ("schemes", "Realm and protection space"),
            ("schemes", "What a browser does"),
            ("schemes", "Bearer"),
            ("schemes", "API key"),
            ("schemes", "IANA keeps the register"),
        ],
        elsewhere: &[POPUP, "command line: `readmit challenge`"],
    },
    Row {
        says: "a 401 without `WWW-Authenticate`",
        guide: &[
            (
                "missing-challenge",
                "A 401 must have at least one WWW-Authenticate field",
            ),
            (
                "malformed-challenge",
                "A right one is: WWW-Authenticate: Basic realm=\"Staff\"",
            ),
            ("scheme-unsupported", "Every challenge names a scheme"),
        ],
        elsewhere: &[POPUP, CLI],
    },
    Row {
        says: "browsers word it differently",
        guide: &[
            ("browsers", "One answer, many words"),
            ("browsers", "Access Denied"),
            ("browsers", "Authorization Required"),
        ],
        elsewhere: &[POPUP],
    },
    Row {
        says: "every method can get it",
        guide: &[
            ("methods", "Every method can be answered 401"),
            ("methods", "say that nothing was saved"),
            ("methods", "Preflights"),
            ("topic-preflight", "the real request is never sent"),
        ],
        elsewhere: &[],
    },
    Row {
        says: "Chrome, Firefox, Edge, Opera, Safari",
        guide: &[
            ("browsers", "Install Readmit"),
            ("browsers", "Takes the Chrome package"),
            ("browsers", "Apple's converter"),
        ],
        elsewhere: &["README: Install by hand"],
    },
    Row {
        says: "middleware or server migration",
        guide: &[
            ("sign-in-required", "middleware before every route"),
            (
                "checking",
                "If the page is meant to be public, a rule of the server reaches too far",
            ),
            ("search-engines", "After a move"),
        ],
        elsewhere: &[STRANGER],
    },
    Row {
        says: "expired, revoked, malformed token or API key",
        guide: &[
            (
                "token-invalid",
                "signed with a key that the server does not know",
            ),
            ("clock-skew", "keep time by NTP"),
            ("topic-clock-leeway", "leeway of up to a few minutes"),
        ],
        elsewhere: &[],
    },
    Row {
        says: "reverse proxy or load balancer strips",
        guide: &[
            ("authorization-lost", "CGIPassAuth On"),
            (
                "topic-forward-authorization",
                "Proxies, CGI and redirects can drop",
            ),
        ],
        elsewhere: &[],
    },
    Row {
        says: "send 401 with a proper `WWW-Authenticate`",
        guide: &[
            (
                "practice",
                "401 with WWW-Authenticate where credentials are missing or bad",
            ),
            ("topic-challenge", "Say how to sign in"),
        ],
        elsewhere: &["popup, owner part: the snippet for the server that the answer names"],
    },
    Row {
        says: ".htaccess/.htpasswd with absolute paths",
        guide: &[
            (
                "credentials-rejected",
                "AuthUserFile is taken relative to ServerRoot: use an absolute path",
            ),
            (
                "sign-in-required",
                "a .htaccess in a folder above, a location block after a move",
            ),
        ],
        elsewhere: &[],
    },
    Row {
        says: "check whether `Authorization` was sent",
        guide: &[
            ("checking", "DevTools"),
            ("checking", "curl -sS -i https://example.com/private"),
            ("checking", "Postman"),
            ("checking", "credentials: \"omit\""),
            ("checking", "import requests"),
            ("checking", "from selenium import webdriver"),
        ],
        elsewhere: &[COPY, CLI],
    },
    Row {
        says: "implement token refresh",
        guide: &[
            ("practice", "Short-lived access tokens"),
            ("practice", "with a wait that doubles"),
            ("practice", "in a cookie with HttpOnly and Secure"),
            ("token-expired", "repeat the request once"),
            (
                "cookie-refused",
                "DevTools shows the reason beside the Set-Cookie field",
            ),
        ],
        elsewhere: &["popup, owner part: cookie attributes that will fail"],
    },
    Row {
        says: "redirect to the login page and back",
        guide: &[
            ("practice", "Take the wanted address along (next=)"),
            (
                "practice",
                "Put words, a sign-in link and a contact on the 401 and 403 pages",
            ),
            ("topic-return-to", "Back to the page that was wanted"),
        ],
        elsewhere: &["popup: start-over and sign-in lead back to the wanted page"],
    },
    Row {
        says: "rate-limit, generic messages",
        guide: &[
            ("practice", "Slow down failed sign-ins"),
            ("practice", "name or password is wrong, not which"),
            ("practice", "No paths, no versions, no stack traces"),
            ("practice", "https alone"),
            ("insecure-credentials", "Redirect all of http to https"),
        ],
        elsewhere: &[],
    },
    Row {
        says: "monitor: spikes of 401",
        guide: &[
            ("monitoring", "401 and 403 by minute"),
            ("monitoring", "When to raise an alarm"),
            ("monitoring", "In continuous integration"),
            ("monitoring", "Look for public addresses that answer 401"),
            (
                "search-engines",
                "The reports of search engines name such addresses",
            ),
        ],
        elsewhere: &[HISTORY, CLI],
    },
    Row {
        says: "search engines: 401 keeps pages out",
        guide: &[
            ("search-engines", "401 or noindex"),
            (
                "search-engines",
                "Images, styles, scripts and interfaces that answer 401",
            ),
            ("search-engines", "A preview instead of a wall"),
            (
                "search-engines",
                "With Retry-After it says when to come back",
            ),
            (
                "topic-public-parts",
                "keep search engines from drawing the page",
            ),
            ("topic-retry-after", "some crawlers heed it too"),
        ],
        elsewhere: &[STRANGER],
    },
    Row {
        says: "who is asking: developer, marketer, shop owner",
        guide: &[
            ("index", "You are locked out"),
            ("index", "It is your site"),
            ("index", "If you sell or write rather than configure"),
            ("index", "You write code"),
        ],
        elsewhere: &["popup: the switch of the owner part"],
    },
    Row {
        says: "services that watch tokens",
        guide: &[
            (
                "monitoring",
                "The days until certificates, signing keys and client secrets run out",
            ),
            ("practice", "Renew before exp"),
        ],
        elsewhere: &[
            HISTORY,
            "popup: the stored pass that has run out, named with its key",
        ],
    },
];

/// The text of a document, without its tags.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[test]
fn every_row_is_served() {
    let texts: BTreeMap<String, String> = pages()
        .expect("the guide can be written")
        .into_iter()
        .map(|page| (page.name, text_of(&page.html)))
        .collect();
    for row in ROWS {
        assert!(
            !row.guide.is_empty() || !row.elsewhere.is_empty(),
            "{}",
            row.says
        );
        for (page, phrase) in row.guide {
            let text = texts
                .get(&format!("{page}.html"))
                .unwrap_or_else(|| panic!("{}: no page `{page}`", row.says));
            assert!(
                text.contains(phrase),
                "{}: `{page}` lacks `{phrase}`",
                row.says
            );
        }
    }
}

/// Where the list that the rows were made of lies beside the project, each row of it that names a place is among ours.
#[test]
fn no_row_of_the_list_is_forgotten() {
    let Ok(list) = fs::read_to_string(tools::root().join("../shared/coverage.md")) else {
        return;
    };
    let mut found = 0;
    for line in list.lines() {
        let Some((said, served)) = line
            .strip_prefix("| ")
            .and_then(|row| row.split_once(" | "))
        else {
            continue;
        };
        let names_a_place = ["O:", "O ", "`www`", "CLI"]
            .iter()
            .any(|place| served.starts_with(place) || served.contains(&format!(" {place}")));
        if !names_a_place {
            continue;
        }
        found += 1;
        assert!(
            ROWS.iter().any(|row| said.starts_with(row.says)),
            "no row serves `{said}`"
        );
    }
    assert!(found >= 12, "only {found} rows of the list name a place");
}
