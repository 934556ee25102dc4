//! What a cookie is for, told from its name: session, CSRF token, something to keep, or a step of a sign-in.
//!
//! Names compare without case, though browsers compare cookie names with case: frameworks let the name be configured,
//! and people write `SessionID` or `sessionid`. A name is read as words: `_oauth2_proxy_csrf` is `oauth2`, `proxy`,
//! `csrf`; `PVEAuthCookie` is `pve`, `auth`, `cookie`. Whole words keep `author` and `assess` from looking like
//! sign-ins.
//!
//! A name is a hint, never a proof: what was seen on the wire goes before it.

use crate::text;

/// Sessions and silent sign-ins of known products, whole names in lower case.
///
/// The `remember` ones sign a person in without asking, so a dead one keeps them out as a dead session does.
const SESSIONS: [&str; 34] = [
    "_gh_sess",
    "_oauth2_proxy",
    "_t",
    "auth_session_id",
    "cakephp",
    "cfid",
    "cftoken",
    "estsauth",
    "estsauthpersistent",
    "express:sess",
    "fedauth",
    "i_like_gitea",
    "keycloak_identity",
    "keycloak_session",
    "mellon-cookie",
    "mysapsso2",
    "nc_session_id",
    "nc_token",
    "nc_username",
    "nsc_aaac",
    "nsc_tmas",
    "phpmyadmin",
    "remember-me",
    "remember_token",
    "remember_user_token",
    "rememberme",
    "rtfa",
    "seraph.confluence",
    "sessionid",
    "sid",
    "user_session",
    "xarayasid",
    "beegosessionid",
    "nxsessionid",
];

/// Beginnings of such names, where the rest varies: a hash, a site, a chunk number.
const SESSION_PREFIXES: [&str; 7] = [
    ".aspnetcore.cookies",
    ".aspnetcore.identity.",
    "_shibsession_",
    "msisauth",
    "ora_wwv_app_",
    "sap_sessionid_",
    "seraph.rememberme",
];

/// Beginnings of names that measure visitors, some of which say `session`.
const ANALYTICS_PREFIXES: [&str; 7] = [
    "_hj",
    "ajs_",
    "amplitude",
    "intercom-",
    "mp_",
    "optimizely",
    "_clsk",
];

/// Words that are a session by themselves.
const SESSION_WORDS: [&str; 15] = [
    "auth", "authn", "authz", "jwt", "logged", "loggedin", "login", "sess", "sessid", "session",
    "sid", "signin", "sso", "ticket", "token",
];

/// Words that make `login` a note about one: `last_login`, `login_hint`, `login_redirect`.
const ABOUT_LOGIN: [&str; 13] = [
    "attempts", "back", "count", "error", "hint", "last", "method", "page", "provider", "redirect",
    "return", "type", "url",
];

/// Words of what a person chose or what spares them a check.
const KEEPER_WORDS: [&str; 30] = [
    "2fa",
    "basket",
    "cart",
    "ccpa",
    "color",
    "colour",
    "country",
    "currency",
    "dark",
    "gdpr",
    "i18n",
    "lang",
    "langue",
    "locale",
    "mfa",
    "newsletter",
    "optout",
    "preference",
    "preferences",
    "prefs",
    "privacy",
    "region",
    "tcf",
    "tfa",
    "theme",
    "timezone",
    "trust",
    "twofactor",
    "tz",
    "wishlist",
];

/// The same anywhere in a name.
const KEEPER_PARTS: [&str; 12] = [
    "consent",
    "device",
    "didomi",
    "euconsent",
    "language",
    "optanon",
    "remember",
    "shoppingcart",
    "trusted",
    "two_factor",
    "usercentrics",
    "wishlist",
];

/// The same as beginnings: RudderStack's visitor, Cloudflare's proof that no robot is here.
const KEEPER_PREFIXES: [&str; 3] = ["rl_", "cf_clearance", "__cf_bm"];

