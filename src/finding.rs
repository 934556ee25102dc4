//! The findings: one documented row each, which makes the id in both directions, its rank, and who can act.

use serde::{Serialize, Serializer};

use crate::address::Address;
use crate::exchange::Exchange;
use crate::kept::{Keep, Reader, Writer};
use crate::remedy::Offer;
use crate::text;

/// Who can mend what a finding states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The person in front of the browser.
    Person,
    /// The people who run the site.
    SiteOwner,
    /// The people who run the network or its proxy.
    Network,
    /// Nobody at this moment: only waiting helps.
    NobodyNow,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The evidence proves it.
    Certain,
    /// The evidence fits, and nothing seen fits better.
    Likely,
    /// The evidence does not rule it out.
    Possible,
}

macro_rules! findings {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $who:ident;)+) => {
        /// What is true of a failing exchange. The order is the rank: the more specific stands above the more general.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingId {
            $($(#[doc = $doc])+ $name,)+
        }

        impl FindingId {
            /// Every finding, in rank order.
            pub const ALL: &'static [FindingId] = &[$(FindingId::$name),+];

            /// The id: kebab-case, never changed once released.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(FindingId::$name => $id),+ }
            }

            /// The finding with this id.
            #[must_use]
            pub fn from_id(id: &str) -> Option<FindingId> {
                match id { $($id => Some(FindingId::$name),)+ _ => None }
            }

            /// Who can act.
            #[must_use]
            pub fn who(self) -> Who {
                match self { $(FindingId::$name => Who::$who),+ }
            }
        }
    };
}

findings! {
    /// 407: the proxy asks, not the site.
    ProxySignInRequired = "proxy-sign-in-required", Network;
    /// 511, or a network's own sign-in page in between.
    CaptivePortal = "captive-portal", Network;
    /// The server wants a certificate (nginx 495 and 496, TLS alerts).
    ClientCertificateRequired = "client-certificate-required", Person;
    /// Refused by a check for robots.
    BotCheck = "bot-check", Person;
    /// Refused by address or country, whoever asks.
    NetworkBlocked = "network-blocked", NobodyNow;
    /// 421: the connection was meant for another site.
    MisdirectedRequest = "misdirected-request", Person;
    /// 429: too many requests or sign-ins.
    RateLimited = "rate-limited", NobodyNow;
    /// 423, or refused everywhere after failed attempts.
    AccountLocked = "account-locked", Person;
    /// This device's clock is wrong by more than sign-ins allow.
    ClockSkew = "clock-skew", Person;
    /// A service worker answers in the site's place.
    StaleOfflineCopy = "stale-offline-copy", Person;
    /// A remembered permanent redirect answers in the site's place.
    CachedRedirect = "cached-redirect", Person;
    /// Firefox: the sign-in was split over two containers.
    ContainerMismatch = "container-mismatch", Person;
    /// A redirect's parameters were missing from the next request.
    ParametersStripped = "parameters-stripped", Person;
    /// A sign-in or reset link that was used, is too old, or was cut.
    LinkUsedUp = "link-used-up", Person;
    /// A part of the sign-in was blocked in the browser.
    RequestBlocked = "request-blocked", Person;
    /// Something on this device deletes the session cookie right after the sign-in.
    CookiesRemoved = "cookies-removed", Person;
    /// A Secure cookie set on http, or one that blocks an overwrite from http.
    SecureCookieOnHttp = "secure-cookie-on-http", Person;
    /// The session lives on a sibling host, and the chain ends on the other one.
    HostMismatch = "host-mismatch", Person;
    /// Two apps on one host, at different ports, overwrite each other's cookie.
    PortSharedCookie = "port-shared-cookie", SiteOwner;
    /// The jar has the session, and the cross-site arrival did not send it.
    SamesiteWithheld = "samesite-withheld", Person;
    /// A Set-Cookie that the browser cannot keep, or that was pushed out.
    CookieRefused = "cookie-refused", Person;
    /// The browser keeps no cookies of this site.
    CookiesBlocked = "cookies-blocked", Person;
    /// The same in a page within a page of another site: blocked in Chromium, partitioned in Firefox.
    EmbeddedCookiesBlocked = "embedded-cookies-blocked", Person;
    /// 400/431/494 because the Cookie field is too long.
    CookiesTooLarge = "cookies-too-large", Person;
    /// A form refused because Referer is missing or Origin is null.
    ReferrerHidden = "referrer-hidden", Person;
    /// A CSRF token or form that is too old.
    FormExpired = "form-expired", Person;
    /// One cookie name sent twice from different domain or path.
    DuplicateCookies = "duplicate-cookies", Person;
    /// The way back from a sign-in service failed: its state is missing, too old, or used twice.
    HandoffExpired = "handoff-expired", Person;
    /// A dead cookie is trusted over every new sign-in.
    StaleSessionLoop = "stale-session-loop", Person;
    /// A loop that nothing else explains.
    RedirectLoop = "redirect-loop", SiteOwner;
    /// Signed in, but the page wants one more or a fresher proof.
    StepUpRequired = "step-up-required", Person;
    /// The token or session is good but too weak.
    InsufficientScope = "insufficient-scope", SiteOwner;
    /// A bearer token was refused as expired.
    TokenExpired = "token-expired", Person;
    /// A bearer token was refused as invalid, revoked or malformed.
    TokenInvalid = "token-invalid", Person;
    /// Negotiate or NTLM is offered and not answered.
    IntegratedSignInUnavailable = "integrated-sign-in-unavailable", Network;
    /// Every challenge names a scheme that this browser cannot answer.
    SchemeUnsupported = "scheme-unsupported", SiteOwner;
    /// Credentials were sent, and the server says that none arrived.
    AuthorizationLost = "authorization-lost", SiteOwner;
    /// The browser keeps sending cached Basic/Digest credentials that are wrong or the wrong person's.
    HttpLoginStuck = "http-login-stuck", Person;
    /// The name or password just sent was refused.
    CredentialsRejected = "credentials-rejected", Person;
    /// An open page's own requests are turned to a sign-in page.
    BackgroundSessionExpired = "background-session-expired", Person;
    /// A session was sent and is no longer accepted; a fresh sign-in will replace it.
    SessionExpired = "session-expired", Person;
    /// Signed in, as another account than the one with access.
    WrongAccount = "wrong-account", Person;
    /// Signed in, understood, and refused.
    PermissionDenied = "permission-denied", SiteOwner;
    /// A 401 whose WWW-Authenticate no browser can use.
    MalformedChallenge = "malformed-challenge", SiteOwner;
    /// A 401 without WWW-Authenticate.
    MissingChallenge = "missing-challenge", SiteOwner;
    /// Nothing was sent, nothing is wrong: the page is for signed-in people.
    SignInRequired = "sign-in-required", Person;
    /// 5xx, or replicas that disagree.
    ServerFault = "server-fault", SiteOwner;
    /// Basic or a form password over plain http.
    InsecureCredentials = "insecure-credentials", SiteOwner;
    /// A name and password in the address break the page's own requests.
    CredentialsInUrl = "credentials-in-url", Person;
}

