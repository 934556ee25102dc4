//! What a sign-in service says of its refusal in the address that it sends people back to.
//!
//! OAuth 2.0 and OpenID Connect name an `error`; Microsoft Entra adds a number (`AADSTS50020`) whose meaning it documents.

use crate::address::Address;
use crate::case::Case;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::RemedyId;
use crate::rules::said::READS;
use crate::text;

/// Numbers of Microsoft Entra and the cause that each of them names
/// (learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes).
const ENTRA: &[(u32, FindingId)] = &[
    (50005, FindingId::PermissionDenied),
    (50020, FindingId::WrongAccount),
    (50034, FindingId::WrongAccount),
    (50053, FindingId::AccountLocked),
    (50055, FindingId::CredentialsRejected),
    (50056, FindingId::CredentialsRejected),
    (50057, FindingId::AccountLocked),
    (50072, FindingId::StepUpRequired),
    (50074, FindingId::StepUpRequired),
    (50076, FindingId::StepUpRequired),
    (50079, FindingId::StepUpRequired),
    (50097, FindingId::PermissionDenied),
    (50105, FindingId::PermissionDenied),
    (50126, FindingId::CredentialsRejected),
    (50133, FindingId::SessionExpired),
    (50158, FindingId::StepUpRequired),
    (50173, FindingId::TokenExpired),
    (50196, FindingId::RedirectLoop),
    (51004, FindingId::WrongAccount),
    (53000, FindingId::PermissionDenied),
    (53001, FindingId::PermissionDenied),
    (53002, FindingId::PermissionDenied),
    (53003, FindingId::PermissionDenied),
    (54005, FindingId::HandoffExpired),
    (65004, FindingId::PermissionDenied),
    (70008, FindingId::HandoffExpired),
    (70043, FindingId::TokenExpired),
    (90072, FindingId::WrongAccount),
    (90094, FindingId::PermissionDenied),
    (500_133, FindingId::ClockSkew),
    (530_003, FindingId::PermissionDenied),
    (700_024, FindingId::ClockSkew),
    (700_082, FindingId::TokenExpired),
    (700_084, FindingId::TokenExpired),
];

/// Makes certain what the words of a sign-in service prove, whichever of the causes it is.
pub(super) fn add(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(cause) = cause(case) else {
        return;
    };
    for finding in findings.iter_mut() {
        // What the service itself says goes before what its status looks like.
        if finding.id != cause && finding.confidence == Confidence::Likely {
            finding.confidence = Confidence::Possible;
        }
    }
    for finding in findings.iter_mut() {
        if finding.id == cause {
            finding.confidence = Confidence::Certain;
            return;
        }
    }
    findings.push(
        Finding::about(cause, Confidence::Certain, case.exchange)
            .because(Evidence::of(EvidenceId::ServerReason).with(Arg::Detail, "error"))
            .offer(case.start_over_offer())
            .offer(RemedyId::AskOwner),
    );
}

/// The cause that a sign-in service gave for its refusal: in the address of the exchange, in one before it in the same
/// chain, or in the words of a recording.
pub(super) fn cause(case: &Case<'_>) -> Option<FindingId> {
    let exchange = case.exchange;
    let here = &exchange.address;
    if READS && let Some(cause) = entra(exchange.body()) {
        return Some(cause);
    }
    if !exchange.is_document() {
        return None;
    }
    for hop in case.hops() {
        if let Some(cause) = named(&hop.address) {
            return Some(cause);
        }
    }
    let refused = case.status() >= 400 && denied(here);
    named(here).or(refused.then_some(FindingId::PermissionDenied))
}

/// The cause that a number in an address of an error names.
fn named(address: &Address) -> Option<FindingId> {
    if !address.has_parameter("error") {
        return None;
    }
    entra(address.query())
}

/// The cause that a number of Microsoft Entra names.
fn entra(said: &str) -> Option<FindingId> {
    let (_, rest) = text::split_at(said, "AADSTS")?;
    let digits = rest
        .bytes()
        .take(7)
        .take_while(u8::is_ascii_digit)
        .fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    let (_, cause) = ENTRA.iter().find(|(number, _)| *number == digits)?;
    Some(*cause)
}

/// The service, or the person at it, said no (RFC 6749 §4.1.2.1).
fn denied(address: &Address) -> bool {
    address.is_hand_off() && address.parameter("error") == Some("access_denied")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::FindingId;
    use crate::rules::testing::Scene;

    #[test]
    fn numbers_are_read_wherever_they_stand() {
        assert_eq!(
            entra("error_description=AADSTS50020%3a+User"),
            Some(FindingId::WrongAccount)
        );
        assert_eq!(
            entra("AADSTS700082: The refresh token"),
            Some(FindingId::TokenExpired)
        );
        for none in [
            "AADSTS",
            "AADSTS5",
            "AADSTS502",
            "50020",
            "AADSTS99999999999",
        ] {
            assert_eq!(entra(none), None, "{none}");
        }
    }

    #[test]
    fn the_table_has_each_number_once_and_in_order() {
        assert!(ENTRA.is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn the_wrong_account_and_the_wrong_device_are_told_apart() {
        let back = |code: &str| {
            let url = format!(
                "https://app.example/signin-oidc?error=access_denied&error_description={code}%3a+x&state=s"
            );
            let found = Scene::get(&url).looked().answer(401).diagnose();
            found[0].id
        };
        assert_eq!(back("AADSTS50020"), FindingId::WrongAccount);
        assert_eq!(back("AADSTS53003"), FindingId::PermissionDenied);
        assert_eq!(back("AADSTS50076"), FindingId::StepUpRequired);
        assert_eq!(back("AADSTS70008"), FindingId::HandoffExpired);
    }
}
