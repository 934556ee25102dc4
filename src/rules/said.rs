//! What the words of a refusal say, whoever wrote them: one place for all rules that read the bodies of recordings.
//!
//! A body is reduced to plain words (`TokenExpired`, `token_expired` and `<b>Token</b> expired` read the same), and each
//! topic is told by words that stand near each other, so that a product nobody has seen yet is understood as well.
//! A browser shows an extension no body: there all of this is left out.

use crate::exchange::Exchange;

/// What a server may say of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// Nobody is signed in, no credentials came.
    Anonymous,
    /// Whoever asks is not known: nobody is signed in, or the credentials are wrong.
    Unauthorized,
    /// The name or the password is wrong.
    WrongPassword,
    /// The one-time code of a second factor is wrong or too old.
    WrongCode,
    /// The account is locked or switched off.
    Locked,
    /// Too many requests or tries.
    TooMany,
    /// A token or key has run out.
    TokenExpired,
    /// A token or key is not accepted, for another reason than its age.
    TokenInvalid,
    /// The session has ended.
    SessionExpired,
    /// A second factor or a fresh sign-in is wanted.
    SecondFactor,
    /// The token lacks a scope.
    Scope,
    /// The one-time code of a form is wrong or too old.
    Form,
    /// A sign-in by way of another site lost its state: in words that mean it only where such a sign-in comes back.
    HandOff,
    /// The same, in words that mean nothing else.
    LostFlow,
    /// The clocks of both sides disagree.
    Clock,
    /// A guard refuses where the request comes from or what it looks like.
    Network,
    /// A test for robots.
    Robot,
    /// A certificate of the person's own is wanted.
    Certificate,
    /// The browser keeps no cookies, the site thinks.
    CookiesOff,
    /// The cookie needs https.
    CookieNeedsHttps,
    /// A link that works once is used up or too old.
    Link,
    /// The same of a link to sign in with, in words that mean no form.
    SignInLink,
    /// The same with a word about asking for another one: a page that has nothing else to say.
    LinkAgain,
    /// The session has ended, with a word about signing in again.
    SignInAgain,
    /// The form is refused, in words that stand in no answer to a form that is well.
    FormAgain,
    /// The person may not see this.
    Denied,
    /// It is left open whether something is wrong or too old.
    Choice,
    /// The one-time code that a sign-in service gave is used up or too old.
    CodeSpent,
    /// Where a form comes from is not to be seen.
    Referrer,
    /// Another account may have what this one has not.
    OtherAccount,
}

pub(super) use crate::case::READS;

/// Whether the recorded words of this answer speak of a topic: its body, and the fields that no standard knows. Without a
/// recording: no.
#[inline]
pub(super) fn said(exchange: &Exchange, topic: Topic) -> bool {
    #[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
    {
        if exchange.body().is_empty() && exchange.field(crate::event::SAID).is_none() {
            return false;
        }
        // Of answers that did not fail only those to a form or of an interface can speak of a failure, and guards' pages.
        let told = exchange.status().is_none_or(|status| status >= 400)
            || exchange.is_write()
            || topic == Topic::Network
            || fails_inside(exchange)
            || asks_inside(exchange);
        told && speaks(exchange, topic)
    }
    #[cfg(all(target_arch = "wasm32", not(feature = "reader")))]
    {
        let _ = (exchange, topic);
        false
    }
}

/// Whether a field of the answer that no standard knows speaks of a topic, whatever the status.
#[inline]
pub(super) fn field_says(exchange: &Exchange, topic: Topic) -> bool {
    #[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
    return exchange
        .field(crate::event::SAID)
        .is_some_and(|field| Words::of(field).say(topic));
    #[cfg(all(target_arch = "wasm32", not(feature = "reader")))]
    {
        let _ = (exchange, topic);
        false
    }
}

#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
fn speaks(exchange: &Exchange, topic: Topic) -> bool {
    !exchange.body().is_empty() && words::say(exchange.body(), topic) || field_says(exchange, topic)
}

/// Whether a page of success is but a few words about a topic: a notice in the place of the page that was asked for.
#[inline]
pub(super) fn notice(exchange: &Exchange, topic: Topic) -> bool {
    #[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
    {
        exchange.is_document()
            && exchange.is(200)
            && !exchange.body().is_empty()
            && words::count(exchange.body()) <= NOTICE_WORDS
            && words::say(exchange.body(), topic)
    }
    #[cfg(all(target_arch = "wasm32", not(feature = "reader")))]
    {
        let _ = (exchange, topic);
        false
    }
}

/// Words of a page that has nothing but a notice on it.
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
const NOTICE_WORDS: usize = 80;

/// Words of a title that says what is the matter.
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
const TITLE_WORDS: usize = 6;