impl Serialize for FindingId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Keep for FindingId {
    fn put(&self, to: &mut Writer) {
        to.number(*self as u64);
    }

    fn get(from: &mut Reader<'_>) -> FindingId {
        from.one_of(FindingId::ALL)
    }
}

macro_rules! evidence {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal;)+) => {
        /// A fact that a finding rests on. Its text is `evidence_<id>` of the message files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EvidenceId {
            $($(#[doc = $doc])+ $name,)+
        }

        impl EvidenceId {
            /// Every kind of evidence.
            pub const ALL: &'static [EvidenceId] = &[$(EvidenceId::$name),+];

            /// The id, kebab-case.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(EvidenceId::$name => $id),+ }
            }

            /// The evidence with this id.
            #[must_use]
            pub fn from_id(id: &str) -> Option<EvidenceId> {
                match id { $($id => Some(EvidenceId::$name),)+ _ => None }
            }
        }
    };
}

evidence! {
    /// The status of the answer; argument `status`.
    Status = "status";
    /// The answer names a way to sign in; arguments `scheme`, `realm`.
    Challenge = "challenge";
    /// The answer names no way to sign in, though RFC 9110 §15.5.2 demands one.
    NoChallenge = "no-challenge";
    /// The challenge cannot be read; argument `detail` says where and what was expected.
    ChallengeProblem = "challenge-problem";
    /// The challenge names an error; argument `detail`.
    ChallengeError = "challenge-error";
    /// The browser is asking for a name and password right now.
    PromptOpen = "prompt-open";
    /// The browser asked, and asked again: what was typed was refused.
    PromptRepeated = "prompt-repeated";
    /// A sign-in cookie was sent; argument `name`.
    CookieSent = "cookie-sent";
    /// No cookie was sent.
    NoCookieSent = "no-cookie-sent";
    /// No sign-in cookie was sent, though others were.
    NoSessionCookieSent = "no-session-cookie-sent";
    /// The cookie was sent again and again, and no answer changed it; arguments `name`, `count`.
    CookieUnchanged = "cookie-unchanged";
    /// The same name was sent more than once; arguments `name`, `count`.
    CookieTwice = "cookie-twice";
    /// Where the twins live; arguments `name`, `other` (the domain to remove from).
    CookieTwin = "cookie-twin";
    /// How much the Cookie field took; argument `count` in bytes.
    CookieFieldSize = "cookie-field-size";
    /// Which cookies pile up; arguments `name` (the shared prefix), `count`.
    CookiesPiledUp = "cookies-piled-up";
    /// Credentials were sent; argument `scheme`.
    CredentialsSent = "credentials-sent";
    /// No credentials were sent.
    NoCredentialsSent = "no-credentials-sent";
    /// This browser does not show whether it added credentials by itself.
    CredentialsUnknowable = "credentials-unknowable";
    /// A name and password were accepted on this host before; argument `realm`.
    HttpLoginActive = "http-login-active";
    /// No prompt was shown.
    NoPrompt = "no-prompt";
    /// The answer leads to a sign-in page; argument `other` (its host).
    SentToSignIn = "sent-to-sign-in";
    /// A sign-in form was sent just before.
    SignInSent = "sign-in-sent";
    /// The chain of redirects came back to an address it had been at; argument `count`.
    LoopOf = "loop-of";
    /// A form was sent; argument `detail` (the method).
    FormSent = "form-sent";
    /// A one-time code was sent.
    CodeSent = "code-sent";
    /// The cookie of the form's page was not among those sent with the form; argument `name`.
    FormCookieGone = "form-cookie-gone";
    /// A session began after the form was shown; argument `name` (its cookie, sent with the form).
    SessionSinceForm = "session-since-form";
    /// How old the form was; argument `count` in minutes.
    FormAge = "form-age";
    /// The server says how long to wait; argument `time` (seconds).
    RetryAfter = "retry-after";
    /// The proxy that answered; argument `other`.
    ProxyAnswered = "proxy-answered";
    /// The page came over plain http.
    PlainHttp = "plain-http";
    /// The token's own time had run out when it was sent.
    TokenTimes = "token-times";
    /// Further permissions that the server asks for; argument `detail`.
    ScopeNeeded = "scope-needed";
    /// The answer had nothing in it to show.
    EmptyAnswer = "empty-answer";
    /// The server gave a reason in a field of its own; argument `detail`.
    ServerReason = "server-reason";
    /// A cookie that the server set is not in the jar; argument `name`.
    CookieNotKept = "cookie-not-kept";
    /// A cookie that the server set did not come with the next request; argument `name`.
    CookieNotReturned = "cookie-not-returned";
    /// Why a browser does not keep the cookie; arguments `name`, `detail`.
    CookieRule = "cookie-rule";
    /// The jar has the cookie; argument `name`.
    CookieInJar = "cookie-in-jar";
    /// Which address set the cookie last; arguments `name`, `other`.
    CookieSetBy = "cookie-set-by";
    /// The cookie is for visits from the site itself; arguments `name`, `detail` (Strict or Lax).
    CookieSameSite = "cookie-same-site";
    /// A cookie was removed without the site's doing; argument `name`.
    CookieGone = "cookie-gone";
    /// A cookie was pushed out because there were too many; argument `name`.
    CookieEvicted = "cookie-evicted";
    /// The request was started by a page of another site; argument `other`.
    CameFrom = "came-from";
    /// The browser keeps the cookies of a part apart from those of its own page; argument `other`.
    CookiesApart = "cookies-apart";
    /// The browser's settings block cookies here.
    CookiesOff = "cookies-off";
    /// A request was blocked in the browser; argument `other` (its host).
    PartBlocked = "part-blocked";
    /// What was asked for led to a page that is named for the matter; argument `detail`, the page's name.
    LedToPage = "led-to-page";
    /// The page says so in its words.
    PageSays = "page-says";
    /// A part of the address was lost on the way; argument `name`.
    ParameterLost = "parameter-lost";
    /// The cookie that ties the way back to its beginning was not sent.
    StateMissing = "state-missing";
    /// The page that the form was on was not named.
    ReferrerMissing = "referrer-missing";
    /// This device's clock against a server's; arguments `other`, `time` (seconds).
    ClockOff = "clock-off";
    /// The page keeps a pass in the browser; argument `name`.
    TokenStored = "token-stored";
    /// The stored pass has run out; argument `name`.
    StoredTokenExpired = "stored-token-expired";
    /// The site has stored a copy for use offline.
    OfflineCopy = "offline-copy";
    /// The page was shown without asking the site.
    AnsweredOffline = "answered-offline";
    /// The answer came from the browser's own store.
    FromCache = "from-cache";
    /// Requests of the open page fail; argument `count`.
    BackgroundFailed = "background-failed";
    /// A visitor without any cookie gets the same answer; argument `status`.
    SameForStrangers = "same-for-strangers";
    /// A visitor without any cookie gets another answer; argument `status`.
    OtherForStrangers = "other-for-strangers";
    /// The server's software says so in a field of its own; argument `detail`.
    ProductSays = "product-says";
    /// The browser gave this error; argument `detail`.
    BrowserError = "browser-error";
    /// A name and password stand in the address.
    UserInfo = "user-info";
    /// The sign-in began in another container.
    OtherStore = "other-store";
    /// The address names which account it uses; argument `detail`.
    AccountInAddress = "account-in-address";
}

