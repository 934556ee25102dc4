"""The lab's Flask sites: Flask-Login, with a secret key drawn at each start, as many sites have it by mistake."""

import os

from flask import Flask, abort, get_flashed_messages, redirect, render_template_string, request
from flask_login import LoginManager, UserMixin, login_required, login_user

HOSTS = ["flask-key.test", "flask-handler.test", "flask-secure.test"]


class Member(UserMixin):
    id = "mira"


def sites(pages, _folder):
    """One Flask application a host."""
    apps = {host: site(host, pages) for host in HOSTS}

    def answer(environ, start_response):
        app = apps.get(environ["HTTP_HOST"].split(":")[0])
        if app is None:
            start_response("404 Not Found", [])
            return []
        return app(environ, start_response)

    return answer


def site(host, pages):
    app = Flask(__name__)
    app.secret_key = os.urandom(24)
    # Secure over http: the browser refuses the cookie, and every sign-in leads back to the form.
    app.config["SESSION_COOKIE_SECURE"] = host == "flask-secure.test"
    logins = LoginManager(app)
    logins.login_view = "sign_in"
    logins.user_loader(lambda _id: Member())

    def form(action):
        get_flashed_messages()
        return render_template_string(pages["sign-in"], action=action, hidden="")

    if host == "flask-handler.test":
        # The page itself is answered 401 with the form in it; no redirect, no challenge.
        logins.unauthorized_handler(lambda: (form("/login?next=" + request.path), 401))

    @app.get("/")
    @app.get("/inbox")
    @login_required
    def wanted():
        return pages["in"]

    @app.get("/login")
    def sign_in():
        return form(request.full_path)

    @app.post("/login")
    def signed_in():
        if request.form["password"] != "s3cret-password-" + host.removesuffix(".test"):
            abort(401)
        login_user(Member())
        return redirect(request.args.get("next", "/"))

    return app
