//! What every page of the guide shares: head, navigation, footer, and how texts become markup.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use readmit::finding::FindingId;

use super::Page;
use super::texts::Texts;
use crate::tools;

/// Names of fields, attributes and claims that are shown as code wherever they stand in a text.
const FIELDS: &[&str] = &[
    "HttpOnly",
    "Max-Age",
    "SameSite",
    "aud",
    "exp",
    "iat",
    "iss",
    "kid",
    "localStorage",
    "nbf",
    "Accept",
    "Authorization",
    "Cache-Control",
    "Clear-Site-Data",
    "Cookie",
    "Date",
    "Link",
    "Location",
    "Origin",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Referer",
    "Referrer-Policy",
    "Retry-After",
    "Sec-Fetch-Dest",
    "Sec-Fetch-Site",
    "Server",
    "Set-Cookie",
    "Strict-Transport-Security",
    "User-Agent",
    "WWW-Authenticate",
    "X-API-Key",
    "X-Forwarded-Proto",
    "X-Robots-Tag",
];

/// Words that are code together.
const PHRASES: &[&str] = &[
    "SameSite=None; Secure; Partitioned",
    "SameSite=None; Secure",
    "Cache-Control: no-store",
    "Referrer-Policy: no-referrer",
    "X-Robots-Tag: noindex",
    "Clear-Site-Data: \"storage\"",
    "Clear-Site-Data: \"cache\"",
    "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-Dest: empty",
    "Expect: 100-continue",
    "WWW-Authenticate: Basic realm=\"Staff\", charset=\"UTF-8\"",
    "CGIPassAuth On",
    "proxy_set_header Authorization",
    "Require all denied",
    ".htaccess",
    "robots.txt",
    "/.well-known/change-password",
    "/.well-known/",
];

/// What differs from page to page.
pub(super) struct Sheet {
    /// The file's name without its ending.
    pub(super) name: String,
    /// The title and only first heading.
    pub(super) title: String,
    /// What search engines show.
    pub(super) description: String,
    /// All below the title.
    pub(super) body: Markup,
}

/// The whole document.
pub(super) fn page(texts: &Texts, sheet: &Sheet) -> Page {
    let site = texts.get("guide_site");
    let title = if sheet.name == "index" {
        format!("{} – Readmit", sheet.title)
    } else {
        format!("{} – {site}", sheet.title)
    };
    // The page's own style, once there is one.
    let shared = tools::root().join("www/style.css").is_file();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'self'; img-src 'self'";
                title { (title) }
                meta name="description" content=(sheet.description);
                @if shared { link rel="stylesheet" href="../style.css"; }
                link rel="stylesheet" href="../guide.css";
                link rel="icon" href="../icons/readmit.svg";
            }
            body.guide {
                a.skip href="#text" { (texts.get("guide_skip")) }
                header {
                    nav aria-label=(texts.get("guide_nav_label")) {
                        a.brand href="../index.html" { img src="../icons/readmit.svg" alt="" width="28" height="28"; "Readmit" }
                        a href="../index.html" { (texts.get("guide_nav_diagnose")) }
                        @if sheet.name == "index" {
                            a href="index.html" aria-current="page" { (texts.get("guide_nav_guide")) }
                        } @else {
                            a href="index.html" { (texts.get("guide_nav_guide")) }
                        }
                    }
                }
                main #text {
                    h1 { (sheet.title) }
                    (sheet.body)
                }
                footer { p { (texts.get("guide_foot")) } }
            }
        }
    };
    Page {
        name: format!("{}.html", sheet.name),
        html: markup.into_string(),
    }
}

/// A text in which what stands between backticks is code.
pub(super) fn rich(text: &str) -> Markup {
    html! {
        @for (place, piece) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (piece) } } @else { (technical(piece)) }
        }
    }
}

