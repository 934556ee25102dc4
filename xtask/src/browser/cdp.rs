//! The part of the Chrome DevTools Protocol that needs a socket: commands to the browser, and answering sign-in prompts.
//!
//! chromedriver's own `goog/cdp/execute` sends commands to the current window's page and delivers no events.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::Credentials;

/// Sends one command to the browser itself and answers its result.
///
/// Unlike chromedriver's way, which goes through the current window's page, this works whatever that page is busy with.
pub(super) async fn browser_command(
    socket_url: &str,
    method: &str,
    parameters: Value,
) -> Result<Value> {
    let (socket, _) = connect_async(socket_url)
        .await
        .context("expected to open the browser's DevTools socket")?;
    let mut connection = Connection { socket, last_id: 0 };
    let id = connection.send(method, parameters).await?;
    loop {
        let mut message = connection.next().await?;
        if message["id"] != id {
            continue;
        }
        if !message["error"].is_null() {
            bail!(
                "expected {method} to work, but found `{}`",
                message["error"]["message"]
            );
        }
        return Ok(message["result"].take());
    }
}

/// Answers the sign-in prompts (401 and 407) of one page until it is finished.
#[derive(Debug)]
pub(super) struct PromptAnswerer {
    prompts: Arc<AtomicUsize>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<()>>,
}

impl PromptAnswerer {
    /// Starts to listen; the first prompt of each request is answered, a repeated one is left to the browser.
    ///
    /// `Fetch.enable` with `handleAuthRequests` is the only way to get at prompts, and it demands that every request
    /// is paused and continued as well.
    pub(super) async fn start(socket_url: &str, credentials: Credentials) -> Result<Self> {
        let (socket, _) = connect_async(socket_url)
            .await
            .context("expected to open the page's DevTools socket")?;
        let mut connection = Connection { socket, last_id: 0 };
        let enable = connection
            .send("Fetch.enable", json!({ "handleAuthRequests": true }))
            .await?;
        let prompts = Arc::new(AtomicUsize::new(0));
        let mut answering = Answering {
            connection,
            credentials,
            seen: HashSet::new(),
            prompts: Arc::clone(&prompts),
        };
        loop {
            let message = answering.connection.next().await?;
            if message["id"] == enable {
                if !message["error"].is_null() {
                    bail!(
                        "expected Fetch.enable to work, but found `{}`",
                        message["error"]["message"]
                    );
                }
                break;
            }
            answering.handle(&message).await?;
        }
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(answering.run(stopped));
        Ok(Self {
            prompts,
            stop,
            task,
        })
    }

    /// How many prompts have come up so far, answered or not.
    pub(super) fn prompts(&self) -> usize {
        self.prompts.load(Ordering::SeqCst)
    }

    /// Stops answering; later requests are no longer paused.
    pub(super) async fn finish(self) -> Result<()> {
        // The task may have ended by an error of its own, which the next line reports.
        let _ = self.stop.send(());
        self.task
            .await
            .context("expected the answering task to end in order")?
    }
}

/// A socket to one DevTools target.
struct Connection {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last_id: u64,
}

impl Connection {
    /// Sends a command and answers its id.
    async fn send(&mut self, method: &str, parameters: Value) -> Result<u64> {
        self.last_id += 1;
        let command = json!({ "id": self.last_id, "method": method, "params": parameters });
        self.socket.send(Message::text(command.to_string())).await?;
        Ok(self.last_id)
    }

    /// The next answer or event.
    async fn next(&mut self) -> Result<Value> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(text.as_str())?),
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    return Err(error).context("expected the DevTools socket to stay open");
                }
                None => bail!("expected the DevTools socket to stay open, but it was closed"),
            }
        }
    }
}

/// What the answering task owns.
struct Answering {
    connection: Connection,
    credentials: Credentials,
    /// Requests that were answered once already: the server refused what it got.
    seen: HashSet<String>,
    prompts: Arc<AtomicUsize>,
}

impl Answering {
    /// Handles events until told to stop.
    async fn run(mut self, mut stopped: oneshot::Receiver<()>) -> Result<()> {
        loop {
            tokio::select! {
                _ = &mut stopped => break,
                message = self.connection.next() => {
                    let message = message?;
                    self.handle(&message).await?;
                }
            }
        }
        self.connection.send("Fetch.disable", json!({})).await?;
        self.connection.socket.close(None).await?;
        Ok(())
    }

    /// Lets a paused request go on, or answers a prompt.
    async fn handle(&mut self, message: &Value) -> Result<()> {
        let id = &message["params"]["requestId"];
        match message["method"].as_str() {
            Some("Fetch.requestPaused") => {
                self.connection
                    .send("Fetch.continueRequest", json!({ "requestId": id }))
                    .await?;
            }
            Some("Fetch.authRequired") => {
                let answer = self.answer(&id.to_string());
                let parameters = json!({ "requestId": id, "authChallengeResponse": answer });
                self.connection
                    .send("Fetch.continueWithAuth", parameters)
                    .await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The answer to a prompt of the request `id`: the credentials once, then what the browser itself does.
    fn answer(&mut self, id: &str) -> Value {
        self.prompts.fetch_add(1, Ordering::SeqCst);
        if !self.seen.insert(id.to_owned()) {
            return json!({ "response": "Default" });
        }
        let Credentials { name, password } = &self.credentials;
        json!({ "response": "ProvideCredentials", "username": name, "password": password })
    }
}
