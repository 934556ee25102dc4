//! Programs from the system's packages, installed by apt where that is possible.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::tools;

/// One program, under any of the names it goes by, and the Debian package that brings it.
pub(crate) struct Need {
    /// The names to look for, best first.
    pub(crate) programs: &'static [&'static str],
    /// The package's name in Debian.
    pub(crate) package: &'static str,
}

impl Need {
    fn find(&self) -> Option<PathBuf> {
        self.programs
            .iter()
            .find_map(|program| tools::find(program))
    }
}

/// Installs the packages it is given as arguments, as root.
///
/// Debian starts a server the moment it is installed and again at each boot. Nobody asked for that here: the lab
/// starts its own, on its own ports. So the starts are refused while apt runs (the policy that invoke-rc.d asks,
/// for these services only, and only if the machine has no policy of its own), and the services just installed
/// are disabled. A service that was there before is not touched, as its package is not among the arguments.
const INSTALL: &str = r#"
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '%s\n' '#!/bin/sh' 'case "$1" in nginx|apache2|apache-htcacheclean|caddy|squid) exit 101;; esac' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends "$@"
for package in "$@"; do
  case "$package" in
    nginx-light) service=nginx;;
    apache2|caddy|squid) service=$package;;
    *) continue;;
  esac
  update-rc.d "$service" disable || systemctl disable "$service" || echo "$service will start at the next boot" >&2
done
"#;

/// Finds the programs of all needs, after installing the packages of those that are missing.
///
/// # Errors
///
/// When something is missing and apt or the right to run it is not here; the message names what to install.
pub(crate) fn programs<const N: usize>(needs: &[Need; N]) -> Result<[PathBuf; N]> {
    let missing: Vec<_> = needs
        .iter()
        .filter(|need| need.find().is_none())
        .map(|need| need.package)
        .collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    let mut found = [const { PathBuf::new() }; N];
    for (place, need) in found.iter_mut().zip(needs) {
        match need.find() {
            Some(program) => *place = program,
            None => bail!(
                "expected `{}` after installing {}, but found none",
                need.programs.join("` or `"),
                need.package
            ),
        }
    }
    Ok(found)
}

/// Installs packages, whether or not they bring a program.
///
/// # Errors
///
/// When apt or the right to run it is not here, or it fails; the message names what to install.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let Some(mut root) = as_root() else {
        bail!(
            "expected these packages (by their names in Debian): {names}. They cannot be installed from here: \
             that takes apt-get and root or a sudo that asks no password. Install them, then run this again"
        );
    };
    println!("Installing {names} by apt-get; servers among them are not started.");
    tools::run(root.args(["sh", "-c", INSTALL, "install"]).args(packages))
}

/// A command that runs its arguments as root, or nothing where that cannot be had without asking.
fn as_root() -> Option<Command> {
    tools::find("apt-get")?;
    let id = tools::read(Command::new("id").arg("-u")).ok()?;
    if id.trim() == "0" {
        return Some(Command::new("env"));
    }
    let sudo = tools::find("sudo")?;
    let allowed = tools::capture(Command::new(&sudo).args(["-n", "true"]))
        .is_ok_and(|output| output.status.success());
    if !allowed {
        return None;
    }
    let mut command = Command::new(sudo);
    command.arg("-n");
    Some(command)
}
