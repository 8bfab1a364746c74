"""Figures for written texts, and their lines in a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean, median

from qa.evaluate.metrics import says
from qa.evaluate.writing.run import WrittenOutcome
from qa.evaluate.writing.support import CitationScores
from qa.written import NOT_SUPPORTED, WRITTEN


def writing_figures(found: Sequence[WrittenOutcome]) -> dict[str, float]:
    """Return the figures of the texts.

    Recall, precision and ``answer_in_text`` are shares in [0, 1]. ``answer_lost`` counts the questions whose accepted
    answer is in the quotations and not in the text, ``answer_gained`` those where it is the other way round. Tokens are
    means, estimated by characters; times are in seconds.
    """
    shown = sum(len(one.written.sentences) for one in found)
    left_out = sum(one.written.left_out for one in found)
    figures: dict[str, float] = {
        "answers": len(found),
        "texts": sum(bool(one.written.sentences) for one in found),
        "sentences": shown,
        "left_out": left_out,
    }
    figures |= _citation_figures("", [scores for one in found for scores in one.own], shown + left_out)
    figures |= _citation_figures("judged_", [scores for one in found for scores in one.judged], 0)
    figures |= _answer_figures([one for one in found if one.written.sentences])
    figures |= _cost_figures(found)
    failures = Counter(one.written.outcome for one in found if one.written.outcome not in {WRITTEN, NOT_SUPPORTED})
    return figures | {f"failed_{code}": count for code, count in sorted(failures.items())}


def _citation_figures(prefix: str, scores: Sequence[CitationScores], written: int) -> dict[str, float]:
    """Return recall and precision; sentences that were ``written`` and have no scores count as not supported."""
    count = max(written, len(scores))
    precise = [one for score in scores for one in score.precise]
    figures = {f"{prefix}citation_recall": sum(score.recalled for score in scores) / count} if count else {}
    return figures | ({f"{prefix}citation_precision": fmean(precise)} if precise else {})


def _answer_figures(found: Iterable[WrittenOutcome]) -> dict[str, float]:
    """Return what the texts say, of those that have a sentence."""
    told: list[float] = []
    lost = gained = false = 0
    for one in found:
        question = one.outcome.question
        text = " ".join(sentence.text for sentence in one.written.sentences)
        quoted = " ".join(quote.quote for quote in one.outcome.quotes)
        if question.answerable and question.answers:
            in_text, in_quotes = (any(says(part, answer) for answer in question.answers) for part in (text, quoted))
            told.append(float(in_text))
            lost, gained = lost + (in_quotes and not in_text), gained + (in_text and not in_quotes)
        false += not question.answerable
    figures: dict[str, float] = {"texts_for_unanswerable": false}
    return figures | ({"answer_in_text": fmean(told), "answer_lost": lost, "answer_gained": gained} if told else {})


def _cost_figures(found: Sequence[WrittenOutcome]) -> dict[str, float]:
    if not found:
        return {}
    return {
        "tokens_read": fmean(one.run.tokens_read for one in found),
        "tokens_written": fmean(one.run.tokens_written for one in found),
        "median_first_s": median(one.run.first_seconds for one in found),
        "median_s": median(one.run.seconds for one in found),
    }


def writing_lines(figures: dict[str, float]) -> str:
    """Return one line per figure.

    >>> print(writing_lines({"sentences": 2, "citation_recall": 0.5}))
    written:
      sentences           2
      citation_recall     0.500
    """
    return "\n".join(["written:", *(f"  {name:19} {_cell(value)}" for name, value in figures.items())])


def _cell(value: float) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def left_out_lines(found: Sequence[WrittenOutcome]) -> list[str]:
    """Return one line per sentence that was left out: id of the question, the fault, the sentence."""
    return [f"{one.outcome.question.id}\tleft out\t{part.fault}\t{part.text}" for one in found for part in one.left_out]
