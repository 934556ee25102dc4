//! The table of login walls: one row a wall, the single source for the index page, the demo and the tests.

use super::wall::Step::{
    AnswerPrompt, BeginElsewhere, FillAndSubmit, LoseCookie, Open, OpenAt, OpenWithCredentials,
    PauseAddon, ServerForgets, WaitFor,
};
use super::wall::{Browsers, Meddler};
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
    meddler: Meddler::None,
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
