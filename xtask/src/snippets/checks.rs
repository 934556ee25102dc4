//! What each topic promises, asked of a site in the same way whatever it runs on, and what the diagnosis says then.

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use readmit::finding::FindingId;
use readmit::owner::{Server, Topic};

use super::site::{Answer, Ask, Site};
use super::{PASSWORD, TOKEN, TOKEN_OLD, TOKEN_WEAK, USER};

/// How one topic is checked.
pub(super) struct Check {
    /// What a site keeps that has the topic's snippet.
    pub(super) promise: fn(&Site) -> Result<()>,
    /// What the diagnosis may say of the answers then: that somebody has not signed in is no fault of the site.
    pub(super) healthy: &'static [FindingId],
    /// Of these it says one where the snippet is not there; none where it shows no other way.
    pub(super) mends: &'static [FindingId],
}

/// The check of a topic.
pub(super) fn of(topic: Topic) -> Check {
    use FindingId as F;
    let check = |promise, healthy, mends| Check {
        promise,
        healthy,
        mends,
    };
    match topic {
        Topic::Challenge => check(
            challenge,
            &[F::SignInRequired, F::CredentialsRejected],
            &[F::MissingChallenge],
        ),
        Topic::BearerError => check(
            bearer_error,
            &[
                F::SignInRequired,
                F::TokenExpired,
                F::TokenInvalid,
                F::InsufficientScope,
                F::PermissionDenied,
            ],
            &[],
        ),
        Topic::ForwardAuthorization => check(forward_authorization, &[], &[F::AuthorizationLost]),
        _ => check(
            |_| anyhow::bail!("expected a topic that has a check"),
            &[],
            &[],
        ),
    }
}

fn basic(password: &str) -> String {
    let credentials = base64::prelude::BASE64_STANDARD.encode(format!("{USER}:{password}"));
    format!("Basic {credentials}")
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn status(answer: &Answer, expected: &[u16], what: &str) -> Result<()> {
    ensure!(
        expected.contains(&answer.status),
        "expected {what} to be answered {expected:?}, but found {}",
        answer.status
    );
    Ok(())
}

fn equal(found: &str, expected: &str, what: &str) -> Result<()> {
    ensure!(
        found == expected,
        "expected {what} to be `{expected}`, but found `{found}`"
    );
    Ok(())
}

fn challenge(site: &Site) -> Result<()> {
    let page = Ask::get("/private/");
    let asked = |answer: &Answer| -> Result<()> {
        status(answer, &[401], "a visitor")?;
        let challenges = answer.challenges()?;
        let basic = challenges.iter().find(|challenge| challenge.is("basic"));
        let realm = basic.and_then(|basic| basic.param("realm"));
        ensure!(realm.is_some(), "expected a Basic challenge with a realm");
        Ok(())
    };
    asked(&site.ask(&page)?)?;
    asked(&site.ask(&page.clone().with("Authorization", basic("wrong")))?)?;
    let answer = site.ask(&page.with("Authorization", basic(PASSWORD)))?;
    status(&answer, &[200], "the right password")
}

fn bearer_error(site: &Site) -> Result<()> {
    let page = Ask::get("/api/me").in_background();
    let error = |answer: &Answer| -> Result<Option<String>> {
        let challenges = answer.challenges()?;
        let bearer = challenges.iter().find(|challenge| challenge.is("bearer"));
        let bearer = bearer.context("expected a Bearer challenge")?;
        Ok(bearer.param("error").map(str::to_owned))
    };
    let with = |token| page.clone().with("Authorization", bearer(token));
    let answer = site.ask(&page)?;
    status(&answer, &[401], "no token")?;
    ensure!(
        error(&answer)?.is_none(),
        "expected no error where there was no token"
    );
    for token in [TOKEN_OLD, "s3cret.token.forged"] {
        let answer = site.ask(&with(token))?;
        status(&answer, &[401], "a bad token")?;
        equal(
            &error(&answer)?.unwrap_or_default(),
            "invalid_token",
            "the error",
        )?;
    }
    if !matches!(site.server, Server::Nginx | Server::Caddy) {
        let answer = site.ask(&with(TOKEN_WEAK).by("DELETE"))?;
        status(&answer, &[403], "a token without the scope")?;
        equal(
            &error(&answer)?.unwrap_or_default(),
            "insufficient_scope",
            "the error",
        )?;
    }
    status(&site.ask(&with(TOKEN))?, &[200], "a good token")
}

fn forward_authorization(site: &Site) -> Result<()> {
    let page = Ask::get("/api/me").in_background();
    let answer = site.ask(&page.with("Authorization", bearer(TOKEN)))?;
    status(&answer, &[200], "a good token")
}
