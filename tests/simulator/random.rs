//! Random stories: sites put together from the usual parts, a person who does anything in any order, a browser that tells
//! it in an order of its own. No story has an expected ending; what must hold in all of them is checked after every act.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use readmit::event::{Browser, Millis};
use readmit::remedy::{Act, Touches};
use readmit::view::RemedyView;

use crate::browser::{Fetch, Order, Simulator};
use crate::jar::Cookie;
use crate::server::{Authorization, Request, Response};
use crate::sites::{Accounts, Guarded, HttpLogin, accepts};
use crate::story::{Canary, Outcome, RIGHT, SECRET, WRONG, expect, panic_text, primary};
use crate::worker::Worker;

/// Fewest and most acts of a person in one story.
const ACTS: (u64, u64) = (4, 12);
const HOSTS: &[&str] = &[
    "app.test",
    "www.app.test",
    "files.test",
    "spa.test",
    "idp.test",
];
const PATHS: &[&str] = &[
    "/",
    "/private",
    "/login",
    "/form",
    "/admin",
    "/api/me",
    "/logout",
    "/file.zip",
    "/reset?token=hush-link",
    "/callback?code=hush-code&state=hush-state",
    "/wp-login.php?redirect_to=/private",
];
const SPANS: &[Millis] = &[800, 6_000, 120_000, 20 * 60_000, 86_400_000];

/// Chance, the same for the same seed: splitmix64 (Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.next().is_multiple_of(chances)
    }

    fn of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.below(things.len())]
    }
}

/// What all servers of one story share.
#[derive(Clone, Default)]
struct Shared {
    /// Raised by a restart: sessions from before are no longer known.
    age: Rc<Cell<u32>>,
    /// Names of the cookies that servers set during the present act.
    set: Rc<RefCell<Vec<String>>>,
    /// The host that this story is mostly about.
    home: &'static str,
}

/// A site of a random kind.
fn site(dice: &mut Dice, shared: &Shared) -> Box<dyn FnMut(&Request) -> Response> {
    match dice.below(9) {
        0..=2 => session(dice, shared),
        3 => http_login(dice),
        4 => interface(dice),
        5 => hand_off(dice),
        6 => piling(dice),
        7 => {
            let cookie = dice.of(&["csrftoken", "XSRF-TOKEN", "_csrf"]);
            let mut site = Guarded::new(cookie, dice.of(&[403, 419, 422]));
            Box::new(move |request| site.answer(request))
        }
        _ => moody(dice),
    }
}

/// Sessions and a sign-in form, with the usual mistakes.
fn session(dice: &mut Dice, shared: &Shared) -> Box<dyn FnMut(&Request) -> Response> {
    let site = Accounts {
        cookie: dice.of(&["sid", "sid", "PHPSESSID", "connect.sid"]),
        attributes: dice.of(&[
            "Path=/; HttpOnly; SameSite=Lax",
            "Path=/; Secure; HttpOnly; SameSite=Strict",
            "Path=/; Domain=app.test",
            "Path=/private; Max-Age=600",
            "Path=/; Secure; SameSite=None; Partitioned",
        ]),
        form_trusts_any_cookie: dice.one_in(2),
        keeps_old_cookie: dice.one_in(3),
        refusal: dice.of(&[200, 401, 403, 429]),
        lands_at: dice.one_in(4).then_some("/"),
        answers_401: dice.one_in(3),
        ..Accounts::new()
    };
    let (shared, mut age) = (shared.clone(), 0);
    Box::new(move |request| {
        if age != shared.age.get() {
            age = shared.age.get();
            site.sessions.borrow_mut().clear();
        }
        site.answer(request)
    })
}

fn http_login(dice: &mut Dice) -> Box<dyn FnMut(&Request) -> Response> {
    let site = HttpLogin {
        challenge: dice.of(&[
            "Basic realm=\"Lab\"",
            "Digest realm=\"Lab\", nonce=\"n1\", qop=\"auth\", algorithm=MD5",
            "Negotiate",
        ]),
        forbids_guests: dice.one_in(2),
    };
    Box::new(move |request| site.answer(request))
}

