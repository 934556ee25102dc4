//! Carries out what the engine wants, as the extension's background script does.

use readmit::event::{Effect, Event, JarCookie, Millis, TabId, Travel};

use crate::browser::{Going, Simulator, Tab, address};

impl Simulator {
    /// Carries one effect out; the answer, where the engine waits for one.
    pub(crate) fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        let time = self.now;
        match effect {
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
            Effect::RestoreCookies { tab_id } => return Some(self.restore(tab_id)),
            Effect::DropSnapshot { tab_id } => {
                self.snapshots.remove(&tab_id);
            }
            Effect::ForgetLogin { tab_id, origin, .. } => {
                let done =
                    self.browser == readmit::event::Browser::Chromium && !self.refuses_to_forget;
                if done {
                    self.logins.forget(&origin);
                    self.forgotten.push(origin);
                }
                return Some(Event::LoginForgotten { tab_id, done, time });
            }
            Effect::Navigate {
                tab_id,
                url,
                travel,
            } => self.travel(tab_id, &url, travel),
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
            self.snapshots.entry(tab_id).or_default().push(cookie);
            removed += 1;
        }
        Event::CookiesRemoved {
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
        Event::CookiesRestored {
            tab_id,
            restored,
            refused: Vec::new(),
            time: self.now,
        }
    }

    fn travel(&mut self, tab_id: TabId, url: &str, travel: Travel) {
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
            Travel::NewTab => {
                self.opens_tab();
                self.navigate(self.tab, Going::to(url));
            }
        }
    }
}
