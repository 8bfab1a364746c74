"""The training folder: public question-answering data, read as pairs with a limit per source."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from qa.errors import QAError
from qa.records import Span
from qa.train.dataset.pairs import UNKNOWN, Kind, Pair
from qa.train.dataset.text import join_words, straighten

LONGEST = 2400  # characters of a passage
# At most this many pairs per source; otherwise short passages and questions that need theirs would outnumber news.
MOST_PAIRS = {
    "qamr": 2000,
    "reqa_squad_bioasq": 4000,
    "squadshifts/reddit": 2000,
    "squadshifts/amazon_reviews": 2000,
    "fairytaleqa": 2500,
    "bioasq_golden": 1000,
    "contrast_sets": 1500,
    "multihop_100": 198,
    "condaqa": 1000,
    "molweni": 0,
}
HUMAN, TWIN, ANSWERED = "squad2_train_rebuilt", "squad2_train_twin", "squad11_train_du"
# Other sources of questions that people wrote and that their passage does not answer.
ALSO_HUMAN = ("condaqa", "timeqa")
TWIN_PREFIX = "twin-"
RELEVANT: dict[Kind, int] = {"given": 1, "twin": 1, "human": UNKNOWN, "mined": 0}


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
    id: str = ""

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


@dataclass(frozen=True, slots=True)
class Sources:
    """The pairs of the training folder.

    ``given`` answer. ``human`` are questions that people wrote and that their passage does not answer; ``twins`` holds
    the answerable twin of such a question by its place in ``human``. ``mined`` are passages that share words with the
    question and do not answer it.
    """

    given: Sequence[Pair]
    human: Sequence[Pair]
    twins: dict[int, Pair]
    mined: Sequence[Pair]


def read_sources(folder: Path, chance: np.random.Generator) -> Sources:
    """Return the pairs of span_qa, squad2_human, mined_negatives and sentence_rel (.jsonl.gz) in the folder.

    Raises PairsMissing when a file is missing or has a line that is not a pair.
    """
    spans = _read_lines(folder / "span_qa.jsonl.gz", _Row)
    people = _read_lines(folder / "squad2_human.jsonl.gz", _Row)
    mined = [_pair(row, "mined") for row in _read_lines(folder / "mined_negatives.jsonl.gz", _Row)]
    given = [pair for row in people if row.src == ANSWERED and (pair := _pair(row, "given")).answers]
    given += _limited([row for row in spans if row.answerable], chance)
    given += _sections(_read_lines(folder / "sentence_rel.jsonl.gz", _Sentence), chance)
    rebuilt = [row for row in people if row.src == HUMAN]
    place = {row.id: number for number, row in enumerate(rebuilt)}
    twins = {place[row.id[len(TWIN_PREFIX) :]]: _pair(row, "twin") for row in people if row.src == TWIN}
    human = [_pair(row, "human") for row in rebuilt]
    human += [_pair(row, "human") for row in spans if row.src in ALSO_HUMAN and not row.answerable]
    return Sources(given, human, twins, mined)


def _read_lines(path: Path, kind: type[Line]) -> list[Line]:
    decoder = msgspec.json.Decoder(kind)
    try:
        with gzip.open(path) as lines:
            return [decoder.decode(line) for line in lines]
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise PairsMissing(f"{path} cannot be read: {error}. Give a folder with files of pairs.") from error


def _limited(rows: Sequence[_Row], chance: np.random.Generator) -> Iterator[Pair]:
    by_part = defaultdict(list)
    for row in rows:
        if row.question:
            by_part[row.part].append(row)
    for part, found in sorted(by_part.items()):
        order = chance.permutation(len(found))[: MOST_PAIRS.get(part)]
        yield from (_pair(found[number], "given") for number in order)


def _pair(row: _Row, kind: Kind) -> Pair:
    passage, question = row.passage, row.question
    if row.src in (HUMAN, TWIN):
        passage, question = join_words(passage), join_words(question)
    passage = straighten(passage)[:LONGEST]
    spans = [Span(answer.start, answer.start + len(answer.text)) for answer in row.answers]
    return Pair(
        question=straighten(question),
        passage=passage,
        relevant=RELEVANT[kind],
        answerable=int(row.answerable),
        answers=tuple(span for span in spans if span.end <= len(passage)),
        kind=kind,
        source=row.part,
        title=row.title or "",
    )


def _sections(rows: Sequence[_Sentence], chance: np.random.Generator) -> Iterator[Pair]:
    """Join the sentences of each selqa question into a passage with the answer."""
    by_question = defaultdict(list)
    for row in rows:
        if row.src == "selqa":
            by_question[row.split, row.qid].append(row)
    for (split, qid), found in by_question.items():
        if any(row.label for row in found):
            first = next(place for place, row in enumerate(found) if row.label)
            size = int(chance.integers(4, 9))
            begin = max(0, first - int(chance.integers(size)))
            passage, answers = _join(found[begin : begin + size])
            question = straighten(found[0].question)
            yield Pair(question, passage, 1, 1, answers, "given", "selqa", f"selqa-{split}-{qid}")


def _join(rows: Sequence[_Sentence]) -> tuple[str, tuple[Span, ...]]:
    """Return the sentences as one text, with the spans of those that answer."""
    text, answers = "", []
    for row in rows:
        sentence = straighten(row.sentence.strip())
        if row.label and len(text) + len(sentence) <= LONGEST:
            answers.append(Span(len(text), len(text) + len(sentence)))
        text += sentence + " "
    return text.strip()[:LONGEST], tuple(answers)
