# Begins a new session at each sign-in, and deletes its cookie at sign-out with the path and domain it was set with.
# `is_right(name, password)` is your own check.
# In app.py:
from flask import redirect, request, session

@app.post("/login")
def login():
    if not is_right(request.form["name"], request.form["password"]):
        return "Wrong name or password.", 422
    session.clear()  # nothing of an older session lives on
    session["user"] = request.form["name"]
    return redirect("/private/", 303)

@app.post("/logout")
def logout():
    session.clear()  # an empty session deletes its cookie
    return redirect("/", 303)
