"""Measure this project beside what people would otherwise use, on the same paragraphs with the same model, in one run.

    python -m tests.benchmarks                                   the seeds, this project alone: about a minute
    python -m tests.benchmarks --peers /path/to/peers/bin/python and the peers that this Python has
    python -m tests.benchmarks --articles FOLDER --questions FILE --sizes 1000,10000 --plot growth.png

Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import serving
from tests.benchmarks.corpus import make_questions, paragraphs, read_questions, take_articles
from tests.benchmarks.figures import ROOT, Child, disk_mb, load, quantile, run, say, table
from tests.benchmarks.plot import draw

PEERS = [
    "txtai",
    "LangChain + FAISS",
    "LlamaIndex + FAISS",
    "Chroma",
    "sentence-transformers + FAISS",
    "sentence-transformers + FAISS + CrossEncoder",
]
BESIDE = ROOT / "tests" / "benchmarks" / "peers.py"
COLD_STARTS = 5
HTTP_QUESTIONS = 400
ENCODED, SEED = 5000, 7


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be measured, and how much of it."""

    articles: Path
    questions: Path | None
    sizes: tuple[int, ...]
    peers: str | None
    only: tuple[str, ...]
    count: int
    plot: Path | None


@dataclass(frozen=True, slots=True)
class Project:
    """One system over one set of paragraphs: seconds to a cold answer, milliseconds of a question and of indexing a
    paragraph, each by the wall clock and of processor time, and MB."""

    name: str
    cold: float
    cold_processor: float
    p50: float
    p99: float
    question_processor: float
    paragraph: float
    paragraph_processor: float
    memory: float
    index_peak: float


def main() -> None:
    """Run what was asked for and print it."""
    options = _options()
    say(f"{load()} when it began\n")
    grown = []
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            place = Path(folder, str(size))
            grown.append(_measure(options, size, place))
            shutil.rmtree(place)
    _tell_growth(grown, options.plot)
    say(f"\n{load()} when it ended")


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=Path, default=ROOT / "seeds", help="folder of articles (the seeds)")
    parser.add_argument("--questions", type=Path, help="JSON lines with a field question; else made from the articles")
    parser.add_argument(
        "--sizes", default="1000", help="numbers of paragraphs to index, counted by lines with text: 1000,10000"
    )
    parser.add_argument("--peers", help="the Python of an environment with the peers")
    parser.add_argument("--only", default=",".join(PEERS), help="which peers")
    parser.add_argument("--count", type=int, default=200, help="questions in process")
    parser.add_argument("--plot", type=Path, help="write how cost grows to this picture")
    given = parser.parse_args()
    sizes = tuple(int(size) for size in given.sizes.split(","))
    only = tuple(name for name in PEERS if name in given.only.split(","))
    return Options(given.articles, given.questions, sizes, given.peers, only, given.count, given.plot)


def _measure(options: Options, size: int, place: Path) -> dict[str, Any]:
    """Measure one size and print its tables; return the figures that grow."""
    articles, index = place / "articles", place / "index"
    take_articles(options.articles, articles, size)
    _export(place, index)
    built = _ours("indexing", articles, index)
    texts = paragraphs(index)
    asked = (read_questions(options.questions) if options.questions else []) + make_questions(texts, options.count)
    _write(place / "texts.json", texts)
    _write(place / "questions.json", asked[: options.count])
    _write(place / "many.json", make_questions(texts, HTTP_QUESTIONS + serving.CLIENTS, seed=8))
    say(f"## {len(texts):,} paragraphs of {built['articles']} articles\n")
    # A sample has the same lengths, and the rest would take as long as the whole build.
    sample = random.Random(SEED).sample(texts, min(len(texts), ENCODED))  # noqa: S311 - the same in every run
    _write(place / "sample.json", sample)
    bare = _ours("encoder", index, place / "sample.json")
    answered = _ours("questions", index, place / "questions.json")
    flat = _ours("faiss", index, place / "questions.json")
    found = _ours("recall", index, place / "questions.json")
    cold = [_ask(index, question) for question in asked[:COLD_STARTS]]
    projects = [_our_measures(built, answered, cold), *_peers(options, place, len(texts))]
    _tell_projects(projects)
    _tell_question(answered, flat, found)
    _tell_indexing(built, bare)
    (place / "data").mkdir()
    served = serving.measure(index, json.loads((place / "many.json").read_text(encoding="utf-8")), place / "data")
    _tell_serving(served)
    return {
        "paragraphs": len(texts),
        "cold start, s": projects[0].cold,
        "question p50, ms": projects[0].p50,
        "question p99, ms": projects[0].p99,
        "question, processor ms": answered["processor"],
        "index, s": built["seconds"],
        "index, processor s": built["processor"],
        "memory while building, MB": built["peak"],
        "memory while asking, MB": answered["memory"],
        "of it its own, MB": answered["own memory"],
        "disk, MB": disk_mb(index),
        "questions/s over HTTP": len(served.ms) / served.seconds,
    }


