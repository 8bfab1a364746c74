"""Search for parts of a removed text in every file, decoded from each form in which an index stores text."""

from __future__ import annotations

import json
import mmap
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from qa.errors import StorageFailed
from qa.ingest.article import parse_article
from qa.ingest.formats.decoding import with_digest
from qa.protocols import Encoded, Encoder
from qa.store.dense.writer import as_stored
from qa.store.folder.layout import is_block
from qa.store.folder.storage import unreadable
from qa.store.lexical.reader import word_analyzer
from qa.store.lexical.searchable import searchable
from qa.store.tokens.blocks import token_type
from qa.text.fold import fold
from qa.text.sentences import split_sentences

PART_WORDS = 5
MIN_PART_CHARACTERS = 12
SQLITE_MARK = b"SQLite format 3\0"

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A part of the text that a file still holds, and in which form."""

    path: Path
    form: str
    part: str


@dataclass(frozen=True, slots=True)
class Traces:
    """What only this text has: parts of its sentences, words as the lexical index counts them, and its vectors.

    patterns: bytes to look for in any file, each with its form and the part that it stands for. token_ids: the ids of
    whole paragraphs as bytes, each with such a part; token_type: how a block stores a token.
    """

    parts: tuple[str, ...]
    words: tuple[str, ...]
    patterns: tuple[tuple[bytes, str, str], ...]
    token_ids: tuple[tuple[bytes, str], ...]
    token_type: np.dtype[np.void]


def traces_of(text: str, elsewhere: Sequence[str], encoder: Encoder) -> Traces:
    """Return the traces of this text that none of the other texts have."""
    others = "\n".join(map(fold, elsewhere))
    parts = tuple(dict.fromkeys(part for part in _parts(text) if fold(part) not in others))
    analyzer = word_analyzer()
    known = {word for other in elsewhere for word in analyzer.analyze(searchable(other))}
    words = tuple(dict.fromkeys(word for word in analyzer.analyze(searchable(text)) if word not in known))
    own = list(_encoded(text, parts, encoder))
    vectors = [(as_stored(one.sentence).astype(np.float16).tobytes(), "sentence vector", part) for one, part in own]
    token_ids = [(one.pieces.ids.tobytes(), part) for one, part in own if len(one.pieces.ids) >= PART_WORDS]
    kind = token_type(encoder.token_dimension)
    return Traces(parts, words, (*_spellings(parts), *vectors), tuple(token_ids), kind)


def find_leftovers(traces: Traces, folders: Sequence[Path]) -> list[Leftover]:
    """Return every place in these folders where a part is still stored, one per file and form.

    Raises StorageFailed when a file cannot be read, because nothing is proven then.
    """
    found = [one for folder in folders for path in _files(folder) for one in _in_file(path, traces)]
    first: dict[tuple[Path, str], Leftover] = {}
    for one in found:
        first.setdefault((one.path, one.form), one)
    return list(first.values())


def _parts(text: str) -> Iterator[str]:
    """Yield windows of PART_WORDS words of every sentence, so short that few of them cross a page boundary."""
    for sentence in split_sentences(text, 0, len(text)):
        words = [found.span() for found in _WORD.finditer(text, sentence.start, sentence.end)]
        for at in range(0, len(words), PART_WORDS):
            window = words[max(0, min(at, len(words) - PART_WORDS)) : at + PART_WORDS]
            part = text[window[0][0] : window[-1][1]]
            if len(part) >= MIN_PART_CHARACTERS:
                yield part


def _spellings(parts: Iterable[str]) -> Iterator[tuple[bytes, str, str]]:
    for part in parts:
        spellings = {part: "text", fold(part): "folded text", searchable(part): "folded text"}
        spellings.setdefault(json.dumps(part, ensure_ascii=False)[1:-1], "text in JSON")
        spellings.setdefault(json.dumps(part)[1:-1], "text in JSON")
        for spelling, form in spellings.items():
            yield spelling.encode("utf-8", "surrogatepass"), form, part
        yield part.encode("utf-16-le", "surrogatepass"), "text in UTF-16", part


def _encoded(text: str, parts: Sequence[str], encoder: Encoder) -> Iterator[tuple[Encoded, str]]:
    """Yield every paragraph that holds one of the parts, encoded, with the part."""
    article = parse_article(
        article_id="",
        source="",
        text=text,
        sha256=with_digest(text, None).sha256,
        repeated=frozenset(),
        fits=lambda one: encoder.count_tokens(one) <= encoder.max_tokens,
    )
    for paragraph in article.paragraphs:
        own = text[paragraph.start : paragraph.end]
        part = next((part for part in parts if part in own), None)
        if part is not None:
            yield encoder.encode(own), part


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _in_file(path: Path, traces: Traces) -> Iterator[Leftover]:
    try:
        with path.open("rb") as file:
            start = file.read(len(SQLITE_MARK))
            if start:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    yield from (
                        Leftover(path, form, part) for raw, form, part in traces.patterns if content.find(raw) >= 0
                    )
                    if is_block(path):
                        yield from _in_block(path, content, traces)
    except FileNotFoundError:  # removed meanwhile, as a build removes its scratch
        return
    except OSError as error:
        raise unreadable(path, error.strerror) from error
    if start == SQLITE_MARK:
        yield from _in_database(path, traces.parts)
    if path.name == "meta.json":
        yield from _in_terms(path.parent, traces.words)


def _in_block(path: Path, content: mmap.mmap, traces: Traces) -> Iterator[Leftover]:
    count = len(content) // traces.token_type.itemsize
    ids = np.frombuffer(content, traces.token_type, count)["id"].tobytes()
    yield from (Leftover(path, "tokens", part) for raw, part in traces.token_ids if raw in ids)


def _in_database(path: Path, parts: Sequence[str]) -> Iterator[Leftover]:
    """Yield the parts that a value of any table holds; SQLite joins the pages of a value."""
    address = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - a name out of the file itself
                    yield from (Leftover(path, f"table {table}", part) for part in parts if _holds(row, part))
    except sqlite3.DatabaseError as error:
        if path.exists():
            raise _not_proven(path, error) from error


def _holds(row: Sequence[Any], part: str) -> bool:
    escaped = json.dumps(part, ensure_ascii=False)[1:-1]
    texts = [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in row]
    return any(part in text or escaped in text for text in texts)


def _in_terms(folder: Path, words: Sequence[str]) -> Iterator[Leftover]:
    """Yield the words that the term dictionaries of a lexical index hold."""
    try:
        index = tantivy.Index.open(str(folder))
        count: Callable[[str, str], int] = index.searcher().doc_freq
        yield from (Leftover(folder, "word", word) for word in words if count("text", word))
    except ValueError as error:
        if folder.exists():
            raise _not_proven(folder, error) from error


def _not_proven(path: Path, reason: Exception) -> StorageFailed:
    return StorageFailed(f"{path} cannot be searched: {reason}. Remove leftovers with qa index, then check again.")
