# Keeps the state of each try to sign in by another service for ten minutes, and offers a fresh start where it is gone.
# In views.py, as `path("sign-in", begin)` and `path("callback", callback)`; `finish(code)` is your library's exchange of the code:
from secrets import token_urlsafe
from urllib.parse import urlencode
from django.http import HttpResponse, HttpResponseRedirect

def begin(request):
    state = token_urlsafe()
    query = urlencode({"response_type": "code", "client_id": "app", "state": state})
    response = HttpResponseRedirect(f"https://id.example/authorize?{query}")
    # Lax: the answer comes by a link from another site. One cookie for each try: two tabs do not disturb each other.
    response.set_cookie(f"__Host-state-{state}", "1", max_age=600, secure=True, httponly=True, samesite="Lax")
    return response

def callback(request):
    name = f"__Host-state-{request.GET.get('state')}"
    if name not in request.COOKIES:
        return HttpResponse('<p>This sign-in took too long. <a href="/sign-in">Begin anew</a>.', status=400)
    finish(request.GET.get("code"))
    response = HttpResponseRedirect("/")
    response.delete_cookie(name, samesite="Lax")  # a __Host- name gets Secure by itself
    return response
