//! A failing status that is only spoken of: `401 Unauthorized`, a line of a browser's console, of a log, of an exception.

/// What a line says of an exchange.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) status: u16,
    pub(super) method: Option<String>,
    pub(super) url: Option<String>,
    /// The path alone, where the line has no address.
    pub(super) path: Option<String>,
}

/// Longest line that is looked at.
const LINE_MAX: usize = 4096;

/// Words that stand before a status.
const BEFORE: &[&str] = &[
    "http",
    "https",
    "status",
    "code",
    "statuscode",
    "error",
    "success",
    "of",
];

/// The failing status that a line is about, with the request where the line has it.
pub(super) fn of(line: &str) -> Option<Mention> {
    if line.len() > LINE_MAX {
        return None;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let (at, status) = words.iter().enumerate().find_map(|(at, word)| {
        let digits = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let status: u16 = digits.parse().ok().filter(|s| (400..600).contains(s))?;
        (digits.len() == 3 && is_status(&words, at, word)).then_some((at, status))
    })?;
    let url = words.iter().find_map(|word| {
        let start = word.find("https://").or_else(|| word.find("http://"))?;
        let url = word.get(start..)?;
        Some(
            url.trim_end_matches(['"', '\'', ')', ',', '.', ';', ':', '>'])
                .to_owned(),
        )
    });
    let method = words.iter().position(|word| {
        let word = word.trim_start_matches(['"', '\'', '[', '(']);
        ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(&word)
    });
    let named = method.and_then(|at| words.get(at + 1));
    let path = named.filter(|path| path.starts_with('/') && method < Some(at));
    Some(Mention {
        status,
        method: method
            .and_then(|at| words.get(at))
            .map(|word| word.trim_start_matches(['"', '\'', '[', '(']).to_owned()),
        path: path
            .map(|path| (*path).to_owned())
            .filter(|_| url.is_none()),
        url,
    })
}

/// Whether the word at this place is a status, by what stands around it.
fn is_status(words: &[&str], at: usize, word: &str) -> bool {
    let before = at.checked_sub(1).and_then(|at| words.get(at)).copied();
    let after = words.get(at + 1).copied();
    let begins_capital = |word: &str| {
        word.trim_start_matches('(')
            .starts_with(|c: char| c.is_ascii_uppercase())
    };
    match before {
        // `401`, `401 Unauthorized`, `401: Unauthorized`.
        None => after.is_none_or(begins_capital) && words.len() <= 8,
        Some(before) => {
            let plain = before
                .trim_matches(|c: char| !c.is_ascii_alphanumeric())
                .to_ascii_lowercase();
            // `HTTP/1.1" 401` of an access log, `… error: (401)`, `https://… 401 (Unauthorized)`.
            BEFORE.contains(&plain.as_str())
                || plain.starts_with("http/")
                || before.contains("://") && after.is_none_or(begins_capital)
                || word.starts_with('(') && after.is_some_and(begins_capital)
                || before.ends_with(':') && after.is_some_and(begins_capital)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn lines_that_speak_of_a_failure() {
        for (line, status, method, url) in [
            ("401", 401, "", ""),
            ("403 Forbidden", 403, "", ""),
            ("HTTP 403", 403, "", ""),
            ("HTTP Error 401.", 401, "", ""),
            ("HTTP ERROR 431", 431, "", ""),
            ("Error code: 429", 429, "", ""),
            ("Request failed with status code 401", 401, "", ""),
            (
                "GET https://app.example/api/me 401 (Unauthorized)",
                401,
                "GET",
                "https://app.example/api/me",
            ),
            (
                "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://app.example/x",
                401,
                "",
                "https://app.example/x",
            ),
            (
                "Invoke-WebRequest: Response status code does not indicate success: 401 (Unauthorized).",
                401,
                "",
                "",
            ),
            (
                "Invoke-WebRequest : The remote server returned an error: (401) Unauthorized.",
                401,
                "",
                "",
            ),
            (
                "Failed to load resource: the server responded with a status of 403 (Forbidden)",
                403,
                "",
                "",
            ),
            (
                "192.0.2.1 - - [24/Nov/2026:01:00:00 +0000] \"GET /private HTTP/1.1\" 401 153 \"-\" \"Mozilla/5.0\"",
                401,
                "GET",
                "",
            ),
        ] {
            let mention = of(line).unwrap_or_else(|| panic!("nothing in {line}"));
            assert_eq!(mention.status, status, "{line}");
            assert_eq!(mention.method.unwrap_or_default(), method, "{line}");
            assert_eq!(mention.url.unwrap_or_default(), url, "{line}");
        }
        assert_eq!(
            of("\"GET /private HTTP/1.1\" 401 -")
                .and_then(|mention| mention.path)
                .as_deref(),
            Some("/private")
        );
    }

    #[test]
    fn lines_that_do_not() {
        for line in [
            "",
            "my password is hunter2",
            "I paid 401 dollars",
            "room 404",
            "200 OK",
            "HTTP 200",
            "4010",
            "call 500 Smith at home",
            "401 people were asked",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
