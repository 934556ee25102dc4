//! JavaScript's events into the core's: field by field, since serde's way takes a third of the whole wasm.
//!
//! The shapes are those of the derived `Deserialize` of `Event`; a test holds the two against each other.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::event::{
    Answer, Credentials, Event, JarCookie, Request, ResourceType, SentCookie, SentFields,
    SetCookieLine, Timer,
};

/// What was expected and not found: the name of a field.
pub(super) type Missing = &'static str;

/// A JavaScript object whose fields are read by name.
struct Fields(JsValue);

impl Fields {
    fn get(&self, name: &str) -> Option<JsValue> {
        let value = Reflect::get(&self.0, &JsValue::from_str(name)).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    fn text(&self, name: Missing) -> Result<String, Missing> {
        self.get(name)
            .and_then(|value| value.as_string())
            .ok_or(name)
    }

    fn maybe_text(&self, name: Missing) -> Option<String> {
        self.get(name)?.as_string()
    }

    fn maybe_number(&self, name: Missing) -> Option<i64> {
        let number = self.get(name)?.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "as JavaScript's own conversion, it saturates"
        )]
        Some(number as i64)
    }

    fn number<T: TryFrom<i64>>(&self, name: Missing) -> Result<T, Missing> {
        self.maybe_number(name)
            .and_then(|number| T::try_from(number).ok())
            .ok_or(name)
    }

    fn flag(&self, name: Missing) -> bool {
        self.get(name).is_some_and(|value| value.is_truthy())
    }

    fn object(&self, name: Missing) -> Result<Fields, Missing> {
        self.get(name)
            .filter(JsValue::is_object)
            .map(Fields)
            .ok_or(name)
    }

    fn list<T>(
        &self,
        name: Missing,
        read: fn(JsValue) -> Result<T, Missing>,
    ) -> Result<Vec<T>, Missing> {
        let Some(value) = self.get(name) else {
            return Ok(Vec::new());
        };
        value
            .dyn_into::<Array>()
            .map_err(|_| name)?
            .iter()
            .map(read)
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
    let fields = Fields(object.into()).object_named(&kind)?;
    let time = fields.number("time");
    let tab_id = fields.number("tabId");
    Ok(match kind.as_str() {
        "access" => Event::Access {
            granted: fields.flag("granted"),
        },
        "request-sent" => Event::RequestSent {
            request: request(&fields)?,
            sent: fields.get("sent").map(sent).transpose()?,
        },
        "headers-received" => Event::HeadersReceived {
            request: request(&fields)?,
            answer: answer(&fields)?,
        },
        "auth-required" => Event::AuthRequired {
            request: request(&fields)?,
            is_proxy: fields.flag("isProxy"),
        },
        "redirected" => Event::Redirected {
            request: request(&fields)?,
            status: fields.number("status")?,
            to: fields.text("to")?,
            from_cache: fields.flag("fromCache"),
        },
        "completed" => Event::Completed {
            request: request(&fields)?,
            answer: answer(&fields)?,
        },
        "failed" => Event::Failed {
            request: request(&fields)?,
            error: fields.text("error")?,
        },
        "committed" => Event::Committed {
            tab_id: tab_id?,
            url: fields.text("url")?,
            site: fields.maybe_text("site"),
            time: time?,
        },
        "error-shown" => Event::ErrorShown { tab_id: tab_id? },
        "tab-closed" => Event::TabClosed { tab_id: tab_id? },
        "cookies-listed" => Event::CookiesListed {
            tab_id: tab_id?,
            host: fields.text("host")?,
            cookies: fields.list("cookies", jar_cookie)?,
            time: time?,
        },
        "cookies-removed" => Event::CookiesRemoved {
            tab_id: tab_id?,
            removed: fields.number("removed")?,
            left: fields.list("left", text)?,
            time: time?,
        },
        "cookies-restored" => Event::CookiesRestored {
            tab_id: tab_id?,
            restored: fields.number("restored")?,
            refused: fields.list("refused", text)?,
            time: time?,
        },
        "login-forgotten" => Event::LoginForgotten {
            tab_id: tab_id?,
            done: fields.flag("done"),
            time: time?,
        },
        "timer-fired" => Event::TimerFired {
            tab_id: tab_id?,
            timer: timer(&fields)?,
            time: time?,
        },
        "apply" => Event::Apply {
            tab_id: tab_id?,
            remedy: fields.text("remedy")?,
            time: time?,
        },
        "undo" => Event::Undo {
            tab_id: tab_id?,
            time: time?,
        },
        _ => return Err("the name of an event"),
    })
}

