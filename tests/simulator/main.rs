//! A small browser with scripted servers, in which every finding is told as a story and run through the real engine.
//!
//! `stories/` has the stories, a file per family; `story` says what one consists of and how it is told: in both browsers,
//! in every order of events that they permit, and once more with the worker stopped after every single event.

#[cfg(test)]
mod aftermath;
mod browser;
#[cfg(test)]
mod browser_tests;
mod edge;
mod effects;
mod jar;
mod logins;
mod random;
mod server;
mod sites;
mod stories;
mod story;
mod worker;

use readmit::finding::FindingId;
use story::{About, Tally, tell};

/// Fewest stories in which something is wrong, and in which nothing is.
const WALLS_MIN: usize = 50;
const HEALTHY_MIN: usize = 60;

#[track_caller]
fn tell_family(name: &str) {
    let (_, stories) = stories::FAMILIES
        .iter()
        .find(|(family, _)| *family == name)
        .expect("a family");
    let mut tally = Tally::default();
    for story in *stories {
        tell(story, &mut tally);
    }
    report(&format!(
        "{name}: {} stories told {} times",
        stories.len(),
        tally.runs
    ));
    assert!(
        tally.troubles.is_empty(),
        "{} troubles:\n\n{}",
        tally.troubles.len(),
        tally.troubles.join("\n\n")
    );
}

#[expect(
    clippy::print_stdout,
    reason = "the counts are for the reader of the test's output"
)]
fn report(line: &str) {
    println!("{line}");
}

macro_rules! families {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            tell_family(stringify!($name));
        })+

        #[test]
        fn every_family_is_told() {
            let told = [$(stringify!($name)),+];
            assert!(stories::FAMILIES.iter().all(|(name, _)| told.contains(name)));
            assert_eq!(stories::FAMILIES.len(), told.len());
        }
    };
}

families! { arrivals background browsing challenges cookie_fates cookies forms healthy interference keeps limits passwords permissions services sessions tokens }

#[test]
fn every_finding_has_a_story_where_it_is_true_and_one_where_it_only_seems_so() {
    let all: Vec<&story::Story> = stories::FAMILIES
        .iter()
        .flat_map(|(_, stories)| *stories)
        .collect();
    let healthy = all
        .iter()
        .filter(|story| matches!(story.about, About::Healthy | About::Quiet))
        .count();
    report(&format!(
        "{} stories of walls and near misses, {healthy} of healthy sites",
        all.len() - healthy
    ));
    assert!(
        all.len() - healthy >= WALLS_MIN,
        "expected {WALLS_MIN} stories, but found {}",
        all.len() - healthy
    );
    assert!(
        healthy >= HEALTHY_MIN,
        "expected {HEALTHY_MIN} healthy stories, but found {healthy}"
    );
    for id in FindingId::ALL.iter().map(|id| id.as_str()) {
        assert!(
            all.iter().any(|story| story.about == About::Truth(id)),
            "expected a story where {id} is true"
        );
        let seems =
            |story: &&story::Story| [About::NearMiss(id), About::Beside(id)].contains(&story.about);
        assert!(
            all.iter().any(seems),
            "expected a story where {id} only seems true"
        );
    }
    let mut names: Vec<&str> = all.iter().map(|story| story.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len(), "two stories have one name");
}

/// How many random stories the suite tells, where `READMIT_STORIES` does not say otherwise.
const RANDOM: u64 = 400;

#[test]
fn random_stories_hold_what_must_always_hold() {
    let count = std::env::var("READMIT_STORIES").map_or(RANDOM, |count| {
        count.parse().expect("READMIT_STORIES is a number")
    });
    let started = std::time::Instant::now();
    let counts = random::tell_all(0..count);
    report(&format!(
        "{count} random stories in {:.1} s: {counts:?}",
        started.elapsed().as_secs_f64()
    ));
    // The stories are worth something only if they get into walls and out of them.
    let stories = usize::try_from(count).expect("a small number");
    assert!(counts.walls >= stories / 4 && counts.pressed >= stories / 4);
    assert!(counts.removed >= stories / 80 && counts.undone >= stories / 200);
}

/// How many stories one core and all of them tell a second: a measurement, not a promise. For `cargo xtask bench`.
#[test]
#[ignore = "a measurement"]
fn stories_a_second() {
    let mut seeds = 0;
    let started = computed();
    while computed() - started < 3.0 {
        random::tell_here(seeds..seeds + 100);
        seeds += 100;
    }
    report(&format!(
        "{:.0} random stories a second",
        seeds as f64 / (computed() - started)
    ));
    let started = std::time::Instant::now();
    random::tell_all(0..2 * seeds);
    report(&format!(
        "{:.0} random stories a second on all cores",
        (2 * seeds) as f64 / started.elapsed().as_secs_f64()
    ));
    let mut tally = Tally::default();
    let started = computed();
    while computed() - started < 3.0 {
        for (_, stories) in stories::FAMILIES {
            stories
                .iter()
                .for_each(|story| story::tell_awake(story, &mut tally));
        }
    }
    report(&format!(
        "{:.0} tellings of the fixed stories a second, their logs included",
        f64::from(tally.runs) / (computed() - started)
    ));
}

/// Seconds that this thread has computed: Linux tells, elsewhere the clock on the wall has to do.
fn computed() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    let wall = START.get_or_init(std::time::Instant::now).elapsed();
    nanos.map_or(wall.as_secs_f64(), |nanos| nanos / 1e9)
}
