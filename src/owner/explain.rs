//! A challenge in words: what its scheme is, what the browser does with it, what each parameter says, and where the
//! line breaks the grammar.

use serde::Serialize;

use super::note::{Note, Said};
use crate::challenge::{Challenge, Problem};
use crate::exchange::Exchange;
use crate::finding::Arg;
use crate::scheme::{self, Algorithm, Bearer, BearerError, Digest, Meaning, View};
use crate::text;

/// Longest value that is shown, in characters.
const VALUE_MAX: usize = 200;

/// A value shorter than this is no secret, and may stand elsewhere in its line by chance.
const SECRET_MIN: usize = 8;

/// Parameters whose values say nothing to people: what the server made up for one exchange.
const HIDDEN: &[&str] = &["nonce", "opaque", "challenge", "token-key"];

/// One challenge, explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// The scheme, in the case of its specification.
    pub scheme: String,
    /// Where it is specified; empty where nobody knows.
    pub spec: &'static str,
    /// What the scheme is.
    pub what: Said,
    /// It is not in IANA's registry.
    pub unregistered: Option<Said>,
    /// What this browser does with it.
    pub answer: Said,
    /// Its parameters in their order, then those that are missing.
    pub params: Vec<Param>,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Param {
    /// Its name, lower-case.
    pub name: String,
    /// Its value, cut to a bound; `None` where it is missing, or a secret of the server's.
    pub value: Option<String>,
    /// What it says.
    pub what: Said,
}

/// A place where a field line breaks the grammar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// The line as sent, its secrets covered.
    pub line: String,
    /// Where in it, in characters from 0: bytes of the field value.
    pub at: u32,
    /// What was expected there and what was found.
    pub says: String,
}

/// The challenges of an answer.
#[must_use]
pub fn challenges(exchange: &Exchange) -> Vec<Explained> {
    let challenges = exchange.challenges();
    let best = scheme::best(challenges);
    let explain = |challenge: &Challenge| {
        let view = View::of(challenge);
        let (what, spec, unregistered) = scheme_note(&view);
        Explained {
            scheme: cut(view.name()),
            spec,
            what: what.said(),
            unregistered: unregistered.then(|| Note::SchemeUnregistered.said()),
            answer: answer(&view, challenge, best),
            params: params(&view, challenge),
        }
    };
    challenges.iter().map(explain).collect()
}

/// What is wrong with the challenges.
#[must_use]
pub fn flaws(exchange: &Exchange) -> Vec<Flaw> {
    let lines = covered_lines(exchange);
    let flaw = |problem: &Problem| Flaw {
        line: lines.get(problem.line).cloned().unwrap_or_default(),
        at: u32::try_from(problem.at).unwrap_or(u32::MAX),
        says: problem.to_string(),
    };
    exchange.problems().iter().map(flaw).collect()
}

/// The lines that the challenges stand in, as sent, but with `x` in the place of what the server made up for one exchange:
/// every position stays what it was.
#[must_use]
pub fn covered_lines(exchange: &Exchange) -> Vec<String> {
    let Some(reply) = &exchange.reply else {
        return Vec::new();
    };
    let lines = if reply.answer.status == 407 {
        &reply.answer.proxy_authenticate
    } else {
        &reply.answer.www_authenticate
    };
    let mut lines = lines.clone();
    for challenge in &reply.challenges {
        let hidden = challenge
            .params
            .iter()
            .filter(|(name, _)| HIDDEN.contains(name))
            .map(|(_, value)| value);
        let Some(line) = lines.get_mut(challenge.line) else {
            continue;
        };
        for secret in hidden.chain(challenge.token68.as_deref()) {
            *line = cover(line, secret);
        }
    }
    lines
}

fn cover(line: &str, secret: &str) -> String {
    if secret.len() < SECRET_MIN {
        return line.to_owned();
    }
    let count = secret.trim_end_matches('=').chars().count();
    let kept = secret.chars().count() - count;
    // A token68 keeps its end, which the grammar tells from a parameter without a value.
    let mask: String = std::iter::repeat_n('x', count)
        .chain(std::iter::repeat_n('=', kept))
        .collect();
    let mut covered = String::new();
    let mut rest = line;
    while let Some((before, after)) = text::split_at(rest, secret) {
        covered.push_str(before);
        covered.push_str(&mask);
        rest = after;
    }
    covered.push_str(rest);
    covered
}

