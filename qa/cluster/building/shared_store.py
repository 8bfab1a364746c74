"""The folder or object store that all machines of a cluster reach, by fsspec; what is there under a name is whole."""

from __future__ import annotations

import filecmp
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from platform import node

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from qa.cluster.building.scratch import scratch_folder
from qa.errors import BadSetting, StorageFailed
from qa.store.folder.layout import MANIFEST
from qa.store.folder.storage import remove, rename, replace_file, sync_folder

# The folder of all that one stage leaves to the next; it goes when the build is done.
PARTS = "parts"


@dataclass(frozen=True, slots=True)
class SharedStore:
    """Files by name below an address, such as ``/mnt/index`` or ``s3://bucket/index``; every machine opens its own.

    Raises StorageFailed where the operating system or the object store refuses, BadSetting for a kind of store
    that nothing installed opens.
    """

    address: str

    @property
    def folder(self) -> Path | None:
        """The folder, None where it is an object store."""
        files, path = self._locate("")
        return Path(path) if isinstance(files, LocalFileSystem) else None

    def has(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        files, path = self._locate(name)
        with self._reaching(name):
            return bool(files.isfile(path))

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        files, path = self._locate(name)
        with self._reaching(name):
            content: bytes = files.cat_file(path)
        return content

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """Give a folder of this machine to write in, from which a file or folder gets its name in the store."""
        folder = self.folder
        with self._reaching(PARTS), scratch_folder() if folder is None else self._unfinished(folder) as place:
            yield place

    @contextmanager
    def _unfinished(self, folder: Path) -> Iterator[Path]:
        """Give a folder on the same disk, from which a file is renamed into its place."""
        parent = folder / PARTS / "unfinished"
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent, ignore_cleanup_errors=True) as place:
            yield Path(place)

    def publish(self, source: Path, name: str, *, mend: bool = False) -> None:
        """Store a file or folder of a workplace under this name; one that is there already is kept as it is.

        With ``mend`` it is kept only where its content is the same. In an object store, a folder is there once its
        manifest is, which is written last.
        """
        files, path = self._locate(name)
        with self._reaching(name):
            if isinstance(files, LocalFileSystem):
                if mend and not _holds_same(source, Path(path)):
                    remove(Path(path))
                _move(source, Path(path))
            elif source.is_file():
                files.put_file(str(source), path)
            elif mend or not files.exists(f"{path}/{MANIFEST}"):
                for file in sorted(source.rglob("*"), key=lambda file: (file.name == MANIFEST, str(file))):
                    if file.is_file():
                        files.put_file(str(file), f"{path}/{file.relative_to(source).as_posix()}")

    def replace(self, name: str, content: bytes, before: bytes | None) -> bool:
        """Replace a file, whose content was ``before`` (None: there was none); return whether it still was."""
        files, path = self._locate(name)
        with self._reaching(name):
            found = files.info(path) if files.exists(path) else None
            if (None if found is None else files.cat_file(path)) != before:
                return False
            if isinstance(files, LocalFileSystem):
                replace_file(Path(path), content)
                return True
            unchanged = {"IfNoneMatch": "*"} if found is None else {"IfMatch": found["ETag"]}
            try:
                files.pipe_file(path, content, **unchanged)
            except OSError as error:
                if "PreconditionFailed" in repr(error.__cause__) or isinstance(error, FileExistsError):
                    return False
                raise
        return True

    def names(self, folder: str) -> list[str]:
        """Return the names of the files and folders in a folder."""
        files, path = self._locate(folder)
        with self._reaching(folder):
            found = files.ls(path, detail=False) if files.exists(path) else []
        return sorted(one.rstrip("/").rpartition("/")[2] for one in found)

    def fetch(self, name: str, workplace: Path) -> Path:
        """Return a local path of a file: in a folder its own, otherwise that of a copy in the workplace."""
        files, path = self._locate(name)
        if isinstance(files, LocalFileSystem):
            return Path(path)
        target = workplace / name.replace("/", "-")
        if not target.exists():
            with self._reaching(name):
                files.get_file(path, str(target))
        return target

    def fetch_folder(self, name: str, target: Path) -> None:
        """Copy a folder to this machine."""
        files, path = self._locate(name)
        with self._reaching(name):
            files.get(f"{path}/", f"{target}/", recursive=True)

    @contextmanager
    def as_folder(self) -> Iterator[Path]:
        """Give the folder; that of an object store is a copy on this machine, which goes again."""
        if self.folder is not None:
            yield self.folder
        else:
            with self.workplace() as place:
                self.fetch_folder("", place / "index")
                yield place / "index"

    def remove(self, folder: str) -> None:
        """Remove all files whose names begin with this folder."""
        files, path = self._locate(folder)
        with self._reaching(folder):
            if files.exists(path):
                files.rm(path, recursive=True)

    def _locate(self, name: str) -> tuple[AbstractFileSystem, str]:
        files, root = open_store(self.address)
        return files, f"{root}/{name}" if name else root

    def _reaching(self, name: str) -> AbstractContextManager[None]:
        return reaching(f"{self.address}/{name}")


def open_store(address: str) -> tuple[AbstractFileSystem, str]:
    """Return the store at an address, and the path there; raises BadSetting where nothing installed opens it."""
    try:
        files, root = url_to_fs(address, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise BadSetting(f"Cannot open {address}: {error}. s3:// needs: pip install 'qa-articles[s3]'") from error
    return files, root


@contextmanager
def reaching(address: str) -> Iterator[None]:
    """Turn an error of the operating system or the object store in this block into StorageFailed."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, OSError) and not type(error).__module__.startswith("botocore."):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise StorageFailed(
            f"{node()} cannot use {address}: {reason}. Check the space, the rights and the "
            "address, then run the command again; it goes on where it stopped."
        ) from error


def _holds_same(source: Path, target: Path) -> bool:
    """Return whether the target has the content of a file, or of each file of a folder."""
    if source.is_file():
        return target.is_file() and filecmp.cmp(source, target, shallow=False)
    names = [path.relative_to(source) for path in source.rglob("*") if path.is_file()]
    return all(_holds_same(source / name, target / name) for name in names)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        remove(source)
    else:
        _sync(source)
        rename(source, target)


def _sync(path: Path) -> None:
    """Put a file, or a folder whose files are on disk already, on disk."""
    if path.is_dir():
        sync_folder(path)
    else:
        with path.open("rb") as file:
            os.fsync(file.fileno())
