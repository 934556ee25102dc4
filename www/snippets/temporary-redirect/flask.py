# Leads on for this time only: where it leads depends on who asks, so no browser may remember it (RFC 9110 §15.4.3).
# In app.py:
from flask import redirect

@app.get("/start")
def start():
    response = redirect("/private/", 302)
    response.headers["Cache-Control"] = "no-store"
    return response
