"""Words of a question as the articles spell them: typing errors put right, names in their commoner spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from qa.protocols import Encoder, Snapshot, WordIndex
from qa.text.fold import fold

WORD = re.compile(r"[^\W\d_]{4,}")
# Shorter words have too many neighbours, longer ones few even at two edits.
SHORTEST, LONG = 5, 7
NAME_DISTANCE = 2
PLACES = 5
# Words whose spelling is kept in memory.
CACHED_WORDS = 2_000

# Letters that other spellings of a name exchange: Alexei and Aleksei, Kyiv and Kiev, Wladimir and Vladimir.
SOUNDS = (("x", "ks"), ("ph", "f"), ("ck", "k"), ("kh", "h"), ("c", "k"), ("q", "k"), ("w", "v"), ("z", "s"))
SILENT = re.compile(r"(?<=.)[aeiouyj]")
DOUBLED = re.compile(r"(.)\1+")


def respell(text: str, snapshot: Snapshot, encoder: Encoder, known: dict[str, str]) -> str:
    """Return the text with words that the articles do not hold replaced by what was probably meant.

    A word that the encoder knows whole is taken to be meant as it is. A name that stands in the articles in a commoner
    spelling too gets that one behind it. What was found out about a word of this generation is remembered in ``known``.
    """

    def spelled(found: re.Match[str]) -> str:
        word = found[0]
        meant = known.get(word)
        if meant is None:
            if len(known) >= CACHED_WORDS:
                known.clear()
            meant = known[word] = _spelled(word, snapshot, encoder)
        return meant

    return WORD.sub(spelled, text)


def _spelled(word: str, snapshot: Snapshot, encoder: Encoder) -> str:
    lexical = snapshot.lexical
    terms = lexical.terms(word)
    if len(terms) != 1:
        return word
    frequency = lexical.frequency(terms[0])
    if not frequency and len(terms[0]) >= SHORTEST and encoder.count_tokens(fold(word)) > 1:
        meant = _nearest(terms[0], lexical)
        surface = _surface(meant, word, snapshot) if meant else word
        return surface.lower() if word.islower() else surface
    if word[0].isupper():
        commoner = _commoner_name(terms[0], frequency, lexical)
        surface = _surface(commoner, word, snapshot) if commoner else word
        return f"{word} {surface}" if surface[0].isupper() and surface != word else word
    return word


def _nearest(term: str, lexical: WordIndex) -> str | None:
    """Return the most frequent term at one edit, for a long one at two, or None."""
    for distance in (1, 2) if len(term) >= LONG else (1,):
        found = _within(term, distance, lexical.terms_from(term[0]))
        if found:
            return max(found)[1]
    return None


def _commoner_name(term: str, frequency: int, lexical: WordIndex) -> str | None:
    """Return the most frequent term that sounds the same and is more frequent, or None."""
    alike = [
        (count, other)
        for count, other in _within(term, NAME_DISTANCE, lexical.terms_from(term[0]))
        if count > frequency and sound(other) == sound(term) and not _inflected(term, other)
    ]
    return max(alike)[1] if alike else None


def _within(term: str, distance: int, others: Mapping[str, int]) -> list[tuple[int, str]]:
    near = extract(term, list(others), scorer=OSA.distance, score_cutoff=distance, limit=None)
    return [(others[other], other) for other, _, _ in near if other != term]


def _inflected(one: str, other: str) -> bool:
    """Return whether one is the other with an ending, as in Germany and German."""
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


def _surface(term: str, meant_by: str, snapshot: Snapshot) -> str:
    """Return the word for a term as the articles write it, the one nearest to what was typed."""
    hits = snapshot.lexical.search(term, PLACES)
    words = {word for one in snapshot.text.paragraphs(hits.rows) for word in WORD.findall(one.text)}
    fitting = [word for word in words if snapshot.lexical.terms(word) == [term]]
    return min(fitting, key=lambda word: (OSA.distance(fold(word), fold(meant_by)), word), default=term)
