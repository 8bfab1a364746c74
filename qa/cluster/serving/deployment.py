"""The shards of a cluster generation as applications of Ray Serve: each with replicas on different nodes.

An application bears the name of its shard, which is that of its content, so generations share the shards that did not
change. Ray places, checks and restarts the replicas.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import ray
from ray import serve
from ray.serve._private.common import ReplicaState
from ray.serve.handle import DeploymentHandle

from qa.cluster.joining import join_cluster
from qa.cluster.local import open_shard
from qa.cluster.manifest import ShardEntry
from qa.cluster.serving.replica_figures import ReplicaFigures
from qa.cluster.shard import Shard
from qa.errors import ClusterUnavailable
from qa.store.folder.manifest import Pointer

# Calls that a replica works on at the same time, and that wait for it before more are refused.
ONGOING_CALLS, QUEUED_CALLS = 4, 64
# Cores that a replica reserves; those of a new generation have to fit beside those of the one that answers.
REPLICA_CORES = 0.25
# Seconds between two checks of a replica, until one counts as failed, and that a replica may finish its calls in.
CHECK_PERIOD, CHECK_TIMEOUT, DRAIN_SECONDS = 2.0, 10.0, 10.0
# Seconds in which every shard has to have a replica.
READY_SECONDS, LOOK_AGAIN = 300.0, 0.2
PREFIX, DEPLOYMENT = "qa-", "Replica"

Result = TypeVar("Result")


class Replica:
    """One copy of a shard on one node."""

    def __init__(self, index_folder: str, name: str, sha256: str, fingerprint: str) -> None:
        self._shard = open_shard(Path(index_folder), Pointer(name, sha256), fingerprint)
        self._figures = ReplicaFigures(name, self._shard.info)

    def call(self, call: Callable[[Shard], Result]) -> Result:
        """Return what the shard answers."""
        with self._figures.call(call):
            return call(self._shard)

    def check_health(self) -> None:
        """Return where the replica can work; it has no state that could be lost."""
        self._figures.show_size()


def connect(address: str) -> None:
    """Join the cluster at this address of Ray; raises BadSetting where there is none."""
    if ray.is_initialized():
        return
    join_cluster(address)
    serve.start(proxy_location="Disabled")


def deploy(index_folder: Path, shards: Iterable[ShardEntry], fingerprint: str, replicas: int) -> None:
    """Start an application for each of these shards that has none, and wait until each has a replica.

    Raises ClusterUnavailable where one gets none.
    """
    there = set(serve.status().applications)
    wanted = {application(one): one for one in shards}
    place, deployment = str(index_folder.resolve()), _deployment(replicas)
    targets = [
        serve.RunTarget(deployment.bind(place, one.name, one.sha256, fingerprint), name=name, route_prefix=None)
        for name, one in wanted.items()
        if name not in there
    ]
    if targets:
        serve.run_many(targets, wait_for_applications_running=False)
    _wait_for_replicas(wanted)


def application(shard: ShardEntry) -> str:
    """Return the name of the application that serves a shard."""
    return f"{PREFIX}{shard.name}"


def handle_of(shard: ShardEntry) -> DeploymentHandle[Any]:
    """Return a handle that chooses a replica of the shard for each call."""
    return serve.get_deployment_handle(DEPLOYMENT, app_name=application(shard))


def retire(shards: Iterable[ShardEntry]) -> None:
    """End the applications of these shards; their replicas finish what they were asked."""
    there = serve.status().applications
    for name in there.keys() & {application(one) for one in shards}:
        serve.delete(name, _blocking=False)


def running_replicas(name: str) -> int:
    """Return how many replicas of an application run."""
    found = serve.status().applications.get(name)
    if found is None or DEPLOYMENT not in found.deployments:
        return 0
    return int(found.deployments[DEPLOYMENT].replica_states.get(ReplicaState.RUNNING, 0))


def _deployment(replicas: int) -> Any:
    decorate = serve.deployment(
        name=DEPLOYMENT,
        num_replicas=replicas,
        ray_actor_options={"num_cpus": REPLICA_CORES},
        max_replicas_per_node=1,
        max_ongoing_requests=ONGOING_CALLS,
        max_queued_requests=QUEUED_CALLS,
        health_check_period_s=CHECK_PERIOD,
        health_check_timeout_s=CHECK_TIMEOUT,
        graceful_shutdown_timeout_s=DRAIN_SECONDS,
    )
    return decorate(Replica)


def _wait_for_replicas(wanted: Iterable[str]) -> None:
    end = time.monotonic() + READY_SECONDS
    missing = list(wanted)
    while missing := [name for name in missing if not running_replicas(name)]:
        if time.monotonic() > end:
            raise ClusterUnavailable(
                f"{len(missing)} parts of the index have no copy that runs after {READY_SECONDS:.0f} s. "
                "Look at their logs with: serve status"
            )
        time.sleep(LOOK_AGAIN)
