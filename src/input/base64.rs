//! Base64 as recordings carry bodies in it (RFC 4648 §4, §5): only the beginning is decoded.

/// Decodes base64 in either alphabet (RFC 4648 §4, §5), padded or not, white space skipped, until `max` bytes are there.
pub(crate) fn decode(text: &str, max: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = 0_u32;
    let mut bits = 0;
    for b in text.bytes() {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            b if b.is_ascii_whitespace() => continue,
            _ => return None,
        };
        buffer = (buffer << 6 | u32::from(value)) & 0xFF_FFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits & 0xFF) as u8);
            if bytes.len() >= max {
                break;
            }
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_in_both_alphabets_and_cut() {
        assert_eq!(decode("aGk+Pz8/", 99).as_deref(), Some(&b"hi>???"[..]));
        assert_eq!(decode("aGk-Pz8_\n", 99).as_deref(), Some(&b"hi>???"[..]));
        assert_eq!(decode("aGk=", 99).as_deref(), Some(&b"hi"[..]));
        assert_eq!(decode("aGVsbG8", 2).as_deref(), Some(&b"he"[..]));
        assert_eq!(decode("a*", 9), None);
    }
}
