"""The network that reads a question and a passage together: the layers of an encoder with four heads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from qa.encode.pairs.network import EVIDENCE

# Columns of the logits per token: first and last piece of the answer; EVIDENCE is the third.
START, END = 0, 1
NETWORK_SEED = 0
# Few tokens are evidence: the head begins with that.
FIRST_EVIDENCE_BIAS = -4.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network says of b pairs of n pieces.

    ``relevant``, ``answerable`` (b,): log odds. ``tokens`` (b, n, 3): logits of each piece to be the first of the
    answer, its last, and part of the sentence that answers.
    """

    relevant: Tensor
    answerable: Tensor
    tokens: Tensor


class CrossEncoder(nn.Module):
    """Reads [CLS] question [SEP] passage [SEP]: relevance and answerability from [CLS], the rest from each piece."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.trunk = BertModel(config, add_pooling_layer=False)
        self.pooled = nn.ModuleList([nn.Linear(width, width) for _ in range(2)])
        self.judged = nn.ModuleList([nn.Linear(width, 1) for _ in range(2)])
        self.marked = nn.Linear(width, 3)
        nn.init.constant_(self.marked.bias[EVIDENCE], FIRST_EVIDENCE_BIAS)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Reading:
        """Read ids, types and mask, each (b, n)."""
        hidden = self.trunk(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        return self.read_exactly(hidden.float())

    def read_exactly(self, hidden: Tensor) -> Reading:
        """Return what the heads say of the trunk's vectors (b, n, width), in 32 bits also under autocast."""
        with torch.autocast(hidden.device.type, enabled=False):
            return self.read_vectors(hidden)

    def read_vectors(self, hidden: Tensor) -> Reading:
        """Return what the heads say of the trunk's vectors (b, n, width)."""
        first = hidden[:, 0]
        relevant, answerable = (
            judged(torch.tanh(pooled(first)))[:, 0] for pooled, judged in zip(self.pooled, self.judged, strict=True)
        )
        return Reading(relevant, answerable, self.marked(hidden))


def new_network(model: Path) -> CrossEncoder:
    """Return a network whose layers are those of the encoder in this folder; its word vectors are not trained."""
    torch.manual_seed(NETWORK_SEED)
    config = BertConfig.from_pretrained(model, attn_implementation="eager")
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    network = CrossEncoder(config)
    encoder = BertModel.from_pretrained(model, add_pooling_layer=False, use_safetensors=True)
    network.trunk.load_state_dict(encoder.state_dict())
    network.trunk.embeddings.word_embeddings.weight.requires_grad_(False)
    return network


def with_weights(model: Path, weights: dict[str, Tensor]) -> CrossEncoder:
    """Return a trained network for running and exporting; the model's folder gives its form only."""
    network = CrossEncoder(BertConfig.from_pretrained(model, attn_implementation="sdpa"))
    network.load_state_dict(weights)
    return network.eval()
