//! Whole numbers as decimal text: the standard library's formatting takes more wasm at every place that uses it.

/// Writes a number behind a text.
pub(crate) fn push(text: &mut String, number: i64) {
    if number < 0 {
        text.push('-');
    }
    let mut number = number.unsigned_abs();
    // `u64::MAX` has 20 digits.
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 || at == 0 {
            break;
        }
    }
    text.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

/// A number as text.
pub(crate) fn text(number: impl Into<i64>) -> String {
    let mut text = String::new();
    push(&mut text, number.into());
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_written_as_the_standard_library_writes_them() {
        for number in [0, 7, 10, 401, -1, 1_795_435_200_000, i64::MAX, i64::MIN] {
            assert_eq!(super::text(number), number.to_string());
        }
    }
}
