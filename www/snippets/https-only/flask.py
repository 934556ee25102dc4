# Leads every http address to the same one on https, and tells browsers to go there by themselves for a year (RFC 6797).
# In app.py:
from flask import redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix

# So that `request.is_secure` is what the proxy in front says with X-Forwarded-Proto; the proxy must set it always.
app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)

@app.before_request
def only_https():
    if not request.is_secure:
        path = request.full_path if request.query_string else request.path
        return redirect("https://app.example" + path, 301)

@app.after_request
def stay_on_https(response):
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
