//! link-used-up: a sign-in or reset link that was used, is too old, or was cut.
//!
//! # What it detects
//! Links in mails for signing in, confirming an address or choosing a new password work once, and mail scanners open them.
//! # How we tell
//! A link that carries its secret and says what it is for (its words and parameters) was refused by 400, 401, 403, 404, 410
//! or 422, or led to a page that speaks of an error; what it is named for was done before in this tab; a signed
//! address that holds until a time was refused; the address itself says `otp_expired`.
//! # False positives
//! The way back from a sign-in service carries secrets too: that is handoff-expired. A person who is signed in and refused
//! may lack a permission: then it is only possible.
//! # References
//! RFC 9110 §15.5.11 (410); the pattern is known from Supabase, Rails Devise, Laravel and many others.

use crate::address::Address;
use crate::case::{Case, READS};
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::journal::Hop;
use crate::remedy::{Offer, RemedyId};
use crate::rules::said::{Topic, notice, said};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let spoken = matches!(case.status(), 400 | 401 | 403 | 404 | 410 | 422)
        && said(exchange, Topic::Link)
        && exchange.address.acts_when_opened();
    // A page's script hands in what stood in the link.
    let handed_in = exchange.is_write()
        && matches!(case.status(), 400..=499)
        && said(exchange, Topic::SignInLink);
    if !handed_in && (!(exchange.is_document() || spoken) || exchange.is_write()) {
        return None;
    }
    let refused = exchange.address.is_one_time_link()
        && matches!(case.status(), 400 | 401 | 403 | 404 | 410 | 422);
    let here = Hop::of(exchange);
    let led_to_error = case.hops().chain([&here]).any(|hop| {
        let to = |tells: &dyn Fn(&Address) -> bool| hop.to.as_ref().is_some_and(tells);
        let error = to(&|to| {
            ["error", "error_code", "expired"]
                .iter()
                .any(|name| to.has_parameter(name))
        });
        (error || hop.led_to_error) && hop.address.is_one_time_link()
            || to(&Address::says_expired) && hop.address.acts_when_opened()
    });
    // Supabase says so in the address of the page that it leads to.
    let told = exchange.address.parameter("error_code") == Some("otp_expired");
    let signed = exchange.address.is_signed() && matches!(case.status(), 401 | 403 | 410);
    let said_so = handed_in
        || spoken && !exchange.address.is_hand_off()
        || notice(exchange, Topic::LinkAgain);
    let again = matches!(case.status(), 403 | 404 | 410) && worked_before(case);
    let led_to_error = led_to_error || READS && led_to_another(case);
    if !refused && !led_to_error && !told && !signed && !said_so && !again {
        return None;
    }
    let confidence = match case.status() {
        410 => Confidence::Certain,
        _ if told || said_so => Confidence::Certain,
        _ if signed => Confidence::Likely,
        401 if exchange.answerable().is_some() => Confidence::Possible,
        403 | 404 if case.sent_session() && !again => Confidence::Possible,
        _ => Confidence::Likely,
    };
    let page = match &case.host.sign_in {
        Some(page) => page.kept(),
        None => exchange.address.at("/"),
    };
    let mut finding = Finding::about(FindingId::LinkUsedUp, confidence, exchange);
    if led_to_error || told {
        finding = finding.because(
            Evidence::of(EvidenceId::ServerReason).with(Arg::Detail, "error in the address"),
        );
    }
    Some(
        finding
            .offer(Offer::open(RemedyId::RequestNewLink, page))
            .offer(RemedyId::AskOwner),
    )
}

/// In a recording: the link led to the page where another one is asked for, or to one that says what became of it.
fn led_to_another(case: &Case<'_>) -> bool {
    let page = &case.exchange.address;
    let asks = page.is_named(&[
        "forgotpassword",
        "lostpassword",
        "forgot",
        "resendconfirmation",
    ]);
    let mut hops = case.hops();
    asks && hops.any(|hop| hop.address.acts_when_opened())
        || case.hops().next().is_some() && notice(case.exchange, Topic::SignInLink)
}

/// Whether this very address did what it is named for before, in this tab. One that was written down in between lacks its
/// secret and is not taken for it: two links of one kind would be the same.
fn worked_before(case: &Case<'_>) -> bool {
    let here = &case.exchange.address;
    let is_here = |it: &Address| it.same_page(here) && it.query() == here.query();
    let worked =
        |hop: &Hop| hop.is_write() && is_here(&hop.address) && hop.status.is_some_and(|s| s < 400);
    here.is_named_as_link() && case.earlier.iter().any(|visit| visit.steps().any(worked))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scene;
    use super::check;
    use crate::finding::Confidence;
    use crate::finding::FindingId;

    #[test]
    fn hit_a_link_to_sign_in_with_that_a_script_hands_in() {
        let top = |body: &str| {
            let scene = Scene::post("https://app.example/login?action=magic-login").looked();
            scene.answer(403).body(body).diagnose()[0].id
        };
        assert_eq!(
            top("Login link is expired or invalid"),
            FindingId::LinkUsedUp
        );
        assert_eq!(top("The form has expired"), FindingId::FormExpired);
    }

    #[test]
    fn hit_a_link_that_was_refused() {
        for (url, status) in [
            ("https://app.example/auth/magic?token=abc123", 401),
            (
                "https://app.example/password/reset/9f86d081884c7d659a2feaa0c55ad015",
                404,
            ),
            (
                "https://app.example/users/confirmation?confirmation_token=abc",
                422,
            ),
            ("https://app.example/verify?email=a&otp=1234", 410),
        ] {
            let scene = Scene::get(url).looked().answer(status);
            let finding = scene.check(check).expect(url);
            assert_eq!(finding.offers[0].id.as_str(), "request-new-link");
        }
    }

    #[test]
    fn hit_led_to_an_error() {
        let scene = Scene::get("https://app.example/auth/verify?token=abc&type=magiclink")
            .redirect("https://app.example/?error=access_denied&error_code=otp_expired");
        assert!(scene.answer(200).check(check).is_some());
    }

    #[test]
    fn near_miss_someone_signed_in_is_refused() {
        let scene = Scene::get("https://app.example/invite?token=abc").cookie("sid", 20);
        let finding = scene.answer(403).check(check).expect("possible");
        assert_eq!(finding.confidence, Confidence::Possible);
    }

    #[test]
    fn near_miss_a_page_without_a_secret() {
        let scene = Scene::get("https://app.example/password/reset").looked();
        assert!(scene.answer(404).check(check).is_none());
    }

    #[test]
    fn hit_led_to_the_page_that_sends_another() {
        let led = |from: &str, to: &str| {
            let scene = Scene::get(from).redirect(to).answer(200);
            scene.check(check).is_some()
        };
        let link = "https://app.example/login/set_new_password?token=1764000000-abcdef";
        assert!(led(link, "https://app.example/login/forgot_password"));
        assert!(!led(link, "https://app.example/login/new_password"));
        let menu = "https://app.example/account";
        assert!(!led(menu, "https://app.example/login/forgot_password"));
    }

    #[test]
    fn near_miss_another_link_of_its_kind_worked() {
        let after = |used: &str| {
            let scene = Scene::post(&format!("https://app.example/verify/{used}"));
            let scene = scene
                .answer(200)
                .then_get("https://app.example/verify/9f86d081884c7d659a2f");
            scene
                .cookie("sid", 20)
                .answer(404)
                .check(check)
                .map(|it| it.confidence)
        };
        assert_eq!(after("9f86d081884c7d659a2f"), Some(Confidence::Likely));
        assert_eq!(after("60303ae22b998861bce3"), Some(Confidence::Possible));
    }

    #[test]
    fn near_miss_the_answer_of_a_sign_in_service() {
        let scene = Scene::get("https://app.example/login/callback?code=a&state=b").looked();
        assert!(scene.answer(401).check(check).is_none());
    }

    #[test]
    fn no_alarm_for_a_link_that_works() {
        let scene = Scene::get("https://app.example/auth/magic?token=abc123")
            .redirect("https://app.example/home");
        assert!(scene.answer(200).check(check).is_none());
    }

    #[test]
    fn hit_a_signed_address_whose_time_is_over() {
        let link = "https://shop.example/unsubscribe/7?expires=1700000000&signature=ab12";
        let scene = Scene::get(link).looked().answer(403);
        assert_eq!(scene.diagnose()[0].id, FindingId::LinkUsedUp);
    }

    #[test]
    fn hit_a_signed_address_of_a_store_that_asks_for_its_own_scheme() {
        let findings = Scene::get(
            "https://objects.example/v1/a/q2.pdf?temp_url_sig=1&temp_url_expires=1500430000",
        )
        .looked()
        .answer(401)
        .www("Swift realm=\"a\"")
        .diagnose();
        assert_eq!(findings[0].id.as_str(), "link-used-up");
    }

    #[test]
    fn hit_the_address_says_so() {
        let page = "https://app.example/?error=access_denied&error_code=otp_expired";
        assert!(Scene::get(page).looked().answer(200).check(check).is_some());
    }

    #[test]
    fn near_miss_a_signed_address_that_is_answered() {
        let link = "https://cdn.example/a.pdf?Expires=1900000000&Signature=ab12";
        assert_eq!(Scene::get(link).looked().answer(200).diagnose(), []);
    }

    #[test]
    fn hit_the_error_stands_in_the_fragment() {
        let scene = Scene::get("https://auth.example/verify?token=abc&type=magiclink");
        let scene = scene
            .answer(303)
            .field(crate::event::LOCATION_ERROR, "otp_expired");
        let scene = scene.redirect("https://app.example/").answer(200);
        assert!(scene.check(check).is_some());
        let plain = Scene::get("https://auth.example/verify?token=abc&type=magiclink");
        let plain = plain.redirect("https://app.example/").answer(200);
        assert!(plain.check(check).is_none());
    }

    #[test]
    fn hit_a_page_that_is_but_a_notice() {
        let page = |body: &str| {
            let scene = Scene::get("https://club.example/reset/MTc/set/");
            scene.answer(200).body(body).check(check).is_some()
        };
        assert!(page(
            "<p>O link para a recuperação de senha era inválido. Por favor, solicite uma nova.</p>"
        ));
        assert!(!page("<p>Please choose a new password.</p>"));
    }

    #[test]
    fn hit_a_script_asks_for_what_a_link_opens() {
        let asks = |url: &str| {
            let body = "{\"message\":\"Este convite expirou ou já foi utilizado.\"}";
            Scene::fetch(url)
                .answer(410)
                .body(body)
                .check(check)
                .is_some()
        };
        assert!(asks("https://team.example/api/invites/k8?token=x"));
        assert!(!asks("https://team.example/api/invites"));
    }
}
