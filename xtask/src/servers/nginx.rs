//! nginx: pages behind Basic, and a front for a site whose cookies outgrow its header buffers.

use std::path::Path;

use super::process::Running;
use super::{Site, free_port, htpasswd, make_dir, program};
use crate::lab::page;
use crate::lab::serve::PREFS_PATH;
use crate::lab::table::USER;

/// The walls that are pages behind Basic.
const BASIC_WALLS: [&str; 2] = ["basic", "old-password"];

/// Starts nginx, or does nothing where it is not installed.
///
/// # Errors
/// A directory that cannot be written, or a program that cannot be run.
pub(super) fn start(site: Site<'_>) -> anyhow::Result<Option<Running>> {
    let Some(program) = program("nginx") else {
        return Ok(None);
    };
    let dir = make_dir(site, "nginx")?;
    let (port, tls_port) = (free_port()?, free_port()?);
    for id in BASIC_WALLS {
        let root = dir.join(id);
        std::fs::create_dir_all(&root)?;
        std::fs::write(
            root.join("index.html"),
            page::document("You are in", "<p>This page is for members.</p>", true),
        )?;
        std::fs::write(root.join("prefs.html"), page::prefs_document())?;
        let line = htpasswd::basic_line(USER, &format!("s3cret-password-{id}"));
        std::fs::write(dir.join(format!("{id}.htpasswd")), line)?;
    }
    let file = dir.join("nginx.conf");
    let tls = card_server(&site.dir.display().to_string(), tls_port);
    std::fs::write(&file, configuration(&dir, port, site.lab_port, &tls))?;
    let (program, file) = (program.to_string_lossy(), file.to_string_lossy());
    let (prefix, log) = (dir.to_string_lossy(), dir.join("error.log"));
    let command = [
        &*program,
        "-p",
        &*prefix,
        "-e",
        &*log.to_string_lossy(),
        "-c",
        &*file,
    ];
    let running = Running::start("nginx", &command, dir.clone(), port)?;
    Ok(Some(running.with_tls(tls_port)))
}

fn configuration(dir: &Path, port: u16, lab_port: u16, tls: &str) -> String {
    let dir = dir.display();
    let basic: String = BASIC_WALLS
        .map(|id| basic_server(&dir.to_string(), port, id))
        .concat();
    // One process: nothing to become another user for, and nothing left when it ends.
    format!(
        r#"daemon off;
master_process off;
pid {dir}/nginx.pid;
error_log {dir}/error.log;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    default_type text/html;
    charset utf-8;
    map $http_authorization $lab_scheme {{ "~^(?<auth_scheme>[^ ]+)" $auth_scheme; default ""; }}
    log_format lab "$http_host\t$request_method\t$request_uri\t$status\t$http_cookie\t$lab_scheme";
    access_log {dir}/access.log lab;
    # The default, written out: one field line may fill one buffer of 8 kB.
    large_client_header_buffers 4 8k;
{basic}{tls}
    server {{
        listen 127.0.0.1:{port};
        server_name too-many-cookies.test;
        # The answer of /seed carries 12 kB of Set-Cookie.
        proxy_buffer_size 32k;
        proxy_buffers 8 32k;
        location / {{
            proxy_pass http://127.0.0.1:{lab_port};
            proxy_set_header Host $http_host;
        }}
    }}
}}
"#
    )
}

/// A site that wants a certificate of the browser, and answers 400 where it gets none (nginx's own 496).
fn card_server(lab_dir: &str, port: u16) -> String {
    let cookie = page::PREFS_COOKIE;
    let prefs = page::prefs_document().replace('"', "\\\"");
    format!(
        r#"    server {{
        listen 127.0.0.1:{port} ssl;
        server_name card.test;
        ssl_certificate {lab_dir}/leaf.pem;
        ssl_certificate_key {lab_dir}/leaf.key;
        ssl_client_certificate {lab_dir}/ca.pem;
        ssl_verify_client optional;
        location = {PREFS_PATH} {{
            add_header Set-Cookie "{cookie}";
            return 200 "{prefs}";
        }}
        location / {{
            # What `ssl_verify_client on` answers, but for one page that the harness needs.
            if ($ssl_client_verify != SUCCESS) {{ return 496; }}
            return 200 "in";
        }}
    }}
"#
    )
}

fn basic_server(dir: &str, port: u16, id: &str) -> String {
    let cookie = page::PREFS_COOKIE;
    format!(
        r#"    server {{
        listen 127.0.0.1:{port};
        server_name {id}.test;
        root {dir}/{id};
        auth_basic "Members";
        auth_basic_user_file {dir}/{id}.htpasswd;
        add_header Cache-Control no-store;
        location = {PREFS_PATH} {{
            auth_basic off;
            add_header Set-Cookie "{cookie}";
            try_files /prefs.html =404;
        }}
    }}
"#
    )
}
