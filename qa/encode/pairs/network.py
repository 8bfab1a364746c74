"""A network that reads two texts together, run by ONNX Runtime on one thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from qa.digests import hash_file
from qa.encode.pairs.windows import Ids, Window
from qa.errors import ModelMismatch
from qa.graphs import open_session
from qa.protocols import Vector

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

CARD_SUFFIX = ".json"  # of the card beside a graph
# The columns of the logits per token: to begin and to end the words that answer, to be in the sentence that answers.
STARTS, ENDS, EVIDENCE = 0, 1, 2


class PairCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What belongs to the weights of a network.

    sha256: of the graph. vocabulary: that of the word pieces it was trained on, as ``OnnxEncoder.vocabulary`` gives it.
    first, separator: the ids before the question and after question and passage. plain: ids that are read as another
    one, such as curly quotation marks as straight ones.
    """

    sha256: str
    vocabulary: str
    first: int
    separator: int
    plain: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class WindowJudgement:
    """What the network says of one window.

    relevant, answerable: the log odds that the passage is about what is asked, and that it answers. evidence (n,): the
    logit of each of the passage's n word pieces to be part of the sentence that answers; starts, ends (n,): to begin
    and to end the words that answer.
    """

    relevant: float
    answerable: float
    evidence: Vector
    starts: Vector
    ends: Vector


class WindowNetwork(Protocol):
    """Judges one window at a time, in which neither question nor passage is empty."""

    def judge(self, window: Window) -> WindowJudgement:
        """Return the judgement of a window."""
        ...


class PairNetwork:
    """Judges one window per run, so that no judgement depends on other passages; safe to share between threads."""

    def __init__(self, session: InferenceSession, card: PairCard) -> None:
        self._session = session
        self._card = card
        self._from, self._to = (np.array(ids, np.int64) for ids in (list(card.plain), list(card.plain.values())))

    @classmethod
    def open(cls, graph: Path) -> PairNetwork:
        """Return the network of a graph; raises ModelMismatch where it is not the one that the card beside it names."""
        card = read_pair_card(graph)
        found = hash_file(graph).sha256 if graph.is_file() else "no file"
        if found != card.sha256:
            raise ModelMismatch(
                f"The weights in {graph} are not the ones of this version: sha256 {found}, "
                f"expected {card.sha256}. Install the program again."
            )
        return cls(open_session(graph), card)

    @property
    def vocabulary(self) -> str:
        """Return the SHA-256 of the word pieces that the network was trained on."""
        return self._card.vocabulary

    def judge(self, window: Window) -> WindowJudgement:
        """Return the judgement of a window, neither part of which is empty."""
        card, begin = self._card, len(window.question) + 2
        question, passage = self._plain(window.question), self._plain(window.passage)
        ids = np.concatenate([[card.first], question, [card.separator], passage, [card.separator]], dtype=np.int64)
        types = (np.arange(len(ids)) >= begin).astype(np.int64)
        judged, tokens = self._session.run(None, {"ids": ids[None], "types": types[None]})
        starts, ends, evidence = (tokens[begin:-1, column] for column in (STARTS, ENDS, EVIDENCE))
        return WindowJudgement(float(judged[0]), float(judged[1]), evidence, starts, ends)

    def _plain(self, ids: Ids) -> NDArray[np.int64]:
        plain: NDArray[np.int64] = ids.astype(np.int64)
        if len(self._from):
            at = np.minimum(np.searchsorted(self._from, plain), len(self._from) - 1)
            plain = np.where(self._from[at] == plain, self._to[at], plain)
        return plain


def read_pair_card(graph: Path) -> PairCard:
    """Return the card beside a graph; raises ModelMismatch where it is missing or no card."""
    path = graph.with_suffix(CARD_SUFFIX)
    try:
        card = msgspec.json.decode(path.read_bytes(), type=PairCard)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelMismatch(f"{path} cannot be read: {error}. Install the program again.") from error
    return msgspec.structs.replace(card, plain=dict(sorted(card.plain.items())))
