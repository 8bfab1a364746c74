"""What a generation consists of, and which generation is the current one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from qa.digests import FileDigest
from qa.errors import IndexCorrupt, IndexMissing
from qa.store.folder.storage import unreadable

FORMAT = 3
GENERATION_NAME = re.compile(r"(\d{6,})-[0-9a-f]{12}", re.ASCII)
CURRENT_LINE = re.compile(r"(\d{6,}-[0-9a-f]{12}) ([0-9a-f]{64})\n", re.ASCII)
REBUILD = "Build it again with: qa index --rebuild"


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a generation is made of; ``files`` are relative to its folder, ``blocks`` lie in ``blocks/``.

    ``rules`` names what parsed the articles, ``content`` is a digest of them, the model and the rules, equal for equal
    input. ``fallback`` names the
    generation before it where that may be kept. ``paragraphs`` counts rows, ``texts`` the different texts in them.
    """

    format: int
    name: str
    fallback: str | None
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


@dataclass(frozen=True, slots=True)
class Current:
    """The pointer to the current generation: its name and the SHA-256 of its manifest."""

    name: str
    sha256: str

    def encode(self) -> bytes:
        """Return the pointer as it is stored."""
        return f"{self.name} {self.sha256}\n".encode()


def read_current(index_folder: Path) -> Current | None:
    """Return the pointer to the current generation, None when none was ever built; raises IndexCorrupt."""
    path = index_folder / "current"
    try:
        content = _read(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    found = CURRENT_LINE.fullmatch(content.decode("ascii", "replace"))
    if found is None:
        raise IndexCorrupt(f"{path} is damaged. {REBUILD}")
    return Current(found[1], found[2])


def current_name(index_folder: Path) -> str:
    """Return the name of the current generation; raises IndexMissing and IndexCorrupt."""
    return require_current(index_folder).name


def require_current(index_folder: Path) -> Current:
    """Return the pointer to the current generation; raises IndexMissing and IndexCorrupt."""
    current = read_current(index_folder)
    if current is None:
        raise IndexMissing(f"No index in {index_folder}. Build one with: qa index")
    return current


def next_name(index_folder: Path, content: str) -> str:
    """Return a name for a new generation: one more than any there is, and the start of its content digest."""
    folder = index_folder / "generations"
    numbers = [int(found[1]) for path in folder.iterdir() if (found := GENERATION_NAME.fullmatch(path.name))]
    return f"{max(numbers, default=0) + 1:06d}-{content[:12]}"


def generation_folder(index_folder: Path, name: str) -> Path:
    """Return where the files of a generation lie."""
    return index_folder / "generations" / name


def manifest_path(index_folder: Path, name: str) -> Path:
    """Return where the manifest of a generation lies."""
    return generation_folder(index_folder, name) / "manifest.json"


def encoder_folder(index_folder: Path) -> Path:
    """Return where the exported encoder of this index lies."""
    return index_folder / "encoder"


def block_path(index_folder: Path, block: FileDigest) -> Path:
    """Return where a block of token vectors lies; its name is its digest."""
    return index_folder / "blocks" / f"{block.sha256}.tokens"


def decode_manifest(content: bytes, path: Path) -> Manifest:
    """Return the manifest that these bytes hold; raises IndexCorrupt."""
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IndexCorrupt(f"{path} is damaged or of another version: {error}. {REBUILD}") from error
    if manifest.format != FORMAT:
        raise IndexCorrupt(f"{path} has format {manifest.format}, this version reads {FORMAT}. {REBUILD}")
    return manifest


def read_manifest(index_folder: Path, current: Current) -> Manifest:
    """Return the manifest of the current generation, checked against the pointer; raises IndexCorrupt."""
    path = manifest_path(index_folder, current.name)
    try:
        content = _read(path)
    except FileNotFoundError as error:
        raise IndexCorrupt(f"{path} is missing. {REBUILD}") from error
    return check_manifest(content, path, current)


def check_manifest(content: bytes, path: Path, current: Current) -> Manifest:
    """Return the manifest in these bytes if they are the ones the pointer names; raises IndexCorrupt."""
    if hashlib.sha256(content).hexdigest() != current.sha256:
        raise IndexCorrupt(f"{path} is not what it was when it was written. {REBUILD}")
    return decode_manifest(content, path)


def _read(path: Path) -> bytes:
    """Return what the file holds; one that is not there is the caller's to judge."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise unreadable(path, error.strerror) from error
