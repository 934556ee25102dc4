//! A server as a child process that never outlives the lab, whatever ends it.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::net::TcpStream;

/// Runs the program of its arguments until that ends or standard input does, then ends it: first asking, then by force.
///
/// Standard input is a pipe from the lab, so even a lab that is killed leaves nothing behind.
const GUARD: &str = r#"exec 3<&0
"$@" 3<&- </dev/null &
server=$!
{ read -r _ <&3; kill "$server"; sleep 2; kill -9 "$server"; } 2>/dev/null &
guard=$!
wait "$server"
code=$?
kill "$guard" 2>/dev/null
wait "$guard" 2>/dev/null
exit "$code""#;

/// How long a server may take to accept connections.
const START_LIMIT: Duration = Duration::from_secs(20);

/// How much of a server's own words an error carries, in bytes.
const WORDS_SHOWN: usize = 600;

/// A running server; dropping it ends it and waits for that.
#[derive(Debug)]
pub(crate) struct Running {
    name: &'static str,
    command: Vec<String>,
    // Behind a lock because a restart puts another in its place.
    child: Mutex<Child>,
    port: u16,
    tls_port: Option<u16>,
    dir: PathBuf,
}

impl Running {
    /// Starts a program; what it prints goes to `<dir>/output.log`, and its configuration should log to `<dir>/access.log`.
    ///
    /// # Errors
    /// A program that cannot be run.
    pub(crate) fn start(
        name: &'static str,
        command: &[&str],
        dir: PathBuf,
        port: u16,
    ) -> anyhow::Result<Running> {
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        let child = Mutex::new(spawn(name, &command, &dir)?);
        Ok(Running {
            name,
            command,
            child,
            port,
            tls_port: None,
            dir,
        })
    }

    /// Ends the program and runs it again on the same port; what it kept in its memory is gone.
    ///
    /// # Errors
    /// A program that cannot be run, or does not accept connections.
    pub(super) async fn restart(&self) -> anyhow::Result<()> {
        {
            let mut child = self.child();
            end(&mut child);
            *child = spawn(self.name, &self.command, &self.dir)?;
        }
        self.ready().await
    }

    /// The same, which also answers over TLS at another port.
    pub(super) fn with_tls(mut self, tls_port: u16) -> Running {
        self.tls_port = Some(tls_port);
        self
    }

    /// The port on 127.0.0.1 for https, where it has one.
    pub(super) fn tls_port(&self) -> Option<u16> {
        self.tls_port
    }

    /// The port on 127.0.0.1.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The access log.
    pub(super) fn access_log(&self) -> PathBuf {
        self.dir.join("access.log")
    }

    /// Waits until the server accepts connections.
    ///
    /// # Errors
    /// A server that ends or stays silent; the text carries the end of what it wrote.
    pub(crate) async fn ready(&self) -> anyhow::Result<()> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let start = Instant::now();
        loop {
            // Asked before it is tried: were this program itself held up in between, a refusal of long ago is no silence.
            let late = start.elapsed() > START_LIMIT;
            if TcpStream::connect(address).await.is_ok() {
                return Ok(());
            }
            let ended = self.child().try_wait()?;
            if let Some(status) = ended {
                bail!(
                    "expected {} to run, but it ended with {status}: {}",
                    self.name,
                    self.words()
                );
            }
            if late {
                bail!(
                    "expected {} to listen on {address}: {}",
                    self.name,
                    self.words()
                );
            }
            // No event tells when another process listens; this waits for the condition, not for a time.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The end of what the server wrote.
    fn words(&self) -> String {
        let files = ["output.log", "error.log"].map(|file| tail(&self.dir.join(file)));
        files.join("\n").trim().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end(&mut self.child());
    }
}

fn spawn(name: &str, command: &[String], dir: &Path) -> anyhow::Result<Child> {
    let output = File::create(dir.join("output.log"))?;
    Command::new("sh")
        .args(["-c", GUARD, name])
        .args(command)
        // Ctrl-C is for the lab, which then ends its servers in order.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()
        .with_context(|| format!("expected to start {name}"))
}

/// The end of its input tells the guard to end the server; `wait` then reaps both.
fn end(child: &mut Child) {
    drop(child.stdin.take());
    drop(child.wait());
}

fn tail(file: &Path) -> String {
    let bytes = std::fs::read(file).unwrap_or_default();
    let start = bytes.len().saturating_sub(WORDS_SHOWN);
    String::from_utf8_lossy(bytes.get(start..).unwrap_or_default()).into_owned()
}
