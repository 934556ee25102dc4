# Sets the session cookie so that browsers keep it, send it back by links, and let no other host change it (RFC 6265bis §4.1).
# In settings.py:
# __Host- insists on Secure, Path=/ and no Domain.
SESSION_COOKIE_NAME = "__Host-sessionid"
SESSION_COOKIE_PATH = "/"
SESSION_COOKIE_DOMAIN = None
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# The token against forged requests lives in a cookie too.
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_SECURE = True
