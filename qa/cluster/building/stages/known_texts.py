"""The vectors of the generation before, by the digests of their texts."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from qa.cluster.building.scratch import scratch_folder
from qa.cluster.building.shared_store import SharedStore
from qa.protocols import Vector
from qa.store.folder.layout import block_path, blocks_folder, generation_folder
from qa.store.folder.manifest import Pointer, decode_manifest
from qa.store.snapshot import OpenSnapshot, open_generation
from qa.store.texts.fingerprints import paragraph_digests
from qa.store.tokens.blocks import TextTokens


class KnownTexts:
    """The texts in the shards of the generation before; the shard that was asked last stays open."""

    def __init__(self, store: SharedStore) -> None:
        self._store = store
        self._copy = ExitStack()
        weakref.finalize(self, self._copy.close)
        self._opened: tuple[Pointer, OpenSnapshot, dict[bytes, int]] | None = None

    def find(self, shards: Sequence[Pointer], digests: Sequence[bytes]) -> dict[bytes, tuple[Vector, TextTokens]]:
        """Return the sentence vector and the tokens of those texts that the shards hold, as they are stored."""
        known: dict[bytes, tuple[Vector, TextTokens]] = {}
        for pointer in shards:
            snapshot, rows = self._open(pointer)
            for digest in digests:
                if digest in rows and digest not in known:
                    row = rows[digest]
                    known[digest] = snapshot.dense.vectors(np.array([row]))[0], snapshot.tokens.text(row)
        return known

    def _open(self, pointer: Pointer) -> tuple[OpenSnapshot, dict[bytes, int]]:
        """Open a shard; parts come in order of article id, so the next one mostly needs the same."""
        if self._opened is None or self._opened[0] != pointer:
            self._opened = None
            snapshot = open_generation(self._fetch(pointer), pointer, None)
            digests = paragraph_digests(snapshot.folder.text)[snapshot.rows["paragraph"]]
            self._opened = pointer, snapshot, {digest: row for row, digest in enumerate(digests.tolist())}
        return self._opened[1:]

    def _fetch(self, pointer: Pointer) -> Path:
        """Return a folder on this machine in which the shard lies with its blocks."""
        if self._store.folder is not None:
            return self._store.folder
        self._copy.close()
        place = self._copy.enter_context(scratch_folder())
        folder = generation_folder(place, pointer.name)
        self._store.fetch_folder(folder.path.relative_to(place).as_posix(), folder.path)
        blocks_folder(place).mkdir()
        for block in decode_manifest(folder.manifest.read_bytes(), folder.manifest).blocks:
            path = block_path(place, block)
            self._store.fetch(path.relative_to(place).as_posix(), place).rename(path)
        return place
