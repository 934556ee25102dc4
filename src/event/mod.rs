//! What comes into the engine (`Event`) and what it asks for (`Effect`): the whole contract with the outside world.
//!
//! The extension's background script makes these from browser events and carries the effects out; tests make them by hand.
//! No value of a cookie, password or token has a place in these types: the edges reduce them to names, sizes and schemes.

mod read;

use serde::{Deserialize, Serialize};

use crate::cookie::SameSite;
use crate::kept::{kept, kept_enum};
use crate::view::View;

/// The browser's number for a tab; −1 stands for requests that belong to none.
pub type TabId = i64;

/// Milliseconds since 1970 on this device's clock.
pub type Millis = i64;

/// The two families of browsers: they show different parts of one exchange (see `Sent`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Browser {
    /// Chrome, Edge, Opera, Brave: hides the HTTP credentials that it adds by itself.
    Chromium,
    /// Firefox: shows every request field, and repeats a request id when it answers a challenge.
    Firefox,
    /// No browser at all: a recording or a pasted response.
    Recording,
}

/// What a request was made for, as `webRequest.ResourceType` words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceType {
    /// A document in a tab: the only kind that can lock a person out by itself.
    MainFrame,
    /// A document inside another one.
    SubFrame,
    /// `fetch` or `XMLHttpRequest`.
    #[serde(rename = "xmlhttprequest")]
    XmlHttpRequest,
    /// A script: only heard of when the browser blocked it.
    Script,
    /// Anything else: pictures, scripts, beacons. Never a reason for an alarm.
    #[serde(other)]
    Other,
}

kept_enum!(ResourceType {
    MainFrame,
    SubFrame,
    XmlHttpRequest,
    Script,
    Other
});

/// The part that every `webRequest` event has: enough to begin an exchange from whichever event comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The browser's id; constant over redirects and repeats.
    pub request_id: String,
    /// The tab it belongs to.
    pub tab_id: TabId,
    /// What it is for.
    pub resource_type: ResourceType,
    /// The method, upper-case.
    pub method: String,
    /// The address, absolute, without a fragment.
    pub url: String,
    /// The registrable domain of the address's host (public suffix list), where known.
    #[serde(default)]
    pub site: Option<String>,
    /// The origin of the page that asked, where known.
    #[serde(default)]
    pub initiator: Option<String>,
    /// The cookie store (container, private window) of the tab, where known.
    #[serde(default)]
    pub store: Option<String>,
    /// Whether a user name or password stood in the address (the edge takes them out of `url`).
    #[serde(default)]
    pub has_user_info: bool,
    /// When the event happened.
    pub time: Millis,
}

/// Credentials reduced at the edge: which scheme, and for a JWT its three times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// The auth-scheme, as sent.
    pub scheme: String,
    /// `exp` of a JWT, in seconds since 1970.
    #[serde(default)]
    pub exp: Option<i64>,
    /// `nbf` of a JWT.
    #[serde(default)]
    pub nbf: Option<i64>,
    /// `iat` of a JWT.
    #[serde(default)]
    pub iat: Option<i64>,
}

kept!(Credentials {
    scheme,
    exp,
    nbf,
    iat
});

/// A cookie as the Cookie field carried it: its name and how many bytes `name=value` took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentCookie {
    /// The name.
    pub name: String,
    /// Bytes of `name=value`.
    pub size: u32,
}

kept!(SentCookie { name, size });

/// The request fields that matter, as far as the edge could see them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentFields {
    /// `Authorization`, where the edge saw one.
    #[serde(default)]
    pub authorization: Option<Credentials>,
    /// `Proxy-Authorization`, where the edge saw one.
    #[serde(default)]
    pub proxy_authorization: Option<Credentials>,
    /// The cookies in the order sent; empty when there was no Cookie field.
    #[serde(default)]
    pub cookies: Vec<SentCookie>,
    /// Whether a Referer was sent.
    #[serde(default)]
    pub referer: bool,
    /// Whether an Origin was sent: its value is `null` (`Some(true)`) or a real one (`Some(false)`).
    #[serde(default)]
    pub origin_is_null: Option<bool>,
    /// Whether a key or token was sent in a field of its own (`X-Api-Key`, `Private-Token`), by that field's name.
    #[serde(default)]
    pub key: bool,
}

