# Asks everybody to sign in, except in the parts that all may see. From Django 5.1 on LoginRequiredMiddleware does it, with
# `login_not_required` at the views of these parts.
# In settings.py:
MIDDLEWARE += ["app.middleware.ask_to_sign_in"]
# In middleware.py:
import re

from django.contrib.auth.views import redirect_to_login

PUBLIC = re.compile(r"/(static/|assets/|\.well-known/|robots\.txt$|favicon\.ico$|login$)")

def ask_to_sign_in(get_response):
    def answer(request):
        if "user" in request.session or PUBLIC.match(request.path):
            return get_response(request)
        return redirect_to_login(request.get_full_path(), "/login")
    return answer
