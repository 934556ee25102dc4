//! What tools make of heads, brought into plain ones: wget, PowerShell, Postman, DevTools' pairs of lines, and the
//! commands that browsers copy (cURL for bash and cmd, fetch).
//!
//! Each line of the result has the number of the line that it comes from, so that problems name the right place.

use std::borrow::Cow;

/// A line and its number, from 1.
pub(super) type Line<'a> = (usize, Cow<'a, str>);

/// The lines of a text without what only one tool writes.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = text
        .lines()
        // Terminals that were recorded double the CR, and curl makes names bold there.
        .map(|line| super::without_escapes(line.trim_end_matches('\r')))
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        // The fences of Markdown.
        .filter(|(_, line)| !line.trim_start().starts_with("```"))
        .collect();
    unquote(&mut lines);
    let lines = commands(lines);
    if lines.iter().any(|(_, line)| wget_address(line).is_some()) {
        return wget(lines);
    }
    if lines
        .iter()
        .any(|(_, line)| powershell_member(line).is_some_and(|(name, _)| name == "StatusCode"))
    {
        return powershell(lines);
    }
    if let Some(at) = postman_request(&lines) {
        return postman(lines, at);
    }
    if is_pairs(&lines) {
        return pairs(lines);
    }
    lines
}

/// Takes off the marks of a quotation in a mail or an issue: `> ` before a whole answer, which is curl's mark for what
/// was sent.
fn unquote(lines: &mut [Line<'_>]) {
    let sent_status = |line: &str| {
        let rest = line.strip_prefix("> ");
        rest.is_some_and(|rest| super::status_line(rest).is_some())
    };
    let quoted = lines.iter().any(|(_, line)| sent_status(line));
    let received = lines.iter().any(|(_, line)| line.starts_with("< "));
    if !quoted || received {
        return;
    }
    for (_, line) in lines {
        if let Some(rest) = line.strip_prefix('>') {
            *line = Cow::Owned(rest.strip_prefix(' ').unwrap_or(rest).to_owned());
        }
    }
}

// Commands.

/// Lines that a command may have.
const COMMAND_MAX: usize = 500;

/// Puts the request that a pasted command makes in its place; what cannot be read stays as it is.
fn commands(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let mut done = Vec::with_capacity(lines.len());
    let mut rest = lines.as_slice();
    while let Some((number, line)) = rest.first() {
        let start = line.trim_start();
        let start = start.strip_prefix("$ ").unwrap_or(start);
        let command = if start.starts_with("curl ") || start.starts_with("curl.exe ") {
            curl_lines(start, rest)
        } else if start.starts_with("fetch(\"") || start.starts_with("await fetch(\"") {
            fetch_lines(start, rest)
        } else {
            None
        };
        match command {
            Some((request, length)) => {
                put(&mut done, *number, &request);
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                done.push((*number, line.clone()));
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    done
}

/// A curl command that goes on behind a backslash or a caret, and how many lines it has.
fn curl_lines(start: &str, lines: &[Line<'_>]) -> Option<(Asked, usize)> {
    let mut command = start.to_owned();
    let mut length = 1;
    while command.ends_with(['\\', '^']) && length < COMMAND_MAX {
        command.pop();
        let Some((_, next)) = lines.get(length) else {
            break;
        };
        command.push(' ');
        command.push_str(next.trim_start());
        length += 1;
    }
    Some((curl(&command)?, length))
}

/// A call of `fetch` up to its closing bracket, and how many lines it has.
fn fetch_lines(start: &str, lines: &[Line<'_>]) -> Option<(Asked, usize)> {
    let mut command = start.to_owned();
    let mut call = Call::default();
    let mut length = 1;
    while !call.ends_in(command.get(call.read..).unwrap_or_default()) {
        let (_, next) = lines.get(length).filter(|_| length < COMMAND_MAX)?;
        command.push('\n');
        command.push_str(next);
        length += 1;
    }
    Some((fetch(&command)?, length))
}

/// A request that somebody's command makes.
#[derive(Default)]
struct Asked {
    method: Option<String>,
    url: String,
    fields: Vec<(String, String)>,
    /// More was sent than the command says: cookies of the browser or of a file.
    is_partial: bool,
}

/// A request as lines of a plain head, all with the number of the command.
fn put(lines: &mut Vec<Line<'_>>, number: usize, request: &Asked) {
    let method = request.method.as_deref().unwrap_or("GET");
    let url = request.url.replace(char::is_whitespace, "%20");
    let has_credentials = request
        .fields
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    if request.is_partial && !has_credentials {
        // As DevTools puts it: nothing is said of what was sent.
        lines.push((number, Cow::Owned(format!("Request URL: {url}"))));
        lines.push((number, Cow::Owned(format!("Request Method: {method}"))));
        lines.push((number, Cow::Borrowed("")));
        return;
    }
    lines.push((number, Cow::Owned(format!("{method} {url} HTTP/1.1"))));
    for (name, value) in &request.fields {
        let value = value.replace(['\r', '\n'], " ");
        lines.push((number, Cow::Owned(format!("{name}: {value}"))));
    }
    lines.push((number, Cow::Borrowed("")));
}

/// Reads a curl command; `None` where it has no address.
fn curl(command: &str) -> Option<Asked> {
    let words = if command.contains("^\"") {
        cmd_words(command)
    } else {
        shell_words(command)
    };
    let mut asked = Asked::default();
    let mut has_data = false;
    let mut get = false;
    let mut words = words.into_iter().skip(1);
    while let Some(word) = words.next() {
        let (option, glued) = match word.split_once('=') {
            Some((option, value)) if word.starts_with("--") => {
                (option.to_owned(), Some(value.to_owned()))
            }
            _ if word.starts_with('-') && !word.starts_with("--") && word.len() > 2 => {
                // `-XPOST`, `-sSLi`: letters without a value may stand before one with a value.
                let at = word.find([
                    'X', 'H', 'b', 'u', 'A', 'e', 'd', 'F', 'o', 'm', 'x', 'w', 'c', 'T', 'K',
                ]);
                match at.and_then(|at| word.split_at_checked(at + 1)) {
                    Some((before, value)) => {
                        let letter = before.chars().last().unwrap_or('-');
                        (
                            format!("-{letter}"),
                            Some(value.to_owned()).filter(|value| !value.is_empty()),
                        )
                    }
                    None if word.contains('I') => ("-I".to_owned(), None),
                    None if word.contains('G') => ("-G".to_owned(), None),
                    None => (word, None),
                }
            }
            _ => (word, None),
        };
        let mut value = || glued.clone().or_else(|| words.next()).unwrap_or_default();
        match option.as_str() {
            "-X" | "--request" => asked.method = Some(value().to_ascii_uppercase()),
            "-H" | "--header" => {
                let value = value();
                if let Some((name, value)) = value.split_once(':') {
                    asked
                        .fields
                        .push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
            "-b" | "--cookie" => {
                let value = value();
                // Without `=` it is the name of a file.
                if value.contains('=') {
                    asked.fields.push(("Cookie".to_owned(), value));
                } else {
                    asked.is_partial = true;
                }
            }
            // What follows the scheme is dropped when fields are reduced; here it is not even made.
            "-u" | "--user" => {
                value();
                asked
                    .fields
                    .push(("Authorization".to_owned(), "Basic".to_owned()));
            }
            "-A" | "--user-agent" => {
                value();
            }
            "-e" | "--referer" => asked.fields.push(("Referer".to_owned(), value())),
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii"
            | "--data-urlencode" | "--json" | "-F" | "--form" | "--form-string" => {
                value();
                has_data = true;
            }
            "-n" | "--netrc" => asked.is_partial = true,
            "-I" | "--head" => asked.method = Some("HEAD".to_owned()),
            "-G" | "--get" => get = true,
            "--url" => asked.url = value(),
            "-o" | "--output" | "-m" | "--max-time" | "-x" | "--proxy" | "-w" | "--write-out"
            | "-c" | "--cookie-jar" | "--connect-timeout" | "--resolve" | "--cacert" | "--cert"
            | "--key" | "-T" | "--upload-file" | "-K" | "--config" | "--retry" | "--max-redirs" => {
                value();
            }
            _ if option.starts_with('-') => {}
            _ if asked.url.is_empty() => asked.url = option,
            _ => {}
        }
    }
    if has_data && !get && asked.method.is_none() {
        asked.method = Some("POST".to_owned());
    }
    if !asked.url.contains("://") && asked.url.contains('.') {
        // What curl takes an address without a scheme for.
        asked.url = format!("http://{}", asked.url);
    }
    super::address::canonical(&asked.url)?;
    Some(asked)
}

/// The words of a POSIX shell's command line; what stands behind a pipe or a redirection is not part of it.
fn shell_words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = command.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                let word = word.get_or_insert_default();
                word.extend(chars.by_ref().take_while(|c| *c != '\''));
            }
            '$' if chars.peek() == Some(&'\'') => {
                chars.next();
                ansi_c(&mut chars, word.get_or_insert_default());
            }
            '"' => {
                let word = word.get_or_insert_default();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    match c {
                        '\\' => word.extend(chars.next()),
                        c => word.push(c),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            '|' | '>' | ';' if word.as_ref().is_none_or(|w| w == "2") => {
                word = None;
                break;
            }
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The rest of a `$'…'` string: Chrome and Firefox write it where a value has an apostrophe.
fn ansi_c(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, word: &mut String) {
    while let Some(c) = chars.next().filter(|c| *c != '\'') {
        if c != '\\' {
            word.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => word.push('\n'),
            Some('r') => word.push('\r'),
            Some('t') => word.push('\t'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                word.push(code.and_then(char::from_u32).unwrap_or('\u{fffd}'));
            }
            other => word.extend(other),
        }
    }
}

/// The words of a command for Windows' cmd as browsers copy it: carets before everything special, then quotes with `\"`.
fn cmd_words(command: &str) -> Vec<String> {
    let mut plain = String::with_capacity(command.len());
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match c {
            '^' => plain.extend(chars.next()),
            c => plain.push(c),
        }
    }
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    let mut chars = plain.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if matches!(chars.peek(), Some('"' | '\\')) => {
                word.get_or_insert_default().extend(chars.next());
            }
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// How far a call was read.
#[derive(Default)]
struct Call {
    read: usize,
    depth: i32,
    in_string: bool,
    escaped: bool,
}

impl Call {
    /// Reads on, and answers whether the call's bracket is closed in it.
    fn ends_in(&mut self, text: &str) -> bool {
        self.read += text.len();
        for c in text.chars() {
            match c {
                _ if self.escaped => self.escaped = false,
                '\\' if self.in_string => self.escaped = true,
                '"' => self.in_string = !self.in_string,
                '(' if !self.in_string => self.depth += 1,
                ')' if !self.in_string => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }
}

/// Reads `fetch("address", {…})` as DevTools writes it: both arguments are JSON.
fn fetch(command: &str) -> Option<Asked> {
    let (_, arguments) = command.split_once("fetch(")?;
    let mut values = serde_json::Deserializer::from_str(arguments).into_iter::<String>();
    let url = values.next()?.ok()?;
    super::address::canonical(&url)?;
    let rest = arguments.get(values.byte_offset()..).unwrap_or_default();
    let mut asked = Asked {
        url,
        // The browser adds its cookies.
        is_partial: true,
        ..Asked::default()
    };
    let options = rest.trim_start().strip_prefix(',').unwrap_or_default();
    let mut options = serde_json::Deserializer::from_str(options).into_iter::<serde_json::Value>();
    let Some(Ok(options)) = options.next() else {
        return Some(asked);
    };
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    asked.method = text(&options["method"]).map(|method| method.to_ascii_uppercase());
    if let Some(referrer) = text(&options["referrer"]) {
        asked.fields.push(("Referer".to_owned(), referrer));
    }
    for (name, value) in options["headers"].as_object().into_iter().flatten() {
        asked
            .fields
            .extend(text(value).map(|value| (name.clone(), value)));
    }
    Some(asked)
}

// Outputs.

/// The address in `--2026-11-24 01:00:00--  https://app.example/`.
fn wget_address(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("--")?;
    let (time, url) = rest.split_once("--  ")?;
    let is_time = time.len() >= 8
        && time
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | ' '));
    (is_time && url.contains("://")).then(|| url.trim())
}

/// `wget -S`: heads are two columns in, everything else is said by wget.
fn wget(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let mut done = Vec::with_capacity(lines.len());
    for (number, line) in lines {
        if let Some(url) = wget_address(&line) {
            // wget does not print what it sent.
            let url = format!("Request URL: {url}");
            done.push((number, Cow::Borrowed("")));
            done.push((number, Cow::Owned(url)));
            done.push((number, Cow::Borrowed("")));
        } else if let Some(field) = line
            .strip_prefix("  ")
            .filter(|rest| !rest.trim().is_empty())
        {
            done.push((number, Cow::Owned(field.to_owned())));
        } else {
            done.push((number, Cow::Borrowed("")));
        }
    }
    done
}

/// `Name      : value`, as PowerShell prints the members of an object.
fn powershell_member(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(" : ").or_else(|| line.split_once(" :"))?;
    let name = name.trim_end();
    let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    named.then(|| (name, value.trim()))
}

/// What `Invoke-WebRequest` gives: the raw answer is one of its members.
fn powershell(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let raw = |line: &str| {
        powershell_member(line)
            .is_some_and(|(name, value)| name == "RawContent" && value.starts_with("HTTP/"))
    };
    let has_raw = lines.iter().any(|(_, line)| raw(line));
    let mut done = Vec::with_capacity(lines.len());
    let mut inside = false;
    for (number, line) in lines {
        let member = powershell_member(&line).filter(|_| !line.starts_with(' '));
        let text = match member {
            Some(("RawContent", value)) => {
                inside = true;
                value.to_owned()
            }
            Some(("StatusCode", value)) if !has_raw => format!("HTTP/1.1 {value}"),
            Some(_) => {
                inside = false;
                String::new()
            }
            None if inside => line.trim_start().to_owned(),
            None => String::new(),
        };
        done.push((number, Cow::Owned(text)));
    }
    done
}

/// Where a request of Postman's console stands: `GET https://…`, then the status alone.
fn postman_request(lines: &[Line<'_>]) -> Option<usize> {
    let at = lines.iter().position(|(_, line)| {
        let mut words = line.split_whitespace();
        let method = words.next().unwrap_or_default();
        let url = words.next().unwrap_or_default();
        words.next().is_none()
            && !method.is_empty()
            && method.bytes().all(|b| b.is_ascii_uppercase())
            && super::address::canonical(url).is_some()
    })?;
    let behind = lines.get(at..)?;
    let headed = |heading: &str| behind.iter().any(|(_, line)| line.trim() == heading);
    (headed("Response Headers") || headed("Request Headers")).then_some(at)
}

/// Postman's console, with an empty line between all others.
fn postman(lines: Vec<Line<'_>>, at: usize) -> Vec<Line<'_>> {
    #[derive(PartialEq)]
    enum Part {
        Top,
        Fields,
        Body,
        Other,
    }
    let mut done = Vec::with_capacity(lines.len() + 2);
    let mut part = Part::Top;
    let mut status = None;
    for (number, line) in lines.into_iter().skip(at) {
        let text = line.trim();
        match text {
            "Request Headers" => {
                part = Part::Fields;
                continue;
            }
            "Response Headers" => {
                part = Part::Fields;
                let status: u16 = status.unwrap_or(0);
                done.push((number, Cow::Borrowed("")));
                done.push((number, Cow::Owned(format!("HTTP/1.1 {status:03}"))));
                continue;
            }
            "Response Body" => {
                part = Part::Body;
                done.push((number, Cow::Borrowed("")));
                continue;
            }
            "Request Body" => {
                part = Part::Other;
                continue;
            }
            _ => {}
        }
        match part {
            Part::Top if status.is_none() && text.len() == 3 => status = text.parse().ok(),
            Part::Top if done.is_empty() => {
                done.push((number, Cow::Owned(format!("{text} HTTP/1.1"))))
            }
            Part::Top | Part::Other => {}
            Part::Fields if text.is_empty() => {}
            Part::Fields | Part::Body => done.push((number, line)),
        }
    }
    done
}

/// DevTools' rows, each as a line for the name and one for the value.
fn is_pairs(lines: &[Line<'_>]) -> bool {
    let mut known = lines.iter().map(|(_, line)| line.trim());
    let url = known
        .by_ref()
        .find(|line| line.eq_ignore_ascii_case("request url"));
    url.is_some()
        && known
            .next()
            .is_some_and(|value| super::address::canonical(value).is_some())
}

/// The same as lines, the request's fields before the answer's, which stand behind them.
fn pairs(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let (mut general, mut answer, mut request) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = lines
        .into_iter()
        .filter(|(_, line)| !line.trim().is_empty());
    let mut in_request = false;
    while let Some((number, name)) = rest.next() {
        let name = name.trim().trim_end_matches(':').to_owned();
        match name.to_ascii_lowercase().as_str() {
            "general" | "response headers" => continue,
            "request headers" => {
                in_request = true;
                continue;
            }
            _ => {}
        }
        // HTTP/2 begins a request's fields with these.
        in_request |= matches!(
            name.as_str(),
            ":authority" | ":method" | ":path" | ":scheme"
        );
        let Some((_, value)) = rest.next() else { break };
        let line = (number, Cow::Owned(format!("{name}: {}", value.trim())));
        if name.contains(' ') {
            general.push(line);
        } else if in_request {
            request.push(line);
        } else {
            answer.push(line);
        }
    }
    let last = |part: &[Line<'_>]| part.last().map_or(1, |(number, _)| *number);
    let gap = |part: &[Line<'_>]| (last(part), Cow::Borrowed(""));
    let (first, second) = (gap(&general), gap(&request));
    [general, vec![first], request, vec![second], answer].concat()
}
