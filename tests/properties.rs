//! Whatever events come, in whatever order: no panic, bounded state, no secret let out, and nothing removed that was not shown.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use readmit::engine::{Engine, Saved};
use readmit::event::{
    Answer, Browser, Credentials, Effect, Event, JarCookie, OBSERVED_FIELDS, RemovedCookie,
    Request, ResourceType, SentCookie, SentFields, SetCookieLine, StoredKey, Timer,
};
use readmit::input::har;
use readmit::kept;
use readmit::owner::export;
use readmit::owner::tab::{Found, part_of};
use readmit::remedy::RemedyId;
use readmit::view::View;

/// Stands in every place where an address can hold a secret: long and random, as keys are.
const SECRET: &str = "hush9f86d081884c7d659a2feaa0c55ad015";
/// A password of an address: short, as people choose them.
const PASSWORD: &str = "hush-pw";
/// What both have in common, and nothing else has.
const MARK: &str = "hush";

const TAB_BYTES: usize = 64 * 1024;
const ALL_BYTES: usize = 4 * 1024 * 1024;

const STATUSES: &[u16] = &[
    0, 200, 204, 301, 302, 303, 304, 307, 400, 401, 403, 404, 407, 412, 419, 422, 423, 429, 431,
    440, 494, 500, 502, 503, 511, 599, 999,
];
const COOKIES: &[&str] = &[
    "sid",
    "PHPSESSID",
    "csrftoken",
    "_ga",
    "nonce.1",
    "nonce.2",
    "__Host-session",
    "",
    "a b",
    "käse",
];
const CHALLENGES: &[&str] = &[
    "Basic realm=\"Lab\"",
    "Digest realm=\"Lab\", nonce=\"n\", stale=true",
    "Bearer error=\"invalid_token\", error_description=\"The access token expired\"",
    "Bearer error=\"insufficient_scope\", scope=\"a b\"",
    "NTLM TlRMTVNT",
    "DPoP error=\"use_dpop_nonce\"",
    "Negotiate",
    "realm=x",
    "Basic realm=\"unclosed",
    ",,,",
    "\u{0}\u{7f}",
];

fn text() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        // Without `h`, so that chance does not write the mark: in 100,000 sequences it did.
        6 => "[a-gi-zA-Z0-9 ,=\"\\\\/._-]{0,40}",
        2 => any::<String>(),
        1 => (1000_usize..20_000).prop_map(|length| "ä=, \"".repeat(length)),
    ]
}

/// Addresses of a few hosts, with secrets in their user info, paths and queries.
fn url() -> impl Strategy<Value = String> {
    let scheme = select(vec!["https", "http"]);
    let user = prop_oneof![4 => Just(String::new()), 1 => Just(format!("ann:{PASSWORD}@"))];
    let host = select(vec![
        "app.test",
        "www.app.test",
        "idp.example",
        "localhost:8080",
        "[::1]",
    ]);
    let path = prop_oneof![
        select(vec![
            "/",
            "/login",
            "/private",
            "/logout",
            "/api/me",
            "/callback",
            "/wp-login.php"
        ])
        .prop_map(str::to_owned),
        Just(format!("/reset/{SECRET}")),
        Just(format!("/reset/{SECRET}/{SECRET}")),
        "/[a-gi-z]{0,300}",
    ];
    let name = select(vec![
        "token",
        "code",
        "state",
        "password",
        "q",
        "access_token",
        "id",
        "SAMLResponse",
        "next",
    ]);
    let query = prop_oneof![
        3 => Just(String::new()),
        2 => vec(name.prop_map(|name| format!("{name}={SECRET}")), 1..4).prop_map(|pairs| format!("?{}", pairs.join("&"))),
        1 => Just(format!("?page=2&session={PASSWORD}")),
        1 => (1000_usize..9000).prop_map(|length| format!("?q={}", "word+".repeat(length))),
    ];
    let whole = (scheme, user, host, path, query)
        .prop_map(|(s, u, h, p, q)| format!("{s}://{u}{h}{p}{q}#{SECRET}"));
    prop_oneof![12 => whole, 1 => text().prop_filter("no mark", |t| !t.contains(MARK))]
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![8 => (0_u8..5).prop_map(|n| n.to_string()), 1 => text()]
}

