"""An interaction layer as nodes of a graph; whatever depends on the weights alone is computed beforehand.

The scale and shift of a norm are multiplied into the weights that follow it, and the projections of an attention head
into each other: only the question, the shorter side, is projected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from qa.protocols import Matrix, Vector
from qa.train.exporting.graph import Graph
from qa.train.exporting.graph_meeting import Meeting
from qa.train.network.layers import KERNEL, Cross, Forward, Layer, Neighbours, array_of


@dataclass(frozen=True, slots=True)
class Stream:
    """Tokens (b, length, d), a pending addition to them (of the same shape, or without b), and its bias (d,)."""

    tokens: str
    added: str
    bias: Vector


def add_layer(graph: Graph, layer: Layer, meeting: Meeting, q: Stream, p: Stream) -> tuple[Stream, Stream]:
    """Add a layer and return its question and passage."""
    q_tokens, q_normed = add_norm(graph, q)
    p_tokens, p_normed = add_norm(graph, p)
    q = _attend_to_passage(graph, layer.to_passage, meeting, q_tokens, q_normed, p_normed)
    q = _forwarded(graph, layer.question_forward, *add_norm(graph, q))
    _, q_normed = add_norm(graph, q)
    p = _attend_to_question(graph, layer.to_question, meeting, p_tokens, p_normed, q_normed)
    p = _neighbours(graph, layer.neighbours, *add_norm(graph, p, layer.neighbours.norm), meeting.mask)
    return q, _forwarded(graph, layer.passage_forward, *add_norm(graph, p))


@dataclass(frozen=True, slots=True)
class _Heads:
    """The projections of h heads multiplied with each other, so that the longer side, the passage, is never projected.

    Among the tokens y that x attends to, y scores x M y + w y, with M (h, d, d) and w (h, d); all else is the same for
    every y. An attended y contributes y G, with G (h, d, d); bias (d,) comes on top.
    """

    scores: NDArray[np.float32]
    of_looked_at: Matrix
    gives: NDArray[np.float32]
    bias: Vector


def _heads(cross: Cross) -> _Heads:
    query, query_bias = _fold_norm(cross.query, cross.norm_x)
    both, both_bias = _fold_norm(cross.key_value, cross.norm_y)
    d = len(query)
    queries, keys, values = (one.reshape(cross.heads, -1, d) for one in (query, both[:d], both[d:]))
    out, out_bias = array_of(cross.out.weight), array_of(cross.out.bias)
    scale = queries.shape[1] ** -0.5
    return _Heads(
        scores=np.einsum("hed,hef->hdf", queries, keys) * scale,
        of_looked_at=np.einsum("hed,he->hd", keys, query_bias.reshape(cross.heads, -1)) * scale,
        gives=np.einsum("hed,fhe->hdf", values, out.reshape(d, cross.heads, -1)),
        bias=out_bias + out @ both_bias[d:],
    )


def _attend_to_passage(graph: Graph, cross: Cross, meeting: Meeting, tokens: str, q: str, p: str) -> Stream:
    """Add attention from the question q (b, m, d) to the passage p (b, n, d), both normed."""
    heads, h = _heads(cross), cross.heads
    d = len(heads.bias)
    every = graph.node("MatMul", q, graph.constant(heads.scores.transpose(1, 0, 2).reshape(d, h * d)))
    every = graph.node("Add", every, graph.constant(heads.of_looked_at.ravel()))
    scores = graph.node("FusedMatMul", graph.node("Reshape", every, graph.integers(0, -1, d)), p, transB=1)
    near = graph.node("Mul", meeting.from_question, graph.constant(array_of(cross.cosine_weight)[:, None]))
    near = graph.node("Reshape", near, graph.node("Shape", scores))
    scores = graph.node("Add", graph.node("Add", scores, near), meeting.far)
    seen = graph.node("MatMul", graph.node("Softmax", scores, axis=2), p)
    gives = graph.constant(heads.gives.reshape(h * d, d))
    added = graph.node("MatMul", graph.node("Reshape", seen, graph.integers(0, -1, h * d)), gives)
    return Stream(tokens, added, heads.bias)


def _attend_to_question(graph: Graph, cross: Cross, meeting: Meeting, tokens: str, p: str, q: str) -> Stream:
    """Add attention from the passage p (b, n, d) to the question q (b, m, d), both normed."""
    heads, h = _heads(cross), cross.heads
    wanted, given = _by_head(graph, q, heads.scores.transpose(0, 2, 1)), _by_head(graph, q, heads.gives)
    always = graph.node("MatMul", q, graph.constant(heads.of_looked_at.T))
    always = graph.node("Unsqueeze", graph.node("Transpose", always, perm=[0, 2, 1]), graph.integers(1))
    near = graph.node("Mul", meeting.from_passage, graph.constant(array_of(cross.cosine_weight)[:, None]))
    scores = graph.node("Reshape", graph.node("FusedMatMul", p, wanted, transB=1), graph.integers(0, 0, h, -1))
    scores = graph.node("Add", scores, graph.node("Add", near, always))
    shares = graph.node("Reshape", graph.node("Softmax", scores, axis=3), graph.integers(0, 0, -1))
    return Stream(tokens, graph.node("MatMul", shares, given), heads.bias)


def _by_head(graph: Graph, q: str, maps: NDArray[np.float32]) -> str:
    """Return q (b, m, d) times each of the maps (h, d, d), one head after the other, (b, h m, d)."""
    h, d, _ = maps.shape
    every = graph.node("MatMul", q, graph.constant(maps.transpose(1, 0, 2).reshape(d, h * d)))
    every = graph.node("Transpose", graph.node("Reshape", every, graph.integers(0, 0, h, d)), perm=[0, 2, 1, 3])
    return graph.node("Reshape", every, graph.integers(0, -1, d))


def _neighbours(graph: Graph, layer: Neighbours, tokens: str, normed: str, mask: str) -> Stream:
    along = graph.node("Mul", graph.node("Transpose", normed, perm=[0, 2, 1]), mask)
    spread, reach = layer.convolution.dilation[0], KERNEL // 2
    near = graph.node(
        "Conv",
        along,
        *(graph.constant(array_of(one)) for one in (layer.convolution.weight, layer.convolution.bias)),
        dilations=[spread],
        group=layer.convolution.groups,
        pads=[reach * spread] * 2,
    )
    out = graph.constant(array_of(layer.out.weight).T)
    return Stream(tokens, graph.node("FusedMatMul", graph.node("Relu", near), out, transA=1), array_of(layer.out.bias))


def _forwarded(graph: Graph, layer: Forward, tokens: str, normed: str) -> Stream:
    weight, bias = _fold_norm(layer.up, layer.norm)
    up = graph.node("Add", graph.node("MatMul", normed, graph.constant(weight.T)), graph.constant(bias))
    down = graph.node("MatMul", graph.node("Relu", up), graph.constant(array_of(layer.down.weight).T))
    return Stream(tokens, down, array_of(layer.down.bias))


def add_norm(graph: Graph, stream: Stream, norm: nn.LayerNorm | None = None) -> tuple[str, str]:
    """Return the tokens with their pending addition, unnormed and normed.

    The norm neither scales nor shifts: the following weights do. It is two additions and a norm,
    because SkipLayerNormalization takes three times as long on a CPU.
    """
    d = len(stream.bias)
    scale, shift = (np.ones(d), np.zeros(d)) if norm is None else (array_of(norm.weight), array_of(norm.bias))
    total = graph.node("Add", graph.node("Add", stream.added, graph.constant(stream.bias)), stream.tokens)
    normed = graph.node(
        "LayerNormalization", total, graph.constant(scale), graph.constant(shift), epsilon=nn.LayerNorm(d).eps
    )
    return total, normed


def _fold_norm(linear: nn.Linear, norm: nn.LayerNorm) -> tuple[Matrix, Vector]:
    """Return weight and bias that combine the scale and shift of a norm with the layer after it."""
    weight = array_of(linear.weight)
    return weight * array_of(norm.weight), array_of(linear.bias) + weight @ array_of(norm.bias)
