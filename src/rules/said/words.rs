//! The words of a text, whoever wrote it and in which language, and what they say of each topic.

use std::cell::RefCell;

use super::{TITLE_WORDS, Topic, dictionary};

/// What a token is called.
const TOKENS: &[&str] = &[
    "token",
    "tokens",
    "jwt",
    "bearer",
    "key",
    "apikey",
    "assertion",
    "consent",
    "ticket",
];
/// What is said of something that is not accepted.
const BAD: &[&str] = &[
    "bad",
    "blacklisted",
    "corrupt",
    "failed",
    "illegal",
    "incorrect",
    "invalid",
    "malformed",
    "mismatch",
    "rejected",
    "revoked",
    "tampered",
    "unknown",
    "unrecognized",
    "unrecognised",
    "wrong",
];
/// What is said of a password that is not the right one.
const WRONG: &[&str] = &[
    "bad",
    "failed",
    "incorrect",
    "invalid",
    "mismatch",
    "rejected",
    "unrecognized",
    "unrecognised",
    "wrong",
];
/// What one signs in with and nobody else knows.
const SECRETS: &[&str] = &[
    "credential",
    "credentials",
    "passcode",
    "passphrase",
    "password",
];
/// Who one says to be.
const NAMES: &[&str] = &["email", "identifier", "login", "user", "username"];
const SHUT: &[&str] = &[
    "banned",
    "blocked",
    "deactivated",
    "disabled",
    "inactive",
    "locked",
    "lockout",
    "suspended",
];
const CSRF: &[&str] = &["csrf", "xsrf", "crumb", "antiforgery", "forgery"];
/// What stands in a page, and in no answer for a program.
const PAGE: &[&str] = &[
    "<!", "<HTML", "<html", "<a ", "<body", "<center", "<div", "<h1", "<h2", "<p", "<script",
    "<title",
];
/// How far apart two words may stand to belong together.
const NEAR: usize = 5;

/// The words of a body, lower-case, without marks and tags.
pub(super) struct Words(Vec<String>);

thread_local! {
    /// The body that was read last, and its words: all rules ask of the same one in turn.
    static LAST: RefCell<(String, Words)> = const { RefCell::new((String::new(), Words(Vec::new()))) };
}

/// Whether a body speaks of a topic.
pub(super) fn say(body: &str, topic: Topic) -> bool {
    with(body, |words| words.say(topic))
}

/// How many words a body has.
pub(super) fn count(body: &str) -> usize {
    with(body, Words::count)
}

fn with<T>(body: &str, ask: impl FnOnce(&Words) -> T) -> T {
    LAST.with_borrow_mut(|(read, words)| {
        if read != body {
            *words = Words::of(body);
            body.clone_into(read);
        }
        ask(words)
    })
}

/// A body with its character references as the letters they stand for, without accents; other marks as spaces.
fn without_references(body: &str) -> String {
    const ACCENTS: &[&str] = &[
        "acute", "caron", "cedil", "circ", "grave", "ring", "slash", "tilde", "uml",
    ];
    let mut text = String::with_capacity(body.len());
    let mut parts = body.split('&');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let name = part.split_once(';').filter(|(name, _)| name.len() <= 8);
        let Some((name, rest)) = name else {
            text.push('&');
            text.push_str(part);
            continue;
        };
        let number = name.strip_prefix('#').and_then(|number| {
            let hex = number.strip_prefix(['x', 'X']);
            let code = match hex {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        });
        let letter = name
            .chars()
            .next()
            .filter(|first| ACCENTS.contains(&name.split_at(first.len_utf8()).1));
        text.push(number.or(letter).unwrap_or(' '));
        text.push_str(rest);
    }
    text
}

