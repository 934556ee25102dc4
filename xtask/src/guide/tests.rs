//! Every page of the guide: its links lead somewhere, its headings are in order, and it says all that it has to.

use std::collections::{BTreeMap, BTreeSet};

use readmit::finding::FindingId;
use readmit::owner::Topic;

use super::{BUDGET, Page, pages};

/// Pages beside the guide that its own lead to.
const BESIDE: &[&str] = &[
    "../index.html",
    "../style.css",
    "../guide.css",
    "../icons/readmit.svg",
];

/// Longest description that search engines show whole, about.
const DESCRIPTION: usize = 200;

fn all() -> Vec<Page> {
    pages().expect("the guide can be written")
}

/// The values of an attribute, in their order.
fn attribute<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    html.split(&begin)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// The levels of the headings, in their order.
fn levels(html: &str) -> Vec<u8> {
    html.split("<h")
        .skip(1)
        .filter_map(|rest| rest.bytes().next())
        .filter(u8::is_ascii_digit)
        .map(|digit| digit - b'0')
        .collect()
}

/// What stands between the first such tag and its end.
fn inside<'a>(html: &'a str, tag: &str) -> &'a str {
    let after = html.split(&format!("<{tag}>")).nth(1).unwrap_or_default();
    after.split("</").next().unwrap_or_default()
}

#[test]
fn no_link_is_dead() {
    let pages = all();
    let ids: BTreeMap<&str, BTreeSet<&str>> = pages
        .iter()
        .map(|page| {
            let ids = attribute(&page.html, "id").into_iter().collect();
            (page.name.as_str(), ids)
        })
        .collect();
    for page in &pages {
        for link in attribute(&page.html, "href") {
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            if BESIDE.contains(&file) {
                continue;
            }
            let file = if file.is_empty() { &page.name } else { file };
            let known = ids.get(file);
            assert!(known.is_some(), "{}: no page `{link}`", page.name);
            assert!(
                fragment.is_empty() || known.is_some_and(|ids| ids.contains(fragment)),
                "{}: no such place `{link}`",
                page.name
            );
        }
    }
}

#[test]
fn no_page_is_an_island() {
    let pages = all();
    let linked: BTreeSet<&str> = pages
        .iter()
        .flat_map(|page| attribute(&page.html, "href"))
        .map(|link| link.split('#').next().unwrap_or_default())
        .collect();
    for page in &pages {
        assert!(linked.contains(page.name.as_str()), "{}", page.name);
    }
}

#[test]
fn every_page_has_what_a_page_needs() {
    let mut titles = BTreeSet::new();
    for Page { name, html } in all() {
        assert!(
            html.starts_with("<!DOCTYPE html><html lang=\"en\">"),
            "{name}"
        );
        assert!(
            titles.insert(inside(&html, "title").to_owned()),
            "{name}: a second page of this title"
        );
        assert!(html.contains("<a class=\"skip\" href=\"#text\">"), "{name}");
        let description = html
            .split("name=\"description\" content=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default();
        let length = description.chars().count();
        assert!(
            (20..=DESCRIPTION).contains(&length),
            "{name}: a description of {length} characters"
        );
        let levels = levels(&html);
        assert_eq!(
            levels.iter().filter(|&&level| level == 1).count(),
            1,
            "{name}"
        );
        assert!(
            levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
            "{name}: a heading is left out in {levels:?}"
        );
        let ids = attribute(&html, "id");
        assert_eq!(
            ids.iter().collect::<BTreeSet<_>>().len(),
            ids.len(),
            "{name}: an id twice"
        );
        for forbidden in ["<script", " style=\"", " onclick", "$HOST$", "$OTHER$"] {
            assert!(!html.contains(forbidden), "{name}: {forbidden}");
        }
        assert_eq!(attribute(&html, "src"), ["../icons/readmit.svg"], "{name}");
        for link in attribute(&html, "href") {
            assert!(!link.contains("://"), "{name}: `{link}` leads off the site");
        }
    }
}

#[test]
fn every_finding_and_topic_has_a_page() {
    let names: BTreeSet<String> = all().into_iter().map(|page| page.name).collect();
    for id in FindingId::ALL {
        assert!(names.contains(&format!("{}.html", id.as_str())));
    }
    for topic in Topic::ALL {
        assert!(names.contains(&format!("topic-{}.html", topic.as_str())));
    }
}

#[test]
fn the_whole_guide_is_small() {
    let bytes: usize = all().iter().map(|page| page.html.len()).sum();
    assert!(bytes <= BUDGET, "{bytes} bytes");
}
