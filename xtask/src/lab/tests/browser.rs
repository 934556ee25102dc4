//! A browser small enough to trust: jar, redirects, prompts, forms, and the one script of the lab, over plain HTTP/1.1.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use axum::body::{Body, to_bytes};
use axum::http::header::{
    AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, LOCATION, PROXY_AUTHORIZATION, SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderName, Method, Request, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::lab::Lab;
use crate::lab::wall::{CookieMatch, Server, Step, Wall, WrongFix};

/// Both browsers follow this many redirects and then give up.
const HOPS: usize = 20;

/// Both browsers keep so many cookies of one domain.
const JAR_MAX: usize = 180;

/// A cookie of the jar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cookie {
    pub(super) name: String,
    pub(super) value: String,
    /// Without a leading dot.
    pub(super) domain: String,
    pub(super) host_only: bool,
    pub(super) secure: bool,
    /// The value of SameSite, where it has one.
    same_site: String,
    /// It lives for seconds only.
    pub(super) is_short: bool,
}

/// One request and its answer.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    pub(super) method: Method,
    url: String,
    pub(super) host: String,
    pub(super) path: String,
    /// Names in the order sent.
    pub(super) cookies: Vec<String>,
    pub(super) cookie_bytes: usize,
    /// The auth-scheme sent.
    pub(super) scheme: Option<String>,
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Exchange {
    /// A field of the answer; lines are joined by `\n`.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        let lines: Vec<_> = self
            .headers
            .get_all(name)
            .iter()
            .map(|line| line.to_str().unwrap_or("?"))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// A posted form, kept for a reload.
#[derive(Debug, Clone)]
struct Form {
    body: String,
}

/// What the next load is.
#[derive(Debug, Clone)]
struct Load {
    url: String,
    form: Option<Form>,
    /// A page of another site leads there.
    crosses: bool,
}

/// The browser with one tab.
pub(super) struct Browser<'a> {
    lab: &'a Lab,
    wall: &'static Wall,
    pub(super) jar: Vec<Cookie>,
    storage: BTreeMap<String, String>,
    /// What the person answers to the next prompt.
    typed: Option<(String, String)>,
    /// The credentials kept for the wall's host, and for the proxy.
    kept: Option<(String, String)>,
    /// The last Digest challenge, to answer the next request without being asked.
    digest: Option<BTreeMap<String, String>>,
    digest_uses: u32,
    /// Whether the kept credentials go by NTLM, anew for each load.
    ntlm: bool,
    /// The exchanges of the last load, redirects and repeats included.
    pub(super) trace: Vec<Exchange>,
    /// The request of the page's script, if the last page has one.
    pub(super) script: Option<Exchange>,
    /// Whether redirects ended the last load.
    pub(super) looped: bool,
    last: Load,
    /// The settings let no site keep cookies.
    blocks_cookies: bool,
}

