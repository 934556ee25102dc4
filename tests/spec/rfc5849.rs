//! RFC 5849 (OAuth 1.0): §3.5.1.

use super::one;
use readmit::scheme::{Meaning, View};

#[test]
fn example() {
    let challenge = one("OAuth realm=\"http://server.example.com/\"");
    let View::Other(view) = View::of(&challenge) else {
        panic!("expected no view of its own");
    };
    assert_eq!(view.realm, Some("http://server.example.com/"));
    assert!(view.is_registered && view.meaning == Meaning::AppSignIn);
}
