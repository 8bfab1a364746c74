"""The shards of a cluster generation as applications of Ray Serve: each with replicas on different nodes.

An application bears the name of its shard, which is that of its content, so generations share the shards that did not
change. Ray places, checks and restarts the replicas.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import ray
from ray import serve
from ray.exceptions import RayError, RayTaskError
from ray.serve._private.common import ReplicaState
from ray.serve.handle import DeploymentHandle
from ray.serve.schema import ApplicationStatus

from qa.cluster.joining import join_cluster
from qa.cluster.manifest import ShardEntry
from qa.cluster.serving.replica import ONGOING_CALLS, Replica, find_versions
from qa.cluster.serving.replica_figures import ReplicaFigures
from qa.cluster.shard import Shard
from qa.errors import ClusterUnavailable, QAError

# Calls that wait for a replica before more are refused.
QUEUED_CALLS = 64
# Cores that a replica reserves; those of a new generation have to fit beside those of the one that answers.
REPLICA_CORES = 0.25
# Seconds between two checks of a replica, until one counts as failed, and that a replica may finish its calls in.
CHECK_PERIOD, CHECK_TIMEOUT, DRAIN_SECONDS = 2.0, 10.0, 10.0
# Seconds in which every shard has to have a replica.
READY_SECONDS, LOOK_AGAIN = 300.0, 0.2
PREFIX, DEPLOYMENT = "qa-", "Replica"
# The last line of what Ray Serve tells of a replica that could not start.
REASON = re.compile(r"^(?:qa\.errors\.)?\w+: (.+)$", re.MULTILINE)

Result = TypeVar("Result")


class CountedReplica(Replica):
    """A replica that tells Ray's endpoint for Prometheus what it answers."""

    def __init__(
        self, index_folder: str, name: str, sha256: str, fingerprint: str, versions: Mapping[str, str]
    ) -> None:
        super().__init__(index_folder, name, sha256, fingerprint, versions)
        self._figures = ReplicaFigures(name, self._shard.info)

    def answer(self, call: Callable[[Shard], Result]) -> Result:
        """Return what the shard answers, and count it."""
        with self._figures.call(call):
            return super().answer(call)

    def check_health(self) -> None:
        """Show the size of the shard too, which a scrape has to find."""
        super().check_health()
        self._figures.show_size()


def connect(address: str) -> None:
    """Join the cluster at this address of Ray; raises BadSetting where there is none."""
    if ray.is_initialized():
        return
    join_cluster(address)
    serve.start(proxy_location="Disabled")


def deploy(index_folder: Path, shards: Iterable[ShardEntry], fingerprint: str, replicas: int) -> None:
    """Start an application for each of these shards that has none, and wait until each has a replica.

    Raises ClusterUnavailable where one gets none, with the reason that its node gives, and BadSetting where a node has
    another version of what decides the answers.
    """
    wanted = {application(one): one for one in shards}
    there = {name for name in serve.status().applications if name in wanted}
    for name in [name for name in there if _failure(name)]:  # Ray Serve would not try it again
        serve.delete(name)
        there.remove(name)
    place, deployment = str(index_folder.resolve()), _deployment(replicas)
    targets = [
        serve.RunTarget(
            deployment.bind(place, one.name, one.sha256, fingerprint, find_versions()), name=name, route_prefix=None
        )
        for name, one in wanted.items()
        if name not in there
    ]
    if targets:
        serve.run_many(targets, wait_for_applications_running=False)
    _wait_for_replicas(wanted)
    for one in wanted.values():
        _check_versions(one)


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
    return decorate(CountedReplica)


def _wait_for_replicas(wanted: Iterable[str]) -> None:
    end = time.monotonic() + READY_SECONDS
    missing = list(wanted)
    while missing := [name for name in missing if not running_replicas(name)]:
        for name in missing:
            if reason := _failure(name):
                raise ClusterUnavailable(f"A part of the index cannot be served. {reason}")
        if time.monotonic() > end:
            raise ClusterUnavailable(
                f"{len(missing)} parts of the index have no copy that runs after {READY_SECONDS:.0f} s. "
                "Look at their logs with: serve status"
            )
        time.sleep(LOOK_AGAIN)


def _failure(name: str) -> str:
    """Return why no replica of an application could be started, or nothing where one runs or is being started."""
    found = serve.status().applications.get(name)
    if found is None or found.status != ApplicationStatus.DEPLOY_FAILED or running_replicas(name):
        return ""
    told = [one.message for one in found.deployments.values()] or [found.message]
    reasons = REASON.findall("\n".join(told))
    return str(reasons[-1]) if reasons else "Look at its logs with: serve status"


def _check_versions(shard: ShardEntry) -> None:
    """Raise BadSetting where the replicas of a shard, which were started before, have other versions."""
    handle: Any = handle_of(shard)
    try:
        handle.check_versions.remote(find_versions()).result(timeout_s=CHECK_TIMEOUT)
    except RayTaskError as error:
        cause = getattr(error, "cause", None)
        raise cause if isinstance(cause, QAError) else error from None
    except (RayError, TimeoutError):
        return  # one that dies now; the others answer