/// A page whose script asks an interface for something, with a token that may be too old.
fn interface(dice: &mut Dice) -> Box<dyn FnMut(&Request) -> Response> {
    let challenge = dice.of(&[
        "Bearer error=\"invalid_token\", error_description=\"The token expired\"",
        "Bearer error=\"insufficient_scope\", scope=\"mail\"",
        "DPoP error=\"use_dpop_nonce\"",
        "Bearer",
    ]);
    let status = dice.of(&[401, 403, 429]);
    let renews = dice.one_in(2);
    Box::new(move |request| match request.path() {
        path if path.starts_with("/api") && accepts(request, "hush-fresh") => Response::json(200),
        path if path.starts_with("/api") => {
            Response::json(status).with("www-authenticate", challenge)
        }
        _ => Response::wanted().script(move |world, tab| {
            let ask = |token| Fetch::get("/api/me").with(Authorization::bearer(token));
            world.fetch(tab, ask("hush-old"));
            if renews {
                world.fetch(tab, ask("hush-fresh"));
            }
        }),
    })
}

/// Sign-ins by the service on another host, which may forget what it began.
fn hand_off(dice: &mut Dice) -> Box<dyn FnMut(&Request) -> Response> {
    let forgets = dice.one_in(2);
    let lands = dice.of(&["/private", "/"]);
    Box::new(
        move |request| match (request.path(), request.cookie("sid")) {
            ("/callback", _) if forgets || request.cookie("oauth_state").is_none() => {
                Response::status(400)
            }
            ("/callback", _) => {
                Response::found(lands).set_cookie("sid=hush-good; Path=/; HttpOnly; SameSite=Lax")
            }
            (_, Some(_)) => Response::wanted(),
            _ => Response::found(
                "https://idp.test/authorize?client_id=app&response_type=code&state=hush-state",
            )
            .set_cookie("oauth_state=hush-state; Path=/; Max-Age=600"),
        },
    )
}

/// A site that leaves a cookie at every visit, until its own server can read them no longer.
fn piling(dice: &mut Dice) -> Box<dyn FnMut(&Request) -> Response> {
    let limit = dice.of(&[2_000, 8_000]);
    let status = dice.of(&[400, 431]);
    let value = "hush-".repeat(120);
    let mut number = dice.below(3);
    Box::new(move |request| {
        if request.cookie_size() > limit {
            return Response::status(status);
        }
        number += 1;
        Response::wanted()
            .set_cookie(format!("nonce.{number}={value}; Path=/; Max-Age=86400"))
            .set_cookie("theme=hush-dark; Path=/; Max-Age=86400")
    })
}

/// A site that answers whatever it likes, loops included.
fn moody(dice: &mut Dice) -> Box<dyn FnMut(&Request) -> Response> {
    let mut dice = dice.clone();
    Box::new(move |request| match dice.below(12) {
        0 => Response::found("/login").set_cookie("sid=hush-new; Path=/"),
        1 => Response::found("/private"),
        2 => Response::redirect(307, "https://www.app.test/"),
        3 => Response::status(dice.of(&[0, 204, 304, 404, 410, 500, 502, 503, 511])),
        4 => Response::status(dice.of(&[400, 401, 403, 407, 412, 419, 423, 429, 431, 440])),
        5 => Response::status(403).with("cf-mitigated", "challenge"),
        6 => Response::status(429).with("retry-after", dice.of(&["5", "100000", "never"])),
        7 => Response::challenge(dice.of(&["Basic", "NTLM", ",,,", "Basic realm=\"open"])),
        8 => Response::wanted()
            .frame("https://idp.test/authorize")
            .picture("/favicon.ico"),
        _ if request.path() == "/file.zip" => {
            Response::status(200).with("content-disposition", "attachment")
        }
        _ => Response::wanted().form("/login", &[("next", "/private")]),
    })
}