def _export(place: Path, index: Path) -> None:
    """Export the encoder by way of an index of a single line, so that the measured build only runs it."""
    (place / "line").mkdir()
    (place / "line" / "line.txt").write_text("One line.\n", encoding="utf-8")
    made = place / "exported"
    run([sys.executable, "-m", "qa", "index"], {"QA_ARTICLES": place / "line", "QA_INDEX": made})
    shutil.copytree(made / "encoder", index / "encoder")


def _ours(measurement: str, *arguments: Path) -> Any:
    return run([sys.executable, "-m", "tests.benchmarks.ours", measurement, *arguments]).figures


def _ask(index: Path, question: str) -> Child:
    return run([sys.executable, "-m", "qa", "ask", question], {"QA_INDEX": index})


def _write(path: Path, texts: list[str]) -> None:
    path.write_text(json.dumps(texts), encoding="utf-8")


def _our_measures(built: Any, answered: Any, cold: list[Child]) -> Project:
    return Project(
        "this project",
        quantile([child.wall for child in cold], 0.5),
        quantile([child.processor for child in cold], 0.5),
        quantile(answered["ms"], 0.5),
        quantile(answered["ms"], 0.99),
        answered["processor"],
        built["seconds"] * 1000 / built["paragraphs"],
        built["processor"] * 1000 / built["paragraphs"],
        answered["memory"],
        built["peak"],
    )


def _peers(options: Options, place: Path, count: int) -> list[Project]:
    if options.peers is None:
        return []
    return [_peer(options.peers, name, place, count) for name in options.only]


def _peer(python: str, name: str, place: Path, count: int) -> Project:
    from qa.encode.model import DEFAULT_MODEL, find_model

    model, folder = find_model(DEFAULT_MODEL, place).location, place / name.partition(" ")[0].strip(",")
    _write(place / "one.json", json.loads((place / "questions.json").read_text(encoding="utf-8"))[:1])
    built = run([python, BESIDE, name, "index", place / "texts.json", folder, model])
    cold = run([python, BESIDE, name, "ask", folder, model, place / "one.json"])
    warm = run([python, BESIDE, name, "ask", folder, model, place / "questions.json"]).figures
    shutil.rmtree(folder)
    return Project(
        name,
        cold.wall,
        cold.processor,
        quantile(warm["ms"], 0.5),
        quantile(warm["ms"], 0.99),
        warm["processor"],
        built.figures["index"] * 1000 / count,
        built.figures["processor"] * 1000 / count,
        warm["memory"],
        built.peak_mb,
    )


def _tell_projects(projects: list[Project]) -> None:
    head = [
        "",
        "cold answer, s (processor)",
        "question p50, ms",
        "p99, ms",
        "processor",
        "index a paragraph, ms (processor)",
    ]
    rows = [
        [
            one.name,
            f"{one.cold:.2f} ({one.cold_processor:.2f})",
            one.p50,
            one.p99,
            one.question_processor,
            f"{one.paragraph:.1f} ({one.paragraph_processor:.1f})",
            one.memory,
            one.index_peak,
        ]
        for one in projects
    ]
    say(table([*head, "MB asking", "MB at the peak of indexing"], rows))
    if projects[1:]:
        say(f"\nThe best peer in each, by ours: {_ratios(projects[0], projects[1:])}")


