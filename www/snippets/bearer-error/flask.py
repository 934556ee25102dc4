# Says why a bearer token is refused, so that programs know whether to renew it (RFC 6750 §3).
# `read_token(token)` is your library's check: it raises where the token is not valid.
# In app.py:
from flask import g, jsonify, request

def refuse(status, *params):
    challenge = ", ".join(['Bearer realm="app.example"', *params])
    return jsonify(status=status), status, {"WWW-Authenticate": challenge}

@app.before_request
def check_token():
    sent = request.authorization
    if not request.path.startswith("/api/"):
        return None
    if sent is None or sent.type != "bearer" or not sent.token:
        return refuse(401)  # no error where no token was sent
    try:
        g.claims = read_token(sent.token)
    except (TokenExpired, TokenInvalid) as error:
        why = "expired" if isinstance(error, TokenExpired) else "is not valid"
        return refuse(401, 'error="invalid_token"', f'error_description="The access token {why}"')
    wanted = "read" if request.method == "GET" else "write"
    if wanted not in g.claims["scope"].split():
        return refuse(403, 'error="insufficient_scope"', f'scope="{wanted}"')
