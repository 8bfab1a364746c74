"""Write a trained network as the graph and the card that ``PairNetwork`` of qa.encode opens."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import msgspec
import onnx
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from qa.digests import hash_file
from qa.encode.attention import attention_as_one_node
from qa.encode.pairs.network import CARD_SUFFIX, PairCard
from qa.graphs import write_fused, write_quantised
from qa.train.dataset.batches import FIRST, SEPARATOR
from qa.train.dataset.text import STRAIGHT_CHARACTERS
from qa.train.network.network import CrossEncoder

OPSET = 17
EXAMPLE_PIECES = 40


class _OnePair(nn.Module):
    """The network for one pair without padding: ids, types (1, n) to judged (2,) and tokens (n, 3)."""

    def __init__(self, network: CrossEncoder) -> None:
        super().__init__()
        self.reader = network

    def forward(self, ids: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.reader.trunk(input_ids=ids, token_type_ids=types).last_hidden_state
        reading = self.reader.read_vectors(hidden)
        return torch.cat([reading.relevant, reading.answerable]), reading.tokens[0]


def export(network: CrossEncoder, tokenizer: Tokenizer, vocabulary: str, graph: Path) -> None:
    """Write the network with eight bits per weight, the heads exact, and its card; the graph comes first."""
    with tempfile.TemporaryDirectory(dir=graph.parent) as scratch:
        exact, quantised, fused = (Path(scratch) / name for name in ("exact", "quantised", "fused"))
        trace(network, exact)
        write_quantised(exact, quantised, _head_nodes)
        write_fused(quantised, fused)
        fused.replace(graph)
    card = PairCard(
        sha256=hash_file(graph).sha256,
        vocabulary=vocabulary,
        first=FIRST,
        separator=SEPARATOR,
        plain=plain_pieces(tokenizer),
    )
    graph.with_suffix(CARD_SUFFIX).write_bytes(msgspec.json.format(msgspec.json.encode(card)) + b"\n")


def trace(network: CrossEncoder, path: Path) -> None:
    """Write the network as an ONNX graph with the weights as they are."""
    pair = _OnePair(network).eval()
    types = torch.zeros((1, EXAMPLE_PIECES), dtype=torch.long)
    example = (torch.arange(EXAMPLE_PIECES)[None], types)
    with torch.no_grad(), warnings.catch_warnings(), attention_as_one_node(pair, OPSET):
        warnings.simplefilter("ignore")
        torch.onnx.export(
            pair,
            example,
            str(path),
            input_names=["ids", "types"],
            output_names=["judged", "tokens"],
            dynamic_axes={"ids": {1: "length"}, "types": {1: "length"}, "tokens": {0: "length"}},
            opset_version=OPSET,
            custom_opsets={"com.microsoft": 1},
            dynamo=False,
        )


def _head_nodes(graph: Path) -> list[str]:
    return [node.name for node in onnx.load(str(graph)).graph.node if "/trunk/" not in node.name]


def plain_pieces(tokenizer: Tokenizer) -> dict[int, int]:
    """Return the ids of pieces that are one typographic character, with the ids that training read instead."""
    ids = tokenizer.get_vocab()
    written = {ids[mark]: ids[plain] for mark, plain in STRAIGHT_CHARACTERS.items() if mark in ids and plain in ids}
    return dict(sorted(written.items()))
