"""Finds the article files of a folder and reads them. Only this part of ingestion touches the disk."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from qa.errors import ArticlesMissing, QAError, StorageFailed
from qa.ingest.formats.decoding import Decoded, Undecodable
from qa.ingest.formats.reader import find_obstacle
from qa.ingest.formats.registry import ENDINGS, find_reader, recognise
from qa.ingest.inventory import printable_path
from qa.records import SkippedFile
from qa.text.counts import counted

SIZE_LIMIT_BYTES = 64 * 1024 * 1024

# A shortage in this process is not the file's fault: skipping the file would remove its article from the index.
_SHORTAGES = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}
_OPEN_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that holds an article. ``size`` is in bytes; ``note`` is for the build report."""

    id: str
    source: str
    path: Path
    size: int
    mtime_ns: int
    note: str | None = None


class Unreadable(QAError):
    """A file that was found but cannot be read; the build continues without it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def find_files(folder: Path) -> tuple[list[SourceFile], list[SkippedFile]]:
    """Return the article files in order of id, and every other file with the reason why it is skipped.

    Raises ArticlesMissing when the folder does not exist or holds no article, StorageFailed when it cannot be opened.
    """
    if not folder.is_dir():
        raise ArticlesMissing(f"No folder of articles at {folder}. Create it, or name another folder.")
    return arrange_files([_classify(path, source, folder.resolve()) for path, source in _walk(folder, "")], folder)


def arrange_files(
    entries: Iterable[SourceFile | SkippedFile], place: Path | str
) -> tuple[list[SourceFile], list[SkippedFile]]:
    """Return the files in order of id, one per id, and all skipped ones; raises ArticlesMissing without a file."""
    listed = list(entries)
    found = sorted((one for one in listed if isinstance(one, SourceFile)), key=lambda file: (file.id, file.source))
    skipped = [one for one in listed if isinstance(one, SkippedFile)]
    files, duplicates = _keep_one_per_id(found)
    skipped = sorted(skipped + duplicates, key=lambda file: file.source)
    if not files:
        kinds = f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
        left_out = f" {counted(len(skipped), 'file')} left out, the first: {skipped[0].reason}." if skipped else ""
        raise ArticlesMissing(f"No article in {place}.{left_out} Put {kinds} files there, or name another folder.")
    return _add_case_notes(files), skipped


def read_file(file: SourceFile) -> Decoded:
    """Return the file's text, with its newlines as they are; raises Unreadable with the reason."""
    named = find_reader(file.source)
    if named is None:
        raise Unreadable(_unknown_ending(file.source))
    content = _read_bytes(file.path)
    reader = recognise(content) or named
    obstacle = find_obstacle(reader)
    if obstacle is not None:
        raise Unreadable(obstacle)
    try:
        decoded = reader.read(content)
    except Undecodable as error:
        raise Unreadable(
            error.reason if reader is named else f"{reader.name} in spite of its ending: {error.reason}"
        ) from error
    if reader is named:
        return decoded
    note = f"read as {reader.name}, which it is in spite of its ending"
    return replace(decoded, note="; ".join(one for one in (note, decoded.note) if one))


def _walk(folder: Path, prefix: str) -> Iterator[tuple[Path, str]]:
    """Yield every entry that is not an ordinary folder, and the folders that cannot be opened."""
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        refuse_shortage(folder, error)
        if not prefix:
            raise StorageFailed(f"Cannot open {folder}: {_describe(error)}. Allow reading it, or try again.") from error
        yield folder, prefix.rstrip("/")
        return
    for entry in ordered:
        source = prefix + entry.name
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            yield from _walk(Path(entry.path), source + "/")
        else:
            yield Path(entry.path), source


def _classify(path: Path, source: str, folder: Path) -> SourceFile | SkippedFile:
    shown = printable_path(source)
    try:
        target = path.resolve(strict=True)
        status = target.stat()
    except (OSError, RuntimeError) as error:
        refuse_shortage(path, error)
        return SkippedFile(shown, f"cannot be opened: {_describe(error)}")
    reason = _find_reason_in_name(path, shown, source) or _find_reason_in_kind(path, target, status, folder)
    if reason is not None:
        return SkippedFile(shown, reason)
    stem = source[: -len(path.suffix)]
    return SourceFile(unicodedata.normalize("NFC", stem), source, target, status.st_size, status.st_mtime_ns)


def _find_reason_in_name(path: Path, shown: str, source: str) -> str | None:
    if path.name.startswith("."):
        return "hidden"
    if shown != source:
        return "its name is not UTF-8"
    if path.is_dir():
        return "a link to a folder" if path.is_symlink() else "a folder that cannot be opened"
    return find_reason_in_ending(source)


def find_reason_in_ending(source: str) -> str | None:
    """Return why a file of this name is no article, None where it is one."""
    reader = find_reader(source)
    return _unknown_ending(source) if reader is None else find_obstacle(reader)


def _unknown_ending(source: str) -> str:
    return f"no article format: {PurePath(source).suffix.lower() or 'no ending'}"


def _find_reason_in_kind(path: Path, target: Path, status: os.stat_result, folder: Path) -> str | None:
    if path.is_symlink() and not target.is_relative_to(folder):
        return "a link that leaves the folder"
    if not stat.S_ISREG(status.st_mode):
        return "not an ordinary file"
    return find_reason_in_size(status.st_size)


def find_reason_in_size(size: int) -> str | None:
    """Return why a file of this many bytes is skipped, None where it is not."""
    if size == 0:
        return "empty: 0 bytes"
    return f"larger than 64 MiB: {size:,} bytes" if size > SIZE_LIMIT_BYTES else None


def _keep_one_per_id(files: list[SourceFile]) -> tuple[list[SourceFile], list[SkippedFile]]:
    kept: dict[str, SourceFile] = {}
    duplicates: list[SkippedFile] = []
    for file in files:
        first = kept.setdefault(file.id, file)
        if first is not file:
            duplicates.append(SkippedFile(file.source, f"has the same id as {first.source}: {file.id}"))
    return list(kept.values()), duplicates


def _add_case_notes(files: list[SourceFile]) -> list[SourceFile]:
    first: dict[str, SourceFile] = {}
    noted: list[SourceFile] = []
    for file in files:
        other = first.setdefault(file.id.casefold(), file)
        note = None if other is file else f"differs from {other.source} only by case"
        noted.append(replace(file, note=note))
    return noted


def _read_bytes(path: Path) -> bytes:
    """Read an ordinary file; refuse one that has become a link, a FIFO or too large since it was found."""
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Unreadable("not an ordinary file")
            content = stream.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        refuse_shortage(path, error)
        raise Unreadable(f"cannot be read: {_describe(error)}") from error
    if len(content) > SIZE_LIMIT_BYTES:
        raise Unreadable("larger than 64 MiB")
    return content


def refuse_shortage(path: Path, error: OSError | RuntimeError) -> None:
    """Raise StorageFailed when this process is out of file descriptors or memory, so that no file is skipped."""
    if isinstance(error, OSError) and error.errno in _SHORTAGES:
        raise StorageFailed(
            f"Cannot read {path}: {error.strerror}. Close other programs or raise their limits."
        ) from error


def _describe(error: OSError | RuntimeError) -> str:
    """Return the system's message without the path."""
    # Before Python 3.13, a link to itself raises RuntimeError.
    if not isinstance(error, OSError) or error.errno == errno.ELOOP:
        return "it is a link"
    return "it is gone" if error.errno == errno.ENOENT else os.strerror(error.errno or errno.EIO).lower()
