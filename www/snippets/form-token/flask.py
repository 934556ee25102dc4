# Draws a form again, with what was typed and a fresh token, where its token is over. Flask-WTF: at an `errorhandler(CSRFError)`.
# In app.py:
from secrets import compare_digest, token_urlsafe
from flask import render_template_string, request, session

FORM = """<!doctype html><title>Comment</title><p>{{ note }}<form method="post" action="/comments">
<textarea name="text">{{ request.form.text }}</textarea>
<input type="hidden" name="token" value="{{ session.token }}"><button>Send</button></form>"""

@app.get("/comments")
def comment_form(note=""):
    session.setdefault("token", token_urlsafe())
    return render_template_string(FORM, note=note)

@app.before_request
def check_form():
    if request.method != "POST":
        return None
    sent, own = request.form.get("token", ""), session.get("token", "")
    if not own or not compare_digest(sent.encode(), own.encode()):
        note = "This page was open for too long. Nothing is lost: look at it, and send it again."
        return comment_form(note), 403
