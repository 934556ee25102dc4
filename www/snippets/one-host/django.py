# Leads www.app.example to app.example, for every path, so that a session is never left at the other name.
# In settings.py:
ALLOWED_HOSTS = ["app.example", "www.app.example"]
MIDDLEWARE.insert(0, "app.middleware.one_host")
# In middleware.py:
from django.http import HttpResponsePermanentRedirect

def one_host(get_response):
    def answer(request):
        if request.get_host() == "www.app.example":
            return HttpResponsePermanentRedirect("https://app.example" + request.get_full_path())
        return get_response(request)
    return answer
