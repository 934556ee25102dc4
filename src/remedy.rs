//! The remedies: one documented row each, with what it touches; and the offers that findings make of them.

use serde::{Serialize, Serializer};

use crate::event::{JarCookie, Millis, StoredKey};
use crate::kept::{Keep, Reader, Writer, kept};

/// The most that a remedy can touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Touches {
    /// Nothing that is kept anywhere.
    Nothing,
    /// The cookies that it names.
    Cookies,
    /// What the browser keeps for this one host.
    Host,
    /// What the browser keeps for the whole site.
    Site,
}

/// Who carries a remedy out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Readmit, at the press of a button.
    Button,
    /// The person, by following words.
    Item,
}

macro_rules! remedies {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $touches:ident, $act:ident;)+) => {
        /// What can be done. The order is the ladder: what stands higher destroys less.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RemedyId {
            $($(#[doc = $doc])+ $name,)+
        }

        impl RemedyId {
            /// Every remedy, down the ladder.
            pub const ALL: &'static [RemedyId] = &[$(RemedyId::$name),+];

            /// The id: kebab-case, never changed once released.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(RemedyId::$name => $id),+ }
            }

            /// The remedy with this id.
            #[must_use]
            pub fn from_id(id: &str) -> Option<RemedyId> {
                match id { $($id => Some(RemedyId::$name),)+ _ => None }
            }

            /// The most it can touch.
            #[must_use]
            pub fn touches(self) -> Touches {
                match self { $(RemedyId::$name => Touches::$touches),+ }
            }

            /// Who carries it out.
            #[must_use]
            pub fn act(self) -> Act {
                match self { $(RemedyId::$name => Act::$act),+ }
            }
        }
    };
}

remedies! {
    /// Go to the address that was wanted at first, not to the one that failed.
    StartOver = "start-over", Nothing, Button;
    /// Load the page again, past the browser's cache.
    Reload = "reload", Nothing, Button;
    /// Open the same page at its https address.
    OpenHttps = "open-https", Nothing, Button;
    /// Open the same page at the host that has the session.
    OpenSiblingHost = "open-sibling-host", Nothing, Button;
    /// Open the address without the name and password in it.
    OpenWithoutCredentials = "open-without-credentials", Nothing, Button;
    /// Go where one signs in, and come back.
    SignIn = "sign-in", Nothing, Button;
    /// Go back to the form or prompt, and type the password by hand.
    RetypePassword = "retype-password", Nothing, Button;
    /// Open the page with another account, or the place to choose one.
    SwitchAccount = "switch-account", Nothing, Button;
    /// Wait as long as the server says, then try once.
    Wait = "wait", Nothing, Button;
    /// Open the page where the network lets one in.
    OpenPortal = "open-portal", Nothing, Button;
    /// Load again, and give the proxy its own password.
    UseProxyPassword = "use-proxy-password", Nothing, Button;
    /// Open a part of the page in a tab of its own.
    OpenInOwnTab = "open-in-own-tab", Nothing, Button;
    /// Firefox: open the page in the container where the sign-in began.
    OpenInContainer = "open-in-container", Nothing, Button;
    /// Go where one can ask for a new link.
    RequestNewLink = "request-new-link", Nothing, Button;
    /// Open the site's page for changing a password (W3C well-known change-password).
    ResetPassword = "reset-password", Nothing, Button;
    /// Set this device's clock.
    FixClock = "fix-clock", Nothing, Item;
    /// Turn the blocker off for this site.
    PauseBlocker = "pause-blocker", Nothing, Item;
    /// Put the site on the keep list of the cookie cleaner.
    KeepCookies = "keep-cookies", Nothing, Item;
    /// Let the site keep cookies.
    AllowCookies = "allow-cookies", Nothing, Button;
    /// Let one site keep cookies inside pages of one other.
    AllowEmbeddedCookies = "allow-embedded-cookies", Nothing, Button;
    /// Remove the named cookies.
    RemoveCookies = "remove-cookies", Cookies, Button;
    /// Remove the named keys of the page's own storage.
    ClearStoredToken = "clear-stored-token", Host, Button;
    /// Remove the service worker and the answers stored for use offline.
    RemoveOfflineCopy = "remove-offline-copy", Host, Button;
    /// Make the browser ask again where an address leads.
    ClearCachedRedirect = "clear-cached-redirect", Host, Button;
    /// Make the browser forget the name and password it sends to this host by itself.
    ForgetHttpLogin = "forget-http-login", Host, Button;
    /// Remove all cookies that reach this host.
    ClearSiteCookies = "clear-site-cookies", Site, Button;
    /// Remove all that the browser keeps for this host.
    ClearSiteData = "clear-site-data", Site, Button;
    /// Give the owner the facts: a redacted report to copy.
    AskOwner = "ask-owner", Nothing, Button;
    /// Give the people who run the network the facts: a redacted report to copy.
    AskIt = "ask-it", Nothing, Button;
}