/// The service that sign-ins are handed to.
fn service(request: &Request) -> Response {
    let back = || {
        Response::redirect(
            303,
            "https://app.test/callback?code=hush-code&state=hush-state",
        )
    };
    match (request.path(), request.cookie("idp_session")) {
        ("/authorize", Some(_)) => back(),
        ("/login", _) if request.method == "POST" => {
            back().set_cookie("idp_session=hush-idp; Path=/; Secure; HttpOnly; SameSite=None")
        }
        _ => Response::status(200).form("/login", &[]),
    }
}

/// A world with servers and what the browser keeps from earlier days.
fn world(dice: &mut Dice, shared: &Shared) -> Simulator {
    let browser = dice.of(&[Browser::Chromium, Browser::Firefox]);
    let order = dice.of(&Order::ALL);
    let mut world = Simulator::new(browser, order, Box::new(Worker::new(browser)));
    world.is_integrated = dice.one_in(4);
    world.refuses_to_forget = dice.one_in(4);
    if dice.one_in(6) {
        world.stubborn = vec!["sid"];
    }
    for hosts in [
        &["app.test", "www.app.test"][..],
        &["files.test"],
        &["spa.test"],
    ] {
        let mut site = site(dice, shared);
        let set = Rc::clone(&shared.set);
        world.serve(hosts, move |request| noted(&set, site(request)));
    }
    let set = Rc::clone(&shared.set);
    world.serve(&["idp.test"], move |request| noted(&set, service(request)));
    for _ in 0..dice.below(4) {
        let host = if dice.one_in(2) {
            shared.home
        } else {
            dice.of(HOSTS)
        };
        let name = dice.of(&["sid", "sid", "PHPSESSID", "nonce.1", "_ga", "csrftoken"]);
        let place = dice.of(&[
            "Path=/",
            "Path=/private; HttpOnly",
            "Path=/; Secure; SameSite=Strict",
        ]);
        world.has_cookie(
            &format!("https://{host}/"),
            &format!("{name}=hush-{host}; {place}; Max-Age=9000000"),
        );
    }
    world
}

/// The answer, with the names of the cookies that it sets noted.
fn noted(set: &RefCell<Vec<String>>, response: Response) -> Response {
    let names = response
        .values("set-cookie")
        .into_iter()
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.to_owned()));
    set.borrow_mut().extend(names);
    response
}

/// One act of the person or of the world around them that no button of Readmit has a part in.
fn lives(dice: &mut Dice, shared: &Shared, world: &mut Simulator) {
    if world.has_prompt() && !dice.one_in(4) {
        match dice.below(4) {
            0 => world.cancels(),
            1 => world.types("ann", WRONG),
            2 => world.types("guest", RIGHT),
            _ => world.types("ann", RIGHT),
        }
        return;
    }
    let shows = world.tabs.get(&world.tab).and_then(|tab| tab.entry());
    let (page, form) = (
        shows.is_some(),
        shows.is_some_and(|it| it.page.form.is_some()),
    );
    let host = if dice.one_in(4) {
        dice.of(HOSTS)
    } else {
        shared.home
    };
    let address = format!("https://{host}{}", dice.of(PATHS));
    match dice.below(20) {
        0..=2 if form => world.signs_in("ann", RIGHT),
        3 if form => world.signs_in("ann", WRONG),
        4 if form => world.submits_twice(&[("user", "ann")]),
        5 if form => world.submits_hidden(&[("user", "ann"), ("password", RIGHT)]),
        6 if page => world.reloads(),
        7 if page => world.goes_back(),
        8 if page => world.clicks(&address),
        9 if page => world.loads_ahead(&address),
        10 if page => drop(world.fetches(Fetch::get("/api/me"))),
        11 if world.tabs.len() > 1 => world.closes_tab(),
        11 => world.opens_tab(),
        12 if !world.jar.cookies.is_empty() => {
            // By hand, in the browser's settings.
            let at = dice.below(world.jar.cookies.len());
            if world.jar.cookies[at].domain != "elsewhere.test" {
                world.jar.cookies.remove(at);
            }
        }
        13 => shared.age.set(shared.age.get() + 1),
        14 => world.waits(dice.of(SPANS)),
        15 => world.stops(&address),
        16 => world.opens(&address.replacen("https://", "http://", 1)),
        17 => world.opens(&address.replacen("https://", "https://ann:hush-wrong@", 1)),
        _ => world.opens(&address),
    }
}

