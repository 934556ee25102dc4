# Keeps the state of each try to sign in by another service for ten minutes, and offers a fresh start where it is gone.
# `finish(code)` is your library's exchange of the code for tokens (RFC 6749 §4.1.3).
# In app.py:
from secrets import token_urlsafe
from urllib.parse import urlencode
from flask import redirect, request
# Lax: the answer comes by a link from another site. One cookie for each try, so that two tabs do not disturb each other.
COOKIE = {"path": "/", "secure": True, "httponly": True, "samesite": "Lax"}
@app.get("/sign-in")
def begin():
    state = token_urlsafe()
    query = urlencode({"response_type": "code", "client_id": "app", "state": state})
    response = redirect(f"https://id.example/authorize?{query}")
    response.set_cookie(f"__Host-state-{state}", "1", max_age=600, **COOKIE)
    return response

@app.get("/callback")
def callback():
    name = f"__Host-state-{request.args.get('state')}"
    if name not in request.cookies:
        return '<p>This sign-in took too long. <a href="/sign-in">Begin anew</a>.', 400
    finish(request.args.get("code"))
    response = redirect("/", 303)
    response.delete_cookie(name, **COOKIE)
    return response
