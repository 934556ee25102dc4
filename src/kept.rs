//! Tabs and hosts as compact text, for session storage.
//!
//! The popup reads the view beside it, which is a plain object; this part only the next engine reads. So the form says
//! nothing of itself: the fields of a value stand one after another, numbers as a few ASCII characters, texts as they
//! are behind their length. Postcard by serde takes 27 kB more of wasm.

use crate::text;

/// Raised when the shape of what is kept changes: what another version wrote is not read.
const VERSION: u8 = 4;

/// A number's lowest digit; the 63 after it follow in ASCII.
const ZERO: u8 = b'0';
/// A digit has five bits of the number; this sixth one says that more digits follow.
const MORE: u8 = 1 << 5;

/// What can be written down and read back. For a struct, the macro `kept!` lists its fields; for an enum without
/// contents, `kept_enum!` its variants.
pub trait Keep: Sized {
    /// Writes it behind what was written before.
    fn put(&self, to: &mut Writer);

    /// Reads one. Where the text is not what `put` writes, the reader notes that, and the value read means nothing.
    fn get(from: &mut Reader<'_>) -> Self;
}

/// Writes a value down.
#[must_use]
pub fn write<T: Keep>(value: &T) -> String {
    // Most tabs take less: growing step by step would copy it all over and over.
    let mut writer = Writer(Vec::with_capacity(4 * 1024));
    VERSION.put(&mut writer);
    value.put(&mut writer);
    text::of_bytes(writer.0)
}

/// Reads a value back; `None` for anything that this version did not write.
#[must_use]
pub fn read<T: Keep>(text: &str) -> Option<T> {
    let mut reader = Reader {
        rest: text,
        failed: false,
    };
    if u8::get(&mut reader) != VERSION {
        return None;
    }
    let value = T::get(&mut reader);
    (!reader.failed && reader.rest.is_empty()).then_some(value)
}

/// Bytes that a text takes at most when it is written down, its length included.
pub(crate) fn weight(text: &str) -> usize {
    text.len() + 4
}

/// The text that values are written into.
#[derive(Debug)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Writes a number, its lowest digits first.
    pub fn number(&mut self, mut number: u64) {
        loop {
            let digit = (number % u64::from(MORE)) as u8;
            number /= u64::from(MORE);
            let more = if number == 0 { 0 } else { MORE };
            self.0.push(ZERO + digit + more);
            if number == 0 {
                return;
            }
        }
    }
}

/// The text that values are read from. It remembers that something was wrong and goes on with zeros: a way out at every
/// field would double the code.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a str,
    failed: bool,
}

impl<'a> Reader<'a> {
    /// Notes that the text is not what was expected.
    pub fn fail(&mut self) {
        self.failed = true;
        self.rest = "";
    }

    /// Reads a number.
    pub fn number(&mut self) -> u64 {
        let mut number = 0;
        let mut shift = 0;
        loop {
            let digit = self.take(1).bytes().next().unwrap_or_default();
            let digit = digit.wrapping_sub(ZERO);
            if digit >= 2 * MORE || shift >= u64::BITS {
                self.fail();
                return 0;
            }
            number |= u64::from(digit % MORE) << shift;
            if digit < MORE {
                return number;
            }
            shift += 5;
        }
    }

    /// Reads the place of something in a list.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        let at = usize::try_from(self.number()).unwrap_or(usize::MAX);
        all.get(at).copied().unwrap_or_else(|| {
            self.fail();
            all[0]
        })
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let Some((taken, rest)) = self.rest.split_at_checked(bytes) else {
            self.fail();
            return "";
        };
        self.rest = rest;
        taken
    }
}

/// Makes a struct one that can be kept: all its fields, and after a `;` those that are made anew from the others.
macro_rules! kept {
    ($name:ident { $($field:ident),+ $(; $($made:ident = $how:expr),+)? }) => {
        impl $crate::kept::Keep for $name {
            fn put(&self, to: &mut $crate::kept::Writer) {
                let $name { $($field,)+ $($($made: _,)+)? } = self;
                $($crate::kept::Keep::put($field, to);)+
            }

            fn get(from: &mut $crate::kept::Reader<'_>) -> $name {
                $(let $field = $crate::kept::Keep::get(from);)+
                $($(let $made = $how;)+)?
                $name { $($field,)+ $($($made,)+)? }
            }
        }
    };
}

/// Makes an enum without contents one that can be kept: all its variants.
macro_rules! kept_enum {
    ($name:ident { $first:ident $(, $variant:ident)* }) => {
        impl $crate::kept::Keep for $name {
            fn put(&self, to: &mut $crate::kept::Writer) {
                match self {
                    $name::$first $(| $name::$variant)* => to.number(*self as u64),
                }
            }

            fn get(from: &mut $crate::kept::Reader<'_>) -> $name {
                let number = from.number();
                $(if number == $name::$variant as u64 {
                    return $name::$variant;
                })*
                if number != $name::$first as u64 {
                    from.fail();
                }
                $name::$first
            }
        }
    };
}