/// A fact with its arguments, ready for its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Which fact.
    pub id: EvidenceId,
    /// Arguments by the placeholder's name.
    pub args: Args,
}

impl Evidence {
    /// A fact without arguments.
    #[must_use]
    pub fn of(id: EvidenceId) -> Evidence {
        Evidence {
            id,
            args: Args::default(),
        }
    }

    /// The same fact with one more argument.
    #[must_use]
    pub fn with(mut self, name: Arg, value: impl AsRef<str>) -> Evidence {
        self.args.set(name, value);
        self
    }
}

/// The placeholders that texts may use: a fixed vocabulary, in the fixed order of their numbers `$1` … `$9`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arg {
    /// `$1` The host that the text speaks of.
    Host,
    /// `$2` Another host: a proxy, a parent domain, a sign-in page's.
    Other,
    /// `$3` A number.
    Count,
    /// `$4` A cookie's name or a prefix of several.
    Name,
    /// `$5` A time span in seconds.
    Time,
    /// `$6` An auth-scheme.
    Scheme,
    /// `$7` A status code.
    Status,
    /// `$8` The realm, a text of the server's: quoted, never trusted.
    Realm,
    /// `$9` A short technical detail.
    Detail,
}

impl Arg {
    /// All placeholders in the order of their numbers.
    pub const ALL: [Arg; 9] = [
        Arg::Host,
        Arg::Other,
        Arg::Count,
        Arg::Name,
        Arg::Time,
        Arg::Scheme,
        Arg::Status,
        Arg::Realm,
        Arg::Detail,
    ];

