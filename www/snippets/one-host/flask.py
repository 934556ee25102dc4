# Leads www.app.example to app.example, for every path, so that a session is never left at the other name.
# In app.py, before other `before_request` functions:
from flask import redirect, request

@app.before_request
def one_host():
    if request.host == "www.app.example":
        path = request.full_path if request.query_string else request.path
        return redirect("https://app.example" + path, 301)
