//! The redacted report for a site's owner: plain technical English, no value of any cookie, token or password.

use crate::event::Millis;
use crate::exchange::Exchange;
use crate::finding::{Arg, Confidence, Finding};
use crate::journal::Tab;
use crate::scheme;
use crate::text::{number, push_number};

const TITLE: &str = "Readmit report (no passwords, tokens or cookie values)";

/// The report of a tab, empty where nothing failed.
#[must_use]
pub fn write(tab: &Tab, findings: &[(Finding, &Exchange)]) -> String {
    let mut text = String::new();
    let Some((top, exchange)) = findings.first() else {
        return general(tab);
    };
    line(&mut text, &[TITLE]);
    line(&mut text, &["Time: ", &time(exchange.time)]);
    if let Some(wanted) = &tab.wanted {
        line(&mut text, &["Wanted: ", &wanted.shown()]);
    }
    request(&mut text, exchange);
    cause(&mut text, "Cause: ", top);
    for fact in &top.evidence {
        text.push_str("  - ");
        text.push_str(fact.id.as_str());
        text.push(' ');
        let given = Arg::ALL
            .iter()
            .filter(|arg| !fact.args.get(**arg).is_empty());
        for (at, arg) in given.enumerate() {
            text.push_str(if at == 0 { "" } else { " " });
            text.push_str(arg.as_str());
            text.push('=');
            text.push_str(fact.args.get(*arg));
        }
        text.push('\n');
    }
    for (finding, _) in findings.iter().skip(1) {
        let kind = if finding.notice {
            "Note: "
        } else {
            "Perhaps: "
        };
        cause(&mut text, kind, finding);
    }
    if let Some(visit) = tab.visit.as_ref().filter(|visit| visit.hop_count > 0) {
        line(
            &mut text,
            &["Chain (", &number(visit.hop_count), " redirects):"],
        );
        for hop in &visit.hops {
            let status = hop.status.map_or("-".to_owned(), number);
            line(
                &mut text,
                &[
                    "  - ",
                    &hop.method,
                    " ",
                    &hop.address.shown(),
                    " ",
                    &status,
                    " sent: [",
                    &list(hop.sessions.iter().flatten()),
                    "] set: [",
                    &list(&hop.sets),
                    "]",
                ],
            );
        }
    }
    text
}

/// The report of an answer that no rule explains.
fn general(tab: &Tab) -> String {
    let mut text = String::new();
    let Some(exchange) = tab
        .document
        .as_ref()
        .filter(|exchange| exchange.status().is_some_and(|status| status >= 400))
    else {
        return text;
    };
    line(&mut text, &[TITLE]);
    line(&mut text, &["Time: ", &time(exchange.time)]);
    request(&mut text, exchange);
    line(&mut text, &["Cause: not known"]);
    text
}

fn request(text: &mut String, exchange: &Exchange) {
    line(
        text,
        &[
            "Request: ",
            &exchange.method,
            " ",
            &exchange.address.shown(),
        ],
    );
    if let Some(sent) = &exchange.sent {
        let names = sent.cookies.iter().map(|cookie| &cookie.name).take(40);
        line(
            text,
            &[
                "Cookies sent: ",
                &number(sent.cookies.len()),
                " (",
                &number(exchange.cookie_field_size()),
                " bytes): ",
                &list(names),
            ],
        );
        if let Some(credentials) = &sent.authorization {
            line(
                text,
                &[
                    "Authorization sent: ",
                    &credentials.scheme,
                    " (value not kept)",
                ],
            );
        }
    }
    let status = exchange.status().map_or("none".to_owned(), number);
    line(text, &["Answer: ", &status]);
    for challenge in exchange.challenges() {
        let view = scheme::View::of(challenge);
        let realm = view.realm().unwrap_or_default();
        line(
            text,
            &["Challenge: ", view.name(), " realm=\"", realm, "\""],
        );
    }
    for problem in exchange.problems().iter().take(4) {
        line(text, &["Challenge problem: ", &problem.to_string()]);
    }
    for name in ["server", "via", "retry-after", "date"] {
        if let Some(value) = exchange.field(name) {
            line(text, &[name, ": ", value]);
        }
    }
}

fn cause(text: &mut String, kind: &str, finding: &Finding) {
    let sure = word(finding.confidence);
    line(text, &[kind, finding.id.as_str(), " (", sure, ")"]);
}

/// Adds a line of these parts.
fn line(text: &mut String, parts: &[&str]) {
    for part in parts {
        text.push_str(part);
    }
    text.push('\n');
}

fn list<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let mut text = String::new();
    for name in names {
        text.push_str(if text.is_empty() { "" } else { ", " });
        text.push_str(name);
    }
    text
}

fn word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    }
}

/// `2026-11-23 12:00:00 UTC`, from milliseconds since 1970.
pub(crate) fn time(millis: Millis) -> String {
    let seconds = millis.max(0) / 1000;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days to a civil date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". A date library would take
    // more of the wasm than all rules about dates together.
    let z = days + 719_468;
    let era = z / 146_097;
    let day_of_era = z % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let mut text = number(year);
    for (before, part) in [
        ("-", month),
        ("-", day),
        (" ", rest / 3600),
        (":", rest / 60 % 60),
        (":", rest % 60),
    ] {
        text.push_str(before);
        text.push_str(if part < 10 { "0" } else { "" });
        push_number(&mut text, part);
    }
    text.push_str(" UTC");
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_written_plainly() {
        assert_eq!(super::time(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(super::time(1_795_435_200_000), "2026-11-23 12:00:00 UTC");
        assert_eq!(super::time(951_782_400_000), "2000-02-29 00:00:00 UTC");
        assert_eq!(super::time(-1), "1970-01-01 00:00:00 UTC");
    }
}
