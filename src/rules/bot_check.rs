//! bot-check: refused by a check for robots.
//!
//! # What it detects
//! Instead of the page the site sent a test that is to show that a person is there.
//! # How we tell
//! A vendor's own documented field (Cloudflare's `cf-mitigated`, Amazon's `x-amzn-waf-action`, Vercel's
//! `x-vercel-mitigated: challenge`, SiteGround's `sg-captcha`, Qrator's cookie, DataDome's `x-dd-b`, Kasada's
//! `x-kpsdk-ct`), or nothing but Privacy Pass is asked for (RFC 9577); LinkedIn's status 999; or the page that was
//! asked for led to one that is named for it, itself or by a parameter; in recordings, the words of the page, also of
//! one that says nothing else.
//! # False positives
//! Most checks end by themselves within seconds: the next page takes the finding away. A `Server` of such a vendor
//! alone says nothing. No cookie is to blame: the check would only begin anew.
//! # References
//! RFC 9577; Cloudflare "Detect a challenge page response"; AWS WAF "How the challenge and CAPTCHA actions work".

use crate::address::Address;
use crate::case::Case;
use crate::exchange::End;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::said::{Topic, notice, titled};
use crate::rules::{body_says, is_robot_check, robot_field};
use crate::text;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let instead = exchange.field("sg-captcha").is_some();
    let stopped =
        case.status() >= 400 || (case.status() == 202 && (instead || !exchange.is_document()));
    let in_place = exchange.is(200)
        && exchange.is_document()
        && (titled(exchange, Topic::Robot)
            // A form that has such a test in it is another thing.
            || notice(exchange, Topic::Robot) && !body_says(exchange, &["<input", "<form"]));
    let page = led_to(case);
    if !(is_robot_check(exchange) && stopped || in_place || page.is_some()) {
        return None;
    }
    let mut finding = Finding::about(FindingId::BotCheck, Confidence::Certain, exchange);
    let vercel = exchange.field("x-vercel-mitigated");
    let field = robot_field(exchange).or(vercel.map(|_| "x-vercel-mitigated"));
    let says = field.or((!exchange.challenges().is_empty()).then_some("PrivateToken"));
    finding = match (says, page) {
        (Some(says), _) => {
            finding.because(Evidence::of(EvidenceId::ProductSays).with(Arg::Detail, says))
        }
        (None, Some(page)) => finding.because_led_to(page),
        (None, None) => finding.since(EvidenceId::PageSays),
    };
    finding = finding.offer(RemedyId::Reload);
    let blocked = case.facts.blocked.first();
    if let Some(part) = blocked {
        finding = finding
            .because(Evidence::of(EvidenceId::PartBlocked).with(Arg::Other, part.address.host()));
    }
    Some(
        finding
            .offer(RemedyId::PauseBlocker)
            .offer(RemedyId::AskOwner),
    )
}

