//! One site with a snippet in it, or the same without: asks it, and keeps what was said for the diagnosis.

use std::cell::RefCell;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};
use readmit::challenge::{self, Challenge};
use readmit::cookie::SetCookie;
use readmit::event::Browser;
use readmit::finding::FindingId;
use readmit::input::{self, raw_head};
use readmit::owner::Server;

/// The host of all snippets.
pub(super) const HOST: &str = "app.example";

/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// A site of one topic on one server.
#[derive(Debug)]
pub(super) struct Site {
    /// What it runs on.
    pub(super) server: Server,
    /// The port that stands for 443 on 127.0.0.1; there is no TLS on it, as behind a proxy that ends it.
    pub(super) port: u16,
    /// The port that stands for 80.
    pub(super) plain_port: u16,
    /// What was said so far, as `curl -v` prints it.
    pub(super) transcript: RefCell<String>,
}

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    method: &'static str,
    target: String,
    host: &'static str,
    fields: Vec<(&'static str, String)>,
    body: String,
    plain: bool,
}

impl Ask {
    /// A page.
    pub(super) fn get(target: &str) -> Ask {
        Ask {
            method: "GET",
            target: target.to_owned(),
            host: HOST,
            fields: vec![],
            body: String::new(),
            plain: false,
        }
    }

    /// The same by another method.
    pub(super) fn by(mut self, method: &'static str) -> Ask {
        self.method = method;
        self
    }

    /// The same with one more field.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Ask {
        self.fields.push((name, value.into()));
        self
    }

    /// The same with a form that was filled in.
    pub(super) fn form(mut self, body: impl Into<String>) -> Ask {
        self.method = "POST";
        self.body = body.into();
        self.with("Content-Type", "application/x-www-form-urlencoded")
    }

    /// The same of another host.
    pub(super) fn of(mut self, host: &'static str) -> Ask {
        self.host = host;
        self
    }

    /// The same by plain http.
    pub(super) fn plainly(mut self) -> Ask {
        self.plain = true;
        self
    }

    /// The same by a page's script.
    pub(super) fn in_background(self) -> Ask {
        self.with("Sec-Fetch-Dest", "empty")
            .with("Accept", "application/json")
    }

    /// The head, without the line's ends.
    fn head(&self) -> Vec<String> {
        let mut lines = vec![
            format!("{} {} HTTP/1.1", self.method, self.target),
            format!("Host: {}", self.host),
        ];
        let mut field = |name: &str, value: &str| lines.push(format!("{name}: {value}"));
        if !self.plain {
            field("X-Forwarded-Proto", "https");
        }
        for (name, value) in &self.fields {
            field(name, value);
        }
        if self.method == "POST" {
            field("Content-Length", &self.body.len().to_string());
        }
        field("Connection", "close");
        lines
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status code.
    pub(super) status: u16,
    /// What came behind the head, chunks and all.
    pub(super) body: String,
    fields: Vec<(String, String)>,
}

impl Answer {
    /// The values of a field.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.fields.iter();
        fields
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a field; empty where there is none.
    pub(super) fn field<'a>(&'a self, name: &'a str) -> &'a str {
        self.all(name).next().unwrap_or_default()
    }

    /// The cookies that it sets.
    pub(super) fn cookies(&self) -> Vec<SetCookie> {
        self.all("Set-Cookie").map(SetCookie::parse).collect()
    }

    /// The challenges.
    ///
    /// # Errors
    /// A problem that the parser found.
    pub(super) fn challenges(&self) -> Result<Vec<Challenge>> {
        let (challenges, problems) = challenge::parse(self.all("WWW-Authenticate"));
        match problems.first() {
            Some(problem) => anyhow::bail!("expected a challenge without a problem: {problem:?}"),
            None => Ok(challenges),
        }
    }
}

impl Site {
    /// Asks, and reads the answer to its end.
    ///
    /// # Errors
    /// No answer, or none that is HTTP.
    pub(super) fn ask(&self, ask: &Ask) -> Result<Answer> {
        let port = if ask.plain {
            self.plain_port
        } else {
            self.port
        };
        let head = ask.head();
        let bytes = (|| {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            stream.set_read_timeout(Some(ANSWER_LIMIT))?;
            let text = format!("{}\r\n\r\n{}", head.join("\r\n"), ask.body);
            stream.write_all(text.as_bytes())?;
            let mut bytes = Vec::new();
            match stream.read_to_end(&mut bytes) {
                // Who refuses a head that is too long may close while it is still being sent.
                Err(_) if !bytes.is_empty() => {}
                read => drop(read?),
            }
            Ok::<_, std::io::Error>(bytes)
        })()
        .with_context(|| format!("expected an answer to {} {}", ask.method, ask.target))?;
        let text = String::from_utf8_lossy(&bytes);
        let (answer_head, body) = text.split_once("\r\n\r\n").unwrap_or((&*text, ""));
        let mut lines = answer_head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let status = status
            .and_then(|code| code.parse().ok())
            .with_context(|| format!("expected a status line, but found {} bytes", bytes.len()))?;
        let fields = lines.filter_map(|line| line.split_once(':'));
        let fields = fields.map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        let answer = Answer {
            status,
            body: body.to_owned(),
            fields: fields.collect(),
        };
        let mut said = self.transcript.borrow_mut();
        let by = if ask.plain { 80 } else { 443 };
        said.push_str(&format!(
            "* Connected to {} (127.0.0.1) port {by}\n",
            ask.host
        ));
        for line in head {
            said.push_str(&format!("> {line}\n"));
        }
        said.push_str(">\n");
        for line in answer_head.split("\r\n") {
            said.push_str(&format!("< {line}\n"));
        }
        said.push_str(&format!("<\n{body}\n"));
        Ok(answer)
    }

    /// What the diagnosis says of all that was said: every finding, notes for owners included.
    pub(super) fn findings(&self) -> Vec<FindingId> {
        let recording = raw_head::parse(&self.transcript.borrow(), &input::site_of);
        let judged = input::judge(&recording.exchanges, Browser::Recording);
        let findings = judged.iter().flat_map(|judged| &judged.findings);
        let mut ids: Vec<_> = findings.map(|finding| finding.id).collect();
        ids.sort();
        ids.dedup();
        ids
    }
}
