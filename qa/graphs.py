"""ONNX graphs: fused once when they are written, and run on one thread."""

from __future__ import annotations

from pathlib import Path

import onnxruntime

PROVIDERS = ["CPUExecutionProvider"]


def write_fused(graph: Path, path: Path) -> None:
    """Write the graph as ONNX Runtime fuses it, so that loading has nothing left to do.

    Extended optimisations are the last that do not depend on the processor at hand. One of them is left out: ONNX
    Runtime's SkipLayerNormalization takes three times as long on a CPU as the addition and the norm that it replaces.
    """
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path)
    onnxruntime.InferenceSession(str(graph), options, providers=PROVIDERS, disabled_optimizers=["SkipLayerNormFusion"])


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """Return a session of a fused graph; safe to share between threads."""
    options = onnxruntime.SessionOptions()
    # One thread a run: two texts on two cores are faster than one text on two.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Texts differ in length, so remembered memory patterns never fit and a kept arena only grows.
    options.enable_mem_pattern = options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(path), options, providers=PROVIDERS)
