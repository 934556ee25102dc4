//! The project's own commands.
mod lab;

fn main() {}
