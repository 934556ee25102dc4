//! Times as HAR writes them: ISO 8601 with a time zone, to milliseconds since 1970.

use crate::event::Millis;

/// Reads `2026-11-23T18:14:18.123+01:00`; seconds' fraction and zone may be missing (then UTC).
pub(crate) fn parse_iso(text: &str) -> Option<Millis> {
    let bytes = text.trim().as_bytes();
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = bytes.get(from..to)?;
        digits.iter().try_fold(0_i64, |sum, b| {
            b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0'))
        })
    };
    let at = |index: usize| bytes.get(index).copied();
    if at(4)? != b'-' || at(7)? != b'-' || !matches!(at(10)?, b'T' | b't' | b' ') || at(13)? != b':'
    {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute) = (number(11, 13)?, number(14, 16)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 24 || minute > 59 {
        return None;
    }
    let mut rest = 16;
    let mut second = 0;
    if at(rest) == Some(b':') {
        second = number(17, 19)?;
        rest = 19;
    }
    let mut millis = 0;
    if matches!(at(rest), Some(b'.' | b',')) {
        let mut weight = 100;
        rest += 1;
        while let Some(digit) = at(rest).filter(u8::is_ascii_digit) {
            millis += i64::from(digit - b'0') * weight;
            weight /= 10;
            rest += 1;
        }
    }
    let zone = match at(rest) {
        Some(sign @ (b'+' | b'-')) => {
            let colon = usize::from(at(rest + 3) == Some(b':'));
            let minutes = number(rest + 1, rest + 3)? * 60
                + number(rest + 3 + colon, rest + 5 + colon).unwrap_or(0);
            if sign == b'+' { minutes } else { -minutes }
        }
        _ => 0,
    };
    let days = days_since_1970(year, month, day);
    Some((((days * 24 + hour) * 60 + minute - zone) * 60 + second) * 1000 + millis)
}

/// Days from 1970-01-01 in the Gregorian calendar: years are counted from March, so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_and_without_zone() {
        assert_eq!(parse_iso("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse_iso("2000-02-29T12:00:00.5Z"), Some(951_825_600_500));
        assert_eq!(
            parse_iso("2015-12-31T01:00:00.001+01:00"),
            Some(1_451_520_000_001)
        );
        assert_eq!(
            parse_iso("2015-12-31T00:00:00-0530"),
            Some(1_451_539_800_000)
        );
        assert_eq!(parse_iso("2026-11-23 18:14"), Some(1_795_457_640_000));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-01-01",
            "2026-0x-01T00:00:00Z",
            "é026-01-01T00:00:00",
        ] {
            assert_eq!(parse_iso(text), None, "{text}");
        }
    }
}
