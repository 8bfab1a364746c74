"""Cutting an index into shards changes no answer, wherever it is cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.answer.engine import Engine
from qa.cluster.__main__ import main
from qa.cluster.cut import cut_generation
from qa.cluster.layout import cluster_folder
from qa.cluster.local import LocalClusterReader
from qa.cluster.parts import even_cuts
from qa.errors import IndexCorrupt, IndexMissing
from qa.settings import Settings
from qa.store.snapshot import OpenSnapshot, open_snapshot
from tests.cluster.asking import QUESTIONS, ask, over
from tests.cluster.corpus import ARTICLES


@pytest.fixture(scope="module")
def whole(engine_settings: Settings) -> Iterator[OpenSnapshot]:
    with closing(open_snapshot(engine_settings.index, None)) as opened:
        yield opened


@settings(max_examples=6, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(cuts=st.sets(st.integers(1, ARTICLES - 1), max_size=8))
def test_any_cut_gives_the_same_answers(
    engine: Engine, whole: OpenSnapshot, tmp_path_factory: pytest.TempPathFactory, cuts: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("cluster")
    manifest = cut_generation(whole, folder, sorted(cuts))
    assert len(manifest.shards) == len(cuts) + 1
    with closing(LocalClusterReader(folder, engine.encoder.fingerprint)) as shards:
        sharded = over(engine, shards)
        for question in QUESTIONS:
            assert ask(sharded, question) == ask(engine, question)
        listed = shards.current().text
        assert list(listed.articles()) == list(whole.text.articles())
        for one in whole.text.articles():
            assert listed.article(one.id) == whole.text.article(one.id)
            assert shards.current().paragraphs_of(one.id) == whole.paragraphs_of(one.id)


def test_a_cut_lists_its_shards_in_order(whole: OpenSnapshot, tmp_path: Path) -> None:
    manifest = cut_generation(whole, tmp_path, even_cuts(whole.article_of, whole.manifest.articles, 3))
    assert sum(one.articles for one in manifest.shards) == ARTICLES
    assert manifest.first_rows[-1] == whole.manifest.paragraphs
    ids = [name for one in manifest.shards for name in (one.first_id, one.last_id)]
    assert ids == sorted(ids)
    assert [manifest.shard_of(name) for name in ids] == [0, 0, 1, 1, 2, 2]


def test_equal_shards_have_equal_names(whole: OpenSnapshot, tmp_path: Path) -> None:
    once, again, other = (
        cut_generation(whole, tmp_path / name, cuts) for name, cuts in (("1", [4, 8]), ("2", [4, 8]), ("3", [4, 7]))
    )
    assert [one.name for one in once.shards] == [one.name for one in again.shards]
    assert {one.name for one in once.shards} & {one.name for one in other.shards} == {once.shards[0].name}


def test_the_command_cuts_an_index_into_shards_of_equal_size(
    engine_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(engine_settings.index), str(tmp_path / "into"), "--shards", "2"]) == 0
    assert [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()] == [
        "6 articles, 76 paragraphs, harbour/01 to harbour/11",
        "6 articles, 62 paragraphs, town/00 to town/10",
    ]
    with closing(LocalClusterReader(tmp_path / "into", None)) as reader:
        assert len(reader.current().text.articles()) == ARTICLES


def test_an_index_that_is_not_there_cannot_be_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none"), str(tmp_path / "into")]) == 3
    assert capsys.readouterr().err == f"qa: No index in {tmp_path / 'none'}. Build one with: qa index\n"


def test_a_folder_without_a_cluster_generation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        IndexMissing, match=r"No index of a cluster in .* Build one with: qa index FOLDER --cluster ADDRESS"
    ):
        LocalClusterReader(tmp_path, None)


def test_a_damaged_file_of_a_cluster_generation_is_named(whole: OpenSnapshot, tmp_path: Path) -> None:
    manifest = cut_generation(whole, tmp_path, [4])
    path = cluster_folder(tmp_path, manifest.name) / "row_terms.txt"
    path.write_bytes(path.read_bytes().replace(b"ferri", b"ferry"))
    with pytest.raises(IndexCorrupt, match=r"row_terms\.txt is not what it was"):
        LocalClusterReader(tmp_path, None)


@pytest.mark.parametrize(
    ("rows_of", "shards", "cuts"),
    [
        ([2, 2, 2, 2], 2, (2,)),
        ([6, 1, 1], 2, (1,)),
        ([1, 1, 6], 2, (2,)),
        ([1, 1, 6], 3, (1, 2)),
        ([1, 1], 5, (1,)),
        ([3], 4, ()),
        ([0, 0, 4], 3, (1, 2)),
    ],
)
def test_shards_are_even_and_never_without_articles(rows_of: list[int], shards: int, cuts: tuple[int, ...]) -> None:
    article_of = np.repeat(np.arange(len(rows_of), dtype=np.int32), rows_of)
    assert even_cuts(article_of, len(rows_of), shards) == cuts
