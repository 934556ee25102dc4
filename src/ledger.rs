//! The ledger: which cookies servers have set, and what became of each, at three levels of confidence.
//!
//! No browser tells an extension why it did not keep a cookie. So every `Set-Cookie` that may hold a sign-in is written down
//! with what RFC 6265bis makes one expect (predicted), then held against the jar where it was listed (confirmed by the jar),
//! and against the next request that it should go along with (confirmed by the request). What separates the causes of a login
//! loop is just that: what the next request carried.

use crate::address::{Address, looks_secret};
use crate::case::reaches_host;
use crate::cookie::{self, Refusal, SameSite, Setting};
use crate::event::{JarCookie, Millis, ResourceType, SentCookie, TabId};
use crate::exchange::Exchange;
use crate::kept::{Keep, Reader, Writer, kept};

/// Entries that are kept; the one made first is forgotten first.
const MAX: usize = 60;
/// Names and paths longer than this are not worth keeping.
const TEXT_MAX: usize = 120;

/// A cookie that a server set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The address of the exchange that set it, without its query.
    pub setter: Address,
    /// `Domain`, where the server named one.
    pub domain: Option<String>,
    /// The path that it holds for.
    pub path: String,
    /// `Secure`.
    pub secure: bool,
    /// `SameSite`; `None` where the server named none.
    pub same_site: Option<SameSite>,
    /// Bytes of name and value together.
    pub size: u32,
    /// The cookie store, where not the default one.
    pub store: Option<String>,
    /// In which tab.
    pub tab_id: TabId,
    /// When.
    pub time: Millis,
    /// Set by a page inside a page of another site.
    pub embedded: bool,
    /// Set by the answer to a sign-in form, or on the way back from a sign-in service; or a later answer's renewal of such
    /// a cookie.
    pub by_sign_in: bool,
    /// Why a browser with default settings does not keep it; `None` where it does. (Predicted.)
    pub predicted: Option<Refusal>,
    /// Whether the jar had it afterwards. (Confirmed by the jar.)
    pub kept: Option<bool>,
    /// Whether the next request that it reaches carried it. (Confirmed by the request.)
    pub sent: Option<bool>,
    /// Whether any request carried it since.
    pub ever_sent: bool,
}

kept!(Entry {
    name,
    setter,
    domain,
    path,
    secure,
    same_site,
    size,
    store,
    tab_id,
    time,
    embedded,
    by_sign_in,
    predicted,
    kept,
    sent,
    ever_sent
});

impl Entry {
    /// Whether a cookie like this goes to this address (RFC 6265bis §5.8.3), scheme, host and path considered.
    #[must_use]
    pub fn reaches(&self, address: &Address) -> bool {
        let host = match &self.domain {
            Some(domain) => cookie::domain_matches(address.host(), domain),
            None => address.host() == self.setter.host(),
        };
        host && cookie::path_matches(address.path(), &self.path)
            && (!self.secure || !address.is_plain_http())
    }

    /// The Secure cookies that keep the browser from taking this one in: what came by plain http may not overwrite them
    /// (RFC 6265bis §5.7, step 16).
    pub fn held_by<'a>(&'a self, jar: &'a [JarCookie]) -> impl Iterator<Item = &'a JarCookie> {
        let host = self.domain.as_deref().unwrap_or(self.setter.host());
        jar.iter().filter(move |held| {
            self.setter.is_plain_http()
                && held.secure
                && held.name == self.name
                && held.partition.is_none()
                && (cookie::domain_matches(host, &held.domain)
                    || cookie::domain_matches(&held.domain, host))
                && cookie::path_matches(&self.path, &held.path)
        })
    }

    /// Whether the jar has it. One that was refused can leave an older one of its name in its place: then sizes tell.
    fn is_in(&self, jar: &[JarCookie]) -> bool {
        let host = self.setter.host();
        let here = |known: &JarCookie| {
            known.name == self.name
                && known.path == self.path
                && reaches_host(known, host)
                && (self.predicted.is_none() || known.size == self.size)
        };
        jar.iter().any(here) && self.held_by(jar).next().is_none()
    }

    fn is_same(&self, other: &Entry) -> bool {
        self.name == other.name
            && self.setter.same_origin(&other.setter)
            && self.domain == other.domain
            && self.path == other.path
            && self.store == other.store
            && self.embedded == other.embedded
    }
}

/// All entries, the latest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger(Vec<Entry>);

