# Slows down sign-ins to an account after five failed ones, and says when to come back (RFC 6585 §4, RFC 9110 §10.2.3).
# In settings.py:
MIDDLEWARE += ["app.middleware.slow_down"]
# In middleware.py:
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpResponse

WINDOW = 60

def slow_down(get_response):
    def answer(request):
        if (request.method, request.path) != ("POST", "/login"):
            return get_response(request)
        key = "failed-" + sha256(request.POST.get("name", "").encode()).hexdigest()
        cache.add(key, 0, WINDOW)
        if cache.get(key, 0) >= 5:  # a try during the wait does not make it longer
            return HttpResponse("Too many tries.", status=429, headers={"Retry-After": WINDOW})
        response = get_response(request)
        if response.status_code in (200, 401, 403, 422) and cache.touch(key, WINDOW):
            cache.incr(key)
        return response
    return answer
