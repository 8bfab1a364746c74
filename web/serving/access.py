"""A token that every request has to bring: programs as Bearer, browsers by a cookie that a login gives."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from qa.exposure import TokenGate
from qa.settings import Settings
from web.problems import STATUS_WORDS, problem, wants_page
from web.serving.security import PROBES

COOKIE = "qa_login"
COOKIE_SECONDS = 30 * 24 * 3600
# What probes and the login page itself need.
OPEN = PROBES | {"access.show_login", "access.log_in", "static"}
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20]*")

blueprint = Blueprint("access", __name__)


class LoginGate(TokenGate):
    """A gate that also opens to the cookie of a browser that has shown the token."""

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self._cookies = URLSafeTimedSerializer(self.digest, "qa login", signer_kwargs={"digest_method": hashlib.sha256})

    def admits(self, authorization: str, cookie: str) -> bool:
        """Return whether a request with this Authorization header and this login cookie brings the token."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return self.opens_to(token.strip())
        return self.knows(cookie)

    def cookie(self) -> str:
        """Return what a browser that has logged in brings from now on."""
        return self._cookies.dumps("in")

    def knows(self, cookie: str) -> bool:
        """Return whether a login here gave this cookie, and not too long ago."""
        try:
            return bool(self._cookies.loads(cookie, max_age=COOKIE_SECONDS) == "in")
        except BadSignature:
            return False


def guard(app: Flask, settings: Settings) -> None:
    """Refuse what does not bring the token; without one in the settings everything is let through."""
    if settings.token:
        app.extensions["qa_gate"] = LoginGate(settings.token)
        app.before_request(_refuse_strangers)


@blueprint.get("/login")
def show_login() -> AnyResponse:
    """Show the form that takes the token."""
    if _gate() is None:
        return redirect(url_for("pages.home"), 303)
    return Response(render_template("login.html", inside=_is_known(), next=_target(request.args.get("next", ""))))


@blueprint.post("/login")
def log_in() -> AnyResponse:
    """Give the browser its cookie for the token of the form."""
    gate, target = _gate(), _target(request.form.get("next", ""))
    if gate is None:
        return redirect(url_for("pages.home"), 303)
    if not gate.opens_to(request.form.get("login_token", "").strip()):
        page = render_template("login.html", inside=False, next=target, notice="That is not the token.")
        return Response(page, 401)
    response = redirect(target, 303)
    response.set_cookie(
        COOKIE, gate.cookie(), COOKIE_SECONDS, path=_root(), secure=request.is_secure, httponly=True, samesite="Strict"
    )
    return response


@blueprint.post("/logout")
def log_out() -> AnyResponse:
    """Take the cookie back."""
    response = redirect(url_for("access.show_login"), 303)
    response.delete_cookie(COOKIE, path=_root(), httponly=True, samesite="Strict")
    return response


def _refuse_strangers() -> Response | None:
    if _is_known():
        return None
    g.stranger = True
    if request.endpoint in OPEN:
        return None
    if wants_page() and request.method in {"GET", "HEAD"}:
        refusal = Response(render_template("login.html", inside=False, next=_here()), 401)
    else:
        refusal = problem(401, STATUS_WORDS[401])
    refusal.headers["WWW-Authenticate"] = "Bearer"
    refusal.headers["Cache-Control"] = "no-store"
    return refusal


def _is_known() -> bool:
    gate = _gate()
    return gate is None or gate.admits(request.headers.get("Authorization", ""), request.cookies.get(COOKIE, ""))


def _gate() -> LoginGate | None:
    return current_app.extensions.get("qa_gate")


def _here() -> str:
    query = request.query_string.decode("ascii", "replace")
    return quote(request.script_root + request.path) + (f"?{query}" if query else "")


def _root() -> str:
    return f"{request.script_root}/"


def _target(wanted: str) -> str:
    """Return where to go after the login: a page of this site and no other."""
    return wanted if _LOCAL.fullmatch(wanted) else url_for("pages.home")
