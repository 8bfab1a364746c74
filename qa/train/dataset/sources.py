"""The training folder: public question-answering data, read as pairs with a limit per source."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from qa.errors import QAError
from qa.records import Span
from qa.train.dataset.pairs import Kind, Pair

LONGEST = 1600  # characters of a passage: more than an encoder of 256 word pieces can read
# At most this many pairs per source; otherwise short passages and questions that need theirs would outnumber news.
MOST_PAIRS = {
    "qamr": 2500,
    "reqa_squad_bioasq": 4500,
    "squadshifts/reddit": 1200,
    "squadshifts/amazon_reviews": 1200,
    "fairytaleqa": 1500,
    "bioasq_golden": 600,
    "contrast_sets": 1500,
    "multihop_100": 1000,
    "condaqa": 800,
    "molweni": 0,
}
MINED_SHARE = {"fairytaleqa": 0.15, "squadshifts/reddit": 0.3, "squadshifts/amazon_reviews": 0.3}
SHORTEST_SECTION = 150  # characters


class PairsMissing(QAError):
    """The training folder lacks a file, or one of its lines is not a pair."""


class _Answer(msgspec.Struct, frozen=True):
    text: str
    start: int


class _Row(msgspec.Struct, frozen=True):
    src: str
    passage: str
    answers: list[_Answer]
    answerable: bool
    question: str = ""
    title: str | None = None
    split: str | None = None

    @property
    def part(self) -> str:
        """The source, with its part where its parts differ."""
        return f"{self.src}/{self.split}" if self.src == "squadshifts" and self.split != "new_wiki" else self.src


class _Sentence(msgspec.Struct, frozen=True):
    src: str
    question: str
    sentence: str
    label: int
    qid: str = ""
    split: str = ""


Line = TypeVar("Line", bound=msgspec.Struct)


def read_pairs(folder: Path, chance: np.random.Generator) -> list[Pair]:
    """Return the pairs of span_qa, mined_negatives and sentence_rel (.jsonl.gz) in the folder.

    Raises PairsMissing when a file is missing or has a line that is not a pair.
    """
    return [
        *_given(_read_lines(folder / "span_qa.jsonl.gz", _Row), chance),
        *_sections(_read_lines(folder / "sentence_rel.jsonl.gz", _Sentence), chance),
        *_mined(_read_lines(folder / "mined_negatives.jsonl.gz", _Row), chance),
    ]


def _read_lines(path: Path, kind: type[Line]) -> list[Line]:
    decoder = msgspec.json.Decoder(kind)
    try:
        with gzip.open(path) as lines:
            return [decoder.decode(line) for line in lines]
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise PairsMissing(f"{path} cannot be read: {error}. Give a folder with files of pairs.") from error


def _given(rows: Sequence[_Row], chance: np.random.Generator) -> Iterator[Pair]:
    by_part = defaultdict(list)
    for row in rows:
        if row.question and (row.answers or not row.answerable):
            by_part[row.part].append(row)
    for part, found in by_part.items():
        chosen = chance.permutation(len(found))[: MOST_PAIRS.get(part)]
        yield from (pair for number in chosen if (pair := _pair(found[number], "given")).usable())


def _mined(rows: Sequence[_Row], chance: np.random.Generator) -> list[Pair]:
    return [_pair(row, "mined") for row in rows if chance.random() < MINED_SHARE.get(row.part, 1.0)]


def _pair(row: _Row, kind: Kind) -> Pair:
    passage = row.passage[:LONGEST]
    spans = [Span(answer.start, answer.start + len(answer.text)) for answer in row.answers]
    answers = tuple(span for span in spans if span.end <= len(passage))
    return Pair(row.question, passage, row.answerable, answers, kind, row.src, f"{row.src}:{row.title or passage[:80]}")


def _sections(rows: Sequence[_Sentence], chance: np.random.Generator) -> Iterator[Pair]:
    """Join the sentences of each selqa question into a passage with the answer and one without."""
    by_question = defaultdict(list)
    for row in rows:
        if row.src == "selqa":
            by_question[row.split, row.qid].append(row)
    for found in by_question.values():
        if any(row.label for row in found):
            yield from (pair for pair in _with_and_without(found, chance) if pair.usable())


def _with_and_without(rows: Sequence[_Sentence], chance: np.random.Generator) -> Iterator[Pair]:
    first = next(place for place, row in enumerate(rows) if row.label)
    size = int(chance.integers(4, 9))
    begin = max(0, first - int(chance.integers(size)))
    question, group = rows[0].question, f"selqa:{rows[0].qid}"
    passage, answers = _join(rows[begin : begin + size])
    yield Pair(question, passage, True, answers, "given", "selqa", group)
    others = [row for row in rows if not row.label]
    without, _ = _join(others[max(0, begin - 1) : begin + size - 1])
    if len(without) > SHORTEST_SECTION:
        yield Pair(question, without, False, (), "shortened", "selqa", group)


def _join(rows: Sequence[_Sentence]) -> tuple[str, tuple[Span, ...]]:
    """Return the sentences as one text, with the spans of those that answer."""
    text, answers = "", []
    for row in rows:
        sentence = row.sentence.strip()
        if row.label and len(text) + len(sentence) <= LONGEST:
            answers.append(Span(len(text), len(text) + len(sentence)))
        text += sentence + " "
    return text.strip()[:LONGEST], tuple(answers)
