//! What search engines make of answers that ask for a sign-in.

use maud::{Markup, html};

use super::table;
use crate::guide::layout::{code_block, rich};
use crate::guide::texts::Texts;

/// An answer, and the key of what a search engine makes of it.
const ANSWERS: &[[&str; 2]] = &[
    ["200", "guide_seo_a200"],
    ["301, 308", "guide_seo_a301"],
    ["302, 303, 307", "guide_seo_a302"],
    ["401", "guide_seo_a401"],
    ["403", "guide_seo_a403"],
    ["404, 410", "guide_seo_a404"],
    ["429", "guide_seo_a429"],
    ["503", "guide_seo_a503"],
    ["500, 502, 504", "guide_seo_a5xx"],
];

const STRANGER: &str = "# the status that a stranger gets for each address of the sitemap
curl -sS https://example.com/sitemap.xml | grep -o '<loc>[^<]*' | cut -c6- |
  while read -r address; do
    curl -sS -o /dev/null -w '%{http_code} %{url_effective}\\n' \"$address\"
  done | grep -v '^200 '";

/// The page below its title.
pub(super) fn body(texts: &Texts) -> Markup {
    let text = |key: &str| rich(&texts.get(key));
    let heads = ["guide_seo_col_answer", "guide_seo_col_makes"].map(|key| texts.get(key));
    let rows = ANSWERS
        .iter()
        .map(|[answer, key]| vec![html! { (answer) }, text(key)])
        .collect();
    html! {
        p.lead { (text("guide_seo_lead")) }
        (table(&texts.get("guide_seo_title"), &heads, rows))
        section {
            h2 { (texts.get("guide_seo_noindex_heading")) }
            p { (text("guide_seo_noindex")) }
            p { (text("guide_seo_staging")) }
        }
        section {
            h2 { (texts.get("guide_seo_assets_heading")) }
            p { (text("guide_seo_assets")) }
            p { a href="topic-public-parts.html" { (texts.of("topic", "public-parts", "title")) } }
        }
        section {
            h2 { (texts.get("guide_seo_preview_heading")) }
            p { (text("guide_seo_preview")) }
        }
        section {
            h2 { (texts.get("guide_seo_moved_heading")) }
            p { (text("guide_seo_moved")) }
            (code_block(STRANGER))
        }
    }
}
