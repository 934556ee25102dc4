"""Serves one of the lab's sites in Python: `serve.py flask_sites|django_sites PORT FOLDER`; the folder has pages/ and gets access.log."""

import importlib
import sys
from pathlib import Path

import waitress

PREFS_COOKIE = "prefs=1; Path=/; Max-Age=31536000"


def main(module, port, folder):
    folder = Path(folder)
    pages = {page.stem: page.read_text() for page in (folder / "pages").iterdir()}
    site = importlib.import_module(module).sites(pages, folder)
    app = logged(with_prefs(site, pages["prefs"]), folder / "access.log")
    waitress.serve(app, listen=f"127.0.0.1:{port}", threads=4, _quiet=True)


def with_prefs(app, page):
    """Adds the page that gives every host of the lab something to keep."""

    def answer(environ, start_response):
        if environ["PATH_INFO"] != "/__lab/prefs":
            return app(environ, start_response)
        fields = [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", PREFS_COOKIE)]
        start_response("200 OK", fields)
        return [page.encode()]

    return answer


def logged(app, log):
    """Adds the lab's access log, a line before each answer."""

    def answer(environ, start_response):
        def note(status, fields, *error):
            query = environ.get("QUERY_STRING")
            columns = [
                environ.get("HTTP_HOST", ""),
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"] + (f"?{query}" if query else ""),
                status.split(" ")[0],
                environ.get("HTTP_COOKIE", "-"),
                environ.get("HTTP_AUTHORIZATION", "").split(" ")[0],
            ]
            with log.open("a") as lines:
                lines.write("\t".join(columns) + "\n")
            return start_response(status, fields, *error)

        return app(environ, note)

    return answer


main(*sys.argv[1:])
