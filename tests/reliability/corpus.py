"""A few articles in two states, an encoder that needs no model, and all that a reader can see of their index."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from qa.answer.confidence import Confidence
from qa.answer.engine import Engine
from qa.answer.sentence_reader import SentenceReader
from qa.core_pool import CorePool
from qa.protocols import Snapshot, SnapshotSource
from qa.records import Answer
from qa.requests import AskRequest
from qa.search.ranking.fuse import MIXES
from qa.store.reader import IndexReader
from qa.store.snapshot import OpenSnapshot, open_snapshot
from tests.building import build
from tests.fakes import FakeEncoder, no_disagreement

FOX = "The red fox crossed the frozen river at night. Nobody in the village saw it happen."
HARBOUR = "Fishermen in the harbour mended their nets for eleven days. The storm had torn every one of them."
ORCHARD = "An orchard keeper counted forty crooked apple trees. He sold none of the fruit that year."
MUSEUM = "The museum opened its northern wing in March after long repairs. Visitors came from three countries."
BARN = "The barn owl nests above the mill. Its young call through the whole night in summer."
BEFORE = {"fox.txt": f"{FOX}\n\n{HARBOUR}\n", "orchard.txt": f"{ORCHARD}\n", "wing.txt": f"{MUSEUM}\n"}
AFTER = {
    "fox.txt": f"{HARBOUR}\n\nThe grey fox stayed at home this time. It was cold.\n",
    "barn.txt": f"{BARN}\n",
    "wing.txt": f"{MUSEUM}\n",
}
QUESTIONS = (
    "Where did the red fox cross the frozen river?",
    "How long did fishermen mend nets?",
    "How many crooked apple trees were counted?",
    "When did the museum open its northern wing?",
    "Where does the barn owl nest?",
    "Did the grey fox stay at home?",
    "quarterly dividend forecast",
)


def lay_out(folder: Path, articles: dict[str, str]) -> None:
    """Make the folder hold these articles and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in articles:
            path.unlink()
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")


def index_articles(folder: Path, index: Path) -> str:
    """Bring the index up to date and return the name of its generation."""
    return build(folder, index, FakeEncoder()).generation


class One:
    """The same generation always."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def current(self) -> Snapshot:
        return self._snapshot

    def close(self) -> None:
        """Leave the snapshot to its owner."""


def engine_over(generations: SnapshotSource) -> Engine:
    """Return an engine that quotes from these generations."""
    encoder = FakeEncoder()
    confidence = Confidence({"score": 20.0}, -6.0, 0.5)
    return Engine(encoder, generations, SentenceReader(), confidence, MIXES["all"], CorePool(2), no_disagreement)


def following(index: Path, collection: str | None = None) -> Engine:
    """Return an engine that takes up every new generation."""
    return engine_over(IndexReader(index, FakeEncoder().fingerprint, collection=collection))


def timeless(answer: Answer) -> Answer:
    """Return the answer without what differs from run to run: the time and the name of the generation."""
    return replace(answer, took_ms=0.0, index=replace(answer.index, generation=""))


def answers(snapshot: Snapshot) -> list[Answer]:
    """Return the answers to the fixed list of questions."""
    engine = engine_over(One(snapshot))
    return [timeless(engine.ask(AskRequest(question))) for question in QUESTIONS]


def opened(index: Path) -> closing[OpenSnapshot]:
    """Open the current generation for the length of a block."""
    return closing(open_snapshot(index, FakeEncoder().fingerprint))


def seen(index: Path) -> str:
    """Return a digest of all that a reader can see; every file is verified first."""
    with opened(index) as snapshot:
        snapshot.verify()
        return digest_of(snapshot)


def digest_of(snapshot: OpenSnapshot) -> str:
    """Return a digest of the answers, articles, paragraphs and vectors of a generation."""
    rows = np.arange(snapshot.info.paragraphs)
    articles = [snapshot.text.article(article.id) for article in snapshot.text.articles()]
    tokens = snapshot.tokens.rows(rows)
    digest = hashlib.sha256(msgspec.json.encode([answers(snapshot), articles, snapshot.text.paragraphs(rows)]))
    weights = snapshot.tokens.weights(np.arange(64, dtype=np.int32))
    for numbers in (snapshot.dense.vectors(rows), snapshot.article_vectors, tokens.vectors, tokens.starts, weights):
        digest.update(np.ascontiguousarray(numbers).tobytes())
    return digest.hexdigest()
