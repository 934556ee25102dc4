//! All stories, one file per family.

pub(crate) mod challenges;
pub(crate) mod cookies;
pub(crate) mod forms;
pub(crate) mod healthy;
pub(crate) mod interference;
pub(crate) mod limits;
pub(crate) mod passwords;
pub(crate) mod permissions;
pub(crate) mod sessions;
pub(crate) mod tokens;

use crate::story::Story;

/// Every family with its name.
pub(crate) const FAMILIES: &[(&str, &[Story])] = &[
    ("challenges", challenges::STORIES),
    ("cookies", cookies::STORIES),
    ("forms", forms::STORIES),
    ("healthy", healthy::STORIES),
    ("interference", interference::STORIES),
    ("limits", limits::STORIES),
    ("passwords", passwords::STORIES),
    ("permissions", permissions::STORIES),
    ("sessions", sessions::STORIES),
    ("tokens", tokens::STORIES),
];
