# Uses a link from a mail up at the press of a button alone: mail scanners open links before their reader does (RFC 9110 §9.2.1).
# `take(token)` uses it up in your store: true the first time, false where it is used or too old.
# In app.py:
from flask import redirect, request

@app.get("/confirm")
def confirm():
    page = '<!doctype html><title>Confirm</title><form method="post"><button>Confirm my address</button></form>'
    # The secret stays out of caches and other sites' logs.
    return page, 200, {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}

@app.post("/confirm")
def confirmed():
    if take(request.args.get("token", "")):
        return redirect("/", 303)
    return '<p>This link was used or is too old. <a href="/confirm/new">Get a new one</a>.', 410
