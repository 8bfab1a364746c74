"""Chooses the classes of an engine and the writers of an index; heavy modules are loaded when they are needed.

The readers of a generation belong to its format, so qa/store/snapshot.py opens them.
"""

from qa.factory.clusters import build_cluster_index
from qa.factory.engines import CROSS_ENCODER, WEIGHTS, SharedParts, open_cluster_engine, open_collections, open_engine
from qa.factory.indexes import build_index, local_structures, repair_index
from qa.factory.writers import ENTAILMENT, open_endpoint, open_judge, open_writer, require_writer

__all__ = [
    "CROSS_ENCODER",
    "ENTAILMENT",
    "WEIGHTS",
    "SharedParts",
    "build_cluster_index",
    "build_index",
    "local_structures",
    "open_cluster_engine",
    "open_collections",
    "open_endpoint",
    "open_engine",
    "open_judge",
    "open_writer",
    "repair_index",
    "require_writer",
]
