"""What differs between the articles of a generation and those of the one before, and the report of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from qa.build.report import BuildReport, Excluded
from qa.build.scan import Scan
from qa.store.folder.manifest import FORMAT


@dataclass(frozen=True, slots=True)
class Changes:
    """How many articles are new, have another text, or are not there any more."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def count_changes(scan: Scan, before: Mapping[str, str]) -> Changes:
    """Compare the articles of a scan with those of the generation before, which are digests by id."""
    now = {article.file.id: article.sha256 for article in scan.articles}
    both = now.keys() & before.keys()
    changed = sum(now[article_id] != before[article_id] for article_id in both)
    return Changes(len(now) - len(both), changed, len(before) - len(both))


def content_digest(scan: Scan, fingerprint: str, rules: str) -> str:
    """Return a digest that is equal for equal articles, encoder, parser and format."""
    digest = hashlib.sha256(f"{FORMAT}\0{fingerprint}\0{rules}".encode())
    for article in scan.articles:
        parts = (article.file.id, article.file.source, article.reader, article.sha256)
        digest.update("".join(f"\0{part}" for part in parts).encode())
    return digest.hexdigest()


class Counted(Protocol):
    """What a manifest says of its generation."""

    @property
    def name(self) -> str: ...
    @property
    def articles(self) -> int: ...
    @property
    def paragraphs(self) -> int: ...
    @property
    def texts(self) -> int: ...


def report_build(
    manifest: Counted,
    scan: Scan,
    excluded: Mapping[str, tuple[int, int]],
    changes: Changes,
    encoded: int,
    *,
    written: bool = True,
) -> BuildReport:
    """Return the report of a build, which lacks its duration.

    excluded: spans of boilerplate and code points in them, by reason.
    """
    return BuildReport(
        generation=manifest.name,
        written=written,
        articles=manifest.articles,
        paragraphs=manifest.paragraphs,
        encoded=encoded,
        reused=manifest.texts - encoded,
        added=changes.added,
        changed=changes.changed,
        removed=changes.removed,
        skipped=scan.skipped,
        notes=scan.notes,
        excluded=tuple(Excluded(reason, *totals) for reason, totals in sorted(excluded.items())),
        seconds=0.0,
    )
