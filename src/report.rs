//! The redacted report for a site's owner: plain technical English, no value of any cookie, token or password.

use std::fmt::Write;

use crate::event::Millis;
use crate::exchange::Exchange;
use crate::finding::{Arg, Finding};
use crate::journal::Tab;

/// The report of a tab, empty where nothing failed.
#[must_use]
pub fn write(tab: &Tab, findings: &[(Finding, &Exchange)]) -> String {
    let mut text = String::new();
    let Some((top, exchange)) = findings.first() else {
        return general(tab);
    };
    let _ = writeln!(
        text,
        "Readmit report (no passwords, tokens or cookie values)"
    );
    let _ = writeln!(text, "Time: {}", time(exchange.time));
    if let Some(wanted) = &tab.wanted {
        let _ = writeln!(text, "Wanted: {}", wanted.shown());
    }
    request(&mut text, exchange);
    let _ = writeln!(
        text,
        "Cause: {} ({})",
        top.id.as_str(),
        word(&top.confidence)
    );
    for fact in &top.evidence {
        let args: Vec<String> = Arg::ALL
            .iter()
            .filter(|arg| !fact.args.get(**arg).is_empty())
            .map(|arg| format!("{}={}", arg.as_str(), fact.args.get(*arg)))
            .collect();
        let _ = writeln!(text, "  - {} {}", fact.id.as_str(), args.join(" "));
    }
    for (finding, _) in findings.iter().skip(1) {
        let kind = if finding.notice { "Note" } else { "Perhaps" };
        let _ = writeln!(
            text,
            "{kind}: {} ({})",
            finding.id.as_str(),
            word(&finding.confidence)
        );
    }
    if let Some(visit) = tab.visit.as_ref().filter(|visit| visit.hop_count > 0) {
        let _ = writeln!(text, "Chain ({} redirects):", visit.hop_count);
        for hop in &visit.hops {
            let status = hop
                .status
                .map_or("-".to_owned(), |status| status.to_string());
            let sessions = hop.sessions.as_deref().unwrap_or_default().join(", ");
            let sets = hop.sets.join(", ");
            let _ = writeln!(
                text,
                "  - {} {} {status} sent: [{sessions}] set: [{sets}]",
                hop.method,
                hop.address.shown()
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
    let _ = writeln!(
        text,
        "Readmit report (no passwords, tokens or cookie values)"
    );
    let _ = writeln!(text, "Time: {}", time(exchange.time));
    request(&mut text, exchange);
    let _ = writeln!(text, "Cause: not known");
    text
}

fn request(text: &mut String, exchange: &Exchange) {
    let _ = writeln!(
        text,
        "Request: {} {}",
        exchange.method,
        exchange.address.shown()
    );
    if let Some(sent) = &exchange.sent {
        let names: Vec<&str> = sent
            .cookies
            .iter()
            .map(|cookie| cookie.name.as_str())
            .take(40)
            .collect();
        let _ = writeln!(
            text,
            "Cookies sent: {} ({} bytes): {}",
            sent.cookies.len(),
            exchange.cookie_field_size(),
            names.join(", ")
        );
        if let Some(credentials) = &sent.authorization {
            let _ = writeln!(
                text,
                "Authorization sent: {} (value not kept)",
                credentials.scheme
            );
        }
    }
    match exchange.status() {
        Some(status) => {
            let _ = writeln!(text, "Answer: {status}");
        }
        None => {
            let _ = writeln!(text, "Answer: none");
        }
    }
    for challenge in exchange.challenges() {
        let view = crate::scheme::View::of(challenge);
        let _ = writeln!(
            text,
            "Challenge: {} realm=\"{}\"",
            view.name(),
            view.realm().unwrap_or_default()
        );
    }
    for problem in exchange.problems().iter().take(4) {
        let _ = writeln!(text, "Challenge problem: {problem}");
    }
    for name in ["server", "via", "retry-after", "date"] {
        if let Some(value) = exchange.field(name) {
            let _ = writeln!(text, "{name}: {value}");
        }
    }
}

fn word(confidence: &crate::finding::Confidence) -> &'static str {
    match confidence {
        crate::finding::Confidence::Certain => "certain",
        crate::finding::Confidence::Likely => "likely",
        crate::finding::Confidence::Possible => "possible",
    }
}

/// `2026-11-23 12:00:00 UTC`, from milliseconds since 1970.
fn time(millis: Millis) -> String {
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
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
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
