//! The local history of failing answers: counts by hour, status and site, as the background keeps them while the switch
//! is on, and what is drawn of them.

use serde::Serialize;

use super::note::{Note, Said};
use crate::event::Millis;
use crate::finding::Arg;
use crate::sorted::sort_by_key;
use crate::text;

const HOUR: Millis = 60 * 60 * 1000;
/// Days that are kept.
const DAYS: i64 = 30;
/// Hours of the finer picture.
const HOURS: i64 = 24;
/// Sites that are kept: those with the latest failures.
const SITES_MAX: usize = 100;
/// An hour with fewer failures is no spike.
const SPIKE_MIN: u32 = 10;
/// A spike has so many times the failures of any hour before.
const SPIKE_TIMES: u32 = 3;

/// A count as it is kept: `<hours since 1970> <status, 0 for none> <site>`, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Count {
    hour: i64,
    status: u16,
    site: String,
    count: u32,
}

impl Count {
    /// `None` for what nobody has written here.
    fn read(key: &str, count: u32) -> Option<Count> {
        let (hour, rest) = key.split_once(' ')?;
        let (status, site) = rest.split_once(' ')?;
        Some(Count {
            hour: hour.parse().ok()?,
            status: status.parse().ok()?,
            site: (!site.is_empty()).then(|| site.to_owned())?,
            count: (count > 0).then_some(count)?,
        })
    }

    fn key(&self) -> String {
        let (hour, status) = (text::number(self.hour), text::number(self.status));
        text::concat(&[&hour, " ", &status, " ", &self.site])
    }
}

/// What is drawn for one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct History {
    /// Failures of all that is kept.
    pub total: u32,
    /// How many of each status, the most frequent one first.
    pub statuses: Vec<OfStatus>,
    /// The last 30 days, the present one last.
    pub days: Vec<Bar>,
    /// The last 24 hours, the present one last.
    pub hours: Vec<Bar>,
    /// More than usual.
    pub spike: Option<Said>,
}

/// How many failures had a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfStatus {
    /// The status; 0 where no answer came.
    pub status: u16,
    /// How many.
    pub count: u32,
}

/// How many failures a span of time had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// When it began, in milliseconds since 1970.
    pub start: Millis,
    /// How many.
    pub count: u32,
}

/// All counts that are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(Vec<Count>);

impl Counts {
    /// Reads what is kept. Left out is what cannot be read, what is too old or yet to come, and the sites beyond the bound.
    #[must_use]
    pub fn read<'a>(kept: impl Iterator<Item = (&'a str, u32)>, now: Millis) -> Counts {
        let present = now / HOUR;
        let mut counts: Vec<Count> = kept
            .filter_map(|(key, count)| Count::read(key, count))
            .filter(|it| (present - DAYS * 24..=present).contains(&it.hour))
            .collect();
        let mut latest: Vec<(String, i64)> = Vec::new();
        for count in &counts {
            match latest.iter_mut().find(|(site, _)| *site == count.site) {
                Some((_, hour)) => *hour = count.hour.max(*hour),
                None => latest.push((count.site.clone(), count.hour)),
            }
        }
        sort_by_key(&mut latest, |(_, hour)| -hour);
        let dropped = latest.get(SITES_MAX..).unwrap_or_default();
        counts.retain(|count| dropped.iter().all(|(site, _)| *site != count.site));
        Counts(counts)
    }

    /// The keys of what is to be kept on.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.0.iter().map(Count::key).collect()
    }

    /// What is drawn for a site.
    #[must_use]
    pub fn of(&self, site: &str, now: Millis) -> History {
        let present = now / HOUR;
        let own: Vec<&Count> = self.0.iter().filter(|it| it.site == site).collect();
        let sum = |from: i64, to: i64| {
            let within = own.iter().filter(|it| (from..to).contains(&it.hour));
            within.fold(0_u32, |sum, it| sum.saturating_add(it.count))
        };
        let today = present / 24;
        let mut statuses: Vec<OfStatus> = Vec::new();
        for count in &own {
            match statuses.iter_mut().find(|it| it.status == count.status) {
                Some(known) => known.count = known.count.saturating_add(count.count),
                None => statuses.push(OfStatus {
                    status: count.status,
                    count: count.count,
                }),
            }
        }
        sort_by_key(&mut statuses, |it| u32::MAX - it.count);
        let days = (today + 1 - DAYS..=today).map(|day| Bar {
            start: day * 24 * HOUR,
            count: sum(day * 24, (day + 1) * 24),
        });
        let hours = (present + 1 - HOURS..=present).map(|hour| Bar {
            start: hour * HOUR,
            count: sum(hour, hour + 1),
        });
        History {
            total: sum(i64::MIN, i64::MAX),
            statuses,
            days: days.collect(),
            hours: hours.collect(),
            spike: spike(&own, present, sum),
        }
    }
}

