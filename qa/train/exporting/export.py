"""The trained network as ONNX: one question against b passages, the form that ReadingNetwork runs.

Written node by node instead of traced, because half of a traced graph computes shapes. Constant factors are multiplied
into the weights. ``qa.train.network`` is the source of truth; a test holds both equal.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from onnx import TensorProto
from torch import nn

from qa.graphs import write_fused
from qa.protocols import Matrix, Vector
from qa.train.exporting.graph import Graph, Value
from qa.train.exporting.graph_layers import Stream, add_layer, add_norm
from qa.train.exporting.graph_meeting import Meeting, meet
from qa.train.network.layers import Layer, array_of
from qa.train.network.marks import FLAGS
from qa.train.network.network import VECTOR_SCALE, ReaderNetwork

INPUTS: dict[str, Value] = {
    "q_tok": (TensorProto.FLOAT, ["m", "t"]),
    "q_ids": (TensorProto.INT64, ["m"]),
    "p_tok": (TensorProto.FLOAT, ["b", "n", "t"]),
    "p_ids": (TensorProto.INT64, ["b", "n"]),
    "p_flags": (TensorProto.INT64, ["b", "n"]),
}
OUTPUTS: dict[str, Value] = {"answerable": (TensorProto.FLOAT, ["b"]), "tokens": (TensorProto.FLOAT, ["b", 3, "n"])}


def export(network: ReaderNetwork, path: Path) -> None:
    """Write the network in float32; the model card describes its inputs and outputs."""
    graph = Graph()
    meeting = meet(graph, network)
    q, p = _question(graph, network, meeting), _passage(graph, network, meeting)
    for layer in (one for one in network.layers if isinstance(one, Layer)):
        q, p = add_layer(graph, layer, meeting, q, p)
    _, question = add_norm(graph, q, network.question_norm)
    _, passage = add_norm(graph, p, network.passage_norm)
    _answer(graph, network, meeting, question, passage)
    with tempfile.TemporaryDirectory() as scratch:
        graph.write(Path(scratch, "exact"), INPUTS, OUTPUTS)
        write_fused(Path(scratch, "exact"), path)


def _question(graph: Graph, network: ReaderNetwork, meeting: Meeting) -> Stream:
    best, equal, rarity, rare_equal, first, place = array_of(network.question_marks.weight).T
    ones = graph.node("Cast", graph.node("GreaterOrEqual", meeting.q_idf, graph.floats(0)), to=TensorProto.FLOAT)
    places = graph.node("CumSum", ones, graph.integers(0))
    is_first = graph.node("Cast", graph.node("Equal", places, graph.floats(1)), to=TensorProto.FLOAT)
    marks = graph.node("Concat", meeting.q_idf, is_first, places, axis=1)
    own = graph.node("MatMul", marks, graph.constant(np.stack([rarity, first, place / 16])))
    vectors = graph.node("MatMul", "q_tok", graph.constant(array_of(network.question_in.weight).T * VECTOR_SCALE))
    rare = graph.node("Mul", meeting.q_same, meeting.q_idf)
    met = graph.node("Concat", meeting.q_best, meeting.q_same, rare, axis=2)
    return Stream(
        graph.node("MatMul", met, graph.constant(np.stack([best * 4, equal, rare_equal]))),
        graph.node("Add", own, vectors),
        array_of(network.question_in.bias) * VECTOR_SCALE + array_of(network.question_marks.bias) - 2 * best,
    )


def _passage(graph: Graph, network: ReaderNetwork, meeting: Meeting) -> Stream:
    best, weighted, equal, rare_equal, rarity, *flags, place = array_of(network.passage_marks.weight).T
    same = graph.node("ReduceMax", meeting.same, axes=[1])
    rows = [
        graph.node("ReduceMax", meeting.cosine, axes=[1]),
        graph.node("ReduceMax", graph.node("Mul", meeting.cosine, meeting.q_idf), axes=[1]),
        same,
        graph.node("Mul", same, meeting.p_idf),
        meeting.p_idf,
        graph.node("CumSum", meeting.mask, graph.integers(2)),
    ]
    weights = np.stack([best * 4, weighted * 4, equal, rare_equal, rarity, place / 128])
    met = graph.node("FusedMatMul", graph.node("Concat", *rows, axis=1), graph.constant(weights), transA=1)
    # One row per set of flags.
    sets = np.array([[float(number & flag > 0) for flag in FLAGS] for number in range(2 * max(FLAGS))])
    flagged = graph.node("Gather", graph.constant(sets @ np.stack(flags)), "p_flags")
    return Stream(
        graph.node("MatMul", "p_tok", graph.constant(array_of(network.passage_in.weight).T * VECTOR_SCALE)),
        graph.node("Add", met, flagged),
        array_of(network.passage_in.bias) * VECTOR_SCALE + array_of(network.passage_marks.bias) - 2 * best - weighted,
    )


def _answer(graph: Graph, network: ReaderNetwork, meeting: Meeting, q: str, p: str) -> None:
    d = network.passage_norm.normalized_shape[0]
    of_question, _ = array_of(network.pool.weight)
    share = graph.node("Softmax", graph.node("MatMul", q, graph.constant(of_question[:, None])), axis=1)
    asked = graph.node("Reshape", graph.node("FusedMatMul", share, q, transA=1), graph.integers(-1, d))
    scores = _scores(graph, network, meeting, asked, p)
    logits, whole = graph.nodes("Split", scores, graph.integers(3, 1), axis=1, names=["tokens", None])
    evidence = graph.node("Gather", logits, graph.integers(2), axis=1)
    shares = graph.node("Softmax", graph.node("Concat", whole, evidence, axis=1), axis=2)
    pooled = graph.node("Reshape", graph.node("MatMul", shares, p), graph.integers(-1, 2 * d))
    far = graph.node("Transpose", meeting.far, perm=[0, 2, 1])
    highest = graph.node("ReduceMax", graph.node("Add", p, far), axes=[1], keepdims=0)
    numbers, scales, shifts = _numbers(graph, meeting, logits, evidence)
    features = graph.node("Concat", asked, pooled, highest, *numbers, axis=1)
    first, last = (one for one in network.head if isinstance(one, nn.Linear))
    weight, bias = array_of(first.weight), array_of(first.bias)
    bias = bias + weight[:, -len(shifts) :] @ shifts
    weight = weight * np.concatenate([np.ones(weight.shape[1] - len(scales)), scales])
    hidden = graph.node("Relu", _linear(graph, features, weight, bias))
    odds = _linear(graph, hidden, array_of(last.weight), array_of(last.bias))
    graph.node("Squeeze", odds, graph.integers(1), name="answerable")


def _scores(graph: Graph, network: ReaderNetwork, meeting: Meeting, asked: str, p: str) -> str:
    """Return the three logits of each token and its weight in the pooled passage, (b, 4, n)."""
    d = network.passage_norm.normalized_shape[0]
    _, of_passage = array_of(network.pool.weight)
    scale = d**-0.5
    keys = np.concatenate([array_of(network.token_keys.weight) * scale, np.zeros((d, d))])
    fixed = np.concatenate([array_of(network.token_logits.weight).ravel(), of_passage])
    fixed[: 3 * d] += array_of(network.token_keys.bias) * scale
    wanted = graph.node("Reshape", _linear(graph, asked, keys, fixed), graph.integers(-1, 4, d))
    bias = graph.constant(np.append(array_of(network.token_logits.bias), 0)[:, None])
    scores = graph.node("FusedMatMul", wanted, p, transB=1)
    return graph.node("Add", scores, graph.node("Add", meeting.far, bias))


def _numbers(graph: Graph, meeting: Meeting, logits: str, evidence: str) -> tuple[list[str], Vector, Vector]:
    """Return the numbers of numbers_of_pair before scaling and shifting, with the scales and shifts."""
    total = graph.node("Add", graph.node("ReduceSum", meeting.q_idf, graph.integers(0)), graph.floats(1e-6))
    weight = graph.node("Div", meeting.q_idf, total)
    missing = graph.node("Mul", graph.node("Sub", graph.floats(1), meeting.q_best), meeting.q_idf)
    numbers = [
        _sum_over_question(graph, meeting.q_best, weight),
        graph.node("ReduceMin", meeting.q_best, axes=[1], keepdims=0),
        graph.node("ReduceMax", missing, axes=[1], keepdims=0),
        _sum_over_question(graph, meeting.q_same, weight),
        graph.node("ReduceMax", logits, axes=[2], keepdims=0),
        graph.node("ReduceLogSumExp", evidence, axes=[2], keepdims=0),
    ]
    return numbers, np.array([4, 4, 4, 1, *[1 / 4] * 4], np.float32), np.array([-2, -2, *[0] * 6], np.float32)


def _sum_over_question(graph: Graph, numbers: str, weight: str) -> str:
    return graph.node("ReduceSum", graph.node("Mul", numbers, weight), graph.integers(1), keepdims=0)


def _linear(graph: Graph, x: str, weight: Matrix, bias: Vector) -> str:
    return graph.node("Gemm", x, graph.constant(weight), graph.constant(bias), transB=1)
