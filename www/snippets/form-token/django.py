# Draws a form again, with what was typed and a fresh token, where its token is over.
# In settings.py:
CSRF_FAILURE_VIEW = "app.views.form_again"
# In views.py:
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils.html import format_html, format_html_join

PAGE = """<!doctype html><title>Send it again</title>
<p>This page was open for too long. Nothing is lost: look at it, and send it again.
<form method="post">{}<input type="hidden" name="csrfmiddlewaretoken" value="{}"><button>Send again</button></form>"""
FIELD = '<p><label>{} <textarea name="{}">{}</textarea></label>'

def form_again(request, reason=""):
    # Never a password: that is typed anew.
    hidden = ("csrfmiddlewaretoken", "password")
    typed = [(name, name, value) for name, value in request.POST.items() if name not in hidden]
    page = format_html(PAGE, format_html_join("\n", FIELD, typed), get_token(request))
    return HttpResponse(page, status=403)
