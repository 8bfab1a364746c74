"""ONNX graphs: quantised and fused once when they are written, and run on one thread each."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PROVIDERS = ["CPUExecutionProvider"]


def write_quantised(graph: Path, path: Path, exact_nodes: Callable[[Path], Sequence[str]] = lambda _: ()) -> None:
    """Write the graph with its weights as eight-bit integers, one scale per channel.

    The weights of ``exact_nodes`` stay as they are; it is given the graph after a first pass that may rename nodes.
    """
    _load_runtime()
    from onnxruntime.quantization import QuantType, quantize_dynamic

    prepared = path.with_name("prepared")
    write_prepared(graph, prepared)
    exact = list(exact_nodes(prepared))
    quantize_dynamic(str(prepared), str(path), per_channel=True, weight_type=QuantType.QInt8, nodes_to_exclude=exact)


def write_prepared(graph: Path, path: Path) -> None:
    """Write the graph with everything computed that depends on no input, as quantisation expects it."""
    _load_runtime()
    from onnxruntime.quantization.shape_inference import quant_pre_process

    quant_pre_process(str(graph), str(path), skip_symbolic_shape=True)


def write_fused(graph: Path, path: Path) -> None:
    """Write the graph as ONNX Runtime fuses it, so that loading has nothing left to do.

    Extended optimisations are the last that do not depend on the processor at hand. One of them is left out: ONNX
    Runtime's SkipLayerNormalization takes three times as long on a CPU as the addition and the norm that it replaces.
    """
    runtime = _load_runtime()
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path)
    runtime.InferenceSession(str(graph), options, providers=PROVIDERS, disabled_optimizers=["SkipLayerNormFusion"])


def open_session(path: Path) -> InferenceSession:
    """Return a session of a fused graph; safe to share between threads."""
    runtime = _load_runtime()
    options = runtime.SessionOptions()
    # One thread per run: two texts on two cores are faster than one text on two.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Texts differ in length, so remembered memory patterns never fit and a kept arena only grows.
    options.enable_mem_pattern = options.enable_cpu_mem_arena = False
    return runtime.InferenceSession(str(path), options, providers=PROVIDERS)


def _load_runtime() -> Any:
    """Return the module onnxruntime, loaded with its telemetry switched off.

    From 1.29 on it reports its use to its maker unless this variable is set before it is loaded. It is loaded here
    alone, when a graph is first opened or written, so that importing a module of ours sets no variable.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime
