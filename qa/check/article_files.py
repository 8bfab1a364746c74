"""The files of the folder of articles, each with what the index knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.check.folder_state import FolderState
from qa.records import Article, SkippedFile

FileState = Literal["indexed", "changed", "removed", "new", "not read"]


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """A file of the folder, or one that was there.

    ``state`` is "indexed", "changed" or "removed" since it was indexed, "new" for a file that no build has seen, or
    "not read"; ``reason`` says why not. ``note`` says what was unusual about a file that was read.
    """

    source: str
    state: FileState
    id: str | None = None
    title: str | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()
    note: str | None = None
    reason: str | None = None


def list_files(
    articles: Sequence[Article], skipped: Sequence[SkippedFile], state: FolderState | None
) -> list[ArticleFile]:
    """Return the files by path: those of the index, those that it skipped, and those that are new since."""
    changed, removed = (set(), set()) if state is None else (set(state.changed), set(state.removed))

    def state_of(source: str) -> FileState:
        return "changed" if source in changed else "removed" if source in removed else "indexed"

    files = [
        ArticleFile(one.source, state_of(one.source), one.id, one.title, one.date, one.authors, one.note)
        for one in articles
    ]
    files += [ArticleFile(one.source, "not read", reason=one.reason) for one in skipped if one.source not in removed]
    files += [ArticleFile(source, "new") for source in (() if state is None else state.new)]
    return sorted(files, key=lambda file: file.source)
