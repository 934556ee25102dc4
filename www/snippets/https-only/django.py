# Leads every http address to the same one on https, and tells browsers to go there by themselves for a year (RFC 6797).
# SecurityMiddleware, which comes first in MIDDLEWARE, does both.
# In settings.py:
# What the proxy in front says; it must set X-Forwarded-Proto always. Without a proxy leave this line out.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_SSL_HOST = "app.example"
SECURE_HSTS_SECONDS = 31536000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
