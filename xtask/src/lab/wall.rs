//! What one login wall of the lab is made of: data that the index page, the demo and the tests all read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// One login wall: where it stands, how a person gets stuck, what is true, and what gets them in.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Wall {
    /// Kebab-case name, unique in the table; also the first label of the host.
    pub(crate) id: &'static str,
    /// A few words for the index page.
    pub(crate) title: &'static str,
    /// What the person sees, in one or two sentences.
    pub(crate) seen: &'static str,
    /// The host name in the address bar, `<id>.test` unless the wall is about host names.
    pub(crate) host: &'static str,
    /// Further host names the story visits.
    pub(crate) other_hosts: &'static [&'static str],
    /// Which program answers on the host, and over which scheme.
    pub(crate) server: Server,
    /// The address at which the person meets the wall.
    pub(crate) start_path: &'static str,
    /// The address at which the page marked `OK` shows once the person is in.
    pub(crate) wanted_path: &'static str,
    /// On which host and by which scheme that is.
    pub(crate) wanted_at: WantedAt,
    /// How one gets stuck, in order; the last step meets the wall. Nothing is set up before the first.
    pub(crate) setup: &'static [Step],
    /// The person presses "see what others get here" before the popup says what is on top.
    pub(crate) check: bool,
    /// The finding on top (`design.md` §4 of the contracts); empty when nothing is wrong.
    pub(crate) finding: &'static str,
    /// Which states the popup may show.
    pub(crate) states: &'static [State],
    /// The remedy offered first; empty when nothing is wrong.
    pub(crate) remedy: &'static str,
    /// Remedies that must be offered after the first one, in this order.
    pub(crate) later_remedies: &'static [&'static str],
    /// Remedies that may be offered later although they touch something and do not lead in; where nothing leads in, no
    /// other may touch anything.
    pub(crate) may_offer: &'static [&'static str],
    /// Whether the first remedy, and the steps in `then`, lead to the page marked `OK` at `wanted_path`.
    pub(crate) gets_in: bool,
    /// What the person does after the first remedy.
    pub(crate) then: &'static [Step],
    /// The cookies the right fix may remove; every other cookie has to stay as it was.
    pub(crate) may_remove: &'static [CookieMatch],
    /// Keys of the wall's own storage that the right fix removes, each of them, and its undo puts back.
    pub(crate) may_remove_stored: &'static [&'static str],
    /// Acts that must not lead to the page marked `OK`, each tried from a fresh setup.
    pub(crate) wrong_fixes: &'static [WrongFix],
    /// Every password, token and cookie value in play, or a part that occurs in no other text.
    pub(crate) secrets: &'static [&'static str],
    /// What in the browser interferes.
    pub(crate) meddler: Meddler,
    /// The browsers that can tell the story.
    pub(crate) browsers: Browsers,
}

/// Where the page shows that the person wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WantedAt {
    /// Where it was asked for.
    Here,
    /// At the same host and port by https.
    Secure,
    /// At another host of the wall.
    Host(&'static str),
}

/// The program that answers for a wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Server {
    /// The lab's own server over http.
    Lab,
    /// The lab's own server over https, with a certificate of the lab's authority.
    LabTls,
    /// nginx over http.
    Nginx,
    /// nginx over https, where it wants a certificate of the browser.
    NginxTls,
    /// Apache httpd over http.
    Apache,
    /// The lab's own server over http, reached through Squid only.
    Squid,
    /// Express with express-session and passport, over http.
    Express,
    /// The same by a clock that is three hours behind.
    LateExpress,
    /// Flask with Flask-Login, over http.
    Flask,
    /// Django over http.
    Django,
}

impl Server {
    /// The name in the log of requests.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Server::Lab | Server::LabTls => "lab",
            Server::Nginx | Server::NginxTls => "nginx",
            Server::Apache => "apache",
            Server::Squid => "squid",
            Server::Express => "express",
            Server::LateExpress => "late-express",
            Server::Flask => "flask",
            Server::Django => "django",
        }
    }

    /// Whether the sessions are the server's own, so that only a restart loses them.
    pub(crate) fn is_framework(self) -> bool {
        matches!(
            self,
            Server::Express | Server::LateExpress | Server::Flask | Server::Django
        )
    }
}

/// What a popup may show for a wall: the `data-state` of its `main` element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// Nothing to say.
    Clear,
    /// Worth knowing; the person is not stopped.
    Notice,
    /// The person is stopped.
    Wall,
}

/// What in the browser stands between a person and the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Meddler {
    /// Nothing.
    None,
    /// The helper add-on of this name, in tests/addons.
    Addon(&'static str),
    /// The setting that pages within pages of other sites have no cookies.
    NoEmbeddedCookies,
    /// Containers: the wall is met in another one than the default one.
    Containers,
}

/// The browsers that can tell a story when a harness drives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Browsers {
    /// Chromium and Firefox.
    Both,
    /// Chromium alone; a comment at the row says why.
    Chromium,
    /// Firefox alone; a comment at the row says why.
    Firefox,
}