/// Words of a sign-in that is under way.
const HANDOFF_WORDS: [&str; 12] = [
    "correlation",
    "nonce",
    "oidc",
    "openidconnect",
    "pkce",
    "shibstate",
    "txn",
    "txs",
    "verifier",
    "opensaml",
    "esctx",
    "samlrequest",
];

/// Words beside which `state`, `request` and `transaction` belong to a sign-in.
const HANDOFF_COMPANIONS: [&str; 17] = [
    "auth", "auth0", "kc", "login", "lti", "nextauth", "oauth", "oauth1", "oauth2", "oidc",
    "openid", "openidc", "saml", "saml2", "shib", "signin", "sso",
];

/// Whether a session or a silent sign-in is kept in this cookie.
///
/// CSRF tokens, steps of a sign-in and things to keep are none, except known products' names.
#[must_use]
pub fn is_session_like(name: &str) -> bool {
    let name = Name::of(name);
    let lower = name.lower.as_str();
    if name.is_known_session {
        return true;
    }
    // Asked first: most names end here, and a request can bring a hundred of them.
    let is_session = |word: &String| {
        let is_login = matches!(word.as_str(), "login" | "signin" | "logged" | "loggedin");
        is_session_word(word) && !(is_login && name.has_word(&ABOUT_LOGIN))
    };
    if !(name.words.iter().any(is_session) || is_jupyter(lower)) {
        return false;
    }
    let is_other = name.is_csrf_like() || name.is_keeper() || name.is_handoff_like();
    let is_count = starts_with_any(lower, &ANALYTICS_PREFIXES) || text::has(lower, "analytics");
    !is_other && !is_count
}

/// Whether this cookie holds a token against forged requests (CSRF).
#[must_use]
pub fn is_csrf_like(name: &str) -> bool {
    Name::of(name).is_csrf_like()
}

/// Whether this cookie is worth keeping whatever is wrong: consent, language, cart, a trusted device.
///
/// It is never removed, except as the one that is too large. Silent sign-ins of known products (`remember-me`,
/// `remember_token`) are sessions instead.
#[must_use]
pub fn is_keeper(name: &str) -> bool {
    Name::of(name).is_keeper()
}

/// Whether this cookie carries one step of a sign-in by another service: state, nonce, PKCE verifier, transaction.
///
/// Each attempt may leave one behind, so they pile up.
#[must_use]
pub fn is_handoff_like(name: &str) -> bool {
    Name::of(name).is_handoff_like()
}

/// A cookie's name, taken apart once for all that is asked of it.
struct Name {
    /// In lower case, without the prefixes that browsers give a meaning to.
    lower: String,
    words: Vec<String>,
    is_known_session: bool,
}

impl Name {
    fn of(name: &str) -> Name {
        let lower = plain(name);
        Name {
            is_known_session: is_known_session(&lower),
            lower,
            words: words(name),
        }
    }

    fn has_word(&self, accepted: &[&str]) -> bool {
        self.words
            .iter()
            .any(|word| accepted.contains(&word.as_str()))
    }

    fn is_csrf_like(&self) -> bool {
        let parts = [
            "csrf",
            "xsrf",
            "antiforgery",
            "requestverificationtoken",
            "authenticity_token",
        ];
        contains_any(&self.lower, &parts) || self.has_word(&["crumb"])
    }

    fn is_keeper(&self) -> bool {
        !self.is_known_session
            && !self.is_csrf_like()
            && (starts_with_any(&self.lower, &KEEPER_PREFIXES)
                || contains_any(&self.lower, &KEEPER_PARTS)
                || self.has_word(&KEEPER_WORDS))
    }