/// Whether this hour or the one before has far more failures than any hour in the days before; told only where there
/// were days before.
fn spike(own: &[&Count], present: i64, sum: impl Fn(i64, i64) -> u32) -> Option<Said> {
    let lately = (present - 1..=present)
        .map(|hour| sum(hour, hour + 1))
        .max()?;
    let first = own.iter().map(|it| it.hour).min()?;
    if present - first < HOURS {
        return None;
    }
    let before = own.iter().filter(|it| it.hour < present - 1);
    let most = before.map(|it| sum(it.hour, it.hour + 1)).max()?;
    let is_spike = lately >= SPIKE_MIN && lately >= most.saturating_mul(SPIKE_TIMES);
    is_spike.then(|| {
        Note::Spike
            .with(Arg::Count, text::number(lately))
            .with(Arg::Other, text::number(most))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_795_435_200_000 + 25 * 60 * 1000;
    const PRESENT: i64 = NOW / HOUR;

    fn counts(rows: &[(i64, u16, &str, u32)]) -> Counts {
        let kept: Vec<(String, u32)> = rows
            .iter()
            .map(|(ago, status, site, count)| {
                (format!("{} {status} {site}", PRESENT - ago), *count)
            })
            .collect();
        Counts::read(kept.iter().map(|(key, count)| (key.as_str(), *count)), NOW)
    }

    #[test]
    fn days_hours_and_statuses_are_summed() {
        let history = counts(&[
            (0, 401, "a.example", 2),
            (0, 403, "a.example", 1),
            (3, 401, "a.example", 4),
            (50, 0, "a.example", 9),
            (0, 500, "b.example", 7),
        ])
        .of("a.example", NOW);
        assert_eq!(history.total, 16);
        let statuses: Vec<(u16, u32)> = history
            .statuses
            .iter()
            .map(|it| (it.status, it.count))
            .collect();
        assert_eq!(statuses, [(0, 9), (401, 6), (403, 1)]);
        assert_eq!((history.days.len(), history.hours.len()), (30, 24));
        assert_eq!(history.hours[23].count, 3);
        assert_eq!(history.hours[20].count, 4);
        assert_eq!(history.hours[23].start, PRESENT * HOUR);
        assert_eq!(history.days.iter().map(|day| day.count).sum::<u32>(), 16);
        assert_eq!(history.days[29].count, 7);
        assert!(
            counts(&[])
                .of("a.example", NOW)
                .days
                .iter()
                .all(|day| day.count == 0)
        );
    }

    #[test]
    fn what_is_old_odd_or_too_much_is_dropped() {
        let kept = counts(&[
            (0, 401, "a.example", 1),
            (24 * 31, 401, "a.example", 1),
            (-1, 401, "a.example", 1),
            (0, 401, "a.example", 0),
        ]);
        assert_eq!(kept.keys(), [format!("{PRESENT} 401 a.example")]);
        let odd = ["", "1", "1 2", "x 401 a", "1 x a", "1 401 ", "1 99999 a"];
        assert_eq!(
            Counts::read(odd.iter().map(|key| (*key, 1)), NOW),
            Counts::default()
        );
        let many: Vec<String> = (0..150)
            .map(|at| format!("{} 401 s{at}.example", PRESENT - at))
            .collect();
        let kept = Counts::read(many.iter().map(|key| (key.as_str(), 1)), NOW).keys();
        assert_eq!(kept.len(), 100);
        assert!(kept.contains(&many[0]) && !kept.contains(&many[149]));
    }

    #[test]
    fn a_spike_is_told_against_the_days_before() {
        let usual = (30, 401, "a.example", 4);
        let spike = |rows: &[(i64, u16, &str, u32)]| counts(rows).of("a.example", NOW).spike;
        let told =
            spike(&[usual, (0, 401, "a.example", 8), (0, 403, "a.example", 4)]).expect("a spike");
        assert_eq!(
            (told.args.get(Arg::Count), told.args.get(Arg::Other)),
            ("12", "4")
        );
        assert!(
            spike(&[usual, (1, 401, "a.example", 12)]).is_some(),
            "the hour before"
        );
        assert!(
            spike(&[usual, (0, 401, "a.example", 11)]).is_none(),
            "near what is usual"
        );
        assert!(
            spike(&[(30, 401, "a.example", 1), (0, 401, "a.example", 9)]).is_none(),
            "few"
        );
        assert!(
            spike(&[(2, 401, "a.example", 1), (0, 401, "a.example", 90)]).is_none(),
            "no days before"
        );
        assert!(spike(&[usual]).is_none());
    }
}
