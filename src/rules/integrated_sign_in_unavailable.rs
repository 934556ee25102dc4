//! integrated-sign-in-unavailable: Negotiate or NTLM is offered and not answered.
//!
//! # What it detects
//! Work sites that expect the sign-in of the computer itself, and a browser that does not pass it on; or a Kerberos ticket
//! that has grown too long for the server.
//! # How we tell
//! A document's 401 that offers Negotiate or NTLM and neither Basic nor Digest, after which the browser asked nothing; the
//! browser asked again and again (then what was typed may just be wrong: only possible). A 400 of Windows' own web server
//! whose Cookie field is short: by the length of its page "Request Too Long", or in recordings by its words.
//! # False positives
//! Steps of a handshake that goes on. Where Basic or Digest is offered too, the prompt is for those.
//! # References
//! RFC 4559; Microsoft KB 2020943 (HTTP 400 with Kerberos).

use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::body_says;
use crate::scheme::View;

/// Bytes of HTTP.sys' page "Bad Request - Request Too Long".
const TOO_LONG_PAGE: &str = "346";
/// A shorter Cookie field is not what made the request too long.
const SMALL: u32 = 4096;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let confidence = match case.status() {
        401 if exchange.is_document() => not_answered(case)?,
        400 if ticket_too_long(case) => Confidence::Likely,
        _ => return None,
    };
    let id = FindingId::IntegratedSignInUnavailable;
    let mut finding = Finding::about(id, confidence, exchange);
    if let Some(challenge) = case.challenge_evidence() {
        finding = finding.because(challenge);
    }
    if case.status() == 400 {
        let size = exchange.cookie_field_size().to_string();
        finding = finding.because(Evidence::of(EvidenceId::CookieFieldSize).with(Arg::Count, size));
    } else if exchange.prompts == 0 {
        finding = finding.since(EvidenceId::NoPrompt);
    } else {
        finding = finding.since(EvidenceId::PromptRepeated);
    }
    Some(finding.offer(RemedyId::AskIt))
}

/// The computer's sign-in was asked for, and did not come.
fn not_answered(case: &Case<'_>) -> Option<Confidence> {
    let exchange = case.exchange;
    let views = exchange.schemes();
    let offered = views
        .iter()
        .any(|view| matches!(view, View::Negotiate(_) | View::Ntlm(_)));
    let other = views
        .iter()
        .any(|view| matches!(view, View::Basic(_) | View::Digest(_)));
    if !offered || other {
        return None;
    }
    match exchange.prompts {
        0 => Some(Confidence::Likely),
        1 => None,
        _ => Some(Confidence::Possible),
    }
}

fn ticket_too_long(case: &Case<'_>) -> bool {
    let exchange = case.exchange;
    let windows = exchange
        .field("server")
        .is_some_and(|server| server.starts_with("Microsoft-HTTPAPI"));
    let too_long = exchange.field("content-length") == Some(TOO_LONG_PAGE)
        || body_says(
            exchange,
            &[
                "size of the request headers is too long",
                "request too long",
            ],
        );
    windows && too_long && exchange.cookies().is_some() && exchange.cookie_field_size() < SMALL
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::finding::Confidence;

    fn asks(line: &str) -> Scene {
        Scene::get("http://intranet/")
            .looked()
            .answer(401)
            .www(line)
    }

    #[test]
    fn hit_offered_and_not_answered() {
        for line in ["Negotiate", "NTLM", "Negotiate, NTLM"] {
            let finding = asks(line).check(check).expect(line);
            assert_eq!(finding.confidence, Confidence::Likely);
        }
    }

    #[test]
    fn hit_a_ticket_that_is_too_long() {
        let scene = Scene::get("http://intranet/").cookie("lang", 7).answer(400);
        let scene = scene
            .field("server", "Microsoft-HTTPAPI/2.0")
            .field("content-length", "346");
        assert!(scene.check(check).is_some());
    }

    #[test]
    fn near_miss_the_browser_asked() {
        assert!(asks("NTLM").prompts(1).check(check).is_none());
        let again = asks("NTLM").prompts(3).check(check).expect("again");
        assert_eq!(again.confidence, Confidence::Possible);
    }

    #[test]
    fn near_miss_a_password_would_do() {
        assert!(asks("Negotiate, Basic realm=\"x\"").check(check).is_none());
    }

    #[test]
    fn near_miss_cookies_made_it_too_long() {
        let scene = Scene::get("http://intranet/")
            .cookie("junk", 20_000)
            .answer(400);
        let scene = scene
            .field("server", "Microsoft-HTTPAPI/2.0")
            .field("content-length", "346");
        assert!(scene.check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_step_of_the_handshake() {
        assert!(
            asks("NTLM TlRMTVNTUAACAAAACAAIADAAAACGgAEA")
                .diagnose()
                .is_empty()
        );
    }
}