/// What a scheme is, where that is specified, and whether IANA lacks it.
fn scheme_note(view: &View<'_>) -> (Note, &'static str, bool) {
    match view {
        View::Basic(_) => (Note::SchemeBasic, "RFC 7617", false),
        View::Digest(_) => (Note::SchemeDigest, "RFC 7616", false),
        View::Bearer(_) => (Note::SchemeBearer, "RFC 6750", false),
        View::Dpop(_) => (Note::SchemeDpop, "RFC 9449", false),
        View::Negotiate(_) => (Note::SchemeNegotiate, "RFC 4559", false),
        View::Ntlm(_) => (Note::SchemeNtlm, "MS-NTHT", true),
        View::Other(other) => {
            let note = match other.meaning {
                Meaning::AppSignIn => Note::SchemeApp,
                Meaning::SecondFactor => Note::SchemeSecondFactor,
                Meaning::ClientCertificate => Note::SchemeCertificate,
                Meaning::BotCheck => Note::SchemeBotCheck,
                Meaning::HiddenPrompt => Note::SchemeHiddenPrompt,
                Meaning::Program => Note::SchemeProgram,
                Meaning::Unknown => Note::SchemeUnknown,
            };
            (note, spec_of(other.name), !other.is_registered)
        }
    }
}

/// The specifications of iana.org/assignments/http-authschemes, and of two without registration.
fn spec_of(scheme: &str) -> &'static str {
    match scheme {
        "Concealed" => "RFC 9729",
        "GNAP" => "RFC 9635",
        "HOBA" => "RFC 7486",
        "Mutual" => "RFC 8120",
        "OAuth" => "RFC 5849",
        "PrivateToken" => "RFC 9577",
        "SCRAM-SHA-1" | "SCRAM-SHA-256" => "RFC 7804",
        "vapid" => "RFC 8292",
        "UMA" => "UMA 2.0",
        "AWS4-HMAC-SHA256" => "AWS Signature Version 4",
        _ => "",
    }
}

/// What the browser does with a challenge.
fn answer(view: &View<'_>, challenge: &Challenge, best: Option<&Challenge>) -> Said {
    if view.is_handshake_step() {
        return Note::AnswerHandshake.said();
    }
    if !view.browser_can_answer() {
        let is_digest = matches!(view, View::Digest(_));
        return if is_digest {
            Note::AnswerUnknownDigest
        } else {
            Note::AnswerPage
        }
        .said();
    }
    match best {
        Some(best) if !std::ptr::eq(best, challenge) => {
            Note::AnswerStronger.with(Arg::Scheme, View::of(best).name())
        }
        _ => Note::AnswerBrowser.said(),
    }
}

fn params(view: &View<'_>, challenge: &Challenge) -> Vec<Param> {
    let mut params: Vec<Param> = challenge
        .params
        .iter()
        .map(|(name, value)| param(view, name, value))
        .collect();
    if let Some(token68) = &challenge.token68 {
        // `Basic realm=` reads as a token68 by the grammar, and is meant as an empty realm.
        params.push(if view.realm() == Some("") {
            param(view, "realm", "")
        } else {
            hidden("token68", token68, Note::ParamToken68)
        });
    }
    let missing = |name: &str, note: Note| Param {
        name: name.to_owned(),
        value: None,
        what: note.said(),
    };
    if matches!(view, View::Basic(_) | View::Digest(_)) && view.realm().is_none() {
        params.push(missing("realm", Note::MissingRealm));
    }
    if let View::Digest(digest) = view {
        if !digest.has_nonce {
            params.push(missing("nonce", Note::MissingNonce));
        }
        if challenge.param("qop").is_none() {
            params.push(missing("qop", Note::MissingQop));
        }
    }
    params
}

