//! The names and passwords that a browser keeps for HTTP itself, by protection space (RFC 9110 §11.5).

use url::Url;

use crate::server::{Asks, Authorization};

/// A name and password that were accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) origin: String,
    pub(crate) realm: String,
    pub(crate) scheme: &'static str,
    pub(crate) user: String,
    pub(crate) password: String,
    /// The directories in which it was accepted: below them it is sent unasked.
    directories: Vec<String>,
}

impl Login {
    /// What goes into the request.
    pub(crate) fn authorization(&self) -> Authorization {
        Authorization::Login {
            scheme: self.scheme,
            user: self.user.clone(),
            password: self.password.clone(),
        }
    }
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Logins(pub(crate) Vec<Login>);

impl Logins {
    /// The one that is sent to this address unasked.
    pub(crate) fn unasked(&self, url: &Url) -> Option<&Login> {
        let origin = url.origin().ascii_serialization();
        self.0.iter().find(|l| {
            l.origin == origin
                && l.directories
                    .iter()
                    .any(|d| url.path().starts_with(d.as_str()))
        })
    }

    /// The one that answers this challenge.
    pub(crate) fn answering(&self, url: &Url, asks: &Asks) -> Option<&Login> {
        let origin = url.origin().ascii_serialization();
        self.0
            .iter()
            .find(|l| l.origin == origin && l.realm == asks.realm && l.scheme == asks.scheme)
    }

    /// Keeps what was accepted.
    pub(crate) fn keep(&mut self, url: &Url, asks: &Asks, user: &str, password: &str) {
        let origin = url.origin().ascii_serialization();
        let directory = url
            .path()
            .rsplit_once('/')
            .map_or("/".to_owned(), |(directory, _)| format!("{directory}/"));
        let known = self
            .0
            .iter_mut()
            .find(|l| l.origin == origin && l.realm == asks.realm);
        if let Some(login) = known {
            login.scheme = asks.scheme;
            user.clone_into(&mut login.user);
            password.clone_into(&mut login.password);
            if !login.directories.contains(&directory) {
                login.directories.push(directory);
            }
            return;
        }
        self.0.push(Login {
            origin,
            realm: asks.realm.clone(),
            scheme: asks.scheme,
            user: user.to_owned(),
            password: password.to_owned(),
            directories: vec![directory],
        });
    }

    /// An address with a name and password in it overrides what is kept of its origin.
    pub(crate) fn replace(&mut self, url: &Url, user: &str, password: &str) {
        let origin = url.origin().ascii_serialization();
        for login in self.0.iter_mut().filter(|l| l.origin == origin) {
            user.clone_into(&mut login.user);
            password.clone_into(&mut login.password);
        }
    }

    /// Drops what was refused.
    pub(crate) fn drop_refused(&mut self, url: &Url, user: &str) {
        let origin = url.origin().ascii_serialization();
        self.0.retain(|l| l.origin != origin || l.user != user);
    }

    /// Drops everything of an origin.
    pub(crate) fn forget(&mut self, origin: &str) {
        self.0.retain(|l| l.origin != origin);
    }
}
