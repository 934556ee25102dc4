//! RFC 9470 (step-up authentication): §3.

use super::one;
use readmit::scheme::{BearerError, View};

#[test]
fn a_stronger_and_a_fresher_sign_in() {
    for (line, acr, age) in [
        (
            "Bearer error=\"insufficient_user_authentication\",\r\n  \
             error_description=\"A different authentication level is required\",\r\n  acr_values=\"myACR\"",
            Some("myACR"),
            None,
        ),
        (
            "Bearer error=\"insufficient_user_authentication\",\r\n  \
             error_description=\"More recent authentication is required\",\r\n  max_age=\"5\"",
            None,
            Some(5),
        ),
    ] {
        let challenge = one(line);
        let View::Bearer(view) = View::of(&challenge) else {
            panic!("expected Bearer");
        };
        assert_eq!(
            view.error,
            Some(BearerError::InsufficientUserAuthentication)
        );
        assert_eq!((view.acr_values, view.max_age), (acr, age));
        assert!(!view.says_expired());
    }
}