def _ratios(ours: Project, peers: list[Project]) -> str:
    """Return how many times the cost of ours the cheapest peer has, by wall clock and by processor time."""
    pairs = {
        "cold answer": ("cold", "cold_processor"),
        "question": ("p50", "question_processor"),
        "indexing": ("paragraph", "paragraph_processor"),
        "memory": ("memory", "index_peak"),
    }
    named = ("by processor time", "at the peak of indexing")
    return ", ".join(
        f"{what} {_ratio(ours, peers, first):.1f} ({named[what == 'memory']} {_ratio(ours, peers, second):.1f})"
        for what, (first, second) in pairs.items()
    )


def _ratio(ours: Project, peers: list[Project], field: str) -> float:
    return float(min(getattr(peer, field) for peer in peers) / getattr(ours, field))


def _tell_question(answered: Any, flat: Any, found: Any) -> None:
    say(f"\nA question, of {answered['processor']:.1f} ms of processor time:\n")
    stages = [
        [stage, quantile(taken, 0.5), quantile(taken, 0.99), sum(taken) / len(taken)]
        for stage, taken in answered["stages"].items()
    ]
    limit = ["(FAISS alone, flat, floats)", quantile(flat["ms"], 0.5), quantile(flat["ms"], 0.99), ""]
    say(table(["stage", "p50, ms", "p99, ms", "mean, ms"], [*stages, limit]))
    say(f"\nOf the exact best hundred rows the dense index finds {found['recall']:.4f}, at worst {found['worst']:.2f}.")


def _tell_indexing(built: Any, bare: Any) -> None:
    say(f"\nIndexing, {built['processor']:.0f} s of processor time, {built['peak']:.0f} MB at the peak:\n")
    say(table(["stage", "s"], built["stages"].items()))
    rate, limit = built["tokens"] / built["seconds"], bare["tokens"] / bare["seconds"]
    by_processor = (bare["processor"] / bare["tokens"]) / (built["processor"] / built["tokens"])
    say(
        f"\n{rate:,.0f} tokens/s; the bare encoder {limit:,.0f}: {rate / limit:.0%} of it"
        f" ({by_processor:.0%} by processor time)."
    )


def _tell_serving(served: serving.Served) -> None:
    count = len(served.ms)
    say(
        f"\nOver HTTP, {serving.CLIENTS} clients, {count} different questions: {count / served.seconds:.0f}/s, p50"
        f" {quantile(served.ms, 0.5):.0f} ms, p99 {quantile(served.ms, 0.99):.0f} ms, statuses {served.statuses};"
        f" the server took {served.processor * 1000 / count:.1f} ms of processor time a question and holds"
        f" {served.memory:.0f} MB ({served.own_memory:.0f} its own).\n"
    )


def _tell_growth(grown: list[dict[str, Any]], plot: Path | None) -> None:
    first, *names = grown[0]
    say("## How cost grows\n")
    head = [first, *(f"{one[first]:,}" for one in grown)]
    say(table(head, [[name, *(one[name] for one in grown)] for name in names]))
    if plot is not None:
        draw_growth(grown, plot)


def draw_growth(grown: list[dict[str, Any]], plot: Path) -> None:
    """Draw time of a question, of a build, memory and disk over the number of paragraphs."""

    def curves(*names: str) -> dict[str, list[tuple[float, float]]]:
        return {name: [(one["paragraphs"], one[name]) for one in grown] for name in names}

    panels = {
        "Question, ms": curves("question, processor ms", "question p50, ms"),
        "Build, s": curves("index, processor s", "index, s"),
        "Memory, MB": curves("memory while building, MB", "memory while asking, MB", "of it its own, MB"),
        "Disk, MB": curves("disk, MB"),
    }
    draw(panels, plot)


if __name__ == "__main__":
    main()
