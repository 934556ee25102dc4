//! The project's own commands.
#![expect(clippy::print_stdout, reason = "printing is what a command does")]

#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the walk through the walls in real browsers uses the rest"
    )
)]
mod lab;
mod servers;

use clap::{Parser, Subcommand};
use lab::Lab;
use tokio::signal::unix::{SignalKind, signal};

/// The project's own commands.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the lab of login walls and keeps it until Ctrl-C.
    Lab,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Lab => keep_lab().await,
    }
}

/// Starts everything, says how to reach it, and waits to be ended.
async fn keep_lab() -> anyhow::Result<()> {
    let lab = Lab::start().await?;
    println!("Index of all walls: {}", lab.index_url());
    println!("A site no wall is about: {}", lab.canary_url());
    println!("Authority for the https walls: {}", lab.ca_file().display());
    if let Some(proxy) = lab.proxy() {
        println!("Proxy for the wall `proxy`: {proxy}");
    }
    println!(
        "Map *.test to 127.0.0.1, for example: chromium --host-resolver-rules='MAP *.test 127.0.0.1'"
    );
    println!("Ctrl-C ends the lab.");
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
