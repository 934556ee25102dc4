//! RFC 6265bis (cookies): §3.1 and §4.1.3.

use readmit::cookie::{Refusal, SetCookie, Setting};

const SETTING: Setting<'static> = Setting {
    https: true,
    host: "site.example",
    path: "/",
    site: Some("site.example"),
    third_party: false,
};

/// §3.1: a session, a choice of language, and its end.
#[test]
fn examples_of_the_overview() {
    let session = SetCookie::parse("SID=31d4d96e407aad42; Path=/; Secure; HttpOnly");
    assert!(session.secure && session.http_only && !session.cleared);
    assert_eq!(session.path.as_deref(), Some("/"));
    let language = SetCookie::parse("lang=en-US; Path=/; Domain=site.example");
    assert_eq!(language.domain.as_deref(), Some("site.example"));
    let lasting = SetCookie::parse("lang=en-US; Expires=Wed, 09 Jun 2021 10:18:14 GMT");
    assert_eq!(lasting.expires, Some(1_623_233_894));
    assert!(!lasting.deletes(1_623_233_893) && lasting.deletes(1_623_233_894));
    let over = SetCookie::parse("lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT");
    assert!(over.cleared && over.deletes(0));
}

/// §4.1.3.1 and §4.1.3.2.
#[test]
fn prefixes() {
    for (line, expected) in [
        (
            "__Secure-SID=12345; Domain=site.example",
            Err(Refusal::SecurePrefix),
        ),
        ("__Secure-SID=12345; Domain=site.example; Secure", Ok(())),
        ("__Host-SID=12345", Err(Refusal::HostPrefix)),
        ("__Host-SID=12345; Secure", Err(Refusal::HostPrefix)),
        (
            "__Host-SID=12345; Domain=site.example",
            Err(Refusal::HostPrefix),
        ),
        (
            "__Host-SID=12345; Domain=site.example; Path=/",
            Err(Refusal::HostPrefix),
        ),
        (
            "__Host-SID=12345; Secure; Domain=site.example; Path=/",
            Err(Refusal::HostPrefix),
        ),
        ("__Host-SID=12345; Secure; Path=/", Ok(())),
    ] {
        assert_eq!(SetCookie::parse(line).predict(&SETTING), expected, "{line}");
    }
    let insecure = Setting {
        https: false,
        ..SETTING
    };
    let line = "__Secure-SID=12345; Domain=site.example; Secure";
    assert_eq!(
        SetCookie::parse(line).predict(&insecure),
        Err(Refusal::SecureOnHttp)
    );
}
