"""The manifest of a generation, and the pointer to the current one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from qa.digests import FileDigest
from qa.errors import ArticlesMissing, IndexCorrupt, IndexMissing
from qa.store.folder.layout import generation_folder, generations_folder, pointer_path
from qa.store.folder.storage import unreadable

FORMAT = 4
GENERATION_NAME = re.compile(r"(\d{6,})-[0-9a-f]{12}", re.ASCII)
CURRENT_LINE = re.compile(r"(\d{6,}-[0-9a-f]{12}) ([0-9a-f]{64})\n", re.ASCII)
REBUILD = "Build it again with: qa index --rebuild"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A generation by its name and the SHA-256 of its manifest; the file ``current`` holds that of the current one."""

    name: str
    sha256: str

    def encode(self) -> bytes:
        """Return the pointer as it is stored."""
        return f"{self.name} {self.sha256}\n".encode()


@dataclass(frozen=True, slots=True)
class Manifest:
    """All parts of a generation; the names of ``files`` are relative to its folder.

    ``rules`` is the version of the parser, ``content`` a digest of the articles, the model and the rules, equal for
    equal input. ``fallback`` points to the generation before, where that is kept: a running server that cannot open
    this one goes on with it. ``paragraphs`` counts rows, ``texts`` the distinct texts in them.
    """

    format: int
    name: str
    fallback: Pointer | None
    folder: str
    model: str
    fingerprint: str
    rules: str
    content: str
    dimension: int
    token_dimension: int
    articles: int
    paragraphs: int
    texts: int
    files: dict[str, FileDigest]
    blocks: tuple[FileDigest, ...]

    def encode(self) -> bytes:
        """Return the manifest as it is stored."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


class _Format(msgspec.Struct, frozen=True):
    """The parts of a manifest that are read of every format; an older or newer one may lack the folder."""

    format: int
    folder: str | None = None


def read_current(index_folder: Path) -> Pointer | None:
    """Return the pointer to the current generation, None when none was ever built; raises IndexCorrupt."""
    path = pointer_path(index_folder)
    try:
        content = _read(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    found = CURRENT_LINE.fullmatch(content.decode("ascii", "replace"))
    if found is None:
        raise IndexCorrupt(f"{path} is damaged. {REBUILD}")
    return Pointer(found[1], found[2])


def current_name(index_folder: Path) -> str:
    """Return the name of the current generation; raises IndexMissing and IndexCorrupt."""
    return require_current(index_folder).name


def require_current(index_folder: Path) -> Pointer:
    """Return the pointer to the current generation; raises IndexMissing and IndexCorrupt."""
    current = read_current(index_folder)
    if current is None:
        raise IndexMissing(f"No index in {index_folder}. Build one with: qa index")
    return current


def next_name(index_folder: Path, content: str) -> str:
    """Return a name for a new generation: one more than any there is, and the start of its content digest."""
    folder = generations_folder(index_folder)
    numbers = [int(found[1]) for path in folder.iterdir() if (found := GENERATION_NAME.fullmatch(path.name))]
    return f"{max(numbers, default=0) + 1:06d}-{content[:12]}"


def decode_manifest(content: bytes, path: Path) -> Manifest:
    """Return the manifest that these bytes hold; raises IndexCorrupt."""
    try:
        found = msgspec.json.decode(content, type=_Format).format
        if found != FORMAT:
            raise IndexCorrupt(f"{path} has format {found}, this version reads {FORMAT}. {REBUILD}")
        return msgspec.json.decode(content, type=Manifest)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IndexCorrupt(f"{path} is damaged: {error}. {REBUILD}") from error


def read_manifest(index_folder: Path, pointer: Pointer) -> Manifest:
    """Return the manifest of the generation that the pointer names; raises IndexCorrupt."""
    path = generation_folder(index_folder, pointer.name).manifest
    try:
        content = _read(path)
    except FileNotFoundError as error:
        raise IndexCorrupt(f"{path} is missing. {REBUILD}") from error
    return check_manifest(content, path, pointer)


def check_manifest(content: bytes, path: Path, pointer: Pointer) -> Manifest:
    """Return the manifest in these bytes if they are the ones the pointer names; raises IndexCorrupt."""
    if hashlib.sha256(content).hexdigest() != pointer.sha256:
        raise IndexCorrupt(f"{path} is not what it was when it was written. {REBUILD}")
    return decode_manifest(content, path)


def recorded_folder(index_folder: Path) -> Path | None:
    """Return the folder of articles that a manifest of any format names.

    None where there is no index, and where the manifest is damaged or names none.
    """
    try:
        pointer = require_current(index_folder)
        content = _read(generation_folder(index_folder, pointer.name).manifest)
        if hashlib.sha256(content).hexdigest() != pointer.sha256:
            return None
        folder = msgspec.json.decode(content, type=_Format).folder
    except (IndexCorrupt, IndexMissing, FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return None if folder is None else Path(folder)


def require_folder(index_folder: Path, built_from: Path, folder: Path) -> None:
    """Raise ArticlesMissing unless the index was built from this folder."""
    if built_from != folder.resolve():
        raise other_articles(index_folder, built_from, folder)


def other_articles(index: str | Path, built_from: str | Path, articles: str | Path) -> ArticlesMissing:
    """Return the refusal to build an index from other articles than before."""
    return ArticlesMissing(
        f"The index in {index} was built from {built_from}, not from {articles}. Keep it and name"
        f" another with QA_INDEX, or let it follow the new folder with: qa index {articles} --replace"
    )


def _read(path: Path) -> bytes:
    """Return the content of a file; FileNotFoundError is left to the caller."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise unreadable(path, error.strerror) from error
