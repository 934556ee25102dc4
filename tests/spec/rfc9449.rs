//! RFC 9449 (DPoP): §7.1, §7.2 and §9.
//!
//! The examples are wrapped with `\` by RFC 8792; here the lines are whole.

use super::{check, one, read};
use readmit::scheme::{BearerError, View};

/// Figures 15 and 17.
#[test]
fn without_authentication() {
    check(
        &["DPoP algs=\"ES256 PS256\""],
        &["DPoP algs=\"ES256 PS256\""],
    );
    check(
        &["Bearer, DPoP algs=\"ES256 PS256\""],
        &["Bearer", "DPoP algs=\"ES256 PS256\""],
    );
}

/// Figure 16.
#[test]
fn with_a_token_bound_to_another_key() {
    let challenge = one(
        "DPoP error=\"invalid_token\", error_description=\"Invalid DPoP key binding\", algs=\"ES256\"",
    );
    let View::Dpop(view) = View::of(&challenge) else {
        panic!("expected DPoP");
    };
    assert_eq!(
        (view.algs, view.bearer.error),
        (Some("ES256"), Some(BearerError::InvalidToken))
    );
}

/// Figures 18 and 19.
#[test]
fn beside_bearer() {
    let challenges = read(&[
        "Bearer error=\"invalid_token\", error_description=\"Invalid token\", DPoP algs=\"ES256 PS256\"",
    ]);
    assert_eq!(challenges[0].param("error"), Some("invalid_token"));
    assert_eq!(challenges[1].param("algs"), Some("ES256 PS256"));
    let both = read(&[
        "Bearer error=\"invalid_request\", error_description=\"Multiple methods used to include access token\", \
                       DPoP algs=\"ES256 PS256\", error=\"invalid_request\", \
                       error_description=\"Multiple methods used to include access token\"",
    ]);
    for challenge in &both {
        let (View::Bearer(view) | View::Dpop(readmit::scheme::Dpop { bearer: view, .. })) =
            View::of(challenge)
        else {
            panic!("expected Bearer or DPoP, but found {challenge}");
        };
        assert_eq!(view.error, Some(BearerError::InvalidRequest));
    }
    assert_eq!(both.len(), 2);
}

/// Figure 24: no failure, the client repeats with the nonce.
#[test]
fn asking_for_a_nonce() {
    let challenge = one(
        "DPoP error=\"use_dpop_nonce\", error_description=\"Resource server requires nonce in DPoP proof\"",
    );
    assert!(View::of(&challenge).is_handshake_step());
}
