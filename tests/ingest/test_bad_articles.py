"""Articles that nobody would write on purpose, and a folder that changes while it is read."""

from contextlib import closing
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from qa.answer import compose
from qa.answer.reader import Quote
from qa.protocols import StoredParagraph, TextStore
from qa.records import Article
from qa.store.snapshot import OpenSnapshot, open_snapshot
from tests.building import build
from tests.fakes import FakeEncoder

LONG = " ".join(f"The heron number {number} waits for fish near the river in the morning." for number in range(9))
LAST = "The zebra of the lake counted seventeen owls."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


def built(folder: Path) -> OpenSnapshot:
    build(folder, folder.parent / "index", FakeEncoder(dimension=512, max_tokens=64))
    return open_snapshot(folder.parent / "index", None)


def rows(snapshot: OpenSnapshot) -> list[StoredParagraph]:
    return snapshot.text.paragraphs(np.arange(snapshot.info.paragraphs))


@pytest.mark.parametrize("end", [". ", " "], ids=["sentences", "no full stop"])
def test_an_endless_paragraph_is_cut_so_that_the_model_reads_all_of_it(folder: Path, end: str) -> None:
    words = end.join(f"word{number} stands here" for number in range(2000))
    (folder / "a.txt").write_text(f"A title\n\n{words}. {LAST}\n", encoding="utf-8")
    with closing(built(folder)) as snapshot:
        texts = [row.text for row in rows(snapshot)]
        assert all(len(text.split()) <= 64 for text in texts)
        assert {f"word{number}" for number in range(2000)} <= set(" ".join(texts).split())
        [found] = snapshot.text.paragraphs(snapshot.lexical.search("zebra", 5).rows)
        assert found.text.endswith(LAST)


class FakeCountingText:
    """A text store that counts how often each article was read."""

    def __init__(self, snapshot: OpenSnapshot) -> None:
        self._text = snapshot.text
        self.read: list[str] = []

    def article(self, article_id: str) -> Article:
        self.read.append(article_id)
        return self._text.article(article_id)


def test_a_paragraph_that_stands_everywhere_is_found_once_and_its_article_read_once(folder: Path) -> None:
    between = "\n\n".join(f"{LONG}\n\nOwl {number} hunts mice." for number in range(300))
    (folder / "a.txt").write_text(f"A title\n\n{between}\n", encoding="utf-8")
    with closing(built(folder)) as snapshot:
        [*_, repeated] = sorted(rows(snapshot), key=lambda row: len(row.also_in))
        text = FakeCountingText(snapshot)
        sentence = repeated.sentences[0]
        [citation] = compose.citations([Quote(repeated, sentence.start, sentence.end)], cast(TextStore, text))
        assert len(citation.also_in) == len(repeated.also_in) == 299
        assert text.read == ["a"]
        article = snapshot.text.article("a").text
        near = citation.also_in[: compose.LOCATED_COPIES]
        assert {article[place.start : place.end] for place in near} == {citation.quote}
        assert all(article[place.start : place.end].startswith(citation.quote) for place in citation.also_in)


def test_an_article_that_changes_while_it_is_read_is_whole_and_then_brought_up_to_date(folder: Path) -> None:
    index, encoder = folder.parent / "index", FakeEncoder(dimension=512)
    for name in "ab":
        (folder / f"{name}.txt").write_text(f"Title {name}\n\nPike eat fish.\n\n{name} is old.\n", encoding="utf-8")

    def change(stage: str, done: int, total: int) -> None:
        if stage == "parse" and done == 1:
            (folder / "b.txt").write_text("Title b\n\nOwls hunt.\n", encoding="utf-8")

    build(folder, index, encoder, change)
    with closing(open_snapshot(index, None)) as snapshot:
        assert "b is old." in snapshot.text.article("b").text
    assert build(folder, index, encoder).changed == 1
    with closing(open_snapshot(index, None)) as snapshot:
        assert snapshot.text.article("b").text == "Title b\n\nOwls hunt.\n"


def test_an_article_that_goes_while_it_is_read_is_told(folder: Path) -> None:
    for name in "ab":
        (folder / f"{name}.txt").write_text(f"Title {name}\n\nPike eat fish.\n", encoding="utf-8")

    def remove(stage: str, done: int, total: int) -> None:
        (folder / "b.txt").unlink(missing_ok=True)

    report = build(folder, folder.parent / "index", FakeEncoder(), remove)
    assert report.articles == 1
    assert [skipped.source for skipped in report.skipped] == ["b.txt"]
