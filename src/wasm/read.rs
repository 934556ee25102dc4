//! JavaScript's events into the core's: field by field, since serde's way takes a fifth of the whole wasm.
//!
//! The shapes are those of the derived `Deserialize` of `Event`; a test holds the two against each other.
//! A field that is missing is noted and read as empty, and the event refused at the end: a way out at every field
//! would double the code.

use std::cell::Cell;

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::cookie::SameSite;
use crate::event::{
    Answer, Credentials, Event, JarCookie, RemovedCookie, Request, ResourceType, SentCookie,
    SentFields, SetCookieLine, StoredKey, Timer,
};

/// What was expected and not found: the name of a field.
pub(super) type Missing = &'static str;

/// A JavaScript object whose fields are read by name, and the note of what was missing.
struct Fields<'a> {
    value: JsValue,
    missing: &'a Cell<Option<Missing>>,
}

impl Fields<'_> {
    fn get(&self, name: &str) -> Option<JsValue> {
        let value = Reflect::get(&self.value, &JsValue::from_str(name)).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    fn note<T: Default>(&self, found: Option<T>, name: Missing) -> T {
        if found.is_none() {
            self.missing.set(Some(name));
        }
        found.unwrap_or_default()
    }

    fn text(&self, name: Missing) -> String {
        self.note(self.maybe_text(name), name)
    }

    fn maybe_text(&self, name: &str) -> Option<String> {
        self.get(name)?.as_string()
    }

    fn number(&self, name: Missing) -> i64 {
        self.note(self.maybe_number(name), name)
    }

    fn maybe_number(&self, name: &str) -> Option<i64> {
        let number = self.get(name)?.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "as JavaScript's own conversion, it saturates"
        )]
        Some(number as i64)
    }

    fn count(&self, name: Missing) -> u32 {
        self.note(u32::try_from(self.number(name)).ok(), name)
    }

    fn status(&self) -> u16 {
        self.note(u16::try_from(self.number("status")).ok(), "status")
    }

    fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.is_truthy())
    }

    fn maybe_flag(&self, name: &str) -> Option<bool> {
        self.get(name).map(|value| value.is_truthy())
    }

    fn maybe_status(&self, name: &str) -> Option<u16> {
        u16::try_from(self.maybe_number(name)?).ok()
    }

    fn object(&self, name: Missing) -> Self {
        let found = self.get(name).filter(JsValue::is_object);
        self.of(self.note(found, name))
    }

    fn maybe_object(&self, name: &str) -> Option<Self> {
        Some(self.of(self.get(name)?))
    }

    fn of(&self, value: JsValue) -> Self {
        Fields {
            value,
            missing: self.missing,
        }
    }

    fn list<T>(&self, name: Missing, read: fn(&Self) -> T) -> Vec<T> {
        let Some(value) = self.get(name) else {
            return Vec::new();
        };
        let list = self.note(value.dyn_into::<Array>().ok(), name);
        (0..list.length())
            .map(|at| read(&self.of(list.get(at))))
            .collect()
    }
}

/// Reads `{ "completed": { … } }`.
pub(super) fn event(value: JsValue) -> Result<Event, Missing> {
    let object: Object = value.dyn_into().map_err(|_| "an object")?;
    let kind = Object::keys(&object)
        .get(0)
        .as_string()
        .ok_or("the event's name")?;
    let missing = Cell::new(None);
    let outer = Fields {
        value: object.into(),
        missing: &missing,
    };
    let fields = outer.of(outer.note(
        outer.get(&kind).filter(JsValue::is_object),
        "the event's fields",
    ));
    let event = named(&kind, &fields).ok_or("the name of an event")?;
    match missing.get() {
        None => Ok(event),
        Some(name) => Err(name),
    }
}

fn named(kind: &str, fields: &Fields<'_>) -> Option<Event> {
    Some(match kind {
        "access" => Event::Access {
            granted: fields.flag("granted"),
        },
        "request-sent" => Event::RequestSent {
            request: request(fields),
            sent: fields.maybe_object("sent").map(|sent| sent_fields(&sent)),
        },
        "headers-received" => Event::HeadersReceived {
            request: request(fields),
            answer: answer(fields),
        },
        "auth-required" => Event::AuthRequired {
            request: request(fields),
            is_proxy: fields.flag("isProxy"),
        },
        "redirected" => Event::Redirected {
            request: request(fields),
            status: fields.status(),
            to: fields.text("to"),
            from_cache: fields.flag("fromCache"),
        },
        "completed" => Event::Completed {
            request: request(fields),
            answer: answer(fields),
        },
        "failed" => Event::Failed {
            request: request(fields),
            error: fields.text("error"),
        },
        "cookie-gone" => {
            let cookie = fields.object("cookie");
            Event::CookieGone {
                cookie: RemovedCookie {
                    name: cookie.text("name"),
                    domain: cookie.text("domain"),
                    store: cookie.maybe_text("store"),
                    evicted: cookie.flag("evicted"),
                },
                time: fields.number("time"),
            }
        }
        _ => return of_tab(kind, fields),
    })
}

