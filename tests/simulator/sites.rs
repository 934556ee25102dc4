//! The usual kinds of sites, with knobs for what goes wrong on them.

use std::cell::RefCell;
use std::rc::Rc;

use crate::server::{Authorization, Request, Response};
use crate::story::RIGHT;

/// A site with a sign-in form and a session cookie.
#[derive(Clone)]
pub(crate) struct Accounts {
    /// The session cookie's name.
    pub(crate) cookie: &'static str,
    /// Its attributes.
    pub(crate) attributes: &'static str,
    /// Values that the site accepts.
    pub(crate) sessions: Rc<RefCell<Vec<String>>>,
    /// Where the form is.
    pub(crate) form: &'static str,
    /// The sign-in page takes any session cookie for a sign-in and sends the person back.
    pub(crate) form_trusts_any_cookie: bool,
    /// A sign-in sets a cookie only where none was sent.
    pub(crate) keeps_old_cookie: bool,
    /// The answer to a wrong password.
    pub(crate) refusal: u16,
    /// After a sign-in the person lands here, wherever they came from.
    pub(crate) lands_at: Option<&'static str>,
    /// Pages that even a signed-in person may not see.
    pub(crate) forbidden: &'static str,
    /// A page for members answers 401 where it does not send people to the form.
    pub(crate) answers_401: bool,
}

impl Accounts {
    pub(crate) fn new() -> Accounts {
        Accounts {
            cookie: "sid",
            attributes: "Path=/; HttpOnly; SameSite=Lax",
            sessions: Rc::default(),
            form: "/login",
            form_trusts_any_cookie: false,
            keeps_old_cookie: false,
            refusal: 401,
            lands_at: None,
            forbidden: "/forbidden",
            answers_401: false,
        }
    }

    /// The same, accepting a session from earlier.
    pub(crate) fn knows(self, session: &str) -> Accounts {
        self.sessions.borrow_mut().push(session.to_owned());
        self
    }

    /// Whether the request carries a session that is known.
    pub(crate) fn is_in(&self, request: &Request) -> bool {
        let session = request.cookie(self.cookie);
        session.is_some_and(|value| self.sessions.borrow().iter().any(|s| s == value))
    }

    pub(crate) fn answer(&self, request: &Request) -> Response {
        let signed_in = self.is_in(request);
        match request.path() {
            path if path == self.form && request.method == "POST" => self.sign_in(request),
            path if path == self.form
                && self.form_trusts_any_cookie
                && request.cookie(self.cookie).is_some() =>
            {
                Response::found("/")
            }
            path if path == self.form => self.show_form(request),
            "/logout" => Response::found(self.form)
                .set_cookie(format!("{}=; {}; Max-Age=0", self.cookie, self.attributes)),
            "/favicon.ico" => Response::status(404),
            path if path.starts_with(self.forbidden) && signed_in => Response::status(403),
            _ if signed_in => Response::wanted(),
            _ if self.answers_401 => self.show_form(request).replaced_status(401),
            path => Response::found(&format!("{}?next={path}", self.form)),
        }
    }

    fn show_form(&self, request: &Request) -> Response {
        let next = request.query("next").unwrap_or_else(|| "/".to_owned());
        Response::status(200).form(self.form, &[("next", &next)])
    }

    fn sign_in(&self, request: &Request) -> Response {
        if request.field("user") != Some("ann") || request.field("password") != Some(RIGHT) {
            let next = request.field("next").unwrap_or("/").to_owned();
            return Response::status(self.refusal).form(self.form, &[("next", &next)]);
        }
        let next = self.lands_at.or(request.field("next")).unwrap_or("/");
        let response = Response::redirect(303, next);
        if self.keeps_old_cookie && request.cookie(self.cookie).is_some() {
            return response;
        }
        let session = format!("hush-session-{}", self.sessions.borrow().len() + 1);
        self.sessions.borrow_mut().push(session.clone());
        response.set_cookie(format!("{}={session}; {}", self.cookie, self.attributes))
    }
}

