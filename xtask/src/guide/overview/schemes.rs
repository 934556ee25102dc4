//! Authentication schemes side by side, and what a server sends to ask for each.

use maud::{Markup, html};

use super::table;
use crate::guide::layout::{code_block, rich};
use crate::guide::texts::Texts;

/// One way to sign in: its name, the keys of what is sent, what a browser does and when it fails.
const SCHEMES: &[[&str; 4]] = &[
    [
        "Basic",
        "guide_scheme_basic_sent",
        "guide_scheme_basic_browser",
        "guide_scheme_basic_fails",
    ],
    [
        "Digest",
        "guide_scheme_digest_sent",
        "guide_scheme_digest_browser",
        "guide_scheme_digest_fails",
    ],
    [
        "Bearer",
        "guide_scheme_bearer_sent",
        "guide_scheme_bearer_browser",
        "guide_scheme_bearer_fails",
    ],
    [
        "DPoP",
        "guide_scheme_dpop_sent",
        "guide_scheme_dpop_browser",
        "guide_scheme_dpop_fails",
    ],
    [
        "Negotiate",
        "guide_scheme_negotiate_sent",
        "guide_scheme_negotiate_browser",
        "guide_scheme_negotiate_fails",
    ],
    [
        "NTLM",
        "guide_scheme_ntlm_sent",
        "guide_scheme_ntlm_browser",
        "guide_scheme_ntlm_fails",
    ],
    [
        "HOBA",
        "guide_scheme_hoba_sent",
        "guide_scheme_hoba_browser",
        "guide_scheme_hoba_fails",
    ],
    [
        "Mutual",
        "guide_scheme_mutual_sent",
        "guide_scheme_mutual_browser",
        "guide_scheme_mutual_fails",
    ],
    [
        "SCRAM-SHA-256",
        "guide_scheme_scram_sent",
        "guide_scheme_scram_browser",
        "guide_scheme_scram_fails",
    ],
    [
        "PrivateToken",
        "guide_scheme_private_sent",
        "guide_scheme_private_browser",
        "guide_scheme_private_fails",
    ],
    [
        "Client certificate",
        "guide_scheme_certificate_sent",
        "guide_scheme_certificate_browser",
        "guide_scheme_certificate_fails",
    ],
    [
        "API key",
        "guide_scheme_key_sent",
        "guide_scheme_key_browser",
        "guide_scheme_key_fails",
    ],
    [
        "Cookie and form",
        "guide_scheme_cookie_sent",
        "guide_scheme_cookie_browser",
        "guide_scheme_cookie_fails",
    ],
];

/// Field values that servers send, one for each scheme that is asked for by HTTP.
const CHALLENGES: &[&str] = &[
    r#"Basic realm="Staff", charset="UTF-8""#,
    r#"Digest realm="Staff", nonce="dcd98b7102dd", qop="auth", algorithm=SHA-256"#,
    r#"Bearer realm="api", error="invalid_token", error_description="The access token expired""#,
    r#"DPoP algs="ES256", error="use_dpop_nonce""#,
    "Negotiate",
    "NTLM",
    r#"HOBA max-age="180", challenge="16:MTEyMzEyMzEyMw==""#,
    r#"Mutual realm="Staff", version=1, algorithm=iso-kam3-dl-2048-sha256, validation=host"#,
    r#"SCRAM-SHA-256 realm="Staff""#,
    r#"PrivateToken challenge="AAIA", token-key="MIIB""#,
];

/// The page below its title.
pub(super) fn body(texts: &Texts) -> Markup {
    let heads = [
        "guide_scheme_col_name",
        "guide_scheme_col_sent",
        "guide_scheme_col_browser",
        "guide_scheme_col_fails",
    ]
    .map(|key| texts.get(key));
    let rows = SCHEMES
        .iter()
        .map(|[name, keys @ ..]| {
            let mut row = vec![html! { (name) }];
            row.extend(keys.iter().map(|key| rich(&texts.get(key))));
            row
        })
        .collect();
    html! {
        p.lead { (rich(&texts.get("guide_scheme_lead"))) }
        (table(&texts.get("guide_scheme_title"), &heads, rows))
        p { (rich(&texts.get("guide_scheme_unregistered"))) }
        section {
            h2 { (texts.get("guide_scheme_examples_heading")) }
            @let fields: Vec<String> = CHALLENGES.iter().map(|value| format!("WWW-Authenticate: {value}")).collect();
            (code_block(&fields.join("\n")))
        }
        section {
            h2 { (texts.get("guide_scheme_space_heading")) }
            p { (rich(&texts.get("guide_scheme_space"))) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_follows_the_grammar() {
        for value in CHALLENGES {
            let (challenges, problems) = readmit::challenge::parse([*value]);
            assert_eq!((challenges.len(), problems.len()), (1, 0), "{value}");
        }
    }

    #[test]
    fn the_examples_are_of_the_schemes_in_the_table() {
        for value in CHALLENGES {
            let scheme = value.split(' ').next().unwrap_or_default();
            assert!(SCHEMES.iter().any(|[name, ..]| *name == scheme), "{value}");
        }
    }
}