pub(crate) use {kept, kept_enum};

macro_rules! kept_number {
    ($($number:ty)+) => {
        $(impl Keep for $number {
            fn put(&self, to: &mut Writer) {
                to.number(u64::from(*self));
            }

            fn get(from: &mut Reader<'_>) -> $number {
                <$number>::try_from(from.number()).unwrap_or_else(|_| {
                    from.fail();
                    0
                })
            }
        })+
    };
}

kept_number!(u8 u16 u32 u64);

impl Keep for i64 {
    fn put(&self, to: &mut Writer) {
        // Small numbers stay short on both sides of zero.
        to.number(((self << 1) ^ (self >> 63)).cast_unsigned());
    }

    fn get(from: &mut Reader<'_>) -> i64 {
        let number = from.number();
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }
}

impl Keep for bool {
    fn put(&self, to: &mut Writer) {
        to.number(u64::from(*self));
    }

    fn get(from: &mut Reader<'_>) -> bool {
        from.one_of(&[false, true])
    }
}

impl Keep for String {
    fn put(&self, to: &mut Writer) {
        to.number(self.len() as u64);
        to.0.extend_from_slice(self.as_bytes());
    }

    fn get(from: &mut Reader<'_>) -> String {
        let bytes = usize::try_from(from.number()).unwrap_or(usize::MAX);
        from.take(bytes).to_owned()
    }
}

impl<T: Keep> Keep for Option<T> {
    fn put(&self, to: &mut Writer) {
        self.is_some().put(to);
        if let Some(value) = self {
            value.put(to);
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<T> {
        bool::get(from).then(|| T::get(from))
    }
}

impl<T: Keep> Keep for Vec<T> {
    fn put(&self, to: &mut Writer) {
        to.number(self.len() as u64);
        for item in self {
            item.put(to);
        }
    }

    fn get(from: &mut Reader<'_>) -> Vec<T> {
        let mut items = Vec::new();
        for _ in 0..from.number() {
            if from.failed {
                break;
            }
            items.push(T::get(from));
        }
        items
    }
}

impl<A: Keep, B: Keep> Keep for (A, B) {
    fn put(&self, to: &mut Writer) {
        self.0.put(to);
        self.1.put(to);
    }

    fn get(from: &mut Reader<'_>) -> (A, B) {
        (A::get(from), B::get(from))
    }
}

#[cfg(test)]
mod tests {
    use super::{Keep, read, write};
    use crate::finding::FindingId;
    use crate::journal::Tab;
    use crate::view::Stage;

    #[track_caller]
    fn survives<T: Keep + PartialEq + std::fmt::Debug>(value: T) {
        assert_eq!(read::<T>(&write(&value)), Some(value));
    }

    #[test]
    fn what_was_written_is_read_back() {
        survives(Tab::new(7));
        for number in [0, 1, 31, 32, 1023, 1024, u64::from(u32::MAX), u64::MAX] {
            survives(number);
        }
        for number in [0, 1, -1, 1_795_435_200_000, i64::MAX, i64::MIN] {
            survives(number);
        }
        for text in ["", "sid", "käse \u{2603} \u{1f36a}\n\0"] {
            survives((text.to_owned(), Some(vec![text.to_owned(), String::new()])));
        }
        survives((true, None::<bool>));
        FindingId::ALL.iter().for_each(|id| survives(*id));
        for stage in [
            Stage::Removing,
            Stage::Opening,
            Stage::SigningIn,
            Stage::Done,
        ] {
            survives(stage);
        }
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(write(&7_u64), "47");
        assert_eq!(write(&33_u64), "4Q1");
        assert_eq!(write(&1_795_435_200_000_i64).len(), 1 + 9);
    }

    #[test]
    fn what_was_not_written_here_is_not_read() {
        for text in [
            "",
            "{\"id\":7}",
            "\u{2603}",
            "\u{1}",
            "2",
            "2\u{ff}\u{ff}\u{ff}\u{ff}",
            "2oooooooooooooooooooooooooooooo0",
        ] {
            assert_eq!(read::<Tab>(text), None, "{text:?}");
            assert_eq!(read::<Vec<String>>(text), None, "{text:?}");
        }
        assert_eq!(read::<Stage>("24"), None, "no such variant");
        assert_eq!(read::<u8>("2P8"), None, "too big for a byte");
        assert_eq!(read::<String>("23ab"), None, "too short");
        assert_eq!(read::<String>("21é"), None, "half a character");
        assert_eq!(read::<String>("21ab"), None, "more than was written");
    }

    #[test]
    fn a_cut_tab_is_not_read() {
        let written = write(&Tab::new(7));
        for (end, _) in written.char_indices() {
            let cut = written.get(..end).expect("a boundary");
            assert_eq!(read::<Tab>(cut), None, "cut at {end}");
        }
    }
}
