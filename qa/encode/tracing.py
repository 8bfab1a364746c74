"""Tracing a sentence-transformers model to an exact ONNX graph."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from torch.jit._trace import TracerWarning

from qa.encode.attention import attention_as_one_node

OPSET = 17


class SentenceAndTokens(torch.nn.Module):
    """The whole pipeline for one text: ids (1, n) to the sentence vector (d,) and unit token vectors (n, t).

    projection (w, t) makes token vectors of w numbers narrower. One text has no padding, so it needs no attention
    mask, and the graph is smaller and faster without.
    """

    def __init__(self, pipeline: SentenceTransformer, projection: torch.Tensor | None = None) -> None:
        super().__init__()
        self.pipeline = pipeline
        self.projection = projection

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.pipeline({"input_ids": input_ids})
        tokens = features["token_embeddings"][0]
        if self.projection is not None:
            tokens = tokens @ self.projection
        unit = torch.nn.functional.normalize
        return unit(features["sentence_embedding"][0], dim=-1), unit(tokens, dim=-1)


def write_exact(both: SentenceAndTokens, example: torch.Tensor, path: Path) -> tuple[int, int]:
    """Write the graph as traced with an example of ids (1, n); return the widths of sentence and token vectors."""
    with torch.no_grad(), warnings.catch_warnings(), attention_as_one_node(both.pipeline, OPSET) as one_node:
        _ignore_what_tracing_says()
        sentence, tokens = both(example)
        torch.onnx.export(
            both,
            (example,),
            str(path),
            input_names=["input_ids"],
            output_names=["sentence", "tokens"],
            dynamic_axes={"input_ids": {1: "length"}, "tokens": {0: "length"}},
            opset_version=OPSET,
            custom_opsets={"com.microsoft": 1} if one_node else None,
            dynamo=False,
        )
    return sentence.shape[-1], tokens.shape[-1]


def _ignore_what_tracing_says() -> None:
    """Silence the notices of the tracing exporter; the export's check of agreement proves that it traced rightly."""
    warnings.filterwarnings("ignore", category=TracerWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*legacy TorchScript-based ONNX export.*")
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*feature will be removed.*")
    warnings.filterwarnings("ignore", category=UserWarning, message="Exporting aten::index operator.*")