fn kind() -> impl Strategy<Value = ResourceType> {
    prop_oneof![
        6 => Just(ResourceType::MainFrame),
        2 => Just(ResourceType::XmlHttpRequest),
        1 => Just(ResourceType::SubFrame),
        1 => Just(ResourceType::Other),
    ]
}

fn tab() -> impl Strategy<Value = i64> {
    prop_oneof![10 => 0_i64..3, 1 => any::<i64>()]
}

fn time() -> impl Strategy<Value = i64> {
    // A clock is a JavaScript number: whole up to 2^53.
    const MOST: i64 = 1 << 53;
    prop_oneof![10 => 1_790_000_000_000_i64..1_790_000_900_000, 1 => -MOST..MOST]
}

fn request() -> impl Strategy<Value = Request> {
    let method =
        prop_oneof![4 => Just("GET".to_owned()), 2 => Just("POST".to_owned()), 1 => text()];
    let site = prop_oneof![3 => Just(Some("app.test".to_owned())), 1 => Just(None), 1 => text().prop_map(Some)];
    let initiator = prop_oneof![3 => Just(None), 1 => Just(Some("https://app.test".to_owned())), 1 => text().prop_map(Some)];
    (id(), tab(), kind(), method, url(), site, initiator, time()).prop_map(
        |(request_id, tab_id, resource_type, method, url, site, initiator, time)| Request {
            request_id,
            tab_id,
            resource_type,
            method,
            url,
            site,
            initiator,
            store: None,
            has_user_info: false,
            time,
        },
    )
}

fn cookie_name() -> impl Strategy<Value = String> + Clone {
    prop_oneof![8 => select(COOKIES).prop_map(str::to_owned), 1 => text()]
}

/// Sizes as they are, and such as no browser tells.
fn size() -> impl Strategy<Value = u32> + Clone {
    prop_oneof![8 => 0_u32..400, 1 => 4000_u32..6000, 1 => any::<u32>()]
}

fn sent() -> impl Strategy<Value = SentFields> {
    let credentials = prop_oneof![
        3 => Just(None),
        1 => (select(vec!["Basic", "Digest", "Bearer", "NTLM"]), any::<Option<i64>>()).prop_map(|(scheme, exp)| {
            Some(Credentials { scheme: scheme.to_owned(), exp, nbf: exp, iat: exp })
        }),
        1 => text().prop_map(|scheme| Some(Credentials { scheme, exp: None, nbf: None, iat: None })),
    ];
    let cookie = (cookie_name(), size()).prop_map(|(name, size)| SentCookie { name, size });
    let cookies = prop_oneof![6 => vec(cookie.clone(), 0..6), 1 => vec(cookie, 100..400)];
    (
        credentials,
        cookies,
        any::<bool>(),
        any::<Option<bool>>(),
        any::<bool>(),
    )
        .prop_map(
            |(authorization, cookies, referer, origin_is_null, key)| SentFields {
                authorization,
                proxy_authorization: None,
                cookies,
                referer,
                origin_is_null,
                key,
            },
        )
}

fn answer() -> impl Strategy<Value = Answer> {
    let challenge = prop_oneof![6 => select(CHALLENGES).prop_map(str::to_owned), 1 => text()];
    let line = (cookie_name(), size(), any::<bool>(), text()).prop_map(
        |(name, value_size, cleared, attributes)| SetCookieLine {
            name,
            value_size,
            cleared,
            attributes,
        },
    );
    let field = (
        select(OBSERVED_FIELDS),
        prop_oneof![2 => "[0-9]{1,12}", 1 => text()],
    );
    (
        select(STATUSES),
        vec(challenge.clone(), 0..4),
        vec(challenge, 0..2),
        vec(line, 0..4),
        vec(
            field.prop_map(|(name, value)| (name.to_owned(), value)),
            0..4,
        ),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(
                status,
                www_authenticate,
                proxy_authenticate,
                set_cookies,
                fields,
                fields_seen,
                from_cache,
            )| Answer {
                status,
                www_authenticate,
                proxy_authenticate,
                set_cookies,
                fields,
                fields_seen,
                from_cache,
                body: None,
            },
        )
}

