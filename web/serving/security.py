"""Who may ask and what a browser may do with the reply: host, origin, headers."""

from __future__ import annotations

import re

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, Forbidden

from qa.exposure import trusted_hosts
from qa.settings import Settings
from web.bodies import body_limit
from web.requests import request_id
from web.serving.cors import is_shared

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
# Probes of a balancer or a cluster name the address of the machine as host, or no host, and bring no token.
PROBES = {"api.health", "api.readiness"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that a browser sends "Origin: null" with the page's own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


def protect(app: Flask, settings: Settings) -> None:
    """Refuse foreign hosts and origins, limit bodies, and put the headers on every response."""
    trusted = frozenset(trusted_hosts(settings))
    app.before_request(_limit_body)
    app.before_request(lambda: _refuse_foreign_host(trusted))
    app.before_request(lambda: _refuse_foreign_origin(settings.cors))
    app.after_request(_with_headers)


def _limit_body() -> None:
    request.max_content_length = request.max_form_memory_size = body_limit(request.path)


def _refuse_foreign_host(trusted: frozenset[str]) -> None:
    """Let no name but our own lead here (DNS rebinding); Flask's TRUSTED_HOSTS cannot hold an IPv6 address.

    A probe under another name is a stranger, who is told nothing else.
    """
    host = _HOST.fullmatch(request.headers.get("Host", "").lower())
    if host is not None and host[1].removesuffix(".") in trusted:
        return
    if request.endpoint in PROBES:
        g.stranger = True
    else:
        raise BadRequest(
            "This site does not go by this host name. QA_TRUSTED_HOSTS can name it; /healthz and /readyz answer under "
            "every name."
        )


def _refuse_foreign_origin(origins: tuple[str, ...]) -> None:
    """Let nothing change here because a page of another site asked for it, other than one of these origins."""
    if request.method in SAFE_METHODS or is_shared(origins):
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.host_url.rstrip("/"):
        raise Forbidden("This request comes from a page of another site.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Forbidden("This request comes from a page of another site.")


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    response.headers["X-Request-Id"] = request_id()
    response.headers.setdefault("Cache-Control", "no-cache")
    return response
