# Lets the site's own forms name their page, and tells other sites the host alone (Referrer Policy §3).
# On https Django's check of forms (CsrfViewMiddleware) wants a Referer or an Origin.
# In settings.py:
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
