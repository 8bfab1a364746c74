"""Builds from articles in an object store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from qa.build.report import BuildReport
from qa.cluster.building import shared_articles
from qa.cluster.building.build import build_cluster
from qa.cluster.building.runner import InOrder, Part, Result
from qa.cluster.building.shared_store import SharedStore, open_store
from qa.errors import ArticlesMissing, BadSetting, StorageFailed
from qa.progress import silent
from qa.records import SkippedFile
from tests.cluster.building.articles import write_articles
from tests.cluster.building.contents import seen_by_readers
from tests.cluster.building.object_store import NEEDS_SERVER, become, s3fs
from tests.fakes import FakeEncoder

pytestmark = NEEDS_SERVER


def build(articles: Path | str, address: str) -> BuildReport:
    return build_cluster(articles, SharedStore(address), InOrder(), FakeEncoder, silent, shards=2)


def upload(folder: Path, address: str) -> str:
    """Put the files of a folder into a store; return their address there."""
    files = s3fs.S3FileSystem(use_listings_cache=False)
    for path in folder.iterdir():
        files.put_file(str(path), f"{address}/{path.name}")
    return address


def test_articles_in_a_store_give_the_index_of_those_in_a_folder(bucket: str, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    write_articles(folder, 20)
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "empty.txt").write_bytes(b"")
    (folder / ".hidden.txt").write_text("Not for reading.\n", "utf-8")
    address = upload(folder, f"{bucket}/same")
    before = s3fs.S3FileSystem(use_listings_cache=False).find("archive/same", detail=True)
    here, there = build(folder, str(tmp_path / "here")), build(address, str(tmp_path / "there"))
    assert (here.skipped, here.articles, here.encoded) == (there.skipped, there.articles, there.encoded)
    ours, theirs = seen_by_readers(tmp_path / "there"), seen_by_readers(tmp_path / "here")
    assert cleared(ours, address) == cleared(theirs, str(folder))
    assert s3fs.S3FileSystem(use_listings_cache=False).find("archive/same", detail=True) == before
    assert not build(address, str(tmp_path / "there")).written
    with pytest.raises(ArticlesMissing, match=rf"was built from {address}, not from {folder}\. Keep it .* --replace"):
        build(folder, str(tmp_path / "there"))


def cleared(seen: object, address: str) -> str:
    return repr(seen).replace(address, "ARTICLES")


def test_a_store_on_this_machine_is_the_folder_that_it_names(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", 5)
    build(tmp_path / "articles", str(tmp_path / "index"))
    assert not build(f"file://{tmp_path}/articles", str(tmp_path / "index")).written


def test_a_store_without_articles_or_rights_is_refused(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = str(tmp_path / "index")
    with pytest.raises(ArticlesMissing, match=r"No article in s3://archive/nothing\. Put \.txt"):
        build(f"{bucket}/nothing", index)
    with pytest.raises(BadSetting, match="Cannot open nothing://articles: "):
        build("nothing://articles", index)
    write_articles(tmp_path / "articles", 3)
    address = upload(tmp_path / "articles", f"{bucket}/guarded")
    become("nobody", monkeypatch)
    with pytest.raises(StorageFailed, match=rf"cannot use {address}: .* Check the space, the rights and the address"):
        build(address, index)
    become("reader", monkeypatch)
    assert build(address, index).articles == 3


class Meddling(InOrder):
    """A runner during whose first stage somebody else changes the store."""

    def __init__(self, meddle: Callable[[], None]) -> None:
        self._meddle = meddle

    def run(
        self, stage: Callable[[Part], Result], parts: Sequence[Part], *, loads_model: bool = False
    ) -> Iterator[Result]:
        self._meddle()
        self._meddle = lambda: None
        return super().run(stage, parts, loads_model=loads_model)


class Replaced:
    """A store in which the objects of this name are replaced each time that they are fetched."""

    def __init__(self, files: Any, name: str) -> None:
        self._files = files
        self._name = name

    def get_file(self, name: str, target: str) -> None:
        self._files.get_file(name, target)
        if name.endswith(f"/{self._name}"):
            self._files.pipe_file(name, f"Otters swim at {uuid4()}.\n".encode())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)


def test_an_object_that_vanishes_or_goes_on_changing_is_named(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"{name}\n\nOtters swim below mill {name} every night.\n", "utf-8")
    address = upload(folder, f"{bucket}/meddled")
    files = s3fs.S3FileSystem(use_listings_cache=False)
    monkeypatch.setattr(shared_articles, "open_store", lambda place: (Replaced(files, "b.txt"), open_store(place)[1]))
    runner = Meddling(lambda: files.rm_file("archive/meddled/a.txt"))
    report = build_cluster(address, SharedStore(str(tmp_path / "index")), runner, FakeEncoder, silent)
    assert report.articles == 1
    assert report.skipped == (
        SkippedFile("a.txt", "it is gone"),
        SkippedFile("b.txt", "it was changed while it was read; the next build reads it"),
    )
