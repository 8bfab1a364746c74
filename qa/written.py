"""The records of a text that a language model wrote from the quotations of an answer."""

from __future__ import annotations

from dataclasses import dataclass

# Outcomes that are no failures of the writer. BUSY: as many answers as may be are being written.
WRITTEN, NOT_ASKED, NOT_SUPPORTED, BUSY = "written", "not_asked", "not_supported", "busy"


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence that a language model wrote and that the citations with these markers support."""

    text: str
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A text written from the citations of an answer, by ``model`` at ``host``.

    ``left_out`` counts the sentences that were not supported. ``outcome`` is "written", "not_asked" for a refusal,
    "not_supported" where nothing was left, "busy", or the code of a failure, which ``message`` says in words.
    """

    sentences: tuple[WrittenSentence, ...]
    left_out: int
    outcome: str
    message: str
    model: str
    host: str