fn jar_cookie() -> impl Strategy<Value = JarCookie> {
    let domain = prop_oneof![6 => select(vec!["app.test", "www.app.test", "idp.example"]).prop_map(str::to_owned), 1 => text()];
    let path = prop_oneof![6 => select(vec!["/", "/private", "/api"]).prop_map(str::to_owned), 1 => text()];
    (
        cookie_name(),
        domain,
        path,
        any::<(bool, bool, bool)>(),
        any::<u32>(),
    )
        .prop_map(
            |(name, domain, path, (host_only, secure, http_only), size)| JarCookie {
                name,
                domain,
                path,
                host_only,
                secure,
                http_only,
                size,
                partition: None,
                same_site: None,
            },
        )
}

fn stored_key() -> impl Strategy<Value = StoredKey> {
    (text(), any::<bool>(), any::<[Option<i64>; 3]>()).prop_map(
        |(name, of_tab, [exp, nbf, iat])| StoredKey {
            name,
            of_tab,
            exp,
            nbf,
            iat,
        },
    )
}

/// One event with no regard to the others.
fn stray() -> impl Strategy<Value = Event> {
    let timer = select(vec![Timer::Prompt, Timer::Settle, Timer::UndoExpiry]);
    let host = select(vec!["app.test", "www.app.test", "idp.example"]);
    let remedy =
        prop_oneof![8 => select(RemedyId::ALL).prop_map(|id| id.as_str().to_owned()), 1 => text()];
    let origin = select(vec![
        "https://app.test",
        "http://app.test",
        "https://idp.example",
    ]);
    let listed = prop_oneof![6 => vec(jar_cookie(), 0..6), 1 => vec(jar_cookie(), 100..300)];
    prop_oneof![
        1 => any::<bool>().prop_map(|granted| Event::Access { granted }),
        3 => (request(), proptest::option::of(sent())).prop_map(|(request, sent)| Event::RequestSent { request, sent }),
        3 => (request(), answer()).prop_map(|(request, answer)| Event::HeadersReceived { request, answer }),
        2 => (request(), any::<bool>()).prop_map(|(request, is_proxy)| Event::AuthRequired { request, is_proxy }),
        3 => (request(), any::<u16>(), url(), any::<bool>()).prop_map(|(request, status, to, from_cache)| {
            Event::Redirected { request, status, to, from_cache }
        }),
        3 => (request(), answer()).prop_map(|(request, answer)| Event::Completed { request, answer }),
        1 => (request(), text()).prop_map(|(request, error)| Event::Failed { request, error }),
        2 => (tab(), url(), time()).prop_map(|(tab_id, url, time)| Event::Committed { tab_id, url, site: None, restored: time % 3 == 0, time }),
        1 => tab().prop_map(|tab_id| Event::TabClosed { tab_id }),
        3 => (tab(), host, listed, time()).prop_map(|(tab_id, host, cookies, time)| {
            Event::CookiesListed { tab_id, host: host.to_owned(), cookies, time }
        }),
        1 => (tab(), any::<u32>(), vec(cookie_name(), 0..3), time()).prop_map(|(tab_id, removed, left, time)| {
            Event::Removed { tab_id, removed, left, time }
        }),
        1 => (tab(), any::<u32>(), vec(cookie_name(), 0..3), time()).prop_map(|(tab_id, restored, refused, time)| {
            Event::Restored { tab_id, restored, refused, time }
        }),
        1 => (tab(), any::<bool>(), time()).prop_map(|(tab_id, done, time)| Event::Acted { tab_id, done, time }),
        1 => (cookie_name(), any::<bool>(), time()).prop_map(|(name, evicted, time)| {
            let cookie = RemovedCookie { name, domain: "app.test".to_owned(), store: None, evicted };
            Event::CookieGone { cookie, time }
        }),
        1 => (tab(), origin, vec(stored_key(), 0..20), any::<(bool, bool)>(), time()).prop_map(|(tab_id, origin, stored, (worker, caches), time)| {
            Event::PageRead { tab_id, origin: origin.to_owned(), stored, worker, caches, offline: worker, status: worker.then_some(200), asks: caches, begun: time, time }
        }),
        1 => (tab(), any::<(Option<bool>, Option<bool>)>(), time()).prop_map(|(tab_id, (cookies, embedded), time)| {
            Event::SettingsRead { tab_id, cookies, embedded, time }
        }),
        1 => (tab(), any::<Option<u16>>(), any::<bool>(), time()).prop_map(|(tab_id, status, redirected, time)| {
            Event::Probed { tab_id, status, redirected, time }
        }),
        1 => (tab(), time()).prop_map(|(tab_id, time)| Event::Check { tab_id, time }),
        2 => (tab(), timer, time()).prop_map(|(tab_id, timer, time)| Event::TimerFired { tab_id, timer, time }),
        4 => (tab(), remedy, time()).prop_map(|(tab_id, remedy, time)| Event::Apply { tab_id, remedy, time }),
        1 => (tab(), time()).prop_map(|(tab_id, time)| Event::Undo { tab_id, time }),
    ]
}

