//! What a fix must leave alone: another site's cookies and storage, and all of the wall's own that is not at fault.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::person::Person;
use crate::browser::{Browser, CookieAttributes, Tab};
use crate::lab::serve::{CANARY_HOST, PREFS_PATH};
use crate::lab::wall::{Server, Wall};

/// A key of the wall's own local storage that nobody but the walk writes.
const OWN_KEY: &str = "kept-by-the-walk";

/// What was put into the browser before the story began.
#[derive(Debug)]
pub(super) struct Kept {
    wall: &'static Wall,
    /// The other site, open in a second tab; nothing behind a proxy that asks first, and where no storage is looked at.
    canary: Option<(Tab, Value)>,
    canary_cookies: Vec<CookieAttributes>,
}

impl Kept {
    /// Gives the other site and the wall's own host something to lose: a cookie each, and where `stored`, something in
    /// the storage of their pages, too.
    pub(super) async fn prepare(person: &Person<'_>, stored: bool) -> Result<Self> {
        let browser = person.browser;
        let behind_proxy = person.wall.server == Server::Squid;
        let canary = if behind_proxy || !stored {
            for (host, name) in [(CANARY_HOST, "canary"), (person.wall.host, "prefs")] {
                let url = format!("http://{host}/");
                let details = json!({ "url": url, "name": name, "value": "1", "expirationDate": 4_000_000_000_u64 });
                browser.set_cookie(details).await?;
            }
            None
        } else {
            let tab = browser.new_tab().await?;
            browser.open(&tab, &person.lab.canary_url()).await?;
            let storage = browser.local_storage(&tab).await?;
            ensure!(
                storage == json!({ "canary": "1" }),
                "expected the other site to have stored something, but found {storage}"
            );
            browser.show_tab(&person.tab).await?;
            let prefs = person.lab.url(person.wall, PREFS_PATH)?;
            browser.open(&person.tab, &prefs).await?;
            browser.set_local_storage(&person.tab, OWN_KEY, "1").await?;
            Some((tab, storage))
        };
        let canary_cookies = browser.cookies(CANARY_HOST).await?;
        ensure!(
            canary_cookies.len() == 1,
            "expected the other site to have one cookie, but found {}",
            canary_cookies.len()
        );
        Ok(Self {
            wall: person.wall,
            canary,
            canary_cookies,
        })
    }

    /// All cookies of the wall's hosts.
    pub(super) async fn cookies(&self, browser: &Browser) -> Result<Vec<CookieAttributes>> {
        cookies_of(browser, self.wall).await
    }

    /// Compares with what is there after the fix; `before` are the wall's cookies right before it.
    pub(super) async fn check(
        &self,
        person: &Person<'_>,
        before: &[CookieAttributes],
    ) -> Result<()> {
        let browser = person.browser;
        self.others(person).await?;
        let after = self.cookies(browser).await?;
        for cookie in before {
            let still = after.iter().find(|found| is_same(found, cookie));
            let may_go = self
                .wall
                .may_remove
                .iter()
                .any(|may| may.covers(&cookie.name, &cookie.domain));
            ensure!(
                still.is_some() || may_go,
                "expected the cookie `{}` of `{}` to stay, but it is gone",
                cookie.name,
                cookie.domain
            );
            ensure!(
                cookie.name != "prefs" || still == Some(cookie),
                "expected the cookie `prefs` of `{}` to be as before, but it is not",
                cookie.domain
            );
        }
        ensure!(
            before.iter().any(|cookie| cookie.name == "prefs"),
            "expected a cookie `prefs` before the fix, but found none"
        );
        if self.canary.is_none() {
            return Ok(());
        }
        self.check_own_storage(person)
            .await
            .context("looking at the wall's own storage")
    }

    /// Compares what the other site has.
    pub(super) async fn others(&self, person: &Person<'_>) -> Result<()> {
        let cookies = person.browser.cookies(CANARY_HOST).await?;
        ensure!(
            cookies == self.canary_cookies,
            "expected the other site's cookies to be as before, but they are not"
        );
        if let Some((tab, storage)) = &self.canary {
            let found = person.browser.local_storage(tab).await?;
            ensure!(
                found == *storage,
                "expected the other site's storage to be as before, but found {found}"
            );
            person.browser.show_tab(&person.tab).await?;
        }
        Ok(())
    }

    /// In a tab of its own, so that the wall's tab keeps its page and its view.
    async fn check_own_storage(&self, person: &Person<'_>) -> Result<()> {
        let browser = person.browser;
        let tab = browser.new_tab_in(self.wall.container()).await?;
        browser
            .open(&tab, &person.lab.url(person.wall, PREFS_PATH)?)
            .await?;
        // The page writes its draft anew; the walk's own key it does not know.
        let storage = browser.local_storage(&tab).await?;
        ensure!(
            storage[OWN_KEY] == "1" && storage["draft"] == "x",
            "expected what was stored to stay, but found the keys {:?}",
            storage
                .as_object()
                .map(|all| all.keys().cloned().collect::<Vec<_>>())
        );
        browser.close_tab(tab).await
    }
}

/// All cookies of a wall's hosts.
pub(super) async fn cookies_of(browser: &Browser, wall: &Wall) -> Result<Vec<CookieAttributes>> {
    let mut found: Vec<CookieAttributes> = Vec::new();
    for host in wall.hosts() {
        for cookie in browser.cookies_in(host, wall.container()).await? {
            if found.iter().all(|known| !is_same(known, &cookie)) {
                found.push(cookie);
            }
        }
    }
    Ok(found)
}

/// Whether two are the same cookie, whatever its value and life (RFC 6265bis §5.7, step 23).
pub(super) fn is_same(one: &CookieAttributes, other: &CookieAttributes) -> bool {
    one.name == other.name
        && one.domain == other.domain
        && one.path == other.path
        && one.store_id == other.store_id
        && one.partition_key == other.partition_key
}
