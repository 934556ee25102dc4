//! clock-skew: this device's clock is wrong by more than sign-ins allow.
//!
//! # What it detects
//! Fresh sign-ins look run out, or as if they came from the future, because the device's time is wrong.
//! # How we tell
//! Two servers' `Date` fields agree that this clock is off by a minute or more, and a sign-in fails: a token, the way back
//! from a sign-in service, a session that was just made, a page that a session should open. Certain where a token's own
//! times stand against the server's, or where the server says so.
//! # False positives
//! One server can be wrong itself; answers out of a cache keep an old `Date`: neither is counted. A refusal that has
//! nothing to do with time (a password prompt, a permission, a limit) is left alone.
//! # References
//! RFC 9110 §6.6.1, RFC 7519 §4.1, RFC 9449 §7.1; Amazon S3 `RequestTimeTooSkewed`.

use crate::case::Case;
use crate::challenge::Challenge;
use crate::exchange::Sent;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Skew;
use crate::remedy::RemedyId;
use crate::rules::said::{Topic, asks_inside, fails_inside, said};
use crate::rules::{clock_ahead, token_error};
use crate::text;

/// Sign-ins allow a minute or so; from here on most of them fail.
const FAR: i64 = 300;
/// Off by less needs no word.
const NEAR: i64 = 60;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let said = says_so(case);
    if !said && !depends_on_time(case) {
        return None;
    }
    let off = off(&case.hosts.clocks);
    let own = clock_ahead(exchange).filter(|ahead| ahead.abs() >= NEAR);
    let by_token = token_from_the_future(case) && (off.is_some() || own.is_some());
    let confidence = if said || by_token {
        Confidence::Certain
    } else if off?.ahead.abs() >= FAR {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    let mut finding = Finding::about(FindingId::ClockSkew, confidence, exchange);
    if let Some(off) = off {
        let span = text::number(off.ahead.abs());
        finding = finding.because(
            Evidence::of(EvidenceId::ClockOff)
                .with(Arg::Other, off.host.clone())
                .with(Arg::Time, span),
        );
    }
    if by_token {
        finding = finding.since(EvidenceId::TokenTimes);
    }
    Some(
        finding
            .offer(RemedyId::FixClock)
            .offer(RemedyId::Reload)
            .offer(RemedyId::AskOwner),
    )
}

/// The nearest of the clocks that agree that this one is off in one direction; two hosts at least.
fn off(clocks: &[Skew]) -> Option<&Skew> {
    let agree = |ahead: bool| {
        let far = |it: &&Skew| it.ahead.abs() >= NEAR && (it.ahead > 0) == ahead;
        (clocks.iter().filter(far).count() >= 2 && clocks.iter().all(|it| far(&it)))
            .then(|| clocks.iter().filter(far).min_by_key(|it| it.ahead.abs()))?
    };
    agree(true).or_else(|| agree(false))
}

/// The server speaks of time.
fn says_so(case: &Case<'_>) -> bool {
    let words = [
        "clock skew",
        "used before issued",
        "not yet valid",
        "not valid before",
        "in the future",
        "issued at future",
        "used too early",
    ];
    let described = token_error(case.exchange)
        .and_then(|bearer| bearer.error_description)
        .map(str::to_ascii_lowercase);
    // Hawk sends its own time, and a proof of it, where the client's is too far off.
    let stale = |challenge: &Challenge| challenge.param("tsm").is_some();
    matches!(case.status(), 400 | 401 | 403)
        && (case.exchange.challenges().iter().any(stale)
            || described.is_some_and(|says| words.iter().any(|word| text::has(&says, word)))
            || said(case.exchange, Topic::Clock))
        || (asks_inside(case.exchange) || fails_inside(case.exchange))
            && said(case.exchange, Topic::Clock)
        || said(case.exchange, Topic::Clock)
            && case.status() == 500
            && case.exchange.address.takes_hand_offs()
}

/// The token was made later than it is, by the server's own clock.
fn token_from_the_future(case: &Case<'_>) -> bool {
    let Sent::Yes(sent) = case.authorization() else {
        return false;
    };
    let now = case.exchange.field("date").and_then(super::http_date);
    let later =
        |time: Option<i64>| matches!((time, now), (Some(time), Some(now)) if time > now + NEAR);
    later(sent.iat) || later(sent.nbf)
}

/// A refusal of a kind that a wrong clock brings about.
fn depends_on_time(case: &Case<'_>) -> bool {
    let exchange = case.exchange;
    let browser_asks = exchange.answerable().is_some();
    let hand_off = exchange.address.is_hand_off() && matches!(case.status(), 400 | 401 | 403);
    let refused =
        case.status() == 401 && !browser_asks && (case.sent_token() || case.sent_session());
    let after_sign_in = case.turned_away().is_some() && case.sign_in().is_some();
    hand_off || refused || after_sign_in || case.loops().is_some()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene};
    use super::check;
    use crate::finding::Confidence;

    /// These hosts' clocks, by how many seconds this device is ahead of them.
    fn clocks(scene: Scene, ahead: &[i64]) -> Scene {
        scene.hosts(|hosts| {
            for (at, ahead) in ahead.iter().enumerate() {
                hosts.note_clock(["a.example", "b.example", "c.example"][at], *ahead, NOW);
            }
        })
    }

    fn refused() -> Scene {
        Scene::get("https://app.example/inbox")
            .cookie("sid", 20)
            .answer(401)
    }

    #[test]
    fn hit_two_servers_agree() {
        let finding = clocks(refused(), &[7200, 7230]).check(check).expect("off");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert!(
            finding
                .offers
                .iter()
                .any(|it| it.id.as_str() == "fix-clock")
        );
        let little = clocks(refused(), &[-90, -100]).check(check).expect("off");
        assert_eq!(little.confidence, Confidence::Possible);
    }

    #[test]
    fn hit_the_server_says_so() {
        let scene = Scene::fetch("https://api.example/x")
            .authorization("Bearer")
            .answer(401)
            .www("Bearer error=\"invalid_token\", error_description=\"Token used before issued\"");
        assert_eq!(scene.diagnose()[0].id.as_str(), "clock-skew");
    }

    #[test]
    fn near_miss_one_server_is_wrong_itself() {
        assert!(clocks(refused(), &[7200]).check(check).is_none());
        assert!(clocks(refused(), &[7200, 0]).check(check).is_none());
        assert!(clocks(refused(), &[7200, -7200]).check(check).is_none());
    }

    #[test]
    fn near_miss_a_password_prompt() {
        let scene = Scene::get("https://app.example/").looked().answer(401);
        let scene = clocks(scene.www("Basic realm=\"x\""), &[7200, 7200]);
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_page_that_works() {
        let scene = Scene::get("https://app.example/")
            .cookie("sid", 20)
            .answer(200);
        assert!(clocks(scene, &[7200, 7200]).check(check).is_none());
    }

    #[test]
    fn hit_a_server_that_sends_its_own_time() {
        let hawk = |line: &str| {
            let scene = Scene::fetch("https://sync.example/1.5").authorization("Hawk");
            scene.answer(401).www(line).check(check).is_some()
        };
        assert!(hawk(
            "Hawk ts=\"1751360000\", tsm=\"UwqvAM2D\", error=\"Stale timestamp\""
        ));
        assert!(!hawk("Hawk error=\"Bad mac\""));
    }
}
