"""The check of a cluster's index names what is damaged, and its search what is left of a removed text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qa.check.absent import traces_of
from qa.check.cluster.removed import search_machines
from qa.check.cluster.wholeness import find_damage, find_faults
from qa.cluster.__main__ import main as cut_index
from qa.cluster.machines.machine import ThisMachine
from qa.cluster.manifest import ClusterManifest, read_cluster, read_cluster_pointer
from qa.progress import silent
from qa.settings import Settings
from qa.store.folder.layout import generation_folder
from tests.cli.runs import run_here
from tests.cluster.corpus import ARTICLES
from tests.fakes import FakeEncoder

SHARDS = 3


@pytest.fixture(scope="module")
def cut(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cut") / "index"
    assert cut_index([str(engine_settings.index), str(folder), "--shards", str(SHARDS)]) == 0
    return folder


@pytest.fixture
def index(cut: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the index in shards, and an empty temporary folder of the machine."""
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    monkeypatch.setenv("QA_DATA", str(tmp_path / "data"))
    shutil.copytree(cut, tmp_path / "index")
    return tmp_path / "index"


def current(index: Path) -> ClusterManifest:
    return read_cluster(index, read_cluster_pointer(index))


def files_of(index: Path, pattern: str) -> Iterator[Path]:
    yield from sorted(path for path in index.glob(pattern) if path.stat().st_size)


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_whole_index_is_said_to_be_whole(index: Path) -> None:
    manifest = current(index)
    ran = run_here("check", "--index", str(index))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"The index is whole: generation {manifest.name}, 3 shards, {ARTICLES} articles, {manifest.paragraphs} "
        f"paragraphs, model {manifest.model}, as seen by 1 machine.\n"
    )


@pytest.mark.parametrize(
    "pattern",
    [
        "generations/*/text.sqlite",
        "generations/*/dense.faiss",
        "generations/*/rows.bin",
        "generations/*/lengths.json",
        "generations/*/lexical/*.idx",
        "generations/*/articles_lexical/meta.json",
        "generations/*/manifest.json",
        "blocks/*.tokens",
        "clusters/*/row_terms.txt",
        "clusters/*/token_frequency.i32",
        "clusters/*/cluster.json",
    ],
)
def test_what_is_damaged_is_named(index: Path, pattern: str) -> None:
    path = list(files_of(index, pattern))[-1]
    damage(path)
    ran = run_here("check", "--index", str(index))
    assert ran.code == 3
    assert f"{path} is not what it was when it was written." in ran.err
    if pattern.startswith("generations"):
        assert f": {path.relative_to(index).parts[1]}: " in ran.err


def test_every_damaged_shard_is_named(index: Path) -> None:
    paths = list(files_of(index, "generations/*/dense.faiss"))
    for path in paths:
        path.unlink()
    found = find_damage(index, read_cluster_pointer(index))
    assert sorted(line.partition(":")[0] for line in found) == sorted(path.parent.name for path in paths)
    assert all(f"{path} is missing." in "\n".join(found) for path in paths)


def test_a_machine_that_is_at_another_generation_is_told(index: Path) -> None:
    pointer = read_cluster_pointer(index)
    [line] = find_damage(index, replace(pointer, name="000009-0123456789ab"))
    assert line == f"{index} is at generation {pointer.name} here, and at 000009-0123456789ab where it is checked"


def test_a_machine_without_the_index_is_told(index: Path, tmp_path: Path) -> None:
    [line] = find_damage(tmp_path / "elsewhere", read_cluster_pointer(index))
    assert line.startswith(f"No index of a cluster in {tmp_path / 'elsewhere'}.")


def test_shards_that_disagree_with_the_manifest_are_named(index: Path) -> None:
    manifest = current(index)
    assert list(find_faults(index, manifest, silent)) == []
    first = replace(manifest.shards[0], first_id="other")
    other = replace(manifest, articles=manifest.articles + 1, shards=(first, *manifest.shards[1:]))
    names, totals = list(find_faults(index, other, silent))
    assert names.startswith(f"{first.name}: articles, rows, first and last id are (")
    assert (
        totals
        == f"the shards hold {ARTICLES} articles and {manifest.paragraphs} rows, not those of the cluster's manifest"
    )


def test_a_cluster_is_repaired_by_building_it_again(index: Path) -> None:
    ran = run_here("check", "--repair", "--index", str(index))
    assert (ran.code, ran.err) == (
        2,
        "qa: The shards of a cluster are written again by: qa index FOLDER --rebuild --cluster ADDRESS\n",
    )


def test_absent_text_is_proven_and_text_that_is_there_is_found(index: Path, tmp_path: Path) -> None:
    secret = tmp_path / "removed.txt"
    secret.write_text("Kettles\n\nA zymurgist hid nineteen copper kettles beneath the vicarage floor.\n", "utf-8")
    ran = run_here("check", "--absent", str(secret), "--index", str(index))
    assert ran.code == 0
    assert ran.out.startswith(f"Nothing of {secret} is stored: ")
    (tmp_path / "scratch" / "qa-scratch-left").mkdir()
    (tmp_path / "scratch" / "qa-scratch-left" / "part").write_bytes(b"A zymurgist hid nineteen copper kettles")
    (index / "blocks" / "left").write_bytes(secret.read_bytes())
    ran = run_here("check", "--absent", str(secret), "--index", str(index))
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith(f"{index / 'blocks' / 'left'}: text: ")
    assert [line for line in lines if f":{tmp_path / 'scratch' / 'qa-scratch-left' / 'part'}: text: " in line]
    assert lines[-1].endswith(f"places still hold something of {secret}.")


def test_a_replica_of_a_replaced_shard_counts_as_a_place(index: Path) -> None:
    manifest = current(index)

    class Serving(ThisMachine):
        def served_shards(self) -> frozenset[str]:
            return frozenset({"shard-0123456789abcdef", *(one.name for one in manifest.shards)})

    traces = traces_of("Kettles of a zymurgist were hidden beneath the vicarage floor.", [], FakeEncoder())
    [one] = [one for one in search_machines(traces, index, manifest, Serving()) if one.form == "replica"]
    assert (str(one.path), one.part) == ("shard-0123456789abcdef", "it serves a replaced shard")
    generation_folder(index, "shard-0123456789abcdef").path.mkdir()
    found = search_machines(traces, index, manifest, Serving())
    assert [one for one in found if one.form == "replica"] == []
