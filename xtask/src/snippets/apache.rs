//! The snippets for Apache httpd: all sites in one process, each on ports and with pages of its own.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use readmit::owner::Topic;

use super::{Around, Bench, Plan};
use crate::servers::process::Running;
use crate::servers::{apache, is_root};
use crate::tools;

/// The modules that sites and snippets need, besides those built in.
const MODULES: [&str; 22] = [
    "mpm_event",
    "authn_core",
    "authn_file",
    "authz_core",
    "authz_host",
    "authz_user",
    "auth_basic",
    "alias",
    "cgi",
    "dir",
    "env",
    "expires",
    "headers",
    "mime",
    "proxy",
    "proxy_http",
    "reqtimeout",
    "request",
    "rewrite",
    "setenvif",
    "socache_shmcb",
    "ssl",
];

/// Answers what of Authorization arrived at a program, as an application would.
const PROGRAM: &str = r#"#!/bin/sh
if [ -z "$HTTP_AUTHORIZATION" ]; then
  printf 'Status: 401\r\nWWW-Authenticate: Bearer realm="app.example"\r\n\r\nNo Authorization header'
else
  printf 'Content-Type: text/plain\r\n\r\nin'
fi
"#;

/// Starts Apache httpd with all sites.
///
/// # Errors
/// Apache httpd is not installed, or a file cannot be written.
pub(super) fn start(plans: &[Plan<'_>], bench: Bench<'_>) -> Result<Running> {
    let program = tools::find("apache2").or_else(|| tools::find("httpd"));
    let program = program.context("expected Apache httpd to be installed")?;
    let modules = apache::modules().context("expected the modules of Apache httpd")?;
    let loads: String = MODULES
        .iter()
        .map(|name| {
            let file = modules.join(format!("mod_{name}.so"));
            format!("LoadModule {name}_module {}\n", file.display())
        })
        .collect();
    // Started by root it must become somebody else.
    let user = if is_root(bench.dir) {
        "User nobody\nGroup nogroup\n"
    } else {
        ""
    };
    let mut sites = String::new();
    for plan in plans {
        sites.push_str(&site(plan, bench)?);
    }
    let dir = bench.dir.display().to_string();
    let text = format!(
        r#"{loads}{user}ServerRoot "{dir}"
ServerName app.example
PidFile "{dir}/httpd.pid"
DefaultRuntimeDir "{dir}"
ErrorLog "{dir}/error.log"
DirectoryIndex index.html
TypesConfig /dev/null
AddType text/html .html
AddType text/css .css
<Directory "{dir}">
    AllowOverride AuthConfig FileInfo Indexes Limit
</Directory>
{sites}"#
    );
    let file = bench.dir.join("httpd.conf");
    fs::write(&file, text)?;
    let (program, file) = (program.to_string_lossy(), file.to_string_lossy());
    // -X: one process in the foreground.
    let command = [&*program, "-X", "-d", &*dir, "-f", &*file];
    let port = plans.first().context("expected a site")?.port;
    Running::start("apache", &command, bench.dir.to_owned(), port)
}

/// The virtual hosts of one site, after writing its pages.
fn site(plan: &Plan<'_>, bench: Bench<'_>) -> Result<String> {
    let pages = bench.dir.join(format!("pages-{}", plan.port));
    copy(&bench.dir.join("pages"), &pages)?;
    let program = pages.join("api/me");
    fs::create_dir_all(pages.join("api"))?;
    fs::write(&program, PROGRAM)?;
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    let upstream = format!("127.0.0.1:{}", bench.upstream);
    let passwords = format!("{}/passwords", bench.dir.display());
    let root = pages.display().to_string();
    let fillings = [
        ("127.0.0.1:8080", &*upstream),
        ("/etc/apache2/app.example.htpasswd", &*passwords),
        ("/var/www/app.example", &*root),
    ];
    let part = |place| plan.part(place, &fillings);
    let htaccess = part(".htaccess of /var/www/app.example/private");
    if !htaccess.is_empty() {
        fs::write(pages.join("private/.htaccess"), htaccess)?;
    }
    let Around {
        before,
        after,
        without,
    } = around(plan.snippet.topic);
    let without = if plan.with { "" } else { without };
    let own = format!("{before}{}{without}{after}", part("<VirtualHost *:443>"))
        .replace("127.0.0.1:8080", &upstream)
        .replace("/var/www/app.example", &root);
    let mut text = String::new();
    for port in [plan.port, plan.plain_port] {
        text.push_str(&format!("Listen 127.0.0.1:{port}\n"));
    }
    let mut host = |port: u16, names: &str, own: &str| {
        text.push_str(&format!(
            "<VirtualHost 127.0.0.1:{port}>\nServerName {names}\nDocumentRoot \"{root}\"\n{own}</VirtualHost>\n"
        ));
    };
    let sibling = part("<VirtualHost *:443> of www.app.example");
    if sibling.is_empty() {
        host(plan.port, "app.example\nServerAlias www.app.example", &own);
    } else {
        host(plan.port, "app.example", &own);
        host(plan.port, "www.app.example", &sibling);
    }
    host(plan.plain_port, "app.example", &part("<VirtualHost *:80>"));
    Ok(text)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry?;
        let place = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(place)?;
        } else {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}

/// What the application behind answers.
const APPLICATION: &str = "ProxyPass /login http://127.0.0.1:8080/login
ProxyPass /logout http://127.0.0.1:8080/logout
ProxyPass /admin http://127.0.0.1:8080/admin
ProxyPass /careful http://127.0.0.1:8080/careful
ProxyPass /busy http://127.0.0.1:8080/busy
";

fn around(topic: Topic) -> Around {
    let without = match topic {
        Topic::Challenge => "RedirectMatch 401 ^/private/\n",
        Topic::PublicParts => {
            r#"<Location "/">
    AuthType Basic
    AuthName "Members of app.example"
    AuthUserFile /var/www/app.example/../passwords
    Require valid-user
</Location>
"#
        }
        Topic::TemporaryRedirect => "Redirect permanent /start https://app.example/private/\n",
        _ => "",
    };
    let before = match topic {
        Topic::Preflight => {
            r#"ProxyPass /api http://127.0.0.1:8080/api
<Location "/api/">
    AuthType Basic
    AuthName "Members of app.example"
    AuthUserFile /var/www/app.example/../passwords
    Require valid-user
</Location>
"#
        }
        Topic::ForwardAuthorization => {
            "<Directory /var/www/app.example/api>\nOptions +ExecCGI\nSetHandler cgi-script\n</Directory>\n"
        }
        _ => APPLICATION,
    };
    Around {
        before,
        without,
        ..Around::default()
    }
}