/// The events that name their tab alone.
fn of_tab(kind: &str, fields: &Fields<'_>) -> Option<Event> {
    let tab_id = fields.number("tabId");
    if let "tab-closed" | "error-shown" = kind {
        return Some(if kind == "tab-closed" {
            Event::TabClosed { tab_id }
        } else {
            Event::ErrorShown { tab_id }
        });
    }
    let time = fields.number("time");
    Some(match kind {
        "committed" => Event::Committed {
            tab_id,
            url: fields.text("url"),
            site: fields.maybe_text("site"),
            restored: fields.flag("restored"),
            time,
        },
        "cookies-listed" => Event::CookiesListed {
            tab_id,
            host: fields.text("host"),
            cookies: fields.list("cookies", jar_cookie),
            time,
        },
        "page-read" => Event::PageRead {
            tab_id,
            origin: fields.text("origin"),
            stored: fields.list("stored", |key| StoredKey {
                name: key.text("name"),
                of_tab: key.flag("ofTab"),
                exp: key.maybe_number("exp"),
                nbf: key.maybe_number("nbf"),
                iat: key.maybe_number("iat"),
            }),
            worker: fields.flag("worker"),
            caches: fields.flag("caches"),
            offline: fields.flag("offline"),
            status: fields
                .maybe_number("status")
                .and_then(|status| u16::try_from(status).ok()),
            asks: fields.flag("asks"),
            begun: fields.maybe_number("begun").unwrap_or_default(),
            time,
        },
        "settings-read" => Event::SettingsRead {
            tab_id,
            cookies: fields.maybe_flag("cookies"),
            embedded: fields.maybe_flag("embedded"),
            time,
        },
        "probed" => Event::Probed {
            tab_id,
            status: fields.maybe_status("status"),
            redirected: fields.flag("redirected"),
            time,
        },
        "check" => Event::Check { tab_id, time },
        "removed" => Event::Removed {
            tab_id,
            removed: fields.count("removed"),
            left: fields.list("left", text),
            time,
        },
        "restored" => Event::Restored {
            tab_id,
            restored: fields.count("restored"),
            refused: fields.list("refused", text),
            time,
        },
        "acted" => Event::Acted {
            tab_id,
            done: fields.flag("done"),
            time,
        },
        "timer-fired" => Event::TimerFired {
            tab_id,
            timer: timer(&fields.text("timer"))?,
            time,
        },
        "apply" => Event::Apply {
            tab_id,
            remedy: fields.text("remedy"),
            time,
        },
        "undo" => Event::Undo { tab_id, time },
        _ => return None,
    })
}

fn request(event: &Fields<'_>) -> Request {
    let fields = event.object("request");
    Request {
        request_id: fields.text("requestId"),
        tab_id: fields.number("tabId"),
        resource_type: match fields.text("resourceType").as_str() {
            "main_frame" => ResourceType::MainFrame,
            "sub_frame" => ResourceType::SubFrame,
            "xmlhttprequest" => ResourceType::XmlHttpRequest,
            "script" => ResourceType::Script,
            _ => ResourceType::Other,
        },
        method: fields.text("method"),
        url: fields.text("url"),
        site: fields.maybe_text("site"),
        initiator: fields.maybe_text("initiator"),
        store: fields.maybe_text("store"),
        has_user_info: fields.flag("hasUserInfo"),
        time: fields.number("time"),
    }
}

fn sent_fields(fields: &Fields<'_>) -> SentFields {
    SentFields {
        authorization: fields
            .maybe_object("authorization")
            .map(|one| credentials(&one)),
        proxy_authorization: fields
            .maybe_object("proxyAuthorization")
            .map(|one| credentials(&one)),
        cookies: fields.list("cookies", |one| SentCookie {
            name: one.text("name"),
            size: one.count("size"),
        }),
        referer: fields.flag("referer"),
        origin_is_null: fields.get("originIsNull").map(|value| value.is_truthy()),
        key: fields.flag("key"),
    }
}

fn credentials(fields: &Fields<'_>) -> Credentials {
    Credentials {
        scheme: fields.text("scheme"),
        exp: fields.maybe_number("exp"),
        nbf: fields.maybe_number("nbf"),
        iat: fields.maybe_number("iat"),
    }
}

fn answer(event: &Fields<'_>) -> Answer {
    let fields = event.object("answer");
    Answer {
        status: fields.status(),
        www_authenticate: fields.list("wwwAuthenticate", text),
        proxy_authenticate: fields.list("proxyAuthenticate", text),
        set_cookies: fields.list("setCookies", |one| SetCookieLine {
            name: one.text("name"),
            value_size: one.count("valueSize"),
            cleared: one.flag("cleared"),
            attributes: one.text("attributes"),
        }),
        fields: fields.list("fields", |pair| {
            let at = |index| text(&pair.of(pair.get(index).unwrap_or_default()));
            (at("0"), at("1"))
        }),
        fields_seen: fields.flag("fieldsSeen"),
        from_cache: fields.flag("fromCache"),
        body: fields.maybe_text("body"),
    }
}

fn jar_cookie(fields: &Fields<'_>) -> JarCookie {
    JarCookie {
        name: fields.text("name"),
        domain: fields.text("domain"),
        path: fields.text("path"),
        host_only: fields.flag("hostOnly"),
        secure: fields.flag("secure"),
        http_only: fields.flag("httpOnly"),
        size: fields.count("size"),
        partition: fields.maybe_text("partition"),
        same_site: match fields.maybe_text("sameSite").as_deref() {
            Some("strict") => Some(SameSite::Strict),
            Some("lax") => Some(SameSite::Lax),
            Some("none") => Some(SameSite::None),
            _ => None,
        },
    }
}

fn timer(name: &str) -> Option<Timer> {
    match name {
        "prompt" => Some(Timer::Prompt),
        "settle" => Some(Timer::Settle),
        "undo-expiry" => Some(Timer::UndoExpiry),
        _ => None,
    }
}

/// A list's member that is a text itself.
fn text(member: &Fields<'_>) -> String {
    member.note(member.value.as_string(), "a text")
}
