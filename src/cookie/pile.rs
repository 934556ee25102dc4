//! Cookies that pile up: one name, made new each time by a tail that varies.

use crate::sorted::sort_by_key;

/// How many names make a pile.
const LEAST: usize = 3;

/// Names that share a beginning and differ in a generated tail, such as `OpenIdConnect.nonce.…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pile<'a> {
    /// What they share, separator included.
    pub prefix: &'a str,
    /// Their places in the list given, ascending.
    pub members: Vec<usize>,
}

/// The piles among `names`, largest first: at least three different names that share all up to a `.`, `_`, `:` or
/// `-`, each followed by a tail that looks generated (it has a digit, or 16 characters and more).
///
/// A name belongs to the pile with the longest beginning. The chunks of one large cookie (`session.0`, `session.1`)
/// are no pile: they have one or two digits for a tail, and only make sense together.
///
/// ```
/// let piles = readmit::cookie::pile_prefix(&["nonce.a1", "lang", "nonce.b2", "nonce.c3"]);
/// assert_eq!((piles[0].prefix, &piles[0].members[..]), ("nonce.", &[0, 2, 3][..]));
/// ```
#[must_use]
pub fn pile_prefix<'a>(names: &[&'a str]) -> Vec<Pile<'a>> {
    let mut longest_first = Vec::<(&str, Vec<usize>)>::new();
    for (index, name) in names.iter().enumerate() {
        if names.iter().take(index).any(|earlier| earlier == name) {
            continue;
        }
        for prefix in prefixes(name) {
            match longest_first.iter_mut().find(|(known, _)| *known == prefix) {
                Some((_, members)) => members.push(index),
                None => longest_first.push((prefix, vec![index])),
            }
        }
    }
    sort_by_key(&mut longest_first, |(prefix, _)| {
        std::cmp::Reverse(prefix.len())
    });
    let mut is_taken = vec![false; names.len()];
    let mut piles = Vec::new();
    for (prefix, mut members) in longest_first {
        members.retain(|index| is_taken.get(*index) == Some(&false));
        if members.len() < LEAST {
            continue;
        }
        for index in &members {
            if let Some(taken) = is_taken.get_mut(*index) {
                *taken = true;
            }
        }
        piles.push(Pile { prefix, members });
    }
    // A stable sort: of piles of one size, the one with the longer beginning stays first.
    sort_by_key(&mut piles, |pile: &Pile<'_>| {
        std::cmp::Reverse(pile.members.len())
    });
    piles
}

/// Every beginning of `name` that ends with a separator, holds a letter or digit, and leaves a generated tail.
fn prefixes(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices(['.', '_', ':', '-'])
        .filter_map(|(at, _)| {
            let (prefix, tail) = name.split_at_checked(at + 1)?;
            let is_named = prefix.bytes().any(|b| b.is_ascii_alphanumeric());
            (is_named && is_generated(tail)).then_some(prefix)
        })
}

fn is_generated(tail: &str) -> bool {
    let digits = tail.bytes().filter(u8::is_ascii_digit).count();
    let is_chunk = tail.len() <= 2 && digits == tail.len();
    !is_chunk && (digits > 0 || tail.len() >= 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: &[(&str, &[usize])]) {
        let piles = pile_prefix(names);
        let found: Vec<_> = piles
            .iter()
            .map(|pile| (pile.prefix, pile.members.as_slice()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_kind_of_attempt_is_a_pile() {
        check(
            &[
                ".AspNetCore.Correlation.a1",
                ".AspNetCore.OpenIdConnect.Nonce.b2",
                ".AspNetCore.Cookies",
                ".AspNetCore.Correlation.c3",
                ".AspNetCore.OpenIdConnect.Nonce.d4",
                ".AspNetCore.Correlation.e5",
                ".AspNetCore.OpenIdConnect.Nonce.f6",
                ".AspNetCore.Correlation.g7",
            ],
            &[
                (".AspNetCore.Correlation.", &[0, 3, 5, 7]),
                (".AspNetCore.OpenIdConnect.Nonce.", &[1, 4, 6]),
            ],
        );
    }

    #[test]
    fn tails_may_hold_separators() {
        check(
            &[
                "_shibstate_1700000001_a1b2",
                "_shibstate_1700000002_c3d4",
                "_shibstate_1700000003_e5f6",
            ],
            &[("_shibstate_", &[0, 1, 2])],
        );
        check(
            &[
                "esctx-AbCdEfGhIjKlMnOpQ",
                "esctx-BbCdEfGhIjKlMnOpQ",
                "esctx-CbCdEfGhIjKlMnOpQ",
            ],
            &[("esctx-", &[0, 1, 2])],
        );
    }

    #[test]
    fn what_is_no_pile() {
        check(&["nonce.a1", "nonce.b2"], &[]);
        check(&["wp_lang", "wp_theme", "wp_cart"], &[]);
        check(&["session.0", "session.1", "session.2"], &[]);
        check(&["_a1", "_b2", "_c3"], &[]);
        check(&["nonce.a1", "nonce.a1", "nonce.b2"], &[]);
        check(&[], &[]);
    }
}
