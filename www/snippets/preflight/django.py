# Answers the preflights of a partner's pages without asking who it is.
# In settings.py:
MIDDLEWARE.insert(0, "app.middleware.allow_partners")
# In middleware.py:
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

PARTNERS = {"https://partner.example"}

def allow_partners(get_response):
    def answer(request):
        if not request.path.startswith("/api/"):
            return get_response(request)
        response = HttpResponse(status=204) if request.method == "OPTIONS" else get_response(request)
        patch_vary_headers(response, ["Origin"])
        if request.headers.get("Origin") in PARTNERS:
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        return response
    return answer
