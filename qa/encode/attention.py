"""Attention as one node of ONNX Runtime, where tracing makes a dozen nodes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.onnx import symbolic_helper
from torch.onnx.utils import register_custom_op_symbolic, unregister_custom_op_symbolic
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

NAME = "qa_one_node"


@contextmanager
def attention_as_one_node(model: nn.Module, opset: int) -> Iterator[bool]:
    """Export attention as com.microsoft::MultiHeadAttention within this block.

    Only attention from every token to every token; a model that does not use transformers' attention is left as it is.
    Gives whether any model's attention may be written so.
    """
    AttentionInterface.register(NAME, _attend)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    register_custom_op_symbolic("qa::attention", _node, opset)
    models = [one for one in model.modules() if isinstance(one, PreTrainedModel)]
    models = [one for one in models if one._can_set_attn_implementation()]
    before = [one.config._attn_implementation for one in models]
    try:
        for one in models:
            one.set_attn_implementation(NAME)
        yield bool(models)
    finally:
        for one, name in zip(models, before, strict=True):
            one.set_attn_implementation(name)
        unregister_custom_op_symbolic("qa::attention", opset)


def _attend(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, **options: Any
) -> tuple[Tensor, Tensor | None]:
    """query, key and value (b, h, n, e) -> (b, n, h, e), as transformers asks of an attention function."""
    causal = options.get("is_causal", getattr(module, "is_causal", False))
    if attention_mask is not None or causal or query.shape[1] != key.shape[1]:
        found: tuple[Tensor, None] = sdpa_attention_forward(module, query, key, value, attention_mask, **options)
        return found
    heads, each = query.shape[1], query.shape[3]
    flat = [one.transpose(1, 2).reshape(1, -1, heads * each) for one in (query, key, value)]
    scale = options.get("scaling") or each**-0.5
    return _attention(*flat, heads, scale).view(1, -1, heads, each), None


@torch.library.custom_op("qa::attention", mutates_args=())
def _attention(query: Tensor, key: Tensor, value: Tensor, heads: int, scale: float) -> Tensor:
    """query, key and value (b, n, h e) -> (b, n, h e)."""
    b, n, d = query.shape
    q, k, v = (one.view(b, n, heads, d // heads).transpose(1, 2) for one in (query, key, value))
    seen = torch.nn.functional.scaled_dot_product_attention(q, k, v, scale=scale)
    return seen.transpose(1, 2).reshape(b, n, d).clone()


@symbolic_helper.parse_args("v", "v", "v", "i", "f")
def _node(g: Any, query: Any, key: Any, value: Any, heads: int, scale: float) -> Any:
    node = g.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads, scale_f=scale)
    return node.setType(query.type())
