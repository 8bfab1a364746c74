"""Runs the stages of a build on a cluster by Ray Data, which sends parts again when a machine or process dies."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import ray
import ray.data
from ray import cloudpickle

from qa.cluster.building.runner import Part, Result
from qa.cluster.joining import join_cluster
from qa.errors import QAError

# The columns of Ray Data's rows: the number of a part, and the part or its result, pickled.
NUMBER, CONTENT = "number", "content"


class OnRay:
    """Runs stages on all machines of a cluster that this process is connected to."""

    @property
    def machines(self) -> int:
        return len(_cores_of_machines())

    def run(
        self, stage: Callable[[Part], Result], parts: Sequence[Part], *, loads_model: bool = False
    ) -> Iterator[Result]:
        """Yield the result of each part, in their order; one that loads a model runs once per machine, on its cores."""
        rows = [{NUMBER: number, CONTENT: cloudpickle.dumps(part)} for number, part in enumerate(parts)]
        dataset = ray.data.from_items(rows, override_num_blocks=len(rows))
        if loads_model:
            mapped = dataset.map(_Worker, fn_constructor_args=(stage,), **_one_per_machine(len(rows)))
        else:
            mapped = dataset.map(_Worker(stage).__call__)
        waiting: dict[int, Result] = {}
        following = 0
        for row in mapped.iter_rows():
            result = cloudpickle.loads(row[CONTENT])
            if isinstance(result, QAError):
                raise result
            waiting[row[NUMBER]] = result
            while following in waiting:
                yield waiting.pop(following)
                following += 1


class _Worker:
    def __init__(self, stage: Callable[[Any], Any]) -> None:
        self._stage = stage

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        try:
            result = self._stage(cloudpickle.loads(row[CONTENT]))
        except QAError as error:  # Ray Data would keep its text alone.
            result = error
        return {NUMBER: row[NUMBER], CONTENT: cloudpickle.dumps(result)}


def _one_per_machine(parts: int) -> dict[str, Any]:
    cores = _cores_of_machines()
    pool = ray.data.ActorPoolStrategy(min_size=1, max_size=min(len(cores), parts))
    return {"compute": pool, "num_cpus": min(cores)}


def _cores_of_machines() -> list[float]:
    return [node["Resources"]["CPU"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]


@contextmanager
def connected(address: str) -> Iterator[OnRay]:
    """Connect this process to a cluster for a while; raises BadSetting where that is not possible."""
    join_cluster(address)
    logging.getLogger("ray").setLevel(logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        yield OnRay()
    finally:
        ray.shutdown()