impl Serialize for RemedyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Keep for RemedyId {
    fn put(&self, to: &mut Writer) {
        to.number(*self as u64);
    }

    fn get(from: &mut Reader<'_>) -> RemedyId {
        from.one_of(RemedyId::ALL)
    }
}

/// A remedy as one finding offers it, with all that it needs to be carried out and previewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which remedy.
    pub id: RemedyId,
    /// The cookies that it would remove: all of them, and no others.
    pub cookies: Vec<JarCookie>,
    /// The keys of the page's storage that it would remove: all of them, and no others.
    pub stored: Vec<StoredKey>,
    /// The address that it would open, where it is not the wanted one; or the one that it concerns.
    pub url: Option<String>,
    /// The other side of a pair: the page around a part, or the cookie store of a container.
    pub other: Option<String>,
    /// Not before this time.
    pub not_before: Option<Millis>,
    /// It was tried for this wall and did not get the person in.
    pub tried: bool,
}

kept!(Offer {
    id,
    cookies,
    stored,
    url,
    other,
    not_before,
    tried
});

impl From<RemedyId> for Offer {
    fn from(id: RemedyId) -> Offer {
        Offer {
            id,
            cookies: Vec::new(),
            stored: Vec::new(),
            url: None,
            other: None,
            not_before: None,
            tried: false,
        }
    }
}

impl Offer {
    /// The removal of these cookies.
    #[must_use]
    pub fn remove(id: RemedyId, cookies: Vec<JarCookie>) -> Offer {
        Offer {
            cookies,
            ..Offer::from(id)
        }
    }

    /// The address that it leads to by itself; one that only concerns an address leads back to the wanted page.
    #[must_use]
    pub fn goal(&self) -> Option<&str> {
        let concerns = matches!(
            self.id,
            RemedyId::AllowCookies | RemedyId::AllowEmbeddedCookies | RemedyId::ClearCachedRedirect
        );
        self.url.as_deref().filter(|_| !concerns)
    }

    /// A way to an address of its own.
    #[must_use]
    pub fn open(id: RemedyId, url: impl Into<String>) -> Offer {
        Offer {
            url: Some(url.into()),
            ..Offer::from(id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_are_kebab_case() {
        for &id in RemedyId::ALL {
            assert_eq!(RemedyId::from_id(id.as_str()), Some(id));
            assert!(
                id.as_str()
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '-'),
                "{}",
                id.as_str()
            );
        }
    }

    #[test]
    fn only_remedies_that_say_so_touch_anything() {
        let touching: Vec<_> = RemedyId::ALL
            .iter()
            .filter(|r| r.touches() != Touches::Nothing)
            .map(|r| r.as_str())
            .collect();
        assert_eq!(
            touching,
            [
                "remove-cookies",
                "clear-stored-token",
                "remove-offline-copy",
                "clear-cached-redirect",
                "forget-http-login",
                "clear-site-cookies",
                "clear-site-data"
            ]
        );
    }
}
