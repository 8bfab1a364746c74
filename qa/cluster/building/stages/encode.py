"""Third stage: the texts of a part that became rows are encoded, with the model loaded once per worker."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.cluster.building.agreement import Agreement
from qa.cluster.building.shared_store import PARTS, SharedStore
from qa.cluster.building.stages.known_texts import KnownTexts
from qa.cluster.building.stages.parse import parsed_name
from qa.protocols import Encoder, Matrix, Vector
from qa.store.folder.manifest import Pointer
from qa.store.texts.fingerprints import texts_of
from qa.store.tokens.blocks import TextTokens, quantize, token_type


@dataclass(frozen=True, slots=True)
class PartToEncode:
    """A parsed part by its key, the numbers of its paragraphs that are rows, and the digests of their texts.

    previous: the shards of the generation before whose vectors are taken over.
    """

    parsed: str
    paragraphs: NDArray[np.int64]
    digests: NDArray[np.void]
    previous: tuple[Pointer, ...] = ()


@dataclass(frozen=True, slots=True)
class EncodedPart:
    """The vectors of a part, kept under ``key``.

    peak is the largest number in a sentence vector, without its sign; frequency: how many texts hold each token.
    """

    key: str
    peak: float
    frequency: NDArray[np.int32]
    encoded: int


@dataclass(frozen=True)
class EncodePart:
    """The stage: the rows of a part to their vectors."""

    store: SharedStore
    agreement: Agreement
    load_encoder: Callable[[], Encoder]

    @cached_property
    def _encoder(self) -> Encoder:
        return self.agreement.load(self.load_encoder)

    @cached_property
    def _known(self) -> KnownTexts:
        return KnownTexts(self.store)

    def __call__(self, part: PartToEncode) -> EncodedPart:
        """Encode the texts that have no vectors in the generation before, unless an earlier run has done so."""
        key, encoded = _key(part, self._encoder.fingerprint), 0
        with self.store.workplace() as place:
            if not self.store.has(vectors_name(key)):
                encoded = self._write(part, place)
                self.store.publish(place / "vectors.npz", vectors_name(key))
            vectors = PartVectors(self.store, key, place)
            return EncodedPart(key, vectors.peak, vectors.frequency, encoded)

    def _write(self, part: PartToEncode, place: Path) -> int:
        """Write the vectors of a part; return how many texts were encoded."""
        digests = part.digests.tolist()
        known = self._known.find(part.previous, digests)
        new = np.array([digest not in known for digest in digests], np.bool_)
        texts = texts_of(self.store.fetch(parsed_name(part.parsed), place), part.paragraphs[new])
        fresh = ((text.sentence, quantize(text)) for text in self._encoder.encode_all(texts))
        self._save([known[digest] if digest in known else next(fresh) for digest in digests], place / "vectors.npz")
        return int(new.sum())

    def _save(self, encoded: Sequence[tuple[Vector, TextTokens]], path: Path) -> None:
        sentences = np.empty((len(encoded), self._encoder.dimension), np.float16)
        for row, (sentence, _) in enumerate(encoded):
            sentences[row] = sentence
        lengths = np.array([len(tokens) for _, tokens in encoded], np.int64)
        ids = [np.unique(tokens["id"]) for _, tokens in encoded]
        no_tokens = np.empty(0, token_type(self._encoder.token_dimension))
        np.savez(
            path,
            sentences=sentences,
            lengths=lengths,
            frequency=np.bincount(np.concatenate([np.empty(0, np.int64), *ids])).astype(np.int32),
            tokens=np.concatenate([no_tokens, *(tokens for _, tokens in encoded)]).view(np.uint8),
        )


class PartVectors:
    """The vectors of an encoded part, in order of its rows; token vectors are read when they are asked for."""

    def __init__(self, store: SharedStore, key: str, place: Path) -> None:
        self._path = store.fetch(vectors_name(key), place)
        with np.load(self._path) as arrays:
            self._sentences: NDArray[np.float16] = arrays["sentences"]
            self._lengths: NDArray[np.int64] = arrays["lengths"]
            self.frequency: NDArray[np.int32] = arrays["frequency"]

    @property
    def peak(self) -> float:
        """The largest number in a sentence vector, without its sign."""
        return float(np.abs(self._sentences).max(initial=0))

    def sentences(self, rows: NDArray[np.int64]) -> Matrix:
        """Return the sentence vectors of these rows of the part, (rows, d), as an index stores them."""
        return self._sentences[rows].astype(np.float32)

    def tokens(self, token_dimension: int) -> Iterator[TextTokens]:
        """Yield the token vectors of each row."""
        with np.load(self._path) as arrays:
            tokens = arrays["tokens"].view(token_type(token_dimension))
        yield from np.split(tokens, np.cumsum(self._lengths)[:-1])


def vectors_name(key: str) -> str:
    """Return the name of the file with the vectors of a part."""
    return f"{PARTS}/vectors/{key}.npz"


def _key(part: PartToEncode, fingerprint: str) -> str:
    return hashlib.sha256(fingerprint.encode() + b"\0" + part.digests.tobytes()).hexdigest()
