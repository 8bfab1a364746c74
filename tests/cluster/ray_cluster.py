"""Three machines of a Ray cluster, which are processes here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ray.cluster_utils import Cluster

ROOT = Path(__file__).parents[2]
NODE = {"num_cpus": 1, "object_store_memory": 200_000_000, "include_dashboard": False}
ATTEMPTS = 3


@contextmanager
def running_cluster(nodes: int = 3) -> Iterator[Any]:
    """Start this many nodes whose workers find this project; all of them end with the block."""
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    cluster = start_cluster(NODE)
    try:
        for _ in range(nodes - 1):
            cluster.add_node(**NODE)
        cluster.wait_for_nodes()
        yield cluster
    finally:
        cluster.shutdown()


def start_cluster(head: Mapping[str, Any]) -> Any:
    """Start a cluster with this head.

    Ray gives a node 30 seconds, and now and then one that is started from a process with threads of gRPC never comes.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(Exception):  # Ray raises no other class
            return Cluster(initialize_head=True, head_node_args=dict(head))
    return Cluster(initialize_head=True, head_node_args=dict(head))
