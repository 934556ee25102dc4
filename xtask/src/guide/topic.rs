//! The page of one topic: why it matters, what it helps against, and a snippet for each server.

use maud::html;
use readmit::finding::FindingId;
use readmit::owner::{Topic, advice};

use super::Page;
use super::layout::{self, Sheet, technical};
use super::snippet::{self, Snippets};
use super::texts::Texts;

/// The page of a topic.
pub(super) fn page(texts: &Texts, topic: Topic, snippets: &Snippets) -> Page {
    let why = texts.of("topic", topic.as_str(), "why");
    let snippets = snippet::of(snippets, topic);
    let helps = FindingId::ALL
        .iter()
        .copied()
        .filter(|&id| advice::topics(id).contains(&topic));
    let body = html! {
        p.lead { (technical(&why)) }
        section {
            h2 { (texts.get("guide_topic_helps_heading")) }
            ul.links { @for id in helps { li { (layout::cause_link(texts, id)) } } }
        }
        section {
            h2 { (texts.get("guide_topic_servers_heading")) }
            @if snippets.is_empty() {
                p { (texts.get("guide_topic_none")) }
            } @else {
                p.soft { (texts.get("guide_topic_about")) }
                p.servers {
                    @for snippet in snippets {
                        a.server href={ "#" (snippet.server.as_str()) } { (snippet.server.name()) }
                        " "
                    }
                }
                @for snippet in snippets {
                    h3 #(snippet.server.as_str()) { (snippet.server.name()) }
                    (layout::code_block(&snippet.code))
                }
            }
        }
    };
    layout::page(
        texts,
        &Sheet {
            name: format!("topic-{}", topic.as_str()),
            title: texts.of("topic", topic.as_str(), "title"),
            description: first_sentence(&why),
            body,
        },
    )
}

/// All up to the first full stop before a space.
fn first_sentence(text: &str) -> String {
    match text.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => text.to_owned(),
    }
}
