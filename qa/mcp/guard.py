"""Who may call the tools over HTTP: what brings the token, and pages of the origins that QA_CORS names."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.exposure import TokenGate
from qa.settings import Settings

SHARED_METHODS = ("GET", "POST", "DELETE")
SHARED_HEADERS = ("Authorization", "Content-Type", "Last-Event-ID", "Mcp-Protocol-Version", "Mcp-Session-Id")


def guard(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Return the application behind the token and the origins of the settings."""
    guarded = _Guarded(app, TokenGate(settings.token)) if settings.token else app
    if not settings.cors:
        return guarded
    return CORSMiddleware(
        _Shared(guarded, settings.cors),
        allow_origins=settings.cors,
        allow_methods=SHARED_METHODS,
        allow_headers=SHARED_HEADERS,
    )


class _Shared:
    """Takes requests of pages of these origins for requests of this site; the token is asked for all the same."""

    def __init__(self, inner: ASGIApp, origins: tuple[str, ...]) -> None:
        self._inner = inner
        self._origins = {origin.encode() for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            kept = [(name, value) for name, value in scope["headers"] if name != b"origin" or not self._shares(value)]
            scope = {**scope, "headers": kept}
        await self._inner(scope, receive, send)

    def _shares(self, origin: bytes) -> bool:
        return b"*" in self._origins or origin in self._origins


class _Guarded:
    """Lets through what brings the token."""

    def __init__(self, inner: ASGIApp, gate: TokenGate) -> None:
        self._inner = inner
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._opens(dict(scope["headers"])):
            headers = [(b"www-authenticate", b"Bearer"), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 401, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._inner(scope, receive, send)

    def _opens(self, headers: dict[bytes, bytes]) -> bool:
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        return scheme.lower() == "bearer" and self._gate.opens_to(token.strip())
