//! Lines of password files: `$apr1$` for Basic, which nginx, Apache and Squid all read, and HA1 for Digest.

/// The alphabet of crypt(3), lowest value first.
const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The salt of every line: these passwords are printed on the index page.
const SALT: &str = "lab.test";

/// A line for Basic: `user:$apr1$salt$hash`.
pub(crate) fn basic_line(user: &str, password: &str) -> String {
    format!("{user}:{}\n", apr1(password, SALT))
}

/// A line for Digest: `user:realm:MD5(user:realm:password)` (RFC 7616 §3.4.2).
pub(super) fn digest_line(user: &str, realm: &str, password: &str) -> String {
    format!(
        "{user}:{realm}:{:x}\n",
        md5::compute(format!("{user}:{realm}:{password}"))
    )
}

/// Apache's own variant of the MD5 crypt, as `htpasswd -m` writes it.
fn apr1(password: &str, salt: &str) -> String {
    let (key, salt_bytes) = (password.as_bytes(), salt.as_bytes());
    let inner = md5::compute([key, salt_bytes, key].concat());
    let mut text = [key, b"$apr1$", salt_bytes].concat();
    text.extend(inner.iter().cycle().take(key.len()));
    let mut bits = key.len();
    while bits > 0 {
        text.push(if bits & 1 == 1 {
            0
        } else {
            key.first().copied().unwrap_or_default()
        });
        bits >>= 1;
    }
    let mut sum = md5::compute(text).0;
    for round in 0..1000 {
        let mut text = Vec::new();
        text.extend_from_slice(if round % 2 == 1 { key } else { &sum });
        if round % 3 != 0 {
            text.extend_from_slice(salt_bytes);
        }
        if round % 7 != 0 {
            text.extend_from_slice(key);
        }
        text.extend_from_slice(if round % 2 == 1 { &sum } else { key });
        sum = md5::compute(text).0;
    }
    format!("$apr1${salt}${}", crypt_digits(sum))
}

/// The 22 digits of a sum, in the byte order that crypt(3) mixes them.
fn crypt_digits(sum: [u8; 16]) -> String {
    let [
        s0,
        s1,
        s2,
        s3,
        s4,
        s5,
        s6,
        s7,
        s8,
        s9,
        s10,
        s11,
        s12,
        s13,
        s14,
        s15,
    ] = sum;
    let groups = [
        [s0, s6, s12],
        [s1, s7, s13],
        [s2, s8, s14],
        [s3, s9, s15],
        [s4, s10, s5],
        [0, 0, s11],
    ];
    let mut digits = String::new();
    for (place, [high, middle, low]) in groups.into_iter().enumerate() {
        let mut value = u32::from_be_bytes([0, high, middle, low]);
        let count = if place == 5 { 2 } else { 4 };
        for _ in 0..count {
            let digit = ALPHABET.get((value & 63) as usize).copied().unwrap_or(b'.');
            digits.push(char::from(digit));
            value >>= 6;
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lab_apr1_agrees_with_openssl_passwd() {
        // From `openssl passwd -apr1 -salt lab.test s3cret`.
        assert_eq!(
            apr1("s3cret", "lab.test"),
            "$apr1$lab.test$k1yvnA5/Gt01.Zx40W3uc."
        );
    }
}
