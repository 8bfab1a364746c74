"""What this project costs, each measurement in a process of its own; prints its figures as one line of JSON.

    python -m tests.benchmarks.ours questions INDEX QUESTIONS
    python -m tests.benchmarks.ours recall INDEX QUESTIONS
    python -m tests.benchmarks.ours indexing ARTICLES INDEX
    python -m tests.benchmarks.ours encoder INDEX TEXTS
    python -m tests.benchmarks.ours faiss INDEX QUESTIONS

QUESTIONS and TEXTS are JSON arrays of texts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.figures import memory_mb, milliseconds, processor_seconds, tell
from tests.benchmarks.stages import Stages

DEPTH = 100


def questions(index: Path, texts: list[str]) -> dict[str, Any]:
    """Ask every question once; return the milliseconds of each, by stage too, and MB resident."""
    from qa.factory import open_engine
    from qa.requests import AskRequest
    from qa.settings import Settings

    started = time.perf_counter()
    engine = open_engine(Settings(index=index))
    opened = time.perf_counter() - started
    requests = [AskRequest(text) for text in texts]
    half = len(requests) // 2
    engine.ask(requests[0])
    before = processor_seconds()
    taken = milliseconds(engine.ask, requests[:half])
    processor = (processor_seconds() - before) * 1000 / half
    stages = Stages()
    stages.watch()
    for request in requests[half:]:
        stages.question(partial(engine.ask, request))
    return {
        "open": opened,
        "ms": taken,
        "processor": processor,
        "stages": stages.taken,
        "memory": memory_mb(),
        "own memory": memory_mb("RssAnon"),
    }


def recall(index: Path, texts: list[str]) -> dict[str, float]:
    """Return the share of the best hundred rows by exact inner product of floats that the dense index finds."""
    import faiss

    from qa.encode.encoder import OnnxEncoder
    from qa.store.snapshot import open_snapshot

    encoder = OnnxEncoder.open(index / "encoder")
    with closing(open_snapshot(index, encoder.fingerprint)) as snapshot:
        stored = snapshot.dense.vectors(np.arange(len(snapshot.dense)))
        exact = faiss.IndexFlatIP(stored.shape[1])
        exact.add(stored)
        shares = []
        for text in texts:
            vector = encoder.encode(text).sentence
            wanted = exact.search(vector[None], DEPTH)[1][0]
            shares.append(len(np.intersect1d(wanted, snapshot.dense.search(vector, DEPTH).rows)) / len(wanted))
    return {"recall": float(np.mean(shares)), "worst": min(shares)}


def indexing(articles: Path, index: Path) -> dict[str, Any]:
    """Build an index whose encoder is there already; return seconds in all and by stage, tokens, MB at the peak."""
    from qa.encode.encoder import OnnxEncoder
    from qa.store.snapshot import open_snapshot
    from tests.building import build

    encoder = OnnxEncoder.open(index / "encoder")
    stages: dict[str, float] = {}
    last = time.perf_counter()

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal last
        now = time.perf_counter()
        stages[stage] = stages.get(stage, 0.0) + now - last
        last = now

    before, started = processor_seconds(), last
    report = build(articles, index, encoder, progress)
    seconds, processor = time.perf_counter() - started, processor_seconds() - before
    stages["write"] = time.perf_counter() - last
    with closing(open_snapshot(index, None)) as snapshot:
        tokens = int(snapshot.rows["tokens"].sum())
    return {
        "seconds": seconds,
        "processor": processor,
        "stages": stages,
        "articles": report.articles,
        "paragraphs": report.paragraphs,
        "encoded": report.encoded,
        "tokens": tokens,
        "peak": memory_mb("VmHWM"),
    }


def encoder(index: Path, texts: list[str]) -> dict[str, float]:
    """Encode the texts and drop the vectors: what indexing would cost if it were nothing else."""
    from qa.encode.encoder import OnnxEncoder

    bare = OnnxEncoder.open(index / "encoder")
    before, started = processor_seconds(), time.perf_counter()
    tokens = sum(len(encoded.pieces.ids) for encoded in bare.encode_all(texts))
    return {
        "tokens": tokens,
        "seconds": time.perf_counter() - started,
        "processor": processor_seconds() - before,
        "peak": memory_mb("VmHWM"),
    }


def faiss_alone(index: Path, texts: list[str]) -> dict[str, Any]:
    """Search a flat FAISS index of floats for vectors that are there already, on one thread."""
    import faiss

    from qa.encode.encoder import OnnxEncoder
    from qa.store.snapshot import open_snapshot

    encoder = OnnxEncoder.open(index / "encoder")
    with closing(open_snapshot(index, None)) as snapshot:
        flat = faiss.IndexFlatIP(encoder.dimension)
        flat.add(snapshot.dense.vectors(np.arange(len(snapshot.dense))))
    faiss.omp_set_num_threads(1)
    vectors = [encoder.encode(text).sentence[None] for text in texts]
    flat.search(vectors[0], DEPTH)
    return {"ms": milliseconds(lambda vector: flat.search(vector, DEPTH), vectors)}


MEASUREMENTS: dict[str, Callable[[Path, list[Any]], dict[str, Any]]] = {
    "questions": questions,
    "recall": recall,
    "encoder": encoder,
    "faiss": faiss_alone,
}


if __name__ == "__main__":
    name, first, second = sys.argv[1:]
    if name == "indexing":
        tell(indexing(Path(first), Path(second)))
    else:
        tell(MEASUREMENTS[name](Path(first), json.loads(Path(second).read_text(encoding="utf-8"))))
