"""Write a text for each answered question, and score its citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from qa.evaluate.metrics import Outcome
from qa.evaluate.writing.judge import Judge
from qa.evaluate.writing.meter import MeteredWriter, Run
from qa.evaluate.writing.support import CitationScores, score_citations
from qa.progress import Progress
from qa.writing.checks.check import Checker
from qa.writing.sentences import split_stream
from qa.writing.written import CheckedWriter, sources_of
from qa.written import Written


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sentence that was written and not shown, with the fault that was found in it."""

    text: str
    fault: str


@dataclass(frozen=True, slots=True)
class WrittenOutcome:
    """A question, what was written for it and how, and the scores of the sentences that are shown.

    ``own`` are the scores by the checks of this program, ``judged`` those of a judge; none without a judge.
    """

    outcome: Outcome
    written: Written
    run: Run
    left_out: tuple[LeftOut, ...]
    own: tuple[CitationScores, ...]
    judged: tuple[CitationScores, ...]


def write_all(
    outcomes: Sequence[Outcome], writer: CheckedWriter, judge: Judge | None, progress: Progress
) -> list[WrittenOutcome]:
    """Return what is written for each answered question, one after the other; raises WriterFailed for the judge."""
    meter = MeteredWriter(writer.unchecked)
    metered = writer.with_unchecked(meter)
    answered = [one for one in outcomes if one.answer.answered]
    found = []
    for done, outcome in enumerate(answered, 1):
        written = metered.write_all(outcome.answer)
        found.append(_score(outcome, written, meter.last, metered.checker(outcome.answer), judge))
        progress("writing", done, len(answered))
    return found


def _score(outcome: Outcome, written: Written, run: Run, checker: Checker, judge: Judge | None) -> WrittenOutcome:
    texts = {source.marker: source.text for source in sources_of(outcome.answer)}
    drafts = list(split_stream([run.text]))[: len(written.sentences) + written.left_out]
    faults = [(draft.text, checker.find_fault(draft.text, draft.markers)) for draft in drafts]
    shown = written.sentences
    return WrittenOutcome(
        outcome,
        written,
        run,
        tuple(LeftOut(text, fault) for text, fault in faults if fault is not None),
        tuple(score_citations(one.markers, partial(_passes, checker, one.text)) for one in shown),
        tuple(score_citations(one.markers, partial(_supported, judge, one.text, texts)) for one in shown)
        if judge is not None
        else (),
    )


def _passes(checker: Checker, sentence: str, markers: Sequence[int]) -> bool:
    return checker.find_fault(sentence, markers) is None


def _supported(judge: Judge, sentence: str, texts: Mapping[int, str], markers: Sequence[int]) -> bool:
    return judge.supports(sentence, [texts[marker] for marker in markers])
