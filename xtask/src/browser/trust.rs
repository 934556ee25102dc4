//! Makes a fresh profile trust a local certificate authority, through certutil of Debian's libnss3-tools.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Writes a new NSS database into `folder` that trusts `pem` to sign the certificates of servers, and nothing else.
pub(super) fn add_authority(folder: &Path, pem: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    let certificate = folder.join("authority.pem");
    fs::write(&certificate, pem)?;
    let database = format!("sql:{}", folder.display());
    certutil(&["-N", "-d", &database, "--empty-password"])?;
    let file = certificate.to_string_lossy();
    certutil(&[
        "-A",
        "-d",
        &database,
        "-n",
        "test authority",
        "-t",
        "C,,",
        "-i",
        &file,
    ])
}

fn certutil(arguments: &[&str]) -> Result<()> {
    let output = Command::new("certutil")
        .args(arguments)
        .output()
        .context("expected to start `certutil` (Debian: libnss3-tools)")?;
    if !output.status.success() {
        bail!(
            "expected certutil to work, but found `{}`",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}
