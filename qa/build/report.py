"""The report of a build."""

from __future__ import annotations

from dataclasses import dataclass

from qa.records import SkippedFile


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a file that was read, for the user."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Excluded:
    """The boilerplate left out of the search for one reason; characters are code points."""

    reason: str
    spans: int
    characters: int


@dataclass(frozen=True, slots=True)
class ShardCounts:
    """How many shards of a cluster's index a build wrote, and how many it kept as they were."""

    written: int
    kept: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The result of a build; ``written`` is false when nothing had changed and the generation stays.

    articles and paragraphs count what the index holds; encoded and reused count texts; added, changed and removed
    count articles against the generation before. ``shards`` is None for the index of one machine;
    shards_still_read counts those of generations before that a reader holds, and that stay until the next build.
    """

    generation: str
    written: bool
    articles: int
    paragraphs: int
    encoded: int
    reused: int
    added: int
    changed: int
    removed: int
    skipped: tuple[SkippedFile, ...]
    notes: tuple[Note, ...]
    excluded: tuple[Excluded, ...]
    seconds: float
    shards: ShardCounts | None = None
    shards_still_read: int = 0
