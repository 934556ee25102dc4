# Asks for a name and password by a 401 that every browser can answer (RFC 7617).
# `is_right(name, password)` is your own check.
# In app.py:
from flask import Response, request

@app.before_request
def ask_for_password():
    if not request.path.startswith("/private/"):
        return None
    sent = request.authorization
    if sent and sent.type == "basic" and is_right(sent.username, sent.password):
        return None
    challenge = 'Basic realm="Members of app.example", charset="UTF-8"'
    return Response("Sign in to see this page.", 401, {"WWW-Authenticate": challenge})
