//! The WebDriver process of one browser: started on a free port, its output kept, and ended with everything it started.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use hyper::Method;
use serde_json::Value;
use tempfile::TempDir;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::common::requestdata::RequestData;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{SessionId, WebDriver};

use super::wait::{PATIENCE, until};

/// A driver's child process and the temporary folder that its browser lives in (home, profile, extension).
///
/// Dropping it ends the driver, then every process whose command line names the temporary folder (the browser itself,
/// which a driver killed by force leaves behind), and removes the folder. So nothing stays after a panic either.
#[derive(Debug)]
pub(super) struct DriverProcess {
    child: Child,
    output: Arc<Mutex<String>>,
    /// `http://127.0.0.1:PORT`.
    pub(super) url: String,
    /// Home, profile and extension copy; no other process shares it.
    pub(super) folder: TempDir,
}

impl DriverProcess {
    /// Starts `program` with `arguments` and waits until it announces the port it listens on.
    ///
    /// `--port=0` makes both drivers take a free port themselves, so that no other process can snatch it in between;
    /// chromedriver says `started successfully on port N.`, geckodriver `Listening on 127.0.0.1:N`.
    pub(super) async fn start(program: &Path, arguments: &[&str], folder: TempDir) -> Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .env("HOME", folder.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_CACHE_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .with_context(|| format!("expected to start `{}`", program.display()))?;
        let output = Arc::new(Mutex::new(String::new()));
        keep_output(child.stdout.take(), &output);
        keep_output(child.stderr.take(), &output);
        let mut driver = Self {
            child,
            output,
            url: String::new(),
            folder,
        };
        let port = until("the driver to announce its port", PATIENCE, async || {
            if let Some(port) = announced_port(&driver.output()) {
                return Ok(Ok(port));
            }
            if let Some(status) = driver.child.try_wait()? {
                return Err(anyhow!(
                    "expected the driver to stay, but it ended with {status}: {}",
                    driver.output()
                ));
            }
            Ok(Err(format!("`{}`", driver.output())))
        })
        .await?;
        driver.url = format!("http://127.0.0.1:{port}");
        Ok(driver)
    }

    /// Everything the driver and its browser have written so far.
    pub(super) fn output(&self) -> String {
        self.output
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl DriverProcess {
    /// CPU time of everything that the driver has started, what has ended since included.
    pub(super) fn cpu_time(&self) -> Result<Duration> {
        let mut all = Vec::new();
        for entry in fs::read_dir("/proc").context("expected Linux's /proc")? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let Some(id) = name.and_then(|name| name.parse::<u32>().ok()) else {
                continue;
            };
            // A process may end while we look.
            let Ok(text) = fs::read_to_string(path.join("stat")) else {
                continue;
            };
            all.extend(stat(id, &text));
        }
        let mut family = vec![self.child.id()];
        let mut ticks = 0;
        let mut at = 0;
        while let Some(&parent) = family.get(at) {
            for child in all.iter().filter(|process| process.parent == parent) {
                family.push(child.id);
                ticks += child.ticks;
            }
            at += 1;
        }
        Ok(Duration::from_millis(ticks * 10))
    }
}

/// A process as `/proc` tells it.
struct Stat {
    id: u32,
    parent: u32,
    /// Hundredths of a second (USER_HZ) of its own and of its children that have ended.
    ticks: u64,
}

/// Reads `/proc/ID/stat` (proc_pid_stat(5)): the fields after the program's name, which may hold anything.
fn stat(id: u32, text: &str) -> Option<Stat> {
    let (_, fields) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks = fields.get(11..15)?.iter().map(|field| field.parse::<u64>());
    Some(Stat {
        id,
        parent: fields.get(1)?.parse().ok()?,
        ticks: ticks.sum::<Result<u64, _>>().ok()?,
    })
}

impl Drop for DriverProcess {
    fn drop(&mut self) {
        kill(&format!("-{}", self.child.id()));
        // Reaping is all that is left to do here; a failure would leave nothing to act on.
        let _ = self.child.wait();
        for process in processes_naming(self.folder.path()) {
            kill(&process);
        }
    }
}

/// Copies what a driver writes to one of its streams into `output`, on a thread that ends with the stream.
fn keep_output(stream: Option<impl Read + Send + 'static>, output: &Arc<Mutex<String>>) {
    let Some(stream) = stream else { return };
    let output = Arc::clone(output);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n') {
            let Ok(line) = line else { return };
            let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
            output.push_str(&String::from_utf8_lossy(&line));
            output.push('\n');
        }
    });
}

/// The port in a driver's announcement.
fn announced_port(output: &str) -> Option<u16> {
    let (_, rest) = output
        .split_once("started successfully on port ")
        .or_else(|| output.split_once("Listening on 127.0.0.1:"))?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    // Port 0 is the wish, not the answer; and digits without a following character may be cut off.
    (rest.len() > digits.len())
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|port| *port != 0)
}

/// Sends SIGKILL to a process, or to a group if `target` starts with `-`. One that has already ended is no error.
fn kill(target: &str) {
    let _ = Command::new("kill")
        .args(["-KILL", "--", target])
        .stderr(Stdio::null())
        .status();
}

/// The ids of all processes whose command line contains `folder`.
fn processes_naming(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|id| *id != std::process::id().to_string())
        .filter(|id| {
            fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| {
                String::from_utf8_lossy(&line).contains(&*folder.to_string_lossy())
            })
        })
        .collect()
}

/// A WebDriver command that thirtyfour has no method for.
#[derive(Debug)]
struct Extra {
    method: Method,
    path: &'static str,
    body: Option<Value>,
}

impl FormatRequestData for Extra {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let request = RequestData::new(
            self.method.clone(),
            format!("/session/{session}/{}", self.path),
        );
        match &self.body {
            Some(body) => request.add_body(body.clone()),
            None => request,
        }
    }
}

/// Sends `POST /session/ID/path` with a body and answers the `value` of the response.
pub(super) async fn post(
    driver: &WebDriver,
    path: &'static str,
    body: Value,
) -> WebDriverResult<Value> {
    driver
        .cmd(Extra {
            method: Method::POST,
            path,
            body: Some(body),
        })
        .await?
        .value_json()
}

/// Sends `GET /session/ID/path` and answers the `value` of the response.
pub(super) async fn get(driver: &WebDriver, path: &'static str) -> WebDriverResult<Value> {
    driver
        .cmd(Extra {
            method: Method::GET,
            path,
            body: None,
        })
        .await?
        .value_json()
}

#[cfg(test)]
mod tests {
    use super::stat;

    #[test]
    fn a_process_line_is_read_behind_its_name() {
        let line = "4242 (a) b (c) S 17 1 1 0 -1 4194560 1 2 3 4 100 20 3 1 20 0 9 0 123";
        let found = stat(4242, line).expect("a line of /proc");
        assert_eq!((found.id, found.parent, found.ticks), (4242, 17, 124));
        assert!(stat(1, "1 (init) S").is_none());
    }
}
