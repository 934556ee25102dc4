//! All stories, one file per family.

pub(crate) mod arrivals;
pub(crate) mod background;
pub(crate) mod browsing;
pub(crate) mod challenges;
pub(crate) mod cookie_fates;
pub(crate) mod cookies;
pub(crate) mod forms;
pub(crate) mod healthy;
pub(crate) mod interference;
pub(crate) mod keeps;
pub(crate) mod limits;
pub(crate) mod passwords;
pub(crate) mod permissions;
pub(crate) mod services;
pub(crate) mod sessions;
pub(crate) mod tokens;

use crate::story::Story;

/// Every family with its name.
pub(crate) const FAMILIES: &[(&str, &[Story])] = &[
    ("arrivals", arrivals::STORIES),
    ("background", background::STORIES),
    ("browsing", browsing::STORIES),
    ("challenges", challenges::STORIES),
    ("cookie_fates", cookie_fates::STORIES),
    ("cookies", cookies::STORIES),
    ("forms", forms::STORIES),
    ("healthy", healthy::STORIES),
    ("interference", interference::STORIES),
    ("keeps", keeps::STORIES),
    ("limits", limits::STORIES),
    ("passwords", passwords::STORIES),
    ("permissions", permissions::STORIES),
    ("services", services::STORIES),
    ("sessions", sessions::STORIES),
    ("tokens", tokens::STORIES),
];
