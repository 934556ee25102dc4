//! Bytes that come in pieces, as UTF-8: a byte order mark is taken off, UTF-16 that has one is decoded.

use std::borrow::Cow;

/// What the first bytes have told.
#[derive(Clone, Copy, Default)]
enum Encoding {
    /// Fewer bytes than the longest mark have come.
    #[default]
    Unknown,
    /// No mark, or that of UTF-8: bytes are passed on as they are.
    Plain,
    /// UTF-16, as PowerShell's `>` writes it; how two bytes make a unit.
    Utf16(fn([u8; 2]) -> u16),
}

/// Decodes pieces of any size.
#[derive(Default)]
pub(crate) struct Decoder {
    encoding: Encoding,
    /// Bytes that are no whole mark or unit yet.
    rest: Vec<u8>,
    /// The first half of a surrogate pair.
    high: Option<u16>,
}

impl Decoder {
    /// The next piece as UTF-8. Lone surrogates become U+FFFD.
    pub(crate) fn push<'a>(&mut self, piece: &'a [u8]) -> Cow<'a, [u8]> {
        match self.encoding {
            Encoding::Plain => Cow::Borrowed(piece),
            Encoding::Utf16(unit) => Cow::Owned(self.utf16(piece, unit)),
            Encoding::Unknown => {
                self.rest.extend_from_slice(piece);
                if self.rest.len() < 3 {
                    return Cow::Borrowed(&[]);
                }
                let start = std::mem::take(&mut self.rest);
                let (encoding, mark) = match start[..] {
                    [0xEF, 0xBB, 0xBF, ..] => (Encoding::Plain, 3),
                    [0xFF, 0xFE, ..] => (Encoding::Utf16(u16::from_le_bytes), 2),
                    [0xFE, 0xFF, ..] => (Encoding::Utf16(u16::from_be_bytes), 2),
                    _ => (Encoding::Plain, 0),
                };
                self.encoding = encoding;
                let text = start.get(mark..).unwrap_or_default();
                Cow::Owned(self.push(text).into_owned())
            }
        }
    }

    /// What is left at the end: an input that is shorter than a mark.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        let rest = std::mem::take(&mut self.rest);
        match (self.encoding, &rest[..]) {
            (Encoding::Plain, _) | (Encoding::Unknown, [0xFF, 0xFE] | [0xFE, 0xFF]) => Vec::new(),
            (Encoding::Unknown, _) => rest,
            (Encoding::Utf16(_), []) if self.high.is_none() => Vec::new(),
            // Half a unit, or half a pair.
            (Encoding::Utf16(_), _) => "\u{fffd}".into(),
        }
    }

    fn utf16(&mut self, piece: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.rest);
        bytes.extend_from_slice(piece);
        let (pairs, rest) = bytes.as_chunks::<2>();
        self.rest = rest.to_vec();
        let mut units: Vec<u16> = self.high.take().into_iter().collect();
        units.extend(pairs.iter().map(|pair| unit(*pair)));
        if units
            .last()
            .is_some_and(|last| (0xD800..0xDC00).contains(last))
        {
            self.high = units.pop();
        }
        String::from_utf16_lossy(&units).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::Decoder;

    fn decoded(bytes: &[u8], size: usize) -> String {
        let mut decoder = Decoder::default();
        let mut text = Vec::new();
        for piece in bytes.chunks(size) {
            text.extend_from_slice(&decoder.push(piece));
        }
        text.extend(decoder.finish());
        String::from_utf8_lossy(&text).into_owned()
    }

    #[test]
    fn every_encoding_in_pieces_of_every_size() {
        let text = "{\"ä\": \"😀\"}";
        let utf16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
            let units = text.encode_utf16().flat_map(bytes);
            mark.into_iter().chain(units).collect::<Vec<u8>>()
        };
        let inputs = [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf16([0xFF, 0xFE], u16::to_le_bytes),
            utf16([0xFE, 0xFF], u16::to_be_bytes),
        ];
        for (at, input) in inputs.iter().enumerate() {
            for size in 1..=input.len() {
                assert_eq!(decoded(input, size), text, "input {at} in pieces of {size}");
            }
        }
    }

    #[test]
    fn short_and_broken_inputs_end() {
        assert_eq!(decoded(b"{}", 1), "{}");
        assert_eq!(decoded(b"\xff\xfe", 1), "");
        assert_eq!(decoded(b"\xff\xfea\0b", 2), "a\u{fffd}");
        assert_eq!(decoded(b"\xff\xfea\0\x3d\xd8", 3), "a\u{fffd}");
    }
}
