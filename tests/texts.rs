//! The texts: every id has its own, every placeholder is right, the reading is easy, and no key is missing or left over.

#![cfg(not(target_arch = "wasm32"))]

#[path = "texts/catalogue.rs"]
mod catalogue;
#[path = "texts/fixtures.rs"]
mod fixtures;
#[path = "texts/ids.rs"]
mod ids;
#[path = "texts/owner.rs"]
mod owner;
#[path = "texts/reading.rs"]
mod reading;
#[path = "texts/sources.rs"]
mod sources;

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{Message, base_key, english, locales};
use reading::{grade, sentences, words};
use readmit::finding::Arg;

/// Most words of a title.
const TITLE_WORDS: usize = 8;

/// Hardest reading grade (Flesch-Kincaid), of what people read first and of the whole file.
const HARDEST_GRADE: f64 = 6.0;

/// Longest description of an extension that both stores take, in characters.
const STORE_DESCRIPTION: usize = 132;

#[test]
fn every_id_has_its_texts() {
    let english = english();
    let missing: Vec<String> = ids::required()
        .into_iter()
        .filter(|key| !english.contains_key(key))
        .collect();
    assert!(
        missing.is_empty(),
        "expected a text for every id, but these keys are missing: {missing:?}"
    );
}

#[test]
fn every_text_of_a_family_belongs_to_an_id() {
    let required = ids::required();
    let strangers: Vec<String> = english()
        .into_keys()
        .filter(|key| ids::in_family(key) && !required.contains(&base_key(key)))
        .collect();
    assert!(
        strangers.is_empty(),
        "expected only known ids, but found texts for others: {strangers:?}"
    );
}

#[test]
fn every_text_is_explained_to_translators() {
    for (locale, messages) in locales() {
        for (key, message) in messages {
            assert!(
                !message.text.trim().is_empty(),
                "{locale}: `{key}` is empty"
            );
            assert!(
                message.description.len() > 5,
                "{locale}: `{key}` needs a description"
            );
        }
    }
}

#[test]
fn placeholders_are_declared_used_and_numbered_by_the_vocabulary() {
    for (locale, messages) in locales() {
        for (key, message) in &messages {
            check_placeholders(&locale, key, message);
        }
    }
}

/// Every placeholder is of the vocabulary, stands in the text and is declared with its number; no other `$` occurs.
#[track_caller]
fn check_placeholders(locale: &str, key: &str, message: &Message) {
    let used = message
        .used_placeholders()
        .unwrap_or_else(|stray| panic!("{locale}: `{key}` has a stray `$` at `{stray}`"));
    let declared: BTreeSet<String> = message.placeholders.keys().cloned().collect();
    assert_eq!(
        used, declared,
        "{locale}: `{key}` must use what it declares and declare what it uses"
    );
    for (name, content) in &message.placeholders {
        let position = Arg::ALL.iter().position(|arg| arg.as_str() == name);
        let number = position
            .unwrap_or_else(|| panic!("{locale}: `{key}` has the unknown placeholder `{name}`"))
            + 1;
        assert_eq!(
            *content,
            format!("${number}"),
            "{locale}: `{key}`, placeholder `{name}`"
        );
    }
}

#[test]
fn variants_use_no_placeholder_that_their_key_lacks() {
    for (locale, messages) in locales() {
        for (key, message) in &messages {
            let Some(base) = messages.get(&base_key(key)) else {
                panic!("{locale}: `{key}` is a variant of nothing")
            };
            assert!(
                message
                    .placeholders
                    .keys()
                    .all(|name| base.placeholders.contains_key(name)),
                "{locale}: `{key}` uses a placeholder that `{}` does not",
                base_key(key)
            );
            for argument in ["realm", "other"] {
                let lacks = key.ends_with(&format!("_without_{argument}"));
                assert!(
                    !(lacks && message.placeholders.contains_key(argument)),
                    "{locale}: `{key}` names what it is without"
                );
            }
        }
    }
}

#[test]
fn titles_are_short_and_stand_alone() {
    for (key, message) in english() {
        if !key.ends_with("_title") {
            continue;
        }
        let count = words(&message.with_examples()).len();
        assert!(
            count <= TITLE_WORDS,
            "expected at most {TITLE_WORDS} words, but `{key}` has {count}"
        );
        assert!(
            message.placeholders.is_empty(),
            "`{key}` also stands in the time line, where no argument is known"
        );
    }
}

#[test]
fn whys_are_one_sentence_that_names_the_host() {
    for (key, message) in english() {
        if !(key.starts_with("finding_") && base_key(&key).ends_with("_why")) {
            continue;
        }
        let text = message.with_examples();
        assert_eq!(
            sentences(&text).len(),
            1,
            "expected one sentence, but `{key}` is `{text}`"
        );
        assert!(text.ends_with('.'), "`{key}` has no full stop");
        assert!(
            message.placeholders.contains_key("host"),
            "`{key}` does not name the host"
        );
    }
}

