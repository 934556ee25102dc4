# Says with a 403 which account is in use, who can give access, and how to change the account.
# `is_allowed(name, part)` is your own check.
# In app.py:
from flask import redirect, render_template_string, request, session, url_for

REFUSAL = """<!doctype html><title>No access</title>
<p>You are signed in as {{ user }}, who may not see this page. Ask help@app.example for access, or change the account:
<form method="post" action="/logout"><button>Sign out</button></form>"""

@app.before_request
def refuse():
    if not request.path.startswith("/admin/"):
        return None
    if "user" not in session:
        return redirect(url_for("login", next=request.path))
    if not is_allowed(session["user"], "admin"):
        # Never back to the sign-in page: who is signed in would go in circles.
        return render_template_string(REFUSAL, user=session["user"]), 403, {"Cache-Control": "no-store"}
