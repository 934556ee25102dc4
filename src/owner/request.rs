//! The failing request as a command to repeat it: for curl, for a page's console, and for Python's requests.
//!
//! Readmit never had the values of cookies, tokens and passwords; placeholders stand for them. Everything else comes from
//! sites and is hostile text: it is quoted by the rules of each language, and control characters do not get in at all.

use serde::Serialize;

use crate::address::Address;
use crate::event::ResourceType;
use crate::exchange::{Exchange, is_http_login};
use crate::scheme::View;
use crate::text;

/// Cookies that get a placeholder each; more share one.
const COOKIES_MAX: usize = 12;

/// A command that repeats the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Command {
    /// `curl`, `fetch` or `python`.
    pub id: &'static str,
    /// The command, ready to be pasted.
    pub text: String,
}

/// The request in all languages. `shown` is its address as the popup shows it: it may still name parts that were too
/// secret to be kept, for which a placeholder then stands.
#[must_use]
pub fn commands(exchange: &Exchange, shown: Option<&str>) -> Vec<Command> {
    let plan = Plan::of(exchange, shown);
    vec![
        Command {
            id: "curl",
            text: curl(&plan),
        },
        Command {
            id: "fetch",
            text: fetch(&plan),
        },
        Command {
            id: "python",
            text: python(&plan),
        },
    ]
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// As it is.
    Text(String),
    /// A value that Readmit does not have, by its placeholder's name.
    Secret(String),
}

/// How the request signs in by HTTP itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Login {
    Basic,
    Digest,
    Negotiate,
    Ntlm,
}

/// What is known of the request, in no language yet.
struct Plan {
    method: String,
    origin: String,
    address: Vec<Piece>,
    login: Option<Login>,
    /// The fields, without the Cookie field.
    fields: Vec<(&'static str, Vec<Piece>)>,
    /// The Cookie field's value, where cookies were sent.
    cookie: Option<Vec<Piece>>,
    /// It has a body, which nobody looked at.
    body: bool,
    /// A proxy refused it.
    proxy: bool,
}

impl Plan {
    fn of(exchange: &Exchange, shown: Option<&str>) -> Plan {
        let mut fields: Vec<(&'static str, Vec<Piece>)> = Vec::new();
        // Sites answer pages and programs differently.
        if matches!(
            exchange.resource_type,
            ResourceType::MainFrame | ResourceType::SubFrame
        ) {
            fields.push(("Accept", vec![Piece::Text("text/html".to_owned())]));
        }
        let sent = exchange.sent.as_ref();
        match sent.and_then(|sent| sent.origin_is_null) {
            Some(true) => fields.push(("Origin", vec![Piece::Text("null".to_owned())])),
            Some(false) => {
                let origin = exchange.initiator.as_deref().map(clean);
                fields.extend(origin.map(|origin| ("Origin", vec![Piece::Text(origin)])));
            }
            None => {}
        }
        let authorization = sent.and_then(|sent| sent.authorization.as_ref());
        let answered = exchange.answered.as_ref().map(|it| it.scheme.as_str());
        let scheme = authorization.map(|it| it.scheme.as_str()).or(answered);
        let login = scheme.and_then(login);
        if let Some(credentials) = authorization.filter(|it| !is_http_login(&it.scheme)) {
            let mut value = Vec::new();
            // An edge that found no scheme says so; the value is then a secret as a whole.
            if !matches!(credentials.scheme.as_str(), "other" | "unnamed") {
                value.push(Piece::Text(clean(&credentials.scheme) + " "));
            }
            value.push(Piece::Secret("TOKEN".to_owned()));
            fields.push(("Authorization", value));
        }
        if sent.is_none()
            && let Some(scheme) = exchange.schemes().iter().find_map(refused_token)
        {
            // Nobody looked at what was sent, but a token's error is told of a token.
            let scheme = text::concat(&[scheme, " "]);
            let value = vec![Piece::Text(scheme), Piece::Secret("TOKEN".to_owned())];
            fields.push(("Authorization", value));
        }
        Plan {
            method: method(&exchange.method),
            origin: clean(&exchange.address.origin()),
            address: address(&exchange.address, shown),
            login,
            fields,
            cookie: cookies(exchange),
            body: matches!(exchange.method.as_str(), "POST" | "PUT" | "PATCH"),
            proxy: exchange.is(407),
        }
    }

    /// The placeholders in the order in which they stand.
    fn secrets(&self) -> Vec<&str> {
        let fields = self.fields.iter().flat_map(|(_, value)| value);
        let pieces = self.address.iter().chain(self.cookie.iter().flatten());
        let mut names: Vec<&str> = Vec::new();
        for piece in pieces.chain(fields) {
            if let Piece::Secret(name) = piece
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
        if self.login.is_some_and(|login| login != Login::Negotiate) {
            names.extend(["NAME", "PASSWORD"]);
        }
        if self.body {
            names.push("BODY");
        }
        if self.proxy {
            names.push("PROXY");
        }
        names
    }
}

/// The scheme of a challenge that names a token's error.
fn refused_token<'a>(view: &View<'a>) -> Option<&'a str> {
    let has_error = match view {
        View::Bearer(bearer) => bearer.error.is_some(),
        View::Dpop(dpop) => dpop.bearer.error.is_some(),
        _ => false,
    };
    has_error.then(|| view.name())
}

/// A method is a token (RFC 9110 §9.1); what is none is no method.
fn method(method: &str) -> String {
    let token = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if !method.is_empty() && method.bytes().all(token) {
        method.to_owned()
    } else {
        "GET".to_owned()
    }
}

fn login(scheme: &str) -> Option<Login> {
    let known = [
        ("basic", Login::Basic),
        ("digest", Login::Digest),
        ("negotiate", Login::Negotiate),
        ("ntlm", Login::Ntlm),
    ];
    let found = known
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(scheme));
    found.map(|(_, login)| *login)
}

