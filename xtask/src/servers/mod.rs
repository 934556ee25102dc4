//! Real servers for the lab, each on a free port: nginx, Apache httpd and Squid with generated configuration, and sites made
//! with web frameworks.

mod access_log;
pub(crate) mod apache;
mod frameworks;
pub(crate) mod htpasswd;
mod nginx;
pub(crate) mod process;
mod squid;

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, bail};

use crate::lab::state::Request;
use crate::lab::wall::Server;
use process::Running;

/// What the configurations need to know of the lab.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'a> {
    /// A directory of the lab's own; each server makes one in it.
    pub(crate) dir: &'a Path,
    /// The port of the lab's own http server on 127.0.0.1.
    pub(crate) lab_port: u16,
    /// Every host name of the lab.
    pub(crate) hosts: &'a [&'static str],
}

/// The servers that run; each ends when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    running: Vec<(Server, Running)>,
}

impl Servers {
    /// Starts every one that is installed, and waits until each accepts connections.
    ///
    /// # Errors
    /// An installed server that does not start; the text carries the end of what it wrote.
    pub(crate) async fn start(site: Site<'_>) -> anyhow::Result<Servers> {
        let starts: [(Server, Start); 7] = [
            (Server::Nginx, nginx::start),
            (Server::Apache, apache::start),
            (Server::Squid, squid::start),
            (Server::Express, frameworks::express),
            (Server::LateExpress, frameworks::late_express),
            (Server::Flask, frameworks::flask),
            (Server::Django, frameworks::django),
        ];
        let mut servers = Servers::default();
        for (server, start) in starts {
            let running = start(site).with_context(|| server.name())?;
            servers
                .running
                .extend(running.map(|running| (server, running)));
        }
        for (_, running) in &servers.running {
            running.ready().await?;
        }
        Ok(servers)
    }

    /// The port of a server, if it runs.
    pub(crate) fn port(&self, server: Server) -> Option<u16> {
        match server {
            Server::NginxTls => self.find(Server::Nginx).and_then(Running::tls_port),
            _ => self.find(server).map(Running::port),
        }
    }

    /// Restarts a server, if it runs: it forgets what it had in its memory.
    ///
    /// # Errors
    /// A server that does not start again.
    pub(crate) async fn restart(&self, server: Server) -> anyhow::Result<()> {
        match self.find(server) {
            Some(running) => running.restart().await,
            None => Ok(()),
        }
    }

    /// What the servers logged of a host, oldest first a server.
    pub(crate) fn requests(&self, host: &str) -> Vec<Request> {
        self.running
            .iter()
            .flat_map(|(server, running)| {
                access_log::read(running.access_log(), server.name(), host)
            })
            .collect()
    }

    /// Empties the servers' logs.
    pub(crate) fn clear_logs(&self) {
        for (_, running) in &self.running {
            access_log::clear(running.access_log());
        }
    }

    fn find(&self, server: Server) -> Option<&Running> {
        let mut all = self.running.iter();
        all.find(|(found, _)| *found == server)
            .map(|(_, running)| running)
    }
}

/// Starts one server, or nothing where it is not installed.
type Start = fn(Site<'_>) -> anyhow::Result<Option<Running>>;

/// Where a program stands, looked for in `PATH` and in the directories of system programs.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from);
    let mut places = std::env::split_paths(&path).chain(system);
    places.find_map(|place| Some(place.join(name)).filter(|file| file.is_file()))
}

/// Ports below those that systems hand out by themselves, so that no client's own port can take one in between.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// The next place in `PORTS` to look at; a process starts at a place of its own.
static NEXT_PORT: AtomicU32 = AtomicU32::new(0);

/// A port of 127.0.0.1 that nobody uses, and that no other call in this process gets.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let own = std::process::id().wrapping_mul(97);
    for _ in PORTS {
        let place = own.wrapping_add(NEXT_PORT.fetch_add(1, Ordering::Relaxed));
        let port = PORTS.start + (place % PORTS.len() as u32) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("expected a free port among {PORTS:?} on 127.0.0.1, but found none")
}

/// Makes a server's directory. A server started by root gives up that right and must still read and write here.
fn make_dir(site: Site<'_>, name: &str) -> anyhow::Result<PathBuf> {
    let dir = site.dir.join(name);
    std::fs::create_dir_all(&dir)?;
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o777))?;
    Ok(dir)
}

/// Whether the lab was started by root: what it makes belongs to user 0.
pub(crate) fn is_root(dir: &Path) -> bool {
    std::fs::metadata(dir).is_ok_and(|metadata| metadata.uid() == 0)
}
