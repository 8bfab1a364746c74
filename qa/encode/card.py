"""The card of an exported encoder: what it is and the digests of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from qa.digests import hash_file
from qa.errors import IndexCorrupt, IndexMissing

CARD = "encoder.json"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"


class EncoderCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an exported folder holds; ``max_tokens`` counts word pieces without special tokens."""

    name: str
    fingerprint: str
    dimension: int
    token_dimension: int
    max_tokens: int
    sha256: Mapping[str, str]


class _SealedCard(EncoderCard, frozen=True, forbid_unknown_fields=True):
    """A card as stored: ``seal`` is the SHA-256 of the fields before it."""

    seal: str


def write_card(card: EncoderCard, folder: Path) -> None:
    """Write the card into the folder that it describes."""
    sealed = _SealedCard(**msgspec.structs.asdict(card), seal=_seal(card))
    (folder / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(sealed)) + b"\n")


def read_card(folder: Path) -> EncoderCard:
    """Return the card of an exported folder after checking that every file has its digest.

    Raises IndexMissing when there is no card and IndexCorrupt, with both digests, when a file is not what it says.
    """
    path = folder / CARD
    if not path.is_file():
        raise IndexMissing(f"No exported encoder in {folder}. Build it with: qa index")
    try:
        sealed = msgspec.json.decode(path.read_bytes(), type=_SealedCard)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IndexCorrupt(f"{path} cannot be read: {error}. Delete {folder} and run: qa index") from error
    card = EncoderCard(**{name: getattr(sealed, name) for name in EncoderCard.__struct_fields__})
    if sealed.seal != _seal(card):
        raise IndexCorrupt(f"{path} is not what was written. Delete {folder} and run: qa index")
    for name in (GRAPH, TOKENIZER):
        _check_file(folder / name, card.sha256.get(name))
    return card


def _seal(card: EncoderCard) -> str:
    return hashlib.sha256(msgspec.json.encode(card)).hexdigest()


def _check_file(path: Path, expected: str | None) -> None:
    found = hash_file(path).sha256 if path.is_file() else "no file"
    if found != expected:
        raise IndexCorrupt(
            f"{path} is not what was exported: sha256 {found}, expected {expected}. "
            f"Delete {path.parent} and run: qa index"
        )
