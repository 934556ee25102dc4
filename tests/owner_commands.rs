//! Commands that repeat a request: whatever stands in an address, a cookie's name or a realm, nothing breaks out of its
//! quotes, and all three languages mean the same request.
#![cfg(all(unix, not(target_arch = "wasm32")))]

use std::process::{Command, Stdio};

use proptest::prelude::*;
use readmit::event::{Credentials, Request, ResourceType, SentCookie, SentFields};
use readmit::exchange::Exchange;
use readmit::owner::request::commands;

/// Texts that are made to break out: quotes of all languages, substitutions, options, line ends, terminal escapes.
fn hostile() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "'",
        "\"",
        "`",
        "$(touch x)",
        "${IFS}",
        "$",
        "\\",
        "\n",
        "\r",
        "\u{0}",
        "\u{1b}[201~",
        ";",
        "&",
        "|",
        "!",
        "#",
        " -o x",
        "</script>",
        "\u{2028}",
        "\u{202e}",
        "%0a",
        "{a,b}",
        "[1-9]",
        "*",
        "~",
        "é",
        "x",
        "=",
        "?",
        "/",
        "..",
        "@",
        "<",
    ]);
    let piece = prop_oneof![3 => nasty.prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn exchange(
    method: &str,
    path: &str,
    cookies: &[String],
    scheme: Option<&str>,
    origin: Option<String>,
) -> Option<Exchange> {
    let mut exchange = Exchange::begin(&Request {
        request_id: "1".to_owned(),
        tab_id: 1,
        resource_type: ResourceType::MainFrame,
        method: method.to_owned(),
        url: format!("https://app.example/{path}"),
        site: None,
        initiator: origin,
        store: None,
        has_user_info: false,
        time: 0,
    })?;
    exchange.set_sent(SentFields {
        authorization: scheme.map(|scheme| Credentials {
            scheme: scheme.to_owned(),
            exp: None,
            nbf: None,
            iat: None,
        }),
        cookies: cookies
            .iter()
            .map(|name| SentCookie {
                name: name.clone(),
                size: 20,
            })
            .collect(),
        origin_is_null: Some(false),
        ..SentFields::default()
    });
    Some(exchange)
}

/// The arguments that a POSIX shell gives to curl, with every placeholder filled in by `filled`. Nothing else may be run:
/// whatever another command printed would stand between the arguments.
fn arguments(command: &str, filled: &str) -> Vec<String> {
    let command = command.replace("='<value>'\n", &format!("='{filled}'\n"));
    let script = format!("curl() {{ for one; do printf '%s\\0' \"$one\"; done; }}\n{command}");
    let shell = Command::new("sh")
        .args(["-eu", "-c", &script])
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .expect("a POSIX shell");
    let errors = String::from_utf8_lossy(&shell.stderr);
    assert!(
        shell.status.success() && errors.is_empty(),
        "{errors}\n{script}"
    );
    let output = String::from_utf8(shell.stdout).expect("UTF-8");
    let arguments = output.strip_suffix('\0').unwrap_or(&output).split('\0');
    arguments.map(str::to_owned).collect()
}

/// The literal that begins after `before`, and what follows it.
fn literal<'a>(text: &'a str, before: &str) -> (String, &'a str) {
    let at = text.find(before).expect(before) + before.len();
    let rest = text.get(at..).expect("a boundary");
    let mut literals = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    let found = literals.next().expect("a literal").expect("a whole one");
    let end = literals.byte_offset();
    (found, rest.get(end..).expect("a boundary"))
}

fn is_clean(text: &str) -> bool {
    text.lines().all(|line| {
        !line.chars().any(char::is_control) && !line.contains(['\u{2028}', '\u{2029}', '\u{202e}'])
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_out(
        method in prop_oneof![Just("GET".to_owned()), Just("POST".to_owned()), hostile()],
        path in hostile(),
        cookies in prop::collection::vec(hostile(), 0..4),
        scheme in prop_oneof![Just(None), Just(Some("Bearer".to_owned())), hostile().prop_map(Some)],
        origin in prop::option::of(hostile()),
    ) {
        let found = exchange(&method, &path, &cookies, scheme.as_deref(), origin);
        prop_assume!(found.is_some());
        let exchange = found.expect("an exchange");
        let shown = exchange.address.shown();
        let texts = commands(&exchange, Some(&shown));
        let [curl, fetch, python] = texts.as_slice() else { panic!("three commands") };
        for command in [curl, fetch, python] {
            prop_assert!(is_clean(&command.text), "{:?}", command.text);
        }

        // The value has what a shell would split, expand or take for an option.
        let filled = "<v a$l`u\"e *>";
        let arguments = arguments(&curl.text, filled);
        let address = arguments.iter().find(|it| it.starts_with("https://"));
        let address = address.expect("an address").clone();
        prop_assert!(address.starts_with("https://app.example/"), "{address}");

        let (asked, rest) = literal(&fetch.text, "await fetch(");
        prop_assert!(rest.starts_with(", {\n"), "{rest}");
        let (python_method, rest) = literal(&python.text, "requests.request(\n    ");
        prop_assert!(rest.starts_with(",\n    \""), "{rest}");
        let (same, rest) = literal(rest, ",\n    ");
        prop_assert!(rest.starts_with(",\n    headers={"), "{rest}");
        prop_assert_eq!(&asked, &same);
        // Placeholders differ by language: `${SECRET_PART}` is `<SECRET_PART>`.
        let mut expected = asked.clone();
        for line in curl.text.lines() {
            if let Some(name) = line.strip_suffix("='<value>'") {
                expected = expected.replace(&format!("<{name}>"), filled);
            }
        }
        prop_assert_eq!(&address, &expected);

        // Of all that was hostile, only these options and their values have come through.
        let known = [
            "-i", "-X", "--head", "--globoff", "-H", "--user", "--digest", "--ntlm", "--negotiate", "--data-raw", "--proxy",
        ];
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if argument == &address {
                continue;
            }
            prop_assert!(known.contains(&argument.as_str()), "{argument:?} in {arguments:?}");
            if matches!(argument.as_str(), "-i" | "--head" | "--globoff" | "--digest" | "--ntlm" | "--negotiate") {
                continue;
            }
            let value = rest.next().expect("a value");
            match argument.as_str() {
                "-X" => prop_assert_eq!(value, &python_method),
                "-H" => {
                    let name = value.split(':').next().unwrap_or_default();
                    prop_assert!(["Accept", "Authorization", "Cookie", "Origin"].contains(&name), "{value:?}");
                }
                _ => prop_assert!(value.contains(filled) || value == ":", "{value:?}"),
            }
        }
        let cookie = arguments.iter().find(|it| it.starts_with("Cookie: "));
        prop_assert_eq!(cookie.is_some(), !cookies.is_empty());
    }
}

#[test]
fn every_cookie_comes_through_with_its_value() {
    let names = ["sid", "a b", "it's", "x\"y", "$(id)", "`id`"].map(str::to_owned);
    let exchange = exchange("GET", "a?b=c&d=[1-3]", &names, None, None).expect("an exchange");
    let curl = commands(&exchange, None).remove(0);
    assert_eq!(
        arguments(&curl.text, "v"),
        [
            "-i",
            "--globoff",
            "https://app.example/a?b=c&d=[1-3]",
            "-H",
            "Accept: text/html",
            "-H",
            "Cookie: sid=v; a b=v; it's=v; x\"y=v; $(id)=v; `id`=v",
        ]
    );
}
