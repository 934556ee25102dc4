//! One request and one response: what is known of it, what is not known, and what cannot be known.

use crate::address::Address;
use crate::challenge::{self, Challenge, Problem};
use crate::cookie::{self, SetCookie};
use crate::event::{
    Answer, Browser, Credentials, Millis, Request, ResourceType, SentCookie, SentFields,
};
use crate::kept::{self, Keep, Reader, Writer, kept};
#[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
use crate::rules::Inside;
use crate::scheme;
#[cfg(all(target_arch = "wasm32", feature = "reader"))]
use std::cell::OnceCell as Once;
#[cfg(not(target_arch = "wasm32"))]
use std::sync::OnceLock as Once;

/// Three-valued knowledge of something that a request may have carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent<T> {
    /// It was sent.
    Yes(T),
    /// It was not sent.
    No,
    /// This browser does not show it, or nobody looked.
    Unknowable,
}

impl<T> Sent<T> {
    /// Whether it certainly was sent.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        matches!(self, Sent::Yes(_))
    }

    /// Whether it certainly was not.
    #[must_use]
    pub fn is_no(&self) -> bool {
        matches!(self, Sent::No)
    }
}

/// How an exchange ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Not yet.
    Pending,
    /// A redirect leads on.
    Redirected(Address),
    /// The browser answered the challenge and asked again under the same id.
    Repeated,
    /// The answer arrived.
    Completed,
    /// No answer arrived; the browser's word for it.
    Failed(String),
    /// The page's service worker answered, and the site was not asked.
    Offline,
}

impl Keep for End {
    fn put(&self, to: &mut Writer) {
        match self {
            End::Pending => to.number(0),
            End::Redirected(target) => {
                to.number(1);
                target.put(to);
            }
            End::Repeated => to.number(2),
            End::Completed => to.number(3),
            End::Failed(error) => {
                to.number(4);
                error.put(to);
            }
            End::Offline => to.number(5),
        }
    }

    fn get(from: &mut Reader<'_>) -> End {
        match from.number() {
            0 => End::Pending,
            1 => End::Redirected(Keep::get(from)),
            2 => End::Repeated,
            3 => End::Completed,
            4 => End::Failed(Keep::get(from)),
            5 => End::Offline,
            _ => {
                from.fail();
                End::Pending
            }
        }
    }
}

/// The answer, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// As the edge gave it, but bounded.
    pub answer: Answer,
    /// The challenges of WWW-Authenticate, and of Proxy-Authenticate where the status is 407.
    pub challenges: Vec<Challenge>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
    /// Which of them a browser answers.
    answerable: Option<usize>,
    /// The cookies that it sets.
    pub set_cookies: Vec<SetCookie>,
    /// What an answer of success says of a failure: many rules ask.
    #[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
    pub(crate) inside: Once<Inside>,
}

/// The parsed parts are made anew.
impl Keep for Reply {
    fn put(&self, to: &mut Writer) {
        self.answer.put(to);
    }

    fn get(from: &mut Reader<'_>) -> Reply {
        Reply::new(Keep::get(from))
    }
}

/// Bounds of what one exchange keeps, whatever a page does.
const LINES_MAX: usize = 8;
const LINE_MAX: usize = 2048;
const COOKIES_MAX: usize = 180;
const NAME_MAX: usize = 80;
const SIZE_MAX: u32 = 1 << 20;
const FIELD_MAX: usize = 200;
const BODY_MAX: usize = 4096;

impl Reply {
    fn answerable(&self) -> Option<&Challenge> {
        self.challenges.get(self.answerable?)
    }

    fn new(mut answer: Answer) -> Reply {
        for lines in [&mut answer.www_authenticate, &mut answer.proxy_authenticate] {
            lines.truncate(LINES_MAX);
            lines.iter_mut().for_each(|line| cut(line, LINE_MAX));
        }
        answer.set_cookies.truncate(COOKIES_MAX / 4);
        for line in &mut answer.set_cookies {
            cut(&mut line.name, NAME_MAX);
            cut(&mut line.attributes, FIELD_MAX);
        }
        // All that are observed, and what the edges make of others.
        answer
            .fields
            .truncate(crate::event::OBSERVED_FIELDS.len() + 2);
        answer
            .fields
            .iter_mut()
            .for_each(|(_, value)| cut(value, FIELD_MAX));
        if let Some(body) = &mut answer.body {
            cut(body, BODY_MAX);
        }
        let lines = if answer.status == 407 {
            &answer.proxy_authenticate
        } else {
            &answer.www_authenticate
        };
        let (challenges, problems) = challenge::parse(lines.iter().map(String::as_str));
        let set_cookies = answer
            .set_cookies
            .iter()
            .map(|line| {
                SetCookie::from_parts(
                    &line.name,
                    line.value_size as usize,
                    line.cleared,
                    &line.attributes,
                )
            })
            .collect();
        Reply {
            answer,
            answerable: scheme::best_of(&challenges),
            challenges,
            problems,
            set_cookies,
            #[cfg(any(not(target_arch = "wasm32"), feature = "reader"))]
            inside: Once::new(),
        }
    }

