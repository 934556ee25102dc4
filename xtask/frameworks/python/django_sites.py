"""The lab's Django sites: its own sign-in view, CSRF protection, and sessions in the memory's cache, gone after a restart."""

import sys

import django
from django.conf import settings
from django.core.management.utils import get_random_secret_key


def sites(pages, folder):
    """One Django project for all hosts: settings belong to the process."""
    settings.configure(
        ALLOWED_HOSTS=[".test"],
        AUTHENTICATION_BACKENDS=["django_sites.Backend"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "db.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        # Tables at once, not by the history of migrations: the lab starts often.
        MIGRATION_MODULES={"auth": None, "contenttypes": None},
        ROOT_URLCONF="django_sites",
        SECRET_KEY=get_random_secret_key(),
        SESSION_ENGINE="django.contrib.sessions.backends.cache",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [folder / "pages"],
            }
        ],
    )
    django.setup()

    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.get_or_create(username="mira")
    define(pages)
    return get_wsgi_application()


def define(pages):
    """The names that Django looks up in this module; its own parts can be loaded only once there are settings."""
    from django.contrib.auth.backends import ModelBackend
    from django.contrib.auth.decorators import login_required, permission_required
    from django.contrib.auth.models import User
    from django.contrib.auth.views import LoginView
    from django.http import HttpResponse
    from django.middleware.csrf import get_token
    from django.urls import path
    from django.utils.html import format_html

    class Backend(ModelBackend):
        """One member, with a password for each host."""

        def authenticate(self, request, username=None, password=None, **_):
            host = request.get_host().split(":")[0]
            if username == "mira" and password == "s3cret-password-" + host.removesuffix(".test"):
                return User.objects.get(username=username)
            return None

    class SignIn(LoginView):
        template_name = "sign-in.html"

        def get_context_data(self, **context):
            token = get_token(self.request)
            hidden = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
            action = self.request.get_full_path()
            return super().get_context_data(action=action, hidden=hidden, **context)

        def render_to_response(self, context, **kwargs):
            response = super().render_to_response(context, **kwargs)
            # With this policy browsers send `Origin: null` with the form, which Django refuses.
            if self.request.get_host().startswith("django-referrer."):
                response["Referrer-Policy"] = "no-referrer"
            return response

    def wanted(_request):
        return HttpResponse(pages["in"])

    may_view = "auth.view_user"
    this = sys.modules[__name__]
    this.Backend = Backend
    this.urlpatterns = [
        path("", login_required(wanted)),
        path("inbox/", login_required(wanted)),
        path("accounts/login/", SignIn.as_view(success_url="/")),
        # Refused by 403, or sent to sign in as somebody else: both are Django's ways.
        path("reports/", permission_required(may_view, raise_exception=True)(login_required(wanted))),
        path("staff/", permission_required(may_view)(wanted)),
    ]
