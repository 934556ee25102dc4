//! The core as the browser gets it: compiled to WebAssembly and run by Node.
#![cfg(target_arch = "wasm32")]

use readmit::cookie::SameSite;
use readmit::event::{
    Answer, Credentials, Event, JarCookie, RemovedCookie, Request, ResourceType, SentCookie,
    SentFields, SetCookieLine, StoredKey, Timer,
};
use readmit::wasm::Core;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn request() -> Request {
    Request {
        request_id: "17".to_owned(),
        tab_id: 7,
        resource_type: ResourceType::MainFrame,
        method: "GET".to_owned(),
        url: "https://app.example/inbox".to_owned(),
        site: Some("app.example".to_owned()),
        initiator: None,
        store: Some("firefox-container-1".to_owned()),
        has_user_info: true,
        time: 1_795_435_200_000,
    }
}

fn answer() -> Answer {
    Answer {
        status: 401,
        www_authenticate: vec!["Basic realm=\"x\"".to_owned()],
        proxy_authenticate: vec!["Digest nonce=a".to_owned()],
        set_cookies: vec![SetCookieLine {
            name: "sid".to_owned(),
            value_size: 32,
            cleared: false,
            attributes: " Path=/; HttpOnly".to_owned(),
        }],
        fields: vec![("retry-after".to_owned(), "60".to_owned())],
        fields_seen: true,
        from_cache: true,
        body: None,
    }
}

/// One event of every kind, every field filled.
fn events() -> Vec<Event> {
    let (tab_id, time) = (7, 1_795_435_200_000);
    let credentials = Credentials {
        scheme: "Bearer".to_owned(),
        exp: Some(1_795_435_200),
        nbf: None,
        iat: Some(-1),
    };
    let cookie = JarCookie {
        name: "sid".to_owned(),
        domain: "app.example".to_owned(),
        path: "/".to_owned(),
        host_only: true,
        secure: true,
        http_only: false,
        size: 35,
        partition: Some("https://top.example".to_owned()),
        same_site: Some(SameSite::Lax),
    };
    vec![
        Event::Access { granted: true },
        Event::RequestSent {
            request: request(),
            sent: None,
        },
        Event::RequestSent {
            request: Request {
                resource_type: ResourceType::XmlHttpRequest,
                ..request()
            },
            sent: Some(SentFields {
                authorization: Some(credentials.clone()),
                proxy_authorization: Some(credentials),
                cookies: vec![SentCookie {
                    name: "sid".to_owned(),
                    size: 36,
                }],
                referer: true,
                origin_is_null: Some(false),
                key: true,
            }),
        },
        Event::HeadersReceived {
            request: request(),
            answer: answer(),
        },
        Event::AuthRequired {
            request: request(),
            is_proxy: true,
        },
        Event::Redirected {
            request: request(),
            status: 302,
            to: "https://app.example/login".to_owned(),
            from_cache: false,
        },
        Event::Completed {
            request: Request {
                resource_type: ResourceType::SubFrame,
                ..request()
            },
            answer: answer(),
        },
        Event::Failed {
            request: Request {
                resource_type: ResourceType::Other,
                ..request()
            },
            error: "net::ERR_ABORTED".to_owned(),
        },
        Event::Committed {
            tab_id,
            url: "https://app.example/".to_owned(),
            site: None,
            restored: true,
            time,
        },
        Event::TabClosed { tab_id },
        Event::ErrorShown { tab_id },
        Event::CookiesListed {
            tab_id,
            host: "app.example".to_owned(),
            cookies: vec![cookie],
            time,
        },
        Event::Removed {
            tab_id,
            removed: 2,
            left: vec!["sid".to_owned()],
            time,
        },
        Event::Restored {
            tab_id,
            restored: 1,
            refused: vec!["sid".to_owned()],
            time,
        },
        Event::Acted {
            tab_id,
            done: true,
            time,
        },
        Event::CookieGone {
            cookie: RemovedCookie {
                name: "sid".to_owned(),
                domain: "app.example".to_owned(),
                store: Some("firefox-container-1".to_owned()),
                evicted: true,
            },
            time,
        },
        Event::PageRead {
            tab_id,
            origin: "https://app.example".to_owned(),
            stored: vec![StoredKey {
                name: "token".to_owned(),
                of_tab: true,
                exp: Some(1_795_435_200),
                nbf: None,
                iat: Some(1_795_431_600),
            }],
            worker: true,
            caches: false,
            offline: true,
            status: Some(200),
            asks: true,
            begun: time,
            time,
        },
        Event::SettingsRead {
            tab_id,
            cookies: Some(false),
            embedded: None,
            time,
        },
        Event::Probed {
            tab_id,
            status: Some(200),
            redirected: false,
            time,
        },
        Event::Check { tab_id, time },
        Event::TimerFired {
            tab_id,
            timer: Timer::Prompt,
            time,
        },
        Event::TimerFired {
            tab_id,
            timer: Timer::Settle,
            time,
        },
        Event::TimerFired {
            tab_id,
            timer: Timer::UndoExpiry,
            time,
        },
        Event::Apply {
            tab_id,
            remedy: "sign-in".to_owned(),
            time,
        },
        Event::Undo { tab_id, time },
    ]
}

