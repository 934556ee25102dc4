//! The table of login walls: one row a wall, the single source for the index page, the demo and the tests.

use super::wall::Step::{
    AllowCookiesByHand, AnswerPrompt, BeginElsewhere, BlockCookies, ClockIsSet, FillAndSubmit,
    FollowLink, InSecondTab, LoseCookie, Open, OpenAt, OpenOtherPort, OpenWithCredentials,
    OpenWithUserInfo, PauseAddon, ServerForgets, WaitFor,
};
use super::wall::{Browsers, Meddler};
use super::wall::{CookieMatch, Server, State, Wall, WantedAt, WrongFix};

/// The name every wall knows.
pub(crate) const USER: &str = "mira";

/// Selects the mark of the page the person wanted.
pub(crate) const OK_SELECTOR: &str = "meta[name=lab][content=OK]";

/// The one password of a wall's form or prompt.
macro_rules! password {
    ($id:literal) => {
        concat!("s3cret-password-", $id)
    };
}

/// A password that was never right.
macro_rules! mistyped {
    ($id:literal) => {
        concat!("s3cret-mistyped-", $id)
    };
}

/// Typing the right name and password into the sign-in form.
macro_rules! sign_in {
    ($id:literal) => {
        FillAndSubmit {
            fields: &[("username", USER), ("password", password!($id))],
        }
    };
}

/// Typing a wrong password into the sign-in form.
macro_rules! mistype {
    ($id:literal) => {
        FillAndSubmit {
            fields: &[("username", USER), ("password", mistyped!($id))],
        }
    };
}

/// What every row shares unless it says otherwise: an http page of the lab, nothing removed, the person gets in.
const BASE: Wall = Wall {
    id: "",
    title: "",
    seen: "",
    host: "",
    other_hosts: &[],
    server: Server::Lab,
    start_path: "/",
    wanted_path: "/",
    wanted_at: WantedAt::Here,
    setup: &[Open { path: "/" }],
    check: false,
    finding: "",
    states: &[State::Wall],
    remedy: "",
    later_remedies: &[],
    may_offer: &[],
    gets_in: true,
    then: &[],
    may_remove: &[],
    may_remove_stored: &[],
    meddler: Meddler::None,
    wrong_fixes: &[],
    secrets: &[],
    browsers: Browsers::Both,
};

/// A page's own request failed: whether that stops the person is for the core to weigh.
const WALL_OR_NOTICE: &[State] = &[State::Wall, State::Notice];

