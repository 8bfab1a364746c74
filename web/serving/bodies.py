"""How much of a request is read: little, but from those who may send articles."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from werkzeug.http import parse_cookie

from qa.requests import BODY_BYTES
from web.bodies import DRAFT_BODIES, LARGE_BODIES
from web.serving.access import COOKIE, LoginGate
from web.site import Site

# A body over the limit is read up to here, so that its client gets the 413 and not a connection that is reset.
READ_BYTES = 16 * BODY_BYTES

ReadLimit = Callable[[str, Mapping[str, str]], int]


def read_limit(app: Flask) -> ReadLimit:
    """Return a function from a path and headers, named as waitress names them, to the most bytes to read of a body."""
    site: Site = app.extensions["qa"]
    gate: LoginGate | None = app.extensions.get("qa_gate")

    def limit(path: str, headers: Mapping[str, str]) -> int:
        # A proxy may have left the path of the public address in front.
        sizes = LARGE_BODIES if site.takes_uploads else DRAFT_BODIES
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

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the header and set the limit for the body that follows."""
        super().parse_header(header_plus)
        bounded: Adjustments = copy.copy(self.adj)
        bounded.max_request_body_size = self.adj.read_limit(self.path, self.headers)
        self.adj = bounded
