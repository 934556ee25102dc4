//! Dates in cookies: the tolerant algorithm of RFC 6265bis §5.1.1.

/// What has been found so far.
#[derive(Default)]
struct Found {
    time: Option<[i64; 3]>,
    day: Option<i64>,
    month: Option<i64>,
    year: Option<i64>,
}

/// The time that `text` names, in seconds since 1970 (UTC); `None` where browsers find none.
///
/// ```
/// assert_eq!(readmit::cookie::parse_date("Wed, 21-Oct-2015 07:28:00 GMT"), Some(1_445_412_480));
/// ```
#[must_use]
pub fn parse_date(text: &str) -> Option<i64> {
    let mut found = Found::default();
    for token in text
        .as_bytes()
        .split(|b| is_delimiter(*b))
        .filter(|t| !t.is_empty())
    {
        found.take(token);
    }
    found.seconds()
}

/// ```abnf
/// delimiter = %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E
/// ```
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'/' | b';'..=b'@' | b'['..=b'`' | b'{'..=b'~')
}

impl Found {
    /// Step 2: each token is the first of time, day, month and year that it can be and that is still missing.
    fn take(&mut self, token: &[u8]) {
        if self.time.is_none() {
            self.time = time(token);
            if self.time.is_some() {
                return;
            }
        }
        if self.day.is_none() {
            self.day = number(token, 1, 2);
            if self.day.is_some() {
                return;
            }
        }
        if self.month.is_none() {
            self.month = month(token);
            if self.month.is_some() {
                return;
            }
        }
        if self.year.is_none() {
            self.year = number(token, 2, 4);
        }
    }

    /// Steps 3 to 6.
    fn seconds(&self) -> Option<i64> {
        let year = match self.year? {
            year @ 70..=99 => year + 1900,
            year @ 0..=69 => year + 2000,
            year => year,
        };
        let ([hour, minute, second], month, day) = (self.time?, self.month?, self.day?);
        let is_valid = year >= 1601
            && (1..=days_in(month, year)).contains(&day)
            && hour <= 23
            && minute <= 59
            && second <= 59;
        is_valid
            .then(|| ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
    }
}

/// The number in `least` to `most` leading digits, if no further digit follows.
fn number(token: &[u8], least: usize, most: usize) -> Option<i64> {
    let digits = token.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits < least || digits > most {
        return None;
    }
    let value = |sum, digit: &u8| sum * 10 + i64::from(digit - b'0');
    Some(token.iter().take(digits).fold(0, value))
}

/// ```abnf
/// time     = hms-time [ non-digit *OCTET ]
/// hms-time = time-field ":" time-field ":" time-field
/// ```
fn time(token: &[u8]) -> Option<[i64; 3]> {
    let mut fields = token.splitn(3, |b| *b == b':');
    let mut whole = || {
        let field = fields.next()?;
        field
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| number(field, 1, 2))?
    };
    let (hour, minute) = (whole()?, whole()?);
    Some([hour, minute, number(fields.next()?, 1, 2)?])
}

/// The month, from 1, whose first three letters these are, whatever the case.
fn month(token: &[u8]) -> Option<i64> {
    const MONTHS: [&[u8]; 12] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec",
    ];
    let letters = token.get(..3)?;
    let index = MONTHS
        .iter()
        .position(|month| month.eq_ignore_ascii_case(letters))?;
    i64::try_from(index + 1).ok()
}

fn days_in(month: i64, year: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the given day, in the Gregorian calendar; years begin in March, so that the leap day is
/// the last of one.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_servers_send() {
        let expected = Some(784_111_777);
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06-Nov-1994 08:49:37 GMT",
            "6 nov 1994 8:49:37",
            "08:49:37 November 6th 1994",
            "1994;Nov;06;08:49:37x",
        ] {
            // The last one puts the year first: four digits are no day, so it is still found.
            assert_eq!(parse_date(text), expected, "{text}");
        }
    }

    #[test]
    fn agrees_with_an_http_date_reader() {
        for seconds in [
            0_u64,
            951_782_400,
            1_709_164_800,
            4_102_444_799,
            253_402_300_799,
        ] {
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            let text = httpdate::fmt_http_date(time);
            assert_eq!(parse_date(&text), i64::try_from(seconds).ok(), "{text}");
        }
    }

    #[test]
    fn short_years() {
        assert_eq!(parse_date("1 Jan 70 0:0:0"), Some(0));
        assert_eq!(parse_date("1 Jan 69 0:0:0"), Some(3_124_224_000));
    }

    #[test]
    fn before_1970() {
        assert_eq!(parse_date("31 Dec 1969 23:59:59"), Some(-1));
        assert_eq!(parse_date("1 Jan 1601 0:0:0"), Some(-11_644_473_600));
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "0",
            "-1",
            "Thu, 01 Jan 1600 00:00:00 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1994 08:60:37 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 29 Feb 1900 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "06 Nov 1994",
            "06 Nov 19945 08:49:37",
            "06 Nov 1994 008:49:37",
            "\u{e9}",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
