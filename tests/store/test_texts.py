"""The contract of ParagraphStore, and that what a build copies is what it would write anew."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from qa.errors import ArticleNotFound, IndexCorrupt
from qa.records import Article, Boilerplate, Paragraph, Place, Span
from qa.store.protocols import ParagraphStore
from qa.store.texts.fingerprints import (
    excluded_totals,
    known_articles,
    paragraph_digests,
    paragraph_fingerprints,
    paragraph_texts,
    texts_of,
)
from qa.store.texts.reader import SqliteTextStore
from qa.store.texts.writer import Fingerprints, KeptArticle, SqliteTextWriter, text_digest

ONE = Article(
    id="one",
    source="one.txt",
    title="Öne",
    date="2023-05-01",
    text="Home\nÉté 🦊 here. Two.\nSame text.",
    sha256="1" * 64,
    paragraphs=(
        Paragraph(5, 21, "body", (Span(5, 16), Span(17, 21))),
        Paragraph(22, 32, "caption", (Span(22, 32),)),
    ),
    boilerplate=(Boilerplate(0, 4, "breadcrumbs"),),
)
TWO = Article(
    "two/deep", "two/deep.md", "Two", None, "Same text.", "2" * 64, (Paragraph(0, 10, "body", (Span(0, 10),)),)
)
EMPTY = Article("zero", "zero.txt", "Zero", None, "x\0y", "0" * 64, (), (Boilerplate(0, 3, "stray marks"),))
ARTICLES = (ONE, TWO, EMPTY)


def fingerprints(article: Article) -> Fingerprints:
    texts = [article.text[paragraph.start : paragraph.end] for paragraph in article.paragraphs]
    keys = np.array([len(text) for text in texts], np.int64)
    digests = b"".join(map(text_digest, texts))
    return Fingerprints(
        article.sha256[::-1], "reader 1", None, np.array([7, 9]), keys, digests, np.ones((len(texts), 3), np.uint32)
    )


def write(path: Path, articles: tuple[Article, ...] = ARTICLES) -> None:
    writer = SqliteTextWriter(path, None)
    for number, article in enumerate(articles):
        writer.add_text(number, article.text)
        assert writer.text(number) == article.text
        writer.add_article(number, article, fingerprints(article))
    writer.commit()
    writer.add_copies([(1, 2)])
    writer.commit()
    writer.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(tmp_path / "text.sqlite")
    return tmp_path / "text.sqlite"


@pytest.fixture
def store(path: Path) -> ParagraphStore:
    return SqliteTextStore(path, np.array([0, 1]))


def test_article_comes_back_whole(store: ParagraphStore) -> None:
    assert [store.article(article.id) for article in ARTICLES] == list(ARTICLES)


def test_unknown_article_is_named(store: ParagraphStore) -> None:
    with pytest.raises(ArticleNotFound, match="No article 'tw%' in the index"):
        store.article("tw%")


def test_articles_come_in_order_without_text(store: ParagraphStore) -> None:
    assert [
        (found.id, found.source, found.title, found.date, found.sha256, found.text) for found in store.articles()
    ] == [(article.id, article.source, article.title, article.date, article.sha256, "") for article in ARTICLES]
    assert all(found.paragraphs == () and found.boilerplate == () for found in store.articles())


def test_paragraphs_come_in_the_order_asked_for(store: ParagraphStore) -> None:
    same, first, again = store.paragraphs(np.array([1, 0, 1]))
    assert same == again
    assert (first.row, first.article_id, first.title, first.source, first.article_sha256) == (
        0,
        "one",
        "Öne",
        "one.txt",
        "1" * 64,
    )
    assert (first.start, first.end, first.kind, first.text) == (5, 21, "body", "Été 🦊 here. Two.")
    assert first.sentences == (Span(5, 16), Span(17, 21))
    assert first.also_in == ()
    assert (same.row, same.kind, same.text) == (1, "caption", "Same text.")
    assert same.also_in == (Place("two/deep", 0, 10),)


def test_a_paragraph_is_given_as_its_copy_in_the_articles_asked_for(store: ParagraphStore) -> None:
    first, same = store.paragraphs(np.array([0, 1]), {"two/deep"})
    assert first.article_id == "one"
    assert (same.row, same.article_id, same.source, same.kind) == (1, "two/deep", "two/deep.md", "body")
    assert (same.text, same.sentences, same.also_in) == ("Same text.", (Span(0, 10),), (Place("one", 22, 32),))
    assert store.paragraphs(np.array([1]), {"one", "two/deep"}) == store.paragraphs(np.array([1]))


def test_copies_tell_their_row_and_their_article(store: ParagraphStore) -> None:
    rows, articles = store.copies()
    assert (rows.tolist(), articles.tolist()) == ([1], [1])


def test_kinds_come_in_the_order_asked_for(store: ParagraphStore) -> None:
    assert store.kinds(np.array([1, 0, 1])) == ["caption", "body", "caption"]


@pytest.mark.parametrize("cached", [0, 1, 50])
def test_kinds_are_the_same_however_many_are_kept_in_memory(
    store: ParagraphStore, cached: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.store.texts.reader.CACHED_KINDS", cached)
    assert [store.kinds(np.array([row])) for row in (1, 0, 1, 0)] == [["caption"], ["body"], ["caption"], ["body"]]
    assert store.kinds(np.array([0, 1])) == ["body", "caption"]


def test_many_rows_come_in_one_call(store: ParagraphStore) -> None:
    assert [found.row for found in store.paragraphs(np.tile([0, 1], 700))] == [0, 1] * 700


def test_an_article_is_read_past_a_null_character(store: ParagraphStore) -> None:
    assert store.article("zero").text.startswith("x\0y")


def test_every_thread_reads_alike(store: ParagraphStore) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.extend(p.text for p in store.paragraphs(np.array([0, 1]))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["Same text."] * 8 + ["Été 🦊 here. Two."] * 8


def test_missing_paragraph_is_damage(path: Path) -> None:
    with pytest.raises(IndexCorrupt, match="has no paragraph 3"):
        SqliteTextStore(path, np.array([0, 3])).paragraphs(np.array([1]))


def test_damaged_file_is_told(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes(len(content) - 100))
    with pytest.raises(IndexCorrupt, match="is damaged"):
        SqliteTextStore(path, np.array([0])).article("one")


def test_evidence_comes_back_in_order(path: Path) -> None:
    known = known_articles(path)
    assert list(known) == ["one", "two/deep", "zero"]
    two = known["two/deep"]
    assert (two.source, two.file_sha256, two.sha256, two.note) == ("two/deep.md", "2" * 64, "2" * 64, None)
    assert two.kept == KeptArticle(1, 2, 1)
    assert two.lines.tolist() == [7, 9]
    found = paragraph_fingerprints(path)
    assert found.keys.tolist() == [16, 10, 10]
    assert found.article.tolist() == [0, 0, 1]
    assert found.signatures.tolist() == [[1, 1, 1]] * 3
    assert found.digests.tolist() == [text_digest(text) for text in paragraph_texts(path, 0, 3)]
    assert paragraph_digests(path).tolist() == found.digests.tolist()
    assert list(paragraph_texts(path, 1, 2)) == ["Same text."]
    assert list(texts_of(path, np.array([2, 0]))) == ["Same text.", "Été 🦊 here. Two."]
    assert excluded_totals(path) == {"breadcrumbs": (1, 4), "stray marks": (1, 3)}


def test_copied_articles_are_as_if_written_anew(path: Path, tmp_path: Path) -> None:
    known = known_articles(path)
    writer = SqliteTextWriter(tmp_path / "copied.sqlite", path)
    writer.copy_article(0, known["two/deep"].kept)
    writer.copy_article(1, known["zero"].kept)
    writer.copy_text(2, known["one"].kept)
    writer.add_article(2, ONE, fingerprints(ONE))
    writer.commit()
    writer.close()
    copied = SqliteTextStore(tmp_path / "copied.sqlite", np.array([0, 1, 2]))
    assert [found.id for found in copied.articles()] == ["two/deep", "zero", "one"]
    assert [copied.article(article.id) for article in ARTICLES] == list(ARTICLES)
    assert [found.text for found in copied.paragraphs(np.arange(3))] == [
        "Same text.",
        "Été 🦊 here. Two.",
        "Same text.",
    ]
    assert {name: found.kept for name, found in known_articles(tmp_path / "copied.sqlite").items()} == {
        "two/deep": KeptArticle(0, 0, 1),
        "zero": KeptArticle(1, 1, 0),
        "one": KeptArticle(2, 1, 2),
    }
