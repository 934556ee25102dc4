//! RFC 9728 (protected resource metadata): §5.1.

use super::one;
use readmit::scheme::View;

#[test]
fn example() {
    let url = "https://resource.example.com/.well-known/oauth-protected-resource";
    let challenge = one(&format!("Bearer resource_metadata=\"{url}\""));
    let View::Bearer(view) = View::of(&challenge) else {
        panic!("expected Bearer");
    };
    assert_eq!((view.resource_metadata, view.error), (Some(url), None));
}
