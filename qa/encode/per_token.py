"""Eight-bit matrix products in which every token has its own scale, for models whose activations have outliers.

With one scale per text, a single large activation leaves the others a few steps of the 256; here it costs its own
token alone. Channels that are large in every token are divided by a factor before they are rounded, and the weights
multiplied by it (Xiao et al. 2023, SmoothQuant, eq. 4). Weights have one scale per channel and embeddings one per row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from qa.graphs import open_session, write_prepared

LARGEST = 127
CENTRE = np.uint8(128)
SMALLEST_MAXIMUM = np.float32(1e-10)
SMALLEST_SIZE = np.float32(1e-3)
# Tables with fewer rows, such as those of positions, are small and stay as they are.
EMBEDDING_ROWS = 10_000


def write_quantised_per_token(graph: Path, path: Path, examples: Sequence[NDArray[np.int64]]) -> None:
    """Write the graph with eight-bit weights and embeddings, and activations that are rounded per token.

    examples of ids (1, n) tell which channels are large.
    """
    prepared = path.with_name("prepared")
    write_prepared(graph, prepared)
    model = onnx.load(str(prepared))
    rewriter = _Rewriter(model.graph, _largest_after_norms(prepared, examples))
    nodes = [new for node in model.graph.node for new in rewriter.rewrite(node)]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    used = {name for node in model.graph.node for name in node.input}
    kept = [one for one in (*model.graph.initializer, *rewriter.constants) if one.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    if not any(one.domain == "com.microsoft" for one in model.opset_import):
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    onnx.save(model, str(path))


def _largest_after_norms(graph: Path, examples: Sequence[NDArray[np.int64]]) -> dict[str, NDArray[np.float32]]:
    """Return the largest size of each channel, (d,), that the examples have after each norm, by the norm's output."""
    model = onnx.load(str(graph))
    norms = [node.output[0] for node in model.graph.node if node.op_type == "LayerNormalization"]
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in norms)
    watched = graph.with_name("watched")
    onnx.save(model, str(watched))
    session = open_session(watched)
    runs = [session.run(norms, {"input_ids": ids}) for ids in examples]
    return {
        name: np.max([np.abs(values).reshape(-1, values.shape[-1]).max(axis=0) for values in found], axis=0)
        for name, found in zip(norms, zip(*runs, strict=True), strict=True)
    }


class _Rewriter:
    """Replaces products with weights, and look-ups in large tables, by their eight-bit forms."""

    def __init__(self, graph: onnx.GraphProto, largest: Mapping[str, NDArray[np.float32]]) -> None:
        self._weights = {one.name: one for one in graph.initializer}
        products = [node for node in graph.node if self._is_product(node)]
        self._factors = {name: self._factor(name, sizes, products) for name, sizes in largest.items()}
        self._quantised: dict[str, tuple[str, str]] = {}
        self._count = 0
        self.constants: list[TensorProto] = []
        self._centre = self._constant(CENTRE)
        self._centre_row = self._constant(CENTRE.reshape(1))
        self._one = self._constant(np.float32(1))
        self._step = self._constant(np.float32(1 / LARGEST))
        self._least = self._constant(SMALLEST_MAXIMUM)
        self._flat = self._constant(np.array([-1], np.int64))

    def rewrite(self, node: NodeProto) -> Iterator[NodeProto]:
        """Yield the nodes that take the place of this one."""
        if self._is_product(node):
            yield from self._product(node)
        elif node.op_type == "Gather" and (self._shape(node.input[0]) or (0,))[0] >= EMBEDDING_ROWS:
            yield from self._look_up(node)
        else:
            yield node

    def _product(self, node: NodeProto) -> Iterator[NodeProto]:
        activations = node.input[0]
        if activations not in self._quantised:
            yield from self._round(activations)
        rounded, scales = self._quantised[activations]
        factor = self._factors.get(activations, np.float32(1))
        weights, steps = _rounded(self._array(node.input[1]) * np.reshape(factor, (-1, 1)), axis=0)
        names = [rounded, self._constant(weights), self._one, self._constant(steps[0]), self._centre]
        product = self._name()
        yield helper.make_node("MatMulIntegerToFloat", names, [product], domain="com.microsoft")
        yield helper.make_node("Mul", [product, scales], [node.output[0]])

    def _round(self, activations: str) -> Iterator[NodeProto]:
        """Round (..., n, d) with one scale for each of the n tokens; products with the same activations share it."""
        level, sizes, largest, positive, scales, row, shape, centres, rounded = (self._name() for _ in range(9))
        factor = self._constant(1 / self._factors.get(activations, np.float32(1)))
        yield helper.make_node("Mul", [activations, factor], [level])
        yield helper.make_node("Abs", [level], [sizes])
        yield helper.make_node("ReduceMax", [sizes], [largest], axes=[-1], keepdims=1)
        yield helper.make_node("Max", [largest, self._least], [positive])
        yield helper.make_node("Mul", [positive, self._step], [scales])
        yield helper.make_node("Reshape", [scales, self._flat], [row])
        yield helper.make_node("Shape", [row], [shape])
        yield helper.make_node("Expand", [self._centre_row, shape], [centres])
        yield helper.make_node("QuantizeLinear", [level, row, centres], [rounded], axis=-2)
        self._quantised[activations] = rounded, scales

    def _look_up(self, node: NodeProto) -> Iterator[NodeProto]:
        table, steps = _rounded(self._array(node.input[0]), axis=1)
        rows, step, numbers = self._name(), self._name(), self._name()
        yield helper.make_node("Gather", [self._constant(table), node.input[1]], [rows], axis=0)
        yield helper.make_node("Gather", [self._constant(steps), node.input[1]], [step], axis=0)
        yield helper.make_node("Cast", [rows], [numbers], to=TensorProto.FLOAT)
        yield helper.make_node("Mul", [numbers, step], [node.output[0]])

    def _is_product(self, node: NodeProto) -> bool:
        return node.op_type == "MatMul" and len(self._shape(node.input[1])) == 2

    def _factor(
        self, activations: str, largest: NDArray[np.float32], products: Sequence[NodeProto]
    ) -> NDArray[np.float32]:
        """Return the power of two, (d,), by which each channel is larger than its weights, halved in the exponent."""
        weights = [self._array(node.input[1]) for node in products if node.input[0] == activations]
        if not weights:
            return np.ones_like(largest)
        heaviest = np.max([np.abs(one).max(axis=1) for one in weights], axis=0)
        ratio = np.maximum(largest, SMALLEST_SIZE) / np.maximum(heaviest, SMALLEST_SIZE)
        factor: NDArray[np.float32] = np.exp2(np.rint(np.log2(ratio) / 2)).astype(np.float32)
        return factor

    def _shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a weight, () for anything else."""
        return tuple(self._weights[name].dims) if name in self._weights else ()

    def _array(self, name: str) -> NDArray[np.float32]:
        return np.asarray(numpy_helper.to_array(self._weights[name]))

    def _constant(self, value: np.generic | NDArray[np.generic]) -> str:
        name = self._name()
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def _name(self) -> str:
        self._count += 1
        return f"per_token_{self._count}"


def _rounded(weights: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return whole numbers and the steps, kept along the axis, that they are multiples of."""
    steps = np.maximum(np.abs(weights).max(axis=axis, keepdims=True), SMALLEST_MAXIMUM) / LARGEST
    return np.rint(weights / steps).astype(np.int8), steps.astype(np.float32)
