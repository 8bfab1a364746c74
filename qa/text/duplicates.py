"""Texts that count as duplicates: equal once folded, or nearly equal with the same names, numbers and negations."""

from __future__ import annotations

import hashlib
import re
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qa.text.fold import fold
from qa.text.lines import split_words

HASHES: Final = 32
BANDS: Final = 8
SIGNATURE_WIDTH: Final = HASHES + 2
# Shorter texts are duplicates only when they are equal.
NEAR_WORDS: Final = 12
# The share of equal minima from which two texts are nearly equal.
NEAR_SHARE: Final = 0.8

_EDGES = " \"'.,;:\n\r\t"
_NAME = re.compile(r"[^\W\d_a-z][\w'’-]*")
_NUMBER = re.compile(r"[-+$]?\d+(?:[.,:/]\d+)*%?")
# Texts that differ in one of these words say different things.
_DECISIVE = frozenset(
    (
        "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot", "all", "some",
        "half", "few", "many", "most", "only", "almost", "nearly", "one", "two", "three", "four", "five", "six",
        "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty", "forty", "fifty", "dozen",
        "hundred", "thousand", "million", "billion", "first", "second", "third", "last", "more", "less",
        "fewer", "higher", "lower", "up", "down", "above", "below", "over", "under", "before", "after",
        "increase", "increased", "decrease", "decreased", "rise", "rises", "rose", "risen", "fall", "falls",
        "fell", "fallen", "gain", "gained", "win", "won", "wins", "lose", "lost", "loses", "support",
        "supports", "supported", "oppose", "opposes", "opposed", "accept", "accepted", "reject", "rejected",
        "approve", "approved", "deny", "denied", "denies", "confirm", "confirmed", "guilty", "innocent",
        "alive", "dead", "killed", "injured", "wounded", "true", "false", "yes", "left", "right", "north",
        "south", "east", "west", "he", "she", "his", "her", "him", "man", "woman", "allowed", "banned", "open",
        "closed", "begin", "began", "end", "ended",
    )
)  # fmt: skip


def _derive_constants(name: str) -> NDArray[np.uint64]:
    digests = b"".join(hashlib.blake2b(f"{name} {i}".encode(), digest_size=8).digest() for i in range(HASHES))
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)[:, None]


# Multiply-shift hashing (Dietzfelbinger et al. 1997): odd factors, the upper 32 bits of the product.
_FACTORS: Final = _derive_constants("factor") | np.uint64(1)
_SHIFTS: Final = _derive_constants("shift")
_UPPER: Final = np.uint64(32)


def text_key(text: str) -> int:
    """Return a stable 64-bit key. Texts that differ only in case, accents, quotes and outer punctuation share it."""
    folded = " ".join(fold(text).replace('"', "'").split()).strip(_EDGES)
    digest = hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def signature(text: str) -> NDArray[np.uint32]:
    """Return the text's signature for finding near duplicates, shape (34,).

    The first number is the word count, or 0 when the text is too short to compare. The second is a hash of its names,
    numbers and decisive words. The rest is the MinHash (Broder 1997) of its runs of three words.
    """
    words = split_words(fold(text))
    if len(words) < NEAR_WORDS:
        return np.zeros(SIGNATURE_WIDTH, dtype=np.uint32)
    hashes = np.array([zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words], dtype=np.uint64)
    shingles = hashes[:-2] * np.uint64(0x9E3779B97F4A7C15) + hashes[1:-1] * np.uint64(0xC2B2AE3D27D4EB4F) + hashes[2:]
    smallest = ((shingles * _FACTORS + _SHIFTS) >> _UPPER).min(axis=1)
    head = np.array([len(words), _hash_meaning(text, words)], dtype=np.uint64)
    return np.concatenate([head, smallest]).astype(np.uint32)


def _hash_meaning(text: str, words: list[str]) -> int:
    """Return a hash of the names, numbers and decisive words, which duplicates share in any order."""
    fixed = [fold(name) for name in _NAME.findall(text)] + _NUMBER.findall(text)
    fixed += [word for word in words if word in _DECISIVE]
    return zlib.crc32(" ".join(sorted(fixed)).encode("utf-8", "surrogatepass"))


def canonical(keys: NDArray[np.int64], signatures: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return for each text the lowest index among its duplicates, itself included.

    keys (n,) come from text_key and signatures (n, 34) from signature, in the same order.
    """
    if len(keys) == 0:
        return np.zeros(0, dtype=np.int64)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    out: NDArray[np.int64] = first[inverse].astype(np.int64)
    alone = np.flatnonzero((out == np.arange(len(keys))) & (signatures[:, 0] > 0))
    for low, high in _find_near_pairs(alone, signatures):
        _join(out, int(low), int(high))
    return _follow_joins(out)


def _find_near_pairs(rows: NDArray[np.int64], signatures: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the sorted pairs (p, 2) of rows with nearly equal texts, found by bands of equal minima."""
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    width = HASHES // BANDS
    for band in range(BANDS):
        columns = signatures[rows, 2 + band * width : 2 + (band + 1) * width]
        bucket = _hash_columns(np.column_stack([signatures[rows, 1], columns]))
        order = np.argsort(bucket, kind="stable")
        ordered = rows[order]
        together = np.flatnonzero(bucket[order][1:] == bucket[order][:-1])
        pairs.append(np.column_stack([ordered[together], ordered[together + 1]]))
    found = np.unique(np.concatenate(pairs), axis=0)
    left, right = signatures[found[:, 0]], signatures[found[:, 1]]
    alike = (left[:, 2:] == right[:, 2:]).mean(axis=1) >= NEAR_SHARE
    near: NDArray[np.int64] = found[alike & (left[:, 1] == right[:, 1])]
    return near


def _hash_columns(columns: NDArray[np.uint32]) -> NDArray[np.uint64]:
    mixed = np.zeros(len(columns), dtype=np.uint64)
    for column in columns.T:
        mixed = (mixed ^ column.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> _UPPER
    return mixed


def _find_root(out: NDArray[np.int64], row: int) -> int:
    while out[row] != row:
        row = int(out[row])
    return row


def _join(out: NDArray[np.int64], one: int, other: int) -> None:
    one, other = _find_root(out, one), _find_root(out, other)
    out[max(one, other)] = min(one, other)


def _follow_joins(out: NDArray[np.int64]) -> NDArray[np.int64]:
    while True:
        further = out[out]
        if np.array_equal(further, out):
            return out
        out = further