    fn is_handoff_like(&self) -> bool {
        if self.is_known_session {
            return false;
        }
        // Keycloak's flow in progress, Auth0's transactions, MSAL's interaction, oidc-provider's.
        let known = [
            "kc_restart",
            "kc_auth_state",
            "com.auth0.auth",
            "auth_verification",
            "_interaction",
            "msal.interaction",
        ];
        if contains_any(
            &self.lower,
            &["oauth2_proxy_csrf", "code_verifier", "signinstate"],
        ) || starts_with_any(&self.lower, &known)
        {
            return true;
        }
        let is_step = self.has_word(&["state", "request", "req", "transaction"]);
        if self.lower == "state" || (is_step && self.has_word(&HANDOFF_COMPANIONS)) {
            return true;
        }
        // `oidc_session` is what the sign-in ends with; `AWSALBAuthNonce` is a step of it.
        let is_session = |word: &String| text::has(word, "session");
        self.has_word(&HANDOFF_WORDS) && !self.words.iter().any(is_session)
            || self.words.iter().any(|word| word.ends_with("nonce"))
    }
}

fn is_known_session(lower: &str) -> bool {
    SESSIONS.contains(&lower)
        || starts_with_any(lower, &SESSION_PREFIXES)
        || is_laravel_remember(lower)
}

