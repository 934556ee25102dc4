//! `cargo xtask snippets`: every snippet of `www/snippets` in its real server, asked what its topic is about.
//!
//! Each snippet that can run here does so twice over: in a site around it, which must then keep the topic's promise and be
//! diagnosed as healthy; and the same site runs without it, which must break the promise, so that the check can fail.

mod apache;
mod caddy;
mod checks;
mod express;
mod files;
mod nginx;
mod python;
mod site;
mod upstream;

use std::cell::RefCell;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use readmit::owner::Server;

use crate::servers::process::Running;
use crate::servers::{free_port, htpasswd};
use crate::setup;
use files::Snippet;
use site::Site;

/// The name and password that every site knows.
const USER: &str = "mira";
const PASSWORD: &str = "s3cret-password-snippets";
/// The session that the application behind proxies begins.
const SESSION: &str = "sid=s3cret-session-snippets";
/// A bearer token that is accepted, one that expired, and one that may read and no more.
const TOKEN: &str = "s3cret.token.good";
const TOKEN_OLD: &str = "s3cret.token.old";
const TOKEN_WEAK: &str = "s3cret.token.weak";
/// How the applications' sources name them; a longer word stands before one that it begins with.
const WORDS: [(&str, &str); 5] = [
    ("TOKEN_OLD", TOKEN_OLD),
    ("TOKEN_WEAK", TOKEN_WEAK),
    ("TOKEN", TOKEN),
    ("USER", USER),
    ("PASSWORD", PASSWORD),
];

/// What stands around a snippet in its site.
#[derive(Debug, Default, Clone, Copy)]
struct Around {
    /// Before the snippet.
    before: &'static str,
    /// Behind it.
    after: &'static str,
    /// In its place, in the site without it.
    without: &'static str,
}

/// A site that is to be: its snippet, and the ports of it.
#[derive(Debug, Clone, Copy)]
struct Plan<'a> {
    snippet: &'a Snippet,
    with: bool,
    /// Stands for 443.
    port: u16,
    /// Stands for 80.
    plain_port: u16,
}

impl Plan<'_> {
    /// What the snippet says for a place; nothing where the site goes without it.
    fn part(&self, place: &str, fillings: &[(&str, &str)]) -> String {
        match self.with {
            true => self.snippet.part(place, fillings),
            false => String::new(),
        }
    }
}

/// What servers need to know: their own folder, and the port of the application behind proxies.
#[derive(Debug, Clone, Copy)]
struct Bench<'a> {
    dir: &'a Path,
    upstream: u16,
}

/// Runs a server with all its sites.
type Start = fn(&[Plan<'_>], Bench<'_>) -> Result<Running>;

/// The servers that run here.
const STARTS: [(Server, Start); 6] = [
    (Server::Apache, apache::start),
    (Server::Nginx, nginx::start),
    (Server::Caddy, caddy::start),
    (Server::Express, express::start),
    (Server::Flask, python::flask),
    (Server::Django, python::django),
];

/// Which snippets to run, where not all.
#[derive(clap::Args, Default)]
pub(crate) struct Wanted {
    /// Only this topic.
    #[arg(long)]
    topic: Option<String>,
    /// Only this server.
    #[arg(long)]
    server: Option<String>,
    /// Shows what was said with each snippet that fails.
    #[arg(long)]
    verbose: bool,
}

impl Wanted {
    fn wants(&self, snippet: &Snippet) -> bool {
        let fits =
            |wanted: &Option<String>, id| wanted.as_deref().is_none_or(|wanted| wanted == id);
        fits(&self.topic, snippet.topic.as_str()) && fits(&self.server, snippet.server.as_str())
    }
}

/// What became of one snippet.
#[derive(Debug)]
pub(crate) struct Checked {
    /// Topic and server.
    pub(crate) name: String,
    /// Whether it was run.
    pub(crate) ran: bool,
    /// What was wrong.
    pub(crate) result: Result<()>,
}

/// Runs the snippets alone and prints a line for each.
///
/// # Errors
/// A snippet that does not keep its promise.
pub(crate) fn run(wanted: &Wanted) -> Result<()> {
    setup::servers()?;
    let checked = check(wanted)?;
    for row in &checked {
        let word = match (&row.result, row.ran) {
            (Err(_), _) => "FAILED",
            (_, true) => "ok",
            (_, false) => "not run here",
        };
        println!("{:40}{word}", row.name);
        if let Err(error) = &row.result {
            println!("{error:#}");
        }
    }
    let failed = checked.iter().filter(|row| row.result.is_err()).count();
    ensure!(
        failed == 0,
        "expected every snippet to hold, but {failed} do not"
    );
    Ok(())
}

/// Runs all of them as one step of the tests.
///
/// # Errors
/// The first snippet that does not keep its promise.
pub(crate) fn hold() -> Result<()> {
    for row in check(&Wanted::default())? {
        row.result.with_context(|| row.name)?;
    }
    Ok(())
}

/// Runs the wanted snippets of all servers.
///
/// # Errors
/// A snippet that cannot be read, or a server that does not start.
pub(crate) fn check(wanted: &Wanted) -> Result<Vec<Checked>> {
    let snippets = files::all()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let upstream = runtime.block_on(upstream::start())?;
    let dir = tempfile::Builder::new()
        .prefix("readmit-snippets-")
        .tempdir()?;
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755))?;
    let mut checked = Vec::new();
    let mut running = Vec::new();
    let mut plans = Vec::new();
    for (server, start) in STARTS {
        let own = snippets.iter().filter(|found| found.server == server);
        let own: Vec<_> = own.filter(|found| wanted.wants(found)).collect();
        let of_server = plan(&own)?;
        if of_server.is_empty() {
            continue;
        }
        let dir = dir.path().join(server.as_str());
        let bench = Bench {
            dir: &dir,
            upstream,
        };
        lay_out(bench).context("expected to write the folder of a server")?;
        running.push(start(&of_server, bench).with_context(|| server.name())?);
        plans.extend(of_server);
    }
    for server in &running {
        runtime.block_on(server.ready())?;
    }
    for pair in plans.chunks(2) {
        let [with, without] = pair else {
            bail!("expected each snippet to have two sites");
        };
        checked.push(Checked {
            name: name(with.snippet),
            ran: true,
            result: judge(with, without, wanted.verbose),
        });
    }
    for snippet in snippets.iter().filter(|found| wanted.wants(found)) {
        if STARTS.iter().all(|(server, _)| *server != snippet.server) {
            checked.push(Checked {
                name: name(snippet),
                ran: false,
                result: Ok(()),
            });
        }
    }
    Ok(checked)
}

