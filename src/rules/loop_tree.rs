//! The loop tree as a table: "I sign in, and I am back at the sign-in page" has many causes, and what the next request
//! carried tells them apart. Each row is a leaf: what happened, and the finding that has to stand on top.

use super::testing::{NOW, Scene, jar, parent_jar};
use crate::cookie::SameSite;
use crate::event::{JarCookie, RemovedCookie};
use crate::exchange::End;
use crate::finding::FindingId;
use crate::journal::{Gone, PageFacts, Skew};

const INBOX: &str = "https://app.test/inbox";
const LOGIN: &str = "https://app.test/login";

/// The form was sent.
fn form(origin: &str) -> Scene {
    Scene::get(&[origin, "/inbox"].concat())
        .looked()
        .redirect(&[origin, "/login"].concat())
        .looked()
        .answer(200)
        .then_post(&[origin, "/login"].concat())
        .looked()
        .wanted(&[origin, "/inbox"].concat())
}

/// The form was sent, its answer set `sid` with these attributes, and the wanted page was asked for with these cookies.
fn signed_in(attributes: &str, sent: &[&str]) -> Scene {
    back(form("https://app.test").set_cookie("sid", attributes), sent)
}

fn back(scene: Scene, sent: &[&str]) -> Scene {
    let with = |scene: Scene| {
        sent.iter()
            .fold(scene, |scene, name| scene.cookie(name, 12))
    };
    with(
        with(scene.redirect(INBOX).looked())
            .redirect(LOGIN)
            .looked(),
    )
    .answer(200)
}

fn gone(scene: Scene, evicted: bool) -> Scene {
    scene.hosts(|hosts| {
        hosts.gone.push(Gone {
            cookie: RemovedCookie {
                name: "sid".to_owned(),
                domain: "app.test".to_owned(),
                store: None,
                evicted,
            },
            time: NOW,
        });
    })
}

fn strict() -> JarCookie {
    JarCookie {
        same_site: Some(SameSite::Strict),
        ..jar("sid", "app.test")
    }
}

struct Leaf {
    /// The question of the tree, and the answer.
    says: &'static str,
    finding: FindingId,
    told: fn() -> Scene,
}