/// Laravel's `remember_<guard>_<sha1>`.
fn is_laravel_remember(lower: &str) -> bool {
    let hash = lower
        .strip_prefix("remember_")
        .and_then(|rest| rest.rsplit('_').next());
    hash.is_some_and(|hash| hash.len() == 40 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_session_word(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if SESSION_WORDS.contains(&word) || word.starts_with("sessid") {
        return true;
    }
    // `obsession` and `possession` are words too.
    let is_session =
        text::has(word, "session") && !word.ends_with("bsession") && !text::has(word, "possession");
    let is_sign_in = word.starts_with("authent")
        || word.starts_with("authoriz")
        || word.starts_with("authtoken");
    is_session
        || is_sign_in
        || is_drupal(word)
        // `ISPCSESS`, but no `assess`.
        || word.ends_with("sess") && !word.ends_with("ssess")
        || ["auth", "jwt", "sessid", "sid", "token"]
            .iter()
            .any(|end| word.ends_with(end))
}

/// Drupal's `SESS<hash>` and `SSESS<hash>`: 32 hexadecimal digits.
fn is_drupal(word: &str) -> bool {
    let hash = word
        .strip_prefix("ssess")
        .or_else(|| word.strip_prefix("sess"));
    hash.is_some_and(|hash| hash.len() >= 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Jupyter's `username-<host>-<port>`.
fn is_jupyter(lower: &str) -> bool {
    let port = lower
        .strip_prefix("username-")
        .and_then(|rest| rest.rsplit('-').next());
    port.is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

/// The name in lower case without the prefixes that browsers give a meaning to.
fn plain(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let bare = ["__secure-", "__host-", "__http-"]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix));
    bare.unwrap_or(&lower).to_owned()
}

fn starts_with_any(text: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| text.starts_with(prefix))
}

fn contains_any(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text::has(text, part))
}

/// The words of a name in lower case: split at what is no letter or digit, before a capital that follows a small
/// letter or digit, and before the last of several capitals if a small letter follows (`PVEAuth`).
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = '_';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let starts_word = c.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || (before.is_ascii_alphanumeric()
                    && chars.peek().is_some_and(char::is_ascii_lowercase)));
        if (starts_word || !c.is_ascii_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(is: fn(&str) -> bool, hits: &[&str], misses: &[&str]) {
        let missed: Vec<_> = hits.iter().filter(|name| !is(name)).collect();
        let wrong: Vec<_> = misses.iter().filter(|name| is(name)).collect();
        assert!(missed.is_empty(), "expected hits, but missed {missed:?}");
        assert!(wrong.is_empty(), "expected misses, but hit {wrong:?}");
    }

    #[test]
    fn splits_names_into_words() {
        assert_eq!(words("PVEAuthCookie"), ["pve", "auth", "cookie"]);
        assert_eq!(
            words("__Secure-next-auth.session-token"),
            ["secure", "next", "auth", "session", "token"]
        );
        assert_eq!(words("_oauth2_proxy"), ["oauth2", "proxy"]);
        assert_eq!(words("JSESSIONID"), ["jsessionid"]);
        assert_eq!(words("appSession"), ["app", "session"]);
        assert_eq!(words("\u{e9}\u{e9}"), [""; 0]);
    }

    #[test]
    fn sessions() {
        let hits = [
            "JSESSIONID",
            "JSESSIONID.1a2b3c4d",
            "JSESSIONIDSSO",
            "PHPSESSID",
            "ASP.NET_SessionId",
            ".ASPXAUTH",
            "connect.sid",
            "laravel_session",
            "ci_session",
            "sessionid",
            "session",
            "SESSION",
            "sid",
            "SID",
            "HSID",
            "SSID",
            "__Secure-1PSID",
            "remember-me",
            "remember_token",
            "REMEMBERME",
            "rememberMe",
            "remember_web_59ba36addc2b2f9401580f014c7f58ea4e30989d",
            "_oauth2_proxy",
            "AWSELBAuthSessionCookie-0",
            "AuthSession",
            "beegosessionID",
            "AUTH_SESSION_ID",
            "XARAYASID",
            ".AspNetCore.Cookies",
            ".AspNetCore.CookiesC1",
            ".AspNetCore.Identity.Application",
            ".AspNetCore.Session",
            "wordpress_logged_in_0123456789abcdef",
            "SESS0123456789abcdef0123456789abcdef",
            "SSESS0123456789abcdef0123456789abcdef",
            "_gitlab_session",
            "_client_session",
            "_gallery_session",
            "user_session",
            "__Host-user_session_same_site",
            "_gh_sess",
            "i_like_gitea",
            "grafana_session",
            "CAKEPHP",
            "MoodleSession",
            "enwiki_session",
            "_t",
            "session_id",
            "roundcube_sessid",
            "ZM_AUTH_TOKEN",
            "PVEAuthCookie",
            "zbx_session",
            "_redmine_session",
            "TCSESSIONID",
            "NXSESSIONID",
            "JWT-SESSION",
            "nc_session_id",
            "oc_sessionPassphrase",
            "phpMyAdmin",
            "username-localhost-8888",
            "CFID",
            "CFTOKEN",
            "CF_Authorization",
            "CF_AppSession",
            "KEYCLOAK_IDENTITY",
            "KEYCLOAK_SESSION",
            "ESTSAUTH",
            "ESTSAUTHPERSISTENT",
            "FedAuth",
            "rtFa",
            "MSISAuth",
            "MSISAuth1",
            "_shibsession_64656661",
            "SimpleSAMLSessionID",
            "mod_auth_openidc_session",
            "authelia_session",
            "authentik_session",
            "next-auth.session-token",
            "__Secure-next-auth.session-token",
            "authjs.session-token",
            "appSession",
            "sb-abcdefgh-auth-token",
            "sb-abcdefgh-auth-token.0",
            "__session",
            "MYSAPSSO2",
            "SAP_SESSIONID_NW1_100",
            "MRHSession",
            "LastMRH_Session",
            "NSC_AAAC",
            "access_token",
            "accessToken",
            "jwt",
            "id_token",
            "logged_in",
            "oauth_token",
            "userAuth",
            "Authorization",
            "sessid",
            "ISPCSESS",
            "express:sess",
            "seraph.confluence",
        ];
        let misses = [
            "author",
            "authorId",
            "co_authors",
            "authority",
            "assess",
            "assessment",
            "obsession_id",
            "possession",
            "inside",
            "sidebar",
            "sidebar_state",
            "side",
            "csrftoken",
            "XSRF-TOKEN",
            "_oauth2_proxy_csrf",
            "__RequestVerificationToken",
            "device_token",
            "deviceToken",
            "remember_username",
            "remember_user_name",
            "last_login",
            "login_hint",
            "loginRedirect",
            "_hjSession_123",
            "_hjSessionUser_123",
            "intercom-session-abc",
            "analytics_session_id",
            "_ga",
            "_pk_ses.1.abc",
            "lang",
            "oauth_state",
            "AWSALBAuthNonce",
            "AWSALB",
            "username",
            "username-anna",
            "tokenizer",
            "",
            "id",
            "did",
        ];
        check(is_session_like, &hits, &misses);
    }

    #[test]
    fn csrf_tokens() {
        let hits = [
            "csrftoken",
            "XSRF-TOKEN",
            "_csrf",
            "_xsrf",
            "atlassian.xsrf.token",
            "__RequestVerificationToken",
            ".AspNetCore.Antiforgery.w5W7x28NAIs",
            "_oauth2_proxy_csrf",
            "__Host-csrf",
            "crumb",
            "authenticity_token",
        ];
        check(
            is_csrf_like,
            &hits,
            &[
                "csr",
                "token",
                "breadcrumb",
                "crumbs",
                "session",
                "sessionid",
                "forge",
            ],
        );
    }

    #[test]
    fn keepers() {
        let hits = [
            "CookieConsent",
            "OptanonConsent",
            "euconsent-v2",
            "didomi_token",
            "gdpr",
            "lang",
            "django_language",
            "wp-lang",
            "NEXT_LOCALE",
            "i18n_redirected",
            "theme",
            "currency",
            "cart",
            "woocommerce_items_in_cart",
            "cartToken",
            "wishlist_id",
            "trusted_device",
            "_device_id",
            "DeviceToken",
            "remember_username",
            "remember_user_name",
            "rememberEmail",
            "remember_device",
            "mfa_remember",
            "mfa-trust",
            "rl_anonymous_id",
            "cf_clearance",
            "tz",
            "two_factor_trusted",
        ];
        let misses = [
            "remember-me",
            "remember_token",
            "REMEMBERME",
            "remember_web_59ba36addc2b2f9401580f014c7f58ea4e30989d",
            "session",
            "cartoon",
            "descartes",
            "slang",
            "langley",
            "sid",
            "url_id",
            "_rl",
            "trustpilot",
            "csrf_device",
            "",
        ];
        check(is_keeper, &hits, &misses);
    }

    #[test]
    fn handoffs() {
        let hits = [
            "OpenIdConnect.nonce.AbC123",
            ".AspNetCore.OpenIdConnect.Nonce.CfDJ8",
            ".AspNetCore.Correlation.xyz",
            "mod_auth_openidc_state_abc",
            "_oauth2_proxy_csrf_1a2b",
            "_shibstate_1700000000_1a2b",
            "_opensaml_req_1a2b",
            "oauth_state",
            "state",
            "next-auth.state",
            "next-auth.pkce.code_verifier",
            "a0.txs.abc",
            "com.auth0.auth.xyz",
            "AWSALBAuthNonce",
            "oidc.0123456789abcdef",
            "pkce_verifier",
            "login_transaction",
            "SignInStateCookie",
            "esctx-abc",
            "KC_RESTART",
            "saml_request_id",
            "auth_verification",
            "nonce",
        ];
        let misses = [
            "ui_state",
            "sidebar_state",
            "us_state",
            "oidc_session",
            "mod_auth_openidc_session",
            "session",
            "statement",
            "announce",
            "transaction",
            "requests",
            "csrftoken",
            "_oauth2_proxy",
            "",
        ];
        check(is_handoff_like, &hits, &misses);
    }

    #[test]
    fn no_name_is_both_session_and_something_to_keep() {
        for name in [
            "remember-me",
            "device_session",
            "session_lang",
            "trusted_session",
            "rl_session",
            "REMEMBERME",
        ] {
            assert!(!(is_session_like(name) && is_keeper(name)), "{name}");
        }
    }
}
