//! What servers of the simulator receive and answer: requests, responses, pages with forms and scripts.

use std::rc::Rc;

use readmit::event::{Millis, ResourceType, TabId};
use url::Url;

use crate::browser::Simulator;

/// Names with values, in order.
pub(crate) type Pairs = Vec<(String, String)>;

/// What stands in `Authorization` or `Proxy-Authorization`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Authorization {
    /// A name and password, for Basic or Digest.
    Login {
        scheme: &'static str,
        user: String,
        password: String,
    },
    /// A token that a page put there, with the expiry time (seconds) that it carries as a JWT.
    Token {
        scheme: &'static str,
        value: String,
        exp: Option<i64>,
    },
    /// A step of the handshake of NTLM or Negotiate.
    Step { scheme: &'static str, number: u8 },
}

impl Authorization {
    /// The auth-scheme.
    pub(crate) fn scheme(&self) -> &'static str {
        match self {
            Authorization::Login { scheme, .. }
            | Authorization::Token { scheme, .. }
            | Authorization::Step { scheme, .. } => scheme,
        }
    }

    /// A bearer token.
    pub(crate) fn bearer(value: &str) -> Authorization {
        Authorization::Token {
            scheme: "Bearer",
            value: value.to_owned(),
            exp: None,
        }
    }

    /// A bearer token that is a JWT and ends at this second.
    pub(crate) fn jwt(value: &str, exp: i64) -> Authorization {
        Authorization::Token {
            scheme: "Bearer",
            value: value.to_owned(),
            exp: Some(exp),
        }
    }
}

/// A request as it arrives.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) url: Url,
    pub(crate) cookies: Pairs,
    pub(crate) authorization: Option<Authorization>,
    pub(crate) proxy_authorization: Option<Authorization>,
    pub(crate) referer: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) form: Pairs,
    /// The true time.
    pub(crate) now: Millis,
    /// How far the device's clock is ahead of it.
    pub(crate) skew: Millis,
}

/// An HTTP-date (RFC 9110 §5.6.7), in the September of the stories.
pub(crate) fn http_date(time: Millis) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    // 2026-09-21 00:00:00, a Monday.
    let seconds = time / 1000 - 1_789_948_800;
    let (day, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let name = DAYS[usize::try_from(day.rem_euclid(7)).unwrap_or(0)];
    format!(
        "{name}, {:02} Sep 2026 {:02}:{:02}:{:02} GMT",
        21 + day,
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        self.url.path()
    }

    /// The first cookie of this name: what most servers read.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        value_of(&self.cookies, name)
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        value_of(&self.form, name)
    }

    pub(crate) fn query(&self, name: &str) -> Option<String> {
        self.url
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Bytes of the Cookie field.
    pub(crate) fn cookie_size(&self) -> usize {
        self.cookies
            .iter()
            .map(|(name, value)| name.len() + value.len() + 3)
            .sum()
    }

    /// The name and password that came by HTTP itself.
    pub(crate) fn login(&self) -> Option<(&str, &str)> {
        match &self.authorization {
            Some(Authorization::Login { user, password, .. }) => Some((user, password)),
            _ => None,
        }
    }
}

fn value_of<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// A form on a page: where it goes, and what it carries unseen.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) method: &'static str,
    pub(crate) action: String,
    pub(crate) hidden: Pairs,
}

/// What a page does by itself once it is shown.
pub(crate) type Script = Rc<dyn Fn(&mut Simulator, TabId)>;

/// What a person sees.
#[derive(Clone, Default)]
pub(crate) struct Page {
    /// The page that the person came for.
    pub(crate) is_wanted: bool,
    pub(crate) form: Option<Form>,
    pub(crate) script: Option<Script>,
    /// Documents inside it.
    pub(crate) frames: Vec<String>,
    /// Pictures and the like, with the method that fetches them.
    pub(crate) parts: Vec<(ResourceType, &'static str, String)>,
}

/// An answer.
#[derive(Clone, Default)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// Field lines in order, names in lower case.
    pub(crate) fields: Pairs,
    pub(crate) page: Page,
    /// The browser had kept it, and did not ask.
    pub(crate) from_cache: bool,
    /// The page's service worker answered, and the site was not asked.
    pub(crate) offline: bool,
}

impl Response {
    pub(crate) fn status(status: u16) -> Response {
        Response {
            status,
            ..Response::default()
        }
        .with("content-type", "text/html")
    }

    /// The page that the person came for.
    pub(crate) fn wanted() -> Response {
        let mut response = Response::status(200);
        response.page.is_wanted = true;
        response
    }