fn param(view: &View<'_>, name: &str, value: &str) -> Param {
    let note = match (view, name) {
        (_, "realm") => Note::ParamRealm,
        (View::Basic(_) | View::Digest(_), "charset") if value.eq_ignore_ascii_case("UTF-8") => {
            Note::ParamCharset
        }
        (View::Basic(_) | View::Digest(_), "charset") => Note::ParamCharsetOther,
        (View::Digest(digest), _) => match digest_param(digest, name) {
            Some(note) => note,
            None => return unknown(view, name, value),
        },
        (View::Bearer(bearer), _) => match bearer_param(bearer, name) {
            Some(note) => note,
            None => return unknown(view, name, value),
        },
        (View::Dpop(_), "algs") => Note::ParamAlgs,
        (View::Dpop(dpop), _) => match bearer_param(&dpop.bearer, name) {
            Some(note) => note,
            None => return unknown(view, name, value),
        },
        _ => return unknown(view, name, value),
    };
    if HIDDEN.contains(&name) {
        return hidden(name, value, note);
    }
    let mut what = note.said();
    if note == Note::ParamMaxAge && value.bytes().all(|b| b.is_ascii_digit()) {
        what = what.with(Arg::Time, value);
    }
    Param {
        name: cut(name),
        value: Some(cut(value)),
        what,
    }
}

fn digest_param(digest: &Digest<'_>, name: &str) -> Option<Note> {
    Some(match name {
        "nonce" => Note::ParamNonce,
        "opaque" => Note::ParamOpaque,
        "stale" if digest.stale => Note::ParamStale,
        "stale" => Note::ParamNotStale,
        "algorithm" => match digest.algorithm {
            Algorithm::Md5 | Algorithm::Md5Sess => Note::ParamAlgorithmWeak,
            Algorithm::Sha256 | Algorithm::Sha256Sess => Note::ParamAlgorithm,
            _ => Note::ParamAlgorithmUnknown,
        },
        "qop" if digest.offers_auth => Note::ParamQop,
        "qop" => Note::ParamQopOther,
        "domain" => Note::ParamDomain,
        "userhash" => Note::ParamUserhash,
        _ => return None,
    })
}

fn bearer_param(bearer: &Bearer<'_>, name: &str) -> Option<Note> {
    Some(match name {
        "error" => match bearer.error? {
            BearerError::InvalidRequest => Note::ErrorInvalidRequest,
            BearerError::InvalidToken => Note::ErrorInvalidToken,
            BearerError::InsufficientScope => Note::ErrorInsufficientScope,
            BearerError::InsufficientUserAuthentication => Note::ErrorStepUp,
            BearerError::UseDpopNonce => Note::ErrorUseDpopNonce,
            BearerError::InvalidDpopProof => Note::ErrorInvalidDpopProof,
            BearerError::InsufficientClaims => Note::ErrorInsufficientClaims,
            BearerError::Other => Note::ErrorOther,
        },
        "error_description" => Note::ParamErrorDescription,
        "error_uri" => Note::ParamErrorUri,
        "scope" => Note::ParamScope,
        "acr_values" => Note::ParamAcrValues,
        "max_age" => Note::ParamMaxAge,
        "resource_metadata" => Note::ParamResourceMetadata,
        "claims" => Note::ParamClaims,
        _ => return None,
    })
}

fn unknown(view: &View<'_>, name: &str, value: &str) -> Param {
    if HIDDEN.contains(&name) {
        return hidden(name, value, Note::ParamOfScheme);
    }
    let note = match view {
        View::Other(_) => Note::ParamOfScheme,
        _ => Note::ParamUnknown,
    };
    Param {
        name: cut(name),
        value: Some(cut(value)),
        what: note.with(Arg::Scheme, view.name()),
    }
}

fn hidden(name: &str, value: &str, note: Note) -> Param {
    Param {
        name: name.to_owned(),
        value: None,
        what: note.with(Arg::Count, text::number(value.chars().count())),
    }
}

