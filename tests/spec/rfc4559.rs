//! RFC 4559 (Negotiate): §4.1 and §5.
//!
//! DIFFERENCE: its own grammar makes a list of the token, after RFC 2616; here it is the token68 of RFC 9110 §11.2.

use super::one;
use readmit::scheme::View;

#[test]
fn offer_and_step() {
    for (line, token, step) in [
        ("Negotiate", None, false),
        (
            "Negotiate 749efa7b23409c20b92356",
            Some("749efa7b23409c20b92356"),
            true,
        ),
        (
            "Negotiate ade0234568a4209af8bc0280289eca",
            Some("ade0234568a4209af8bc0280289eca"),
            true,
        ),
    ] {
        let challenge = one(line);
        assert_eq!(challenge.token68.as_deref(), token);
        assert_eq!(View::of(&challenge).is_handshake_step(), step);
    }
}