/// What a person could lose, before an act.
struct Before {
    removed: usize,
    forgotten: usize,
    stored: Vec<((String, String), String)>,
    snapshot: Vec<Cookie>,
}

impl Before {
    fn look(world: &Simulator) -> Before {
        Before {
            removed: world.removed.len(),
            forgotten: world.forgotten.len(),
            stored: world.storage.clone().into_iter().collect(),
            snapshot: world.snapshots.get(&world.tab).cloned().unwrap_or_default(),
        }
    }

    /// Nothing was taken but what this remedy declared.
    fn check(&self, world: &Simulator, remedy: Option<&RemedyView>) -> Outcome {
        let touches = remedy.map_or(Touches::Nothing, |remedy| remedy.touches);
        let declared = |name: &str, domain: &str| {
            remedy.is_some_and(|remedy| {
                let listed = &remedy.cookies;
                listed.iter().any(|c| c.name == name && c.domain == domain)
            })
        };
        let pressed = remedy.map_or("nothing", |remedy| remedy.id.as_str());
        let undeclared = world.removed[self.removed..]
            .iter()
            .find(|cookie| touches == Touches::Nothing || !declared(&cookie.name, &cookie.domain));
        expect(undeclared.is_none(), || {
            format!("expected {pressed} to remove what it declared, but found {undeclared:?} gone")
        })?;
        let forgot = world.forgotten.len() > self.forgotten;
        expect(!forgot || touches == Touches::Host, || {
            format!("expected no login forgotten by {pressed}")
        })?;
        let stored = world
            .storage
            .clone()
            .into_iter()
            .eq(self.stored.iter().cloned());
        expect(stored || touches != Touches::Nothing, || {
            format!("expected page storage untouched by {pressed}")
        })
    }

    /// Everything is back, but for what a server has set anew since.
    fn check_undone(&self, world: &Simulator, set: &[String]) -> Outcome {
        let lost = self
            .snapshot
            .iter()
            .filter(|cookie| cookie.expires.is_none_or(|expires| expires > world.now))
            .filter(|cookie| !set.contains(&cookie.name))
            .find(|cookie| !world.jar.cookies.iter().any(|new| new.same_but_age(cookie)));
        expect(lost.is_none(), || {
            format!("expected every cookie back, but found {lost:?} missing or changed")
        })
    }
}

/// One act, and what must hold after it. Whether a remedy was pressed, and whether cookies were put back.
fn act(dice: &mut Dice, shared: &Shared, world: &mut Simulator) -> Result<Counts, String> {
    shared.set.borrow_mut().clear();
    // Now and then the worker is stopped after every event of an act.
    world.restarts = dice.one_in(12);
    let view = world.view();
    let before = Before::look(world);
    let mut counts = Counts::default();
    let buttons: Vec<RemedyView> = view
        .findings
        .iter()
        .flat_map(|finding| finding.remedies.clone())
        .filter(|remedy| remedy.act == Act::Button)
        .collect();
    let first = primary(&view).cloned();
    let chosen = match dice.below(6) {
        0..=2 => first.filter(|remedy| remedy.act == Act::Button),
        3 if !buttons.is_empty() => Some(buttons[dice.below(buttons.len())].clone()),
        _ => None,
    };
    if let Some(remedy) = chosen {
        if let Some(time) = remedy.not_before {
            world.waits((time - world.now).max(0));
        }
        counts.pressed = 1;
        world.applies(remedy.id.as_str());
        counts.removed = world.removed.len() - before.removed;
        before.check(world, Some(&remedy))?;
    } else if view.undo.is_some() && dice.one_in(2) {
        world.undoes();
        counts.undone = usize::from(!before.snapshot.is_empty());
        before.check(world, None)?;
        before.check_undone(world, &shared.set.borrow())?;
    } else {
        lives(dice, shared, world);
        before.check(world, None)?;
    }
    check(world)?;
    Ok(counts)
}

