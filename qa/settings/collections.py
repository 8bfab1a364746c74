"""The collections of a run: folders of articles with names, each with an index of its own."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qa.errors import BadSetting

NAME_CHARACTERS = 64
# What would be part of a path, a list or another name.
_NOT_IN_NAMES = re.compile(r"[/\\,=:\x00-\x1f\x7f]")
_DIGEST_LETTERS = 10
_ENDING = "-collections"


@dataclass(frozen=True, slots=True)
class NamedFolder:
    """A folder of articles and the name of its collection."""

    name: str
    folder: Path

    def __str__(self) -> str:
        return f"{self.name}={self.folder}"


def read_named_folders(words: Iterable[str]) -> tuple[NamedFolder, ...]:
    """Return the collections that these words name: each a folder, or a name and its folder as ``name=folder``.

    Without a name it is the last part of the folder's path. Raises BadSetting for a name that cannot be, and where two
    collections have one name or one folder.

    >>> [str(one) for one in read_named_folders(["/srv/news", "old=/srv/archive"])]
    ['news=/srv/news', 'old=/srv/archive']
    """
    found: list[NamedFolder] = []
    for one in map(_named_folder, words):
        for other in found:
            if other.name.casefold() == one.name.casefold():
                raise BadSetting(
                    f"Two collections have the name {one.name!r}: {other.folder} and {one.folder}. Give one of them "
                    f"another name, as in: {_other_name(one)}={one.folder}"
                )
            if other.folder.resolve() == one.folder.resolve():
                raise BadSetting(f"The folder {one.folder} is named twice: as {other.name!r} and {one.name!r}.")
        found.append(one)
    return tuple(found)


def index_of_collection(index: Path, folder: Path) -> Path:
    """Return the folder of a collection's index, beside the index of a single folder and the same in each run.

    It depends on the path of the articles' folder alone, so that a collection may get another name.

    >>> index_of_collection(Path("/srv/qa/index"), Path("/srv/news"))
    PosixPath('/srv/qa/index-collections/news-0ca4d511c4')
    """
    resolved = folder.resolve()
    digest = hashlib.sha256(str(resolved).encode("utf-8", "surrogateescape")).hexdigest()
    plain = re.sub(r"[^a-z0-9]+", "-", resolved.name.lower()).strip("-")[:32]
    name = f"{plain or 'articles'}-{digest[:_DIGEST_LETTERS]}"
    return _folder_of_indexes(index.resolve()) / name


def indexes_beside(index: Path) -> list[Path]:
    """Return the folders beside the index of a collection that may hold another, that of a single folder first."""
    folder = index.parent
    single = folder.with_name(folder.name.removesuffix(_ENDING))
    return [single, *sorted(one for one in folder.iterdir() if one != index)] if folder.is_dir() else [single]


def _folder_of_indexes(index: Path) -> Path:
    return index.parent / f"{index.name}{_ENDING}"


def _named_folder(words: str) -> NamedFolder:
    name, equals, folder = words.partition("=")
    if not equals or "/" in name:
        name, folder = "", words
    if not folder.strip():
        raise BadSetting(f"The collection {words!r} has no folder. Name it as in: news=/srv/news")
    path = Path(folder.strip()).expanduser()
    return NamedFolder(_checked(name.strip() or path.resolve().name, path), path)


def _checked(name: str, folder: Path) -> str:
    name = unicodedata.normalize("NFC", name)
    if not 0 < len(name) <= NAME_CHARACTERS or _NOT_IN_NAMES.search(name) or not name.isprintable():
        raise BadSetting(
            f"A collection cannot have the name {name!r}. Give {folder} a name of 1 to {NAME_CHARACTERS} characters "
            f"without / \\ , = and :, as in: news={folder}"
        )
    return name


def _other_name(one: NamedFolder) -> str:
    parent = one.folder.resolve().parent.name
    return f"{parent}-{one.name}" if parent else f"{one.name}-2"
