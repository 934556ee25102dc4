//! The guide's first page: the three who ask, what is set side by side, all causes, all topics.

use maud::html;
use readmit::finding::FindingId;
use readmit::owner::Topic;

use super::facts::{self, Family};
use super::layout::{self, Sheet};
use super::texts::Texts;
use super::{Page, overview};

/// The first page.
pub(super) fn page(texts: &Texts) -> Page {
    let body = html! {
        p.lead { (texts.get("guide_index_lead")) }
        div.doors {
            section {
                h2 { (texts.get("guide_index_visitor_heading")) }
                p { (texts.get("guide_index_visitor")) }
            }
            section {
                h2 { (texts.get("guide_index_owner_heading")) }
                p { (texts.get("guide_index_owner")) }
            }
            section {
                h2 { (texts.get("guide_index_coder_heading")) }
                p { (texts.get("guide_index_coder")) }
            }
        }
        section {
            h2 { (texts.get("guide_index_overview_heading")) }
            ul.links {
                @for (name, key) in overview::ALL {
                    li { a href={ (name) ".html" } { (texts.get(key)) } }
                }
            }
        }
        section {
            h2 { (texts.get("guide_index_causes_heading")) }
            @for family in Family::ALL {
                h3 { (texts.get(family.key())) }
                ul.links {
                    @for &id in FindingId::ALL.iter().filter(|&&id| facts::facts(id).family == family) {
                        li { (layout::cause_link(texts, id)) }
                    }
                }
            }
        }
        section {
            h2 { (texts.get("guide_index_topics_heading")) }
            ul.links {
                @for topic in Topic::ALL {
                    li {
                        a href={ "topic-" (topic.as_str()) ".html" } {
                            (texts.of("topic", topic.as_str(), "title"))
                        }
                    }
                }
            }
        }
    };
    layout::page(
        texts,
        &Sheet {
            name: "index".to_owned(),
            title: texts.get("guide_index_title"),
            description: texts.get("guide_index_description"),
            body,
        },
    )
}
