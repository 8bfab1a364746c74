"""Statements that people wrote about a text, with what other people judged: nli.jsonl.gz of the training folder."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from qa.text.sentences import split_sentences
from qa.train.dataset.sources import PairsMissing
from qa.train.dataset.text import join_words, plain, straighten
from qa.train.statements.statement import Statement

FILE = "nli.jsonl.gz"
SUPPORTED = "entailment"
# A quotation is short: of a longer premise the sentences that share most words with the statement are read.
LONGEST_PREMISE = 900  # characters
SHORTEST_WORD = 4  # letters of a word that counts as shared
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]"}
_BRACKET = re.compile("|".join(_BRACKETS))


class _Row(msgspec.Struct, frozen=True):
    source: str
    premise: str
    hypothesis: str
    label: str


def read_statements(folder: Path) -> Iterator[Statement]:
    """Yield the statements of the file; raises PairsMissing where it is missing or has a line that is none."""
    decoder = msgspec.json.Decoder(_Row)
    try:
        with gzip.open(folder / FILE) as lines:
            rows = [decoder.decode(line) for line in lines]
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise PairsMissing(f"{folder / FILE} cannot be read: {error}. Give a folder with statements.") from error
    for row in rows:
        text = _one_spelling(row.hypothesis)
        premise = shorten_premise(_one_spelling(row.premise), text)
        supported = row.label == SUPPORTED
        yield Statement(premise, text, supported, "given" if supported else "human", row.source)


def shorten_premise(premise: str, text: str) -> str:
    """Return the premise, or the sentences of a long one that share most words with the text, in their order.

    >>> shorten_premise("It rained.", "It was wet.")
    'It rained.'
    """
    if len(premise) <= LONGEST_PREMISE:
        return premise
    sentences = [span.of(premise) for span in split_sentences(premise, 0, len(premise))]
    wanted = _words(text)
    kept: set[int] = set()
    left = LONGEST_PREMISE
    for number in sorted(range(len(sentences)), key=lambda at: -len(wanted & _words(sentences[at]))):
        if len(sentences[number]) <= left:
            kept.add(number)
            left -= len(sentences[number]) + 1
    return " ".join(sentences[number] for number in sorted(kept)) or premise[:LONGEST_PREMISE]


def _words(text: str) -> set[str]:
    return {word for word in plain(text).split() if len(word) >= SHORTEST_WORD}


def _one_spelling(text: str) -> str:
    text = _BRACKET.sub(lambda found: _BRACKETS[found.group()], text)
    return join_words(straighten(re.sub(r"\s+", " ", text))).strip()