impl<'a> Browser<'a> {
    /// A fresh profile.
    pub(super) fn new(lab: &'a Lab, wall: &'static Wall) -> Browser<'a> {
        let last = Load {
            url: String::new(),
            form: None,
            crosses: false,
        };
        Browser {
            lab,
            wall,
            jar: Vec::new(),
            storage: BTreeMap::new(),
            typed: None,
            kept: None,
            digest: None,
            digest_uses: 0,
            ntlm: false,
            trace: Vec::new(),
            script: None,
            looped: false,
            last,
            blocks_cookies: false,
        }
    }

    /// Carries out a step of the table.
    pub(super) async fn step(&mut self, step: &Step) -> anyhow::Result<()> {
        match step {
            Step::Open { path } => self.open(self.wall.host, path).await,
            Step::OpenAt { host, path } => self.open(host, path).await,
            Step::OpenWithCredentials {
                path,
                user,
                password,
            }
            | Step::OpenWithUserInfo {
                path,
                user,
                password,
            } => {
                self.type_credentials(user, password);
                self.open(self.wall.host, path).await
            }
            Step::AnswerPrompt { user, password } => {
                self.type_credentials(user, password);
                self.open(self.wall.host, self.wall.wanted_path).await
            }
            Step::FillAndSubmit { fields } => {
                self.submit(fields).await?;
                if self.wall.remedy == "open-portal" {
                    // As Readmit does once something was sent to the network's own page.
                    self.open(self.wall.host, self.wall.wanted_path).await?;
                }
                Ok(())
            }
            Step::ServerForgets => self.lab.forget(self.wall).await,
            Step::InSecondTab { steps } => {
                let (trace, last) = (self.trace.clone(), self.last.clone());
                for step in *steps {
                    Box::pin(self.step(step)).await?;
                }
                (self.trace, self.last) = (trace, last);
                Ok(())
            }
            Step::LoseCookie { name } => {
                let before = self.jar.len();
                self.jar.retain(|cookie| cookie.name != *name);
                ensure!(
                    self.jar.len() < before,
                    "expected a cookie `{name}` to lose"
                );
                Ok(())
            }
            Step::OpenOtherPort { path } => {
                let url = self.lab.other_port(self.wall, path);
                self.go(url, None, false).await
            }
            Step::FollowLink => {
                let link = self.page()?.body.split("id=\"go\" ").nth(1);
                let link = link.and_then(|link| attribute(link, "href"));
                self.go(link.context("expected a link")?, None, true).await
            }
            Step::BlockCookies => {
                self.blocks_cookies = true;
                Ok(())
            }
            // The button has done it already.
            Step::AllowCookiesByHand => Ok(()),
            Step::ClockIsSet => {
                self.lab.set_clock(self.wall);
                Ok(())
            }
            // A page that waits for its site to forget somebody: the cookie for that runs out.
            Step::WaitFor { selector } if selector.contains("late") => {
                self.jar.retain(|cookie| !cookie.is_short);
                Ok(())
            }
            // What a page's script does is done when `open` returns.
            Step::WaitFor { .. } => Ok(()),
            Step::PauseAddon | Step::BeginElsewhere { .. } => {
                bail!("expected a story that needs no real browser")
            }
        }
    }

    /// Carries out a remedy as Readmit would.
    pub(super) async fn remedy(&mut self, id: &str) -> anyhow::Result<()> {
        let wanted = self.wall.wanted_path;
        match id {
            "" | "ask-owner" | "ask-it" | "use-proxy-password" | "fix-clock" => return Ok(()),
            "open-portal" => return self.open("hotspot-wifi.test", "/welcome").await,
            "request-new-link" => return self.open(self.wall.host, "/").await,
            "reload" => {
                self.lab
                    .pass_time(self.wall, std::time::Duration::from_secs(1));
                return self.reload().await;
            }
            "sign-in"
            | "retype-password"
            | "start-over"
            | "switch-account"
            | "open-without-credentials" => {}
            "open-https" | "open-sibling-host" => {
                return self.go(self.lab.wanted(self.wall)?, None, false).await;
            }
            "allow-cookies" => self.blocks_cookies = false,
            "remove-cookies" => self.remove(self.wall.may_remove),
            "clear-stored-token" => {
                for key in self.wall.may_remove_stored {
                    self.storage.remove(*key);
                }
            }
            "forget-http-login" => {
                self.kept = None;
                self.digest = None;
            }
            "reset-password" => {
                return self
                    .open(self.wall.host, "/.well-known/change-password")
                    .await;
            }
            "wait" => {
                let seconds = self
                    .page()?
                    .field("retry-after")
                    .context("expected Retry-After")?
                    .parse()?;
                self.lab
                    .pass_time(self.wall, std::time::Duration::from_secs(seconds));
            }
            other => bail!("expected a remedy of the lab, but found `{other}`"),
        }
        self.open(self.wall.host, wanted).await
    }

    /// Follows bad advice.
    pub(super) async fn wrong_fix(&mut self, fix: &WrongFix) -> anyhow::Result<()> {
        let wanted = self.wall.wanted_path;
        match fix {
            WrongFix::Reload => return self.reload().await,
            WrongFix::RemoveAllCookies => self.jar.clear(),
            WrongFix::RemoveCookies { cookies } => self.remove(cookies),
            WrongFix::AnswerPrompt { user, password } => self.type_credentials(user, password),
            WrongFix::SignInAgain { fields } => {
                self.open(self.wall.host, wanted).await?;
                if self
                    .page()
                    .is_ok_and(|page| page.body.contains("id=\"sign-in\""))
                    && !self.looped
                {
                    self.submit(fields).await?;
                }
                return Ok(());
            }
        }
        self.open(self.wall.host, wanted).await
    }

    /// Opens an address of the wall.
    pub(super) async fn open(&mut self, host: &str, path: &str) -> anyhow::Result<()> {
        self.go(self.lab.url_at(self.wall, host, path)?, None, false)
            .await
    }

    /// Posts an empty form to an address of the lab.
    pub(super) async fn post(&mut self, host: &str, path: &str) -> anyhow::Result<()> {
        let form = Form {
            body: String::new(),
        };
        let url = self.lab.url_at(self.wall, host, path)?;
        self.go(url, Some(form), false).await
    }

    /// Opens the page that the person wanted.
    pub(super) async fn open_wanted(&mut self) -> anyhow::Result<()> {
        self.go(self.lab.wanted(self.wall)?, None, false).await
    }

    async fn go(&mut self, url: String, form: Option<Form>, crosses: bool) -> anyhow::Result<()> {
        self.load(Load { url, form, crosses }).await
    }

    /// Loads the last address again, the form included.
    pub(super) async fn reload(&mut self) -> anyhow::Result<()> {
        self.load(self.last.clone()).await
    }

    /// The last exchange of the last load.
    pub(super) fn page(&self) -> anyhow::Result<&Exchange> {
        self.trace.last().context("expected a page to be open")
    }

    /// Whether the page the person wanted is open, and shows.
    pub(super) fn is_in(&self) -> bool {
        let Some(page) = self.trace.last().filter(|_| !self.looped) else {
            return false;
        };
        let static_mark = page.body.contains("<meta name=\"lab\" content=\"OK\">");
        let script_mark = self
            .script
            .as_ref()
            .is_some_and(|exchange| exchange.status == 200);
        let own = self.wall.hosts().any(|host| host == page.host);
        let here = own && page.path == self.wall.wanted_path;
        here && page.status == 200 && (static_mark || script_mark)
    }

    fn type_credentials(&mut self, user: &str, password: &str) {
        self.typed = Some((user.to_owned(), password.to_owned()));
    }

    fn remove(&mut self, cookies: &[CookieMatch]) {
        self.jar.retain(|cookie| {
            !cookies
                .iter()
                .any(|fix| fix.covers(&cookie.name, &cookie.domain))
        });
    }

    async fn submit(&mut self, fields: &[(&str, &str)]) -> anyhow::Result<()> {
        let page = self.page()?.clone();
        let form = page
            .body
            .split("<form ")
            .nth(1)
            .context("expected a form")?;
        let mut pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        for hidden in form.split("<input type=\"hidden\" ").skip(1) {
            let (name, value) = (attribute(hidden, "name"), attribute(hidden, "value"));
            pairs.push(format!(
                "{}={}",
                name.context("expected a name")?,
                value.context("expected a value")?
            ));
        }
        let body = pairs.join("&");
        if page.body.contains("data-api=") {
            return self.submit_by_script(&body).await;
        }
        let action = attribute(form, "action").context("expected an action")?;
        let url = resolve(&page.url, &action);
        self.go(url, Some(Form { body }), false).await?;
        // A page that sends its one form by itself, to another site.
        let page = self.page()?.body.clone();
        if let Some(form) = page.split("<form id=\"relay\" ").nth(1) {
            let action = attribute(form, "action").context("expected an action")?;
            let value = attribute(form, "value").context("expected a value")?;
            let body = format!("state={value}");
            self.go(action, Some(Form { body }), true).await?;
        }
        Ok(())
    }

    /// What `application.js` does when the form is submitted.
    async fn submit_by_script(&mut self, body: &str) -> anyhow::Result<()> {
        let form = Form {
            body: body.to_owned(),
        };
        let answer = self
            .exchange(
                &self.lab.url(self.wall, "/api/login")?,
                Some(&form),
                None,
                false,
            )
            .await?;
        ensure!(
            answer.status == 200,
            "expected the sign-in to work, but found {}",
            answer.status
        );
        let value: serde_json::Value = serde_json::from_str(&answer.body)?;
        let token = value
            .get("token")
            .and_then(serde_json::Value::as_str)
            .context("expected a token")?;
        self.storage.insert("token".to_owned(), token.to_owned());
        self.run_script().await
    }

    /// What the scripts of the lab do when a page is open.
    async fn run_script(&mut self) -> anyhow::Result<()> {
        let page = self.page()?.clone();
        if let Some(seed) = page.body.split("localStorage.setItem('token', '").nth(1) {
            let token = seed.split('\'').next().unwrap_or_default();
            self.storage.insert("token".to_owned(), token.to_owned());
        }
        let (Some(api), Some(token)) =
            (attribute(&page.body, "data-api"), self.storage.get("token"))
        else {
            return Ok(());
        };
        let bearer = format!("Bearer {token}");
        let url = resolve(&page.url, &api);
        self.script = Some(self.exchange(&url, None, Some(bearer), false).await?);
        Ok(())
    }

    async fn load(&mut self, load: Load) -> anyhow::Result<()> {
        self.last = load.clone();
        self.trace.clear();
        self.script = None;
        self.looped = false;
        let (mut url, mut form) = (load.url, load.form);
        for _ in 0..=HOPS {
            let answer = self.with_prompts(&url, form.as_ref(), load.crosses).await?;
            let Some(to) = answer
                .headers
                .get(LOCATION)
                .filter(|_| (300..400).contains(&answer.status))
            else {
                return self.run_script().await;
            };
            url = resolve(&url, to.to_str()?);
            form = None;
        }
        self.looped = true;
        Ok(())
    }

    /// One request, repeated with credentials where the answer asks for them and there are any.
    async fn with_prompts(
        &mut self,
        url: &str,
        form: Option<&Form>,
        crosses: bool,
    ) -> anyhow::Result<Exchange> {
        let address: Uri = url.parse()?;
        let path = address.path_and_query().map_or("/", |path| path.as_str());
        let proxied = self.wall.server == Server::Squid;
        let first = match (&self.kept, &self.digest) {
            (Some(_), Some(_)) => Some(self.digest_answer(path)?),
            (Some((user, password)), None) if !self.ntlm => Some(basic(user, password)),
            _ => None,
        };
        let mut answer = self.exchange(url, form, first, crosses).await?;
        self.trace.push(answer.clone());
        // At most three messages: no scheme here takes more.
        for _ in 0..3 {
            let field = if proxied {
                "proxy-authenticate"
            } else {
                "www-authenticate"
            };
            let challenge = answer
                .field(field)
                .filter(|_| matches!(answer.status, 401 | 407));
            let Some(credentials) =
                challenge.and_then(|challenge| self.answer_to(&challenge, path).transpose())
            else {
                return Ok(answer);
            };
            answer = self
                .exchange(url, form, Some(credentials?), crosses)
                .await?;
            self.trace.push(answer.clone());
        }
        Ok(answer)
    }

    /// What to send after this challenge; nothing where nobody answers the prompt.
    fn answer_to(&mut self, challenge: &str, path: &str) -> anyhow::Result<Option<String>> {
        if let Some(token) = challenge.strip_prefix("NTLM ") {
            let message = STANDARD.decode(token)?;
            ensure!(
                message.starts_with(b"NTLMSSP\0\x02\0\0\0"),
                "expected the second message of NTLM"
            );
            return Ok(Some(format!(
                "NTLM {}",
                STANDARD.encode(b"NTLMSSP\0\x03\0\0\0")
            )));
        }
        let params = params(challenge);
        let stale = params.get("stale").is_some_and(|value| value == "true");
        match self.typed.take() {
            Some(typed) => self.kept = Some(typed),
            None if stale || (self.ntlm && challenge == "NTLM") => {}
            // The prompt shows, and nobody is there.
            None => {
                self.kept = None;
                return Ok(None);
            }
        }
        if challenge.starts_with("Digest ") {
            self.digest = Some(params);
            self.digest_uses = 0;
            return self.digest_answer(path).map(Some);
        }
        if challenge == "NTLM" {
            self.ntlm = true;
            return Ok(Some(format!(
                "NTLM {}",
                STANDARD.encode(b"NTLMSSP\0\x01\0\0\0")
            )));
        }
        if !challenge.starts_with("Basic ") {
            return Ok(None);
        }
        let (user, password) = self.kept.as_ref().context("expected credentials")?;
        Ok(Some(basic(user, password)))
    }

    /// Digest with MD5 and qop=auth (RFC 7616 §3.4).
    fn digest_answer(&mut self, path: &str) -> anyhow::Result<String> {
        let (user, password) = self.kept.clone().context("expected credentials")?;
        let challenge = self
            .digest
            .as_ref()
            .context("expected a Digest challenge")?;
        let part = |name: &str| challenge.get(name).map_or("", String::as_str);
        let (realm, nonce) = (part("realm"), part("nonce"));
        self.digest_uses += 1;
        let count = format!("{:08x}", self.digest_uses);
        let first = md5::compute(format!("{user}:{realm}:{password}"));
        let second = md5::compute(format!("GET:{path}"));
        let response = md5::compute(format!("{first:x}:{nonce}:{count}:own:auth:{second:x}"));
        Ok(format!(
            "Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{path}\", algorithm=MD5, \
             response=\"{response:x}\", qop=auth, nc={count}, cnonce=\"own\""
        ))
    }

    /// One request and its answer, with the jar's cookies; the answer's cookies go into the jar.
    async fn exchange(
        &mut self,
        url: &str,
        form: Option<&Form>,
        credentials: Option<String>,
        crosses: bool,
    ) -> anyhow::Result<Exchange> {
        let address: Uri = url.parse()?;
        let host = address.host().context("expected a host")?.to_owned();
        let path = address.path_and_query().map_or("/", |path| path.as_str());
        let authority = address.authority().context("expected a host")?.to_string();
        let secure = address.scheme_str() == Some("https");
        let crossing = crosses.then_some(form.is_some());
        let cookies = self.cookies_for(&host, secure, crossing);
        let mut names = Vec::new();
        let mut request = Request::builder().header(HOST, &authority);
        let line: Vec<String> = cookies
            .iter()
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        let line = line.join("; ");
        if !line.is_empty() {
            names = cookies.iter().map(|cookie| cookie.name.clone()).collect();
            request = request.header(COOKIE, &line);
        }
        let proxied = self.wall.server == Server::Squid;
        if let Some(credentials) = &credentials {
            let field: HeaderName = if proxied {
                PROXY_AUTHORIZATION
            } else {
                AUTHORIZATION
            };
            request = request.header(field, credentials);
        }
        let method = if form.is_some() {
            Method::POST
        } else {
            Method::GET
        };
        if form.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let body = form.map_or_else(Body::empty, |form| Body::from(form.body.clone()));
        // Through a proxy the whole address stands in the request line (RFC 9112 §3.2.2).
        let target = if proxied {
            address.to_string()
        } else {
            path.to_owned()
        };
        let request = request.method(method.clone()).uri(target).body(body)?;
        let (status, headers, body) = self.send(&address, request).await?;
        self.keep_cookies(&host, secure, &headers)?;
        Ok(Exchange {
            method,
            url: url.to_owned(),
            host: host.clone(),
            path: path.to_owned(),
            cookies: names,
            cookie_bytes: line.len(),
            scheme: credentials.and_then(|text| text.split(' ').next().map(str::to_owned)),
            status,
            headers,
            body,
        })
    }

    async fn send(
        &self,
        address: &Uri,
        request: Request<Body>,
    ) -> anyhow::Result<(u16, HeaderMap, String)> {
        let place = match (self.wall.server, self.lab.proxy()) {
            (Server::Squid, Some(proxy)) => proxy,
            _ => format!(
                "127.0.0.1:{}",
                address.port_u16().context("expected a port")?
            ),
        };
        let stream = TcpStream::connect(place).await?;
        if address.scheme_str() != Some("https") {
            return converse(stream, request).await;
        }
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(
            self.lab.ca_pem().as_bytes(),
        )?)?;
        let config =
            ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_root_certificates(roots)
                .with_no_client_auth();
        let name = ServerName::try_from(address.host().unwrap_or_default().to_owned())?;
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await?;
        converse(stream, request).await
    }

    /// The cookies for a host in the order of RFC 6265bis §5.8.3: all paths are `/` here, so the oldest comes first.
    /// A request that another site leads to (`crossing`: by a form or not) goes without those that SameSite keeps back.
    fn cookies_for(&self, host: &str, secure: bool, crossing: Option<bool>) -> Vec<Cookie> {
        if self.blocks_cookies {
            return Vec::new();
        }
        let crosses = |cookie: &Cookie| match (crossing, cookie.same_site.as_str()) {
            (None, _) | (Some(false), "Lax") => true,
            (Some(_), same_site) => !matches!(same_site, "Strict" | "Lax"),
        };
        let fits = |cookie: &&Cookie| {
            let below = host
                .strip_suffix(&cookie.domain)
                .is_some_and(|rest| rest.ends_with('.'));
            let here = cookie.domain == host || (!cookie.host_only && below);
            here && (secure || !cookie.secure) && crosses(cookie)
        };
        self.jar.iter().filter(fits).cloned().collect()
    }

    fn keep_cookies(
        &mut self,
        host: &str,
        secure: bool,
        headers: &HeaderMap,
    ) -> anyhow::Result<()> {
        if self.blocks_cookies {
            return Ok(());
        }
        for line in headers.get_all(SET_COOKIE) {
            let mut parts = line.to_str()?.split("; ");
            let (name, value) = parts
                .next()
                .and_then(|pair| pair.split_once('='))
                .context("expected a pair")?;
            let mut cookie = Cookie {
                name: name.to_owned(),
                value: value.to_owned(),
                domain: host.to_owned(),
                host_only: true,
                secure: false,
                same_site: String::new(),
                is_short: false,
            };
            let mut over = false;
            for attribute in parts {
                match attribute.split_once('=') {
                    Some(("Max-Age", age)) => {
                        let age: i64 = age.parse()?;
                        over = age <= 0;
                        cookie.is_short = age < 10;
                    }
                    Some(("Domain", domain)) => {
                        cookie.domain = domain.to_owned();
                        cookie.host_only = false;
                    }
                    Some(("SameSite", value)) => cookie.same_site = value.to_owned(),
                    None if attribute == "Secure" => cookie.secure = true,
                    _ => {}
                }
            }
            let same = |old: &&mut Cookie| {
                (&old.name, &old.domain, old.host_only)
                    == (&cookie.name, &cookie.domain, cookie.host_only)
            };
            if over {
                self.jar.retain_mut(|mut old| !same(&mut old));
                continue;
            }
            // RFC 6265bis §5.7: too large, or by http what is for https alone, also as an overwrite.
            let held = |old: &Cookie| old.secure && old.name == cookie.name;
            let too_large = cookie.name.len() + cookie.value.len() > 4096;
            if too_large || (!secure && (cookie.secure || self.jar.iter().any(held))) {
                continue;
            }
            match self.jar.iter_mut().find(same) {
                Some(old) => *old = cookie,
                None => self.jar.push(cookie),
            }
            // Firefox drops the oldest one at a time; Chromium thirty at once.
            if self.jar.len() > JAR_MAX {
                self.jar.remove(1);
            }
        }
        Ok(())
    }
}

