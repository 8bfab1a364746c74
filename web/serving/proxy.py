"""Serving behind a proxy: which address the site has for others comes from the settings, never from a header."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask

from qa.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def serve_behind(app: Flask, settings: Settings) -> None:
    """Let the application know the public address that it is served under."""
    if settings.url:
        # Flask's own way of wrapping an application.
        app.wsgi_app = _Public(app.wsgi_app, settings.url)  # type: ignore[method-assign]


class _Public:
    """Gives requests to the public host its scheme and path; the proxy may have taken the path off or not."""

    def __init__(self, inner: WSGIApplication, url: str) -> None:
        address = urlsplit(url)
        self._inner = inner
        self._scheme, self._host, self._prefix = address.scheme, address.netloc, address.path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("HTTP_HOST", "").lower() == self._host:
            path = environ.get("PATH_INFO", "")
            if self._prefix and f"{path}/".startswith(f"{self._prefix}/"):
                path = path[len(self._prefix) :]
            environ = {
                **environ,
                "wsgi.url_scheme": self._scheme,
                "SCRIPT_NAME": self._prefix,
                "PATH_INFO": path or "/",
            }
        return self._inner(environ, start_response)
