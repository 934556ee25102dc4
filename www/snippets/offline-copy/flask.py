# Keeps sign-in pages out of every store, lets browsers ask for a new service worker, and clears stores and worker at sign-out.
# In app.py:
from flask import request

@app.after_request
def leave_sign_in_alone(response):
    if request.path == "/login":
        response.headers["Cache-Control"] = "no-store"
    if request.path == "/sw.js":
        response.headers["Cache-Control"] = "no-cache"
    if (request.method, request.path) == ("POST", "/logout"):
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
