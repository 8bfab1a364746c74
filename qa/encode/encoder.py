"""Run an exported encoder: ONNX Runtime and tokenizers, nothing heavier."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

from qa.core_pool import core_count
from qa.encode.card import GRAPH, TOKENIZER, EncoderCard, read_card
from qa.encode.pieces import word_pieces
from qa.graphs import open_session
from qa.protocols import Encoded, WordPieces

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# Enough to keep a core busy, few enough that memory stays flat.
WAITING_TEXTS_PER_CORE = 8


class OnnxEncoder:
    """An exported sentence-transformers model; safe to share between threads.

    Each text is a run of its own on one thread, so that its vectors cannot depend on other texts.
    """

    def __init__(self, card: EncoderCard, session: InferenceSession, tokenizer: Tokenizer) -> None:
        self._card = card
        self._session = session
        self._tokenizer = tokenizer
        self._prefix, self._suffix = special_tokens(tokenizer)

    @classmethod
    def open(cls, folder: Path, card: EncoderCard | None = None) -> OnnxEncoder:
        """Return the encoder exported into this folder; raises as read_card does, unless the card is given."""
        card = card or read_card(folder)
        return cls(card, open_session(folder / GRAPH), Tokenizer.from_file(str(folder / TOKENIZER)))

    @property
    def name(self) -> str:
        return self._card.name

    @property
    def fingerprint(self) -> str:
        return self._card.fingerprint

    @property
    def dimension(self) -> int:
        return self._card.dimension

    @property
    def token_dimension(self) -> int:
        return self._card.token_dimension

    @property
    def max_tokens(self) -> int:
        return self._card.max_tokens

    @property
    def vocabulary(self) -> str:
        """Return the SHA-256 of all word pieces in the order of their ids, one per line."""
        ids = self._tokenizer.get_vocab()
        return hashlib.sha256("\n".join(sorted(ids, key=ids.__getitem__)).encode()).hexdigest()

    def count_tokens(self, text: str) -> int:
        """Return how many word pieces the text has, special tokens not counted and nothing cut off."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def encode(self, text: str) -> Encoded:
        """Return the vectors of one text, cut off after max_tokens word pieces."""
        pieces = self._word_pieces(text)
        input_ids = np.concatenate([self._prefix, pieces.ids, self._suffix], dtype=np.int64)[None]
        sentence, tokens = self._session.run(None, {"input_ids": input_ids})
        first = len(self._prefix)
        return Encoded(sentence, tokens[first : first + len(pieces.ids)], pieces)

    def encode_all(self, texts: Iterable[str]) -> Generator[Encoded, None, None]:
        """Encode many texts on all cores, in their order; only a few texts are held at a time."""
        count = core_count()
        waiting: deque[Future[Encoded]] = deque()
        with ThreadPoolExecutor(count, thread_name_prefix="encode") as pool:
            try:
                for text in texts:
                    waiting.append(pool.submit(self.encode, text))
                    if len(waiting) >= count * WAITING_TEXTS_PER_CORE:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _word_pieces(self, text: str) -> WordPieces:
        found = self._tokenizer.encode(text, add_special_tokens=False)
        words = [-1 if word is None else word for word in found.word_ids[: self.max_tokens]]
        return word_pieces(text, found.ids[: self.max_tokens], found.offsets[: self.max_tokens], words)


def special_tokens(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Return the ids that the tokenizer puts before and after every text."""
    encoding = tokenizer.encode("a")
    before = len(list(takewhile(bool, encoding.special_tokens_mask)))
    after = len(list(takewhile(bool, reversed(encoding.special_tokens_mask))))
    return encoding.ids[:before], encoding.ids[len(encoding.ids) - after :]
