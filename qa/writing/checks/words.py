"""The words of a sentence as the checks compare them: folded, stemmed, and marked where they can be names."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import tantivy

from qa.text.fold import fold

# Words that say nothing of their own. Negations, hedges and numbers have checks of their own.
FUNCTION_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "nor",
        "so",
        "if",
        "then",
        "than",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "off",
        "on",
        "onto",
        "out",
        "over",
        "per",
        "since",
        "to",
        "toward",
        "towards",
        "under",
        "until",
        "up",
        "upon",
        "via",
        "with",
        "within",
        "without",
        "about",
        "above",
        "across",
        "after",
        "against",
        "along",
        "among",
        "around",
        "before",
        "behind",
        "below",
        "beneath",
        "beside",
        "between",
        "beyond",
        "down",
        "during",
        "i",
        "me",
        "my",
        "we",
        "us",
        "our",
        "you",
        "your",
        "he",
        "him",
        "his",
        "she",
        "her",
        "hers",
        "it",
        "its",
        "they",
        "them",
        "their",
        "theirs",
        "this",
        "that",
        "these",
        "those",
        "who",
        "whom",
        "whose",
        "which",
        "what",
        "when",
        "where",
        "why",
        "how",
        "there",
        "here",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "do",
        "does",
        "did",
        "doing",
        "done",
        "has",
        "have",
        "had",
        "having",
        "will",
        "would",
        "shall",
        "should",
        "can",
        "could",
        "may",
        "might",
        "must",
        "not",
        "no",
        "never",
        "none",
        "neither",
        "nothing",
        "nobody",
        "also",
        "too",
        "very",
        "just",
        "only",
        "both",
        "each",
        "all",
        "any",
        "some",
        "such",
        "other",
        "another",
        "own",
        "same",
        "more",
        "most",
        "less",
        "least",
        "few",
        "fewer",
        "many",
        "much",
        "one",
        "said",
        "says",
        "say",
        "according",
        "him",
        "himself",
        "herself",
        "itself",
        "themselves",
        "however",
        "while",
        "because",
        "although",
        "though",
        "yet",
        "still",
        "even",
        "ever",
        "again",
        "once",
        "s",
        "t",
        "d",
        "ll",
        "re",
        "ve",
        "m",
    ]
)
_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*")


@dataclass(frozen=True, slots=True)
class Word:
    """A word from start to end of its text; ``capital`` tells that it is written like a name."""

    text: str
    stem: str
    start: int
    end: int
    capital: bool

    @property
    def has_content(self) -> bool:
        """Tell whether the word says something of its own."""
        return self.text not in FUNCTION_WORDS


@functools.lru_cache(maxsize=1)
def _stemmer() -> tantivy.TextAnalyzer:
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return words.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("english")).build()


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the word without its ending; a word that is not stemmed stays as it is.

    >>> stem("soldiers"), stem("sentenced")
    ('soldier', 'sentenc')
    """
    found = _stemmer().analyze(word)
    return str(found[0]) if found else word


def split_words(text: str) -> tuple[Word, ...]:
    """Return the words of a text, in order.

    >>> [word.text for word in split_words("Russia’s 1,043 soldiers")]
    ['russia', 's', '1,043', 'soldiers']
    """
    words = []
    for found in _WORD.finditer(text):
        folded = fold(found[0])
        words.append(Word(folded, stem(folded), found.start(), found.end(), found[0][0].isupper()))
    return tuple(words)


def content_stems(words: Sequence[Word]) -> frozenset[str]:
    """Return the stems of the words that say something of their own."""
    return frozenset(word.stem for word in words if word.has_content)
