//! How easy a text is to read: the Flesch-Kincaid grade, which is about the school year that can read it.
//!
//! Grade = 0.39 · words/sentences + 11.8 · syllables/words − 15.59 (J. P. Kincaid et al., 1975).
//!
//! Syllables are counted by rule, as such tools do: a syllable for every group of neighbouring vowels (`a e i o u y`), less the
//! silent ones at the end: `e` (but not `le` after a consonant), `ed` (but not after `t` or `d`), and `es` (but not after a
//! hissing sound). A word has at least one. A hyphen divides a word for its syllables, not for the number of words.

/// The grade of texts taken together; each of them ends a sentence.
pub(crate) fn grade(texts: &[String]) -> f64 {
    let sentence_count: usize = texts.iter().map(|text| sentences(text).len()).sum();
    let all: Vec<&str> = texts.iter().flat_map(|text| words(text)).collect();
    let syllable_count: usize = all.iter().map(|word| syllables(word)).sum();
    let count = as_f64(all.len());
    0.39 * count / as_f64(sentence_count) + 11.8 * as_f64(syllable_count) / count - 15.59
}

/// The sentences: parts that end with `.`, `!`, `?` or `…` before a space or the end.
pub(crate) fn sentences(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for word in text.split_whitespace() {
        if let Some(last) = found.last_mut() {
            last.push_str(word);
            last.push(' ');
        }
        if word
            .trim_end_matches(['”', '"', ')'])
            .ends_with(['.', '!', '?', '…'])
        {
            found.push(String::new());
        }
    }
    found.retain(|sentence| sentence.chars().any(char::is_alphanumeric));
    found
}

/// The words: parts between spaces that have a letter or digit.
pub(crate) fn words(text: &str) -> Vec<&str> {
    text.split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect()
}

/// The syllables of a word.
fn syllables(word: &str) -> usize {
    let parts = word
        .split(|c: char| !c.is_alphabetic() && c != '\'' && c != '’')
        .filter(|part| !part.is_empty());
    parts.map(syllables_of_part).sum::<usize>().max(1)
}

fn syllables_of_part(part: &str) -> usize {
    let letters: Vec<char> = part
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphabetic())
        .collect();
    let groups = letters
        .iter()
        .enumerate()
        .filter(|&(i, &c)| is_vowel(c) && (i == 0 || !is_vowel(letters[i - 1])))
        .count();
    groups
        .saturating_sub(usize::from(has_silent_end(&letters)))
        .max(1)
}

/// Whether the last group of vowels is not spoken.
fn has_silent_end(letters: &[char]) -> bool {
    match letters {
        [.., before, 'l', 'e'] => is_vowel(*before),
        [.., before, 'e'] => !is_vowel(*before),
        [.., 't' | 'd', 'e', 'd'] => false,
        [.., before, 'e', 'd'] => !is_vowel(*before),
        [.., 's' | 'x' | 'z' | 'c' | 'g', 'e', 's'] | [.., 'c' | 's', 'h', 'e', 's'] => false,
        [.., before, 'l', 'e', 's'] => is_vowel(*before),
        [.., before, 'e', 's'] => !is_vowel(*before),
        _ => false,
    }
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// A small count as a number to divide with.
fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[test]
fn syllables_of_known_words() {
    for (word, expected) in [
        ("site", 1),
        ("page", 1),
        ("the", 1),
        ("name", 1),
        ("sent", 1),
        ("named", 1),
        ("401", 1),
        ("https", 1),
        ("cookie", 2),
        ("password", 2),
        ("browser", 2),
        ("sign-in", 2),
        ("open", 2),
        ("again", 2),
        ("address", 2),
        ("wanted", 2),
        ("pages", 2),
        ("removes", 2),
        ("removed", 2),
        ("people", 2),
        ("needed.", 2),
        ("cookies", 2),
        ("middle", 2),
        ("network", 2),
        ("permission", 3),
        ("accepted", 3),
        ("example", 3),
        ("certificate", 4),
        ("“automatically”", 6),
    ] {
        assert_eq!(syllables(word), expected, "{word}");
    }
}

#[test]
fn sentences_of_known_texts() {
    assert_eq!(sentences("Now sign in. Not better? Undo!").len(), 3);
    assert_eq!(sentences("The host shop.example says no.").len(), 1);
    assert_eq!(sentences("A title without an end").len(), 1);
    assert_eq!(sentences("Removing …").len(), 1);
    assert_eq!(sentences("").len(), 0);
}

#[test]
fn grades_of_known_texts() {
    // 6 words, 6 syllables, 1 sentence.
    assert!(
        (grade(&["The cat sat on the mat.".to_owned()]) - (0.39 * 6.0 + 11.8 - 15.59)).abs() < 1e-9
    );
    let hard = "Authentication credentials transmitted previously were unfortunately considered insufficient.";
    assert!(grade(&[hard.to_owned()]) > 12.0);
}
