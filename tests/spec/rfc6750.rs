//! RFC 6750 (Bearer): §3.

use super::one;
use readmit::scheme::{BearerError, View};

#[test]
fn without_authentication() {
    let challenge = one("Bearer realm=\"example\"");
    let View::Bearer(view) = View::of(&challenge) else {
        panic!("expected Bearer");
    };
    assert_eq!((view.realm, view.error), (Some("example"), None));
}

#[test]
fn with_an_expired_token() {
    let line = "Bearer realm=\"example\",\r\n                       error=\"invalid_token\",\r\n                       \
                error_description=\"The access token expired\"";
    let challenge = one(line);
    let View::Bearer(view) = View::of(&challenge) else {
        panic!("expected Bearer");
    };
    assert_eq!(view.error, Some(BearerError::InvalidToken));
    assert!(view.says_expired() && !view.says_revoked());
}

#[test]
fn scopes() {
    for scope in [
        "openid profile email",
        "urn:example:channel=HBO&urn:example:rating=G,PG-13",
    ] {
        let challenge = one(&format!("Bearer scope=\"{scope}\""));
        assert!(matches!(View::of(&challenge), View::Bearer(view) if view.scope == Some(scope)));
    }
}
