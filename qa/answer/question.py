"""A question as it is searched for: its words, its vectors and how much each of its tokens weighs."""

from __future__ import annotations

from dataclasses import dataclass

from qa.protocols import Encoded, Encoder, TokenStore, Vector
from qa.records import Reading


@dataclass(frozen=True, slots=True)
class Question:
    """One reading of a question, encoded.

    weights (m,) belong to the m token vectors of ``encoded`` and sum to 1.
    """

    text: str
    reading: Reading
    encoded: Encoded
    weights: Vector


def encode_question(text: str, reading: Reading, encoder: Encoder, tokens: TokenStore) -> Question:
    """Return the question with its vectors; a token weighs as much as it is rare in the corpus."""
    encoded = encoder.encode(text)
    weights = tokens.weights(encoded.token_ids)
    total = float(weights.sum())
    return Question(text, reading, encoded, weights / total if total > 0 else weights)