    /// The placeholder's name in the message files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Arg::Host => "host",
            Arg::Other => "other",
            Arg::Count => "count",
            Arg::Name => "name",
            Arg::Time => "time",
            Arg::Scheme => "scheme",
            Arg::Status => "status",
            Arg::Realm => "realm",
            Arg::Detail => "detail",
        }
    }
}

/// Longest text of one argument; longer ones are cut (they come from servers).
pub const ARG_MAX: usize = 120;

/// The nine arguments of a text, by position; empty where not given. The empty ones at the end are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Args(Vec<String>);

impl Args {
    /// Sets one, cut to `ARG_MAX` characters and freed of control characters.
    pub fn set(&mut self, name: Arg, value: impl AsRef<str>) {
        self.put(name, value.as_ref());
    }

    fn put(&mut self, name: Arg, value: &str) {
        let at = name as usize;
        if self.0.len() <= at {
            self.0.resize(at + 1, String::new());
        }
        if let Some(place) = self.0.get_mut(at) {
            // Almost all: each finding has a few, and each failure some findings.
            let plain = value.len() <= ARG_MAX && value.bytes().all(|b| matches!(b, b' '..=b'~'));
            *place = if plain {
                value.to_owned()
            } else {
                let shown = value.chars().map(|c| if c.is_control() { ' ' } else { c });
                shown.take(ARG_MAX).collect()
            };
        }
        while self.0.last().is_some_and(String::is_empty) {
            self.0.pop();
        }
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, name: Arg) -> &str {
        self.0.get(name as usize).map_or("", String::as_str)
    }

