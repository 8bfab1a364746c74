"""A question in the spelling of the articles: typing errors corrected, names as they are common, numbers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

from rapidfuzz.distance import OSA

from qa.protocols import Encoder, Snapshot, WordIndex
from qa.text.figures import find_numbers, number_term
from qa.text.fold import FoldedText, fold
from qa.text.scripts import UNSPACED

WORD = re.compile(r"[^\W\d_]{4,}")
# Letters of a term: shorter ones have too many neighbours to be corrected, long ones few even at two edits.
SHORTEST, LONG = 5, 7
# Edits between two spellings of a name.
NAME_DISTANCE = 2
# Digits of a number that can be written in several ways.
FEWEST_DIGITS = 4
# Paragraphs that are searched for the written form of a term.
EXAMPLES = 5
# Words whose spelling is kept in memory.
CACHED_WORDS = 2_000

# Letters that other spellings of a name exchange: Alexei and Aleksei, Kyiv and Kiev, Wladimir and Vladimir.
SOUNDS = (("x", "ks"), ("ph", "f"), ("ck", "k"), ("kh", "h"), ("c", "k"), ("q", "k"), ("w", "v"), ("z", "s"))
SILENT = re.compile(r"(?<=.)[aeiouyj]")
DOUBLED = re.compile(r"(.)\1+")


def respell(text: str, snapshot: Snapshot, encoder: Encoder, known: dict[str, str]) -> str:
    """Return the text with each word that no article holds replaced by the word that was probably meant.

    A word that the encoder knows whole, or of a script without spaces, is not replaced. A name that the articles write
    with letters of its own, such as Wałęsa, is written so; one that they also write in a commoner spelling is followed
    by that spelling. ``known`` is a cache of the words of this generation.
    """

    def correct(found: re.Match[str]) -> str:
        word = found[0]
        meant = known.get(word)
        if meant is None:
            if len(known) >= CACHED_WORDS:
                known.clear()
            meant = known[word] = _correct(word, snapshot, encoder)
        return meant

    return WORD.sub(correct, text)


def _correct(word: str, snapshot: Snapshot, encoder: Encoder) -> str:
    words = snapshot.words
    terms = words.terms(word)
    if len(terms) != 1 or UNSPACED.search(word):
        return word
    [frequency] = words.frequencies(terms)
    is_whole = encoder.count_tokens(fold(word)) == 1
    if not frequency and len(terms[0]) >= SHORTEST and not is_whole:
        meant = _nearest(terms[0], words)
        surface = _surface(meant, word, snapshot) if meant else word
        return surface.lower() if word.islower() else surface
    if frequency and word[0].isupper() and word.isascii() and not is_whole:
        surface = _surface(terms[0], word, snapshot)
        if fold(surface) == fold(word) and _has_own_letters(surface):
            return surface
    if word[0].isupper():
        commoner = _commoner_name(terms[0], frequency, words)
        surface = _surface(commoner, word, snapshot) if commoner else word
        return f"{word} {surface}" if surface[0].isupper() and surface != word else word
    return word


def _has_own_letters(word: str) -> bool:
    """Return whether a word has letters that are no letter with an accent, which no encoder takes for a plain one.

    >>> _has_own_letters("Wałęsa"), _has_own_letters("César")
    (True, False)
    """
    return any(not (letter.isascii() or unicodedata.decomposition(letter)) for letter in word)


def _nearest(term: str, words: WordIndex) -> str | None:
    """Return the most frequent term at one edit, for a long one at two, or None."""
    for distance in (1, 2) if len(term) >= LONG else (1,):
        near = words.near(term, distance)
        if near:
            return _most_frequent(near)
    return None


def _commoner_name(term: str, frequency: int, words: WordIndex) -> str | None:
    """Return the most frequent term that sounds the same and is more frequent, or None."""
    commoner = {other: count for other, count in alike(term, words).items() if count > frequency}
    return _most_frequent(commoner) if commoner else None


def alike(term: str, words: WordIndex) -> dict[str, int]:
    """Return the other spellings of a name, each with its frequency: terms near to this one that sound the same."""
    near = words.near(term, NAME_DISTANCE).items()
    return {other: count for other, count in near if sound(other) == sound(term) and not _is_inflected(term, other)}


def _most_frequent(frequencies: Mapping[str, int]) -> str:
    """Return the term with the highest frequency, the last in the alphabet of several."""
    return max((count, term) for term, count in frequencies.items())[1]


def _is_inflected(one: str, other: str) -> bool:
    """Return whether one term is the other with an ending, as in Germany and German."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short)


def sound(term: str) -> str:
    """Return the consonants of a name, so that its spellings agree.

    >>> sound("aleksei") == sound("alexey"), sound("kyiv") == sound("kiev"), sound("cesar") == sound("caesar")
    (True, True, True)
    """
    for letters, sounded in SOUNDS:
        term = term.replace(letters, sounded)
    return DOUBLED.sub(r"\1", SILENT.sub("", term))


def _surface(term: str, typed: str, snapshot: Snapshot) -> str:
    """Return the word for a term as the articles write it, the one nearest to the typed word."""
    words = {word for text in snapshot.examples(term, EXAMPLES) for word in WORD.findall(text)}
    fitting = [word for word in words if snapshot.words.terms(word) == [term]]
    return min(fitting, key=lambda word: (OSA.distance(fold(word), fold(typed)), word), default=term)


def rewrite_numbers(text: str, snapshot: Snapshot) -> str:
    """Return the text with each number that the articles write in another form written in theirs."""
    parts, at = [], 0
    for start, end, term in _written_numbers(text):
        written = text[start:end]
        forms = Counter(
            example[first:last]
            for example in snapshot.examples(term, EXAMPLES)
            for first, last, other in _written_numbers(example)
            if other == term
        )
        if forms and written not in forms:
            parts.append(f"{text[at:start]}{forms.most_common(1)[0][0]}")
            at = end
    return "".join([*parts, text[at:]])


def _written_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each long number of a text stands, and its term."""
    if not any(map(str.isdecimal, text)):
        return
    folded = FoldedText.of(text)
    for number in find_numbers(folded.text):
        term = number_term(number)
        if term is not None and len(term) >= FEWEST_DIGITS:
            span = folded.original(number.start(), number.end())
            yield span.start, span.end, term
