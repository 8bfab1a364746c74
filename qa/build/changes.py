"""What differs between the articles of a generation and those of the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from qa.build.scan import Scan
from qa.store.folder.manifest import FORMAT
from qa.store.texts.fingerprints import KnownArticle


@dataclass(frozen=True, slots=True)
class Changes:
    """How many articles are new, have another text, or are not there any more."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def count_changes(scan: Scan, before: Mapping[str, KnownArticle]) -> Changes:
    """Compare the articles of a scan with those of the generation before."""
    now = {article.file.id: article.sha256 for article in scan.articles}
    both = now.keys() & before.keys()
    changed = sum(now[article_id] != before[article_id].sha256 for article_id in both)
    return Changes(len(now) - len(both), changed, len(before) - len(both))


def content_digest(scan: Scan, fingerprint: str, rules: str) -> str:
    """Return a digest that is equal for equal articles, encoder, parser and format."""
    digest = hashlib.sha256(f"{FORMAT}\0{fingerprint}\0{rules}".encode())
    for article in scan.articles:
        parts = (article.file.id, article.file.source, article.reader, article.sha256)
        digest.update("".join(f"\0{part}" for part in parts).encode())
    return digest.hexdigest()