    /// Those that are given, `$1` first, and the empty ones between them.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

/// One answer to the question why a person is locked out.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is true.
    pub id: FindingId,
    /// How sure that is.
    pub confidence: Confidence,
    /// What it rests on, most telling first.
    pub evidence: Vec<Evidence>,
    /// What can be done, least destructive first.
    pub offers: Vec<Offer>,
    /// Arguments of its title, sentence and steps.
    pub args: Args,
    /// Worth knowing, but nobody is stopped by it.
    pub notice: bool,
}

impl Finding {
    /// A finding about an exchange, naming its host and status.
    #[must_use]
    pub fn about(id: FindingId, confidence: Confidence, exchange: &Exchange) -> Finding {
        let mut args = Args::default();
        args.set(Arg::Host, exchange.address.host());
        args.set(
            Arg::Status,
            exchange.status().map(text::number).unwrap_or_default(),
        );
        let mut evidence = Vec::new();
        if let Some(status) = exchange.status() {
            evidence.push(Evidence::of(EvidenceId::Status).with(Arg::Status, text::number(status)));
        }
        Finding {
            id,
            confidence,
            evidence,
            offers: Vec::new(),
            args,
            notice: false,
        }
    }

    /// Whether it is worth a word where only a page's own request failed: it concerns a token, or the sign-in of the
    /// page's own site (`own`). A signed-out visitor's 401, a tracker's 403 and an API's 500 do not; nor does a key that
    /// a page shows to another site: it is the page's own, and no matter of who looks at it.
    #[must_use]
    pub fn matters_in_background(&self, exchange: &Exchange, own: bool) -> bool {
        let matters = match self.id {
            FindingId::TokenInvalid => own || !exchange.carried_other_key(),
            FindingId::TokenExpired
            | FindingId::InsufficientScope
            | FindingId::StepUpRequired
            | FindingId::EmbeddedCookiesBlocked
            | FindingId::HandoffExpired
            | FindingId::ProxySignInRequired
            | FindingId::ClockSkew => true,
            FindingId::SessionExpired
            | FindingId::BackgroundSessionExpired
            | FindingId::FormExpired
            | FindingId::RateLimited
            | FindingId::AccountLocked
            | FindingId::CookiesTooLarge
            | FindingId::CredentialsRejected
            | FindingId::AuthorizationLost
            | FindingId::BotCheck
            | FindingId::NetworkBlocked
            | FindingId::CookieRefused
            | FindingId::DuplicateCookies
            | FindingId::SecureCookieOnHttp
            | FindingId::LinkUsedUp
            | FindingId::CookiesBlocked
            | FindingId::PortSharedCookie
            | FindingId::ReferrerHidden => own,
            _ => false,
        };
        matters && !self.notice && self.confidence != Confidence::Possible
    }

    /// The same with one more fact.
    #[must_use]
    pub fn because(mut self, evidence: Evidence) -> Finding {
        self.evidence.push(evidence);
        self
    }

    /// The same with the name of the page that was led to.
    #[must_use]
    pub(crate) fn because_led_to(self, page: &Address) -> Finding {
        self.because(Evidence::of(EvidenceId::LedToPage).with(Arg::Detail, page.name()))
    }

    /// The same with one more fact that has no arguments.
    #[must_use]
    pub fn since(self, id: EvidenceId) -> Finding {
        self.because(Evidence::of(id))
    }

    /// The same with one more thing to do.
    #[must_use]
    pub fn offer(mut self, offer: impl Into<Offer>) -> Finding {
        self.offers.push(offer.into());
        self
    }

    /// The same with an argument for its texts.
    #[must_use]
    pub fn with(mut self, name: Arg, value: impl AsRef<str>) -> Finding {
        self.args.set(name, value);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_are_kebab_case() {
        for &id in FindingId::ALL {
            assert_eq!(FindingId::from_id(id.as_str()), Some(id));
            assert!(
                id.as_str()
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '-'),
                "{}",
                id.as_str()
            );
        }
        assert_eq!(FindingId::from_id("no-such-thing"), None);
        for &id in EvidenceId::ALL {
            assert_eq!(EvidenceId::from_id(id.as_str()), Some(id));
        }
    }

    #[test]
    fn arguments_are_cut_and_cleaned() {
        let mut args = Args::default();
        args.set(Arg::Realm, format!("a\nb{}", "x".repeat(500)));
        assert!(args.get(Arg::Realm).starts_with("a bx"));
        assert_eq!(args.get(Arg::Realm).chars().count(), ARG_MAX);
        assert_eq!(args.as_slice()[7], args.get(Arg::Realm));
    }
}