/// A plain text in which names of fields, attributes and settings are shown as code. A quotation is code as a whole, or
/// not at all.
pub(super) fn technical(text: &str) -> Markup {
    html! {
        @for (place, piece) in text.split('“').enumerate() {
            @if place == 0 {
                (words(piece))
            } @else {
                @let (quoted, after) = piece.split_once('”').unwrap_or((piece, ""));
                @if quoted.starts_with("curl ") || quoted.split(' ').any(is_setting) {
                    code { (quoted) }
                } @else {
                    "“" (quoted) "”"
                }
                (words(after))
            }
        }
    }
}

/// A text without quotations, its technical words as code.
fn words(text: &str) -> Markup {
    let mut markup = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let phrase = PHRASES.iter().find(|phrase| rest.starts_with(**phrase));
        let end = rest.find(' ').map_or(rest.len(), |space| space + 1);
        let (piece, after) = rest.split_at(phrase.map_or(end, |phrase| phrase.len()));
        rest = after;
        let is_mark = |c: char| matches!(c, '.' | ',' | ';' | ':' | '(' | ')' | '?' | ' ');
        let name = piece.trim_matches(is_mark);
        let call = format!("{name}()");
        let word = if piece.contains(&call) { &call } else { name };
        let core = phrase.map_or(word, |phrase| *phrase);
        let shown = if phrase.is_some() || is_code(core) {
            let (before, after) = piece.split_once(core).unwrap_or_default();
            html! { (before) code { (core) } (after) }
        } else {
            html! { (piece) }
        };
        markup.push_str(&shown.into_string());
    }
    PreEscaped(markup)
}

/// Whether a word is a name of the protocol or of a setting rather than English.
fn is_code(word: &str) -> bool {
    FIELDS.contains(&word) || is_setting(word)
}

/// Whether a word has the form of a setting, an attribute or an option.
fn is_setting(word: &str) -> bool {
    let has_letter = word.chars().any(|c| c.is_ascii_alphabetic());
    let is_name = word.contains(['=', '_']) || word.starts_with("--") || word.contains("()");
    has_letter && is_name && !word.contains("://")
}

/// A link to the page of a finding.
pub(super) fn cause_link(texts: &Texts, id: FindingId) -> Markup {
    html! {
        a href={ (id.as_str()) ".html" } { (texts.of("finding", id.as_str(), "title")) }
    }
}

/// A block of code with a caption.
pub(super) fn code_block(code: &str) -> Markup {
    html! { pre tabindex="0" { code { (code) } } }
}

/// The address of the page with this text in its box, to be diagnosed.
pub(super) fn diagnose_link(head: &str) -> String {
    format!("../index.html#paste={}", percent_encoded(head))
}

/// The text as part of an address (RFC 3986 §2.3: all but the unreserved characters is encoded).
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_stay_texts() {
        let shown = rich("a < b & `<script>alert(1)</script>` \"x\"").into_string();
        assert_eq!(
            shown,
            "a &lt; b &amp; <code>&lt;script&gt;alert(1)&lt;/script&gt;</code> &quot;x&quot;"
        );
    }

    #[test]
    fn names_of_the_protocol_are_code() {
        let shown = technical("Send Retry-After (Max-Age=0; SameSite=None; Secure), not 401.")
            .into_string();
        assert_eq!(
            shown,
            "Send <code>Retry-After</code> (<code>Max-Age=0</code>; <code>SameSite=None; Secure</code>), not 401."
        );
    }

    #[test]
    fn a_quotation_is_code_as_a_whole_or_not_at_all() {
        let shown =
            technical("“Authorization Required”, “ssl_verify_client optional”").into_string();
        assert_eq!(
            shown,
            "“Authorization Required”, <code>ssl_verify_client optional</code>"
        );
    }

    #[test]
    fn addresses_carry_any_text() {
        assert_eq!(percent_encoded("a b\n\"é\""), "a%20b%0A%22%C3%A9%22");
    }
}
