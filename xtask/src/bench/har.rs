//! The command line on long recordings without bodies: its rate against a plain parse of the same file, and its memory.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::tools;

/// Megabytes of the recordings: memory must not follow.
const SIZES: [u64; 2] = [100, 1000];
/// Runs of each program; the median counts.
const RUNS: usize = 3;
/// Megabytes a second on one core that the command line must reach.
const RATE: f64 = 150.0;

/// What one run took.
#[derive(Clone, Copy)]
struct Took {
    wall: f64,
    /// Seconds on a processor: what others do on this machine counts less.
    cpu: f64,
    /// Megabytes at the most.
    memory: f64,
}

/// Generates recordings and reads them with both programs.
pub(super) fn run() -> Result<()> {
    tools::run(tools::cargo().args([
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--package",
        "readmit",
        "--bin",
        "readmit",
        "--example",
        "plain_parse",
    ]))?;
    let release = tools::target().join("release");
    let folder = tempfile::tempdir()?;
    println!(
        "{:>8} {:<24}{:>9}{:>9}{:>10}{:>12}",
        "MB", "", "wall s", "CPU s", "MB/CPU s", "most MB"
    );
    for megabytes in SIZES {
        let file = folder.path().join("recording.har");
        let bytes = generate(&file, megabytes * 1_000_000)?;
        let diagnose = || {
            let mut command = Command::new(release.join("readmit"));
            command.args(["diagnose", "--format", "json"]).arg(&file);
            command
        };
        let plain = || {
            let mut command = Command::new(release.join("examples/plain_parse"));
            command.arg(&file);
            command
        };
        let ours = median(diagnose, 1)?;
        let theirs = median(plain, 0)?;
        for (name, took) in [("readmit diagnose", ours), ("serde_json, ignored", theirs)] {
            println!(
                "{:>8} {name:<24}{:>9.2}{:>9.2}{:>10.0}{:>12.1}",
                bytes / 1_000_000,
                took.wall,
                took.cpu,
                bytes as f64 / 1e6 / took.cpu,
                took.memory
            );
        }
        let rate = bytes as f64 / 1e6 / ours.cpu;
        println!(
            "{:>8} {:<24}{:.2} of the budget of {RATE} MB/s; {:.2} of the time of a plain parse",
            "",
            "ratio",
            rate / RATE,
            ours.cpu / theirs.cpu
        );
    }
    Ok(())
}

/// The median by time on a processor.
fn median(command: impl Fn() -> Command, status: i32) -> Result<Took> {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(once(&mut command(), status)?);
    }
    runs.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
    runs.get(RUNS / 2).copied().context("at least one run")
}

fn once(command: &mut Command, status: i32) -> Result<Took> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let mut memory = 0.0_f64;
    // What has ended is kept in /proc until it is waited for, its times too.
    while !has_ended(&child)? {
        memory = memory.max(peak(&child).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(5));
    }
    let wall = started.elapsed().as_secs_f64();
    let cpu = seconds_on_processor(&child)?;
    let ended = child.wait()?;
    ensure!(
        ended.code() == Some(status),
        "expected exit status {status}, but found {ended} of {command:?}"
    );
    Ok(Took { wall, cpu, memory })
}

fn of_process(child: &Child, file: &str) -> Result<String> {
    let path = format!("/proc/{}/{file}", child.id());
    fs::read_to_string(&path).with_context(|| format!("{path}: this benchmark runs on Linux"))
}

fn has_ended(child: &Child) -> Result<bool> {
    let stat = of_process(child, "stat")?;
    // `1234 (readmit) Z …`
    Ok(stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .trim_start()
        .starts_with('Z'))
}

/// Nanoseconds are the first number.
fn seconds_on_processor(child: &Child) -> Result<f64> {
    let text = of_process(child, "schedstat")?;
    let nanoseconds: f64 = text.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}