fn name(snippet: &Snippet) -> String {
    format!("{}, {}", snippet.topic.as_str(), snippet.server.name())
}

fn plan<'a>(snippets: &[&'a Snippet]) -> Result<Vec<Plan<'a>>> {
    let mut plans = Vec::new();
    for snippet in snippets {
        for with in [true, false] {
            plans.push(Plan {
                snippet,
                with,
                port: free_port()?,
                plain_port: free_port()?,
            });
        }
    }
    Ok(plans)
}

/// The folder of a server: pages and passwords.
fn lay_out(bench: Bench<'_>) -> Result<()> {
    for folder in ["pages/private", "pages/assets", "pages/admin"] {
        let folder = bench.dir.join(folder);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("index.html"), "in")?;
    }
    for (file, text) in [
        ("pages/index.html", "in"),
        ("pages/robots.txt", "User-agent: *\n"),
        ("pages/assets/app.css", "body {}\n"),
        ("passwords", &htpasswd::basic_line(USER, PASSWORD)),
    ] {
        std::fs::write(bench.dir.join(file), text)?;
    }
    // A server started by root gives up that right and must still write here.
    std::fs::set_permissions(bench.dir, std::fs::Permissions::from_mode(0o777))?;
    Ok(())
}

/// Holds one snippet against its topic, in its site and in the same without it.
fn judge(with: &Plan<'_>, without: &Plan<'_>, verbose: bool) -> Result<()> {
    let check = checks::of(with.snippet.topic);
    let site = site(with);
    let kept = (check.promise)(&site);
    let findings = site.findings();
    let told = |what: String| {
        if verbose {
            println!("{}", site.transcript.borrow());
        }
        what
    };
    kept.with_context(|| told(format!("findings: {findings:?}")))?;
    let strange = findings.iter().find(|id| !check.healthy.contains(id));
    if let Some(strange) = strange {
        bail!(told(format!(
            "expected the site to be diagnosed as healthy, but found {}",
            strange.as_str()
        )));
    }
    let bare = self::site(without);
    let broken = (check.promise)(&bare);
    if verbose && broken.is_ok() {
        println!("{}", bare.transcript.borrow());
    }
    ensure!(
        broken.is_err(),
        "expected the site without the snippet to break the promise"
    );
    let findings = bare.findings();
    ensure!(
        check.mends.is_empty() || check.mends.iter().any(|id| findings.contains(id)),
        "expected the site without the snippet to have one of {:?}, but found {findings:?} ({:#})",
        check.mends,
        broken.err().map(|why| why.to_string()).unwrap_or_default()
    );
    Ok(())
}

fn site(plan: &Plan<'_>) -> Site {
    Site {
        server: plan.snippet.server,
        port: plan.port,
        plain_port: plan.plain_port,
        transcript: RefCell::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_has_snippets_alone() {
        let snippets = files::all().expect("snippets that can be read");
        assert!(!snippets.is_empty(), "there are snippets");
        let known: Vec<_> = snippets
            .iter()
            .map(|found| files::path(found.topic, found.server))
            .collect();
        let files = walkdir::WalkDir::new(files::folder())
            .into_iter()
            .map(|entry| entry.expect("a readable folder"));
        let strangers: Vec<_> = files
            .filter(|entry| entry.file_type().is_file())
            .filter(|entry| !known.contains(&entry.path().to_owned()))
            .map(|entry| entry.path().to_owned())
            .collect();
        assert!(
            strangers.is_empty(),
            "expected `<topic>/<server>.<ending>` alone, but found {strangers:?}"
        );
    }
}
