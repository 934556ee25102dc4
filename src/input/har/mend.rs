//! Brings a broken entry into JSON's form where it is plain what was meant: what can be read of it is then read.

/// Words of other languages for values that JSON writes otherwise.
const WORDS: &[(&[u8], &str)] = &[
    (b"undefined", "null"),
    (b"NaN", "null"),
    (b"Infinity", "null"),
    (b"None", "null"),
    (b"True", "true"),
    (b"False", "false"),
];

/// The same with control characters in strings as spaces, strings closed at the end of their line, unknown escapes taken
/// as they stand, halves of surrogate pairs and broken UTF-8 as U+FFFD, and without commas before a closing bracket.
pub(super) fn mend(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let bytes = text.as_bytes();
    let mut mended = Vec::with_capacity(bytes.len() + 16);
    let mut at = 0;
    let mut in_string = false;
    while let Some(byte) = bytes.get(at).copied() {
        let rest = bytes.get(at..).unwrap_or_default();
        at += 1;
        match byte {
            b'"' => {
                in_string = !in_string;
                mended.push(byte);
            }
            b'\n' if in_string => {
                in_string = false;
                mended.extend_from_slice(b"\"\n");
            }
            b'\\' if in_string => at += escape(rest, &mut mended) - 1,
            0..0x20 if in_string => mended.push(b' '),
            _ if in_string => mended.push(byte),
            b'}' | b']' => {
                let end = mended.trim_ascii_end().len();
                if mended.get(end.wrapping_sub(1)) == Some(&b',') {
                    mended.truncate(end - 1);
                }
                mended.push(byte);
            }
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                let length = rest
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric())
                    .count();
                let word = rest.get(..length).unwrap_or_default();
                let known = WORDS.iter().find(|(known, _)| *known == word);
                mended.extend_from_slice(known.map_or(word, |(_, meant)| meant.as_bytes()));
                at += length - 1;
            }
            _ => mended.push(byte),
        }
    }
    mended
}

/// Writes the escape that `rest` begins with; answers how many bytes it takes.
fn escape(rest: &[u8], mended: &mut Vec<u8>) -> usize {
    match rest.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
            mended.extend_from_slice(rest.get(..2).unwrap_or_default());
            2
        }
        Some(b'u') => {
            let Some(unit) = unit(rest) else {
                mended.extend_from_slice(b"\\\\");
                return 1;
            };
            let low = rest.get(6..).and_then(self::unit);
            match (unit, low) {
                (0xD800..0xDC00, Some(0xDC00..0xE000)) => {
                    mended.extend_from_slice(rest.get(..12).unwrap_or_default());
                    12
                }
                (0xD800..0xE000, _) => {
                    mended.extend_from_slice(b"\\ufffd");
                    6
                }
                _ => {
                    mended.extend_from_slice(rest.get(..6).unwrap_or_default());
                    6
                }
            }
        }
        _ => {
            mended.extend_from_slice(b"\\\\");
            1
        }
    }
}

/// The unit of UTF-16 that `\uXXXX` stands for.
fn unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    let digits = digits
        .iter()
        .all(u8::is_ascii_hexdigit)
        .then(|| std::str::from_utf8(digits).ok())??;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn what_was_meant_is_read() {
        for (broken, meant) in [
            ("{\"a\":[1,2, ],}", "{\"a\":[1,2]}"),
            (
                "{\"a\":NaN,\"b\":None,\"c\":[True]}",
                "{\"a\":null,\"b\":null,\"c\":[true]}",
            ),
            ("{\"a\":\"x\ty\u{0}\"}", "{\"a\":\"x y \"}"),
            ("{\"a\":\"x\n}", "{\"a\":\"x\"}"),
            (r#"{"a":"\x41\'"}"#, r#"{"a":"\\x41\\'"}"#),
            (
                r#"{"a":"\ud83d\ude00 \ud83d \ude00\ud83d"}"#,
                r#"{"a":"😀 � ��"}"#,
            ),
            (r#"{"a":"\u12G4"}"#, r#"{"a":"\\u12G4"}"#),
        ] {
            let read = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).ok();
            let mended = mend(broken.as_bytes());
            assert!(read(broken.as_bytes()).is_none(), "{broken} is not broken");
            assert_eq!(read(&mended), read(meant.as_bytes()), "{broken}");
        }
        assert_eq!(mend(b"{\"a\":\"\xff\"}"), "{\"a\":\"\u{fffd}\"}".as_bytes());
    }
}
