//! The three times of a JSON Web Token (RFC 7519 §4.1.4-6), and nothing else of it.

/// Bytes of a token's payload that are looked at.
const PAYLOAD_MAX: usize = 16 * 1024;

/// `exp`, `nbf` and `iat`, in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) exp: Option<i64>,
    pub(crate) nbf: Option<i64>,
    pub(crate) iat: Option<i64>,
}

/// The times of a token; none where it is no JWT.
pub(crate) fn times(token: &str) -> Times {
    let mut parts = token.trim().split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Times::default();
    };
    decode_base64(payload, PAYLOAD_MAX).map(|json| claims(&json)).unwrap_or_default()
}

/// Decodes base64 in either alphabet (RFC 4648 §4, §5), padded or not, white space skipped, until `max` bytes are there.
pub(crate) fn decode_base64(text: &str, max: usize) -> Option<Vec<u8>> {
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

/// Reads the numbers of the outermost object: strings are skipped whole, deeper objects by their depth.
fn claims(json: &[u8]) -> Times {
    let mut times = Times::default();
    let mut depth = 0;
    let mut at = 0;
    let mut name: &[u8] = b"";
    while let Some(&b) = json.get(at) {
        match b {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => {
                let end = string_end(json, at + 1);
                name = json.get(at + 1..end).unwrap_or_default();
                at = end;
            }
            b':' if depth == 1 => {
                let place = match name {
                    b"exp" => Some(&mut times.exp),
                    b"nbf" => Some(&mut times.nbf),
                    b"iat" => Some(&mut times.iat),
                    _ => None,
                };
                if let Some(place) = place {
                    *place = number(json.get(at + 1..).unwrap_or_default());
                }
            }
            _ => {}
        }
        at += 1;
    }
    times
}

fn string_end(json: &[u8], mut at: usize) -> usize {
    while let Some(&b) = json.get(at) {
        match b {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

/// The whole part of a JSON number (NumericDate may have a fraction).
fn number(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii_start();
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let length = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    if length == 0 || length > 15 {
        return None;
    }
    let value = digits.iter().take(length).fold(0_i64, |sum, b| sum * 10 + i64::from(b - b'0'));
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_outermost_times_count() {
        let json = br#"{"sub":"\"exp\":1","deep":{"exp":5,"nbf":[6]},"exp":1700000000.5,"iat": 1600000000,"nbf":"x"}"#;
        assert_eq!(claims(json), Times { exp: Some(1_700_000_000), nbf: None, iat: Some(1_600_000_000) });
    }

    #[test]
    fn a_token_and_what_is_none() {
        // {"alg":"none"} . {"exp":1700000000}
        let token = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.x";
        assert_eq!(times(token).exp, Some(1_700_000_000));
        for text in ["", "abc", "a.b", "a.b.c.d", "....", "x.\u{e9}.y", "x.eyJ.y"] {
            assert_eq!(times(text), Times::default(), "{text}");
        }
    }

    #[test]
    fn base64_in_both_alphabets_and_cut() {
        assert_eq!(decode_base64("aGk+Pz8/", 99).as_deref(), Some(&b"hi>???"[..]));
        assert_eq!(decode_base64("aGk-Pz8_\n", 99).as_deref(), Some(&b"hi>???"[..]));
        assert_eq!(decode_base64("aGk=", 99).as_deref(), Some(&b"hi"[..]));
        assert_eq!(decode_base64("aGVsbG8", 2).as_deref(), Some(&b"he"[..]));
        assert_eq!(decode_base64("a*", 9), None);
    }
}
