# Leads visitors to the sign-in page, and from there back to the page that they wanted; never to another site.
# `is_right(name, password)` is your own check. The form posts to the address that it was shown at, with its `next`.
# In app.py:
import re
from flask import redirect, request, session, url_for

@app.before_request
def ask_to_sign_in():
    if request.path.startswith("/private/") and "user" not in session:
        wanted = request.full_path if request.query_string else request.path
        return redirect(url_for("login", next=wanted))

@app.post("/login")
def login():
    if not is_right(request.form["name"], request.form["password"]):
        return "Wrong name or password.", 422
    session.clear()
    session["user"] = request.form["name"]
    # A path of this site: two slashes, backslashes and tabs lead browsers away.
    wanted = request.args.get("next", "/")
    own = re.fullmatch(r"/(?!/)[^\x00-\x20\\]*", wanted)
    return redirect(wanted if own else "/", 303)
