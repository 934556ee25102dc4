//! Squid: a proxy that wants a name and password of its own (RFC 9110 §15.5.8).

use std::path::{Path, PathBuf};

use super::process::Running;
use super::{Site, free_port, htpasswd, make_dir, program};

/// Starts Squid, or does nothing where it is not installed.
///
/// # Errors
/// A directory that cannot be written, or a program that cannot be run.
pub(super) fn start(site: Site<'_>) -> anyhow::Result<Option<Running>> {
    let (Some(program), Some(helper)) = (program("squid"), helper()) else {
        return Ok(None);
    };
    let dir = make_dir(site, "squid")?;
    let port = free_port()?;
    std::fs::write(
        dir.join("passwd"),
        htpasswd::basic_line("office", "s3cret-password-proxy"),
    )?;
    let hosts: String = site
        .hosts
        .iter()
        .map(|host| format!("127.0.0.1 {host}\n"))
        .collect();
    std::fs::write(dir.join("hosts"), hosts)?;
    let file = dir.join("squid.conf");
    std::fs::write(&file, configuration(&dir, &helper, port))?;
    let (program, file) = (program.to_string_lossy(), file.to_string_lossy());
    // -N: one process in the foreground; -d 1: errors to the standard error output as well.
    let command = [&*program, "-N", "-d", "1", "-f", &*file];
    Running::start("squid", &command, dir.clone(), port).map(Some)
}

/// The helper that checks passwords against a file, on Debian and on Fedora.
fn helper() -> Option<PathBuf> {
    let places = [
        "/usr/lib/squid/basic_ncsa_auth",
        "/usr/lib64/squid/basic_ncsa_auth",
    ];
    places
        .into_iter()
        .map(PathBuf::from)
        .find(|file| file.is_file())
}

fn configuration(dir: &Path, helper: &Path, port: u16) -> String {
    let (dir, helper) = (dir.display(), helper.display());
    format!(
        r#"http_port 127.0.0.1:{port}
visible_hostname proxy.lab.test
hosts_file {dir}/hosts
# Every name is in that file; nobody is to be asked for others.
dns_nameservers 127.0.0.1
auth_param basic program {helper} {dir}/passwd
auth_param basic children 2 startup=1 idle=1
auth_param basic realm Office proxy
acl people proxy_auth REQUIRED
http_access allow people
http_access deny all
cache deny all
cache_mem 4 MB
memory_pools off
max_filedescriptors 1024
pinger_enable off
netdb_filename none
pid_filename none
shutdown_lifetime 0 seconds
coredump_dir {dir}
cache_log {dir}/error.log
logformat lab %{{Host}}>h	%rm	%ru	%>Hs	%{{Cookie}}>h	-
access_log stdio:{dir}/access.log logformat=lab
"#
    )
}
