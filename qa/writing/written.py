"""A written answer: the writer's sentences, each shown only if the quotations support it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from typing import cast
from urllib.parse import urlsplit

from qa.exposure import is_loopback
from qa.protocols import Encoder
from qa.records import Answer, Citation
from qa.text.overviews import overview_of
from qa.writing.checks.check import Checker
from qa.writing.checks.content import Meanings
from qa.writing.checks.entailment import Entailment
from qa.writing.sentences import split_stream
from qa.writing.writer import Source, Writer, WriterFailed, WriteTask
from qa.written import BUSY, NOT_ASKED, NOT_SUPPORTED, WRITTEN, Written, WrittenSentence

# Sentences in a row that are not supported, after which the writer is stopped.
MOST_LEFT_OUT_IN_A_ROW = 3
MOST_SENTENCES = 8


class CheckedWriter:
    """A writer whose sentences are checked; at most ``at_once`` answers are written at the same time."""

    def __init__(self, writer: Writer, encoder: Encoder, entailment: Entailment, at_once: int) -> None:
        self._writer, self._encoder, self._entailment = writer, encoder, entailment
        self._free = threading.BoundedSemaphore(at_once)

    @property
    def unchecked(self) -> Writer:
        """Return what writes, without the checks."""
        return self._writer

    def with_unchecked(self, writer: Writer) -> CheckedWriter:
        """Return the checks of this one around another writer, for one text at a time."""
        return CheckedWriter(writer, self._encoder, self._entailment, 1)

    @property
    def model(self) -> str:
        """Return the name of the model that writes."""
        return self._writer.model

    @property
    def host(self) -> str:
        """Return the host that the quotations are sent to, with its port."""
        return self._writer.host

    @property
    def is_local(self) -> bool:
        """Return whether the host is this machine, so that nothing leaves it."""
        return is_loopback(urlsplit(f"//{self.host}").hostname or "")

    def write(self, answer: Answer) -> Generator[WrittenSentence | Written, None, None]:
        """Yield each supported sentence as it comes, and last of all the whole.

        A refusal is never sent. A failure of the writer ends the text; what was written before stays. Closing the
        generator stops the writer.
        """
        if not answer.answered or not answer.citations:
            yield self._whole((), 0, NOT_ASKED)
        elif not self._free.acquire(blocking=False):
            yield self._whole((), 0, BUSY, "Other answers are being written. Ask again in a moment.")
        else:
            try:
                yield from self._write(answer)
            finally:
                self._free.release()

    def write_all(self, answer: Answer) -> Written:
        """Return what ``write`` yields last: the whole."""
        *_, whole = self.write(answer)
        return cast(Written, whole)

    def checker(self, answer: Answer) -> Checker:
        """Return the checks of sentences that are written from the answer."""
        return Checker(sources_of(answer), Meanings(self._encoder), self._entailment)

    def _write(self, answer: Answer) -> Generator[WrittenSentence | Written, None, None]:
        task, checker = task_of(answer), self.checker(answer)
        kept: list[WrittenSentence] = []
        left_out = in_a_row = 0
        outcome, message = WRITTEN, ""
        try:
            with closing(self._writer.write(task)) as pieces:
                for draft in split_stream(pieces):
                    if checker.find_fault(draft.text, draft.markers) is None:
                        kept.append(WrittenSentence(draft.text, draft.markers))
                        in_a_row = 0
                        yield kept[-1]
                    else:
                        left_out, in_a_row = left_out + 1, in_a_row + 1
                    if in_a_row == MOST_LEFT_OUT_IN_A_ROW or len(kept) == MOST_SENTENCES:
                        break
        except WriterFailed as failure:
            outcome, message = failure.code, str(failure)
        if outcome == WRITTEN and not kept:
            outcome = NOT_SUPPORTED
        yield self._whole(tuple(kept), left_out, outcome, message)

    def _whole(self, kept: tuple[WrittenSentence, ...], left_out: int, outcome: str, message: str = "") -> Written:
        return Written(kept, left_out, outcome, message, self._writer.model, self._writer.host)


def task_of(answer: Answer) -> WriteTask:
    """Return what is to be written: for an overview the quotations article by article, for a timeline by date.

    Articles without a date come last.
    """
    overview, sources = overview_of(answer.question), sources_of(answer)
    if overview == "timeline":
        sources = tuple(sorted(sources, key=lambda one: (one.date is None, one.date or "")))
    elif overview is not None:
        articles = list(dict.fromkeys(one.article_id for one in answer.citations))
        places = {one.marker: articles.index(one.article_id) for one in answer.citations}
        sources = tuple(sorted(sources, key=lambda one: places[one.marker]))
    return WriteTask(answer.question, sources, overview)


def sources_of(answer: Answer) -> tuple[Source, ...]:
    """Return the quotations of the answer as what is written from."""
    return tuple(_source(citation) for citation in answer.citations)


def _source(citation: Citation) -> Source:
    return Source(citation.marker, citation.title, citation.date, citation.shown or citation.quote)
