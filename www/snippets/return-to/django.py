# Leads visitors to the sign-in page, and from there back to the page that they wanted; never to another site.
# `login_required` and `LoginView` of django.contrib.auth do the same; `is_right(name, password)` is your own check.
# In views.py, as `path("private/", members_only(private))` and `path("login", sign_in)`:
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

def members_only(view):
    @wraps(view)
    def asked(request, *args, **kwargs):
        if "user" in request.session: return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path(), "/login")
    return asked

def sign_in(request):
    if not is_right(request.POST.get("name"), request.POST.get("password")):
        return HttpResponse("Wrong name or password.", status=422)
    request.session.flush()
    request.session["user"] = request.POST["name"]
    wanted = request.GET.get("next", "/")
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=True)
    return HttpResponseRedirect(wanted if own else "/")
