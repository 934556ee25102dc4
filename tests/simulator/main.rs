//! A small browser with scripted servers, in which every finding is told as a story and run through the real engine.

mod browser;
#[cfg(test)]
mod browser_tests;
mod edge;
mod effects;
mod jar;
mod logins;
mod server;
