"""Builds: fresh, updated, refused; an update answers exactly like a fresh build."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa.build import lexical_groups, scan
from qa.build import writer as build_writer
from qa.build.lexical_groups import group_articles
from qa.errors import ArticlesMissing, IndexBusy, IndexCorrupt, ModelMismatch, StorageFailed
from qa.ingest.article import parse_article
from qa.ingest.files import SourceFile, read_file
from qa.ingest.formats.decoding import Decoded
from qa.ingest.versions import reader_version
from qa.protocols import Encoded
from qa.records import Article, Place
from qa.store.folder.locks import writer_lock
from qa.store.folder.manifest import current_name
from qa.store.protocols import Hits
from qa.store.reader import IndexReader
from qa.store.snapshot import OpenSnapshot, open_snapshot
from qa.store.texts.fingerprints import ArticleHead
from qa.store.tokens.blocks import open_block, token_type
from tests.building import build
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


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


STEPS: dict[str, Sequence[Callable[[Path], None]]] = {
    "add": [add],
    "edit": [edit],
    "remove": [remove],
    "rename": [rename],
    "line becomes boilerplate": [repeat_lines, repeat_once_more],
    "line ceases to be boilerplate": [repeat_lines, stop_repeating],
    "all": [add, edit, repeat_lines, rename, remove, stop_repeating],
}


@pytest.mark.parametrize("group", [1, lexical_groups.GROUP_ARTICLES], ids=["a group an article", "one group"])
@pytest.mark.parametrize("name", STEPS)
def test_update_answers_exactly_like_a_fresh_build(
    folder: Path, index: Path, tmp_path: Path, name: str, group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical_groups, "GROUP_ARTICLES", group)
    if name == "all":
        (folder / "zoo.txt").write_text("", "utf-8")
    build(folder, index, FakeEncoder())
    for number, step in enumerate(STEPS[name]):
        if step is remove and not (folder / "fox.txt").exists():
            (folder / "zoo.txt").rename(folder / "fox.txt")
        step(folder)
        build(folder, index, FakeEncoder())
        build(folder, tmp_path / f"fresh{number}", FakeEncoder())
        assert seen(index) == seen(tmp_path / f"fresh{number}")


def test_small_blocks_are_shared_and_refilled(
    folder: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(FakeEncoder().encode(FOX).pieces.ids) * token_type(64).itemsize
    monkeypatch.setattr(build_writer, "BLOCK_BYTES", size)
    build(folder, index, FakeEncoder())
    before = {path.name for path in (index / "blocks").iterdir()}
    assert len(before) == 4
    edit(folder)
    add(folder)
    build(folder, index, FakeEncoder())
    after = {path.name for path in (index / "blocks").iterdir()}
    assert len(before & after) == 3
    build(folder, tmp_path / "fresh", FakeEncoder())
    assert seen(index) == seen(tmp_path / "fresh")


def test_block_that_holds_removed_text_is_written_again(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [FakeEncoder().encode(text).pieces.ids for text in (FOX, HARBOUR)]
    monkeypatch.setattr(build_writer, "BLOCK_BYTES", sum(map(len, texts)) * token_type(64).itemsize)
    build(folder, index, FakeEncoder())
    ids = texts[0].tobytes()
    assert [ids in stored for stored in stored_ids(index)].count(True) == 1
    edit(folder)
    build(folder, index, FakeEncoder())
    assert not any(ids in stored for stored in stored_ids(index))


def stored_ids(index: Path) -> list[bytes]:
    """Return the token ids of each block."""
    return [open_block(path, 64)["id"].tobytes() for path in (index / "blocks").iterdir()]


def test_only_new_text_is_encoded(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    encoder = FakeCountingEncoder()
    edit(folder)
    rename(folder)
    report = build(folder, index, encoder)
    assert encoder.seen == ["The grey fox stayed at home this time. It was cold."]
    assert (report.encoded, report.reused) == (1, 3)
    assert (report.added, report.changed, report.removed) == (1, 0, 1)


def test_unchanged_articles_are_not_parsed_again(folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(folder, index, FakeEncoder())
    parsed: list[str] = []

    def remember(**fields: Any) -> Article:
        parsed.append(str(fields["article_id"]))
        return parse_article(**fields)

    monkeypatch.setattr(scan, "parse_article", remember)
    edit(folder)
    build(folder, index, FakeEncoder())
    assert parsed == ["fox"]


def test_changed_rules_parse_again_but_encode_nothing(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = build(folder, index, FakeEncoder())
    monkeypatch.setattr(build_writer, "PARSER_VERSION", "other rules")
    encoder = FakeCountingEncoder()
    report = build(folder, index, encoder)
    assert report.written
    assert report.generation != before.generation
    assert encoder.seen == []
    assert (report.added, report.changed, report.removed) == (0, 0, 0)


def test_another_version_of_a_reader_reads_its_own_files_again(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "page.html").write_text(f"<html><body><article><p>{MUSEUM}</p><p>{ORCHARD}</p></article></body></html>")
    before = build(folder, index, FakeEncoder())
    read: list[str] = []

    def remember(file: SourceFile) -> Decoded:
        read.append(file.source)
        return read_file(file)

    monkeypatch.setattr(scan, "read_file", remember)
    assert build(folder, index, FakeEncoder()).generation == before.generation
    assert read == []
    newer = {"page.html": "trafilatura 99"}
    monkeypatch.setattr(scan, "reader_version", lambda source: newer.get(source, reader_version(source)))
    report = build(folder, index, FakeEncoder())
    assert (report.written, read) == (True, ["page.html"])


def test_nothing_changed_writes_no_generation(folder: Path, index: Path) -> None:
    first = build(folder, index, FakeEncoder())
    files = sorted(path for path in index.rglob("*") if not path.name.endswith("lock"))
    encoder = FakeCountingEncoder()
    second = build(folder, index, encoder)
    assert not second.written
    assert encoder.seen == []
    assert (second.generation, second.articles, second.paragraphs) == (first.generation, 3, 4)
    assert (second.added, second.changed, second.removed, second.encoded, second.reused) == (0, 0, 0, 0, 4)
    assert sorted(path for path in index.rglob("*") if not path.name.endswith("lock")) == files


def test_file_that_is_no_text_is_skipped_and_told(folder: Path, index: Path) -> None:
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (folder / "picture.png").write_bytes(b"\x89PNG")
    report = build(folder, index, FakeEncoder())
    assert report.articles == 3
    assert [skipped.source for skipped in report.skipped] == ["picture.png", "binary.txt"]
    assert "not text" in report.skipped[1].reason


def test_folder_of_unreadable_files_is_refused(tmp_path: Path, index: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\0" * 100)
    with pytest.raises(ArticlesMissing, match=r"None of the 1 files in .* can be read; bad.txt: "):
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


def test_addition_keeps_the_generation_before_as_fallback(folder: Path, index: Path) -> None:
    first = build(folder, index, FakeEncoder()).generation
    add(folder)
    second = build(folder, index, FakeEncoder()).generation
    assert sorted(path.name for path in (index / "generations").iterdir()) == [first, second]


@pytest.mark.parametrize("step", [edit, remove])
def test_removed_text_is_in_no_file_any_more(folder: Path, index: Path, step: Callable[[Path], None]) -> None:
    add(folder)
    build(folder, index, FakeEncoder())
    step(folder)
    (folder / "a new one.md").unlink()
    build(folder, index, FakeEncoder())
    assert len(list((index / "generations").iterdir())) == 1
    with opened(index) as snapshot:
        manifest = snapshot.manifest
    assert {path.name for path in (index / "blocks").iterdir()} == {
        f"{block.sha256}.tokens" for block in manifest.blocks
    }
    for path in index.rglob("*"):
        assert path.is_dir() or b"frozen" not in path.read_bytes(), path


def test_reader_keeps_its_generation_until_it_closes(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    with opened(index) as reader:
        before = everything(reader)
        edit(folder)
        build(folder, index, FakeEncoder())
        assert len(list((index / "generations").iterdir())) == 2
        assert everything(reader) == before
        reader.verify()
    assert [path.name for path in (index / "generations").iterdir()] == [current_name(index)]


def test_replaced_generation_goes_with_its_last_user(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    reader = IndexReader(index, FakeEncoder().fingerprint)
    user = reader.current()
    edit(folder)
    newest = build(folder, index, FakeEncoder()).generation
    reader._look()
    assert reader.current().info.generation == newest
    assert len(list((index / "generations").iterdir())) == 2
    user.verify()
    del user
    reader._look()
    assert [path.name for path in (index / "generations").iterdir()] == [newest]


def test_reader_that_closes_removes_what_was_replaced_meanwhile(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    reader = IndexReader(index, FakeEncoder().fingerprint)
    edit(folder)
    newest = build(folder, index, FakeEncoder()).generation
    assert len(list((index / "generations").iterdir())) == 2
    reader.close()
    assert [path.name for path in (index / "generations").iterdir()] == [newest]


def test_snapshot_that_nobody_closes_removes_nothing_and_holds_nothing(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    snapshot = open_snapshot(index, None)
    edit(folder)
    build(folder, index, FakeEncoder())
    del snapshot
    assert len(list((index / "generations").iterdir())) == 2
    assert not build(folder, index, FakeEncoder()).written
    assert [path.name for path in (index / "generations").iterdir()] == [current_name(index)]


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


def article_head(number: int) -> ArticleHead:
    return ArticleHead(number, "", hashlib.sha256(str(number).encode()).hexdigest(), 10, 0, 0)


def test_groups_are_bounded_and_meet_again_after_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical_groups, "MAX_GROUP_ARTICLES", 300)
    heads = list(map(article_head, range(3000)))
    groups = [[one.number for one in group] for group in group_articles(heads)]
    assert max(map(len, groups)) == 300
    assert [number for group in groups for number in group] == list(range(3000))
    without = [[one.number for one in group] for group in group_articles(heads[:100] + heads[101:])]
    assert without[-3:] == groups[-3:]


def test_groups_are_cut_alike_whatever_stands_beside_them() -> None:
    heads = list(map(article_head, range(2000)))
    groups = [[one.number for one in group] for group in group_articles(heads)]
    assert [number for group in groups for number in group] == list(range(2000))
    assert 3 < len(groups) < 20
    without = [[one.number for one in group] for group in group_articles(heads[:700] + heads[701:])]
    assert len([group for group in without if group not in groups]) == 1


def test_group_of_long_articles_is_cut_early() -> None:
    heads = [ArticleHead(number, "", "1" * 64, 40_000_000, 0, 0) for number in range(5)]
    assert [[one.number for one in group] for group in group_articles(heads)] == [[0, 1], [2, 3], [4]]
