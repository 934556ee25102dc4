# Answers the preflights of a partner's pages without asking who it is.
# In app.py, before other `before_request` functions:
from flask import request

PARTNERS = {"https://partner.example"}

@app.before_request
def answer_preflight():
    if request.method == "OPTIONS" and request.path.startswith("/api/"):
        return "", 204

@app.after_request
def allow_partners(response):
    if request.path.startswith("/api/"):
        response.vary.add("Origin")
        if request.origin in PARTNERS:
            response.headers["Access-Control-Allow-Origin"] = request.origin
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    return response