/// A text without control characters, which no field carries and which terminals obey, and without those that end a line
/// or turn the direction of writing around, which make a command look like another one.
fn clean(text: &str) -> String {
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|c| !hides(*c)).collect()
}

/// An address in the characters that an address may have: any other is percent-encoded (RFC 3986 §2.1).
fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_graphic() {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    encoded
}

/// The address as it was kept, with placeholders for the parts that the shown one still names.
fn address(address: &Address, shown: Option<&str>) -> Vec<Piece> {
    let kept = address.kept();
    let (path, query) = kept.split_once('?').unwrap_or((&kept, ""));
    let mut names = Names::default();
    let mut pieces = Vec::new();
    // One that was cut for display says nothing of its end.
    let shown = shown.filter(|shown| !shown.ends_with('…') || shown.ends_with("=…"));
    let (shown_path, shown_query) = shown
        .map(|shown| shown.split_once('?').unwrap_or((shown, "")))
        .unwrap_or_default();
    if text::has(shown_path, "…") && shown_path.starts_with(&address.origin()) {
        for (at, part) in shown_path.split('…').enumerate() {
            if at > 0 {
                pieces.push(Piece::Secret(names.unique("SECRET_", "PART")));
            }
            pieces.push(Piece::Text(encode(part)));
        }
    } else {
        pieces.push(Piece::Text(encode(path)));
    }
    let mut sign = "?";
    if !query.is_empty() {
        pieces.push(Piece::Text(text::concat(&[sign, &encode(query)])));
        sign = "&";
    }
    let kept_names = || query.split('&').map(|pair| pair.split('=').next());
    for name in shown_query
        .split('&')
        .filter_map(|it| it.strip_suffix("=…"))
    {
        let is_kept = kept_names().any(|kept| kept == Some(name));
        if is_kept || name.is_empty() || text::has(name, "…") {
            continue;
        }
        pieces.push(Piece::Text(text::concat(&[sign, &encode(name), "="])));
        pieces.push(Piece::Secret(names.unique("SECRET_", name)));
        sign = "&";
    }
    pieces
}

/// The value of the Cookie field; `None` where none was sent, or nobody looked.
fn cookies(exchange: &Exchange) -> Option<Vec<Piece>> {
    let cookies = exchange.cookies().filter(|cookies| !cookies.is_empty())?;
    if cookies.len() > COOKIES_MAX {
        return Some(vec![Piece::Secret("COOKIES".to_owned())]);
    }
    let mut names = Names::default();
    let mut pieces = Vec::new();
    for (at, cookie) in cookies.iter().enumerate() {
        let mut before = String::from(if at == 0 { "" } else { "; " });
        before.push_str(&clean(&cookie.name));
        if !cookie.name.is_empty() {
            before.push('=');
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Secret(names.unique("COOKIE_", &cookie.name)));
    }
    Some(pieces)
}