/// One thing a person, or the lab, does.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub(crate) enum Step {
    /// Open a path of the wall's host by the address bar.
    Open {
        /// Path and query.
        path: &'static str,
    },
    /// Open a path of one of `other_hosts`, same scheme and port.
    OpenAt {
        /// Host name.
        host: &'static str,
        /// Path and query.
        path: &'static str,
    },
    /// Open a path of the wall's host at another port, by https.
    OpenOtherPort {
        /// Path and query.
        path: &'static str,
    },
    /// Follow the link with the id `go`.
    FollowLink,
    /// The browser is told to let the wall's host keep no cookies, by its own settings.
    BlockCookies,
    /// The same taken back by hand, and the page loaded again, where an extension cannot do it (Firefox).
    AllowCookiesByHand,
    /// Open a path of the wall's host and give these credentials to the prompt, once.
    ///
    /// A harness may write them into the address (`http://user:password@host/`): a browser then keeps them in the same cache.
    OpenWithCredentials {
        /// Path and query.
        path: &'static str,
        /// Name for the prompt.
        user: &'static str,
        /// Password for the prompt.
        password: &'static str,
    },
    /// Open a path of the wall's host with these credentials in the address (`https://user:password@host/`).
    OpenWithUserInfo {
        /// Path and query.
        path: &'static str,
        /// Name in the address.
        user: &'static str,
        /// Password in the address.
        password: &'static str,
    },
    /// Give these credentials to the prompt that the wanted page, or the proxy, brings up now.
    AnswerPrompt {
        /// Name for the prompt.
        user: &'static str,
        /// Password for the prompt.
        password: &'static str,
    },
    /// Wait until the first field is visible, type every field by its `name`, and press the form's button.
    FillAndSubmit {
        /// Field names and what to type.
        fields: &'static [(&'static str, &'static str)],
    },
    /// The server loses all sessions and revokes all tokens (lab control `forget`); that of a framework is restarted.
    ServerForgets,
    /// Do this in a second tab, then go on in the first.
    InSecondTab {
        /// What is done there.
        steps: &'static [Step],
    },
    /// The browser loses one cookie of the wall's host, as after a restart (done by the harness).
    LoseCookie {
        /// Cookie name.
        name: &'static str,
    },
    /// The device's clock is set right (lab control `set-clock`: what was wrong is all in the lab's servers).
    ClockIsSet,
    /// Turn the helper add-on of `Wall::meddler` off.
    PauseAddon,
    /// Open a path of the wall's host in another tab, in the default container, and then here what that tab shows.
    BeginElsewhere {
        /// Path and query.
        path: &'static str,
    },
    /// Wait until a CSS selector matches in the page.
    WaitFor {
        /// CSS selector.
        selector: &'static str,
    },
}

impl Step {
    /// The step itself, or the steps of the second tab.
    pub(crate) fn alone(&self) -> impl Iterator<Item = &Step> {
        let (inner, own) = match self {
            Step::InSecondTab { steps } => (*steps, None),
            own => (&[][..], Some(own)),
        };
        inner.iter().chain(own)
    }
}

/// Which cookies a fix may remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct CookieMatch {
    /// Cookie name; a trailing `*` stands for any ending.
    pub(crate) name: &'static str,
    /// The cookie's domain without a leading dot.
    pub(crate) domain: &'static str,
}

impl CookieMatch {
    /// Whether the cookie of this name and domain (with or without a leading dot) may be removed.
    pub(crate) fn covers(&self, name: &str, domain: &str) -> bool {
        let domain_fits = domain.strip_prefix('.').unwrap_or(domain) == self.domain;
        let name_fits = match self.name.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == self.name,
        };
        domain_fits && name_fits
    }
}

/// Advice that does not help, or helps only by luck; each must leave the person outside.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub(crate) enum WrongFix {
    /// Load the failing address again, a posted form included.
    Reload,
    /// Remove every cookie of the wall's hosts, then open the wanted address.
    RemoveAllCookies,
    /// Remove these cookies, then open the wanted address.
    RemoveCookies {
        /// What to remove.
        cookies: &'static [CookieMatch],
    },
    /// Open the wanted address, and if a form shows there, submit it with these fields.
    SignInAgain {
        /// Field names and what to type.
        fields: &'static [(&'static str, &'static str)],
    },
    /// Give these credentials to the prompt instead.
    AnswerPrompt {
        /// Name for the prompt.
        user: &'static str,
        /// Password for the prompt.
        password: &'static str,
    },
}

impl Wall {
    /// The container in which the wall is met, where not the default one: "Personal", which Firefox has from the start.
    pub(crate) fn container(&self) -> Option<&'static str> {
        (self.meddler == Meddler::Containers).then_some("firefox-container-1")
    }

    /// Whether its remedy removes something that an undo puts back.
    pub(crate) fn removes(&self) -> bool {
        !self.may_remove.is_empty() || !self.may_remove_stored.is_empty()
    }

    /// All host names of the wall.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.host).chain(self.other_hosts.iter().copied())
    }

    /// Every string that must occur nowhere outside the wall's own pages and jars.
    ///
    /// Besides `secrets` these are the forms in which Basic credentials travel (RFC 7617 §2).
    pub(crate) fn secret_strings(&self) -> Vec<String> {
        let steps = self.setup.iter().chain(self.then);
        let prompts = steps.flat_map(Step::alone).filter_map(|step| match step {
            Step::OpenWithCredentials { user, password, .. }
            | Step::OpenWithUserInfo { user, password, .. }
            | Step::AnswerPrompt { user, password } => {
                Some(STANDARD.encode(format!("{user}:{password}")))
            }
            _ => None,
        });
        self.secrets
            .iter()
            .map(|secret| (*secret).to_owned())
            .chain(prompts)
            .collect()
    }
}
