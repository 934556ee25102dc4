# Answers scripts and programs with 401, and leads people to the sign-in page.
# In app.py:
from flask import jsonify, redirect, request, session, url_for

@app.before_request
def ask_to_sign_in():
    if "user" in session:
        return None
    if request.path.startswith("/api/"):
        # No browser prompts for Bearer.
        challenge = {"WWW-Authenticate": 'Bearer realm="app.example"'}
        return jsonify(status=401, sign_in="/login"), 401, challenge
    if request.path.startswith("/private/"):
        return redirect(url_for("login", next=request.path))
