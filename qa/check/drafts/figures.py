"""The figures of a draft, looked up in the articles nearest to their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.check.drafts.records import Claim, ClaimStatus
from qa.check.drafts.sources import WORD, Library, differences
from qa.records import Span
from qa.text.fold import fold
from qa.text.quantities import Quantity, quantities

# The articles in which a sentence's figures are looked for.
NEAREST_ARTICLES = 10
# Words of four letters and more that two sentences about the same thing have in common.
SHARED_WORDS = 2
CONTENT_LETTERS = 4
# What is read of an endless sentence.
SENTENCE_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of an article with the quantities that it names and its longer words."""

    span: Span
    quantities: tuple[Quantity, ...]
    words: frozenset[str]


class FigureCheck:
    """Looks up the figures of one draft."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._sentences = lru_cache(NEAREST_ARTICLES * 4)(self._read)

    def check(self, draft: str, span: Span) -> Claim | None:
        """Return the sentence with its status, None where no number of it counts anything."""
        text = span.of(draft)
        figures, words = _counted(text[:SENTENCE_CHARACTERS]), _content_words(text[:SENTENCE_CHARACTERS])
        if not figures:
            return None
        nearest: tuple[int, str, _Sentence, ClaimStatus] | None = None
        for article_id in self._library.nearest(text[:SENTENCE_CHARACTERS], NEAREST_ARTICLES):
            for sentence in self._sentences(article_id):
                shared = len(words & sentence.words)
                status = _compare(figures, sentence.quantities) if shared >= SHARED_WORDS else "absent"
                if status == "exact":
                    return self._claim(text, span, article_id, sentence, status)
                if status == "differs" and (nearest is None or shared > nearest[0]):
                    nearest = shared, article_id, sentence, status
        if nearest is None:
            return Claim("figure", text, span.start, span.end, "absent")
        return self._claim(text, span, *nearest[1:])

    def _claim(self, text: str, span: Span, article_id: str, sentence: _Sentence, status: ClaimStatus) -> Claim:
        whole = self._library.text(article_id)
        source = self._library.source(article_id, whole, sentence.span.start, sentence.span.end)
        changed = differences(text[:SENTENCE_CHARACTERS], source.quote) if status == "differs" else ()
        return Claim("figure", text, span.start, span.end, status, (source,), changed)

    def _read(self, article_id: str) -> tuple[_Sentence, ...]:
        article = self._library.article(article_id)
        found = []
        for paragraph in article.paragraphs:
            for span in paragraph.sentences:
                text = span.of(article.text)[:SENTENCE_CHARACTERS]
                if named := _counted(text):
                    found.append(_Sentence(span, named, _content_words(text)))
        return tuple(found)


def _counted(text: str) -> tuple[Quantity, ...]:
    """Return the quantities that name the thing they count."""
    return tuple(one for one in quantities(text) if one.unit)


def _compare(figures: Sequence[Quantity], others: Sequence[Quantity]) -> ClaimStatus:
    """Return whether the other sentence has each figure for the same thing, contradicts one, or neither."""
    same = [any(_agree(one, other) for other in others) for one in figures]
    if all(same):
        return "exact"
    missing = [one for one, agrees in zip(figures, same, strict=True) if not agrees]
    return "differs" if any(one.contradicts(other) for one in missing for other in others) else "absent"


def _agree(one: Quantity, other: Quantity) -> bool:
    """Return whether the other number, or range of numbers, lies within the draft's: 2,400 within "more than 2,000"."""
    return one.low <= other.low and other.high <= one.high and bool(one.unit & other.unit)


def _content_words(text: str) -> frozenset[str]:
    return frozenset(word for word in WORD.findall(fold(text)) if len(word) >= CONTENT_LETTERS)
