//! The pages that set things side by side: status codes, schemes, tools, methods, browsers, search engines, monitoring.

use maud::{Markup, html};

use super::Page;
use super::layout::{Sheet, page};
use super::texts::Texts;

mod browsers;
mod checking;
mod methods;
mod monitoring;
mod practice;
mod schemes;
mod search;
mod statuses;

/// Every such page: its name and the key of its title.
pub(super) const ALL: &[(&str, &str)] = &[
    ("status-codes", "guide_status_title"),
    ("schemes", "guide_scheme_title"),
    ("checking", "guide_check_title"),
    ("methods", "guide_method_title"),
    ("browsers", "guide_browser_title"),
    ("search-engines", "guide_seo_title"),
    ("monitoring", "guide_watch_title"),
    ("practice", "guide_practice_title"),
];

/// All pages of this kind, in the order of [`ALL`].
pub(super) fn pages(texts: &Texts) -> Vec<Page> {
    let sheet = |description: &str, body: Markup| (texts.get(description), body);
    let bodies = [
        sheet("guide_status_description", statuses::body(texts)),
        sheet("guide_scheme_description", schemes::body(texts)),
        sheet("guide_check_description", checking::body(texts)),
        sheet("guide_method_description", methods::body(texts)),
        sheet("guide_browser_description", browsers::body(texts)),
        sheet("guide_seo_description", search::body(texts)),
        sheet("guide_watch_description", monitoring::body(texts)),
        sheet("guide_practice_description", practice::body(texts)),
    ];
    ALL.iter()
        .zip(bodies)
        .map(|((name, title), (description, body))| {
            let sheet = Sheet {
                name: (*name).to_owned(),
                title: texts.get(title),
                description,
                body,
            };
            page(texts, &sheet)
        })
        .collect()
}

/// A table that becomes a list of cards on a phone. The roles keep its meaning when its parts are no longer drawn as a
/// table.
fn table(label: &str, heads: &[String], rows: Vec<Vec<Markup>>) -> Markup {
    html! {
        table role="table" aria-label=(label) {
            thead role="rowgroup" {
                tr role="row" {
                    @for head in heads { th scope="col" role="columnheader" { (head) } }
                }
            }
            tbody role="rowgroup" {
                @for row in rows {
                    tr role="row" {
                        @for (place, (cell, head)) in row.into_iter().zip(heads).enumerate() {
                            @if place == 0 {
                                th scope="row" role="rowheader" { (cell) }
                            } @else {
                                // The only column there is needs no name on each card.
                                td role="cell" data-head=[(heads.len() > 2).then_some(head)] { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}
