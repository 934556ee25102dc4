//! What the browser tells the extension: the differences between Chromium and Firefox, and between documents and
//! background requests, stand here and nowhere else in the simulator.

use readmit::event::{
    Answer, Browser, Credentials, Event, OBSERVED_FIELDS, Request as Seen, ResourceType,
    SentCookie, SentFields, SetCookieLine,
};
use url::Url;

use crate::browser::{Load, Simulator, Trouble};
use crate::jar::{host_of, site_of};
use crate::server::{Authorization, Request, Response};

/// How closely the extension looks at a kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// Documents: every event.
    Close,
    /// Pages within pages: every event, told together if the page fails.
    Whole,
    /// Background requests of a tab that is watched: fields and every end.
    Fair,
    /// Background requests elsewhere: failures alone.
    Cheap,
    /// Pictures and beacons: nothing.
    None,
}

impl Simulator {
    fn look(&self, load: &Load) -> Look {
        let is_preflight = load.kind == ResourceType::XmlHttpRequest && load.method == "OPTIONS";
        match load.kind {
            _ if load.ahead => Look::None,
            // Chromium tells of preflights only to those that look closely.
            _ if is_preflight && !self.watched.contains(&load.tab) => Look::None,
            ResourceType::MainFrame => Look::Close,
            ResourceType::SubFrame => Look::Whole,
            ResourceType::XmlHttpRequest if self.watched.contains(&load.tab) => Look::Fair,
            ResourceType::XmlHttpRequest => Look::Cheap,
            ResourceType::Script | ResourceType::Other => Look::None,
        }
    }

    fn seen(&self, load: &Load) -> Seen {
        Seen {
            request_id: load.id.clone(),
            tab_id: load.tab,
            resource_type: load.kind,
            method: load.method.clone(),
            url: load.url.to_string(),
            site: Some(site_of(&host_of(&load.url))),
            initiator: load.initiator.clone(),
            store: self.store_of(load.tab),
            has_user_info: !load.url.username().is_empty(),
            time: self.now,
        }
    }

    /// `onSendHeaders`.
    pub(crate) fn report_sent(&mut self, load: &Load, request: &Request) {
        if matches!(self.look(load), Look::Close | Look::Fair | Look::Whole) {
            let sent = Some(sent_fields(self.browser, request));
            let request = self.seen(load);
            self.tell(load, Event::RequestSent { request, sent });
        }
    }

    /// `onHeadersReceived`.
    pub(crate) fn report_headers(&mut self, load: &Load, response: &Response) {
        if matches!(self.look(load), Look::Close | Look::Whole) {
            let answer = answer(self.browser, response, true);
            let request = self.seen(load);
            self.tell(load, Event::HeadersReceived { request, answer });
        }
    }

    /// `onAuthRequired`, which Firefox keeps from listeners that do not block.
    pub(crate) fn report_auth_required(&mut self, load: &Load, is_proxy: bool) {
        let is_main = load.kind == ResourceType::MainFrame;
        if is_main && self.look(load) == Look::Close && self.browser == Browser::Chromium {
            self.emit(Event::AuthRequired {
                request: self.seen(load),
                is_proxy,
            });
        }
    }

    /// `onBeforeRedirect`.
    pub(crate) fn report_redirect(&mut self, load: &Load, response: &Response, to: &Url) {
        // Of a background request only the way to what may be a sign-in page is worth an event.
        let turned = matches!(self.look(load), Look::Fair | Look::Cheap)
            && ["login", "sso", "authorize"]
                .iter()
                .any(|word| to.as_str().contains(word));
        if turned {
            self.turned.insert(load.id.clone());
        }
        if turned || matches!(self.look(load), Look::Close | Look::Whole) {
            let request = self.seen(load);
            self.tell(
                load,
                Event::Redirected {
                    request,
                    status: response.status,
                    to: to.to_string(),
                    from_cache: response.from_cache,
                },
            );
        }
    }

    /// `onCompleted`.
    pub(crate) fn report_completed(&mut self, load: &Load, response: &Response) {
        let chain = self.chains.remove(&load.id).unwrap_or_default();
        let told = match self.look(load) {
            // A preflight that is refused is an error in Firefox.
            Look::Fair if load.method == "OPTIONS" && self.browser == Browser::Firefox => {
                response.status < 400
            }
            Look::Close | Look::Fair => true,
            Look::Whole => response.status >= 400 || self.watched.contains(&load.tab),
            Look::Cheap => response.status >= 400 || self.turned.contains(&load.id),
            Look::None => false,
        };
        if told {
            // The worker takes them in at one go: nothing can stop it in between.
            let restarts = std::mem::take(&mut self.restarts);
            for event in chain {
                self.emit(event);
            }
            self.restarts = restarts;
            // Chromium shows Set-Cookie only to listeners with extraHeaders, which this one is not.
            let with_cookies = self.look(load) == Look::Close && self.browser == Browser::Firefox;
            self.emit(Event::Completed {
                request: self.seen(load),
                answer: answer(self.browser, response, with_cookies),
            });
        }
    }

