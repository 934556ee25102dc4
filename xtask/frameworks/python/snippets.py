"""Serves every site of the snippets for Flask or Django: `snippets.py flask|django FOLDER`.

The folder has the sites' modules, and sites.json with [module, settings, ports] of each.
"""

import importlib
import json
import os
import signal
import sys
from pathlib import Path

import waitress


def main(framework, folder):
    sys.path.insert(0, folder)
    sites = json.loads((Path(folder) / "sites.json").read_text())
    if framework == "flask":
        serve([(importlib.import_module(module).app, ports) for module, _, ports in sites])
        return
    groups = {}
    for module, settings, ports in sites:
        groups.setdefault(settings, []).append((module, ports))
    # Settings belong to the process. The last site's own is this one, so that it listens last.
    own = sites[-1][1]
    # Before there are children, so that it is read once.
    import django.core.handlers.wsgi  # noqa: F401
    import django.views.generic  # noqa: F401

    children = []
    for settings, members in groups.items():
        if settings == own:
            continue
        child = os.fork()
        if child == 0:
            django_sites(settings, members)
            return
        children.append(child)
    signal.signal(signal.SIGTERM, lambda *_: end(children))
    django_sites(own, groups[own])


def end(children):
    for child in children:
        os.kill(child, signal.SIGTERM)
    os._exit(0)


def choose_urls(get_response):
    """Django's middleware that tells the sites of one process apart."""

    def answer(request):
        request.urlconf = request.environ["snippets.module"]
        return get_response(request)

    return answer


def django_sites(settings, members):
    import django
    from django.conf import settings as configured

    values = dict(
        ALLOWED_HOSTS=["app.example", "www.app.example"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        MIDDLEWARE=[
            "__main__.choose_urls",
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        ROOT_URLCONF=members[0][0],
        # As sites have it that want to tell others nothing.
        SECURE_REFERRER_POLICY="no-referrer",
        SECRET_KEY="s3cret-signing-key-snippets",
        SESSION_ENGINE="django.contrib.sessions.backends.cache",
    )
    exec(settings, {}, values)
    configured.configure(**values)
    django.setup()
    from django.core.handlers.wsgi import WSGIHandler

    def site(module):
        handler = WSGIHandler()

        def answer(environ, start_response):
            environ["snippets.module"] = module
            return handler(environ, start_response)

        return answer

    serve([(site(module), ports) for module, ports in members])


def serve(sites):
    """Each site on its own ports, all in this process."""
    by_port = {str(port): app for app, ports in sites for port in ports}

    def answer(environ, start_response):
        return by_port[environ["SERVER_PORT"]](environ, start_response)

    listen = " ".join(f"127.0.0.1:{port}" for port in by_port)
    # The sites are behind a proxy, so to say: its fields are to arrive.
    # Listening sockets count as connections.
    limits = {"threads": 4, "connection_limit": 1000}
    waitress.serve(answer, listen=listen, clear_untrusted_proxy_headers=False, _quiet=True, **limits)


if __name__ == "__main__":
    main(*sys.argv[1:])
