//! Places in a text that comes in pieces, as editors count them: lines, and columns in characters.

use memchr::{memchr_iter, memrchr};

/// A place, from line 1, column 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    /// In characters; what is no UTF-8 counts by its leading bytes.
    pub(crate) column: usize,
}

impl Place {
    /// Where every text begins.
    pub(crate) const START: Place = Place { line: 1, column: 1 };

    /// The place behind these bytes.
    pub(crate) fn after(self, bytes: &[u8]) -> Place {
        match memrchr(b'\n', bytes) {
            Some(last) => Place {
                line: self.line + memchr_iter(b'\n', bytes).count(),
                column: 1 + characters(bytes.get(last + 1..).unwrap_or_default()),
            },
            None => Place {
                line: self.line,
                column: self.column + characters(bytes),
            },
        }
    }
}

/// Characters of UTF-8: the bytes that do not continue one.
fn characters(bytes: &[u8]) -> usize {
    // Most recordings have no other characters, and this is seen many bytes at a time.
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.iter().filter(|byte| !is_continuation(**byte)).count()
}

/// Whether a byte of UTF-8 goes on with a character (RFC 3629 §3).
pub(crate) fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn places_count_lines_and_characters() {
        let text = "ab\nüc\n".as_bytes();
        let place = |end: usize| {
            let place = Place::START.after(&text[..end]);
            (place.line, place.column)
        };
        assert_eq!([place(0), place(2), place(3)], [(1, 1), (1, 3), (2, 1)]);
        assert_eq!([place(5), place(6), place(7)], [(2, 2), (2, 3), (3, 1)]);
        for cut in 0..text.len() {
            let (before, after) = text.split_at(cut);
            assert_eq!(
                Place::START.after(before).after(after),
                Place::START.after(text)
            );
        }
    }
}
