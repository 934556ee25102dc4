//! The extension's scripts name the same things as the core: response fields, effects, events.

use readmit::event::OBSERVED_FIELDS;

fn script(name: &str) -> String {
    let path = format!("{}/extension/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).expect(&path)
}

/// The quoted words between two marks of a script.
fn quoted(text: &str, from: &str, to: &str) -> Vec<String> {
    let start = text.find(from).expect(from) + from.len();
    let part = text.get(start..).unwrap_or_default();
    let part = part.split(to).next().unwrap_or_default();
    part.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_script_hands_over_the_fields_that_the_core_reads() {
    assert_eq!(
        quoted(&script("normalise.js"), "new Set([", "])"),
        OBSERVED_FIELDS
    );
}

#[test]
fn every_effect_has_a_hand() {
    let background = script("background.js");
    let source = std::fs::read_to_string(format!("{}/src/event.rs", env!("CARGO_MANIFEST_DIR")))
        .expect("src/event.rs");
    let effects = source
        .split("pub enum Effect {")
        .nth(1)
        .expect("the effects");
    let names: Vec<&str> = effects
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(" {"))
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .collect();
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        let kebab: String = name
            .chars()
            .enumerate()
            .flat_map(|(at, c)| {
                let dash = (c.is_uppercase() && at > 0).then_some('-');
                dash.into_iter().chain(c.to_lowercase())
            })
            .collect();
        let called = [
            format!("async {kebab}("),
            format!("async \"{kebab}\"("),
            format!("=== \"{kebab}\""),
        ];
        assert!(
            called.iter().any(|form| background.contains(form)),
            "background.js does nothing for `{kebab}`"
        );
    }
}
