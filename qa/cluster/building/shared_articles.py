"""The articles that all machines of a build reach: the files of a shared folder, or the objects of a store."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from platform import node
from typing import Any, Protocol

from fsspec.implementations.local import LocalFileSystem

from qa.cluster.building.scratch import scratch_folder
from qa.cluster.building.shared_store import open_store, reaching
from qa.cluster.layout import is_store
from qa.errors import ArticlesMissing
from qa.ingest.files import SourceFile, arrange_files, find_files, find_reason_in_ending, find_reason_in_size
from qa.records import SkippedFile

# How often an object is fetched that was replaced meanwhile.
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class ReachedFiles:
    """Files of a part as this machine reads them, and those that it cannot reach."""

    files: Sequence[SourceFile]
    skipped: Sequence[SkippedFile] = ()


class SharedArticles(Protocol):
    """Articles by an address that is the same on all machines."""

    @property
    def address(self) -> str:
        """The folder or address, as an index records it."""
        ...

    def find(self) -> tuple[Sequence[SourceFile], Sequence[SkippedFile]]:
        """Return the files in order of id, and every other one with the reason; raises what find_files raises."""
        ...

    def reach(self, files: Sequence[SourceFile]) -> AbstractContextManager[ReachedFiles]:
        """Give the files as this machine reads them while the block runs."""
        ...


@dataclass(frozen=True, slots=True)
class FolderArticles:
    """The files of a folder that all machines see under one path; implements SharedArticles."""

    folder: Path

    @property
    def address(self) -> str:
        return str(self.folder.resolve())

    def find(self) -> tuple[Sequence[SourceFile], Sequence[SkippedFile]]:
        return find_files(self.folder)

    @contextmanager
    def reach(self, files: Sequence[SourceFile]) -> Iterator[ReachedFiles]:
        """Give the files; raises ArticlesMissing where none of them is seen."""
        if not any(file.path.exists() for file in files):
            raise ArticlesMissing(
                f"The machine {node()} does not see {files[0].path}, nor the files after it. "
                "Put the articles into a folder that all machines share under one path."
            )
        yield ReachedFiles(files)


@dataclass(frozen=True, slots=True)
class StoredArticles:
    """The objects below an address, such as ``s3://bucket/articles``, which is only read; implements SharedArticles.

    Raises StorageFailed where the store refuses, BadSetting for a kind of store that nothing installed opens.
    """

    address: str

    def find(self) -> tuple[Sequence[SourceFile], Sequence[SkippedFile]]:
        files, root = open_store(self.address)
        with reaching(self.address):
            found = files.find(root, detail=True)
        entries = [_classify(info, name.removeprefix(root).removeprefix("/")) for name, info in found.items()]
        return arrange_files(entries, self.address)

    @contextmanager
    def reach(self, files: Sequence[SourceFile]) -> Iterator[ReachedFiles]:
        """Give copies of the objects in a folder of this machine, which goes with the block."""
        with scratch_folder() as place:
            reached = [self._fetch(file, place / str(number)) for number, file in enumerate(files)]
            yield ReachedFiles(
                [one for one in reached if isinstance(one, SourceFile)],
                [one for one in reached if isinstance(one, SkippedFile)],
            )

    def _fetch(self, file: SourceFile, target: Path) -> SourceFile | SkippedFile:
        files, root = open_store(self.address)
        name = f"{root}/{file.source}"
        with reaching(f"{self.address}/{file.source}"):
            try:
                before = _version(files.info(name))
                for _ in range(ATTEMPTS):
                    files.get_file(name, str(target))
                    after = _version(files.info(name))
                    if before == after:
                        return replace(file, path=target)
                    before = after
            except FileNotFoundError:
                return SkippedFile(file.source, "it is gone")
            except PermissionError:
                return SkippedFile(file.source, "the store does not let it be read")
        return SkippedFile(file.source, "it was changed while it was read; the next build reads it")


def open_articles(place: str | Path) -> SharedArticles:
    """Return the articles of a folder or of a store; a file:// address is the folder that it names."""
    if not is_store(str(place)):
        return FolderArticles(Path(place))
    files, root = open_store(str(place))
    return FolderArticles(Path(root)) if isinstance(files, LocalFileSystem) else StoredArticles(str(place).rstrip("/"))


def _classify(info: Mapping[str, Any], source: str) -> SourceFile | SkippedFile:
    path, size = PurePosixPath(source), int(info["size"] or 0)
    reason = _find_reason_in_name(source) or find_reason_in_ending(source) or find_reason_in_size(size)
    if reason is not None:
        return SkippedFile(source, reason)
    stem = source.removesuffix(path.suffix)
    return SourceFile(unicodedata.normalize("NFC", stem), source, Path(path), size, 0)


def _find_reason_in_name(source: str) -> str | None:
    parts = source.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "its name is no path"
    return "hidden" if any(part.startswith(".") for part in parts) else None


def _version(info: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what is different after an object was replaced, as far as the kind of store tells."""
    return tuple(info.get(name) for name in ("ETag", "VersionId", "LastModified", "mtime", "created", "size"))