    /// An answer for scripts.
    pub(crate) fn json(status: u16) -> Response {
        Response {
            status,
            ..Response::default()
        }
        .with("content-type", "application/json")
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Response {
        Response {
            status,
            ..Response::default()
        }
        .with("location", to)
    }

    /// A redirect out of the browser's own cache.
    pub(crate) fn kept(status: u16, to: &str) -> Response {
        Response {
            from_cache: true,
            ..Response::redirect(status, to)
        }
    }

    pub(crate) fn found(to: &str) -> Response {
        Response::redirect(302, to)
    }

    /// A 401 with one challenge line.
    pub(crate) fn challenge(line: &str) -> Response {
        Response::status(401).with("www-authenticate", line)
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Response {
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn set_cookie(self, line: impl Into<String>) -> Response {
        self.with("set-cookie", line)
    }

    /// A form to post.
    pub(crate) fn form(mut self, action: &str, hidden: &[(&str, &str)]) -> Response {
        let hidden = hidden
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.page.form = Some(Form {
            method: "POST",
            action: action.to_owned(),
            hidden,
        });
        self
    }

    pub(crate) fn script(mut self, script: impl Fn(&mut Simulator, TabId) + 'static) -> Response {
        self.page.script = Some(Rc::new(script));
        self
    }

    pub(crate) fn frame(mut self, url: &str) -> Response {
        self.page.frames.push(url.to_owned());
        self
    }

    pub(crate) fn picture(mut self, url: &str) -> Response {
        self.page
            .parts
            .push((ResourceType::Other, "GET", url.to_owned()));
        self
    }

    /// A script that the page loads.
    pub(crate) fn loads(mut self, url: &str) -> Response {
        self.page
            .parts
            .push((ResourceType::Script, "GET", url.to_owned()));
        self
    }

    pub(crate) fn beacon(mut self, url: &str) -> Response {
        self.page
            .parts
            .push((ResourceType::Other, "POST", url.to_owned()));
        self
    }

    /// A script, a socket or the like, which the extension never looks at.
    pub(crate) fn part(mut self, url: &str) -> Response {
        self.page
            .parts
            .push((ResourceType::Other, "GET", url.to_owned()));
        self
    }

    /// Whether the browser saves it instead of showing it.
    pub(crate) fn is_download(&self) -> bool {
        self.field("content-disposition")
            .is_some_and(|value| value.starts_with("attachment"))
    }

    /// The first value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        value_of(&self.fields, name)
    }

    /// All values of a field.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        self.fields
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// Where a redirect leads.
    pub(crate) fn location(&self, from: &Url) -> Option<Url> {
        if !matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        from.join(self.field("location")?).ok()
    }
}

/// A server: all hosts that it answers for see the same state.
pub(crate) type Server = Box<dyn FnMut(&Request) -> Response>;

/// The challenge that a browser would answer with a name and password: scheme, realm, and whether the nonce was stale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asks {
    pub(crate) scheme: &'static str,
    pub(crate) realm: String,
    pub(crate) stale: bool,
    /// A further step of a handshake.
    pub(crate) has_data: bool,
}

/// The strongest challenge of these lines that the browser can answer. Servers of the simulator write one challenge a line.
pub(crate) fn asks(lines: &[String]) -> Option<Asks> {
    const STRONGEST_FIRST: [&str; 4] = ["Negotiate", "NTLM", "Digest", "Basic"];
    STRONGEST_FIRST.iter().find_map(|&scheme| {
        let rest = lines.iter().find_map(|line| {
            let (word, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
            word.eq_ignore_ascii_case(scheme).then_some(rest)
        })?;
        let realm = rest
            .split_once("realm=\"")
            .and_then(|(_, tail)| tail.split_once('"'))
            .map_or("", |(realm, _)| realm);
        Some(Asks {
            scheme,
            realm: realm.to_owned(),
            stale: rest.contains("stale=true"),
            has_data: !rest.is_empty() && !rest.contains("realm"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_challenge_is_taken() {
        let lines = [
            "Basic realm=\"a\"".to_owned(),
            "Digest realm=\"b\", nonce=\"n\", stale=true".to_owned(),
        ];
        let found = asks(&lines).expect("two of them");
        assert_eq!(
            (found.scheme, found.realm.as_str(), found.stale),
            ("Digest", "b", true)
        );
        assert_eq!(asks(&["Bearer realm=\"api\"".to_owned()]), None);
        assert!(asks(&["NTLM TlRMTVNT".to_owned()]).is_some_and(|ntlm| ntlm.has_data));
    }

    #[test]
    fn a_location_is_taken_relative_to_the_page() {
        let from = Url::parse("https://app.test/a/b").expect("an address");
        assert_eq!(
            Response::found("c?d")
                .location(&from)
                .map(String::from)
                .as_deref(),
            Some("https://app.test/a/c?d")
        );
        assert_eq!(
            Response::status(200).with("location", "/x").location(&from),
            None
        );
    }
}
