# Begins a new session at each sign-in, and ends it so that it is over: in the store and in the browser.
# `login()` and `logout()` of django.contrib.auth do the same; `is_right(name, password)` is your own check.
# In views.py, as `path("login", sign_in)` and `path("logout", sign_out)`:
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

@require_POST
def sign_in(request):
    if not is_right(request.POST.get("name"), request.POST.get("password")):
        return HttpResponse("Wrong name or password.", status=422)
    request.session.flush()  # a new key: none that somebody planted, and none of a session that is dead
    request.session["user"] = request.POST["name"]
    return HttpResponseRedirect("/private/")

@require_POST
def sign_out(request):
    # SessionMiddleware then deletes the cookie with the path and domain it was set with.
    request.session.flush()
    return HttpResponseRedirect("/")
