# Lets the site's own forms name their page, and tells other sites the host alone (Referrer Policy §3).
# In app.py:
@app.after_request
def name_own_pages(response):
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response