/// Every wall, in the order of the index page.
pub(crate) static WALLS: &[Wall] = &[
    Wall {
        id: "basic",
        title: "A page behind a password prompt",
        seen: "The browser asks for a name and password; cancel it and nginx answers 401.",
        host: "basic.test",
        server: Server::Nginx,
        finding: "sign-in-required",
        remedy: "sign-in",
        then: &[AnswerPrompt {
            user: USER,
            password: password!("basic"),
        }],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::AnswerPrompt {
                user: USER,
                password: mistyped!("basic"),
            },
        ],
        secrets: &[password!("basic"), mistyped!("basic")],
        ..BASE
    },
    Wall {
        id: "digest",
        title: "The same by Digest",
        seen: "The browser asks for a name and password; cancel it and Apache answers 401 with a Digest challenge.",
        host: "digest.test",
        server: Server::Apache,
        finding: "sign-in-required",
        remedy: "sign-in",
        then: &[AnswerPrompt {
            user: USER,
            password: password!("digest"),
        }],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::AnswerPrompt {
                user: USER,
                password: mistyped!("digest"),
            },
        ],
        secrets: &[password!("digest"), mistyped!("digest")],
        ..BASE
    },
    Wall {
        id: "old-password",
        title: "The old password, typed again",
        seen: "The password was changed; the one just typed is refused with 401 and the prompt comes back.",
        host: "old-password.test",
        server: Server::Nginx,
        setup: &[OpenWithCredentials {
            path: "/",
            user: USER,
            password: mistyped!("old-password"),
        }],
        finding: "credentials-rejected",
        remedy: "retype-password",
        then: &[AnswerPrompt {
            user: USER,
            password: password!("old-password"),
        }],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::AnswerPrompt {
                user: USER,
                password: mistyped!("old-password"),
            },
        ],
        secrets: &[password!("old-password"), mistyped!("old-password")],
        ..BASE
    },
    Wall {
        id: "stuck-basic",
        title: "Signed in as guest, and no way to sign out",
        seen: "The guest's name opens the front page; /admin answers 403 and never asks for another name.",
        host: "stuck-basic.test",
        server: Server::Apache,
        start_path: "/admin",
        wanted_path: "/admin",
        setup: &[
            OpenWithCredentials {
                path: "/",
                user: "guest",
                password: "s3cret-guest-stuck-basic",
            },
            Open { path: "/admin" },
        ],
        finding: "http-login-stuck",
        remedy: "forget-http-login",
        then: &[AnswerPrompt {
            user: "admin",
            password: password!("stuck-basic"),
        }],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("stuck-basic"), "s3cret-guest-stuck-basic"],
        ..BASE
    },
    Wall {
        id: "too-many-cookies",
        title: "400: the cookies have grown too large",
        seen: "Twelve leftovers of earlier sign-ins fill the Cookie field; nginx answers 400 before the site is asked.",
        host: "too-many-cookies.test",
        server: Server::Nginx,
        setup: &[Open { path: "/seed" }, Open { path: "/" }],
        finding: "cookies-too-large",
        remedy: "remove-cookies",
        may_remove: &[CookieMatch {
            name: "nonce.*",
            domain: "too-many-cookies.test",
        }],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveCookies {
                cookies: &[CookieMatch {
                    name: "sid",
                    domain: "too-many-cookies.test",
                }],
            },
        ],
        secrets: &[
            "s3cret-session-too-many-cookies",
            "s3cret-nonce-too-many-cookies",
        ],
        ..BASE
    },
    Wall {
        id: "proxy",
        title: "407: the proxy asks, not the site",
        seen: "The browser goes through Squid, which wants its own name and password before any site is reached.",
        host: "proxy.test",
        server: Server::Squid,
        finding: "proxy-sign-in-required",
        remedy: "use-proxy-password",
        then: &[AnswerPrompt {
            user: "office",
            password: password!("proxy"),
        }],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::AnswerPrompt {
                user: USER,
                password: "s3cret-site-password-proxy",
            },
        ],
        secrets: &[password!("proxy"), "s3cret-site-password-proxy"],
        // Firefox asks in a window of its own, again for the icon and for its own requests: each keeps WebDriver from every
        // tab for as long as it is open, so that a harness can answer them only by luck. Tried once, Readmit was right.
        browsers: Browsers::Chromium,
        ..BASE
    },
    Wall {
        id: "stale-loop",
        title: "A dead cookie and an endless loop",
        seen: "The server lost its sessions but trusts the old cookie: / and /login send the browser back and forth.",
        host: "stale-loop.test",
        setup: &[
            Open { path: "/" },
            sign_in!("stale-loop"),
            ServerForgets,
            Open { path: "/" },
        ],
        finding: "stale-session-loop",
        remedy: "remove-cookies",
        then: &[sign_in!("stale-loop")],
        may_remove: &[CookieMatch {
            name: "sid",
            domain: "stale-loop.test",
        }],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("stale-loop"))],
            },
            WrongFix::RemoveCookies {
                cookies: &[CookieMatch {
                    name: "prefs",
                    domain: "stale-loop.test",
                }],
            },
        ],
        secrets: &[password!("stale-loop"), "s3cret-session-stale-loop"],
        ..BASE
    },
    Wall {
        id: "expired",
        title: "The session ran out",
        seen: "A session cookie is sent, the server no longer knows it and shows its sign-in page.",
        host: "expired.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            sign_in!("expired"),
            ServerForgets,
            Open { path: "/inbox" },
        ],
        finding: "session-expired",
        remedy: "sign-in",
        then: &[sign_in!("expired")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("expired"), "s3cret-session-expired"],
        ..BASE
    },
    Wall {
        id: "expired-route",
        title: "The session ran out, and the sign-in page is a route of the page",
        seen: "A session cookie is sent and no longer known; the redirect leads to `/#/login`, whose fragment no server sees.",
        host: "expired-route.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/#/login" },
            sign_in!("expired-route"),
            ServerForgets,
            Open { path: "/inbox" },
        ],
        finding: "session-expired",
        remedy: "sign-in",
        then: &[sign_in!("expired-route")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("expired-route"), "s3cret-session-expired-route"],
        ..BASE
    },
    Wall {
        id: "expired-https",
        title: "The session ran out, over https",
        seen: "As before, with a Secure cookie and a certificate of the lab's own authority.",
        host: "expired-https.test",
        server: Server::LabTls,
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            sign_in!("expired-https"),
            ServerForgets,
            Open { path: "/inbox" },
        ],
        finding: "session-expired",
        remedy: "sign-in",
        then: &[sign_in!("expired-https")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("expired-https"), "s3cret-session-expired-https"],
        ..BASE
    },
    Wall {
        id: "members",
        title: "For members only",
        seen: "Nobody is signed in; the page sends the browser to /login?next=/library.",
        host: "members.test",
        start_path: "/library",
        wanted_path: "/library",
        setup: &[Open { path: "/library" }],
        finding: "sign-in-required",
        remedy: "sign-in",
        then: &[sign_in!("members")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("members"), "s3cret-session-members"],
        ..BASE
    },
    Wall {
        id: "loop",
        title: "A loop nobody can explain",
        seen: "/ leads to /home and /home leads to /, with no cookie in play. The owner must mend it.",
        host: "loop.test",
        finding: "redirect-loop",
        remedy: "start-over",
        later_remedies: &["ask-owner"],
        gets_in: false,
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        ..BASE
    },
    Wall {
        id: "wrong-password",
        title: "A wrong password in a form",
        seen: "The form comes back with the status 401.",
        host: "wrong-password.test",
        start_path: "/account",
        wanted_path: "/account",
        setup: &[Open { path: "/account" }, mistype!("wrong-password")],
        finding: "credentials-rejected",
        remedy: "retype-password",
        then: &[sign_in!("wrong-password")],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[
                    ("username", USER),
                    ("password", mistyped!("wrong-password")),
                ],
            },
        ],
        secrets: &[
            password!("wrong-password"),
            mistyped!("wrong-password"),
            "s3cret-session-wrong-password",
        ],
        ..BASE
    },
    Wall {
        id: "spa-token",
        title: "The page's stored token has expired",
        seen: "The page loads, its request to /api/me is answered 401: the access token expired.",
        host: "spa-token.test",
        setup: &[
            Open { path: "/seed" },
            Open { path: "/" },
            WaitFor {
                selector: "form#sign-in",
            },
        ],
        finding: "token-expired",
        states: WALL_OR_NOTICE,
        remedy: "clear-stored-token",
        then: &[sign_in!("spa-token")],
        may_remove_stored: &["token"],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("spa-token"), "s3cret-signature-spa-token"],
        ..BASE
    },
    Wall {
        id: "spa-revoked",
        title: "The page's stored token was revoked",
        seen: "The page loads, its request to /api/me is answered 401: the token was revoked.",
        host: "spa-revoked.test",
        setup: &[
            Open { path: "/" },
            sign_in!("spa-revoked"),
            WaitFor {
                selector: OK_SELECTOR,
            },
            ServerForgets,
            Open { path: "/" },
            WaitFor {
                selector: "form#sign-in",
            },
        ],
        finding: "token-invalid",
        states: WALL_OR_NOTICE,
        remedy: "sign-in",
        then: &[sign_in!("spa-revoked")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("spa-revoked"), "s3cret-signature-spa-revoked"],
        ..BASE
    },
    Wall {
        id: "scope",
        title: "A good token that may not do this",
        seen: "The front page works; /reports asks an API that answers 403: insufficient_scope.",
        host: "scope.test",
        start_path: "/reports",
        wanted_path: "/reports",
        setup: &[
            Open { path: "/" },
            sign_in!("scope"),
            WaitFor {
                selector: OK_SELECTOR,
            },
            Open { path: "/reports" },
            WaitFor {
                selector: "p#refused",
            },
        ],
        finding: "insufficient-scope",
        states: WALL_OR_NOTICE,
        remedy: "ask-owner",
        gets_in: false,
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("scope"))],
            },
        ],
        secrets: &[password!("scope"), "s3cret-signature-scope"],
        ..BASE
    },
    Wall {
        id: "forbidden",
        title: "Signed in, and not allowed",
        seen: "The session is good and / works; /admin answers 403 for this person, whatever they clear.",
        host: "forbidden.test",
        start_path: "/admin",
        wanted_path: "/admin",
        setup: &[
            Open { path: "/" },
            sign_in!("forbidden"),
            Open { path: "/admin" },
        ],
        finding: "permission-denied",
        remedy: "ask-owner",
        gets_in: false,
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("forbidden"))],
            },
        ],
        secrets: &[password!("forbidden"), "s3cret-session-forbidden"],
        ..BASE
    },
    Wall {
        id: "old-form",
        title: "419: the form is too old",
        seen: "The form belongs to a session cookie that is gone (or open it in a second tab, then submit the first).",
        host: "old-form.test",
        start_path: "/settings",
        wanted_path: "/settings",
        setup: &[
            Open { path: "/settings" },
            LoseCookie { name: "s" },
            sign_in!("old-form"),
        ],
        finding: "form-expired",
        remedy: "start-over",
        then: &[sign_in!("old-form")],
        wrong_fixes: &[WrongFix::Reload],
        secrets: &[
            password!("old-form"),
            "s3cret-session-old-form",
            "s3cret-form-old-form",
            "s3cret-csrf-old-form",
        ],
        ..BASE
    },
    Wall {
        id: "two-cookies",
        title: "Two cookies of one name",
        seen: "The parent domain left an old session cookie; it is read first, so every sign-in leads back to the form.",
        host: "www.two-cookies.test",
        other_hosts: &["two-cookies.test"],
        setup: &[
            OpenAt {
                host: "two-cookies.test",
                path: "/old",
            },
            Open { path: "/" },
            sign_in!("two-cookies"),
        ],
        finding: "duplicate-cookies",
        remedy: "remove-cookies",
        may_remove: &[CookieMatch {
            name: "session",
            domain: "two-cookies.test",
        }],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("two-cookies"))],
            },
            WrongFix::RemoveCookies {
                cookies: &[CookieMatch {
                    name: "session",
                    domain: "www.two-cookies.test",
                }],
            },
        ],
        secrets: &[
            password!("two-cookies"),
            "s3cret-session-two-cookies",
            "s3cret-old-session-two-cookies",
        ],
        ..BASE
    },
    Wall {
        id: "busy",
        title: "429: too many tries",
        seen: "The third wrong password in a row is answered 429 with Retry-After: 4; each further try makes it longer.",
        host: "busy.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            mistype!("busy"),
            mistype!("busy"),
            mistype!("busy"),
        ],
        finding: "rate-limited",
        remedy: "wait",
        then: &[sign_in!("busy")],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("busy"))],
            },
        ],
        secrets: &[password!("busy"), mistyped!("busy"), "s3cret-session-busy"],
        ..BASE
    },
    Wall {
        id: "locked",
        title: "423: the account is locked",
        seen: "Even the right password is answered 423 until it is reset at /.well-known/change-password.",
        host: "locked.test",
        start_path: "/account",
        wanted_path: "/account",
        setup: &[Open { path: "/account" }, sign_in!("locked")],
        finding: "account-locked",
        remedy: "reset-password",
        later_remedies: &["ask-owner"],
        then: &[FillAndSubmit {
            fields: &[
                ("username", USER),
                ("code", "s3cret-code-locked"),
                ("password", "s3cret-new-password-locked"),
            ],
        }],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("locked"))],
            },
        ],
        secrets: &[
            password!("locked"),
            "s3cret-new-password-locked",
            "s3cret-code-locked",
            "s3cret-session-locked",
        ],
        ..BASE
    },
    Wall {
        id: "no-challenge",
        title: "401 without a challenge",
        seen: "The answer is 401, empty, and does not say how to sign in. The owner must mend it.",
        host: "no-challenge.test",
        finding: "missing-challenge",
        remedy: "ask-owner",
        gets_in: false,
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        ..BASE
    },
    Wall {
        id: "bad-challenge",
        title: "401 with a challenge no browser can use",
        seen: "WWW-Authenticate names a realm but no scheme, so no prompt appears. The owner must mend it.",
        host: "bad-challenge.test",
        finding: "malformed-challenge",
        remedy: "ask-owner",
        gets_in: false,
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        ..BASE
    },
    Wall {
        id: "plain-basic",
        title: "A password sent in the clear",
        seen: "The prompt works, over http: everyone on the way can read the password. A notice, not a wall.",
        host: "plain-basic.test",
        setup: &[OpenWithCredentials {
            path: "/",
            user: USER,
            password: password!("plain-basic"),
        }],
        finding: "insecure-credentials",
        states: &[State::Notice],
        remedy: "ask-owner",
        secrets: &[password!("plain-basic")],
        ..BASE
    },
    Wall {
        id: "broken",
        title: "503, and fine a moment later",
        seen: "The first load is answered 503, the second works.",
        host: "broken.test",
        finding: "server-fault",
        remedy: "reload",
        ..BASE
    },
    Wall {
        id: "express-restart",
        title: "Express was restarted",
        seen: "express-session kept its sessions in memory; passport's site shows its sign-in page and begins a new session.",
        host: "express-restart.test",
        server: Server::Express,
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            sign_in!("express-restart"),
            ServerForgets,
            Open { path: "/inbox" },
        ],
        finding: "session-expired",
        remedy: "sign-in",
        then: &[sign_in!("express-restart")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[
            password!("express-restart"),
            "s3cret-session-express-restart",
        ],
        ..BASE
    },
    Wall {
        id: "express-secure",
        title: "Express keeps its Secure cookie back by plain http",
        seen: "The sign-in by http is taken and sets no cookie at all; the page leads back to it. Nothing answers by https there.",
        host: "express-secure.test",
        server: Server::Express,
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[Open { path: "/inbox" }, sign_in!("express-secure")],
        finding: "secure-cookie-on-http",
        remedy: "ask-owner",
        gets_in: false,
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("express-secure")],
        ..BASE
    },
    Wall {
        id: "passport-refusal",
        title: "A wrong password, as passport refuses it",
        seen: "The answer to the form is 401, one word, and no form to try again.",
        host: "passport-refusal.test",
        server: Server::Express,
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[Open { path: "/inbox" }, mistype!("passport-refusal")],
        finding: "credentials-rejected",
        remedy: "retype-password",
        then: &[sign_in!("passport-refusal")],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[
                    ("username", USER),
                    ("password", mistyped!("passport-refusal")),
                ],
            },
        ],
        secrets: &[
            password!("passport-refusal"),
            mistyped!("passport-refusal"),
            "s3cret-session-passport-refusal",
        ],
        ..BASE
    },
    Wall {
        id: "flask-key",
        title: "Flask draws a new key at each start",
        seen: "The signed cookie of before is no longer believed; Flask-Login shows the sign-in page and sets a new one.",
        host: "flask-key.test",
        server: Server::Flask,
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            sign_in!("flask-key"),
            ServerForgets,
            Open { path: "/inbox" },
        ],
        finding: "session-expired",
        remedy: "sign-in",
        then: &[sign_in!("flask-key")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("flask-key")],
        ..BASE
    },
    Wall {
        id: "flask-handler",
        title: "Flask answers 401 with the form in it",
        seen: "The same, but the page itself is answered 401 with a sign-in form; no redirect, no challenge.",
        host: "flask-handler.test",
        server: Server::Flask,
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            sign_in!("flask-handler"),
            ServerForgets,
            Open { path: "/inbox" },
        ],
        finding: "session-expired",
        remedy: "sign-in",
        then: &[sign_in!("flask-handler")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("flask-handler")],
        ..BASE
    },
    Wall {
        id: "django-restart",
        title: "Django has lost the session",
        seen: "The cache with the sessions is gone: Django deletes the cookie and shows its sign-in page.",
        host: "django-restart.test",
        server: Server::Django,
        start_path: "/inbox/",
        wanted_path: "/inbox/",
        setup: &[
            Open { path: "/inbox/" },
            sign_in!("django-restart"),
            ServerForgets,
            Open { path: "/inbox/" },
        ],
        finding: "session-expired",
        remedy: "sign-in",
        then: &[sign_in!("django-restart")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("django-restart")],
        ..BASE
    },
    Wall {
        id: "django-csrf",
        title: "Django: CSRF verification failed",
        seen: "A sign-in in a second tab changes the CSRF token; the form that is still open in the first is answered 403.",
        host: "django-csrf.test",
        server: Server::Django,
        start_path: "/inbox/",
        wanted_path: "/inbox/",
        setup: &[
            Open { path: "/inbox/" },
            InSecondTab {
                steps: &[Open { path: "/inbox/" }, sign_in!("django-csrf")],
            },
            sign_in!("django-csrf"),
        ],
        finding: "form-expired",
        remedy: "start-over",
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("django-csrf")],
        ..BASE
    },
    Wall {
        id: "django-permission",
        title: "Django: permission denied",
        seen: "The session is good and / works; /reports/ answers 403, as for a refused form, whatever one clears.",
        host: "django-permission.test",
        server: Server::Django,
        start_path: "/reports/",
        wanted_path: "/reports/",
        setup: &[
            Open { path: "/" },
            sign_in!("django-permission"),
            Open { path: "/reports/" },
        ],
        finding: "permission-denied",
        remedy: "ask-owner",
        gets_in: false,
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[
                    ("username", USER),
                    ("password", password!("django-permission")),
                ],
            },
        ],
        secrets: &[password!("django-permission")],
        ..BASE
    },
    Wall {
        id: "django-staff",
        title: "Django: a page for staff asks to sign in again",
        seen: "The session is new and / works; /staff/ leads to the sign-in page for want of a permission, as often as one signs in.",
        host: "django-staff.test",
        server: Server::Django,
        start_path: "/staff/",
        wanted_path: "/staff/",
        setup: &[
            Open { path: "/" },
            sign_in!("django-staff"),
            Open { path: "/staff/" },
        ],
        finding: "permission-denied",
        remedy: "ask-owner",
        gets_in: false,
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("django-staff"))],
            },
        ],
        secrets: &[password!("django-staff")],
        ..BASE
    },
    Wall {
        id: "skewed-clock",
        title: "Nothing is wrong: a server whose clock is behind",
        seen: "The server's clock is three hours behind (faketime), and so is its cookie's end: the link from a mail signs in.",
        host: "skewed-clock.test",
        server: Server::LateExpress,
        start_path: "/inbox",
        wanted_path: "/inbox",
        // No form: over http its password would be worth a notice.
        setup: &[Open { path: "/link" }],
        states: &[State::Clear],
        secrets: &["s3cret-session-skewed-clock"],
        ..BASE
    },
    Wall {
        id: "healthy",
        title: "Nothing is wrong: a public page",
        seen: "The page works; its optional request, its icon, an image and a beacon fail, as they do for any visitor.",
        host: "healthy.test",
        setup: &[
            Open { path: "/" },
            WaitFor {
                selector: "html[data-settled]",
            },
        ],
        states: &[State::Clear],
        ..BASE
    },
    Wall {
        id: "handshake",
        title: "Nothing is wrong: a sign-in in three steps",
        seen: "An NTLM handshake: two answers 401 belong to it, the third is the page.",
        host: "handshake.test",
        setup: &[OpenWithCredentials {
            path: "/",
            user: USER,
            password: password!("handshake"),
        }],
        states: &[State::Clear],
        secrets: &[password!("handshake")],
        // Driven by WebDriver, Firefox 153 shows its prompt for NTLM even where the address carries name and password.
        browsers: Browsers::Chromium,
        ..BASE
    },
    Wall {
        id: "stale-nonce",
        title: "Nothing is wrong: a used-up Digest nonce",
        seen: "The second page is answered 401 stale=true, the browser repeats it by itself and is in.",
        host: "stale-nonce.test",
        start_path: "/again",
        wanted_path: "/again",
        setup: &[
            OpenWithCredentials {
                path: "/",
                user: USER,
                password: password!("stale-nonce"),
            },
            Open { path: "/again" },
        ],
        states: &[State::Clear],
        secrets: &[password!("stale-nonce"), "s3cret-nonce-stale-nonce"],
        ..BASE
    },
    // What became of the sign-in's cookie.
    Wall {
        id: "secure-cookie",
        title: "A Secure cookie by plain http",
        seen: "The sign-in by http sets a cookie that browsers keep by https only; the page sends the person back.",
        host: "secure-cookie.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        wanted_at: WantedAt::Secure,
        setup: &[Open { path: "/inbox" }, sign_in!("secure-cookie")],
        finding: "secure-cookie-on-http",
        remedy: "open-https",
        later_remedies: &["ask-owner"],
        then: &[sign_in!("secure-cookie")],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("secure-cookie"))],
            },
        ],
        secrets: &[password!("secure-cookie"), "s3cret-session-secure-cookie"],
        ..BASE
    },
    Wall {
        id: "secure-leftover",
        title: "An old Secure cookie keeps the new one out",
        seen: "The site was at https once; now it signs people in by http, and its cookie may not take the old one's place.",
        host: "secure-leftover.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            OpenOtherPort { path: "/old" },
            Open { path: "/inbox" },
            sign_in!("secure-leftover"),
        ],
        finding: "secure-cookie-on-http",
        remedy: "remove-cookies",
        later_remedies: &["ask-owner"],
        then: &[sign_in!("secure-leftover")],
        may_remove: &[CookieMatch {
            name: "sid",
            domain: "secure-leftover.test",
        }],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::SignInAgain {
                fields: &[
                    ("username", USER),
                    ("password", password!("secure-leftover")),
                ],
            },
            WrongFix::RemoveCookies {
                cookies: &[CookieMatch {
                    name: "prefs",
                    domain: "secure-leftover.test",
                }],
            },
        ],
        secrets: &[
            password!("secure-leftover"),
            "s3cret-session-secure-leftover",
            "s3cret-old-session-secure-leftover",
        ],
        ..BASE
    },
    Wall {
        id: "two-names",
        title: "One site, two names",
        seen: "The sign-in is at www, and leads to the bare name, which does not get its cookie: back and forth.",
        host: "two-names.test",
        other_hosts: &["www.two-names.test"],
        start_path: "/home",
        wanted_path: "/home",
        wanted_at: WantedAt::Host("www.two-names.test"),
        setup: &[Open { path: "/home" }, sign_in!("two-names")],
        finding: "host-mismatch",
        remedy: "open-sibling-host",
        later_remedies: &["ask-owner"],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("two-names"))],
            },
        ],
        secrets: &[password!("two-names"), "s3cret-session-two-names"],
        ..BASE
    },
    Wall {
        id: "strict-link",
        title: "A link in a mail leaves the sign-in behind",
        seen: "The person is signed in; a link on another site leads to the sign-in page, and a reload does not help.",
        host: "strict-link.test",
        other_hosts: &["strict-mail.test"],
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            sign_in!("strict-link"),
            OpenAt {
                host: "strict-mail.test",
                path: "/",
            },
            FollowLink,
        ],
        finding: "samesite-withheld",
        remedy: "start-over",
        later_remedies: &["ask-owner"],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("strict-link"), "s3cret-session-strict-link"],
        ..BASE
    },
    Wall {
        id: "form-relay",
        title: "A sign-in service answers by a form",
        seen: "The way back is a POST from another site: the cookie that began the sign-in stays behind, the answer is 400.",
        host: "form-relay.test",
        other_hosts: &["form-service.test"],
        start_path: "/private",
        wanted_path: "/private",
        setup: &[
            Open { path: "/private" },
            sign_in!("form-relay"),
            WaitFor {
                selector: "p#no-state",
            },
        ],
        finding: "samesite-withheld",
        remedy: "start-over",
        later_remedies: &["ask-owner"],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[
            password!("form-relay"),
            "s3cret-session-form-relay",
            "s3cret-state-form-relay",
        ],
        ..BASE
    },
    Wall {
        id: "cookies-off",
        title: "The browser keeps no cookies of this site",
        seen: "The browser's settings block this site's cookies; each sign-in leads back to the sign-in page.",
        host: "cookies-off.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            BlockCookies,
            Open { path: "/inbox" },
            sign_in!("cookies-off"),
        ],
        finding: "cookies-blocked",
        remedy: "allow-cookies",
        later_remedies: &["ask-owner"],
        then: &[AllowCookiesByHand, sign_in!("cookies-off")],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("cookies-off"))],
            },
        ],
        secrets: &[password!("cookies-off"), "s3cret-session-cookies-off"],
        ..BASE
    },
    Wall {
        id: "grown-cookie",
        title: "A session that has grown too large to keep",
        seen: "Each sign-in adds to the session cookie; beyond 4096 bytes browsers keep the old one instead.",
        host: "grown-cookie.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/seed" },
            Open { path: "/inbox" },
            sign_in!("grown-cookie"),
        ],
        finding: "cookie-refused",
        remedy: "remove-cookies",
        later_remedies: &["ask-owner"],
        then: &[sign_in!("grown-cookie")],
        may_remove: &[CookieMatch {
            name: "session",
            domain: "grown-cookie.test",
        }],
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::SignInAgain {
                fields: &[("username", USER), ("password", password!("grown-cookie"))],
            },
            WrongFix::RemoveCookies {
                cookies: &[CookieMatch {
                    name: "prefs",
                    domain: "grown-cookie.test",
                }],
            },
        ],
        secrets: &[password!("grown-cookie"), "s3cret-session-grown-cookie"],
        ..BASE
    },
    Wall {
        id: "crowded-jar",
        title: "The session was pushed out by other cookies",
        seen: "A page of the site sets two hundred cookies; the browser drops the oldest, the session among them.",
        host: "crowded-jar.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            sign_in!("crowded-jar"),
            Open { path: "/campaign" },
            Open { path: "/inbox" },
        ],
        finding: "cookie-refused",
        remedy: "remove-cookies",
        later_remedies: &["ask-owner"],
        then: &[sign_in!("crowded-jar")],
        may_remove: &[CookieMatch {
            name: "track.*",
            domain: "crowded-jar.test",
        }],
        wrong_fixes: &[WrongFix::Reload],
        secrets: &[
            password!("crowded-jar"),
            "s3cret-session-crowded-jar",
            "s3cret-track-crowded-jar",
        ],
        ..BASE
    },
    Wall {
        id: "shared-port",
        title: "Two apps at two ports share a cookie",
        seen: "A sign-in to the neighbour at another port of the host takes the place of the sign-in here.",
        host: "shared-port.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            sign_in!("shared-port"),
            OpenOtherPort { path: "/inbox" },
            sign_in!("shared-port"),
            Open { path: "/inbox" },
        ],
        finding: "port-shared-cookie",
        remedy: "sign-in",
        later_remedies: &["ask-owner"],
        then: &[sign_in!("shared-port")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("shared-port"), "s3cret-session-shared-port"],
        ..BASE
    },
    // Sign-in services, accounts, guards, certificates, clocks, networks, links and schemes.
    Wall {
        id: "late-hand-off",
        title: "Too long at the sign-in service",
        seen: "Signing in goes by way of another site; after three seconds there the way back is answered 401.",
        host: "late-hand-off.test",
        other_hosts: &["late-hand-off-idp.test"],
        start_path: "/private",
        wanted_path: "/private",
        setup: &[
            Open { path: "/private" },
            WaitFor {
                selector: "html[data-late]",
            },
            sign_in!("late-hand-off"),
        ],
        finding: "handoff-expired",
        remedy: "start-over",
        later_remedies: &["ask-owner"],
        wrong_fixes: &[WrongFix::Reload],
        secrets: &[
            password!("late-hand-off"),
            "s3cret-state-late-hand-off",
            "s3cret-code-late-hand-off",
            "s3cret-session-late-hand-off",
        ],
        ..BASE
    },
    Wall {
        id: "bookmarked-sign-in",
        title: "A bookmark of the sign-in service",
        seen: "Whoever begins at the sign-in service instead of the app is answered 401 on the way back.",
        host: "bookmarked-sign-in.test",
        other_hosts: &["bookmarked-sign-in-idp.test"],
        wanted_path: "/private",
        setup: &[
            OpenAt {
                host: "bookmarked-sign-in-idp.test",
                path: "/authorize?client_id=lab&response_type=code&state=s3cret-bookmark-bookmarked-sign-in",
            },
            sign_in!("bookmarked-sign-in"),
        ],
        finding: "handoff-expired",
        remedy: "start-over",
        later_remedies: &["ask-owner"],
        wrong_fixes: &[WrongFix::Reload],
        secrets: &[
            password!("bookmarked-sign-in"),
            "s3cret-bookmark-bookmarked-sign-in",
            "s3cret-state-bookmarked-sign-in",
            "s3cret-code-bookmarked-sign-in",
            "s3cret-session-bookmarked-sign-in",
        ],
        ..BASE
    },
    Wall {
        id: "other-account",
        title: "Shared with your other account",
        seen: "Two accounts are signed in; the link opens with the first, which gets 403, and the second has access.",
        host: "other-account.test",
        start_path: "/d/42",
        wanted_path: "/u/1/d/42",
        setup: &[
            Open {
                path: "/sign-in-both",
            },
            Open { path: "/d/42" },
        ],
        finding: "wrong-account",
        remedy: "switch-account",
        later_remedies: &["ask-owner"],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &["s3cret-session-other-account"],
        ..BASE
    },
    Wall {
        id: "edge-guard",
        title: "403 by a guard in front of the site",
        seen: "A guard that knows the network refuses it, whoever asks. Another network or the owner can help.",
        host: "edge-guard.test",
        finding: "network-blocked",
        remedy: "reload",
        later_remedies: &["ask-owner"],
        may_offer: &["reload"],
        gets_in: false,
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        ..BASE
    },
    Wall {
        id: "network-changed",
        title: "403 since the network changed",
        seen: "The session is good, and every page answers 403; strangers get the same, as the check in the popup shows.",
        host: "network-changed.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            sign_in!("network-changed"),
            Open {
                path: "/network-changes",
            },
            Open { path: "/inbox" },
        ],
        check: true,
        finding: "network-blocked",
        remedy: "reload",
        later_remedies: &["ask-owner"],
        may_offer: &["reload"],
        gets_in: false,
        wrong_fixes: &[
            WrongFix::Reload,
            WrongFix::RemoveAllCookies,
            WrongFix::SignInAgain {
                fields: &[
                    ("username", USER),
                    ("password", password!("network-changed")),
                ],
            },
        ],
        secrets: &[
            password!("network-changed"),
            "s3cret-session-network-changed",
        ],
        ..BASE
    },
    Wall {
        id: "robot-check",
        title: "A check for robots",
        seen: "The first load is answered 403 with cf-mitigated: challenge; whoever keeps its cookie is let in.",
        host: "robot-check.test",
        finding: "bot-check",
        remedy: "reload",
        later_remedies: &["pause-blocker", "ask-owner"],
        wrong_fixes: &[WrongFix::RemoveAllCookies],
        secrets: &["s3cret-session-robot-check"],
        ..BASE
    },
    Wall {
        id: "card",
        title: "A certificate is wanted",
        seen: "nginx wants a certificate of the browser, gets none, and answers 400.",
        host: "card.test",
        server: Server::NginxTls,
        finding: "client-certificate-required",
        remedy: "reload",
        later_remedies: &["ask-owner"],
        may_offer: &["reload"],
        gets_in: false,
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        ..BASE
    },
    Wall {
        id: "wrong-clock",
        title: "The device's clock is two hours ahead",
        seen: "Two sites' clocks agree against the device's, and a session that was just made is answered 401.",
        host: "wrong-clock.test",
        other_hosts: &["wrong-clock-mail.test"],
        setup: &[
            OpenAt {
                host: "wrong-clock-mail.test",
                path: "/",
            },
            Open { path: "/" },
            sign_in!("wrong-clock"),
        ],
        finding: "clock-skew",
        remedy: "fix-clock",
        later_remedies: &["reload", "ask-owner"],
        then: &[ClockIsSet, Open { path: "/" }],
        wrong_fixes: &[WrongFix::Reload],
        secrets: &[password!("wrong-clock"), "s3cret-session-wrong-clock"],
        ..BASE
    },
    Wall {
        id: "hotspot",
        title: "The Wi-Fi's own page",
        seen: "Every http page leads to the network's page until the code of the room is typed there.",
        host: "hotspot.test",
        other_hosts: &["hotspot-weather.test", "hotspot-wifi.test"],
        start_path: "/today",
        wanted_path: "/today",
        setup: &[
            OpenAt {
                host: "hotspot-weather.test",
                path: "/",
            },
            Open { path: "/today" },
        ],
        finding: "captive-portal",
        remedy: "open-portal",
        later_remedies: &["ask-it"],
        then: &[FillAndSubmit {
            fields: &[("room", "s3cret-room-hotspot")],
        }],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &["s3cret-room-hotspot"],
        ..BASE
    },
    Wall {
        id: "used-link",
        title: "A link that was used before",
        seen: "The link of a mail works once, and a mail scanner has opened it: 410.",
        host: "used-link.test",
        start_path: "/auth/magic",
        setup: &[Open {
            path: "/auth/magic?token=s3cret-link-used-link",
        }],
        finding: "link-used-up",
        remedy: "request-new-link",
        later_remedies: &["ask-owner"],
        then: &[sign_in!("used-link")],
        wrong_fixes: &[WrongFix::Reload],
        secrets: &[
            password!("used-link"),
            "s3cret-link-used-link",
            "s3cret-session-used-link",
        ],
        ..BASE
    },
    Wall {
        id: "step-up",
        title: "A fresher sign-in is wanted",
        seen: "The front page works; /reports asks an API that answers 401: insufficient_user_authentication.",
        host: "step-up.test",
        start_path: "/reports",
        wanted_path: "/reports",
        setup: &[
            Open { path: "/" },
            sign_in!("step-up"),
            WaitFor {
                selector: OK_SELECTOR,
            },
            Open { path: "/reports" },
            WaitFor {
                selector: "form#sign-in",
            },
        ],
        finding: "step-up-required",
        states: WALL_OR_NOTICE,
        remedy: "sign-in",
        then: &[sign_in!("step-up")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("step-up"), "s3cret-signature-step-up"],
        ..BASE
    },
    Wall {
        id: "odd-scheme",
        title: "A page for other programs",
        seen: "The 401 names a scheme that no browser has. The owner must mend it.",
        host: "odd-scheme.test",
        finding: "scheme-unsupported",
        remedy: "ask-owner",
        gets_in: false,
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        ..BASE
    },
    Wall {
        id: "work-sign-in",
        title: "The work computer's own sign-in",
        seen: "The page offers Negotiate only, and the browser does not pass a sign-in on.",
        host: "work-sign-in.test",
        finding: "integrated-sign-in-unavailable",
        remedy: "ask-it",
        gets_in: false,
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        ..BASE
    },
    Wall {
        id: "two-gates",
        title: "A gate takes the app's place for its token",
        seen: "The page loads; its API sends a token, and a gate in front of it asks for a password instead.",
        host: "two-gates.test",
        setup: &[
            Open { path: "/" },
            WaitFor {
                selector: "html[data-settled]",
            },
        ],
        finding: "authorization-lost",
        states: WALL_OR_NOTICE,
        remedy: "ask-owner",
        gets_in: false,
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &["s3cret-token-two-gates"],
        ..BASE
    },
    Wall {
        id: "password-in-address",
        title: "A password in the address",
        seen: "The page opens, and its scripts could load nothing: name and password stand in its address. A notice.",
        host: "password-in-address.test",
        server: Server::LabTls,
        setup: &[OpenWithUserInfo {
            path: "/",
            user: USER,
            password: password!("password-in-address"),
        }],
        finding: "credentials-in-url",
        states: &[State::Notice],
        remedy: "open-without-credentials",
        secrets: &[password!("password-in-address")],
        ..BASE
    },
    Wall {
        id: "misdirected",
        title: "421, and fine a moment later",
        seen: "The first load is answered 421: a line that was meant for another site. The second works.",
        host: "misdirected.test",
        finding: "misdirected-request",
        remedy: "reload",
        later_remedies: &["ask-owner"],
        ..BASE
    },
    // What the page and the browser keep.
    Wall {
        id: "dead-token",
        title: "An app that goes in circles with a dead token",
        seen: "The app keeps the token of yesterday; its API answers 401, its sign-in page sends you back.",
        host: "dead-token.test",
        server: Server::LabTls,
        setup: &[
            Open { path: "/seed" },
            Open { path: "/" },
            WaitFor {
                selector: "html[data-circles]",
            },
        ],
        finding: "token-expired",
        states: WALL_OR_NOTICE,
        remedy: "clear-stored-token",
        later_remedies: &["sign-in"],
        then: &[sign_in!("dead-token")],
        may_remove_stored: &["token"],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("dead-token"), "s3cret-signature-dead-token"],
        ..BASE
    },
    Wall {
        id: "signed-out-behind",
        title: "Signed out behind an open page",
        seen: "The page stays open; its requests are sent to a sign-in service that no script may read.",
        host: "signed-out-behind.test",
        other_hosts: &["sso.signed-out-behind.test"],
        setup: &[
            Open { path: "/" },
            sign_in!("signed-out-behind"),
            ServerForgets,
            WaitFor {
                selector: "html[data-cut-off]",
            },
        ],
        finding: "background-session-expired",
        states: WALL_OR_NOTICE,
        remedy: "reload",
        later_remedies: &["sign-in", "ask-owner"],
        then: &[sign_in!("signed-out-behind")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[
            password!("signed-out-behind"),
            "s3cret-session-signed-out-behind",
        ],
        ..BASE
    },
    Wall {
        id: "old-detour",
        title: "The browser remembers an old detour",
        seen: "The front page once moved to /login for good. It is back, but the browser does not ask any more.",
        host: "old-detour.test",
        setup: &[Open { path: "/" }, Open { path: "/" }],
        finding: "cached-redirect",
        remedy: "clear-cached-redirect",
        later_remedies: &["ask-owner"],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        ..BASE
    },
    Wall {
        id: "far-detour",
        title: "An old detour to another host",
        seen: "As before, but the remembered way leads to the sign-in page of another host.",
        host: "far-detour.test",
        other_hosts: &["old.far-detour.test"],
        setup: &[Open { path: "/" }, Open { path: "/" }],
        finding: "cached-redirect",
        remedy: "clear-cached-redirect",
        later_remedies: &["ask-owner"],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        ..BASE
    },
    Wall {
        id: "offline-copy",
        title: "An old copy answers in the site's place",
        seen: "A service worker keeps the sign-in page and shows it after every sign-in, though that went well.",
        host: "offline-copy.test",
        server: Server::LabTls,
        setup: &[
            Open { path: "/login" },
            WaitFor {
                selector: "html[data-kept]",
            },
            Open { path: "/" },
            sign_in!("offline-copy"),
        ],
        finding: "stale-offline-copy",
        remedy: "remove-offline-copy",
        later_remedies: &["ask-owner"],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("offline-copy"), "s3cret-session-offline-copy"],
        ..BASE
    },
    Wall {
        id: "works-offline",
        title: "Nothing is wrong: an app that works offline",
        seen: "A service worker answers for each page: with the sign-in page to a stranger, then with the person's page.",
        host: "works-offline.test",
        server: Server::LabTls,
        setup: &[
            Open { path: "/login" },
            WaitFor {
                selector: "html[data-kept]",
            },
            Open { path: "/" },
            sign_in!("works-offline"),
            WaitFor {
                selector: OK_SELECTOR,
            },
        ],
        states: &[State::Clear],
        secrets: &[password!("works-offline"), "s3cret-session-works-offline"],
        ..BASE
    },
    // What in the browser interferes. A plain client has none of it, so that only real browsers tell these.
    Wall {
        id: "embedded-tool",
        title: "A tool inside another site's page",
        seen: "The course shows a tool in a frame; cookies of other sites are off, so it forgets who launched it: 400.",
        host: "embedded-tool.test",
        other_hosts: &["course-embedded-tool.test"],
        server: Server::LabTls,
        start_path: "/launch",
        wanted_path: "/launch",
        setup: &[OpenAt {
            host: "course-embedded-tool.test",
            path: "/course",
        }],
        finding: "embedded-cookies-blocked",
        states: WALL_OR_NOTICE,
        remedy: "open-in-own-tab",
        later_remedies: &["ask-owner"],
        wrong_fixes: &[WrongFix::Reload],
        secrets: &[
            "s3cret-session-embedded-tool",
            "s3cret-launch-embedded-tool",
        ],
        meddler: Meddler::NoEmbeddedCookies,
        ..BASE
    },
    Wall {
        id: "blocked-script",
        title: "A blocker stops the script of the sign-in",
        seen: "The form at /login needs its script; a blocker stops it, and the form is refused.",
        host: "blocked-script.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[Open { path: "/inbox" }],
        finding: "request-blocked",
        remedy: "pause-blocker",
        later_remedies: &["reload"],
        then: &[
            PauseAddon,
            Open { path: "/inbox" },
            sign_in!("blocked-script"),
        ],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("blocked-script"), "s3cret-session-blocked-script"],
        meddler: Meddler::Addon("blocker"),
        ..BASE
    },
    Wall {
        id: "cleaned",
        title: "A cleaner removes the session",
        seen: "The sign-in works, and a moment later its cookie is gone; every page asks to sign in again.",
        host: "cleaned.test",
        start_path: "/inbox",
        wanted_path: "/inbox",
        setup: &[
            Open { path: "/inbox" },
            sign_in!("cleaned"),
            WaitFor {
                selector: "html[data-signed-out]",
            },
            Open { path: "/inbox" },
        ],
        finding: "cookies-removed",
        remedy: "keep-cookies",
        later_remedies: &["sign-in"],
        then: &[
            PauseAddon,
            Open { path: "/inbox" },
            sign_in!("cleaned"),
            Open { path: "/inbox" },
        ],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[password!("cleaned"), "s3cret-session-cleaned"],
        meddler: Meddler::Addon("cookie-cleaner"),
        ..BASE
    },
    Wall {
        id: "cut-link",
        title: "A link cleaner cuts the way back",
        seen: "The sign-in service sends the browser back with a code; a link cleaner cuts it off: 400.",
        host: "cut-link.test",
        start_path: "/private",
        wanted_path: "/private",
        setup: &[Open { path: "/private" }, sign_in!("cut-link")],
        finding: "parameters-stripped",
        remedy: "pause-blocker",
        later_remedies: &["start-over"],
        then: &[PauseAddon, Open { path: "/private" }, sign_in!("cut-link")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[
            password!("cut-link"),
            "s3cret-session-cut-link",
            "s3cret-code-cut-link",
            "s3cret-state-cut-link",
        ],
        meddler: Meddler::Addon("link-cleaner"),
        ..BASE
    },
    Wall {
        id: "hidden-referrer",
        title: "403: the form does not say where it comes from",
        seen: "An add-on takes Referer off; the site, as Django does over https, then refuses every form.",
        host: "hidden-referrer.test",
        server: Server::LabTls,
        start_path: "/settings",
        wanted_path: "/settings",
        setup: &[Open { path: "/settings" }, sign_in!("hidden-referrer")],
        finding: "referrer-hidden",
        remedy: "pause-blocker",
        later_remedies: &["start-over", "ask-owner"],
        then: &[
            PauseAddon,
            Open { path: "/settings" },
            sign_in!("hidden-referrer"),
        ],
        wrong_fixes: &[WrongFix::RemoveAllCookies],
        secrets: &[
            password!("hidden-referrer"),
            "s3cret-session-hidden-referrer",
            "s3cret-csrf-hidden-referrer",
        ],
        meddler: Meddler::Addon("referrer-stripper"),
        ..BASE
    },
    Wall {
        id: "two-containers",
        title: "The sign-in is split over two containers",
        seen: "The app began the sign-in in the default container; the service sends the person back in another: 401.",
        host: "two-containers.test",
        other_hosts: &["idp-two-containers.test"],
        start_path: "/private",
        wanted_path: "/private",
        setup: &[
            BeginElsewhere { path: "/private" },
            sign_in!("two-containers"),
        ],
        finding: "container-mismatch",
        remedy: "open-in-container",
        then: &[sign_in!("two-containers")],
        wrong_fixes: &[WrongFix::Reload, WrongFix::RemoveAllCookies],
        secrets: &[
            password!("two-containers"),
            "s3cret-session-two-containers",
            "s3cret-code-two-containers",
            "s3cret-state-two-containers",
        ],
        meddler: Meddler::Containers,
        // Only Firefox has containers.
        browsers: Browsers::Firefox,
        ..BASE
    },
];

/// The wall of this id.
pub(crate) fn wall(id: &str) -> Option<&'static Wall> {
    WALLS.iter().find(|wall| wall.id == id)
}

/// The wall one of whose hosts this is.
pub(crate) fn wall_of_host(host: &str) -> Option<&'static Wall> {
    WALLS
        .iter()
        .find(|wall| wall.hosts().any(|name| name == host))
}
