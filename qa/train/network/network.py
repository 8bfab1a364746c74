"""The reader's network: question and passage attend to each other over the encoder's token vectors.

MORES and PreTTR (Gao et al. 2020, MacAvaney et al. 2020) split a cross-encoder so that the passage is encoded once, at
index time, and only a few interaction layers run for a question. Here the interaction is narrower: passage tokens
attend to the question and, through convolutions, see their neighbours; question tokens attend to the passage. There is
no attention from passage to passage, so the cost grows linearly with its length.

This is the source of truth of the network; ``qa.train.exporting`` repeats it as ONNX, and a test holds both equal.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from qa.train.network.layers import FAR, Layer
from qa.train.network.marks import MARKS, NUMBERS, numbers_of_pair, passage_marks, question_marks

# Equal words are hidden for a quarter of the question's tokens and in one pair of seven; otherwise the reader relies on
# them and fails on paraphrases.
HIDDEN_TOKEN_SHARE, HIDDEN_PAIR_SHARE = 0.25, 0.15
VECTOR_SCALE = 4  # unit vectors are small beside the marks


class ReaderNetwork(nn.Module):
    """The network as it is trained, over vectors of ``token_width`` numbers.

    idf (ids,) in [0, 1] is the rarity of word pieces in the training data, so that no corpus changes the reader.
    """

    idf: Tensor

    def __init__(self, idf: Tensor, token_width: int, width: int = 64, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.token_width = token_width
        self.register_buffer("idf", idf)
        self.passage_in, self.question_in = nn.Linear(token_width, width), nn.Linear(token_width, width)
        self.passage_marks, self.question_marks = nn.Linear(MARKS.passage, width), nn.Linear(MARKS.question, width)
        self.layers = nn.ModuleList(Layer(width, heads, 1 + 2 * number) for number in range(layers))
        self.passage_norm, self.question_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.token_logits, self.token_keys = nn.Linear(width, 3), nn.Linear(width, 3 * width)
        self.pool = nn.Linear(width, 2)
        self.head = nn.Sequential(nn.Linear(4 * width + NUMBERS, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 1))

    def forward(
        self,
        q_tok: Tensor,
        q_ids: Tensor,
        q_mask: Tensor,
        p_tok: Tensor,
        p_ids: Tensor,
        p_flags: Tensor,
        p_mask: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return for b pairs the log odds that the passage answers (b,) and logits of its tokens (b, n, 3).

        q_tok (b, m, t) and p_tok (b, n, t) hold unit rows; ids and flags are whole numbers, masks true where a token
        is. A token's logits: start of the answer, end of the answer, inside the sentence that answers.
        """
        both = q_mask[:, :, None] & p_mask[:, None, :]
        cosine = (q_tok @ p_tok.transpose(1, 2)).masked_fill(~both, 0.0)
        same = self._hidden(((q_ids[:, :, None] == p_ids[:, None, :]) & both).float())
        q_idf, p_idf = self.idf[q_ids] * q_mask, self.idf[p_ids] * p_mask
        p = self.passage_in(p_tok) * VECTOR_SCALE + self.passage_marks(
            passage_marks(cosine, same, q_idf, p_idf, p_flags, p_mask)
        )
        q = self.question_in(q_tok) * VECTOR_SCALE + self.question_marks(question_marks(cosine, same, q_idf, q_mask))
        for layer in self.layers:
            p, q = layer(p, q, cosine, p_mask, q_mask)
        return self._answer(self.passage_norm(p), self.question_norm(q), cosine, same, q_idf, p_mask, q_mask)

    def _hidden(self, same: Tensor) -> Tensor:
        if not self.training:
            return same
        tokens = torch.rand(*same.shape[:2], 1) > HIDDEN_TOKEN_SHARE
        return same * tokens * (torch.rand(same.shape[0], 1, 1) > HIDDEN_PAIR_SHARE)

    def _answer(
        self, p: Tensor, q: Tensor, cosine: Tensor, same: Tensor, q_idf: Tensor, p_mask: Tensor, q_mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        d = p.shape[-1]
        asked = _pooled(q, self.pool(q)[..., 0].masked_fill(~q_mask, FAR))
        logits = self.token_logits(p) + p @ self.token_keys(asked).view(-1, 3, d).transpose(1, 2) * d**-0.5
        logits = logits.masked_fill(~p_mask[..., None], FAR)
        whole = _pooled(p, self.pool(p)[..., 1].masked_fill(~p_mask, FAR))
        evidence = _pooled(p, logits[..., 2])
        highest = p.masked_fill(~p_mask[..., None], FAR).amax(1)
        numbers = numbers_of_pair(logits, cosine, same, q_idf, q_mask)
        return self.head(torch.cat([asked, whole, evidence, highest, numbers], -1))[:, 0], logits


def _pooled(x: Tensor, scores: Tensor) -> Tensor:
    return (scores.softmax(1)[..., None] * x).sum(1)