#[test]
fn a_child_of_twelve_can_read_it() {
    let english = english();
    let first_read = |key: &str| {
        let base = base_key(key);
        (base.starts_with("finding_") && (base.ends_with("_title") || base.ends_with("_why")))
            || (base.starts_with("remedy_")
                && (base.ends_with("_label") || base.ends_with("_preview")))
    };
    let first: Vec<String> = english
        .iter()
        .filter(|(key, _)| first_read(key))
        .map(|(_, m)| m.with_examples())
        .collect();
    let all: Vec<String> = english
        .iter()
        .filter(|(key, _)| !key.starts_with("ui_") && !ids::is_technical(key))
        .map(|(_, m)| m.with_examples())
        .collect();
    for (what, texts) in [
        ("titles, whys, labels and previews", first),
        ("all texts of visitors", all),
    ] {
        let grade = grade(&texts);
        assert!(
            grade <= HARDEST_GRADE,
            "expected a reading grade of at most {HARDEST_GRADE}, but {what} have {grade:.2}"
        );
    }
}

#[test]
fn what_must_be_said_is_said() {
    let english = english();
    let says = |key: &str, needle: &str| {
        let text = &english
            .get(key)
            .unwrap_or_else(|| panic!("`{key}` is missing"))
            .text;
        assert!(
            text.contains(needle),
            "expected `{key}` to speak of `{needle}`, but it is `{text}`"
        );
    };
    for needle in ["space", "Caps Lock", "saved password"] {
        says("finding_credentials_rejected_why", needle);
    }
    says("finding_duplicate_cookies_why", "$OTHER$");
    says("finding_http_login_stuck_why", "no box appears");
    says("finding_permission_denied_why", "removing cookies will not");
    says("status_401", "not 403");
    says("status_403", "not 401");
    for id in ["remove_cookies", "clear_site_cookies"] {
        says(&format!("remedy_{id}_preview"), "undo");
    }
}

#[test]
fn what_touches_nothing_says_so_or_claims_no_removal() {
    let english = english();
    for &id in readmit::remedy::RemedyId::ALL {
        let key = format!("remedy_{}_preview", id.as_str().replace('-', "_"));
        let text = &english
            .get(&key)
            .unwrap_or_else(|| panic!("`{key}` is missing"))
            .text;
        let removes = text.contains("Removes") || text.contains("forgets");
        let touches = id.touches() != readmit::remedy::Touches::Nothing;
        assert_eq!(
            removes, touches,
            "`{key}` must speak of a removal exactly if the remedy makes one"
        );
    }
}

#[test]
fn the_store_takes_the_description() {
    for (locale, messages) in locales() {
        let count = messages
            .get("extension_description")
            .map_or(0, |message| message.text.chars().count());
        assert!(
            (1..=STORE_DESCRIPTION).contains(&count),
            "{locale}: expected 1 to {STORE_DESCRIPTION} characters, but found {count}"
        );
    }
}

#[test]
fn every_key_in_the_code_exists() {
    let english = english();
    let missing: Vec<(String, String)> = sources::keys_asked_for()
        .into_iter()
        .filter(|(_, key)| !english.contains_key(key))
        .collect();
    assert!(
        missing.is_empty(),
        "expected every key in the code to have a text, but these have none: {missing:?}"
    );
}

#[test]
fn every_key_is_used() {
    let (asked, required) = (sources::keys_asked_for(), ids::required());
    let asked: BTreeSet<String> = asked.into_iter().map(|(_, key)| key).collect();
    let unused: Vec<String> = english()
        .into_keys()
        .map(|key| base_key(&key))
        .filter(|key| {
            !asked.contains(key)
                && !required.contains(key)
                && !ids::MANIFEST.contains(&key.as_str())
        })
        .collect();
    assert!(
        unused.is_empty(),
        "expected every text to be used, but these are not: {unused:?}"
    );
}

#[test]
fn every_locale_is_complete() {
    let english: BTreeMap<String, Message> = english();
    let wanted: BTreeSet<String> = english.keys().map(|key| base_key(key)).collect();
    for (locale, messages) in locales() {
        let keys: BTreeSet<String> = messages.keys().map(|key| base_key(key)).collect();
        assert_eq!(
            keys, wanted,
            "{locale}: expected the same keys as in English (the plural variants may differ)"
        );
        for (key, message) in &messages {
            let Some(original) = english.get(key) else {
                continue;
            };
            assert_eq!(
                message.placeholders.keys().collect::<Vec<_>>(),
                original.placeholders.keys().collect::<Vec<_>>(),
                "{locale}: `{key}` must use the placeholders of the English text"
            );
        }
    }
}

#[test]
fn pages_are_built_without_html_strings() {
    for (path, source) in sources::scripts() {
        for forbidden in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "DOMParser",
        ] {
            assert!(
                !source.contains(forbidden),
                "{path}: `{forbidden}` is forbidden, since hosts and realms are hostile text"
            );
        }
        let first = source.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("// ") && first.len() > 20,
            "{path}: the first line must say what the file is for"
        );
    }
}

#[test]
fn fixture_views_have_the_shape_that_the_core_writes() {
    let views = fixtures::views();
    assert!(
        views.len() >= 15,
        "expected the fixtures of every state, but found {}",
        views.len()
    );
    for (name, view) in views {
        fixtures::check(&name, &view);
    }
}
