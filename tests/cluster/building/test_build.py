"""Builds of a cluster that are interrupted, repeated, brought up to date, or meet bad input."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from qa.build.report import BuildReport, ShardCounts
from qa.check.cluster.wholeness import find_damage, find_faults
from qa.cluster.building import agreement, partition
from qa.cluster.building.build import build_cluster, read_pointer
from qa.cluster.building.runner import InOrder, Part, Result
from qa.cluster.building.shared_articles import FolderArticles
from qa.cluster.building.shared_store import SharedStore
from qa.cluster.building.stages.scan import ScanPart
from qa.cluster.cut import cut_generation
from qa.cluster.manifest import ClusterManifest, read_cluster, read_cluster_pointer
from qa.errors import ArticlesMissing, BadSetting, IndexBusy, ModelMismatch, StorageFailed
from qa.ingest.files import find_files
from qa.progress import silent
from qa.store.folder.layout import blocks_folder, generations_folder
from qa.store.snapshot import open_snapshot
from tests.building import build
from tests.cluster.building.articles import PART_FILES, write_articles
from tests.cluster.building.contents import seen_by_readers
from tests.fakes import FakeEncoder


class Killed(BaseException):
    """The end of a process."""


class DiesAfter(InOrder):
    """A runner whose process dies after this many parts of all stages, and that counts them."""

    def __init__(self, parts: int) -> None:
        self.parts = parts
        self.done = 0

    def run(
        self, stage: Callable[[Part], Result], parts: Sequence[Part], *, loads_model: bool = False
    ) -> Iterator[Result]:
        for part in parts:
            if self.done == self.parts:
                raise Killed
            result = stage(part)
            self.done += 1
            yield result


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition, "PART_FILES", PART_FILES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "articles", 24)
    return tmp_path / "articles"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def run(
    folder: Path, index: Path, runner: InOrder | None = None, shards: int | None = 2, **options: bool
) -> BuildReport:
    runner = runner or InOrder()
    return build_cluster(folder, SharedStore(str(index)), runner, FakeEncoder, silent, shards=shards, **options)


def current(index: Path) -> ClusterManifest:
    return read_cluster(index, read_cluster_pointer(index))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_run_that_dies_anywhere_is_taken_up_and_nothing_is_done_twice(folder: Path, tmp_path: Path) -> None:
    undisturbed = DiesAfter(1000)
    report = run(folder, tmp_path / "whole", undisturbed)
    expected = seen_by_readers(tmp_path / "whole")
    for parts in range(0, undisturbed.done, 3):
        index = tmp_path / f"after{parts}"
        with pytest.raises(Killed):
            run(folder, index, DiesAfter(parts))
        assert read_pointer(SharedStore(str(index))) is None
        encoded_before = len(list((index / "parts" / "vectors").glob("*"))) if parts else 0
        again = run(folder, index)
        assert seen_by_readers(index) == expected
        assert (again.encoded < report.encoded) == bool(encoded_before)
        assert names_in(index) == ["blocks", "cluster", "clusters", "generations", "lock"]


def test_a_second_run_changes_nothing(folder: Path, index: Path) -> None:
    first = run(folder, index)
    assert (first.added, first.changed, first.removed, first.shards) == (24, 0, 0, ShardCounts(2, 0))
    pointer = (index / "cluster").read_bytes()
    second = run(folder, index)
    assert (first.written, second.written, second.generation) == (True, False, first.generation)
    assert (second.added, second.changed, second.removed, second.shards) == (0, 0, 0, ShardCounts(0, 2))
    assert (index / "cluster").read_bytes() == pointer
    assert not (index / "parts").exists()


def test_an_update_encodes_what_is_new_and_equals_a_fresh_build(folder: Path, index: Path, tmp_path: Path) -> None:
    run(folder, index)
    (folder / "d999.txt").write_text("Another report\n\nAn otter swam below the mill for two hours.\n", "utf-8")
    next(folder.glob("b*.txt")).unlink()
    for path in sorted(folder.glob("e*.txt"))[:2]:
        path.write_text(path.read_text("utf-8") + "\nNobody else came.\n", "utf-8")
    report = run(folder, index)
    assert (report.added, report.changed, report.removed) == (1, 2, 1)
    assert report.encoded <= 5
    assert report.reused == report.paragraphs - report.encoded
    build(folder, tmp_path / "alone", FakeEncoder())
    with closing(open_snapshot(tmp_path / "alone", None)) as snapshot:
        ids = [article.id for article in snapshot.text.articles()]
        cuts = [ids.index(one.first_id) for one in current(index).shards[1:]]
        cut_generation(snapshot, tmp_path / "fresh", cuts)
    assert seen_by_readers(index) == seen_by_readers(tmp_path / "fresh")
    named = {one.name for one in current(index).shards}
    assert names_in(generations_folder(index)) == sorted(named)
    assert names_in(blocks_folder(index)) == names_in(blocks_folder(tmp_path / "fresh"))


def test_an_update_changes_the_shards_of_what_changed_and_no_others(folder: Path, index: Path) -> None:
    def write(name: str, text: str) -> None:
        (folder / f"{name}.txt").write_text(f"The mill in {name}\n\n{text}\n", "utf-8")

    def update(name: str, text: str) -> list[int]:
        before = [one.name for one in current(index).shards]
        write(name, text)
        report = run(folder, index, shards=None)
        changed = [place for place, one in enumerate(current(index).shards) if one.name != before[place]]
        assert report.shards == ShardCounts(len(changed), 4 - len(changed))
        return changed

    painted = "The weir below the mill was painted green by four carpenters."
    for name, text in {"a500": painted, "c500": "A heron stood in the reeds.", "f500": "Nobody came."}.items():
        write(name, text)
    run(folder, index, shards=4)
    assert update("c500", "An otter swam below the mill for two hours.") == [2]
    assert update("f500", painted) == [1, 3]  # the first place of a text knows of the others
    assert update("a500", "Carpenters were seen no more.") == [1, 3]


def test_the_cuts_stay_until_the_shards_are_of_too_different_sizes(folder: Path, index: Path) -> None:
    run(folder, index, shards=3)
    before = [one.first_id for one in current(index).shards]
    (folder / "a0000.txt").write_text("One more\n\nA heron stood in the reeds until noon.\n", "utf-8")
    run(folder, index, shards=None)
    assert [one.first_id for one in current(index).shards][1:] == before[1:]
    for number in range(60):
        (folder / f"a{number}00.txt").write_text(f"Number {number}\n\nHeron {number} stood in the reeds.\n", "utf-8")
    run(folder, index, shards=None)
    sizes = [one.paragraphs for one in current(index).shards]
    assert max(sizes) - min(sizes) < 8


@pytest.mark.parametrize("pattern", ["generations/*/text.sqlite", "blocks/*", "clusters/*/row_terms.txt", "cluster"])
def test_a_rebuild_mends_what_is_damaged(folder: Path, index: Path, pattern: str) -> None:
    run(folder, index)
    whole = {path.relative_to(index): path.read_bytes() for path in index.rglob("*") if path.is_file()}
    damaged = sorted(index.glob(pattern))[0]
    damaged.write_bytes(b"other")
    assert run(folder, index, rebuild=True).written
    for name, content in whole.items():
        if name.parts[0] in ("generations", "blocks"):
            assert (index / name).read_bytes() == content
    manifest = current(index)
    assert find_damage(index, read_cluster_pointer(index)) == []
    assert list(find_faults(index, manifest, silent)) == []


def test_another_folder_is_refused_unless_it_is_to_be_followed(folder: Path, index: Path, tmp_path: Path) -> None:
    run(folder, index)
    write_articles(tmp_path / "others", 5, seed=2)
    with pytest.raises(ArticlesMissing, match="was built from"):
        run(tmp_path / "others", index)
    assert run(tmp_path / "others", index, shards=None, replace_folder=True).articles == 5


def test_two_builds_at_once_are_refused(folder: Path, index: Path) -> None:
    class BuildsMeanwhile(InOrder):
        def run(
            self, stage: Callable[[Part], Result], parts: Sequence[Part], *, loads_model: bool = False
        ) -> Iterator[Result]:
            with pytest.raises(IndexBusy):
                run(folder, index)
            return super().run(stage, parts, loads_model=loads_model)

    assert run(folder, index, BuildsMeanwhile()).written


def test_a_build_that_another_one_overtook_does_not_switch(folder: Path, index: Path) -> None:
    store = SharedStore(str(index))
    run(folder, index)
    before = (index / "cluster").read_bytes()
    assert not store.replace("cluster", b"other", None)
    assert not store.replace("cluster", b"other", b"older")
    assert (index / "cluster").read_bytes() == before
    assert store.replace("cluster", b"other", before)


def test_a_machine_with_other_versions_is_refused(folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed = agreement.agree(SharedStore(str(index)), "model")
    agreed.check()
    other = {**agreed.versions, "parser": "ingestion 1"}
    with pytest.raises(BadSetting, match=r"has parser ingestion .*the one that builds has ingestion 1\. Install"):
        replace(agreed, versions=other).check()


def test_a_machine_that_sees_another_store_is_refused(index: Path, tmp_path: Path) -> None:
    agreed = agreement.agree(SharedStore(str(index)), "model")
    (index / agreed.seen).unlink()
    with pytest.raises(StorageFailed, match=r"does not see .* Choose a folder that all machines share"):
        agreed.check()


def test_a_machine_with_another_model_is_refused(index: Path) -> None:
    agreed = agreement.agree(SharedStore(str(index)), FakeEncoder().fingerprint)
    agreed.check_model(FakeEncoder())
    with pytest.raises(ModelMismatch, match="Use the same model on all machines"):
        agreed.check_model(FakeEncoder(32))


def test_a_machine_that_does_not_see_the_articles_is_refused(folder: Path, index: Path) -> None:
    store = SharedStore(str(index))
    agreed = agreement.agree(store, "model")
    files, _ = find_files(folder)
    shutil.rmtree(folder)
    with pytest.raises(ArticlesMissing, match=r"does not see .*\.txt, .* Put the articles into a folder that all"):
        ScanPart(store, agreed, FolderArticles(folder))(files)


def test_a_full_disk_on_a_machine_is_named_and_the_next_run_goes_on(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("numpy.savez", full)
        with pytest.raises(StorageFailed, match=r"cannot use .*: No space left on device\. Check the space"):
            run(folder, index)
    assert not (index / "cluster").exists()
    assert run(folder, index).written
