//! The snippets for nginx: all sites in one process, each on ports of its own.

use anyhow::{Context as _, Result};
use readmit::owner::Topic;

use super::{Around, Bench, Plan};
use crate::servers::process::Running;
use crate::tools;

/// Starts nginx with all sites.
///
/// # Errors
/// nginx is not installed, or a file cannot be written.
pub(super) fn start(plans: &[Plan<'_>], bench: Bench<'_>) -> Result<Running> {
    let program = tools::find("nginx").context("expected nginx to be installed")?;
    let dir = bench.dir.display().to_string();
    let sites: String = plans.iter().map(|plan| site(plan, bench)).collect();
    let text = format!(
        r#"daemon off;
master_process off;
pid {dir}/nginx.pid;
error_log {dir}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    types {{ text/html html; text/css css; text/plain txt; }}
{sites}}}
"#
    );
    let file = bench.dir.join("nginx.conf");
    std::fs::write(&file, text)?;
    let (program, file) = (program.to_string_lossy(), file.to_string_lossy());
    let log = format!("{dir}/error.log");
    let command = [&*program, "-p", &dir, "-e", &log, "-c", &*file];
    let port = plans.first().context("expected a site")?.port;
    Running::start("nginx", &command, bench.dir.to_owned(), port)
}

/// The server blocks of one site.
fn site(plan: &Plan<'_>, bench: Bench<'_>) -> String {
    let dir = bench.dir.display().to_string();
    let (upstream, passwords) = (
        format!("127.0.0.1:{}", bench.upstream),
        format!("{dir}/passwords"),
    );
    let fillings = [
        ("127.0.0.1:8080", &*upstream),
        ("/etc/nginx/app.example.htpasswd", &*passwords),
    ];
    let part = |place| plan.part(place, &fillings);
    let Around {
        before,
        after,
        without,
    } = around(plan.snippet.topic);
    let without = if plan.with { "" } else { without };
    let own = format!("{before}{}{without}{after}", part("server { }"))
        .replace("127.0.0.1:8080", &upstream);
    let rest = if own.contains("location / {") {
        String::new()
    } else {
        format!("location / {{ proxy_pass http://{upstream}; }}")
    };
    let mut text = part("http { }");
    let mut server = |names: &str, port: u16, own: &str| {
        text.push_str(&format!(
            "server {{\nlisten 127.0.0.1:{port};\nserver_name {names};\nroot {dir}/pages;\n{own}}}\n"
        ));
    };
    let own = own + rest.as_str();
    let sibling = part("server { } of www.app.example");
    if sibling.is_empty() {
        server("app.example www.app.example", plan.port, &own);
    } else {
        server("app.example", plan.port, &own);
        server("www.app.example", plan.port, &sibling);
    }
    let plain = part("server { } of port 80");
    server("app.example", plan.plain_port, &plain);
    text
}

fn around(topic: Topic) -> Around {
    let without = match topic {
        Topic::Challenge => "location /private/ { return 401; }\n",
        Topic::PublicParts => "auth_basic Members;\nauth_basic_user_file passwords;\n",
        Topic::TemporaryRedirect => "location = /start { return 301 /private/; }\n",
        Topic::Preflight => {
            "location /api/ {
                auth_basic \"Members of app.example\";
                auth_basic_user_file passwords;
                proxy_pass http://127.0.0.1:8080;
            }\n"
        }
        Topic::ForwardAuthorization => "location /api/ { proxy_pass http://127.0.0.1:8080; }\n",
        _ => "",
    };
    let before = match topic {
        // As a gate of its own in front of the application does it.
        Topic::ForwardAuthorization => "proxy_set_header Authorization \"\";\n",
        _ => "",
    };
    Around {
        before,
        without,
        ..Around::default()
    }
}