/// What the background's script hands over: an object of JavaScript's, written by its own `JSON.stringify`.
fn told(value: &impl Serialize) -> String {
    let value = value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .expect("a value that JavaScript can hold");
    let text = js_sys::JSON::stringify(&value).expect("plain data");
    text.into()
}

#[wasm_bindgen_test]
fn the_reader_agrees_with_serde_on_every_event() {
    for event in events() {
        assert_eq!(Event::read(&told(&event)).as_ref(), Ok(&event));
    }
}

#[wasm_bindgen_test]
fn what_is_no_event_is_refused_with_a_reason() {
    let mut core = Core::new(false, &js_sys::Array::new(), None);
    for (text, reason) in [
        ("", "expected an object in an event"),
        ("1", "expected an object in an event"),
        ("{}", "expected the event's name in an event"),
        (r#"{"undo":1}"#, "expected the event's fields in an event"),
        (
            r#"{"no-such-event":{}}"#,
            "expected the name of an event in an event",
        ),
        (r#"{"undo":{"time":1}}"#, "expected tabId in an event"),
        (
            r#"{"undo":{"time":1,"tabId":"7"}}"#,
            "expected tabId in an event",
        ),
    ] {
        let error = core.step(text).expect_err("no event");
        let text = js_sys::Reflect::get(&error, &"message".into()).expect("an Error");
        assert_eq!(text.as_string().as_deref(), Some(reason));
    }
}

/// What the popup reads, by the names that it reads.
#[wasm_bindgen_test]
fn a_failing_document_comes_out_as_a_view_for_the_popup() {
    let mut core = Core::new(true, &js_sys::Array::new(), None);
    let step = |core: &mut Core, event: &Event| {
        core.step(&told(event)).map_err(|_| "a failed step")?;
        core.changes().map_err(|_| "changes that cannot be told")
    };
    let effects = step(
        &mut core,
        &Event::Completed {
            request: request(),
            answer: answer(),
        },
    );
    let effects: js_sys::Array = effects.expect("effects").into();
    let get =
        |value: &JsValue, name: &str| js_sys::Reflect::get(value, &name.into()).expect("an object");
    let save = effects
        .iter()
        .find(|effect| get(effect, "kind") == "save")
        .expect("a view to keep");
    let view = get(&save, "view");
    assert_eq!(get(&view, "state"), "wall");
    assert_eq!(get(&view, "host"), "app.example");
    let top = get(&get(&view, "findings"), "0");
    assert_eq!(get(&top, "id"), "sign-in-required");
    assert_eq!(get(&get(&get(&top, "remedies"), "0"), "primary"), true);
    assert_eq!(get(&get(&top, "args"), "0"), "app.example");

    let kept = get(&save, "state").as_string().expect("text");
    let mut again = Core::new(
        true,
        &js_sys::Array::of2(&kept.into(), &"not ours".into()),
        Some("nor this".to_owned()),
    );
    let resumed: js_sys::Array = again
        .resume()
        .map_err(|_| "a failed start")
        .expect("effects")
        .into();
    assert_eq!(resumed.length(), 0);
}
