"""Articles and questions to measure with: a part of a folder, and questions made from what stands in it."""

from __future__ import annotations

import json
import random
import shutil
from contextlib import closing
from pathlib import Path

import numpy as np

from qa.store.snapshot import open_snapshot

WORDS = 9
ROWS_AT_ONCE = 1000


def take_articles(source: Path, target: Path, size: int) -> None:
    """Copy articles until they hold about `size` paragraphs, counted by lines with text."""
    target.mkdir(parents=True)
    lines = 0
    for path in sorted(source.iterdir()):
        if lines >= size:
            return
        shutil.copyfile(path, target / path.name)
        lines += sum(1 for line in path.read_text(encoding="utf-8", errors="replace").split("\n") if line.strip())


def paragraphs(index: Path) -> list[str]:
    """Return the texts of all rows of an index."""
    with closing(open_snapshot(index, None)) as snapshot:
        count = snapshot.info.paragraphs
        parts = (np.arange(first, min(first + ROWS_AT_ONCE, count)) for first in range(0, count, ROWS_AT_ONCE))
        return [one.text for rows in parts for one in snapshot.text.paragraphs(rows)]


def make_questions(texts: list[str], count: int, seed: int = 7) -> list[str]:
    """Return `count` different questions, each of some adjacent words of a text."""
    chosen = random.Random(seed)  # noqa: S311 - the same questions in every run
    questions: dict[str, None] = {}
    long = [words for text in texts if len(words := text.split()) > WORDS]
    while len(questions) < count:
        words = chosen.choice(long)
        first = chosen.randrange(len(words) - WORDS)
        questions[f"What about {' '.join(words[first : first + WORDS]).strip(' .,?!')}?"] = None
    return list(questions)


def read_questions(path: Path) -> list[str]:
    """Return the questions of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)["question"] for line in lines]
