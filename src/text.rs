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

/// Whether a part stands somewhere in a text.
pub(crate) fn has(text: &str, part: &str) -> bool {
    split_at(text, part).is_some()
}

/// What stands before and after the first place of a part. In the extension, for short texts: it looks at every place in
/// turn. Recordings have bodies, and room for the standard library's search.
pub(crate) fn split_at<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    if cfg!(any(not(target_arch = "wasm32"), feature = "reader")) {
        return text.split_once(part);
    }
    let bytes = text.as_bytes();
    let at = (0..=bytes.len()).find(|&at| {
        let rest = bytes.get(at..);
        rest.is_some_and(|rest| rest.starts_with(part.as_bytes()))
    })?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
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
                assert_eq!(split_at(text, part), text.split_once(part));
            }
        }
    }

    #[test]
    fn texts_are_put_together() {
        assert_eq!(concat(&["a", "", "bc"]), "abc");
        assert_eq!(concat(&[]), "");
    }
}
