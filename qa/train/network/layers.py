"""The layers of the reader's network."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

FAR = -1e4  # a logit with no weight in a softmax, within the range of float16
KERNEL = 7  # tokens


class Layer(nn.Module):
    """Question tokens attend to the passage, then passage tokens to the question and their neighbours."""

    def __init__(self, width: int, heads: int, dilation: int) -> None:
        super().__init__()
        self.to_question, self.to_passage = Cross(width, heads), Cross(width, heads)
        self.neighbours = Neighbours(width, dilation)
        self.passage_forward, self.question_forward = Forward(width), Forward(width)

    def forward(self, p: Tensor, q: Tensor, cosine: Tensor, p_mask: Tensor, q_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return passage p (b, n, d) and question q (b, m, d) after mutual attention; cosine is (b, m, n)."""
        q = self.question_forward(self.to_passage(q, p, cosine, p_mask))
        p = self.to_question(p, q, cosine.transpose(1, 2), q_mask)
        return self.passage_forward(self.neighbours(p, p_mask)), q


class Cross(nn.Module):
    """Attention from x to y; each head adds the cosine of the encoder's own vectors, with a learned weight."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_x, self.norm_y = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key_value = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)
        self.cosine_weight = nn.Parameter(torch.full((heads,), 2.0))

    def forward(self, x: Tensor, y: Tensor, cosine: Tensor, y_mask: Tensor) -> Tensor:
        """x (b, m, d), y (b, n, d), cosine (b, m, n), y_mask (b, n) -> (b, m, d)."""
        b, m, d = x.shape
        n, each = y.shape[1], d // self.heads
        query = self.query(self.norm_x(x)).view(b, m, self.heads, each).transpose(1, 2)
        key, value = self.key_value(self.norm_y(y)).view(b, n, 2, self.heads, each).permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(2, 3) * each**-0.5 + self.cosine_weight.view(1, -1, 1, 1) * cosine[:, None]
        seen = scores.masked_fill(~y_mask[:, None, None, :], FAR).softmax(-1) @ value
        added: Tensor = self.out(seen.transpose(1, 2).reshape(b, m, d))
        return x + added


class Neighbours(nn.Module):
    """A depth-wise convolution over seven tokens, ``dilation`` apart."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.norm, padding = nn.LayerNorm(width), KERNEL // 2 * dilation
        self.convolution = nn.Conv1d(width, width, KERNEL, padding=padding, dilation=dilation, groups=width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        along = (self.norm(x) * mask[..., None]).transpose(1, 2)
        added: Tensor = self.out(torch.relu(self.convolution(along).transpose(1, 2)))
        return x + added


class Forward(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.up, self.down = nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        added: Tensor = self.down(torch.relu(self.up(self.norm(x))))
        return x + added


def array_of(tensor: Tensor | nn.Module | None) -> NDArray[np.float32]:
    """Return a parameter as an array."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"no parameter: {tensor!r}")
    array: NDArray[np.float32] = tensor.detach().numpy()
    return array
