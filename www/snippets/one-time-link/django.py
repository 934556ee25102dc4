# Uses a link from a mail up at the press of a button alone: mail scanners open links before their reader does (RFC 9110 §9.2.1).
# `take(token)` uses it up in your store: true the first time, false where it is used or too old.
# In views.py, as `path("confirm", confirm)`:
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.utils.html import format_html

PAGE = """<!doctype html><title>Confirm</title><form method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="{}"><button>Confirm my address</button></form>"""
OVER = '<p>This link was used or is too old. <a href="/confirm/new">Get a new one</a>.'

def confirm(request):
    if request.method != "POST":
        # The secret stays out of caches and other sites' logs.
        fields = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
        return HttpResponse(format_html(PAGE, get_token(request)), headers=fields)
    if take(request.GET.get("token", "")):
        return HttpResponseRedirect("/")
    return HttpResponse(OVER, status=410)
