//! The texts for owners and developers: short, exact in what they cite, and in the words of the specifications.

use std::collections::BTreeSet;

use super::catalogue::{english, locales};
use super::ids;
use super::reading::sentences;

/// The specifications that the texts may cite by number; a new one is looked up before it is added.
const RFCS: &[&str] = &[
    "3986", "4559", "4918", "6265bis", "6585", "6749", "6750", "6797", "7486", "7517", "7519",
    "7616", "7617", "7662", "7725", "7804", "8120", "8446", "9110", "9113", "9309", "9449", "9470",
    "9577", "9700", "9728",
];

#[test]
fn what_to_change_is_said_in_a_few_sentences() {
    for (key, message) in english() {
        if !ids::is_change(&key) {
            continue;
        }
        let count = sentences(&message.text).len();
        assert!(
            (2..=6).contains(&count),
            "expected 2 to 6 sentences, but `{key}` has {count}"
        );
        assert!(
            message.text.ends_with('.') && message.text.chars().count() <= 620,
            "expected at most 620 characters and a full stop: `{key}`"
        );
    }
}

#[test]
fn owners_texts_need_no_arguments_and_no_markup() {
    for (locale, messages) in locales() {
        for (key, message) in messages {
            let of_the_guide = key.starts_with("guide_");
            if !(ids::is_change(&key) || key.starts_with("topic_") || of_the_guide) {
                continue;
            }
            assert!(
                message.placeholders.is_empty(),
                "{locale}: `{key}` is printed where no argument is known"
            );
            // The guide alone knows backticks, in pairs.
            if of_the_guide {
                assert!(
                    message.text.matches('`').count().is_multiple_of(2),
                    "{locale}: `{key}`"
                );
                continue;
            }
            // The popup, the page and the command line all print it as it is.
            for mark in ["`", "**", "](", "&amp;", "<a", "<code"] {
                assert!(
                    !message.text.contains(mark),
                    "{locale}: `{key}` has the markup `{mark}`"
                );
            }
        }
    }
}

#[test]
fn every_cited_specification_is_known() {
    for (key, message) in english() {
        if !ids::is_technical(&key) {
            continue;
        }
        for cited in message.text.split("RFC ").skip(1) {
            let number: String = cited
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric())
                .collect();
            assert!(
                RFCS.contains(&number.as_str()),
                "`{key}` cites RFC {number}, which nobody looked up"
            );
        }
    }
}

#[test]
fn no_two_findings_ask_for_the_same_in_the_same_words() {
    let texts: Vec<String> = english()
        .into_iter()
        .filter(|(key, _)| ids::is_change(key))
        .map(|(_, message)| message.text)
        .collect();
    let different: BTreeSet<&String> = texts.iter().collect();
    assert_eq!(different.len(), texts.len());
}
