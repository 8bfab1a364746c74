"""The files of a shard that are written in one way whether it is cut from a generation or built from parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.build.structures import LexicalWriter
from qa.digests import FileDigest
from qa.store.folder.layout import GenerationFolder
from qa.store.folder.storage import write_file
from qa.store.lexical.padding import Lengths
from qa.store.lexical.reader import word_analyzer
from qa.store.tokens.blocks import TextTokens, check_of, content_of
from qa.store.tokens.rows import ROW
from qa.store.tokens.writer import BlockWriter


class CountingWriter:
    """A lexical writer that also counts the words; implements LexicalWriter."""

    def __init__(self, writer: LexicalWriter) -> None:
        self._writer = writer
        self._analyzer = word_analyzer()
        self.lengths = Lengths(0, 0)

    def add_group(self, key: str, texts: Callable[[], Iterable[str]]) -> None:
        lengths = [len(self._analyzer.analyze(text)) for text in texts()]
        self.lengths = Lengths(self.lengths.words + sum(lengths), self.lengths.documents + len(lengths))
        self._writer.add_group(key, texts)

    def finish(self) -> dict[str, FileDigest]:
        return self._writer.finish()


def write_row_tables(
    target: GenerationFolder,
    blocks: Path,
    dimension: int,
    article_of: NDArray[np.integer],
    paragraph_of: NDArray[np.integer],
    tokens: Iterable[TextTokens],
) -> tuple[tuple[FileDigest, ...], int]:
    """Write the blocks, the table of rows and the frequency of tokens; return blocks and number of texts.

    article_of and paragraph_of (rows,) number them in the shard; tokens yields those of each row.
    """
    table = np.zeros(len(article_of), ROW)
    table["article"], table["paragraph"] = article_of, paragraph_of
    writer = BlockWriter(blocks, dimension)
    places: dict[tuple[bytes, int], tuple[int, int]] = {}
    frequency: Counter[int] = Counter()
    for row, text in enumerate(tokens):
        check = check_of(content_of(text))
        if (check, len(text)) not in places:
            places[check, len(text)] = writer.add(text)
            frequency.update(set(text["id"].tolist()))
        table["block"][row], table["start"][row] = places[check, len(text)]
        table["tokens"][row] = len(text)
        table["check"][row] = np.void(check)
    counts = np.zeros(max(frequency, default=-1) + 1, np.int32)
    counts[list(frequency)] = list(frequency.values())
    write_file(target.rows, table.view(np.uint8))
    write_file(target.frequency, counts)
    return tuple(writer.finish()), len(places)
