"""The text of a removed file, and the texts of all other articles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa.errors import BadRequest
from qa.ingest.files import SourceFile, Unreadable, find_files, read_file


def text_of(path: Path) -> str:
    """Return the text of a file as an index would hold it; raises BadRequest when it cannot be read."""
    if not path.is_file():
        raise BadRequest(f"There is no file {path}. Name a copy of the article that was removed.")
    try:
        return read_file(SourceFile(path.stem, path.name, path.resolve(), 0, 0)).text
    except Unreadable as error:
        raise BadRequest(f"{path}: {error.reason}. Name a copy of the article that was removed.") from error


def texts_elsewhere(folder: Path, file: Path) -> list[str]:
    """Return the texts of all articles in the folder but this file, without those that no index can read."""
    files, _ = find_files(folder)
    return read_others(files, file)


def read_others(files: Sequence[SourceFile], file: Path) -> list[str]:
    """Return the texts of these files but this one, without those that no index can read."""
    found = []
    for one in files:
        if one.path != file.resolve():
            try:
                found.append(read_file(one).text)
            except Unreadable:
                continue
    return found