/// Names of placeholders, each once: what every shell takes for a variable.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    /// The prefix keeps it from meaning a variable of the shell's own (`PATH`, `IFS`).
    fn unique(&mut self, prefix: &str, wanted: &str) -> String {
        let mut base = String::from(prefix);
        let letters = wanted.chars().take(40).map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        });
        base.extend(letters);
        let mut name = base.clone();
        let mut count = 1;
        while self.0.contains(&name) {
            count += 1;
            name = text::concat(&[&base, "_", &text::number(count)]);
        }
        self.0.push(name.clone());
        name
    }
}

/// The command for a POSIX shell.
fn curl(plan: &Plan) -> String {
    let mut text = String::new();
    for name in plan.secrets() {
        text.push_str(name);
        text.push_str("='<value>'\n");
    }
    text.push_str("curl -i");
    if plan.method == "HEAD" {
        text.push_str(" --head");
    } else if plan.method != "GET" {
        text.push_str(" -X ");
        text.push_str(&plan.method);
    }
    let globs =
        |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(['[', ']', '{', '}']));
    if plan.address.iter().any(globs) {
        text.push_str(" --globoff");
    }
    text.push(' ');
    text.push_str(&shell_word(&plan.address));
    let option = |text: &mut String, name: &str, value: &str| {
        text.push_str(" \\\n  ");
        text.push_str(name);
        text.push(' ');
        text.push_str(value);
    };
    match plan.login {
        Some(Login::Basic) => option(&mut text, "--user", "\"$NAME:$PASSWORD\""),
        Some(Login::Digest) => option(&mut text, "--digest --user", "\"$NAME:$PASSWORD\""),
        Some(Login::Ntlm) => option(&mut text, "--ntlm --user", "\"$NAME:$PASSWORD\""),
        Some(Login::Negotiate) => option(&mut text, "--negotiate --user", ":"),
        None => {}
    }
    let cookie = plan.cookie.iter().map(|value| ("Cookie", value));
    let fields = plan.fields.iter().map(|(name, value)| (*name, value));
    for (name, value) in fields.chain(cookie) {
        let mut whole = vec![Piece::Text(text::concat(&[name, ": "]))];
        whole.extend(value.iter().cloned());
        option(&mut text, "-H", &shell_word(&whole));
    }
    if plan.body {
        option(&mut text, "--data-raw", "\"$BODY\"");
    }
    if plan.proxy {
        option(&mut text, "--proxy", "\"$PROXY\"");
    }
    text.push('\n');
    text
}

/// A word of a POSIX shell (XCU §2.2): texts in single quotes, in which nothing is special but the quote itself;
/// placeholders in double quotes, in which their values are not split. A plain text shares the double quotes.
fn shell_word(pieces: &[Piece]) -> String {
    let pieces = joined(pieces);
    let plain = |piece: &Piece| match piece {
        Piece::Secret(_) => true,
        Piece::Text(text) => text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b" .,:;/=?&%@+-".contains(&b)),
    };
    let has_secret = pieces.iter().any(|it| matches!(it, Piece::Secret(_)));
    let mut word = String::new();
    if has_secret && pieces.iter().all(plain) {
        word.push('"');
        for piece in &pieces {
            match piece {
                Piece::Text(text) => word.push_str(text),
                Piece::Secret(name) => {
                    word.push_str("${");
                    word.push_str(name);
                    word.push('}');
                }
            }
        }
        word.push('"');
        return word;
    }
    for piece in &pieces {
        match piece {
            Piece::Text(text) => {
                word.push('\'');
                for (at, run) in text.split('\'').enumerate() {
                    word.push_str(if at == 0 { "" } else { "'\\''" });
                    word.push_str(run);
                }
                word.push('\'');
            }
            Piece::Secret(name) => {
                word.push_str("\"$");
                word.push_str(name);
                word.push('"');
            }
        }
    }
    word
}

/// The same with texts that stand side by side as one.
fn joined(pieces: &[Piece]) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(text),
            _ => joined.push(piece.clone()),
        }
    }
    joined
}

