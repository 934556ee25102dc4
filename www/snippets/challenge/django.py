# Asks for a name and password by a 401 that every browser can answer (RFC 7617).
# `is_right(name, password)` is your own check. Behind mod_wsgi, Authorization arrives with `WSGIPassAuthorization On`.
# In views.py, as `path("private/", password_required(private))`:
import base64
import binascii
from functools import wraps

from django.http import HttpResponse

def password_required(view):
    @wraps(view)
    def asked(request, *args, **kwargs):
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        try:
            name, _, password = base64.b64decode(credentials).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            name = password = ""
        if scheme.lower() == "basic" and is_right(name, password):
            return view(request, *args, **kwargs)
        challenge = 'Basic realm="Members of app.example", charset="UTF-8"'
        return HttpResponse("Sign in to see this page.", status=401, headers={"WWW-Authenticate": challenge})

    return asked
