//! cookies-too-large: the Cookie field is longer than the server reads.
//!
//! # What it detects
//! Cookies piled up until the server refuses the whole request; every page of the site fails at once.
//! # How we tell
//! 431, nginx's 494, a 413 to what has no content, or a 400 to a request whose Cookie field is over 4 kB; the culprits
//! are names that share a prefix, or the largest.
//! # False positives
//! A 400 with few cookies has other reasons (a stripped parameter, a certificate, a Kerberos ticket): below 4 kB
//! nothing is said. A 431 with a small Cookie field is about another field, unless a recording has words in the place
//! of the cookies.
//! # References
//! RFC 6585 §5; nginx `large_client_header_buffers` (4 of 8 kB), httpd `LimitRequestFieldSize` (8190 bytes).

use crate::case::{Case, READS};
use crate::cookie;
use crate::event::{JarCookie, SentCookie};
use crate::exchange::Exchange;
use crate::finding::{Arg, Confidence, Evidence, EvidenceId, Finding, FindingId};
use crate::remedy::{Offer, RemedyId};
use crate::rules::body_says;
use crate::sorted::sort_by_key;
use crate::text;

/// Below this a 400 is not put down to cookies: no common server refuses so little.
const SUSPECT: u32 = 4096;

/// What common servers take for one line (httpd 8190, nginx 8192 bytes with name and line end).
const LINE_LIMIT: u32 = 8100;

/// What should be left after the removal, so that the next page does not fail again.
const AIM: u32 = 3072;

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange;
    let says_so = || {
        body_says(
            exchange,
            &[
                "cookie too large",
                "header too large",
                "header is too large",
                "header is too long",
                "header is larger than",
                "header value is too long",
                "headers is too long",
                "headers too long",
                "header fields too large",
                "request header field exceeds",
            ],
        )
    };
    let size = exchange.cookie_field_size();
    let looked = exchange.cookies().is_some() && !(READS && is_cut_out(exchange));
    let confidence = match case.status() {
        431 | 494 if !looked || size >= 1024 => Confidence::Certain,
        // A Kerberos ticket can be what is too long.
        400 | 413 if (!looked || size > 0) && !case.authorization().is_yes() && says_so() => {
            Confidence::Certain
        }
        400 if looked && size >= LINE_LIMIT => Confidence::Certain,
        400 | 413 | 520 if looked && size >= SUSPECT => Confidence::Likely,
        // Who asks for a page sends nothing else that could be too large.
        413 if READS && !looked && !exchange.is_write() => Confidence::Likely,
        _ => return None,
    };
    let mut finding = Finding::about(FindingId::CookiesTooLarge, confidence, exchange);
    if looked {
        finding = finding.because(
            Evidence::of(EvidenceId::CookieFieldSize).with(Arg::Count, text::number(size)),
        );
    }
    let (culprits, prefix) = culprits(exchange.cookies().unwrap_or_default());
    if let Some(prefix) = prefix {
        finding = finding.because(
            Evidence::of(EvidenceId::CookiesPiledUp)
                .with(Arg::Name, prefix)
                .with(Arg::Count, text::number(culprits.len())),
        );
    }
    let all = case.all_in_jar();
    let named: Vec<JarCookie> = all
        .iter()
        .filter(|cookie| culprits.contains(&cookie.name.as_str()))
        .cloned()
        .collect();
    finding = finding.with(Arg::Count, text::number(named.len()));
    let rest = all.len() > named.len();
    if !named.is_empty() {
        finding = finding.offer(Offer::remove(RemedyId::RemoveCookies, named));
    }
    if rest {
        finding = finding.offer(Offer::remove(RemedyId::ClearSiteCookies, all));
    }
    Some(finding.offer(RemedyId::AskOwner))
}

/// Whether whoever shared a recording put words into the place of its cookies (`<too large>`): no name of a cookie has such
/// signs in it (RFC 6265bis §4.1.1).
fn is_cut_out(exchange: &Exchange) -> bool {
    let is_none = |cookie: &SentCookie| cookie.name.is_empty() || cookie.name.starts_with('<');
    let cookies = exchange.cookies().unwrap_or_default();
    !cookies.is_empty() && cookies.iter().all(is_none)
}