/// The command for the console of a page: DevTools' own form.
fn fetch(plan: &Plan) -> String {
    let mut text = String::from("// For the console of a page of ");
    text.push_str(&plan.origin);
    text.push_str(if plan.cookie.is_some() {
        ": the browser adds its cookies.\n"
    } else {
        ".\n"
    });
    text.push_str("const answer = await fetch(");
    text.push_str(&quoted(&plan.address));
    text.push_str(", {\n");
    if plan.method != "GET" {
        member(&mut text, "method", &literal(&plan.method));
    }
    let credentials = if plan.cookie.is_some() || plan.login == Some(Login::Negotiate) {
        "\"include\""
    } else {
        "\"omit\""
    };
    member(&mut text, "credentials", credentials);
    member(&mut text, "cache", "\"no-store\"");
    text.push_str("  headers: {");
    // Scripts may not set the others.
    let own = plan.fields.iter().filter(|(name, _)| *name != "Origin");
    let mut any = false;
    for (name, value) in own {
        text.push_str("\n    ");
        text.push_str(&literal(name));
        text.push_str(": ");
        text.push_str(&quoted(value));
        text.push(',');
        any = true;
    }
    if plan.login.is_some_and(|login| login == Login::Basic) {
        text.push_str("\n    \"Authorization\": \"Basic \" + btoa(\"<NAME>:<PASSWORD>\"),");
        any = true;
    }
    text.push_str(if any { "\n  },\n" } else { "},\n" });
    if plan.body {
        member(&mut text, "body", "\"<BODY>\"");
    }
    text.push_str("});\nconsole.log(answer.status, Object.fromEntries(answer.headers));\n");
    text
}

/// The command for Python with the library requests.
fn python(plan: &Plan) -> String {
    let mut text = String::from("import requests\n\nanswer = requests.request(\n    ");
    text.push_str(&literal(&plan.method));
    text.push_str(",\n    ");
    text.push_str(&quoted(&plan.address));
    text.push_str(",\n");
    let cookie = plan.cookie.iter().map(|value| ("Cookie", value));
    let fields = plan.fields.iter().map(|(name, value)| (*name, value));
    let mut lines = String::new();
    for (name, value) in fields.chain(cookie) {
        lines.push_str("\n        ");
        lines.push_str(&literal(name));
        lines.push_str(": ");
        lines.push_str(&quoted(value));
        lines.push(',');
    }
    if !lines.is_empty() {
        text.push_str("    headers={");
        text.push_str(&lines);
        text.push_str("\n    },\n");
    }
    match plan.login {
        Some(Login::Basic) => text.push_str("    auth=(\"<NAME>\", \"<PASSWORD>\"),\n"),
        Some(Login::Digest) => {
            text.push_str("    auth=requests.auth.HTTPDigestAuth(\"<NAME>\", \"<PASSWORD>\"),\n");
        }
        Some(Login::Negotiate) => {
            text.push_str(
                "    # Negotiate: pip install requests-kerberos, auth=HTTPKerberosAuth()\n",
            );
        }
        Some(Login::Ntlm) => {
            text.push_str(
                "    # NTLM: pip install requests-ntlm, auth=HttpNtlmAuth(\"<NAME>\", \"<PASSWORD>\")\n",
            );
        }
        None => {}
    }
    if plan.body {
        text.push_str("    data=\"<BODY>\",\n");
    }
    if plan.proxy {
        text.push_str("    proxies={\"http\": \"<PROXY>\", \"https\": \"<PROXY>\"},\n");
    }
    text.push_str(
        "    allow_redirects=False,\n)\nprint(answer.status_code, dict(answer.headers))\n",
    );
    text
}

fn member(text: &mut String, name: &str, value: &str) {
    text.push_str("  ");
    text.push_str(name);
    text.push_str(": ");
    text.push_str(value);
    text.push_str(",\n");
}

/// A text with its placeholders as a literal of JavaScript and Python.
fn quoted(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Secret(name) => text.push_str(&text::concat(&["<", name, ">"])),
        }
    }
    literal(&text)
}