/// The most memory so far, in megabytes.
fn peak(child: &Child) -> Option<f64> {
    let status = of_process(child, "status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

/// Writes a recording of about so many bytes, as Chrome writes them without bodies: pages with their parts and their
/// requests in the background, of which a few fail. Answers its length.
fn generate(path: &Path, bytes: u64) -> Result<u64> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let page: Vec<String> = (0..60).map(|at| entry(at).to_string()).collect();
    write!(
        file,
        r#"{{"log":{{"version":"1.2","creator":{{"name":"WebInspector","version":"537.36"}},"pages":[],"entries":["#
    )?;
    let (mut written, mut round) = (0_u64, 0_u64);
    while written < bytes {
        for (at, text) in page.iter().enumerate() {
            let second = round / 2 % 86_400;
            let time = format!(
                "{:02}:{:02}:{:02}.{at:03}",
                second / 3600,
                second / 60 % 60,
                second % 60
            );
            let day = format!("{:02}", 1 + round / 2 / 86_400 % 28);
            let text = text
                .replace("@round", &round.to_string())
                .replace("@time", &time)
                .replace("@day", &day);
            if written > 0 {
                file.write_all(b",")?;
            }
            file.write_all(text.as_bytes())?;
            written += text.len() as u64 + 1;
        }
        round += 1;
    }
    file.write_all(b"]}}")?;
    file.flush()?;
    Ok(fs::metadata(path)?.len())
}

/// One entry of a page: of sixty, one document, eight requests in the background, the rest parts.
fn entry(at: usize) -> serde_json::Value {
    let (kind, path, mime) = match at {
        0 => ("document", "/inbox?page=@round".to_owned(), "text/html"),
        1..9 => (
            "fetch",
            format!("/api/v1/items/{at}?round=@round"),
            "application/json",
        ),
        9..30 => (
            "script",
            format!("/assets/chunk-{at}.3f9a7c51.js"),
            "text/javascript",
        ),
        30..40 => (
            "stylesheet",
            format!("/assets/style-{at}.9b1d04aa.css"),
            "text/css",
        ),
        _ => (
            "image",
            format!("/images/picture-{at}.webp?v=@round"),
            "image/webp",
        ),
    };
    let status = if at == 3 { 401 } else { 200 };
    let field = |name: &str, value: &str| json!({"name": name, "value": value});
    let mut answer = vec![
        field("cache-control", "public, max-age=31536000, immutable"),
        field("content-encoding", "br"),
        field(
            "content-security-policy",
            "default-src 'self'; img-src 'self' https://images.example; script-src 'self' 'strict-dynamic'; report-uri /csp",
        ),
        field("content-type", mime),
        field("date", "Mon, 23 Nov 2026 12:00:00 GMT"),
        field("server", "nginx"),
        field(
            "strict-transport-security",
            "max-age=63072000; includeSubDomains; preload",
        ),
        field("vary", "Accept-Encoding, Origin"),
        field("x-request-id", "8f14e45f-ceea-467f-a8f5-@round"),
    ];
    if at == 3 {
        answer.push(field(
            "www-authenticate",
            "Bearer error=\"invalid_token\", error_description=\"The token expired\"",
        ));
    }
    if at == 0 {
        answer.push(field(
            "set-cookie",
            "sid=0123456789abcdef; Path=/; HttpOnly; Secure; SameSite=Lax",
        ));
    }
    json!({
        "_connectionId": "4711",
        "_initiator": {"type": "script", "stack": {"callFrames": [
            {"functionName": "fetchItems", "scriptId": "17", "url": "https://app.example/assets/chunk-9.3f9a7c51.js", "lineNumber": 0, "columnNumber": 48123},
            {"functionName": "", "scriptId": "17", "url": "https://app.example/assets/chunk-9.3f9a7c51.js", "lineNumber": 0, "columnNumber": 51776},
            {"functionName": "render", "scriptId": "18", "url": "https://app.example/assets/chunk-10.3f9a7c51.js", "lineNumber": 0, "columnNumber": 1203}
        ]}},
        "_priority": "High",
        "_resourceType": kind,
        "cache": {},
        "connection": "443",
        "pageref": "page_1",
        "request": {
            "method": "GET",
            "url": format!("https://app.example{path}"),
            "httpVersion": "http/2.0",
            "headers": [
                field(":authority", "app.example"),
                field(":method", "GET"),
                field(":path", &path),
                field(":scheme", "https"),
                field("accept", "*/*"),
                field("accept-encoding", "gzip, deflate, br, zstd"),
                field("accept-language", "en-GB,en;q=0.9,de;q=0.8"),
                field("cookie", "sid=0123456789abcdef; theme=dark; _ga=GA1.1.1234567890.1700000000; consent=yes"),
                field("referer", "https://app.example/inbox"),
                field("sec-ch-ua", "\"Chromium\";v=\"156\", \"Not(A:Brand\";v=\"24\""),
                field("sec-ch-ua-mobile", "?0"),
                field("sec-ch-ua-platform", "\"Linux\""),
                field("sec-fetch-mode", "cors"),
                field("sec-fetch-site", "same-origin"),
                field("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36")
            ],
            "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0
        },
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "http/2.0",
            "headers": answer,
            "cookies": [],
            "content": {"size": 4711, "mimeType": mime},
            "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 5120, "_error": null, "_fetchedViaServiceWorker": false
        },
        "serverIPAddress": "192.0.2.7",
        "startedDateTime": "2026-11-@dayT@timeZ",
        "time": 23.419_f64,
        "timings": {"blocked": 1.2, "dns": -1, "ssl": -1, "connect": -1, "send": 0.1, "wait": 20.1, "receive": 2.0, "_blocked_queueing": 0.9}
    })
}
