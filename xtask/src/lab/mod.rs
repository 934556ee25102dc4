//! The lab of login walls: servers that lock a person out in known ways, and let the person in again by the right fix.
//!
//! One table ([`table::WALLS`]) says for each wall how one gets stuck, what is true and what helps.
//! The hosts end in `.test` and have to be mapped to 127.0.0.1 in the browser; ports are chosen at each start.

mod apps;
mod asked;
mod index;
pub(crate) mod page;
pub(crate) mod serve;
pub(crate) mod state;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod tls;
pub(crate) mod wall;

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
#[cfg(test)]
use std::time::Duration;

use anyhow::Context as _;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::servers::{Servers, Site};
use serve::{CANARY_HOST, CONTROL_HOST, INDEX_HOST, Shared};
use state::{Control, Request};
use table::WALLS;
use wall::{Server, Wall, WantedAt};

/// The running lab; dropping it ends every server and removes every file.
#[derive(Debug)]
pub(crate) struct Lab {
    // Fields are dropped in this order: the servers end before their directory goes.
    servers: Arc<Servers>,
    tasks: Vec<JoinHandle<()>>,
    shared: Arc<Shared>,
    http_port: u16,
    https_port: u16,
    ca_pem: String,
    dir: TempDir,
}

impl Lab {
    /// Starts the lab's own servers, and of the others those that are installed.
    ///
    /// # Errors
    /// No free port, no place for files, or an installed server that does not start.
    pub(crate) async fn start() -> anyhow::Result<Lab> {
        let mut lab = Lab::start_own().await?;
        let hosts = lab.hosts();
        let site = Site {
            dir: lab.dir.path(),
            lab_port: lab.http_port,
            hosts: &hosts,
        };
        lab.servers = Arc::new(Servers::start(site).await?);
        lab.shared.set_servers(Arc::downgrade(&lab.servers));
        lab.publish_addresses();
        Ok(lab)
    }

