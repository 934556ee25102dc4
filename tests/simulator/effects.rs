//! Carries out what the engine wants, as the extension's background script does.

use readmit::event::{Effect, Event, JarCookie, Millis, StoredKey, TabId, Travel};

use crate::browser::{Going, Simulator, Tab, address};
use crate::jar::{host_of, site_of};

impl Simulator {
    /// Carries one effect out; the answer, where the engine waits for one.
    pub(crate) fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        let time = self.now;
        match effect.clone() {
            Effect::SetBadge { tab_id, text, .. } => {
                assert!(
                    text.chars().count() <= 4,
                    "expected at most four characters on the badge, but found `{text}`"
                );
                if !text.is_empty() {
                    self.alarms.push(text.clone());
                }
                self.badges.insert(tab_id, text);
            }
            Effect::Save { tab_id, view, .. } => {
                self.saves.insert(tab_id, *view);
            }
            Effect::SaveHosts { .. } => {}
            Effect::Forget { tab_id } => {
                self.saves.remove(&tab_id);
                self.snapshots.remove(&tab_id);
                self.stored_snapshots.remove(&tab_id);
                self.badges.remove(&tab_id);
                self.timers.retain(|(_, tab, _)| *tab != tab_id);
            }
            Effect::ListCookies {
                tab_id,
                host,
                domain,
                ..
            } => {
                let cookies = self
                    .jar
                    .of_site(&domain, time)
                    .into_iter()
                    .map(|cookie| cookie.listed())
                    .collect();
                return Some(Event::CookiesListed {
                    tab_id,
                    host,
                    cookies,
                    time,
                });
            }
            Effect::RemoveCookies {
                tab_id,
                cookies,
                expires,
                ..
            } => return Some(self.remove(tab_id, &cookies, expires)),
            Effect::Restore { tab_id } => return Some(self.restore(tab_id)),
            Effect::DropSnapshot { tab_id } => {
                self.snapshots.remove(&tab_id);
                self.stored_snapshots.remove(&tab_id);
            }
            Effect::ForgetLogin { tab_id, origin, .. } => {
                let done = !self.refuses_to_forget;
                if done {
                    self.logins.forget(&origin);
                    self.forgotten.push(origin);
                }
                return Some(Event::Acted { tab_id, done, time });
            }
            Effect::Navigate {
                tab_id,
                url,
                travel,
                store,
            } => self.travel(tab_id, &url, travel, store.as_deref()),
            Effect::ReadPage { tab_id, origin } => return self.read_page(tab_id, origin),
            Effect::RemoveStored {
                tab_id,
                origin,
                keys,
                ..
            } => return Some(self.remove_stored(tab_id, &origin, &keys)),
            Effect::RemoveOfflineCopy { tab_id, origin } => {
                let done = self.offline.remove(&origin).is_some();
                return Some(Event::Acted { tab_id, done, time });
            }
            Effect::ReadSettings { tab_id, url, .. } => {
                let allowed = !self.has_no_cookies(&address(&url));
                return Some(Event::SettingsRead {
                    tab_id,
                    cookies: self.shows_settings.then_some(allowed),
                    embedded: None,
                    time,
                });
            }
            Effect::AllowCookies { tab_id, url, .. } => {
                let done = self.browser == readmit::event::Browser::Chromium;
                if done {
                    let site = site_of(&host_of(&address(&url)));
                    self.blocks_embedded = false;
                    self.without_cookies.retain(|known| *known != site);
                }
                return Some(Event::Acted { tab_id, done, time });
            }
            Effect::Probe { tab_id, url } => {
                let answer = self.asks_as_stranger(&url);
                let redirected = answer
                    .as_ref()
                    .is_some_and(|it| (300..400).contains(&it.status));
                return Some(Event::Probed {
                    tab_id,
                    status: answer.map(|it| it.status).filter(|_| !redirected),
                    redirected,
                    time,
                });
            }
            Effect::ForgetRedirect { tab_id, url } => {
                let done = self.detours.remove(&url).is_some();
                return Some(Event::Acted { tab_id, done, time });
            }
            Effect::ClearSiteData {
                tab_id,
                origin,
                cookies,
                expires,
                ..
            } => return Some(self.clear_site_data(tab_id, &origin, &cookies, expires)),
            Effect::StartTimer {
                tab_id,
                timer,
                after,
            } => {
                self.timers
                    .retain(|(_, tab, kind)| *tab != tab_id || *kind != timer);
                self.timers.push((time + after, tab_id, timer));
            }
            Effect::Watch { tab_id } => {
                self.watched.insert(tab_id);
            }
        }
        None
    }

    /// What the shown page keeps, where it is of that origin.
    fn read_page(&self, tab_id: TabId, origin: String) -> Option<Event> {
        let shown = self.tabs.get(&tab_id)?.entry()?;
        if shown.url.origin().ascii_serialization() != origin {
            return None;
        }
        let stored = self
            .storage
            .iter()
            .filter(|((of, key), _)| *of == origin && looks_like_a_pass(key))
            .map(|((_, key), value)| StoredKey {
                name: key.clone(),
                of_tab: false,
                exp: exp_of(value),
                nbf: None,
                iat: exp_of(value).map(|exp| exp - 3600),
            })
            .collect();
        let worker = self.offline.contains_key(&origin);
        Some(Event::PageRead {
            tab_id,
            origin,
            stored,
            worker,
            caches: worker,
            offline: shown.offline,
            status: Some(shown.status),
            asks: shown.page.form.is_some(),
            begun: 0,
            time: self.now,
        })
    }

    fn remove_stored(&mut self, tab_id: TabId, origin: &str, keys: &[StoredKey]) -> Event {
        let mut removed = 0;
        for key in keys {
            let at = (origin.to_owned(), key.name.clone());
            if let Some(value) = self.storage.remove(&at) {
                self.removed_keys.push(format!("{} # {origin}", key.name));
                self.stored_snapshots
                    .entry(tab_id)
                    .or_default()
                    .push((at, value));
                removed += 1;
            }
        }
        Event::Removed {
            tab_id,
            removed,
            left: Vec::new(),
            time: self.now,
        }
    }

    fn clear_site_data(
        &mut self,
        tab_id: TabId,
        origin: &str,
        cookies: &[JarCookie],
        expires: Millis,
    ) -> Event {
        self.offline.remove(origin);
        let keys: Vec<StoredKey> = self
            .storage
            .keys()
            .filter(|(of, _)| of == origin)
            .map(|(_, name)| StoredKey {
                name: name.clone(),
                of_tab: false,
                exp: None,
                nbf: None,
                iat: None,
            })
            .collect();
        let stored = self.remove_stored(tab_id, origin, &keys);
        let answer = self.remove(tab_id, cookies, expires);
        match (stored, answer) {
            (
                Event::Removed { removed: keys, .. },
                Event::Removed {
                    tab_id,
                    removed,
                    left,
                    time,
                },
            ) => Event::Removed {
                tab_id,
                removed: removed + keys,
                left,
                time,
            },
            (_, answer) => answer,
        }
    }

    fn remove(&mut self, tab_id: TabId, cookies: &[JarCookie], expires: Millis) -> Event {
        assert!(
            expires > self.now,
            "expected a snapshot that lasts, but found one that ends at {expires}"
        );
        let (mut removed, mut left) = (0, Vec::new());
        for wanted in cookies {
            if self.stubborn.contains(&wanted.name.as_str()) {
                left.push(wanted.name.clone());
                continue;
            }
            let Some(at) = self.jar.cookies.iter().position(|cookie| cookie.is(wanted)) else {
                continue;
            };
            let cookie = self.jar.cookies.remove(at);
            self.removed.push(wanted.clone());
            // As `cookies.js` does: one that is there already stays as it was first.
            let snapshot = self.snapshots.entry(tab_id).or_default();
            if !snapshot.iter().any(|kept| kept.is(wanted)) {
                snapshot.push(cookie);
            }
            removed += 1;
        }
        Event::Removed {
            tab_id,
            removed,
            left,
            time: self.now,
        }
    }

    fn restore(&mut self, tab_id: TabId) -> Event {
        let snapshot = self.snapshots.remove(&tab_id).unwrap_or_default();
        let restored = u32::try_from(snapshot.len()).unwrap_or(u32::MAX);
        for cookie in snapshot {
            self.jar.put(cookie, self.now);
        }
        let stored = self.stored_snapshots.remove(&tab_id).unwrap_or_default();
        let restored = restored + u32::try_from(stored.len()).unwrap_or(u32::MAX);
        self.storage.extend(stored);
        Event::Restored {
            tab_id,
            restored,
            refused: Vec::new(),
            time: self.now,
        }
    }

    fn travel(&mut self, tab_id: TabId, url: &str, travel: Travel, store: Option<&str>) {
        let url = address(url);
        match travel {
            Travel::Here => self.navigate(tab_id, Going::to(url)),
            Travel::Reload => {
                let shown = self
                    .tabs
                    .get(&tab_id)
                    .and_then(Tab::entry)
                    .map(|entry| entry.url.clone());
                // A worker that was stopped no longer knows the secret parts of the address.
                let page = |url: &url::Url| (url.origin(), url.path().to_owned());
                assert_eq!(
                    shown.as_ref().map(page),
                    Some(page(&url)),
                    "a reload is for the address that the tab shows already"
                );
                self.reload(tab_id);
            }
            // The page itself goes there, where it is of that origin: its own click.
            Travel::Inside if self.shown().url.origin() == url.origin() => {
                self.clicks(url.as_str());
            }
            Travel::Inside => self.navigate(tab_id, Going::to(url)),
            Travel::NewTab => {
                match store {
                    Some(store) => {
                        self.opens_tab_in(Some(store).filter(|it| *it != "firefox-default"))
                    }
                    None => self.opens_tab(),
                }
                self.navigate(self.tab, Going::to(url));
            }
        }
    }
}

/// What the extension's script takes for a kept sign-in, by the key alone.
fn looks_like_a_pass(key: &str) -> bool {
    let words = ["token", "jwt", "oidc", "auth", "session", "credential"];
    words.iter().any(|word| key.contains(word))
}

/// When a stored pass ends: stories write `value@seconds` for a JWT.
pub(crate) fn exp_of(value: &str) -> Option<i64> {
    value.split_once('@')?.1.parse().ok()
}