impl Words {
    pub(super) fn of(body: &str) -> Words {
        let body = dictionary::apart(&without_references(body));
        let mut words = Vec::new();
        let mut word = String::new();
        let (mut in_tag, mut in_script, mut before) = (false, false, ' ');
        // The names of XML's own tags say something; those of a page do not.
        let html = PAGE.iter().any(|tag| body.contains(tag));
        let mut following = body.chars().skip(1);
        for (at, c) in body.char_indices() {
            let next = following.next();
            match c {
                '<' if html => {
                    let tag = body.get(at + 1..).unwrap_or_default();
                    let is = |name: &str| {
                        tag.get(..name.len())
                            .is_some_and(|begin| begin.eq_ignore_ascii_case(name))
                    };
                    in_tag = true;
                    in_script = is("script") || is("style");
                }
                '>' if html => in_tag = false,
                _ => {}
            }
            let begins = c.is_uppercase()
                && (before.is_lowercase()
                    || before.is_uppercase() && next.is_some_and(char::is_lowercase));
            before = c;
            if in_tag || in_script || !(c.is_alphanumeric() || matches!(c, '\'' | '’')) {
                take(&mut words, &mut word);
                continue;
            }
            if begins {
                take(&mut words, &mut word);
            }
            if c.is_alphanumeric() {
                word.push(dictionary::plain(c));
            }
        }
        take(&mut words, &mut word);
        Words(dictionary::in_english(words))
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether these words follow one another.
    fn phrase(&self, phrase: &str) -> bool {
        let (first, rest) = phrase.split_once(' ').unwrap_or((phrase, ""));
        let follow = |words: &[String]| {
            let mut words = words.iter();
            let mut rest = rest.split(' ').filter(|wanted| !wanted.is_empty());
            rest.all(|wanted| words.next().is_some_and(|word| word == wanted))
        };
        let behind = |at: usize| self.0.get(at + 1..).unwrap_or_default();
        let mut words = self.0.iter().enumerate();
        words.any(|(at, word)| word == first && follow(behind(at)))
    }

    fn any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.phrase(phrase))
    }

    /// Whether a word of the one list stands near a word of the other.
    fn near(&self, these: &[&str], those: &[&str]) -> bool {
        self.within(NEAR, these, those)
    }

    fn within(&self, reach: usize, these: &[&str], those: &[&str]) -> bool {
        let is = |word: &String, list: &[&str]| list.contains(&word.as_str());
        self.0.iter().enumerate().any(|(at, word)| {
            let around = self
                .0
                .get(at.saturating_sub(reach)..(at + reach + 1).min(self.0.len()));
            is(word, these) && around.unwrap_or_default().iter().any(|it| is(it, those))
        })
    }

    pub(super) fn say(&self, topic: Topic) -> bool {
        match topic {
            Topic::Anonymous => self.anonymous(),
            Topic::Unauthorized => self.any(&["unauthorized", "authentication failed"]),
            Topic::WrongPassword => self.wrong_password(),
            Topic::WrongCode => self.wrong_code(),
            Topic::Locked => self.locked(),
            Topic::TooMany => self.too_many(),
            Topic::TokenExpired => self.token_expired(),
            Topic::TokenInvalid => self.token_invalid(),
            Topic::SessionExpired => self.session_expired(),
            Topic::SecondFactor => self.second_factor(),
            Topic::Scope => self.scope(),
            Topic::Form => self.form(),
            Topic::HandOff => self.hand_off() || self.lost_flow(),
            Topic::LostFlow => self.lost_flow(),
            Topic::Clock => self.clock(),
            Topic::Network => self.network(),
            Topic::Robot => self.robot(),
            Topic::Certificate => self.certificate(),
            Topic::CookiesOff => self.cookies_off(),
            Topic::CookieNeedsHttps => {
                self.0.iter().any(|word| word == "cookie") && self.phrase("http instead of https")
            }
            Topic::Link => self.link(6),
            Topic::LinkAgain => self.link(8) && self.again(),
            Topic::SignInLink => {
                self.any(&["login link", "sign in link", "magic link"]) && self.link(12)
                    || self.any(&[
                        "max views exceeded",
                        "maximum views exceeded",
                        "already confirmed",
                    ])
            }
            Topic::SignInAgain => {
                (self.session_expired() || self.phrase("timeout"))
                    && (self.again() || self.phrase("inactivity"))
                    && self.any(&["log in", "login", "log on", "sign in", "signin"])
            }
            Topic::FormAgain => self.form_again(),
            Topic::Denied => self.denied(),
            Topic::Choice => self.is_choice(),
            Topic::CodeSpent => self.within(
                4,
                &["code"],
                &["valid", "invalid", "expired", "used", "redeemed"],
            ),
            Topic::OtherAccount => self.any(&[
                "different account",
                "another account",
                "switch account",
                "switch accounts",
                "anderen account",
                "autre account",
                "otra account",
                "matches the invitation",
                "match the invitation",
                "invited as",
                "not the recipient",
            ]),
            Topic::Referrer => {
                self.any(&["origin header value null", "origin null", "null origin"])
                    || self.within(
                        4,
                        &["referer", "referrer"],
                        &[
                            "missing", "supplied", "sent", "required", "requires", "no", "invalid",
                        ],
                    )
            }
        }
    }

    fn link(&self, reach: usize) -> bool {
        // Interfaces give an address to read more at: `"link":"https://docs.example/errors#invalid"`.
        let addresses = ["link http", "link https", "url http", "url https"];
        !self.any(&addresses)
            && self.within(
                reach,
                &["link", "otp", "url", "invitation", "invite"],
                &["expired", "used", "invalid"],
            )
    }

    fn again(&self) -> bool {
        self.0
            .iter()
            .any(|word| matches!(word.as_str(), "again" | "new" | "another" | "resubmit"))
    }

    fn denied(&self) -> bool {
        self.any(&[
            "access denied",
            "access is denied",
            "permission denied",
            "not authorized to access",
            "isnt authorized to access",
            "not authorised to access",
            "do not have access",
            "don t have access",
            "dont have access",
            "do not have permission",
            "dont have permission",
            "not enough permissions",
            "insufficient permissions",
            "insufficient privileges",
            "not enough privileges",
            "not authorized to perform",
            "not authorised to perform",
            "unauthorized to perform",
        ])
    }

    fn form_again(&self) -> bool {
        // "The form is invalid" alone is said of a field that was left empty.
        self.any(&[
            "page expired",
            "page has expired",
            "form has expired",
            "form expired",
            "csrf verification failed",
            "csrf check failed",
            "csrf token mismatch",
            "invalid csrf token",
            "csrf token is invalid",
            "change you wanted was rejected",
            "change you requested was rejected",
            "session hijacking",
            "verify your data submission",
            "contained an invalid security token",
        ]) || self.within(3, &["form"], &["invalid", "expired", "outdated"]) && self.again()
    }

    fn anonymous(&self) -> bool {
        let asks = self.any(&[
            "not authenticated",
            "not logged in",
            "not signed in",
            "unauthenticated",
            "auth required",
            "auth status signed out",
            "authentication required",
            "authentication is required",
            "requires authentication",
            "login required",
            "log in required",
            "login is required",
            "sign in required",
            "signin required",
            "need to be logged in",
            "need to log in",
            "need to login",
            "need to sign in",
            "must be logged in",
            "must be signed in",
            "must log in",
            "must login",
            "must sign in",
            "must authenticate",
            "must be authenticated",
            "unauthorized user",
            "pass the api key",
            "user name is empty",
            "access token must be used",
            "provide an api key",
            "get an api key",
            "please log in",
            "please login",
            "please sign in",
            "only signed in",
            "log in to continue",
            "sign in to continue",
            "credentials were not provided",
            "credentials not provided",
            "no credentials",
            "no api key",
            "no access token",
            "no auth token",
            "no authorization",
            "no token",
            "authenticated as anonymous",
            "logged in false",
        ]);
        let lacks = self.within(
            3,
            &["missing", "without", "empty"],
            &[
                "token",
                "credentials",
                "authorization",
                "authentication",
                "apikey",
            ],
        );
        let required = |what: &[&str]| self.within(3, &["require", "requires", "required"], what);
        // Any form may say that a key of its data is required.
        let key = self.any(&["access key", "api key", "consumer key"]) && required(&["key"]);
        let requires = key || required(&["token", "credentials", "authorization", "apikey"]);
        asks || (lacks || requires) && !self.csrf()
    }

    fn wrong_password(&self) -> bool {
        // An address or a name that is invalid may stand in any form: there it is no sign-in that failed.
        (self.within(4, SECRETS, WRONG)
            || self.within(6, NAMES, WRONG) && self.within(6, NAMES, SECRETS)
            || self.within(4, &["authentication"], WRONG) && !self.near(TOKENS, WRONG)
            || self.any(&[
                "does not match our records",
                "do not match our records",
                "with the given credentials",
                "password is not correct",
                "credentials do not match",
                "credentials did not match",
                "user not found",
                "email not found",
                "authentication failed",
                "auth failed",
                "failed to authenticate",
                "unable to authenticate",
                "could not authenticate",
                "invalid login",
                "login failed",
                "logon failed",
                "sign in failed",
            ]))
            // Apache's own page and Werkzeug's say so to everybody.
            && !self.phrase("supplied the wrong credentials")
            && !self.csrf()
            && !self.locked()
    }

    fn wrong_code(&self) -> bool {
        // A voucher has a code, too: the words count where a second factor is spoken of.
        const FACTORS: &[&str] = &[
            "2fa",
            "authentication",
            "authenticator",
            "factor",
            "login",
            "mfa",
            "otp",
            "passcode",
            "security",
            "sms",
            "time",
            "totp",
            "verification",
        ];
        const CODES: &[&str] = &["code", "codes", "otp", "passcode", "totp"];
        let named = self.within(3, FACTORS, CODES);
        let refused = self.within(6, CODES, WRONG) || self.within(6, CODES, &["expired"]);
        named && refused && !self.csrf() && !self.locked()
    }

    fn locked(&self) -> bool {
        // What is shut stands behind who is: "comments are disabled for this account" speaks of something else.
        let shut = self.0.iter().enumerate().any(|(at, word)| {
            let is = |word: &String, list: &[&str]| list.contains(&word.as_str());
            let before = at.checked_sub(2).and_then(|at| self.0.get(at));
            is(word, &["account", "user", "login"])
                && before.is_none_or(|before| before != "if")
                && self
                    .0
                    .iter()
                    .skip(at + 1)
                    .take(3)
                    .any(|after| is(after, SHUT))
        });
        // Other languages put the reason between both.
        let locked = self.within(8, &["account"], &["locked"]) && !self.phrase("if");
        // One cannot shut a password but for a while.
        let blocked = self.any(&["password status temporarily blocked", "password is blocked"]);
        shut || locked
            || blocked
            || self.any(&[
                "locked for security",
                "temporarily locked",
                "locked out",
                "lock status lock",
                "password attempts exceeded",
                "login attempts exceeded",
                "too many failed",
                "too many incorrect",
                "too many invalid",
                "too many unsuccessful",
                "banned after too many",
            ])
            || self.within(4, &["attempts", "quota"], &["exhausted", "used"])
                && self.within(4, &["attempts", "quota"], &["failed"])
            // An answer of one word can be about nothing else.
            || self.0.len() == 1 && self.any(&["suspended", "locked", "lockout", "deactivated"])
            || self.phrase("too many")
                && self.within(4, &["attempts"], &["failed", "unsuccessful", "incorrect"])
    }

    fn too_many(&self) -> bool {
        self.any(&[
            "too many requests",
            "too many attempts",
            "too many login attempts",
            "too many connections",
            "quota exceeded",
            "rate limited",
            "secondary rate limit",
            "over limit",
            "slow down",
        ]) || self.near(
            &["limit", "limits", "quota", "ratelimit"],
            &["exceeded", "reached", "exhausted"],
        ) && !self.near(
            &["limit", "limits"],
            &["size", "length", "file", "upload", "characters"],
        ) || self.0.iter().any(|word| word.starts_with("throttl"))
    }

    /// "Invalid or expired" leaves open which of both it is.
    fn is_choice(&self) -> bool {
        self.any(&[
            "or expired",
            "expired or",
            "or has expired",
            "or is expired",
        ])
    }

    fn csrf(&self) -> bool {
        self.0.iter().any(|word| CSRF.contains(&word.as_str()))
            || self.any(&["cross site request", "bad token", "badtoken"])
    }

    fn token_expired(&self) -> bool {
        let over = self.within(8, TOKENS, &["expired", "expires"])
            && !self.near(&["session", "account"], &["expired"]);
        (over
            || self.any(&[
                "lifetime validation failed",
                "not valid in the specified time frame",
                "token is not active",
                "request has expired",
                "credentials have expired",
                "credentials expired",
                "signature has expired",
            ]))
            && !self.is_choice()
            && !self.csrf()
            && !self.phrase("link you followed")
            && !self.lost_flow()
            && !self.clock()
    }

    fn token_invalid(&self) -> bool {
        let bad = self.near(
            &[
                "token",
                "tokens",
                "jwt",
                "key",
                "apikey",
                "signature",
                "auth",
            ],
            BAD,
        ) || self.any(&["not valid", "not active"])
            && self.near(TOKENS, &["valid", "active"])
            || self.any(&[
                "signature does not match",
                "included in the request is invalid",
                "check your access token",
                "not authed",
                "account inactive",
                "key is not registered",
            ]);
        bad && !self.csrf()
    }

    fn session_expired(&self) -> bool {
        let over = [
            "expired",
            "ended",
            "timed",
            "timeout",
            "terminated",
            "invalidated",
            "stale",
        ];
        (self.within(4, &["session"], &over)
            || self.any(&[
                "session is not authenticated",
                "session not active",
                "session is not active",
                "session does not exist",
                "invalid session",
                "session is invalid",
                "sessionexpired",
                "security login login request",
            ]))
            && !self.csrf()
    }

    fn second_factor(&self) -> bool {
        let wanted = [
            "required",
            "must",
            "need",
            "needed",
            "requires",
            "enroll",
            "enrollment",
            "challenge",
            "detected",
            "verify",
        ];
        self.within(6, &["mfa", "2fa", "multifactor", "totp"], &wanted)
            || self.any(&[
                "missing two factor",
                "no otp",
                "otp is missing",
                "missing otp",
                "otp token required",
                "no totp",
            ])
            // The state of Amazon's two-step verification (Ring, Blink).
            || self.any(&["needs2fa", "flows stages", "tsv state"])
            || [
                "multi factor",
                "two factor",
                "second factor",
                "step up",
                "one time code",
                "one time password",
                "one time passcode",
            ]
            .iter()
            .any(|words| self.phrase(words))
                && self.0.iter().any(|word| wanted.contains(&word.as_str()))
            || self.any(&[
                "fresh token required",
                "fresh login required",
                "assurance level",
                "aal2 required",
                "reauthentication required",
                "re authentication required",
                "sudo mode",
                "sudo required",
                "password confirmation required",
                "insufficient user authentication",
            ])
    }

    fn scope(&self) -> bool {
        let lacks = [
            "insufficient",
            "missing",
            "lacks",
            "outside",
            "required",
            "requires",
            "invalid",
            "expected",
            "contain",
        ];
        let is = |wanted: &str| self.0.iter().any(|word| word == wanted);
        self.within(7, &["scope", "scopes"], &lacks)
            || self.any(&[
                "scope does not match",
                "scopes do not match",
                "scope not allowed",
                "scope is not allowed",
            ])
            || self.any(&["read permission", "write permission"]) && is("missing")
            || self.any(&["not authorized for", "not authorised for"]) && self.any(TOKENS)
            || self.near(&["permission", "permissions"], &["missing"]) && self.any(TOKENS)
            || self.phrase("higher privileges than provided by the access token")
    }

    fn form(&self) -> bool {
        self.csrf()
            || self.any(&[
                "page expired",
                "page has expired",
                "form has expired",
                "form expired",
                "form token",
                "invalid request token",
                "request token is invalid",
                "authenticity token",
                "verification token",
                "link you followed has expired",
                "change you requested was rejected",
                "invalid security token",
                "security token is invalid",
                "security token has expired",
                "verify your data submission",
                "change you wanted was rejected",
                "session hijacking",
                "view expired",
                "session mismatch",
                "problem with your current session",
            ])
            || self.phrase("security token")
                && self.within(4, &["token"], &["invalid", "missing", "wrong"])
                && !self.phrase("included in the request")
            || self.near(&["nonce"], &["invalid", "expired", "failed"])
            // A token that is wrong, where loading the page again makes another one.
            || self.near(&["token"], WRONG) && self.phrase("reload the page")
    }

    fn hand_off(&self) -> bool {
        self.any(&[
            "invalid state",
            "state mismatch",
            "state not found",
            "state parameter",
            "state does not match",
            "state is missing",
            "missing state",
            "cookie not found",
            "csrf token",
            "action expired",
            "invalid grant",
            "nonce mismatch",
            "invalid nonce",
            "correlation failed",
            "ticket not recognized",
            "code has expired",
            "already been redeemed",
        ]) || self.near(
            &["samlresponse", "assertion", "inresponseto"],
            &["expired", "replay", "unknown"],
        )
    }

    fn lost_flow(&self) -> bool {
        self.any(&[
            "state information lost",
            "no session state",
            "transaction expired",
            "transaction has expired",
            "authorization request has expired",
            "authorization request expired",
            "cas authentication failed",
            "you were not authenticated",
            "nostate",
            "direct reference to form login",
            "too long to sign",
            "too long to log",
            "sign on was already completed",
            "login cookie not found",
            "user session error",
            "stale request",
            "oauth flow failed",
            "flow expired",
            "flow has expired",
            "authentication session",
            "login session has expired",
            "login request has expired",
        ])
    }

    fn clock(&self) -> bool {
        // A booking may be too early, too: the words count where a token or a message is spoken of.
        const DATED: &[&str] = &[
            "assertion",
            "authn",
            "iat",
            "jwt",
            "nbf",
            "signature",
            "token",
        ];
        let dated = self
            .0
            .iter()
            .any(|word| DATED.contains(&word.as_str()) || word.contains("saml"));
        self.any(&[
            "time too skewed",
            "request expired",
            "clock skew",
            "reported time",
            "synchronize the clock",
            "synchronise the clock",
            "clock on your",
            "your system clock",
            "request is not valid yet",
            "timestamp refused",
            "expired timestamp",
            "timestamp expired",
            "request time is invalid",
            "timestamp is invalid",
        ]) || self.phrase("request has expired") && self.phrase("current time")
            || self.within(
                6,
                &["timestamp"],
                &["outside", "ahead", "skew", "skewed", "drift", "range"],
            )
            || self.near(&["timestamp"], &["invalid", "expired", "exceeded"])
                && self.any(&["api", "sign", "signature"])
            || dated
                && self.any(&[
                    "invalid timestamp",
                    "used before issued",
                    "not yet valid",
                    "not yet current",
                    "not yet active",
                    "not valid before",
                    "not valid yet",
                    "in the future",
                    "issued at future",
                    "issued too long ago",
                    "used too early",
                    "signature expired",
                    "not within its valid time range",
                    "not valid at the current time",
                    "seconds from the current time",
                    "not before condition",
                    "not on or after condition",
                ])
    }

    fn network(&self) -> bool {
        let refused = [
            "banned",
            "blacklisted",
            "blocked",
            "denied",
            "forbidden",
            "rejected",
            "restricted",
            "locked",
        ];
        self.any(&[
            "ip address not allowed",
            "invalid request ip",
            // An address is refused, by ngrok's own code.
            "ngrok 3205",
            "restricted location",
            "unauthorized ip",
            "unrecognised ip",
            "unrecognized ip",
            "external access denied",
            "internet access denied",
            "tengine error denied by",
            "forbidden location",
            "geo blocked",
            "geoblocked",
            "geo restricted",
            "geolocation",
            "cerberus status blocked",
            "denied by rule",
            "site blocked",
            "site is blocked",
            "website is blocked",
            "web page blocked",
            "page is blocked",
            "ip address not on",
            "access token from location",
            "ip not allowed",
            "country region or territory",
            "only log in via localhost",
            "request is blocked",
            "access from your country",
            "in your country",
            "in your region",
            "you have been blocked",
            "error 1020",
            "error code 1020",
            "error code 1009",
            "error 1009",
            "errors edgesuite net",
            "incapsula incident",
            "website firewall",
            "web application firewall",
            "requested url was rejected",
            "mod security",
            "blocked by the firewall",
            "access to this site has been limited",
            "blocked by our security",
            "blocked for security",
            "request blocked",
            "request has been blocked",
            "blocked and logged",
            "blocked url",
            "client geo",
            "unable to visit",
        ]) || self.phrase("request denied by") && !self.within(4, &["denied"], &["auth"])
            || self.within(8, &["ip"], &refused)
            || self.within(16, &["ip"], &["allowed"]) && self.phrase("not allowed")
    }

    fn robot(&self) -> bool {
        self.any(&[
            "verify you are human",
            "verify you are a human",
            "you are a human",
            "not a robot",
            "not a bot",
            "are you a robot",
            "unusual traffic",
            "unusual behavior",
            "unusual behaviour",
            "disable any ad blocker",
            "checking your browser",
            "complete the security check",
            "captcha required",
            "captcha is required",
            "solve the captcha",
            "complete captcha",
            "complete the captcha",
            "human verification",
            "bot protection",
            "javascript and cookies to continue",
            "challenge is required to",
            "press and hold",
            "verifying if your connection is secure",
            "verifying your connection",
            "checking if the site connection is secure",
        ]) || self.0.len() <= TITLE_WORDS && self.phrase("captcha")
    }

    fn certificate(&self) -> bool {
        self.any(&[
            "client certificate",
            "client ssl certificate",
            "no required ssl certificate",
            "no required tls certificate",
            "the ssl certificate error",
            "403 7 forbidden",
            "did not accept your login certificate",
            "certificate validation failure",
            "certificate validation failed",
            "certificate required",
            "post handshake authentication",
        ])
    }

    fn cookies_off(&self) -> bool {
        // Not what stands on many a sign-in page in any case: that cookies must be allowed, or whether one accepts them.
        self.any(&[
            "cookies are blocked",
            "cookies are disabled",
            "cookies are not enabled",
            "cookies are not supported",
            "cookies disabled",
            "cookies blocked",
            "configured to disable cookies",
            "enable cookies for this",
        ])
    }
}

fn take(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}
