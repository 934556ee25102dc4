//! Browsers side by side: prompts, words for an empty answer, differences, and how to install Readmit.
//!
//! The words of Chrome and Firefox were read from the text files of Chromium 156 and Firefox 153.

use maud::{Markup, html};

use super::table;
use crate::guide::layout::rich;
use crate::guide::texts::Texts;

/// A browser, and the keys of its prompt, of what it shows for an empty 401, and of Readmit in it.
const BROWSERS: &[[&str; 4]] = &[
    [
        "Chrome",
        "guide_browser_chrome_prompt",
        "guide_browser_chrome_empty",
        "guide_browser_chrome_readmit",
    ],
    [
        "Firefox",
        "guide_browser_firefox_prompt",
        "guide_browser_firefox_empty",
        "guide_browser_firefox_readmit",
    ],
    [
        "Edge",
        "guide_browser_edge_prompt",
        "guide_browser_edge_empty",
        "guide_browser_edge_readmit",
    ],
    [
        "Opera",
        "guide_browser_opera_prompt",
        "guide_browser_opera_empty",
        "guide_browser_opera_readmit",
    ],
    [
        "Safari",
        "guide_browser_safari_prompt",
        "guide_browser_safari_empty",
        "guide_browser_safari_readmit",
    ],
];

/// The page below its title.
pub(super) fn body(texts: &Texts) -> Markup {
    let text = |key: &str| rich(&texts.get(key));
    let heads = [
        "guide_browser_col_browser",
        "guide_browser_col_prompt",
        "guide_browser_col_empty",
        "guide_browser_col_readmit",
    ]
    .map(|key| texts.get(key));
    let rows = BROWSERS
        .iter()
        .map(|[name, keys @ ..]| {
            let mut row = vec![html! { (name) }];
            row.extend(keys.iter().map(|key| text(key)));
            row
        })
        .collect();
    html! {
        p.lead { (text("guide_browser_lead")) }
        (table(&texts.get("guide_browser_title"), &heads, rows))
        p.soft { (text("guide_browser_note")) }
        section {
            h2 { (texts.get("guide_browser_differences_heading")) }
            ul {
                li { (text("guide_browser_diff_1")) }
                li { (text("guide_browser_diff_2")) }
                li { (text("guide_browser_diff_3")) }
                li { (text("guide_browser_diff_4")) }
                li { (text("guide_browser_diff_5")) }
                li { (text("guide_browser_diff_6")) }
            }
        }
        section {
            h2 #install { (texts.get("guide_browser_install_heading")) }
            ul {
                li { (text("guide_browser_install_chrome")) }
                li { (text("guide_browser_install_firefox")) }
                li { (text("guide_browser_install_safari")) }
            }
        }
    }
}