impl Keep for Ledger {
    fn put(&self, to: &mut Writer) {
        self.0.put(to);
    }

    fn get(from: &mut Reader<'_>) -> Ledger {
        Ledger(Keep::get(from))
    }
}

impl Ledger {
    /// All entries, the latest first.
    pub fn latest(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().rev()
    }

    /// An entry as a test wants it.
    #[cfg(test)]
    pub(crate) fn put(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    /// Writes down what an answer sets. Answers whether anything changed.
    pub(crate) fn enter(&mut self, exchange: &Exchange, tab_id: TabId) -> bool {
        let address = &exchange.address;
        let embedded =
            exchange.resource_type != ResourceType::MainFrame && exchange.foreign_page().is_some();
        let setting = Setting {
            https: !address.is_plain_http(),
            host: address.host(),
            path: address.path(),
            site: Some(address.site()),
            third_party: embedded,
        };
        let by_sign_in = (exchange.is_write() && address.is_sign_in()) || address.is_hand_off();
        let now = exchange.time / 1000;
        let mut changed = false;
        for set in exchange.set_cookies() {
            let worth = set.http_only
                || cookie::is_session_like(&set.name)
                || cookie::is_handoff_like(&set.name)
                || cookie::is_csrf_like(&set.name);
            if !worth || set.name.len() > TEXT_MAX {
                continue;
            }
            let path = set.effective_path(&setting);
            if path.len() > TEXT_MAX || path.split('/').any(looks_secret) {
                // A path that opens doors by itself is not written down, and cut it would reach too much.
                continue;
            }
            let entry = Entry {
                name: set.name.clone(),
                setter: address.bare(),
                domain: set.domain.clone(),
                path: path.to_owned(),
                secure: set.secure,
                same_site: set.same_site,
                size: u32::try_from(set.name.len() + set.value_size).unwrap_or(u32::MAX),
                store: exchange.store.clone(),
                tab_id,
                time: exchange.time,
                embedded,
                by_sign_in,
                predicted: set.predict(&setting).err(),
                kept: None,
                sent: None,
                ever_sent: false,
            };
            let renews = |known: &Entry| known.by_sign_in && known.is_same(&entry);
            let renewed = !address.is_sign_out() && self.0.iter().any(renews);
            self.0.retain(|known| !known.is_same(&entry));
            if !set.deletes(now) {
                if self.0.len() >= MAX {
                    self.0.remove(0);
                }
                self.0.push(Entry {
                    by_sign_in: by_sign_in || renewed,
                    ..entry
                });
            }
            changed = true;
        }
        changed
    }

    /// Forgets what came to nothing on a site: a remedy has changed what it will come to next time.
    pub(crate) fn forget_failures(&mut self, site: &Address) {
        self.0
            .retain(|entry| entry.ever_sent || !entry.setter.same_site(site));
    }

    /// Holds the entries against a request that was sent. Answers whether anything became known.
    pub(crate) fn confirm_sent(&mut self, exchange: &Exchange) -> bool {
        let Some(cookies) = exchange.cookies() else {
            return false;
        };
        let embedded =
            exchange.resource_type != ResourceType::MainFrame && exchange.foreign_page().is_some();
        let mut changed = false;
        for entry in &mut self.0 {
            let concerns = entry.setter.same_site(&exchange.address)
                && entry.store == exchange.store
                && entry.embedded == embedded
                && entry.time <= exchange.time
                && entry.reaches(&exchange.address);
            if !concerns {
                continue;
            }
            let carried = |sent: &SentCookie| {
                // An older one of its name may still be sent; `name=value` is one longer than name and value.
                sent.name == entry.name
                    && (entry.predicted.is_none() || sent.size == entry.size + 1)
            };
            let sent = cookies.iter().any(carried);
            changed |= entry.sent != Some(sent);
            entry.sent = Some(sent);
            entry.ever_sent |= sent;
        }
        changed
    }

    /// Holds the entries against the jar's list for a host. Answers whether anything became known.
    pub(crate) fn confirm_jar(
        &mut self,
        host: &str,
        store: Option<&str>,
        jar: &[JarCookie],
    ) -> bool {
        let mut changed = false;
        for entry in &mut self.0 {
            if entry.setter.host() != host || entry.store.as_deref() != store {
                continue;
            }
            let kept = entry.is_in(jar);
            changed |= entry.kept != Some(kept);
            entry.kept = Some(kept);
        }
        changed
    }
}
