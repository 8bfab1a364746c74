"""Token vectors in immutable files of bounded size, which generations share.

A block holds the tokens of many texts end to end. Each token is a record of fixed size with its vector and its word
piece, so a text lies in one place, and the size of the file gives the number of tokens.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_digest

from qa.errors import IndexCorrupt
from qa.protocols import Encoded, Matrix, WordPieces
from qa.store.folder.mapping import map_file

CHECK_BYTES = 8

TextTokens = NDArray[np.void]
"""Tokens as stored, (n,), of the type that ``token_type`` gives."""


def token_type(dimension: int) -> np.dtype[np.void]:
    """Return how one token is stored: vector times scale is a unit row; id, start, end and marks are its word piece."""
    numbers = [(name, "<i4") for name in ("id", "start", "end", "marks")]
    return np.dtype([("scale", "<f4"), *numbers, ("vector", "i1", (dimension,))])


def quantize(encoded: Encoded) -> TextTokens:
    """Return the tokens of a text with 8 bits per number, each row scaled to its own largest value."""
    vectors: Matrix = encoded.tokens
    peaks = np.abs(vectors).max(axis=1, initial=0.0, keepdims=True)
    stretched = np.rint(vectors * (127.0 / np.where(peaks > 0, peaks, 1.0)))
    lengths = np.sqrt((stretched * stretched).sum(axis=1))
    tokens = np.empty(len(vectors), token_type(vectors.shape[1]))
    tokens["scale"] = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    tokens["id"], tokens["marks"] = encoded.pieces.ids, encoded.pieces.marks
    tokens["start"], tokens["end"] = encoded.pieces.spans.T
    tokens["vector"] = stretched
    return tokens


def content_of(tokens: TextTokens) -> memoryview:
    """Return the bytes of a text as they are stored."""
    return np.ascontiguousarray(tokens).view(np.uint8).data


def check_of(content: memoryview) -> bytes:
    """Return the XXH3 digest of stored bytes, which takes a fortieth of the time of SHA-256."""
    return xxh3_64_digest(content)


def pieces_of(tokens: TextTokens) -> WordPieces:
    """Return the word pieces of a text."""
    return WordPieces(tokens["id"], np.stack([tokens["start"], tokens["end"]], axis=1), tokens["marks"])


def open_block(path: Path, dimension: int) -> TextTokens:
    """Map a block whose size was checked: the tokens of all its texts. Raises IndexCorrupt when it cannot be one."""
    kind = token_type(dimension)
    if path.stat().st_size % kind.itemsize:
        raise IndexCorrupt(f"{path} does not hold vectors of {dimension}. Build it again with: qa index --rebuild")
    return map_file(path, kind)
