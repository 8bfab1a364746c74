"""The trained network as ONNX: one question against b passages, the form that ReadingNetwork runs."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.jit._trace import TracerWarning

from qa.graphs import write_fused
from qa.train.network import ReaderNetwork

OPSET = 17
PASSAGES = ["p_tok", "p_ids", "p_flags", "p_mask"]


class _OneQuestion(nn.Module):
    """Vectors are of unit length; p_mask is 1 where a token is, the question is whole."""

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, q_tok: Tensor, q_ids: Tensor, p_tok: Tensor, p_ids: Tensor, p_flags: Tensor, p_mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        b = p_ids.shape[0]
        question, ids = q_tok[None].expand(b, -1, -1), q_ids[None].expand(b, -1)
        answerable, tokens = self.network(question, ids, ids >= 0, p_tok, p_ids, p_flags, p_mask > 0)
        return answerable, tokens


def export(network: ReaderNetwork, path: Path) -> None:
    """Write the network in float32, fused; its inputs and outputs stand in the model card."""
    axes = {"q_tok": {0: "q"}, "q_ids": {0: "q"}, "answerable": {0: "b"}}
    with torch.no_grad(), warnings.catch_warnings(), tempfile.TemporaryDirectory() as scratch:
        _ignore_what_tracing_says()
        torch.onnx.export(
            _OneQuestion(network).eval(),
            _example(network),
            f"{scratch}/traced",
            input_names=["q_tok", "q_ids", *PASSAGES],
            output_names=["answerable", "tokens"],
            dynamic_axes=axes | {name: {0: "b", 1: "n"} for name in [*PASSAGES, "tokens"]},
            opset_version=OPSET,
            dynamo=False,
        )
        write_fused(Path(scratch, "traced"), path)


def _example(network: ReaderNetwork) -> tuple[Tensor, ...]:
    """Return a question of 7 tokens and two passages of 50, for the exporter to follow."""
    ids = len(network.idf)
    return (
        torch.randn(7, network.token_width),
        torch.randint(0, ids, (7,)),
        torch.randn(2, 50, network.token_width),
        torch.randint(0, ids, (2, 50)),
        torch.randint(0, 16, (2, 50)),
        torch.ones(2, 50, dtype=torch.int64),
    )


def _ignore_what_tracing_says() -> None:
    """Silence the notices of the tracing exporter; a test compares what it writes with the network."""
    warnings.filterwarnings("ignore", category=TracerWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*legacy TorchScript-based ONNX export.*")
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*feature will be removed.*")
