//! The page of one finding: first for the person who is locked out, then for the people who run the site.

use maud::{Markup, html};
use readmit::finding::FindingId;
use readmit::owner::advice;

use super::layout::{self, Sheet, rich, technical};
use super::rule::Rule;
use super::snippet::{self, Snippets};
use super::texts::Texts;
use super::{Page, facts};

/// The page of a finding.
pub(super) fn page(texts: &Texts, id: FindingId, rule: &Rule, snippets: &Snippets) -> Page {
    let why = texts.of("finding", id.as_str(), "why");
    let facts = facts::facts(id);
    let body = html! {
        p.lead { (why) }
        p.who { (texts.get(facts::who(id))) }
        section {
            h2 { (texts.get("guide_finding_do_heading")) }
            p.soft { (texts.get("guide_finding_do_about")) }
            ol.steps {
                @for remedy in facts::steps(id) {
                    li {
                        strong { (texts.of("remedy", remedy.as_str(), "label")) }
                        " "
                        (texts.of("remedy", remedy.as_str(), "preview"))
                    }
                }
            }
        }
        section {
            h2 { (texts.get("guide_finding_not_heading")) }
            ul { @for key in facts.nots { li { (texts.get(key)) } } }
        }
        (how_we_tell(texts, id, rule))
        (for_the_owner(texts, id, facts.search, snippets))
        section {
            h2 { (texts.get("guide_finding_related_heading")) }
            ul.links { @for other in facts::alike(id) { li { (layout::cause_link(texts, other)) } } }
        }
    };
    layout::page(
        texts,
        &Sheet {
            name: id.as_str().to_owned(),
            title: texts.of("finding", id.as_str(), "title"),
            description: why,
            body,
        },
    )
}

/// What the rule's own file says.
fn how_we_tell(texts: &Texts, id: FindingId, rule: &Rule) -> Markup {
    html! {
        section {
            h2 { (texts.get("guide_finding_tell_heading")) }
            p { (rich(rule.section("What it detects"))) }
            p { (rich(rule.section("How we tell"))) }
            h3 { (texts.get("guide_finding_else_heading")) }
            p { (rich(rule.section("False positives"))) }
            p.soft {
                (texts.get("guide_finding_sources_heading")) ": " (rich(rule.section("References")))
            }
            p.soft { (texts.get("guide_finding_id")) " " code { (id.as_str()) } }
        }
    }
}

fn for_the_owner(texts: &Texts, id: FindingId, search: &str, snippets: &Snippets) -> Markup {
    let topics = advice::topics(id);
    html! {
        section.owner {
            h2 { (texts.get("guide_finding_owner_heading")) }
            h3 { (texts.get("guide_finding_change_heading")) }
            p { (technical(&texts.of("owner", id.as_str(), "change"))) }
            @if !topics.is_empty() {
                h3 { (texts.get("guide_finding_topics_heading")) }
                ul.topics {
                    // The first one helps most, so its servers are one step away; the others' are two.
                    @for (place, &topic) in topics.iter().enumerate() {
                        @let page = format!("topic-{}.html", topic.as_str());
                        li {
                            a href=(page) { (texts.of("topic", topic.as_str(), "title")) }
                            @for snippet in snippet::of(snippets, topic).iter().filter(|_| place == 0) {
                                " "
                                a href={ (page) "#" (snippet.server.as_str()) } { (snippet.server.name()) }
                            }
                        }
                    }
                }
            }
            h3 { (texts.get("guide_finding_search_heading")) }
            p { (technical(&texts.get(search))) }
        }
    }
}
