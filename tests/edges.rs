//! The extension's scripts name the same things as the core: response fields, effects, events.

use readmit::event::OBSERVED_FIELDS;

fn script(name: &str) -> String {
    let path = format!("{}/extension/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).expect(&path)
}

/// The quoted words between two marks of a script.
fn quoted(text: &str, from: &str, to: &str) -> Vec<String> {
    let start = text.find(from).expect(from) + from.len();
    let part = text.get(start..).unwrap_or_default();
    let part = part.split(to).next().unwrap_or_default();
    part.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_script_hands_over_the_fields_that_the_core_reads() {
    assert_eq!(
        quoted(&script("normalise.js"), "new Set([", "])"),
        OBSERVED_FIELDS
    );
}

#[test]
fn every_effect_has_a_hand() {
    let background = script("background.js");
    let source =
        std::fs::read_to_string(format!("{}/src/event/mod.rs", env!("CARGO_MANIFEST_DIR")))
            .expect("src/event/mod.rs");
    let effects = source
        .split("pub enum Effect {")
        .nth(1)
        .expect("the effects");
    let names: Vec<&str> = effects
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(" {"))
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .collect();
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        let kebab: String = name
            .chars()
            .enumerate()
            .flat_map(|(at, c)| {
                let dash = (c.is_uppercase() && at > 0).then_some('-');
                dash.into_iter().chain(c.to_lowercase())
            })
            .collect();
        let called = [
            format!("async {kebab}("),
            format!("async \"{kebab}\"("),
            format!("=== \"{kebab}\""),
        ];
        assert!(
            called.iter().any(|form| background.contains(form)),
            "background.js does nothing for `{kebab}`"
        );
    }
}

/// What `normalise.js` answers to these questions, in their order: whether each name is a key's, whether each address may
/// be a sign-in page, and what each Location says in its fragment.
fn asked(script: &str, values: &[String]) -> Vec<serde_json::Value> {
    let module = format!("{}/extension/normalise.js", env!("CARGO_MANIFEST_DIR"));
    let run = format!(
        "globalThis.browser = {{ runtime: {{ getURL: (path) => path }} }};
         import({module:?}).then(({{ sentOf, mayBeSignIn, answerOf, signInRoute }}) => {{
           const values = JSON.parse(process.argv[1]);
           console.log(JSON.stringify(values.map((value) => {script})));
         }});"
    );
    let output = std::process::Command::new("node")
        .args(["--input-type=module", "-e", &run])
        .arg(serde_json::to_string(values).expect("texts"))
        .output()
        .expect("Node, which the project needs in any case");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_str(&said).expect("a list")
}

/// One exchange as a recording, read by the core.
fn recorded(sent: (&str, &str), answered: (&str, &str)) -> readmit::exchange::Exchange {
    let field = |(name, value)| serde_json::json!([{ "name": name, "value": value }]);
    let har = serde_json::json!({ "log": { "entries": [{
        "request": { "method": "GET", "url": "https://app.example/", "headers": field(sent) },
        "response": { "status": 302, "headers": field(answered) },
    }] } });
    let mut read = readmit::input::har::parse(har.to_string().as_bytes());
    read.exchanges.remove(0)
}

#[test]
fn the_script_knows_the_fields_of_keys_that_recordings_know() {
    let names: Vec<String> = [
        "X-Api-Key",
        "apikey",
        "x-vault-token",
        "Private-Token",
        "X-CSRF-Token",
        "x-xsrf-token",
        "x-amz-security-token",
        "x-device-token",
        "x-push-token",
        "token",
        "x-token",
        "access_token",
        "monkey",
        "x-api-keys",
        "x-publishable-api-key",
        "my-apikey",
        "api_key",
        "requestverificationtoken",
        "x-fcm-token",
        "X-Cybozu-Authorization",
        "x-authorization",
        "xx-authorization",
        "authorization-x",
        "accept",
    ]
    .map(str::to_owned)
    .to_vec();
    let script = asked("sentOf([{ name: value, value: 'x' }]).key", &names);
    for (name, said) in names.iter().zip(script) {
        let sent = recorded((name, "x"), ("date", "")).sent.expect("fields");
        assert_eq!(said, sent.key, "{name}");
    }
}

#[test]
fn the_script_reads_the_errors_of_fragments_that_recordings_read() {
    let locations: Vec<String> = [
        "/#error=access_denied&error_description=x",
        "https://app.example/cb#state=1&error_code=otp_expired&error=x",
        "/#error=has%20space",
        "/#error=",
        "/?error=x",
        "/#no",
    ]
    .map(str::to_owned)
    .to_vec();
    let script = asked(
        "answerOf({ statusCode: 302, responseHeaders: [{ name: 'Location', value }] }).fields",
        &locations,
    );
    for (location, said) in locations.iter().zip(script) {
        let exchange = recorded(("accept", "*/*"), ("location", location));
        let read = exchange.field(readmit::event::LOCATION_ERROR);
        let said = said.get(0).and_then(|field| field[1].as_str());
        assert_eq!(said, read, "{location}");
    }
}

#[test]
fn the_script_hands_on_of_a_fragment_that_one_signs_in_there_and_nothing_else() {
    let addresses: Vec<String> = [
        "https://app.example/#/login",
        "https://app.example/?next=%2F#!/sign-in?x=1",
        "https://app.example/#/auth/log_in",
        "https://app.example/#signin",
        "https://app.example/#/news",
        "https://app.example/#login-tips",
        "https://app.example/#access_token=s3cret&login=1",
        "https://app.example/",
    ]
    .map(str::to_owned)
    .to_vec();
    let script = asked("signInRoute(value)", &addresses);
    for (address, said) in addresses.iter().zip(script) {
        let read = readmit::address::Address::parse(address, None).expect("an address");
        let wanted = if read.is_sign_in() { "#/login" } else { "" };
        assert_eq!(said, wanted, "{address}");
    }
}

#[test]
fn the_script_lets_no_sign_in_page_pass() {
    let source = std::fs::read_to_string(format!("{}/src/address.rs", env!("CARGO_MANIFEST_DIR")))
        .expect("src/address.rs");
    let addresses: Vec<String> = quoted(&source, "const SIGN_IN_SEGMENTS: &[&str] = &[", "];")
        .iter()
        .map(|segment| format!("https://app.example/{segment}"))
        .filter(|url| readmit::address::Address::parse(url, None).is_some_and(|it| it.is_sign_in()))
        .collect();
    assert!(addresses.len() >= 20, "{addresses:?}");
    let script = asked("mayBeSignIn(value)", &addresses);
    for (address, said) in addresses.iter().zip(script) {
        assert_eq!(said, true, "{address}");
    }
}
