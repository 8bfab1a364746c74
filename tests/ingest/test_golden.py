"""Every line of the five seed articles against a reading by hand."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from qa.ingest.article import parse_article
from qa.records import Article
from qa.text.lines import line_spans

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))


def read_golden() -> dict[tuple[str, int], tuple[str, str]]:
    with (ROOT / "tests" / "golden" / "seeds_lines.tsv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {(row["file"], int(row["line"])): (row["class"], row["reason"]) for row in rows}


def parse(path: Path) -> Article:
    text = path.read_bytes().decode("utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return parse_article(
        article_id=path.stem,
        source=path.name,
        text=text,
        sha256=digest,
        repeated=frozenset(),
        fits=lambda part: len(part) < 1000,
    )


def classes(article: Article) -> dict[int, tuple[str, str]]:
    """The class that most of each line's characters have, the earlier one when two are equal."""
    pieces: list[tuple[int, int, str, str]] = [(piece.start, piece.end, piece.kind, "") for piece in article.paragraphs]
    pieces += [(piece.start, piece.end, "boilerplate", piece.reason) for piece in article.boilerplate]
    found: dict[int, tuple[str, str]] = {}
    for number, line in enumerate(line_spans(article.text), 1):
        shares = [(min(end, line.end) - max(start, line.start), -start, kind, why) for start, end, kind, why in pieces]
        share, _, kind, why = max(shares)
        if share > 0:
            found[number] = (kind, why)
    return found


@pytest.mark.parametrize("path", SEEDS, ids=[path.stem[:3] for path in SEEDS])
def test_every_line_of_the_seeds_is_what_a_reader_says(path: Path) -> None:
    golden = {line: row for (file, line), row in read_golden().items() if file == path.name}
    found = classes(parse(path))
    assert {line: kind for line, (kind, _) in found.items()} == {line: kind for line, (kind, _) in golden.items()}
    expected_reasons = {line: reason for line, (kind, reason) in golden.items() if kind == "boilerplate"}
    assert {line: reason for line, (kind, reason) in found.items() if kind == "boilerplate"} == expected_reasons


def test_titles_of_the_seeds_are_their_headlines() -> None:
    assert [parse(path).title for path in SEEDS] == [
        "Soldiers who defected from Putin’s military say they joined Ukraine after witnessing atrocities",
        "The Free Russian Legion, Russian soldiers fighting for Ukraine",
        "It was not a brief military operation. Russian soldiers have been abandoning Putin's war.",
        "EXCLUSIVE. Russian official reveals how he risked everything to get out of Putin’s war CNN Portugal",
        "Russian troops refusing to return to Ukraine war",
    ]


def test_boilerplate_inside_a_line_of_the_seeds_is_exactly_the_number_and_the_repetition() -> None:
    number = next(piece for piece in parse(SEEDS[3]).boilerplate if piece.reason == "number before the headline")
    assert parse(SEEDS[3]).text[number.start : number.end] == "1653254935"
    glued = next(piece for piece in parse(SEEDS[2]).boilerplate if piece.reason == "glued to itself")
    assert glued.start == len(parse(SEEDS[2]).title)