    /// The value of a further field, by lower-case name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.answer
            .fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// One request and one response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The browser's id: shared by the hops of one chain.
    pub request_id: String,
    /// What it is for.
    pub resource_type: ResourceType,
    /// The method, upper-case.
    pub method: String,
    /// The address.
    pub address: Address,
    /// For a page within a page, and for a page's own request in a recording: where its chain began, if not here.
    pub first: Option<Address>,
    /// The origin of the page that asked, where known.
    pub initiator: Option<String>,
    /// The cookie store, where not the default one.
    pub store: Option<String>,
    /// A user name or password stood in the address.
    pub has_user_info: bool,
    /// When it was first heard of.
    pub time: Millis,
    /// Request fields, where the edge looked at them.
    pub sent: Option<SentFields>,
    /// Names of the session-like cookies sent, as often as they were sent: worked out once, since every rule asks.
    sessions: Vec<String>,
    /// The answer, where one came.
    pub reply: Option<Reply>,
    /// How often the browser said that it would ask for a name and password.
    pub prompts: u8,
    /// The proxy asked.
    pub proxy_prompt: bool,
    /// A challenge was put under this id before this answer, and the browser answered it.
    pub challenged: bool,
    /// The challenge that the browser answered before or within this exchange, where it was seen.
    pub answered: Option<Prompted>,
    /// How it ended.
    pub end: End,
}

kept!(Exchange {
    request_id,
    resource_type,
    method,
    address,
    first,
    initiator,
    store,
    has_user_info,
    time,
    sent,
    reply,
    prompts,
    proxy_prompt,
    challenged,
    answered,
    end;
    sessions = Option::as_ref(&sent).map(session_names).unwrap_or_default()
});

/// Whether a scheme carries what browsers themselves send: a name and password, or this computer's own sign-in.
#[must_use]
pub fn is_http_login(scheme: &str) -> bool {
    ["basic", "digest", "negotiate", "ntlm"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme))
}

/// A challenge that the browser can answer: what it asks a name and password for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompted {
    /// The auth-scheme, as sent.
    pub scheme: String,
    /// The realm, cut to a bound.
    pub realm: String,
}

kept!(Prompted { scheme, realm });

impl Exchange {
    /// An exchange of which only the request is known; `None` if its address is none.
    #[must_use]
    pub fn begin(request: &Request) -> Option<Exchange> {
        let mut method = request.method.clone();
        cut(&mut method, 16);
        let mut request_id = request.request_id.clone();
        cut(&mut request_id, 64);
        Some(Exchange {
            request_id,
            resource_type: request.resource_type,
            method,
            address: Address::parse(&request.url, request.site.as_deref())?,
            first: None,
            initiator: request
                .initiator
                .clone()
                .filter(|origin| origin.len() <= FIELD_MAX),
            store: request
                .store
                .clone()
                .filter(|store| store.len() <= FIELD_MAX),
            has_user_info: request.has_user_info,
            time: request.time,
            sent: None,
            sessions: Vec::new(),
            reply: None,
            prompts: 0,
            proxy_prompt: false,
            challenged: false,
            answered: None,
            end: End::Pending,
        })
    }

    /// Takes in what the request carried.
    pub fn set_sent(&mut self, mut sent: SentFields) {
        sent.cookies.truncate(COOKIES_MAX);
        // Sums of sizes must not overflow, whatever the edge hands over.
        sent.cookies
            .iter_mut()
            .for_each(|cookie| cookie.size = cookie.size.min(SIZE_MAX));
        sent.cookies
            .iter_mut()
            .for_each(|cookie| cut(&mut cookie.name, NAME_MAX));
        for credentials in [&mut sent.authorization, &mut sent.proxy_authorization]
            .into_iter()
            .flatten()
        {
            cut(&mut credentials.scheme, 32);
        }
        self.sessions = session_names(&sent);
        self.sent = Some(sent);
    }

