"""Headings inside an article: short lines above a text, and headings glued to the text that follows."""

from __future__ import annotations

import re
from collections.abc import Sequence

HEADING_WORDS = 16
HEADING_CHARACTERS = 120
QUESTION_WORDS = 10
# A paragraph of this many words is a text even without a full stop.
TEXT_WORDS = 9
# More candidates in a row are a list.
LIST_PARAGRAPHS = 2
GLUED_CHARACTERS = 80

_CLOSED = re.compile(r"(?:[.!;:,…。！；：，][\"'”’»)\]]*|[;,] (?:and|or|und|oder|sowie|et|ou|y|o|e))$")
# Marks of references and footnotes at the end of a sentence.
_REFERENCES = re.compile(r"(?:\s?\[[^\]\s]{1,12}\]|[¹²³⁰-⁹†‡*])+$")
# An order of a court: "DISMISSES the appeal".
_ORDER = re.compile(r"[^\W\d_a-z]{4,} (?:[a-z]+ ){1,}")
# A sentence that ends inside, or a word that is parted at the end of a line.
_TEXT_INSIDE = re.compile(r"(?:[^\W\d_A-Z]{4}|\d{4})[.!] +[A-Z]|[^\W\d_]-\n|\w[.!?] +[(“\"‘]\w")
_QUESTION = re.compile(r"\?[\"'”’»)\]]*$")
_LIST_MARK = re.compile(r"[-*•·–+|>]\s|[(\[]?[a-z][)\]]\s|\(?\d{1,3}\)\s")
# No heading breaks off behind one of these.
_OPEN = re.compile(
    r"(?:^|\s)(?:an?|the|that|which|who|whose|whether|because|is|was|are|were|has|had|der|die|das|dass|ein|eine|einen|im"
    r"|le|la|les|du|des|que|el|los|las|del)$"
)
_FIELD = re.compile(r"[^:]{1,40}: .*\d|.*\t.*|.*\|.*|.*\S {3,}\S.*")
_LABELLED = re.compile(r"[^\W\d_][^:]{0,30}: \S")
_QUOTED_SPEECH = re.compile(r"[“\"‘'].*[?!.][”\"’'].*")
# Names have capitals inside words too, so only words that open sentences prove a lost line break.
_GLUED = re.compile(
    r"(?:The|This|These|Those|There|It|He|She|They|We|You|In|On|At|As|After|Before|When|While|But|According|Since|"
    r"During|For|From|With|If|One|His|Her|Its|Their|Although|However|Many|Most|Some|By|To) "
)
_WORD_END = re.compile(r"[^\W\d_A-Z]{3}")


def has_heading_shape(text: str) -> bool:
    """Tell whether a line has the form of a heading: short, and not ended as a sentence.

    >>> has_heading_shape("What the army did"), has_heading_shape("The army left."), has_heading_shape("“This is it?”")
    (True, False, False)
    >>> has_heading_shape("Nine were fined.[6]"), has_heading_shape("DISMISSES the claim; and")
    (False, False)
    >>> has_heading_shape("It opened in 2021. The board, which met"), has_heading_shape("The case of Gen. Lind")
    (False, True)
    """
    text = _REFERENCES.sub("", text)
    if (
        not text
        or len(text) > HEADING_CHARACTERS
        or len(text.split()) > HEADING_WORDS
        or sum(map(str.isalpha, text)) * 2 < len(text)
    ):
        return False
    if _CLOSED.search(text) or _LIST_MARK.match(text) or _FIELD.fullmatch(text) or _QUOTED_SPEECH.fullmatch(text):
        return False
    if _ORDER.match(text) or _TEXT_INSIDE.search(text) or _OPEN.search(text):
        return False
    return not _QUESTION.search(text) or (text[0].isupper() and len(text.split()) <= QUESTION_WORDS)


def find_headings(texts: Sequence[str | None]) -> list[bool]:
    """Tell for each paragraph of an article whether it is a heading; None stands for a paragraph that cannot be one.

    A heading has the form of a heading and stands above a text. More than two in a row are a list, and so are
    neighbours with labels ("Boat: white").
    """
    labelled = [text is not None and _LABELLED.match(text) is not None for text in texts]
    beside = [
        before or after for _, before, after in zip(labelled, [False, *labelled], [*labelled[1:], False], strict=False)
    ]
    shapes = [
        text is not None and has_heading_shape(text) and not (label and other)
        for text, label, other in zip(texts, labelled, beside, strict=True)
    ]
    found = [False] * len(texts)
    run = 0
    for number in range(len(texts) - 1, -1, -1):
        if not shapes[number]:
            run = 0
            continue
        above = number + 1 < len(texts) and (run > 0 or _is_text(texts[number + 1]))
        run = run + 1 if above else 0
        found[number] = above
    return _drop_lists(found)


def _is_text(text: str | None) -> bool:
    return text is not None and (
        len(text) > HEADING_CHARACTERS
        or len(text.split()) >= TEXT_WORDS
        or bool(_CLOSED.search(_REFERENCES.sub("", text)))
    )


def _drop_lists(found: list[bool]) -> list[bool]:
    start = 0
    for number in range(len(found) + 1):
        if number < len(found) and found[number]:
            continue
        if number - start > LIST_PARAGRAPHS:
            found[start:number] = [False] * (number - start)
        start = number + 1
    return found


def find_glued_heading(text: str) -> int | None:
    """Return where a heading ends that is glued to the text after it, or None.

    >>> find_glued_heading("BackgroundThe war started in 2014 and has not ended.")
    10
    """
    opened = _GLUED.finditer(text, 0, GLUED_CHARACTERS + 12)
    end = next(
        (word.start() for word in opened if _WORD_END.fullmatch(text, max(0, word.start() - 3), word.start())), None
    )
    if end is None or end > GLUED_CHARACTERS or len(text) < end + 40:
        return None
    head = text[:end]
    return end if has_heading_shape(head) and head[0].isupper() and not _is_text(head) else None
