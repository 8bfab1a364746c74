"""The current cluster generation, served by replicas of its shards; a newer one is taken up beside it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ray.exceptions import RayError, RayTaskError

from qa.cluster.manifest import ClusterManifest, ShardEntry, read_cluster, read_cluster_pointer
from qa.cluster.serving.deployment import connect, deploy, handle_of, retire
from qa.cluster.serving.figures import FIGURES
from qa.cluster.serving.hedge import Attempt, Hedger
from qa.cluster.shard import Shard
from qa.cluster.snapshot import ShardedSnapshot
from qa.errors import ModelMismatch, QAError
from qa.store.folder.manifest import Pointer

# Seconds between two looks at which generation is current, and that a replaced one is kept for questions under way.
LOOK_AGAIN, KEPT_SECONDS = 1.0, 30.0
# Seconds between two looks at whether an answer still counts.
LOOK_SECONDS = 0.2
# Seconds in which a switch that is under way at the end may finish.
STOP_SECONDS = 10.0

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class ServedShards:
    """The shards of a cluster generation behind handles of Ray Serve; implements Shards."""

    def __init__(self, manifest: ClusterManifest, hedger: Hedger) -> None:
        self._handles = [handle_of(one) for one in manifest.shards]
        self._names = [one.name for one in manifest.shards]
        self._hedger = hedger
        FIGURES.begin(self._names)

    def ask(self, calls: Mapping[int, Callable[[Shard], Result]]) -> dict[int, Result]:
        counted = {
            number: FIGURES.counted(self._names[number], self._call(number, call)) for number, call in calls.items()
        }
        with FIGURES.round(calls):
            return self._hedger.ask(counted)

    def close(self) -> None:
        """Nothing is held here: the replicas serve other front ends too."""

    def _call(self, number: int, call: Callable[[Shard], Result]) -> Callable[[Attempt], Result]:
        handle: Any = self._handles[number]

        def make(attempt: Attempt) -> Result:
            try:
                result: Result = _await(handle.call.remote(call), attempt)
            except RayTaskError as error:
                cause = getattr(error, "cause", None)
                raise cause if isinstance(cause, QAError) else error from None
            return result

        return make


def _await(response: Any, attempt: Attempt) -> Any:
    """Return the result of a response; raises TimeoutError where there is none while the attempt may go on.

    A replica that a cut link hides would hold its thread for the whole of the attempt otherwise.
    """
    end = time.monotonic() + attempt.seconds
    while True:
        try:
            return response.result(timeout_s=max(0.0, min(LOOK_SECONDS, end - time.monotonic())))
        except TimeoutError as error:
            if isinstance(error, RayTaskError):
                raise
            if attempt.over.is_set() or time.monotonic() >= end:
                response.cancel()
                raise


class ServedClusterReader:
    """Always the newest cluster generation whose shards are all served; implements SnapshotSource.

    A question that holds an older snapshot is answered by it. The shards of a replaced generation are ended some time
    after, when every front end has taken up the new one.
    """

    def __init__(self, index_folder: Path, address: str, fingerprint: str, replicas: int) -> None:
        self._folder = index_folder
        self._fingerprint = fingerprint
        self._replicas = replicas
        self._hedger = Hedger()
        self._pointer = read_cluster_pointer(index_folder)
        manifest = read_cluster(index_folder, self._pointer)
        if manifest.fingerprint != fingerprint:
            raise ModelMismatch(
                f"The index in {index_folder} was built by {manifest.model} ({manifest.fingerprint[:16]}), the model "
                f"now is {fingerprint[:16]}. Use that model or build again with: qa index --cluster"
            )
        connect(address)
        self._snapshot = self._serve(manifest)
        self._replaced: tuple[ShardEntry, ...] = ()
        self._taken_up = 0.0
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="generations", daemon=True)
        self._watcher.start()

    def current(self) -> ShardedSnapshot:
        return self._snapshot

    def close(self) -> None:
        self._stop.set()
        self._watcher.join(STOP_SECONDS)
        self._hedger.close()

    def _serve(self, manifest: ClusterManifest) -> ShardedSnapshot:
        deploy(self._folder, manifest.shards, self._fingerprint, self._replicas)
        return ShardedSnapshot(self._folder, manifest, ServedShards(manifest, self._hedger))

    def _watch(self) -> None:
        """Take up each new generation as soon as its shards are served; where that fails, the one before answers."""
        while not self._stop.wait(LOOK_AGAIN):
            try:
                pointer = read_cluster_pointer(self._folder)
                if pointer != self._pointer:
                    self._take_up(pointer)
                elif self._replaced and time.monotonic() - self._taken_up > KEPT_SECONDS:
                    unused = set(self._replaced) - set(self._snapshot.manifest.shards)
                    retire(unused)
                    FIGURES.forget(one.name for one in unused)
                    self._replaced = ()
            except (QAError, RayError) as error:
                log.error("Still answering from generation %s: %s", self._snapshot.manifest.name, error)

    def _take_up(self, pointer: Pointer) -> None:
        before = self._snapshot.manifest.shards
        self._snapshot = self._serve(read_cluster(self._folder, pointer))
        self._pointer = pointer
        self._replaced, self._taken_up = (*self._replaced, *before), time.monotonic()
