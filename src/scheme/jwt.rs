//! The three times in a JSON Web Token (RFC 7519 §4.1): when it expires, begins to hold, and was issued.
//!
//! Nothing else is read, nothing is verified, and the token is not kept. The reader of JSON is made for this alone:
//! it looks at the top level of the payload and steps over everything else.

use serde::{Deserialize, Serialize};

/// Tokens with a longer payload are not read: no server takes a header of that size.
const MAX_PAYLOAD: usize = 64 * 1024;

/// Times in seconds since 1970 (UTC), fractions left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// The token must not be taken from then on (§4.1.4).
    pub exp: Option<i64>,
    /// The token must not be taken before (§4.1.5).
    pub nbf: Option<i64>,
    /// When the token was issued (§4.1.6).
    pub iat: Option<i64>,
}

impl Times {
    /// The times of a signed token in the compact form, `header.payload.signature` (RFC 7515 §7.1); `None` if it is
    /// none, or encrypted. A payload that breaks off gives what was read.
    ///
    /// ```
    /// // {"alg":"none"} . {"exp":1700000000}
    /// let times = readmit::scheme::jwt::Times::from_token("eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.");
    /// assert_eq!(times.and_then(|times| times.exp), Some(1_700_000_000));
    /// ```
    #[must_use]
    pub fn from_token(token: &str) -> Option<Self> {
        let mut parts = token.trim().split('.');
        let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || payload.len() > MAX_PAYLOAD {
            return None;
        }
        let json = decode(payload)?;
        let mut reader = Reader { json: &json, at: 0 };
        reader.take(b'{').then(|| reader.times())
    }
}

/// base64url, with or without padding (RFC 7515 appendix C).
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for digit in text {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        // Only the lowest bits are looked at, so the ones shifted out do no harm.
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    // Six bits left over are a digit too many or too few.
    (count < 6).then_some(bytes)
}

/// JSON, as far as needed (RFC 8259).
struct Reader<'j> {
    json: &'j [u8],
    at: usize,
}

impl<'j> Reader<'j> {
    /// The members of an object behind its brace; the last of a name holds.
    fn times(&mut self) -> Times {
        let mut times = Times::default();
        while let Some(name) = self.string() {
            if !self.take(b':') {
                break;
            }
            match name {
                b"exp" => times.exp = self.number(),
                b"nbf" => times.nbf = self.number(),
                b"iat" => times.iat = self.number(),
                _ => {}
            }
            self.skip_value();
            if !self.take(b',') {
                break;
            }
        }
        times
    }

    fn byte(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Whether `byte` comes next, after whitespace; if so it is passed.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_whitespace();
        let is_next = self.byte() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// The inside of a string, escapes as they stand.
    fn string(&mut self) -> Option<&'j [u8]> {
        if !self.take(b'"') {
            return None;
        }
        let start = self.at;
        loop {
            match self.byte()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.json.get(start..self.at - 1)
    }

    /// A whole number, or the whole part of one with a fraction. With an exponent it is none: nobody sends that.
    fn number(&mut self) -> Option<i64> {
        let is_negative = self.take(b'-');
        let mut value = 0_i64;
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            value = value
                .checked_mul(10)?
                .checked_add(i64::from(digit - b'0'))?;
            self.at += 1;
        }
        if self.at == start {
            return None;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            while matches!(self.byte(), Some(b'0'..=b'9')) {
                self.at += 1;
            }
        }
        let is_whole = !matches!(self.byte(), Some(b'e' | b'E'));
        is_whole.then_some(if is_negative { -value } else { value })
    }

    /// Goes to the comma or brace that ends the value here, over strings and whatever is nested.
    fn skip_value(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => {
                    if self.string().is_none() {
                        self.at = self.json.len();
                    }
                    continue;
                }
                b',' if depth == 0 => return,
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 0 => return,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token with this payload.
    fn token(payload: &str) -> String {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::from("eyJhbGciOiJub25lIn0.");
        for chunk in payload.as_bytes().chunks(3) {
            let bits = chunk
                .iter()
                .fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            for place in 0..=chunk.len() {
                let digit = (bits >> (18 - 6 * place)) & 63;
                text.push(char::from(DIGITS[digit as usize]));
            }
        }
        text + ".c2ln"
    }

    #[track_caller]
    fn check(payload: &str, exp: Option<i64>, nbf: Option<i64>, iat: Option<i64>) {
        assert_eq!(
            Times::from_token(&token(payload)),
            Some(Times { exp, nbf, iat }),
            "{payload}"
        );
    }

    #[test]
    fn the_example_of_rfc_7519() {
        let text = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9\
                    .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
                    .dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let times = Times::from_token(text).expect("a token");
        assert_eq!(
            times,
            Times {
                exp: Some(1_300_819_380),
                nbf: None,
                iat: None
            }
        );
    }

    #[test]
    fn reads_the_three() {
        check(r#"{"iat":1,"nbf":2,"exp":3}"#, Some(3), Some(2), Some(1));
        check(
            "{ \"exp\" :\n 17.9 , \"iat\": -5 }",
            Some(17),
            None,
            Some(-5),
        );
        check("{}", None, None, None);
        check(r#"{"exp":1,"exp":2}"#, Some(2), None, None);
    }

    #[test]
    fn nested_and_quoted_ones_do_not_count() {
        check(
            r#"{"a":{"exp":1},"b":[{"iat":2},"nbf"],"exp":3}"#,
            Some(3),
            None,
            None,
        );
        check(
            r#"{"a":"\",\"exp\":1,\"","b":"}","nbf":4}"#,
            None,
            Some(4),
            None,
        );
        check(r#"{"a":{"b":{"exp":1}}}"#, None, None, None);
        check(r#"{"expires":1,"Exp":2,"a\"exp":3}"#, None, None, None);
    }

    #[test]
    fn odd_values_do_not_count() {
        check(r#"{"exp":"1","nbf":null,"iat":1e9}"#, None, None, None);
        check(
            r#"{"exp":99999999999999999999,"iat":7}"#,
            None,
            None,
            Some(7),
        );
        check(r#"{"exp":[1],"iat":{"x":2}}"#, None, None, None);
    }

    #[test]
    fn a_payload_that_breaks_off_gives_what_was_read() {
        check(r#"{"exp":1,"a":"b"#, Some(1), None, None);
        check(r#"{"exp":1,"#, Some(1), None, None);
        check("{\"a\\", None, None, None);
    }

    #[test]
    fn what_is_no_token() {
        let long = format!("a.{}.c", "A".repeat(MAX_PAYLOAD + 1));
        for text in [
            "",
            "abc",
            "a.b",
            "a.b.c.d.e",
            "a.!!.c",
            "a.e30",
            "a.W10.c",
            "a.A.c",
            &long,
        ] {
            assert_eq!(Times::from_token(text), None, "{:.20}", text);
        }
        assert_eq!(
            Times::from_token("a.e30=.c"),
            Some(Times::default()),
            "padding"
        );
    }
}