const LEAVES: &[Leaf] = &[
    Leaf {
        says: "1: no cookie was set, and the form came back: the password",
        finding: FindingId::CredentialsRejected,
        told: || form("https://app.test").answer(401),
    },
    Leaf {
        says: "1: no cookie was set, the form was too old",
        finding: FindingId::FormExpired,
        told: || form("https://app.test").answer(419),
    },
    Leaf {
        says: "1: no cookie was set, a token in the page's storage was refused",
        finding: FindingId::TokenInvalid,
        told: || {
            Scene::fetch("https://app.test/api/me")
                .authorization("Bearer")
                .answer(401)
                .www("Bearer error=\"invalid_token\"")
        },
    },
    Leaf {
        says: "2: not in the jar: Secure by http",
        finding: FindingId::SecureCookieOnHttp,
        told: || {
            form("http://app.test")
                .set_cookie("sid", "Path=/; Secure")
                .redirect("http://app.test/inbox")
                .looked()
                .redirect("http://app.test/login")
                .looked()
                .answer(200)
                .jar(vec![])
        },
    },
    Leaf {
        says: "2: not in the jar: an older Secure one was not overwritten from http",
        finding: FindingId::SecureCookieOnHttp,
        told: || {
            form("http://app.test")
                .set_cookie("sid", "Path=/")
                .redirect("http://app.test/inbox")
                .looked()
                .redirect("http://app.test/login")
                .looked()
                .answer(200)
                .jar(vec![JarCookie {
                    secure: true,
                    ..jar("sid", "app.test")
                }])
        },
    },
    Leaf {
        says: "2: not in the jar: over 4096 bytes",
        finding: FindingId::CookieRefused,
        told: || {
            let scene = form("https://app.test").set_sized_cookie("sid", 4200, "Path=/");
            back(scene, &[]).jar(vec![])
        },
    },
    Leaf {
        says: "2: not in the jar: for another domain",
        finding: FindingId::CookieRefused,
        told: || signed_in("Path=/; Domain=app.example", &[]).jar(vec![]),
    },
    Leaf {
        says: "2: not in the jar: blocked",
        finding: FindingId::CookiesBlocked,
        told: || signed_in("Path=/", &[]).jar(vec![]),
    },
    Leaf {
        says: "2: not in the jar: in a page of another site",
        finding: FindingId::EmbeddedCookiesBlocked,
        told: || {
            let frame = |scene: Scene| {
                scene
                    .with(|it| it.resource_type = crate::event::ResourceType::SubFrame)
                    .from("https://lms.test")
                    .looked()
            };
            let launch = frame(Scene::get("https://tool.test/launch"));
            let set = launch.set_cookie("lti_session", "Path=/; SameSite=None; Secure");
            frame(set.redirect("https://tool.test/cb?state=s")).answer(400)
        },
    },
    Leaf {
        says: "2: not in the jar: removed by a program",
        finding: FindingId::CookiesRemoved,
        told: || gone(signed_in("Path=/", &[]).jar(vec![]), false),
    },
    Leaf {
        says: "2: not in the jar: pushed out",
        finding: FindingId::CookieRefused,
        told: || gone(signed_in("Path=/", &[]).jar(vec![]), true),
    },
    Leaf {
        says: "3: in the jar, not sent: the host changed",
        finding: FindingId::HostMismatch,
        told: || {
            form("https://www.app.test")
                .set_cookie("sid", "Path=/")
                .redirect(INBOX)
                .looked()
                .redirect("https://www.app.test/login")
                .cookie("sid", 12)
                .answer(200)
        },
    },
    Leaf {
        says: "3: in the jar, not sent: SameSite=Strict after a link",
        finding: FindingId::SamesiteWithheld,
        told: || {
            Scene::get(INBOX)
                .from("https://mail.test")
                .looked()
                .redirect(LOGIN)
                .looked()
                .answer(200)
                .jar(vec![strict()])
        },
    },
    Leaf {
        says: "3: in the jar, not sent: SameSite=Lax with a form from elsewhere",
        finding: FindingId::SamesiteWithheld,
        told: || {
            Scene::post("https://app.test/saml/acs")
                .from("https://idp.test")
                .looked()
                .answer(403)
                .jar(vec![JarCookie {
                    same_site: Some(SameSite::Lax),
                    ..jar("sid", "app.test")
                }])
        },
    },
    Leaf {
        says: "3: in another container's jar",
        finding: FindingId::ContainerMismatch,
        told: || {
            Scene::get(INBOX)
                .on(crate::event::Browser::Firefox)
                .with(|it| it.store = Some("firefox-container-1".to_owned()))
                .set_cookie("oauth_state", "Path=/; HttpOnly")
                .redirect("https://idp.test/authorize?client_id=a&response_type=code&state=s")
                .answer(200)
                .then_post("https://app.test/callback?code=c&state=s")
                .with(|it| it.method = "GET".to_owned())
                .with(|it| it.store = Some("firefox-default".to_owned()))
                .from("https://idp.test")
                .on(crate::event::Browser::Firefox)
                .answer(400)
        },
    },
    Leaf {
        says: "4: sent twice",
        finding: FindingId::DuplicateCookies,
        told: || {
            signed_in("Path=/", &["sid", "sid"])
                .jar(vec![parent_jar("sid", "test"), jar("sid", "app.test")])
        },
    },
    Leaf {
        says: "4: overwritten by another port",
        finding: FindingId::PortSharedCookie,
        told: || {
            form("http://nas.test:5000")
                .set_cookie("sid", "Path=/")
                .redirect("http://nas.test:5000/inbox")
                .cookie("sid", 12)
                .answer(200)
                .then_post("http://nas.test:8080/login")
                .set_cookie("sid", "Path=/")
                .redirect("http://nas.test:8080/")
                .cookie("sid", 12)
                .answer(200)
                .then_post("http://nas.test:5000/inbox")
                .with(|it| it.method = "GET".to_owned())
                .cookie("sid", 12)
                .redirect("http://nas.test:5000/login")
                .cookie("sid", 12)
                .answer(200)
        },
    },
    Leaf {
        says: "5: fresh and refused: the clock",
        finding: FindingId::ClockSkew,
        told: || {
            signed_in("Path=/; Max-Age=600", &["sid"]).hosts(|hosts| {
                for host in ["app.test", "other.test"] {
                    hosts.clocks.push(Skew {
                        host: host.to_owned(),
                        ahead: -7200,
                        time: NOW,
                    });
                }
            })
        },
    },
    Leaf {
        says: "5: fresh and refused: an old copy answers",
        finding: FindingId::StaleOfflineCopy,
        told: || {
            signed_in("Path=/", &["sid"])
                .with(|it| it.end = End::Offline)
                .facts(|facts| {
                    facts.page = Some(PageFacts::new(
                        "https://app.test".to_owned(),
                        Vec::new(),
                        true,
                        true,
                    ));
                })
        },
    },
    Leaf {
        says: "5: the old cookie is trusted more than the new sign-in",
        finding: FindingId::StaleSessionLoop,
        told: || {
            let scene = Scene::get(INBOX)
                .cookie("sid", 12)
                .redirect(LOGIN)
                .cookie("sid", 12)
                .answer(200)
                .then_post(LOGIN)
                .cookie("sid", 12);
            back(scene, &["sid"]).jar(vec![jar("sid", "app.test")])
        },
    },
    Leaf {
        says: "5: fresh and refused, and nothing else is known",
        finding: FindingId::SessionExpired,
        told: || signed_in("Path=/", &["sid"]).jar(vec![jar("sid", "app.test")]),
    },
];

/// Whether the finding's rule is more than an empty frame.
fn is_written(id: FindingId) -> bool {
    let name = id.as_str().replace('-', "_");
    let path = format!("{}/src/rules/{name}.rs", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).is_ok_and(|text| text.contains("fn hit_"))
}

#[test]
fn every_leaf_has_its_finding_on_top() {
    let told: Vec<&Leaf> = LEAVES
        .iter()
        .filter(|leaf| is_written(leaf.finding))
        .collect();
    assert!(told.len() >= 15, "only {} leaves are told", told.len());
    for leaf in told {
        let findings = (leaf.told)().diagnose();
        let top = findings.first().map(|finding| finding.id);
        assert_eq!(top, Some(leaf.finding), "{}", leaf.says);
    }
}

#[test]
fn a_removal_is_offered_at_no_leaf_where_nothing_stale_was_sent() {
    for leaf in LEAVES {
        let scene = (leaf.told)();
        let findings = scene.diagnose();
        let nothing_stale = matches!(
            leaf.finding,
            FindingId::CookiesBlocked | FindingId::HostMismatch | FindingId::SamesiteWithheld
        );
        let removes = findings
            .iter()
            .filter(|_| nothing_stale)
            .flat_map(|finding| &finding.offers)
            .any(|offer| !offer.cookies.is_empty());
        assert!(!removes, "{}", leaf.says);
    }
}
