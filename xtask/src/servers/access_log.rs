//! The servers' access logs: one tab-separated format for all of them, reduced to names on reading.

use std::path::PathBuf;

use crate::lab::state::Request;

/// Requests of one host. The columns are host, method, path, status, Cookie field, auth-scheme.
pub(super) fn read(file: PathBuf, by: &'static str, host: &str) -> Vec<Request> {
    let bytes = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    text.lines()
        .filter_map(|line| request(line, by))
        .filter(|request| request.host == host)
        .collect()
}

/// Empties a log. All servers append, so they go on at the new end.
pub(super) fn clear(file: PathBuf) {
    if let Ok(log) = std::fs::OpenOptions::new().write(true).open(file) {
        drop(log.set_len(0));
    }
}

fn request(line: &str, by: &'static str) -> Option<Request> {
    let mut columns = line
        .split('\t')
        .map(|column| if column == "-" { "" } else { column });
    let host = columns.next()?.split(':').next()?.to_ascii_lowercase();
    let (method, path) = (columns.next()?.to_owned(), columns.next()?.to_owned());
    let status = columns.next()?.parse().ok()?;
    let cookie = columns.next()?;
    let scheme = columns.next()?.split(' ').next().unwrap_or_default();
    let pairs = cookie
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    Some(Request {
        by,
        host,
        method,
        path,
        cookies: pairs.map(|(name, _)| name.to_owned()).collect(),
        cookie_bytes: cookie.len(),
        authorization: Some(scheme.to_owned()).filter(|scheme| !scheme.is_empty()),
        status,
    })
}
