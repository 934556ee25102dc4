//! Views and effects as JSON text, of which the browser's own `JSON.parse` makes objects.
//!
//! A serialiser for the shapes that these have: objects, lists, texts, whole numbers, enums of bare names. To build the
//! objects from here, with a call for every field, takes 13 kB more of wasm.

use std::fmt::{self, Display, Formatter};

use serde::ser::{self, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

use crate::text;

/// Writes a value as JSON.
#[must_use]
pub fn write(value: &impl Serialize) -> String {
    let mut text = String::new();
    let Ok(()) = value.serialize(&mut Json(&mut text));
    text
}

struct Json<'a>(&'a mut String);

/// The error that cannot be: a text takes everything.
#[derive(Debug)]
enum Never {}

type Done = Result<(), Never>;

impl Display for Never {
    fn fmt(&self, _: &mut Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: Display>(reason: T) -> Never {
        no_such(&reason.to_string())
    }
}

/// A shape that neither a view nor an effect has: whoever adds one finds out in the tests.
fn no_such(shape: &str) -> ! {
    panic!("expected a shape of a view or an effect, but found {shape}")
}

impl Json<'_> {
    /// A text in quotes; only what JSON demands is escaped (RFC 8259 §7).
    fn quoted(&mut self, text: &str) {
        self.0.push('"');
        // Whole runs at a time: most texts have nothing to escape.
        for run in text.split_inclusive(|c| c < ' ' || matches!(c, '"' | '\\')) {
            self.0.push_str(run);
            match run.bytes().next_back() {
                Some(last) if last < b' ' || matches!(last, b'"' | b'\\') => {
                    self.0.pop();
                    self.escaped(last);
                }
                _ => {}
            }
        }
        self.0.push('"');
    }

    fn escaped(&mut self, byte: u8) {
        self.0.push('\\');
        match byte {
            b'"' | b'\\' => self.0.push(char::from(byte)),
            b'\n' => self.0.push('n'),
            _ => {
                self.0.push_str(if byte < 16 { "u000" } else { "u001" });
                self.0.extend(char::from_digit(u32::from(byte % 16), 16));
            }
        }
    }

    /// Begins the next member of a list or an object.
    fn next(&mut self) {
        if !self.0.ends_with(['[', '{']) {
            self.0.push(',');
        }
    }
}

macro_rules! whole_numbers {
    ($($name:ident $kind:ty)*) => {
        $(fn $name(self, value: $kind) -> Done {
            text::push_number(self.0, i64::from(value));
            Ok(())
        })*
    };
}

macro_rules! no_such_values {
    ($($name:ident $kind:ty)*) => {
        $(fn $name(self, _: $kind) -> Done {
            no_such(stringify!($kind))
        })*
    };
}

impl Serializer for &mut Json<'_> {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Self;
    type SerializeStruct = Self;
    type SerializeTuple = Impossible<(), Never>;
    type SerializeTupleStruct = Impossible<(), Never>;
    type SerializeTupleVariant = Impossible<(), Never>;
    type SerializeMap = Impossible<(), Never>;
    type SerializeStructVariant = Impossible<(), Never>;

    whole_numbers!(serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32);
    no_such_values!(serialize_u64 u64 serialize_f32 f32 serialize_f64 f64 serialize_char char serialize_bytes &[u8]);

    fn serialize_bool(self, value: bool) -> Done {
        self.0.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Done {
        self.quoted(value);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.quoted(variant);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Never> {
        self.0.push('[');
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        self.0.push('{');
        Ok(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        no_such("a unit")
    }

    fn serialize_unit_struct(self, name: &'static str) -> Done {
        no_such(name)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Done {
        no_such(name)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Never> {
        no_such("a tuple")
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Never> {
        no_such(name)
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Never> {
        no_such(name)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Never> {
        no_such("a map")
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Never> {
        no_such(name)
    }
}

impl SerializeSeq for &mut Json<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.next();
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.0.push(']');
        Ok(())
    }
}

impl SerializeStruct for &mut Json<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
        self.next();
        self.quoted(name);
        self.0.push(':');
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.0.push('}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    #[derive(Serialize)]
    #[serde(tag = "kind", rename_all = "kebab-case")]
    enum Some {
        Thing {
            text: &'static str,
            list: Vec<Option<i64>>,
            nothing: Vec<u16>,
            sure: bool,
        },
    }

    #[test]
    fn it_is_what_any_other_writer_of_json_writes() {
        let texts = [
            "",
            "plain",
            "\"\\\n\t\r\u{0}\u{1f}\u{7f}/",
            "käse ☃ 🍪 [",
            "{",
        ];
        for text in texts {
            let thing = Some::Thing {
                text,
                list: vec![None, Option::Some(-1), Option::Some(1_795_435_200_000)],
                nothing: Vec::new(),
                sure: true,
            };
            let written: serde_json::Value =
                serde_json::from_str(&super::write(&thing)).expect("JSON");
            assert_eq!(written, serde_json::to_value(&thing).expect("plain data"));
        }
    }
}
