//! rate-limited: 429, too many requests or sign-ins.
//!
//! # What it detects
//! The server asks this client to slow down, and often says for how long.
//! # How we tell
//! Status 429 (RFC 6585 §4) or 509 (OpenStreetMap, cPanel); Retry-After gives the time. A 403 with Retry-After, or with
//! nothing left in `X-RateLimit-Remaining`; in recordings, the words of the body.
//! # False positives
//! None known; a 503 with Retry-After is the server's own trouble (server-fault).
//! # References
//! RFC 6585 §4, RFC 9110 §10.2.3.

use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::rules::retry_after;
use crate::rules::said::{Topic, fails_inside, said};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    // Some interfaces answer 403 where nothing is left to spend (GitHub).
    // One that says when to come again has no objection to who asks.
    let exchange = case.exchange;
    let nothing = |name: &&str| matches!(exchange.field(name), Some("0" | "0.0"));
    let names = ["x-ratelimit-remaining", "x-rate-limit-remaining"];
    let spent = matches!(case.status(), 403 | 503) && names.iter().any(nothing)
        || case.status() == 403
            && exchange.field("retry-after").is_some()
            && !said(exchange, Topic::Locked);
    let spent = spent
        || (fails_inside(exchange) || matches!(case.status(), 400..=499 | 503))
            && said(exchange, Topic::TooMany);
    // 509 is what some say where a bandwidth is used up, 420 what Twitter began with.
    if !matches!(case.status(), 420 | 429 | 509) && !spent {
        return None;
    }
    let confidence = if spent {
        Confidence::Likely
    } else {
        Confidence::Certain
    };
    let mut finding = Finding::about(FindingId::RateLimited, confidence, case.exchange);
    let mut wait = Offer::from(RemedyId::Wait);
    if let Some(seconds) = retry_after(case.exchange) {
        finding = finding
            .because(Evidence::of(EvidenceId::RetryAfter).with(Arg::Time, text::number(seconds)))
            .with(Arg::Time, text::number(seconds));
        wait.not_before = Some(case.exchange.time + seconds * 1000);
    }
    Some(finding.offer(wait).offer(RemedyId::AskOwner))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, Scene};
    use super::check;
    use crate::finding::FindingId;

    #[test]
    fn hit_with_a_time_to_wait() {
        let finding = Scene::post("https://shop.example/login")
            .answer(429)
            .field("retry-after", "60")
            .check(check)
            .expect("429");
        assert_eq!(finding.offers[0].not_before, Some(NOW + 60_000));
    }

    #[test]
    fn hit_without_a_time() {
        let finding = Scene::get("https://shop.example/")
            .answer(429)
            .check(check)
            .expect("429");
        assert_eq!(finding.offers[0].not_before, None);
    }

    #[test]
    fn near_miss_503_with_a_time() {
        assert!(
            Scene::get("https://shop.example/")
                .answer(503)
                .field("retry-after", "60")
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_a_spent_budget_that_was_still_served() {
        assert!(
            Scene::get("https://shop.example/")
                .answer(200)
                .field("x-ratelimit-remaining", "0")
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn hit_a_403_that_says_when_to_come_again() {
        let scene = Scene::fetch("https://api.example/search").looked();
        let limited = scene.answer(403).field("retry-after", "60");
        assert_eq!(limited.diagnose()[0].id, FindingId::RateLimited);
    }

    #[test]
    fn hit_a_bandwidth_that_is_used_up() {
        let scene = Scene::get("https://map.example/tiles").answer(509);
        assert_eq!(scene.diagnose()[0].id, FindingId::RateLimited);
    }

    #[test]
    fn hit_a_403_with_no_requests_left() {
        for field in ["x-ratelimit-remaining", "x-rate-limit-remaining"] {
            let scene = Scene::fetch("https://api.example/search").looked();
            let spent = scene.answer(403).field(field, "0");
            assert_eq!(spent.diagnose()[0].id, FindingId::RateLimited, "{field}");
        }
    }

    #[test]
    fn near_miss_a_403_with_requests_left() {
        let scene = Scene::fetch("https://api.example/search").looked();
        let refused = scene.answer(403).field("x-ratelimit-remaining", "12");
        assert!(refused.check(check).is_none());
    }
}
