//! The remedies: one documented row each, with what it touches; and the offers that findings make of them.

use serde::{Serialize, Serializer};

use crate::event::{JarCookie, Millis};
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
    /// Go where one signs in, and come back.
    SignIn = "sign-in", Nothing, Button;
    /// Go back to the form or prompt, and type the password by hand.
    RetypePassword = "retype-password", Nothing, Button;
    /// Wait as long as the server says, then try once.
    Wait = "wait", Nothing, Button;
    /// Load again, and give the proxy its own password.
    UseProxyPassword = "use-proxy-password", Nothing, Button;
    /// Open the site's page for changing a password (W3C well-known change-password).
    ResetPassword = "reset-password", Nothing, Button;
    /// Remove the named cookies.
    RemoveCookies = "remove-cookies", Cookies, Button;
    /// Make the browser forget the name and password it sends to this host by itself.
    ForgetHttpLogin = "forget-http-login", Host, Button;
    /// Remove all cookies that reach this host.
    ClearSiteCookies = "clear-site-cookies", Site, Button;
    /// Give the owner the facts: a redacted report to copy.
    AskOwner = "ask-owner", Nothing, Button;
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
    /// The address that it would open, where it is not the wanted one.
    pub url: Option<String>,
    /// Not before this time.
    pub not_before: Option<Millis>,
    /// It was tried for this wall and did not get the person in.
    pub tried: bool,
}

kept!(Offer {
    id,
    cookies,
    url,
    not_before,
    tried
});

impl From<RemedyId> for Offer {
    fn from(id: RemedyId) -> Offer {
        Offer {
            id,
            cookies: Vec::new(),
            url: None,
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
            ["remove-cookies", "forget-http-login", "clear-site-cookies"]
        );
    }
}