/// The address that a page names, relative to its own.
fn resolve(page: &str, to: &str) -> String {
    if to.contains("://") {
        return to.to_owned();
    }
    let origin: Vec<&str> = page.splitn(4, '/').take(3).collect();
    format!("{}{to}", origin.join("/"))
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Body>,
) -> anyhow::Result<(u16, HeaderMap, String)> {
    let (mut sender, connection) = http1::Builder::new()
        .max_headers(400)
        .handshake(TokioIo::new(stream))
        .await?;
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request).await?;
    let (parts, body) = answer.into_parts();
    let body = to_bytes(Body::new(body), 1 << 20).await?;
    connection.abort();
    Ok((
        parts.status.as_u16(),
        parts.headers,
        String::from_utf8_lossy(&body).into_owned(),
    ))
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// The first `name="value"` in the text.
fn attribute(html: &str, name: &str) -> Option<String> {
    let rest = html.split(&format!("{name}=\"")).nth(1)?;
    rest.split('"').next().map(str::to_owned)
}

/// The auth-params of a challenge whose values hold no comma.
fn params(challenge: &str) -> BTreeMap<String, String> {
    let list = challenge.split_once(' ').map_or("", |(_, list)| list);
    let pairs = list
        .split(',')
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .map(|(name, value)| {
            (
                name.to_ascii_lowercase(),
                value.trim_matches('"').to_owned(),
            )
        })
        .collect()
}
