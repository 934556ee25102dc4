//! The snippets of `www/snippets`: their files, the places in them, and the ones that are missing on purpose.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use readmit::owner::{Server, Topic};

use crate::tools;

/// The most lines of a snippet.
const LINES_MAX: usize = 25;

/// What an owner can paste, for one topic and one server.
#[derive(Debug)]
pub(super) struct Snippet {
    /// What it is about.
    pub(super) topic: Topic,
    /// What it is for.
    pub(super) server: Server,
    /// Its parts, in the order of the file; never empty.
    pub(super) parts: Vec<Part>,
}

/// The lines of a snippet that go into one place.
#[derive(Debug)]
pub(super) struct Part {
    /// Where they go, as the line `# In PLACE:` above them says it.
    pub(super) place: String,
    /// The lines.
    pub(super) text: String,
}

impl Snippet {
    /// What goes into a place, with these fillings for the file's placeholders. A remark may follow the place's name.
    pub(super) fn part(&self, place: &str, fillings: &[(&str, &str)]) -> String {
        let parts = self.parts.iter().filter(|part| {
            let remark = part.place.strip_prefix(place);
            remark.is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ';']))
        });
        let text: String = parts.map(|part| part.text.as_str()).collect();
        let fill = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
        fillings.iter().fold(text, fill)
    }
}

/// How the files of a server end.
pub(super) fn ending(server: Server) -> &'static str {
    match server {
        Server::Apache | Server::Nginx => "conf",
        Server::Caddy => "caddy",
        Server::Express => "js",
        Server::Flask | Server::Django => "py",
        Server::Spring => "java",
        Server::AspNet => "cs",
    }
}

pub(super) fn path(topic: Topic, server: Server) -> PathBuf {
    let name = format!("{}.{}", server.as_str(), ending(server));
    folder().join(topic.as_str()).join(name)
}

pub(super) fn folder() -> PathBuf {
    tools::root().join("www/snippets")
}

/// Why a topic has no snippet for a server; `None` where it has one.
#[cfg(test)]
fn why_missing(topic: Topic, server: Server) -> Option<&'static str> {
    use Server as S;
    use Topic as T;
    let application = "the application does it, not the server in front of it";
    let unsure = "not written: nothing here can run it";
    Some(match (topic, server) {
        (T::FormToken | T::OneTimeLink | T::HandoffState, S::Apache | S::Nginx | S::Caddy) => {
            application
        }
        (T::ClockLeeway, S::Apache | S::Nginx | S::Caddy) => application,
        (T::ClockLeeway, S::Express | S::Flask | S::Django) => {
            "not written: a library for tokens does it, and none is installed here"
        }
        (T::BearerError, S::Apache) => "no module of httpd itself reads bearer tokens",
        (T::ReturnTo | T::ApiStatus, S::Apache) => application,
        (T::EmbeddedCookie, S::Nginx) => "proxy_cookie_flags knows no Partitioned",
        (T::EmbeddedCookie, S::Django) => "Django 5 has no setting for Partitioned",
        (T::HeaderSize, S::Caddy) => "it takes 1 MB, and answers 431 beyond by itself",
        (T::HeaderSize, S::Flask | S::Django) => "the server that runs it has the limit",
        (T::ForwardAuthorization, S::Caddy) => "it passes the field on by itself",
        (T::ForwardAuthorization, S::Express | S::Flask | S::Django | S::Spring | S::AspNet) => {
            "it is the application that the field is passed on to"
        }
        (T::ClientCertificate | T::IntegratedFallback, S::Apache | S::Nginx | S::Caddy) => {
            "not written: needs TLS or a domain's sign-in to be run"
        }
        (T::ClientCertificate | T::IntegratedFallback, S::Express | S::Flask | S::Django) => {
            "the server in front of it does it"
        }
        (T::ClientCertificate | T::IntegratedFallback, S::Spring | S::AspNet) => unsure,
        (
            T::EmbeddedCookie
            | T::HeaderSize
            | T::OneHost
            | T::FormToken
            | T::RetryAfter
            | T::Refusal
            | T::OneTimeLink
            | T::HandoffState,
            S::Spring,
        ) => unsure,
        (
            T::FormToken | T::Refusal | T::OfflineCopy | T::OneTimeLink | T::HandoffState,
            S::AspNet,
        ) => unsure,
        _ => return None,
    })
}

/// Every snippet that there is, in the order of the topics.
///
/// # Errors
/// A file that cannot be read, or is not made as snippets are.
pub(super) fn all() -> Result<Vec<Snippet>> {
    let mut snippets = Vec::new();
    for topic in Topic::ALL {
        for server in Server::ALL {
            if let Ok(text) = fs::read_to_string(path(*topic, *server)) {
                snippets.push(parse(*topic, *server, &text)?);
            }
        }
    }
    Ok(snippets)
}

fn parse(topic: Topic, server: Server, text: &str) -> Result<Snippet> {
    let name = format!("www/snippets/{topic:?} for {server:?}");
    let count = text.lines().count();
    ensure!(
        count <= LINES_MAX,
        "expected at most {LINES_MAX} lines in {name}, but found {count}"
    );
    let sign = match ending(server) {
        "js" | "java" | "cs" => "// ",
        _ => "# ",
    };
    let mut lines = text.lines();
    let purpose = lines.next().and_then(|line| line.strip_prefix(sign));
    ensure!(
        purpose.is_some_and(|purpose| purpose.len() > 20 && place(purpose).is_none()),
        "expected the first line of {name} to say what it does (`{sign}…`)"
    );
    let mut parts: Vec<Part> = Vec::new();
    for line in lines {
        if let Some(place) = line.strip_prefix(sign).and_then(place) {
            let (place, text) = (place.to_owned(), String::new());
            parts.push(Part { place, text });
        } else if let Some(part) = parts.last_mut() {
            part.text.push_str(line);
            part.text.push('\n');
        } else {
            ensure!(
                line.starts_with(sign),
                "expected a line `{sign}In PLACE:` above the first part of {name}"
            );
        }
    }
    ensure!(
        !parts.is_empty() && parts.iter().all(|part| !part.text.trim().is_empty()),
        "expected a line `{sign}In PLACE:` in {name}, and something below each"
    );
    Ok(Snippet {
        topic,
        server,
        parts,
    })
}

/// The place that a comment names: `In server { }:`.
fn place(comment: &str) -> Option<&str> {
    comment.strip_prefix("In ")?.strip_suffix(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_there_or_missing_for_a_reason() {
        for topic in Topic::ALL {
            for server in Server::ALL {
                let is_there = path(*topic, *server).exists();
                let reason = why_missing(*topic, *server);
                assert_eq!(
                    is_there,
                    reason.is_none(),
                    "expected a snippet or a reason, for {topic:?} and {server:?}: {reason:?}"
                );
            }
        }
    }
}
