"""Pairs as rows of two tables of token vectors, with the negatives that only vectors can find."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.protocols import Encoder, Vector
from qa.train.dataset.edits import as_keywords
from qa.train.dataset.pairs import Kind, Pair, pick
from qa.train.dataset.passages import Tokens, TokenTable, encode_table

HELD_OUT = 4  # per cent of the groups
KEYWORDS, FOLLOW_UPS = 0.3, 0.2


@dataclass(frozen=True, slots=True)
class Gold:
    """Where a passage answers: the first and last token of each answer, and the sentences that hold them."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    sentences: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage by their rows; ``gold`` is empty when the passage does not answer."""

    question: int
    passage: int
    answerable: bool
    gold: Gold
    kind: Kind
    group: str

    def held_out(self) -> bool:
        """Return whether the example is kept for measuring."""
        return zlib.crc32(self.group.encode()) % 100 < HELD_OUT


@dataclass(frozen=True, slots=True)
class Examples:
    """All examples over their tables.

    idf (ids,) says how rare each word piece is, in [0, 1]; ``other_forms`` has for the row of a question that of the
    same question as key words, or behind an earlier one.
    """

    passages: TokenTable
    questions: TokenTable
    idf: Vector
    other_forms: Mapping[int, int]
    all: Sequence[Example]


def make_examples(pairs: Sequence[Pair], encoder: Encoder, vocabulary: int, chance: np.random.Generator) -> Examples:
    """Return the pairs with their vectors; ``vocabulary`` is how many ids the encoder's tokenizer has."""
    from_outside = {pair.passage for pair in pairs if pair.kind in ("given", "mined")}
    forms = _other_forms(pairs, chance)
    passages = encode_table(encoder, (pair.passage for pair in pairs))
    questions = encode_table(encoder, [*(pair.question for pair in pairs), *forms.values()])
    idf = _background_idf([passages.tokens[passages.row[text]] for text in sorted(from_outside)], vocabulary)
    other_forms = {questions.row[question]: questions.row[form] for question, form in forms.items()}
    found = [example for pair in pairs for example in _examples_of(pair, passages, questions)]
    return Examples(passages, questions, idf, other_forms, found)


def _examples_of(pair: Pair, passages: TokenTable, questions: TokenTable) -> list[Example]:
    """Return the pair as an example; none when the encoder cuts it off before its answer."""
    question, passage = questions.row[pair.question], passages.row[pair.passage]
    gold = _gold(pair, passages.tokens[passage])
    readable = len(questions.tokens[question]) and len(passages.tokens[passage])
    if not readable or (pair.answers and not gold.starts):
        return []
    return [Example(question, passage, pair.answerable, gold, pair.kind, pair.group)]


def _gold(pair: Pair, tokens: Tokens) -> Gold:
    inside = [
        np.flatnonzero((tokens.spans[:, 0] < answer.end) & (tokens.spans[:, 1] > answer.start))
        for answer in pair.answers
    ]
    covered = [where for where in inside if len(where)]
    sentences = {int(number) for where in covered for number in tokens.sentence[where]}
    starts, ends = tuple(int(where[0]) for where in covered), tuple(int(where[-1]) for where in covered)
    return Gold(starts, ends, tuple(sorted(sentences)))


def _other_forms(pairs: Sequence[Pair], chance: np.random.Generator) -> dict[str, str]:
    """Return some questions as key words, and some with an earlier question about the same passage in front."""
    about: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        if pair.answerable:
            about[pair.passage].append(pair.question)
    forms = {}
    for pair in pairs:
        draw, others = chance.random(), [question for question in about[pair.passage] if question != pair.question]
        if draw < KEYWORDS and (keywords := as_keywords(pair.question, chance)):
            forms[pair.question] = keywords
        elif KEYWORDS <= draw < KEYWORDS + FOLLOW_UPS and others:
            forms[pair.question] = f"{pick(others, chance)} {pair.question}"
    return forms


def _background_idf(passages: Sequence[Tokens], vocabulary: int) -> Vector:
    """Return how rare each word piece is, in [0, 1]: a table of its own, so that the reader depends on no corpus."""
    frequency = np.zeros(vocabulary)
    for tokens in passages:
        frequency[np.unique(tokens.ids)] += 1
    count = len(passages)
    rarity: Vector = (np.log((count + 1) / (frequency + 0.5)) / np.log((count + 1) / 0.5)).astype(np.float32)
    return rarity
