//! Two tables of the specification: what a 403 means, and when no deletion may ever be offered; and the documented
//! refusals of products that are not in the corpus.
//!
//! Each row is an exchange as a browser or a recording shows it. Nothing here names a product's answer that its own
//! documents do not have.
#![cfg(not(target_arch = "wasm32"))]

mod products;
mod row;

use readmit::finding::Finding;
use readmit::journal::{Hosts, Skew};
use readmit::remedy::Touches;

use row::Row;
use row::{NOW, asks, fetches, gets};

#[track_caller]
fn nothing_is_removed(findings: &[Finding]) {
    let touching = findings
        .iter()
        .flat_map(|finding| &finding.offers)
        .find(|offer| offer.id.touches() != Touches::Nothing);
    assert!(touching.is_none(), "found {touching:?}");
}

/// What does a 403 mean? (The tree's branches, each with its evidence.)
#[test]
fn the_tree_of_403() {
    let page = "https://app.example/report";
    // A guard in front of the site, a filter in the network.
    gets(page)
        .answer(403)
        .field("server", "AkamaiGHost")
        .is("network-blocked");
    gets(page)
        .answer(403)
        .field("x-squid-error", "ERR_ACCESS_DENIED 0")
        .is("network-blocked");
    // Strangers are refused all the same.
    gets(page)
        .cookie("sid")
        .answer(403)
        .strangers(Some(403))
        .is("network-blocked");
    // Strangers are answered otherwise: the account lacks the right.
    gets(page)
        .cookie("sid")
        .answer(403)
        .strangers(None)
        .is("permission-denied");
    gets(page)
        .cookie("sid")
        .answer(403)
        .strangers(Some(200))
        .is("permission-denied");
    // Only a POST is refused, whose form is too old.
    asks("POST", page)
        .cookie("csrftoken")
        .answer(403)
        .body("CSRF verification failed.")
        .is("form-expired");
    // One resource, a good session, and another account at hand.
    gets("https://docs.example/u/0/d/4")
        .cookie("SID")
        .answer(403)
        .is("wrong-account");
    gets(page).cookie("sid").answer(403).is("permission-denied");
    // A check for robots.
    gets(page)
        .answer(403)
        .field("cf-mitigated", "challenge")
        .is("bot-check");
    // A browser that sends a guest's name by itself.
    gets(page).http_login().answer(403).is("http-login-stuck");
    // A token that is good and too weak.
    fetches("GET", page)
        .authorization("Bearer")
        .answer(403)
        .www("Bearer error=\"insufficient_scope\"")
        .is("insufficient-scope");
    // The way back from a sign-in service.
    gets("https://app.example/callback?code=a&state=b")
        .answer(403)
        .is("handoff-expired");
    // Nothing was sent: it stays open, and says so.
    let open = gets(page).answer(403).findings();
    let ids: Vec<&str> = open.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["permission-denied", "sign-in-required"]);
}

/// Twelve cases in which no deletion helps: a row each at least.
#[test]
fn deletions_that_are_never_offered() {
    let page = "https://app.example/inbox";
    let none = |row: Row| nothing_is_removed(&row.findings());
    // 1. No cookie was sent.
    none(gets(page).answer(401));
    none(gets(page).answer(403));
    none(gets(page).answer(302).leads_to("https://app.example/login"));
    // 2. Strangers get the same.
    none(gets(page).cookie("sid").answer(403).strangers(Some(403)));
    none(gets(page).cookie("sid").answer(503).strangers(Some(503)));
    // 3. A proxy, a portal, a limit, a lock, a wrong line, the law, a fault.
    for status in [407, 511, 429, 423, 421, 451, 500, 502, 503, 504] {
        none(gets(page).cookie("sid").answer(status));
    }
    // 4. HTTP's own sign-in, and no session in it.
    for challenge in [
        "Digest realm=\"x\", nonce=\"n\"",
        "Negotiate",
        "NTLM",
        "Bearer realm=\"x\"",
    ] {
        none(gets(page).cookie("lang").answer(401).www(challenge));
    }
    none(
        gets(page)
            .authorization("Basic")
            .answer(401)
            .www("Basic realm=\"x\""),
    );
    // 5. A wrong clock comes first.
    let mut hosts = Hosts::default();
    for host in ["a.example", "b.example"] {
        hosts.clocks.push(Skew {
            host: host.to_owned(),
            ahead: 7200,
            time: NOW,
        });
    }
    let findings = gets(page).cookie("sid").answer(401).findings_among(&hosts);
    assert_eq!(findings[0].id.as_str(), "clock-skew");
    nothing_is_removed(&findings);
    // 6. A token in the page's storage, no cookie that has a part in it.
    none(
        fetches("GET", page)
            .authorization("Bearer")
            .cookie("lang")
            .answer(401)
            .www("Bearer error=\"invalid_token\""),
    );
    // 7. Out of a cache.
    none(gets(page).cookie("lang").answer(403).cached());
    // 8. A good session that may not see the page.
    none(gets(page).cookie("sid").answer(403));
    none(gets(page).cookie("sid").answer(404));
    none(
        gets("https://docs.example/u/0/d/4")
            .cookie("SID")
            .answer(403),
    );
    // 9. A 400 with a short Cookie field.
    none(gets(page).cookie("sid").answer(400));
    none(
        gets(page)
            .cookie("sid")
            .answer(400)
            .field("server", "nginx")
            .field("content-length", "230"),
    );
    none(
        gets("https://app.example/cb?code=a&state=b")
            .cookie("sid")
            .answer(400),
    );
    // 10. A form that was just filled in.
    none(asks("POST", page).cookie("sid").answer(419));
    none(
        asks("POST", page)
            .cookie("sid")
            .answer(403)
            .body("CSRF verification failed."),
    );
    // 11. A lock.
    none(
        asks("POST", "https://bank.example/login")
            .cookie("device_trust")
            .answer(423),
    );
    none(
        asks("POST", "https://bank.example/login")
            .cookie("sid")
            .answer(401)
            .body("Your account is locked."),
    );
    // 12. Robot checks, whose cookies come back at once; what a blocker or cleaner does has its own stories.
    none(
        gets(page)
            .cookie("cf_clearance")
            .cookie("sid")
            .answer(403)
            .field("cf-mitigated", "challenge"),
    );
}
