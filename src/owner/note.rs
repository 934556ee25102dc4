//! The sentences of the owner's part: one row each makes the id, whose text is `owner_ui_<id>` of the message files.

use serde::{Serialize, Serializer};

use crate::cookie::Refusal;
use crate::finding::{Arg, Args};

macro_rules! notes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal;)+) => {
        /// A sentence for the people who run a site or write code for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Note {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Note {
            /// Every sentence.
            pub const ALL: &'static [Note] = &[$(Note::$name),+];

            /// The id: kebab-case.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Note::$name => $id),+ }
            }
        }
    };
}

notes! {
    /// RFC 7617.
    SchemeBasic = "scheme-basic";
    /// RFC 7616.
    SchemeDigest = "scheme-digest";
    /// RFC 6750.
    SchemeBearer = "scheme-bearer";
    /// RFC 9449.
    SchemeDpop = "scheme-dpop";
    /// RFC 4559.
    SchemeNegotiate = "scheme-negotiate";
    /// MS-NTHT.
    SchemeNtlm = "scheme-ntlm";
    /// The page's or an app's own session or token.
    SchemeApp = "scheme-app";
    /// A second factor.
    SchemeSecondFactor = "scheme-second-factor";
    /// A certificate in the browser.
    SchemeCertificate = "scheme-certificate";
    /// A check for robots.
    SchemeBotCheck = "scheme-bot-check";
    /// Basic under another name.
    SchemeHiddenPrompt = "scheme-hidden-prompt";
    /// For programs.
    SchemeProgram = "scheme-program";
    /// Unheard of.
    SchemeUnknown = "scheme-unknown";
    /// The scheme is not in IANA's registry.
    SchemeUnregistered = "scheme-unregistered";

    /// The browser answers this challenge by itself.
    AnswerBrowser = "answer-browser";
    /// It answers a stronger one; `scheme`.
    AnswerStronger = "answer-stronger";
    /// Only the page's own code can answer.
    AnswerPage = "answer-page";
    /// A step of a handshake that goes on.
    AnswerHandshake = "answer-handshake";
    /// Digest in a form that browsers do not know.
    AnswerUnknownDigest = "answer-unknown-digest";

    /// The name of the protection space.
    ParamRealm = "param-realm";
    /// `charset="UTF-8"`.
    ParamCharset = "param-charset";
    /// Any other charset.
    ParamCharsetOther = "param-charset-other";
    /// Digest's nonce; `count` characters.
    ParamNonce = "param-nonce";
    /// Digest's opaque; `count` characters.
    ParamOpaque = "param-opaque";
    /// `stale=true`.
    ParamStale = "param-stale";
    /// `stale` with any other value.
    ParamNotStale = "param-not-stale";
    /// An algorithm that browsers know.
    ParamAlgorithm = "param-algorithm";
    /// MD5.
    ParamAlgorithmWeak = "param-algorithm-weak";
    /// An algorithm that browsers do not know.
    ParamAlgorithmUnknown = "param-algorithm-unknown";
    /// `qop` offers `auth`.
    ParamQop = "param-qop";
    /// `qop` does not offer `auth`.
    ParamQopOther = "param-qop-other";
    /// Digest's list of addresses of one protection space.
    ParamDomain = "param-domain";
    /// The name is hashed too.
    ParamUserhash = "param-userhash";
    /// RFC 6750 §3.1.
    ErrorInvalidRequest = "error-invalid-request";
    /// RFC 6750 §3.1.
    ErrorInvalidToken = "error-invalid-token";
    /// RFC 6750 §3.1.
    ErrorInsufficientScope = "error-insufficient-scope";
    /// RFC 9470 §3.
    ErrorStepUp = "error-step-up";
    /// RFC 9449 §9.
    ErrorUseDpopNonce = "error-use-dpop-nonce";
    /// RFC 9449 §7.1.
    ErrorInvalidDpopProof = "error-invalid-dpop-proof";
    /// Microsoft Entra.
    ErrorInsufficientClaims = "error-insufficient-claims";
    /// Any other error code.
    ErrorOther = "error-other";
    /// The error in words for developers.
    ParamErrorDescription = "param-error-description";
    /// A page about the error.
    ParamErrorUri = "param-error-uri";
    /// What the token must allow.
    ParamScope = "param-scope";
    /// How strong a sign-in is needed.
    ParamAcrValues = "param-acr-values";
    /// How old the sign-in may be; `time` in seconds.
    ParamMaxAge = "param-max-age";
    /// Where the server says who issues its tokens.
    ParamResourceMetadata = "param-resource-metadata";
    /// Claims that are asked for.
    ParamClaims = "param-claims";
    /// Algorithms of a DPoP proof.
    ParamAlgs = "param-algs";
    /// The bare value in the place of parameters; `count` characters.
    ParamToken68 = "param-token68";
    /// A parameter of a scheme that is not explained here.
    ParamOfScheme = "param-of-scheme";
    /// A parameter that the scheme's specification does not have; `scheme`.
    ParamUnknown = "param-unknown";
    /// Basic or Digest without a realm.
    MissingRealm = "missing-realm";
    /// Digest without a nonce.
    MissingNonce = "missing-nonce";
    /// Digest without `qop`.
    MissingQop = "missing-qop";

    /// The protection space; `host` (the origin), `realm`.
    Space = "space";
    /// The protection space of a challenge without a realm; `host` (the origin).
    SpaceNoRealm = "space-no-realm";
    /// Where Basic credentials are sent unasked; `detail` (the path).
    SpacePath = "space-path";

    /// The browser asks for a name and password; `scheme`, `realm`.
    DidAsk = "did-ask";
    /// It answered the challenge and was refused; `scheme`, `realm`.
    DidRepeat = "did-repeat";
    /// It sent credentials; `scheme`.
    DidSendCredentials = "did-send-credentials";
    /// It sent no credentials.
    DidSendNoCredentials = "did-send-no-credentials";
    /// Whether it added credentials of its own is not shown.
    DidHide = "did-hide";
    /// It sent cookies; `count`, `detail` (bytes).
    DidSendCookies = "did-send-cookies";
    /// It sent no cookie.
    DidSendNoCookies = "did-send-no-cookies";
    /// What was sent was not looked at.
    DidNotLook = "did-not-look";
    /// There was no challenge to answer.
    DidNothingNoChallenge = "did-nothing-no-challenge";
    /// There was no challenge that it can answer.
    DidNothingUnsupported = "did-nothing-unsupported";
    /// A script asked.
    DidScript = "did-script";
    /// A preflight, which never carries credentials.
    DidPreflight = "did-preflight";

    /// It keeps a name and password that this origin took before; `realm`.
    DidRemember = "did-remember";

    /// The cookie is kept.
    CookieKept = "cookie-kept";
    /// The line takes the cookie away.
    CookieDeletes = "cookie-deletes";
    /// `Refusal::ControlCharacter`.
    CookieControlCharacter = "cookie-control-character";
    /// `Refusal::Empty`.
    CookieEmpty = "cookie-empty";
    /// `Refusal::TooLarge`; `count` (bytes).
    CookieTooLarge = "cookie-too-large";
    /// `Refusal::PublicSuffix`; `other` (the domain).
    CookiePublicSuffix = "cookie-public-suffix";
    /// `Refusal::DomainMismatch`; `other` (the domain), `host`.
    CookieDomainMismatch = "cookie-domain-mismatch";
    /// `Refusal::SecureOnHttp`.
    CookieSecureOnHttp = "cookie-secure-on-http";
    /// `Refusal::SecurePrefix`.
    CookieSecurePrefix = "cookie-secure-prefix";
    /// `Refusal::HostPrefix`.
    CookieHostPrefix = "cookie-host-prefix";
    /// `Refusal::HttpPrefix`.
    CookieHttpPrefix = "cookie-http-prefix";
    /// `Refusal::SameSiteNoneNotSecure`.
    CookieNoneNotSecure = "cookie-none-not-secure";
    /// `Refusal::PartitionedNotSecure`.
    CookiePartitionedNotSecure = "cookie-partitioned-not-secure";
    /// `Refusal::SameSite`.
    CookieSameSite = "cookie-same-site";
    /// `Refusal::SameSiteDefault`.
    CookieSameSiteDefault = "cookie-same-site-default";
    /// Which address set it; `other`.
    CookieSetBy = "cookie-set-by";
    /// The jar did not have it afterwards.
    CookieNotInJar = "cookie-not-in-jar";
    /// The next request that it reaches carried it.
    CookieReturned = "cookie-returned";
    /// The next request that it reaches did not carry it.
    CookieNotReturned = "cookie-not-returned";
    /// A session cookie that scripts can read.
    CookieNotHttpOnly = "cookie-not-http-only";
    /// A session cookie that plain http carries.
    CookieNotSecure = "cookie-not-secure";

    /// A field to send in the place of a missing challenge, for a browser's prompt.
    SendBasic = "send-basic";
    /// The same, for a program.
    SendBearer = "send-bearer";
    /// The same, for people: a redirect to the page where one signs in.
    SendRedirect = "send-redirect";
    /// The challenges as they were understood, written by the grammar.
    SendRepaired = "send-repaired";
    /// A challenge that browsers can answer, beside the others.
    SendSupported = "send-supported";
    /// The error that a refused token's challenge lacks.
    SendTokenError = "send-token-error";
    /// The challenge without an error, since nothing was sent.
    SendNoError = "send-no-error";
    /// How long to wait.
    SendRetryAfter = "send-retry-after";
    /// The cookie with attributes that browsers keep.
    SendCookie = "send-cookie";

    /// Basic over plain http.
    AlsoPlainHttp = "also-plain-http";
    /// The answer names its software with a version; `detail`.
    AlsoVersion = "also-version";
    /// The realm or the description names a file on the server.
    AlsoPath = "also-path";

    /// What search engines make of 401, 403 and 407.
    CrawlRefused = "crawl-refused";
    /// Of 404 and 410.
    CrawlGone = "crawl-gone";
    /// Of 429 and 503 with Retry-After.
    CrawlLater = "crawl-later";
    /// Of 429 and 503 without it.
    CrawlLaterUnsaid = "crawl-later-unsaid";
    /// Of other 5xx.
    CrawlFault = "crawl-fault";
    /// Of other 4xx.
    CrawlClientError = "crawl-client-error";
    /// Of a request behind the page.
    CrawlPart = "crawl-part";
    /// Of a chain of redirects that does not end.
    CrawlLoop = "crawl-loop";

    /// A visitor without cookies gets the same; `status`.
    CheckSame = "check-same";
    /// The same 401 or 403 as a question; `status`.
    CheckSameRefused = "check-same-refused";
    /// A visitor without cookies gets something else; `status` (theirs), `other` (this one).
    CheckOther = "check-other";
    /// A visitor without cookies is sent elsewhere.
    CheckRedirected = "check-redirected";
    /// No answer came.
    CheckSilent = "check-silent";

    /// A stored pass ends; `name`, `time` in seconds.
    PassEnds = "pass-ends";
    /// A stored pass has ended; `name`, `time` in seconds.
    PassEnded = "pass-ended";
    /// The token of the request ended before it was sent; `time` in seconds.
    PassSentEnded = "pass-sent-ended";
    /// The token of the request ends; `time` in seconds.
    PassSentEnds = "pass-sent-ends";

    /// More failures than is usual here; `count`, `other` (the usual number).
    Spike = "spike";
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Note {
    /// The sentence without arguments.
    #[must_use]
    pub fn said(self) -> Said {
        Said {
            id: self,
            args: Args::default(),
        }
    }

    /// The sentence with one argument.
    #[must_use]
    pub fn with(self, name: Arg, value: impl AsRef<str>) -> Said {
        self.said().with(name, value)
    }

    /// Why a browser does not keep a cookie.
    #[must_use]
    pub fn of_refusal(refusal: Refusal) -> Note {
        match refusal {
            Refusal::ControlCharacter => Note::CookieControlCharacter,
            Refusal::Empty => Note::CookieEmpty,
            Refusal::TooLarge => Note::CookieTooLarge,
            Refusal::PublicSuffix => Note::CookiePublicSuffix,
            Refusal::DomainMismatch => Note::CookieDomainMismatch,
            Refusal::SecureOnHttp => Note::CookieSecureOnHttp,
            Refusal::SecurePrefix => Note::CookieSecurePrefix,
            Refusal::HostPrefix => Note::CookieHostPrefix,
            Refusal::HttpPrefix => Note::CookieHttpPrefix,
            Refusal::SameSiteNoneNotSecure => Note::CookieNoneNotSecure,
            Refusal::PartitionedNotSecure => Note::CookiePartitionedNotSecure,
            Refusal::SameSite => Note::CookieSameSite,
            Refusal::SameSiteDefault => Note::CookieSameSiteDefault,
        }
    }
}

/// A sentence with its arguments, ready for its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// Which sentence.
    pub id: Note,
    /// Arguments of its text.
    pub args: Args,
}

impl Said {
    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, name: Arg, value: impl AsRef<str>) -> Said {
        self.args.set(name, value);
        self
    }
}
