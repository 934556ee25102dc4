//! The snippets for Flask and Django: each in a module of its own; one process for all that share their settings.

use std::path::Path;

use anyhow::{Context as _, Result};
use readmit::owner::Topic;

use super::{Around, Bench, Plan, WORDS};
use crate::servers::process::Running;
use crate::setup::frameworks;

/// What both have: their own ways to check passwords and tokens.
const BEFORE: &str = r#"
def is_right(name, password):
    return name == "USER" and password == "PASSWORD"

class TokenExpired(Exception):
    pass

class TokenInvalid(Exception):
    pass

def read_token(token):
    if token == "TOKEN_OLD":
        raise TokenExpired
    if token == "TOKEN_WEAK":
        return {"sub": "mira", "scope": "read"}
    if token == "TOKEN":
        return {"sub": "mira", "scope": "read write"}
    raise TokenInvalid
"#;

/// A store of links for one use.
const TAKE: &str = r#"
links = {"s3cret-link-snippets"}
def take(token):
    known = token in links
    links.discard(token)
    return known
"#;

/// Starts the Flask sites.
///
/// # Errors
/// Flask is not installed, or a file cannot be written.
pub(super) fn flask(plans: &[Plan<'_>], bench: Bench<'_>) -> Result<Running> {
    start("flask", [FLASK, FLASK_REST], around_flask, plans, bench)
}

/// Starts the Django sites.
///
/// # Errors
/// Django is not installed, or a file cannot be written.
pub(super) fn django(plans: &[Plan<'_>], bench: Bench<'_>) -> Result<Running> {
    start("django", [DJANGO, ""], around_django, plans, bench)
}

fn start(
    name: &'static str,
    [ready, rest]: [&str; 2],
    around: fn(Topic) -> Around,
    plans: &[Plan<'_>],
    bench: Bench<'_>,
) -> Result<Running> {
    let [python, serve] = frameworks::python().context("expected Flask and Django")?;
    let mut sites = Vec::new();
    for plan in plans {
        let Around {
            before,
            after,
            without,
        } = around(plan.snippet.topic);
        let module = format!(
            "site_{}_{}",
            plan.snippet.topic.as_str().replace('-', "_"),
            plan.with
        );
        let places = [("app.views", &*module), ("app.middleware", &*module)];
        let settings = plan.snippet.part("settings.py", &places);
        let mut own = String::new();
        for part in &plan.snippet.parts {
            if !part.place.starts_with("settings.py") {
                own.push_str(&part.text);
            }
        }
        let (settings, own) = match plan.with {
            true => (settings, own),
            false => (String::new(), without.to_owned()),
        };
        let prelude = WORDS
            .iter()
            .fold(format!("{BEFORE}{ready}{before}"), |text, (from, to)| {
                text.replace(&format!("\"{from}\""), &format!("\"{to}\""))
            });
        std::fs::write(
            bench.dir.join(format!("{module}.py")),
            format!("{prelude}{own}{after}{rest}"),
        )?;
        sites.push((module, settings, [plan.port, plan.plain_port]));
    }
    std::fs::write(bench.dir.join("sites.json"), serde_json::to_string(&sites)?)?;
    let program = serve.parent().unwrap_or(Path::new(".")).join("snippets.py");
    let (python, program) = (python.to_string_lossy(), program.to_string_lossy());
    let dir = bench.dir.to_string_lossy();
    let port = plans.last().context("expected a site")?.plain_port;
    // -B: the sources' own folder stays as it is.
    let command = [&*python, "-B", &*program, name, &*dir];
    Running::start(name, &command, bench.dir.to_owned(), port)
}

/// What every Flask site has.
const FLASK: &str = r#"
from flask import Flask
app = Flask(__name__)
app.secret_key = "s3cret-signing-key-snippets"
"#;

/// What comes behind all routes: everybody may come in.
const FLASK_REST: &str = r#"
@app.route("/", defaults={"path": ""}, methods=["GET", "POST", "OPTIONS"])
@app.route("/<path:path>", methods=["GET", "POST", "OPTIONS"])
def everything_else(path):
    return "in"
"#;

fn around_flask(topic: Topic) -> Around {
    let sign_in = r#"
@app.post("/login")
def plain_sign_in():
    from flask import session
    session["user"] = "mira"
    return "", 303, {"Location": "/private/"}

@app.post("/logout")
def plain_sign_out():
    return "", 303, {"Location": "/"}
"#;
    let without = match topic {
        Topic::EndSession | Topic::ReturnTo => sign_in,
        Topic::PublicParts => {
            r#"
@app.before_request
def ask_everybody():
    return "", 302, {"Location": "/login"}
"#
        }
        Topic::FormToken => {
            r#"
@app.post("/comments")
def comment():
    return "", 403
"#
        }
        Topic::TemporaryRedirect => {
            r#"
@app.get("/start")
def start():
    return "", 301, {"Location": "/private/"}
"#
        }
        Topic::OneTimeLink => {
            r#"
@app.get("/confirm")
def confirm():
    from flask import request
    return "<button>", 200 if take(request.args["token"]) else 410
"#
        }
        Topic::Refusal => {
            r#"
@app.get("/admin/")
def refuse():
    return "", 403
"#
        }
        Topic::RetryAfter => {
            r#"
tries = []
@app.before_request
def slow_down():
    tries.append(1)
    return ("", 429) if len(tries) > 5 else None
"#
        }
        Topic::Challenge => {
            r#"
@app.get("/private/")
def private():
    return "", 401
"#
        }
        _ => "",
    };
    let after = match topic {
        Topic::Preflight => {
            r#"
@app.before_request
def ask_for_password():
    from flask import request
    if request.path.startswith("/api/") and not request.authorization:
        return "", 401, {"WWW-Authenticate": 'Basic realm="Members"'}
"#
        }
        Topic::ApiStatus | Topic::PublicParts => {
            r#"
@app.get("/login")
def login():
    return "in"
"#
        }
        _ => "",
    };
    let before = match topic {
        Topic::RetryAfter => {
            r#"
@app.post("/login")
def wrong_password():
    return "", 422
"#
        }
        Topic::SessionCookie | Topic::EmbeddedCookie => sign_in,
        Topic::OneTimeLink => TAKE,
        Topic::HandoffState => "def finish(code):\n    pass\n",
        Topic::Refusal => {
            r#"
@app.post("/login")
def login():
    from flask import session
    session["user"] = "mira"
    return "", 303, {"Location": "/private/"}

@app.get("/login")
def login_form():
    return "in"

def is_allowed(name, part):
    return part != "admin"
"#
        }
        _ => "",
    };
    Around {
        before,
        after,
        without,
    }
}

/// What every Django site has.
const DJANGO: &str = r#"
from django.http import HttpResponse
from django.urls import path, re_path
def everything_else(request, *_):
    return HttpResponse("in")
urlpatterns = []
"#;

/// A sign-in that knows no more than it must, a sign-out that does too little, and a part for members.
const DJANGO_SIGN_IN: &str = r#"
def sign_in(request):
    request.session["user"] = "mira"
    return HttpResponse(status=303, headers={"Location": "/private/"})
def sign_out(request):
    return HttpResponse(status=303, headers={"Location": "/"})
"#;

/// Where these are.
const DJANGO_SIGN_IN_URLS: &str = r#"
from django.views.decorators.csrf import csrf_exempt
def members(request):
    if "user" in request.session:
        return HttpResponse("in")
    return HttpResponse(status=302, headers={"Location": "/login"})
urlpatterns = [
    path("login", csrf_exempt(sign_in)),
    path("logout", csrf_exempt(sign_out)),
    path("private/", members),
]
"#;

fn around_django(topic: Topic) -> Around {
    let before = match topic {
        Topic::SessionCookie | Topic::Refusal => DJANGO_SIGN_IN,
        Topic::OneTimeLink => TAKE,
        Topic::HandoffState => "def finish(code):\n    pass\nbegin = callback = everything_else\n",
        _ => "",
    };
    let (without, after) = match topic {
        Topic::SessionCookie => ("", DJANGO_SIGN_IN_URLS),
        Topic::OfflineCopy => (
            "",
            r#"
from django.views.decorators.csrf import csrf_exempt
urlpatterns = [re_path("", csrf_exempt(everything_else))]
"#,
        ),
        Topic::PublicParts => (
            r#"
def everything_else(request, *_):
    return HttpResponse(status=302, headers={"Location": "/login"})
"#,
            "urlpatterns = [re_path(\"\", everything_else)]\n",
        ),
        Topic::HandoffState => (
            "",
            "urlpatterns = [path(\"sign-in\", begin), path(\"callback\", callback)]\n",
        ),
        Topic::TemporaryRedirect => (
            r#"
def start(request):
    return HttpResponse(status=301, headers={"Location": "/private/"})
"#,
            "urlpatterns = [path(\"start\", start)]\n",
        ),
        Topic::OneTimeLink => (
            r#"
def confirm(request):
    return HttpResponse("<button>", status=200 if take(request.GET["token"]) else 410)
"#,
            "urlpatterns = [path(\"confirm\", confirm)]\n",
        ),
        Topic::EndSession => (DJANGO_SIGN_IN, DJANGO_SIGN_IN_URLS),
        Topic::Refusal => (
            r#"
def allowed_only(view):
    return lambda request: HttpResponse(status=403)
"#,
            r#"
from django.views.decorators.csrf import csrf_exempt
def is_allowed(name, part):
    return part != "admin"
urlpatterns = [path("login", csrf_exempt(sign_in)), path("admin/", allowed_only(everything_else))]
"#,
        ),
        Topic::Preflight => (
            "",
            r#"
def me(request):
    if "Authorization" in request.headers:
        return HttpResponse("in")
    return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="Members"'})
urlpatterns = [path("api/me", me)]
"#,
        ),
        Topic::RetryAfter => (
            r#"
tries = []
def sign_in(request):
    tries.append(1)
    return HttpResponse(status=429 if len(tries) > 5 else 422)
"#,
            r#"
from django.views.decorators.csrf import csrf_exempt
def wrong_password(request):
    return HttpResponse(status=422)
urlpatterns = [path("login", csrf_exempt(globals().get("sign_in", wrong_password)))]
"#,
        ),
        Topic::ReturnTo => (
            r#"
def members_only(view):
    return view
def sign_in(request):
    return HttpResponse(status=303, headers={"Location": "/"})
"#,
            r#"
from django.views.decorators.csrf import csrf_exempt
urlpatterns = [
    path("login", csrf_exempt(sign_in)),
    re_path("private/", members_only(everything_else)),
    re_path("", everything_else),
]
"#,
        ),
        Topic::Challenge => (
            r#"
def password_required(view):
    return lambda request: HttpResponse(status=401)
"#,
            r#"
urlpatterns = [path("private/", password_required(everything_else)), re_path("", everything_else)]
"#,
        ),
        _ => ("", "urlpatterns += [re_path(\"\", everything_else)]\n"),
    };
    Around {
        before,
        after,
        without,
    }
}
