//! What the browser's own `JSON.stringify` writes, as values (RFC 8259): no space between them.
//!
//! Numbers are whole here: a fraction is cut off, as it is where JavaScript makes an integer of one.

/// How deep lists and objects may stand in one another: events go five deep.
const DEPTH_MAX: u8 = 16;

/// A value, its texts as they stand.
#[derive(Debug)]
#[cfg_attr(test, derive(PartialEq))]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number's whole part; one that is too large for it is the largest there is.
    Number(i64),
    /// What stands between the quotes; `text` reads it.
    Text(&'a str),
    /// A list.
    List(Vec<Value<'a>>),
    /// An object, its members as they stand. Names are taken as written: those of an event have nothing to escape.
    Object(Vec<(&'a str, Value<'a>)>),
}

impl Value<'_> {
    /// The text, if it is one. Half of a surrogate pair that stands alone is read as U+FFFD.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let Value::Text(written) = self else {
            return None;
        };
        let mut text = String::with_capacity(written.len());
        let mut rest = *written;
        while let Some(at) = rest.bytes().position(|byte| byte == b'\\') {
            text.push_str(rest.get(..at)?);
            let (is, behind) = unescaped(rest.get(at + 1..)?);
            text.push(is);
            rest = behind;
        }
        text.push_str(rest);
        Some(text)
    }
}

/// The sign that an escape stands for, by what follows its backslash; and what stands behind it. `JSON.stringify` escapes
/// by number what is no sign by itself: control characters, and halves of a surrogate pair.
#[inline(never)]
fn unescaped(written: &str) -> (char, &str) {
    let mut signs = written.chars();
    let is = match signs.next().unwrap_or_default() {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let digits = signs.by_ref().take(4);
            let unit = digits.fold(0, |unit, digit| {
                unit * 16 + digit.to_digit(16).unwrap_or_default()
            });
            char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        other => other,
    };
    (is, signs.as_str())
}

/// Reads one value, with nothing behind it; `None` where the text is not JSON.
#[must_use]
pub fn read(text: &str) -> Option<Value<'_>> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(DEPTH_MAX)?;
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    /// Bytes read so far.
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes this byte if it is the next one.
    fn takes(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    fn value(&mut self, depth: u8) -> Option<Value<'a>> {
        let depth = depth.checked_sub(1)?;
        match self.peek()? {
            b'"' => self.quoted().map(Value::Text),
            b'[' => self.list(depth),
            b'{' => self.object(depth),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Option<Value<'a>> {
        let rest = self.text.get(self.at..)?;
        let (length, value) = if rest.starts_with("null") {
            (4, Value::Null)
        } else if rest.starts_with("true") {
            (4, Value::Flag(true))
        } else if rest.starts_with("false") {
            (5, Value::Flag(false))
        } else {
            return None;
        };
        self.at += length;
        Some(value)
    }

    fn number(&mut self) -> Option<Value<'a>> {
        let negative = self.takes(b'-');
        let from = self.at;
        let mut number: i64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number
                .saturating_mul(10)
                .saturating_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        if self.at == from {
            return None;
        }
        while let Some(sign @ (b'0'..=b'9' | b'.' | b'e' | b'+')) = self.peek() {
            if sign == b'e' {
                // JavaScript writes whole numbers with an exponent from 1e21 on.
                number = i64::MAX;
            }
            self.at += 1;
        }
        Some(Value::Number(if negative { -number } else { number }))
    }

    /// What stands between two quotes, the first of which is next.
    fn quoted(&mut self) -> Option<&'a str> {
        if !self.takes(b'"') {
            return None;
        }
        let from = self.at;
        loop {
            match self.peek()? {
                b'"' => {
                    let text = self.text.get(from..self.at)?;
                    self.at += 1;
                    return Some(text);
                }
                // Whatever is escaped is no end.
                b'\\' => self.at += 2,
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
    }

    fn list(&mut self, depth: u8) -> Option<Value<'a>> {
        self.at += 1;
        let mut members = Vec::new();
        if self.takes(b']') {
            return Some(Value::List(members));
        }
        loop {
            members.push(self.value(depth)?);
            if self.takes(b']') {
                return Some(Value::List(members));
            }
            if !self.takes(b',') {
                return None;
            }
        }
    }

    fn object(&mut self, depth: u8) -> Option<Value<'a>> {
        self.at += 1;
        let mut members = Vec::new();
        if self.takes(b'}') {
            return Some(Value::Object(members));
        }
        loop {
            let name = self.quoted()?;
            if !self.takes(b':') {
                return None;
            }
            members.push((name, self.value(depth)?));
            if self.takes(b'}') {
                return Some(Value::Object(members));
            }
            if !self.takes(b',') {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value as another reader of JSON gives it, its numbers cut to whole ones.
    fn other(value: &serde_json::Value) -> Value<'_> {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Flag(*flag),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "as JavaScript's own conversion, it saturates"
            )]
            serde_json::Value::Number(number) => {
                let whole = number.as_i64();
                Value::Number(whole.unwrap_or_else(|| number.as_f64().unwrap_or_default() as i64))
            }
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(list) => Value::List(list.iter().map(other).collect()),
            serde_json::Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, value)| (name.as_str(), other(value)))
                    .collect(),
            ),
        }
    }

    #[test]
    fn it_is_what_any_other_reader_of_json_reads() {
        for text in [
            "null",
            "true",
            "false",
            "0",
            "-17",
            "1795435200000",
            "1795435200000.75",
            "-3.5",
            "1e+21",
            "9223372036854775807",
            "99999999999999999999",
            "\"\"",
            "\"käse ☃ 🍪\"",
            "[]",
            "[1,[],{}]",
            "{}",
            r#"{"a":1,"b":{"c":[null,"x"]}}"#,
        ] {
            let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(read(text), Some(other(&value)), "{text}");
        }
    }

    #[test]
    fn texts_are_read_as_they_were_written() {
        for text in [
            "",
            "plain",
            "\"\\/\n\r\t\u{8}\u{c}\u{0}\u{1f}",
            "käse ☃ 🍪\\",
        ] {
            let written = serde_json::to_string(text).expect("JSON");
            let value = read(&written).expect("JSON");
            assert_eq!(value.text().as_deref(), Some(text), "{written}");
        }
        let half = read(r#""a\ud83cb\u00e4""#).expect("JSON");
        assert_eq!(half.text().as_deref(), Some("a\u{fffd}bä"));
        assert_eq!(Value::Null.text(), None);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let deep = "[".repeat(100);
        for text in [
            "",
            " ",
            "nul",
            "-",
            "\"",
            "\"\\",
            "\"\\\"",
            "\"\\ä",
            "\"a\nb\"",
            "[",
            "[1",
            "[1 2]",
            "[1,]",
            "{",
            "{1}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":1,}",
            "1 2",
            &deep,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
