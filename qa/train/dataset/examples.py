"""Examples: pairs as row numbers in two tables of token vectors."""

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

HELD_OUT_PERCENT = 4  # of the groups
KEYWORD_SHARE, FOLLOW_UP_SHARE = 0.3, 0.2  # of the questions


@dataclass(frozen=True, slots=True)
class Gold:
    """The place of each answer in a passage: its first and last token, and its sentences."""

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
        """Return whether the example is used for measuring only."""
        return zlib.crc32(self.group.encode()) % 100 < HELD_OUT_PERCENT


@dataclass(frozen=True, slots=True)
class Examples:
    """All examples over their tables.

    idf (ids,) is the rarity of each word piece, in [0, 1]; ``other_forms`` maps the row of a question to that of the
    same question as key words, or with an earlier question in front.
    """

    passages: TokenTable
    questions: TokenTable
    idf: Vector
    other_forms: Mapping[int, int]
    all: Sequence[Example]


def make_examples(pairs: Sequence[Pair], encoder: Encoder, vocabulary: int, chance: np.random.Generator) -> Examples:
    """Return pairs with their vectors; ``vocabulary`` is the number of ids in the encoder's tokenizer."""
    from_outside = {pair.passage for pair in pairs if pair.kind in ("given", "mined")}
    forms = _other_forms(pairs, chance)
    passages = encode_table(encoder, (pair.passage for pair in pairs))
    questions = encode_table(encoder, [*(pair.question for pair in pairs), *forms.values()])
    idf = _background_idf([passages.tokens[passages.row[text]] for text in sorted(from_outside)], vocabulary)
    other_forms = {questions.row[question]: questions.row[form] for question, form in forms.items()}
    found = [example for pair in pairs for example in _examples_of(pair, passages, questions)]
    return Examples(passages, questions, idf, other_forms, found)


def _examples_of(pair: Pair, passages: TokenTable, questions: TokenTable) -> list[Example]:
    """Return the pair as an example; none when the encoder truncates it before its answer."""
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
        if draw < KEYWORD_SHARE and (keywords := as_keywords(pair.question, chance)):
            forms[pair.question] = keywords
        elif KEYWORD_SHARE <= draw < KEYWORD_SHARE + FOLLOW_UP_SHARE and others:
            forms[pair.question] = f"{pick(others, chance)} {pair.question}"
    return forms


def _background_idf(passages: Sequence[Tokens], vocabulary: int) -> Vector:
    """Return the rarity of each word piece, in [0, 1], over the training passages instead of an index."""
    frequency = np.zeros(vocabulary)
    for tokens in passages:
        frequency[np.unique(tokens.ids)] += 1
    count = len(passages)
    rarity: Vector = (np.log((count + 1) / (frequency + 0.5)) / np.log((count + 1) / 0.5)).astype(np.float32)
    return rarity