/// The beginning of a text, if it is longer than may be shown.
pub(super) fn cut(text: &str) -> String {
    if text.chars().count() <= VALUE_MAX {
        return text.to_owned();
    }
    text.chars().take(VALUE_MAX - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::Scene;

    fn exchange(lines: &[&str]) -> Exchange {
        let scene = Scene::get("https://app.example/").answer(401);
        lines
            .iter()
            .fold(scene, |scene, line| scene.www(line))
            .exchange()
    }

    fn notes(explained: &Explained) -> Vec<(&str, Option<&str>, &str)> {
        explained
            .params
            .iter()
            .map(|param| {
                (
                    param.name.as_str(),
                    param.value.as_deref(),
                    param.what.id.as_str(),
                )
            })
            .collect()
    }

    #[test]
    fn each_parameter_has_its_word() {
        let exchange = exchange(&[
            "Digest realm=\"Staff\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c0\", qop=\"auth\", algorithm=SHA-256, stale=true, odd=1",
            "Basic charset=\"latin1\"",
            "Bearer error=\"insufficient_scope\", scope=\"a b\", max_age=300, resource_metadata=\"https://x.example/m\"",
        ]);
        let explained = challenges(&exchange);
        assert_eq!(
            notes(&explained[0]),
            [
                ("realm", Some("Staff"), "param-realm"),
                ("nonce", None, "param-nonce"),
                ("qop", Some("auth"), "param-qop"),
                ("algorithm", Some("SHA-256"), "param-algorithm"),
                ("stale", Some("true"), "param-stale"),
                ("odd", Some("1"), "param-unknown"),
            ]
        );
        assert_eq!(explained[0].spec, "RFC 7616");
        assert_eq!(explained[0].answer.id, Note::AnswerHandshake);
        assert_eq!(
            notes(&explained[1]),
            [
                ("charset", Some("latin1"), "param-charset-other"),
                ("realm", None, "missing-realm"),
            ]
        );
        assert_eq!(explained[1].answer.id, Note::AnswerStronger);
        assert_eq!(explained[1].answer.args.get(Arg::Scheme), "Digest");
        let bearer: Vec<&str> = notes(&explained[2])
            .iter()
            .map(|(_, _, note)| *note)
            .collect();
        assert_eq!(
            bearer,
            [
                "error-insufficient-scope",
                "param-scope",
                "param-max-age",
                "param-resource-metadata"
            ]
        );
        assert_eq!(explained[2].params[2].what.args.get(Arg::Time), "300");
        assert_eq!(explained[2].answer.id, Note::AnswerPage);
    }

    #[test]
    fn what_a_server_made_up_is_covered_where_it_stands() {
        let exchange = exchange(&[
            "Digest realm=\"a\" nonce=\"dcd98b7102dd2f0e8b11\", opaque=\"x\"",
            "Negotiate oYG2MIGzoAMKAQE=",
        ]);
        assert_eq!(
            covered_lines(&exchange),
            [
                "Digest realm=\"a\" nonce=\"xxxxxxxxxxxxxxxxxxxx\", opaque=\"x\"",
                "Negotiate xxxxxxxxxxxxxxx="
            ]
        );
        let flaws = flaws(&exchange);
        assert_eq!(flaws.len(), 1, "a missing comma");
        assert_eq!(flaws[0].at, 17, "{flaws:?}");
        assert!(flaws[0].says.starts_with("expected "), "{flaws:?}");
    }

    #[test]
    fn an_empty_realm_is_a_realm_and_a_token68_is_none() {
        let explained = challenges(&exchange(&["Basic realm=", "Negotiate oYG2MIGzoAMKAQE="]));
        assert_eq!(notes(&explained[0]), [("realm", Some(""), "param-realm")]);
        assert_eq!(notes(&explained[1]), [("token68", None, "param-token68")]);
        assert_eq!(explained[1].params[0].what.args.get(Arg::Count), "16");
    }

    #[test]
    fn every_scheme_has_a_word() {
        for (line, note, unregistered) in [
            ("NTLM", Note::SchemeNtlm, true),
            ("Negotiate", Note::SchemeNegotiate, false),
            ("DPoP algs=\"ES256\"", Note::SchemeDpop, false),
            ("HOBA challenge=\"abcdefgh\"", Note::SchemeApp, false),
            ("ApiKey realm=\"a\"", Note::SchemeProgram, true),
            ("xBasic realm=\"a\"", Note::SchemeHiddenPrompt, true),
            ("Wunderbar a=b", Note::SchemeUnknown, true),
        ] {
            let explained = challenges(&exchange(&[line]));
            assert_eq!(explained[0].what.id, note, "{line}");
            assert_eq!(explained[0].unregistered.is_some(), unregistered, "{line}");
        }
    }
}
