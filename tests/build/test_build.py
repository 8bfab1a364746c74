"""Fresh builds, and builds that are refused or fail."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from qa.build import writer as build_writer
from qa.errors import ArticlesMissing, IndexBusy, IndexCorrupt, ModelMismatch, StorageFailed
from qa.records import Place
from qa.store.folder.locks import writer_lock
from qa.store.folder.manifest import current_name
from qa.store.snapshot import open_snapshot
from tests.build.corpus import (
    ARTICLES,
    FOX,
    HARBOUR,
    MUSEUM,
    ORCHARD,
    FakeCountingEncoder,
    edit,
    opened,
    seen,
)
from tests.building import build
from tests.fakes import FakeEncoder


def test_fresh_build_holds_every_article_and_paragraph(folder: Path, index: Path) -> None:
    report = build(folder, index, FakeEncoder())
    assert (report.written, report.articles, report.paragraphs, report.encoded, report.reused) == (True, 3, 4, 4, 0)
    assert (report.added, report.changed, report.removed) == (3, 0, 0)
    with opened(index) as snapshot:
        assert snapshot.info.generation == report.generation == current_name(index)
        assert snapshot.info.model == "fake"
        found = snapshot.text.paragraphs(np.arange(4))
        assert [(paragraph.article_id, paragraph.text) for paragraph in found] == [
            ("fox", FOX),
            ("fox", HARBOUR),
            ("orchard", ORCHARD),
            ("wing", MUSEUM),
        ]
        assert snapshot.article_of.tolist() == [0, 0, 1, 2]
        for paragraph in found:
            assert snapshot.text.article(paragraph.article_id).text[paragraph.start : paragraph.end] == paragraph.text


def test_vectors_are_those_of_the_encoder(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    with opened(index) as snapshot:
        expected = [FakeEncoder().encode(text) for text in (FOX, HARBOUR, ORCHARD, MUSEUM)]
        np.testing.assert_allclose(
            snapshot.dense.vectors(np.arange(4)), [text.sentence for text in expected], atol=5e-4
        )
        found = snapshot.tokens.rows(np.arange(4))
        np.testing.assert_allclose(found.unit(), np.concatenate([text.tokens for text in expected]), atol=1e-6)
        total = expected[0].sentence + expected[1].sentence
        np.testing.assert_allclose(snapshot.article_vectors[0], total / np.linalg.norm(total), atol=1e-3)
        np.testing.assert_allclose(np.linalg.norm(snapshot.article_vectors, axis=1), 1, atol=1e-6)


def test_articles_are_ranked_by_title_and_content(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    with opened(index) as snapshot:
        assert snapshot.articles_lexical.search("Who mended nets in the harbour?", 10).rows.tolist()[0] == 0
        assert snapshot.articles_lexical.search("orchard", 10).rows.tolist() == [1]


def test_repeated_text_is_indexed_once_and_told_as_also_in(folder: Path, index: Path) -> None:
    (folder / "again.txt").write_text(f"{ORCHARD}\n\nA new paragraph about the quiet library in winter.\n", "utf-8")
    encoder = FakeCountingEncoder()
    report = build(folder, index, encoder)
    assert report.paragraphs == 5
    assert encoder.seen.count(ORCHARD) == 1
    with opened(index) as snapshot:
        first = snapshot.text.paragraphs(np.array([0]))[0]
        assert (first.article_id, first.text) == ("again", ORCHARD)
        assert first.also_in == (Place("orchard", 0, len(ORCHARD)),)
        assert snapshot.article_of.tolist() == [0, 0, 1, 1, 3]
        assert np.linalg.norm(snapshot.article_vectors[2]) == pytest.approx(1)


def test_file_that_is_no_text_is_skipped_and_told(folder: Path, index: Path) -> None:
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (folder / "picture.png").write_bytes(b"\x89PNG")
    report = build(folder, index, FakeEncoder())
    assert report.articles == 3
    assert [skipped.source for skipped in report.skipped] == ["picture.png", "binary.txt"]
    assert "not text" in report.skipped[1].reason


def test_folder_of_unreadable_files_is_refused(tmp_path: Path, index: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\0" * 100)
    with pytest.raises(ArticlesMissing, match=r"1 file in .*, none can be read; bad.txt: "):
        build(tmp_path, index, FakeEncoder())
    assert not (index / "current").exists()


def test_missing_and_emptied_folders_are_refused_and_keep_the_index(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    before = seen(index)
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(ArticlesMissing):
        build(folder, index, FakeEncoder())
    folder.rmdir()
    with pytest.raises(ArticlesMissing):
        build(folder, index, FakeEncoder(), replace_folder=True)
    assert seen(index) == before


def test_another_folder_is_refused_unless_told(folder: Path, index: Path, tmp_path: Path) -> None:
    build(folder, index, FakeEncoder())
    other = tmp_path / "other"
    other.mkdir()
    (other / "one.txt").write_text(ARTICLES["fox"], "utf-8")
    with pytest.raises(ArticlesMissing, match=rf"was built from {folder}, not from {other}.*--replace"):
        build(other, index, FakeEncoder())
    encoder = FakeCountingEncoder()
    report = build(other, index, encoder, replace_folder=True)
    assert (report.articles, report.paragraphs, report.added, report.removed) == (1, 2, 1, 3)
    assert encoder.seen == []


def test_second_writer_is_refused(folder: Path, index: Path) -> None:
    with writer_lock(index), pytest.raises(IndexBusy):
        build(folder, index, FakeEncoder())
    assert build(folder, index, FakeEncoder()).written


def test_another_model_is_refused_until_rebuilt(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    with pytest.raises(ModelMismatch, match=r"built by fake \(fake-64-256\), the model now is fake-32-256.*--rebuild"):
        build(folder, index, FakeEncoder(32))
    report = build(folder, index, FakeEncoder(32), rebuild=True)
    assert (report.encoded, report.reused) == (4, 0)
    with closing(open_snapshot(index, "fake-32-256")) as snapshot:
        assert snapshot.dense.vectors(np.array([0])).shape == (1, 32)


@pytest.mark.parametrize("name", ["current", "manifest.json", "text.sqlite", "dense.faiss"])
def test_damaged_index_is_built_again_when_told(folder: Path, index: Path, tmp_path: Path, name: str) -> None:
    build(folder, index, FakeEncoder())
    [path] = index.rglob(name)
    path.write_bytes(path.read_bytes()[:-1])
    edit(folder)
    with pytest.raises(IndexCorrupt, match="qa index --rebuild"):
        build(folder, index, FakeEncoder())
    build(folder, index, FakeEncoder(), rebuild=True)
    build(folder, tmp_path / "fresh", FakeEncoder())
    assert seen(index) == seen(tmp_path / "fresh")
    assert len(list((index / "generations").iterdir())) == 1


@pytest.mark.parametrize("name", ["write_file", "replace_file", "rename", "sync_file", "sync_folder"])
def test_failed_write_is_told_and_leaves_the_index_as_it_was(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    build(folder, index, FakeEncoder())
    before = seen(index)
    files = sorted(index.rglob("*"))
    edit(folder)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(build_writer, name, fail)
        with pytest.raises(StorageFailed, match="No space left on device") as raised:
            build(folder, index, FakeEncoder())
    assert raised.value.exit_code == 3
    assert seen(index) == before
    assert sorted(index.rglob("*")) == files
    assert build(folder, index, FakeEncoder()).written


def test_progress_is_told_stage_by_stage(folder: Path, index: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build(folder, index, FakeEncoder(), lambda *step: told.append(step))
    assert told == [
        *(("read", done, 3) for done in (1, 2, 3)),
        *(("parse", done, 3) for done in (1, 2, 3)),
        *(("encode", done, 4) for done in (1, 2, 3, 4)),
        ("index", 3, 3),
    ]


def test_article_of_only_boilerplate_is_kept_without_rows(folder: Path, index: Path) -> None:
    (folder / "bare.txt").write_text(">\n", "utf-8")
    report = build(folder, index, FakeEncoder())
    with opened(index) as snapshot:
        article = snapshot.text.article("bare")
        assert report.articles == 4
        if not article.paragraphs:
            assert snapshot.article_vectors[0].tolist() == [0.0] * 64


def test_seeds_hold_what_the_files_hold(seeds: Path, index: Path) -> None:
    report = build(seeds, index, FakeEncoder())
    assert report.articles == 5
    with opened(index) as snapshot:
        for article in snapshot.text.articles():
            text = snapshot.text.article(article.id).text
            assert text.encode() == (seeds / article.source).read_bytes()
        rows = snapshot.lexical.search("Mediazone counts 2,076 criminal cases of soldiers accused of deserting", 1).rows
        assert "2,076 criminal cases" in snapshot.text.paragraphs(rows)[0].text
