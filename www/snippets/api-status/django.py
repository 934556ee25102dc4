# Answers scripts and programs with 401, and leads people to the sign-in page.
# With django.contrib.auth ask `request.user.is_authenticated` here, behind AuthenticationMiddleware.
# In settings.py:
MIDDLEWARE += ["app.middleware.ask_to_sign_in"]
# In middleware.py:
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse

def ask_to_sign_in(get_response):
    def answer(request):
        if "user" in request.session:
            return get_response(request)
        if request.path.startswith("/api/"):
            # No browser prompts for Bearer.
            challenge = {"WWW-Authenticate": 'Bearer realm="app.example"'}
            return JsonResponse({"status": 401, "sign_in": "/login"}, status=401, headers=challenge)
        if request.path.startswith("/private/"):
            return redirect_to_login(request.get_full_path(), "/login")
        return get_response(request)
    return answer
