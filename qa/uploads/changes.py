"""Changes of the folder of articles: each is made in the folder and in the index, or in neither."""

from __future__ import annotations

import hashlib
import os
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from qa.build.report import BuildReport
from qa.errors import ArticleNotFound, ArticlesMissing, BadRequest, IndexBusy
from qa.ingest.files import SIZE_LIMIT_BYTES, SourceFile, find_files
from qa.progress import Progress
from qa.store.folder.storage import rename, sync_folder, write_file
from qa.uploads.contents import check_content
from qa.uploads.names import plain_name, quoted
from qa.uploads.staging import move_in, staging, storing

FILES_PER_CHANGE = 100
# How long a build of another process is waited for.
PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.2

Build = Callable[[Progress], BuildReport]


class NameTaken(BadRequest):
    """Another article has this name."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to add: its name and its bytes."""

    name: str
    content: IO[bytes]


@dataclass(frozen=True, slots=True)
class AddedFile:
    """What became of a file: "added", "unchanged" (it was there with the same content) or "refused" with a reason.

    ``article_id`` is null for a refused file.
    """

    name: str
    status: Literal["added", "unchanged", "refused"]
    article_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """What a change that is under way does: ``done`` of ``total`` things of this stage."""

    stage: str
    done: int
    total: int


class ArticleChanges:
    """Adds, renames and removes articles; one change at a time, others get ChangeBusy.

    ``build`` brings the index up to date with the folder. When it fails, the folder is put back as it was. A file that
    is there is never replaced.
    """

    def __init__(self, folder: Path, build: Build) -> None:
        self.folder = folder
        self.stage: Stage | None = None
        self._build = build

    def add(self, files: Sequence[NewFile]) -> tuple[AddedFile, ...]:
        """Store the files that are articles, build the index, and return what became of each, in their order.

        Raises BadRequest for too many files, ChangeBusy, NotStored and what the build raises.
        """
        if not 1 <= len(files) <= FILES_PER_CHANGE:
            raise BadRequest(f"Add from 1 to {FILES_PER_CHANGE} files at once, not {len(files)}.")
        with staging(self.folder) as place:
            addition = _Addition(self.folder, place)
            for number, file in enumerate(files):
                self._progress("check", number, len(files))
                addition.take(number, file)
            with self._undoing(addition.take_out):
                addition.move_in()
                if addition.stored:
                    self._index()
        return tuple(addition.results)

    def rename(self, article_id: str, name: str) -> str:
        """Give the file of an article another name in the same folder, build the index, and return the new id.

        Raises BadRequest for a name that it cannot have, NameTaken, ArticleNotFound, and what add raises.
        """
        with staging(self.folder):
            source = self._path_of(article_id)
            target = source.with_name(plain_name(name))
            if target.suffix.lower() != source.suffix.lower():
                raise BadRequest(f"The ending of {quoted(source.name)} says its format: keep {source.suffix}.")
            if target == source:
                return article_id
            new_id = _id_of(str(target.relative_to(self.folder)))
            _refuse_taken(new_id, [file for file in _listed(self.folder) if file.id != article_id])
            _move(source, target)
            with self._undoing(lambda: _move(target, source)):
                self._index()
        return new_id

    def remove(self, article_id: str) -> None:
        """Remove the file of an article and build the index, so that neither holds anything of it.

        Raises ArticleNotFound, BadRequest for the last article, and what add raises.
        """
        with staging(self.folder) as place:
            path = self._path_of(article_id)
            if len(_listed(self.folder)) == 1:
                raise BadRequest("This is the last article. An index holds at least one: add another first.")
            rename(path, place / path.name)
            with self._undoing(lambda: rename(place / path.name, path)):
                self._index()
            sync_folder(path.parent)

    def path_of(self, article_id: str) -> Path:
        """Return the file of an article; raises ArticleNotFound."""
        with storing():
            return self._path_of(article_id)

    def _path_of(self, article_id: str) -> Path:
        for file in _listed(self.folder):
            if file.id == article_id:
                return self.folder / file.source
        raise ArticleNotFound(f"No article {article_id!r} in the folder.")

    def _index(self) -> BuildReport:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._build(self._progress)
            except IndexBusy:
                if time.monotonic() > deadline:
                    raise
            time.sleep(_PAUSE_SECONDS)

    @contextmanager
    def _undoing(self, undo: Callable[[], None]) -> Iterator[None]:
        """Undo the change of the folder where this block fails; nothing is under way when it ends."""
        try:
            yield
        except BaseException:
            with suppress(OSError):
                undo()
            raise
        finally:
            self.stage = None

    def _progress(self, stage: str, done: int, total: int) -> None:
        self.stage = Stage(stage, done, total)


class _Addition:
    """Files on their way into the folder: staged, then moved in."""

    def __init__(self, folder: Path, place: Path) -> None:
        self._folder = folder
        self._place = place
        self._listed = _listed(folder)
        self._staged: dict[int, tuple[Path, Path]] = {}
        self.results: list[AddedFile] = []
        self.stored: list[Path] = []

    def take(self, number: int, file: NewFile) -> None:
        """Stage a file and note what is to become of it."""
        try:
            self.results.append(self._take(number, file))
        except BadRequest as error:
            self.results.append(AddedFile(file.name, "refused", None, str(error)))

    def _take(self, number: int, file: NewFile) -> AddedFile:
        name = plain_name(file.name)
        content = file.content.read(SIZE_LIMIT_BYTES + 1)
        article_id = _id_of(name)
        if self._is_there(name, content):
            return AddedFile(name, "unchanged", article_id)
        _refuse_taken(article_id, self._listed)
        staged = self._place / f"{number}{Path(name).suffix}"
        write_file(staged, content)
        check_content(staged, name, content)
        self._listed.append(SourceFile(article_id, name, staged, len(content), 0))
        self._staged[number] = (staged, self._folder / name)
        return AddedFile(name, "added", article_id)

    def _is_there(self, name: str, content: bytes) -> bool:
        same_name = [file.path for file in self._listed if file.source == name and file.size == len(content)]
        return any(hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(content).digest() for path in same_name)

    def move_in(self) -> None:
        """Give the staged files their names; one whose name was taken meanwhile is refused."""
        for number, (staged, target) in self._staged.items():
            try:
                move_in(staged, target)
            except FileExistsError:
                name = self.results[number].name
                self.results[number] = AddedFile(name, "refused", None, f"{quoted(name)} is there already.")
            else:
                self.stored.append(target)

    def take_out(self) -> None:
        """Remove what was moved in."""
        for path in self.stored:
            path.unlink(missing_ok=True)
        sync_folder(self._folder)


def _listed(folder: Path) -> list[SourceFile]:
    """Return the article files of the folder, none where it holds none."""
    try:
        return find_files(folder)[0]
    except ArticlesMissing:
        return []


def _id_of(source: str) -> str:
    return unicodedata.normalize("NFC", os.path.splitext(source)[0])  # noqa: PTH122 - a name, not a path


def _refuse_taken(article_id: str, listed: Sequence[SourceFile]) -> None:
    for file in listed:
        if file.id.casefold() == article_id.casefold():
            raise NameTaken(
                f"{quoted(file.source)} is there already, with other content. Give another name, or remove that"
                " article first."
            )


def _move(source: Path, target: Path) -> None:
    try:
        move_in(source, target)
    except FileExistsError as error:
        raise NameTaken(f"{quoted(target.name)} is there already. Give another name.") from error
