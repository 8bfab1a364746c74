"""An answer with a written text: as one JSON object, as server-sent events while it is written, or in a chat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import cast

import msgspec
from flask import Response

from qa.conversations.store import KeptTurn
from qa.records import Answer
from qa.written import Written, WrittenSentence, describe_written
from web.api.openai.completion import Addition, annotation
from web.asking import Parts, keep_written
from web.event_stream import event, stream_events, wants_events
from web.site import current_site


def respond_in_writing(answer: Answer) -> Response:
    """Return the answer with its written text, as events where the client asks for them.

    The events are ``answer`` with the Answer, at once; ``sentence`` for each written one; ``end`` with the Written. A
    client that leaves ends the writing.
    """
    parts = current_site().write(answer)
    if wants_events():
        return stream_events(_events(event("answer", answer), parts))
    return Response(msgspec.json.encode(_add_whole(answer, parts)), mimetype="application/json")


def keep_in_writing(identifier: str, kept: KeptTurn) -> Response:
    """Return the turn of a conversation with its written text, which is kept, too.

    The events are those of an answer by itself, with ``turn`` and the KeptTurn in the place of ``answer``.
    """
    site = current_site()
    parts = keep_written(site.kept, identifier, kept, site.write(kept.answer))
    if wants_events():
        return stream_events(_events(event("turn", kept), parts))
    turn = replace(kept, answer=_add_whole(kept.answer, parts))
    return Response(msgspec.json.encode(turn), mimetype="application/json")


def add_written(answer: Answer, site: str, parts: Parts) -> Iterator[Addition]:
    """Yield what follows the quotations in a chat: each sentence with its markers, then who wrote it.

    The annotations of a sentence are the quotations that it names.
    """
    cited = {citation.marker: citation for citation in answer.citations}
    place, separator = len(answer.answer), "\n\n"
    with closing(parts):
        for part in parts:
            if isinstance(part, WrittenSentence):
                start = place + len(separator)
                text = f"{separator}{part.text} {''.join(f'[{marker}]' for marker in part.markers)}"
                end = start + len(part.text)
                quotations, name = [cited[marker] for marker in part.markers], answer.index.collection
                added = Addition(text, tuple(annotation(start, end, one, site, name) for one in quotations))
                separator = " "
            else:
                note = describe_written(part)
                added = Addition(f"\n\n{note}" if note else "")
            place += len(added.text)
            if added.text:
                yield added


def _add_whole(answer: Answer, parts: Parts) -> Answer:
    *_, whole = parts
    return replace(answer, written=cast(Written, whole))


def _events(first: bytes, parts: Parts) -> Iterator[bytes]:
    yield first
    with closing(parts):
        for part in parts:
            yield event("end" if isinstance(part, Written) else "sentence", part)