/// Whether the short title of a recorded page speaks of a topic.
#[inline]
pub(super) fn titled(exchange: &Exchange, topic: Topic) -> bool {
    #[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
    {
        let title = exchange
            .body()
            .split_once("<title")
            .and_then(|(_, rest)| rest.split_once('>')?.1.split_once("</title>"));
        // A longer one is about something: a question in a forum, an article.
        title.is_some_and(|(title, _)| {
            let words = Words::of(title);
            words.count() <= TITLE_WORDS && words.say(topic)
        })
    }
    #[cfg(all(target_arch = "wasm32", not(feature = "reader")))]
    {
        let _ = (exchange, topic);
        false
    }
}

/// Whether an answer of success carries the error of an interface: `{"error":…}`, `"ok":false` in its body, or gRPC's
/// own status in a field.
#[inline]
pub(crate) fn fails_inside(exchange: &Exchange) -> bool {
    #[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
    return inside(exchange).is_some_and(|inside| inside.fails);
    #[cfg(all(target_arch = "wasm32", not(feature = "reader")))]
    {
        let _ = exchange;
        false
    }
}

/// Whether an answer of success has the status 401 in it, as interfaces write it that know no other than 200.
#[inline]
pub(super) fn asks_inside(exchange: &Exchange) -> bool {
    #[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
    return inside(exchange).is_some_and(|inside| inside.asks);
    #[cfg(all(target_arch = "wasm32", not(feature = "reader")))]
    {
        let _ = exchange;
        false
    }
}

/// What an answer of success says of a failure.
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Inside {
    /// It carries an error.
    fails: bool,
    /// It carries the status 401.
    asks: bool,
}

#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
fn inside(exchange: &Exchange) -> Option<Inside> {
    let reply = exchange.reply.as_ref().filter(|_| exchange.is(200))?;
    Some(*reply.inside.get_or_init(|| Inside::of(exchange)))
}

#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
impl Inside {
    fn of(exchange: &Exchange) -> Inside {
        let body = exchange.body();
        let top = top_level(body);
        let field = exchange.field(crate::event::SAID).unwrap_or_default();
        let names = ["\"code\":401", "\"status\":401", "\"statusCode\":401"];
        let is_whole = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit());
        Inside {
            fails: ERRORS.iter().any(|error| top.contains(error))
                || is_xml_error(body)
                // Tencent Cloud's interfaces wrap both what went well and what did not.
                || body.starts_with("{\"Response\":{\"Error\":")
                || ["grpc-status ", "login-request", "LOGIN_REQUIRED"]
                    .iter()
                    .any(|error| field.contains(error)),
            asks: names
                .iter()
                .any(|name| top.split_once(name).is_some_and(|(_, rest)| is_whole(rest))),
        }
    }
}

/// Whether the whole answer is an error, as interfaces in XML write it (Newznab's and Torznab's `<error code="100" …/>`,
/// `<rsp stat="fail">`).
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
fn is_xml_error(body: &str) -> bool {
    let root = body.split_once("?>").map_or(body, |(_, root)| root);
    let root = root.trim_start();
    if !root.starts_with('<') {
        return false;
    }
    let tag = root.split('>').next().unwrap_or_default();
    let tag = tag.to_ascii_lowercase();
    let failed = [
        "<error ",
        "status=\"error\"",
        "status=\"fail",
        "stat=\"fail",
    ];
    failed.iter().any(|failed| tag.contains(failed))
        // XML-RPC of OpenSubtitles, with a status of HTTP's kind.
        || root.starts_with("<methodResponse>")
            && root.contains("<name>status</name><value><string>4")
}

/// How interfaces write that they failed, at the top level of their answer.
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
const ERRORS: [&str; 10] = [
    "\"error\":\"",
    "\"error\":true",
    "\"error\":{",
    "\"errors\":[",
    "\"exception\":\"",
    "\"ok\":false",
    "\"status\":\"error\"",
    "\"success\":false",
    // Of maps and shops that name no error.
    "\"status\":\"0\"",
    ":\"WrongCredentials\"",
];

/// The outermost members of a JSON object, without white space and without what lies in them. What is cut off at the
/// end does not matter.
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
fn top_level(body: &str) -> String {
    // A list of one thing is that thing: batches of calls are answered so.
    let body = body.trim();
    let alone = |body: &&str| !body.contains("},{") && !body.contains("}, {");
    let body = body.strip_prefix('[').filter(alone).unwrap_or(body);
    let body = body.trim_start();
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let mut top = String::new();
    if !body.starts_with('{') {
        return top;
    }
    for c in body.chars() {
        let opens = !in_text && matches!(c, '{' | '[');
        if !in_text && matches!(c, '}' | ']') {
            depth = depth.saturating_sub(1);
        }
        if depth == 1 && (in_text || !c.is_whitespace()) {
            top.push(c);
        }
        depth += usize::from(opens);
        if c == '"' && !escaped {
            in_text = !in_text;
        }
        escaped = in_text && c == '\\' && !escaped;
    }
    top
}

