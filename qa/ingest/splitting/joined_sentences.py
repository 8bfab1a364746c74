"""Sentences that must not be quoted apart: a lead and its text, an error and its correction."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.records import Span

# How long a question with its whole answer may be to be one sentence.
ANSWER_CHARACTERS = 420
# How many sentences after an admitted error belong to it, and how long they may be together.
CORRECTION_SENTENCES = 2
CORRECTION_CHARACTERS = 450

_ADVERB = r"(?:wrongly|incorrectly|mistakenly|erroneously)"
_VERSION = r"(?:version|entry|report|edition|article|update|post|story|headline|statement|account)"
_ERROR = re.compile(
    rf"\b(?:(?:an?|the|this|our|in) (?:earlier|previous|prior|original|first) (?:\w+ )?{_VERSION}"
    rf"|(?:we|it|article|report|story|caption|column) {_ADVERB}"
    rf"|{_ADVERB} (?:said|stated|reported|identified|described|named)"
    r"|we (?:wrote|reported|stated) (?:here |earlier |yesterday |previously )?that"
    r"|misstated|misspelled|misidentified|misattributed|in einer früheren (?:Version|Fassung|Meldung)"
    r"|hatten wir (?:irrtümlich|fälschlich)|irrtümlich|fälschlich(?:erweise)?)\b",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"[(\[](?:Correct|Updat|Amend|Clarif|Korrig|Berichtig|This (?:has been|was) (?:correct|amend))", re.IGNORECASE
)


# One of these stands in every admitted error and remark; most paragraphs hold none. Looking for each of them in turn
# takes a fifth of the time of one pattern.
_SIGNS = (
    "(", "[", "arlier", "revious", "rior", "riginal", "irst", "rongly", "ncorrect", "istaken", "rroneous", "We ", "we ",
    "isstate", "isspel", "isident", "isattrib", "rüher", "rrtüm", "älschlich",
)  # fmt: skip


def join_lead(lead: Span, sentences: Sequence[Span]) -> list[Span]:
    """Return the sentences below a lead, the first of them with the lead; all of them in one when they are short."""
    last = len(sentences) - 1 if sentences[-1].end - lead.start <= ANSWER_CHARACTERS else 0
    return [Span(lead.start, sentences[last].end), *sentences[last + 1 :]]


def join_corrections(text: str, sentences: Sequence[Span]) -> list[Span]:
    """Return the sentences with an admitted error joined to what corrects it.

    >>> text = "Earlier, we wrongly said two ships sank. One did. (Corrected at noon.) It was old."
    >>> spans = [Span(0, 40), Span(41, 49), Span(50, 70), Span(71, 82)]
    >>> [span.of(text) for span in join_corrections(text, spans)]
    ['Earlier, we wrongly said two ships sank. One did. (Corrected at noon.)', 'It was old.']
    """
    if not sentences:
        return []
    whole = text[sentences[0].start : sentences[-1].end]
    if not any(sign in whole for sign in _SIGNS):
        return list(sentences)
    joined: list[Span] = []
    until = -1
    for number, sentence in enumerate(sentences):
        remark = _REMARK.match(text, sentence.start) is not None
        fits = bool(joined) and sentence.end - joined[-1].start <= CORRECTION_CHARACTERS
        if fits and (remark or number <= until):
            joined[-1] = Span(joined[-1].start, sentence.end)
            continue
        joined.append(sentence)
        if _ERROR.search(text, sentence.start, sentence.end):
            until = number + CORRECTION_SENTENCES
    return joined