    /// Starts the lab's own servers alone.
    ///
    /// # Errors
    /// No free port, or no place for files.
    pub(crate) async fn start_own() -> anyhow::Result<Lab> {
        let dir = tempfile::Builder::new().prefix("readmit-lab-").tempdir()?;
        // Servers that give up the rights of root still have to pass through.
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755))?;
        let http = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("expected a free port")?;
        let https = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("expected a free port")?;
        let (http_port, https_port) = (http.local_addr()?.port(), https.local_addr()?.port());
        let tls = tls::make(&all_hosts())?;
        for (name, text) in [
            ("ca.pem", &tls.ca_pem),
            ("leaf.pem", &tls.leaf_pem),
            ("leaf.key", &tls.key_pem),
        ] {
            std::fs::write(dir.path().join(name), text)?;
        }
        let shared = Arc::new(Shared::new());
        let acceptor = TlsAcceptor::from(tls.config);
        let tasks = vec![
            tokio::spawn(serve::run(http, acceptor.clone(), Arc::clone(&shared))),
            tokio::spawn(serve::run(https, acceptor, Arc::clone(&shared))),
        ];
        let servers = Arc::new(Servers::default());
        let lab = Lab {
            servers,
            tasks,
            shared,
            http_port,
            https_port,
            ca_pem: tls.ca_pem,
            dir,
        };
        lab.publish_addresses();
        Ok(lab)
    }

    /// Every host name to map to 127.0.0.1.
    pub(crate) fn hosts(&self) -> Vec<&'static str> {
        all_hosts()
    }

    /// The certificate of the lab's authority, PEM.
    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The same certificate as a file.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    /// `127.0.0.1:PORT` of the proxy, if it runs.
    pub(crate) fn proxy(&self) -> Option<String> {
        self.servers
            .port(Server::Squid)
            .map(|port| format!("127.0.0.1:{port}"))
    }

    /// Whether the wall's server is installed and runs.
    #[cfg(test)]
    pub(crate) fn runs(&self, wall: &Wall) -> bool {
        self.port(wall.server).is_some()
    }

    /// The address of a path on the wall's host.
    ///
    /// # Errors
    /// A wall whose server is not installed.
    pub(crate) fn url(&self, wall: &Wall, path: &str) -> anyhow::Result<String> {
        self.url_at(wall, wall.host, path)
    }

    /// The address of a path on one of the wall's other hosts.
    ///
    /// # Errors
    /// A wall whose server is not installed.
    pub(crate) fn url_at(&self, wall: &Wall, host: &str, path: &str) -> anyhow::Result<String> {
        let port = self.port(wall.server).with_context(|| {
            format!(
                "expected the server of wall `{}` to run, but it is not installed",
                wall.id
            )
        })?;
        let scheme = match wall.server {
            Server::LabTls | Server::NginxTls => "https",
            _ => "http",
        };
        Ok(format!("{scheme}://{host}:{port}{path}"))
    }

    /// The address at which the page marked `OK` shows once the person is in.
    ///
    /// # Errors
    /// A wall whose server is not installed.
    pub(crate) fn wanted(&self, wall: &Wall) -> anyhow::Result<String> {
        match wall.wanted_at {
            WantedAt::Here => self.url(wall, wall.wanted_path),
            WantedAt::Host(host) => self.url_at(wall, host, wall.wanted_path),
            WantedAt::Secure => Ok(self
                .url(wall, wall.wanted_path)?
                .replacen("http:", "https:", 1)),
        }
    }

    /// The address of a path on the wall's host at the other port, by https.
    pub(crate) fn other_port(&self, wall: &Wall, path: &str) -> String {
        format!("https://{}:{}{path}", wall.host, self.https_port)
    }

    /// The address of the index page.
    pub(crate) fn index_url(&self) -> String {
        self.own_url(INDEX_HOST, "/")
    }

    /// The page on which the helper add-ons' switches work; `act` is `pause` or `resume`.
    pub(crate) fn addon_url(&self, act: &str) -> String {
        self.own_url(CONTROL_HOST, &format!("/addon/{act}"))
    }

    /// The address of the site that no wall is about.
    pub(crate) fn canary_url(&self) -> String {
        self.own_url(CANARY_HOST, "/")
    }

    /// The wall as on the first day; its requests are forgotten too, as are all of the servers that are not the lab's own.
    pub(crate) fn reset(&self, wall: &Wall) {
        self.shared.memory().control(wall.id, Control::Reset);
        self.servers.clear_logs();
    }

    /// The server loses its sessions and revokes its tokens ([`wall::Step::ServerForgets`]).
    ///
    /// # Errors
    /// A framework's server that does not start again.
    pub(crate) async fn forget(&self, wall: &Wall) -> anyhow::Result<()> {
        self.shared.memory().control(wall.id, Control::Forget);
        if wall.server.is_framework() {
            self.servers.restart(wall.server).await?;
        }
        Ok(())
    }

    /// The device's clock is right from now on ([`wall::Step::ClockIsSet`]).
    pub(crate) fn set_clock(&self, wall: &Wall) {
        self.shared.memory().control(wall.id, Control::SetClock);
    }

    /// Lets time pass on the wall's clock without waiting.
    #[cfg(test)]
    pub(crate) fn pass_time(&self, wall: &Wall, time: Duration) {
        self.shared
            .memory()
            .control(wall.id, Control::PassTime(time));
    }

    /// What arrived at the wall's hosts: first as its front server logged it, then at the lab's own.
    pub(crate) fn requests(&self, wall: &Wall) -> Vec<Request> {
        let mut found: Vec<Request> = wall
            .hosts()
            .flat_map(|host| self.servers.requests(host))
            .collect();
        found.extend(self.shared.memory().requests(wall).cloned());
        found
    }

    fn port(&self, server: Server) -> Option<u16> {
        match server {
            Server::Lab => Some(self.http_port),
            Server::LabTls => Some(self.https_port),
            // The pages behind the proxy are the lab's own.
            Server::Squid => self.servers.port(server).map(|_| self.http_port),
            foreign => self.servers.port(foreign),
        }
    }

    fn own_url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.http_port)
    }

    fn publish_addresses(&self) {
        let walls = WALLS
            .iter()
            .filter_map(|wall| Some((wall.id, self.url(wall, "").ok()?)));
        let own =
            [INDEX_HOST, CONTROL_HOST, CANARY_HOST].map(|host| (host, self.own_url(host, "")));
        let proxy = self.proxy().map(|address| ("squid", address));
        self.shared
            .set_addresses(walls.chain(own).chain(proxy).collect());
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn all_hosts() -> Vec<&'static str> {
    let own = [INDEX_HOST, CONTROL_HOST, CANARY_HOST];
    WALLS.iter().flat_map(Wall::hosts).chain(own).collect()
}