/// The fewest cookies whose removal brings the field under the aim: names that pile up first, sessions and keepers last.
fn culprits(sent: &[SentCookie]) -> (Vec<&str>, Option<String>) {
    let names: Vec<&str> = sent.iter().map(|cookie| cookie.name.as_str()).collect();
    let size_of = |name: &str| {
        sent.iter()
            .filter(|c| c.name == name)
            .map(|c| c.size + 2)
            .sum::<u32>()
    };
    let mut left: u32 = sent.iter().map(|cookie| cookie.size + 2).sum();
    let mut chosen: Vec<&str> = Vec::new();
    let mut piles: Vec<(&str, Vec<&str>)> = cookie::pile_prefix(&names)
        .into_iter()
        .map(|pile| {
            (
                pile.prefix,
                pile.members
                    .into_iter()
                    .filter_map(|at| names.get(at).copied())
                    .collect(),
            )
        })
        .collect();
    sort_by_key(&mut piles, |(_, members)| {
        std::cmp::Reverse(members.iter().map(|name| size_of(name)).sum::<u32>())
    });
    let mut prefix = None;
    for (shared, members) in piles {
        if left < AIM {
            break;
        }
        if prefix.is_none() {
            prefix = Some(shared.to_owned());
        }
        for name in members {
            left = left.saturating_sub(size_of(name));
            chosen.push(name);
        }
    }
    let mut rest: Vec<&str> = names
        .into_iter()
        .filter(|name| !chosen.contains(name))
        .collect();
    rest = rest
        .iter()
        .enumerate()
        .filter(|(at, name)| !rest[..*at].contains(name))
        .map(|(_, name)| *name)
        .collect();
    sort_by_key(&mut rest, |name| {
        (
            size_of(name) < 1024 && (cookie::is_session_like(name) || cookie::is_keeper(name)),
            std::cmp::Reverse(size_of(name)),
        )
    });
    for name in rest {
        if left < AIM {
            break;
        }
        left = left.saturating_sub(size_of(name));
        chosen.push(name);
        prefix = None;
    }
    (chosen, prefix)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scene, jar};
    use super::check;

    fn piled_up(status: u16) -> Scene {
        let mut scene = Scene::get("https://app.test/");
        for n in 0..12 {
            scene = scene.cookie(&format!("nonce.{n}ab-{n}"), 910);
        }
        let mut cookies: Vec<_> = (0..12)
            .map(|n| jar(&format!("nonce.{n}ab-{n}"), "app.test"))
            .collect();
        cookies.push(jar("sid", "app.test"));
        cookies.push(jar("prefs", "app.test"));
        scene
            .cookie("sid", 8)
            .cookie("prefs", 7)
            .answer(status)
            .jar(cookies)
    }

    #[test]
    fn hit_names_the_pile_and_keeps_the_session() {
        let finding = piled_up(400).check(check).expect("11 kB of cookies");
        let removed = &finding.offers[0];
        assert_eq!(removed.id.as_str(), "remove-cookies");
        assert_eq!(removed.cookies.len(), 12);
        assert!(removed.cookies.iter().all(|c| c.name.starts_with("nonce.")));
        assert_eq!(finding.offers[1].id.as_str(), "clear-site-cookies");
    }

    #[test]
    fn hit_one_large_cookie() {
        let scene = Scene::get("https://app.test/")
            .cookie("cart", 9000)
            .cookie("sid", 20)
            .answer(431);
        let finding = scene
            .jar(vec![jar("cart", "app.test"), jar("sid", "app.test")])
            .check(check)
            .expect("9 kB");
        assert_eq!(
            finding.offers[0]
                .cookies
                .iter()
                .map(|c| c.name.as_str())
                .collect::<Vec<_>>(),
            ["cart"]
        );
    }

    #[test]
    fn hit_cookies_that_were_cut_out_of_a_recording() {
        let scene = Scene::get("https://app.test/").cookie("", 11).answer(431);
        assert!(scene.check(check).is_some());
    }

    #[test]
    fn hit_413_to_what_has_no_content() {
        let cut_out = |scene: Scene| scene.cookie("", 11).answer(413).check(check);
        assert!(cut_out(Scene::get("https://app.test/")).is_some());
        assert!(cut_out(Scene::post("https://app.test/upload")).is_none());
    }

    #[test]
    fn near_miss_a_ticket_that_is_too_long() {
        let words = "The size of the request headers is too long.";
        let refused = |scene: Scene| scene.cookie("sid", 40).answer(400).body(words).check(check);
        assert!(refused(Scene::get("https://app.test/")).is_some());
        assert!(refused(Scene::get("https://app.test/").authorization("Negotiate")).is_none());
    }

    #[test]
    fn near_miss_400_with_few_cookies() {
        assert!(
            Scene::get("https://app.test/")
                .cookie("sid", 40)
                .answer(400)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn near_miss_431_for_another_field() {
        assert!(
            Scene::get("https://app.test/")
                .cookie("sid", 40)
                .answer(431)
                .check(check)
                .is_none()
        );
    }

    #[test]
    fn no_alarm_for_many_cookies_on_a_page_that_works() {
        assert!(piled_up(200).check(check).is_none());
    }
}