    /// Takes in an answer. A later answer replaces an earlier one, but keeps its fields where it brings none itself.
    pub fn set_answer(&mut self, answer: Answer) {
        if let Some(before) = &mut self.reply {
            if before.answer.status == 401 && answer.status != 401 {
                self.challenged = true;
                self.answered = before.answerable().map(prompted);
            } else if before.answer.status == answer.status && !answer.fields_seen {
                return;
            }
            if before.answer.status == answer.status && answer.set_cookies.is_empty() {
                // `onCompleted` without extraHeaders hides Set-Cookie, which `onHeadersReceived` showed.
                let kept = std::mem::take(&mut before.answer.set_cookies);
                self.reply = Some(Reply::new(Answer {
                    set_cookies: kept,
                    ..answer
                }));
                return;
            }
        }
        self.reply = Some(Reply::new(answer));
    }

    /// Roughly how many bytes it takes when written down.
    #[must_use]
    pub fn weight(&self) -> usize {
        let sent = self
            .cookies()
            .unwrap_or_default()
            .iter()
            .map(|cookie| kept::weight(&cookie.name) + 24)
            .sum::<usize>();
        let answer = self.reply.as_ref().map_or(0, |reply| {
            let answer = &reply.answer;
            let lines = answer
                .www_authenticate
                .iter()
                .chain(&answer.proxy_authenticate)
                .map(|line| kept::weight(line) + 4);
            let set = answer
                .set_cookies
                .iter()
                .map(|line| kept::weight(&line.name) + kept::weight(&line.attributes) + 80);
            let fields = answer
                .fields
                .iter()
                .map(|(name, value)| kept::weight(name) + kept::weight(value) + 8);
            lines.chain(set).chain(fields).sum::<usize>()
                + answer.body.as_ref().map_or(0, |body| kept::weight(body))
        });
        let first = self.first.as_ref().map_or(0, Address::weight);
        400 + self.address.weight() + first + sent + answer
    }

