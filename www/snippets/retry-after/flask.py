# Slows down sign-ins to an account after five failed ones, and says when to come back (RFC 6585 §4, RFC 9110 §10.2.3).
# Several processes need one place for the counts, and old names are to be cleared from it now and then.
# In app.py:
from time import time
from flask import request
from werkzeug.exceptions import TooManyRequests

WINDOW = 60
failed = {}

@app.before_request
def slow_down():
    if (request.method, request.path) != ("POST", "/login"): return
    tries = [at for at in failed.get(request.form.get("name"), []) if time() - at < WINDOW]
    failed[request.form.get("name")] = tries
    if len(tries) >= 5:
        # A try during the wait does not make it longer.
        raise TooManyRequests(retry_after=int(tries[0] + WINDOW - time()) + 1)

@app.after_request
def count_failed(response):
    if (request.method, request.path) == ("POST", "/login") and response.status_code in (401, 403, 422):
        failed[request.form.get("name")].append(time())
    return response