/// A whole exchange as browsers tell it, and the jar's answer: sequences of these reach walls with removals on offer.
fn exchange() -> impl Strategy<Value = Vec<Event>> {
    (request(), sent(), answer(), vec(jar_cookie(), 0..6)).prop_map(
        |(request, sent, answer, jar)| {
            let (tab_id, time) = (request.tab_id, request.time);
            let host = ["www.app.test", "app.test", "idp.example"]
                .into_iter()
                .find(|host| request.url.contains(host));
            let mut cookies = jar;
            // The jar has what was sent.
            let sends = sent.cookies.iter().take(5).map(|cookie| JarCookie {
                name: cookie.name.clone(),
                domain: host.unwrap_or_default().to_owned(),
                path: "/".to_owned(),
                host_only: true,
                secure: false,
                http_only: true,
                size: cookie.size,
                partition: None,
                same_site: None,
            });
            cookies.extend(sends);
            vec![
                Event::RequestSent {
                    request: request.clone(),
                    sent: Some(sent),
                },
                Event::HeadersReceived {
                    request: request.clone(),
                    answer: answer.clone(),
                },
                Event::Completed { request, answer },
                Event::CookiesListed {
                    tab_id,
                    host: host.unwrap_or_default().to_owned(),
                    cookies,
                    time,
                },
            ]
        },
    )
}

/// A wall that offers removals, in a tab where other things may happen too, and the person's choice of one.
fn wall() -> impl Strategy<Value = Vec<Event>> {
    let remedy = select(vec![RemedyId::RemoveCookies, RemedyId::ClearSiteCookies]);
    let status = select(vec![400_u16, 401, 431]);
    (
        0_i64..3,
        status,
        vec(jar_cookie(), 0..6),
        remedy,
        4000_u32..9000,
        any::<u16>(),
    )
        .prop_map(|(tab_id, status, mut jar, remedy, size, id)| {
            let time = 1_790_000_500_000;
            let request = Request {
                request_id: format!("wall{id}"),
                tab_id,
                resource_type: ResourceType::MainFrame,
                method: "GET".to_owned(),
                url: format!("https://app.test/private?token={SECRET}"),
                site: Some("app.test".to_owned()),
                initiator: None,
                store: None,
                has_user_info: false,
                time,
            };
            let names = ["nonce.1", "nonce.2", "nonce.3", "sid", "sid"];
            let cookies = names
                .map(|name| SentCookie {
                    name: name.to_owned(),
                    size,
                })
                .to_vec();
            jar.extend(names.iter().enumerate().map(|(at, name)| JarCookie {
                name: (*name).to_owned(),
                domain: "app.test".to_owned(),
                path: if at == 4 { "/private" } else { "/" }.to_owned(),
                host_only: at == 4,
                secure: true,
                http_only: true,
                size,
                partition: None,
                same_site: None,
            }));
            let answer = Answer {
                status,
                fields_seen: true,
                ..Answer::default()
            };
            let sent = Some(SentFields {
                cookies,
                ..SentFields::default()
            });
            vec![
                Event::RequestSent {
                    request: request.clone(),
                    sent,
                },
                Event::HeadersReceived {
                    request: request.clone(),
                    answer: answer.clone(),
                },
                Event::Completed { request, answer },
                Event::CookiesListed {
                    tab_id,
                    host: "app.test".to_owned(),
                    cookies: jar,
                    time,
                },
                Event::Apply {
                    tab_id,
                    remedy: remedy.as_str().to_owned(),
                    time,
                },
            ]
        })
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let part =
        prop_oneof![6 => stray().prop_map(|event| vec![event]), 3 => exchange(), 1 => wall()];
    vec(part, 0..30).prop_map(|parts| parts.concat())
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain data")
}

/// What the person was shown before a removal: names with domains.
fn declared(view: &View) -> Vec<(String, String)> {
    let remedies = view.findings.iter().flat_map(|finding| &finding.remedies);
    remedies
        .flat_map(|remedy| &remedy.cookies)
        .map(|cookie| (cookie.name.clone(), cookie.domain.clone()))
        .collect()
}

