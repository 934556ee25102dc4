//! RFC 9635 (GNAP): §9.1.

use super::one;
use readmit::scheme::View;

#[test]
fn example() {
    let challenge = one("GNAP as_uri=\"https://as.example/gnap/tx\", access=\"FWWIKYBQ6U56NL1\"");
    assert_eq!(
        challenge.param("as_uri"),
        Some("https://as.example/gnap/tx")
    );
    assert_eq!(challenge.param("access"), Some("FWWIKYBQ6U56NL1"));
    assert!(!View::of(&challenge).browser_can_answer());
}
