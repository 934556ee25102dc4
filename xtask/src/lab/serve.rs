//! The lab's own web server: one loop for http, one for https, and the way from a Host field to a wall's site.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::apps;
use super::asked::Asked;
use super::index;
use super::page;
use super::state::{Control, Memory, Request};
use super::table::{wall, wall_of_host};
use super::wall::Wall;
use crate::servers::Servers;

/// The host of the index page.
pub(crate) const INDEX_HOST: &str = "lab.test";
/// The host of the controls: `POST /forget/<wall>`, `/reset/<wall>`, `/pass-time/<wall>/<seconds>`; `GET /requests/<wall>`.
pub(crate) const CONTROL_HOST: &str = "control.test";
/// A site that no wall is about: what it stored must survive every fix.
pub(crate) const CANARY_HOST: &str = "other.test";
/// On every host of a wall (`proxy` has it behind the proxy): sets the cookie `prefs=1` and `localStorage.draft`, which every right fix keeps.
pub(crate) const PREFS_PATH: &str = "/__lab/prefs";

/// A body longer than this is not read: no form of the lab is.
const BODY_LIMIT: usize = 64 * 1024;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    memory: Mutex<Memory>,
    addresses: Mutex<Vec<(&'static str, String)>>,
    // Weak: the servers end with the lab, not with the last connection.
    servers: OnceLock<Weak<Servers>>,
}

impl Shared {
    /// Nothing has happened, no wall has an address.
    pub(super) fn new() -> Shared {
        Shared {
            memory: Mutex::new(Memory::new()),
            addresses: Mutex::new(Vec::new()),
            servers: OnceLock::new(),
        }
    }

    /// Tells the controls which servers they may restart.
    pub(super) fn set_servers(&self, servers: Weak<Servers>) {
        drop(self.servers.set(servers));
    }

    /// The memory of all walls. A panic in one answer must not end the others, so poison is passed over.
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the index page where each wall, by id, begins: scheme, host and port.
    pub(super) fn set_addresses(&self, addresses: Vec<(&'static str, String)>) {
        *self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = addresses;
    }

    /// Where a wall begins, or nothing if its server does not run.
    pub(super) fn address(&self, id: &str) -> Option<String> {
        let addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        addresses
            .iter()
            .find(|(found, _)| *found == id)
            .map(|(_, address)| address.clone())
    }
}

/// Serves http and https on one port until the returned future is dropped: a site moves to https and keeps its port.
pub(super) async fn run(listener: TcpListener, tls: TlsAcceptor, shared: Arc<Shared>) {
    let router = Router::new().fallback(answer).with_state(shared);
    // Dropped with this future: no connection outlives the lab.
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: give connections a moment to end.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let (router, tls) = (router.clone(), tls.clone());
        connections.spawn(async move {
            // The first byte of a TLS handshake (RFC 8446 §5.1). It is awaited here, not in the loop: browsers open connections
            // they may never use.
            let mut first = [0];
            if stream.peek(&mut first).await.is_err() {
                return;
            }
            if first != [0x16] {
                connection(stream, router).await;
            } else if let Ok(stream) = tls.accept(stream).await {
                connection(stream, router).await;
            }
        });
    }
}

async fn connection(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router) {
    let service = TowerToHyperService::new(router);
    // A browser that hangs up in the middle is no news.
    drop(
        http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await,
    );
}