impl Response {
    /// The same page under another status.
    pub(crate) fn replaced_status(mut self, status: u16) -> Response {
        self.status = status;
        self
    }
}

/// A site behind HTTP's own sign-in: `ann` may go everywhere, `guest` everywhere but below `/admin`.
#[derive(Clone, Copy)]
pub(crate) struct HttpLogin {
    pub(crate) challenge: &'static str,
    /// `/admin` refuses a guest with 403 instead of asking again.
    pub(crate) forbids_guests: bool,
}

impl HttpLogin {
    pub(crate) fn basic() -> HttpLogin {
        HttpLogin {
            challenge: "Basic realm=\"Lab\"",
            forbids_guests: true,
        }
    }

    pub(crate) fn digest() -> HttpLogin {
        HttpLogin {
            challenge: "Digest realm=\"Lab\", nonce=\"n1\", qop=\"auth\", algorithm=MD5",
            forbids_guests: true,
        }
    }

    pub(crate) fn answer(self, request: &Request) -> Response {
        let challenge = || Response::challenge(self.challenge);
        match request.login() {
            Some(("ann", RIGHT)) => Response::wanted(),
            Some(("guest", RIGHT)) if !request.path().starts_with("/admin") => Response::wanted(),
            Some(("guest", RIGHT)) if self.forbids_guests => Response::status(403),
            _ => challenge(),
        }
    }
}

/// What an interface answers to a token.
pub(crate) fn accepts(request: &Request, token: &str) -> bool {
    matches!(&request.authorization, Some(Authorization::Token { value, .. }) if value == token)
}

/// A form that is bound to a cookie set with it: the page, and what a stale one answers.
pub(crate) struct Guarded {
    pub(crate) cookie: &'static str,
    pub(crate) stale: u16,
    issued: u32,
}

impl Guarded {
    pub(crate) fn new(cookie: &'static str, stale: u16) -> Guarded {
        Guarded {
            cookie,
            stale,
            issued: 0,
        }
    }

    pub(crate) fn answer(&mut self, request: &Request) -> Response {
        match (request.method.as_str(), request.path()) {
            ("GET", "/form") => {
                self.issued += 1;
                let code = format!("hush-code-{}", self.issued);
                Response::status(200)
                    .form("/form", &[("csrf", &code)])
                    .set_cookie(format!("{}={code}; Path=/", self.cookie))
            }
            ("POST", "/form")
                if request
                    .cookie(self.cookie)
                    .is_some_and(|code| request.field("csrf") == Some(code)) =>
            {
                Response::redirect(303, "/done")
            }
            ("POST", "/form") => Response::status(self.stale),
            _ => Response::wanted(),
        }
    }
}

/// A form as Django guards it: its code stays until a sign-in, which the form is, draws a new one.
pub(crate) struct Django {
    code: String,
    issued: u32,
}

impl Django {
    pub(crate) fn new() -> Django {
        Django {
            code: "hush-code-0".to_owned(),
            issued: 0,
        }
    }

    pub(crate) fn answer(&mut self, request: &Request) -> Response {
        match (request.method.as_str(), request.path()) {
            ("GET", "/form") => Response::status(200)
                .form("/form", &[("csrf", &self.code)])
                .set_cookie(format!("csrftoken={}; Path=/", self.code)),
            ("POST", "/form") if request.field("csrf") == request.cookie("csrftoken") => {
                self.issued += 1;
                self.code = format!("hush-code-{}", self.issued);
                Response::redirect(303, "/done")
                    .set_cookie(format!("csrftoken={}; Path=/", self.code))
                    .set_cookie(format!("sessionid=hush-{}; Path=/", self.issued))
            }
            ("POST", "/form") => Response::status(403),
            _ => Response::wanted(),
        }
    }
}
