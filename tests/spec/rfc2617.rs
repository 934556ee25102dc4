//! RFC 2617 (obsolete; what old servers follow): §2 Basic and §3.5 Digest.

use super::check;

#[test]
fn examples() {
    check(
        &["Basic realm=\"WallyWorld\""],
        &["Basic realm=\"WallyWorld\""],
    );
    check(
        &["Digest\r\n\
           \x20        realm=\"testrealm@host.com\",\r\n\
           \x20        qop=\"auth,auth-int\",\r\n\
           \x20        nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\",\r\n\
           \x20        opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""],
        &[
            "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
        ],
    );
}
