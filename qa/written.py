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


def describe_written(written: Written) -> str:
    """Return who wrote, how much was left out, and why the text is short or missing.

    >>> describe_written(Written((), 2, "not_supported", "", "small", "127.0.0.1:11434"))
    'Nothing that small at 127.0.0.1:11434 wrote is supported by the quotations. 2 sentences left out: not supported.'
    """
    by = f"{written.model} at {written.host}"
    if written.outcome == NOT_SUPPORTED:
        first = f"Nothing that {by} wrote is supported by the quotations."
    elif written.sentences:
        first = f"Written by {by}, checked against the quotations."
    else:
        first = ""
    plural = "" if written.left_out == 1 else "s"
    left_out = f"{written.left_out} sentence{plural} left out: not supported." if written.left_out else ""
    failure = written.message if written.outcome != WRITTEN else ""
    return " ".join(part for part in (first, left_out, failure) if part)
