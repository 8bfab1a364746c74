"""A question as it is searched for: its words, its vectors and the weight of each of its tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.protocols import Encoded, Encoder, Query, Snapshot, Vector
from qa.records import InterpretationKind
from qa.text.figures import spell_out_days

_ENDING = re.compile(r"[\s?!.¿¡。？！]+$")


@dataclass(frozen=True, slots=True)
class Question:
    """One interpretation of a question, encoded.

    weights (m,) belong to the m tokens of ``encoded`` and sum to 1. unknown is the share of the question's words that
    no article holds.
    """

    text: str
    kind: InterpretationKind
    encoded: Encoded
    weights: Vector
    unknown: float

    @property
    def query(self) -> Query:
        """The question as the indexes search for it."""
        return Query(self.text, self.encoded.sentence)


def encode_question(text: str, kind: InterpretationKind, encoder: Encoder, snapshot: Snapshot) -> Question:
    """Return the question with its vectors; a token weighs as much as it is rare in the corpus."""
    encoded = encoder.encode(finish_question(text))
    weights = snapshot.token_weights(encoded.pieces.ids)
    total = float(weights.sum())
    frequencies = snapshot.words.frequencies(snapshot.words.terms(text))
    return Question(
        text=text,
        kind=kind,
        encoded=encoded,
        weights=weights / total if total > 0 else weights,
        unknown=frequencies.count(0) / len(frequencies) if frequencies else 1.0,
    )


def finish_question(text: str) -> str:
    """Return the text with days in words and one question mark at its end, so that a missing mark changes nothing.

    >>> finish_question("Who opened the pier"), finish_question("What happened on 2024-05-03 ?!")
    ('Who opened the pier?', 'What happened on 3 May 2024?')
    """
    return f"{_ENDING.sub('', spell_out_days(text))}?"
