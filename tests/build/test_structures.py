"""The contracts of the writers that a build fills, for every set of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qa.build.structures import Structures
from qa.factory import local_structures
from qa.records import Article, Paragraph, Span
from qa.store.texts.fingerprints import known_articles
from qa.store.texts.reader import SqliteTextStore
from qa.store.texts.writer import Fingerprints, text_digest
from qa.store.tokens.blocks import content_of, quantize
from tests.fakes import FakeEncoder

TEXTS = ("The red fox.", "A grey owl.", "The red fox.")


@pytest.fixture(params=[local_structures], ids=["local"])
def structures(request: pytest.FixtureRequest) -> Structures:
    make: Callable[[], Structures] = request.param
    return make()


def article(name: str, text: str) -> Article:
    whole = Span(0, len(text))
    return Article(name, f"{name}.txt", name, None, text, "0" * 64, (Paragraph(0, len(text), "body", (whole,)),))


def fingerprints(one: Article) -> Fingerprints:
    return Fingerprints(
        "1" * 64,
        "plain 1",
        None,
        np.array([7], np.int64),
        np.array([len(one.text)], np.int64),
        text_digest(one.text),
        np.ones((1, 3), np.uint32),
    )


def test_vectors_come_back_in_the_order_of_rows_as_they_are_stored(structures: Structures, tmp_path: Path) -> None:
    writer = structures.vectors(3)
    writer.add(np.array([[1, 0, 0], [0.6, 0.8, 0]], np.float32))
    writer.add(np.array([[0, 0, 1]], np.float32))
    stored = writer.vectors(np.array([2, 1, 2]))
    assert stored.tolist() == [[0, 0, 1], [np.float16(0.6), np.float16(0.8), 0], [0, 0, 1]]
    assert stored.dtype == np.float32
    digest = writer.write(tmp_path / "vectors")
    assert (tmp_path / "vectors").stat().st_size == digest.size


def test_tokens_tell_their_block_and_place_in_the_order_added(structures: Structures, tmp_path: Path) -> None:
    texts = [quantize(FakeEncoder().encode(text)) for text in TEXTS]
    limit = sum(len(content_of(text)) for text in texts[:2])
    writer = structures.tokens(tmp_path, 64, limit)
    assert [writer.add(text) for text in texts] == [(0, 0), (0, 3), (1, 0)]
    blocks = writer.finish()
    assert [block.size for block in blocks] == [limit, len(content_of(texts[2]))]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{one.sha256}.tokens" for one in blocks)


def test_text_without_tokens_takes_no_place(structures: Structures, tmp_path: Path) -> None:
    writer = structures.tokens(tmp_path, 64, 1 << 20)
    assert writer.add(quantize(FakeEncoder().encode(""))) == (0, 0)
    assert list(writer.finish()) == []
    assert list(tmp_path.iterdir()) == []


def test_groups_of_words_are_taken_over_by_their_key(structures: Structures, tmp_path: Path) -> None:
    asked: list[str] = []

    def texts(name: str, *rows: str) -> Callable[[], list[str]]:
        def read() -> list[str]:
            asked.append(name)
            return list(rows)

        return read

    first = structures.lexical(tmp_path / "first", None)
    first.add_group("a", texts("a", "red fox", "grey owl"))
    first.add_group("b", texts("b", "blue whale"))
    files = first.finish()
    assert files.keys() == {path.name for path in (tmp_path / "first").iterdir()}
    second = structures.lexical(tmp_path / "second", tmp_path / "first")
    second.add_group("b", texts("b again", "blue whale"))
    second.add_group("c", texts("c", "green frog"))
    taken_over = second.finish()
    assert asked == ["a", "b", "c"]
    assert len(files.items() & taken_over.items()) > 0


def test_texts_come_back_in_the_order_of_their_numbers(structures: Structures, tmp_path: Path) -> None:
    writer = structures.text(tmp_path / "first", None)
    for number, text in enumerate(TEXTS[:2]):
        writer.add_text(number, text)
        assert writer.text(number) == text
        one = article(f"article {number}", text)
        writer.add_article(number, one, fingerprints(one))
    writer.commit()
    writer.close()
    known = known_articles(tmp_path / "first")
    again = structures.text(tmp_path / "second", tmp_path / "first")
    again.copy_article(0, known["article 1"].kept)
    again.copy_text(1, known["article 0"].kept)
    one = article("article 0", again.text(1))
    again.add_article(1, one, fingerprints(one))
    again.add_copies([(1, 0)])
    again.commit()
    again.close()
    store = SqliteTextStore(tmp_path / "second", np.arange(2))
    assert [found.id for found in store.articles()] == ["article 1", "article 0"]
    assert [store.article(name).text for name in ("article 1", "article 0")] == ["A grey owl.", "The red fox."]
    assert [found.text for found in store.paragraphs(np.array([1, 0]))] == ["The red fox.", "A grey owl."]


def test_texts_that_were_not_committed_are_lost(structures: Structures, tmp_path: Path) -> None:
    writer = structures.text(tmp_path / "texts", None)
    writer.commit()
    writer.add_text(0, TEXTS[0])
    writer.close()
    assert known_articles(tmp_path / "texts") == {}