kept!(SentFields {
    authorization,
    proxy_authorization,
    cookies,
    referer,
    origin_is_null,
    key
});

/// A Set-Cookie line without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetCookieLine {
    /// The name.
    pub name: String,
    /// Bytes of the value.
    pub value_size: u32,
    /// The value was empty or the word `deleted` (PHP's way to delete).
    pub cleared: bool,
    /// All after the first `;`.
    pub attributes: String,
}

kept!(SetCookieLine {
    name,
    value_size,
    cleared,
    attributes
});

/// The response fields that matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The values of WWW-Authenticate, a line each.
    #[serde(default)]
    pub www_authenticate: Vec<String>,
    /// The values of Proxy-Authenticate, a line each.
    #[serde(default)]
    pub proxy_authenticate: Vec<String>,
    /// Set-Cookie, a line each, without values.
    #[serde(default)]
    pub set_cookies: Vec<SetCookieLine>,
    /// Further fields by lower-case name (`OBSERVED_FIELDS`).
    #[serde(default)]
    pub fields: Vec<(String, String)>,
    /// Whether the fields above were read at all; false leaves only the status.
    pub fields_seen: bool,
    /// Answered from the browser's cache.
    #[serde(default)]
    pub from_cache: bool,
    /// The beginning of the body, from recordings only.
    #[serde(default)]
    pub body: Option<String>,
}

kept!(Answer {
    status,
    www_authenticate,
    proxy_authenticate,
    set_cookies,
    fields,
    fields_seen,
    from_cache,
    body
});

/// The name under which inputs put what fields that no standard knows say of a refusal, as words.
pub const SAID: &str = "said";

/// The name under which the edges put the error that stands in the fragment of a Location, where single-page apps and
/// OAuth's implicit flow have it (RFC 6749 §4.2.2.1).
pub const LOCATION_ERROR: &str = "location-error";

/// The field of an archive's copy of an answer: when it was taken (RFC 7089 §2.1.1). Known in recordings alone.
pub const MEMENTO: &str = "memento-datetime";

/// The response fields that the edges hand over in `Answer::fields`; everything else stays outside.
pub const OBSERVED_FIELDS: &[&str] = &[
    "age",
    "cf-mitigated",
    "content-length",
    "content-type",
    "date",
    "dpop-nonce",
    "retry-after",
    "server",
    "sg-captcha",
    "token-expired",
    "via",
    "x-amzn-errortype",
    "x-amzn-waf-action",
    "x-authentication-denied-reason",
    "x-dd-b",
    "x-forms_based_auth_required",
    "x-github-otp",
    "x-kpsdk-ct",
    "x-powered-by",
    "x-rate-limit-remaining",
    "x-ratelimit-remaining",
    "x-seraph-loginreason",
    "x-squid-error",
    "x-sucuri-block",
    "x-vercel-mitigated",
];

/// A cookie in the browser's jar: its attributes, never its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JarCookie {
    /// The name.
    pub name: String,
    /// The host or domain, without a leading dot.
    pub domain: String,
    /// The path.
    pub path: String,
    /// Sent to `domain` alone and not to the hosts below it.
    pub host_only: bool,
    /// Secure.
    pub secure: bool,
    /// HttpOnly.
    pub http_only: bool,
    /// Bytes of name and value together.
    pub size: u32,
    /// The top-level site of a partitioned cookie.
    #[serde(default)]
    pub partition: Option<String>,
    /// `SameSite`; `None` where the server named none.
    #[serde(default)]
    pub same_site: Option<SameSite>,
}

/// A cookie that left the jar without a server's doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovedCookie {
    /// The name.
    pub name: String,
    /// The host or domain, without a leading dot.
    pub domain: String,
    /// The cookie store, where not the default one.
    #[serde(default)]
    pub store: Option<String>,
    /// Pushed out because the jar was full (`evicted`), rather than removed by a person or a program (`explicit`).
    #[serde(default)]
    pub evicted: bool,
}

