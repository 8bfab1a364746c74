"""An answer with a written text: as one JSON object, or as server-sent events while it is written."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Annotated, cast

import msgspec
from flask import Response
from msgspec import Meta

from qa.records import Answer
from qa.requests import AskRequest
from qa.written import Written, WrittenSentence
from web.event_stream import event, stream_events, wants_events
from web.site import current_site


class WrittenAsk(AskRequest, frozen=True, forbid_unknown_fields=True):
    """A question and how to answer it; with ``write``, the site's language model writes from the quotations."""

    write: Annotated[
        bool,
        Meta(
            description="Let the language model of this site write a text from the quotations, each sentence checked."
        ),
    ] = False


def respond_in_writing(answer: Answer) -> Response:
    """Return the answer with its written text, as events where the client asks for them.

    The events are ``answer`` with the Answer, at once; ``sentence`` for each written one; ``end`` with the Written. A
    client that leaves ends the writing.
    """
    parts = current_site().write(answer)
    if wants_events():
        return stream_events(_events(answer, parts))
    *_, whole = parts
    return Response(msgspec.json.encode(replace(answer, written=cast(Written, whole))), mimetype="application/json")


def _events(answer: Answer, parts: Generator[WrittenSentence | Written, None, None]) -> Iterator[bytes]:
    yield event("answer", answer)
    with closing(parts):
        for part in parts:
            yield event("end" if isinstance(part, Written) else "sentence", part)
