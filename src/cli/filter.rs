//! Which findings are told, and which make the exit status 1.

use clap::ArgMatches;

use crate::finding::{Confidence, Finding, FindingId};

/// What `--min-confidence`, `--only` and `--fail-on` ask for.
pub(super) struct Filter {
    least: Confidence,
    /// Empty for all.
    only: Vec<FindingId>,
    /// `None` for all that are told.
    fail_on: Option<Vec<FindingId>>,
}

impl Filter {
    pub(super) fn of(matches: &ArgMatches) -> Filter {
        let least = matches.get_one::<String>("min-confidence");
        Filter {
            least: match least.map(String::as_str) {
                Some("certain") => Confidence::Certain,
                Some("likely") => Confidence::Likely,
                _ => Confidence::Possible,
            },
            only: ids(matches, "only").unwrap_or_default(),
            fail_on: ids(matches, "fail-on"),
        }
    }

    /// What is told of an exchange: nothing where its first finding is not asked for, since what stands behind that
    /// explains it less well.
    pub(super) fn told(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        // `Confidence` begins with the surest.
        let wanted = findings.first().is_some_and(|first| {
            first.confidence <= self.least
                && (self.only.is_empty() || self.only.contains(&first.id))
        });
        findings.retain(|finding| wanted && finding.confidence <= self.least);
        findings
    }

    /// Whether this finding makes the exit status 1.
    pub(super) fn fails(&self, finding: FindingId) -> bool {
        self.fail_on
            .as_ref()
            .is_none_or(|ids| ids.contains(&finding))
    }
}

/// The ids of an argument, which clap has checked.
fn ids(matches: &ArgMatches, name: &str) -> Option<Vec<FindingId>> {
    let ids = matches.get_many::<String>(name)?;
    Some(ids.filter_map(|id| FindingId::from_id(id)).collect())
}
