"""Answers about a folder of articles, in exact quotations."""

import os

# Read when NumPy is loaded. Each question has a thread of its own and its matrices are small: threads inside a product
# only wait for each other, on busy cores for a hundred times as long as the product takes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Read when ONNX Runtime is loaded, which from 1.29 on reports its use to its maker: here nothing goes out.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