#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
use words::Words;

#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
mod dictionary;
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
mod words;

#[cfg(test)]
mod tests {
    use super::words::Words;
    use super::*;

    #[track_caller]
    fn says(body: &str, topic: Topic, wanted: bool) {
        assert_eq!(Words::of(body).say(topic), wanted, "{topic:?} in {body:?}");
    }

    #[test]
    fn spelling_does_not_matter() {
        for body in [
            "{\"code\":\"access_token_expired\"}",
            "<Code>ExpiredToken</Code>",
            "{\"code\":\"TOKEN_EXPIRED\"}",
            "The <b>token</b> has expired.",
            "api key is expired",
        ] {
            says(body, Topic::TokenExpired, true);
        }
    }

    #[test]
    fn what_leaves_it_open_is_not_called_expired() {
        says("Invalid or expired token.", Topic::TokenExpired, false);
        says("The CSRF token has expired.", Topic::TokenExpired, false);
        says("Your session has expired", Topic::TokenExpired, false);
        says("The token was accepted", Topic::TokenExpired, false);
    }

    #[test]
    fn wrong_passwords_are_told_from_other_refusals() {
        for body in [
            "Incorrect username or password",
            "{\"errorCode\":\"invalidCredentials\"}",
            "Sorry, unrecognized username or password.",
            "These credentials do not match our records.",
            "The password you entered for the username admin is incorrect.",
        ] {
            says(body, Topic::WrongPassword, true);
        }
        says(
            "CSRF token invalid. Password: [ ]",
            Topic::WrongPassword,
            false,
        );
        says(
            "Your account is locked. Wrong password.",
            Topic::WrongPassword,
            false,
        );
        says("Forgot your password?", Topic::WrongPassword, false);
    }

    #[test]
    fn forms_of_all_kinds_use_the_same_words() {
        says("Email is invalid", Topic::WrongPassword, false);
        says(
            "{\"errors\":{\"user\":[\"unknown\"]}}",
            Topic::WrongPassword,
            false,
        );
        says("The date must be in the future", Topic::Clock, false);
        says("The token was issued in the future", Topic::Clock, true);
        says("Maximum upload size limit exceeded", Topic::TooMany, false);
        says("API rate limit exceeded", Topic::TooMany, true);
        says(
            "Comments are disabled for this account",
            Topic::Locked,
            false,
        );
        says(
            "If your account is locked, contact us",
            Topic::Locked,
            false,
        );
        says("User is disabled", Topic::Locked, true);
        says("Invalid state or province", Topic::LostFlow, false);
        says("We use cookies. Accept all?", Topic::CookiesOff, false);
        says(
            "Zum Anmelden müssen Cookies aktiviert sein",
            Topic::CookiesOff,
            true,
        );
        for data in [
            "missing key name; value was not provided",
            "required key [name] not found",
        ] {
            says(data, Topic::Anonymous, false);
        }
        says("An API key is required", Topic::Anonymous, true);
    }

    #[test]
    fn a_request_that_ran_out_by_the_servers_time_is_a_matter_of_clocks() {
        let late = "This request has expired - `expires` is in the past. Current time: 1586433426";
        says(late, Topic::Clock, true);
        says(late, Topic::TokenExpired, false);
        says("Request has expired", Topic::Clock, false);
        says("签名过期", Topic::Clock, true);
    }

    #[test]
    fn the_marks_of_a_page_are_no_words() {
        says(
            "<div class=\"csrf\"></div><p>Not found</p>",
            Topic::Form,
            false,
        );
        says("<p>CSRF check failed</p>", Topic::Form, true);
    }

    #[test]
    fn an_interface_may_fail_with_a_200() {
        use crate::rules::testing::Scene;
        let answer = |body: &str| {
            Scene::get("https://a.example/api")
                .answer(200)
                .body(body)
                .exchange()
        };
        assert!(fails_inside(&answer("{ \"ok\": false, \"error\": \"x\" }")));
        assert!(fails_inside(&answer("{\"error\":{\"code\":\"x\"}}")));
        assert!(fails_inside(&answer(
            "{\"Response\":{\"Error\":{\"Code\":\"x\"}}}"
        )));
        assert!(!fails_inside(&answer("{\"ok\":true,\"error\":null}")));
        assert!(!fails_inside(&answer("<p>error</p>")));
        // What a list tells of its members is no failure of the list.
        assert!(!fails_inside(&answer(
            "{\"jobs\":[{\"error\":\"token expired\"}]}"
        )));
        assert!(!fails_inside(&answer("{\"note\":\"\\\"error\\\":\\\"x\"}")));
    }
}
