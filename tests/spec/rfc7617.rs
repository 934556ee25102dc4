//! RFC 7617 (Basic): §2 and §2.1.

use super::one;
use readmit::scheme::View;

#[test]
fn examples() {
    for (line, realm, utf8) in [
        ("Basic realm=\"WallyWorld\"", "WallyWorld", false),
        ("Basic realm=\"foo\", charset=\"UTF-8\"", "foo", true),
    ] {
        let challenge = one(line);
        let View::Basic(view) = View::of(&challenge) else {
            panic!("expected Basic");
        };
        assert_eq!((view.realm, view.is_utf8), (Some(realm), utf8));
        assert!(View::of(&challenge).browser_can_answer());
    }
}
