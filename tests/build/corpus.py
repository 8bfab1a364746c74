"""The articles of the builds that are tested, the changes made to them, and everything that a reader can see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from qa.protocols import Encoded
from qa.store.protocols import Hits
from qa.store.snapshot import OpenSnapshot, open_snapshot
from tests.fakes import FakeEncoder

FOX = "The red fox crossed the frozen river at night. Nobody in the village saw it happen."
HARBOUR = "Fishermen in the harbour mended their nets for eleven days. The storm had torn every one of them."
ORCHARD = "An orchard keeper counted forty crooked apple trees. He sold none of the fruit that year."
MUSEUM = "The museum opened its northern wing in March after long repairs. Visitors came from three countries."
ARTICLES = {"fox": f"{FOX}\n\n{HARBOUR}\n", "orchard": f"{ORCHARD}\n", "wing": f"{MUSEUM}\n"}
QUESTIONS = [
    "Where did the red fox cross?",
    "How long did fishermen mend nets?",
    "forty trees",
    "northern wing",
    "zebra",
]


class FakeCountingEncoder(FakeEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self, dimension: int = 64) -> None:
        super().__init__(dimension)
        self.seen: list[str] = []

    def encode_all(self, texts: Iterable[str]) -> Iterator[Encoded]:
        for text in texts:
            self.seen.append(text)
            yield self.encode(text)


def opened(index_folder: Path) -> closing[OpenSnapshot]:
    return closing(open_snapshot(index_folder, FakeEncoder().fingerprint))


def everything(snapshot: OpenSnapshot) -> dict[str, object]:
    """Return all that a reader can see, with exact values, but for the generation's name."""
    rows = np.arange(snapshot.info.paragraphs)
    tokens = snapshot.tokens.rows(rows)
    articles = [snapshot.text.article(article.id) for article in snapshot.text.articles()]
    searches: list[Hits] = []
    for question in QUESTIONS:
        vector = FakeEncoder().encode(question).sentence
        searches += [snapshot.dense.search(vector, 3), snapshot.dense.search(vector, 100)]
        searches += [snapshot.lexical.search(question, 100), snapshot.articles_lexical.search(question, 100)]
    return {
        "articles": articles,
        "paragraphs": snapshot.text.paragraphs(rows),
        "article_of": snapshot.article_of.tolist(),
        "vectors": snapshot.dense.vectors(rows).tolist(),
        "article_vectors": snapshot.article_vectors.tolist(),
        "tokens": (tokens.vectors.tolist(), tokens.starts.tolist()),
        "weights": snapshot.tokens.weights(np.arange(64, dtype=np.int32)).tolist(),
        "hits": [(hits.rows.tolist(), hits.scores.tolist()) for hits in searches],
        "counts": (snapshot.info.articles, snapshot.info.paragraphs, snapshot.manifest.texts),
        "content": snapshot.manifest.content,
    }


def seen(index_folder: Path) -> dict[str, object]:
    with opened(index_folder) as snapshot:
        snapshot.verify()
        return everything(snapshot)


def add(folder: Path) -> None:
    (folder / "a new one.md").write_text(
        f"# A barn\n\nThe barn owl nests above the mill. {FOX}\n\n{ORCHARD}\n", "utf-8"
    )


def edit(folder: Path) -> None:
    (folder / "fox.txt").write_text(f"{HARBOUR}\n\nThe grey fox stayed at home this time. It was cold.\n", "utf-8")


def remove(folder: Path) -> None:
    (folder / "fox.txt").unlink()


def rename(folder: Path) -> None:
    (folder / "fox.txt").rename(folder / "zoo.txt")


def repeat_lines(folder: Path) -> None:
    for number in range(4):
        text = (
            f"{MUSEUM}\nFollow us on every network\nReport number {number} tells of {'wheat ' * (number + 3)}fields.\n"
        )
        (folder / f"report{number}.txt").write_text(text, "utf-8")


def repeat_once_more(folder: Path) -> None:
    repeat_lines(folder)
    (folder / "orchard.txt").write_text(f"{ORCHARD}\nFollow us on every network\n", "utf-8")


def stop_repeating(folder: Path) -> None:
    for number in range(1, 4):
        (folder / f"report{number}.txt").unlink()
