"""Parts of a folder of articles: runs of files in order of id that one worker reads, parses and encodes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from qa.ingest.files import SourceFile

# Files per part, on average and at most.
PART_FILES, MAX_PART_FILES = 64, 256


def cut_into_parts(files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, ...]]:
    """Yield the files, in order, in parts; where a part ends depends on the ids next to it alone.

    So one more file changes one part and not all that follow.
    """
    part: list[SourceFile] = []
    for file in files:
        part.append(file)
        if len(part) == MAX_PART_FILES or _ends_part(file.id):
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def _ends_part(article_id: str) -> bool:
    return hashlib.blake2b(article_id.encode(), digest_size=4).digest()[0] % PART_FILES == 0