/// What must hold at any time, beside the bounds that the worker checks at every write.
fn check(world: &Simulator) -> Outcome {
    let view = world.view();
    let primaries = view
        .findings
        .iter()
        .flat_map(|finding| &finding.remedies)
        .filter(|remedy| remedy.primary);
    let count = primaries.count();
    expect(count <= 1, || {
        format!("expected one primary button at most, but found {count}")
    })?;
    let offers_undo = view.undo.is_some();
    let has_snapshot = world.snapshots.contains_key(&world.tab);
    expect(!offers_undo || has_snapshot, || {
        "expected a snapshot behind the offer to undo, but found none".to_owned()
    })
}

/// What happened in a story, to tell stories worth something from idle ones.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) pressed: usize,
    pub(crate) removed: usize,
    pub(crate) undone: usize,
    pub(crate) walls: usize,
}

/// Tells the story of this seed; what went wrong, where something did.
fn tell(seed: u64, keeps_log: bool) -> Result<Counts, String> {
    let mut dice = Dice(seed);
    let shared = Shared {
        home: dice.of(HOSTS),
        ..Shared::default()
    };
    let mut world = world(&mut dice, &shared);
    world.keeps_log = keeps_log;
    Canary::set(&mut world);
    let canary = Canary::look(&world);
    let acts = ACTS.0 + dice.next() % (ACTS.1 - ACTS.0);
    let told = catch_unwind(AssertUnwindSafe(|| {
        let mut all = Counts::default();
        for _ in 0..acts {
            let counts = act(&mut dice, &shared, &mut world)?;
            all.add(counts);
        }
        all.walls = world.alarms.len();
        canary.check(&world)?;
        let written = world.written();
        expect(!written.contains(SECRET), || {
            "expected no secret in what is written down".to_owned()
        })?;
        Ok(all)
    }));
    let outcome = told.unwrap_or_else(|panic| Err(panic_text(panic.as_ref())));
    outcome.map_err(|trouble| format!("seed {seed}: {trouble}\n{}", world.log.join("\n")))
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.pressed += other.pressed;
        self.removed += other.removed;
        self.undone += other.undone;
        self.walls += other.walls;
    }
}

/// Tells the stories of these seeds on this thread. A story that goes wrong is told once more, for its log.
#[track_caller]
pub(crate) fn tell_here(seeds: std::ops::Range<u64>) -> Counts {
    let mut all = Counts::default();
    for seed in seeds {
        match tell(seed, false) {
            Ok(counts) => all.add(counts),
            Err(trouble) => panic!("{}", tell(seed, true).err().unwrap_or(trouble)),
        }
    }
    all
}

/// Tells the stories of these seeds on all processors.
pub(crate) fn tell_all(seeds: std::ops::Range<u64>) -> Counts {
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let share = (seeds.end - seeds.start).div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let shares: Vec<_> = (0..threads)
            .map(|at| {
                let from = seeds.end.min(seeds.start + at * share);
                scope.spawn(move || tell_here(from..seeds.end.min(from + share)))
            })
            .collect();
        let mut all = Counts::default();
        for told in shares {
            match told.join() {
                Ok(counts) => all.add(counts),
                Err(trouble) => std::panic::resume_unwind(trouble),
            }
        }
        all
    })
}
