"""An answer with a written text: as one JSON object, or as server-sent events while it is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import msgspec
from flask import Response, request
from msgspec import Meta

from qa.records import Answer
from qa.requests import AskRequest
from qa.written import Written
from web.site import WriterOff, current_site

if TYPE_CHECKING:
    from qa.writing.written import CheckedWriter

EVENTS = "text/event-stream"


class WrittenAsk(AskRequest, frozen=True, forbid_unknown_fields=True):
    """A question and how to answer it; with ``write``, the site's language model writes from the quotations."""

    write: Annotated[
        bool,
        Meta(
            description="Let the language model of this site write a text from the quotations, each sentence checked."
        ),
    ] = False


def site_writer() -> CheckedWriter:
    """Return the writer of this site; raises WriterOff where there is none."""
    writer = current_site().writer
    if writer is None:
        raise WriterOff("This site has no language model that writes (QA_WRITER). Leave `write` out.")
    return writer


def respond_in_writing(answer: Answer) -> Response:
    """Return the answer with its written text, as events where the client asks for them.

    The events are ``answer`` with the Answer, at once; ``sentence`` for each written one; ``end`` with the Written. A
    client that leaves ends the writing.
    """
    writer = site_writer()
    if request.accept_mimetypes.best_match(["application/json", EVENTS]) == EVENTS:
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        return Response(_events(answer, writer), mimetype=EVENTS, headers=headers)
    written = writer.write_all(answer)
    return Response(msgspec.json.encode(replace(answer, written=written)), mimetype="application/json")


def _events(answer: Answer, writer: CheckedWriter) -> Iterator[bytes]:
    yield _event("answer", answer)
    with closing(writer.write(answer)) as parts:
        for part in parts:
            yield _event("end" if isinstance(part, Written) else "sentence", part)


def _event(name: str, content: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(content) + b"\n\n"
