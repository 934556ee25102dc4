# Says why a bearer token is refused, so that programs know whether to renew it (RFC 6750 §3).
# `read_token(token)` is your library's check: it raises where the token is not valid.
# In settings.py:
MIDDLEWARE += ["app.middleware.check_tokens"]
# In middleware.py:
from django.http import JsonResponse
def refuse(status, *params):
    challenge = ", ".join(['Bearer realm="app.example"', *params])
    return JsonResponse({}, status=status, headers={"WWW-Authenticate": challenge})
def check_tokens(get_response):
    def answer(request):
        if not request.path.startswith("/api/"): return get_response(request)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return refuse(401)  # no error where no token was sent
        try:
            request.claims = read_token(token)
        except (TokenExpired, TokenInvalid) as error:
            why = "expired" if isinstance(error, TokenExpired) else "is not valid"
            return refuse(401, 'error="invalid_token"', f'error_description="The access token {why}"')
        wanted = "read" if request.method == "GET" else "write"
        if wanted not in request.claims["scope"].split():
            return refuse(403, 'error="insufficient_scope"', f'scope="{wanted}"')
        return get_response(request)
    return answer
