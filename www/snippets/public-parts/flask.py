# Asks everybody to sign in, except in the parts that all may see.
# In app.py:
import re
from flask import redirect, request, session, url_for

PUBLIC = re.compile(r"/(static/|assets/|\.well-known/|robots\.txt$|favicon\.ico$|login$)")

@app.before_request
def ask_to_sign_in():
    if "user" not in session and not PUBLIC.match(request.path):
        return redirect(url_for("login", next=request.path))