/// A key of a page's own storage that looks like a kept sign-in. Never its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredKey {
    /// The key.
    pub name: String,
    /// In sessionStorage (true) or localStorage (false).
    #[serde(default)]
    pub of_tab: bool,
    /// `exp` of a JWT in it, in seconds since 1970.
    #[serde(default)]
    pub exp: Option<i64>,
    /// `nbf` of a JWT in it.
    #[serde(default)]
    pub nbf: Option<i64>,
    /// `iat` of a JWT in it.
    #[serde(default)]
    pub iat: Option<i64>,
}

kept!(JarCookie {
    name,
    domain,
    path,
    host_only,
    secure,
    http_only,
    size,
    partition,
    same_site
});

kept!(RemovedCookie {
    name,
    domain,
    store,
    evicted
});

kept!(StoredKey {
    name,
    of_tab,
    exp,
    nbf,
    iat
});

/// A fact about the outside world.
///
/// From JavaScript: an object with one member, `{ "completed": { … } }`, as text (`Event::read`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// The extension was granted or lost the right to see sites.
    Access {
        /// Whether it may see every site.
        granted: bool,
    },
    /// `onSendHeaders`: the request is on its way, with what it carries. Firefox repeats it when it answers a challenge.
    RequestSent {
        /// The request.
        request: Request,
        /// Its fields; absent where the edge did not look.
        sent: Option<SentFields>,
    },
    /// `onHeadersReceived`.
    HeadersReceived {
        /// The request.
        request: Request,
        /// The answer.
        answer: Answer,
    },
    /// `onAuthRequired`: the browser is about to ask for a name and password.
    AuthRequired {
        /// The request.
        request: Request,
        /// The proxy asks, not the site.
        is_proxy: bool,
    },
    /// `onBeforeRedirect`.
    Redirected {
        /// The request, with the address that is being left.
        request: Request,
        /// The status of the redirect.
        status: u16,
        /// Where it leads.
        to: String,
        /// Answered from the browser's cache.
        from_cache: bool,
    },
    /// `onCompleted`.
    Completed {
        /// The request.
        request: Request,
        /// The final answer; in Chromium its status can differ from the one of `HeadersReceived` (a challenge answered in between).
        answer: Answer,
    },
    /// `onErrorOccurred`.
    Failed {
        /// The request.
        request: Request,
        /// The browser's word for it.
        error: String,
    },
    /// `webNavigation.onCommitted` of a tab's own document.
    Committed {
        /// The tab.
        tab_id: TabId,
        /// The address shown.
        url: String,
        /// Its registrable domain, where known.
        #[serde(default)]
        site: Option<String>,
        /// Out of the history: browsers keep whole pages there, and ask nobody.
        #[serde(default)]
        restored: bool,
        /// When.
        time: Millis,
    },
    /// `webNavigation.onErrorOccurred` of a tab's own document: the browser shows a page of its own in its place.
    ErrorShown {
        /// The tab.
        tab_id: TabId,
    },
    /// A tab was closed.
    TabClosed {
        /// The tab.
        tab_id: TabId,
    },
    /// The answer to `Effect::ListCookies`.
    CookiesListed {
        /// The tab.
        tab_id: TabId,
        /// The host they were listed for.
        host: String,
        /// Names and attributes of all cookies that this host's site has in this tab's store.
        cookies: Vec<JarCookie>,
        /// When.
        time: Millis,
    },
    /// A cookie was removed without a server's doing, and not by this extension.
    CookieGone {
        /// The cookie.
        cookie: RemovedCookie,
        /// When.
        time: Millis,
    },
    /// The answer to `Effect::ReadPage`.
    PageRead {
        /// The tab.
        tab_id: TabId,
        /// The origin whose page was read.
        origin: String,
        /// Keys of its storage that look like a kept sign-in.
        stored: Vec<StoredKey>,
        /// It has a service worker.
        worker: bool,
        /// It has stored answers for use offline.
        caches: bool,
        /// Its service worker answered for it, and did not ask the site.
        #[serde(default)]
        offline: bool,
        /// The status that it was answered with, where the browser tells.
        #[serde(default)]
        status: Option<u16>,
        /// It asks for a password.
        #[serde(default)]
        asks: bool,
        /// When it began to load.
        #[serde(default)]
        begun: Millis,
        /// When.
        time: Millis,
    },
    /// The answer to `Effect::ReadSettings`: what the browser's settings say, where they can be read.
    SettingsRead {
        /// The tab.
        tab_id: TabId,
        /// Whether the address may keep cookies when it is shown by itself.
        cookies: Option<bool>,
        /// Whether it may inside pages of other sites.
        embedded: Option<bool>,
        /// When.
        time: Millis,
    },
    /// The answer to `Effect::Probe`: how the server answers a visitor of whom it knows nothing.
    Probed {
        /// The tab.
        tab_id: TabId,
        /// The status; absent where no answer came. A redirect is answered as status 0 by browsers.
        status: Option<u16>,
        /// It led elsewhere.
        redirected: bool,
        /// When.
        time: Millis,
    },
    /// The answer to `Effect::RemoveCookies`, `RemoveStored` and `ClearSiteData`.
    Removed {
        /// The tab.
        tab_id: TabId,
        /// How many are gone.
        removed: u32,
        /// Names of those that the browser kept.
        left: Vec<String>,
        /// When.
        time: Millis,
    },
    /// The answer to `Effect::Restore`.
    Restored {
        /// The tab.
        tab_id: TabId,
        /// How many are back.
        restored: u32,
        /// Names of those that the browser refused.
        refused: Vec<String>,
        /// When.
        time: Millis,
    },
    /// The answer to `Effect::ForgetLogin`, `RemoveOfflineCopy`, `ForgetRedirect` and `AllowCookies`.
    Acted {
        /// The tab.
        tab_id: TabId,
        /// Whether the browser did it.
        done: bool,
        /// When.
        time: Millis,
    },
    /// A timer of `Effect::StartTimer` ran out.
    TimerFired {
        /// The tab.
        tab_id: TabId,
        /// Which one.
        timer: Timer,
        /// When.
        time: Millis,
    },
    /// The person chose a remedy.
    Apply {
        /// The tab.
        tab_id: TabId,
        /// Its id.
        remedy: String,
        /// When.
        time: Millis,
    },
    /// The person wants to know how the site answers a visitor without their sign-in.
    Check {
        /// The tab.
        tab_id: TabId,
        /// When.
        time: Millis,
    },
    /// The person wants the removed things back.
    Undo {
        /// The tab.
        tab_id: TabId,
        /// When.
        time: Millis,
    },
}

