"""The nodes of a cluster of Ray, each of which looks at the index by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import ray
from ray import serve
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from qa.cluster.joining import join_cluster
from qa.cluster.serving.deployment import PREFIX
from qa.errors import ClusterUnavailable, QAError

Result = TypeVar("Result")


class Nodes:
    """All nodes of the cluster that this process has joined."""

    def run(self, call: Callable[[], Result]) -> list[tuple[str, Result]]:
        """Return what the call gives on each node, all at the same time, with the node's name.

        Raises the QAError that it raises on one of them, and ClusterUnavailable where a node ends meanwhile.
        """
        nodes = [one for one in ray.nodes() if one["Alive"]]
        remote: Any = ray.remote(num_cpus=0)(_call)
        running = [remote.options(scheduling_strategy=_on(one)).remote(call) for one in nodes]
        found = []
        for one, pending in zip(nodes, running, strict=True):
            try:
                result = ray.get(pending)
            except RayError as error:
                raise ClusterUnavailable(f"The node {_name(one)} ended meanwhile. Start the check again.") from error
            if isinstance(result, QAError):
                raise result
            found.append((_name(one), result))
        return found

    def served_shards(self) -> frozenset[str]:
        """Return the names of the shards that applications serve."""
        names = serve.status().applications
        return frozenset(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))


@contextmanager
def nodes_of(address: str) -> Iterator[Nodes]:
    """Join a cluster for a while; raises BadSetting where that is not possible."""
    join_cluster(address)
    try:
        yield Nodes()
    finally:
        ray.shutdown()


def _call(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except QAError as error:  # Ray would hand it over as an error of its own.
        return error


def _on(node: dict[str, Any]) -> NodeAffinitySchedulingStrategy:
    return NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)


def _name(node: dict[str, Any]) -> str:
    return f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']}:{node['NodeManagerPort']})"
