//! Request methods side by side: what a 401 means for each, and preflights.

use maud::{Markup, html};

use super::table;
use crate::guide::layout::{code_block, rich};
use crate::guide::texts::Texts;

/// A method, the key of what a 401 to it means, and that of whether it may be repeated.
const METHODS: &[[&str; 3]] = &[
    ["GET", "guide_method_get", "guide_method_get_repeat"],
    ["HEAD", "guide_method_head", "guide_method_head_repeat"],
    ["POST", "guide_method_post", "guide_method_post_repeat"],
    ["PUT", "guide_method_put", "guide_method_put_repeat"],
    ["PATCH", "guide_method_patch", "guide_method_patch_repeat"],
    [
        "DELETE",
        "guide_method_delete",
        "guide_method_delete_repeat",
    ],
    [
        "OPTIONS",
        "guide_method_options",
        "guide_method_options_repeat",
    ],
];

const PREFLIGHT: &str = "OPTIONS /api/orders HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Access-Control-Request-Method: PUT
Access-Control-Request-Headers: authorization, content-type

HTTP/1.1 204 No Content
Access-Control-Allow-Origin: https://app.example.com
Access-Control-Allow-Methods: GET, POST, PUT, PATCH, DELETE
Access-Control-Allow-Headers: authorization, content-type
Access-Control-Max-Age: 600
Vary: Origin";

/// The page below its title.
pub(super) fn body(texts: &Texts) -> Markup {
    let text = |key: &str| rich(&texts.get(key));
    let heads = [
        "guide_method_col_method",
        "guide_method_col_means",
        "guide_method_col_repeat",
    ]
    .map(|key| texts.get(key));
    let rows = METHODS
        .iter()
        .map(|[name, means, repeat]| vec![html! { code { (name) } }, text(means), text(repeat)])
        .collect();
    html! {
        p.lead { (text("guide_method_lead")) }
        (table(&texts.get("guide_method_title"), &heads, rows))
        section {
            h2 { (texts.get("guide_method_preflight_heading")) }
            p { (text("guide_method_preflight")) }
            (code_block(PREFLIGHT))
            p { a href="topic-preflight.html" { (texts.of("topic", "preflight", "title")) } }
        }
        section {
            h2 { (texts.get("guide_method_write_heading")) }
            p { (text("guide_method_write")) }
        }
        section {
            h2 { (texts.get("guide_method_expect_heading")) }
            p { (text("guide_method_expect")) }
        }
    }
}
