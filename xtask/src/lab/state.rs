//! What the lab remembers of each wall: sessions, tokens, failed tries, its clock, and every request.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::table::{WALLS, wall_of_host};
use super::wall::Wall;

/// The lab keeps at most this many requests, the newest.
const REQUESTS_KEPT: usize = 20_000;

/// One request that arrived, without any value of a cookie or credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Request {
    /// The program that wrote the line ([`super::wall::Server::name`]).
    pub(crate) by: &'static str,
    /// Host name without the port.
    pub(crate) host: String,
    /// Method.
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// Cookie names in the order sent.
    pub(crate) cookies: Vec<String>,
    /// Length of the Cookie field's value in bytes.
    pub(crate) cookie_bytes: usize,
    /// The auth-scheme of the Authorization field, if one was sent.
    pub(crate) authorization: Option<String>,
    /// The status of the answer.
    pub(crate) status: u16,
}

/// The memory of one wall.
#[derive(Debug)]
pub(crate) struct WallState {
    /// The wall's id.
    pub(crate) id: &'static str,
    /// Live session values.
    pub(crate) sessions: BTreeSet<String>,
    /// Live bearer tokens.
    pub(crate) tokens: BTreeSet<String>,
    /// Form tokens by the value of the form's own cookie.
    pub(crate) forms: BTreeMap<String, String>,
    /// How often each Digest nonce was used.
    pub(crate) nonces: BTreeMap<String, u32>,
    /// Wrong passwords in a row.
    pub(crate) bad_tries: u32,
    /// Refuse every sign-in until this reading of `now`.
    pub(crate) refused_until: Duration,
    /// The password that replaced the first one.
    pub(crate) new_password: Option<String>,
    /// Loads of the page that counts them.
    pub(crate) loads: u32,
    /// The device's clock was set right.
    pub(crate) clock_is_set: bool,
    /// Numbers the values given out; survives a reset, so that a value never comes back to life.
    issued: u64,
    /// When this wall was made.
    born: Instant,
    /// Time the harness let pass without waiting.
    skipped: Duration,
}

impl WallState {
    fn new(id: &'static str) -> WallState {
        WallState {
            id,
            sessions: BTreeSet::new(),
            tokens: BTreeSet::new(),
            forms: BTreeMap::new(),
            nonces: BTreeMap::new(),
            bad_tries: 0,
            refused_until: Duration::ZERO,
            new_password: None,
            loads: 0,
            clock_is_set: false,
            issued: 0,
            born: Instant::now(),
            skipped: Duration::ZERO,
        }
    }

    /// The wall's clock.
    pub(crate) fn now(&self) -> Duration {
        self.born.elapsed() + self.skipped
    }

    /// A value nobody was given before, `s3cret-<kind>-<wall>-<number>`.
    pub(crate) fn fresh(&mut self, kind: &str) -> String {
        self.issued += 1;
        format!("s3cret-{kind}-{}-{}", self.id, self.issued)
    }

    /// Opens a session and returns its value.
    pub(crate) fn open_session(&mut self) -> String {
        let session = self.fresh("session");
        self.sessions.insert(session.clone());
        session
    }

    /// Whether this is a live session.
    pub(crate) fn knows(&self, session: Option<&str>) -> bool {
        session.is_some_and(|value| self.sessions.contains(value))
    }

    /// The password that opens the wall now.
    pub(crate) fn password(&self) -> String {
        self.new_password
            .clone()
            .unwrap_or_else(|| format!("s3cret-password-{}", self.id))
    }

    /// Loses every session and revokes every token, as a restarted server does.
    fn forget(&mut self) {
        self.sessions.clear();
        self.tokens.clear();
    }

    /// Back to the first day, except for the numbering of values.
    fn reset(&mut self) {
        let issued = self.issued;
        *self = WallState::new(self.id);
        self.issued = issued;
    }
}

/// The memory of all walls.
#[derive(Debug)]
pub(crate) struct Memory {
    walls: BTreeMap<&'static str, WallState>,
    requests: VecDeque<Request>,
}

impl Memory {
    /// A memory in which nothing has happened.
    pub(crate) fn new() -> Memory {
        let walls = WALLS
            .iter()
            .map(|wall| (wall.id, WallState::new(wall.id)))
            .collect();
        Memory {
            walls,
            requests: VecDeque::new(),
        }
    }

    /// The state of a wall.
    pub(crate) fn wall(&mut self, id: &str) -> Option<&mut WallState> {
        self.walls.get_mut(id)
    }

    /// Writes down a request.
    pub(crate) fn note(&mut self, request: Request) {
        if self.requests.len() >= REQUESTS_KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    /// The requests at a wall's hosts, oldest first.
    pub(crate) fn requests(&self, wall: &Wall) -> impl Iterator<Item = &Request> {
        self.requests
            .iter()
            .filter(|request| wall.hosts().any(|host| host == request.host))
    }

    /// Carries out a control; false where no wall has this id.
    pub(crate) fn control(&mut self, id: &str, control: Control) -> bool {
        let Some(wall) = self.walls.get_mut(id) else {
            return false;
        };
        match control {
            Control::Forget => wall.forget(),
            Control::SetClock => wall.clock_is_set = true,
            Control::PassTime(time) => wall.skipped += time,
            Control::Reset => {
                wall.reset();
                self.requests
                    .retain(|request| wall_of_host(&request.host).is_none_or(|wall| wall.id != id));
            }
        }
        true
    }
}

/// What a harness may do to a wall from outside.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Control {
    /// Lose sessions and revoke tokens.
    Forget,
    /// The device's clock is right from now on.
    SetClock,
    /// Let this time pass on the wall's clock.
    PassTime(Duration),
    /// Forget everything, the requests included.
    Reset,
}

/// Seconds since 1970, for the dates in tokens.
pub(super) fn unix_seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |passed| passed.as_secs())
}
