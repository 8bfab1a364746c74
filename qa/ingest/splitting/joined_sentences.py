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
# The beginning of a sentence that takes back the one before it.
_DENIAL = re.compile(
    r"[(\[“‘\"']*(?:"
    r"(?:(?:but |in fact,? )?(?:that|this|it)(?: (?:is|was|proved|turned out)(?: to be)?|['’]s) (?:\w+ly |also |just )?"
    r"(?:false|wrong|untrue|incorrect|inaccurate|misleading|fake|nonsense|not (?:true|so|correct|right|the case)"
    r"|an error|a (?:lie|myth|hoax|mistake|rumou?r|fabrication))"
    r"|(?:that|this|it) (?:is|was)n['’]t (?:true|so|correct|right|the case)|nothing of the (?:sort|kind)|verdict:"
    r"|das (?:ist|war) (?:falsch|unwahr|nicht (?:wahr|richtig|korrekt))|das stimmt(?:e)? nicht"
    r"|(?:richtig|korrekt|wahr) ist|tatsächlich (?:ist|sind|war|waren)"
    r"|c['’](?:est|était) (?:faux|inexact)|ce n['’]est pas (?:vrai|exact)"
    r"|(?:eso |esto )?es falso|(?:eso )?no es (?:cierto|verdad)|non è vero|è falso|não é verdade)(?!\w)"
    r"|(?:not (?:true|so)|wrong|false|untrue|nonsense)[.!:])",
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
    """Return the sentences with an admitted error, or one that the next takes back, joined to what corrects it.

    >>> text = "Earlier, we wrongly said two ships sank. One did. (Corrected at noon.) It was old."
    >>> spans = [Span(0, 40), Span(41, 49), Span(50, 70), Span(71, 82)]
    >>> [span.of(text) for span in join_corrections(text, spans)]
    ['Earlier, we wrongly said two ships sank. One did. (Corrected at noon.)', 'It was old.']
    >>> join_corrections("It shuts. That is false.", [Span(0, 9), Span(10, 24)])
    [Span(start=0, end=24)]
    """
    if not sentences:
        return []
    whole = text[sentences[0].start : sentences[-1].end]
    admits = any(sign in whole for sign in _SIGNS)
    joined: list[Span] = []
    until = -1
    for number, sentence in enumerate(sentences):
        takes_back = _DENIAL.match(text, sentence.start) or (admits and _REMARK.match(text, sentence.start))
        fits = bool(joined) and sentence.end - joined[-1].start <= CORRECTION_CHARACTERS
        if fits and (takes_back or number <= until):
            joined[-1] = Span(joined[-1].start, sentence.end)
            continue
        joined.append(sentence)
        if admits and _ERROR.search(text, sentence.start, sentence.end):
            until = number + CORRECTION_SENTENCES
    return joined
