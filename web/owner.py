"""Whose a conversation is: each browser has a list of its own, by a random cookie."""

from __future__ import annotations

import re
import secrets

from flask import Response, request

from web.site import current_site

COOKIE = "qa_browser"
COOKIE_SECONDS = 400 * 24 * 3600
_IDENTIFIER = re.compile(r"[0-9a-f]{32}")


def owner() -> str:
    """Return the owner of what this request keeps: its browser, or "" for a program."""
    identifier = request.cookies.get(COOKIE, "")
    return identifier if _IDENTIFIER.fullmatch(identifier) else ""


def listed_owner() -> str | None:
    """Return whose conversations this request may list; None where everybody may list all."""
    return None if current_site().settings.shared_conversations else owner()


def remember_browser(response: Response) -> Response:
    """Return the response of a page with a cookie for a browser that has none, where its conversations are kept."""
    settings = current_site().settings
    if response.status_code == 200 and settings.keep and not settings.shared_conversations and not owner():
        # Lax, as a link from elsewhere must not bring a new cookie instead of the one that is there.
        response.set_cookie(
            COOKIE,
            secrets.token_hex(16),
            COOKIE_SECONDS,
            path=f"{request.script_root}/",
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response