fn check_effect(before: &View, asked: bool, effect: &Effect) -> Result<(), TestCaseError> {
    match effect {
        Effect::Save { view, state, .. } => {
            let view = json(view);
            prop_assert!(
                view.len() + state.len() <= TAB_BYTES,
                "{} + {} bytes for a tab",
                view.len(),
                state.len()
            );
            prop_assert!(!view.contains(MARK), "a secret in a view: {view}");
            prop_assert!(!state.contains(MARK), "a secret in a saved state: {state}");
        }
        Effect::SaveHosts { hosts } => {
            prop_assert!(
                !hosts.contains(MARK),
                "a secret in what is known of hosts: {hosts}"
            );
        }
        Effect::RemoveCookies { cookies, .. } => {
            prop_assert!(asked, "a removal that nobody asked for");
            let declared = declared(before);
            for cookie in cookies {
                let shown = declared.contains(&(cookie.name.clone(), cookie.domain.clone()));
                prop_assert!(
                    shown,
                    "the removal of {cookie:?}, which was not shown: {declared:?}"
                );
            }
        }
        Effect::Restore { .. } => {
            prop_assert!(asked, "cookies put back that nobody asked for")
        }
        Effect::ForgetLogin { .. } => {
            prop_assert!(asked, "a login forgotten that nobody asked for")
        }
        Effect::RemoveStored { .. }
        | Effect::RemoveOfflineCopy { .. }
        | Effect::ForgetRedirect { .. }
        | Effect::ClearSiteData { .. }
        | Effect::AllowCookies { .. }
        | Effect::Probe { .. } => {
            prop_assert!(asked, "{effect:?}, which nobody asked for")
        }
        Effect::SetBadge { text, .. } => {
            prop_assert!(text.chars().count() <= 4, "a badge of {text}")
        }
        _ => {}
    }
    Ok(())
}

/// The tab that the person acts in, where the event is a choice of theirs.
fn choice(event: &Event) -> Option<i64> {
    match event {
        Event::Apply { tab_id, .. } | Event::Undo { tab_id, .. } | Event::Check { tab_id, .. } => {
            Some(*tab_id)
        }
        _ => None,
    }
}

/// All that an engine writes down.
fn written(engine: &Engine) -> String {
    let saved = engine.saved();
    kept::write(&(saved.tabs, saved.hosts))
}

/// The engine that reads it back.
fn again(browser: Browser, engine: &Engine) -> Engine {
    let (tabs, hosts) = kept::read(&written(engine)).expect("what was written can be read");
    Engine::restore(browser, Saved { tabs, hosts })
}

fn run(browser: Browser, events: Vec<Event>) -> Result<usize, TestCaseError> {
    let mut engine = Engine::new(browser);
    let mut removals = 0;
    for event in events {
        let chosen = choice(&event);
        let before = engine.view(chosen.unwrap_or_default());
        let mut effects = engine.step(event);
        effects.extend(engine.changes());
        for effect in effects {
            check_effect(&before, chosen.is_some(), &effect)?;
            removals += usize::from(matches!(effect, Effect::RemoveCookies { .. }));
        }
    }
    let saved = written(&engine);
    prop_assert!(saved.len() <= ALL_BYTES, "{} bytes in all", saved.len());
    prop_assert!(!saved.contains(MARK), "a secret in the saved state");
    let restored = again(browser, &engine);
    for tab in 0..3 {
        let view = engine.view(tab);
        let after = restored.view(tab);
        if view.state != readmit::view::State::NoAccess {
            prop_assert_eq!(after.state, view.state, "state of tab {} after a stop", tab);
            prop_assert_eq!(
                after.findings.len(),
                view.findings.len(),
                "findings of tab {} after a stop",
                tab
            );
        }
        prop_assert!(!json(&view).contains(MARK), "a secret in a view");
    }
    prop_assert_eq!(written(&restored), saved, "saved again, it is the same");
    // The popup has what was kept; a page has the exchanges themselves.
    let (mut raw, mut kept) = (engine.saved(), restored.saved());
    raw.tabs.truncate(1);
    kept.tabs.truncate(1);
    owner(browser, &engine, raw)?;
    owner(browser, &restored, kept)?;
    Ok(removals)
}

