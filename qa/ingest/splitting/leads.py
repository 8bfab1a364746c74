"""Lines that say what the text below them is: a question, a time, a speaker. Both make one paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

# Times, questions, and questions in bold type are leads when they occur this often; a question has at most these
# characters and words.
FEWEST_TIMES = 2
FEWEST_QUESTIONS = 2
FEWEST_MARKED = 2
QUESTION_CHARACTERS = 300
QUESTION_WORDS = 45
# The share of an interview's paragraphs that are questions, and of its answers that are one paragraph where the lines
# between them can be told.
QUESTION_SHARE = 0.25
SINGLE_SHARE = 0.6
TIME_CHARACTERS = 120
SPEAKER_WORDS = 5

_QUESTION_LABEL = re.compile(
    r"[*_]{0,3}(?:Q|Question|Frage|F|Interviewer(?:in)?)[*_]{0,3}\s?[:.][*_]{0,3}\s", re.IGNORECASE
)
_ANSWER_LABEL = re.compile(r"[*_]{0,3}(?:A|Answer|Antwort)[*_]{0,3}\s?[:.][*_]{0,3}\s", re.IGNORECASE)
# Who answers, by name: "Holm: Never again."
_NAMED = re.compile(r"[*_]{0,3}[^\W\d_a-z][\w.'’ -]{1,40}:[*_]{0,3}\s+\S")
_QUESTION = re.compile(r"\?[\"'”’»)*_]*$")
_MARKED_QUESTION = re.compile(r"(?P<mark>\*{2,3}|_{2,3})[^*_\s][^*_]*\?[\"'”’»)]*(?P=mark)")
_TIME = re.compile(
    r"(?:#{2,6} )?[*_\[(]{0,3}(?:\d{1,2}[:.h]\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?(?: ?(?:Uhr|h|[A-Z]{2,4}))?"
    # Minutes of a match: 67', 90+3'.
    r"|\d{1,3}(?:\+\d{1,2})?(?:['’′](?:\+\d{1,2})?|\.? (?:min|Min)\b\.?:?))[*_\])]{0,3}(?=\s|$|[-–—:|•])",
)
_CLOSED = re.compile(r"[.!?;,][\"'”’»)\]]*$")
_SPEAKER = re.compile(r"[*_]{0,3}[^\W\d_a-z][^:.!?]{1,60}:[*_]{0,3}")


def starts_turn(text: str) -> bool:
    """Tell whether a line starts a question, an answer or an entry, even inside a block of lines."""
    return any(sign.match(text) for sign in (_QUESTION_LABEL, _ANSWER_LABEL, _TIME))


def find_leads(texts: Sequence[str | None]) -> list[int | None]:
    """Return for each paragraph of an article the number of the paragraph that it leads, or None.

    texts are in reading order; None stands for a paragraph that is no text. A lead and its text follow each other.
    """
    kinds = [_find_kind(text) for text in texts]
    answered = _count_answered(texts, kinds) or _count_marked(texts) >= FEWEST_MARKED
    if answered:
        kinds = _mark_remarks(texts, kinds)
    times = sum(kind == "time" for kind in kinds)
    leads: list[int | None] = [None] * len(texts)
    for number, kind in enumerate(kinds):
        following = texts[number + 1] if number + 1 < len(texts) else None
        if following is None or kind is None or kinds[number + 1] in ("time", "question", "labelled question"):
            continue
        if (
            (kind == "labelled question" and _is_answer(texts[number], following))
            or (kind in ("question", "remark") and answered)
            or (kind == "time" and times >= FEWEST_TIMES)
            or kind == "speaker"
        ):
            leads[number] = number + 1
    return leads


def _is_answer(question: str | None, text: str) -> bool:
    """Tell whether a text is labelled as the answer, or names who gives it below what is surely a question."""
    is_asked = question is not None and _QUESTION.search(question) is not None
    return _ANSWER_LABEL.match(text) is not None or (is_asked and _NAMED.match(text) is not None)


def _find_kind(text: str | None) -> str | None:
    if text is None:
        return None
    if _TIME.match(text) and len(text) <= TIME_CHARACTERS and not _CLOSED.search(text.rstrip("!")):
        return "time"
    if _QUESTION_LABEL.match(text):
        return "labelled question"
    words = text.split()
    if _QUESTION.search(text) and len(text) <= QUESTION_CHARACTERS and len(words) <= QUESTION_WORDS:
        return "question"
    return "speaker" if _SPEAKER.fullmatch(text) and len(words) <= SPEAKER_WORDS and _is_name(words) else None


def _is_name(words: Sequence[str]) -> bool:
    return len(words) > 1 and all(word.strip("*_(")[:1].isupper() or len(word) <= 3 for word in words)


def _mark_remarks(texts: Sequence[str | None], kinds: Sequence[str | None]) -> list[str | None]:
    """Return the kinds with an interviewer's lines that are no questions as remarks.

    Where most answers are one paragraph, three between two questions are an answer, a remark and the answer to it.
    A remark is no longer than a question, and shorter than the text below it.
    """
    questions = [number for number, kind in enumerate(kinds) if kind == "question"]
    runs = [range(one + 1, other) for one, other in pairwise(questions) if other - one > 1]
    marked = list(kinds)
    if sum(len(run) == 1 for run in runs) < SINGLE_SHARE * len(runs):
        return marked
    for run in runs:
        if len(run) % 2 and all(_is_remark(texts[number], texts[number + 1]) for number in run[1::2]):
            for number in run[1::2]:
                marked[number] = kinds[number] or "remark"
    return marked


def _is_remark(text: str | None, answer: str | None) -> bool:
    if text is None or answer is None or len(text) > QUESTION_CHARACTERS:
        return False
    return len(text.split()) <= QUESTION_WORDS and len(text) < len(answer)


def _count_answered(texts: Sequence[str | None], kinds: Sequence[str | None]) -> bool:
    """Tell whether an article is an interview: many questions, each above a text that is none."""
    body = sum(text is not None for text in texts)
    questions = [
        number
        for number, kind in enumerate(kinds[:-1])
        if kind == "question" and texts[number + 1] is not None and kinds[number + 1] is None
    ]
    return len(questions) >= max(FEWEST_QUESTIONS, QUESTION_SHARE * body)


def _count_marked(texts: Sequence[str | None]) -> int:
    """Return how many questions are in bold type as a whole, above a text that is none."""
    return sum(
        text is not None and following is not None and _MARKED_QUESTION.fullmatch(text) is not None
        for text, following in pairwise(texts)
    )
