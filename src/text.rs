//! Small works on texts, in less wasm than the standard library's general ways take for them.

/// Writes a whole number behind a text, in decimal.
pub(crate) fn push_number(text: &mut String, number: i64) {
    let mut digits = [0; DIGITS];
    let from = write_number(&mut digits, number);
    text.extend(digits.iter().skip(from).map(|&digit| char::from(digit)));
}

/// Bytes that a whole number takes at most, its sign included.
pub(crate) const DIGITS: usize = 20;

/// Writes a whole number at the end of these bytes, in decimal; the answer is where it begins.
pub(crate) fn write_number(digits: &mut [u8; DIGITS], number: i64) -> usize {
    let mut at = DIGITS;
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    at
}

/// The text that was written byte by byte, whole texts and ASCII alone.
pub(crate) fn of_bytes(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
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

/// What stands before and after the first place of a part.
pub(crate) fn split_at<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    // The standard library's search prepares itself first, which pays only in long texts: recordings have bodies, and room
    // for it.
    let long = cfg!(any(not(target_arch = "wasm32"), feature = "reader")) && text.len() > SHORT;
    if long {
        return text.split_once(part);
    }
    let at = place(text.as_bytes(), part.as_bytes())?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

/// Bytes of a text that is searched place by place.
const SHORT: usize = 256;

/// The first place of a part, by its first byte.
#[inline(never)]
fn place(text: &[u8], part: &[u8]) -> Option<usize> {
    let Some((first, rest)) = part.split_first() else {
        return Some(0);
    };
    let places = text.len().checked_sub(rest.len())?;
    let is_here = |at: &usize| {
        text.get(*at) == Some(first)
            && text
                .get(at + 1..)
                .is_some_and(|behind| behind.starts_with(rest))
    };
    (0..places).find(is_here)
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
