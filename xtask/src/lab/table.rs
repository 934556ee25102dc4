//! The table of login walls: one row a wall, the single source for the index page, the demo and the tests.

use super::wall::Browsers;
use super::wall::Step::{
    AnswerPrompt, ClockIsSet, FillAndSubmit, LoseCookie, Open, OpenAt, OpenWithCredentials,
    OpenWithUserInfo, ServerForgets, WaitFor,
};
use super::wall::{CookieMatch, Server, State, Wall, WrongFix};

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
        remedy: "sign-in",
        then: &[sign_in!("spa-token")],
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
