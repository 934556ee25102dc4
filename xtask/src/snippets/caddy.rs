//! The snippets for Caddy: all sites in one process, each on ports of its own.

use std::process::Command;

use anyhow::{Context as _, Result};
use readmit::owner::Topic;

use super::{Around, Bench, Plan, USER};
use crate::servers::process::Running;
use crate::tools;

/// bcrypt of the sites' password, as `caddy hash-password` makes it but cheaper.
const PASSWORD_HASH: &str = "$2y$04$hTg0QcZcOetAd0AP775kTuTdB2sEw4WTdnDqWgcbJcIRtIkmXd7wq";

/// Starts Caddy with all sites.
///
/// # Errors
/// Caddy is not installed, or a file cannot be written.
pub(super) fn start(plans: &[Plan<'_>], bench: Bench<'_>) -> Result<Running> {
    let program = tools::find("caddy").context("expected Caddy to be installed")?;
    let old = is_old(&tools::read(Command::new(&program).arg("version"))?);
    let sites: String = plans.iter().map(|plan| site(plan, bench)).collect();
    let mut text = format!("{{\n\tadmin off\n\tauto_https off\n}}\n{sites}");
    if old {
        // Its name until Caddy 2.8; snippets have the one of today.
        text = text.replace("basic_auth", "basicauth");
    }
    let file = bench.dir.join("Caddyfile");
    std::fs::write(&file, text)?;
    let (program, file) = (program.to_string_lossy(), file.to_string_lossy());
    let home = format!("XDG_DATA_HOME={}", bench.dir.display());
    let hash = format!("APP_PASSWORD_HASH={PASSWORD_HASH}");
    let caddy = [
        &*program,
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        &*file,
    ];
    let command = [&["env", &*home, &*hash], &caddy[..]].concat();
    let port = plans.first().context("expected a site")?.port;
    Running::start("caddy", &command, bench.dir.to_owned(), port)
}

/// Whether a version is before 2.8.
fn is_old(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.');
    let mut number = || numbers.next().and_then(|number| number.parse::<u32>().ok());
    matches!((number(), number()), (Some(2), Some(minor)) if minor < 8)
}

/// The blocks of one site.
fn site(plan: &Plan<'_>, bench: Bench<'_>) -> String {
    let dir = bench.dir.display().to_string();
    let upstream = format!("127.0.0.1:{}", bench.upstream);
    let names = |host: &str| format!("http://{host}:{} {{", plan.port);
    let plain = format!("http://app.example:{} {{", plan.plain_port);
    let fillings = [
        ("127.0.0.1:8080", &*upstream),
        ("mira", USER),
        ("/var/www/app.example", &*format!("{dir}/pages")),
        ("http://app.example {", &*plain),
        (
            "\nwww.app.example {",
            &*format!("\n{}", names("www.app.example")),
        ),
    ];
    let part = |place| plan.part(place, &fillings);
    let Around {
        before,
        after,
        without,
    } = around(plan.snippet.topic);
    let without = if plan.with { "" } else { without };
    let own = part("the block of app.example");
    let of_their_own = part("blocks of their own");
    let mut hosts = names("app.example");
    if !of_their_own.contains("www.app.example:") {
        hosts = format!("http://www.app.example:{}, {hosts}", plan.port);
    }
    let mut all = format!("{before}{own}{without}{after}").replace("127.0.0.1:8080", &upstream);
    if !all.contains("reverse_proxy 1") {
        all.push_str(&format!("reverse_proxy {upstream}\n"));
    }
    let mut text = format!("{hosts}\nroot * {dir}/pages\n{all}}}\n{of_their_own}");
    if !of_their_own.contains(&plain) {
        text.push_str(&format!("{plain}\nrespond in\n}}\n"));
    }
    text
}

fn around(topic: Topic) -> Around {
    let without = match topic {
        Topic::Challenge => "respond /private/* 401\n",
        Topic::PublicParts => {
            "basic_auth /* bcrypt \"Members of app.example\" {\nmira {$APP_PASSWORD_HASH}\n}\n"
        }
        Topic::TemporaryRedirect => "redir /start /private/ 301\n",
        Topic::Preflight => {
            "basic_auth /api/* bcrypt \"Members of app.example\" {\nmira {$APP_PASSWORD_HASH}\n}\n"
        }
        _ => "",
    };
    Around {
        without,
        ..Around::default()
    }
}