/// The test that the page that was asked for led to, by its name.
fn led_to<'a>(case: &Case<'a>) -> Option<&'a Address> {
    const TESTS: &[&str] = &["captcha", "showcaptcha"];
    // One that somebody is led to who is signed in is another one: for a second factor.
    const GATES: &[&str] = &["challenge"];
    let exchange = case.exchange;
    let to = match &exchange.end {
        End::Redirected(to) => to,
        _ if case.hops().next().is_some() => &exchange.address,
        _ => return None,
    };
    let own = case
        .visit
        .map_or(&exchange.address, |visit| &visit.first)
        .same_site(to);
    let told = || to.parameters().any(|name| text::has(name, "captcha")) && !to.is_sign_in();
    let named = to.has_part(TESTS) || to.is_named(GATES) && own && !case.sent_session() || told();
    Some(to).filter(|_| exchange.is_document() && !exchange.is_write() && named)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::finding::FindingId;
    use crate::remedy::Touches;

    #[test]
    fn hit_by_documented_fields_and_without_a_removal() {
        for (status, field, value) in [
            (403, "cf-mitigated", "challenge"),
            (405, "x-amzn-waf-action", "captcha"),
            (403, "x-vercel-mitigated", "challenge"),
            (202, "sg-captcha", "challenge"),
        ] {
            let scene = Scene::get("https://shop.example/").cookie("cf_clearance", 90);
            let finding = scene.answer(status).field(field, value).check(check);
            let finding = finding.expect(field);
            assert!(
                finding
                    .offers
                    .iter()
                    .all(|offer| offer.id.touches() == Touches::Nothing)
            );
        }
    }

    #[test]
    fn hit_a_tests_own_cookie() {
        let answer = |name: &str| {
            let scene = Scene::get("https://shop.example/").answer(401);
            scene.set_cookie(name, "Path=/").check(check).is_some()
        };
        assert!(answer("qrator_jsr"));
        assert!(!answer("jsr"));
    }

    #[test]
    fn hit_privacy_pass_alone() {
        let scene = Scene::fetch("https://check.example/").answer(401);
        assert!(
            scene
                .www("PrivateToken challenge=\"abc\"")
                .check(check)
                .is_some()
        );
    }

    #[test]
    fn hit_led_to_a_test() {
        let scene = Scene::get("https://shop.example/chairs")
            .redirect("https://shop.example/showcaptcha?u=1");
        assert!(scene.answer(200).check(check).is_some());
        let by_parameter = Scene::get("https://shop.example/chairs");
        let by_parameter = by_parameter.redirect("https://shop.example/verify?captchaType=puzzle");
        assert!(by_parameter.answer(200).check(check).is_some());
        let own = Scene::get("https://shop.example/captcha").answer(200);
        assert!(own.check(check).is_none());
    }

    #[test]
    fn near_miss_a_challenge_that_is_no_test_for_robots() {
        let led = |scene: Scene, to: &str| scene.redirect(to).answer(200).check(check);
        let scene = || Scene::get("https://shop.example/pay").looked();
        assert!(led(scene(), "https://shop.example/challenge").is_some());
        // A bank's own for a payment (EMV 3-D Secure), and a second factor of somebody who is signed in.
        assert!(led(scene(), "https://acs.bank.example/challenge").is_none());
        let known = scene().cookie("sid", 40);
        let known = known.redirect("https://shop.example/challenge");
        let known = known.cookie("sid", 40).answer(200);
        assert!(known.check(check).is_none());
    }

    #[test]
    fn hit_a_page_that_is_nothing_but_a_test() {
        let page = |body: &str| {
            let scene = Scene::get("https://shop.example/").answer(200);
            scene.body(body).check(check).is_some()
        };
        assert!(page("<h1>Checking your browser</h1><p>One moment …</p>"));
        assert!(!page(
            "<form><label><input type=checkbox> I am not a robot</label></form>"
        ));
    }

    #[test]
    fn near_miss_privacy_pass_beside_a_password() {
        let scene = Scene::get("https://shop.example/").answer(401);
        let scene = scene.www("PrivateToken challenge=\"abc\", Basic realm=\"x\"");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn near_miss_the_vendors_name_alone() {
        let scene = Scene::get("https://shop.example/").answer(403);
        assert!(scene.field("server", "cloudflare").check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_check_that_runs_behind_a_page() {
        let scene = Scene::get("https://shop.example/").answer(202);
        assert!(
            scene
                .field("x-amzn-waf-action", "challenge")
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn hit_the_words_of_a_page() {
        let scene = Scene::get("https://shop.example/item").looked();
        let asked = scene
            .answer(403)
            .body("<p>Please verify you are a human</p>");
        assert_eq!(asked.diagnose()[0].id, FindingId::BotCheck);
    }

    #[test]
    fn near_miss_a_sign_in_form_with_a_captcha_in_it() {
        let scene = Scene::post("https://shop.example/login").looked();
        let refused = scene
            .answer(401)
            .body("<p>Wrong password</p><div class=g-recaptcha></div>");
        assert!(refused.check(check).is_none());
    }
}
