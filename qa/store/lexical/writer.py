"""A lexical index written group by group, so that unchanged groups are taken over as they are.

Each group of rows becomes one segment of tantivy's: rows keep their order inside it, BM25 counts over all segments, so
that scores do not depend on the grouping, and a segment holds no word that its rows do not hold.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from uuid import UUID, uuid5

import msgspec
import tantivy

from qa.digests import FileDigest
from qa.errors import StorageFailed
from qa.store.folder.storage import remove, sync_file, sync_folder, write_file
from qa.store.lexical.reader import META, Segment, read_segments, word_analyzer

# One thread with enough memory keeps a group in one segment, where rows keep the order in which they were added.
WRITER_BYTES = 1_000_000_000
ANALYZER = "words"
GROUPS = "groups.json"
# The space of the names of segments.
SEGMENTS = UUID("6f0f2c1e-3d0a-5b7e-9c55-2f1b8a7d4e60")

_MESSAGE = re.compile(r'message: "([^"]+)"')


class TantivyWriter:
    """Builds a lexical index in a new folder, and takes over unchanged groups of the index before."""

    def __init__(self, folder: Path, previous: Path | None = None) -> None:
        folder.mkdir()
        self._folder = folder
        self._previous = previous
        self._known = {} if previous is None else dict(_read_groups(previous))
        self._groups: list[tuple[str, Segment]] = []

    def add_group(self, key: str, texts: Callable[[], Iterable[str]]) -> None:
        """Add the next rows, as ``searchable`` returns them; texts is called when the index before lacks the key."""
        known = self._known.pop(key, None)
        if known is None:
            built = _name_by_key(self._folder, self._build(texts()), key)
        else:
            built = known
            self._copy(known)
        self._groups.append((key, built))

    def finish(self) -> dict[str, FileDigest]:
        """Write the index to disk and return its files by name."""
        segments = [segment for _, segment in self._groups if segment.max_doc]
        with self._storing():
            _new_index(self._folder, word_analyzer())
        write_segments(self._folder, segments)
        write_file(self._folder / GROUPS, msgspec.json.encode(self._groups))
        for lock in self._folder.glob("*.lock"):
            lock.unlink()
        digests = {path.name: sync_file(path) for path in sorted(self._folder.iterdir())}
        sync_folder(self._folder)
        return digests

    def _build(self, texts: Iterable[str]) -> Segment:
        with self._storing():
            return build_segment(self._folder, texts, word_analyzer())

    @contextmanager
    def _storing(self) -> Iterator[None]:
        """Turn the ValueError by which tantivy reports an I/O error into StorageFailed."""
        try:
            yield
        except ValueError as error:
            raise StorageFailed(
                f"Cannot store {self._folder}: {_in_plain_words(error)}. Check the disk, then run it again."
            ) from error

    def _copy(self, segment: Segment) -> None:
        if self._previous is not None and segment.max_doc:
            for path in _segment_files(self._previous, segment):
                shutil.copyfile(path, self._folder / path.name)


def _read_groups(folder: Path) -> list[tuple[str, Segment]]:
    """Return the groups of rows of an index, each by its key."""
    return msgspec.json.decode((folder / GROUPS).read_bytes(), type=list[tuple[str, Segment]])


def build_segment(folder: Path, texts: Iterable[str], analyzer: tantivy.TextAnalyzer) -> Segment:
    """Index the texts as one segment, whose files are moved into the folder."""
    place = folder / ".group"
    place.mkdir()
    writer = _new_index(place, analyzer).writer(WRITER_BYTES, 1)
    for text in texts:
        writer.add_document(tantivy.Document(text=text))
    writer.commit()
    writer.wait_merging_threads()
    segments = read_segments(place)
    for segment in segments:
        for path in _segment_files(place, segment):
            path.replace(folder / path.name)
    remove(place)
    if not segments:
        return Segment("", 0)
    [segment] = segments
    return segment


def _name_by_key(folder: Path, segment: Segment, key: str) -> Segment:
    """Rename a segment, which tantivy names at random, so that equal groups make equal files."""
    if not segment.max_doc:
        return segment
    names = (uuid5(SEGMENTS, f"{key} {copy}") for copy in count())
    name = next(one for one in names if not any(folder.glob(f"{one.hex}.*")))
    for path in _segment_files(folder, segment):
        path.rename(folder / f"{name.hex}.{path.name.partition('.')[2]}")
    return Segment(str(name), segment.max_doc)


def write_segments(folder: Path, segments: Sequence[Segment]) -> None:
    """Let a folder's meta.json name these segments, in this order."""
    meta = msgspec.json.decode((folder / META).read_bytes())
    write_file(folder / META, msgspec.json.encode({**meta, "segments": segments}))


def _in_plain_words(error: ValueError) -> str:
    """Return the operating system's message from the record that tantivy prints."""
    found = _MESSAGE.search(str(error))
    return str(error) if found is None else found[1]


def _new_index(folder: Path, analyzer: tantivy.TextAnalyzer) -> tantivy.Index:
    schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name=ANALYZER, index_option="freq").build()
    index = tantivy.Index(schema, path=str(folder))
    index.register_tokenizer(ANALYZER, analyzer)
    return index


def _segment_files(folder: Path, segment: Segment) -> list[Path]:
    return sorted(folder.glob(f"{segment.segment_id.replace('-', '')}.*"))
