"""Asks many questions of an index on one machine and of the same index in shards, and counts what differs.

    python -m tests.cluster.sweep INDEX QUESTIONS [--shards 2,5,9] [--first N]

QUESTIONS is a file of JSON Lines with ``question`` and perhaps ``history``. Cuts are at random article boundaries.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

from qa.answer.engine import Engine
from qa.cluster.cut import cut_generation
from qa.cluster.local import LocalClusterReader
from qa.factory import open_engine
from qa.records import Answer
from qa.requests import AskRequest, Turn
from qa.settings import Settings
from qa.store.snapshot import open_snapshot
from tests.cluster.asking import ask, over


def read_questions(path: Path, first: int | None) -> list[AskRequest]:
    """Return the first questions of a file, all where no number is given."""
    lines = path.read_text(encoding="utf-8").splitlines()[:first]
    return [_request(json.loads(line)) for line in lines]


def _request(line: dict[str, object]) -> AskRequest:
    history = line.get("history") or []
    assert isinstance(history, list)
    return AskRequest(str(line["question"]), history=tuple(Turn(one["question"], one["answer"]) for one in history))


def ask_all(engine: Engine, questions: Sequence[AskRequest]) -> tuple[list[Answer], float]:
    """Return the answers and the median time of one, in milliseconds."""
    answers, taken = [], []
    for question in questions:
        begun = time.perf_counter()
        answers.append(ask(engine, question))
        taken.append((time.perf_counter() - begun) * 1000)
    return answers, median(taken)


def main(index: Path, questions: Sequence[AskRequest], shards: Sequence[int]) -> None:
    """Print how many answers differ for each number of shards."""
    with closing(open_engine(Settings(index=index))) as engine, closing(open_snapshot(index, None)) as snapshot:
        expected, milliseconds = ask_all(engine, questions)
        print(f"one machine: {len(questions)} asked, p50 {milliseconds:.1f} ms", flush=True)
        for count in shards:
            places = range(1, snapshot.manifest.articles)
            cuts = sorted(random.Random(count).sample(places, min(count - 1, len(places))))  # noqa: S311 - not secret
            with tempfile.TemporaryDirectory() as place:
                cut_generation(snapshot, Path(place), cuts)
                with closing(LocalClusterReader(Path(place), engine.encoder.fingerprint)) as source:
                    answers, milliseconds = ask_all(over(engine, source), questions)
            different = [one.question for one, other in zip(answers, expected, strict=True) if one != other]
            print(
                f"{len(cuts) + 1} shards: {len(answers)} asked, {len(different)} different, p50 {milliseconds:.1f} ms",
                *different[:5],
                sep="\n  ",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--shards", default="2,5,9")
    parser.add_argument("--first", type=int)
    given = parser.parse_args()
    main(given.index, read_questions(given.questions, given.first), [int(one) for one in given.shards.split(",")])