    /// A page's own event at once; one of a page within it is kept until that has ended.
    fn tell(&mut self, load: &Load, event: Event) {
        if self.look(load) == Look::Whole {
            self.chains.entry(load.id.clone()).or_default().push(event);
        } else {
            self.emit(event);
        }
    }

    /// `onErrorOccurred`. Of the parts of a page only what was blocked is told.
    pub(crate) fn report_failed(&mut self, load: &Load, trouble: Trouble) {
        self.chains.remove(&load.id);
        let blocked = trouble == Trouble::Blocked && load.kind != ResourceType::Other;
        if self.look(load) == Look::Close || blocked {
            let error = error_word(self.browser, trouble).to_owned();
            self.emit(Event::Failed {
                request: self.seen(load),
                error,
            });
        }
    }
}

fn error_word(browser: Browser, trouble: Trouble) -> &'static str {
    match (browser, trouble) {
        (Browser::Firefox, Trouble::NoAnswer) => "NS_ERROR_NET_RESET",
        (Browser::Firefox, Trouble::Loop) => "NS_ERROR_REDIRECT_LOOP",
        (Browser::Firefox, Trouble::Aborted) => "NS_BINDING_ABORTED",
        (Browser::Firefox, Trouble::Blocked) => "NS_ERROR_ABORT",
        (_, Trouble::Blocked) => "net::ERR_BLOCKED_BY_CLIENT",
        (_, Trouble::NoAnswer) => "net::ERR_EMPTY_RESPONSE",
        (_, Trouble::Loop | Trouble::Aborted) => "net::ERR_ABORTED",
    }
}

fn sent_fields(browser: Browser, request: &Request) -> SentFields {
    let shows = |authorization: &&Authorization| {
        browser == Browser::Firefox || matches!(authorization, Authorization::Token { .. })
    };
    SentFields {
        authorization: request
            .authorization
            .as_ref()
            .filter(shows)
            .map(credentials),
        proxy_authorization: request
            .proxy_authorization
            .as_ref()
            .filter(shows)
            .map(credentials),
        cookies: request
            .cookies
            .iter()
            .map(|(name, value)| SentCookie {
                name: name.clone(),
                size: size(name.len() + 1 + value.len()),
            })
            .collect(),
        referer: request.referer.is_some(),
        origin_is_null: request.origin.as_ref().map(|origin| origin == "null"),
        key: false,
    }
}

fn credentials(authorization: &Authorization) -> Credentials {
    let exp = match authorization {
        Authorization::Token { exp, .. } => *exp,
        _ => None,
    };
    Credentials {
        scheme: authorization.scheme().to_owned(),
        exp,
        nbf: None,
        iat: exp.map(|exp| exp - 3600),
    }
}

fn answer(browser: Browser, response: &Response, with_cookies: bool) -> Answer {
    let lines = |name: &str| {
        let lines = response.values(name);
        // Firefox joins the lines of one field name.
        if browser == Browser::Firefox && lines.len() > 1 {
            vec![lines.join("\n")]
        } else {
            lines
        }
    };
    Answer {
        status: response.status,
        www_authenticate: lines("www-authenticate"),
        proxy_authenticate: lines("proxy-authenticate"),
        set_cookies: if with_cookies {
            response
                .values("set-cookie")
                .iter()
                .map(|line| set_cookie(line))
                .collect()
        } else {
            Vec::new()
        },
        fields: response
            .fields
            .iter()
            .filter(|(name, _)| OBSERVED_FIELDS.contains(&name.as_str()))
            .cloned()
            .collect(),
        fields_seen: true,
        // Chromium tells only with the redirect itself.
        from_cache: response.from_cache && browser == Browser::Firefox,
        body: None,
    }
}

fn set_cookie(line: &str) -> SetCookieLine {
    let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    let (name, value) = (name.trim(), value.trim());
    SetCookieLine {
        name: name.to_owned(),
        value_size: size(value.len()),
        cleared: value.is_empty() || value == "deleted",
        attributes: attributes.trim().to_owned(),
    }
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
