//! Events out of the text that the extension's script makes of them: by hand, since serde's way takes a fifth of the
//! whole wasm.
//!
//! The shapes are those of the derived `Deserialize` of `Event`; a test holds the two against each other.
//! A field that is missing is noted and read as empty, and the event refused at the end: a way out at every field
//! would double the code.

use std::cell::Cell;

use super::{
    Answer, Credentials, Event, JarCookie, RemovedCookie, Request, ResourceType, SentCookie,
    SentFields, SetCookieLine, StoredKey, Timer,
};
use crate::cookie::SameSite;
use crate::json::{self, Value};

/// What was expected and not found: the name of a field.
type Missing = &'static str;

/// An object whose fields are read by name, and the note of what was missing.
struct Fields<'a> {
    value: &'a Value<'a>,
    missing: &'a Cell<Option<Missing>>,
}

impl<'a> Fields<'a> {
    fn get(&self, name: &str) -> Option<&'a Value<'a>> {
        let Value::Object(members) = self.value else {
            return None;
        };
        let (_, value) = members.iter().find(|(known, _)| *known == name)?;
        (!matches!(value, Value::Null)).then_some(value)
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
        self.get(name)?.text()
    }

    fn number(&self, name: Missing) -> i64 {
        self.note(self.maybe_number(name), name)
    }

    fn maybe_number(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn count(&self, name: Missing) -> u32 {
        self.note(u32::try_from(self.number(name)).ok(), name)
    }

    fn status(&self) -> u16 {
        self.note(u16::try_from(self.number("status")).ok(), "status")
    }

    fn flag(&self, name: &str) -> bool {
        self.maybe_flag(name) == Some(true)
    }

    fn maybe_flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    fn maybe_status(&self, name: &str) -> Option<u16> {
        u16::try_from(self.maybe_number(name)?).ok()
    }

    fn object(&self, name: Missing) -> Self {
        self.maybe_object(name).unwrap_or_else(|| {
            self.missing.set(Some(name));
            self.of(&Value::Null)
        })
    }

    fn maybe_object(&self, name: &str) -> Option<Self> {
        let value = self.get(name)?;
        matches!(value, Value::Object(_)).then(|| self.of(value))
    }

    fn of(&self, value: &'a Value<'a>) -> Self {
        Fields {
            value,
            missing: self.missing,
        }
    }

    #[inline(never)]
    fn list<T>(&self, name: Missing, read: fn(&Self) -> T) -> Vec<T> {
        match self.get(name) {
            None => Vec::new(),
            Some(Value::List(list)) => list.iter().map(|value| read(&self.of(value))).collect(),
            Some(_) => {
                self.missing.set(Some(name));
                Vec::new()
            }
        }
    }
}

impl Event {
    /// Reads the JSON text of `{ "completed": { … } }`.
    ///
    /// # Errors
    /// The name of what was expected and not found: a field, or an event.
    pub fn read(text: &str) -> Result<Event, &'static str> {
        let value = json::read(text);
        let Some(Value::Object(members)) = value.as_ref() else {
            return Err("an object");
        };
        let (kind, value) = members.first().ok_or("the event's name")?;
        if !matches!(value, Value::Object(_)) {
            return Err("the event's fields");
        }
        let missing = Cell::new(None);
        let fields = Fields {
            value,
            missing: &missing,
        };
        let event = named(kind, &fields).ok_or("the name of an event")?;
        match missing.get() {
            None => Ok(event),
            Some(name) => Err(name),
        }
    }
}

#[inline(never)]
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
#[inline(never)]
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
            status: fields.maybe_status("status"),
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
        origin_is_null: fields.maybe_flag("originIsNull"),
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
        fields: fields.list("fields", |pair| match pair.value {
            Value::List(pair_of) if pair_of.len() == 2 => {
                (text(&pair.of(&pair_of[0])), text(&pair.of(&pair_of[1])))
            }
            _ => pair.note(None, "a pair of texts"),
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
    member.note(member.value.text(), "a text")
}
