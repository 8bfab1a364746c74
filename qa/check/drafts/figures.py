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
YEARS = range(1000, 2100)
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
        """Return the sentence with its status, None where it has no number or too few words to say of what."""
        text = span.of(draft)
        read = text[:SENTENCE_CHARACTERS]
        figures, words = quantities(read), _content_words(read)
        if not any(one.unit for one in figures) and not (figures and len(words) >= SHARED_WORDS):
            return None
        nearest: tuple[int, str, _Sentence, ClaimStatus] | None = None
        for article_id in self._library.nearest(read, NEAREST_ARTICLES):
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
                if named := quantities(text):
                    found.append(_Sentence(span, named, _content_words(text)))
        return tuple(found)


def _compare(figures: Sequence[Quantity], others: Sequence[Quantity]) -> ClaimStatus:
    """Return whether the other sentence has each figure for the same thing, contradicts one, or neither."""
    missing = [one for one in figures if not any(_agree(one, other) for other in others)]
    if not missing:
        return "exact"
    return "differs" if any(_contradict(one, other) for one in missing for other in others) else "absent"


def _agree(one: Quantity, other: Quantity) -> bool:
    """Return whether the other number, or range of numbers, lies within the draft's: 2,400 within "more than 2,000".

    Both have to count the same thing, but for a year and a number that counts nothing.
    """
    within = one.low <= other.low and other.high <= one.high
    return within and (bool(one.unit & other.unit) or not one.unit or _is_year(one))


def _contradict(one: Quantity, other: Quantity) -> bool:
    """Return whether two numbers of the same thing cannot both be right, or two years are different."""
    return one.contradicts(other) or (not one.unit and _is_year(one) and not other.unit and _is_year(other))


def _is_year(one: Quantity) -> bool:
    return one.low == one.high and one.low in YEARS


def _content_words(text: str) -> frozenset[str]:
    return frozenset(word for word in WORD.findall(fold(text)) if len(word) >= CONTENT_LETTERS)
