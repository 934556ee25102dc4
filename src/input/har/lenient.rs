//! The parts of a HAR that are read, each of which takes any JSON: what has an unexpected kind counts as missing.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::input::reduce::{self, Fields};

/// Bytes of a body's text that are kept; more than its decoded beginning needs.
const TEXT_MAX: usize = 6 * 1024;

/// A name in an object, borrowed where it has no escapes.
pub(super) struct Key<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The visits that a lenient type answers with its default.
macro_rules! otherwise_missing {
    ($($kind:ident)+) => { $(otherwise_missing!(@ $kind);)+ };
    (@ scalars) => {
        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> { Ok(Self::Value::default()) }
        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> { Ok(Self::Value::default()) }
        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> { Ok(Self::Value::default()) }
    };
    (@ bool) => {
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> { Ok(Self::Value::default()) }
    };
    (@ null) => {
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> { Ok(Self::Value::default()) }
    };
    (@ str) => {
        fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> { Ok(Self::Value::default()) }
    };
    (@ seq) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
    (@ map) => {
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
}

/// A text, borrowed where it has no escapes; numbers and truth values are taken as written.
#[derive(Default)]
pub(super) struct Text<'a>(pub(super) Option<Cow<'a, str>>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Text<'de>, E> {
                self.visit_str(if value { "true" } else { "false" })
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Text<'de>, E> {
                self.visit_str(&value.to_string())
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Text<'de>, E> {
                self.visit_str(&value.to_string())
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Text<'de>, E> {
                self.visit_str(&value.to_string())
            }

            otherwise_missing!(null seq map);
        }

        deserializer.deserialize_any(TextVisitor)
    }
}

/// The beginning of a text that may be very long.
#[derive(Default)]
pub(super) struct Beginning(pub(super) Option<String>);

impl<'de> Deserialize<'de> for Beginning {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BeginningVisitor;

        impl<'de> Visitor<'de> for BeginningVisitor {
            type Value = Beginning;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Beginning, E> {
                let end = text.floor_char_boundary(TEXT_MAX);
                Ok(Beginning(text.get(..end).map(str::to_owned)))
            }

            otherwise_missing!(scalars bool null seq map);
        }

        deserializer.deserialize_any(BeginningVisitor)
    }
}

/// A whole number; a text of digits is one too.
#[derive(Default)]
pub(super) struct Number(pub(super) Option<i64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;

        impl<'de> Visitor<'de> for NumberVisitor {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
                Ok(Number(Some(value)))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Number, E> {
                Ok(Number(i64::try_from(value).ok()))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Number, E> {
                // The cast saturates; statuses written as 401.0 are what it is for.
                Ok(Number(Some(value as i64)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
                Ok(Number(
                    text.split_whitespace()
                        .next()
                        .and_then(|word| word.parse().ok()),
                ))
            }

            otherwise_missing!(bool null seq map);
        }

        deserializer.deserialize_any(NumberVisitor)
    }
}

/// A list; anything else is an empty one.
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        List(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(List(items))
            }

            otherwise_missing!(scalars bool null str map);
        }

        deserializer.deserialize_any(ListVisitor(std::marker::PhantomData))
    }
}

/// A field line.
#[derive(Default)]
struct Line<'a> {
    name: Option<Cow<'a, str>>,
    value: Option<Cow<'a, str>>,
}

impl<'de> Deserialize<'de> for Line<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LineVisitor;

        impl<'de> Visitor<'de> for LineVisitor {
            type Value = Line<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line<'de>, A::Error> {
                let mut line = Line::default();
                while let Some(Key(key)) = map.next_key()? {
                    if key.eq_ignore_ascii_case("name") {
                        line.name = map.next_value::<Text<'de>>()?.0;
                    } else if key.eq_ignore_ascii_case("value") {
                        line.value = map.next_value::<Text<'de>>()?.0;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(line)
            }

            otherwise_missing!(scalars bool null str seq);
        }

        deserializer.deserialize_any(LineVisitor)
    }
}

/// The fields of a message, without those that nothing looks at.
#[derive(Default)]
pub(super) struct Headers<'a>(pub(super) Fields<'a>);

impl<'de> Deserialize<'de> for Headers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HeadersVisitor;

        impl<'de> Visitor<'de> for HeadersVisitor {
            type Value = Headers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Headers<'de>, A::Error> {
                let mut fields = Fields::new();
                while let Some(line) = seq.next_element::<Line<'de>>()? {
                    let Some(name) = line.name.filter(|name| !reduce::is_ignored(name)) else {
                        continue;
                    };
                    let value = line.value.unwrap_or_default();
                    fields.push((name, value));
                }
                Ok(Headers(fields))
            }

            otherwise_missing!(scalars bool null str map);
        }

        deserializer.deserialize_any(HeadersVisitor)
    }
}

macro_rules! objects {
    ($($(#[doc = $doc:literal])+ $name:ident { $($key:literal => $field:ident: $type:ty,)+ })+) => { $(
        $(#[doc = $doc])+
        #[derive(Default)]
        pub(super) struct $name<'a> { $(pub(super) $field: $type,)+ }

        impl<'de> Deserialize<'de> for $name<'de> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ObjectVisitor;

                impl<'de> Visitor<'de> for ObjectVisitor {
                    type Value = $name<'de>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name<'de>, A::Error> {
                        let mut value = $name::default();
                        while let Some(Key(key)) = map.next_key()? {
                            $(if key.eq_ignore_ascii_case($key) {
                                value.$field = map.next_value()?;
                                continue;
                            })+
                            map.next_value::<IgnoredAny>()?;
                        }
                        Ok(value)
                    }

                    otherwise_missing!(scalars bool null str seq);
                }

                deserializer.deserialize_any(ObjectVisitor)
            }
        }
    )+ };
}

objects! {
    /// The tool that wrote the file.
    Creator { "name" => name: Text<'a>, }
    /// One request and one response.
    Entry {
        "startedDateTime" => started: Text<'a>,
        "request" => request: AskedFor<'a>,
        "response" => response: Answered<'a>,
        "_resourceType" => resource_type: Text<'a>,
        "_initiator" => initiator: Initiator<'a>,
        "_error" => error: Text<'a>,
        "_fromCache" => from_cache: Text<'a>,
    }
    /// The request.
    AskedFor {
        "method" => method: Text<'a>,
        "url" => url: Text<'a>,
        "headers" => headers: Option<Headers<'a>>,
        "cookies" => cookies: List<Cookie<'a>>,
    }
    /// The response.
    Answered {
        "status" => status: Number,
        "headers" => headers: Option<Headers<'a>>,
        "redirectURL" => redirect_url: Text<'a>,
        "content" => content: Content<'a>,
        "_error" => error: Text<'a>,
    }
    /// The body of a response.
    Content { "mimeType" => mime_type: Text<'a>, "text" => text: Beginning, "encoding" => encoding: Text<'a>, }
    /// A cookie.
    Cookie { "name" => name: Text<'a>, "value" => value: Text<'a>, }
    /// What made the browser ask.
    Initiator { "url" => url: Text<'a>, }
}
