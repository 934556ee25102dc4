//! The public suffix list as a sorted text that is searched where it lies: small where the crate `psl` is fast.
//!
//! `suffixes.txt` is the crate's own list, sorted and with names beyond ASCII in Punycode; `cargo xtask suffixes` writes
//! it, and a test there holds it against the crate's. The algorithm is that of <https://publicsuffix.org/list/>.

/// A rule a line, in the order of its bytes: `co.uk`, `*.ck`, `!www.ck`.
const RULES: &str = include_str!("suffixes.txt");

/// The registrable domain of a host: its public suffix and one label more.
pub(crate) fn registrable(host: &str) -> Option<&str> {
    let starts = || {
        let dots = host.match_indices('.').map(|(at, _)| at + 1);
        std::iter::once(0).chain(dots)
    };
    let mut before = None;
    for start in starts() {
        let name = host.get(start..)?;
        if name.is_empty() {
            return None;
        }
        let is_last = !name.contains('.');
        let is_exception = has(&["!", name]);
        if is_exception {
            return Some(name);
        }
        let wildcard = name
            .split_once('.')
            .is_some_and(|(_, parent)| has(&["*.", parent]));
        if is_last || wildcard || has(&["", name]) {
            return before.and_then(|at| host.get(at..));
        }
        before = Some(start);
    }
    None
}

/// Whether there is a rule that is made of these parts.
fn has(rule: &[&str; 2]) -> bool {
    let (mut low, mut high) = (0, RULES.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let begin = RULES
            .as_bytes()
            .get(low..middle)
            .and_then(|part| part.iter().rposition(|b| *b == b'\n'))
            .map_or(low, |at| low + at + 1);
        let line = RULES.get(begin..high).unwrap_or_default();
        let line = line.split('\n').next().unwrap_or_default();
        let wanted = rule.iter().flat_map(|part| part.bytes());
        match line.bytes().cmp(wanted) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = begin + line.len() + 1,
            std::cmp::Ordering::Greater => high = begin,
        }
    }
    false
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::{RULES, has, registrable};

    #[test]
    fn it_finds_what_the_crate_finds() {
        // The crate overlooks a wildcard beside a longer one (`*.futurecms.at`, `*.ex.futurecms.at`); by the list's
        // algorithm both hold.
        let overlooked = |rule: &&str| {
            let inner = rule
                .strip_prefix("*.")
                .and_then(|name| name.split_once('.'));
            inner.is_none_or(|(_, parent)| !has(&["*.", parent]))
        };
        for rule in RULES.lines().filter(overlooked) {
            let name = rule.trim_start_matches(['!', '*']).trim_start_matches('.');
            for before in ["", "a.", "b.a.", "c.b.a."] {
                let host = format!("{before}{name}");
                assert_eq!(registrable(&host), psl::domain_str(&host), "{host}");
            }
        }
        for host in [
            "localhost",
            "app.internal",
            "a.b.intranet",
            "example.com",
            "x.no-such-suffix",
        ] {
            assert_eq!(registrable(host), psl::domain_str(host), "{host}");
        }
    }

    #[test]
    fn what_is_no_name_has_none() {
        for host in ["", ".", "..", "a..", "com."] {
            assert_eq!(registrable(host), None, "{host}");
        }
    }
}
