//! Apache httpd: a page behind Digest, and a Basic sign-in that cannot be left.

use std::path::{Path, PathBuf};

use super::process::Running;
use super::{Site, free_port, htpasswd, is_root, make_dir, program};
use crate::lab::page;
use crate::lab::serve::PREFS_PATH;
use crate::lab::table::USER;

/// The realm of the Digest page.
const DIGEST_REALM: &str = "Members";

/// The modules the configuration needs, besides those built in.
const MODULES: [&str; 11] = [
    "mpm_event",
    "authn_core",
    "authn_file",
    "authz_core",
    "authz_user",
    "auth_basic",
    "auth_digest",
    "alias",
    "dir",
    "headers",
    "setenvif",
];

/// Starts Apache httpd, or does nothing where it is not installed.
///
/// # Errors
/// A directory that cannot be written, or a program that cannot be run.
pub(super) fn start(site: Site<'_>) -> anyhow::Result<Option<Running>> {
    let (Some(program), Some(modules)) =
        (program("apache2").or_else(|| program("httpd")), modules())
    else {
        return Ok(None);
    };
    let dir = make_dir(site, "apache")?;
    let port = free_port()?;
    let members = "<p>This page is for members.</p>";
    let files = [
        ("index.html", page::document("You are in", members, true)),
        (
            "admin.html",
            page::document("Administration", "<p>This page is for admin.</p>", true),
        ),
        ("prefs.html", page::prefs_document()),
    ];
    let root = dir.join("pages");
    std::fs::create_dir_all(&root)?;
    for (name, text) in files {
        std::fs::write(root.join(name), text)?;
    }
    let digest = htpasswd::digest_line(USER, DIGEST_REALM, "s3cret-password-digest");
    std::fs::write(dir.join("digest.htdigest"), digest)?;
    let guest = htpasswd::basic_line("guest", "s3cret-guest-stuck-basic");
    let admin = htpasswd::basic_line("admin", "s3cret-password-stuck-basic");
    std::fs::write(dir.join("stuck-basic.htpasswd"), format!("{guest}{admin}"))?;
    let file = dir.join("httpd.conf");
    std::fs::write(&file, configuration(&dir, &modules, port))?;
    let (program, file) = (program.to_string_lossy(), file.to_string_lossy());
    // -X: one process in the foreground.
    let command = [&*program, "-X", "-d", &*dir.to_string_lossy(), "-f", &*file];
    Running::start("apache", &command, dir.clone(), port).map(Some)
}

/// The directory of the modules, on Debian and on Fedora.
pub(crate) fn modules() -> Option<PathBuf> {
    let places = [
        "/usr/lib/apache2/modules",
        "/usr/lib64/httpd/modules",
        "/usr/lib/httpd/modules",
    ];
    places
        .into_iter()
        .map(PathBuf::from)
        .find(|place| place.join("mod_auth_digest.so").is_file())
}

fn configuration(dir: &Path, modules: &Path, port: u16) -> String {
    let loads: String = MODULES
        .iter()
        .map(|name| {
            format!(
                "LoadModule {name}_module {}/mod_{name}.so\n",
                modules.display()
            )
        })
        .collect();
    // Started by root it must become somebody else.
    let user = if is_root(dir) {
        "User nobody\nGroup nogroup\n"
    } else {
        ""
    };
    let dir = dir.display();
    let cookie = page::PREFS_COOKIE;
    format!(
        r#"{loads}{user}ServerRoot "{dir}"
ServerName lab.test
Listen 127.0.0.1:{port}
PidFile "{dir}/httpd.pid"
DefaultRuntimeDir "{dir}"
ErrorLog "{dir}/error.log"
SetEnvIf Authorization "^([^ ]+)" lab_scheme=$1
LogFormat "%{{Host}}i\t%m\t%<U%q\t%>s\t%{{Cookie}}i\t%{{lab_scheme}}e" lab
CustomLog "{dir}/access.log" lab
DirectoryIndex index.html
AddDefaultCharset utf-8
Header always set Cache-Control no-store
Alias "/admin" "{dir}/pages/admin.html"
Alias "{PREFS_PATH}" "{dir}/pages/prefs.html"
<Directory "{dir}/pages">
    ForceType text/html
</Directory>
<VirtualHost 127.0.0.1:{port}>
    ServerName digest.test
    DocumentRoot "{dir}/pages"
    <Location "/">
        AuthType Digest
        AuthName "{DIGEST_REALM}"
        AuthDigestProvider file
        AuthUserFile "{dir}/digest.htdigest"
        Require valid-user
    </Location>
    <Location "{PREFS_PATH}">
        Require all granted
        Header set Set-Cookie "{cookie}"
    </Location>
</VirtualHost>
<VirtualHost 127.0.0.1:{port}>
    ServerName stuck-basic.test
    DocumentRoot "{dir}/pages"
    <Location "/">
        AuthType Basic
        AuthName "Lab"
        AuthBasicProvider file
        AuthUserFile "{dir}/stuck-basic.htpasswd"
        Require valid-user
    </Location>
    <Location "/admin">
        Require user admin
        AuthzSendForbiddenOnFailure On
    </Location>
    <Location "{PREFS_PATH}">
        Require all granted
        Header set Set-Cookie "{cookie}"
    </Location>
</VirtualHost>
"#
    )
}
