# Says with a 403 which account is in use, who can give access, and how to change the account.
# `permission_required(…, raise_exception=True)` gives a bare 403, and without it leads back to the sign-in page.
# In views.py, as `path("admin/", allowed_only(admin))`; `is_allowed(name, part)` is your own check:
from functools import wraps
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils.html import format_html

REFUSAL = """<!doctype html><title>No access</title>
<p>You are signed in as {}, who may not see this page. Ask help@app.example for access, or change the account:
<form method="post" action="/logout"><input type="hidden" name="csrfmiddlewaretoken" value="{}"><button>Sign out</button></form>"""

def allowed_only(view):
    @wraps(view)
    def asked(request, *args, **kwargs):
        user = request.session.get("user")
        if user is None:
            return redirect_to_login(request.get_full_path(), "/login")
        if is_allowed(user, "admin"):
            return view(request, *args, **kwargs)
        page = format_html(REFUSAL, user, get_token(request))
        return HttpResponse(page, status=403, headers={"Cache-Control": "no-store"})
    return asked
