# Sets the session cookie so that browsers keep it, send it back by links, and let no other host change it (RFC 6265bis §4.1).
# In app.py:
app.config.update(
    # __Host- insists on Secure, Path=/ and no Domain.
    SESSION_COOKIE_NAME="__Host-session",
    SESSION_COOKIE_PATH="/",
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_HTTPONLY=True,
    SESSION_COOKIE_SAMESITE="Lax",
)