/// A literal that JavaScript, Python and JSON read alike. Texts with control characters do not come here.
fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::Scene;

    fn text(exchange: &Exchange, id: &str, shown: Option<&str>) -> String {
        let command = commands(exchange, shown).into_iter().find(|it| it.id == id);
        command.expect("the command").text
    }

    #[test]
    fn a_page_with_cookies() {
        let exchange = Scene::get("https://app.example/inbox?page=2")
            .cookie("sid", 20)
            .cookie("a'b", 20)
            .cookie("sid", 20)
            .answer(401)
            .exchange();
        assert_eq!(
            text(&exchange, "curl", None),
            "COOKIE_SID='<value>'\nCOOKIE_A_B='<value>'\nCOOKIE_SID_2='<value>'\n\
             curl -i 'https://app.example/inbox?page=2' \\\n  -H 'Accept: text/html' \\\n  \
             -H 'Cookie: sid='\"$COOKIE_SID\"'; a'\\''b='\"$COOKIE_A_B\"'; sid='\"$COOKIE_SID_2\"\n"
        );
        assert_eq!(
            text(&exchange, "python", None),
            "import requests\n\nanswer = requests.request(\n    \"GET\",\n    \
             \"https://app.example/inbox?page=2\",\n    headers={\n        \"Accept\": \"text/html\",\n        \
             \"Cookie\": \"sid=<COOKIE_SID>; a'b=<COOKIE_A_B>; sid=<COOKIE_SID_2>\",\n    },\n    \
             allow_redirects=False,\n)\nprint(answer.status_code, dict(answer.headers))\n"
        );
        assert_eq!(
            text(&exchange, "fetch", None),
            "// For the console of a page of https://app.example: the browser adds its cookies.\n\
             const answer = await fetch(\"https://app.example/inbox?page=2\", {\n  credentials: \"include\",\n  \
             cache: \"no-store\",\n  headers: {\n    \"Accept\": \"text/html\",\n  },\n});\n\
             console.log(answer.status, Object.fromEntries(answer.headers));\n"
        );
    }

    #[test]
    fn a_token_a_body_and_a_login() {
        let token = Scene::method("POST", "https://api.example/v1")
            .authorization("Bearer")
            .answer(401)
            .exchange();
        let curl = text(&token, "curl", None);
        assert!(curl.contains("-X POST 'https://api.example/v1'"), "{curl}");
        assert!(
            curl.contains("-H \"Authorization: Bearer ${TOKEN}\""),
            "{curl}"
        );
        assert!(curl.contains("--data-raw \"$BODY\""), "{curl}");
        assert!(
            curl.starts_with("TOKEN='<value>'\nBODY='<value>'\ncurl -i "),
            "{curl}"
        );
        let python = text(&token, "python", None);
        assert!(
            python.contains("\"Authorization\": \"Bearer <TOKEN>\""),
            "{python}"
        );
        let unseen = Scene::fetch("https://api.example/v1")
            .answer(401)
            .www("DPoP error=\"invalid_token\"")
            .exchange();
        let curl = text(&unseen, "curl", None);
        assert!(
            curl.contains("-H \"Authorization: DPoP ${TOKEN}\""),
            "{curl}"
        );
        let basic = Scene::get("https://app.example/")
            .authorization("Basic")
            .answer(401)
            .exchange();
        let curl = text(&basic, "curl", None);
        assert!(curl.contains("--user \"$NAME:$PASSWORD\""), "{curl}");
        assert!(!curl.contains("Authorization"), "{curl}");
        assert!(text(&basic, "python", None).contains("auth=(\"<NAME>\", \"<PASSWORD>\")"));
        assert!(text(&basic, "fetch", None).contains("btoa(\"<NAME>:<PASSWORD>\")"));
    }

    #[test]
    fn parts_that_were_too_secret_to_keep_get_placeholders() {
        let exchange = Scene::get(
            "https://app.example/reset/9f86d081884c7d659a2feaa0c55ad015/now?token=abc&page=2",
        )
        .answer(401)
        .exchange();
        let shown = exchange.address.shown();
        assert_eq!(
            address(&exchange.address, Some(&shown)),
            [
                Piece::Text("https://app.example/reset/".to_owned()),
                Piece::Secret("SECRET_PART".to_owned()),
                Piece::Text("/now".to_owned()),
                Piece::Text("?page=2".to_owned()),
                Piece::Text("&token=".to_owned()),
                Piece::Secret("SECRET_TOKEN".to_owned()),
            ]
        );
        let curl = text(&exchange, "curl", Some(&shown));
        assert!(
            curl.contains(
                "\"https://app.example/reset/${SECRET_PART}/now?page=2&token=${SECRET_TOKEN}\""
            ),
            "{curl}"
        );
        assert!(!curl.contains("9f86") && !curl.contains("abc"), "{curl}");
    }

    #[test]
    fn many_cookies_share_one_placeholder() {
        let scene = (0..40).fold(Scene::get("https://app.example/"), |scene, at| {
            scene.cookie(&format!("c{at}"), 20)
        });
        let curl = text(&scene.answer(400).exchange(), "curl", None);
        assert!(curl.contains("-H \"Cookie: ${COOKIES}\""), "{curl}");
    }
}
