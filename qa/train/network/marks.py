"""Plain features beside the vectors: equal words, their rarity, their capitals and digits, their place.

cosine and same (b, m, n) are of question tokens with passage tokens; q_idf (b, m) and p_idf (b, n) their rarity.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from qa.answer.network import FIRST_OF_SENTENCE
from qa.protocols import CAPITAL, CONTINUES_WORD, DIGIT

FLAGS = (CAPITAL, DIGIT, FIRST_OF_SENTENCE, CONTINUES_WORD)


class _Widths(NamedTuple):
    passage: int
    question: int


MARKS = _Widths(passage=6 + len(FLAGS), question=6)
NUMBERS = 8


def passage_marks(cosine: Tensor, same: Tensor, q_idf: Tensor, p_idf: Tensor, flags: Tensor, mask: Tensor) -> Tensor:
    """Return the marks of the passage's tokens, (b, n, MARKS.passage)."""
    best, weighted, equal = cosine.amax(1), (cosine * q_idf[:, :, None]).amax(1), same.amax(1)
    number = flags.float()  # Floor instead of shifts: opset 17 of ONNX has no bitwise operators for integers.
    bits = [torch.floor(number / flag) - 2 * torch.floor(number / (2 * flag)) for flag in FLAGS]
    place = torch.cumsum(mask.float(), 1) / 128
    return torch.stack([best * 4 - 2, weighted * 4 - 1, equal, equal * p_idf, p_idf, *bits, place], -1)


def question_marks(cosine: Tensor, same: Tensor, q_idf: Tensor, mask: Tensor) -> Tensor:
    """Return the marks of the question's tokens, (b, m, MARKS.question)."""
    best, equal, place = cosine.amax(2), same.amax(2), torch.cumsum(mask.float(), 1)
    return torch.stack([best * 4 - 2, equal, q_idf, q_idf * equal, (place == 1).float(), place / 16], -1)


def numbers_of_pair(logits: Tensor, cosine: Tensor, same: Tensor, q_idf: Tensor, q_mask: Tensor) -> Tensor:
    """Return (b, NUMBERS): late interaction, its weakest word, its worst rare word, equal words, and the token logits.

    logits (b, n, 3) are the highest of each kind, and of the last the log of the sum.
    """
    best, weight = cosine.amax(2), q_idf / (q_idf.sum(1, keepdim=True) + 1e-6)
    return torch.stack(
        [
            (weight * best).sum(1) * 4 - 2,
            (best + (~q_mask).float()).amin(1) * 4 - 2,
            ((1 - best) * q_idf).amax(1) * 4,
            (weight * same.amax(2)).sum(1),
            *(logits[..., kind].amax(1) / 4 for kind in range(3)),
            logits[..., 2].logsumexp(1) / 4,
        ],
        -1,
    )
