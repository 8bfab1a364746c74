"""A question as it is searched for: its words, its vectors and how much each of its tokens weighs."""

from __future__ import annotations

from dataclasses import dataclass

from qa.protocols import Encoded, Encoder, Snapshot, Vector
from qa.records import InterpretationKind
from qa.search.late_interaction import QuestionTokens, question_tokens


@dataclass(frozen=True, slots=True)
class Question:
    """One interpretation of a question, encoded.

    tokens and weights (m,) belong to the m token vectors of ``encoded``; the weights sum to 1. unknown is the share of
    the question's words that stand nowhere in the articles.
    """

    text: str
    kind: InterpretationKind
    encoded: Encoded
    tokens: QuestionTokens
    weights: Vector
    unknown: float


def encode_question(text: str, kind: InterpretationKind, encoder: Encoder, snapshot: Snapshot) -> Question:
    """Return the question with its vectors; a token weighs as much as it is rare in the corpus."""
    encoded = encoder.encode(text)
    weights = snapshot.tokens.weights(encoded.pieces.ids)
    total = float(weights.sum())
    terms = snapshot.lexical.terms(text)
    nowhere = sum(snapshot.lexical.frequency(term) == 0 for term in terms)
    return Question(
        text=text,
        kind=kind,
        encoded=encoded,
        tokens=question_tokens(encoded.tokens),
        weights=weights / total if total > 0 else weights,
        unknown=nowhere / len(terms) if terms else 1.0,
    )
