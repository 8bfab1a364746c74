"""How much of a request is read: little, but from those who may send articles."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from waitress.utilities import BadRequest, Error
from werkzeug.http import parse_cookie

from qa.requests import BODY_BYTES
from web.bodies import LARGE_BODIES, TEXT_BODIES
from web.serving.access import COOKIE, LoginGate
from web.site import Site

# A body over the limit is read up to here, so that its client gets the 413 and not a connection that is reset.
READ_BYTES = 16 * BODY_BYTES
# The first bytes of a client that was given https:// for an address that serves http://.
TLS_HANDSHAKE = b"\x16\x03"

ReadLimit = Callable[[str, Mapping[str, str]], int]


def read_limit(app: Flask) -> ReadLimit:
    """Return a function from a path and headers, named as waitress names them, to the most bytes to read of a body."""
    site: Site = app.extensions["qa"]
    gate: LoginGate | None = app.extensions.get("qa_gate")

    def limit(path: str, headers: Mapping[str, str]) -> int:
        # A proxy may have left the path of the public address in front.
        sizes = LARGE_BODIES if site.takes_uploads else TEXT_BODIES
        large = next((size for suffix, size in sizes.items() if path.endswith(suffix)), 0)
        if not large:
            return READ_BYTES
        cookie = parse_cookie(headers.get("COOKIE", "")).get(COOKIE, "")
        known = gate is None or gate.admits(headers.get("AUTHORIZATION", ""), cookie)
        return large + READ_BYTES if known else READ_BYTES

    return limit


class BoundedParser(HTTPRequestParser):  # type: ignore[misc]  # waitress is untyped
    """A parser whose limit of the body depends on the request; its adjustments carry a ReadLimit as ``read_limit``."""

    adj: Adjustments
    completed: bool
    headers_finished: bool
    header_plus: bytes
    error: Error | None

    def received(self, data: bytes) -> int:
        """Take bytes of a request; what will never become one is refused at once instead of waited for."""
        consumed = int(super().received(data))
        if not self.completed and not self.headers_finished and _is_no_header(self.header_plus):
            self.error = BadRequest("not HTTP over plain TCP, or lines without CR")
            self.completed = True
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the header and set the limit for the body that follows."""
        super().parse_header(header_plus)
        bounded: Adjustments = copy.copy(self.adj)
        bounded.max_request_body_size = self.adj.read_limit(self.path, self.headers)
        self.adj = bounded


def _is_no_header(begun: bytes) -> bool:
    """Return whether these bytes cannot begin a request: a handshake of TLS, or lines that end in LF alone."""
    return begun.startswith(TLS_HANDSHAKE) or b"\n\n" in begun