/// All that the owner's part shows, copies and saves can be read, and has no secret.
fn owner(browser: Browser, engine: &Engine, saved: Saved) -> Result<(), TestCaseError> {
    let Saved { tabs, hosts } = saved;
    for tab in &tabs {
        let view = engine.view(tab.id);
        let found: Vec<Found> = view.findings.iter().map(Found::from).collect();
        let part = readmit::json::write(&part_of(tab, &hosts, browser, &found, tab.last));
        let har = export::har(tab, &hosts);
        let rows = export::rows(tab, &found);
        for text in [&part, &har, &rows] {
            prop_assert!(!text.contains(MARK), "a secret for the owner: {text}");
        }
        prop_assert!(serde_json::from_str::<serde_json::Value>(&part).is_ok());
        prop_assert_eq!(har::parse(har.as_bytes()).problems, []);
        for row in rows.lines() {
            let row: serde_json::Value = serde_json::from_str(row).expect("JSON");
            prop_assert!(row["finding"].is_string() && row["entry"].is_u64(), "{row}");
        }
    }
    Ok(())
}

/// How many sequences the suite tries in each browser, where `READMIT_SEQUENCES` does not say otherwise.
const SEQUENCES: u32 = 64;

fn config() -> ProptestConfig {
    let cases = std::env::var("READMIT_SEQUENCES").map_or(SEQUENCES, |count| {
        count.parse().expect("READMIT_SEQUENCES is a number")
    });
    ProptestConfig {
        cases,
        max_shrink_iters: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_events_in_chromium(events in events()) {
        run(Browser::Chromium, events)?;
    }

    #[test]
    fn any_events_in_firefox(events in events()) {
        run(Browser::Firefox, events)?;
    }

    #[test]
    fn any_events_of_a_recording(events in events()) {
        run(Browser::Recording, events)?;
    }
}

/// The generators are worth something only if they reach removals.
#[test]
fn the_generated_events_do_reach_removals() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut removals = 0;
    for _ in 0..40 {
        let events = events().new_tree(&mut runner).expect("events").current();
        removals += run(Browser::Firefox, events).expect("all that must hold");
    }
    assert!(
        removals >= 5,
        "expected some removals, but found {removals}"
    );
}

/// As many tabs as anyone has, each as full as pages can make it.
#[test]
fn a_hundred_and_fifty_full_tabs_stay_within_bounds() {
    let mut engine = Engine::new(Browser::Firefox);
    for tab_id in 0..150 {
        for number in 0..6 {
            let request = Request {
                request_id: format!("{tab_id}-{number}"),
                tab_id,
                resource_type: if number < 3 {
                    ResourceType::MainFrame
                } else {
                    ResourceType::XmlHttpRequest
                },
                method: "GET".to_owned(),
                url: format!(
                    "https://host{tab_id}.test/{number}/{}?q={}",
                    "path/".repeat(100),
                    "word+".repeat(280)
                ),
                site: None,
                initiator: None,
                store: None,
                has_user_info: false,
                time: 1_790_000_000_000 + tab_id,
            };
            let name = |n: usize| format!("session{n}{}", "x".repeat(200));
            let cookies = (0..200)
                .map(|n| SentCookie {
                    name: name(n),
                    size: 4000,
                })
                .collect();
            let answer = Answer {
                status: 401,
                www_authenticate: vec![format!("Basic realm=\"{}\"", "r".repeat(20_000)); 20],
                fields: OBSERVED_FIELDS
                    .iter()
                    .map(|field| ((*field).to_owned(), "v".repeat(5000)))
                    .collect(),
                fields_seen: true,
                ..Answer::default()
            };
            let sent = Some(SentFields {
                cookies,
                ..SentFields::default()
            });
            let mut effects = engine.step(Event::RequestSent {
                request: request.clone(),
                sent,
            });
            effects.extend(engine.step(Event::HeadersReceived {
                request: request.clone(),
                answer: answer.clone(),
            }));
            effects.extend(engine.step(Event::Completed { request, answer }));
            effects.extend(engine.changes());
            for effect in &effects {
                check_effect(&View::default(), false, effect).expect("bounds");
            }
        }
    }
    let bytes = written(&engine).len();
    assert!(
        bytes <= ALL_BYTES,
        "expected at most {ALL_BYTES} bytes in all, but found {bytes}"
    );
}
