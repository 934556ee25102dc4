//! RFC 7616 (Digest): §3.9.

use super::read;
use readmit::scheme::{Algorithm, View, best};

/// §3.9.1: SHA-256 and MD5 offered in two lines.
const TWO: [&str; 2] = [
    "Digest\r\n       realm=\"http-auth@example.org\",\r\n       qop=\"auth, auth-int\",\r\n       algorithm=SHA-256,\r\n       \
     nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\",\r\n       opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
    "Digest\r\n       realm=\"http-auth@example.org\",\r\n       qop=\"auth, auth-int\",\r\n       algorithm=MD5,\r\n       \
     nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\",\r\n       opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
];

#[test]
fn sha_256_and_md5() {
    let challenges = read(&TWO);
    let algorithms: Vec<_> = challenges
        .iter()
        .map(|challenge| match View::of(challenge) {
            View::Digest(view) => {
                assert!(view.offers_auth && view.offers_auth_int && view.has_nonce);
                view.algorithm
            }
            other => panic!("expected Digest, but found {other:?}"),
        })
        .collect();
    assert_eq!(algorithms, [Algorithm::Sha256, Algorithm::Md5]);
    assert_eq!(best(&challenges).map(|found| found.line), Some(0));
}

/// §3.9.2: SHA-512-256, charset and userhash.
#[test]
fn sha_512_256() {
    let challenges = read(&[
        "Digest\r\n       realm=\"api@example.org\",\r\n       qop=\"auth\",\r\n       algorithm=SHA-512-256,\r\n       \
         nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\",\r\n       \
         opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\",\r\n       charset=UTF-8,\r\n       userhash=true",
    ]);
    let View::Digest(view) = View::of(&challenges[0]) else {
        panic!("expected Digest");
    };
    assert!(view.userhash && !view.stale);
    assert_eq!(
        (view.realm, view.algorithm),
        (Some("api@example.org"), Algorithm::Sha512256)
    );
    assert_eq!(challenges[0].param("charset"), Some("UTF-8"));
    // DIFFERENCE: the client of the example knows this algorithm, browsers do not.
    assert!(best(&challenges).is_none());
}
