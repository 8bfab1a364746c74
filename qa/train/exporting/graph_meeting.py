"""The comparison of a question with a passage before any layer, as nodes of a graph."""

from __future__ import annotations

from dataclasses import dataclass

from onnx import TensorProto

from qa.train.exporting.graph import Graph
from qa.train.network.layers import FAR, array_of
from qa.train.network.network import ReaderNetwork


@dataclass(frozen=True, slots=True)
class Meeting:
    """Comparison of m question tokens with n passage tokens.

    cosine and same (b, m, n); q_idf (m, 1); p_idf and mask (b, 1, n), 1 where a token is; far (b, 1, n), FAR where none
    is; from_question (b, m, 1, n) and from_passage (b, n, 1, m), the cosine; q_best and q_same (b, m, 1), the highest.
    """

    cosine: str
    same: str
    q_idf: str
    p_idf: str
    mask: str
    far: str
    from_question: str
    from_passage: str
    q_best: str
    q_same: str


def meet(graph: Graph, network: ReaderNetwork) -> Meeting:
    """Add the nodes that compare the inputs q_tok, q_ids, p_tok and p_ids."""
    q_ids, p_ids = (graph.node("Unsqueeze", ids, graph.integers(1)) for ids in ("q_ids", "p_ids"))
    real = graph.node("GreaterOrEqual", p_ids, graph.integers(0))
    mask = graph.node("Cast", real, to=TensorProto.FLOAT)
    cosine = graph.node("FusedMatMul", "q_tok", "p_tok", transB=1)
    from_question = graph.node("Unsqueeze", cosine, graph.integers(2))
    same = graph.node("Cast", graph.node("Equal", q_ids, p_ids), to=TensorProto.FLOAT)
    idf = graph.constant(array_of(network.idf))
    return Meeting(
        cosine=cosine,
        same=same,
        q_idf=graph.node("Gather", idf, q_ids),
        p_idf=graph.node("Mul", graph.node("Gather", idf, p_ids), mask),
        mask=mask,
        far=graph.node("Mul", graph.node("Sub", graph.floats(1), mask), graph.floats(FAR)),
        from_question=from_question,
        from_passage=graph.node("Transpose", from_question, perm=[0, 3, 2, 1]),
        q_best=graph.node("ReduceMax", cosine, axes=[2]),
        q_same=graph.node("ReduceMax", same, axes=[2]),
    )
