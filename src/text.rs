//! Small works on texts, in less wasm than the standard library's general ways take for them.

/// Writes a whole number behind a text, in decimal.
pub(crate) fn push_number(text: &mut String, number: i64) {
    if number < 0 {
        text.push('-');
    }
    let number = number.unsigned_abs();
    if number >= 10 {
        push_number(text, (number / 10).cast_signed());
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// A whole number in decimal.
pub(crate) fn number(number: impl TryInto<i64>) -> String {
    let mut text = String::new();
    push_number(&mut text, number.try_into().unwrap_or(i64::MAX));
    text
}

/// Several texts as one.
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// Whether a part stands somewhere in a text. For short texts: it looks at every place in turn.
pub(crate) fn has(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    (0..text.len().max(1)).any(|at| text.get(at..).is_some_and(|rest| rest.starts_with(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_standard_library_writes_them() {
        for value in [
            0,
            7,
            10,
            401,
            -1,
            -10,
            1_795_435_200_000,
            i64::MAX,
            i64::MIN,
        ] {
            assert_eq!(number(value), value.to_string());
        }
        assert_eq!(number(usize::MAX), i64::MAX.to_string());
    }

    #[test]
    fn parts_are_found_as_the_standard_library_finds_them() {
        for text in ["", "a", "ab", "aab", "käse", "abcabd"] {
            for part in ["", "a", "b", "ab", "abd", "ä", "aabb"] {
                assert_eq!(has(text, part), text.contains(part), "{part:?} in {text:?}");
            }
        }
    }

    #[test]
    fn texts_are_put_together() {
        assert_eq!(concat(&["a", "", "bc"]), "abc");
        assert_eq!(concat(&[]), "");
    }
}
