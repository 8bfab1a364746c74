"""The machines whose view of an index is checked: this one alone, or all nodes of a cluster of Ray."""

from __future__ import annotations

from collections.abc import Callable
from platform import node
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Machines(Protocol):
    """Machines that see an index, and the replicas on them that serve it."""

    def run(self, call: Callable[[], Result]) -> list[tuple[str, Result]]:
        """Return what a call gives on each machine, with the machine's name."""
        ...

    def served_shards(self) -> frozenset[str]:
        """Return the names of all shards that have a replica."""
        ...


class ThisMachine:
    """The machine of this process, which serves nothing."""

    def run(self, call: Callable[[], Result]) -> list[tuple[str, Result]]:
        """Return what the call gives."""
        return [(node(), call())]

    def served_shards(self) -> frozenset[str]:
        """Return no shard."""
        return frozenset()
