# Lets the session work inside pages of other sites: each of them gets a cookie of its own (CHIPS). Forms need tokens then.
# In app.py (Flask 3.1):
app.config.update(
    SESSION_COOKIE_NAME="__Host-session",
    SESSION_COOKIE_PATH="/",
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_HTTPONLY=True,
    SESSION_COOKIE_SAMESITE="None",
    SESSION_COOKIE_PARTITIONED=True,
)

@app.after_request
def name_partners(response):
    # Who may show the pages.
    response.headers["Content-Security-Policy"] = "frame-ancestors 'self' https://partner.example"
    return response