    /// The status, where an answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.reply.as_ref().map(|reply| reply.answer.status)
    }

    /// Whether the status is this one.
    #[must_use]
    pub fn is(&self, status: u16) -> bool {
        self.status() == Some(status)
    }

    /// The challenges of the answer.
    #[must_use]
    pub fn challenges(&self) -> &[Challenge] {
        self.reply.as_ref().map_or(&[], |reply| &reply.challenges)
    }

    /// Whether it certainly went without any cookie.
    #[must_use]
    pub fn sent_no_cookie(&self) -> bool {
        self.cookies().is_some_and(<[_]>::is_empty)
    }

    /// The challenge that a browser answers, see [`scheme::best`].
    #[must_use]
    pub fn answerable(&self) -> Option<&Challenge> {
        self.reply.as_ref()?.answerable()
    }

    /// What is wrong with the challenges.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        self.reply.as_ref().map_or(&[], |reply| &reply.problems)
    }

    /// The challenge that made the browser ask for a name and password, if it did.
    #[must_use]
    pub fn open_prompt(&self) -> Option<Prompted> {
        let asked = self.prompts > 0 && matches!(self.status(), Some(401 | 407));
        self.answerable().filter(|_| asked).map(prompted)
    }

    /// Whether Chromium's prompt stands over the page, whose exchange has ended. One that was cancelled does not.
    #[must_use]
    pub fn prompt_stands(&self) -> bool {
        self.open_prompt().is_some() && (self.prompts == 1 || self.answered.is_some())
    }

    /// Typed views of the challenges.
    #[must_use]
    pub fn schemes(&self) -> Vec<scheme::View<'_>> {
        self.challenges().iter().map(scheme::View::of).collect()
    }

    /// A further response field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.reply.as_ref().and_then(|reply| reply.field(name))
    }

    /// The beginning of the body, from recordings only.
    #[must_use]
    pub fn body(&self) -> &str {
        self.reply
            .as_ref()
            .and_then(|reply| reply.answer.body.as_deref())
            .unwrap_or_default()
    }

    /// Whether credentials were sent in `Authorization`.
    /// Chromium does not show those that it adds by itself, so an absent field proves nothing there.
    #[must_use]
    pub fn authorization(&self, browser: Browser) -> Sent<&Credentials> {
        match &self.sent {
            Some(SentFields {
                authorization: Some(credentials),
                ..
            }) => Sent::Yes(credentials),
            Some(_) if browser != Browser::Chromium => Sent::No,
            _ => Sent::Unknowable,
        }
    }

    /// Whether a token of the page's own was certainly sent in `Authorization`, and not a name and password.
    #[must_use]
    pub fn carried_token(&self) -> bool {
        let sent = self.sent.as_ref().and_then(|it| it.authorization.as_ref());
        sent.is_some_and(|it| !is_http_login(&it.scheme))
    }

    /// Whether what was refused is a key that stands elsewhere than in `Authorization`. Where nobody looked at what was
    /// sent, only one in the address is known.
    #[must_use]
    pub fn carried_other_key(&self) -> bool {
        !self.carried_token() && (self.sent.is_some() || self.address.carries_token())
    }

    /// Whether the answer came out of the browser's own cache.
    #[must_use]
    pub fn is_from_cache(&self) -> bool {
        self.reply.as_ref().is_some_and(|it| it.answer.from_cache)
    }

    /// Whether this is a page's own request that was turned away to a sign-in page.
    #[must_use]
    pub fn turned_behind_a_page(&self) -> bool {
        self.resource_type == ResourceType::XmlHttpRequest
            && !self.address.is_sign_in()
            && !self.address.is_sign_out()
            && matches!(&self.end, End::Redirected(to) if to.is_sign_in())
    }

    /// The cookies sent, in order; `None` where nobody looked.
    #[must_use]
    pub fn cookies(&self) -> Option<&[SentCookie]> {
        self.sent.as_ref().map(|sent| sent.cookies.as_slice())
    }

    /// Names of the cookies sent that look like sessions, once each.
    #[must_use]
    pub fn session_cookies(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in &self.sessions {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Names of the session-like cookies, as often as they were sent.
    #[must_use]
    pub fn sessions_as_sent(&self) -> &[String] {
        &self.sessions
    }

    /// Bytes of the Cookie field, separators included.
    #[must_use]
    pub fn cookie_field_size(&self) -> u32 {
        let cookies = self.cookies().unwrap_or_default();
        cookies
            .iter()
            .map(|cookie| cookie.size + 2)
            .sum::<u32>()
            .saturating_sub(2)
    }

    /// The cookies that the answer sets.
    #[must_use]
    pub fn set_cookies(&self) -> &[SetCookie] {
        self.reply.as_ref().map_or(&[], |reply| &reply.set_cookies)
    }

    /// Whether the method asks for a change (RFC 9110 §9.2.1: not safe).
    #[must_use]
    pub fn is_write(&self) -> bool {
        !matches!(
            self.method.as_str(),
            "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PROPFIND" | "CONNECT"
        )
    }

    /// Whether its address may be asked for without its sign-in: a reading request that failed, to nothing that acts when
    /// it is opened.
    #[must_use]
    pub fn may_probe(&self) -> bool {
        let address = &self.address;
        !self.is_write()
            && self.status().is_some_and(|status| status >= 400)
            && !address.is_hand_off()
            && !address.is_sign_out()
            && !address.acts_when_opened()
    }

    /// Whether it is a document of a tab.
    #[must_use]
    pub fn is_document(&self) -> bool {
        self.resource_type == ResourceType::MainFrame
    }

    /// The page of another site that asked for it, where that is known.
    #[must_use]
    pub fn foreign_page(&self) -> Option<Address> {
        let page = Address::parse(self.initiator.as_deref()?, None)?;
        (!page.same_site(&self.address)).then_some(page)
    }

    /// Whether the answer is a redirect.
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        matches!(self.end, End::Redirected(_))
            || matches!(self.status(), Some(301 | 302 | 303 | 307 | 308))
    }

    /// Whether a 401 is a step of a handshake and no failure: NTLM and Negotiate with data, a stale Digest nonce,
    /// a DPoP nonce, a SCRAM or Mutual exchange (RFC 4559 §4.1, RFC 7616 §3.3, RFC 9449 §9, RFC 7804 §5, RFC 8120 §4.3).
    #[must_use]
    pub fn is_handshake_step(&self) -> bool {
        matches!(self.status(), Some(401 | 407))
            && (self.schemes().iter().any(scheme::View::is_handshake_step)
                || self.challenges().iter().any(goes_on))
    }
}

/// Whether a challenge is the server's first answer in an exchange of secrets: SCRAM's with data, Mutual's with a key
/// (RFC 7804 §5, RFC 8120 §4.3).
fn goes_on(challenge: &Challenge) -> bool {
    let has = |name: &str| challenge.param(name).is_some();
    has("sid") && (has("data") || has("ks1"))
}

/// What the prompt for a challenge says.
fn prompted(challenge: &Challenge) -> Prompted {
    let realm = challenge.param("realm").unwrap_or_default();
    Prompted {
        scheme: challenge.scheme.chars().take(32).collect(),
        realm: realm.chars().take(NAME_MAX).collect(),
    }
}

fn session_names(sent: &SentFields) -> Vec<String> {
    let names = sent.cookies.iter().map(|cookie| &cookie.name);
    names
        .filter(|name| cookie::is_session_like(name))
        .cloned()
        .collect()
}

fn cut(text: &mut String, max: usize) {
    // No text has more characters than bytes.
    if text.len() <= max {
        return;
    }
    if let Some((at, _)) = text.char_indices().nth(max) {
        text.truncate(at);
    }
}
