"""The network for an encoder whose word pieces are the network's behind a few others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qa.encode.pairs.network import WindowJudgement, WindowNetwork
from qa.encode.pairs.windows import Ids, Window

# SHA-256 of a vocabulary, as OnnxEncoder.vocabulary gives it, and how much greater its ids are than the network's.
SHIFTS = {"6f333deea2c122f6feaeddf8bdd8de00b1c7c3044396a855d308615cd195d622": 4}  # all-mpnet-base-v2
# How many word pieces the network knows, and the id of the one that stands for all others.
KNOWN_PIECES, UNKNOWN_PIECE = 30522, 100


@dataclass(frozen=True, slots=True)
class ShiftedNetwork:
    """Judges windows whose ids are greater by ``shift`` than those of the network; others it reads as unknown."""

    network: WindowNetwork
    shift: int

    def judge(self, window: Window) -> WindowJudgement:
        return self.network.judge(Window(self._known(window.question), self._known(window.passage), window.first))

    def _known(self, ids: Ids) -> Ids:
        moved = ids - self.shift
        known: Ids = np.where((moved >= 0) & (moved < KNOWN_PIECES), moved, UNKNOWN_PIECE).astype(ids.dtype)
        return known
