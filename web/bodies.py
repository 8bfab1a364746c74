"""How large the body of a request may be: small, but where articles, drafts or whole conversations are sent."""

from __future__ import annotations

from qa.requests import BODY_BYTES

MEBIBYTE = 1024 * 1024
# One file of the largest size that is read, and what a form puts around it.
UPLOAD_BYTES = 65 * MEBIBYTE
# A draft of a million characters, each of them escaped.
DRAFT_BYTES = 12 * MEBIBYTE
# A conversation of chat completions comes whole each time, and with it every picture of its earlier messages.
CHAT_BYTES = 16 * MEBIBYTE
UPLOAD_BODIES = {"/v1/articles": UPLOAD_BYTES, "/add": UPLOAD_BYTES}
DRAFT_BODIES = {"/v1/check": DRAFT_BYTES, "/check": DRAFT_BYTES}
TEXT_BODIES = {**DRAFT_BODIES, "/v1/chat/completions": CHAT_BYTES}
LARGE_BODIES = {**UPLOAD_BODIES, **TEXT_BODIES}


def body_limit(path: str) -> int:
    """Return the most bytes that a body to this path may have.

    >>> body_limit("/v1/ask")
    65536
    """
    return LARGE_BODIES.get(path, BODY_BYTES)


def too_large(path: str) -> str:
    """Return what is said of a body over the limit.

    >>> too_large("/v1/ask"), too_large("/add")
    ('The request body is larger than 64 KiB.', 'The request body is larger than 65 MiB.')
    """
    limit = body_limit(path)
    shown = f"{limit // MEBIBYTE} MiB" if limit >= MEBIBYTE else f"{limit // 1024} KiB"
    return f"The request body is larger than {shown}."
