//! The corpus of real answers: the top finding of each row is one of those that hold for it.
//!
//! Reads `../shared/corpus/exchanges.jsonl` where it is present; the fixtures of this repository cover its absence.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::print_stderr,
    reason = "the rate and the misses are worth a look"
)]

use std::path::Path;

use readmit::address::Address;
use readmit::event::{
    Answer, Browser, Credentials, OBSERVED_FIELDS, Request, ResourceType, SentCookie, SentFields,
    SetCookieLine,
};
use readmit::exchange::{End, Exchange};
use readmit::finding::FindingId;
use readmit::input;
use serde_json::Value;

/// The part of all rows that must come out right.
const RATE: f64 = 0.95;

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// A row of the corpus as an exchange. Its values are redacted: their presence counts, and `<too large>` is large.
fn exchange(row: &Value) -> Option<Exchange> {
    let asked = &row["request"];
    let url = text(asked, "url");
    let resource_type = match text(asked, "type") {
        "main_frame" => ResourceType::MainFrame,
        "xmlhttprequest" => ResourceType::XmlHttpRequest,
        "sub_frame" => ResourceType::SubFrame,
        _ => ResourceType::Other,
    };
    let site = |address: &Address| input::site_of(address.host());
    let request = Request {
        request_id: text(row, "id").to_owned(),
        tab_id: 0,
        resource_type,
        method: text(asked, "method").to_owned(),
        url: url.to_owned(),
        site: Address::parse(url, None).as_ref().and_then(site),
        initiator: None,
        store: None,
        has_user_info: false,
        time: 1_795_435_200_000,
    };
    let mut exchange = Exchange::begin(&request)?;
    exchange.set_sent(sent(&asked["headers"]));
    let mut answer = Answer {
        status: u16::try_from(row["status"].as_u64()?).ok()?,
        fields_seen: true,
        body: Some(text(row, "body_snippet").to_owned()),
        ..Answer::default()
    };
    exchange.end = End::Completed;
    for field in row["response_headers"].as_array()? {
        let (name, value) = (
            field[0].as_str()?.to_ascii_lowercase(),
            field[1].as_str()?.to_owned(),
        );
        match name.as_str() {
            "www-authenticate" => answer.www_authenticate.push(value),
            "proxy-authenticate" => answer.proxy_authenticate.push(value),
            "set-cookie" => answer.set_cookies.push(set_cookie(&value)),
            "location" => {
                let target = value.replace(['<', '>'], "");
                exchange.end = End::Redirected(readmit::input::join(&exchange.address, &target)?);
            }
            known if OBSERVED_FIELDS.contains(&known) => answer.fields.push((name, value)),
            _ => {}
        }
    }
    exchange.set_answer(answer);
    Some(exchange)
}

fn sent(fields: &Value) -> SentFields {
    let credentials = |name: &str| {
        let scheme = fields[name].as_str()?.split(' ').next()?.to_owned();
        Some(Credentials {
            scheme,
            exp: None,
            nbf: None,
            iat: None,
        })
    };
    let cookies = match fields["cookie"].as_str() {
        None => Vec::new(),
        Some(large) if large.contains("too large") || large.contains("> 16K") => {
            vec![SentCookie {
                name: "AWSELBAuthSessionCookie-0".to_owned(),
                size: 17_000,
            }]
        }
        Some(pairs) => pairs
            .split(';')
            .map(|pair| pair.trim().split('=').next().unwrap_or_default())
            .map(|name| SentCookie {
                name: name.to_owned(),
                size: 64,
            })
            .collect(),
    };
    SentFields {
        authorization: credentials("authorization"),
        proxy_authorization: credentials("proxy-authorization"),
        cookies,
        referer: fields["referer"].is_string(),
        origin_is_null: fields["origin"].as_str().map(|origin| origin == "null"),
        key: false,
    }
}

fn set_cookie(line: &str) -> SetCookieLine {
    let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    SetCookieLine {
        name: name.trim().to_owned(),
        value_size: u32::try_from(value.len()).unwrap_or(u32::MAX),
        cleared: value.is_empty() || value == "deleted",
        attributes: attributes.trim().to_owned(),
    }
}

#[test]
fn the_top_finding_holds() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/exchanges.jsonl");
    let Ok(corpus) = std::fs::read_to_string(&path) else {
        eprintln!("no corpus at {}: nothing to compare", path.display());
        return;
    };
    let (mut right, mut rows) = (0_usize, 0_usize);
    let mut misses = Vec::new();
    let mut alarms = Vec::new();
    for line in corpus.lines().filter(|line| !line.trim().is_empty()) {
        let row: Value = serde_json::from_str(line).expect("the corpus is JSON");
        let id = text(&row, "id").to_owned();
        let exchange = exchange(&row).unwrap_or_else(|| panic!("{id} is no exchange"));
        let judged = input::judge(&[exchange], Browser::Recording);
        let top = judged
            .first()
            .map_or("", |found| found.findings[0].id.as_str());
        let wanted: Vec<&str> = row["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let unknown = wanted.iter().find(|id| FindingId::from_id(id).is_none());
        assert_eq!(unknown, None, "{id}: no such finding");
        rows += 1;
        let holds = if wanted.is_empty() {
            top.is_empty()
        } else {
            wanted.contains(&top)
        };
        if holds {
            right += 1;
        } else if wanted.is_empty() {
            alarms.push(format!("{id}: {top}"));
        } else {
            misses.push(format!(
                "{id}: found {top:?}, but true is one of {}",
                wanted.join(", ")
            ));
        }
    }
    eprintln!("{right} of {rows} rows right");
    misses.iter().for_each(|miss| eprintln!("miss: {miss}"));
    assert!(
        rows > 50,
        "expected the whole corpus, but found {rows} rows"
    );
    assert_eq!(
        alarms,
        Vec::<String>::new(),
        "what is no failure gives nothing"
    );
    assert!(
        right as f64 >= RATE * rows as f64,
        "{right} of {rows} rows right: {misses:#?}"
    );
}