async fn answer(State(shared): State<Arc<Shared>>, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return page::empty(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let asked = Asked::new(&parts, &body);
    let mut response = route(&shared, &asked).await;
    shared.memory().note(note(&asked, response.status()));
    if asked.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

async fn route(shared: &Shared, asked: &Asked) -> Response {
    match asked.host.as_str() {
        INDEX_HOST => return index::answer(shared, asked),
        CONTROL_HOST => return control(shared, asked).await,
        CANARY_HOST => return canary(asked),
        _ => {}
    }
    let Some(wall) = wall_of_host(&asked.host) else {
        return page::not_found();
    };
    site(shared, wall, asked)
}

fn site(shared: &Shared, wall: &Wall, asked: &Asked) -> Response {
    if asked.path == PREFS_PATH {
        let answer = page::html(StatusCode::OK, page::prefs_document());
        return page::with_cookie(answer, page::PREFS_COOKIE);
    }
    let mut memory = shared.memory();
    let (Some(app), Some(state)) = (apps::app(wall.id), memory.wall(wall.id)) else {
        return page::not_found();
    };
    // Browsers ask for an icon unbidden; only one wall is about that.
    if asked.path == "/favicon.ico" && wall.id != "healthy" {
        return page::empty(StatusCode::NOT_FOUND);
    }
    app(asked, state)
}

fn canary(asked: &Asked) -> Response {
    if asked.path != "/" {
        return page::not_found();
    }
    let body = "<p>Nothing here has to do with any wall.</p>\
                <script>localStorage.setItem('canary', '1')</script>";
    page::with_cookie(
        page::ok("Another site", body),
        "canary=1; Path=/; Max-Age=31536000",
    )
}

async fn control(shared: &Shared, asked: &Asked) -> Response {
    let mut words = asked.path.trim_start_matches('/').split('/');
    let (act, id, amount) = (words.next(), words.next().unwrap_or_default(), words.next());
    if asked.method != Method::POST {
        return match (act, wall(id)) {
            (Some("requests"), Some(wall)) => requests(shared, wall),
            // The switches of helper add-ons are in their own scripts, which run on this page.
            (Some("addon"), _) => page::page(StatusCode::OK, "A helper add-on", ""),
            (Some(""), _) => page::ok(
                "Controls",
                "<p>This host carries out what the index page asks.</p>",
            ),
            _ => page::not_found(),
        };
    }
    let seconds = amount.and_then(|text| text.parse().ok());
    let control = match (act, seconds) {
        (Some("forget"), None) => Control::Forget,
        (Some("reset"), None) => Control::Reset,
        (Some("set-clock"), None) => Control::SetClock,
        (Some("pass-time"), Some(seconds)) => Control::PassTime(Duration::from_secs(seconds)),
        _ => return page::not_found(),
    };
    if !shared.memory().control(id, control) {
        return page::not_found();
    }
    if matches!(control, Control::Forget) && restart(shared, id).await.is_err() {
        return page::empty(StatusCode::INTERNAL_SERVER_ERROR);
    }
    page::empty(StatusCode::NO_CONTENT)
}

/// What `forget` takes where the sessions are a framework's own.
async fn restart(shared: &Shared, id: &str) -> anyhow::Result<()> {
    let wall = wall(id).filter(|wall| wall.server.is_framework());
    let servers = shared.servers.get().and_then(Weak::upgrade);
    match (wall, servers) {
        (Some(wall), Some(servers)) => servers.restart(wall.server).await,
        _ => Ok(()),
    }
}

fn requests(shared: &Shared, wall: &Wall) -> Response {
    let memory = shared.memory();
    let found: Vec<&Request> = memory.requests(wall).collect();
    page::json(StatusCode::OK, &serde_json::json!(found))
}

fn note(asked: &Asked, status: StatusCode) -> Request {
    let query = if asked.query.is_empty() {
        String::new()
    } else {
        format!("?{}", asked.query)
    };
    let names = asked.cookies.iter().map(|(name, _)| name.clone()).collect();
    let pairs: usize = asked
        .cookies
        .iter()
        .map(|(name, value)| name.len() + 1 + value.len())
        .sum();
    Request {
        by: "lab",
        host: asked.host.clone(),
        method: asked.method.to_string(),
        path: format!("{}{query}", asked.path),
        cookies: names,
        cookie_bytes: pairs + 2 * asked.cookies.len().saturating_sub(1),
        authorization: asked.scheme(),
        status: status.as_u16(),
    }
}