/// What the engine waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timer {
    /// A document's 401 is still unanswered: the browser's own prompt must be open.
    Prompt,
    /// A background failure had time to mend itself (a token refresh).
    Settle,
    /// The undo snapshot expires.
    UndoExpiry,
}

/// How a tab is sent somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Travel {
    /// In the same tab.
    Here,
    /// In the same tab, past the browser's cache, for the address that it shows already.
    Reload,
    /// In a new tab beside it.
    NewTab,
    /// In the same tab, by the page itself: its own cookies for visits from its own pages only go along.
    Inside,
}

kept_enum!(Travel {
    Here,
    Reload,
    NewTab,
    Inside
});

/// A wish of the engine.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Effect {
    /// Set the badge of the toolbar button.
    SetBadge {
        /// The tab.
        tab_id: TabId,
        /// At most four characters; empty clears it.
        text: String,
        /// A wall (true) or a count of background failures (false).
        wall: bool,
    },
    /// Keep this tab's view (for the popup) and state (for the engine after a restart) in session storage.
    Save {
        /// The tab.
        tab_id: TabId,
        /// What the popup draws.
        view: Box<View>,
        /// What the engine needs to go on: a `Tab` as `kept` writes it.
        state: String,
    },
    /// Keep what is known of hosts beyond one tab.
    SaveHosts {
        /// `Hosts` as `kept` writes them.
        hosts: String,
    },
    /// Drop everything kept for this tab.
    Forget {
        /// The tab.
        tab_id: TabId,
    },
    /// List names and attributes of the cookies of a host's site; answered by `CookiesListed`.
    ListCookies {
        /// The tab.
        tab_id: TabId,
        /// The host.
        host: String,
        /// The registrable domain above it, whose cookies also reach the host.
        domain: String,
        /// The cookie store, where not the default one.
        store: Option<String>,
    },
    /// Read the keys of the storage of the page that a tab shows, and whether it has an offline copy; answered by `PageRead`.
    /// Nothing is answered where the browser does not let anybody read the page (its own error page).
    ReadPage {
        /// The tab.
        tab_id: TabId,
        /// The origin that the page must be of.
        origin: String,
    },
    /// Read the browser's cookie settings for an address, as far as they can be read; answered by `SettingsRead`.
    ReadSettings {
        /// The tab.
        tab_id: TabId,
        /// The address whose cookies are asked about.
        url: String,
        /// The address of the page around it, or the same.
        top: String,
    },
    /// Ask for an address as a visitor of whom nothing is known: no cookie, no credentials, no cache, no redirect followed;
    /// answered by `Probed`.
    Probe {
        /// The tab.
        tab_id: TabId,
        /// The address.
        url: String,
    },
    /// Take a snapshot of these keys of the page's storage, then remove them; answered by `Removed`.
    RemoveStored {
        /// The tab, which shows a page of the origin.
        tab_id: TabId,
        /// The origin.
        origin: String,
        /// Exactly these.
        keys: Vec<StoredKey>,
        /// When the snapshot must be gone.
        expires: Millis,
    },
    /// Remove the service worker and the stored answers of the page's origin; answered by `Acted`.
    RemoveOfflineCopy {
        /// The tab, which shows a page of the origin.
        tab_id: TabId,
        /// The origin.
        origin: String,
    },
    /// Make the browser ask the server again where this address leads; answered by `Acted`.
    ForgetRedirect {
        /// The tab.
        tab_id: TabId,
        /// The address whose redirect is remembered.
        url: String,
    },
    /// Take a snapshot of the cookies and of the page's storage, then remove them and all else that the browser keeps for
    /// the origin; answered by `Removed`.
    ClearSiteData {
        /// The tab, which shows a page of the origin.
        tab_id: TabId,
        /// The origin.
        origin: String,
        /// Exactly these cookies.
        cookies: Vec<JarCookie>,
        /// The cookie store, where not the default one.
        store: Option<String>,
        /// When the snapshot must be gone.
        expires: Millis,
    },
    /// Let an address keep cookies; answered by `Acted`. Only Chromium has a way (`contentSettings`).
    AllowCookies {
        /// The tab.
        tab_id: TabId,
        /// The address.
        url: String,
        /// Inside pages of this address only; `None` for its own pages.
        inside: Option<String>,
    },
    /// Take a snapshot of these cookies, then remove them one by one; answered by `Removed`.
    RemoveCookies {
        /// The tab.
        tab_id: TabId,
        /// Exactly these.
        cookies: Vec<JarCookie>,
        /// The cookie store, where not the default one.
        store: Option<String>,
        /// When the snapshot must be gone.
        expires: Millis,
    },
    /// Put back what the snapshot holds; answered by `Restored`.
    Restore {
        /// The tab.
        tab_id: TabId,
    },
    /// Drop the snapshot.
    DropSnapshot {
        /// The tab.
        tab_id: TabId,
    },
    /// Make the browser forget the name and password that it sends to this origin by itself, keeping its cookies;
    /// answered by `Acted`.
    ForgetLogin {
        /// The tab.
        tab_id: TabId,
        /// The origin.
        origin: String,
        /// The registrable domain, all of whose cookies must be put back afterwards.
        domain: String,
        /// The cookie store, where not the default one.
        store: Option<String>,
    },
    /// Send the tab somewhere.
    Navigate {
        /// The tab.
        tab_id: TabId,
        /// The address.
        url: String,
        /// How.
        travel: Travel,
        /// The cookie store that a new tab is to have, where not the one of this tab.
        store: Option<String>,
    },
    /// Wake the engine after this many milliseconds with `TimerFired`.
    StartTimer {
        /// The tab.
        tab_id: TabId,
        /// Which one.
        timer: Timer,
        /// Milliseconds from now.
        after: Millis,
    },
    /// Look closely at this tab's background requests from now on (request fields, and successes too).
    Watch {
        /// The tab.
        tab_id: TabId,
    },
}
