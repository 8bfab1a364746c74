"""An ONNX graph written node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 17, 8
CONTRIBUTED = "com.microsoft"
# Operators that ONNX Runtime adds to the standard, its contrib operators.
CONTRIBUTED_OPERATORS = {"FusedMatMul"}

Value = tuple[int, Sequence[int | str]]
"""Type and shape of an input or output."""


class Graph:
    """Nodes and constants; a value is identified by its name."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[TensorProto] = []

    def constant(self, array: NDArray[np.generic]) -> str:
        """Add an array and return its name; floats are stored with 32 bits."""
        name = f"c{len(self._constants)}"
        exact = array.astype(np.float32) if array.dtype.kind == "f" else array
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(exact), name))
        return name

    def floats(self, *values: float) -> str:
        """Add a constant of these numbers."""
        return self.constant(np.array(values, np.float32))

    def integers(self, *values: int) -> str:
        """Add a constant of these whole numbers."""
        return self.constant(np.array(values, np.int64))

    def node(self, operator: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Add a node with one output and return its name."""
        [output] = self.nodes(operator, *inputs, names=[name], **attributes)
        return output

    def nodes(self, operator: str, *inputs: str, names: Sequence[str | None], **attributes: Any) -> list[str]:
        """Add a node with one output per name and return the names; None makes a new one."""
        outputs = [name or f"v{len(self._nodes)}.{at}" for at, name in enumerate(names)]
        domain = CONTRIBUTED if operator in CONTRIBUTED_OPERATORS else None
        self._nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **attributes))
        return outputs

    def write(self, path: Path, inputs: Mapping[str, Value], outputs: Mapping[str, Value]) -> None:
        """Write the graph, checked."""
        graph = helper.make_graph(
            self._nodes,
            path.stem,
            [helper.make_tensor_value_info(name, *one) for name, one in inputs.items()],
            [helper.make_tensor_value_info(name, *one) for name, one in outputs.items()],
            self._constants,
        )
        domains = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIBUTED, 1)]
        model = helper.make_model(graph, opset_imports=domains, ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString())
