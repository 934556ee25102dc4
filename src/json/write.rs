//! Views and effects as JSON text, of which the browser's own `JSON.parse` makes objects: objects, lists, texts, whole
//! numbers, enums of bare names.

use std::fmt::{self, Display, Formatter};

use serde::ser::{self, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

use crate::text;

/// Writes a value as JSON.
#[must_use]
pub fn write(value: &impl Serialize) -> String {
    // A tab's view and state together; growing step by step would copy it all over and over.
    let mut text = Vec::with_capacity(8 * 1024);
    let Ok(()) = value.serialize(&mut Json(&mut text));
    text::of_bytes(text)
}

struct Json<'a>(&'a mut Vec<u8>);

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
    #[inline(never)]
    fn quoted(&mut self, text: &str) {
        self.0.push(b'"');
        // Whole runs at a time: most texts have nothing to escape.
        let mut rest = text;
        let escapes = |byte: u8| byte < b' ' || matches!(byte, b'"' | b'\\');
        while let Some(at) = rest.bytes().position(escapes)
            && let Some((run, behind)) = rest.split_at_checked(at)
        {
            self.0.extend_from_slice(run.as_bytes());
            self.escaped(behind.bytes().next().unwrap_or_default());
            rest = behind.get(1..).unwrap_or_default();
        }
        self.0.extend_from_slice(rest.as_bytes());
        self.0.push(b'"');
    }

    #[inline(never)]
    fn number(&mut self, number: i64) {
        let mut digits = [0; text::DIGITS];
        let from = text::write_number(&mut digits, number);
        self.0
            .extend_from_slice(digits.get(from..).unwrap_or_default());
    }

    fn escaped(&mut self, byte: u8) {
        self.0.push(b'\\');
        match byte {
            b'"' | b'\\' => self.0.push(byte),
            b'\n' => self.0.push(b'n'),
            _ => {
                self.0
                    .extend_from_slice(if byte < 16 { b"u000" } else { b"u001" });
                self.0.push(b"0123456789abcdef"[usize::from(byte % 16)]);
            }
        }
    }

    /// Begins the next member of an object. The names of fields have nothing to escape.
    #[inline(never)]
    fn name(&mut self, name: &str) {
        self.next();
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    /// Begins the next member of a list or an object.
    fn next(&mut self) {
        if !matches!(self.0.last(), Some(b'[' | b'{')) {
            self.0.push(b',');
        }
    }
}

macro_rules! whole_numbers {
    ($($name:ident $kind:ty)*) => {
        $(fn $name(self, value: $kind) -> Done {
            self.number(i64::from(value));
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
        self.0
            .extend_from_slice(if value { &b"true"[..] } else { b"false" });
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Done {
        self.quoted(value);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.0.extend_from_slice(b"null");
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
        self.0.push(b'[');
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        self.0.push(b'{');
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
        self.0.push(b']');
        Ok(())
    }
}

impl SerializeStruct for &mut Json<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
        self.name(name);
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.0.push(b'}');
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
