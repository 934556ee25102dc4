# Keeps sign-in pages out of every store, lets browsers ask for a new service worker, and clears stores and worker at sign-out.
# In settings.py:
MIDDLEWARE += ["app.middleware.leave_sign_in_alone"]
# In middleware.py:
def leave_sign_in_alone(get_response):
    def answer(request):
        response = get_response(request)
        if request.path == "/login":
            response.headers["Cache-Control"] = "no-store"
        if request.path == "/sw.js":
            response.headers["Cache-Control"] = "no-cache"
        if (request.method, request.path) == ("POST", "/logout"):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
    return answer