impl Fields {
    fn object_named(&self, name: &str) -> Result<Fields, Missing> {
        self.get(name)
            .filter(JsValue::is_object)
            .map(Fields)
            .ok_or("the event's fields")
    }
}

fn request(event: &Fields) -> Result<Request, Missing> {
    let fields = event.object("request")?;
    Ok(Request {
        request_id: fields.text("requestId")?,
        tab_id: fields.number("tabId")?,
        resource_type: match fields.text("resourceType")?.as_str() {
            "main_frame" => ResourceType::MainFrame,
            "sub_frame" => ResourceType::SubFrame,
            "xmlhttprequest" => ResourceType::XmlHttpRequest,
            _ => ResourceType::Other,
        },
        method: fields.text("method")?,
        url: fields.text("url")?,
        site: fields.maybe_text("site"),
        initiator: fields.maybe_text("initiator"),
        store: fields.maybe_text("store"),
        time: fields.number("time")?,
    })
}

fn sent(value: JsValue) -> Result<SentFields, Missing> {
    let fields = Fields(value);
    Ok(SentFields {
        authorization: fields.get("authorization").map(credentials).transpose()?,
        proxy_authorization: fields
            .get("proxyAuthorization")
            .map(credentials)
            .transpose()?,
        cookies: fields.list("cookies", sent_cookie)?,
        referer: fields.flag("referer"),
        origin_is_null: fields.get("originIsNull").map(|value| value.is_truthy()),
    })
}

fn credentials(value: JsValue) -> Result<Credentials, Missing> {
    let fields = Fields(value);
    Ok(Credentials {
        scheme: fields.text("scheme")?,
        exp: fields.maybe_number("exp"),
        nbf: fields.maybe_number("nbf"),
        iat: fields.maybe_number("iat"),
    })
}

fn sent_cookie(value: JsValue) -> Result<SentCookie, Missing> {
    let fields = Fields(value);
    Ok(SentCookie {
        name: fields.text("name")?,
        size: fields.number("size")?,
    })
}

fn answer(event: &Fields) -> Result<Answer, Missing> {
    let fields = event.object("answer")?;
    Ok(Answer {
        status: fields.number("status")?,
        www_authenticate: fields.list("wwwAuthenticate", text)?,
        proxy_authenticate: fields.list("proxyAuthenticate", text)?,
        set_cookies: fields.list("setCookies", set_cookie)?,
        fields: fields.list("fields", pair)?,
        fields_seen: fields.flag("fieldsSeen"),
        from_cache: fields.flag("fromCache"),
        body: fields.maybe_text("body"),
    })
}

fn set_cookie(value: JsValue) -> Result<SetCookieLine, Missing> {
    let fields = Fields(value);
    Ok(SetCookieLine {
        name: fields.text("name")?,
        value_size: fields.number("valueSize")?,
        cleared: fields.flag("cleared"),
        attributes: fields.text("attributes")?,
    })
}

fn jar_cookie(value: JsValue) -> Result<JarCookie, Missing> {
    let fields = Fields(value);
    Ok(JarCookie {
        name: fields.text("name")?,
        domain: fields.text("domain")?,
        path: fields.text("path")?,
        host_only: fields.flag("hostOnly"),
        secure: fields.flag("secure"),
        http_only: fields.flag("httpOnly"),
        size: fields.number("size")?,
        partition: fields.maybe_text("partition"),
    })
}

fn timer(event: &Fields) -> Result<Timer, Missing> {
    match event.text("timer")?.as_str() {
        "prompt" => Ok(Timer::Prompt),
        "settle" => Ok(Timer::Settle),
        "undo-expiry" => Ok(Timer::UndoExpiry),
        _ => Err("timer"),
    }
}

fn text(value: JsValue) -> Result<String, Missing> {
    value.as_string().ok_or("a text")
}

fn pair(value: JsValue) -> Result<(String, String), Missing> {
    let pair: Array = value.dyn_into().map_err(|_| "a name and a value")?;
    Ok((text(pair.get(0))?, text(pair.get(1))?))
}
